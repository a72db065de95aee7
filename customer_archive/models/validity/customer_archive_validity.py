from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.lead_times import parse_leads
from ..common.company_day import today_at
from ..common.escalation import head_of
from ..common.roles import WAIVERS
from ..common.sentinel import as_system
from ..common.values import is_text
from ..common.windows import open_dialog


class CustomerArchiveValidity(models.AbstractModel):
    """What is valid until a day, and has to be renewed or waived 有效期.

    Before that day, on it and after it one user is reminded, step by step, and in the
    end the head of the department. A step is a number of days: -90 is ninety days
    before the end, 7 a week after it. An inheriting model has ``company_id`` and says
    which field is the end, who is responsible, and whether it runs at all; it is
    guarded, and protects what ``_validity_protected`` names.

    Nothing is written about these records for others to follow: a reminder is an
    activity, and what is said when it is done goes to the file.
    """

    _name = "customer.archive.validity"
    _description = "Validity"
    _inherit = ["customer.archive.due", "mail.activity.mixin"]

    validity_date = fields.Date(
        string="Next Reminder", compute="_compute_validity_date", store=True
    )
    validity_level = fields.Integer(
        string="Last Reminder (Days)",
        readonly=True,
        copy=False,
        aggregator=None,
        help=(
            "Days after the end date at which the last reminder was due; negative "
            "before the end date."
        ),
    )
    validity_reminded_for = fields.Date(
        string="Reminded for",
        readonly=True,
        copy=False,
        help="The end date that the reminder refers to.",
    )
    validity_reminded_on = fields.Date(
        string="Last Reminder on", readonly=True, copy=False
    )
    waived_on = fields.Date(string="Waived on", readonly=True, copy=False)
    waived_by_id = fields.Many2one(
        "res.users",
        string="Waived by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    waive_reason = fields.Char(string="Waiver Reason", readonly=True, copy=False)
    # Another end is another matter.
    waived_for = fields.Date(string="Waived for the End on", readonly=True, copy=False)
    is_waived = fields.Boolean(
        string="Waived", compute="_compute_is_waived", store=True
    )
    validity_state = fields.Selection(
        [
            ("valid", "Valid"),
            ("expiring", "Expiring"),
            ("expired", "Expired"),
            ("renewed", "Renewed"),
            ("waived", "Waived"),
        ],
        string="Validity",
        compute="_compute_validity_state",
        compute_sudo=True,
        search="_search_validity_state",
    )
    days_left = fields.Integer(
        compute="_compute_validity_state",
        compute_sudo=True,
        search="_search_days_left",
        aggregator=None,
        help="Negative once it has expired.",
    )
    days_left_text = fields.Char(
        string="Days Remaining",
        compute="_compute_validity_state",
        compute_sudo=True,
        help="Empty if it has no end date, or was renewed or waived.",
    )
    can_waive = fields.Boolean(
        compute="_compute_can_waive", export_string_translation=False
    )

    _validity_due = models.Index("(validity_date) WHERE validity_date IS NOT NULL")

    # What an inheriting model says

    @api.model
    def _validity_end(self):
        """Return the name of the field with the last day on which it is valid."""
        raise NotImplementedError

    @api.model
    def _validity_depends(self):
        """Return the fields on which the other answers depend."""
        raise NotImplementedError

    @api.model
    def _validity_domains(self):
        """Return the domains of what is held, renewed, and without an end."""
        raise NotImplementedError

    @api.model
    def _validity_lead_groups(self):
        """Return pairs of a domain and the lead times of what it finds.

        They are the company's, unless an inheriting model has its own.
        """
        # Which companies there are is no secret; what is found goes by the rights.
        companies = self.env["res.company"].sudo().search([])  # pylint: disable=no-search-all
        return [
            (fields.Domain("company_id", "in", those.ids), text)
            for text, those in companies.grouped("archive_lead_days").items()
        ]

    def _validity_runs(self):
        """Whether somebody is to be reminded of this end, unless it is waived."""
        raise NotImplementedError

    def _validity_is_held(self):
        """Whether there is something that can be valid."""
        raise NotImplementedError

    def _validity_is_renewed(self):
        """Whether something valid for longer has taken its place."""
        raise NotImplementedError

    def _validity_is_endless(self):
        return not self[self._validity_end()]

    def _validity_leads(self):
        """Return the lead times as text."""
        return self.company_id.archive_lead_days

    def _validity_user(self):
        """Return who is reminded; may be empty, or somebody who has left."""
        return self._validity_file().user_id

    def _validity_head(self):
        """Return whom it is escalated to; may be empty."""
        return head_of(self._validity_file())

    def _validity_name(self):
        """Return what it is called in a reminder, in the language of the context."""
        raise NotImplementedError

    def _validity_file(self):
        """Return the file it belongs to, if it does."""
        return self.archive_id

    def _validity_request(self):
        """Return what else to ask for when it is reminded of for the first time."""
        return ""

    # Computed fields

    @api.depends(lambda self: self._validity_triggers())
    def _compute_validity_date(self):
        for record in self:
            record.validity_date = record._next_reminder()

    @api.model
    def _validity_triggers(self):
        if self._abstract:
            return []
        own = (
            "validity_level",
            "validity_reminded_for",
            "validity_reminded_on",
            "is_waived",
        )
        return [self._validity_end(), *self._validity_depends(), *own]

    @api.depends(lambda self: self._waiver_triggers())
    def _compute_is_waived(self):
        for record in self:
            record.is_waived = bool(
                record.waived_on and record.waived_for == record._last_day()
            )

    @api.model
    def _waiver_triggers(self):
        end = [] if self._abstract else [self._validity_end()]
        return [*end, "waived_on", "waived_for"]

    @api.depends(lambda self: self._validity_triggers())
    def _compute_validity_state(self):
        for record in self:
            end, today = record._last_day(), record._today()
            record.days_left = (end - today).days if end else 0
            state = record.validity_state = record._validity_state_on(today)
            counts = end and state in ("valid", "expiring", "expired")
            shown = counts and not record._validity_is_endless()
            record.days_left_text = str(record.days_left) if shown else False

    def _validity_state_on(self, today):
        if not self._validity_is_held():
            return False
        if self._validity_is_renewed():
            return "renewed"
        if self.is_waived:
            return "waived"
        if self._validity_is_endless():
            return "valid"
        days = (self._last_day() - today).days
        if days < 0:
            return "expired"
        return "expiring" if days <= parse_leads(self._validity_leads())[0] else "valid"

    @api.model
    def _search_validity_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        held, renewed, endless = self._validity_domains()
        waived = fields.Domain("is_waived", "=", True)
        open_ = held & ~renewed & ~waived
        over = self._validity_over()
        domains = {
            False: ~held,
            "renewed": held & renewed,
            "waived": held & ~renewed & waived,
            "expired": open_ & ~endless & over,
        }
        if {"expiring", "valid"} & set(value):
            # Lead times are asked for only where they count.
            soon = self._validity_soon()
            domains["expiring"] = open_ & ~endless & ~over & soon
            domains["valid"] = open_ & (endless | (~over & ~soon))
        return fields.Domain.OR(domains[each] for each in value if each in domains)

    @api.model
    def _search_days_left(self, operator, value):
        if operator not in ("<", "<=", ">", ">="):
            return NotImplemented
        return self._by_company(
            lambda today: fields.Domain(
                self._validity_end(), operator, fields.Date.add(today, days=value)
            )
        )

    @api.model
    def _validity_over(self):
        """Return the domain of what has ended, by the day it is at each company."""
        return self._by_company(
            lambda today: fields.Domain(self._validity_end(), "<", today)
        )

    @api.model
    def _validity_soon(self):
        """Return the domain of what ends within its longest lead time."""
        groups = [
            (domain, timedelta(days=parse_leads(text)[0]))
            for domain, text in self._validity_lead_groups()
        ]
        name = self._validity_end()
        return self._by_company(
            lambda today: fields.Domain.OR(
                domain & fields.Domain(name, "<=", today + lead)
                for domain, lead in groups
            )
        )

    @api.model
    def _by_company(self, of_day):
        return self.env["res.company"]._archive_by_day(of_day)

    @api.depends(lambda self: self._validity_triggers())
    @api.depends_context("uid")
    def _compute_can_waive(self):
        user = self.env.user
        may = user.has_groups(WAIVERS)
        for record in self:
            # Who is responsible is no secret of its readers.
            own = record.sudo()
            record.can_waive = (
                may
                and own.validity_state in ("expiring", "expired")
                and own._validity_user() != user
            )

    @api.model
    def _validity_protected(self):
        """Return what the guard of an inheriting model has to protect."""
        recorded = (
            "validity_reminded_for",
            "validity_reminded_on",
            "waived_on",
            "waived_by_id",
            "waive_reason",
            "waived_for",
        )
        return {
            **dict.fromkeys(recorded, False),
            "validity_level": 0,
            "validity_date": None,
            "is_waived": None,
        }

    # Public methods

    def action_waive(self, reason):
        """Decide that these needn't be renewed: their reminders end.

        :param str reason: why; it is kept with them and in the access record
        :raise AccessError: unless the user is a clerk, of compliance or of legal, and
            not the one who has to renew it
        :raise UserError: without a reason, or if there is nothing to waive
        """
        self.check_access("read")
        self._check_may_waive()
        if not is_text(reason):
            raise UserError(self.env._("Enter the reason why no renewal is needed."))
        for record in self:
            if record.validity_state not in ("expiring", "expired"):
                raise UserError(
                    self.env._(
                        "%s neither expires soon nor has expired: there is nothing "
                        "to waive.",
                        record.display_name,
                    )
                )
        # The role was checked above; it need not allow to write these records.
        for record in self.sudo():
            as_system(record).write(
                {
                    "waived_on": record._today(),
                    "waived_by_id": self.env.uid,
                    "waive_reason": reason.strip(),
                    "waived_for": record._last_day(),
                }
            )
        self.env["customer.archive.log"]._record("change", self, "waive", reason)
        self.sudo()._end_obsolete_reminders()
        return True

    def action_open_waive(self):
        """Return the dialog that asks for the reason of a waiver.

        :raise AccessError: for those whom :meth:`action_waive` refuses
        """
        self.check_access("read")
        self._check_may_waive()
        return open_dialog(
            "customer.archive.waive",
            self.env._("Waive Renewal"),
            {
                "default_res_model": self._name,
                "default_res_ids": self.ids,
            },
        )

    def _check_may_waive(self):
        user = self.env.user
        if not user.has_groups(WAIVERS):
            raise self._refusal(
                self.env._(
                    "Renewals can be waived by records clerks, compliance or legal."
                ),
                "waive",
            )
        # Who is responsible is no secret of its readers.
        own = self.sudo().filtered(lambda record: record._validity_user() == user)
        if own:
            raise self.browse(own.ids)._refusal(
                self.env._(
                    "You are responsible for this renewal: another person must "
                    "waive it (four-eyes principle)."
                ),
                "waive",
            )

    # Days

    def _today(self):
        return today_at(self)

    def _last_day(self):
        return self[self._validity_end()]

    @api.model
    def _refresh_validity(self):
        """Recompute all next reminders, after rows were written by SQL."""
        records = self.sudo().search([])  # pylint: disable=no-search-all
        for name in ("is_waived", "validity_date"):
            self.env.add_to_compute(self._fields[name], records)
        records._recompute_recordset(("is_waived", "validity_date"))

    # Activities, without followers and messages of its own

    @api.private
    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Nobody follows it: whoever reads the file reads it, and nobody else."""
        return True

    @api.model
    def _archive_follow(self, work):
        """Nobody follows it, whoever is reminded."""

    @api.private
    def message_post_with_source(self, source_ref, **kwargs):
        """Post on the file what is said when an activity is done."""
        file = self._validity_file()
        if not file:
            return self.env["mail.message"]
        return file.message_post_with_source(source_ref, **kwargs)

    @api.private
    def message_notify(self, **kwargs):
        """Notify, in the name of the file, who is given an activity by somebody."""
        file = self._validity_file()
        return file.message_notify(**kwargs) if file else self.env["mail.message"]
