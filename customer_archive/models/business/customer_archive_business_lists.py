from odoo import fields, models

from ..common.windows import open_dialog, open_list, window
from ..events.customer_archive_event_steps import ASKED
from . import figures
from .customer_archive import FACTS, LATE, NOTES, PERFORMANCE
from .seen import BOUGHT, MOVES, PURCHASES, SALES, SOLD

ITEMS = "account.move.line"


class CustomerArchive(models.Model):
    """The lists behind the figures: what is shown there, the ERP's own rules say."""

    _inherit = "customer.archive"

    def action_open_sales(self):
        """Return the confirmed sales orders of the party."""
        domain = fields.Domain("state", "=", "sale")
        return self._open_documents(SALES, self.env._("Sales Orders"), domain)

    def action_open_quotations(self):
        """Return the quotations to the party that are open."""
        domain = fields.Domain("state", "in", ("draft", "sent"))
        return self._open_documents(SALES, self.env._("Open Quotations"), domain)

    def action_open_purchases(self):
        """Return the confirmed purchase orders of the party."""
        domain = fields.Domain("state", "=", "purchase")
        return self._open_documents(PURCHASES, self.env._("Purchase Orders"), domain)

    def action_open_requests(self):
        """Return the requests for quotation to the party that are open."""
        domain = fields.Domain("state", "in", ("draft", "sent", "to approve"))
        name = self.env._("Open Requests for Quotation")
        return self._open_documents(PURCHASES, name, domain)

    def action_open_invoices(self):
        """Return the posted invoices and credit notes of the party."""
        return self._open_moves(SOLD, self.env._("Customer Invoices"))

    def action_open_bills(self):
        """Return the posted bills and refunds of the party."""
        return self._open_moves(BOUGHT, self.env._("Vendor Bills"))

    def action_open_overdue(self):
        """Return what the party should have paid before today."""
        name = self.env._("Overdue from the Party")
        return self._open_overdue(figures.RECEIVABLE, name)

    def action_open_owed(self):
        """Return what we should have paid before today."""
        name = self.env._("Overdue to the Party")
        return self._open_overdue(figures.PAYABLE, name)

    def action_open_paid(self):
        """Return the invoices whose days of payment were averaged."""
        return self._open_paid("out_invoice")

    def action_open_paid_bills(self):
        """Return the bills whose days of payment were averaged."""
        return self._open_paid("in_invoice")

    def action_open_complaints(self):
        """Return the complaints of the party, answered ones too."""
        self.ensure_one()
        self.check_access("read")
        domain = [
            ("archive_id", "=", self.id),
            ("type_id.is_complaint", "=", True),
            ("state", "in", ASKED),
        ]
        modes = "list,kanban,calendar,form"
        return window(NOTES, modes, name=self.env._("Complaints"), domain=domain)

    def action_open_breaches(self):
        """Return breaches, disputes and what was late, of all agreements."""
        self.ensure_one()
        self.check_access("read")
        kinds = ("breach", "dispute", *LATE)
        domain = [("archive_id", "=", self.id), ("kind", "in", kinds)]
        name = self.env._("Breaches, Disputes and Delays")
        return open_list(PERFORMANCE, name, domain)

    def action_new_credit_fact(self):
        """Return the form for a credit fact of the party."""
        self.ensure_one()
        self.check_access("read")
        context = {"default_archive_id": self.id}
        return open_dialog(FACTS, self.env._("New Credit Fact"), context)

    def _open_moves(self, kinds, name):
        domain = fields.Domain("state", "=", "posted")
        return self._open_documents(
            MOVES, name, domain & fields.Domain("move_type", "in", kinds)
        )

    def _open_overdue(self, kind, name):
        return self._open_found(
            ITEMS, name, lambda: figures.overdue_items(self, [kind])
        )

    def _open_paid(self, kind):
        name = self.env._("Paid in a Year")
        return self._open_found(MOVES, name, lambda: figures.paid_moves(self, [kind]))

    def _open_found(self, model, name, find):
        """Return the action that lists what a figure was reckoned of a moment ago.

        :param find: function that returns the query for it
        """
        self._check_shown(model)
        domain = [("id", "in", [*find()])]
        return open_list(model, name, domain, context={"create": False})

    def _open_documents(self, model, name, domain):
        """Return the action that lists documents of the ERP of the party."""
        self._check_shown(model)
        if model == MOVES:
            party = fields.Domain("commercial_partner_id", "=", self.partner_id.id)
        else:
            party = fields.Domain("partner_id", "in", [*figures.contacts(self)])
        own = party & fields.Domain("company_id", "=", self.company_id.id)
        return open_list(model, name, list(own & domain), context={"create": False})

    def _check_shown(self, model):
        self.ensure_one()
        self.check_access("read")
        # Whoever may not read them is told so here, and not by an empty list.
        self.env[model].check_access("read")
