from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..common.sentinel import as_system, quietly
from .customer_archive_import import ROW
from .customer_archive_import_run import CHUNK

FILE, ITEM, PARTY = "customer_archive", "customer_archive_document", "res_partner"
TAKEN = ("created", "updated")
# Tables that name records by model and id.
LOOSE = (
    ("mail_message", "model"),
    ("mail_activity", "res_model"),
    ("ir_attachment", "res_model"),
)
TOLD = 10


class CustomerArchiveImport(models.Model):
    """Taking a whole import back, as long as nothing of it was touched."""

    _inherit = "customer.archive.import"

    def action_undo(self):
        """Take back all that the import made and changed, in the background.

        :raise AccessError: unless the user imports ledgers
        :raise UserError: if something of it was touched since; it says which rows
        """
        self._check_importer("undo")
        self.check_access("write")
        for each in self:
            if each.job or each.state != "done":
                raise UserError(
                    self.env._(
                        "%s hasn't been completed: there is nothing to undo.", each.name
                    )
                )
            if not each.has_upload:
                raise UserError(
                    self.env._(
                        "%s can no longer be undone: the previous data is only "
                        "kept for 30 days.",
                        each.name,
                    )
                )
            each._check_may_undo()
            # Whether something was touched decides, also where it can't be seen.
            one = each.sudo()
            if touched := one._touched(one._rows_taken(None)):
                raise UserError(one._touched_words(touched))
            one._start("undo")
            log = self.env["customer.archive.log"]
            log._record("import", each, "undo")
        return True

    def _check_may_undo(self):
        """Check that the user could write by hand what taking it back writes.

        :raise AccessError: if it isn't the user's to write
        :raise UserError: if something of it is locked by now
        """
        # What was before is kept out of everybody's sight.
        rows = self.sudo()._rows_taken(None)
        kept = {row: row.before or {} for row in rows}
        if any(row.result == "created" for row in rows):
            self.env["customer.archive"].check_access("create")
        files = self.env["customer.archive"].browse(
            row.archive_id.id for row in rows if kept[row].get("file")
        )
        parties = self.env["res.partner"].browse(
            each["party_id"] for each in kept.values() if each.get("party")
        )
        for records in filter(None, (files, parties)):
            records.check_access("write")
        for row in rows:
            back = kept[row].get("file", {}).keys() - {"relation_stage_date"}
            row.archive_id.with_env(self.env)._check_writable(
                {name: kept[row]["file"][name] for name in back}
            )

    def _rows_taken(self, limit):
        domain = [("import_id", "=", self.id), ("result", "in", TAKEN)]
        # The last first: in the order in which they could be made again.
        return self.env[ROW].search(domain, order="number desc", limit=limit)

    def _touched_words(self, numbers):
        listed = ", ".join(str(number) for number in sorted(numbers)[:TOLD])
        return self.env._(
            "%(name)s can't be undone: the records created from %(count)s rows "
            "have been used or changed since (rows %(rows)s). Close those files "
            "individually.",
            name=self.name,
            count=len(numbers),
            rows=listed,
        )

    def _take_back_all(self):
        """Undo what was taken over already: it was to be all or nothing."""
        as_system(self).write({"is_failed": True})
        self._start("undo")

    def _undo_all(self):
        """Take back what is left, a chunk at a time; return whether there is time."""
        cron = self.env["ir.cron"]
        while rows := self._rows_taken(CHUNK):
            if touched := self._touched(rows):
                as_system(self).write({"job": False, "state": "done"})
                as_system(self).write({"outcome": self._touched_words(touched)})
                return bool(cron._commit_progress())
            self._undo_rows(quietly(rows, "tracking_disable"))
            left = self.env[ROW].search_count(
                [("import_id", "=", self.id), ("result", "in", TAKEN)]
            )
            as_system(self).write({"position": self._undo_position(left)})
            if not cron._commit_progress(len(rows), remaining=left):
                return False
        self._finish_undo()
        return bool(cron._commit_progress())

    def _undo_position(self, left):
        made = max(self.created_count + self.updated_count, 1)
        return self.heading_row + self.row_count * max(made - left, 0) // made

    def _finish_undo(self):
        vals = {"job": False, "state": "undone"}
        if self.is_failed:
            # Those that are left are what was wrong.
            errors = self.row_ids.filtered(lambda row: row.result == "error")
            vals = {
                "job": False,
                "state": "checked",
                "is_failed": False,
                "created_count": 0,
                "updated_count": 0,
                "error_count": len(errors),
                "outcome": self.env._(
                    "Nothing was imported: %s rows have become invalid since the "
                    "check.",
                    len(errors),
                ),
            }
        as_system(self).write(vals)
        self._tell(self.env._("%s was undone.", self.name))

    def _undo_rows(self, rows):
        """Take back a chunk of rows that nobody touched."""
        files = rows.env["customer.archive"]
        created = rows.filtered(lambda row: row.result == "created")
        new = files.browse(created.mapped("archive_id").ids)
        log = self.env["customer.archive.log"]
        log._record("import", new, f"undone import {self.id}")
        registered = new.filtered(lambda file: file.state == "active")
        # Nothing was done with them; the numbers are free again.
        as_system(registered).write(
            {"state": "draft", "name": False, "number_prefix": False, "number_index": 0}
        )
        as_system(new).unlink()
        for row in rows:
            self._give_back(row)
        made = [row.made or {} for row in rows]
        people = [id_ for each in made for id_ in each.get("people", ())]
        parties = [each["party"] for each in made if each.get("party")]
        partners = rows.env["res.partner"]
        as_system(partners.browse(people)).unlink()
        as_system(partners.browse(parties)).unlink()
        nothing = {"before": False, "made": False, "archive_id": False}
        as_system(rows).write({"result": "undone", **nothing})

    def _give_back(self, row):
        """Write what was there before a row changed it."""
        before = row.before or {}
        if before.get("file"):
            as_system(row.archive_id).write(before["file"])
            if "relation_stage_date" in before["file"]:
                day = before["file"]["relation_stage_date"]
                as_system(row.archive_id).write({"relation_stage_date": day})
        if before.get("party"):
            # What an import may change directly, it may change back.
            party = row.env["res.partner"].browse(before["party_id"])
            party.write(before["party"])

    # Whether something was touched

    def _touched(self, rows):
        """Return the numbers of rows of which something was used or changed since."""
        self.env.flush_all()
        found = set()
        for start in range(0, len(rows), CHUNK):
            found |= self._touched_of(rows[start : start + CHUNK])
        return found

    def _touched_of(self, rows):
        files, parties, changed = {}, {}, {}
        for row in rows:
            made, before = row.made or {}, row.before or {}
            if row.result == "created":
                files[row.archive_id.id] = row.number
            if row.result == "created" or before.get("file"):
                changed[FILE, row.archive_id.id] = row
            for id_ in (made.get("party"), *made.get("people", ())):
                if id_:
                    parties[id_] = row.number
                    changed[PARTY, id_] = row
            if before.get("party"):
                changed[PARTY, before["party_id"]] = row
        return (
            self._rewritten(changed)
            | self._with_items(files, rows)
            | self._referred(files, parties)
            | self._loosely(files, parties)
        )

    def _rewritten(self, changed):
        """Return rows whose records were written, or went, since."""
        found = set()
        for table in (FILE, PARTY):
            rows = {id_: row for (name, id_), row in changed.items() if name == table}
            dates = dict(
                self.env.execute_query(
                    SQL(
                        "SELECT id, write_date FROM %s WHERE id = ANY(%s)",
                        SQL.identifier(table),
                        list(rows),
                    )
                )
            )
            made = dict(
                self.env.execute_query(
                    SQL(
                        "SELECT id, create_date FROM customer_archive_import_row"
                        " WHERE id = ANY(%s)",
                        [row.id for row in rows.values()],
                    )
                )
            )
            found |= {
                row.number
                for id_, row in rows.items()
                if dates.get(id_) != made[row.id]
            }
        return found

    def _with_items(self, files, rows):
        """Return rows of whose files an item was added or written since."""
        query = SQL(
            "SELECT DISTINCT r.number FROM customer_archive_document d"
            " JOIN customer_archive_import_row r ON r.archive_id = d.archive_id"
            " WHERE r.id = ANY(%s) AND d.archive_id = ANY(%s)"
            " AND d.write_date <> r.create_date",
            rows.ids,
            list(files),
        )
        return {number for (number,) in self.env.execute_query(query)}

    def _referred(self, files, parties):
        """Return rows whose records something else in the database refers to."""
        query = SQL(
            "SELECT id, archive_id FROM customer_archive_document"
            " WHERE archive_id = ANY(%s)",
            list(files),
        )
        items = {id_: files[file] for id_, file in self.env.execute_query(query)}
        own = {FILE: list(files), PARTY: list(parties), ITEM: list(items)}
        found = set()
        for target, numbers in ((FILE, files), (PARTY, parties), (ITEM, items)):
            for table, column in self._references(target) if numbers else ():
                without = SQL()
                if own.get(table):
                    without = SQL("AND id <> ALL(%s)", own[table])
                query = SQL(
                    "SELECT DISTINCT %s FROM %s WHERE %s = ANY(%s) %s",
                    SQL.identifier(column),
                    SQL.identifier(table),
                    SQL.identifier(column),
                    list(numbers),
                    without,
                )
                found |= {numbers[id_] for (id_,) in self.env.execute_query(query)}
        return found

    def _references(self, target):
        """Return the (table, column) of all foreign keys to a table."""
        return self.env.execute_query(
            SQL(
                """
                SELECT c.conrelid::regclass::text, a.attname
                  FROM pg_constraint c
                  JOIN pg_attribute a ON a.attrelid = c.conrelid
                                     AND a.attnum = c.conkey[1]
                 WHERE c.contype = 'f' AND c.confrelid = %s::regclass
                   AND cardinality(c.conkey) = 1
                """,
                target,
            )
        )

    def _loosely(self, files, parties):
        """Return rows with messages, activities or attachments since."""
        found = set()
        for model, numbers in (
            ("customer.archive", files),
            ("res.partner", parties),
        ):
            for table, column in LOOSE:
                query = SQL(
                    "SELECT DISTINCT res_id FROM %s WHERE %s = %s AND res_id = ANY(%s)",
                    SQL.identifier(table),
                    SQL.identifier(column),
                    model,
                    list(numbers),
                )
                found |= {numbers[id_] for (id_,) in self.env.execute_query(query)}
        return found
