from odoo import api, models
from odoo.tools import html_escape

from ..common.escalation import heads
from ..common.readers import may_read
from ..common.roles import MANAGEMENT, users_of
from .customer_archive_gate import SALE
from .customer_archive_gate_credit import debtor, is_on_credit
from .customer_archive_gated import FILE, GATE

# What isn't confirmed yet.
OFFERS = ("draft", "sent")
# Whether it is a sale on credit, and who will owe it.
LENDS = {"partner_invoice_id", "payment_term_id"}
# Odoo's own: read every order, if nobody else may.
SALES_MANAGERS = "sales_team.group_sale_manager"


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "customer.archive.gated"]

    _archive_kind = SALE
    _archive_confirmed = ("sale",)
    _archive_addresses = ("partner_invoice_id", "partner_shipping_id")

    @api.depends("amount_total", "partner_shipping_id", *sorted(LENDS))
    def _compute_archive_warning(self):
        return super()._compute_archive_warning()

    def write(self, vals):
        asked = self if LENDS & vals.keys() else self.browse()
        before = {order: order._archive_lent_to() for order in asked}
        result = super().write(vals)
        # What is lent now, or to somebody else, is asked as if it were confirmed now.
        lent = asked.filtered(
            lambda order: order._archive_lent_to() not in (False, before[order])
        )
        lent._archive_pass()
        return result

    def _archive_lent_to(self):
        """Return the id of who will owe this order, false if it is paid at once."""
        self.ensure_one()
        # Terms of payment are no secret of whoever writes an order.
        own = self.sudo()
        return is_on_credit(own) and debtor(own).id

    # What isn't to be confirmed isn't offered for it either: a payment would be taken
    # and not be booked.

    def _has_to_be_signed(self):
        return super()._has_to_be_signed() and not self._archive_is_stopped()

    def _has_to_be_paid(self):
        return super()._has_to_be_paid() and not self._archive_is_stopped()

    def _is_confirmation_amount_reached(self):
        reached = super()._is_confirmation_amount_reached()
        return reached and not self._archive_is_stopped()

    def _archive_is_offered_in_vain(self):
        """Whether this is a quotation that can't be confirmed at this moment."""
        return self.state in OFFERS and self._archive_is_stopped()

    def _archive_check_payable(self):
        """Check that no payment is begun for a quotation that can't be confirmed.

        Called as superuser: who pays needn't see the order.

        :raise UserError: in words for who pays; colleagues are told the reasons
        """
        offers = self.filtered(lambda order: order.state in OFFERS)
        found = self.env[GATE]._findings(offers, SALE)
        if stopped := self._archive_stops(found):
            raise self._archive_stopped(stopped, offers)

    def _archive_tell_of_payment(self, transaction):
        """Ask somebody to see to an order that was paid and isn't confirmed.

        Once for each payment. Called as superuser: whoever paid has no part in it.
        """
        offers = self.filtered(lambda order: order.state in OFFERS)
        found = self._archive_stops(self.env[GATE]._findings(offers, SALE))
        reference = html_escape(transaction.reference)
        for order in found:
            if any(reference in (each.note or "") for each in order.activity_ids):
                continue
            user = order._archive_who_sees_to_it()
            own = order.with_context(lang=user.lang)
            order.activity_schedule(
                "mail.mail_activity_data_warning",
                user_id=user.id,
                summary=own.env._("Paid, but can't be confirmed"),
                note=own.env._(
                    "The payment %s has arrived, but the party doesn't meet every "
                    "condition: mend it, ask for a waiver, or pay it back.",
                    transaction.reference,
                ),
            )

    def _archive_who_sees_to_it(self):
        """Return the first colleague at work whose affair it is and who may read it.

        Without any it is the system's own: it is seen on the order, at least.
        """
        files = self.env[GATE]._files_of(self).open.values()
        file = next(iter(files), self.env[FILE].sudo())
        line = [
            *(self.user_id, self.team_id.user_id, file.user_id),
            *(heads(file.department_id)[:1], self.create_uid),
            *users_of(self.env, MANAGEMENT).sorted("id"),
            *users_of(self.env, SALES_MANAGERS).sorted("id"),
        ]
        staff = (user for user in line if user and not user.share)
        fit = (user for user in staff if may_read(user, self))
        return next(fit, self.env.ref("base.user_root"))


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "customer.archive.gated.line"]

    _archive_quantity = "product_uom_qty"
