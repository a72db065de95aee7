from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..common.company_day import today_at
from ..common.customer_archive_locked import same_but
from ..common.roles import HANDLES_INCIDENTS, SEES_INCIDENTS
from ..common.sentinel import as_system, is_system
from ..common.values import differs, label
from ..files.customer_archive_lock import ALWAYS_WRITABLE

INCIDENT, PERSON = "customer.archive.incident", "customer.archive.incident.person"
# What whoever reports it says, as long as it is a draft.
REPORTED = {
    *("kind", "facts", "found_on", "occurred_on"),
    *("archive_ids", "partner_ids", "named_ids"),
}
# What nobody else says in their stead; what others only add to.
TOLD, ADDED = {"facts"}, {"archive_ids", "partner_ids", "named_ids"}
# What whoever looks into it adds before it is decided.
ASSESSED = {
    *("severity", "cause", "measures", "legal_handling", "person_ids", "reason"),
}
# What the law asks for runs whatever is decided, and isn't part of it.
NOTICES = {
    *("has_personal_data", "authority", "authority_text"),
    *("persons_text", "persons_exempt", "unmark_reason"),
}
# What became of it, once it is decided.
FOLLOWED = {"outcome", "legal_handling", "person_ids"}
WRITABLE = {
    "draft": REPORTED | ASSESSED | NOTICES,
    "review": NOTICES,
    "decided": NOTICES | FOLLOWED,
}
# What goes when the files that it is about are destroyed.
TEXTS = (
    *("facts", "cause", "measures", "legal_handling", "outcome", "reason"),
    *("authority", "authority_text", "persons_text", "persons_exempt"),
    *("unmark_reason", "origin_key"),
)
# Whether no file is left that an incident is about.
ALL_DESTROYED = """(SELECT bool_and(a.state = 'destroyed') IS TRUE
                     FROM customer_archive_incident_file_rel r
                     JOIN customer_archive a ON a.id = r.archive_id
                    WHERE r.incident_id = {incident})"""


def _confidential(field, *args, **values):
    """Return a field for those who look into incidents, and not for who reports one."""
    return field(*args, groups=SEES_INCIDENTS, **values)


class CustomerArchiveIncident(models.Model):
    """Something that went against the rules for customer files 违规事件.

    Requirement G2. Reported by anybody with a role or raised by the system, looked into
    by compliance, legal or auditors, decided by approval, followed to its end, and
    locked then. Whom it is about doesn't read it: see ``supervision_rules.xml``.
    """

    _name = "customer.archive.incident"
    _description = "Incident"
    _inherit = [
        "customer.archive.locked",
        "customer.archive.approval.mixin",
        "customer.archive.due",
    ]
    _order = "id desc"
    _rec_names_search = ["name", "facts"]
    _check_company_auto = True
    _locked_states = ("closed",)

    name = fields.Char(string="Number", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "To Look Into"),
            ("review", "Awaiting Approval"),
            ("decided", "Decided, Being Dealt With"),
            ("closed", "Dealt With"),
            ("unfounded", "Unfounded"),
        ],
        string="Status",
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
        index=True,
    )
    kind = fields.Selection(
        [
            ("leak", "Leak"),
            ("loss", "Lost Documents"),
            ("tampering", "Tampering"),
            ("misuse", "Unauthorized Use"),
            ("late", "Late Work"),
            ("other", "Other Violation"),
        ],
        string="Kind of Incident",
        required=True,
        index=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users",
        string="Reported by",
        readonly=True,
        index=True,
        copy=False,
        ondelete="restrict",
        help="Empty: raised by the system.",
    )
    origin = fields.Selection(
        [
            ("report", "Reported by a Person"),
            ("stocktake", "Stocktake"),
            ("loan", "Loan not Returned"),
            ("record", "Access Record"),
            ("audit", "Supervisor's Check"),
        ],
        string="Came from",
        required=True,
        readonly=True,
        copy=False,
        default="report",
    )
    # What it was raised for, so that it isn't raised twice.
    origin_key = fields.Char(readonly=True, copy=False, export_string_translation=False)
    facts = fields.Text(
        string="Course of Events",
        required=True,
        help="When, where, what and how it was noticed; without numbers of identity.",
    )
    found_on = fields.Datetime(
        string="Noticed on",
        required=True,
        default=fields.Datetime.now,
        tracking=True,
        help="From this moment the time for notices of a leak runs.",
    )
    occurred_on = fields.Date(string="Happened on", tracking=True)
    archive_ids = fields.Many2many(
        "customer.archive",
        "customer_archive_incident_file_rel",
        "incident_id",
        "archive_id",
        string="Files Concerned",
        domain="[('company_id', '=', company_id)]",
        check_company=True,
    )
    partner_ids = fields.Many2many(
        "res.partner",
        "customer_archive_incident_party_rel",
        "incident_id",
        "partner_id",
        string="Parties Concerned",
        help="Customers and suppliers, also those without a file.",
    )
    severity = _confidential(
        fields.Selection,
        [("minor", "Minor"), ("serious", "Serious"), ("grave", "Very Serious")],
        tracking=True,
        copy=False,
        index=True,
    )
    cause = _confidential(fields.Text, string="Cause", copy=False)
    measures = _confidential(
        fields.Text,
        string="Remedial Measures",
        copy=False,
        help="What was done at once, and what keeps it from happening again.",
    )
    legal_handling = _confidential(
        fields.Text,
        string="Legal Handling",
        copy=False,
        help="Claims, reports to the police, proceedings.",
    )
    person_ids = _confidential(
        fields.One2many,
        PERSON,
        "incident_id",
        string="Persons Responsible",
        copy=False,
    )
    outcome = _confidential(
        fields.Text,
        string="Result of the Handling",
        copy=False,
        help="What was carried out, and whether it works.",
    )
    reason = _confidential(
        fields.Text,
        string="Why It Is Unfounded",
        copy=False,
        help="What was looked at, and what it was; entered before it is put aside.",
    )
    reported_on = fields.Datetime(
        string="Reported to Management on", readonly=True, copy=False
    )
    decided_on = fields.Date(string="Decided on", readonly=True, copy=False)
    closed_on = fields.Date(string="Dealt with on", readonly=True, copy=False)
    closed_by_id = fields.Many2one(
        "res.users",
        string="Dealt with by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    act_on = fields.Date(
        readonly=True,
        copy=False,
        help="When somebody is reminded next.",
        export_string_translation=False,
    )
    can_handle = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_edit = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_tell = fields.Boolean(compute="_compute_can", export_string_translation=False)

    _raised_once = models.UniqueIndex(
        "(company_id, origin_key) WHERE origin_key IS NOT NULL",
        "This was raised as an incident already.",
    )
    _act_due = models.Index("(act_on) WHERE act_on IS NOT NULL")

    @api.depends("state", "user_id")
    @api.depends_context("uid")
    def _compute_can(self):
        user = self.env.user
        handles = user.has_groups(HANDLES_INCIDENTS)
        for incident in self:
            own = not incident.id or incident.user_id == user
            draft = incident.state == "draft"
            incident.can_handle = handles
            incident.can_edit = draft and (handles or own)
            incident.can_tell = draft and own

    @api.depends("name", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for incident in self:
            parts = (incident.name, incident.kind and label(incident, "kind"))
            incident.display_name = " ".join(filter(None, parts))

    # Constraints

    @api.constrains("found_on", "occurred_on")
    def _check_days(self):
        for incident in self:
            if not incident.found_on:
                raise ValidationError(self.env._("Say when it was noticed."))
            if incident.found_on > fields.Datetime.now():
                raise ValidationError(
                    self.env._("An incident can't be noticed later than now.")
                )
            happened = incident.occurred_on
            noticed = incident.company_id._archive_day(incident.found_on)
            if happened and happened > noticed:
                raise ValidationError(
                    self.env._("It can't have happened after it was noticed.")
                )

    # Create, write, delete

    @api.model
    def _protected(self):
        recorded = (
            *("name", "origin_key", "reported_on", "decided_on"),
            *("closed_on", "closed_by_id", "act_on"),
        )
        return {
            **super()._protected(),
            **dict.fromkeys(recorded, False),
            "origin": "report",
            "user_id": self.env.uid,
        }

    @api.model_create_multi
    def create(self, vals_list):
        incidents = super().create(vals_list)
        if not (is_system(self.env) or self.env.user.has_groups(HANDLES_INCIDENTS)):
            # Defaults come from clients, too.
            incidents.sudo()._forget_assessed()
        for company, numbered in incidents.grouped("company_id").items():
            # Numbers are given here: nobody else draws them (ir_sequence.py).
            sequence = self.env["ir.sequence"].sudo().with_company(company)
            for incident in numbered:
                number = as_system(sequence).next_by_code(self._name)
                as_system(incident.sudo()).write({"name": number})
        incidents._take_up()
        return incidents

    def _forget_assessed(self):
        """Empty what isn't whoever reports it to say."""
        as_system(self.person_ids).unlink()
        names = (ASSESSED | NOTICES | FOLLOWED) - {"person_ids"}
        as_system(self).write(dict.fromkeys(names, False))

    def write(self, vals):
        if is_system(self.env):
            return super().write(vals)
        self._check_incident_editable(vals)
        before = self._added_to(vals)
        result = super().write(vals)
        self._check_only_added(before)
        if {"found_on", "kind", "has_personal_data"} & vals.keys():
            # Whoever may write it was checked; the time that runs follows.
            self.sudo()._plan_notices()
        return result

    def _check_incident_editable(self, vals):
        handles = self.env.user.has_groups(HANDLES_INCIDENTS)
        for incident in self:
            allowed = WRITABLE.get(incident.state, set()) | ALWAYS_WRITABLE
            if not handles:
                allowed = allowed & (REPORTED | ALWAYS_WRITABLE)
            if incident.user_id != self.env.user:
                # It may be about who looks into it.
                allowed = allowed - TOLD
            if incident.state in ("draft", "review", "decided"):
                allowed -= incident._noticed_fields()
            names = vals.keys() - self._protected().keys() - allowed
            if any(differs(incident, name, vals[name]) for name in names):
                raise incident._refuse_change()

    def _refuse_change(self):
        """Return the error that refuses to change it as asked; it is recorded."""
        return self._refusal(
            self.env._(
                "%(incident)s can't be changed so now (%(state)s): what was decided or "
                "recorded stays, and who reported it says what happened.",
                incident=self.name,
                state=label(self, "state"),
            ),
            "write",
        )

    def _added_to(self, vals):
        """Return, by field and incident, what others than its reporter only add to."""
        others = self.sudo().filtered(lambda each: each.user_id != self.env.user)
        return {
            (name, each): each[name] for name in ADDED & vals.keys() for each in others
        }

    def _check_only_added(self, before):
        for (name, incident), known in before.items():
            if known - incident[name]:
                raise incident.with_env(self.env)._refuse_change()

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        for incident in self:
            raise UserError(
                self.env._(
                    "%s stays on record: if there is nothing to it, say that it is "
                    "unfounded.",
                    incident.display_name,
                )
            )

    @api.model
    def _still_written(self):
        # Its words go with the last file that it is about.
        gone = ALL_DESTROYED.format(incident="OLD.id")
        return f"{same_but()} OR {same_but(*TEXTS)} AND NEW.cause IS NULL AND {gone}"

    def _mail_get_partner_fields(self, introspect_fields=False):
        # What is said about it isn't meant for any party.
        return []

    # Readers

    def _concerned(self):
        """Return who is held responsible, as superuser."""
        return self.sudo().person_ids.user_id

    def _check_handles(self, operation="incident"):
        """Check that the user looks into incidents, and isn't concerned by these.

        :raise AccessError: else; the attempt is recorded
        """
        self.check_access("write")
        if not self.env.user.has_groups(HANDLES_INCIDENTS):
            raise self._refusal(
                self.env._(
                    "Incidents are looked into by compliance, legal or auditors: ask "
                    "one of them."
                ),
                operation,
            )

    def _log_incident(self, step):
        self.env["customer.archive.log"]._record("incident", self, step)

    def _today(self):
        return today_at(self)
