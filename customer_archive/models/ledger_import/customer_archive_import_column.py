from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.ledger.headings import FIELDS
from ...tools.ledger.sheet import letters_of
from ..common.sentinel import is_system


class CustomerArchiveImportColumn(models.Model):
    """A column of a ledger, and what it is taken for."""

    _name = "customer.archive.import.column"
    _description = "Ledger Column"
    _inherit = ["customer.archive.guard"]
    _order = "import_id, index"
    _rec_name = "heading"

    import_id = fields.Many2one(
        "customer.archive.import", required=True, index=True, ondelete="cascade"
    )
    index = fields.Integer(required=True, readonly=True)
    letter = fields.Char(compute="_compute_letter", string="Column")
    heading = fields.Char(readonly=True)
    field = fields.Selection(
        selection="_fields_of_ledgers",
        string="Mapped To",
        help="Empty columns are not imported.",
    )
    refused = fields.Selection(
        [("identity", "Identity numbers"), ("bank", "Bank accounts")], readonly=True
    )
    is_left_out = fields.Boolean(string="Left Out", readonly=True)
    is_hidden = fields.Boolean(string="Hidden", readonly=True)
    hint = fields.Char(compute="_compute_hint")

    _once = models.UniqueIndex(
        "(import_id, field) WHERE field IS NOT NULL",
        "Two columns can't be mapped to the same field.",
    )

    @api.model
    def _fields_of_ledgers(self):
        return [(key, self._field_label(key)) for key in FIELDS]

    @api.model
    def _field_label(self, key):
        """Return what a column is called in the user's language."""
        labels = {
            "number": self.env._("File Number"),
            "name": self.env._("Party Name"),
            "vat": self.env._("Credit Code"),
            "kind": self.env._("Person/Company"),
            "category": self.env._("Category"),
            "department": self.env._("Department"),
            "user": self.env._("Account Manager"),
            "custodian": self.env._("Custodian"),
            "stage": self.env._("Relationship Stage"),
            "core": self.env._("Core Party"),
            "level": self.env._("Security Level"),
            "date": self.env._("Filing Date"),
            "legal": self.env._("Legal Representative"),
            "address": self.env._("Registered Address"),
            "contact": self.env._("Contact Person"),
            "phone": self.env._("Phone"),
            "phone2": self.env._("Other Telephones"),
            "email": self.env._("E-mail"),
            "content": self.env._("Content of Cooperation"),
            "products": self.env._("Main Products"),
            "term": self.env._("Type of Cooperation"),
            "organisation": self.env._("Organisation Code"),
            "licence": self.env._("Old Licence Number"),
            "note": self.env._("Remarks"),
        }
        return labels[key]

    @api.depends("index")
    def _compute_letter(self):
        for column in self:
            column.letter = letters_of(column.index)

    @api.depends("refused", "field", "is_left_out", "is_hidden", "heading")
    @api.depends_context("lang")
    def _compute_hint(self):
        for column in self:
            if column.refused:
                column.hint = column._refusal_words()
            elif column.is_left_out:
                column.hint = self.env._("A running number isn't imported.")
            elif not column.field and not column.heading:
                column.hint = self.env._(
                    "This column contains values but has no heading: choose its "
                    "field, or leave it out."
                )
            elif not column.field:
                column.hint = self.env._(
                    "Not recognised: choose its field, or leave it out."
                )
            elif column.is_hidden:
                column.hint = self.env._("This column is hidden in the workbook.")
            else:
                column.hint = False

    def _refusal_words(self):
        if self.refused == "bank":
            return self.env._(
                "Bank accounts can't be imported from a table: delete the column, "
                "and enter each account on the customer or supplier, where changes "
                "need approval."
            )
        return self.env._(
            "Identity numbers can't be imported from a table that others can read: "
            "delete the column, and enter each number in its item, where it is "
            "encrypted."
        )

    @api.model
    def _protected(self):
        names = ("index", "heading", "refused", "is_left_out", "is_hidden")
        return {**super()._protected(), **dict.fromkeys(names, False)}

    @api.model_create_multi
    def create(self, vals_list):
        if not is_system(self.env):
            self._refuse_by_hand("create")
        return super().create(vals_list)

    def write(self, vals):
        if not is_system(self.env):
            if "import_id" in vals:
                self._refuse_by_hand("write")
            imports = self.import_id
            imports._check_importer("write")
            imports._check_idle()
            if vals.get("field") and any(column.refused for column in self):
                raise UserError(self.filtered("refused")[0]._refusal_words())
            result = super().write(vals)
            imports._reopen()
            return result
        return super().write(vals)

    def unlink(self):
        if not is_system(self.env):
            self._refuse_by_hand("unlink")
        return super().unlink()

    def _refuse_by_hand(self, operation):
        raise self._refusal(
            self.env._("The columns are those of the uploaded ledger."), operation
        )
