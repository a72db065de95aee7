"""Papers of the company's own that are kept with a record, as evidence.

They are nobody's secret, so they aren't encrypted; like a certificate each is made and
removed by the system alone, see ``attachments/ir_attachment_evidence.py``.
"""

import base64
import hashlib

from odoo.exceptions import UserError

from ...tools.papers import paper
from ..common.sentinel import as_system

PDF, DOCX = "pdf", "docx"
PICTURES = ("jpg", "jpeg", "png")
# How a content of each kind begins.
_BEGINS = {
    PDF: b"%PDF-",
    DOCX: b"PK\x03\x04",
    "jpg": b"\xff\xd8\xff",
    "jpeg": b"\xff\xd8\xff",
    "png": b"\x89PNG",
}


def digest_of(content):
    """Return the SHA-256 digest of a content, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def keep(record, upload, name, kinds):
    """Store what was uploaded with a record; return the attachment and its digest.

    Called after the rights to do so were checked.

    :param upload: as a client sends it, in base64
    :param name: what it is called; its extension says what it is
    :param kinds: extensions that are taken
    :raise UserError: if it isn't one of them, or nobody could read it
    """
    content = base64.b64decode(upload or b"")
    _check(record.env, content, name, kinds)
    # The rights were checked; whoever has them need not have any on attachments.
    attachment = as_system(record.env["ir.attachment"].sudo()).create(
        {
            "name": name,
            "raw": content,
            "res_model": record._name,
            "res_id": record.id,
        }
    )
    return attachment, digest_of(content)


def drop(attachment):
    """Remove what was stored, after the rights to do so were checked."""
    # As it was stored: by the system alone.
    as_system(attachment.sudo()).unlink()


def is_genuine(attachment, digest):
    """Whether what is stored is what was stored then."""
    try:
        # Nobody is given the content.
        with attachment.sudo()._archive_plain() as source:
            return digest_of(source.read()) == digest
    except FileNotFoundError:
        return False


def _check(env, content, name, kinds):
    kind = paper.extension(name)
    if kind not in kinds or not content.startswith(_BEGINS[kind]):
        raise UserError(
            env._(
                "“%(name)s” isn't kept here: upload one of %(kinds)s.",
                name=name or "-",
                kinds=", ".join(each.upper() for each in kinds),
            )
        )
    head = content[: paper.HEAD]
    wrong = paper.refused(name, head, len(content))
    if wrong or paper.trouble(name, head, lambda: content):
        raise UserError(
            env._(
                "“%s” can't be read by everybody: it is damaged, protected by a "
                "password, or holds macros. Save it anew, and upload that file.",
                name,
            )
        )
