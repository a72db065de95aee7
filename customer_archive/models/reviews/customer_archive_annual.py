import logging

from psycopg2 import OperationalError

from odoo import api, fields, models

from ..common.attempt import attempt
from ..common.customer_archive_due import BATCH
from ..common.scheduled import scheduled
from ..common.sentinel import as_system
from ..confidentiality.reader import OPEN_LEVELS

_logger = logging.getLogger(__name__)

FILE = "customer.archive"
LINE = "customer.archive.annual.line"
REQUEST = "customer.archive.annual.request"


class CustomerArchiveAnnual(models.Model):
    """The run of a year: registers are stored, papers are asked for anew 年度归档.

    Killed anywhere, the next run goes on: what is there is there as a whole, one
    department and one batch of requests after the other.
    """

    _name = "customer.archive.annual"
    _description = "Annual Run"
    _inherit = ["customer.archive.guard"]
    _order = "year desc, id desc"

    name = fields.Char(compute="_compute_name", store=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    year = fields.Integer(required=True, readonly=True, aggregator=None)
    date = fields.Date(string="Started on", required=True, readonly=True)
    due_date = fields.Date(string="Answers By", required=True, readonly=True)
    state = fields.Selection(
        [("running", "In Preparation"), ("done", "Sent")],
        string="Status",
        required=True,
        readonly=True,
        default="running",
        help="Sent once all registers are stored and all handlers have been asked.",
    )
    line_ids = fields.One2many(
        LINE, "annual_id", string="Registers by Department", readonly=True
    )
    request_count = fields.Integer(compute="_compute_progress", string="Requested")
    answered_count = fields.Integer(compute="_compute_progress", string="Completed")
    progress = fields.Integer(
        compute="_compute_progress",
        string="Progress (%)",
        help="Number of requests answered or waived.",
    )

    _once = models.UniqueIndex(
        "(company_id, year)", "This company already has an annual run for this year."
    )

    @api.depends("year")
    def _compute_name(self):
        for run in self:
            run.name = str(run.year)

    def _compute_progress(self):
        counts = self.env[REQUEST]._progress_by("annual_id", self)
        for run in self:
            asked, settled = counts.get(run.id, (0, 0))
            run.request_count, run.answered_count = asked, settled
            run.progress = 100 * settled // asked if asked else 100

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for run in self:
            run.display_name = self.env._("Annual Run %s", run.name)

    def _refuse_outsiders(self):
        raise self._refusal(
            self.env._("Annual runs can only be created by the system, on their date."),
            "write",
        )

    # Scheduled action

    @api.model
    @scheduled
    def _cron_annual(self):
        """Start the runs that are due, and go on with those that aren't finished."""
        for company, year in self._due_runs():
            self._start(company, year)
            self.env["ir.cron"]._commit_progress()
        for run in self.search([("state", "=", "running")], order="id"):
            try:
                if not run._go_on():
                    break
            except OperationalError:
                # Somebody works on one of the files at this moment: next time, then.
                self.env.cr.rollback()

    @api.model
    def _due_runs(self):
        """Return (company, year) for each run that is to be started."""
        companies = self.env["res.company"].search([])  # pylint: disable=no-search-all
        files, found = self.env[FILE], []
        for company in companies:
            year = company._archive_annual_year()
            this = [("company_id", "=", company.id), ("year", "=", year)]
            if year and not self.search_count(this, limit=1):
                on_record = [("company_id", "=", company.id), ("state", "=", "active")]
                if files.search_count(on_record, limit=1):
                    found.append((company, year))
        return found

    @api.model
    def _start(self, company, year):
        """Begin the run of a year, as superuser; nothing is stored or asked yet."""
        due = company._archive_working_day(company.archive_annual_days)
        run = as_system(self).create(
            {
                "company_id": company.id,
                "year": year,
                "date": company._archive_today(),
                "due_date": due,
            }
        )
        return self.browse(run.ids)

    def _go_on(self):
        """Do what is left of this run, and commit each piece of it.

        :return: whether there is time for another run
        """
        self.ensure_one()
        cron, has_time = self.env["ir.cron"], True
        sets, failed = self._sets_left(), False
        left = len(sets) + self.env[FILE].search_count(self._files_left())
        cron._commit_progress(remaining=left)
        for department, level in sets:
            failed |= not self._attempt(self._store, department, level)
            has_time = bool(cron._commit_progress(1))
            if not has_time:
                return False
        broken = []
        while files := self.env[FILE].search(
            self._files_left() & fields.Domain("id", "not in", broken),
            limit=BATCH,
            order="id",
        ):
            if not self._attempt(self.env[REQUEST]._ask_for, self, files):
                for file in files:
                    if not self._attempt(self.env[REQUEST]._ask_for, self, file):
                        broken.append(file.id)
            has_time = bool(cron._commit_progress(len(files)))
            if not has_time:
                return False
        if not (failed or broken):
            self._finish()
            has_time = bool(cron._commit_progress())
        return has_time

    def _finish(self):
        as_system(self).write({"state": "done"})

    def _attempt(self, step, *arguments):
        """Take a step; what fails doesn't keep the others from theirs.

        :return: whether it was taken
        """
        error = attempt(self.env, step, *arguments)
        if error:
            _logger.error("%s: %s failed", self, arguments, exc_info=error)
        return not error

    def _files(self):
        """Return the domain of the files on record that the run is about."""
        here = fields.Domain("company_id", "=", self.company_id.id)
        usable = fields.Domain("is_blocked", "=", False)
        return here & usable & fields.Domain("state", "=", "active")

    def _sets_left(self):
        """Return (department, level) of each set of registers that isn't stored yet.

        Each department has one of its internal files, and one for each level above of
        which it has files: with these, and all below.
        """
        groups = self.env[FILE]._read_group(
            self._files(), ["department_id", "security_level"]
        )
        wanted = {
            (department, level)
            for department, found in groups
            for level in (*OPEN_LEVELS, found)
            if department
        }
        stored = {(line.department_id, line.security_level) for line in self.line_ids}
        levels = self.env[LINE]._levels()
        return sorted(
            wanted - stored, key=lambda each: (each[0].id, levels.index(each[1]))
        )

    def _store(self, department, level):
        line = as_system(self.env[LINE]).create(
            {
                "annual_id": self.id,
                "department_id": department.id,
                "security_level": level,
            }
        )
        line._store_registers()

    def _files_left(self):
        """Return the domain of the files whose handlers weren't asked yet.

        Of all suppliers and customers that the company works with.
        """
        asked = fields.Domain(
            "annual_request_ids", "any", [("annual_id", "=", self.id)]
        )
        with_us = fields.Domain("relation_stage", "=", "cooperating")
        return self._files() & with_us & ~asked

    # Actions of the screen

    def action_open_requests(self):
        """Return the action that shows what was asked in this run."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_archive.action_customer_archive_annual_request"
        )
        return {**action, "domain": [("annual_id", "=", self.id)], "context": {}}
