"""What a stopped quotation shows on the portal: nothing to pay."""

from odoo import http
from odoo.exceptions import AccessError, MissingError

from odoo.addons.sale.controllers import portal


class CustomerPortal(portal.CustomerPortal):
    """A link to pay an amount is Odoo's own way past what an order still needs."""

    @http.route()
    def portal_order_page(
        self, order_id, *args, access_token=None, payment_amount=None, **kwargs
    ):
        if payment_amount and self._archive_is_stopped(order_id, access_token):
            payment_amount = None
        return super().portal_order_page(
            order_id,
            *args,
            access_token=access_token,
            payment_amount=payment_amount,
            **kwargs,
        )

    def _archive_is_stopped(self, order_id, access_token):
        """Whether a quotation that may be seen can't be confirmed."""
        try:
            order = self._document_check_access("sale.order", order_id, access_token)
        except (AccessError, MissingError):
            # Said by Odoo's own method.
            return False
        return order._archive_is_offered_in_vain()
