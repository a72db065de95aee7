from . import controllers, models, wizards
from .tools import log_redaction as discretion

discretion.install()
