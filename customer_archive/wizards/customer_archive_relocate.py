from odoo import fields, models
from odoo.exceptions import UserError


class CustomerArchiveRelocate(models.TransientModel):
    """The dialog that asks where files or items are put; they decide."""

    _name = "customer.archive.relocate"
    _description = "Move to a Storage Location"
    _inherit = ["customer.archive.guard"]

    archive_ids = fields.Many2many("customer.archive", string="Files")
    document_ids = fields.Many2many("customer.archive.document", string="Items")
    location_id = fields.Many2one(
        "customer.archive.location", string="Storage Location", ondelete="cascade"
    )
    reason = fields.Char(help="If it needs to be said; recorded.")

    def action_confirm(self):
        """Put them there.

        :raise UserError: if nothing was chosen
        """
        self.ensure_one()
        if not self.archive_ids and not self.document_ids:
            raise UserError(self.env._("Choose at least one file or item."))
        if self.archive_ids and not self.location_id:
            raise UserError(self.env._("Choose where the files are put."))
        for records in (self.archive_ids, self.document_ids):
            if records:
                records.action_move(self.location_id.id, self.reason)
        return {"type": "ir.actions.act_window_close"}
