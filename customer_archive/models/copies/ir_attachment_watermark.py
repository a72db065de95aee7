import logging

from odoo import models
from odoo.exceptions import AccessError

from ...tools.papers import watermark
from ..common.internal_job import job_of

HEAD = 1024


class Unmarked(AccessError):
    """A copy can't be marked, and this user gets it marked or not at all."""

    # It is in the access record; the log has nothing to add.
    loglevel = logging.INFO


class IrAttachment(models.Model):
    """Copies of items that are PDF files or workbooks leave with who and when (C7).

    What the browser shows is marked as well: people print from there. The jobs of
    this addon that read as superuser get the original; see :mod:`.internal_job`.
    """

    _inherit = "ir.attachment"

    def _archive_marked(self, reader):
        """Return the content with the user's mark.

        It is held in memory, up to ``watermark.MAX_SIZE``, and stored nowhere.

        :param reader: the decrypted content, at its beginning and genuine or not: all
            of it is authenticated while it is read
        :return: the marked content as bytes; None if nothing is to be marked; False if
            it can't be, but goes out as it is
        :raise Unmarked: if it can't be, and the user sees it by a request only
        """
        self.ensure_one()
        # A person always gets it marked, with whoever's rights the code runs.
        if job_of(self.env):
            return None
        kind = watermark.kind_of(self.name, self.mimetype, reader.read(HEAD))
        reader.seek(0)
        if not kind:
            return None
        item = self._bound_archive_items().sudo(False)
        numbers = item._archive_request_numbers() if item else ""
        try:
            return self._archive_with_mark(kind, reader, item, numbers)
        except watermark.Unmarkable as error:
            if numbers:
                raise self._archive_unmarked(item, error.code) from None
        reader.seek(0)
        return False

    def _archive_with_mark(self, kind, reader, item, numbers):
        if reader.size > watermark.MAX_SIZE:
            raise watermark.Unmarkable("too_large")
        lines = self.env.user._archive_mark_lines(item.sudo().company_id, numbers)
        return watermark.marked(kind, reader.read(), lines)

    def _archive_unmarked(self, item, code):
        """Return the error that refuses a copy, after recording the attempt."""
        reasons = {
            "protected": self.env._("the file is password-protected"),
            "damaged": self.env._(
                "the file is damaged, or its content doesn't match its name"
            ),
            "too_large": self.env._("the file is too large"),
        }
        message = self.env._(
            "“%(copy)s” can't be watermarked with your name: %(reason)s. Ask the "
            "account manager of its file for another copy, such as a scan.",
            copy=self.name,
            reason=reasons[code],
        )
        log = self.env["customer.archive.log"]
        log._record_refusal(item, f"attachment {self.id} {code}", message)
        return Unmarked(message)
