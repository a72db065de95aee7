"""Bank accounts of parties with a file are shown to those who need them (C5)."""

import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ...tools import identifiers

NUMBERS = {"acc_number", "sanitized_acc_number"}
# What a mask looks like, which nobody's number is.
MASK = re.compile(r"\s*\*{2,}")
# Parties with a file whose accounts a user doesn't look after; our own companies apart.
HIDDEN = """
    SELECT p.id FROM res_partner p
      JOIN customer_archive f ON f.partner_id = p.commercial_partner_id
     WHERE f.state <> 'destroyed'
       AND NOT EXISTS (SELECT FROM res_company c WHERE c.partner_id = f.partner_id)
       AND NOT EXISTS (
            SELECT FROM customer_archive o
             WHERE o.partner_id = f.partner_id AND o.user_id = %s
               AND o.state NOT IN ('closed', 'destroyed')
       )
"""
FLUSHED = {
    "res.partner": ["commercial_partner_id"],
    "customer.archive": ["partner_id", "user_id", "state"],
}


class AccountNumber(fields.Char):
    """A number that leaves the server masked, unless its user needs it.

    Code has it as it is: payments, prints and reconciliation work with the number
    itself, and no mask is ever written.
    """

    def convert_to_read(self, value, record, use_display_name=True):
        value = super().convert_to_read(value, record, use_display_name)
        return self._shown(value, record)

    def convert_to_export(self, value, record):
        return self._shown(super().convert_to_export(value, record), record)

    def _shown(self, value, record):
        # Its own model's, or another's that shows it from there.
        bank = record[self.related.split(".")[0]] if self.related else record
        return identifiers.masked(value) if value and bank.archive_is_masked else value

    def condition_to_sql(self, field_expr, operator, value, model, alias, query):
        """Find no account by a number that its user isn't shown."""
        found = super().condition_to_sql(
            field_expr, operator, value, model, alias, query
        )
        if model.env.su or model.env.user._archive_needs_accounts():
            return found
        hidden = model._archive_hidden_parties()
        party = SQL.identifier(
            alias, "partner_id", to_flush=model._fields["partner_id"]
        )
        return SQL("(%s AND %s NOT IN (%s))", found, party, hidden)


class ResPartnerBank(models.Model):
    _inherit = "res.partner.bank"

    acc_number = AccountNumber()
    sanitized_acc_number = AccountNumber()
    archive_is_masked = fields.Boolean(
        compute="_compute_archive_is_masked", export_string_translation=False
    )

    @api.depends("partner_id.commercial_partner_id")
    @api.depends_context("uid")
    def _compute_archive_is_masked(self):
        """Also what a form would move to a party without a file."""
        self.archive_is_masked = False
        if self.env.user._archive_needs_accounts():
            return
        # Whether a file exists decides, also where the party can't be seen.
        parties = (self.sudo() | self._origin.sudo()).partner_id._origin
        hidden = parties._archive_with_hidden_accounts()
        for bank in self:
            owners = (bank.sudo() | bank._origin.sudo()).partner_id._origin
            bank.archive_is_masked = bool(owners & hidden)

    @api.model
    def _archive_hidden_parties(self):
        """Return a query of the parties and contacts whose accounts aren't shown."""
        for model, names in FLUSHED.items():
            self.env[model].flush_model(names)
        return SQL(HIDDEN, self.env.uid)

    @api.depends_context("uid")
    def _compute_display_name(self):
        """An account's name is its number.

        Names are shown as superuser: who asks counts.
        """
        result = super()._compute_display_name()
        for bank in self.filtered("archive_is_masked"):
            parts = (bank._archive_masked(), bank.bank_id.name)
            bank.display_name = " - ".join(filter(None, parts))
        return result

    def _archive_check_named(self):
        """Who sees no accounts at all isn't told of those of a party with a file."""
        if not self.has_access("read"):
            self._origin.filtered("archive_is_masked").check_access("read")
        return super()._archive_check_named()

    @api.depends_context("uid")
    def _compute_duplicate_bank_partner_ids(self):
        """Who has the same account isn't said to whom that account isn't shown."""
        result = super()._compute_duplicate_bank_partner_ids()
        if not self.env.user._archive_needs_accounts():
            hidden = self.duplicate_bank_partner_ids._archive_with_hidden_accounts()
            for bank in self.filtered("duplicate_bank_partner_ids"):
                bank.duplicate_bank_partner_ids -= hidden
        return result

    # Ways round

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        if field_name in NUMBERS and not self._archive_is_shown():
            # Where a number comes among others tells of it.
            field_name = "id"
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

    def _read_group_groupby(self, alias, groupby_spec, query):
        self._archive_check_grouped(groupby_spec)
        return super()._read_group_groupby(alias, groupby_spec, query)

    def _read_group_select(self, aggregate_spec, query):
        self._archive_check_grouped(aggregate_spec)
        return super()._read_group_select(aggregate_spec, query)

    def _archive_is_shown(self):
        return self.env.su or self.env.user._archive_needs_accounts()

    def _archive_check_grouped(self, spec):
        if spec.split(":")[0] in NUMBERS and not self._archive_is_shown():
            raise AccessError(
                self.env._(
                    "Bank accounts can only be grouped by users who handle payments "
                    "and accounting."
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        self._archive_check_no_mask(vals_list)
        default = self.default_get(["partner_id"]).get("partner_id")
        owners = [vals.get("partner_id", default) for vals in vals_list]
        # Before the database is asked, whose answer would tell of it.
        parties = self.env["res.partner"].browse(filter(None, owners))
        if not self._archive_is_shown():
            self._archive_check_parties(parties, "create")
        return super().create(vals_list)

    def write(self, vals):
        self._archive_check_no_mask([vals])
        if (NUMBERS | {"partner_id", "allow_out_payment"}) & vals.keys():
            self._archive_check_shown("write")
        if vals.get("partner_id") and not self._archive_is_shown():
            party = self.env["res.partner"].browse(vals["partner_id"])
            self._archive_check_parties(party, "write")
        return super().write(vals)

    def copy_data(self, default=None):
        self._archive_check_shown("copy")
        return super().copy_data(default)

    def unlink(self):
        """Odoo takes accounts out of use instead, and tells the number to all."""
        masked = self.filtered(lambda bank: bank._archive_is_of_party())
        for bank in masked:
            text = self.env._(
                "Bank account %s was deactivated.", bank._archive_masked()
            )
            bank.partner_id._message_log(body=text)
        masked.action_archive()
        return super(ResPartnerBank, self - masked).unlink()

    def _archive_is_of_party(self):
        """Whether the party has a file, whoever asks."""
        return bool(self.sudo().partner_id._with_archive())

    @api.model
    def _archive_check_no_mask(self, vals_list):
        """Never keep a mask as if it were a number."""
        for vals in vals_list:
            if any(MASK.match(str(vals.get(name) or "")) for name in NUMBERS):
                raise UserError(
                    self.env._("This account is masked: enter the whole number.")
                )

    def _archive_check_shown(self, operation):
        """Check that the user sees the accounts that they would enter, move or copy.

        Otherwise an answer such as "exists already" would disclose it.
        """
        if not self.env.su:
            masked = self.filtered("archive_is_masked")
            self._archive_check_parties(masked.sudo().partner_id, operation)

    def _archive_check_parties(self, parties, operation):
        hidden = parties._archive_with_hidden_accounts()
        if hidden:
            message = self.env._(
                "Bank accounts of %s can be entered by the account manager of its "
                "file, a records clerk or Finance.",
                # Whoever names a party sees it; who doesn't is told nothing of it.
                ", ".join(hidden.sudo(False)._filtered_access("read").mapped("name")),
            )
            log = self.env["customer.archive.log"]
            log._record_refusal(self, f"{operation} bank", message)
            raise AccessError(message)
