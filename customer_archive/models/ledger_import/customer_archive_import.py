import base64
import io

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.ledger import (
    headings as ledger_headings,
)
from ...tools.ledger import (
    layout as ledger_layout,
)
from ...tools.ledger import (
    reader as ledger_reader,
)
from ..common.roles import IMPORTERS
from ..common.sentinel import as_system, is_system
from ..encryption.customer_archive_keyring import UPLOAD

COLUMN, ROW = "customer.archive.import.column", "customer.archive.import.row"
# What is decided before the check; whatever of it changes is checked again.
DECIDED = {"upload", "file_name", "key_field", "mode", "hidden_rows", "column_ids"}
# With more rows the check runs in the background.
AT_ONCE = 2000
COUNTS = ("created_count", "updated_count", "same_count", "error_count")


class CustomerArchiveImport(models.Model):
    """A company's own ledger, taken over into files 台账导入.

    It is checked first, which writes nothing but what it found; then rows are taken
    over in chunks. Each chunk is committed together with how far it went, so a run
    that is killed goes on where it was. Rows with a file number are files that were
    approved on paper: they are taken over as registered, once a second person
    confirmed it.
    """

    _name = "customer.archive.import"
    _description = "Ledger Import"
    _inherit = ["customer.archive.guard"]
    _order = "id desc"

    name = fields.Char(compute="_compute_name", store=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    upload = fields.Binary(
        string="Ledger (XLSX or CSV)",
        compute="_compute_upload",
        inverse="_inverse_upload",
        help="The first sheet is read. The file is encrypted and kept for 30 days.",
    )
    file_name = fields.Char()
    sealed = fields.Text(string="Encrypted", groups=fields.NO_ACCESS, copy=False)
    has_upload = fields.Boolean(readonly=True, copy=False)
    user_id = fields.Many2one(
        "res.users",
        string="Prepared by",
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
        help="The user who last uploaded or checked it.",
    )
    runner_id = fields.Many2one(
        "res.users",
        string="Executed by",
        readonly=True,
        copy=False,
        help=(
            "The user who started the background job, which runs with that user's "
            "access rights."
        ),
    )
    key_field = fields.Selection(
        [
            ("vat", "Credit code, otherwise number"),
            ("number", "File number, otherwise credit code"),
        ],
        string="Find Files By",
        required=True,
        default="vat",
        help="Matching files and parties are updated; the others are created.",
    )
    mode = fields.Selection(
        [("all", "All or nothing"), ("rows", "Row by row")],
        string="If Errors Occur",
        required=True,
        default="all",
        help=(
            "Row by row: valid rows are imported, the others are listed in the "
            "workbook of errors."
        ),
    )
    hidden_rows = fields.Selection(
        [("take", "Import as well"), ("leave", "Leave out")],
        required=True,
        default="take",
        help="Rows that are hidden in the workbook, manually or by a filter.",
    )
    state = fields.Selection(
        [
            ("draft", "To Check"),
            ("checked", "Checked"),
            ("confirmed", "Confirmed"),
            ("running", "Running"),
            ("done", "Done"),
            ("undone", "Undone"),
        ],
        string="Status",
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
    )
    job = fields.Selection(
        [("check", "Check"), ("import", "Import"), ("undo", "Undo")],
        string="In the Background",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    column_ids = fields.One2many(COLUMN, "import_id", string="Columns", copy=False)
    row_ids = fields.One2many(
        ROW, "import_id", string="Rows", readonly=True, copy=False
    )
    heading_row = fields.Integer(readonly=True, copy=False, aggregator=None)
    row_count = fields.Integer(string="Rows in the Ledger", readonly=True, copy=False)
    position = fields.Integer(
        string="Processed up to Row", readonly=True, copy=False, aggregator=None
    )
    progress = fields.Integer(compute="_compute_progress", string="Progress (%)")
    created_count = fields.Integer(string="New Files", readonly=True, copy=False)
    updated_count = fields.Integer(string="Changed", readonly=True, copy=False)
    same_count = fields.Integer(string="Unchanged", readonly=True, copy=False)
    error_count = fields.Integer(string="With Errors", readonly=True, copy=False)
    numbered_count = fields.Integer(
        string="Imported as Registered",
        readonly=True,
        copy=False,
        help="Rows with a file number for which no file exists yet.",
    )
    confirmed_by_id = fields.Many2one(
        "res.users", string="Confirmed by", readonly=True, copy=False
    )
    confirmed_on = fields.Datetime(readonly=True, copy=False)
    done_on = fields.Datetime(readonly=True, copy=False)
    outcome = fields.Text(string="Result", readonly=True, copy=False)
    is_failed = fields.Boolean(
        string="Has Failed",
        readonly=True,
        copy=False,
        help="All or nothing: what was imported is being undone.",
    )

    is_stopped = fields.Boolean(
        compute="_compute_is_stopped", export_string_translation=False
    )

    @api.depends("mode", "error_count", "state", "job")
    def _compute_is_stopped(self):
        """All or nothing, and not all: it is imported once its errors are corrected."""
        for each in self:
            waits = each.state in ("checked", "confirmed") and not each.job
            each.is_stopped = waits and each.mode == "all" and bool(each.error_count)

    @api.depends("file_name")
    def _compute_name(self):
        for each in self:
            each.name = each.file_name or "-"

    def _compute_upload(self):
        # What was uploaded doesn't come back but as the workbook with its errors.
        self.upload = False

    @api.depends("position", "row_count", "heading_row", "state")
    def _compute_progress(self):
        for each in self:
            if each.job and each.row_count:
                gone = max(each.position - each.heading_row, 0)
                each.progress = min(100 * gone // each.row_count, 100)
            else:
                each.progress = 0 if each.state == "draft" else 100

    @api.model
    def _protected(self):
        user = self.env.uid
        numbers = ("heading_row", "row_count", "position", *COUNTS, "numbered_count")
        recorded = (
            "confirmed_by_id",
            "confirmed_on",
            "done_on",
            "outcome",
            "job",
            "runner_id",
        )
        return {
            **super()._protected(),
            **dict.fromkeys(numbers, 0),
            **dict.fromkeys(recorded, False),
            "has_upload": False,
            "is_failed": False,
            "name": None,
            "row_ids": [],
            "state": "draft",
            "user_id": user,
        }

    # Create, write, delete

    @api.model_create_multi
    def create(self, vals_list):
        self._check_importer("create")
        for vals in vals_list:
            company = vals.get("company_id")
            if company and company not in self.env.user.company_ids.ids:
                raise self._refusal(
                    self.env._("Ledgers can only be imported into your own companies."),
                    "create",
                )
        return super().create(vals_list)

    def write(self, vals):
        if is_system(self.env):
            return super().write(vals)
        self._check_importer("write")
        if "company_id" in vals and any(
            each.company_id.id != vals["company_id"] for each in self
        ):
            raise UserError(self.env._("Import the ledger again in the other company."))
        if DECIDED & vals.keys():
            self._check_idle()
        result = super().write(vals)
        if DECIDED & vals.keys():
            self._reopen()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unused(self):
        for each in self:
            if each.job or each.state not in ("draft", "checked", "confirmed"):
                raise UserError(
                    self.env._(
                        "%s has been executed and is kept as a record.", each.name
                    )
                )

    def _reopen(self):
        """What was decided again is checked again, by whoever changed it."""
        # Its rows are for its own methods to make and to end.
        as_system(self.sudo().row_ids).unlink()
        # Who may write it was checked; what was seen is closed to everybody.
        as_system(self.sudo()).write(
            {
                **dict.fromkeys((*COUNTS, "numbered_count", "position"), 0),
                "state": "draft",
                "user_id": self.env.uid,
                "confirmed_by_id": False,
                "confirmed_on": False,
                "outcome": False,
                **self._nothing_seen(),
            }
        )

    def _check_importer(self, operation):
        if not self.env.su and not self.env.user.has_groups(IMPORTERS):
            raise self._refusal(
                self.env._(
                    "Ledgers can be imported by records clerks or administrators."
                ),
                operation,
            )

    def _check_idle(self):
        for each in self:
            if each.job or each.state not in ("draft", "checked", "confirmed"):
                raise UserError(
                    self.env._(
                        "%s has been or is being executed: upload the ledger again "
                        "as a new import.",
                        each.name,
                    )
                )

    # The table

    def _inverse_upload(self):
        keys = self.env["customer.archive.keyring"]
        for each in self:
            content = base64.b64decode(each.upload or b"")
            if not content:
                each._forget_upload()
                continue
            head, hidden = each._head(content)
            sealed = keys._seal(
                keys._named_key(UPLOAD), each, "sealed", each.id, content
            )
            # Closed to everybody, also to who may upload.
            as_system(each.sudo()).write(
                {"sealed": sealed, "has_upload": True, "heading_row": head.number}
            )
            each._make_columns(head, hidden)
        # It isn't shown to anybody, nor kept in memory.
        self.invalidate_recordset(["upload"], flush=False)

    def _head(self, content):
        """Return the headings of a ledger, and the indexes of hidden columns.

        :raise UserError: if it isn't a ledger, in words that say what to do
        """
        try:
            with ledger_reader.opened(io.BytesIO(content)) as ledger:
                head = ledger_layout.head_of(ledger)
                hidden = set(ledger.hidden_columns)
        except ledger_reader.LedgerError as error:
            raise self._unreadable(error) from None
        if head is None:
            raise UserError(
                self.env._(
                    "No heading row was found in the first 20 rows: compare with "
                    "the template, or use at least two of its headings."
                )
            )
        return head, hidden

    def _unreadable(self, error):
        """Return why a table can't be read, as an error for the user."""
        words = self._reading_words(error.code)
        return UserError(f"{error.place}: {words}" if error.place else words)

    def _make_columns(self, head, hidden):
        # Its columns are for its own methods to make and to end.
        as_system(self.sudo().column_ids).unlink()
        values = []
        width = max(len(head.headings), max(head.unheaded, default=-1) + 1)
        for index in range(width):
            heading = head.headings[index] if index < len(head.headings) else None
            if not heading and index not in head.unheaded:
                continue
            refused = ledger_headings.refused(heading)
            values.append(
                {
                    "import_id": self.id,
                    "index": index,
                    "heading": heading and heading[:200],
                    "field": heading and head.keys[index],
                    "refused": refused,
                    "is_hidden": index in hidden,
                    "is_left_out": ledger_layout.is_left_out(heading),
                }
            )
        as_system(self.env[COLUMN].sudo()).create(values)

    def _content(self):
        """Return the table as it was uploaded.

        :raise UserError: if it isn't kept any more
        """
        self.ensure_one()
        # Who gets here was checked; the column is closed to everybody.
        sealed = self.sudo().sealed
        if not sealed:
            raise UserError(self.env._("Upload the ledger first: there is none."))
        keys = self.env["customer.archive.keyring"]
        return keys._open(self, "sealed", self.id, sealed)

    def _rows(self, noted=None):
        """Yield (number, cells) for each row of data below the headings.

        :param noted: a :class:`Noted` that takes what one may want to know
        :raise UserError: if the table can't be read
        """
        columns = {column.index: column for column in self.column_ids}
        headed = [
            index in columns and bool(columns[index].heading or columns[index].field)
            for index in range(max(columns, default=-1) + 1)
        ]
        try:
            with ledger_reader.opened(io.BytesIO(self._content())) as ledger:
                yield from ledger_layout.Body(
                    ledger,
                    self.heading_row,
                    self._keys(),
                    headed,
                    self.hidden_rows == "leave",
                    noted or ledger_layout.Noted(),
                ).rows()
        except ledger_reader.LedgerError as error:
            raise self._unreadable(error) from None

    def _forget_upload(self):
        """Drop the table, and with it the way back: what it says of parties goes."""
        as_system(self.sudo()).write(
            {"sealed": False, "has_upload": False, **self._nothing_seen()}
        )

    @api.autovacuum
    def _gc_uploads(self):
        """Drop tables, and what was before, 30 days after they were carried out."""
        until = fields.Datetime.subtract(fields.Datetime.now(), days=30)
        old = self.search([("has_upload", "=", True), ("write_date", "<", until)])
        old = old.filtered(lambda each: not each.job)
        old._forget_upload()
        as_system(old.row_ids).write({"before": False})
