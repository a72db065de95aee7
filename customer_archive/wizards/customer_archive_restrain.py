from odoo import fields, models
from odoo.exceptions import UserError


class CustomerArchiveRestrain(models.TransientModel):
    """The dialog that asks why files are held, blocked or released; they decide."""

    _name = "customer.archive.restrain"
    _description = "Hold or Block"
    _inherit = ["customer.archive.guard"]

    operation = fields.Selection(
        [
            ("hold", "Hold"),
            ("lift", "Lift hold"),
            ("block", "Block"),
            ("unblock", "Release"),
        ],
        required=True,
        default="hold",
    )
    archive_ids = fields.Many2many("customer.archive", string="Files")
    hold_ids = fields.Many2many("customer.archive.hold", string="Holds")
    kind = fields.Selection(
        string="Type",
        selection=lambda self: (
            self.env["customer.archive.hold"]
            ._fields["kind"]
            ._description_selection(self.env)
        ),
        default="legal",
    )
    reference = fields.Char(help="E.g. a case number.")
    reason = fields.Text(required=True)

    def action_confirm(self):
        """Do it for the reason given.

        :raise UserError: if nothing was chosen
        """
        self.ensure_one()
        chosen = self.hold_ids if self.operation == "lift" else self.archive_ids
        if not chosen:
            raise UserError(self.env._("Choose at least one file."))
        if self.operation == "hold":
            chosen.action_hold(self.kind, self.reason, self.reference)
        elif self.operation == "lift":
            chosen.action_lift(self.reason)
        elif self.operation == "block":
            chosen.action_block(self.reason)
        else:
            chosen.action_unblock(self.reason)
        return {"type": "ir.actions.act_window_close"}
