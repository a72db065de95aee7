from odoo import api, fields, models
from odoo.tools.i18n import format_list

from ..common.escalation import (
    PAPERS_DAYS,
    PAPERS_FURTHER_DAYS,
    head_of,
    members,
)
from ..common.roles import MANAGEMENT
from ..common.sentinel import as_system
from ..common.stand_in import first_readers, readers

PAPERS, LATE = "mail_activity_papers", "mail_activity_papers_overdue"
# How far it went: asked for at once, reminded on the day, told to head, to management.
ASKED, REMINDED, HEAD, TOP = range(1, 5)


class CustomerArchive(models.Model):
    """Missing papers have a day, and somebody who is asked for them 补充资料.

    On the day the account manager is reminded, on the next working day the head of the
    department is told, after a week management. What a file on record lacks anew, its
    account manager is asked for at once.
    """

    _name = "customer.archive"
    _inherit = ["customer.archive", "customer.archive.due"]

    papers_due = fields.Date(
        string="Missing Items Due",
        compute="_compute_papers_due",
        store=True,
        help="The first day by which a missing item has to be supplied.",
    )
    papers_asked_for = fields.Date(
        string="Missing Items Asked For", readonly=True, copy=False
    )
    papers_level = fields.Integer(
        string="Missing Items Reported To", readonly=True, copy=False, aggregator=None
    )
    papers_next = fields.Date(
        string="Next Reminder of Missing Items",
        compute="_compute_papers_next",
        store=True,
        help="On this day somebody is told of the missing items.",
    )

    _papers_next_due = models.Index("(papers_next) WHERE papers_next IS NOT NULL")

    @api.depends(
        "state", "is_blocked", "document_ids.is_missing", "document_ids.due_date"
    )
    def _compute_papers_due(self):
        for archive in self:
            days = archive._missing_items().mapped("due_date")
            archive.papers_due = min(filter(None, days), default=False)

    def _missing_items(self):
        """Return the items whose absence somebody is told of."""
        self.ensure_one()
        if self.is_blocked or self.state not in ("draft", "active"):
            return self.document_ids.browse()
        return self.document_ids.filtered(
            lambda item: item.is_missing and item.due_date
        )

    @api.depends("papers_due", "papers_asked_for", "papers_level")
    def _compute_papers_next(self):
        for archive in self:
            archive.papers_next = archive._next_papers_day()

    def _papers_done(self):
        """Return the last step that was taken for the present day, 0 if none was."""
        return self.papers_level if self.papers_asked_for == self.papers_due else 0

    def _next_papers_day(self):
        self.ensure_one()
        day, done = self.papers_due, self._papers_done()
        if not day or done >= TOP:
            return False
        if done >= REMINDED:
            days = PAPERS_DAYS if done == REMINDED else PAPERS_FURTHER_DAYS
            return self.company_id._archive_working_day(days, day)
        # What a file lacks while it is being collected is on its screen.
        at_once = not done and self.state == "active"
        return self.company_id._archive_today() if at_once else day

    @api.model
    def _protected(self):
        own = {"papers_asked_for": False, "papers_level": 0}
        derived = dict.fromkeys(("papers_due", "papers_next"))
        return {**super()._protected(), **own, **derived}

    # Called as superuser, by the scheduled action

    def _take_papers_step(self):
        """Take the step that is due on each of these files."""
        steps = {archive: archive._due_papers_step() for archive in self}
        due = self.filtered(lambda archive: steps[archive])
        self.env.add_to_compute(self._fields["papers_next"], self - due)
        due._end_paper_activities()
        for step, files in due.grouped(lambda archive: steps[archive]).items():
            if step in (ASKED, REMINDED):
                files._ask_for_papers()
            else:
                files._tell_of_papers(step)
        for (step, day), files in due.grouped(
            lambda archive: (steps[archive], archive.papers_due)
        ).items():
            as_system(files).write({"papers_asked_for": day, "papers_level": step})

    def _due_papers_step(self):
        """Return the step that is due now, 0 if none is.

        Whoever is late is told once before it goes up, also if days were missed.
        """
        self.ensure_one()
        today = self.company_id._archive_today()
        if not self.papers_next or self.papers_next > today:
            return 0
        done = self._papers_done()
        if done < REMINDED:
            return REMINDED if today >= self.papers_due else ASKED
        return done + 1

    def _ask_for_papers(self):
        """Ask the account manager, or who stands in, for what is missing."""
        told = first_readers(self, self._stand_in_chain(PAPERS))
        work = [
            (archive, user, archive.papers_due)
            for archive, users in told.items()
            for user in users
        ]
        words = type(self)._papers_words
        self._schedule_activities(PAPERS, work, words, archive_digest=True)

    def _tell_of_papers(self, step):
        """Tell the head of the department; without one, or later, management."""
        found = readers(self, head_of) if step == HEAD else {}
        # Nobody is told of oneself.
        heads = {file: head for file, head in found.items() if head != file.user_id}
        work = list(heads.items())
        rest = self.filtered(lambda file: file not in heads)
        for member in members(self.env, MANAGEMENT):
            work += readers(rest, member).items()
        days = {company: company._archive_today() for company in self.company_id}
        self._schedule_activities(
            LATE,
            [(archive, user, days[archive.company_id]) for archive, user in work],
            type(self)._papers_late_words,
            archive_digest=True,
        )

    def _papers_words(self):
        """Return what is to be supplied, in the language of the environment."""
        return self.env._(
            "%(file)s: supply by %(day)s: %(papers)s.",
            file=self.display_name,
            day=self.papers_due,
            papers=self._missing_words(),
        )

    def _papers_late_words(self):
        return self.env._(
            "%(file)s: missing since %(day)s, although %(user)s was reminded: "
            "%(papers)s.",
            file=self.display_name,
            day=self.papers_due,
            user=self.user_id.name or "–",
            papers=self._missing_words(),
        )

    def _missing_words(self):
        """Return the names of the missing items, with what is still needed of them."""
        names = []
        for item in self._missing_items().sorted("id"):
            name = item.type_id.name
            names.append(f"{name} ({item.faults})" if item.is_faulty else name)
        return format_list(self.env, list(dict.fromkeys(names)))

    def _end_paper_activities(self):
        self._activities(PAPERS, LATE).unlink()

    def _end_obsolete_paper_activities(self):
        """Remove what was asked for and is there now; called as superuser."""
        over = self.filtered(
            lambda archive: (
                archive.papers_asked_for
                and archive.papers_asked_for != archive.papers_due
            )
        )
        if over:
            over._end_paper_activities()
