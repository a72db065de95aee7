from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..common.company_day import past_field, today_at
from ..common.sentinel import as_system, is_system
from ..common.windows import open_new
from .customer_archive_event_reminder import OVERDUE

# The states of a complaint; one that another took the place of is called off.
ASKED = ("open", "answered", "closed")


class CustomerArchiveEvent(models.Model):
    """From the plan to the note, and from the complaint to its answer."""

    _inherit = "customer.archive.event"

    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("recorded", "Noted"),
            ("open", "To Answer"),
            ("answered", "Answered"),
            ("closed", "Settled"),
            ("off", "Called Off"),
        ],
        string="Status",
        required=True,
        readonly=True,
        copy=False,
        default="recorded",
        index=True,
    )
    written_on = fields.Datetime(string="Written on", readonly=True, copy=False)
    due_date = fields.Date(
        string="Answer By", readonly=True, copy=False, index="btree_not_null"
    )
    answer = fields.Text(copy=False, help="What was done, and what the party was told.")
    answered_on = fields.Date(string="Answered on", readonly=True, copy=False)
    answered_by_id = fields.Many2one(
        "res.users",
        string="Answered by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    closed_on = fields.Date(string="Settled on", readonly=True, copy=False)
    follow_up_date = fields.Date(
        string="Follow Up on", copy=False, index="btree_not_null"
    )
    followed_up_on = fields.Date(string="Followed Up on", readonly=True, copy=False)
    is_past = past_field("is_past", "due_date", export_string_translation=False)
    is_follow_up_past = past_field(
        "is_follow_up_past",
        "follow_up_date",
        reached=True,
        export_string_translation=False,
    )
    is_day_past = past_field("is_day_past", "date", export_string_translation=False)
    is_overdue = fields.Boolean(string="Overdue", compute="_compute_is_overdue")

    @api.depends("state", "due_date", "answered_on")
    def _compute_is_overdue(self):
        for note in self:
            late = note.answered_on or today_at(note)
            asked = note.due_date and note.state in ASKED
            note.is_overdue = bool(asked) and late > note.due_date

    @api.model
    def _protected(self):
        names = (
            *("written_on", "due_date", "answered_on", "answered_by_id", "closed_on"),
            *("followed_up_on", "remind_date"),
        )
        return {
            **super()._protected(),
            **dict.fromkeys(names, False),
            "state": "recorded",
            "level": 0,
        }

    # Begin

    def _begin(self):
        """Say what new notes are: a plan, a complaint, or what happened."""
        now = fields.Datetime.now()
        # Whoever may create them was checked.
        for note in self.sudo():
            kind, today = note.type_id, today_at(note)
            note._check_date(kind.can_plan)
            values = {"state": "recorded", "written_on": now}
            working_day = note.company_id._archive_working_day
            if note.date > today:
                values["state"] = "planned"
            elif kind.is_complaint:
                due = working_day(kind.answer_days, today)
                values |= note._begin_complaint(due)
            if kind.follow_up_days and not note.follow_up_date:
                first = max(note.date, today)
                values["follow_up_date"] = working_day(kind.follow_up_days, first)
            as_system(note).write(values)
        self.sudo()._renew_work()
        self.sudo()._take_places()
        self._record_note("created")

    def _begin_complaint(self, due):
        """Return what a new complaint is: to be answered, by when.

        One that corrects an open one has its day.

        :raise UserError: if what it corrects isn't to be answered any more: neither
            twice, nor never
        """
        wrong = self.corrects_id
        if wrong.state in ("answered", "closed"):
            raise UserError(
                self.env._(
                    "“%s” has been answered: say what is wrong about it in a note of "
                    "another type, or write a complaint of its own.",
                    wrong.display_name,
                )
            )
        others = wrong.correction_ids.filtered("type_id.is_complaint") - self
        if wrong.type_id.is_complaint and others:
            raise UserError(
                self.env._(
                    "Another complaint has taken the place of “%s” already: correct "
                    "that one.",
                    wrong.display_name,
                )
            )
        return {
            "state": "open",
            "due_date": wrong.due_date if wrong.state == "open" else due,
        }

    def _take_places(self):
        """Have complaints that correct an open one take its place, as late as it is."""
        for note in self.filtered(lambda each: each.state == "open"):
            if note.corrects_id.state == "open":
                note._take_place(note.corrects_id)

    def _take_place(self, wrong):
        told = wrong._activities(OVERDUE)
        readers = self._readers_among(told.user_id)
        values = {"level": wrong.level, "remind_date": wrong.remind_date}
        if told and not readers:
            # It goes up anew, to who may read it.
            values = {"level": 1, "remind_date": today_at(self)}
        if not wrong.followed_up_on:
            values["follow_up_date"] = self.follow_up_date or wrong.follow_up_date
        as_system(self).write(values)
        wrong._record_note("replaced")
        self._tell_late(readers)
        wrong._end_work()
        # It stands in no list of complaints any more, and nobody follows it up.
        as_system(wrong).write(
            {"state": "off", "due_date": False, "follow_up_date": False}
        )

    def _check_day(self):
        for note in self:
            note._check_date(note.state == "planned")

    def _check_date(self, may_come):
        if self.date > today_at(self) and not may_come:
            raise ValidationError(
                self.env._(
                    "%(day)s is still to come: a note of the type “%(type)s” is "
                    "written afterwards.",
                    day=self.date,
                    type=self.type_id.name,
                )
            )

    # Steps

    def action_record(self):
        """Note that what was planned took place; today, if the day is still to come."""
        for note in self._in_state("planned"):
            day = min(note.date, today_at(note))
            values = {
                "state": "recorded",
                "date": day,
                "user_id": self.env.uid,
                "written_on": fields.Datetime.now(),
            }
            note._step("took place", values)

    def action_call_off(self):
        """Note that what was planned doesn't take place."""
        for note in self._in_state("planned"):
            note._step("called off", {"state": "off", "follow_up_date": False})

    def action_give_answer(self):
        """Note that the answer, which was written before, was given to the party."""
        for note in self._in_state("open"):
            if not (note.answer or "").strip():
                raise UserError(
                    self.env._(
                        "Write the answer first: what was done, and what %s was told.",
                        note.partner_id.name,
                    )
                )
            values = {
                "state": "answered",
                "answered_on": today_at(note),
                "answered_by_id": self.env.uid,
            }
            note._step("answered", values)

    def action_settle_complaint(self):
        """Note that the party has taken the answer, with how satisfied it is."""
        for note in self._in_state("answered"):
            values = {"state": "closed", "closed_on": today_at(note)}
            note._step("settled", values)

    def action_follow_up(self):
        """Note that the follow-up is done."""
        self.check_access("write")
        for note in self:
            if note.followed_up_on or not note.follow_up_date:
                raise UserError(self.env._("There is no follow-up to do here."))
            note._step("followed up", {"followed_up_on": today_at(note)})

    def action_correct(self):
        """Return the form of a note that corrects this one."""
        self.ensure_one()
        self.check_access("read")
        names = ("type_id", "archive_id", "partner_id", "contact_id", "responsible_id")
        if self.state in ("answered", "closed"):
            # What was answered isn't asked again: see _begin_complaint().
            names = names[1:]
        context = {f"default_{name}": self[name].id for name in names}
        return open_new(
            self._name,
            self.env._("Correct Note"),
            {**context, "default_corrects_id": self.id, "default_date": self.date},
        )

    def _in_state(self, state):
        """Return these notes, which the user may write, if all are in a state.

        :raise UserError: naming the first that isn't
        """
        self.check_access("write")
        self._check_file_open()
        for note in self:
            if note.state != state:
                raise UserError(
                    self.env._(
                        "“%(note)s” isn't in the right state for this (%(state)s).",
                        note=note.display_name,
                        state=dict(
                            note._fields["state"]._description_selection(self.env)
                        )[note.state],
                    )
                )
        return self

    def _step(self, step, values):
        self._record_note(step)
        # Who may was checked; what is open for others ends as well.
        as_system(self.sudo()).write(values)
        self.sudo()._renew_work()

    @api.constrains("corrects_id", "partner_id")
    def _check_correction(self):
        for note in self:
            wrong = note.corrects_id
            if not wrong:
                continue
            own, wrong = note.sudo(), wrong.sudo()
            if not is_system(self.env):
                # Constraints run as superuser: who asks has to read it himself, and
                # to be one of those who answer it, if it ends by this.
                ends = wrong.state == "open" and own.type_id.is_complaint
                wrong.sudo(False).check_access("write" if ends else "read")
            strange = wrong.partner_id != own.partner_id
            if strange or wrong.archive_id != own.archive_id or wrong == own:
                raise ValidationError(
                    self.env._("A note corrects another one of the same party.")
                )
