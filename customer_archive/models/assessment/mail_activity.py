from odoo import models

from ..common.sentinel import as_system
from .customer_archive_assessment import ASSESSMENT
from .customer_archive_assessment_reckoning import TO_PREPARE


class MailActivity(models.Model):
    """An assessment that somebody else has to prepare now is that person's."""

    _inherit = "mail.activity"

    def _archive_give(self, records, user, kind, words):
        ids = set(self.mapped("res_id"))
        result = super()._archive_give(records, user, kind, words)
        if kind == TO_PREPARE and records._name == ASSESSMENT:
            drafts = records.browse(ids).filtered(lambda each: each.state == "draft")
            as_system(drafts).write({"user_id": user.id})
        return result
