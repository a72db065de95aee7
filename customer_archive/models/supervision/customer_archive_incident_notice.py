from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.roles import COMPLIANCE, HANDLES_INCIDENTS, LEGAL, SEES_INCIDENTS
from ..common.sentinel import as_system
from ..common.values import is_text

NOTICE, NOTICE_LATE = "mail_activity_notice", "mail_activity_notice_overdue"
# Kinds of which the law asks for notices, if personal data is concerned.
NOTICED_KINDS = ("leak", "loss", "tampering")
OPEN = ("draft", "review", "decided")


class CustomerArchiveIncident(models.Model):
    """Notices of a leak, a loss or tampering of personal data, and the time for them.

    PIPL article 57: at once, to the authority and to the persons, with
    the kinds of information, cause and possible harm, what is done and what persons
    can do, and a contact. How many hours that is says the company; the National
    Measures for Reporting Cybersecurity Incidents
    article 4, in force since 1 November 2025, give operators of networks four hours
    for larger ones.
    """

    _inherit = "customer.archive.incident"

    has_personal_data = fields.Boolean(
        string="Personal Data Is Concerned",
        groups=SEES_INCIDENTS,
        copy=False,
        tracking=True,
        help="Data about natural persons, such as identity numbers, phones, accounts. "
        "The law then asks for notices (PIPL article 57), and their time runs.",
    )
    authority_due = fields.Datetime(
        string="Notify the Authority by",
        readonly=True,
        copy=False,
        groups=SEES_INCIDENTS,
    )
    authority = fields.Char(
        groups=SEES_INCIDENTS,
        copy=False,
        help="Which was notified, by which channel, and who took it.",
    )
    authority_text = fields.Text(
        string="Notice to the Authority", groups=SEES_INCIDENTS, copy=False
    )
    authority_on = fields.Datetime(
        string="Authority Notified on",
        readonly=True,
        copy=False,
        groups=SEES_INCIDENTS,
    )
    persons_due = fields.Datetime(
        string="Notify the Persons by",
        readonly=True,
        copy=False,
        groups=SEES_INCIDENTS,
    )
    persons_text = fields.Text(
        string="Notice to the Persons",
        groups=SEES_INCIDENTS,
        copy=False,
        help="Kinds of information, cause and possible harm; what is done, and what "
        "they can do themselves; whom they can ask (PIPL article 57).",
    )
    persons_exempt = fields.Text(
        string="Why Persons Aren't Notified",
        groups=SEES_INCIDENTS,
        copy=False,
        help="Only if what was done keeps harm from them effectively; the authority "
        "may ask for it all the same (PIPL article 57).",
    )
    persons_on = fields.Datetime(
        string="Persons Notified on",
        readonly=True,
        copy=False,
        groups=SEES_INCIDENTS,
    )
    notice_at = fields.Datetime(
        readonly=True,
        copy=False,
        groups=SEES_INCIDENTS,
        help="When somebody is reminded of notices next.",
        export_string_translation=False,
    )
    is_notice_late = fields.Boolean(
        string="Notice Overdue",
        compute="_compute_is_notice_late",
        search="_search_is_notice_late",
        groups=SEES_INCIDENTS,
    )

    _notice_due = models.Index("(notice_at) WHERE notice_at IS NOT NULL")

    @api.depends("authority_due", "authority_on", "persons_due", "persons_on", "state")
    def _compute_is_notice_late(self):
        # As the search below: what was given late is told by its dates.
        now = fields.Datetime.now()
        for incident in self:
            late = any(by < now for _name, by in incident._notices_left())
            incident.is_notice_late = late and incident.state in OPEN

    @api.model
    def _search_is_notice_late(self, operator, _value):
        if operator != "in":
            return NotImplemented
        now, found = fields.Datetime.now(), fields.Domain.FALSE
        for name in ("authority", "persons"):
            open_ = fields.Domain(f"{name}_on", "=", False)
            found |= open_ & fields.Domain(f"{name}_due", "<", now)
        return found & fields.Domain("state", "in", OPEN)

    @api.model
    def _protected(self):
        names = ("authority_due", "authority_on", "persons_due", "persons_on")
        return {**super()._protected(), **dict.fromkeys((*names, "notice_at"), False)}

    def _noticed_fields(self):
        """Return the names of the fields that stay as they were sent, or as they run.

        One person alone doesn't turn back the time that the law gives.
        """
        own, names = self.sudo(), set()
        if own.authority_on:
            names |= {"authority", "authority_text"}
        if own.persons_on:
            names |= {"persons_text", "persons_exempt"}
        if names:
            # What the time is reckoned by is part of what was sent.
            names |= {"has_personal_data", "found_on", "kind"}
        if own.has_personal_data and own.state != "draft":
            names.add("has_personal_data")
        if own.authority_due and not self.env.user.has_groups(HANDLES_INCIDENTS):
            names |= {"found_on", "kind"}
        return names

    # The time; called as superuser

    def _plan_notices(self):
        """Reckon by when notices are due, and ask for them at once."""
        for incident in self:
            company, begin = incident.company_id, incident.found_on
            asked = incident.has_personal_data and incident.kind in NOTICED_KINDS
            hours = {
                "authority_due": company.archive_notice_hours,
                "persons_due": company.archive_notice_person_hours,
            }
            dues = {
                name: asked and begin + timedelta(hours=count)
                for name, count in hours.items()
            }
            as_system(incident).write(dues)
            incident._plan_notice_reminder()
            incident._end_notice_activities()
            if asked:
                incident._ask_for_notices(NOTICE, type(incident)._notice_words)

    def _plan_notice_reminder(self):
        """Remind when the first of the notices that aren't given is due."""
        due = [by for _name, by in self._notices_left()]
        as_system(self).write({"notice_at": min(due, default=False)})

    def _notices_left(self):
        """Return pairs of the notices that are still to be given, and by when."""
        own = self.sudo()
        pairs = ((name, own[f"{name}_due"]) for name in ("authority", "persons"))
        return [(name, by) for name, by in pairs if by and not own[f"{name}_on"]]

    def _ask_for_notices(self, kind, words):
        people = self._readers_of(COMPLIANCE) | self._readers_of(LEGAL)
        people |= self._management() if kind == NOTICE_LATE else people
        day = self._today()
        work = [(self, user, day) for user in people]
        self._schedule_activities(kind, work, words, archive_digest=True)

    def _end_notice_activities(self):
        self._activities(NOTICE, NOTICE_LATE).unlink()

    def _raise_notices(self):
        """Tell compliance, legal and management that a notice is overdue, once."""
        for incident in self:
            incident._end_notice_activities()
            incident._ask_for_notices(NOTICE_LATE, type(incident)._late_notice_words)
            now = fields.Datetime.now()
            later = [by for _name, by in incident._notices_left() if by > now]
            as_system(incident).write({"notice_at": min(later, default=False)})
            incident._log_incident("notice overdue")

    def _notice_words(self):
        company, own = self.company_id, self.sudo()
        return self.env._(
            "%(incident)s: notify the authority by %(authority)s, the persons by "
            "%(persons)s.",
            incident=self.name,
            authority=company._archive_time(own.authority_due),
            persons=company._archive_time(own.persons_due),
        )

    def _late_notice_words(self):
        return self.env._(
            "%s: the time for notices of a leak of personal data is over. Notify now.",
            self.name,
        )

    # Steps

    def action_notify_authority(self):
        """Record that the authority was notified now, as entered.

        :raise AccessError: for who doesn't look into incidents
        :raise UserError: without the authority and the text
        """
        return self._give_notice("authority", ("authority", "authority_text"))

    def action_notify_persons(self):
        """Record that the persons were notified now, or why they aren't.

        :raise AccessError: for who doesn't look into incidents
        :raise UserError: without the text, or the reason
        """
        self.ensure_one()
        self._check_handles()
        exempt = is_text(self.persons_exempt)
        return self._give_notice("persons", () if exempt else ("persons_text",))

    def _give_notice(self, which, names):
        self._wait_for_others()
        for incident in self:
            incident._check_handles()
            incident._check_in(*OPEN)
            if incident[f"{which}_on"] or not incident[f"{which}_due"]:
                raise UserError(
                    self.env._("%s: there is no such notice to give.", incident.name)
                )
            missing = [
                self._fields[name]._description_string(self.env)
                for name in names
                if not is_text(incident[name])
            ]
            if missing:
                raise UserError(self.env._("Enter first: %s.", ", ".join(missing)))
            # Who may was checked.
            own = incident.sudo()
            as_system(own).write({f"{which}_on": fields.Datetime.now()})
            own._plan_notice_reminder()
            if not own._notices_left():
                own._end_notice_activities()
            incident._log_incident(f"notified {which}")
        return True

    def _check_noticed(self):
        if self._notices_left():
            raise UserError(
                self.env._(
                    "Notices that the law asks for aren't given yet: see “Notices”."
                )
            )
