from odoo import api, fields, models

from ..common.sentinel import as_system


class CustomerArchiveDisposalLine(models.Model):
    """A file that is handed over waits for its transfer."""

    _inherit = "customer.archive.disposal.line"

    transfer_id = fields.Many2one(
        "customer.archive.transfer",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    @api.model
    def _protected(self):
        return {**super()._protected(), "transfer_id": False}

    def _hand_over(self):
        """Note that these files are with their new custodian; as superuser."""
        for line in self:
            line._transfer_file()
        self._set_done()
        self._finish_lists()

    def _drop_transfer(self):
        """Note that these files stay where they are; as superuser."""
        as_system(self).write({"state": "dropped"})
        self._finish_lists()

    def _finish_lists(self):
        for disposal in self.disposal_id:
            if disposal.state == "handover":
                disposal._finish()
