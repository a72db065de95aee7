from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..common.codes import check_codes
from ..common.customer_archive_lifted import changed, chosen, removed, unticked
from .item_condition import FIELDS, condition


def of_number(type_, name, value):
    """Whether numbers are checked less, or become those of another kind."""
    rule = chosen if type_.is_sensitive else changed
    return rule(type_, name, value)


def asked_less(type_, name, value):
    """Whether the paper needn't be there in some cases."""
    kept = type_[name] == "optional" or value == "always"
    return not kept and chosen(type_, name, value)


def narrowed(type_, name, value):
    """Whether other files are asked for the paper, unless now all of them are."""
    return bool(value) and chosen(type_, name, value)


def left(type_, name, value):
    """Whether it leaves the checklist of a category with files."""
    gone = removed(type_, name, value)
    return type_.env["customer.archive.category"].browse(gone)._has_files()


class CustomerArchiveDocumentType(models.Model):
    """One row of a collection checklist."""

    _name = "customer.archive.document.type"
    _description = "Item Type"
    _inherit = ["customer.archive.lifted", "customer.archive.configured"]
    _order = "group, sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    # In the order of the paper in the bag.
    group = fields.Selection(
        [
            ("1_basic", "Basic documents"),
            ("2_business", "Business documents"),
            ("3_support", "Supporting documents"),
        ],
        required=True,
        default="1_basic",
    )
    requirement = fields.Selection(
        [
            ("always", "Always"),
            ("cooperating", "When cooperating"),
            ("core", "For core parties"),
            ("optional", "Optional"),
        ],
        required=True,
        default="always",
        string="Required",
    )
    condition = fields.Char(
        string="Only If",
        help=(
            "Required only in files that match this filter; leave empty for all. It "
            "can ask for the stage, the category, the type of cooperation, core "
            "parties, other signatories and other addresses."
        ),
    )
    category_ids = fields.Many2many(
        "customer.archive.category",
        "customer_archive_category_document_type_rel",
        "type_id",
        "category_id",
        string="Categories",
    )
    has_number = fields.Boolean(
        help="The document has a number, such as a licence number."
    )
    number_format = fields.Selection(
        [
            ("credit_code", "Unified social credit code"),
            ("identity_number", "Resident identity number"),
            ("bank_card", "Bank card"),
        ],
        help="How a number on this document is validated.",
    )
    has_validity = fields.Boolean(
        string="Has Expiry Date",
        help="The document expires on a date that must be entered.",
    )
    is_sensitive = fields.Boolean(
        string="Sensitive", help="Identity and bank documents."
    )
    needs_seal = fields.Boolean(
        string="Company Seal Required",
        help=("A copy must bear the party's company seal; an original needn't."),
    )
    needs_words = fields.Boolean(
        string="“Agrees with Original” Required",
        help=(
            "On a copy, the party must confirm in its own words that it agrees with "
            "the original; an original needs none."
        ),
    )
    needs_comparison = fields.Boolean(
        string="Comparison Required",
        help="Somebody must have compared it with the original before approval.",
    )
    collection_days = fields.Integer(
        string="Collection Period (Working Days)",
        default=3,
        required=True,
        help="Working days from opening a file until a missing item is due.",
    )
    description = fields.Text(
        translate=True, help="What the document must show, for those who collect it."
    )

    class_code = fields.Char(
        help=(
            "Code of the item type below that of the category, for the retention table."
        ),
    )

    _collection_days_positive = models.Constraint(
        "CHECK (collection_days > 0)",
        "The collection period must be at least one working day.",
    )

    @api.constrains("condition")
    def _check_condition(self):
        for kind in self:
            try:
                condition(kind.condition).validate(self.env["customer.archive"])
            except (ValueError, SyntaxError, TypeError) as error:
                raise ValidationError(
                    self.env._(
                        "Item type “%(type)s”: the filter “%(filter)s” can't be used "
                        "(%(reason)s). It can ask for: %(fields)s.",
                        type=kind.name,
                        filter=kind.condition,
                        reason=error,
                        fields=", ".join(FIELDS),
                    )
                ) from error

    @api.model
    def _power(self):
        """What papers must be there, and what nobody sees without a need."""
        marks = ("active", "has_number", "has_validity", "is_sensitive")
        marks += ("needs_seal", "needs_words", "needs_comparison")
        return {
            **super()._power(),
            **dict.fromkeys(marks, unticked),
            "category_ids": left,
            "condition": narrowed,
            "number_format": of_number,
            "requirement": asked_less,
        }

    @api.model
    def _powerless(self):
        own = {"collection_days", "description", "group", "name", "sequence"}
        return super()._powerless() | own | {"class_code"}

    @api.constrains("class_code")
    def _check_class_code(self):
        check_codes(self, "class_code")

    @api.model_create_multi
    def create(self, vals_list):
        types = super().create(vals_list)
        types.category_ids._sync_collecting()
        return types

    def write(self, vals):
        before = self.category_ids
        self._check_stays_sensitive(vals)
        result = super().write(vals)
        if vals.get("is_sensitive"):
            self._encrypt_numbers()
        if "category_ids" in vals:
            (before | self.category_ids)._sync_collecting()
        return result

    def _check_stays_sensitive(self, vals):
        """What was taken in as sensitive stays so."""
        if vals.get("is_sensitive", True):
            return
        sensitive = self.filtered("is_sensitive")
        # Also items of files that the administrator can't see.
        items = self.env["customer.archive.document"].sudo()
        held = items.search(
            [("type_id", "in", sensitive.ids), ("is_received", "=", True)], limit=1
        )
        if held:
            raise UserError(
                self.env._(
                    "“%s” must remain sensitive: files contain such items. Create "
                    "another item type for documents that aren't sensitive.",
                    held.type_id.name,
                )
            )

    def _encrypt_numbers(self):
        """Encrypt the numbers of items whose type has become sensitive."""
        # Also those of files that the administrator can't see.
        items = self.env["customer.archive.document"].sudo()
        domain = [("type_id", "in", self.ids), ("number", "!=", False)]
        for item in items.search(domain):
            item._keep_number(item.number)
