from odoo import api, models
from odoo.exceptions import UserError

from ..common.customer_archive_guard import is_ours
from ..common.sentinel import is_system

# What a client may write of the activities that the system gave, by their types. All
# types that aren't named here stand for a decision or a task, which has its own end.
# A reminder ends when what it is about was renewed or waived; somebody else may see to
# that.
REMINDERS = dict.fromkeys(
    (
        *("mail_activity_expired", "mail_activity_expiring"),
        *("mail_activity_papers", "mail_activity_papers_overdue"),
    ),
    frozenset(("user_id",)),
)
# What is only told is ticked off by whoever has seen to it.
NOTICES = dict.fromkeys(
    (
        *("mail_activity_loan_lost", "mail_activity_review_close"),
        *("mail_activity_acknowledgement_overdue", "mail_activity_disposal_overdue"),
        *("mail_activity_complaint_overdue", "mail_activity_assessment_improve"),
    ),
    frozenset(("user_id", "active", "feedback")),
)
FREE = {**REMINDERS, **NOTICES}
# What a user is told of by the digest.
TOLD = {"archive_digest"}


class MailActivity(models.Model):
    """What has to be decided or done on a record isn't ticked off beside it.

    An activity that the system gave ends with the decision or the task, and a reminder
    with the renewal. Those that people plan themselves are theirs.
    """

    _inherit = "mail.activity"

    @api.model_create_multi
    def create(self, vals_list):
        activities = super().create(vals_list)
        activities._own_plans()
        return activities

    def write(self, vals):
        if names := vals.keys() - TOLD:
            self._check_unsettled(names)
        result = super().write(vals)
        if vals.keys() & {"automated", "res_id", "res_model", "res_model_id"}:
            self._own_plans()
        return result

    def unlink(self):
        self._check_unsettled({"id"})
        return super().unlink()

    def _action_done(self, feedback=False, attachment_ids=None):
        # Before anything is said on the record.
        self._check_unsettled({"active"})
        return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)

    def _own_plans(self):
        """See to it that what a client plans is nobody's decision, whatever it says."""
        if not (self.env.su or is_system(self.env)):
            # Whether it is the system's isn't the client's to write.
            given = self.sudo().filtered(
                lambda each: each.automated and is_ours(each.res_model)
            )
            if given:
                given.automated = False

    def _compute_can_write(self):
        result = super()._compute_can_write()
        # The buttons that would be refused aren't shown.
        for activity, kind in self._given().items():
            if kind not in NOTICES:
                activity.can_write = False
        return result

    def _check_unsettled(self, names):
        """Check that what the system gave doesn't end beside what it stands for.

        :param names: the fields that are written; ``id`` for a deletion
        :raise UserError: that says where it is settled
        """
        # A deactivated user loses their activities; that runs as superuser.
        if self.env.su or is_system(self.env):
            return
        for activity, kind in self._given().items():
            if not names <= FREE.get(kind, frozenset()):
                raise UserError(activity.sudo()._unsettled_words(kind))

    def _unsettled_words(self, kind):
        values = {
            "activity": self.summary or self.activity_type_id.name,
            "record": self.res_name or self.env._("the record"),
        }
        if kind in REMINDERS:
            return self.env._(
                "“%(activity)s” is a renewal reminder: renew %(record)s, or have "
                "the renewal waived. The reminder then ends automatically.",
                **values,
            )
        if kind in NOTICES:
            return self.env._(
                "“%(activity)s” was assigned by the system and can't be changed or "
                "deleted: handle it in %(record)s, and mark it as done.",
                **values,
            )
        return self.env._(
            "“%(activity)s” represents a pending decision or task: complete it in "
            "%(record)s. The activity then ends automatically.",
            **values,
        )

    def _given(self):
        """Return the names of their types by those activities that the system gave."""
        # Of an activity, what it stands for is nothing to be kept secret.
        given = self.sudo().filtered(
            lambda each: each.automated and is_ours(each.res_model)
        )
        kinds = self._given_kinds() if given else {}
        return {
            each.sudo(self.env.su): kinds[each.activity_type_id.id]
            for each in given
            if each.activity_type_id.id in kinds
        }

    @api.model
    def _given_kinds(self):
        """Return the names of this addon's types of activities, by their ids."""
        domain = [
            ("module", "=", "customer_archive"),
            ("model", "=", "mail.activity.type"),
        ]
        # Which types there are is configuration.
        found = self.env["ir.model.data"].sudo()
        rows = found.search_fetch(domain, ["name", "res_id"])
        return {row.res_id: row.name for row in rows}
