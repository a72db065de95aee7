from odoo import api, fields, models
from odoo.tools import SQL

from ..common.at_once import write_at_once
from ..common.company_day import past_field
from ..common.heirs import heirs
from ..common.roles import SEES_TASKS
from ..common.scheduled import scheduled
from ..common.sentinel import as_system
from ..common.stand_in import first_readers
from ..files.customer_archive import ENDED
from .customer_archive_task import TASK

REVIEW = "customer.archive.review"
CYCLE = "customer.archive.review.cycle"


def _planned(found, months, day):
    """Return the statement that plans files, and tells how many it moved.

    :param found: query of the files
    :param months: from one review to the next
    :param day: today, where the files are
    """
    date = SQL(
        "GREATEST((COALESCE(last_review_date, opening_date, %(day)s)"
        " + make_interval(months => %(months)s))::date, %(day)s)",
        day=day,
        months=months,
    )
    return SQL(
        "WITH moved AS (UPDATE customer_archive SET next_review_date = %(date)s"
        " WHERE id IN %(found)s AND next_review_date IS DISTINCT FROM %(date)s"
        " RETURNING 1) SELECT COUNT(*) FROM moved",
        date=date,
        found=found.subselect(),
    )


class CustomerArchive(models.Model):
    """When a file is next reviewed 复核, and who does what is asked about it."""

    _name = "customer.archive"
    _inherit = ["customer.archive", "customer.archive.due"]

    next_review_date = fields.Date(
        string="Next Review",
        readonly=True,
        copy=False,
        help=(
            "According to the applicable review cycle; empty while a review is open."
        ),
    )
    is_review_due = past_field(
        "is_review_due", "next_review_date", reached=True, string="Review Due"
    )
    last_review_date = fields.Date(string="Last Reviewed", readonly=True, copy=False)
    review_ids = fields.One2many(
        REVIEW,
        "archive_id",
        string="Reviews",
        readonly=True,
        copy=False,
        groups=SEES_TASKS,
    )
    # How many there are is told to whoever reads the file.
    review_count = fields.Integer(
        compute="_compute_review_count", compute_sudo=True, string="Number of Reviews"
    )
    has_open_review = fields.Boolean(
        compute="_compute_review_count",
        compute_sudo=True,
        export_string_translation=False,
    )

    annual_request_ids = fields.One2many(
        "customer.archive.annual.request",
        "archive_id",
        string="Document Update Requests",
        readonly=True,
        copy=False,
        groups=SEES_TASKS,
    )

    _next_review_due = models.Index(
        "(next_review_date) WHERE next_review_date IS NOT NULL"
    )

    @api.depends("review_ids.state")
    def _compute_review_count(self):
        for archive in self:
            states = archive.review_ids.mapped("state")
            archive.review_count = len(states) - states.count("cancelled")
            archive.has_open_review = "open" in states

    @api.model
    def _protected(self):
        return {
            **super()._protected(),
            "annual_request_ids": [],
            "last_review_date": False,
            "next_review_date": False,
            "review_ids": [],
        }

    def write(self, vals):
        result = super().write(vals)
        names = set(vals)
        if {"user_id", "department_id"} & names:
            for model in heirs(self.env, TASK):
                self.env[model]._open_on(self)._hand_over()
        if "state" in names:
            self.filtered(lambda file: file.state in ENDED)._cancel_tasks()
        decisive = {path.split(".")[0] for path in self.env[CYCLE]._watched()}
        if names & (decisive | {"state"}):
            self._plan_reviews()
        return result

    def _responsible_users(self):
        """Return who does what is asked about each of these files.

        The account manager; the head of the department if they have left or don't
        see the file any more; else somebody of management. Called as superuser.

        :return: dict from file to user, who is empty if there is nobody
        """
        return first_readers(self, self._stand_in_chain(""))

    def _types_asked_yearly(self):
        """Return the types of papers that the annual run asks for."""
        return self.category_id.document_type_ids.filtered("is_asked_yearly")

    def _may_check_registry(self):
        # Who took a review over does all of it.
        own = self.sudo().review_ids.filtered(
            lambda review: review.state == "open" and review.user_id == self.env.user
        )
        return bool(own) or super()._may_check_registry()

    # Planning; called as superuser or after a check

    def _plan_reviews(self):
        """Set when these files are next reviewed, of those on record.

        Those with an open review keep none. What is due already is due today.
        """
        on_record = self.filtered(lambda file: file.state == "active")
        if on_record:
            self._plan_reviews_of(fields.Domain("id", "in", on_record.ids))

    @api.model
    def _plan_reviews_of(self, domain):
        """Set when the files that fit a domain are next reviewed.

        One statement per cycle, whatever the number of files.
        """
        waiting = (
            fields.Domain(domain)
            & fields.Domain("state", "=", "active")
            & fields.Domain("review_ids", "not any", [("state", "=", "open")])
        )
        names = ("next_review_date", "last_review_date", "opening_date")
        self.flush_model(names)
        # When files are reviewed must not depend on who changes something.
        files = self.sudo().with_context(active_test=False)
        for day, those in files.env["res.company"]._archive_days():
            here = fields.Domain("company_id", "in", those.ids)
            for months, part in self.env[CYCLE]._parts():
                found = files._search(waiting & here & part)
                files.env.execute_query(_planned(found, months, day))
        self.invalidate_model(["next_review_date"])

    def _cancel_tasks(self):
        """End what is planned and asked, because these files end."""
        as_system(self.filtered("next_review_date")).write({"next_review_date": False})
        for model in heirs(self.env, TASK) if self else ():
            self.env[model]._open_on(self)._cancel()

    # Scheduled action

    @api.model
    @scheduled
    def _cron_review(self):
        """Open the reviews that are due, and escalate those that are overdue."""
        self._process_due("next_review_date", "_open_reviews")
        self.env[REVIEW]._process_due("escalation_date", "_take_next_step")

    def _open_reviews(self):
        """Open one review for each of these files, and ask who is to do it."""
        write_at_once(self, {"next_review_date": None})
        files = self.filtered(lambda file: file.state == "active")
        files -= self.env[REVIEW]._open_on(files).archive_id
        self.env[REVIEW]._open(files)

    # Actions of the screen

    def action_open_reviews(self):
        """Return the action that shows the reviews of this file."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_archive.action_customer_archive_review"
        )
        return {**action, "domain": [("archive_id", "=", self.id)], "context": {}}
