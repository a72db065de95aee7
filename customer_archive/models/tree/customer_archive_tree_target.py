import json

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, UserError

from ...tools import backup, tree_package
from ...tools import transfer_package as package
from ...tools.sharing_package import safe_name
from ..backup.backup_words import words
from ..common.sentinel import as_system

WRITER = "customer_archive.cron_tree_write"


class CustomerArchiveTree(models.Model):
    """The tree on a target: on record before its first byte leaves.

    The button says so and commits; the scheduled action writes, with the rights of who
    pressed it, see ``customer_archive_tree_writing.py``.
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
    # JSON: the ids of the copies that were put on record with the button, in order.
    sending = fields.Text(
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        prefetch=False,
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
            **dict.fromkeys((*names, "sending", "path", "problem"), False),
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
        # Numbers are as the sequence says, which is anybody's to set up.
        return f"exports/{safe_name(self.name)}-{self.id}"

    def _place_there(self):
        """Return the place that exports lie at; as superuser.

        :raise BackupError: if it isn't the one that was marked, so that nobody takes
            for removed what only isn't mounted
        """
        if self.target_id._where() != self.target_where:
            raise backup.BackupError("marker", self.target_where)
        place = self.target_id._place()
        place.check("exports")
        return place

    def _prepare_target(self):
        """Mark the target, if it is used for the first time; as superuser.

        :raise UserError: if it can't be used
        """
        try:
            self.target_id._prepare()
        except backup.BackupError as error:
            raise UserError(words(self.env, error)) from None

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
        # Committed with this: what a failed writing leaves is found by its mark.
        own._prepare_target()
        going = own._entries_now(items)
        now, where = fields.Datetime.now(), own.target_where.rstrip("/")
        database = self.env["customer.archive.keyring"]._database()
        path = f"{where}/customer_archive/{database}/{own._folder_there()}"
        values = {
            "state": "writing",
            "exported_by_id": self.env.uid,
            "path": path,
            "problem": False,
            "write_on": now,
            **dict.fromkeys(("written", "attempts"), 0),
            "sending": json.dumps([each["copy"] for each in going]),
            # What an earlier writing left goes with this one.
            "next_on": own.date_to,
        }
        as_system(own).write(values)
        note = f"{own.purpose}\n{own.target_address}"
        self._record_export("sent", note)
        self._record_copies("copied", going)
        self.env.ref(WRITER).sudo()._trigger()
        return True

    # What goes wrong there

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

    def _removed_or_why(self):
        """Remove the tree from the target; return in words why it is still there."""
        try:
            self._place_there().remove_tree(self._folder_there())
        except OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 -- whatever it is, copies may lie there
            return self.env._(
                "Decrypted copies may still lie at %(path)s. It is tried again; delete "
                "that folder by hand if it stays. (%(reason)s)",
                path=self.path,
                reason=self._words_of(error),
            )
        return None
