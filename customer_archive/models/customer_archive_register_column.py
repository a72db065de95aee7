from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..tools import workbook


class CustomerArchiveRegisterColumn(models.Model):
    """One column of a list, or one labelled cell of a form."""

    _name = "customer.archive.register.column"
    _description = "Register Column"
    _order = "register_id, sequence, id"

    register_id = fields.Many2one(
        "customer.archive.register", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Heading", required=True, translate=True)
    path = fields.Char(
        string="Field",
        help="Field path such as partner_id.phone; empty gives the running number.",
    )
    width = fields.Float(default=14, help="In characters.")
    wide = fields.Boolean(help="On a form: takes the whole line.")

    @api.constrains("path", "register_id")
    def _check_path(self):
        for column in self:
            column._fields_on_path(self.env[column.register_id.model])

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

    def _specifications(self, model):
        """Return the columns for the workbook, with the rights on each field checked.

        :raise AccessError: naming the column that the user may not read
        """
        specifications = []
        for column in self:
            steps = column._fields_on_path(model)
            for owner, field in steps:
                if not owner._has_field_access(field, "read"):
                    raise AccessError(
                        self.env._(
                            "You may not read column “%s” of this register.",
                            column.name,
                        )
                    )
            kind = workbook.kind_of(steps[-1][1].type) if steps else workbook.INTEGER
            read = _reader(
                [field.name for _owner, field in steps],
                steps[-1][1] if steps else None,
                self.env,
            )
            specifications.append(
                workbook.Column(
                    column.name,
                    column.path or "",
                    column.width,
                    kind,
                    column.wide,
                    read,
                )
            )
        return specifications


def _reader(names, field, env):
    """Return a function from a record to the value of a cell."""
    if field is None:
        return None
    labels = (
        dict(field._description_selection(env)) if field.type == "selection" else {}
    )
    parents, last = names[:-1], names[-1]

    def value_of(record):
        for name in parents:
            record = record[name]
        if not record:
            return None
        if field.relational:
            return ", ".join(record[last].mapped("display_name")) or None
        values = [_cell(record, field, each[last], labels) for each in record]
        return (
            values[0]
            if len(values) == 1
            else ", ".join(str(value) for value in values if value not in (None, ""))
        )

    return value_of


def _cell(record, field, value, labels):
    if field.type == "selection":
        return labels.get(value)
    if field.type == "boolean":
        return record.env._("Yes") if value else record.env._("No")
    if field.type == "datetime" and value:
        return fields.Datetime.context_timestamp(record, value).replace(tzinfo=None)
    if field.type in ("integer", "float", "monetary"):
        return value
    return value or None
