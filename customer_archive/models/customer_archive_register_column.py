from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..tools import workbook


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
            specifications.append(
                workbook.Column(
                    column.name, column.path or "", column.width, kind, column.wide
                )
            )
        return specifications

    @api.model
    def _values(self, records, path, parents):
        """Return the cells of one column for a batch of records.

        :param records: batch, prefetched together
        :param path: field path
        :param parents: what the paths of this batch have led to so far, by prefix
        """
        *prefix, name = path.split(".")
        owners = _follow(records, tuple(prefix), parents)
        # An empty batch of owners still tells the model that the path leads to.
        field = owners[0]._fields[name]
        convert = _CONVERT.get(field.type, _text)
        if field.type == "selection":
            labels = dict(field._description_selection(self.env))
            return [
                _joined(owner, lambda each: labels.get(each[name])) for owner in owners
            ]
        if field.relational:
            return [
                ", ".join(owner.mapped(f"{name}.display_name")) or None
                for owner in owners
            ]
        return [
            _joined(owner, lambda each: convert(each, each[name])) for owner in owners
        ]


def _follow(records, prefix, parents):
    """Return for each record what ``prefix`` leads to, remembering each step."""
    if prefix not in parents:
        if not prefix:
            parents[prefix] = list(records)
        else:
            owners = _follow(records, prefix[:-1], parents)
            parents[prefix] = [owner[prefix[-1]] for owner in owners]
    return parents[prefix]


def _joined(owner, value_of):
    """Return the value on one owner, or those on several in one text."""
    if len(owner) == 1:
        return value_of(owner)
    if not owner:
        return None
    values = [value_of(each) for each in owner]
    return ", ".join(str(value) for value in values if value not in (None, ""))


def _text(_record, value):
    return value or None


def _number(_record, value):
    return value


def _boolean(record, value):
    return record.env._("Yes") if value else record.env._("No")


def _datetime(record, value):
    # Excel knows no time zones: the reader's local time is written.
    return (
        fields.Datetime.context_timestamp(record, value).replace(tzinfo=None)
        if value
        else None
    )


_CONVERT = {
    "boolean": _boolean,
    "datetime": _datetime,
    "integer": _number,
    "float": _number,
    "monetary": _number,
}
