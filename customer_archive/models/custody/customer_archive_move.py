from odoo import api, fields, models
from odoo.tools import SQL

from ..loans.customer_archive_loan_line import OUT_OF_CABINET

# A row goes only with what was a draft, and is gone itself; its words, with a file that
# is destroyed. The file goes first: a cascade takes its moves along.
GUARD = """
BEGIN
    IF TG_OP = 'DELETE' AND (
        NOT EXISTS (SELECT 1 FROM customer_archive a WHERE a.id = OLD.archive_id)
        OR OLD.document_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM customer_archive_document d WHERE d.id = OLD.document_id))
    THEN RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.reason IS NULL
        AND to_jsonb(OLD) - 'reason' = to_jsonb(NEW) - 'reason'
        AND EXISTS (SELECT 1 FROM customer_archive a
                     WHERE a.id = OLD.archive_id AND a.state = 'destroyed')
    THEN RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Moves are recorded, and never changed or deleted.'
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END """


class CustomerArchiveMove(models.Model):
    """From where to where a file, or one of its items, was put 移库记录.

    Requirement B1. Rows are made by ``_move`` of files and items, in the transaction
    that moves them; the database refuses every change.
    """

    _name = "customer.archive.move"
    _description = "Move"
    _inherit = ["customer.archive.guard"]
    _order = "id desc"
    _rec_names_search = ["archive_id"]
    # Each row says itself who made it, and when.
    _log_access = False

    archive_id = fields.Many2one(
        "customer.archive",
        string="File",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    document_id = fields.Many2one(
        "customer.archive.document",
        string="Item",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Empty where the whole bag was moved.",
    )
    partner_id = fields.Many2one(related="archive_id.partner_id")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    from_id = fields.Many2one(
        "customer.archive.location",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    to_id = fields.Many2one(
        "customer.archive.location",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    date = fields.Datetime(string="Moved on", required=True, readonly=True, index=True)
    user_id = fields.Many2one(
        "res.users",
        string="Moved by",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    how = fields.Selection(
        [
            ("manual", "By hand"),
            ("scanned", "Scanned"),
            ("import", "Imported"),
            ("migration", "Taken over"),
        ],
        required=True,
        readonly=True,
        default="manual",
    )
    reason = fields.Char(readonly=True)
    papers_out = fields.Integer(
        string="Papers on Loan",
        readonly=True,
        aggregator=None,
        help="Papers that weren't in the bag when it was moved.",
    )

    def init(self):
        """Let the database itself refuse every change."""
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION customer_archive_move_guard()
                RETURNS trigger LANGUAGE plpgsql AS %s;
            CREATE OR REPLACE TRIGGER customer_archive_move_kept
                BEFORE UPDATE OR DELETE ON customer_archive_move
                FOR EACH ROW EXECUTE FUNCTION customer_archive_move_guard();
            CREATE OR REPLACE TRIGGER customer_archive_move_kept_truncate
                BEFORE TRUNCATE ON customer_archive_move
                FOR EACH STATEMENT EXECUTE FUNCTION customer_archive_move_guard();
            """,
            [GUARD],
        )

    @api.depends("archive_id", "document_id", "to_id")
    def _compute_display_name(self):
        for move in self:
            # Who may read the move may know of what it is.
            own = move.sudo()
            what = own.document_id.type_id.name or own.archive_id.name or ""
            move.display_name = f"{what} → {own.to_id.complete_name or '–'}".strip()

    def _refuse_outsiders(self):
        raise self._refusal(
            self.env._(
                "Moves are recorded automatically, and never changed: move the file "
                "once more if it is somewhere else."
            ),
            "write",
        )

    @api.model
    def _make(self, records, location, how, reason):
        """Write down that files, or items, are about to be moved; all at once.

        :param records: files or items, whose rows are locked
        :param location: where they are put; empty for nowhere
        """
        is_item = records._name == "customer.archive.document"
        own = SQL("r.archive_id, r.id") if is_item else SQL("r.id, NULL")
        out = SQL(
            """
            (SELECT count(*) FROM customer_archive_loan_line l
              WHERE l.archive_id = r.id AND l.state IN %s)
            """,
            OUT_OF_CABINET,
        )
        records.flush_model(["location_id", "company_id"])
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO customer_archive_move (
                    archive_id, document_id, company_id, from_id, to_id, date,
                    user_id, how, reason, papers_out
                )
                SELECT %(own)s, r.company_id, r.location_id, %(to)s, %(date)s,
                       %(user)s, %(how)s, %(reason)s, %(out)s
                  FROM %(table)s r WHERE r.id = ANY(%(ids)s) ORDER BY r.id
                """,
                own=own,
                to=location.id or None,
                date=fields.Datetime.now(),
                user=self.env.uid,
                how=how,
                reason=reason or None,
                out=SQL("0") if is_item else out,
                table=SQL.identifier(records._table),
                ids=records.ids,
            )
        )
        records.invalidate_recordset(["move_ids"], flush=False)
