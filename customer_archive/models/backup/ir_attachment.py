import os
import secrets
from pathlib import Path

from odoo import models

from ...tools import backup
from ...tools.backup import sealing
from ..encryption.customer_archive_keyring import KeyProblem
from .backup_words import words

# Of these a copy is better than what is on the disk, if anything is.
DAMAGED = ("missing", "size", "altered", "unreadable")


class IrAttachment(models.Model):
    """Copies in backups: what they are called, and how they come back."""

    _inherit = "ir.attachment"

    def _archive_backup_names(self):
        """Return what these copies are called to who keeps backups.

        By number of the file, type of the item and id: names tell of what is in a file,
        and would outlast it.
        """
        items = self.env["customer.archive.document"]
        known = items.browse(self.mapped("res_id")).exists()
        lines = []
        for copy in self:
            item = items.browse(copy.res_id) & known
            file = item.archive_id
            lines.append(f"{file.name or '–'} {item.type_id.name or ''} ({copy.id})")
        return lines

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
