"""Receipts of the warehouse, and what the performance record says without one."""

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from odoo.addons.customer_archive.models.assessment import inputs

from .assessment_case import AssessmentCase


@tagged("post_install", "-at_install")
class TestReceipts(AssessmentCase, TransactionCase):
    """Requirement E3: deliveries on time."""

    def test_days_of_receipts_are_the_companys(self):
        """E3: in a database with a warehouse; here its tables are stood in for."""
        noon, late = "04:00:00", "16:30:00"  # The same day in Shanghai, and the next.
        self.receipts(
            (self.ago(9), noon, self.ago(9), noon),
            (self.ago(9), noon, self.ago(9), late),
            # By UTC it is done a day too late, and falls due before the year.
            (self.ago(366), late, self.ago(365), noon),
        )
        rows = self.received(
            f"{inputs.PARTIES}{inputs.RECEIPTS} SELECT fell_due, on_time FROM receipts"
        )
        self.assertEqual(rows, [(3, 2)])

    def test_receipts_to_come_say_nothing(self):
        """E3: until one falls due, what the performance record says counts."""
        terms = {"archive_id": self.file.id, "date_end": self.day(12)}
        agreements = self.env["customer.archive.agreement"]
        agreement = self.sign(agreements.with_user(self.users["sales"]).create(terms))
        entries = self.env["customer.archive.agreement.performance"]
        entries = entries.with_user(self.users["sales"])
        for kind in ("delivered", "delivered", "delivered", "delivered_late"):
            entries.create(
                {"agreement_id": agreement.id, "kind": kind, "description": "见来函"}
            )
        text = "".join(
            (
                *(inputs.PARTIES, inputs.OWED, inputs.INVOICES, inputs.PRICES),
                *(inputs.NOTED, inputs.RECEIPTS, inputs.FIGURES),
            )
        )
        noon = "04:00:00"
        self.receipts((self.day(1), noon, None, None))
        [(*_ids, figures)] = self.received(text)
        self.assertEqual(figures["delivery_ratio"], 75)
        # Once one is there, the warehouse says it.
        self.receipts((self.ago(9), noon, self.ago(9), noon))
        [(*_ids, figures)] = self.received(text)
        self.assertEqual(figures["delivery_ratio"], 100)

    def receipts(self, *receipts):
        """Stand in for a warehouse: days and times when due, and when done."""
        cr = self.env.cr
        cr.execute(
            "DROP TABLE IF EXISTS pg_temp.stock_picking_type, pg_temp.stock_picking;"
            "CREATE TEMP TABLE stock_picking_type (id int, code text) ON COMMIT DROP;"
            "CREATE TEMP TABLE stock_picking (id serial, partner_id int,"
            " company_id int, picking_type_id int, state text, return_id int,"
            " date_done timestamp, date_deadline timestamp) ON COMMIT DROP;"
            "INSERT INTO stock_picking_type VALUES (1, 'incoming')"
        )
        for due, due_time, done, done_time in receipts:
            cr.execute(
                "INSERT INTO stock_picking (partner_id, company_id, picking_type_id,"
                " state, date_done, date_deadline) VALUES (%s, %s, 1, %s, %s, %s)",
                [
                    *(self.party.id, self.company.id),
                    "done" if done else "assigned",
                    f"{done} {done_time}" if done else None,
                    f"{due} {due_time}",
                ],
            )

    def received(self, text):
        """Return what a statement says of the file, with that warehouse."""
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                text,
                span=inputs.DAYS,
                companies=self.company.ids,
                days=[self.today],
                files=self.file.ids,
            )
        )
