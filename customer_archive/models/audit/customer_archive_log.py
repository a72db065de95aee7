import logging
import re
from datetime import timedelta

from psycopg2.extras import execute_values

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..common.fields import LooseMany2one
from ..encryption.customer_archive_keyring import KeyProblem

_logger = logging.getLogger(__name__)

# What a row has before it is sealed; its ticket is in ``mac``.
INSERTED = (
    *("company_id", "date", "user_id", "event", "model", "res_id", "archive_id"),
    *("detail", "note", "mac"),
)
INSERT_BATCH = 1000


class CustomerArchiveLog(models.Model):
    """What was done with files and sensitive data, by whom, when and why 使用记录.

    Rows are added in the transaction of what they record, so there is a row if and
    only if it happened; right after the commit they are sealed into the chain of
    their company by a short transaction of its own. A crash between the two leaves
    rows that the next sealing takes. What was refused is written after the rollback.

    No row refers to another by a foreign key: the record outlives what it is about,
    and writing it waits for nobody's lock.
    """

    _name = "customer.archive.log"
    _description = "Access Record"
    _order = "id desc"
    _rec_name = "event"
    _log_access = False

    company_id = LooseMany2one("res.company", required=True, readonly=True)
    sequence = fields.Integer(string="No.", readonly=True, aggregator=None)
    date = fields.Datetime(string="Time", required=True, readonly=True)
    user_id = LooseMany2one("res.users", readonly=True)
    event = fields.Selection(
        [
            ("open", "File opened"),
            ("reveal", "Value revealed"),
            ("search", "Search by a sensitive value"),
            ("view", "Copy viewed"),
            ("download", "Copy downloaded"),
            ("print", "Printed"),
            ("export", "Exported"),
            ("state", "Status changed"),
            ("decision", "Decision"),
            ("grant", "Access granted or revoked"),
            ("loan", "Item lent or returned"),
            ("share", "Shared externally"),
            ("change", "Data changed"),
            ("review", "Reviewed"),
            ("hold", "Put on hold, blocked or released"),
            ("dispose", "Disposed of"),
            ("denied", "Access refused"),
            ("broken", "Damaged or replaced content"),
            ("key", "Keys"),
            ("configuration", "Configuration"),
            ("erase", "Erased"),
            ("import", "Imported"),
            ("acknowledge", "Regulation acknowledged"),
            ("integrity", "Stored copies checked"),
            ("move", "Moved to another place"),
            ("stocktake", "Stocktake"),
            ("inspection", "Inspection"),
            ("backup", "Backup and restore"),
            ("gate", "Order conditions"),
            ("assessment", "Party assessed"),
            ("note", "Event noted"),
            ("remark", "Event noted, no use of the file"),
            ("incident", "Incident"),
            ("audit", "Supervisor's Check"),
            ("feedback", "Staff Feedback"),
        ],
        required=True,
        readonly=True,
    )
    model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="model", readonly=True
    )
    archive_id = LooseMany2one("customer.archive", string="File", readonly=True)
    detail = fields.Char(
        readonly=True, help="Codes and names of fields only, never values."
    )
    note = fields.Text(string="Purpose or Reason", readonly=True)
    commitment = fields.Char(
        readonly=True,
        help=(
            "Represents the purpose in the chain, so that the purpose can be erased."
        ),
    )
    digest = fields.Char(readonly=True)
    mac = fields.Char(string="Seal", readonly=True)

    _chain = models.UniqueIndex("(company_id, sequence) WHERE sequence IS NOT NULL")
    _unsealed = models.Index("(company_id, id) WHERE sequence IS NULL")
    _by_file = models.Index("(archive_id, id) WHERE archive_id IS NOT NULL")
    _by_user = models.Index("(user_id, date)")
    _by_record = models.Index("(model, res_id, id)")

    # Nobody writes here, not even as superuser

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        raise AccessError(self.env._("The access record is written automatically."))

    def write(self, vals):  # pylint: disable=method-required-super
        raise AccessError(self.env._("The access record can't be changed."))

    @api.ondelete(at_uninstall=True)
    def _unlink_never(self):
        raise AccessError(self.env._("The access record can't be changed."))

    def copy(self, default=None):  # pylint: disable=method-required-super
        raise AccessError(self.env._("The access record can't be changed."))

    # Recording

    @api.model
    def _record(self, event, records, detail="", note=None):
        """Record what the user does with ``records``, in the same transaction.

        :param event: a value of ``event``
        :param records: records of one model; empty to record the model alone
        :param detail: codes and names, never values: part of the chain permanently
        :param note: free text such as a purpose; it can be erased later
        """
        self._keep(self._row_values(event, records, detail, note))

    @api.model
    def _record_each(self, event, records, details):
        """Record as :meth:`_record` does, each with a detail of its own, all at once.

        :param records: list of single records of one model; some may come again, or
            be empty
        :param details: list of their details, in the same order
        """
        if not records:
            return
        known = records[0].union(*records)
        alone = self._row_values(event, known.browse(), "", None)[0]
        rows = self._row_values(event, known, "", None) if known else ()
        by_id = {row["res_id"]: row for row in rows if "res_id" in row}
        self._keep(
            [
                {**by_id.get(one._origin.id, alone), "detail": _detail(detail)}
                for one, detail in zip(records, details, strict=True)
            ]
        )

    @api.model
    def _keep(self, rows):
        if self.env.cr.readonly:
            # A replica can't take the row, so it goes to the database itself.
            with self.pool.cursor() as cr:
                self.with_env(self.env(cr=cr))._append(rows)
        else:
            self._append(rows)

    def _append(self, rows):
        """Add rows, each with a ticket that says it came from here.

        Until it is sealed a row could be somebody else's, who writes to the database.
        """
        try:
            keyed = self._keyed_chain()
        except KeyProblem as error:
            # The ERP goes on; what is recorded meanwhile is reported as unvouched.
            _logger.error("The access record is kept without its key: %s", error)
        else:
            for row in rows:
                row["mac"] = keyed.ticket(row)
        self._insert(rows)
        self._seal_after_commit()

    def _insert(self, rows):
        """Insert rows, whatever the user may do: what they do is recorded.

        By SQL: a row has neither defaults nor anything that is reckoned from it, and
        each act in the archive costs at least one.
        """
        event = self._fields["event"]
        for row in rows:
            event.convert_to_cache(row["event"], self)
        execute_values(
            self.env.cr._obj,
            f"INSERT INTO customer_archive_log ({', '.join(INSERTED)}) VALUES %s",
            [[row.get(name) or None for name in INSERTED] for row in rows],
            page_size=INSERT_BATCH,
        )
        self.env["customer.archive"].invalidate_model(["log_ids"], flush=False)

    @api.model
    def _record_once(self, event, records, detail="", minutes=10):
        """Record as :meth:`_record` does, unless the user did the same just now.

        :param minutes: for how long it counts as the same
        """
        # One query, in SQL: each list that shows what is in files asks this.
        recent = self.env.execute_query(
            SQL(
                "SELECT DISTINCT res_id FROM customer_archive_log WHERE user_id = %s"
                " AND date >= %s AND event = %s AND model = %s AND res_id = ANY(%s)"
                # Another copy of the same item is another thing that was seen.
                " AND COALESCE(detail, '') = %s",
                self.env.uid,
                fields.Datetime.now() - timedelta(minutes=minutes),
                event,
                records._name,
                records.ids,
                _detail(detail) or "",
            )
        )
        recent = {res_id for (res_id,) in recent}
        others = records._origin.filtered(lambda record: record.id not in recent)
        if others:
            self._record(event, others, detail)

    @api.model
    def _record_afterwards(self, event, records, detail="", note=None):
        """Record what ends in an error: written once its transaction has ended.

        The arguments are those of :meth:`_record`.
        """
        cr, pool, user, done = self.env.cr, self.pool, self.env.uid, []
        rows = self._row_values(event, records, detail, note)

        def append():
            if done:
                return
            done.append(True)
            try:
                with pool.cursor() as own:
                    env = api.Environment(own, user, {})
                    env["customer.archive.log"]._append(rows)
            except Exception:
                # The transaction has ended, one way or the other: failing now would
                # hide its own error, and lose what else is recorded after it.
                _logger.exception("What was refused couldn't be recorded")

        # An error that is caught may still be followed by a commit.
        cr.postrollback.add(append)
        cr.postcommit.add(append)

    @api.model
    def _record_refusal(self, records, detail, note=None):
        """Record a refused attempt.

        :param records: what was asked for
        :param detail: the operation
        :param note: what the user was told
        """
        self._record_afterwards("denied", records, detail, note)

    @api.model
    def _record_damage(self, records):
        """Record that content was found altered or exchanged."""
        self._record_afterwards("broken", records)

    def _row_values(self, event, records, detail, note):
        common = {
            "date": fields.Datetime.now(),
            "user_id": self.env.uid,
            "event": event,
            "model": records._name,
            "detail": _detail(detail),
            "note": _note(note),
        }
        rows = []
        # Who may not read a record is named as having tried it. No other field of it
        # comes into the cache, where it would be shown to them without a check. What a
        # form is typing stands for what is stored: a row is sealed as it is kept.
        bare = records._origin.sudo().with_context(prefetch_fields=False)
        for record in bare.exists() if bare else ():
            archive, company = self._file_and_company(record)
            rows.append(
                {
                    **common,
                    "res_id": record.id,
                    "archive_id": archive.id or False,
                    "company_id": company.id or self.env.company.id,
                }
            )
        return rows or [{**common, "company_id": self.env.company.id}]

    @api.model
    def _file_and_company(self, record):
        files = self.env["customer.archive"]
        if record._name == files._name:
            archive = record
        elif record._fields.get("archive_id"):
            archive = record.archive_id
        elif record._name == "ir.attachment":
            archive = record._bound_archive_items().archive_id
        else:
            archive = files
        company = self.env["res.company"]
        if "company_id" in record._fields:
            company = record.company_id
        return archive, company or archive.company_id


def _detail(text):
    return _line(text)[:1000] or False


def _note(text):
    """Return ``text`` as the database keeps it, which takes no NUL."""
    return str(text).replace("\0", "") if text else False


def _line(text):
    """Return ``text`` without control characters: they part the fields of a row."""
    return re.sub(r"[\x00-\x1f]+", " ", text or "")
