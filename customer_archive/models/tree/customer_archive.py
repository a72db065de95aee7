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

    def action_block(self, reason):
        """Block files: copies that lie on targets go, and none is being written on."""
        result = super().action_block(reason)
        # The role was checked.
        self.sudo()._end_what_lies()
        return result

    def _end_what_lies(self):
        """End the exports of these files that are on a target; as superuser."""
        lying = self.env[MODEL].search(
            [
                ("line_ids.archive_id", "in", self.ids),
                ("path", "!=", False),
                ("state", "!=", "ended"),
            ]
        )
        lying._end()

    def _erase(self, detail, anonymise=False):
        # Copies of what is destroyed lie nowhere else either.
        self._end_what_lies()
        taken = self._downloaded()
        result = super()._erase(detail, anonymise)
        for tree, numbers in taken.items():
            tree._tell(
                tree.requester_id | tree.exported_by_id,
                lambda own, numbers=numbers: own.env._(
                    "Destroyed since: %s. Delete the copies of it that you downloaded "
                    "with this export.",
                    ", ".join(numbers),
                ),
            )
        return result

    def _downloaded(self):
        """Return {export: numbers} of these files where they were downloaded."""
        lines = self.env["customer.archive.tree.line"].search(
            [
                ("archive_id", "in", self.ids),
                ("tree_id.exported_on", "!=", False),
                ("tree_id.target_id", "=", False),
            ]
        )
        return {
            tree: part.mapped("archive_number")
            for tree, part in lines.grouped("tree_id").items()
        }
