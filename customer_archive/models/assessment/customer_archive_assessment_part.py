from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.customer_archive_lifted import chosen
from ..common.values import differs


def in_force(record, name, value):
    """Whether something of a scheme in force is changed."""
    return record.scheme_id.active and chosen(record, name, value)


class CustomerArchiveAssessmentPart(models.AbstractModel):
    """A factor or a grade of a scheme: what is changed of one in force takes two."""

    _name = "customer.archive.assessment.part"
    _description = "Part of an Assessment Scheme"
    _inherit = ["customer.archive.lifted", "customer.archive.configured"]

    scheme_id = fields.Many2one(
        "customer.archive.assessment.scheme",
        required=True,
        index=True,
        ondelete="cascade",
    )
    active = fields.Boolean(default=True)

    @api.model
    def _deciding(self):
        """Return the names of the fields that decide how parties are graded."""
        return {"active", "scheme_id"}

    @api.model
    def _told_apart_by(self):
        """Return, in their order, what whoever confirms a whole scheme has read."""
        return sorted({*self._deciding(), "name"})

    @api.model
    def _power(self):
        return {**super()._power(), **dict.fromkeys(self._deciding(), in_force)}

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        if not self.env.su:
            added = parts.filtered(lambda each: each.active and each.scheme_id.active)
            # What is added to a scheme in force waits for another person.
            added.sudo().active = False
            for part in added:
                part._ask_to_lift({"active": True})
        parts.scheme_id._ask_anew()
        self.env.registry.clear_cache()
        return parts

    def write(self, vals):
        self._check_stays(vals)
        result = super().write(vals)
        self.scheme_id._ask_anew()
        self.env.registry.clear_cache()
        return result

    def _check_stays(self, vals):
        """Refuse to move a part: what it decides in its next scheme nobody has seen."""
        if self.env.su or "scheme_id" not in vals:
            return
        if any(differs(part, "scheme_id", vals["scheme_id"]) for part in self):
            raise UserError(
                self.env._("This stays with its scheme: make a new one in the other.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        used = self.filtered(lambda each: each.active and each.scheme_id.active)
        if used and not self.env.su:
            raise UserError(
                self.env._(
                    "Parties are assessed by this: deactivate it first, and have "
                    "another person confirm that."
                )
            )

    def unlink(self):
        schemes = self.scheme_id
        result = super().unlink()
        schemes.exists()._ask_anew()
        self.env.registry.clear_cache()
        return result
