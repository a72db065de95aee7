"""Parties with invoices and payments, and their assessments."""

import json
from datetime import timedelta

from odoo import Command, fields

from odoo.addons.customer_archive.models.assessment.inputs import figures_of

from ..retention.retention_case import RetentionCase

ASSESSMENT = "customer.archive.assessment"
NAME = "常州武进铸造有限公司"


class AssessmentCase(RetentionCase):
    """Mixed into a TransactionCase or HttpCase."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._archive_today()
        outstanding = cls.env["account.account"].create(
            {
                "name": "Test outstanding",
                "code": "TST9",
                "account_type": "asset_current",
                "reconcile": True,
            }
        )
        # Payments book an entry that is reconciled, as with a chart of accounts.
        lines = cls.bank.inbound_payment_method_line_ids
        lines.payment_account_id = outstanding

    @classmethod
    def ago(cls, days):
        return cls.today - timedelta(days=days)

    def billed(self, partner, amount, ago, term=30, **values):
        """Return a posted invoice, dated so many days ago and due after its term."""
        day = self.ago(ago)
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "journal_id": self.sales_journal.id,
                "invoice_date": day,
                "date": day,
                "invoice_date_due": day + timedelta(days=term),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "废钢",
                            "quantity": 1,
                            "price_unit": amount,
                            "account_id": self.income.id,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **values,
            }
        )
        move.action_post()
        return move

    def paid(self, move, ago, amount=None):
        """Register a payment of an invoice, so many days ago."""
        context = {"active_model": "account.move", "active_ids": move.ids}
        register = self.env["account.payment.register"].with_context(**context)
        values = {"payment_date": self.ago(ago), "journal_id": self.bank.id}
        if amount is not None:
            values["amount"] = amount
        return register.create(values)._create_payments()

    def figures(self, file):
        """Return the figures of a file, as the database reckons them."""
        [(_file, _company, _category, found)] = figures_of(file.sudo())
        return found

    def begun(self, kind="credit", file=None, role=None):
        """Return a draft, begun by whoever prepares assessments of a kind."""
        role = role or {"credit": "finance", "risk": "compliance"}.get(kind, "purchase")
        file = self.by(file or self.file, role)
        action = getattr(file, f"action_assess_{kind}")()
        return (
            self.env[action["res_model"]]
            .browse(action["res_id"])
            .with_user(self.users[role])
        )

    def grade(self, kind, name):
        return self.env.ref(f"customer_archive.grade_{kind}_{name.lower()}")

    def submitted_with(self, assessment, name=None, **values):
        """Submit a draft, with a grade and the reason for it."""
        kind = assessment.kind
        if name:
            grade = self.grade(kind, name)
            values = {"grade_id": grade.id, "reason": "集团担保，已核实", **values}
        if values:
            assessment.write(values)
        assessment.action_submit()
        return assessment

    def decided(self, assessment, name=None, **values):
        """Have a draft decided by everybody who is asked."""
        self.submitted_with(assessment, name, **values)
        while assessment.state == "review":
            approver = assessment.sudo().approver_ids.sorted("id")[0]
            assessment.with_user(approver).action_approve("同意")
        return assessment

    def snapshot(self, assessment):
        """Return what is kept, as a client that reads the column would have it."""
        return json.loads(json.dumps(assessment.sudo().snapshot))

    def day(self, months):
        return fields.Date.add(self.today, months=months)
