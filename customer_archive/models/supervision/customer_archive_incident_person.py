from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..common.customer_archive_locked import same_but
from ..common.row_lock import lock_rows
from ..common.sentinel import is_system
from ..common.values import differs
from .customer_archive_incident import ALL_DESTROYED, INCIDENT

# What is decided about somebody.
PROPOSED = {"user_id", "person", "responsibility", "penalty", "amount"}
# What became of it.
CARRIED_OUT = {"informed_on", "statement", "carried_out_on"}
TEXTS = ("person", "responsibility", "statement")


class CustomerArchiveIncidentPerson(models.Model):
    """Somebody who is responsible for an incident, and what follows for them 责任人员.

    Requirement G2: warning, fine or dismissal. Each reads their own row, and nothing
    else of the incident, once it is decided.
    """

    _name = "customer.archive.incident.person"
    _description = "Person Responsible"
    _inherit = ["customer.archive.locked", "customer.archive.guard"]
    _order = "incident_id desc, id"
    _rec_names_search = ["incident_id.name", "user_id.name", "person"]
    _locked_states = ("closed",)
    _locked_with = "incident_id"

    incident_id = fields.Many2one(
        INCIDENT, required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="incident_id.company_id", store=True, index=True, precompute=True
    )
    state = fields.Selection(related="incident_id.state", string="Incident Status")
    user_id = fields.Many2one(
        "res.users",
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Doesn't read the incident.",
    )
    person = fields.Char(
        string="Person without a Login", help="Name and position, if it is no user."
    )
    department_id = fields.Many2one(
        "hr.department",
        compute="_compute_department_id",
        store=True,
        index="btree_not_null",
        ondelete="restrict",
        precompute=True,
    )
    responsibility = fields.Text(
        string="What They Did", help="Or failed to do, and against which rule."
    )
    penalty = fields.Selection(
        [
            ("none", "No Penalty"),
            ("warning", "Written Warning"),
            ("fine", "Monetary Fine"),
            ("dismissal", "Dismissal"),
        ],
        default="none",
        required=True,
        index=True,
    )
    amount = fields.Monetary(
        string="Amount of the Fine",
        help="Within what labour law and the company's own rules allow.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    informed_on = fields.Date(string="Told on", copy=False)
    statement = fields.Text(
        string="Their Statement", copy=False, help="What they said about it."
    )
    carried_out_on = fields.Date(string="Carried out on", copy=False)

    _once = models.UniqueIndex(
        "(incident_id, user_id) WHERE user_id IS NOT NULL",
        "This person is on the list already.",
    )

    @api.depends("user_id", "company_id")
    def _compute_department_id(self):
        for row in self:
            # Where somebody works is no secret of who looks into it.
            user = row.user_id.sudo().with_company(row.company_id)
            row.department_id = user.employee_id.department_id

    @api.depends("incident_id", "user_id", "person")
    def _compute_display_name(self):
        for row in self:
            # Who may read the row may know of what it is.
            own = row.sudo()
            parts = (own.incident_id.name, own._who())
            row.display_name = " ".join(filter(None, parts))

    def _who(self):
        return self.user_id.name or self.person

    @api.constrains("user_id", "person", "penalty", "amount")
    def _check_penalty(self):
        for row in self:
            if not row._who():
                raise ValidationError(
                    self.env._("Say who is responsible: a user, or a name.")
                )
            fined = row.penalty == "fine"
            if fined != (row.amount > 0) or row.amount < 0:
                raise ValidationError(
                    self.env._(
                        "%s: a fine has an amount above zero, and nothing else has "
                        "one.",
                        row._who(),
                    )
                )

    # Create, write, delete

    @api.model
    def _protected(self):
        own = {"department_id": None, "company_id": None}
        return {**super()._protected(), **own}

    @api.model_create_multi
    def create(self, vals_list):
        if is_system(self.env):
            rows = super().create(vals_list)
        else:
            self._check_not_own(vals_list)
            rows = super().create(vals_list)
            rows._check_person_editable("draft")
        # From now on they don't read it, whatever becomes of the row.
        rows.sudo()._shut_out()
        rows._log_persons("added")
        return rows

    def _log_persons(self, step):
        """Record whom somebody puts on the list of an incident, or takes off it."""
        for row in self.sudo():
            row.incident_id._log_incident(f"person {step} {row.user_id.id or 0}")

    def _shut_out(self):
        for incident, rows in self.filtered("user_id").grouped("incident_id").items():
            incident._hold(rows.user_id)

    def write(self, vals):
        if not is_system(self.env):
            if "incident_id" in vals:
                self._check_moved(vals["incident_id"])
            self._check_not_own([vals])
            names = vals.keys() - self._protected().keys()
            for row in self:
                changed = {name for name in names if differs(row, name, vals[name])}
                if changed & PROPOSED:
                    row._check_person_editable("draft")
                if changed & CARRIED_OUT:
                    row._check_person_editable("draft", "decided")
        moved = self.filtered(
            lambda row: "user_id" in vals and differs(row, "user_id", vals["user_id"])
        )
        moved._log_persons("removed")
        result = super().write(vals)
        if "user_id" in vals:
            # Whoever may write it was checked.
            self.sudo()._shut_out()
        moved._log_persons("added")
        return result

    def unlink(self):
        if not is_system(self.env):
            self._check_person_editable("draft")
        self._log_persons("removed")
        return super().unlink()

    def _check_moved(self, incident_id):
        if any(row.incident_id.id != incident_id for row in self):
            raise UserError(self.env._("Add a person to the other incident instead."))

    def _check_person_editable(self, *states):
        """Check that the user looks into the incident, and that it isn't decided yet.

        :param states: of the incident in which it is written
        """
        for row in self:
            incident = row.incident_id
            incident._check_handles()
            # Whoever submits it at this moment goes first.
            lock_rows(incident, "SHARE")
            incident.invalidate_recordset(["state"])
            if incident.state not in states:
                raise row._refusal(
                    self.env._(
                        "Who is responsible, and what follows, is decided already: "
                        "enter only when they were told and when it was carried out."
                    ),
                    "write",
                )

    @api.model
    def _check_not_own(self, vals_list):
        """Nobody looks into what they are held responsible for."""
        if any(vals.get("user_id") == self.env.uid for vals in vals_list):
            raise UserError(
                self.env._(
                    "You can't look into what you are responsible for yourself: ask "
                    "somebody else of compliance, legal or the auditors to do it."
                )
            )

    @api.model
    def _still_written(self):
        gone = ALL_DESTROYED.format(incident="OLD.incident_id")
        return f"{same_but(*TEXTS)} AND NEW.responsibility IS NULL AND {gone}"
