from odoo import api, fields, models


class CustomerArchiveDoubtVerify(models.TransientModel):
    """The dialog that asks how a doubt was verified; the doubt decides."""

    _name = "customer.archive.doubt.verify"
    _description = "Verify Doubt"
    _inherit = ["customer.archive.guard"]

    doubt_id = fields.Many2one("customer.archive.doubt", required=True)
    own_value = fields.Char(related="doubt_id.own_value")
    other_value = fields.Char(related="doubt_id.other_value")
    note = fields.Text(string="How It Was Verified")

    @api.constrains("doubt_id")
    def _check_doubt(self):
        # A dialog shows the name of what it is about without asking for rights.
        self.doubt_id.sudo(False).check_access("read")

    def action_verify(self):
        """Verify the doubt by what was noted."""
        self.ensure_one()
        self.doubt_id.action_settle(self.note)
        return {"type": "ir.actions.act_window_close"}
