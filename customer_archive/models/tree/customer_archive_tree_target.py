import json
import logging

from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, UserError

from ...tools import backup, tree_package
from ...tools import transfer_package as package
from ..backup.backup_words import words
from ..common.attempt import attempt
from ..common.sentinel import as_system
from ..encryption.customer_archive_keyring import KeyProblem

_logger = logging.getLogger(__name__)

CRON = "customer_archive.cron_tree"


class CustomerArchiveTree(models.Model):
    """The tree on a target: on record before its first byte leaves.

    The button says so and commits; the scheduled action writes, with the rights of who
    pressed it. Killed anywhere, the next run removes what it finds and writes anew.
    """

    _inherit = "customer.archive.tree"

    target_address = fields.Char(
        readonly=True,
        copy=False,
        help="As it was when this was submitted: it is written there or nowhere.",
    )
    target_digest = fields.Char(
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        export_string_translation=False,
    )
    target_where = fields.Char(
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        export_string_translation=False,
    )
    write_on = fields.Datetime(
        readonly=True,
        copy=False,
        index="btree_not_null",
        export_string_translation=False,
    )
    path = fields.Char(
        string="Lies At",
        readonly=True,
        copy=False,
        help="Where decrypted copies lie, or may lie, until they are removed.",
    )
    problem = fields.Text(string="What Is Wrong", readonly=True, copy=False)

    @api.model
    def _protected(self):
        names = ("target_address", "target_digest", "target_where", "write_on")
        return {
            **super()._protected(),
            **dict.fromkeys((*names, "path", "problem"), False),
        }

    # Where

    def _freeze_target(self):
        """Note where it is to be written, for those who decide.

        :raise UserError: if the target can't be one
        """
        own = self.sudo()
        names = ("target_address", "target_digest", "target_where")
        target, values = own.target_id, dict.fromkeys(names, False)
        if target:
            if target.holds != "exports" or not target.active:
                raise UserError(
                    self.env._(
                        "“%s” isn't a target for exports: choose another.", target.name
                    )
                )
            # The options are nobody's to read: they only show in a digest.
            try:
                address, digest = target._archive_address()
                where = target._where()
            except backup.BackupError as error:
                raise UserError(words(self.env, error)) from None
            values = {"target_address": address, "target_digest": digest}
            values["target_where"] = where
        as_system(own).write(values)

    def _check_same_target(self):
        """Check that the target still is what was submitted.

        :raise UserError: if its address, options or key were changed since
        """
        own = self.sudo()
        if not own.target_id:
            return
        try:
            _address, digest = own.target_id._archive_address()
        except backup.BackupError as error:
            raise UserError(words(self.env, error)) from None
        if digest != own.target_digest or not own.target_id.active:
            raise UserError(
                self.env._(
                    "The target was changed after this was submitted for “%s”: nothing "
                    "is written. Have the target put back, or request a new export.",
                    own.target_address,
                )
            )

    def _folder_there(self):
        return f"exports/{self.name}-{self.id}"

    # Asking for it

    def action_write_to_target(self):
        """Have the tree written to its target; it runs in the background.

        What leaves is on record once this is committed, before anything does.

        :raise AccessError: for others than archivists
        :raise UserError: if something keeps it from being written
        """
        items = self._check_export("approved")
        if not self.sudo().target_id:
            raise UserError(
                self.env._("%s was approved as a download: download it.", self.name)
            )
        self._check_same_target()
        # Role, files and items were checked.
        own = self.sudo()
        going = own._entries_now(items)
        now, where = fields.Datetime.now(), own.target_where.rstrip("/")
        database = self.env["customer.archive.keyring"]._database()
        path = f"{where}/customer_archive/{database}/{own._folder_there()}"
        values = {"state": "writing", "write_on": now, "path": path, "problem": False}
        as_system(own).write({**values, "exported_by_id": self.env.uid})
        note = f"{own.purpose}\n{own.target_address}"
        self._record_export("sent", note)
        self._record_copies("copied", going)
        self.env.ref(CRON).sudo()._trigger()
        return True

    # Writing

    def _write_due(self):
        """Write what was asked for; as the system."""
        for tree in self:
            tree._write_or_say()

    def _write_or_say(self):
        if error := attempt(self.env, self._write_as_asked):
            _logger.debug("%s failed", self, exc_info=error)
            self._fail(self._words_of(error))

    def _write_as_asked(self):
        # Rights are those of who pressed the button, as they are now.
        own = self.with_user(self.exported_by_id)
        digest = own._write_tree()
        self._note_exported(digest, own.env.user, state="written", write_on=False)
        log = self.env["customer.archive.log"]
        log._record("export", self, f"tree written {self.name} {digest}")

    def _write_tree(self):
        """Write the tree; return the digest of its manifest.

        :raise BackupError: if the target doesn't take it
        :raise UserError: if something isn't any more as it was approved
        """
        items = self._check_export("writing")
        self._check_same_target()
        # From here on as what was checked.
        own = self.sudo()
        manifest, index, copies = own._made(own._entries_now(items))
        place, folder = own.target_id._prepare(), own._folder_there()
        # What a run left that was killed.
        place.remove_tree(folder)
        entries = json.loads(manifest)["entries"]
        opened = own._opener(index, copies)
        tree_package.write_tree(place.put_part, folder, manifest, entries, opened)
        return package.digest_of(manifest)

    def _words_of(self, error):
        if isinstance(error, tree_package.Interrupted):
            error = error.cause
        if isinstance(error, package.Altered):
            error = self._altered(error.args[0])
        if isinstance(error, backup.BackupError):
            return words(self.env, error)
        if isinstance(error, UserError | RedirectWarning):
            return str(error.args[0])
        return words(
            self.env,
            backup.BackupError("failed", f"{type(error).__name__}: {error}"),
        )

    def _fail(self, text):
        """Say why it isn't written, after removing what was."""
        left = self._removed_or_why()
        as_system(self).write(
            {
                "state": "approved",
                "write_on": False,
                "path": self.path if left else False,
                "problem": "\n".join(filter(None, (text, left))),
            }
        )
        log = self.env["customer.archive.log"]
        log._record("export", self, f"tree failed {self.name}")
        self._tell(self.exported_by_id, lambda own: own.problem)

    def _removed_or_why(self):
        """Remove the tree from the target; return in words why it is still there."""
        target = self.target_id
        try:
            if target._where() != self.target_where:
                # Another place would tell that nothing is there.
                raise backup.BackupError("marker", self.target_where)
            target._place().remove_tree(self._folder_there())
        except (backup.BackupError, KeyProblem) as error:
            return self.env._(
                "Decrypted copies may still lie at %(path)s. It is tried again; delete "
                "that folder by hand if it stays. (%(reason)s)",
                path=self.path,
                reason=self._words_of(error),
            )
        return None
