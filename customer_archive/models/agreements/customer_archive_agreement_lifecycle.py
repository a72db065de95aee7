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
CONTRACT = "customer_archive.document_type_contract"
SAMPLE = "customer_archive.document_type_sample_appraisal"


class CustomerArchiveAgreement(models.Model):
    """Signing, ending, renewing; and reminders before it ends."""

    _inherit = "customer.archive.agreement"

    ending_date = fields.Date(
        compute="_compute_ending_date",
        store=True,
        export_string_translation=False,
        help="Ended as of this date.",
    )

    _ending_due = models.Index("(ending_date) WHERE ending_date IS NOT NULL")

    @api.depends("state", "date_end", "is_endless")
    def _compute_ending_date(self):
        for agreement in self:
            ends = agreement.state == "signed" and not agreement._validity_is_endless()
            agreement.ending_date = ends and agreement.date_end + timedelta(days=1)

    # Public methods

    def action_sign(self):
        """Record that both sides have signed: the agreement is locked.

        :raise UserError: if it isn't a draft, its term is missing, or papers of a
            supplier are missing or have expired; it says which to ask for
        """
        self.check_access("write")
        wait_for_others(self)
        self._check_file_open()
        for agreement in self:
            agreement._check_state("draft")
            agreement._check_signable()
        for agreement in self:
            today = agreement._today()
            as_system(agreement).write({"state": "signed", "signed_on": today})
        # sudo: reminders assigned to others must be closed, too.
        renewed = self.sudo().renews_id
        renewed.invalidate_recordset(["validity_state"])
        renewed._end_obsolete_reminders()
        self.sudo().document_ids._end_obsolete_reminders()
        return True

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
            agreement._check_state("signed")
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
        self._check_state(*IN_FORCE)
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

    def _check_state(self, *states):
        if self.state not in states:
            raise UserError(
                self.env._(
                    "%(agreement)s: not possible in this status (%(state)s).",
                    agreement=self.display_name,
                    state=label(self, "state"),
                )
            )

    # Signing

    def _check_signable(self):
        if not self.date_start or not (self.date_end or self.is_endless):
            raise UserError(
                self.env._(
                    "%s: enter the start and end dates, or mark it as indefinite.",
                    self.display_name,
                )
            )
        # The signer has to know what is missing, including items they can't see.
        lacking = self.sudo()._lacking_papers(self._today())
        if lacking:
            raise UserError(
                self.env._(
                    "Before signing %(agreement)s, request from %(party)s:\n%(papers)s",
                    agreement=self.display_name,
                    party=self._asked_party(),
                    papers="\n".join(f"• {text}" for text in lacking),
                )
            )

    def _asked_party(self):
        file = self.sudo().archive_id
        contact = file.contact_id.name
        return (
            f"{file.partner_id.name} ({contact})" if contact else file.partner_id.name
        )

    def _is_of_supplier(self):
        return self.archive_id.side == "supplier" or self.kind == "purchase"

    def _lacking_papers(self, day):
        """Return, as texts, what must be asked for so that all is there on a day.

        :param date day: papers that have expired by then are lacking, too
        """
        self.ensure_one()
        file = self.archive_id
        required = file.category_id.document_type_ids.browse()
        if self._is_of_supplier():
            # The agreement itself is what is going to be signed.
            own = self.env.ref(CONTRACT, raise_if_not_found=False) or required
            required = file._required_types() - own - self.document_ids.type_id
        sample = self.env.ref(SAMPLE, raise_if_not_found=False)
        if file.category_id.needs_sample_appraisal and sample:
            required |= sample
        texts = [
            self._lacking_text(kind, file.document_ids, day)
            for kind in required.sorted(lambda kind: (kind.group, kind.sequence))
        ]
        return [text for text in texts if text]

    def _lacking_text(self, kind, items, day):
        held = items.filtered(lambda item: item.type_id == kind and item.is_complete)
        if not held:
            return self.env._("%s: missing", kind.name)
        if any(each._validity_is_endless() or each.valid_until >= day for each in held):
            return ""
        last = max(held.mapped("valid_until"))
        values = {"paper": kind.name, "day": last}
        if last < self._today():
            return self.env._("%(paper)s expired on %(day)s", **values)
        return self.env._("%(paper)s expires on %(day)s", **values)

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
