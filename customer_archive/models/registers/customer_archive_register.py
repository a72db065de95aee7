import ast
import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import split_every

from ...tools.xlsx import workbook
from ..common.windows import open_dialog
from .cells import batches

# Records that are looked at in one query.
PART = 10_000
# Sheets of one record each that a workbook may have.
MAX_FORMS = 2000


class CustomerArchiveRegister(models.Model):
    """A ledger or form that is handed out as XLSX 台账."""

    _name = "customer.archive.register"
    _description = "Register"
    _inherit = ["customer.archive.configured"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    code = fields.Char(help="Form number in your company's regulations.", copy=False)
    model_id = fields.Many2one(
        "ir.model",
        required=True,
        ondelete="cascade",
        domain=[
            ("model", "=like", "customer.archive%"),
            ("transient", "=", False),
            ("abstract", "=", False),
        ],
    )
    model = fields.Char(related="model_id.model", string="Model Name")
    domain = fields.Char(help="Only records that match this filter.")
    order = fields.Char(
        string="Sort Order", help="Fields to sort by, e.g. name, id desc"
    )
    group_path = fields.Char(
        string="Group by",
        help="Rows are grouped by this field, with subtotals for each group.",
    )
    layout = fields.Selection(
        [("list", "List: one row per record"), ("form", "Form: one sheet per record")],
        required=True,
        default="list",
    )
    column_ids = fields.One2many(
        "customer.archive.register.column", "register_id", string="Columns", copy=True
    )
    statement = fields.Text(
        translate=True,
        help="Printed below the table, such as the handler's declaration.",
    )
    signatures = fields.Char(
        translate=True,
        help="Labels of the signature line, separated by commas.",
        default=lambda self: self.env._("Prepared by,Handled by,Checked by"),
    )
    description = fields.Text(translate=True)

    @api.constrains("model_id", "domain", "order", "group_path")
    def _check_domain(self):
        for register in self:
            model = self.env[register.model]
            try:
                domain = register._domain()
                domain.validate(model)
                order = register._full_order() or "id"
                # What can't be searched, as a password, is found by making the query.
                model._order_to_sql(order, model._search(domain))
            except (ValueError, SyntaxError, TypeError, UserError) as error:
                raise ValidationError(
                    self.env._(
                        "Register “%(name)s”: its filter, sort order or grouping "
                        "is invalid: %(reason)s",
                        name=register.name,
                        reason=error,
                    )
                ) from error

    def _domain(self):
        return fields.Domain(ast.literal_eval((self.domain or "").strip() or "[]"))

    def records(self, domain=None):
        """Return the records that the register lists, as far as the user may see them.

        :param domain: a further filter
        """
        self.ensure_one()
        return self.env[self.model].search(
            self._domain() & fields.Domain(domain or []), order=self._full_order()
        )

    def _full_order(self):
        parts = [part for part in (self.group_path, self.order) if part]
        return ", ".join(parts) or None

    @api.private
    def write_xlsx(self, stream, records):
        """Write one register over ``records`` as XLSX, with the rights of the user.

        :param stream: binary file to write to
        :param records: records of the register's model
        :raise UserError: if there is nothing to write, or more than a sheet holds
        """
        self.ensure_one()
        self.write_book(stream, lambda _register: records)

    @api.private
    def write_book(self, stream, records_of, progress=None):
        """Write these registers into one workbook, with the rights of the user.

        :param stream: binary file to write to
        :param records_of: function that gives the records of a register
        :param progress: called with the number of rows of each batch that was
            written; what it raises ends the writing
        :raise UserError: if there is nothing to write, or more than a sheet holds
        """
        self.check_access("read")
        # All is checked before anything is written.
        sections = [each._section(records_of(each)) for each in self]
        if not any(section[1] for section in sections):
            raise UserError(self.env._("Nothing to export: no matching records."))
        with workbook.Book(stream) as book:
            for register, records, layout in sections:
                group = register.group_path if layout.grouped else None
                parts = batches(records, layout.columns, group)
                parts = _watched(parts, progress) if progress else parts
                if register.layout == "form":
                    book.add_forms(layout, register._forms(records, parts))
                else:
                    book.add_list(layout, parts)

    def _section(self, records):
        """Return what a sheet is made of, once the user was seen to have the rights."""
        self._check_readable(records)
        most = MAX_FORMS if self.layout == "form" else workbook.MOST_ROWS
        if len(records) > most:
            raise UserError(
                self.env._(
                    "“%(register)s” would have %(count)s records, but a workbook "
                    "holds %(most)s of them. Choose fewer, for example by "
                    "department or period.",
                    register=self.name,
                    count=len(records),
                    most=most,
                )
            )
        return self, records, self._layout(records)

    def _check_readable(self, records):
        # Counted in the database: the check of the records themselves reads each.
        seen = records.with_context(active_test=False)
        for part in split_every(PART, records.ids):
            if seen.search_count([("id", "in", part)]) != len(part):
                records.browse(part).check_access("read")

    def _layout(self, records):
        return workbook.Layout(
            title=self.name,
            columns=self.column_ids._specifications(records),
            subtitle=self._subtitle(records),
            statement=self.statement or "",
            signatures=[
                self.env._("%(role)s:", role=part.strip())
                for part in re.split("[,，、]", self.signatures or "")
                if part.strip()
            ],
            footer=self._footer(),
            labels={
                "page": self.env._("Page &P of &N"),
                "total": self.env._("Total"),
                "subtotal": self.env._("Subtotal: %s", "%s"),
            },
            grouped=bool(self.group_path) and self.layout == "list",
        )

    def _forms(self, records, parts):
        """Yield sheet name, line above and values of each record."""
        rows = (row for columns in parts for row in zip(*columns, strict=True))
        for record, row in zip(records, rows, strict=True):
            yield record.display_name, self._subtitle(record), row

    def _subtitle(self, records):
        """Return the line above the heading: company, department, date."""
        company = self._shared_name(records, "company_id") or self.env.company.name
        department = self._shared_name(records, "department_id")
        today = self.env.company._archive_today()
        return [
            self.env._("Company: %s", company),
            self.env._("Department: %s", department or self.env._("All departments")),
            self.env._("Date: %s", today),
        ]

    def _shared_name(self, records, field):
        """Return the name that ``field`` leads to if it is one for all records."""
        if field not in records._fields:
            return False
        if len(records) == 1:
            return records[field].name
        names = set()
        for part in split_every(PART, records.ids):
            groups = records._read_group([("id", "in", part)], [field])
            names |= {group.name for (group,) in groups}
            if len(names) > 1:
                return False
        return names.pop() if names else False

    def _footer(self):
        return self.env._(
            "Exported by %(user)s, %(time)s",
            user=self.env.user.name,
            time=self.env.company._archive_time(),
        )

    def action_export(self):
        """Return the dialog that exports this register."""
        self.ensure_one()
        self.check_access("read")
        return open_dialog(
            "customer.archive.export",
            self.env._("Export Register"),
            {"default_register_id": self.id},
        )


def _watched(parts, progress):
    """Yield the batches, and tell of each once it has been written."""
    for columns in parts:
        yield columns
        progress(len(columns[-1]))
