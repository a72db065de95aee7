"""A file on record, and the orders, invoices and payments of its party."""

from unittest.mock import patch

from odoo import Command

from ..support.common import ArchiveCase

POLICY = "customer.archive.retention.policy"


class RetentionCase(ArchiveCase):
    """Mixed into a TransactionCase or HttpCase."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.books()
        cls.file = cls.registered(cooperation_term="long")
        cls.party = cls.file.sudo().partner_id

    @classmethod
    def books(cls):
        """Give the company what it takes to post invoices: no chart is installed."""
        accounts = cls.env["account.account"]
        cls.receivable, cls.payable, cls.income, cls.expense, cls.cash = (
            accounts.create(
                {
                    "name": f"Test {kind}",
                    "code": f"TST{number}",
                    "account_type": kind,
                    "reconcile": kind in ("asset_receivable", "liability_payable"),
                }
            )
            for number, kind in enumerate(
                (
                    "asset_receivable",
                    "liability_payable",
                    "income",
                    "expense",
                    "asset_cash",
                )
            )
        )
        journals = cls.env["account.journal"]
        cls.sales_journal, cls.purchase_journal, cls.bank = (
            journals.create(
                {
                    "name": f"Test {kind}",
                    "code": f"T{kind[:3].upper()}",
                    "type": kind,
                    "default_account_id": account.id,
                }
            )
            for kind, account in (
                ("sale", cls.income),
                ("purchase", cls.expense),
                ("bank", cls.cash),
            )
        )
        defaults = cls.env["ir.default"]
        for name, account in (
            ("property_account_receivable_id", cls.receivable),
            ("property_account_payable_id", cls.payable),
        ):
            defaults.set("res.partner", name, account.id, company_id=cls.company.id)
        cls.service = cls.env["product.product"].create(
            {
                "name": "Test Service",
                "type": "service",
                "invoice_policy": "order",
                "purchase_method": "purchase",
                "list_price": 100,
                "property_account_income_id": cls.income.id,
                "property_account_expense_id": cls.expense.id,
                "taxes_id": [Command.clear()],
                "supplier_taxes_id": [Command.clear()],
            }
        )

    def by(self, record, role):
        return record.with_user(self.users[role])

    def commit(self):
        """Do what comes before a commit, and see what the database has then."""
        self.env.cr.flush()
        self.env.invalidate_all()

    def order(self, partner=None, confirm=True, **values):
        order = self.env["sale.order"].create(
            {
                "partner_id": (partner or self.party).id,
                "order_line": [
                    Command.create(
                        {"product_id": self.service.id, "product_uom_qty": 1}
                    )
                ],
                **values,
            }
        )
        if confirm:
            order.action_confirm()
        return order

    def purchase(self, partner=None, confirm=True):
        order = self.env["purchase.order"].create(
            {
                "partner_id": (partner or self.party).id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.service.id,
                            "product_qty": 1,
                            "price_unit": 50,
                        }
                    )
                ],
            }
        )
        if confirm:
            order.button_confirm()
        return order

    def invoice(self, partner=None, kind="out_invoice", post=True, **values):
        move = self.env["account.move"].create(
            {
                "move_type": kind,
                "partner_id": (partner or self.party).id,
                "invoice_date": values.pop("invoice_date", "2026-01-05"),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": self.service.id,
                            "price_unit": 100,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    def pay(self, invoice, reconcile=True):
        """Post an entry that pays an invoice, and reconcile the two."""
        amount = invoice.amount_residual
        inbound = invoice.is_inbound()
        # A refund to a customer is paid from what he is owed.
        account = self.receivable if invoice.is_sale_document() else self.payable
        sides = ("debit", "credit") if inbound else ("credit", "debit")
        entry = self.env["account.move"].create(
            {
                "journal_id": self.bank.id,
                "date": "2026-01-06",
                "line_ids": [
                    Command.create({"account_id": self.cash.id, sides[0]: amount}),
                    Command.create(
                        {
                            "account_id": account.id,
                            sides[1]: amount,
                            "partner_id": invoice.partner_id.id,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        if reconcile:
            self.reconcile(invoice, entry)
        return entry

    def reconcile(self, *moves):
        open_accounts = self.receivable | self.payable
        lines = self.env["account.move.line"].concat(*(move.line_ids for move in moves))
        lines.filtered(lambda line: line.account_id in open_accounts).reconcile()

    def unbooked(self, moves, amount, day):
        """Post a payment of invoices for which no entry is made, and return it.

        As where Odoo's accounting is installed: the bank statement books it.
        """
        self.bank.inbound_payment_method_line_ids.payment_account_id = False
        model = self.env.registry["account.move"]
        in_payment = {"_get_invoice_in_payment_state": lambda _self: "in_payment"}
        with patch.multiple(model, **in_payment):
            payment = self.env["account.payment"].create(
                {
                    "payment_type": "inbound",
                    "partner_type": "customer",
                    "partner_id": self.party.id,
                    "amount": amount,
                    "date": day,
                    "journal_id": self.bank.id,
                    "invoice_ids": [Command.set(moves.ids)],
                }
            )
            payment.action_post()
            self.assertFalse(payment.move_id)
            self.assertEqual(set(moves.mapped("payment_state")), {"in_payment"})
            self.env.flush_all()
        return payment

    def kinds(self, archive=None):
        """Return the kinds of what is open about a file."""
        archive = (archive or self.file).sudo()
        return set(archive._blockers().get(archive.id, {}))
