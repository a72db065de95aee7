from odoo import api, fields, models


class CustomerArchiveRequest(models.AbstractModel):
    """How long requests take, for the overview."""

    # pylint: disable=consider-merging-classes-inherited
    _inherit = "customer.archive.request"

    duration = fields.Integer(
        string="Days Taken",
        compute="_compute_duration",
        store=True,
        aggregator="avg",
        help="Calendar days from the application to the end; 0 as long as it isn't "
        "over, and if it was over on the same day.",
    )

    @api.depends("request_date")
    def _compute_duration(self):
        for request in self:
            end, start = request._duration_end(), request.request_date
            days = (end - start).days if end and start else 0
            request.duration = max(days, 0)

    def _duration_end(self):
        """Return the day on which it was over, false if it isn't."""
        return False

    def _day_of(self, moment):
        """Return the day of a moment in the company's zone, whoever computes it."""
        return self.company_id._archive_day(moment)

    @api.model
    def _protected(self):
        return {**super()._protected(), "duration": None}


class CustomerArchiveRequestPeriod(models.AbstractModel):
    """Consultations and sharings end by themselves, or are ended."""

    # pylint: disable=consider-merging-classes-inherited
    _inherit = "customer.archive.request.period"

    @api.depends("ended_on")
    def _compute_duration(self):
        return super()._compute_duration()

    def _duration_end(self):
        return self._day_of(self.ended_on)


class CustomerArchiveLoan(models.Model):
    """Loans end with the last paper that comes back."""

    # pylint: disable=consider-merging-classes-inherited
    _inherit = "customer.archive.loan"

    @api.depends("state", "line_ids.returned_on")
    def _compute_duration(self):
        return super()._compute_duration()

    def _duration_end(self):
        moments = self.line_ids.mapped("returned_on")
        last = max(filter(None, moments), default=False)
        return self.state == "returned" and self._day_of(last)


class CustomerArchiveChange(models.Model):
    """Changes end when they are carried out."""

    # pylint: disable=consider-merging-classes-inherited
    _inherit = "customer.archive.change"

    @api.depends("done_on")
    def _compute_duration(self):
        return super()._compute_duration()

    def _duration_end(self):
        return self._day_of(self.done_on)
