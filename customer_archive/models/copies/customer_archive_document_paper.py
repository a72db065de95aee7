from odoo import api, fields, models

from ...tools.papers import paper
from .ir_attachment_paper import DIGEST


class CustomerArchiveDocument(models.Model):
    """Copies that are none, and those that are there already, are said to be so."""

    _inherit = "customer.archive.document"

    copy_warning = fields.Text(
        compute="_compute_copy_warning",
        string="About the Copies",
        export_string_translation=False,
    )

    @api.depends("attachment_ids", "attachment_ids.archive_trouble")
    @api.depends_context("uid", "lang")
    def _compute_copy_warning(self):
        twins = self._twins(self.sudo().attachment_ids)
        for item in self:
            doubles = [
                sentence
                for copy in item.sudo().attachment_ids
                for sentence in item._doubles(copy, twins)
            ]
            item.copy_warning = "\n".join(item._copy_problems() + doubles)

    def _papers(self):
        """Return those copies that somebody can read."""
        return self.attachment_ids.filtered(
            lambda each: each.archive_trouble not in paper.NO_PAPER
        )

    def _copy_problems(self):
        """Return, as sentences, what is wrong with the copies of an item."""
        self.ensure_one()
        # Who reads the item may know what is wrong with its copies.
        return [
            copy._archive_trouble_words(copy.archive_trouble)
            for copy in self.sudo().attachment_ids
            if copy.archive_trouble
        ]

    @api.model
    def _twins(self, copies):
        """Return copies with the same content as these, by digest.

        A digest is of one file, so all that is found is of the same file.

        :param copies: attachments, as superuser
        """
        digests = set(copies.mapped(DIGEST)) - {False}
        if not digests:
            return {}
        found = copies.search([(DIGEST, "in", list(digests))], order="id")
        return found.grouped(DIGEST)

    def _doubles(self, copy, twins):
        """Return, as sentences, where a copy of an item is as well.

        :param copy: an attachment, as superuser
        :param twins: as :meth:`_twins` returns it
        """
        self.ensure_one()
        others = twins.get(copy[DIGEST], copy.browse()) - copy._origin
        # Of items that the user doesn't see, nothing is told.
        items = self.browse(others.mapped("res_id"))._filtered_access("read")
        kept = items.filtered(lambda item: others & item.sudo().attachment_ids)
        sentences = [
            self.env._(
                "“%(copy)s” has the same content as a copy of “%(item)s”: is it the "
                "right document?",
                copy=copy.name,
                item=item.type_id.name,
            )
            for item in kept
        ]
        return sentences + self._namesakes(copy)

    def _namesakes(self, copy):
        """Return, as sentences, whether another copy of the item has the same name."""
        name = (copy.name or "").casefold()
        others = self.sudo().attachment_ids - copy - copy._origin
        if all((other.name or "").casefold() != name for other in others):
            return []
        return [
            self.env._(
                "There is another copy named “%s” here already: is it the right "
                "document?",
                copy.name,
            )
        ]

    def _check_adoptable(self, attachment):
        result = super()._check_adoptable(attachment)
        attachment._archive_check_paper()
        return result
