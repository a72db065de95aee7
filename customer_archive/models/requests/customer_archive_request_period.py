from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.scheduled import scheduled
from ..common.sentinel import as_system


class CustomerArchiveRequestPeriod(models.AbstractModel):
    """A request for items that, once approved, runs until a moment.

    An inheriting model says in ``_begin`` what its approval opens. Access never
    depends on its state being marked: grants and downloads look at the time.
    """

    _name = "customer.archive.request.period"
    _description = "Time-Limited Request"
    _inherit = ["customer.archive.request.items"]

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("review", "Awaiting Approval"),
            ("approved", "Approved"),
            ("ended", "Ended"),
        ],
        string="Status",
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
        index=True,
    )
    date_from = fields.Datetime(
        string="From", help="Leave empty to start with the approval.", tracking=True
    )
    date_to = fields.Datetime(
        string="Until",
        required=True,
        default=lambda self: self._default_date_to(),
        tracking=True,
        help="Access ends exactly at this time.",
    )
    ended_on = fields.Datetime(string="Ended on", readonly=True, copy=False)
    is_open = fields.Boolean(
        string="Currently Open", compute="_compute_is_open", search="_search_is_open"
    )
    grant_ids = fields.One2many(
        "customer.archive.grant",
        "res_id",
        string="Access",
        domain=lambda self: [("res_model", "=", self._name)],
        readonly=True,
        copy=False,
    )

    _running = models.Index("(date_to) WHERE state = 'approved'")

    @api.model
    def _default_date_to(self):
        """Three working days from now."""
        day = self.env.company._archive_working_day(3)
        now = fields.Datetime.now()
        return now + (day - self.env.company._archive_today())

    @api.depends("grant_ids.state")
    def _compute_is_open(self):
        for request in self:
            request.is_open = "open" in request.grant_ids.mapped("state")

    @api.model
    def _search_is_open(self, operator, value):
        if operator != "in":
            return NotImplemented
        return fields.Domain("grant_ids", "any", [("state", "=", "open")])

    @api.model
    def _protected(self):
        return {**super()._protected(), "ended_on": False}

    # What an inheriting model says

    def _longest_days(self):
        """Return for how many days at most it may be asked for."""
        self.ensure_one()
        return self.company_id.archive_grant_days

    def _begin(self, begin):
        """Open what was asked for; called as superuser when the last step is approved.

        :param begin: Datetime, UTC: from when on
        """
        raise NotImplementedError

    def _approved_words(self):
        """Return what the applicant is told when it was approved."""
        raise NotImplementedError

    @api.model
    def _ended_values(self):
        """Return what else is written when it ends, early or by time."""
        return {}

    # Approval

    def _approval_check(self):
        result = super()._approval_check()
        for request in self:
            request._check_period()
        return result

    def _check_period(self):
        now = fields.Datetime.now()
        begin, end = max(self.date_from or now, now), self.date_to
        if end <= begin:
            raise UserError(
                self.env._(
                    "%s: the period has passed, or it ends before it begins. Enter "
                    "another end date.",
                    self.display_name,
                )
            )
        days = self._longest_days()
        if end > begin + timedelta(days=days):
            raise UserError(
                self.env._(
                    "Access can be granted for at most %s days; request it again "
                    "after that.",
                    days,
                )
            )

    def _approval_completed(self):
        now = fields.Datetime.now()
        for request in self:
            if not request.user_id.active:
                raise UserError(
                    self.env._(
                        "%(user)s is no longer active: refuse %(request)s instead.",
                        user=request.user_id.name,
                        request=request.display_name,
                    )
                )
            if request.date_to <= now:
                raise UserError(
                    self.env._(
                        "%s: the requested period has passed. Refuse it so that "
                        "the requester can change the period.",
                        request.display_name,
                    )
                )
            request._begin(max(request.date_from or now, now))
        as_system(self).write({"state": "approved"})
        for request in self:
            request._tell(request.user_id, lambda own: own._approved_words())

    # Public methods

    def action_end(self):
        """End it early, as who asked for it.

        :raise AccessError: if another user requested it; their access is revoked
        """
        self._wait_for_others()
        for request in self:
            if request.user_id != self.env.user:
                raise request._refusal(
                    self.env._(
                        "Only the requester can end it; others can revoke the access."
                    ),
                    "end",
                )
            request._check_running()
        # sudo: the requester was checked above; running requests are locked for them.
        self._end(self.env._("Ended by the applicant"))
        return True

    def _check_running(self):
        self.ensure_one()
        if self.state != "approved":
            raise UserError(self.env._("It isn't active."))

    def _end(self, reason, **values):
        """Take back at once what was opened; who may do so was checked before."""
        self.env["customer.archive.grant"]._of(self)._end(reason)
        self.sudo()._mark_ended(fields.Datetime.now(), **values)

    def _mark_ended(self, moment, **values):
        ended = {"state": "ended", "ended_on": moment}
        as_system(self).write({**ended, **self._ended_values(), **values})

    def _end_without_access(self):
        """Mark as ended what opens nothing any more; called after a revocation."""
        over = self.filtered(
            lambda request: (
                request.state == "approved"
                and not {"coming", "open"} & set(request.grant_ids.mapped("state"))
            )
        )
        over._mark_ended(fields.Datetime.now())

    @api.model
    @scheduled
    def _cron_end(self):
        """Mark as ended what is over; nobody's access depends on it."""
        domain = [("state", "=", "approved"), ("date_to", "<=", fields.Datetime.now())]
        over = self.search(domain, limit=500)
        for date_to, requests in over.grouped("date_to").items():
            requests._mark_ended(date_to)
        remaining = self.search_count(domain, limit=1)
        self.env["ir.cron"]._commit_progress(len(over), remaining=remaining)

    @api.depends("ended_on")
    def _compute_duration(self):
        return super()._compute_duration()

    def _duration_end(self):
        return self._day_of(self.ended_on)
