from odoo import api, fields, models

from ..common.escalation import heads
from ..common.sentinel import as_system


class CustomerArchiveUndertaking(models.Model):
    """Who signed is reminded to sign again before it ends."""

    _name = "customer.archive.undertaking"
    _inherit = ["customer.archive.undertaking", "customer.archive.validity"]

    renewed_by_id = fields.Many2one(
        "customer.archive.undertaking",
        string="Renewed by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    @api.model
    def _protected(self):
        given = {"renewed_by_id": False}
        return {**super()._protected(), **self._validity_protected(), **given}

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        for row in rows:
            domain = [
                ("user_id", "=", row.user_id.id),
                ("company_id", "=", row.company_id.id),
                ("valid_until", "<=", row.valid_until),
                ("renewed_by_id", "=", False),
                ("id", "<", row.id),
            ]
            # Made by signing, which was checked; the rows belong to nobody.
            older = self.sudo().search(domain)
            as_system(older).write({"renewed_by_id": row.id})
            older._end_obsolete_reminders()
        return rows

    def write(self, vals):
        result = super().write(vals)
        if "revoked_on" in vals:
            self.sudo()._end_obsolete_reminders()
        return result

    # Validity

    @api.model
    def _validity_end(self):
        return "valid_until"

    @api.model
    def _validity_depends(self):
        return [
            "company_id.archive_lead_days",
            "renewed_by_id",
            "revoked_on",
            "user_id.active",
        ]

    @api.model
    def _validity_domains(self):
        return (
            fields.Domain("revoked_on", "=", False),
            fields.Domain("renewed_by_id", "!=", False),
            fields.Domain.FALSE,
        )

    def _validity_is_held(self):
        return not self.revoked_on

    def _validity_is_renewed(self):
        return bool(self.renewed_by_id)

    def _validity_runs(self):
        return not self.revoked_on and not self.renewed_by_id and self.user_id.active

    def _validity_user(self):
        return self.user_id

    def _stand_in_readable(self, user):
        # The head is told that it ended, and reads no more of it.
        return self.filtered(lambda each: each.company_id in user.company_ids)

    def _validity_head(self):
        employee = self.user_id.sudo().with_company(self.company_id).employee_id
        return heads(employee.department_id)

    def _validity_file(self):
        return self.env["customer.archive"]

    def _validity_name(self):
        return self.env._("The confidentiality undertaking of %s", self.user_id.name)
