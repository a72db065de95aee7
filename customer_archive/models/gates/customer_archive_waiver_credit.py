from odoo import api, fields, models

from ..assessment.customer_archive_assessment_grade import TWO
from ..common.sentinel import as_system
from .customer_archive_gate_credit import CREDIT, LIMIT


class CustomerArchiveWaiver(models.Model):
    """Sales on credit are signed off by whom the grade of the party asks for (E6)."""

    _inherit = "customer.archive.waiver"

    asks_finance = fields.Boolean(
        string="On Credit",
        readonly=True,
        copy=False,
        help="It lets a party order on credit: finance also approves.",
    )

    @api.model
    def _protected(self):
        return {**super()._protected(), "asks_finance": False}

    def _lets_pass(self, order, finding):
        """Whether one of them does, approved by whom the grade of today asks for."""
        lends = finding.gate.condition in (CREDIT, LIMIT)
        if lends and finding.file.credit_grade_id.signoff == TWO:
            return super(CustomerArchiveWaiver, self.filtered("is_serious"))._lets_pass(
                order, finding
            )
        return super()._lets_pass(order, finding)

    def _approval_check(self):
        result = super()._approval_check()
        for waiver in self:
            # What was chosen is anybody's to see who asks for it.
            conditions = set(waiver.sudo().gate_ids.mapped("condition"))
            lends = bool(conditions & {CREDIT, LIMIT})
            file = waiver._file_there()
            serious = waiver.is_serious or (
                lends and file.credit_grade_id.signoff == TWO
            )
            # Of more weight than the conditions say: management approves as well.
            as_system(waiver).write({"asks_finance": lends, "is_serious": serious})
        return result
