from itertools import islice

from odoo import api, fields, models

from ...tools import backup
from ...tools.backup import manifest, sealing
from ..common.roles import VERIFIES_BACKUPS
from ..common.scheduled import scheduled
from ..common.sentinel import as_system
from ..copies.ir_attachment import ITEM
from ..encryption.customer_archive_keyring import KeyProblem
from .backup_words import words

# Contents that are read again in one transaction.
BATCH = 100
# Of what is damaged, as many are named.
NAMED = 100


class CustomerArchiveBackup(models.Model):
    """Whether a backup is still what was written: its manifest, and each content."""

    _inherit = "customer.archive.backup"

    def action_verify(self):
        """Read a backup again, in the background.

        :raise AccessError: unless the user's role verifies backups
        """
        self.check_access("read")
        if not self.env.user.has_groups(VERIFIES_BACKUPS):
            raise self._refusal(
                self.env._(
                    "Backups are verified by archivists, auditors or administrators."
                ),
                "backup_verify",
            )
        runs = self.filtered("can_verify")
        # The role was checked; runs are written by nobody.
        runs.sudo()._begin_verification()
        return True

    def _begin_verification(self):
        as_system(self).write(
            {
                "verify_state": "running",
                "verify_place": 0,
                "verified_on": False,
                "verify_problem": False,
            }
        )
        self.env.ref("customer_archive.cron_backup_verify")._trigger()

    @api.model
    @scheduled
    def _cron_backup_verify(self):
        """Go on with the verifications that run; killed, behind the last batch."""
        domain = [("verify_state", "=", "running"), ("state", "=", "done")]
        for run in self._archive_in_house().search(domain, order="id"):
            if not run._verify():
                return

    def _verify(self):
        """Read on; return whether there is time for more."""
        try:
            place = self.target_id._place()
            key = self._sealer().manifest_key
            with manifest.opened(place, key, self.name) as (_head, every):
                return self._verify_contents(place, every)
        except backup.BackupError as error:
            self.env.cr.rollback()
            self._end_verification(words(self.env, error))
        except KeyProblem as error:
            self.env.cr.rollback()
            self._end_verification(str(error))
        return True

    def _verify_contents(self, place, every):
        rest = islice(every, self.verify_place, None)
        while batch := list(islice(rest, BATCH)):
            self._note_damaged(
                [each for each in batch if sealing.verified(place, each)]
            )
            as_system(self).write({"verify_place": self.verify_place + len(batch)})
            if not self.env["ir.cron"]._commit_progress(len(batch), remaining=1):
                return False
        self._end_verification(self.verify_problem)
        return True

    def _note_damaged(self, contents):
        """Note what is damaged: the next run writes it anew."""
        if contents:
            digests = [each.sha256 for each in contents]
            self.env["customer.archive.backup.content"]._spoil(self.target_id, digests)
            known = (self.verify_problem or "").splitlines()
            lines = [*known, *self._named(contents)][:NAMED]
            as_system(self).write({"verify_problem": "\n".join(lines)})

    def _named(self, contents):
        """Return what contents are called: of copies, by the number of their file."""
        sources = [each.source for each in contents]
        self.env.cr.execute(
            "SELECT id, store_fname FROM ir_attachment"
            " WHERE store_fname = ANY(%s) AND res_model = %s",
            [sources, ITEM],
        )
        rows = self.env.cr.fetchall()
        copies = self.env["ir.attachment"].browse(row[0] for row in rows)
        known = {row[1] for row in rows}
        words_ = self.env._("Missing or altered on the target:")
        others = [each.name for each in contents if each.source not in known]
        return [
            f"{words_} {name}" for name in (*copies._archive_backup_names(), *others)
        ]

    def _end_verification(self, problem):
        as_system(self).write(
            {
                "verify_state": "failed" if problem else "passed",
                "verified_on": fields.Datetime.now(),
                "verify_problem": problem,
            }
        )
        log = self.env["customer.archive.log"]
        log._record("backup", self, f"verified {self.verify_state}")
        if problem:
            self._tell()
        self.env["ir.cron"]._commit_progress(1)
