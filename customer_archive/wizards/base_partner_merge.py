from odoo import models
from odoo.exceptions import UserError

from ..models.customer_archive import ENDED


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Refuse to merge parties that each have an open file in one company.

        The merge works by SQL and deletes what a unique index refuses, which
        would be one of the files.
        """
        # Also files that the user can't see must survive.
        grouped = (
            self.env["customer.archive"]
            .sudo()
            ._read_group(
                [("partner_id", "in", list(partner_ids)), ("state", "not in", ENDED)],
                ["company_id"],
                ["partner_id:recordset"],
            )
        )
        for _company, partners in grouped:
            if len(partners) > 1:
                raise UserError(
                    self.env._(
                        "%s both have a customer file: "
                        "they can't be merged before one of the files is closed.",
                        " and ".join(partners.mapped("name")),
                    )
                )
        return super()._merge(partner_ids, dst_partner, extra_checks)
