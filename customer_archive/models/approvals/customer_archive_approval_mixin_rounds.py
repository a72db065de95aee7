from odoo import fields, models
from odoo.exceptions import UserError

from ..common.sentinel import as_system, telling


class CustomerArchiveApprovalMixin(models.AbstractModel):
    """Rounds of approval: their steps, who is asked and who is told.

    Called as superuser after a check.
    """

    _inherit = "customer.archive.approval.mixin"

    def _start_round(self):
        self.ensure_one()
        policy = self.env["customer.archive.approval.policy"]._for_record(self)
        steps = policy.step_ids.filtered(lambda step: step._applies_to(self))
        if not steps:
            raise UserError(
                self.env._(
                    "No approval policy matches “%s”. An administrator can create "
                    "one under Configuration.",
                    self.display_name,
                )
            )
        number = self.approval_round + 1
        approvers = self._approvers_of(steps)
        rows = [
            {
                **self._row_values(step, number, index),
                "approver_ids": approvers[step].ids,
            }
            for index, step in enumerate(steps, 1)
        ]
        created = as_system(self.env["customer.archive.approval"].sudo()).create(rows)
        step_of = dict(zip(created.ids, steps, strict=True))
        created._take_names(
            lambda row, lang: step_of[row.id].with_context(lang=lang).name
        )
        as_system(self).write(
            {
                "state": self._approval_states()["running"],
                "approval_round": number,
                "requester_id": self.env.uid,
            }
        )
        self._make_current(created[0])

    def _approvers_of(self, steps):
        """Return {step: who is asked}.

        :raise UserError: if nobody can be asked for a step; it says who changes that
        """
        requester = self.env.user
        found = {step: step._approvers(self, requester) for step in steps}
        for step in steps:
            if not found[step]:
                # Nobody who decides another step of it.
                taken = requester.union(*found.values())
                found[step] = step._approvers_instead(self, taken)
            if not found[step]:
                raise UserError(step._undecided_words(self))
        return found

    def _row_values(self, step, number, index):
        return {
            **self._row_base(number),
            "name": step.name,
            "sequence": index,
            "days": step.days,
        }

    def _row_base(self, number):
        return {
            "res_model": self._name,
            "res_id": self.id,
            "archive_id": self._approval_archive().id,
            "company_id": self.company_id.id,
            "round": number,
            "requester_id": self.env.uid,
        }

    def _rows(self, *states):
        """Return the rows of the running round that are in one of ``states``."""
        domain = [
            ("res_model", "=", self._name),
            ("res_id", "=", self.id),
            ("round", "=", self.approval_round),
        ]
        return (
            self.env["customer.archive.approval"]
            .sudo()
            .search([*domain, ("state", "in", states)], order="sequence, id")
        )

    def _row_to_decide(self):
        """Return the current step after checking that the user may decide it."""
        self.ensure_one()
        self.check_access("read")
        self._check_state(
            "running", self.env._("Nothing to decide: it isn't under review.")
        )
        row = self._rows("pending").filtered(lambda row: row.kind == "decision")
        if not row:
            raise UserError(self.env._("Nothing to decide: it isn't under review."))
        row._check_may_decide(self.env.user)
        return row

    def _row_to_reject(self):
        """Return the current step after checking that the user may refuse it."""
        return self._row_to_decide()

    def _make_current(self, row):
        # First, because the approvers of a classified file see it from now on only.
        approvers = [fields.Command.set(row.approver_ids.ids)]
        as_system(self.sudo()).write({"approver_ids": approvers})
        row._activate()
        as_system(self.sudo()).write({"approval_deadline": row.deadline})

    def _next_step(self):
        waiting = self._rows("waiting")
        if waiting:
            self._make_current(waiting[0])
        else:
            self._clear_current()
            self.sudo()._approval_completed()

    def _end_round(self):
        as_system(self._rows("waiting", "pending")).write(
            {"state": "cancelled", "escalation_date": False}
        )
        self._clear_current()
        as_system(self.sudo()).write({"state": self._approval_states()["start"]})
        self._open_activities().unlink()

    def _clear_current(self):
        as_system(self.sudo()).write(
            {"approver_ids": [fields.Command.clear()], "approval_deadline": False}
        )

    def _open_activities(self):
        types = self.env.ref("customer_archive.mail_activity_approval") + self.env.ref(
            "customer_archive.mail_activity_overdue"
        )
        domain = [
            ("res_model", "=", self._name),
            ("res_id", "in", self.ids),
            ("activity_type_id", "in", types.ids),
        ]
        # Activities of the other approvers aren't the decider's to see.
        return self.env["mail.activity"].sudo().search(domain)

    def _finish_activities(self, feedback):
        """Complete the decider's activity, remove those of the others."""
        activities = self._open_activities()
        own = activities.filtered(lambda activity: activity.user_id == self.env.user)
        (activities - own).unlink()
        for res_id, done in own.grouped("res_id").items():
            self.browse(res_id)._name_in_house(done)
        own.action_feedback(feedback=feedback or False)

    def _name_in_house(self, activities):
        """Name the steps that are done as the history does, and not their approver."""
        own = self.sudo()._archive_in_house()
        names = {
            row.with_context(lang=self.env.user.lang).name: row.with_env(own.env).name
            for row in own.approval_ids
        }
        for activity in activities:
            activity.summary = names.get(activity.summary, activity.summary)

    def _notify_requester(self, row, reason):
        def words(own):
            step = row.with_env(own.env).name
            return own.env._("%(step)s: refused. %(reason)s", step=step, reason=reason)

        self._tell(self.requester_id, words)

    def _tell(self, users, words):
        """Send a message on the record to ``users``, in the user's name.

        :param words: function of the record in the language of its history
        """
        # Who acts may read the record, and need not be allowed to write to it.
        own = telling(self.sudo()._archive_in_house())
        own.message_post(
            body=words(own),
            author_id=self.env.user.partner_id.id,
            partner_ids=users.partner_id.ids,
            message_type="comment",
            # A note: they are told, and no follower besides.
            subtype_xmlid="mail.mt_note",
        )
