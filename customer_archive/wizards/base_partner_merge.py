from odoo import models
from odoo.exceptions import UserError

from ..models.changes.res_partner import LEGAL, REVIEWED
from ..models.files.customer_archive import ENDED


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Merge parties without a file into the one that has it, and refuse the rest.

        The merge works by SQL: it would delete a second open file, because a
        unique index refuses it, and give a reviewed file to another party.
        """
        dst_partner = self._keep_legal(partner_ids, dst_partner)
        # Also files that the user can't see must survive.
        files = self.env["customer.archive"].sudo()
        files = files.search([("partner_id", "in", list(partner_ids))])
        self._check_nothing_held(partner_ids)
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
        self._check_no_accounts(partner_ids, dst_partner)
        partners = self.env["res.partner"].browse(partner_ids).exists()
        kept = dst_partner or self._get_ordered_partner(partners.ids)[-1:]
        live = (partners - kept)._archive_live_orders()
        came = self._keep_terms(partners - kept, kept)
        result = super()._merge(partner_ids, dst_partner, extra_checks)
        # They were given to the destination by SQL.
        self.env.invalidate_all()
        self._align_terms(came)
        kept.commercial_partner_id._archive_take_over(live)
        return result

    def _keep_terms(self, sources, kept):
        """Have a reviewed destination keep its payment terms, or a contact of it.

        What is empty there would be filled from the others, by SQL.

        :return: the contacts of the others, who come along; as superuser
        """
        came = sources._archive_and_below() - sources.sudo() if sources else sources
        if not kept._archive_sets_terms():
            own = kept.sudo()
            for _party, company in own.commercial_partner_id._archive_terms_kept():
                sources.sudo()._archive_take_terms(own, company)
        return came

    def _align_terms(self, came):
        """Give those who came along the terms of the party that they belong to now."""
        came = came.exists()
        # They were given to it by SQL, which doesn't reckon whose they are.
        field = came._fields["commercial_partner_id"]
        self.env.add_to_compute(field, came)
        came.with_env(self.env)._archive_align_terms()

    def _keep_legal(self, partner_ids, dst_partner):
        """Return the destination; refuse to make somebody else legal representative."""
        fields = self.env["customer.archive.change.field"]
        if LEGAL not in fields._protected_names("party"):
            return dst_partner
        domain = [("state", "in", REVIEWED)]
        domain += [(f"partner_id.{LEGAL}", "in", list(partner_ids))]
        # Whether a file exists decides, also where it can't be seen.
        files = self.env["customer.archive"].sudo().search(domain)
        legal = files.partner_id[LEGAL]
        if len(legal) == 1 and not dst_partner:
            return legal.sudo(False)
        for party in files.partner_id:
            if party[LEGAL] != dst_partner:
                raise UserError(
                    self.env._(
                        "%(contact)s is the legal representative of %(party)s, which "
                        "has a customer file: choose this contact as the destination.",
                        contact=party[LEGAL].name,
                        party=party.name,
                    )
                )
        return dst_partner

    def _check_no_accounts(self, partner_ids, dst_partner):
        """Refuse to give accounts to a reviewed party, or to take them, by a merge."""
        banks = self.env["res.partner.bank"].sudo().with_context(active_test=False)
        if not banks._archive_is_protected():
            return
        dst_partner = dst_partner or self._get_ordered_partner(list(partner_ids))[-1:]
        others = list(set(partner_ids) - set(dst_partner.ids))
        target = dst_partner.sudo().commercial_partner_id
        found = banks.search([("partner_id", "child_of", others)])
        owners = found.partner_id.commercial_partner_id - target
        reviewed = (owners | target)._archive_reviewed() if owners else ()
        if reviewed:
            raise UserError(
                self.env._(
                    "%s has a customer file: its bank accounts can only be changed "
                    "by a change request. Remove those of the other contacts first.",
                    reviewed[0].partner_id.name,
                )
            )

    def _check_one_file(self, files):
        for company_files in files.grouped("company_id").values():
            if len(company_files) > 1:
                raise UserError(
                    self.env._(
                        "All of these have a customer file; close all but one "
                        "before merging: %s",
                        ", ".join(company_files.partner_id.mapped("name")),
                    )
                )

    def _check_nothing_held(self, partner_ids):
        """Refuse to merge what is held or blocked, and what belongs to it."""
        parties = self.env["res.partner"].sudo().browse(partner_ids).exists()
        if held := parties._archive_held():
            raise UserError(
                self.env._(
                    "%s has a customer file that is on hold or blocked: it can't "
                    "be merged until that ends.",
                    held.partner_id.name,
                )
            )
