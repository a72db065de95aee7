from odoo import models
from odoo.exceptions import AccessError

from ..common.roles import BY_JOB


class ResUsers(models.Model):
    """Nobody gives himself power over files."""

    _inherit = "res.users"

    def _check_own_archive_groups(self, before):
        """Refuse to give oneself a role of the customer files: somebody else does.

        :param before: the roles so far
        :raise AccessError: naming the role
        """
        if self.env.su or not self or not self.env.registry.ready:
            return
        gained = self._archive_groups_by_user()[self] - before
        by_job = {self.env.ref(each).id for each in BY_JOB}
        gained = gained.filtered(lambda group: group.id not in by_job)
        if gained:
            message = self.env._(
                "“%s” is a role of the customer files: somebody else gives it to you "
                "(four eyes).",
                gained[:1].full_name,
            )
            log = self.env["customer.archive.log"]
            log._record_refusal(self, "role", message)
            raise AccessError(message)
