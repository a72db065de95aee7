from . import controllers, models, wizards
from .tools import discretion

discretion.install()
