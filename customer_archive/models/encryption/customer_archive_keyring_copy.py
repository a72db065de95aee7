import json
import logging

from odoo import api, models

from ...tools import keyring
from .customer_archive_keyring import OWNER, KeyProblem, keystore_root

_logger = logging.getLogger(__name__)

# The identity of the database whose keystore opens what is encrypted here.
IDENTITY = "customer_archive.database"
# In a copy with keys of its own: the original's identity, and by company the place and
# digest of the last row of its access record.
ORIGINAL = "customer_archive.original"


class CustomerArchiveKeyring(models.AbstractModel):
    """What becomes of the keys when Odoo copies, restores or duplicates a database.

    Odoo's own commands give the result a new identity, a restored one as well as a copy
    for training. Which of them it is, only people know: until an administrator says so,
    nothing is decrypted or encrypted, so that no two databases share a keystore.
    """

    _inherit = "customer.archive.keyring"

    @api.model
    def _remember_database(self):
        """Remember whose keystore opens what is encrypted from now on."""
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param(IDENTITY, self._database())

    @api.model
    def _copied_from(self):
        """Return the identity of the original if nobody has decided about this copy."""
        identity = self.env["ir.config_parameter"].sudo().get_param(IDENTITY)
        copied = identity and identity != self._database() and self._in_use()
        return identity if copied else ""

    @api.model
    def _original(self):
        """Return what a copy with keys of its own knows of the original, as a dict."""
        text = self.env["ir.config_parameter"].sudo().get_param(ORIGINAL)
        return json.loads(text) if text else {}

    @api.model
    def _keystore(self):
        if self._copied_from():
            raise KeyProblem(self._words_copied(), "copied")
        return super()._keystore()

    @api.model
    def _file_key(self, archive):
        # Whoever may write to an item or value of the file needs its key.
        own = archive.sudo()
        if own.key_id and self._original():
            store = self._keystore()
            with self._explained():
                known = store.is_destroyed(own.key_id) or store.keys([own.key_id])
            if not known:
                # The original's. What is encrypted with it is read there only.
                return self._new_file_key(own)
        return super()._file_key(archive)

    # Decided by an administrator

    @api.model
    def _adopt_keystore(self):
        """Take a restored database for the original, which it replaces.

        :raise KeyProblem: if the original's keystore isn't there, or doesn't open
        """
        original = self._copied_from()
        self._check_is_copy(original)
        folder = keystore_root() / original
        if not keyring.Keystore.exists(folder):
            words = self.env._(
                "The keystore %s is missing: restore its backup there first.", folder
            )
            raise KeyProblem(words, "no_keystore")
        self._set_identity("database.uuid", original)
        # It may have been found out just now.
        self._set_identity(IDENTITY, original)
        # Raises what is wrong with it; then nothing has been changed.
        self._record_key()
        self.env["customer.archive.log"]._record("key", self, "adopt")

    @api.model
    def _keep_as_copy(self):
        """Give a copy, such as one for training, a keystore of its own."""
        original = self._copied_from()
        self._check_is_copy(original)
        known = {"database": original, "records": self._heads()}
        self._set_identity(ORIGINAL, json.dumps(known))
        self._set_identity(IDENTITY, self._database())
        folder = self._folder()
        with self._explained():
            master = self._master_keys(folder)
            if not keyring.Keystore.exists(folder):
                keyring.Keystore.create(folder, master, suite=self._suite())
            store = keyring.Keystore(folder, master)
            # Ours: what an earlier try made may be there already.
            store.named_key(f"{OWNER} {self._database()}")
        _logger.info("The copy of %s has a keystore of its own: %s", original, folder)
        self.env["customer.archive.log"]._record("key", self, "copy")

    def _check_is_copy(self, original):
        if not original:
            words = self.env._(
                "This database and its keystore already belong together."
            )
            raise KeyProblem(words, "not_copied")

    def _set_identity(self, name, value):
        # The caller has checked that the user administers the keys.
        self.env["ir.config_parameter"].sudo().set_param(name, value)
        # The keys that are kept in memory were another identity's.
        self.env.registry.clear_cache()

    def _heads(self):
        """Return place and digest of the last sealed row by company."""
        self.env.cr.execute(
            "SELECT DISTINCT ON (company_id) company_id, sequence, digest"
            " FROM customer_archive_log WHERE sequence IS NOT NULL"
            " ORDER BY company_id, sequence DESC"
        )
        return {company: head for company, *head in self.env.cr.fetchall()}

    # Words

    @api.model
    def _words_copied(self):
        return self.env._(
            "This database was copied or restored and has a new identity: nothing "
            "is decrypted or encrypted until an administrator specifies what it "
            "is, under Settings → Customer Files → Keystore. If it replaces the "
            "original, it is linked to the original's keystore; if it is a copy, "
            "such as for training, it gets its own keys."
        )

    @api.model
    def _words(self, error, record=None):
        if error.code == "no_key" and self._original():
            return self.env._(
                "This was encrypted in the original database, of which this one is "
                "a copy, and can only be read there."
            )
        return super()._words(error, record)

    @api.model
    def _health(self):
        original = self._copied_from()
        if not original:
            return super()._health()
        folder = keystore_root() / original
        return {
            "ok": False,
            "code": "copied",
            "path": str(folder),
            "words": self._words_copied(),
        }
