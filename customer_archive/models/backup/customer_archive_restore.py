import os
import secrets
from pathlib import Path

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import backup
from ...tools.backup import sealing
from ..common.roles import ARCHIVIST
from ..common.sentinel import as_system
from ..encryption.customer_archive_keyring import KeyProblem
from .backup_words import words

# Of these a copy is better than what is on the disk, if anything is.
DAMAGED = ("missing", "size", "altered", "unreadable")


class CustomerArchiveRestore(models.Model):
    """Copies of a file put back from a backup, by whom, and what came of it 恢复."""

    _name = "customer.archive.restore"
    _description = "Restore"
    _inherit = ["customer.archive.guard"]
    _order = "id desc"
    _rec_name = "archive_id"

    archive_id = fields.Many2one(
        "customer.archive",
        string="File",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="archive_id.company_id", store=True, index=True, precompute=True
    )
    user_id = fields.Many2one(
        "res.users", string="Restored by", required=True, readonly=True
    )
    date = fields.Datetime(
        string="Time", required=True, readonly=True, default=fields.Datetime.now
    )
    checked = fields.Integer(string="Copies Checked", readonly=True, aggregator=None)
    restored = fields.Integer(string="Copies Restored", readonly=True, aggregator=None)
    missing = fields.Integer(
        string="Still Damaged or Missing", readonly=True, aggregator=None
    )
    state = fields.Selection(
        [
            ("nothing", "Nothing to Restore"),
            ("done", "Restored"),
            ("failed", "Not Restored"),
        ],
        string="Result",
        required=True,
        readonly=True,
        default="nothing",
    )
    note = fields.Text(string="What Happened", readonly=True)

    @api.model
    def _protected(self):
        return {
            **super()._protected(),
            **dict.fromkeys(("archive_id", "user_id", "note"), False),
            **dict.fromkeys(("checked", "restored", "missing"), 0),
            "company_id": None,
            "date": False,
            "state": "nothing",
        }

    @api.model
    def _check_may_restore(self, archive):
        if not self.env.user.has_group(ARCHIVIST):
            raise self._refusal(
                self.env._("Copies are restored from backups by archivists."), "restore"
            )
        if archive.state == "destroyed":
            raise self._refusal_destroyed(archive)

    def _refusal_destroyed(self, archive):
        message = self.env._(
            "%s was destroyed: its keys are gone for good, and no backup brings its "
            "content back.",
            archive.display_name,
        )
        log = self.env["customer.archive.log"]
        log._record_refusal(archive, "restore", message)
        return UserError(message)

    @api.model
    def _restored(self, archive, copies):
        """Put back what is missing or altered of these copies; return what was done.

        Called as superuser, after the role was checked.
        """
        found = dict(copies._archive_fixity())
        damaged = copies.filtered(lambda copy: found.get(copy) in DAMAGED)
        told = [copy._archive_put_back() for copy in damaged]
        back = sum(not text for text in told)
        state = "nothing"
        if damaged:
            state = "done" if back == len(damaged) else "failed"
        notes = [
            f"{copy.name}: {text or self.env._('restored')}"
            for copy, text in zip(damaged, told, strict=True)
        ]
        made = as_system(self).create(
            {
                "archive_id": archive.id,
                "user_id": self.env.uid,
                "checked": len(copies),
                "restored": back,
                "missing": len(damaged) - back,
                "state": state,
                "note": "\n".join(notes) or False,
            }
        )
        self.env["customer.archive.log"]._record("backup", archive, f"restored {state}")
        return self.browse(made.id)


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _archive_put_back(self):
        """Put one copy back from the first target that has it as it was filed.

        :return: nothing, or in words why it isn't there
        """
        self.ensure_one()
        told = self.env._("No backup has it.")
        for content in self._archive_backups():
            try:
                self._archive_fetch(content)
            except (backup.BackupError, KeyProblem) as error:
                is_ours = isinstance(error, backup.BackupError)
                told = words(self.env, error) if is_ours else str(error)
                continue
            problem = dict(self._archive_fixity()).get(self)
            if problem not in DAMAGED:
                return None
            told = self.env._("What the backup has isn't what was filed.")
        return told

    def _archive_backups(self):
        contents = self.env["customer.archive.backup.content"]
        domain = [("source", "=", self.store_fname), ("sealed", "=", False)]
        return contents.search([*domain, ("is_good", "=", True)], order="id")

    def _archive_fetch(self, content):
        """Write what a target has in place of what is on the disk, at once or not."""
        place = content.target_id._place()
        path = Path(self._full_path(self.store_fname))
        said = sealing.Content(
            content.source, False, content.sha256, content.sm3, int(content.size)
        )
        if self.archive_sha256 and self.archive_sha256 != content.sha256:
            raise backup.BackupError("tampered", said.name)
        passing = path.with_name(f".{secrets.token_hex(8)}")
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with sealing.fetched(place, said) as source, passing.open("wb") as target:
                sealing.pour(source, target)
                target.flush()
                os.fsync(target.fileno())
            passing.replace(path)
        finally:
            passing.unlink(missing_ok=True)


class CustomerArchiveBackup(models.Model):
    _inherit = "customer.archive.backup"

    @api.model
    def _restored_whole(self, name):
        """Record that this database was restored from a run.

        :return: numbers of the files whose keys were destroyed since, if not before:
            their contents stay unreadable, and the schedule erases them again
        """
        run = self.search([("name", "=", name)], limit=1)
        self.env["customer.archive.log"]._record("backup", run, "whole")
        self.env.cr.execute("SELECT key_id FROM customer_archive WHERE key_id <> ''")
        store = self.env["customer.archive.keyring"]._keystore()
        gone = store.destroyed_at([row[0] for row in self.env.cr.fetchall()])
        files = self.env["customer.archive"].search([("key_id", "in", list(gone))])
        return [file.name or str(file.id) for file in files]
