import base64
import binascii
import hashlib
import hmac
from pathlib import Path

from odoo import fields, models, tools
from odoo.tools.mimetypes import MIMETYPE_HEAD_SIZE

from ...tools import chain, fixity, keyring
from ..copies.ir_attachment import ITEM
from ..copies.ir_attachment_encryption import KEY, SEAL, SHA256, SM3
from ..encryption.customer_archive_keyring import KeyProblem

# What the register says of a content; sealed as it is stored.
SEALED = ("id", "mimetype", "file_size", KEY, SHA256)
READ = (*SEALED, "store_fname", SEAL, "archive_trouble")
# What errors of the keyring say of one copy.
FOUND = {
    **dict.fromkeys(("no_key", "destroyed"), "key"),
    **dict.fromkeys(("tampered", "truncated", "format"), "altered"),
}


class IrAttachment(models.Model):
    """Whether a copy is still what was filed: bytes, key, and what is said of it.

    The bytes are compared with their digest, and what the register says of them with a
    keyed hash: that takes nobody's key, and no content is decrypted. Only what doesn't
    fit is opened, to say what it is.
    """

    _inherit = "ir.attachment"

    archive_seal = fields.Char(
        groups=fields.NO_ACCESS,
        copy=False,
        readonly=True,
        export_string_translation=False,
    )

    _archive_items = models.Index("(id) WHERE res_model = 'customer.archive.document'")

    def _archive_write(self, vals):
        result = super()._archive_write(vals)
        if {KEY, SHA256} & vals.keys():
            self._archive_seal_register()
        return result

    def _archive_seal_register(self):
        for copy in self.sudo():
            values = {name: copy[name] for name in SEALED}
            copy._archive_write({SEAL: copy._archive_mac(values)})

    def _archive_mac(self, values):
        """Return what stands for what the register says of a copy."""
        said = "\x1f".join(str(values[name] or "") for name in SEALED)
        key = self._archive_fixity_key()
        return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()

    @tools.ormcache()
    def _archive_fixity_key(self):
        """Return the key of these hashes; kept in memory, it opens nothing."""
        keys = self.env["customer.archive.keyring"]
        return keys._named_key(chain.KEY_NAME).derive("stored copies")

    # The check; called as superuser, by the check alone: what is read never leaves it

    def _archive_fixity(self):
        """Return what is wrong with these copies.

        :return: list of (copy, value of ``problem`` of a line)
        """
        self.flush_model(READ)
        self.env.cr.execute(
            f"SELECT {', '.join(READ)} FROM ir_attachment WHERE id = ANY(%s)"
            " ORDER BY id",
            [self.ids],
        )
        rows = self.env.cr.dictfetchall()
        keys = self._archive_known_keys(rows)
        found = []
        for row in rows:
            copy = self.browse(row["id"])
            if problem := copy._archive_problem(row, keys):
                found.append((copy, problem))
            if row["archive_trouble"]:
                found.append((copy, "trouble"))
        return found

    def _archive_known_keys(self, rows):
        """Return the ids of those keys of some rows that are there, all at once."""
        named = {_key_id(row[KEY]) for row in rows} - {None}
        store = self.env["customer.archive.keyring"]._keystore()
        with self.env["customer.archive.keyring"]._explained():
            return set(store.keys(named))

    def _archive_problem(self, row, keys):
        """Return what is wrong with one copy, None if nothing is.

        :param row: what the register says of it
        :param keys: ids of the keys that are there
        """
        if not row[KEY]:
            return "plain"
        if not row["store_fname"]:
            return "missing"
        path = self._full_path(row["store_fname"])
        size = keyring.stored_size(row["file_size"] or 0)
        if problem := fixity.problem(path, size, row[SHA256]):
            return problem
        if row[SEAL] and hmac.compare_digest(row[SEAL], self._archive_mac(row)):
            return None if _key_id(row[KEY]) in keys else "key"
        return self._archive_content_problem()

    def _archive_content_problem(self):
        """Decrypt one copy, to say what is wrong with it, None if nothing is.

        What was filed before there were digests gets them then: what opens with its key
        is what was filed.
        """
        try:
            with self._archive_reader() as reader, self._archive_verified():
                reader.verify()
                head = reader.read(MIMETYPE_HEAD_SIZE)
        except KeyProblem as error:
            if error.code not in FOUND:
                # No key can be had at all: nothing can be said of any copy.
                raise
            return FOUND[error.code]
        # By the name and the content alone, as when it came in.
        if self._compute_mimetype({"name": self.name, "raw": head}) != self.mimetype:
            return "type"
        self._archive_take_digests()
        return None

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


def _key_id(wrapped):
    """Return the id of the key that wraps a content's key, if it names one."""
    try:
        return keyring.key_id_of(base64.b64decode(wrapped or "", validate=True))
    except (binascii.Error, keyring.KeyringError):
        return None
