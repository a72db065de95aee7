import base64
import binascii
import logging
import os
from pathlib import Path

from odoo import api, models, tools
from odoo.exceptions import UserError

from ...tools import chain, keyring
from ..common.scheduled import scheduled
from ..common.sentinel import as_system

_logger = logging.getLogger(__name__)

BLIND_INDEX = "blind-index"
UPLOAD = "upload"
# A key that encrypts nothing: its name tells which database a keystore serves.
OWNER = "database"
# Keys re-wrapped in one step.
BATCH = 500


class KeyProblem(UserError):
    """A key can't be had, or doesn't open what it should."""

    # It is in the access record; the log has nothing to add.
    loglevel = logging.INFO

    def __init__(self, message, code):
        super().__init__(message)
        self.code = code


class CustomerArchiveKeyring(models.AbstractModel):
    """The keystore of this database, for the other models; nothing here is public."""

    _name = "customer.archive.keyring"
    _description = "Keys"

    # Where it is

    @api.model
    def _folder(self):
        """Return the folder of this database's keystore, outside the database."""
        return keystore_root() / self._database()

    @api.model
    def _database(self):
        """Return the identity of this database: a copy made by Odoo has another."""
        return self.env["ir.config_parameter"].sudo().get_param("database.uuid")

    @api.model
    def _master_keys(self, folder):
        if text := _setting("master_key"):
            return keyring.MasterKeys.from_text(text)
        return keyring.MasterKeys.from_folder(
            Path(_setting("master_keys") or folder / "master")
        )

    @api.model
    def _suite(self):
        """Return the name of the algorithms for new keys: "aes" or "sm"."""
        parameters = self.env["ir.config_parameter"].sudo()
        suite = parameters.get_param("customer_archive.suite")
        return suite if suite in keyring.SUITES else "aes"

    @api.model
    def _keystore(self):
        """Return the keystore, made on first use.

        :raise KeyProblem: if it is missing, though something is encrypted with it, or
            if it is that of another database
        """
        folder = self._folder()
        with self._explained():
            master = self._master_keys(folder)
            if keyring.Keystore.exists(folder) or self._in_use():
                store = keyring.Keystore(folder, master)
                self._check_owner(store)
                return store
            store = keyring.Keystore.create(folder, master, suite=self._suite())
            self._check_owner(store)
        self._remember_database()
        _logger.warning(
            "A keystore was made in %s. Back it up, apart from the database: "
            "without it nothing that is encrypted can be read again.",
            folder,
        )
        return store

    @api.model
    def _check_owner(self, store):
        """Check that a keystore is this database's.

        What is encrypted with another's would be lost when the right one comes back.

        :raise KeyringError: if it isn't
        """
        name = f"{OWNER} {self._database()}"
        if store.has_named_key(name):
            return
        if self._in_use():
            raise keyring.KeyringError("foreign", "the keystore of another database")
        # Just made, by us or by another process at the same time.
        store.named_key(name)

    @api.model
    def _in_use(self):
        """Whether this database holds anything that only its keystore opens."""
        self.env.cr.execute(
            "SELECT EXISTS (SELECT FROM customer_archive_log"
            " WHERE sequence IS NOT NULL)"
            " OR EXISTS (SELECT FROM customer_archive WHERE key_id IS NOT NULL)"
            " OR EXISTS (SELECT FROM ir_attachment WHERE archive_key IS NOT NULL)"
        )
        return self.env.cr.fetchone()[0]

    # Keys

    @api.model
    def _file_key(self, archive):
        """Return the data key of a file, made when it is needed first."""
        # Whoever may write to an item or value of the file needs its key.
        archive = archive.sudo()
        archive.ensure_one()
        store = self._keystore()
        with self._explained():
            if archive.key_id:
                return store.key(archive.key_id)
        return self._new_file_key(archive)

    def _new_file_key(self, archive):
        store = self._keystore()
        with self._explained():
            store.set_suite(self._suite())
            key = store.new_key()
        as_system(archive).write({"key_id": key.id})
        return key

    @api.model
    def _key(self, key_id):
        """Return the data key that an envelope names."""
        with self._explained():
            return self._keystore().key(key_id)

    @api.model
    def _named_key(self, name):
        with self._explained():
            return self._keystore().named_key(name)

    @api.model
    @tools.ormcache()
    def _record_key(self):
        """Return key and hash of the access record; kept in memory, it never ends."""
        return chain.seal_key(self._named_key(chain.KEY_NAME))

    # Values

    @api.model
    def _context(self, record, field, owner_id):
        """Return what a ciphertext belongs to, so that it opens nowhere else."""
        # What is typed in a form shows what is stored.
        place = (self._database(), record._name, str(record._origin.id), field)
        return (*place, str(owner_id or 0))

    @api.model
    def _seal(self, key, record, field, owner_id, plaintext):
        """Return ``plaintext`` encrypted for one field of one record, as text.

        :param owner_id: id of what the record belongs to, and stays with
        """
        envelope = key.seal(plaintext, self._context(record, field, owner_id))
        return base64.b64encode(envelope).decode()

    @api.model
    def _open(self, record, field, owner_id, text):
        """Return what :meth:`_seal` made ``text`` of.

        :raise KeyProblem: if it was altered or belongs elsewhere; that is recorded
        """
        with self._explained(record):
            envelope = _envelope(text)
            key = self._keystore().key(keyring.key_id_of(envelope))
            return key.open(envelope, self._context(record, field, owner_id))

    @api.model
    def _blind_index(self, kind, value):
        """Return what finds a value again without telling it."""
        return self._named_key(BLIND_INDEX).blind_index(value, (kind,))

    # Care

    @api.model
    def _rotate_master_key(self):
        """Begin to wrap all keys with a new master key; a job does it bit by bit."""
        store = self._keystore()
        with self._explained():
            master = store.begin_rotation()
        self.env["customer.archive.log"]._record("key", self, f"rotate {master}")
        self.env.ref("customer_archive.cron_rotation")._trigger()

    @api.model
    @scheduled
    def _cron_rotate(self):
        """Wrap what isn't wrapped with the current master key yet.

        Killed anywhere, it goes on where it was: the keystore knows what is left.
        """
        if not keyring.Keystore.exists(self._folder()):
            return
        try:
            self._rotate()
        except KeyProblem as error:
            # Failing would switch the job off in the end.
            _logger.error("Keys aren't wrapped anew: %s", error)

    def _rotate(self):
        store = self._keystore()
        with self._explained():
            done, total = store.rotation()
            while done < total:
                count = store.rotate(BATCH)
                done, total = store.rotation()
                if not count or not self.env["ir.cron"]._commit_progress(
                    count, remaining=total - done
                ):
                    break

    @api.model
    def _retire_master_key(self, master):
        """Throw a former master key away.

        :raise KeyProblem: if keys are still wrapped with it
        """
        store = self._keystore()
        with self._explained():
            store.retire(master)
        self.env["customer.archive.log"]._record("key", self, f"retire {master}")

    @api.model
    def _health(self):
        """Return how the keystore is, as a dict; see ``Keystore.health``.

        In ``words`` is what is wrong and what to do, or nothing; ``removable`` are the
        master keys that aren't needed any more.
        """
        folder = self._folder()
        report = {"ok": True, "code": "unused", "path": str(folder), "words": ""}
        try:
            if keyring.Keystore.exists(folder) or self._in_use():
                store = keyring.Keystore(folder, self._master_keys(folder))
                report |= store.health()
                report["removable"] = _removable(report)
                if report["ok"]:
                    self._check_owner(store)
        except (keyring.KeyringError, OSError) as error:
            code = getattr(error, "code", "unreadable")
            report |= {"ok": False, "code": code, "message": str(error)}
        if not report["ok"]:
            problem = keyring.KeyringError(report["code"], report["message"])
            report["words"] = self._words(problem)
        return report

    # Errors

    @api.model
    def _explained(self, record=None):
        """Return a context manager that puts errors of the keyring into words.

        :param record: what was to be opened; damage to it is recorded
        """
        return _Explained(self.env, record)

    @api.model
    def _words(self, error, record=None):
        """Return what went wrong with a key, and what to do.

        :param record: what was to be opened, if anything
        """
        folder = self._folder()
        if record is not None and isinstance(error, keyring.Tampered):
            return self.env._(
                "This content was altered or replaced and can't be shown. Notify "
                "the auditor; it may be possible to restore it from a backup."
            )
        words = {
            "destroyed": self.env._("This was destroyed and can no longer be read."),
            "wrong_master_key": self.env._(
                "The master key doesn't belong to the keystore %s. An "
                "administrator must restore the right one.",
                folder,
            ),
            "no_master_key": self.env._(
                "The master key of the keystore %s is missing. An administrator "
                "must restore it.",
                folder,
            ),
            "no_keystore": self.env._(
                "The keystore %s is missing. An administrator must restore it from "
                "its backup.",
                folder,
            ),
            "no_key": self.env._(
                "The key isn't in the keystore %s. An administrator must restore "
                "the keystore that belongs to this database.",
                folder,
            ),
            "foreign": self.env._(
                "The keystore %s belongs to another database. An administrator "
                "must restore the right one.",
                folder,
            ),
            "nothing": self.env._(
                "The master keys come from a server setting: insert a new key "
                "before the others there, restart the server, and rotate again."
            ),
            "in_use": self.env._(
                "Some keys are still wrapped with this master key: wait until the "
                "rotation has finished."
            ),
            "permissions": self.env._(
                "Users other than the server's can read the keys in %s. An "
                "administrator must remove these permissions.",
                folder,
            ),
        }
        return words.get(error.code) or self.env._(
            "The keystore %(folder)s can't be used: %(problem)s",
            folder=folder,
            problem=error,
        )


class _Explained:
    def __init__(self, env, record):
        self.env, self.record = env, record

    def __enter__(self):
        return self

    def __exit__(self, _kind, error, _traceback):
        if not isinstance(error, keyring.KeyringError):
            return
        keys = self.env["customer.archive.keyring"]
        # A key that nobody knows may be an altered name of one.
        unknown = error.code == "no_key" and not keys._original()
        damage = isinstance(error, keyring.Tampered) or unknown
        if self.record is not None and damage:
            self.env["customer.archive.log"]._record_damage(self.record)
        words = keys._words(error, self.record)
        raise KeyProblem(words, error.code) from None


def _envelope(text):
    try:
        return base64.b64decode(text or "", validate=True)
    except (ValueError, binascii.Error):
        raise keyring.Tampered("format", "an envelope is Base64") from None


def _removable(health):
    """Return the ids of the master keys that no key is wrapped with any more."""
    outside = _setting("master_key")
    return [
        master["id"]
        for master in health["masters"]
        if master["id"] != health["current_master"]
        and not master["keys"]
        # One whose file is still there wasn't removed to the end.
        and (not master["retired"] or (master["present"] and not outside))
    ]


def keystore_root():
    """Return the folder that holds the keystores of all databases."""
    return Path(
        _setting("keystore")
        or os.path.join(tools.config["data_dir"], "customer_archive", "keystore")
    )


def _setting(name):
    """Return a setting from the environment or from odoo.conf."""
    return os.environ.get(f"CUSTOMER_ARCHIVE_{name.upper()}") or tools.config.get(
        f"customer_archive_{name}"
    )
