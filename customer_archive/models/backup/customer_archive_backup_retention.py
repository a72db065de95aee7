import logging

from odoo import models

from ...tools.backup import manifest
from ...tools.backup.sealing import path_of
from ..common.sentinel import as_system

_logger = logging.getLogger(__name__)

# Contents that are removed in one transaction.
BATCH = 500
UNNEEDED = """
    DELETE FROM customer_archive_backup_content WHERE id IN (
        SELECT c.id FROM customer_archive_backup_content c
         WHERE c.target_id = %(target)s
           AND NOT EXISTS (
               SELECT FROM customer_archive_backup b
                WHERE b.target_id = c.target_id AND b.state = 'done'
                  AND b.id >= COALESCE(c.first_id, 0)
                  AND (c.last_id IS NULL OR b.id <= c.last_id))
         LIMIT %(limit)s)
    RETURNING sha256
"""


class CustomerArchiveBackup(models.Model):
    """How long backups are kept; what no kept manifest names is removed."""

    _inherit = "customer.archive.backup"

    def _remove_outdated(self, place):
        """Remove manifests beyond what is kept, and then what only they named.

        A run is noted as removed first: killed in between, its contents go the next
        time, and nothing that is noted as there is missing.
        """
        outdated = self._outdated()
        if outdated:
            as_system(outdated).write({"state": "removed"})
            for run in outdated:
                run._log_run("removed")
            self.env["ir.cron"]._commit_progress(remaining=1)
        gone = self._removed_with_manifest(place)
        manifest.remove(place, gone)
        while digests := self._unneeded():
            self.env["ir.cron"]._commit_progress(remaining=1)
            place.remove(map(path_of, digests))
        if self.kind == "weekly":
            self._sweep(place)

    def _outdated(self):
        domain = [("target_id", "=", self.target_id.id), ("state", "=", "done")]
        done = self.search(domain, order="id desc").grouped("kind")
        kept = self.target_id
        daily = done.get("daily", self.browse())[kept.keep_daily :]
        return daily | done.get("weekly", self.browse())[kept.keep_weekly :]

    def _removed_with_manifest(self, place):
        """Return the names of removed runs whose manifests are there still."""
        there = manifest.names(place)
        domain = [("name", "in", list(there)), ("target_id", "=", self.target_id.id)]
        return self.search([*domain, ("state", "=", "removed")]).mapped("name")

    def _unneeded(self):
        """Forget what no kept run names; return its digests."""
        self.env.flush_all()
        values = {"target": self.target_id.id, "limit": BATCH}
        self.env.cr.execute(UNNEEDED, values)
        found = [row[0] for row in self.env.cr.fetchall()]
        self.env["customer.archive.backup.content"].invalidate_model()
        return found

    def _sweep(self, place):
        """Remove what lies there and is noted nowhere, such as of a killed run.

        Unless there are manifests that this database doesn't know: then it was restored
        itself, and what they name is nobody's to remove.
        """
        there = manifest.names(place)
        domain = [("name", "in", list(there)), ("target_id", "=", self.target_id.id)]
        unknown = there - set(self.search(domain).mapped("name"))
        if unknown:
            _logger.warning("Backups that this database doesn't know: %s", unknown)
            return
        for folder in place.listed("contents"):
            names = list(place.listed(f"contents/{folder}"))
            self.env.cr.execute(
                "SELECT sha256 FROM customer_archive_backup_content"
                " WHERE target_id = %s AND sha256 = ANY(%s)",
                [self.target_id.id, names],
            )
            known = {row[0] for row in self.env.cr.fetchall()}
            place.remove(path_of(name) for name in names if name not in known)
