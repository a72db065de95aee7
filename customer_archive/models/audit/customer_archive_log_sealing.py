import logging

from psycopg2.extras import execute_values

from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL

from ...tools import chain

_logger = logging.getLogger(__name__)

# One sealer at a time; the number is this addon's own.
LOCK = 0x61726368
# How long one waits for another sealer.
PATIENCE = "10s"
BATCH = 5000
# The text of a row for the chain, made by the database: the fields of chain.FIELDS.
SEALED = ("sequence", "digest", "mac", "commitment")
TIME = "YYYY-MM-DD HH24:MI:SS"
ROW_TEXT = SQL(
    "concat_ws(chr(31), company_id::text, sequence::text, id::text,"
    " to_char(date, %s), COALESCE(user_id::text, ''), COALESCE(event, ''),"
    " COALESCE(model, ''), COALESCE(res_id::text, ''),"
    " COALESCE(archive_id::text, ''), COALESCE(detail, ''),"
    " COALESCE(commitment, ''))",
    TIME,
)
# What a row's ticket is made of, and the ticket.
PENDING_NAMES = (
    *("id", "company_id", "date", "user_id", "event", "model", "res_id"),
    *("archive_id", "detail", "note", "mac"),
)
PENDING = SQL(
    ", ".join(PENDING_NAMES).replace("date", "to_char(date, %s) AS date"), TIME
)
TRIGGER = "customer_archive_log_append_only"
# All that the database lets pass is sealing once, and erasing a note.
GUARD = f"""
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.sequence IS NULL AND NEW.sequence IS NOT NULL
        AND to_jsonb(OLD) - '{{{",".join(SEALED)}}}'::text[]
            = to_jsonb(NEW) - '{{{",".join(SEALED)}}}'::text[]
    THEN RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.sequence IS NOT NULL AND NEW.note IS NULL
        AND to_jsonb(OLD) - 'note' = to_jsonb(NEW) - 'note'
    THEN RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The access record is never changed.'
        USING ERRCODE = 'insufficient_privilege';
END """


class CustomerArchiveLog(models.Model):
    """Seals the record: its rows into a chain, its table against changes."""

    # A file of its own, as the names are.
    _inherit = "customer.archive.log"

    def init(self):
        """Let the database itself refuse every change but sealing and erasure."""
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE FUNCTION customer_archive_log_guard()
                RETURNS trigger LANGUAGE plpgsql AS %(guard)s;
                DROP TRIGGER IF EXISTS %(trigger)s ON customer_archive_log;
                CREATE TRIGGER %(trigger)s
                    BEFORE UPDATE OR DELETE ON customer_archive_log
                    FOR EACH ROW EXECUTE FUNCTION customer_archive_log_guard();
                DROP TRIGGER IF EXISTS %(truncate)s ON customer_archive_log;
                CREATE TRIGGER %(truncate)s
                    BEFORE TRUNCATE ON customer_archive_log
                    FOR EACH STATEMENT EXECUTE FUNCTION customer_archive_log_guard();
                """,
                guard=GUARD,
                trigger=SQL.identifier(TRIGGER),
                truncate=SQL.identifier(f"{TRIGGER}_truncate"),
            )
        )

    def _seal_after_commit(self):
        cr, pool = self.env.cr, self.pool
        if cr.postcommit.data.get(self._name):
            return
        cr.postcommit.data[self._name] = True

        @cr.postcommit.add
        def seal():
            try:
                with pool.cursor() as own:
                    api.Environment(own, SUPERUSER_ID, {})[self._name]._seal()
            except Exception:
                # It has been committed, and the next sealing takes these rows.
                _logger.exception("The access record couldn't be sealed now")

    @api.model
    def _seal(self):
        """Give every committed row its place in the chain of its company.

        Called in a transaction of its own, which it commits. One sealer works at a
        time, so no two rows follow the same row; it takes what all others committed.
        """
        # pylint: disable=invalid-commit
        cr = self.env.cr
        # Should a sealer hang, others don't: the next sealing takes their rows.
        cr.execute("SET LOCAL lock_timeout = %s", [PATIENCE])
        cr.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            # What is read now is read behind the lock.
            cr.commit()
            while self._seal_rows():
                cr.commit()
        except Exception:
            cr.rollback()
            raise
        finally:
            cr.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
            cr.commit()

    def _seal_rows(self):
        """Seal a batch; return how many rows it was."""
        self.env.cr.execute(
            SQL(
                "SELECT %s FROM customer_archive_log WHERE sequence IS NULL"
                " ORDER BY company_id, id LIMIT %s",
                PENDING,
                BATCH,
            )
        )
        rows = self.env.cr.dictfetchall()
        if not rows:
            return 0
        keyed = self._keyed_chain()
        heads = {}
        for row in rows:
            company = row["company_id"]
            if company not in heads:
                heads[company] = self._head(company, keyed)
            heads[company] = _sealed(keyed, row, *heads[company])
        execute_values(
            self.env.cr._obj,
            "UPDATE customer_archive_log AS log SET sequence = new.sequence,"
            " digest = new.digest, mac = new.mac, commitment = new.commitment"
            " FROM (VALUES %s) AS new (id, sequence, digest, mac, commitment)"
            " WHERE log.id = new.id",
            rows,
            template="(%(id)s, %(sequence)s, %(digest)s, %(mac)s,"
            " %(commitment)s::varchar)",
            page_size=BATCH,
        )
        self.invalidate_model(SEALED)
        return len(rows)

    @api.model
    def _keyed_chain(self):
        """Return the chain with its key.

        :raise KeyProblem: if the key isn't there
        """
        return chain.Chain(*self.env["customer.archive.keyring"]._record_key())

    def _head(self, company_id, keyed):
        """Return place and digest of the last row, and report if it isn't as sealed.

        The record goes on in any case: a damaged row must not stop it.
        """
        self.env.cr.execute(
            SQL(
                "SELECT sequence, digest, mac, %s FROM customer_archive_log"
                " WHERE company_id = %s AND sequence IS NOT NULL"
                " ORDER BY sequence DESC LIMIT 1",
                ROW_TEXT,
                company_id,
            )
        )
        row = self.env.cr.fetchone()
        if not row:
            return 0, chain.START
        sequence, digest, mac, text = row
        # In a copy with keys of its own, the last row of the original has its seal.
        heads = self.env["customer.archive.keyring"]._original().get("records", {})
        if (
            heads.get(str(company_id)) != [sequence, digest]
            and keyed.mac(digest, text) != mac
        ):
            _logger.error(
                "Row %s of the access record of company %s isn't as it was sealed",
                sequence,
                company_id,
            )
        return sequence, digest


def _sealed(keyed, row, sequence, previous):
    """Complete ``row`` behind the row at ``sequence``; return its place and digest."""
    # Compared in plain: whoever wrote the ticket to the database is in there.
    witnessed = keyed.ticket(row) == row["mac"]
    sequence += 1
    company, note = row["company_id"], row["note"]
    row |= {
        "sequence": sequence,
        "commitment": keyed.commitment(company, sequence, note) if note else None,
    }
    text = chain.text_of(row)
    digest = keyed.digest(previous, text)
    row |= {
        "digest": digest,
        "mac": keyed.mac(digest, text) if witnessed else chain.UNWITNESSED,
    }
    return sequence, digest
