import logging
from itertools import islice

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.ledger.layout import Noted
from ..common.attempt import attempt
from ..common.roles import COMPLIANCE
from ..common.scheduled import scheduled
from ..common.sentinel import as_system
from .customer_archive_import import AT_ONCE, COUNTS, ROW
from .plan import Plan

_logger = logging.getLogger(__name__)

CHUNK = 1000


class CustomerArchiveImport(models.Model):
    """Checking a ledger, and taking it over, a chunk at a time."""

    _inherit = "customer.archive.import"

    # Actions

    def action_check(self):
        """Say what an import would do; nothing is written but what was found.

        Long tables are checked in the background.

        :raise AccessError: unless the user imports ledgers
        :raise UserError: if there is no table, or its columns can't be taken
        """
        self._check_importer("check")
        self.check_access("write")
        for each in self:
            each._check_idle()
            each._check_columns()
            each._reopen()
            rows = sum(1 for _row in islice(each._rows(), AT_ONCE + 1))
            # Whoever imports ledgers has it checked, which was looked at above.
            one = each.sudo()
            as_system(one).write({"row_count": rows})
            if rows > AT_ONCE:
                one._start("check")
            else:
                one._check_all()
        return True

    def action_confirm(self):
        """Confirm, as a second person, that rows with numbers were approved on paper.

        :raise AccessError: unless the user has the compliance role, and neither
            uploaded nor checked the ledger
        """
        self.check_access("read")
        for each in self:
            if not self.env.user.has_group(COMPLIANCE):
                raise self._refusal(
                    self.env._(
                        "Imports of registered files must be confirmed by compliance."
                    ),
                    "confirm",
                )
            if self.env.user in each.user_id | each.sudo().create_uid:
                raise self._refusal(
                    self.env._("The user who prepared an import can't confirm it."),
                    "confirm",
                )
            if each.state != "checked" or each.job or not each.numbered_count:
                raise UserError(
                    self.env._(
                        "%s isn't awaiting confirmation: only checked imports with "
                        "file numbers are confirmed.",
                        each.name,
                    )
                )
            # The role and that it is another person were checked above.
            as_system(each.sudo()).write(
                {
                    "state": "confirmed",
                    "confirmed_by_id": self.env.uid,
                    "confirmed_on": fields.Datetime.now(),
                }
            )
            log = self.env["customer.archive.log"]
            log._record("import", each, f"confirmed {each.numbered_count}")
            each._record_gaps()
        return True

    def _record_gaps(self):
        """Record which numbers stay unused permanently by what was confirmed."""
        for kind, count, places in self.sudo().noted or ():
            if kind == "gaps":
                log = self.env["customer.archive.log"]
                log._record("import", self, f"gaps {count}", ", ".join(places))

    def action_import(self):
        """Take the ledger over, in the background.

        :raise AccessError: unless the user imports ledgers
        :raise UserError: if it wasn't checked, or confirmed where that is needed
        """
        self._check_importer("import")
        self.check_access("write")
        for each in self:
            each._check_ready()
            each._check_own()
            one = each.sudo()
            as_system(one.row_ids).unlink()
            as_system(one).write({**dict.fromkeys(COUNTS, 0), "state": "running"})
            one._start("import")
            log = self.env["customer.archive.log"]
            log._record("import", each, f"started {each.mode} rows {each.row_count}")
        return True

    def _check_ready(self):
        if self.job or self.state not in ("checked", "confirmed"):
            raise UserError(
                self.env._("%s: check the ledger before it is imported.", self.name)
            )
        if self.numbered_count and self.state != "confirmed":
            raise UserError(
                self.env._(
                    "%(count)s rows will be imported as registered files. Another "
                    "person with the compliance role must confirm the checked "
                    "import first.",
                    count=self.numbered_count,
                )
            )
        if self.mode == "all" and self.error_count:
            raise UserError(
                self.env._(
                    "%(count)s rows have errors and “All or nothing” is selected: "
                    "download the errors, correct the ledger and upload it again.",
                    count=self.error_count,
                )
            )
        if not self.created_count + self.updated_count:
            raise UserError(self.env._("Nothing to import."))

    def _check_own(self):
        """Check that who imports is who checked: what may be written goes by that.

        :raise UserError: that says who did, and what to do
        """
        if self.user_id != self.env.user:
            raise UserError(
                self.env._(
                    "%(name)s was checked by %(user)s with that user's access "
                    "rights. Check it yourself before importing it.",
                    name=self.name,
                    user=self.user_id.sudo().name,
                )
            )

    def _check_columns(self):
        """Check that the columns can be taken as they are.

        :raise UserError: that says what to do
        """
        refused = self.column_ids.filtered("refused")
        if refused:
            raise UserError(
                self.env._(
                    "%(heading)s: %(reason)s",
                    heading=refused[0].heading,
                    reason=refused[0]._refusal_words(),
                )
            )
        known = set(self.column_ids.mapped("field"))
        if not known & {"vat", "number", "name"}:
            raise UserError(
                self.env._(
                    "No column is mapped to the credit code, the file number or "
                    "the name: choose one."
                )
            )

    def _keys(self):
        """Return the field of each column of the table."""
        places = {column.index: column.field for column in self.column_ids}
        return [
            places.get(index) or None for index in range(max(places, default=0) + 1)
        ]

    # In the background

    def _start(self, job):
        """Go on in the background, in the name of who asks for it."""
        self.ensure_one()
        as_system(self).write({"job": job, "position": 0, "runner_id": self.env.uid})
        self.env.ref("customer_archive.cron_import")._trigger()

    @api.model
    @scheduled
    def _cron_import(self):
        """Go on with what was started, and commit each chunk of it."""
        for run in self.search([("job", "!=", False)], order="id"):
            if not run._go_on():
                break

    def _go_on(self):
        """Do what is left of a job.

        :return: whether there is time for another
        """
        self.ensure_one()
        try:
            # In the name of who started it: their role was checked then, and each row
            # is written with their rights.
            own = self.with_user(self.runner_id or self.user_id).sudo()
            own = own.with_company(own.company_id)
            return own._take_steps()
        except OperationalError:
            # Somebody works on one of the files at this moment: next time, then.
            self.env.cr.rollback()
            return True
        except Exception as error:
            _logger.info("Import %s stopped", self.id, exc_info=True)
            self.env.cr.rollback()
            if self.job == "import" and self.mode == "all":
                self.with_user(self.runner_id or self.user_id).sudo()._take_back_all()
            else:
                self._stop(str(error))
            self.env["ir.cron"]._commit_progress()
            return True

    def _take_steps(self):
        if self.job == "undo":
            return self._undo_all()
        step = self._check_chunk if self.job == "check" else self._import_chunk
        cron = self.env["ir.cron"]
        if self.job == "check" and not self.position:
            as_system(self).write({"row_count": sum(1 for _row in self._rows())})
        cron._commit_progress(remaining=max(self.row_count - self.position, 1))
        for plan, rows in self._chunks():
            if not self.try_lock_for_update() or rows[0].number <= self.position:
                # Somebody else is at it.
                return True
            if not step(plan, rows):
                self._take_back_all()
                return True
            if not cron._commit_progress(len(rows)):
                return False
        self._finish()
        return bool(cron._commit_progress())

    def _check_all(self):
        for plan, rows in self._chunks():
            self._check_chunk(plan, rows)
        self._finish_check()

    def _chunks(self):
        """Yield (plan, rows) for what lies below the position, a chunk at a time."""
        plan, after, noted = Plan(self), self.position, Noted()
        parsed = (plan.parsed(*row) for row in self._rows(noted))
        # Rows above count for duplicates.
        rows = (row for row in _noting(parsed, noted) if row and row.number > after)
        while chunk := list(islice(rows, CHUNK)):
            yield plan, chunk
        if self.job != "import":
            noted.note_all("gaps", *plan.numbers.gaps())
        self._keep_noted(noted)

    def _stop(self, message):
        """End a job that can't be carried out, and say why."""
        state = "draft" if self.job == "check" else "done"
        as_system(self).write({"job": False, "state": state, "outcome": message})

    # Check

    def _check_chunk(self, plan, rows):
        planned = plan.of(rows)
        self._record_errors([each for each in planned if each.row.problems])
        if not self.position:
            self._keep_first(planned)
        self._count(planned)
        return True

    def _count(self, planned):
        results = [each.result for each in planned]
        vals = {
            name: self[name] + results.count(result)
            for name, result in zip(
                COUNTS, ("created", "updated", "same", "error"), strict=True
            )
        }
        numbered = sum(
            each.result == "created" and "number" in each.row.values for each in planned
        )
        if self.job != "import":
            vals["numbered_count"] = self.numbered_count + numbered
        vals["position"] = planned[-1].row.number
        as_system(self).write(vals)

    def _record_errors(self, planned):
        as_system(self.env[ROW]).create(
            [
                {
                    "import_id": self.id,
                    "number": each.row.number,
                    "result": "error",
                    "problems": each.row.problems,
                }
                for each in planned
            ]
        )

    def _finish(self):
        if self.job == "check":
            self._finish_check()
            return
        as_system(self).write(
            {"job": False, "state": "done", "done_on": fields.Datetime.now()}
        )
        log = self.env["customer.archive.log"]
        log._record(
            "import",
            self,
            f"new {self.created_count} "
            f"changed {self.updated_count} errors {self.error_count}",
        )
        self._tell(self.env._("%s was imported.", self.name))

    def _finish_check(self):
        as_system(self).write({"job": False, "state": "checked"})
        if self.row_count > AT_ONCE:
            self._tell(self.env._("%s was checked.", self.name))

    def _tell(self, message):
        self.user_id._bus_send(
            "simple_notification", {"type": "info", "message": message}
        )

    # Import

    def _import_chunk(self, plan, rows):
        """Take over the rows of a chunk that are right.

        :return: whether to go on
        """
        planned = plan.of(rows)
        if self.mode == "all" and any(each.row.problems for each in planned):
            self._record_errors([each for each in planned if each.row.problems])
            return False
        done = self._attempt(plan, [each for each in planned if not each.row.problems])
        if self.mode == "all" and not done:
            return False
        self._record_errors([each for each in planned if each.row.problems])
        self._count(planned)
        return True

    def _attempt(self, plan, planned):
        """Write rows; of those that can't be, find the one that is wrong.

        :return: whether all were written
        """
        if not planned:
            return True
        error = attempt(self.env, self._write_and_flush, planned)
        if not error:
            return True
        _logger.info("Rows of import %s failed", self.id, exc_info=error)
        self.env.invalidate_all()
        if len(planned) == 1:
            [each] = planned
            each.result = "error"
            each.row.problems.append((None, "refused", str(error)[:1000]))
            if self.mode == "all":
                self._record_errors(planned)
            return False
        half, whole = len(planned) // 2, True
        for part in (planned[:half], planned[half:]):
            whole &= self._attempt(plan, part)
            if self.mode == "all" and not whole:
                # One is enough to take all of it back.
                break
        return whole

    def _write_and_flush(self, planned):
        self._write_rows(planned)
        self.env.flush_all()


def _noting(rows, noted):
    """Yield rows on their way, and note what became of them."""
    for row in rows:
        for kind in row.noted if row else ():
            noted.note(kind, row.number)
        yield row
