from datetime import datetime

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.xlsx import workbook
from .cells import first_rows

ROWS = 8


class CustomerArchiveRegister(models.Model):
    """What a register looks like while it is being put together."""

    _inherit = "customer.archive.register"

    preview = fields.Html(
        compute="_compute_preview",
        sanitize=False,
        help="The first rows, limited to the data that you have access to.",
    )

    @api.depends(
        "model_id",
        "domain",
        "order",
        "group_path",
        "column_ids.name",
        "column_ids.path",
        "column_ids.sequence",
        "column_ids.group",
        "column_ids.section",
        "column_ids.format",
    )
    @api.depends_context("uid", "lang")
    def _compute_preview(self):
        for register in self:
            try:
                register.preview = register.model and register._preview()
            except (UserError, ValueError, SyntaxError, TypeError) as error:
                text = Markup('<div class="alert alert-warning">%s</div>')
                register.preview = text % error

    def _preview(self):
        """Return the first rows as a table."""
        records = self.env[self.model].search(
            self._domain(), order=self._full_order(), limit=ROWS
        )
        columns = self.column_ids.sorted(lambda column: (column.sequence, column.id))
        columns = columns._specifications(records)
        rows = first_rows(records, columns)
        shared = [column.group or column.section for column in columns]
        above = _line("th", shared) if any(shared) else Markup()
        head = above + _line("th", [column.heading for column in columns])
        body = Markup().join(
            _line("td", map(shown, columns, row)) for row in rows
        ) or _line("td", [self.env._("No matching records.")])
        return Markup(
            '<div class="table-responsive">'
            '<table class="table table-sm table-bordered text-nowrap w-auto" '
            'style="table-layout: auto">'
            "<thead>%s</thead><tbody>%s</tbody></table></div>"
        ) % (head, body)


def _line(tag, texts):
    cell = Markup(f"<{tag}>%s</{tag}>")  # the tag is one of ours
    return Markup("<tr>%s</tr>") % Markup().join(cell % (text or "") for text in texts)


def shown(column, value):
    """Return a cell's value as the workbook shows it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, int | float):
        percent = {workbook.PERCENT: ".0%", workbook.FRACTION: ".2%"}
        whole = {workbook.INTEGER: ".0f"}
        return format(value, {**percent, **whole}.get(column.kind, ",.2f"))
    return str(value)
