"""A file on record, and what its party ordered, was invoiced and paid."""

from odoo import Command

from ..retention.retention_case import RetentionCase

FACT, AGREEMENT = "customer.archive.credit.fact", "customer.archive.agreement"


class BusinessCase(RetentionCase):
    """Mixed into a TransactionCase."""

    @classmethod
    def reader(cls, *groups, role="finance"):
        """Return a user of a role, with some groups of the ERP besides."""
        user = cls.users[role]
        user.group_ids += cls.env["res.groups"].union(*map(cls.env.ref, groups))
        return user

    def bill(self, amount, day, kind="out_invoice", due=None, paid=None, **values):
        """Return a posted invoice of an amount, with its day of payment."""
        line = {
            "name": "铸件",
            "quantity": 1,
            "price_unit": amount,
            "tax_ids": [Command.clear()],
        }
        move = self.env["account.move"].create(
            {
                "move_type": kind,
                "partner_id": self.party.id,
                "invoice_date": day,
                "date": day,
                "invoice_date_due": due or day,
                "invoice_payment_term_id": False,
                "invoice_user_id": self.users["sales"].id,
                "invoice_line_ids": [Command.create(line)],
                **values,
            }
        )
        move.action_post()
        if paid:
            self.settle(move, paid)
        return move

    def settle(self, move, day, amount=None):
        """Post a payment of an invoice on a day, in the company's currency."""
        terms = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
        amount = amount or abs(terms.balance)
        debtor = terms.balance > 0
        entry = self.env["account.move"].create(
            {
                "journal_id": self.bank.id,
                "date": day,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": self.cash.id,
                            "debit" if debtor else "credit": amount,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": terms.account_id.id,
                            "credit" if debtor else "debit": amount,
                            "partner_id": self.party.id,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        other = entry.line_ids.filtered(
            lambda line: line.account_id == terms.account_id
        )
        (terms | other).reconcile()

    def as_of_now(self, record, user=None):
        """Return a record as somebody is shown it, reckoned anew."""
        self.env.flush_all()
        self.env.invalidate_all()
        return record.with_user(user) if user else record.sudo()
