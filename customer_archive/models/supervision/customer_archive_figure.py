from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..common.company_day import sql_day
from ..common.windows import open_form

# Kinds of work, and the number that makes their ids differ.
KINDS = [
    ("decision", "Decision"),
    ("registration", "Registration of a File"),
    ("file", "File Opened"),
    ("paper", "Paper Collected"),
    ("renewal", "Paper Renewed"),
    ("review", "Periodic Review"),
    ("annual", "Annual Request"),
    ("loan", "Loan Returned"),
    ("complaint", "Complaint Answered"),
    ("refused", "Submission Refused"),
    ("finding", "Finding Corrected"),
]
WIDTH = 16
# What is still to be decided, or registered, is in arrears with each who could: as far
# apart are the ids of the rows of one step.
APART = 2**31 * WIDTH
# What one kind of work is: whose, of which company and day; by when it was to be
# done, when it was, and whether it isn't complete, or an error. NULL where it doesn't
# apply. ``done`` is the day on which it was done where the company is.
PARTS = {
    "decision": """
        SELECT p.id, 'customer.archive.approval' AS res_model,
               p.decided_by_id AS user_id,
               p.company_id, p.deadline, {decided} AS done,
               0 AS incomplete, 0 AS error
          FROM customer_archive_approval p
         WHERE p.kind = 'decision' AND p.state IN ('approved', 'rejected')
           AND p.incident_id IS NULL
        UNION ALL
        SELECT p.id, 'customer.archive.approval', r.res_users_id, p.company_id,
               p.deadline, NULL, 0, 0
          FROM customer_archive_approval p
          JOIN customer_archive_approval_res_users_rel r
            ON r.customer_archive_approval_id = p.id
         WHERE p.kind = 'decision' AND p.state = 'pending' AND p.incident_id IS NULL""",
    "registration": """
        SELECT p.id, 'customer.archive.approval' AS res_model,
               p.decided_by_id AS user_id,
               p.company_id, p.deadline, {decided} AS done,
               0 AS incomplete, 0 AS error
          FROM customer_archive_approval p
         WHERE p.kind = 'task' AND p.state = 'approved'
        UNION ALL
        SELECT p.id, 'customer.archive.approval', r.res_users_id, p.company_id,
               p.deadline, NULL, 0, 0
          FROM customer_archive_approval p
          JOIN customer_archive_approval_res_users_rel r
            ON r.customer_archive_approval_id = p.id
         WHERE p.kind = 'task' AND p.state = 'pending'""",
    "file": """
        SELECT a.id, 'customer.archive' AS res_model, a.user_id, a.company_id,
               NULL::date AS deadline, a.opening_date AS done,
               (a.completeness < 100)::int AS incomplete, 0 AS error
          FROM customer_archive a
         WHERE a.opening_date IS NOT NULL AND a.state != 'destroyed'""",
    "paper": """
        SELECT d.id, 'customer.archive.document' AS res_model, a.user_id, a.company_id,
               d.due_date AS deadline,
               CASE WHEN d.is_complete THEN d.received_on END AS done,
               (d.is_complete IS NOT TRUE)::int AS incomplete, 0 AS error
          FROM customer_archive_document d
          JOIN customer_archive a ON a.id = d.archive_id
         WHERE d.due_date IS NOT NULL AND a.state NOT IN ('closed', 'destroyed')""",
    "renewal": """
        SELECT d.id, 'customer.archive.document' AS res_model, a.user_id, a.company_id,
               d.valid_until AS deadline,
               COALESCE(n.received_on, d.waived_on) AS done,
               0 AS incomplete, 0 AS error
          FROM customer_archive_document d
          JOIN customer_archive a ON a.id = d.archive_id
          LEFT JOIN customer_archive_document n ON n.id = d.renewed_by_id
         WHERE d.valid_until IS NOT NULL AND d.is_endless IS NOT TRUE
           AND a.state NOT IN ('closed', 'destroyed')""",
    "review": """
        SELECT r.id, 'customer.archive.review' AS res_model, r.user_id, r.company_id,
               r.due_date AS deadline, r.done_on AS done,
               0 AS incomplete, 0 AS error
          FROM customer_archive_review r WHERE r.state IN ('open', 'done')""",
    "annual": """
        SELECT r.id, 'customer.archive.annual.request' AS res_model, r.user_id,
               r.company_id, r.due_date AS deadline,
               r.answered_on AS done, 0 AS incomplete, 0 AS error
          FROM customer_archive_annual_request r WHERE r.state != 'waived'""",
    "loan": """
        SELECT l.id, 'customer.archive.loan' AS res_model, l.user_id, l.company_id,
               l.due_date AS deadline,
               CASE WHEN l.state = 'returned' THEN {returned} END AS done,
               0 AS incomplete, 0 AS error
          FROM customer_archive_loan l
          LEFT JOIN LATERAL (SELECT MAX(x.returned_on) AS moment
                               FROM customer_archive_loan_line x
                              WHERE x.loan_id = l.id) o ON TRUE
         WHERE l.due_date IS NOT NULL AND l.state IN ('out', 'returned')""",
    "complaint": """
        SELECT n.id, 'customer.archive.event' AS res_model, n.responsible_id AS user_id,
               n.company_id, n.due_date AS deadline,
               n.answered_on AS done, 0 AS incomplete, 0 AS error
          FROM customer_archive_event n WHERE n.due_date IS NOT NULL""",
    "refused": """
        SELECT p.id, 'customer.archive.approval' AS res_model,
               p.requester_id AS user_id,
               p.company_id, NULL::date AS deadline, {decided} AS done,
               0 AS incomplete, 1 AS error
          FROM customer_archive_approval p
         WHERE p.state = 'rejected' AND p.incident_id IS NULL""",
    "finding": """
        SELECT f.id, 'customer.archive.audit.finding' AS res_model,
               f.responsible_id AS user_id, f.company_id, f.deadline,
               CASE WHEN f.finding_state != 'open' THEN {corrected} END AS done,
               0 AS incomplete, 1 AS error
          FROM customer_archive_audit_finding f
          JOIN customer_archive_audit u ON u.id = f.audit_id AND u.state = 'signed'""",
}


class CustomerArchiveFigure(models.Model):
    """Each piece of work on files: whose, on time, complete, overdue, wrong 工作指标.

    Requirement G4: a row for each, reckoned from what is recorded anyway, so that each
    figure leads to what it rests on. It names no file, and goes to each person, to the
    heads of departments, to management and human resources.
    """

    _name = "customer.archive.figure"
    _description = "Work Figure"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "kind"
    _depends = {
        "customer.archive.approval": [
            *("kind", "state", "deadline", "decided_by_id", "decided_on"),
            *("requester_id", "approver_ids", "incident_id"),
        ],
        "customer.archive": [
            *("user_id", "opening_date", "completeness", "state"),
        ],
        "customer.archive.document": [
            *("due_date", "is_complete", "received_on", "valid_until"),
            *("renewed_by_id", "waived_on", "is_endless"),
        ],
        "customer.archive.review": ["user_id", "due_date", "done_on", "state"],
        "customer.archive.annual.request": [
            *("user_id", "due_date", "answered_on", "state"),
        ],
        "customer.archive.loan": ["user_id", "due_date", "state"],
        "customer.archive.loan.line": ["returned_on"],
        "customer.archive.event": ["responsible_id", "due_date", "answered_on"],
        "customer.archive.audit.finding": [
            *("responsible_id", "deadline", "corrected_on", "finding_state"),
        ],
        "customer.archive.audit": ["state"],
        "hr.employee": ["user_id", "company_id", "current_version_id"],
        "hr.version": ["department_id"],
    }

    kind = fields.Selection(KINDS, string="Kind of Work", readonly=True)
    user_id = fields.Many2one("res.users", string="Done by (Person)", readonly=True)
    department_id = fields.Many2one(
        "hr.department", readonly=True, help="Of who did it."
    )
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Date(
        string="Day of the Work",
        readonly=True,
        help="On which it was done, else by when it was to be.",
    )
    deadline = fields.Date(string="To Be Done by", readonly=True)
    done = fields.Date(string="Done on", readonly=True)
    res_model = fields.Char(
        string="Rests on (Model)", readonly=True, export_string_translation=False
    )
    res_id = fields.Many2oneReference(
        string="Rests on", model_field="res_model", readonly=True
    )
    work_count = fields.Integer(string="Pieces of Work", readonly=True)
    on_time_count = fields.Integer(string="On Time", readonly=True)
    late_count = fields.Integer(string="Done Late", readonly=True)
    overdue_count = fields.Integer(string="Not Done, Overdue", readonly=True)
    incomplete_count = fields.Integer(string="Incomplete", readonly=True)
    error_count = fields.Integer(string="Errors", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT w.id::bigint * %(width)s + w.kind_number + %(apart)s * CASE
                       WHEN w.kind IN ('decision', 'registration')
                        AND w.done IS NULL
                       THEN w.user_id ELSE 0 END AS id,
                   w.kind, w.res_model,
                   w.id AS res_id, w.user_id, w.company_id,
                   v.department_id,
                   COALESCE(w.done, w.deadline) AS date, w.deadline, w.done,
                   1 AS work_count,
                   (w.done <= w.deadline)::int AS on_time_count,
                   (w.done > w.deadline)::int AS late_count,
                   (w.done IS NULL AND w.deadline < t.day)::int AS overdue_count,
                   w.incomplete AS incomplete_count, w.error AS error_count
              FROM (%(parts)s) w
              JOIN (VALUES %(days)s) t (company_id, day) ON t.company_id = w.company_id
              LEFT JOIN LATERAL (
                   SELECT e.current_version_id FROM hr_employee e
                    WHERE e.user_id = w.user_id AND e.company_id = w.company_id
                    ORDER BY e.id LIMIT 1) e ON TRUE
              LEFT JOIN hr_version v ON v.id = e.current_version_id
             WHERE w.user_id IS NOT NULL
               AND (w.done IS NOT NULL OR w.deadline < t.day)
            """,
            width=WIDTH,
            apart=APART,
            parts=self._parts(),
            days=self._days(),
        )

    def _parts(self):
        """Return the query of all kinds of work, each with its number."""
        days = {
            "decided": sql_day("p.decided_on", "p.company_id"),
            "returned": sql_day("o.moment", "l.company_id"),
            "corrected": sql_day("f.corrected_on", "f.company_id"),
        }
        return SQL(" UNION ALL ").join(
            SQL(
                "SELECT %s AS kind, %s AS kind_number, x.* FROM (%s) x",
                kind,
                number,
                SQL(PARTS[kind].format(**days)),
            )
            for number, (kind, _label) in enumerate(KINDS)
        )

    def _days(self):
        """Return which day it is at each company, as rows."""
        return SQL(", ").join(
            SQL("(%s, %s)", company.id, day)
            for day, companies in self.env["res.company"]._archive_days()
            for company in companies
        )

    def action_open(self):
        """Return the action that shows what the figure rests on, to who may read it.

        :raise UserError: if it is gone
        """
        self.ensure_one()
        self.check_access("read")
        record = self.env[self.res_model].browse(self.res_id).exists()
        if not record:
            raise UserError(self.env._("What this figure rests on is gone."))
        record.check_access("read")
        return open_form(record)
