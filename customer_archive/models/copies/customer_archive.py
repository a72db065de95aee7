from odoo import api, fields, models

from ..files.need_to_know import SHOWN_ON


class CustomerArchive(models.Model):
    """What a file tells of the copies of its items."""

    _inherit = "customer.archive"

    copy_warnings = fields.Text(
        compute="_compute_copy_warnings",
        string="About the Copies",
        export_string_translation=False,
    )

    @api.depends("document_ids.copy_warning")
    @api.depends_context("uid", "lang")
    def _compute_copy_warnings(self):
        for archive in self:
            archive.copy_warnings = "\n".join(
                warning
                for item in archive.document_ids
                if (warning := item.copy_warning)
            )

    # Which papers somebody has opened

    def _papers_opened(self):
        """Return which copies of required papers the user has opened, and which not.

        Those are counted that the role may open. A paper is opened once each copy that
        it has now was shown to the user or downloaded, by the access record.

        :return: items to open, and those of them that aren't opened
        """
        self.ensure_one()
        self.check_access("read")
        user, required = self.env.user, self._required_types()
        # Who reads a file is told the names of all its papers.
        items = self.sudo().document_ids.filtered(
            lambda item: (
                item.type_id in required
                and item.attachment_ids
                and (
                    not item.is_sensitive
                    or user._archive_needs(SHOWN_ON[item.type_id.sensitive_kind])
                )
            )
        )
        opened = items._copies_opened_by(user)
        unopened = items.filtered(lambda item: set(item.attachment_ids.ids) - opened)
        return items, unopened
