from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.row_lock import wait_for_others
from ..common.sentinel import as_system
from ..common.values import is_text
from ..common.windows import open_dialog

# Kinds under which nothing is paid, and that are too open to say who is liable.
UNPAID = ("confidentiality", "other")
WITHOUT_LIABILITY = ("other",)


def _listed(texts):
    return "\n".join(f"• {text}" for text in texts)


class CustomerArchiveAgreement(models.Model):
    """Its terms are reviewed before both sides sign, and are locked from then on."""

    _inherit = "customer.archive.agreement"

    approved_on = fields.Datetime(
        string="Approved on",
        readonly=True,
        copy=False,
        help="When the last step was approved.",
    )
    missing_terms = fields.Text(
        compute="_compute_missing_terms",
        export_string_translation=False,
    )

    @api.depends(
        *("archive_id", "state", "kind", "date_start", "date_end", "is_endless"),
        "payment_term_id",
        *("settlement", "breach_liability", "our_signatory_id", "their_signatory_id"),
    )
    @api.depends_context("lang")
    def _compute_missing_terms(self):
        for agreement in self:
            missing = agreement._missing_terms() if agreement.state == "draft" else []
            agreement.missing_terms = _listed(missing) or False

    @api.model
    def _protected(self):
        return {**super()._protected(), "approved_on": False}

    def _missing_terms(self):
        """Return, as texts, what has to be entered before it is submitted."""
        self.ensure_one()
        missing = []
        if not self.date_start or not (self.date_end or self.is_endless):
            missing.append(
                self.env._("the start and end dates, or that it is indefinite")
            )
        paid = self.payment_term_id or is_text(self.settlement)
        if self.kind not in UNPAID and not paid:
            missing.append(self.env._("the payment terms or the settlement"))
        if self.kind not in WITHOUT_LIABILITY and not is_text(self.breach_liability):
            missing.append(self.env._("the liability for breach"))
        return missing + self._missing_signatories()

    def _missing_signatories(self):
        missing = []
        if not self.our_signatory_id:
            missing.append(self.env._("who signs for us"))
        elif not self._reads_file(self.our_signatory_id):
            missing.append(
                self.env._(
                    "who signs for us and may read the file: %s may not",
                    self.our_signatory_id.name,
                )
            )
        if not self.their_signatory_id:
            missing.append(self.env._("who signs for the other party"))
        return missing

    def _reads_file(self, user):
        # Who may see a file isn't asked as whoever wants to know it.
        file = self.sudo().archive_id._origin
        return not file or file._is_read_by(user)

    # Approval

    @api.model
    def _unfinished_states(self):
        return [*super()._unfinished_states(), "approved"]

    def _approval_archive(self):
        return self.archive_id

    def _approval_check(self):
        self._check_file_open()
        for agreement in self:
            missing = agreement._missing_terms()
            if missing:
                raise UserError(
                    self.env._(
                        "Before submitting %(agreement)s, enter:\n%(terms)s",
                        agreement=agreement.display_name,
                        terms=_listed(missing),
                    )
                )

    def _approval_completed(self):
        for agreement in self:
            now = fields.Datetime.now()
            as_system(agreement).write({"state": "approved", "approved_on": now})
            agreement._tell(
                agreement.requester_id,
                lambda own: own.env._(
                    "Approved. Have both sides sign it, then record the signing."
                ),
            )

    # Other terms than those that were approved

    def action_revise(self, reason):
        """Take approved agreements back to change their terms: all is reviewed anew.

        :param str reason: what has to be changed, and why; whoever approved reads it
        :raise UserError: without a reason, or if it isn't waiting to be signed
        """
        self.check_access("write")
        wait_for_others(self)
        if not is_text(reason):
            raise UserError(
                self.env._("Enter what has to be changed in the approved terms.")
            )
        self._check_file_open()
        for agreement in self:
            agreement._check_in_state("approved")
        log = self.env["customer.archive.log"]
        for agreement in self:
            as_system(agreement).write({"state": "draft", "approved_on": False})
            log._record("change", agreement, "revise", reason.strip())
            agreement._tell_revised(reason.strip())
        return True

    def _tell_revised(self, reason):
        self._tell(
            self._rows("approved").decided_by_id,
            lambda own: own.env._("The approved terms are being changed: %s", reason),
        )

    def action_open_revision(self):
        """Return the dialog that asks why approved terms are changed."""
        self.ensure_one()
        self.check_access("write")
        return open_dialog(
            "customer.archive.revise",
            self.env._("Change Terms"),
            {"default_agreement_id": self.id},
        )

    # Messages

    def _mail_get_partner_fields(self, introspect_fields=False):
        # What is said about the party isn't meant for the party.
        return []

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Leave out who follows it and may not read it any more."""
        told = super()._notify_get_recipients(message, msg_vals, **kwargs)
        if len(self) != 1:
            return told
        ids = [each["id"] for each in told if each["id"]]
        partners = self.env["res.partner"].browse(ids)
        hearing = self._archive_hearing(partners)[self.id]
        return [each for each in told if each["id"] in hearing.ids]
