from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.customer_archive_locked import same_but
from ..common.fields import LooseMany2one
from ..common.roles import ARCHIVIST, COUNTS_STOCK
from ..common.row_lock import lock_rows
from ..common.sentinel import as_system, is_system
from ..common.values import is_text
from ..common.windows import open_form
from .customer_archive_stocktake import DIFFERENCES

# How each difference can be settled.
SETTLEMENTS = {
    "misplaced": ("moved", "returned"),
    "missing": ("found", "lost"),
    "surplus": ("moved", "returned", "clarified"),
}


class CustomerArchiveStocktakeLine(models.Model):
    """One bag, or one paper kept apart: expected and found where, by whom 盘点明细."""

    _name = "customer.archive.stocktake.line"
    _description = "Stocktake Line"
    _inherit = ["customer.archive.locked", "customer.archive.listed"]
    _order = "stocktake_id desc, id"
    _rec_names_search = ["archive_id", "code"]
    _locked_with = "stocktake_id"
    _filled_in = ("note",)
    # Each row says itself who counted, and when.
    _log_access = False

    stocktake_id = fields.Many2one(
        "customer.archive.stocktake",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    archive_id = fields.Many2one(
        "customer.archive",
        string="File",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    partner_id = fields.Many2one(related="archive_id.partner_id")
    document_id = LooseMany2one(
        "customer.archive.document",
        string="Item",
        readonly=True,
        help="Of papers that are kept apart from their file.",
    )
    code = fields.Char(
        string="Unknown Code",
        readonly=True,
        help="What was read, where it is the label of no file.",
    )
    is_expected = fields.Boolean(string="On the List", readonly=True)
    expected_id = fields.Many2one(
        "customer.archive.location",
        string="Expected in",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Where it was kept when the stocktake was started; of a surplus, when it "
        "was found.",
    )
    found_id = fields.Many2one(
        "customer.archive.location",
        string="Found in",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    result = fields.Selection(
        [
            ("open", "To Count"),
            ("found", "Found"),
            ("misplaced", "Misplaced"),
            ("missing", "Missing"),
            ("surplus", "Surplus"),
            ("loan", "On Loan"),
        ],
        required=True,
        readonly=True,
        default="open",
    )
    papers_out = fields.Integer(string="Papers on Loan", readonly=True, aggregator=None)
    counted_by_id = fields.Many2one(
        "res.users", string="Counted by", readonly=True, ondelete="restrict"
    )
    counted_on = fields.Datetime(string="Counted on", readonly=True)
    how = fields.Selection(
        [("scanned", "Scanned"), ("manual", "By hand")],
        string="Counted",
        readonly=True,
    )
    settlement = fields.Selection(
        [
            ("moved", "New location taken over"),
            ("returned", "Put back"),
            ("found", "Found after all"),
            ("lost", "Lost"),
            ("clarified", "Clarified"),
        ],
        string="How Settled",
        readonly=True,
    )
    note = fields.Char(string="What Was Done")
    settled_on = fields.Date(string="Settled on", readonly=True)
    settled_by_id = fields.Many2one(
        "res.users", string="Settled by", readonly=True, ondelete="restrict"
    )
    state = fields.Selection(related="stocktake_id.state", string="Stocktake Status")
    can_count = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_settle = fields.Boolean(compute="_compute_can", export_string_translation=False)

    _file_once = models.UniqueIndex(
        "(stocktake_id, archive_id)"
        " WHERE document_id IS NULL AND archive_id IS NOT NULL",
        "A file is counted once.",
    )
    _item_once = models.UniqueIndex(
        "(stocktake_id, document_id) WHERE document_id IS NOT NULL",
        "An item is counted once.",
    )
    _code_once = models.UniqueIndex(
        "(stocktake_id, code) WHERE code IS NOT NULL", "A code is counted once."
    )
    _unsettled = models.Index(
        "(stocktake_id) WHERE settlement IS NULL"
        " AND result IN ('misplaced', 'missing', 'surplus')"
    )

    @api.model
    def _still_written(self):
        # A row of what is signed stays; its words go with a file that is destroyed.
        return f"""NEW.note IS NULL AND {same_but("note")}
            AND EXISTS (SELECT 1 FROM customer_archive a
                         WHERE a.id = OLD.archive_id AND a.state = 'destroyed')"""

    @api.depends("archive_id", "document_id", "code", "stocktake_id")
    def _compute_display_name(self):
        for line in self:
            # Who may read the line may know of what it is.
            own = line.sudo()
            what = own.archive_id.display_name or own.code
            parts = (own.stocktake_id.name, what, own.document_id.type_id.name)
            line.display_name = " ".join(filter(None, parts))

    @api.depends("result", "state", "settlement")
    @api.depends_context("uid")
    def _compute_can(self):
        user = self.env.user
        settles, counts = user.has_group(ARCHIVIST), user.has_groups(COUNTS_STOCK)
        for line in self:
            line.can_count = counts and line.state == "counting"
            line.can_settle = bool(
                settles
                and line.state == "settling"
                and line.result in DIFFERENCES
                and not line.settlement
            )

    # Create, write, delete

    def write(self, vals):
        if "note" in vals and not is_system(self.env):
            self._check_note()
        return super().write(vals)

    def _listed_words(self):
        return self.env._(
            "Lines of a stocktake are made when it is started and counted: scan what "
            "you found."
        )

    def _check_note(self):
        for line in self:
            if line.state != "settling" or line.settlement:
                raise UserError(
                    self.env._(
                        "What was done is entered while differences are settled; "
                        "what is settled stays as it is."
                    )
                )

    # Counting by hand

    def action_found(self):
        """Say that these are where they are expected, without scanning.

        :raise AccessError: for who doesn't count stock
        :raise UserError: unless they are being counted
        """
        self._begin_counting()
        for place, lines in self.grouped("expected_id").items():
            known = lines.filtered(lambda line: line.is_expected)
            self._set_counted(known, "found", place)
            self._set_counted(lines - known, "surplus", place)
        return True

    def action_not_found(self):
        """Take back that these were found, as if nobody had counted them.

        :raise AccessError: for who doesn't count stock
        :raise UserError: unless they are being counted
        """
        self._begin_counting()
        known = self.filtered("is_expected")
        self._set_counted(known, "open", None)
        # The right to count was checked; nobody had expected these.
        as_system((self - known).sudo()).unlink()
        return True

    def _begin_counting(self):
        self.check_access("read")
        for stocktake in self.stocktake_id:
            stocktake._check_counts()
            lock_rows(stocktake, "SHARE")
            stocktake.invalidate_recordset(["state"])
            stocktake._check_state("counting")
        lock_rows(self)

    def _set_counted(self, lines, result, place):
        values = {
            "result": result,
            "found_id": place.id if place else False,
            "counted_by_id": self.env.uid if place else False,
            "counted_on": fields.Datetime.now() if place else False,
            "how": "manual" if place else False,
        }
        # The right to count was checked.
        as_system(lines.sudo()).write(values)

    # Settling

    def action_settle(self, how=None, note=None):
        """Settle these differences as an archivist, each with a note.

        :param str how: "moved": it is kept from now on where it was found; "returned":
            put back; "found": it is where it is expected, after all; "lost": management
            is told; "clarified": of what is no file that is kept
        :param str note: what was done; else what was written into the lines
        :raise AccessError: for everybody else, and for who may not move the file
        :raise UserError: without a note, or if it can't be settled so
        """
        self.check_access("read")
        for stocktake in self.stocktake_id:
            stocktake._check_archivist("settle_stocktake")
            lock_rows(stocktake, "SHARE")
            stocktake.invalidate_recordset(["state"])
            stocktake._check_state("settling")
        lock_rows(self)
        self.invalidate_recordset()
        for line in self:
            line._settle(how, note.strip() if is_text(note) else line.note)
        return True

    def _settle(self, how, note):
        self._check_settlement(how, note)
        if how == "moved":
            what = self.document_id or self.archive_id
            what.action_move(self.found_id.id, reason=note)
        # The role was checked.
        as_system(self.sudo()).write(
            {
                "settlement": how,
                "note": note,
                "settled_on": self.company_id._archive_today(),
                "settled_by_id": self.env.uid,
            }
        )
        if how == "lost":
            self.stocktake_id._tell_of_loss(self)
        log = self.env["customer.archive.log"]
        log._record("stocktake", self.archive_id or self, f"settled {how}", note)

    def _check_settlement(self, how, note):
        if self.settlement or self.result not in SETTLEMENTS:
            raise UserError(
                self.env._("There is nothing to settle here: reload the page.")
            )
        ways = [way for way in SETTLEMENTS[self.result] if self._is_way(way)]
        if how not in ways:
            words = dict(self._fields["settlement"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(line)s can't be settled so. Possible is: %(ways)s.",
                    line=self.display_name,
                    ways=", ".join(words[way] for way in ways),
                )
            )
        if not is_text(note):
            raise UserError(
                self.env._(
                    "Enter what was done about it, such as “put back into its box” "
                    "or “found on the desk of sales”."
                )
            )

    def _is_way(self, way):
        """Whether something can be settled so: what is no file isn't moved."""
        kept = self.archive_id and self.archive_id.state != "destroyed"
        if self.result != "surplus":
            return bool(kept)
        if way == "returned":
            return bool(kept and self.expected_id)
        return bool(kept) if way == "moved" else not kept

    def action_open(self):
        """Return the action that shows the line, to be settled."""
        self.ensure_one()
        self.check_access("read")
        return open_form(self)

    def action_open_file(self):
        """Return the action that shows the file.

        :raise UserError: if it is about no file
        """
        self.ensure_one()
        if not self.archive_id:
            raise UserError(self.env._("This concerns no single file."))
        return open_form(self.archive_id)
