import ast
import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools import workbook

BATCH = 500


class CustomerArchiveRegister(models.Model):
    """A ledger or form that is handed out as XLSX 台账."""

    _name = "customer.archive.register"
    _description = "Register"
    _inherit = ["customer.archive.configured"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    code = fields.Char(
        help="Number of the form in your company's regulations.", copy=False
    )
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
    order = fields.Char(help="Fields to sort by, e.g. name, id desc")
    layout = fields.Selection(
        [("list", "List: one row per record"), ("form", "Form: one sheet per record")],
        required=True,
        default="list",
    )
    column_ids = fields.One2many(
        "customer.archive.register.column", "register_id", string="Columns", copy=True
    )
    statement = fields.Text(
        translate=True, help="Printed below, such as the handler's declaration."
    )
    signatures = fields.Char(
        translate=True,
        help="Signature line, parted by commas.",
        default=lambda self: self.env._("Prepared by,Handled by,Checked by"),
    )
    description = fields.Text(translate=True)

    @api.constrains("model_id", "domain", "order")
    def _check_domain(self):
        for register in self:
            model = self.env[register.model]
            try:
                register._domain().validate(model)
                model._order_to_sql(register.order or "id", model._search([]))
            except (ValueError, SyntaxError, TypeError, UserError) as error:
                raise ValidationError(
                    self.env._(
                        "Register “%(name)s”: "
                        "filter or order can't be read: %(reason)s",
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
        wanted = self._domain() & fields.Domain(domain or [])
        return self.env[self.model].search(wanted, order=self.order or None)

    @api.private
    def write_xlsx(self, stream, records):
        """Write the register over ``records`` as XLSX, with the rights of the user.

        :param stream: binary file to write to
        :param records: records of the register's model
        :raise UserError: if there is nothing to write
        """
        self.ensure_one()
        self.check_access("read")
        if not records:
            raise UserError(self.env._("There is nothing to export: no record fits."))
        records.check_access("read")
        columns = self.column_ids._specifications(self.env[self.model])
        sheet = workbook.Layout(
            title=self.name,
            columns=columns,
            subtitle=self._subtitle(records),
            statement=self.statement or "",
            signatures=[
                self.env._("%(role)s:", role=part.strip())
                for part in re.split("[,，、]", self.signatures or "")
                if part.strip()
            ],
            footer=self._footer(),
            labels={"page": self.env._("Page &P of &N"), "number": self.env._("No.")},
        )
        rows = self._rows(records, columns)
        if self.layout == "form":
            heads = ((each.display_name, self._subtitle(each)) for each in records)
            forms = ((*head, row) for head, row in zip(heads, rows, strict=True))
            workbook.write_forms(stream, sheet, forms)
        else:
            workbook.write_list(stream, sheet, rows)

    def _rows(self, records, columns):
        """Yield the values of one record after the other, holding a batch in memory."""
        reader = self.env["customer.archive.register.column"]
        for start in range(0, len(records), BATCH):
            ids = records[start : start + BATCH].ids
            batch = records.browse(ids)
            numbers = range(start + 1, start + len(ids) + 1)
            parents = {}
            cells = [
                reader._values(batch, column.path, parents) if column.path else numbers
                for column in columns
            ]
            yield from zip(*cells, strict=True)
            records.env.invalidate_all()

    def _subtitle(self, records):
        """Return the line above the heading: company, department, date."""
        company = self._shared_name(records, "company_id") or self.env.company.name
        department = self._shared_name(records, "department_id")
        today = fields.Date.context_today(self)
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
        domain = [("id", "in", records.ids)]
        names = {group.name for (group,) in records._read_group(domain, [field])}
        return names.pop() if len(names) == 1 else False

    def _footer(self):
        now = fields.Datetime.context_timestamp(self, fields.Datetime.now())
        return self.env._(
            "Exported by %(user)s, %(time)s",
            user=self.env.user.name,
            time=now.strftime("%Y-%m-%d %H:%M"),
        )

    def action_export(self):
        """Return the dialog that exports this register."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Export Register"),
            "res_model": "customer.archive.export",
            "view_mode": "form",
            "target": "new",
            "context": {"default_register_id": self.id},
        }
