from odoo import api, models, tools
from odoo.exceptions import ValidationError
from odoo.models import MAGIC_COLUMNS

from odoo.addons.base.models.res_bank import sanitize_account_number

from ...tools import identifiers
from ..common.sentinel import is_system

# What says neither whose account it is nor where money goes. That money is sent there
# at all is decided by those who have Odoo's right to it, about the number as it is.
HARMLESS = {
    *MAGIC_COLUMNS,
    "allow_out_payment",
    "color",
    "note",
    "sequence",
    "message_main_attachment_id",
}


class ResPartnerBank(models.Model):
    _inherit = "res.partner.bank"

    @api.depends_context("archive_masked")
    def _compute_display_name(self):
        """An account's name is its number: a change request shows its end only."""
        result = super()._compute_display_name()
        if self.env.context.get("archive_masked"):
            for bank in self:
                parts = (bank._archive_masked(), bank.bank_id.name)
                bank.display_name = " ".join(filter(None, parts))
        return result

    @api.constrains("acc_number", "partner_id")
    def _check_archive_bank_card(self):
        """Check card numbers of private persons with a file.

        Companies' accounts have no check digit.
        """
        for bank in self:
            partner = bank.partner_id.commercial_partner_id
            if (
                partner.is_company
                or not partner._archive_is_chinese()
                or not partner._with_archive()
            ):
                continue
            try:
                identifiers.bank_card(bank.acc_number or "")
            except ValueError as error:
                # Never with the number itself: messages end up in logs.
                problem = partner._archive_number_message("bank_card", error.args[0])
                raise ValidationError(
                    self.env._(
                        "Bank account of %(party)s: %(problem)s",
                        party=partner.name,
                        problem=problem,
                    )
                ) from None

    # Changed by request only

    @api.model_create_multi
    def create(self, vals_list):
        if not is_system(self.env):
            ids = [vals["partner_id"] for vals in vals_list if vals.get("partner_id")]
            if len(ids) < len(vals_list):
                ids.append(self.default_get(["partner_id"]).get("partner_id"))
            partners = self.env["res.partner"].browse(filter(None, ids))
            self._archive_check_added(partners)
        return super().create(vals_list)

    def write(self, vals):
        if not is_system(self.env) and self._archive_is_protected():
            self._archive_check_edit(vals)
        return super().write(vals)

    def _archive_check_edit(self, vals):
        """Refuse another number, holder, bank or owner, and an account's end."""
        vals = dict(vals)
        if "sanitized_acc_number" in vals:
            # As Odoo takes it.
            vals["acc_number"] = vals.pop("sanitized_acc_number")
        names = self._archive_identifying()
        if not names & vals.keys():
            return
        # Whether a file exists decides, also where the party can't be seen.
        owners = {bank: bank.partner_id.commercial_partner_id for bank in self.sudo()}
        parties = self.env["res.partner"].union(*owners.values())
        for archive in parties._archive_reviewed():
            for bank, owner in owners.items():
                if owner == archive.partner_id:
                    archive._check_edit(bank, "bank", names, vals)
        if vals.get("partner_id"):
            party = self.env["res.partner"].browse(vals["partner_id"])
            if any(bank.partner_id != party for bank in owners):
                self._archive_check_added(party)

    @api.model
    def _archive_identifying(self):
        """Return the names of the fields that nobody changes directly.

        Without the protection of one that is in the list, it is changed by anybody.
        """
        fields = self.env["customer.archive.change.field"]
        names = self._archive_routing_names()
        lifted = fields.with_context(active_test=False)._of("bank", names)
        return (names - lifted.keys()) | fields._protected_names("bank")

    @api.model
    @tools.ormcache()
    def _archive_routing_names(self):
        """Return the names of all fields that say whose it is and where money goes.

        Looked up: a country's own module adds others, such as routing numbers. Also
        what is written on to the bank that the account names.
        """
        return frozenset(
            name
            for name, field in self._fields.items()
            if (field.store or field.inverse)
            and not field.type.endswith("2many")
            and not name.startswith(("activity_", "my_activity_", "message_"))
            and name not in HARMLESS
        )

    # Odoo never deletes an account, but takes it out of use: see above.

    def _archive_is_protected(self):
        protected = self.env["customer.archive.change.field"]._protected_names("bank")
        return "acc_number" in protected

    def _archive_check_added(self, partners):
        """Refuse another account for a party whose accounts were reviewed."""
        if self._archive_is_protected():
            parties = partners.sudo().commercial_partner_id
            for archive in parties._archive_reviewed():
                raise archive._edit_refused(self.browse(), "bank", ["acc_number"], {})

    @api.model
    def _archive_find(self, party, number):
        """Return the account of a party and its contacts by its number.

        Also if it isn't in use any more.
        """
        known = self.with_context(active_test=False).search(
            [("partner_id.commercial_partner_id", "=", party.id)]
        )
        number = sanitize_account_number(number)
        return known.filtered(lambda bank: bank.sanitized_acc_number == number)[:1]

    def _archive_masked(self):
        """Return the account with all but its last four characters hidden."""
        return identifiers.masked(self.acc_number)
