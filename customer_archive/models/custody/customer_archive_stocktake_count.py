from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..common.roles import COUNTS_STOCK
from ..common.row_lock import lock_rows
from ..common.values import MOST, is_text
from .customer_archive_scan import LABEL, LONGEST
from .customer_archive_stocktake import LINE

FILE = "customer.archive"
# What one call may bring; more is sent in several.
MOST_AT_ONCE = 5000


class CustomerArchiveStocktake(models.Model):
    """What was scanned is taken over, by several people at the same time.

    Each line is a row of its own, and the stocktake isn't written: who counts another
    room waits for nobody. What is sent once more, as no answer came, changes nothing.
    """

    _inherit = "customer.archive.stocktake"

    @api.model
    def action_counting(self):
        """Return the stocktakes that are counted now: [{"id", "name"}].

        :raise AccessError: for who reads no stocktakes
        """
        self.browse().check_access("read")
        found = self.search(
            [("state", "=", "counting"), ("company_id", "in", self.env.companies.ids)]
        )
        return [{"id": each.id, "name": each.display_name} for each in found]

    def action_count(self, counts):
        """Take over what was found where.

        :param list counts: pairs of the id of a storage location and a list of what was
            scanned there: ids of files, or texts that are no label of a file
        :return: dict of how many were ``taken``, and how many of them had been counted
            ``elsewhere`` before: the last place counts
        :raise AccessError: for who doesn't count stock
        :raise UserError: unless it is being counted, or something else was sent
        """
        self.ensure_one()
        self.check_access("read")
        self._check_counts()
        places, codes = self._read_counts(counts)
        # Others may count at the same time; nobody ends the count meanwhile.
        lock_rows(self, "SHARE")
        self.invalidate_recordset(["state"])
        self._check_state("counting")
        self.env.flush_all()
        elsewhere = self._count_files(places)
        self._count_codes(codes)
        self._forget()
        taken = len(places) + len(codes)
        self._log_step(f"counted {taken}")
        return {"taken": taken, "elsewhere": elsewhere}

    def _check_counts(self):
        if not self.env.user.has_groups(COUNTS_STOCK):
            raise self._refusal(
                self.env._("Stock is counted by archivists and clerks."), "count"
            )

    def _forget(self):
        """What was written by SQL is read anew."""
        self.env[LINE].invalidate_model(flush=False)
        self.invalidate_recordset(flush=False)

    # What was sent

    def _read_counts(self, counts):
        """Return what a client sent: location by file, and location by unknown code."""
        if not counts or not _are_counts(counts):
            raise UserError(
                self.env._("Scan a storage location first, then the files in it.")
            )
        self._check_locations({place for place, _found in counts})
        texts = [each for _place, found in counts for each in found if is_text(each)]
        known = self._files_of(texts)
        places, codes = {}, {}
        for place, found in counts:
            for each in found:
                file = known.get(each) if is_text(each) else each
                if file:
                    places[file] = place
                else:
                    codes[each.strip()[:LONGEST]] = place
        self._check_files(places)
        return places, codes

    def _check_locations(self, ids):
        """Check that what was scanned are locations of this company."""
        locations = self.env["customer.archive.location"].browse(ids).exists()
        if len(locations) != len(ids) or locations.company_id - self.company_id:
            raise UserError(
                self.env._(
                    "A scanned storage location isn't one of this company: remove it."
                )
            )

    def _files_of(self, texts):
        """Return the files that some labels or numbers stand for, by text.

        The bag is in the hand of who counts: that it is there is noted, whoever may
        read what is in it. Nothing of it is told.
        """
        numbers = {text: text.strip() for text in texts}
        labels = {text: LABEL.search(text.strip()) for text in texts}
        ids = {text: int(label[1]) for text, label in labels.items() if label}
        files = self.env[FILE].sudo()
        domain = [
            "|",
            ("id", "in", [*ids.values()]),
            ("name", "in", [*numbers.values()]),
        ]
        found = files.search([("company_id", "=", self.company_id.id), *domain])
        by_id, by_name = {each.id: each.id for each in found}, {}
        for file in found.filtered("name"):
            by_name[file.name] = file.id
        return {
            text: by_id.get(ids.get(text)) or by_name.get(numbers[text])
            for text in texts
        }

    def _check_files(self, ids):
        files = self.env[FILE].sudo().browse(ids).exists()
        if len(files) != len(ids) or files.company_id - self.company_id:
            raise UserError(
                self.env._("A scanned file doesn't exist any more: remove it.")
            )

    # What is written

    def _count_files(self, places):
        """Write where files were found; return how many were elsewhere before."""
        if not places:
            return 0
        self.env.cr.execute(self._found_query(places), log_exceptions=False)
        elsewhere = sum(before for (before,) in self.env.cr.fetchall())
        self.env.cr.execute(self._surplus_query(places), log_exceptions=False)
        return elsewhere

    def _scanned(self, places):
        return SQL(
            "unnest(%s::int[], %s::int[]) AS s(archive_id, place_id)",
            [*places],
            [*places.values()],
        )

    def _found_query(self, places):
        """Return the statement for what is on the list already.

        Found is what is where it is expected, or where it was moved to since, or in
        what that holds. What was found at the same place before stays as it is.
        """
        return SQL(
            """
            UPDATE customer_archive_stocktake_line n
               SET found_id = s.place_id, counted_by_id = %(user)s,
                   counted_on = %(now)s, how = 'scanned',
                   result = CASE WHEN NOT n.is_expected THEN 'surplus'
                                 WHEN EXISTS (
                                    SELECT FROM customer_archive_location at,
                                                customer_archive_location place
                                     WHERE at.id = s.place_id
                                       AND place.id IN (n.expected_id, f.location_id)
                                       AND at.parent_path
                                           LIKE place.parent_path || '%%')
                                 THEN 'found' ELSE 'misplaced' END
              FROM %(scanned)s
              JOIN customer_archive f ON f.id = s.archive_id
              JOIN customer_archive_stocktake_line o
                ON o.stocktake_id = %(id)s AND o.archive_id = s.archive_id
                   AND o.document_id IS NULL
             WHERE n.id = o.id AND n.found_id IS DISTINCT FROM s.place_id
            RETURNING (o.found_id IS NOT NULL)::int
            """,
            id=self.id,
            user=self.env.uid,
            now=self.env.cr.now(),
            scanned=self._scanned(places),
        )

    def _surplus_query(self, places):
        """Return the statement for files that aren't on the list.

        Of two who find the same one at once the second is started again.
        """
        return SQL(
            """
            INSERT INTO customer_archive_stocktake_line (
                stocktake_id, company_id, archive_id, expected_id, found_id,
                is_expected, result, counted_by_id, counted_on, how
            )
            SELECT %(id)s, f.company_id, f.id, f.location_id, s.place_id,
                   false, 'surplus', %(user)s, %(now)s, 'scanned'
              FROM %(scanned)s
              JOIN customer_archive f ON f.id = s.archive_id
             WHERE NOT EXISTS (
                   SELECT FROM customer_archive_stocktake_line o
                    WHERE o.stocktake_id = %(id)s AND o.archive_id = f.id
                      AND o.document_id IS NULL)
             ORDER BY f.id
                ON CONFLICT DO NOTHING
            """,
            id=self.id,
            user=self.env.uid,
            now=self.env.cr.now(),
            scanned=self._scanned(places),
        )

    def _count_codes(self, codes):
        """Write down what nobody knows: a surplus by the text that was read."""
        if not codes:
            return
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO customer_archive_stocktake_line AS n (
                    stocktake_id, company_id, code, found_id, is_expected, result,
                    counted_by_id, counted_on, how
                )
                SELECT %(id)s, %(company)s, s.code, s.place_id, false, 'surplus',
                       %(user)s, %(now)s, 'scanned'
                  FROM unnest(%(codes)s::text[], %(places)s::int[])
                       AS s(code, place_id)
                 ORDER BY s.code
                    ON CONFLICT (stocktake_id, code) WHERE code IS NOT NULL
                    DO UPDATE SET found_id = EXCLUDED.found_id,
                                  counted_by_id = EXCLUDED.counted_by_id,
                                  counted_on = EXCLUDED.counted_on
                        WHERE n.found_id IS DISTINCT FROM EXCLUDED.found_id
                """,
                id=self.id,
                company=self.company_id.id,
                user=self.env.uid,
                now=self.env.cr.now(),
                codes=[*codes],
                places=[*codes.values()],
            ),
            log_exceptions=False,
        )


def _are_counts(counts):
    """Whether a client sent pairs of a location and what was scanned there."""
    return (
        isinstance(counts, list)
        and len(counts) <= MOST_AT_ONCE
        and all(
            isinstance(pair, list | tuple)
            and len(pair) == 2
            and _is_id(pair[0])
            and isinstance(pair[1], list)
            and 0 < len(pair[1]) <= MOST_AT_ONCE
            and all(_is_id(each) or is_text(each) for each in pair[1])
            for pair in counts
        )
    )


def _is_id(value):
    return type(value) is int and 0 < value <= MOST
