from odoo import models
from odoo.exceptions import UserError

from ..models.customer_archive import ENDED


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Merge parties without a file into the one that has it, and refuse the rest.

        The merge works by SQL: it would delete a second open file, because a
        unique index refuses it, and give a reviewed file to another party.
        """
        # Also files that the user can't see must survive.
        files = self.env["customer.archive"].sudo()
        files = files.search([("partner_id", "in", list(partner_ids))])
        if not files:
            return super()._merge(partner_ids, dst_partner, extra_checks)
        self._check_one_file(files.filtered(lambda file: file.state not in ENDED))
        kept = files.filtered(lambda file: file.state != "draft").partner_id
        if len(kept) == 1 and not dst_partner:
            dst_partner = kept.sudo(False)
        if kept - (dst_partner or kept.browse()):
            raise UserError(
                self.env._(
                    "The file of %s is no longer being collected: "
                    "choose this one as the destination.",
                    kept[0].name,
                )
            )
        return super()._merge(partner_ids, dst_partner, extra_checks)

    def _check_one_file(self, files):
        for company_files in files.grouped("company_id").values():
            if len(company_files) > 1:
                raise UserError(
                    self.env._(
                        "Each of these has a customer file, so they can't be merged "
                        "before all but one are closed: %s",
                        ", ".join(company_files.partner_id.mapped("name")),
                    )
                )
