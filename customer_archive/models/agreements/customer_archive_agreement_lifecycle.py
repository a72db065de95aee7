from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.row_lock import wait_for_others
from ..common.scheduled import scheduled
from ..common.sentinel import as_system
from ..common.values import is_text, label
from ..common.windows import open_dialog, open_form

IN_FORCE = ("signed", "ended")


class CustomerArchiveAgreement(models.Model):
    """Ending, renewing; and reminders before it ends."""

    _inherit = "customer.archive.agreement"

    ending_date = fields.Date(
        compute="_compute_ending_date",
        store=True,
        help="Ended as of this date.",
    )

    _ending_due = models.Index("(ending_date) WHERE ending_date IS NOT NULL")

    @api.depends("state", "date_end", "is_endless")
    def _compute_ending_date(self):
        for agreement in self:
            ends = agreement.state == "signed" and not agreement._validity_is_endless()
            agreement.ending_date = ends and agreement.date_end + timedelta(days=1)

    # Public methods

    def action_terminate(self, reason):
        """End a signed agreement before its time.

        :param str reason: why; it is kept with the agreement
        :raise UserError: without a reason, or if it isn't signed
        """
        self.check_access("write")
        wait_for_others(self)
        if not is_text(reason):
            raise UserError(
                self.env._("Enter the reason for terminating the agreement.")
            )
        for agreement in self:
            agreement._check_in_state("signed")
        for agreement in self:
            as_system(agreement).write(
                {
                    "state": "terminated",
                    "terminated_on": agreement._today(),
                    "termination_reason": reason.strip(),
                }
            )
        self.sudo()._end_obsolete_reminders()
        return True

    def action_renew(self):
        """Return the form of a new draft for the term that follows.

        :raise UserError: if the agreement wasn't signed, or is being renewed already
        """
        self.ensure_one()
        self.check_access("write")
        wait_for_others(self)
        self._check_file_open()
        self._check_in_state(*IN_FORCE)
        if self.renewed_by_id:
            raise UserError(
                self.env._(
                    "%(agreement)s has already been renewed by %(other)s.",
                    agreement=self.display_name,
                    other=self.renewed_by_id.display_name,
                )
            )
        draft = self.copy(self._next_term())
        # Checked above: both are the same user's to write.
        as_system(draft).write({"renews_id": self.id})
        as_system(self).write({"renewed_by_id": draft.id})
        return open_form(draft, name=self.env._("Renewal"))

    def action_open_termination(self):
        """Return the dialog that asks for the reason of a termination."""
        self.ensure_one()
        self.check_access("write")
        return open_dialog(
            "customer.archive.terminate",
            self.env._("Terminate Agreement"),
            {"default_agreement_id": self.id},
        )

    def _next_term(self):
        """Return the dates of the term that follows, as long as this one."""
        if self._validity_is_endless() or not self.date_start:
            return {}
        start = self.date_end + timedelta(days=1)
        length = relativedelta(start, self.date_start)
        return {
            "date_start": start,
            "date_end": start + length - timedelta(days=1),
        }

    def _check_in_state(self, *states):
        if self.state not in states:
            raise UserError(
                self.env._(
                    "%(agreement)s: not possible in this status (%(state)s).",
                    agreement=self.display_name,
                    state=label(self, "state"),
                )
            )

    # Scheduled action

    @api.model
    @scheduled
    def _cron_end(self):
        """Mark as ended what was signed and is over."""
        self._process_due("ending_date", "_mark_ended")

    def _mark_ended(self):
        as_system(self).write({"state": "ended"})

    # Validity

    @api.model
    def _validity_end(self):
        return "date_end"

    @api.model
    def _validity_depends(self):
        return [
            "archive_id.state",
            "company_id.archive_lead_days",
            "is_endless",
            "renewed_by_id.state",
            "state",
        ]

    @api.model
    def _validity_domains(self):
        return (
            fields.Domain("state", "in", IN_FORCE),
            fields.Domain("renewed_by_id.state", "in", IN_FORCE),
            fields.Domain("date_end", "=", False)
            | fields.Domain("is_endless", "=", True),
        )

    def _validity_is_held(self):
        return self.state in IN_FORCE

    def _validity_is_renewed(self):
        return self.renewed_by_id.state in IN_FORCE

    def _validity_is_endless(self):
        return self.is_endless or not self.date_end

    def _validity_runs(self):
        return (
            self._validity_is_held()
            and not self._validity_is_renewed()
            and self.archive_id.state not in ("closed", "destroyed")
        )

    def _validity_name(self):
        return self.env._(
            "Agreement %(number)s with %(party)s",
            number=self.name,
            party=self.archive_id.partner_id.name,
        )

    def _validity_request(self):
        """Papers are asked for again before the contract expires (row A19)."""
        if not self._is_of_supplier():
            return ""
        lacking = self._lacking_papers(self.date_end)
        if not lacking:
            return ""
        return self.env._(
            "Request from %(party)s: %(papers)s.",
            party=self._asked_party(),
            papers="; ".join(lacking),
        )
