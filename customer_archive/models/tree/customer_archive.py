from odoo import models

from ..common.windows import open_list, open_new

MODEL = "customer.archive.tree"


class CustomerArchive(models.Model):
    """Files whose papers are exported."""

    _inherit = "customer.archive"

    def action_open_tree(self):
        """Return the form that applies for an export of these files' papers."""
        self.check_access("read")
        lines = [(0, 0, {"archive_id": file.id}) for file in self]
        return open_new(
            MODEL, self.env._("Export Electronic Tree"), {"default_line_ids": lines}
        )

    def action_open_trees(self):
        """Return the list of the exports in which these files are or were."""
        self.check_access("read")
        domain = [("line_ids.archive_id", "in", self.ids)]
        return open_list(MODEL, self.env._("Electronic Tree Exports"), domain)

    def _erase(self, detail, anonymise=False):
        # Copies of what is destroyed lie nowhere else either.
        lying = self.env[MODEL].search(
            [("line_ids.archive_id", "in", self.ids), ("path", "!=", False)]
        )
        lying.filtered(lambda tree: tree.state != "ended")._end()
        return super()._erase(detail, anonymise)
