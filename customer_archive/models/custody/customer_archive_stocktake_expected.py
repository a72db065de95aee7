import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..common.attempt import attempt
from ..common.roles import ARCHIVIST
from ..common.row_lock import lock_rows
from ..common.scheduled import scheduled
from ..common.sentinel import as_system, quietly
from ..loans.customer_archive_loan_line import EXPECTED_BACK
from .customer_archive_stocktake import ASKED, LINE

_logger = logging.getLogger(__name__)

# Working days in which archivists begin with a full check that was opened for them.
BEGIN_DAYS = 10


class CustomerArchiveStocktake(models.Model):
    """What is expected: the list that a stocktake is opened with, in one statement."""

    _inherit = "customer.archive.stocktake"

    def action_start(self):
        """Write down what is expected, and begin to count.

        :raise AccessError: unless the user is an archivist
        :raise UserError: if there is nothing to count
        """
        for stocktake in self:
            stocktake._begin("draft")
            stocktake._start()
        return True

    def _start(self):
        """Write down what is expected; the right to do so was checked."""
        self._check_scope()
        self.env.flush_all()
        # What is kept is counted, whoever may read it: the rules of lines hide it.
        self.env.cr.execute(self._expected_query())
        count = self.env.cr.rowcount
        if not count:
            raise UserError(
                self.env._(
                    "No files are kept in what was chosen: nothing to count. Choose "
                    "something else, or put the files in their places first."
                )
            )
        self.env[LINE].invalidate_model()
        self.invalidate_recordset()
        by_schedule = self.env.su and not self.env.user.has_group(ARCHIVIST)
        as_system(self.sudo()).write(
            {
                "state": "counting",
                "started_on": fields.Datetime.now(),
                "started_by_id": False if by_schedule else self.env.uid,
            }
        )
        self._log_step(f"started {count}")

    def _check_scope(self):
        needed = {
            "location": self.location_id,
            "category": self.category_id,
            "department": self.department_id,
        }
        if not needed.get(self.scope, True):
            raise UserError(
                self.env._("Choose what is to be counted first, then start.")
            )

    # The query

    def _expected_query(self):
        """Return the statement that makes a line of each bag, and of each paper apart.

        Bags whose papers are all out, and papers that are out, are on loan.
        """
        units = SQL("%s UNION ALL %s", self._bags(), self._papers())
        return SQL(
            """
            INSERT INTO customer_archive_stocktake_line (
                stocktake_id, company_id, archive_id, document_id, expected_id,
                is_expected, result, papers_out
            )
            SELECT %(id)s, %(company)s, u.archive_id, u.document_id, u.location_id,
                   true, CASE WHEN u.away THEN 'loan' ELSE 'open' END, u.papers_out
              FROM (%(units)s) u %(chosen)s
            """,
            id=self.id,
            company=self.company_id.id,
            units=units,
            chosen=self._chosen(units),
        )

    def _bags(self):
        return SQL(
            """
            SELECT f.id AS archive_id, NULL::int AS document_id, f.location_id,
                   l.complete_name AS place, f.name AS number,
                   o.papers > 0 AND o.papers >= p.papers AS away,
                   o.papers AS papers_out
              FROM customer_archive f
              JOIN customer_archive_location l ON l.id = f.location_id
              CROSS JOIN LATERAL (
                   SELECT count(*)::int AS papers FROM customer_archive_loan_line o
                    WHERE o.archive_id = f.id AND o.state IN %(out)s) o
              CROSS JOIN LATERAL (
                   SELECT count(*) AS papers FROM customer_archive_document d
                    WHERE d.archive_id = f.id AND d.is_paper) p
             WHERE %(which)s
            """,
            out=EXPECTED_BACK,
            which=self._which(),
        )

    def _papers(self):
        """Return the query of papers with a place of their own; not of lost ones."""
        return SQL(
            """
            SELECT f.id, d.id, d.location_id, l.complete_name, f.name,
                   coalesce(o.state IN %(out)s, false), 0
              FROM customer_archive_document d
              JOIN customer_archive f ON f.id = d.archive_id
              JOIN customer_archive_location l ON l.id = d.location_id
              LEFT JOIN customer_archive_loan_line o
                     ON o.document_id = d.id AND o.state IN %(away)s
             WHERE o.state IS DISTINCT FROM 'lost' AND %(which)s
            """,
            out=EXPECTED_BACK,
            away=(*EXPECTED_BACK, "lost"),
            which=self._which(),
        )

    def _which(self):
        """Return the condition of what is counted, on file ``f`` and location ``l``."""
        which = SQL("f.company_id = %s AND f.state != 'destroyed'", self.company_id.id)
        if self.location_id and self.scope in ("location", "sample"):
            path = f"{self.location_id.parent_path}%"
            which = SQL("%s AND l.parent_path LIKE %s", which, path)
        if self.scope == "category":
            which = SQL("%s AND f.category_id = %s", which, self.category_id.id)
        if self.scope == "department":
            departments = self.env["hr.department"].sudo()
            below = departments.search([("id", "child_of", self.department_id.id)])
            which = SQL("%s AND f.department_id IN %s", which, below._ids)
        return which

    def _chosen(self, units):
        """Return how many of them are counted, and in which order they are listed."""
        if self.scope != "sample":
            return SQL("ORDER BY u.place, u.number, u.archive_id, u.document_id")
        if self.sample_unit == "number":
            return SQL("ORDER BY random() LIMIT %s", self.sample_size)
        return SQL(
            "ORDER BY random() LIMIT (SELECT ceil(count(*) * %s / 100.0) FROM (%s) n)",
            self.sample_size,
            units,
        )

    # The yearly full check

    @api.model
    @scheduled
    def _cron_stocktake(self):
        """Open the full check of each company whose day has come.

        Each is committed with the day of the next one; killed anywhere, the next run
        goes on with the companies that are left.
        """
        for company in self._companies_due():
            lock_rows(company)
            company.invalidate_recordset(["archive_stocktake_date"])
            if company in self._companies_due():
                if error := attempt(self.env, self._open_full, company):
                    # Its day stays: it is tried again, and the others have theirs.
                    _logger.error("No stocktake of %s: %s", company.name, error)
                else:
                    company._archive_stocktake_next()
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _companies_due(self):
        """Return companies whose day has come, unless one is still under way there."""
        companies = self.env["res.company"]
        due = companies.search([("archive_stocktake_date", "!=", False)], order="id")
        under_way = self.search(
            [("scope", "=", "all"), ("state", "in", ("counting", "settling"))]
        )
        return (due - under_way.company_id).filtered(
            lambda company: company.archive_stocktake_date <= company._archive_today()
        )

    @api.model
    def _open_full(self, company):
        """Open the full check of a company, and ask its archivists; if it has files."""
        files = self.env["customer.archive"].with_context(active_test=False)
        kept = [("company_id", "=", company.id), ("location_id", "!=", False)]
        if not files.search_count([*kept, ("state", "!=", "destroyed")], limit=1):
            return
        quiet = quietly(self, "mail_create_nosubscribe", "mail_create_nolog")
        made = as_system(quiet).create({"company_id": company.id, "scope": "all"})
        stocktake = self.browse(made.id)
        stocktake._start()
        stocktake._ask_archivists()

    def _ask_archivists(self):
        deadline = self.company_id._archive_working_day(BEGIN_DAYS)
        self._schedule_activities(
            ASKED,
            [(self, user, deadline) for user in self._people(ARCHIVIST)],
            lambda each: each.env._(
                "The yearly full check %(number)s is open: count %(count)s files.",
                number=each.name,
                count=each.expected_count,
            ),
        )
