from odoo import api, fields, models
from odoo.tools import format_date


class CustomerArchiveSign(models.TransientModel):
    """The dialog in which a user reads the undertaking and signs it."""

    _name = "customer.archive.sign"
    _description = "Sign Undertaking"

    company_id = fields.Many2one("res.company", compute="_compute_company")
    text = fields.Text(compute="_compute_company")
    valid_until = fields.Date(
        compute="_compute_company", help="The end date of your current undertaking."
    )
    training_date = fields.Date(
        string="Training completed on",
        default=lambda self: self._recorded_day(),
        help="That of the training that is on record, if one is.",
    )
    is_recorded = fields.Boolean(
        compute="_compute_training", export_string_translation=False
    )
    is_missing = fields.Boolean(
        compute="_compute_training", export_string_translation=False
    )

    @api.model
    def _recorded_day(self):
        return self.env["customer.archive.undertaking"]._training_on_record().date

    @api.depends_context("company", "uid")
    def _compute_training(self):
        undertakings = self.env["customer.archive.undertaking"]
        for wizard in self:
            wizard.is_recorded = bool(undertakings._training_on_record())
            wizard.is_missing = undertakings._is_training_missing()

    @api.depends_context("company", "lang", "uid")
    def _compute_company(self):
        company = self.env.company
        rows = self.env["customer.archive.undertaking"]._valid(self.env.user, company)
        for wizard in self:
            wizard.company_id = company
            # Everybody who is asked to sign it may read it.
            wizard.text = company.sudo()._archive_undertaking()
            wizard.valid_until = max(rows.mapped("valid_until"), default=False)

    def action_sign(self):
        """Sign for the current company, with the training date of the dialog."""
        self.ensure_one()
        undertakings = self.env["customer.archive.undertaking"]
        row = undertakings.browse(undertakings.sign(self.training_date))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Your undertaking is valid until %s.",
                    format_date(self.env, row.valid_until),
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
