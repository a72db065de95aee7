from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.roles import GUARDIANS
from ..common.row_lock import wait_for_others
from ..common.scheduled import scheduled
from ..common.sentinel import as_system
from .customer_archive_tree import RUNNING

CRON = "customer_archive.cron_tree"
# Until what couldn't be removed is tried again.
AGAIN = timedelta(hours=6)


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
        self._check_step("export_tree", "ended", "approved")
        if not self.path:
            raise UserError(self.env._("Nothing of it lies anywhere."))
        self._record_export("deleted", None)
        # The role was checked; the term of what runs goes on.
        own = self.sudo()
        due = own.date_to if own.state == "approved" else False
        as_system(own).write({"path": False, "problem": False, "due_on": due})
        return True

    @api.model
    @scheduled
    def _cron_tree(self):
        """End what is over, remove it from targets, and write what was asked for."""
        # What is wrong is said in the language of the company's histories.
        own = self._archive_in_house()
        own._process_due("due_on", "_end_due")
        own._process_due("write_on", "_write_due")

    def _end_due(self):
        """End these exports, or try once more to remove what is left of them."""
        running = self.filtered(lambda tree: tree.state in RUNNING)
        running._end(told=True)
        for tree in self.filtered("path"):
            tree._remove_from_target()
        as_system(self.filtered(lambda tree: not tree.path)).write({"due_on": False})

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
                    "due_on": now if tree.path else False,
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
            self.env.ref(CRON).sudo()._trigger()

    def _remove_from_target(self):
        left = self._removed_or_why()
        if left:
            if left != self.problem:
                self._tell(self.requester_id | self.exported_by_id, lambda _own: left)
            again = fields.Datetime.now() + AGAIN
            as_system(self).write({"problem": left, "due_on": again})
            return
        log = self.env["customer.archive.log"]
        log._record("export", self, f"tree removed {self.name}")
        as_system(self).write({"path": False, "problem": False, "due_on": False})
