from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.row_lock import wait_for_others
from ..common.sentinel import as_system
from ..common.windows import open_dialog

CONTRACT = "customer_archive.document_type_contract"
SAMPLE = "customer_archive.document_type_sample_appraisal"
SIGNING = "customer.archive.signing"


class CustomerArchiveAgreement(models.Model):
    """Signing: after approval, with the party's papers, and its file looked at."""

    _inherit = "customer.archive.agreement"

    # Who looks last; it is they who may sign then.
    consulted_by_id = fields.Many2one(
        "res.users",
        string="File Consulted by",
        readonly=True,
        copy=False,
        help="Who was shown the party's file before signing was recorded.",
    )
    consulted_on = fields.Datetime(
        string="File Consulted on", readonly=True, copy=False
    )

    @api.model
    def _protected(self):
        return {**super()._protected(), "consulted_by_id": False, "consulted_on": False}

    def _start_round(self):
        # What was looked at before another round says nothing about this one.
        as_system(self).write({"consulted_by_id": False, "consulted_on": False})
        return super()._start_round()

    # Public methods

    def action_open_signing(self):
        """Return the dialog that shows the party's file and records the signing.

        That the file was shown, to whom and for which agreement, is in the access
        record; without it :meth:`action_sign` refuses.

        :raise UserError: if the agreement isn't approved
        :raise AccessError: if the user may not write it, or not read the file
        """
        self.ensure_one()
        self.check_access("write")
        wait_for_others(self)
        self._check_file_open()
        self._check_approved()
        self.archive_id.check_access("read")
        as_system(self).write(
            {"consulted_by_id": self.env.uid, "consulted_on": fields.Datetime.now()}
        )
        self.env["customer.archive.log"]._record("open", self, "before signing")
        return open_dialog(
            SIGNING, self.env._("Record Signing"), {"default_agreement_id": self.id}
        )

    def action_sign(self):
        """Record that both sides have signed what was approved.

        :raise UserError: if it wasn't approved, if the user hasn't looked at the
            party's file by :meth:`action_open_signing` since, or if papers of a
            supplier are missing or have expired; it says which to ask for
        """
        self.check_access("write")
        wait_for_others(self)
        self._check_file_open()
        for agreement in self:
            agreement._check_approved()
            agreement._check_consulted()
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

    # Checks

    def _check_approved(self):
        words = {
            "draft": self.env._(
                "%s hasn't been approved: submit it, and have it signed after its "
                "terms were approved.",
                self.display_name,
            ),
            "review": self.env._(
                "%(agreement)s is still being reviewed by %(names)s: it can be signed "
                "after that.",
                agreement=self.display_name,
                names=", ".join(self.sudo().approver_ids.mapped("name")),
            ),
        }
        if self.state in words:
            raise UserError(words[self.state])
        self._check_in_state("approved")

    def _check_consulted(self):
        if self.consulted_by_id != self.env.user:
            raise UserError(
                self.env._(
                    "%(agreement)s: look at the file of %(party)s first. “Record "
                    "Signing” shows it to you.",
                    agreement=self.display_name,
                    party=self.partner_id.name,
                )
            )

    def _check_signable(self):
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
