from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.heirs import heirs
from ..common.row_lock import wait_for_others
from ..common.values import is_text
from ..common.windows import open_dialog


class CustomerArchiveApprovalMixin(models.AbstractModel):
    """Submission, decision and withdrawal, for everything that needs approval.

    An inheriting model has ``state`` and ``company_id`` and says what happens
    in ``_approval_states``, ``_approval_check``, ``_approval_completed``.
    """

    _name = "customer.archive.approval.mixin"
    _description = "Approvals"
    _inherit = ["customer.archive.guard", "mail.thread", "mail.activity.mixin"]

    approval_ids = fields.One2many(
        "customer.archive.approval",
        "res_id",
        string="Approvals",
        domain=lambda self: [("res_model", "=", self._name)],
        readonly=True,
        copy=False,
    )
    approval_round = fields.Integer(string="Round", readonly=True, copy=False)
    requester_id = fields.Many2one(
        "res.users", string="Requested by", readonly=True, copy=False
    )
    approver_ids = fields.Many2many(
        "res.users",
        string="Pending With",
        readonly=True,
        copy=False,
        help="Users who can decide the current step.",
    )
    approval_deadline = fields.Date(
        string="Due", readonly=True, copy=False, index="btree_not_null"
    )
    refusal = fields.Text(
        string="Reason for Refusal",
        compute="_compute_refusal",
        help="Which step refused it and why, until it is submitted again.",
    )
    can_decide = fields.Boolean(
        compute="_compute_can_decide", export_string_translation=False
    )
    can_withdraw = fields.Boolean(
        compute="_compute_can_decide", export_string_translation=False
    )

    @api.depends_context("uid")
    @api.depends("approver_ids", "requester_id", "state")
    def _compute_can_decide(self):
        for record in self:
            running = record.state == record._approval_states()["running"]
            record.can_decide = running and self.env.user in record.approver_ids
            record.can_withdraw = running and record._may_withdraw()

    @api.depends_context("lang", "uid")
    @api.depends("approval_round", "state")
    def _compute_refusal(self):
        start = self._approval_states()["start"]
        back = self.filtered(lambda each: each.state == start and each.approval_round)
        for record in self:
            refused = (record & back).approval_ids.filtered(
                lambda row, number=record.approval_round: (
                    (row.round, row.state) == (number, "rejected")
                )
            )
            told = [
                self.env._("%(what)s: %(which)s", what=row.name, which=row.comment)
                for row in refused
            ]
            record.refusal = "\n".join(told) or False

    @api.model
    def _approval_models(self):
        """Return the names of the models whose records are approved."""
        return heirs(self.env, "customer.archive.approval.mixin")

    def write(self, vals):
        before = {record: record.state for record in self if "state" in vals}
        result = super().write(vals)
        by_change = {}
        for record, state in before.items():
            if record.state != state:
                by_change.setdefault(f"{state} > {record.state}", []).append(record.id)
        for change, ids in by_change.items():
            log = self.env["customer.archive.log"]
            log._record("state", self.browse(ids), change)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unsubmitted(self):
        for record in self:
            if record.approval_round:
                raise UserError(
                    self.env._(
                        "%s can't be deleted: it has been submitted, and requests "
                        "are kept.",
                        record.display_name,
                    )
                )

    # What an inheriting model says

    @api.model
    def _approval_states(self):
        """Return the state names: ``start`` (submission is possible), ``running``."""
        return {"start": "draft", "running": "review"}

    @api.model
    def _unfinished_states(self):
        """Return the states in which something is still asked for or under way."""
        return [self._approval_states()["running"]]

    @api.model
    def _path_to_files(self):
        """Return the path from a record to the files it is about; none of a file."""
        return "archive_id" if "archive_id" in self._fields else ""

    @api.model
    def _protected(self):
        return {
            **super()._protected(),
            "state": self._approval_states()["start"],
            "approval_ids": [],
            "approval_round": 0,
            "requester_id": False,
            "approver_ids": [],
            "approval_deadline": False,
        }

    def _approval_check(self):
        """Raise ``UserError`` if a record isn't fit for submission."""

    def _check_approvable(self, row):
        """Raise ``UserError`` if a step can't be approved yet; it can be refused."""

    def _approval_completed(self):
        """Called, as superuser, when the last step was approved."""

    def _approval_archive(self):
        """Return the file that the record is about; none if it is about several."""
        raise NotImplementedError

    def _approval_files(self):
        """Return all files for which whoever decides has to be cleared."""
        return self._approval_archive()

    def _may_be_asked(self, user):
        """Whether somebody decides on this at all: not whom it is about."""
        return True

    # Public methods

    def action_submit(self):
        """Ask for approval: a new round, by the policy that fits.

        :raise UserError: if something is missing; it says what
        """
        self.check_access("write")
        self._wait_for_others()
        for record in self:
            record._check_state("start", self.env._("It has already been submitted."))
        self._approval_check()
        for record in self:
            # sudo: write access was checked; users have no write access to these rows.
            record.sudo()._start_round()
        return True

    def action_approve(self, comment=None):
        """Approve the current step.

        :param str comment: kept with the decision
        :raise AccessError: unless the user is an approver of this step and did not
            ask for it
        """
        self._wait_for_others()
        for record in self:
            row = record._row_to_decide()
            record._check_approvable(row)
            row._decide("approved", comment)
            record._finish_activities(comment)
            record._next_step()
        return True

    def action_reject(self, reason):
        """Refuse the current step: the record goes back to its requester.

        :param str reason: what has to be corrected; the requester reads it
        :raise AccessError: unless the user is an approver of this step and did not
            ask for it
        """
        if not is_text(reason):
            raise UserError(
                self.env._(
                    "Enter the reason for the refusal: the requester needs it to "
                    "correct the request."
                )
            )
        self._wait_for_others()
        for record in self:
            row = record._row_to_reject()
            row._decide("rejected", reason.strip())
            record._finish_activities(reason)
            record._end_round()
            record._notify_requester(row, reason.strip())
        return True

    def action_withdraw(self):
        """Take a running request back, as its requester.

        If the requester was deactivated, whoever stands in does.

        :raise AccessError: if somebody else asked for it
        """
        self._wait_for_others()
        for record in self:
            record._check_state("running", self.env._("Nothing to withdraw."))
            if not record._may_withdraw():
                raise record._refusal(
                    self.env._(
                        "Only %s can withdraw this request.",
                        record.requester_id.sudo().name,
                    ),
                    "withdraw",
                )
            # sudo: the requester was checked above; users can't write to these rows.
            record.sudo()._end_round()
        return True

    def action_open_decision(self):
        """Return the dialog to decide."""
        self.ensure_one()
        self.check_access("read")
        # What the form showed, if it says so.
        shown = self.env.context.get("shown_round")
        self._check_round(shown if isinstance(shown, int) else self.approval_round)
        return open_dialog(
            "customer.archive.decision",
            self.env._("Decide"),
            {
                "default_res_model": self._name,
                "default_res_ids": self.ids,
                "default_shown_round": self.approval_round,
            },
        )

    def _check_round(self, shown):
        """Refuse to decide on something else than was looked at.

        :param int shown: the round that whoever decides has seen
        :raise UserError: if it was taken back and submitted again since
        """
        for record in self:
            if record.approval_round != shown:
                raise UserError(
                    self.env._(
                        "%s was resubmitted after you opened it: read it again "
                        "before you decide.",
                        record.display_name,
                    )
                )

    def _may_withdraw(self):
        self.ensure_one()
        requester = self.requester_id
        left = not requester.sudo().active and self._stands_in(self.env.user)
        return requester == self.env.user or left

    def _stands_in(self, user):
        """Whether ``user`` takes back what somebody asked for who has left."""
        return self.with_user(user).has_access("write")

    def _notify_undecidable(self):
        """Tell the requester that a step has lost its last approver."""

        def words(own):
            return own.env._(
                "No approver is left for one of the steps. Withdraw the request "
                "and submit it again: new approvers are then determined."
            )

        for record in self.sudo():
            record._tell(record.requester_id, words)

    # Checks

    def _wait_for_others(self):
        wait_for_others(self)

    def _check_state(self, key, message):
        self.ensure_one()
        if self.state != self._approval_states()[key]:
            raise UserError(
                self.env._(
                    "%(item)s: %(problem)s", item=self.display_name, problem=message
                )
            )
