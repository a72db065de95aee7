from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.common.values import choices

RUN = "customer.archive.register.run"
# Above so many records an export is made in the background.
LONG, LONG_KEY = 5000, "customer_archive.register_background_rows"


class CustomerArchiveExport(models.TransientModel):
    """Chooses registers and the records for them: those selected, or by filter."""

    _name = "customer.archive.export"
    _description = "Register Export"
    _inherit = ["customer.archive.guard", "customer.archive.register.filter"]

    register_id = fields.Many2one(
        "customer.archive.register",
        required=True,
        default=lambda self: self._default_register(),
    )
    more_register_ids = fields.Many2many(
        "customer.archive.register",
        string="Additional Registers",
        help="Additional sheets in the same workbook.",
    )
    model = fields.Char(related="register_id.model")
    scope = fields.Selection(
        default=lambda self: (
            "selected" if self.env.context.get("default_archive_ids") else "filter"
        ),
    )
    state = fields.Selection(
        selection=lambda self: choices(self.env["customer.archive"], "state"),
        string="Status",
    )
    background = fields.Boolean(
        string="In the Background",
        help=(
            "You can continue working; you are notified when the export is done, "
            "and can download it then."
        ),
    )
    count = fields.Integer(compute="_compute_count", string="Records")
    is_long = fields.Boolean(string="Long Export", compute="_compute_count")

    @api.model
    def _default_register(self):
        return self.env["customer.archive.register"].search([], limit=1)

    @api.depends(
        "register_id",
        "more_register_ids",
        "scope",
        "archive_ids",
        "department_ids",
        "category_ids",
        "state",
        "date_from",
        "date_to",
    )
    def _compute_count(self):
        for wizard in self:
            wizard.count = sum(
                self.env[register.model].search_count(
                    register._domain() & wizard._domain_on(register)
                )
                for register in wizard._registers()
            )
            wizard.is_long = wizard.count > wizard._long()

    @api.model
    def _long(self):
        """Return above how many records an export is made in the background."""
        # A setting that is no secret, which users may not read by themselves.
        value = self.env["ir.config_parameter"].sudo().get_param(LONG_KEY)
        return int(value) if (value or "").strip().isdecimal() else LONG

    def _records(self):
        """Return the records of the first register."""
        self.ensure_one()
        return self.register_id.records(self._domain_on(self.register_id))

    def _registers(self):
        return self.register_id | self.more_register_ids._origin

    def _state_of_files(self):
        return self.state

    def action_export(self):
        """Refuse here, in the dialog, what the download would refuse; then download.

        What takes long, or is wanted so, is made in the background instead.
        """
        self.ensure_one()
        if not self.count:
            raise UserError(self.env._("Nothing to export: no matching records."))
        for register in self._registers():
            register.column_ids._specifications(self.env[register.model])
        if self.background or self.is_long:
            return self._in_background()
        # In this tab: browsers block a window that opens after a request.
        url = f"/customer_archive/export/{self.id}"
        return {"type": "ir.actions.act_url", "url": url, "target": "self"}

    def _in_background(self):
        run = self.env[RUN]._start(
            [
                {
                    "register_ids": self._registers().ids,
                    "scope": self.scope,
                    "archive_ids": self.archive_ids.ids,
                    "department_ids": self.department_ids.ids,
                    "category_ids": self.category_ids.ids,
                    "file_state": self.state,
                    "date_from": self.date_from,
                    "date_to": self.date_to,
                    "per_department": self.per_department,
                }
            ]
        )
        message = self.env._(
            "The export runs in the background: you are notified when it is done, "
            "and find it under Registers → My Exports."
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "info", "message": message, "next": run._action_open()},
        }
