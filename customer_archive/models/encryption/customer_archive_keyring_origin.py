import base64
import binascii
import logging

from odoo import api, models

from ...tools import keyring
from .customer_archive_keyring import OWNER, keystore_root
from .customer_archive_keyring_copy import IDENTITY

_logger = logging.getLogger(__name__)

# Keys that are looked for in each keystore: the newest, which old backups lack.
LOOKED_FOR = 200


class CustomerArchiveKeyring(models.AbstractModel):
    """Whose keystore opens what is encrypted here, where nobody remembered it.

    A backup from before identities were remembered may be loaded under the new code.
    What is encrypted names its keys, and the keystores lie beside each other.
    """

    _inherit = "customer.archive.keyring"

    @api.model
    def _remember_origin(self):
        """Remember whose keystore opens what is here, as far as it can be found out.

        What was remembered before stays, unless it is this database without a keystore.
        """
        parameters = self.env["ir.config_parameter"].sudo()
        known = parameters.get_param(IDENTITY)
        if known and known != self._database():
            return
        origin = self._copied_from()
        if origin:
            self._set_identity(IDENTITY, origin)
            _logger.warning(
                "What is encrypted here belongs to the keystore of %s: what this "
                "database is, an administrator says under Settings → Customer Files.",
                origin,
            )
        elif not self._lacks_keystore():
            self._remember_database()
        else:
            _logger.warning(self._health()["words"])

    @api.model
    def _copied_from(self):
        identity = super()._copied_from()
        if identity or not self._lacks_keystore():
            return identity
        return self._found_origin()

    @api.model
    def _lacks_keystore(self):
        """Whether something is encrypted here, and its keystore isn't in its place."""
        return not keyring.Keystore.exists(self._folder()) and self._in_use()

    @api.model
    def _found_origin(self):
        """Return the identity whose keystore holds most of the keys, or ""."""
        wanted = self._used_keys()
        found = {
            folder.name: self._count_held(folder, wanted)
            for folder in self._other_keystores()
        }
        best = max(found, key=found.get, default="")
        return best if found.get(best) else ""

    @api.model
    def _other_keystores(self):
        """Return the folders of keystores that may be those of an original."""
        # A copy with keys of its own is never led back to its original by itself.
        apart = {self._database(), self._original().get("database")}
        try:
            folders = sorted(keystore_root().iterdir())
        except OSError:
            return []
        return [
            folder
            for folder in folders
            if folder.name not in apart and keyring.Keystore.exists(folder)
        ]

    @api.model
    def _count_held(self, folder, wanted):
        """Return how many of these keys a keystore holds, if it is its folder's own."""
        # Which keys it has needs no master key.
        store = keyring.Keystore(folder, None)
        try:
            if not store.has_named_key(f"{OWNER} {folder.name}"):
                return 0
            return store.count_known(wanted)
        except keyring.KeyringError as error:
            _logger.info("Keystore %s wasn't looked into: %s", folder, error)
            return 0

    @api.model
    def _used_keys(self):
        """Return the ids of the newest keys that something is encrypted with here."""
        self.env.cr.execute(
            "SELECT key_id FROM customer_archive WHERE key_id IS NOT NULL"
            " ORDER BY id DESC LIMIT %s",
            [LOOKED_FOR],
        )
        found = [key_id for (key_id,) in self.env.cr.fetchall()]
        self.env.cr.execute(
            "SELECT archive_key FROM ir_attachment WHERE archive_key IS NOT NULL"
            " ORDER BY id DESC LIMIT %s",
            [LOOKED_FOR],
        )
        found += [_key_named_by(text) for (text,) in self.env.cr.fetchall()]
        return list(dict.fromkeys(filter(None, found)))

    @api.model
    def _words(self, error, record=None):
        words = super()._words(error, record)
        wanted = self._used_keys() if error.code == "no_keystore" else ()
        if not wanted:
            return words
        missing = self.env._(
            "The right backup contains the key %(key)s; the %(count)s other "
            "keystores in %(root)s don't contain it.",
            key=wanted[0],
            count=len(self._other_keystores()),
            root=keystore_root(),
        )
        return f"{words} {missing}"


def _key_named_by(text):
    """Return the id of the key that an envelope names, or None if it is damaged."""
    try:
        return keyring.key_id_of(base64.b64decode(text, validate=True))
    except (ValueError, binascii.Error, keyring.KeyringError):
        return None
