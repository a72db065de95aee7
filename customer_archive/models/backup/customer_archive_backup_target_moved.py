import json
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import backup
from ..common.sentinel import as_system
from ..encryption.customer_archive_keyring import KeyProblem
from .backup_words import words

FORMER = "former"


class CustomerArchiveBackupTarget(models.Model):
    """A target for keys that was moved leaves no keystore behind.

    What lies at the old place has keys that are destroyed here since. It is deleted
    there once the new place has a keystore that was read again; if that can't be done,
    administrators are asked to.
    """

    _inherit = "customer.archive.backup.target"

    former_url = fields.Char(string="Keystore Left At", readonly=True, copy=False)
    former_ciphertext = fields.Char(
        groups=fields.NO_ACCESS,
        prefetch=False,
        copy=False,
        export_string_translation=False,
    )

    @api.model
    def _protected(self):
        return {**super()._protected(), "former_url": False}

    def write(self, vals):
        for target in self:
            if any(name in vals and vals[name] != target[name] for name in
                   ("url", "holds")):  # fmt: skip
                target._check_stays_keys(vals)
                target._remember_place()
        return super().write(vals)

    def _check_stays_keys(self, vals):
        """Refuse to keep contents from now on where a keystore would stay behind.

        It is deleted only once another place has one, which this target wouldn't.
        """
        is_left = self.holds == "keys" and (self.prepared_on or self.former_url)
        if is_left and vals.get("holds", "keys") != "keys":
            raise UserError(
                self.env._(
                    "This target has had the keystore, and goes on to: set up another "
                    "target for files and database."
                )
            )

    def _remember_place(self):
        """Keep where the keystore lies, and what opens that place."""
        if self.holds != "keys" or not self.prepared_on:
            return
        if self.former_url:
            raise UserError(
                self.env._(
                    "The keystore is still at %s, too. Make a backup here, which "
                    "deletes it there, or delete it yourself and say so, before this "
                    "target is moved again.",
                    self.former_url,
                )
            )
        keys, text = self.env["customer.archive.keyring"], json.dumps(self._options())
        # The writer may move the target; the key is the system's.
        key = keys._named_key(backup.sealing.KEY_NAME)
        sealed = keys._seal(key, self, FORMER, self.id, text.encode())
        as_system(self.sudo()).write(
            {"former_url": self.url, "former_ciphertext": sealed}
        )

    def _leave_former(self, place):
        """Delete the keystore at the old place; return in words why it is still there.

        Anchors stay: they are evidence, and open nothing.

        :param place: the new one, which has the keystore
        """
        own = self.sudo()
        if not own.former_url:
            return None
        keys = self.env["customer.archive.keyring"]
        try:
            options = json.loads(
                keys._open(self, FORMER, self.id, own.former_ciphertext)
            )
            former = backup.Place(own.former_url, options, keys._database())
            former.check("keys")
            is_other = not (_is_same(place, former) or self._is_others(former))
            if is_other:
                former.remove(["keystore.db"])
        except (backup.BackupError, KeyProblem) as error:
            is_ours = isinstance(error, backup.BackupError)
            return self.env._(
                "The keystore still lies at %(place)s, with keys that were destroyed "
                "here since. Delete keystore.db there by hand, and confirm that on the "
                "target. (%(reason)s)",
                place=own.former_url,
                reason=words(self.env, error) if is_ours else str(error),
            )
        if is_other:
            self._record_former_keystore("deleted")
        self._forget_former()
        return None

    def _is_others(self, former):
        """Whether another target has its keystore where this one had it."""
        others = self.search(
            [
                ("holds", "=", "keys"),
                ("prepared_on", "!=", False),
                ("id", "!=", self.id),
            ]
        )
        return any(_is_same(each._place(), former) for each in others)

    def _record_former_keystore(self, how):
        log = self.env["customer.archive.log"]
        log._record("backup", self, f"former keystore {how}")

    def _forget_former(self):
        as_system(self.sudo()).write({"former_url": False, "former_ciphertext": False})

    def action_former_deleted(self):
        """Take somebody's word that the keystore was deleted at the old place.

        :raise AccessError: unless the user administers the customer files
        """
        self.ensure_one()
        self._check_administers("backup_target")
        if not self.former_url:
            raise UserError(self.env._("No keystore was left anywhere."))
        self._record_former_keystore("by hand")
        self._forget_former()
        return True


def _is_same(place, other):
    """Whether two places are one under two names: what is put here is there."""
    name = f"tmp/{secrets.token_hex(12)}"
    place.put_bytes(name, b"same?")
    try:
        return other.exists(name)
    finally:
        place.remove([name])
