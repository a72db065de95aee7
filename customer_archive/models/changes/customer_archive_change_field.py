from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

from ..common.customer_archive_lifted import chosen, unticked
from ..common.values import SUBJECTS

# In which field of a line a new value is typed, by the type of what it is for.
VALUE_FIELDS = {
    "char": "new_text",
    "text": "new_text",
    "date": "new_date",
    "integer": "new_number",
    "float": "new_number",
    "monetary": "new_number",
    "boolean": "new_boolean",
    "selection": "new_choice",
    "many2one": "new_res_id",
}
# The numbers that nobody reads without a purpose.
SEALED = {("bank", "acc_number"), ("secret", "value")}
# What ties records together: nobody changes it by request.
FIXED = {"active", "archive_id", "company_id", "is_company", "parent_id", "partner_id"}


def chosen_of_protecting(row, name, value):
    """Whether what is changed says which field it is that something protects."""
    return (row.is_protected or row.is_serious) and chosen(row, name, value)


class CustomerArchiveChangeField(models.Model):
    """A field that is changed by request, and whether it is by request only."""

    _name = "customer.archive.change.field"
    _description = "Controlled Field"
    _inherit = ["customer.archive.lifted", "customer.archive.configured"]
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    subject = fields.Selection(
        [
            ("party", "Customer or supplier"),
            ("contact", "Contact"),
            ("bank", "Bank account"),
            ("file", "File"),
            ("item", "Item"),
            ("secret", "Sensitive value"),
        ],
        string="Record to Change",
        required=True,
        default="party",
    )
    field_name = fields.Char(
        string="Technical Name", required=True, help="E.g. vat or phone."
    )
    name = fields.Char(string="Field", compute="_compute_name")
    is_protected = fields.Boolean(
        string="Request Only",
        help=(
            "Once the file is under review, this can't be changed directly: not on "
            "the form, by import or through an interface."
        ),
    )
    is_serious = fields.Boolean(
        string="Major", help="Compliance also approves the change."
    )
    active = fields.Boolean(default=True)

    _unique_field = models.UniqueIndex(
        "(subject, field_name)", "This field is already in the list."
    )

    @api.depends("subject", "field_name")
    @api.depends_context("lang")
    def _compute_name(self):
        for each in self:
            field = each._field()
            name = field._description_string(self.env) if field else False
            # Odoo calls it the tax number; in China it is the unified code.
            each.name = self.env._("Credit code") if each.field_name == "vat" else name

    def _compute_display_name(self):
        subjects = dict(self._fields["subject"]._description_selection(self.env))
        for each in self:
            parts = (subjects.get(each.subject), each.name)
            each.display_name = ": ".join(part for part in parts if part)

    @api.model
    def _search_display_name(self, operator, value):
        """Find by the words that are shown, which no column holds; rows are few."""
        if operator not in ("in", "ilike"):
            return NotImplemented
        texts = [value] if isinstance(value, str) else value
        whole = operator == "in"
        found = self.search([], limit=1000).filtered(
            lambda row: any(
                text == row.display_name
                if whole
                else text.lower() in row.display_name.lower()
                for text in texts
                if isinstance(text, str)
            )
        )
        return fields.Domain("id", "in", found.ids)

    @api.constrains("subject", "field_name")
    def _check_field(self):
        for each in self:
            sealed = (each.subject, each.field_name) in SEALED
            if not sealed and not each._is_changeable():
                raise ValidationError(
                    self.env._(
                        "“%s” isn't a field that can be changed by request.",
                        each.field_name,
                    )
                )

    def _is_changeable(self):
        """Whether people enter this field, and it isn't recorded by itself."""
        field, model = self._field(), self.env[SUBJECTS[self.subject]]
        own = model._protected() if hasattr(model, "_protected") else ()
        return bool(
            field
            and field.store
            and (not field.readonly or field.inverse)
            and not field.groups
            and field.type in VALUE_FIELDS
            and field.name not in FIXED
            and field.name not in own
        )

    def _field(self):
        """Return the field itself, or None if there is none of this name."""
        self.ensure_one()
        # A form that is being filled in may have no subject yet.
        model = SUBJECTS.get(self.subject)
        return self.env[model]._fields.get(self.field_name) if model else None

    # Protection

    @api.model
    def _power(self):
        return {
            **super()._power(),
            **dict.fromkeys(("is_protected", "is_serious"), unticked),
            **dict.fromkeys(("subject", "field_name", "active"), chosen_of_protecting),
        }

    @api.model
    def _powerless(self):
        return super()._powerless() | {"sequence"}

    @api.ondelete(at_uninstall=False)
    def _unlink_except_protecting(self):
        for each in self:
            if not self.env.su and (each.is_protected or each.is_serious):
                raise UserError(
                    self.env._(
                        "“%s” protects data: untick that first, and have another "
                        "person confirm it.",
                        each.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    @tools.ormcache("subject")
    def _protected_names(self, subject):
        """Return the names of the fields of a subject that no one changes directly."""
        rows = self.sudo().search(
            [
                ("subject", "=", subject),
                ("is_protected", "=", True),
                # Said outright: the answer is kept for whoever asks next.
                ("active", "=", True),
            ]
        )
        return frozenset(rows.mapped("field_name"))

    @api.model
    def _of(self, subject, names):
        """Return the rows for fields of a subject, by field name."""
        domain = [("subject", "=", subject), ("field_name", "in", list(names))]
        # Configuration: which fields these are is no secret.
        rows = self.sudo().search(domain)
        return {row.field_name: row for row in rows}
