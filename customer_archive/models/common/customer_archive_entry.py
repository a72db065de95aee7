from odoo import api, fields, models

from .sentinel import is_system


class CustomerArchiveEntry(models.AbstractModel):
    """An entry of a record that nobody alters: what is wrong, another one corrects.

    An inheriting model has ``corrects_id`` to itself, and its inverse
    ``correction_ids``.
    """

    _name = "customer.archive.entry"
    _description = "Unalterable Entry"
    _inherit = ["customer.archive.guard"]

    is_corrected = fields.Boolean(string="Corrected", compute="_compute_is_corrected")

    @api.depends("correction_ids")
    def _compute_is_corrected(self):
        for entry in self:
            entry.is_corrected = bool(entry.correction_ids)

    @api.model
    def _protected(self):
        return {
            **super()._protected(),
            "user_id": self.env.uid,
            "correction_ids": [],
        }

    def write(self, vals):
        self._check_unaltered("write")
        return super().write(vals)

    def unlink(self):
        self._check_unaltered("unlink")
        return super().unlink()

    def _check_unaltered(self, operation):
        """Refuse to alter entries; only this addon's own methods may.

        :raise AccessError: with the way to correct one
        """
        if not is_system(self.env):
            raise self._refusal(self._unaltered_words(), operation)

    def _unaltered_words(self):
        return self.env._(
            "“%s” stays as it is: add another entry that corrects it.",
            self[:1].display_name,
        )
