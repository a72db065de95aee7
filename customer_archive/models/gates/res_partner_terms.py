from odoo import SUPERUSER_ID, models

from ..changes.res_partner import REVIEWED
from ..common.roles import SETS_TERMS
from ..common.sentinel import is_system
from ..common.values import differs

# By how many days a party pays, and is paid, unless its order says otherwise.
TERMS = {"property_payment_term_id", "property_supplier_payment_term_id"}


class ResPartner(models.Model):
    """Who gives a party time to pay isn't who sells to it.

    Odoo shows these fields to accounting alone, and takes them from anybody who writes
    contacts. Until the file is submitted, whoever collects it proposes them, and the
    review sees them; from then on finance and accounting set and clear them, in the
    company of the file.
    """

    _inherit = "res.partner"

    def write(self, vals):
        if TERMS & vals.keys() and not is_system(self.env):
            self._archive_check_terms(vals)
        return super().write(vals)

    def _archive_check_terms(self, vals):
        """Refuse terms that a reviewed party, or one of its contacts, doesn't have yet.

        :raise AccessError: unless the user is of finance or accounting
        """
        # What sets a company up, or runs for nobody, is the system's own.
        if self.env.uid == SUPERUSER_ID or self.env.user.has_groups(SETS_TERMS):
            return
        # Whether a file exists decides, also where it can't be seen. What Odoo's own
        # code writes, such as a new contact's share of the party's terms, is no other.
        parties = self.sudo().commercial_partner_id
        domain = [
            ("partner_id", "in", parties.ids),
            ("company_id", "=", self.env.company.id),
            ("state", "in", REVIEWED),
        ]
        files = self.env["customer.archive"].sudo().search(domain)
        for file in files:
            for name in TERMS & vals.keys():
                if differs(file.partner_id, name, vals[name]):
                    raise self._archive_terms_refused(file.sudo(False))

    def _archive_terms_refused(self, file):
        return file._refusal(
            self.env._(
                "The payment terms of a party on file are set by finance or "
                "accounting: ask them, or choose the terms on the order, which then "
                "takes the sign-off that the party's credit grade asks for."
            ),
            "payment_terms",
        )
