import json
import logging
import time
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models

from ...tools import transfer_package as package
from ...tools import tree_package
from ..common.attempt import attempt
from ..common.row_lock import kept_alone, lock_rows
from ..common.scheduled import scheduled
from ..common.sentinel import as_system

_logger = logging.getLogger(__name__)

# Seconds after which a part is committed: a job is run for ten of them before others
# have their turn, and Odoo ends what takes longer than 120.
PART = 5
# A part that was killed is tried again, so often and then.
TRIES, LATER = 3, timedelta(minutes=10)


class CustomerArchiveTree(models.Model):
    """The writer of trees: part by part, each of which is committed.

    Before each part it is read anew whether it may be written. No row is locked while
    copies are, so that who ends an export, or blocks or destroys a file, doesn't wait.
    Killed anywhere, the next run goes on with the part that was killed.
    """

    _inherit = "customer.archive.tree"

    # How many of ``sending`` were taken care of, and how often the next part was begun.
    written = fields.Integer(
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        export_string_translation=False,
    )
    attempts = fields.Integer(
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        export_string_translation=False,
    )

    @api.model
    def _protected(self):
        return {**super()._protected(), "written": 0, "attempts": 0}

    @api.model
    @scheduled
    def _cron_tree_write(self):
        """Write what was asked for to its target."""
        # What is wrong is said in the language of the company's histories.
        own, now = self._archive_in_house(), fields.Datetime.now()
        due = [("state", "=", "writing"), ("write_on", "<=", now)]
        cron = self.env["ir.cron"]
        for tree in own.search(due, order="write_on, id"):
            cron._commit_progress(remaining=1)
            if not tree._write_alone():
                return
        cron._commit_progress(remaining=0)

    def _alone(self):
        """Keep other processes from what lies on the target; give if that is so."""
        return kept_alone(self.env.cr, "customer_archive_tree", self.id)

    def _write_alone(self):
        """Write one export, unless somebody is at it; return if there is time left."""
        goes_on = True
        with self._alone() as is_ours:
            try:
                while is_ours and goes_on and self._begin_part():
                    self._write_next()
                    goes_on = self._committed(1)
            except OperationalError:
                # Somebody acts on it at this moment: what they did is read next time.
                self.env.cr.rollback()
        self._committed()
        if self.path and self.state == "ended":
            # Whoever removes it was kept out meanwhile.
            self._have_removed()
        return goes_on

    def _committed(self, done=0):
        """Commit, so that all is read anew; return how much time is left."""
        left = self.env["ir.cron"]._commit_progress(done)
        self.env.invalidate_all()
        return left

    def _begin_part(self):
        """Note an attempt before it is made; return whether it is to be made."""
        self._committed()
        lock_rows(self)
        if self.state != "writing":
            return False
        killed, later = self.attempts >= TRIES, fields.Datetime.now() + LATER
        as_system(self).write({"attempts": self.attempts + 1, "write_on": later})
        # This is progress, also if the next step is killed.
        self._committed(1)
        if killed:
            self._give_up()
        return not killed

    def _write_next(self):
        """Write a part: three steps, each of which is a transaction."""
        told = {}
        for step in (self._check_part, self._write_part, self._note_part):
            if error := attempt(self.env, step, told):
                _logger.debug("%s failed", self, exc_info=error)
                self._committed()
                self._fail(self._words_of(error), self._removed_or_why())
                return
            self._committed()

    def _exporter(self):
        """Return this with the rights of who pressed the button, as they are now."""
        return self.with_user(self.exported_by_id)

    def _check_part(self, told):
        """Check that it still goes out, and say what of it does.

        :raise UserError: if something isn't any more as it was approved
        """
        own = self._exporter()
        items = own._check_export("writing")
        own._check_same_target()
        # From here on as what was checked.
        told["going"] = own.sudo()._entries_now(items, json.loads(self.sending))

    def _write_part(self, told):
        """Write copies for some seconds or, once all are there, what tells of them.

        :raise BackupError: if the target doesn't take it
        """
        own, sending = self._exporter().sudo(), json.loads(self.sending)
        place, folder = own._place_there(), self._folder_there()
        if self.written < len(sending):
            own._write_copies(place, folder, sending, told)
        else:
            own._write_rest(place, folder, sending, told)

    def _write_copies(self, place, folder, sending, told):
        if not self.written:
            # What a run left that was killed.
            place.remove_tree(folder)
        going = {each["copy"]: each for each in told["going"]}
        opened = self._opener(None, self._by_path(told["going"]))
        end = time.monotonic() + PART
        for copy in sending[self.written :]:
            if copy in going:
                tree_package.write_content(place.put_part, folder, going[copy], opened)
            told["written"] = told.get("written", self.written) + 1
            if time.monotonic() >= end:
                break

    def _write_rest(self, place, folder, sending, told):
        """Write index, manifest and seal; what went from its item meanwhile goes."""
        ids = {each["copy"] for each in told["going"]}
        noted = (each for line in self.line_ids for each in line._noted())
        gone = {each["path"] for each in noted if each["copy"] in {*sending} - ids}
        place.remove(f"{folder}/{path}" for path in gone)
        manifest, index, copies = self._made(told["going"])
        entries = json.loads(manifest)["entries"]
        lists = [entry for entry in entries if entry["path"] not in copies]
        opened = self._opener(index, copies)
        tree_package.write_tree(place.put_part, folder, manifest, lists, opened)
        told["digest"] = package.digest_of(manifest)

    def _note_part(self, told):
        lock_rows(self)
        if self.state != "writing":
            # Ended meanwhile: it is removed.
            return
        values = {"attempts": 0, "write_on": fields.Datetime.now()}
        if "digest" not in told:
            as_system(self).write({**values, "written": told["written"]})
            return
        values.update(state="written", write_on=False, sending=False)
        self._note_exported(told["digest"], self.exported_by_id, **values)
        log = self.env["customer.archive.log"]
        log._record("export", self, f"tree written {self.name} {told['digest']}")

    # If it fails

    def _give_up(self):
        """Say that it takes too long; what there is of it goes by the other action."""
        text = self.env._(
            "It was tried %s times, and each time the server ended it: a copy is too "
            "large for this target, or the connection too slow. Have "
            "“limit_time_real_cron” of the server raised, choose another target, or "
            "request exports of fewer files.",
            TRIES,
        )
        left = self.env._(
            "Decrypted copies may still lie at %s: they are being removed.", self.path
        )
        self._fail(text, left, fields.Datetime.now())
        self._have_removed()

    def _fail(self, text, left, again=None):
        """Say why it isn't written.

        :param left: what may still lie on the target, in words; nothing if none does
        :param again: when that is removed
        """
        self._committed()
        lock_rows(self)
        if self.state != "writing":
            # Ended meanwhile: it is removed, or it is told why not.
            return
        as_system(self).write(
            {
                "state": "approved",
                **dict.fromkeys(("write_on", "sending"), False),
                **dict.fromkeys(("written", "attempts"), 0),
                "path": self.path if left else False,
                "problem": "\n".join(filter(None, (text, left))),
                "next_on": (again or self._again()) if left else self.date_to,
            }
        )
        log = self.env["customer.archive.log"]
        log._record("export", self, f"tree failed {self.name}")
        self._tell(self.exported_by_id, lambda own: own.problem)
        self._committed()
