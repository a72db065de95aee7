from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.http import request

from ...tools.encrypted_stream import MarkedStream
from ...tools.papers import paper, watermark


class Unshown(UserError):
    """No browser shows this content, and there is no picture of it."""


class IrAttachment(models.Model):
    """Papers that browsers don't show, such as scans in TIFF, are shown as pictures.

    The picture is made for each viewing and stored nowhere: it would be a copy that is
    neither encrypted nor the original.
    """

    _inherit = "ir.attachment"

    def archive_before_view(self):
        """Say why the browser won't show a copy, instead of an empty frame.

        :return: ``refused``, why the user may not see it, or False; ``trouble``, what
            is wrong with it if it can't be shown, or False
        :raise RedirectWarning: if there is no valid undertaking
        """
        self.ensure_one()
        try:
            self._archive_check_content("view")
        except AccessError as error:
            # Odoo's own words about attachments name tables.
            seen = self.has_access("read")
            words = (
                str(error)
                if seen
                else self.env._("You don't have access to this copy.")
            )
            return {"refused": words, "trouble": False}
        code = self.archive_trouble
        words = self._archive_trouble_words(code) if code in paper.NO_PAPER else False
        return {"refused": False, "trouble": words}

    def _archive_shown(self, reader):
        """Return a stream of what the browser shows instead of a content, or None.

        :param reader: the decrypted content, at its beginning and authenticated while
            it is read
        :raise Unshown: if the browser would show nothing at all
        """
        self.ensure_one()
        kind = paper.unseen_kind(self.name, reader.read(paper.HEAD))
        reader.seek(0)
        if not kind:
            return None
        try:
            if reader.size > watermark.MAX_SIZE:
                raise watermark.Unmarkable("too_large")
            shown, mimetype = self._archive_picture(kind, reader.read())
        except watermark.Unmarkable:
            raise Unshown(
                self.env._(
                    "The browser can't display “%s”: download it, or also attach "
                    "the document as a PDF.",
                    self.name,
                )
            ) from None
        return ShownStream(shown, mimetype=mimetype, download_name=self.name)

    def _archive_picture(self, kind, content):
        """Return (what is shown, its type): a PDF of all pages, or one picture."""
        picture = request and request.httprequest.path.startswith("/web/image")
        if kind != paper.TIFF or picture:
            return paper.picture(kind, content)
        # A PDF carries a mark, like every PDF that people are given.
        item = self._bound_archive_items().sudo(False)
        numbers = item._archive_request_numbers() if item else ""
        lines = self.env.user._archive_mark_lines(item.sudo().company_id, numbers)
        return paper.pages(content, lines), "application/pdf"


class ShownStream(MarkedStream):
    """A stream of another type than the content that it is made of."""

    def get_response(self, *args, **kwargs):
        extension = {
            "image/jpeg": ".jpg",
            "image/png": ".png",
            "application/pdf": ".pdf",
        }.get(self.mimetype, "")
        self.download_name = f"{self.download_name or ''}{extension}"
        return super().get_response(*args, **kwargs)
