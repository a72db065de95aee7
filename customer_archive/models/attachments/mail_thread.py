import base64
import binascii
import io
import logging
import re

from markupsafe import Markup

from odoo import SUPERUSER_ID, api, models

from ..common.customer_archive_guard import is_ours
from ..encryption.customer_archive_keyring import KeyProblem

_logger = logging.getLogger(__name__)

# A picture that is written into the text of a mail.
PICTURE = re.compile(
    r"<img[^>]*?src=[\"']data:image/([a-z]+)[^,\"']*;base64,([^\"']*)[\"'][^>]*>",
    re.IGNORECASE,
)


class MailThread(models.AbstractModel):
    """What is mailed to our records: the text goes on, papers are kept encrypted.

    The sender can't be asked to bring a paper another way, so nothing of the mail is
    refused. Its papers aren't linked to the message, which would hand them on.
    """

    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        thread_id = False
        for route in routes or ():
            # Each changes what it is given.
            parts, papers = dict(message_dict), []
            if is_ours(route[0]):
                parts, papers = _parted(parts)
                # Who sent a mail is only what it says: it speaks for no colleague.
                parts["author_id"] = False
            thread_id = super()._message_route_process(message, parts, [route])
            if papers and thread_id:
                # Mails come from anybody: none of them has rights.
                record = self.env[route[0]].with_user(SUPERUSER_ID).browse(thread_id)
                record._archive_keep_mailed(papers)
        return thread_id

    def _archive_keep_mailed(self, papers):
        """Keep papers that came by mail, and say so where the mail is shown.

        :param papers: list of (name, bytes)
        """
        company = self.company_id if "company_id" in self._fields else None
        lang = (company or self.env.company).partner_id.lang
        record = self.with_context(lang=lang or self.env.lang)
        kept = {True: [], False: []}
        for name, content in papers:
            kept[record._archive_keep_paper(name, content)].append(name)
        words = {
            True: record.env._(
                "This e-mail had attachments. They are kept here, encrypted, until "
                "someone attaches them to an item of the checklist:"
            ),
            False: record.env._(
                "This e-mail had attachments that could not be kept. Ask the "
                "sender for them, and attach them to an item of the checklist:"
            ),
        }
        for was_kept, names in kept.items():
            if names:
                self._archive_say(record, words[was_kept], names)

    @api.model
    def _archive_say(self, record, words, names):
        listed = Markup("<br/>").join(names)
        body = Markup("<p>%s</p><p>%s</p>") % (words, listed)
        record.message_post(body=body, subtype_xmlid="mail.mt_note")

    def _archive_keep_paper(self, name, content):
        """Keep one paper; return whether it could be."""
        self.ensure_one()
        attachments = self.env["ir.attachment"]
        try:
            with self.env.cr.savepoint():
                attachments._archive_take_in(self, name, io.BytesIO(content))
        except KeyProblem as error:
            # Such as that of a file which is destroyed. The mail itself isn't lost.
            _logger.info("A paper mailed to %s isn't kept: %s", self, error)
            return False
        return True


def _parted(message_dict):
    """Return (parts of a mail without its papers, list of (name, bytes))."""
    papers = [
        (name or "paper", _bytes(content))
        for name, content, *_info in message_dict.pop("attachments", None) or ()
        if content is not None
    ]

    def take(match):
        try:
            content = base64.b64decode(match[2])
        except binascii.Error:
            return ""
        papers.append((f"picture-{len(papers) + 1}.{match[1].lower()}", content))
        return ""

    body = message_dict.get("body") or ""
    without = PICTURE.sub(take, body)
    # Sanitized when the mail was read.
    message_dict["body"] = Markup(without) if isinstance(body, Markup) else without
    return message_dict, papers


def _bytes(content):
    if isinstance(content, str):
        return content.encode()
    return content if isinstance(content, bytes) else content.as_bytes()
