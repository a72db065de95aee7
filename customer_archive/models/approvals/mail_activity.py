from odoo import api, models
from odoo.exceptions import UserError

from ..common.customer_archive_guard import is_ours
from ..common.sentinel import is_system

# Activities that only remind: whoever has seen to it ticks them off. All other types
# of this addon stand for a decision or a task, which has its own end.
REMINDERS = frozenset(
    (
        "mail_activity_expired",
        "mail_activity_expiring",
        "mail_activity_loan_lost",
        "mail_activity_review_close",
    )
)
# What a user is told of by the digest.
TOLD = {"archive_digest"}


class MailActivity(models.Model):
    """What has to be decided or done on a record isn't ticked off beside it.

    An activity that the system gave ends with the decision or the task. Those that
    people plan themselves are theirs.
    """

    # pylint: disable=consider-merging-classes-inherited
    _inherit = "mail.activity"

    @api.model_create_multi
    def create(self, vals_list):
        activities = super().create(vals_list)
        activities._own_plans()
        return activities

    def write(self, vals):
        if vals.keys() - TOLD:
            self._check_undecided()
        result = super().write(vals)
        if vals.keys() & {"automated", "res_id", "res_model", "res_model_id"}:
            self._own_plans()
        return result

    def unlink(self):
        self._check_undecided()
        return super().unlink()

    def _action_done(self, feedback=False, attachment_ids=None):
        # Before anything is said on the record.
        self._check_undecided()
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
        for activity in self._of_decisions():
            activity.can_write = False
        return result

    def _check_undecided(self):
        """Check that none of these stands for a decision or a task.

        :raise UserError: that says where it is decided
        """
        # Whoever was deactivated loses what he had; that runs as superuser.
        if self.env.su or is_system(self.env):
            return
        for activity in self._of_decisions():
            own = activity.sudo()
            raise UserError(
                self.env._(
                    "“%(activity)s” stands for something that is to be decided or "
                    "done: decide it in %(record)s. It ends by itself then.",
                    activity=own.summary or own.activity_type_id.name,
                    record=own.res_name or self.env._("the record"),
                )
            )

    def _of_decisions(self):
        """Return those that the system gave for a decision or a task."""
        # Of an activity, what it stands for is nothing to be kept secret.
        given = self.sudo().filtered(
            lambda each: each.automated and is_ours(each.res_model)
        )
        types = self._decision_types() if given else ()
        return given.filtered(lambda each: each.activity_type_id.id in types).sudo(
            self.env.su
        )

    @api.model
    def _decision_types(self):
        """Return the ids of this addon's types of activities that don't only remind."""
        # Which types there are is configuration.
        found = self.env["ir.model.data"].sudo()
        return set(
            found.search_fetch(
                [
                    ("module", "=", "customer_archive"),
                    ("model", "=", "mail.activity.type"),
                    ("name", "not in", list(REMINDERS)),
                ],
                ["res_id"],
            ).mapped("res_id")
        )
