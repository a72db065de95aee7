from . import controllers, models, wizards
from .tools import discretion

discretion.install()


def uninstall_hook(env):
    """Leave nothing behind on the tables that are Odoo's own."""
    models.customer_archive_deletion.unguard(env.cr)
