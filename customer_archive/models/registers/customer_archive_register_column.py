from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ...tools.xlsx import workbook

NUMERIC = ("integer", "float", "monetary")
DAYS = ("date", "datetime")
UNSHOWN = ("binary", "json", "properties", "properties_definition", "html")


class CustomerArchiveRegisterColumn(models.Model):
    """One column of a list, or one labelled cell of a form."""

    _name = "customer.archive.register.column"
    _description = "Register Column"
    _inherit = ["customer.archive.configured"]
    _order = "register_id, sequence, id"

    register_id = fields.Many2one(
        "customer.archive.register", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Heading", required=True, translate=True)
    path = fields.Char(
        string="Field",
        help="Field path such as partner_id.phone; leave empty for a running number.",
    )
    width = fields.Float(default=14, help="In characters.")
    wide = fields.Boolean(string="Full Width", help="In a form: takes the whole line.")
    group = fields.Char(
        string="Parent Heading",
        translate=True,
        help="Adjacent columns with the same heading share it.",
    )
    section = fields.Char(
        translate=True,
        help="In a form: heading above the fields that follow each other with it.",
    )
    format = fields.Selection(
        [
            ("text", "Text"),
            ("integer", "Whole Number"),
            ("number", "Number"),
            ("percent", "Percentage"),
            ("date", "Date"),
        ],
        help=(
            "Display format of values; leave empty for the field's default. For a "
            "percentage, whole-number fields count in hundredths and other fields "
            "as fractions of 1."
        ),
    )
    total = fields.Selection(
        [("sum", "Sum"), ("average", "Average"), ("count", "Count")],
        help="Shown below each group and at the end.",
    )
    model = fields.Char(related="register_id.model", export_string_translation=False)

    @api.constrains("path", "register_id", "format", "total")
    def _check_path(self):
        for column in self:
            steps = column._fields_on_path(self.env[column.register_id.model])
            column._check_shown(steps)

    def _check_shown(self, steps):
        """Check that what the path ends at can be shown, and added up, as wanted."""
        _owner, field = steps[-1] if steps else (None, None)
        several = any(each.type.endswith("2many") for _model, each in steps)
        numeric = field is not None and field.type in NUMERIC and not several
        problem = None
        if field is not None and field.type in UNSHOWN:
            problem = self.env._("this type of content can't be shown in a cell")
        elif self.total in ("sum", "average") and not numeric:
            problem = self.env._("only numbers can have a sum or an average")
        elif self.total and field is not None and field.type == "monetary":
            if len(steps) > 1:
                problem = self.env._(
                    "totals are only possible for amounts of the records themselves"
                )
        elif self.format in ("integer", "number", "percent") and not numeric and steps:
            problem = self.env._("not a number")
        elif self.format == "date" and (several or field.type not in DAYS):
            problem = self.env._("not a date")
        if problem:
            raise ValidationError(
                self.env._(
                    "Column “%(column)s” can't be shown like this: %(problem)s.",
                    column=self.name,
                    problem=problem,
                )
            )

    def _fields_on_path(self, model):
        """Return the fields along the path.

        :raise ValidationError: naming the step that doesn't exist
        """
        result = []
        for name in (self.path or "").split(".") if self.path else []:
            field = model._fields.get(name) if model is not None else None
            if field is None:
                raise ValidationError(
                    self.env._(
                        "Column “%(column)s”: there is no field “%(path)s”.",
                        column=self.name,
                        path=self.path,
                    )
                )
            result.append((model, field))
            model = self.env[field.comodel_name] if field.relational else None
        return result

    def _specifications(self, records):
        """Return the columns for the workbook, with the rights on each field checked.

        :param records: what is listed, or an empty recordset of the model
        :raise AccessError: naming the column that the user may not read
        """
        model = records.browse()
        return [
            workbook.Column(
                heading=column.name or "",
                path=column.path or "",
                width=column.width,
                kind=column._kind(column._readable_fields(model)),
                wide=column.wide,
                group=column.group or "",
                total=column._total(records),
                section=column.section or "",
            )
            for column in self
        ]

    def _readable_fields(self, model):
        steps = self._fields_on_path(model)
        for owner, field in steps:
            if not owner._has_field_access(field, "read"):
                raise AccessError(
                    self.env._(
                        "You don't have access to column “%s” of this register.",
                        self.name,
                    )
                )
        return [field for _owner, field in steps]

    def _kind(self, steps):
        if not steps:
            return workbook.INTEGER
        if self.format == "percent":
            whole = steps[-1].type == "integer"
            return workbook.PERCENT if whole else workbook.FRACTION
        return self.format or workbook.kind_of(steps[-1].type)

    def _total(self, records):
        """Return the wanted total; amounts in several currencies have none."""
        field = records._fields.get(self.path) if self.total else None
        if field is not None and field.type == "monetary" and self.total != "count":
            domain = [("id", "in", records.ids)]
            currency = field.get_currency_field(records)
            if len(records._read_group(domain, [currency])) > 1:
                return ""
        return self.total or ""
