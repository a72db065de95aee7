from pathlib import Path

from odoo import models
from odoo.tools.mimetypes import MIMETYPE_HEAD_SIZE

from ...tools import fixity, keyring
from ..copies.ir_attachment import ITEM
from ..copies.ir_attachment_encryption import SHA256, SM3
from ..encryption.customer_archive_keyring import KeyProblem

# What errors of the keyring say of one copy.
FOUND = {
    **dict.fromkeys(("no_key", "destroyed"), "key"),
    **dict.fromkeys(("tampered", "truncated", "format"), "altered"),
}


class IrAttachment(models.Model):
    """Whether a copy is still what was filed: its bytes, its key, what is said of it."""

    _inherit = "ir.attachment"

    _archive_items = models.Index("(id) WHERE res_model = 'customer.archive.document'")

    def _archive_fixity(self):
        """Return the codes of what is wrong with one copy; none if all is well.

        Called as superuser, by the check alone: nothing that is read leaves it.

        :return: list of values of ``problem`` of a line
        """
        self.ensure_one()
        if not self.archive_key:
            return ["plain"]
        path = Path(self._full_path(self.store_fname)) if self.store_fname else None
        if not path or not path.is_file():
            return ["missing"]
        try:
            with path.open("rb") as source:
                problems = self._archive_stored_problems(path, source)
        except OSError:
            return ["unreadable"]
        problems = problems or self._archive_content_problems()
        return [*problems, "trouble"] if self.archive_trouble else problems

    def _archive_stored_problems(self, path, source):
        """Return what is wrong with the bytes that are stored; it takes no key."""
        if path.stat().st_size != keyring.stored_size(self.file_size):
            return ["size"]
        if self.archive_sha256:
            altered = fixity.sha256_of(source) != self.archive_sha256
            return ["altered"] if altered else []
        return []

    def _archive_content_problems(self):
        """Return what is wrong with key and content, whose beginning and end are read."""
        try:
            with self._archive_reader() as reader, self._archive_verified():
                if not self.archive_sha256:
                    # Filed before digests were: what opens is what was filed.
                    reader.verify()
                    self._archive_take_digests()
                head = reader.read(MIMETYPE_HEAD_SIZE)
        except KeyProblem as error:
            if error.code not in FOUND:
                # No key can be had at all: nothing can be said of any copy.
                raise
            return [FOUND[error.code]]
        # By the name and the content alone, as when it came in.
        found = self._compute_mimetype({"name": self.name, "raw": head})
        return [] if found == self.mimetype else ["type"]

    def _archive_take_digests(self):
        with Path(self._full_path(self.store_fname)).open("rb") as source:
            digests = fixity.digests_of(source)
        self._archive_write({SHA256: digests["sha256"], SM3: digests["sm3"]})

    def _archive_items_after(self, company, last_id, limit):
        """Return the next copies of the items of a company, by id."""
        self.env.cr.execute(
            """
            SELECT a.id FROM ir_attachment a
              JOIN customer_archive_document d ON d.id = a.res_id
             WHERE a.res_model = %s AND a.type = 'binary' AND a.res_field IS NULL
               AND d.company_id = %s AND a.id > %s
             ORDER BY a.id LIMIT %s
            """,
            [ITEM, company.id, last_id, limit],
        )
        return self.browse(row[0] for row in self.env.cr.fetchall())
