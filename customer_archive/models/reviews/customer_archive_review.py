from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.escalation import REVIEW_DAYS, goes_to_head, head_of, members
from ..common.roles import MANAGEMENT
from ..common.row_lock import wait_for_others
from ..common.sentinel import as_system, quietly, telling
from ..common.stand_in import readers
from ..common.values import is_text

# Working days for the clerk.
CLOSING = 3


class CustomerArchiveReview(models.Model):
    """One look at whether a file is still right, and what came of it 复核."""

    _name = "customer.archive.review"
    _description = "Periodic Review"
    _inherit = ["customer.archive.task"]
    _order = "id desc"

    _activity_kind = "mail_activity_review"

    user_id = fields.Many2one(string="Reviewer")
    opened_on = fields.Date(string="Due on", required=True, readonly=True)
    due_date = fields.Date(string="Complete By", index=True)
    state = fields.Selection(
        [("open", "To Review"), ("done", "Done"), ("cancelled", "Cancelled")],
        string="Status",
        required=True,
        readonly=True,
        default="open",
        index=True,
        tracking=True,
    )
    outcome = fields.Selection(
        [
            ("confirmed", "Confirmed"),
            ("changed", "Changed"),
            ("to_close", "To close"),
        ],
        string="Review Result",
        readonly=True,
        tracking=True,
    )
    done_on = fields.Date(readonly=True)
    done_by_id = fields.Many2one("res.users", string="Done by", readonly=True)
    asks_registry = fields.Boolean(
        string="Needs a Registry Check",
        readonly=True,
        help="As the category said when the review fell due.",
    )
    has_fresh_check = fields.Boolean(related="archive_id.has_fresh_check")
    days_late = fields.Integer(
        string="Days Overdue",
        readonly=True,
        aggregator="avg",
        help="Days by which it was completed after its due date.",
    )
    change_id = fields.Many2one(
        "customer.archive.change",
        string="Change Request",
        readonly=True,
        index="btree_not_null",
        help="The change request resulting from this review.",
    )
    escalation = fields.Integer(
        readonly=True,
        aggregator=None,
        help="Escalation level because of the delay: department head, management.",
    )
    escalation_date = fields.Date(readonly=True, help="Date of the next escalation.")
    can_take_over = fields.Boolean(
        compute="_compute_can_take_over", export_string_translation=False
    )

    _one_open = models.UniqueIndex(
        "(archive_id) WHERE state = 'open'",
        "This file is already under review: complete that review first.",
    )
    _escalation_due = models.Index(
        "(escalation_date) WHERE escalation_date IS NOT NULL"
    )

    @api.depends("escalation", "state", "user_id")
    @api.depends_context("uid")
    def _compute_can_take_over(self):
        for review in self:
            review.can_take_over = review.state == "open" and review._may_take_over()

    @api.model
    def _protected(self):
        recorded = (
            "asks_registry",
            "opened_on",
            "outcome",
            "done_on",
            "done_by_id",
            "change_id",
            "escalation_date",
        )
        numbers = dict.fromkeys(("days_late", "escalation"), 0)
        return {**super()._protected(), **dict.fromkeys(recorded, False), **numbers}

    # Outcomes

    def action_confirm(self, note=None):
        """Confirm that what the files say is right.

        :param str note: what was looked at; else what was written into the review
        :raise AccessError: unless the user is its reviewer, the account manager or
            the head of the department
        :raise UserError: without a registry check that holds, where one is needed
        """
        wait_for_others(self)
        self._check_may_act()
        self._check_registry()
        self._conclude("confirmed", note)
        return True

    def _check_registry(self):
        """Check that the registry still has nothing against these parties."""
        for review in self.filtered("asks_registry"):
            problems = review.archive_id._registry_problems()
            if problems:
                raise UserError("\n".join(problems))

    def action_check_registry(self):
        """Return the dialog to enter what the registry says of the party.

        :raise AccessError: as for the file
        """
        self.ensure_one()
        return self.archive_id.action_check_registry()

    def action_changed(self, change_id=None):
        """Return the form of a change request that ends this review once submitted.

        :param int change_id: a request on this file that was submitted since the
            review fell due: it ends the review at once
        :raise AccessError: as for :meth:`action_confirm`
        :raise UserError: if the change request isn't one of this review's
        """
        self.ensure_one()
        wait_for_others(self)
        self._check_may_act()
        if change_id:
            change = self.env["customer.archive.change"].browse(change_id).exists()
            change.check_access("read")
            self._check_change(change)
            self._conclude("changed", change=change)
            return True
        action = self.archive_id.action_new_change()
        action["context"]["default_review_id"] = self.id
        return action

    def _check_change(self, change):
        since = change.request_date and change.request_date >= self.opened_on
        if change.archive_id != self.archive_id or change.state == "draft" or not since:
            raise UserError(
                self.env._(
                    "Select a change request for this file submitted since the "
                    "review fell due, or create one."
                )
            )

    def action_to_close(self, reason=None):
        """Have the files closed; the records clerk is told.

        :param str reason: why; else what was written into the review
        :raise AccessError: as for :meth:`action_confirm`
        :raise UserError: without a reason
        """
        wait_for_others(self)
        self._check_may_act()
        for review in self:
            why = reason if is_text(reason) else review.note
            if not is_text(why):
                raise UserError(
                    self.env._("Enter in the remarks why the file should be closed.")
                )
            review._conclude("to_close", why)
            review._tell_clerk(why.strip())
        return True

    def action_take_over(self):
        """Do an overdue review that went up to management, as one of them.

        :raise AccessError: if it didn't go up to the user
        """
        wait_for_others(self)
        for review in self:
            if not review._may_take_over():
                raise review._refusal(
                    self.env._(
                        "Management can take over an overdue review once the "
                        "department head has been notified without result."
                    ),
                    "take over",
                )
            review._check_open()
            # Who may was checked above.
            review._activities(self._activity_kind).unlink()
            as_system(review.sudo()).write({"user_id": self.env.uid})
            review._record("taken over")
        return True

    def _may_take_over(self):
        self.ensure_one()
        user = self.env.user
        return (
            self.escalation > 1 and user != self.user_id and user.has_group(MANAGEMENT)
        )

    def _conclude(self, outcome, note=None, change=None):
        """End these reviews, and plan the next ones; the user was checked."""
        for review in self:
            today = review.company_id._archive_today()
            words = note.strip() if is_text(note) else review.note
            review._finish_activities(words)
            as_system(review.sudo()).write(
                {
                    "state": "done",
                    "outcome": outcome,
                    "done_on": today,
                    "done_by_id": self.env.uid,
                    "days_late": max((today - review.due_date).days, 0),
                    "note": words,
                    "change_id": change.id if change else False,
                    "escalation_date": False,
                }
            )
            review._record(outcome, words)
            # Who reviews a file needn't be allowed to write to it.
            archive = review.archive_id.sudo()
            as_system(archive).write({"last_review_date": today})
            archive._plan_reviews()

    def _tell_clerk(self, reason):
        """Ask the clerk who keeps the file to see to its closing."""
        # Who keeps files is no secret, and everybody may be told.
        archive = self.archive_id.sudo()
        clerks = archive._registrars().sorted("id")
        clerk = (archive.custodian_id & clerks) or clerks[:1]
        deadline = archive.company_id._archive_working_day(CLOSING)

        def words(file):
            return file.env._("According to the review, this file should be closed.")

        if clerk:
            work = [(archive, clerk, deadline)]
            archive._schedule_activities("mail_activity_review_close", work, words)
        own = telling(archive._archive_in_house())
        own.message_post(
            body=own.env._("Review: this file should be closed. %s", reason),
            author_id=self.env.user.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )

    def _record(self, detail, note=None):
        if self:
            self.env["customer.archive.log"]._record("review", self, detail, note)

    # Opening, cancelling; called as superuser

    @api.model
    def _open(self, archives):
        """Open a review for each file, and ask who looks after it."""
        users = archives._responsible_users()
        days = {}
        for company in archives.company_id:
            due = company._archive_working_day(company.archive_review_days)
            late = company._archive_working_day(1, due)
            days[company] = company._archive_today(), due, late
        quiet = quietly(self, "tracking_disable", "mail_create_nosubscribe")
        reviews = as_system(quiet).create(
            [
                {
                    "archive_id": archive.id,
                    "user_id": users[archive].id,
                    "asks_registry": archive.asks_registry,
                    "opened_on": days[archive.company_id][0],
                    "due_date": days[archive.company_id][1],
                    "escalation_date": days[archive.company_id][2],
                }
                for archive in archives
            ]
        )
        reviews = self.browse(reviews.ids)
        reviews._record("fell due")
        reviews._ask()
        return reviews

    def _hand_over(self):
        before = {review: review.user_id for review in self}
        result = super()._hand_over()
        moved = self.filtered(lambda review: review.user_id != before[review])
        moved._record("handed over")
        return result

    def _asked_words(self):
        return self.env._("Review this file: is it still correct?")

    def _cancel(self):
        """End reviews whose files end."""
        self.activity_ids.unlink()
        as_system(self).write({"state": "cancelled", "escalation_date": False})
        self._record("cancelled")

    # Escalation

    def _take_next_step(self):
        """Tell the head of the department, later management; at once without a head."""
        found, nobody = readers(self.archive_id, head_of), self.env["res.users"]
        heads = {
            review: found.get(review.archive_id, nobody) - review.user_id
            for review in self
        }
        to_head = self.filtered(lambda each: goes_to_head(each.escalation, heads[each]))
        self._notice((review, heads[review]) for review in to_head)
        (self - to_head)._notice_management()
        for company, reviews in to_head.grouped("company_id").items():
            following = company._archive_working_day(REVIEW_DAYS)
            as_system(reviews).write({"escalation": 1, "escalation_date": following})
        as_system(self - to_head).write({"escalation": 2, "escalation_date": False})
        to_head._record("went up to head")
        (self - to_head)._record("went up to management")

    def _notice_management(self):
        for member in members(self.env, MANAGEMENT):
            told = readers(self.archive_id, member)
            self._notice(
                (review, told[review.archive_id])
                for review in self
                if review.archive_id in told
                and review.user_id != told[review.archive_id]
            )

    def _notice(self, pairs):
        """Give users an activity each on reviews that are overdue.

        :param pairs: reviews and users
        """

        def words(review):
            return review.env._(
                "Overdue: %(user)s had to review this file by %(day)s.",
                user=review.user_id.name or "-",
                day=review.due_date,
            )

        today = {company: company._archive_today() for company in self.company_id}
        work = [(review, user, today[review.company_id]) for review, user in pairs]
        self._schedule_activities("mail_activity_review_overdue", work, words)
