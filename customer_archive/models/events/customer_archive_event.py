import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools import identifiers
from ..common.company_day import today_at, today_here
from ..common.readers import may_read, may_write
from ..common.sentinel import is_system
from ..files.customer_archive import ENDED
from .customer_archive_event_type import DETAILS

SCORES = [
    ("1", "Very dissatisfied"),
    ("2", "Dissatisfied"),
    ("3", "Fair"),
    ("4", "Satisfied"),
    ("5", "Very satisfied"),
]
# Texts in which numbers of identity are looked for: they have a place of their own.
TYPED = ("description", "agreed", "disputed", "scenario", "scheme", "work", "answer")
IDENTITY = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")


class CustomerArchiveEvent(models.Model):
    """What happened with a party, or is planned: a visit, a complaint 记事.

    It belongs to the file. A party that has none yet has notes as well; they join the
    file once it is opened. Nothing is deleted, and after a day nothing is altered: see
    ``customer_archive_event_lock.py``.
    """

    _name = "customer.archive.event"
    _description = "Event Note"
    _inherit = [
        "customer.archive.guard",
        "customer.archive.due",
        "customer.archive.opened",
        "customer.archive.silent",
    ]
    _order = "date desc, id desc"
    _rec_names_search = ["partner_id.name", "type_id.name", "description"]

    type_id = fields.Many2one(
        "customer.archive.event.type",
        required=True,
        index=True,
        ondelete="restrict",
    )
    archive_id = fields.Many2one(
        "customer.archive",
        string="File",
        index="btree_not_null",
        ondelete="restrict",
        help="Of the party; a note of before joins it when it is opened.",
    )
    partner_id = fields.Many2one(
        "res.partner", string="Party", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        index=True,
        precompute=True,
    )
    department_id = fields.Many2one(
        "hr.department",
        compute="_compute_department_id",
        store=True,
        index=True,
        precompute=True,
    )
    date = fields.Date(
        required=True, index=True, default=today_here, help="When it happens."
    )
    user_id = fields.Many2one(
        "res.users",
        string="Written by",
        required=True,
        readonly=True,
        index=True,
        copy=False,
        default=lambda self: self.env.user,
    )
    responsible_id = fields.Many2one(
        "res.users",
        string="Responsible Person",
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False)]",
        help="Who goes there, answers or follows it up; you, if nobody is chosen.",
    )
    contact_id = fields.Many2one(
        "res.partner",
        string="Person Met",
        index="btree_not_null",
        ondelete="set null",
        domain="[('id', 'child_of', partner_id)]",
    )
    description = fields.Text(
        string="Note Text",
        required=True,
        help=(
            "Without numbers of identity or of accounts: the file has a place for them."
        ),
    )
    place = fields.Char()
    agreed = fields.Text(string="Agreed Points")
    disputed = fields.Text(string="Disputed Points")
    scenario = fields.Text(string="Application Scenario")
    budget = fields.Monetary()
    currency_id = fields.Many2one(
        "res.currency", default=lambda self: self.env.company.currency_id
    )
    equipment = fields.Char()
    scheme = fields.Text(string="Technical Scheme")
    work = fields.Text(string="Work Done")
    product = fields.Char(string="Product or Sample")
    result = fields.Selection(
        [("pass", "Passed"), ("conditional", "Conditional"), ("fail", "Failed")],
        string="Appraisal Result",
    )
    score = fields.Selection(SCORES, string="Satisfaction")
    agreement_id = fields.Many2one(
        "customer.archive.agreement",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('archive_id', '=', archive_id)]",
        help="Which one was negotiated, or is what this is about.",
    )
    corrects_id = fields.Many2one(
        "customer.archive.event",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The note that is wrong; it stays.",
    )
    correction_ids = fields.One2many(
        "customer.archive.event", "corrects_id", readonly=True
    )
    is_corrected = fields.Boolean(string="Corrected", compute="_compute_is_corrected")
    # What the form shows of it
    shown = fields.Char(compute="_compute_asked", export_string_translation=False)
    needed = fields.Char(compute="_compute_asked", export_string_translation=False)
    day_warning = fields.Char(
        compute="_compute_day_warning", export_string_translation=False
    )

    @api.depends("archive_id.company_id")
    def _compute_company_id(self):
        for note in self:
            own = note.archive_id.company_id or note.company_id
            note.company_id = own or self.env.company

    @api.depends("archive_id.department_id", "user_id")
    def _compute_department_id(self):
        for note in self:
            author = note.user_id.with_company(note.company_id).employee_id
            own = note.archive_id.department_id or note.department_id
            note.department_id = own or author.department_id

    @api.depends("correction_ids")
    def _compute_is_corrected(self):
        for note in self:
            note.is_corrected = bool(note.correction_ids)

    @api.depends("type_id", "date", "state")
    def _compute_asked(self):
        for note in self:
            note.shown = note.type_id._details("shown", "required")
            note.needed = " ".join(note._needed_now())

    def _needed_now(self):
        """Return the names of the details that a note must have in its state.

        Of a plan none are known yet, and whether the party is satisfied only once it
        has the answer; what a type asks for later, it doesn't ask of answers of before.
        """
        self.ensure_one()
        names = self.type_id._details("required").split()
        if self.state == "recorded":
            to_come = self.type_id.can_plan and self.date and self.date > today_at(self)
            return [] if to_come else names
        score = [name for name in names if name == "score"]
        by_state = {
            "open": [each for each in names if each != "score"],
            "closed": score,
        }
        return by_state.get(self.state, [])

    @api.depends("date", "company_id")
    def _compute_day_warning(self):
        for note in self:
            company = note.company_id or self.env.company
            note.day_warning = note.date and company._archive_free_words(note.date)

    @api.depends("date", "type_id", "partner_id")
    def _compute_display_name(self):
        for note in self:
            parts = (note.date, note.type_id.name, note.partner_id.name)
            note.display_name = " ".join(str(part) for part in parts if part)

    @api.onchange("type_id")
    def _onchange_type(self):
        """Leave nothing in fields that aren't shown any more."""
        for name in set(DETAILS) - set((self.shown or "").split()):
            self[name] = False

    # Constraints

    @api.constrains("partner_id", "archive_id", "agreement_id", "contact_id")
    def _check_party(self):
        for note in self.sudo():
            party = note.partner_id
            file, agreement, met = note.archive_id, note.agreement_id, note.contact_id
            if file and file.partner_id != party:
                raise ValidationError(
                    self.env._("The file isn't one of %s.", party.display_name)
                )
            if agreement and agreement.archive_id != file:
                raise ValidationError(
                    self.env._("The agreement isn't one of %s.", party.display_name)
                )
            if is_system(self.env):
                # Who was met may work elsewhere by now.
                continue
            if met and met.commercial_partner_id != party:
                raise ValidationError(
                    self.env._(
                        "%(person)s isn't a contact of %(party)s.",
                        person=met.name,
                        party=party.name,
                    )
                )

    @api.constrains("type_id", "state", *DETAILS)
    def _check_needed(self):
        # What a new note is, is said right after it was made.
        for note in self.filtered("written_on"):
            missing = [
                self._fields[name]._description_string(self.env)
                for name in note._needed_now()
                if not note[name]
            ]
            if missing:
                raise ValidationError(
                    self.env._(
                        "A note of the type “%(type)s” needs: %(fields)s.",
                        type=note.type_id.name,
                        fields=", ".join(missing),
                    )
                )

    @api.constrains("budget")
    def _check_budget(self):
        if any(note.budget < 0 for note in self):
            raise ValidationError(self.env._("A budget can't be negative."))

    @api.constrains(*TYPED)
    def _check_identity(self):
        """Sensitive numbers are kept encrypted, and so not in a text."""
        for note in self:
            for name in TYPED:
                if any(map(_is_identity, IDENTITY.findall(note[name] or ""))):
                    raise ValidationError(
                        self.env._(
                            "“%s” holds an identity number: enter it under Sensitive "
                            "Values of the file, where it is encrypted, and leave "
                            "it out here.",
                            self._fields[name]._description_string(self.env),
                        )
                    )

    @api.constrains("responsible_id", "archive_id")
    def _check_responsible(self):
        # What we move ourselves must not fail for somebody who can't read any more.
        for note in self.browse() if is_system(self.env) else self:
            user = note.responsible_id
            if user == note.user_id:
                continue
            if not may_read(user, note.sudo()):
                raise ValidationError(
                    self.env._(
                        "%(user)s may not read notes on %(party)s: choose the account "
                        "manager, or somebody who reads the file.",
                        user=user.name,
                        party=note.partner_id.name,
                    )
                )
            if not may_write(user, note.sudo()):
                raise ValidationError(
                    self.env._(
                        "%(user)s may read notes on %(party)s, and neither answer nor "
                        "follow them up: choose somebody else.",
                        user=user.name,
                        party=note.partner_id.name,
                    )
                )

    # Create

    @api.model
    def _protected(self):
        return {
            **super()._protected(),
            "company_id": None,
            "department_id": None,
            "user_id": self.env.uid,
            "correction_ids": [],
        }

    @api.model_create_multi
    def create(self, vals_list):
        if is_system(self.env):
            return super().create(vals_list)
        notes = super().create([self._with_party(vals) for vals in vals_list])
        notes._check_file_open()
        notes._begin()
        return notes

    @api.model
    def _with_party(self, vals):
        """Return values with the party and its file, if it has an open one.

        A contact stands for its company, and is the person met. Whether the user may
        write on that file is asked of the rights afterwards.
        """
        # Only to find out whose file it is.
        file = self.env["customer.archive"].sudo().browse(vals.get("archive_id") or ())
        chosen = self.env["res.partner"].sudo().browse(vals.get("partner_id") or ())
        party = chosen.commercial_partner_id or file.exists().partner_id
        if chosen != party and chosen and not vals.get("contact_id"):
            vals = {**vals, "contact_id": chosen.id}
        file = file or party._archive_open_file(self.env.company)
        return {
            **vals,
            "responsible_id": vals.get("responsible_id") or self.env.uid,
            "partner_id": party.id,
            "archive_id": file.id,
        }

    def _check_file_open(self):
        for file in self.sudo().archive_id:
            if file.state in ENDED:
                raise UserError(
                    self.env._(
                        "%(file)s has ended (%(state)s): nothing is noted there any "
                        "more.",
                        file=file.display_name,
                        state=file._state_label(),
                    )
                )


def _is_identity(number):
    try:
        identifiers.identity_number(number)
    except ValueError:
        return False
    return True
