import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ...tools import chain
from ..common.roles import VERIFIES_RECORD
from .customer_archive_log_sealing import (
    BATCH,
    GUARD,
    PENDING,
    PENDING_NAMES,
    ROW_TEXT,
    TRIGGER,
)

# Rows that aren't sealed after this time are reported.
SEALED_WITHIN = timedelta(hours=1)
# Below every place: a forged row may be anywhere.
FIRST = (-(2**31), 0)
EXPORTED = SQL("sequence, %s, digest, commitment", PENDING)
EXPORTED_NAMES = ("sequence", *PENDING_NAMES, "digest", "commitment")
# Breaks in a notification.
SHOWN = 20


class CustomerArchiveLog(models.Model):
    """Shows whether the record is what was written."""

    _inherit = "customer.archive.log"

    def verify(self, anchors=None):
        """Check the record of the current company, as an auditor.

        :param anchors: anchors from outside, each a dict as in an anchor file
        :return: dict with the number of ``rows`` and the list of ``breaks``, each
            with ``kind``, ``first``, ``last`` and a ``message``; ``notes`` are like
            these, and no breaks
        :raise AccessError: unless the user is an auditor or compliance officer
        """
        company = self.env.company
        self._check_verifies(company, "verify")
        given = [self._anchor_from(each, company) for each in anchors or ()]
        # The role was checked; the record is read past its rules, in SQL.
        notes = []
        rows, breaks = self.sudo()._verify(company, given, notes=notes)
        return {
            "rows": rows,
            "breaks": [self._told(found) for found in breaks],
            "notes": [self._told(found) for found in notes],
        }

    @api.model
    def _told(self, found):
        return {
            "kind": found.kind,
            "first": found.first,
            "last": found.last,
            "message": self._message(found),
        }

    def action_verify(self):
        """Check the record of the current company; show what was found."""
        result = self.verify()
        lines, notes = (
            [
                self.env._(
                    "%(places)s: %(message)s",
                    places=_places(found["first"], found["last"]),
                    message=found["message"],
                )
                for found in result[kind]
            ]
            for kind in ("breaks", "notes")
        )
        if len(lines) > SHOWN:
            more = self.env._("… and %s more", len(lines) - SHOWN)
            lines = [*lines[:SHOWN], more]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if lines else "success",
                "title": self.env._("%s rows checked", result["rows"]),
                "message": " ".join(
                    (lines or [self.env._("The access record is intact.")]) + notes
                ),
                "sticky": bool(lines or notes),
            },
        }

    def action_export_record(self):
        """Download the record of the current company, for the standalone verifier."""
        self._check_verifies(self.env.company, "export")
        return {
            "type": "ir.actions.act_url",
            "url": f"/customer_archive/record/{self.env.company.id}.jsonl",
            "target": "download",
        }

    @api.model
    def _check_verifies(self, company, operation):
        """Check that the user supervises a company's record.

        :raise AccessError: if not; the attempt is recorded
        """
        user = self.env.user
        if self.env.su or (
            user.has_groups(VERIFIES_RECORD) and company in user.company_ids
        ):
            return
        self._record_refusal(self.browse(), operation)
        raise AccessError(
            self.env._("The access record can only be verified by auditors.")
        )

    @api.model
    def _exported(self, company):
        """Yield the lines of a company's exported record, as ``verify_record`` reads.

        First whose it is, then all rows in their order; those not sealed yet are last.
        """
        keys = self.env["customer.archive.keyring"]
        self.flush_model()
        query = SQL(
            "SELECT COUNT(*) FROM customer_archive_log WHERE company_id = %s",
            company.id,
        )
        [(count,)] = self.env.execute_query(query)
        header = {
            "kind": self._name,
            "format": chain.FORMAT,
            "database": keys._database(),
            "company_id": company.id,
            "company": company.name,
            "algorithm": keys._record_key()[1],
            "rows": count,
        }
        yield _json(header)
        for sealed in (True, False):
            for batch in self._batches(company, EXPORTED, sealed=sealed):
                for row in batch:
                    yield _json(dict(zip(EXPORTED_NAMES, row[:-1], strict=True)))

    def _verify(self, company, anchors=(), after=None, notes=None):
        """Return the number of rows and the breaks of one company's record.

        :param anchors: :class:`chain.Anchor` from outside; our own are added
        :param after: place and digest of a verified row to begin behind
        :param notes: list that what is no break, and to be known, is added to
        """
        own = self.env["customer.archive.log.anchor"]
        # In a copy with keys of its own, rows of the original are verified there.
        heads = self.env["customer.archive.keyring"]._original().get("records", {})
        after = after or heads.get(str(company.id))
        if after:
            if breaks := self._check_start(company, *after):
                return 0, breaks
            known, lost = [], []
        else:
            known, lost = own._known(company)
        keyed = self._keyed_chain()
        verifier = chain.Verifier(keyed, company.id, [*anchors, *known])
        if after:
            verifier.start_after(*after)
        rows = 0
        for rows, row in enumerate(self._rows_of(company, after), 1):  # noqa: B007
            verifier.feed(row)
        breaks = verifier.finish(self._count_unsealed(company, keyed))
        if notes is not None:
            notes += verifier.notes
        breaks += [chain.Break(chain.LOST, count, count) for count in lost]
        if not self._is_guarded():
            breaks.append(chain.Break(chain.UNGUARDED, 0, 0))
        return rows, breaks

    def _check_start(self, company, sequence, digest):
        """Return the breaks at a row that was verified and anchored before."""
        self.env.cr.execute(
            "SELECT digest FROM customer_archive_log"
            " WHERE company_id = %s AND sequence = %s",
            [company.id, sequence],
        )
        row = self.env.cr.fetchone()
        if row and row[0] == digest:
            return []
        return [chain.Break(chain.REWRITTEN if row else chain.CUT, sequence, sequence)]

    def _count_unsealed(self, company, keyed):
        """Return how many rows should have been sealed, or could never be.

        What was committed a moment ago is being sealed now.
        """
        self.flush_model()
        query = SQL(
            "SELECT date < %s AS late, %s FROM customer_archive_log"
            " WHERE company_id = %s AND sequence IS NULL",
            fields.Datetime.now() - SEALED_WITHIN,
            PENDING,
            company.id,
        )
        self.env.cr.execute(query)
        return sum(
            row["late"] or keyed.ticket(row) != row["mac"]
            for row in self.env.cr.dictfetchall()
        )

    def _rows_of(self, company, after=None):
        """Yield the sealed rows of a company in their order, a batch in memory."""
        columns = SQL(
            "sequence, %s AS text, digest, mac, note, commitment, event, archive_id",
            ROW_TEXT,
        )
        start = (after[0], 2**62) if after else FIRST
        for batch in self._batches(company, columns, start):
            yield from map(chain.Row._make, batch)

    def _batches(self, company, columns, start=FIRST, *, sealed=True):
        """Yield lists of rows of a company in their order.

        :param columns: SQL of what is selected; the id is added at the end
        :param start: place and id to begin behind
        :param sealed: whether those with a place, or those without
        """
        last = start
        while last:
            # Said twice: a comparison of pairs alone finds no index.
            behind = (
                SQL("sequence >= %s AND (sequence, id) > %s", last[0], last)
                if sealed
                else SQL("sequence IS NULL AND id > %s", last[1])
            )
            self.env.cr.execute(
                SQL(
                    "SELECT %s, id FROM customer_archive_log"
                    " WHERE company_id = %s AND %s ORDER BY sequence, id LIMIT %s",
                    columns,
                    company.id,
                    behind,
                    BATCH,
                )
            )
            rows = self.env.cr.fetchall()
            yield rows
            last = (rows[-1][0], rows[-1][-1]) if len(rows) == BATCH else None

    def _is_guarded(self):
        """Whether the database still refuses changes, and places taken twice."""
        self.env.cr.execute(
            SQL(
                """
                SELECT (
                    -- 27: before each row, update or delete; 34: before truncate
                    SELECT array_agg((tgname, tgtype)::text ORDER BY tgname) =
                            ARRAY[(%(trigger)s::name, 27::int2)::text,
                                  (%(truncate)s::name, 34::int2)::text]
                        AND bool_and(tgenabled IN ('O', 'A') AND tgqual IS NULL
                            AND cardinality(tgattr) = 0 AND prosrc = %(guard)s)
                    FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
                    WHERE tgrelid = 'customer_archive_log'::regclass
                        AND NOT tgisinternal
                ) AND NOT EXISTS (
                    SELECT FROM pg_rewrite
                    WHERE ev_class = 'customer_archive_log'::regclass
                ) AND EXISTS (
                    SELECT FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
                    WHERE indrelid = 'customer_archive_log'::regclass
                        AND relname = %(index)s AND indisunique AND indisvalid
                )
                """,
                trigger=TRIGGER,
                truncate=f"{TRIGGER}_truncate",
                guard=GUARD,
                index=self._chain.full_name(self),
            )
        )
        return bool(self.env.cr.fetchone()[0])

    @api.model
    def _anchor_from(self, values, company):
        """Return the anchor that a dict describes.

        :raise UserError: if it isn't one, or of another record
        """
        try:
            anchors = self.env["customer.archive.log.anchor"]
            return anchors._parse(values, company, outside=True)
        except (KeyError, TypeError, ValueError) as error:
            raise UserError(
                self.env._("This is not an anchor of this company's access record.")
            ) from error

    @api.model
    def _message(self, found):
        """Return a break in words."""
        words = {
            chain.MISSING: self.env._("Rows are missing."),
            chain.DUPLICATE: self.env._("Duplicate sequence number."),
            chain.ALTERED: self.env._("The row was altered."),
            chain.UNLINKED: self.env._("The row originally followed a different row."),
            chain.FORGED: self.env._("The row was not written by this system."),
            chain.NOTE: self.env._("The purpose or reason was altered."),
            chain.ERASED: self.env._("The purpose or reason was removed."),
            chain.UNSEALED: self.env._("Rows without a sequence number: never sealed."),
            chain.CUT: self.env._("Rows covered by an anchor are missing."),
            chain.REWRITTEN: self.env._("Rows differ from those covered by an anchor."),
            chain.ANCHOR: self.env._("An anchor was not created by this system."),
            chain.LOST: self.env._(
                "An anchor is missing from the database or its folder."
            ),
            chain.UNGUARDED: self.env._("The database no longer prevents changes."),
            chain.LATE: self.env._(
                "Written while the keystore was unavailable, sealed on %s (UTC): a "
                "note, not a break.",
                found.date,
            ),
        }
        return words[found.kind]


def _places(first, last):
    return str(first) if first == last else f"{first}–{last}"


def _json(values):
    return json.dumps(values, ensure_ascii=False) + "\n"
