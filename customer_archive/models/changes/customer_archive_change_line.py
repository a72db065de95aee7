from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.sentinel import as_system, is_system
from ..common.values import SUBJECTS, choices
from ..encryption.customer_archive_sealed import VALUE
from .customer_archive_change_field import SEALED, VALUE_FIELDS

# The fields in which something is typed that isn't sealed.
TYPED = sorted(set(VALUE_FIELDS.values()))
NUMBERS = ("ciphertext", "masked", "blind_index")
# Which field of a line names what it is about; the others are there by themselves.
NAMED_BY = {
    "contact": "contact_id",
    "bank": "bank_id",
    "item": "document_id",
    "secret": "secret_id",
}


class CustomerArchiveChangeLine(models.Model):
    """One field of one record: what it was, and what it shall be.

    New numbers are sealed like any sensitive value; the old ones are kept so, too.
    """

    _name = "customer.archive.change.line"
    _description = "Change"
    _inherit = ["customer.archive.sealed"]
    _order = "change_id, id"
    _rec_names_search = ["field_id", "change_id"]

    change_id = fields.Many2one(
        "customer.archive.change",
        string="Change Request",
        required=True,
        index=True,
        ondelete="cascade",
    )
    archive_id = fields.Many2one(
        related="change_id.archive_id", store=True, index=True, precompute=True
    )
    archive_number = fields.Char(related="archive_id.name", string="File Number")
    company_id = fields.Many2one(
        related="change_id.company_id", store=True, precompute=True
    )
    partner_id = fields.Many2one(related="change_id.partner_id")
    request_date = fields.Date(related="change_id.request_date", store=True)
    state = fields.Selection(related="change_id.state")
    field_id = fields.Many2one(
        "customer.archive.change.field",
        required=True,
        ondelete="restrict",
    )
    subject = fields.Selection(related="field_id.subject")
    contact_id = fields.Many2one(
        "res.partner",
        domain="[('parent_id', '=', partner_id)]",
        ondelete="set null",
    )
    bank_id = fields.Many2one(
        "res.partner.bank",
        string="Bank Account",
        domain="[('partner_id.commercial_partner_id', '=', partner_id)]",
        ondelete="set null",
        help="Leave empty to add an account.",
    )
    document_id = fields.Many2one(
        "customer.archive.document",
        string="Item",
        domain="[('archive_id', '=', archive_id)]",
        ondelete="set null",
    )
    secret_id = fields.Many2one(
        "customer.archive.secret",
        string="Sensitive Value",
        domain="[('archive_id', '=', archive_id)]",
        ondelete="set null",
    )
    what = fields.Char(string="Subject", compute="_compute_what")
    is_removal = fields.Boolean(
        string="Deactivate", help="The account is no longer used."
    )
    typed_in = fields.Char(compute="_compute_typed_in", export_string_translation=False)
    choices = fields.Json(compute="_compute_typed_in", export_string_translation=False)
    relation = fields.Char(compute="_compute_typed_in", export_string_translation=False)
    new_text = fields.Text()
    new_date = fields.Date()
    new_number = fields.Float(digits=(16, 2))
    new_boolean = fields.Boolean(string="New Choice")
    new_choice = fields.Char(string="New Selection")
    new_res_id = fields.Many2oneReference(string="New Record", model_field="relation")
    old_value = fields.Json(
        string="Old Value Kept",
        groups=fields.NO_ACCESS,
        prefetch=False,
        copy=False,
        export_string_translation=False,
    )
    blind_index = fields.Char(
        groups=fields.NO_ACCESS,
        prefetch=False,
        copy=False,
        export_string_translation=False,
    )
    old_ciphertext = fields.Char(
        groups=fields.NO_ACCESS,
        prefetch=False,
        copy=False,
        export_string_translation=False,
    )
    old_text = fields.Char(string="Old", readonly=True, copy=False)
    current_text = fields.Char(string="Current Value", compute="_compute_current_text")
    shown_old = fields.Char(string="Old Value", compute="_compute_current_text")
    shown_new = fields.Char(string="New", compute="_compute_shown_new")
    is_stale = fields.Boolean(
        string="Changed Since Request", compute="_compute_current_text"
    )

    # What a line is about

    @api.depends("field_id")
    @api.depends_context("lang")
    def _compute_typed_in(self):
        for line in self:
            field = line.field_id._field() if line.field_id else None
            line.typed_in = line._typing_field() if field else False
            selection = field is not None and field.type == "selection"
            line.choices = (
                choices(self.env[SUBJECTS[line.subject]], field.name)
                if selection
                else []
            )
            many2one = field is not None and field.type == "many2one"
            line.relation = field.comodel_name if many2one else False

    @api.depends("field_id", *NAMED_BY.values())
    @api.depends_context("lang")
    def _compute_what(self):
        for line in self:
            line.what = line._label()

    def _typing_field(self):
        """Return the name of the field that the new value is typed in."""
        if self._is_sealed():
            return VALUE
        return VALUE_FIELDS[self.field_id._field().type]

    def _is_sealed(self):
        return (self.subject, self.field_id.field_name) in SEALED

    def _target(self):
        """Return the record to be changed; empty if it is gone, or to be added."""
        self.ensure_one()
        if self.subject in NAMED_BY:
            return self[NAMED_BY[self.subject]]
        return self.archive_id if self.subject == "file" else self.partner_id

    def _is_serious(self):
        """Whether compliance decides, too: also on the name of who represents."""
        legal = self.change_id.partner_id.sudo().legal_representative_id
        of_legal = self.field_id.subject == "contact" and self.contact_id == legal
        return self.field_id.is_serious or (
            of_legal and bool(legal) and self.field_id.field_name == "name"
        )

    def _as_shown(self):
        """Return the line with the rights by which it is shown.

        Who may read a request may read what it is about, masked. What isn't saved
        wasn't checked either, and names what its author likes.

        :raise AccessError: if it names what the author may not read
        """
        self.ensure_one()
        if not self.id:
            new = self._new_record() if self.field_id else self.browse()
            for named in (self.sudo()._target()._origin, new):
                named.sudo(False).exists().check_access("read")
        return self.sudo()

    def _shows_current(self):
        """Whether the reader may see the present value, which isn't the applicant's.

        Whoever made a draft, or asked for something, may have lost the file since.
        """
        deciders = self.sudo().change_id.approver_ids
        return (
            not self.id
            or self.env.user in deciders
            or self.archive_id.has_access("read")
        )

    def _label(self):
        self.ensure_one()
        target = self._as_shown()._target()
        named = self.subject in NAMED_BY and target
        name = self.field_id.name
        # An account's own name is its number.
        shown = target.partner_id if named and self.subject == "bank" else target
        return f"{shown.display_name}: {name}" if named else name

    @api.onchange("field_id")
    def _onchange_field_id(self):
        """What was typed for one field isn't meant for another."""
        for name in (*TYPED, VALUE, *NAMED_BY.values()):
            self[name] = False
        self.is_removal = False

    # Old and new

    @api.depends(
        "change_id.state", "field_id", "old_text", "new_res_id", *NAMED_BY.values()
    )
    @api.depends_context("uid")
    def _compute_current_text(self):
        for line in self:
            own = line._as_shown()
            state = own.change_id.state
            if state == "done" or not line._shows_current():
                line.current_text, line.is_stale = False, False
            else:
                line.current_text = own._in_words(own._current_value())
                stale = line.id and state == "review"
                line.is_stale = bool(stale and own._outdated())
            line.shown_old = line.current_text if state == "draft" else line.old_text

    @api.depends("field_id", "is_removal", "masked", *TYPED)
    def _compute_shown_new(self):
        for line in self:
            own = line._as_shown()
            if own.is_removal:
                line.shown_new = self.env._("Deactivated")
            elif own.field_id and own._is_sealed():
                line.shown_new = own.masked
            else:
                line.shown_new = own._in_words(own._new_value())

    def _current_value(self):
        """Return the present value as it would be written; False without a record."""
        target = self._target().exists()
        if not (target and self.field_id):
            return False
        if self.subject == "secret":
            return target.masked
        value = target[self.field_id.field_name]
        return value.id if isinstance(value, models.BaseModel) else value

    def _current_print(self):
        """Return what the present value is recognised by; numbers by their hash."""
        if not self._is_sealed():
            value = self._current_value()
            return str(value) if value or value == 0 else False
        target = self._target().exists()
        if not target:
            return False
        if self.subject == "secret":
            return target.blind_index
        return self._blind_index(target.acc_number or "")

    def _new_value(self):
        """Return the value to be written."""
        field = self.field_id._field() if self.field_id else None
        if field is None or self._is_sealed():
            return False
        value = self[self._typing_field()]
        if field.type == "integer":
            return int(value)
        if isinstance(value, str):
            return value.strip() or False
        return value if value or field.type in ("float", "monetary") else False

    def _in_words(self, value):
        """Return a value as people read it; of a number, its end."""
        field = self.field_id._field() if self.field_id else None
        if field is None:
            return False
        if self._is_sealed():
            bank = self.subject == "bank"
            return self.bank_id._archive_masked() if bank else value
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if not value:
            return str(value) if value == 0 and value is not False else False
        if field.type == "many2one":
            return self.env[field.comodel_name].browse(value).exists().display_name
        labels = dict(self.choices or ())
        return labels.get(value, str(value))

    # Create, write, delete

    @api.model
    def _protected(self):
        return {
            **super()._protected(),
            "masked": False,
            "old_text": False,
            "request_date": None,
            "archive_id": None,
            "company_id": None,
        }

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create([self._with_kind(vals) for vals in vals_list])
        lines._check_draft()
        return lines

    def write(self, vals):
        if is_system(self.env):
            return super().write(vals)
        self._check_draft()
        if "change_id" in vals:
            raise UserError(self.env._("Changes can't be moved between requests."))
        if not {"field_id", "secret_id", "kind"} & vals.keys():
            return super().write(vals)
        about = vals.keys() & {"field_id", "secret_id"}
        moved = self.filtered(
            lambda line: any(line[name].id != vals[name] for name in about)
        )
        self.check_access("write")
        # A number that was typed for something else isn't kept.
        as_system(moved.sudo()).write(dict.fromkeys(NUMBERS, False))
        for line in self:
            super(CustomerArchiveChangeLine, line).write(line._with_kind(vals))
        return True

    def _with_kind(self, vals):
        """Return ``vals`` with the kind of number that the field asks for.

        By the kind it is checked, and known who needs it.
        """
        fields = self.env["customer.archive.change.field"]
        field = fields.browse(vals.get("field_id")) or self.field_id
        if field.subject == "bank":
            return {**vals, "kind": self._kind_of_account(vals)}
        secret = self.env["customer.archive.secret"]
        secret = secret.browse(vals.get("secret_id")) or self.secret_id
        if field.subject != "secret" or not secret.exists():
            return vals
        # Whose it must be is checked afterwards, whoever sees it.
        secret = secret.sudo()
        return {**vals, "kind": secret.kind, "label": secret.label}

    def _kind_of_account(self, vals):
        changes = self.env["customer.archive.change"]
        party = (changes.browse(vals.get("change_id")) or self.change_id).partner_id
        return "bank_card" if party and not party.is_company else "bank_account"

    @api.ondelete(at_uninstall=False)
    def _check_draft(self):
        if not is_system(self.env):
            # Whoever submits at this moment is waited for, or waits.
            self.change_id._wait_for_others()
        for line in self:
            if line.change_id.state != "draft" and not is_system(self.env):
                raise UserError(
                    self.env._(
                        "%s can't be changed now: withdraw it first, or make a new "
                        "request.",
                        line.change_id.display_name,
                    )
                )
