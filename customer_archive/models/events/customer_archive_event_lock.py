from datetime import timedelta

from odoo import api, fields, models

from ..common.sentinel import is_system
from ..common.values import differs
from .customer_archive_event_type import DETAILS

# How long who wrote a note may still amend it.
AMENDABLE = timedelta(days=1)
CONTENT = {
    *("date", "contact_id", "description", "currency_id", "agreement_id"),
    *DETAILS,
}
# What is still to be done, and by whom, is no record of what happened.
TO_DO = {"responsible_id", "follow_up_date"}
ALWAYS = {"activity_ids"}


class CustomerArchiveEvent(models.Model):
    """What of a note is altered: what is planned, and what was written within a day."""

    _inherit = "customer.archive.event"

    can_amend = fields.Boolean(
        compute="_compute_can_amend", export_string_translation=False
    )

    can_write = fields.Boolean(
        compute="_compute_can_write", export_string_translation=False
    )

    @api.depends("archive_id", "responsible_id")
    @api.depends_context("uid")
    def _compute_can_write(self):
        allowed = self._origin._filtered_access("write")
        for note in self:
            note.can_write = note._origin in allowed or not note._origin

    @api.depends("state", "written_on", "user_id")
    @api.depends_context("uid")
    def _compute_can_amend(self):
        for note in self:
            note.can_amend = not note._origin or "description" in note._writable()

    def _writable(self):
        """Return the names of the fields that the user may write in this state."""
        names = set(ALWAYS)
        fresh = self.written_on and fields.Datetime.now() - self.written_on < AMENDABLE
        if self.state == "planned" or (fresh and self.user_id == self.env.user):
            names |= CONTENT
        if self.state != "off" and not self.followed_up_on:
            names |= TO_DO
        if self.state == "open":
            names.add("answer")
        if self.state == "answered":
            names.add("score")
        return names

    def write(self, vals):
        if is_system(self.env):
            return super().write(vals)
        self._check_file_open()
        # The guard refuses what is recorded, and says so.
        names = vals.keys() - self._protected().keys()
        changed = {
            note: {name for name in names if differs(note, name, vals[name])}
            for note in self
        }
        for note, its in changed.items():
            if its - note._writable():
                raise note._refusal(note._locked_words(), "write")
        result = super().write(vals)
        for note, its in changed.items():
            note._after_amending(its - ALWAYS)
        return result

    def _locked_words(self):
        return self.env._(
            "“%s” is locked: whoever wrote a note amends it within a day. Write "
            "another note that corrects it.",
            self.display_name,
        )

    def _after_amending(self, names):
        if not names:
            return
        self._check_day()
        self._record_note("amended", names)
        # Whoever may write it was checked; what others have to do follows.
        own = self.sudo()
        if self.state == "open":
            if "responsible_id" in names:
                own._pass_on_complaint()
        elif names & {"date", "follow_up_date", "responsible_id"}:
            own._renew_work()

    def unlink(self):
        self._check_kept()
        return super().unlink()

    def _check_kept(self):
        """Refuse to delete notes; only this addon's own methods may.

        :raise AccessError: with what to do instead
        """
        if not is_system(self.env):
            words = self.env._(
                "Notes aren't deleted: they go with their file when it is destroyed. "
                "Call off what was only planned, or write a note that corrects this."
            )
            raise self._refusal(words, "unlink")

    def _record_note(self, step, names=()):
        """Record in the access record what was done, and whether it used the file."""
        log = self.env["customer.archive.log"]
        detail = " ".join((step, *sorted(names)))
        for uses, notes in self.grouped(
            lambda each: each.type_id.counts_as_use
        ).items():
            log._record("note" if uses else "remark", notes, detail)
