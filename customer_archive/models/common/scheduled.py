"""Scheduled actions run as the system; nobody runs one with rights of their own.

With a user's rights one finds less than is due, and puts off what it may not write.
"""

from functools import wraps

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError


def scheduled(method):
    """Make a method what only Odoo's scheduler runs, or who administers Odoo.

    It always runs as the system's own user, in a context that no client gave.
    """

    @wraps(method)
    def run(self, *args, **kwargs):
        if self.env.uid == SUPERUSER_ID:
            return method(self, *args, **kwargs)
        _check_runs(self)
        own = self.with_env(self.env(user=SUPERUSER_ID, su=True, context={}))
        return method(own, *args, **kwargs)

    run.is_scheduled = True
    return run


def _check_runs(records):
    if not records.env.user.has_group("base.group_system"):
        message = records.env._("Scheduled actions can only be run by the system.")
        records.env["customer.archive.log"]._record_refusal(
            records.browse(), "scheduled", message
        )
        raise AccessError(message)
