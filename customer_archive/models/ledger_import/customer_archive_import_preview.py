import json
from datetime import date

from markupsafe import Markup

from odoo import api, fields, models

from ...tools.ledger.headings import FIELDS
from ..common.roles import SEES_IMPORTED_ROWS
from ..common.sentinel import as_system
from ..common.values import choices
from ..encryption.customer_archive_keyring import UPLOAD
from .customer_archive_import import COLUMN, ROW

FIRST = 10
# Columns of words, which may take several lines; all else is one that isn't split.
WORDS = ("name", "address", "content", "products", "note")
MOST_CHARS = 60


class CustomerArchiveImport(models.Model):
    """What the check shows before anything is written: values, and what was noticed."""

    _inherit = "customer.archive.import"

    noted = fields.Json(readonly=True, copy=False, groups=fields.NO_ACCESS)
    remarks = fields.Text(
        string="Check Findings", compute="_compute_remarks", compute_sudo=True
    )
    sealed_rows = fields.Text(
        string="Encrypted First Rows", groups=fields.NO_ACCESS, copy=False
    )
    has_preview = fields.Boolean(
        compute="_compute_preview", compute_sudo=True, groups=SEES_IMPORTED_ROWS
    )
    preview = fields.Html(
        string="First Rows",
        compute="_compute_preview",
        compute_sudo=True,
        groups=SEES_IMPORTED_ROWS,
        help="Values by column as they will be written.",
    )

    @api.model
    def _nothing_seen(self):
        return {"noted": False, "sealed_rows": False}

    # What was noticed

    def _keep_noted(self, noted):
        if self.job != "import":
            as_system(self).write({"noted": noted.told() or False})

    @api.depends("noted")
    @api.depends_context("lang")
    def _compute_remarks(self):
        words = self._noted_words()
        for each in self:
            each.remarks = "\n".join(
                words[kind]
                % {
                    "count": count,
                    "places": ", ".join(map(str, places))
                    + (" …" if count > len(places) else ""),
                }
                for kind, count, places in each.noted or ()
            )

    @api.model
    def _noted_words(self):
        return {
            "totals": self.env._("Total rows, not imported (%(count)s): %(places)s"),
            "signatures": self.env._(
                "Signature rows, not imported (%(count)s): %(places)s"
            ),
            "headings": self.env._(
                "Repeated heading rows, not imported (%(count)s): %(places)s"
            ),
            "notes": self.env._("Note rows, not imported (%(count)s): %(places)s"),
            "sections": self.env._(
                "Section headings, not imported (%(count)s): %(places)s"
            ),
            "hidden": self.env._(
                "Hidden rows, imported like the others (%(count)s): %(places)s. If "
                "they shouldn't be imported, choose to leave out hidden rows."
            ),
            "left": self.env._("Hidden rows, not imported (%(count)s): %(places)s"),
            "filled": self.env._(
                "Merged cells, filled with the value above (%(count)s): %(places)s"
            ),
            "unheaded": self.env._(
                "Columns with values but no heading, not imported (%(count)s): "
                "%(places)s"
            ),
            "phones": self.env._(
                "Rows with several telephone numbers in one cell (%(count)s): the "
                "first becomes the telephone number, the others go to Other "
                "Telephones: %(places)s"
            ),
            "gaps": self.env._(
                "%(count)s file numbers before those in the ledger are unused and "
                "will stay unused: %(places)s"
            ),
            "sheets": self.env._(
                "Only the first sheet is read. Other sheets (%(count)s): %(places)s"
            ),
        }

    # The first rows

    def _keep_first(self, planned):
        """Keep the first rows as they will be written, encrypted like the ledger."""
        rows = [
            [
                each.row.number,
                each.result,
                {key: _text(value) for key, value in each.row.values.items()},
            ]
            for each in planned[:FIRST]
        ]
        keys = self.env["customer.archive.keyring"]
        content = json.dumps(rows).encode()
        sealed = keys._seal(
            keys._named_key(UPLOAD), self, "sealed_rows", self.id, content
        )
        # Closed to everybody; what it says is shown to who prepares and confirms.
        as_system(self.sudo()).write({"sealed_rows": sealed})

    @api.depends("sealed_rows")
    @api.depends_context("lang")
    def _compute_preview(self):
        keys = self.env["customer.archive.keyring"]
        for each in self:
            each.has_preview = bool(each.sealed_rows)
            if not each.sealed_rows:
                each.preview = False
                continue
            rows = json.loads(
                keys._open(each, "sealed_rows", each.id, each.sealed_rows)
            )
            each.preview = each._preview_table(rows)

    def _preview_table(self, rows):
        used = {key for _number, _result, values in rows for key in values}
        # File numbers first: they are what nobody can change later.
        columns = [key for key in FIELDS if key in used]
        results = {
            **dict(choices(self.env[ROW], "result")),
            "same": self.env._("Unchanged"),
        }
        labels = [self.env[COLUMN]._field_label(key) for key in columns]
        head = Markup().join(
            Markup('<th class="text-nowrap">%s</th>') % label
            for label in (self.env._("Row"), self.env._("Result"), *labels)
        )
        body = Markup().join(
            Markup("<tr>%s%s</tr>")
            % (
                Markup('<td>%s</td><td class="text-nowrap">%s</td>')
                % (number, results[result]),
                Markup().join(
                    Markup('<td class="%s">%s</td>')
                    % (
                        "o_archive_words" if key in WORDS else "text-nowrap",
                        self._shown_value(key, values.get(key, "")),
                    )
                    for key in columns
                ),
            )
            for number, result, values in rows
        )
        return Markup(
            '<div class="table-responsive o_archive_preview">'
            '<table class="table table-sm">'
            "<thead><tr>%s</tr></thead><tbody>%s</tbody></table></div>"
        ) % (head, body)

    @api.model
    def _shown_value(self, key, value):
        if not isinstance(value, bool):
            return value
        if key == "kind":
            return self.env._("Company") if value else self.env._("Person")
        return self.env._("Yes") if value else self.env._("No")


def _text(value):
    if isinstance(value, bool):
        return value
    text = value.isoformat() if isinstance(value, date) else str(value)
    return text if len(text) <= MOST_CHARS else text[: MOST_CHARS - 1] + "…"
