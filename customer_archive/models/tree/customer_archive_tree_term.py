from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.roles import GUARDIANS
from ..common.row_lock import lock_rows, wait_for_others
from ..common.scheduled import scheduled
from ..common.sentinel import as_system
from .customer_archive_tree import RUNNING

CRON = "customer_archive.cron_tree"
# Until what couldn't be removed is tried again, and what took too long.
AGAIN, SOON = timedelta(hours=6), timedelta(minutes=10)
# What is on a target then is to be removed.
LEFT = ("ended", "approved")


class CustomerArchiveTree(models.Model):
    """The end of an export: by its term, by hand, or because a file is destroyed."""

    _inherit = "customer.archive.tree"

    can_end = fields.Boolean(
        compute="_compute_can_end", export_string_translation=False
    )

    @api.depends_context("uid")
    @api.depends("state")
    def _compute_can_end(self):
        may = self.env.user.has_groups(GUARDIANS)
        for tree in self:
            tree.can_end = may and tree.state in RUNNING

    def action_end(self):
        """End an export before its time; what lies on a target is removed.

        :raise AccessError: for others than archivists, compliance and management
        """
        self.ensure_one()
        wait_for_others(self)
        if not self.env.user.has_groups(GUARDIANS):
            raise self._refusal(
                self.env._(
                    "An export is ended by an archivist, compliance or management."
                ),
                "end",
            )
        self._check_stage(*RUNNING)
        # The role was checked.
        self.sudo()._end()
        return True

    def action_removed_by_hand(self):
        """Take an archivist's word that what couldn't be removed was deleted.

        :raise AccessError: for others than archivists
        """
        self._check_step("export_tree", *LEFT)
        if not self.path:
            raise UserError(self.env._("Nothing of it lies anywhere."))
        self._record_export("deleted", None)
        # The role was checked; the term of what runs goes on.
        own = self.sudo()
        due = own.date_to if own.state == "approved" else False
        as_system(own).write({"path": False, "problem": False, "next_on": due})
        return True

    @api.model
    @scheduled
    def _cron_tree(self):
        """End what is over, and remove it from targets."""
        # What is wrong is said in the language of the company's histories.
        own, now = self._archive_in_house(), fields.Datetime.now()
        # A removal that is tried again ends nothing before its term.
        over = fields.Domain([("state", "in", RUNNING), ("date_to", "<=", now)])
        own._process_due("next_on", "_end_due", over)
        own._remove_due()

    def _end_due(self):
        self._end(told=True)

    @api.model
    def _remove_due(self):
        """Remove what is to go, one export after the other, each committed."""
        lying = [("path", "!=", False), ("state", "in", LEFT)]
        trees = self.search(
            self._due("next_on") & fields.Domain(lying), order="next_on, id"
        )
        cron = self.env["ir.cron"]
        for number, tree in enumerate(trees):
            cron._commit_progress(remaining=len(trees) - number)
            with tree._alone() as is_ours:
                try:
                    if is_ours and tree._begin_removal():
                        tree._note_removal(tree._removed_or_why())
                except OperationalError:
                    # Somebody acts on it at this moment: next time, then.
                    self.env.cr.rollback()
            if not tree._committed(1):
                return

    def _end(self, told=False):
        """End exports; what lies on a target goes by the scheduled action.

        As superuser.

        :param told: whether whoever exported is told: nobody ended it by hand
        """
        now = fields.Datetime.now()
        for tree in self:
            as_system(tree).write(
                {
                    "state": "ended",
                    "ended_on": now,
                    "write_on": False,
                    "sending": False,
                    "next_on": now if tree.path else False,
                }
            )
            people = tree.requester_id | tree.exported_by_id
            if told and tree.exported_on and not tree.target_id:
                tree._tell(
                    people,
                    lambda own: own.env._(
                        "The term of this export is over: delete what you downloaded."
                    ),
                )
        self.env["customer.archive.log"]._record_each(
            "export", list(self), [f"tree ended {tree.name}" for tree in self]
        )
        if any(tree.path for tree in self):
            self._have_removed()

    @api.model
    def _have_removed(self):
        self.env.ref(CRON).sudo()._trigger()

    def _again(self):
        """Return when a removal is tried again: its end isn't put off by that."""
        again = fields.Datetime.now() + AGAIN
        return min(again, self.date_to) if self.state != "ended" else again

    def _begin_removal(self):
        """Put it off, so that one that takes too long doesn't keep others waiting.

        :return: whether there still is something to remove
        """
        self._committed()
        lock_rows(self)
        if not self.path or self.state not in LEFT:
            return False
        as_system(self).write({"next_on": fields.Datetime.now() + SOON})
        # This is progress, also if the removal is killed.
        self._committed(1)
        return True

    def _note_removal(self, left):
        self._committed()
        lock_rows(self)
        if not self.path or self.state not in LEFT:
            return
        if left:
            values = {"next_on": self._again()}
            if left not in (self.problem or ""):
                self._tell(self.requester_id | self.exported_by_id, lambda _own: left)
                values["problem"] = left
            as_system(self).write(values)
            return
        log = self.env["customer.archive.log"]
        log._record("export", self, f"tree removed {self.name}")
        values = {"path": False, "problem": False, "next_on": False}
        if self.state != "ended":
            # Of what wasn't written the term goes on.
            said = self.env._(
                "It wasn't written, and what lay on the target was removed."
            )
            values.update(problem=said, next_on=self.date_to)
        as_system(self).write(values)
