import hashlib
import logging
import os

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

from ...tools.papers import paper, watermark
from .ir_attachment import ITEM
from .ir_attachment_encryption import DIGEST, SEAL, SHA256, SM3

_logger = logging.getLogger(__name__)

TROUBLE = "archive_trouble"
# What the system alone says of a copy.
KEPT = {TROUBLE, DIGEST, SHA256, SM3, SEAL}
PIECE = 1 << 20


class IrAttachment(models.Model):
    """What comes in as a copy is a paper, or is said to be none (F6, F11).

    All ways in end in :meth:`_archive_store`. What installs or moves data as the
    superuser is never refused, and what is wrong with it is noted.
    """

    _inherit = "ir.attachment"

    archive_trouble = fields.Selection(
        [
            (paper.EMPTY, "Empty"),
            (paper.PROGRAM, "Program"),
            (paper.PROTECTED, "Password-protected"),
            (paper.DAMAGED, "Damaged"),
            (paper.MACROS, "With macros"),
        ],
        string="Copy Problem",
        copy=False,
        readonly=True,
    )
    # By which the same content is found again within one file, and nowhere else: a
    # keyed hash, of which each file has its own.
    archive_digest = fields.Char(
        groups=fields.NO_ACCESS, copy=False, readonly=True, index="btree_not_null"
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([_without_kept(vals) for vals in vals_list])

    def write(self, vals):
        vals = _without_kept(vals)
        result = super().write(vals)
        moved = {"res_model", "res_id"} & set(vals)
        if moved or "name" in vals:
            copies = self.sudo().filtered(lambda each: each.res_model == ITEM)
            for copy in copies:
                copy._archive_check_name()
            if moved:
                copies._archive_digest_anew()
        return result

    def _archive_store(self, source):
        head, size = source.read(paper.HEAD), source.seek(0, os.SEEK_END)
        source.seek(0)
        found = paper.refused(self.name, head, size)
        if found:
            self._archive_refuse(found)
        else:
            found = self._archive_trouble_of(head, source)
            source.seek(0)
        digest = self._archive_digest_of(source)
        source.seek(0)
        result = super()._archive_store(source)
        self._archive_write({TROUBLE: found, DIGEST: digest})
        return result

    def _archive_trouble_of(self, head, source):
        try:
            return paper.trouble(
                self.name, head, lambda: source.read(watermark.MAX_SIZE + 1)
            )
        except RuntimeError:
            # The server's fault: nobody waits with a paper for it.
            _logger.exception("A copy can't be looked at as it comes in.")
            return None

    def _archive_check_name(self):
        if paper.is_program(self.name):
            self._archive_refuse(paper.PROGRAM)

    def _archive_check_paper(self):
        """Check that there is a content at all: a copy may be made without one.

        :raise UserError: if there is none
        """
        own = self.sudo()
        if own.type != "binary" or not own.file_size:
            self._archive_refuse(paper.EMPTY)
        self._archive_check_name()

    def _archive_warnings(self):
        """Return, as sentences, what is to be looked at of a copy that has come in.

        What is wrong with it, and where it is already. Nothing of it is refused: one
        paper may prove two things.
        """
        self.ensure_one()
        trouble = self.archive_trouble
        words = [self._archive_trouble_words(trouble)] if trouble else []
        item = self._bound_archive_items().sudo(self.env.su)
        if not item:
            return words
        own = self.sudo()
        return words + item._doubles(own, item._twins(own))

    def _archive_refuse(self, code):
        if self.env.uid != SUPERUSER_ID:
            raise UserError(self._archive_trouble_words(code))

    def _archive_trouble_words(self, code):
        """Return what is wrong with a copy, and what to do."""
        name = self.name
        if code == paper.EMPTY:
            return self.env._(
                "“%s” is empty. Save or scan the document again, and attach that file.",
                name,
            )
        if code == paper.PROGRAM:
            return self.env._(
                "“%s” is a program or a web page, which can't be filed. Attach the "
                "document itself as a PDF or an image.",
                name,
            )
        if code == paper.PROTECTED:
            return self.env._(
                "“%s” needs a password to open, so it can't be consulted and "
                "doesn't count as received. Save it without a password, and attach "
                "that file.",
                name,
            )
        if code == paper.DAMAGED:
            return self.env._(
                "“%s” can't be read: it is damaged, or its content doesn't match "
                "its name, so it doesn't count as received. Open it, save or scan "
                "it again, and attach that file.",
                name,
            )
        return self.env._(
            "“%s” contains macros, which run on the computer of anyone who opens "
            "it. A PDF would be safer.",
            name,
        )

    # The same content again

    def _archive_digest_of(self, source):
        """Return the digest of a content for the file that it is in, if any."""
        archive = self._bound_archive_items().archive_id
        if not archive:
            return False
        digest = hashlib.sha256()
        while part := source.read(PIECE):
            digest.update(part)
        keys = self.env["customer.archive.keyring"]
        return keys._blind_index(f"copy {archive.id}", digest.hexdigest())

    def _archive_digest_anew(self):
        for copy in self._archive_encrypted():
            with copy._archive_reader() as reader:
                copy._archive_write({DIGEST: copy._archive_digest_of(reader)})


def _without_kept(vals):
    return {name: value for name, value in vals.items() if name not in KEPT}
