from odoo import api, models
from odoo.exceptions import UserError

from ..common.sentinel import is_system
from ..common.values import differs, label
from ..files.customer_archive import ENDED
from ..files.customer_archive_lock import ALWAYS_WRITABLE
from .customer_archive_agreement import SIGNED

# What of an agreement moves the day until which its file is kept.
MOVES_RETENTION = {"date_end", "is_endless", "state"}
# What of an agreement stays open once it was submitted.
OPEN_ONCE_SUBMITTED = {
    *("note", "sale_order_ids", "purchase_order_ids", "performance_ids"),
    *ALWAYS_WRITABLE,
}


class CustomerArchiveAgreement(models.Model):
    """What of an agreement may be altered: a draft; later its remarks and orders."""

    _inherit = "customer.archive.agreement"

    def write(self, vals):
        if not is_system(self.env):
            self._check_editable(vals)
        # Also those that whoever writes doesn't see.
        linked = self.sudo() if "document_ids" in vals else self.browse()
        papers = {each: each.document_ids for each in linked}
        result = super().write(vals)
        self._check_papers_kept(papers)
        if MOVES_RETENTION & vals.keys():
            # Until when a file is kept doesn't depend on who ends an agreement.
            self.archive_id.sudo()._update_retention()
        return result

    def _check_editable(self, vals):
        self._check_file_open()
        # The guard refuses what is recorded, and records who tried.
        names = vals.keys() - OPEN_ONCE_SUBMITTED - self._protected().keys()
        for agreement in self:
            file = agreement.archive_id.id
            if vals.get("archive_id", file) != file:
                raise UserError(
                    self.env._(
                        "An agreement can't be moved to another file: create a new "
                        "one there."
                    )
                )
            locked = {
                name
                for name in names - agreement._still_open()
                if agreement.is_locked and differs(agreement.sudo(), name, vals[name])
            }
            if locked:
                raise UserError(agreement._locked_words())

    def _still_open(self):
        """Return what else is open: the signed paper comes when both have signed."""
        return {"document_ids"} if self.state == "approved" else set()

    def _check_papers_kept(self, papers):
        """Check that of what was reviewed nothing was taken away.

        :param papers: for each agreement its items before
        """
        for agreement, before in papers.items():
            if agreement.state == "approved" and before - agreement.document_ids:
                raise UserError(agreement._locked_words())

    def _locked_words(self):
        ways = {
            "review": self.env._("Withdraw it to change it."),
            "approved": self.env._("Click “Change Terms” to have it reviewed again."),
        }
        return self.env._(
            "%(agreement)s is locked (%(state)s): only its remarks and orders can be "
            "changed. %(way)s",
            agreement=self.display_name,
            state=label(self, "state"),
            way=ways.get(self.state) or self.env._("Renew it, or terminate it."),
        )

    def _check_file_open(self):
        for archive in self.archive_id:
            if archive.state in ENDED:
                raise UserError(
                    self.env._(
                        "%(file)s is locked (%(state)s): its agreements "
                        "can't be changed now.",
                        file=archive.display_name,
                        state=archive._state_label(),
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        for agreement in self:
            if agreement.state in SIGNED:
                raise UserError(
                    self.env._(
                        "%s can't be deleted because it was signed. Terminate it "
                        "instead.",
                        agreement.display_name,
                    )
                )
