"""Random sequences of actions by random people: what holds whatever they do."""

from datetime import timedelta

from hypothesis import given

from odoo import Command, fields
from odoo.tests import TransactionCase, tagged

from ..support.property_case import QUIET, PropertyCase, steps

OUT = ("handing", "out", "returning", "lost")


@tagged("post_install", "-at_install")
class TestConsultationProperties(PropertyCase, TransactionCase):
    def test_consultations(self):
        self.walk_consultations()
        self.assertEqual(self.reached, {"draft", "review", "approved", "ended"})

    @QUIET
    @given(steps(("submit", "approve", "end"), "reject", "withdraw", "revoke", "edit"))
    def walk_consultations(self, sequence):
        with self.env.cr.savepoint() as savepoint:
            record = (
                self.env["customer.archive.consultation"]
                .with_user(self.users["sales_other"])
                .create(
                    {
                        "partner_id": self.party.id,
                        "purpose": "Offer",
                        "scope": "file",
                        "date_to": fields.Datetime.now() + timedelta(days=1),
                    }
                )
            )
            states = self.play(record.sudo(), sequence, self.consult)
            grants = self.env["customer.archive.grant"]._of(record)
            approved = self.approved_rounds(record)
            self.assertEqual(len(grants), len(approved))
            self.assertEqual(bool(grants), "approved" in states)
            given_rows = self.rows(grants, "grant")
            revoked = grants.filtered("revoked_on")
            self.assertEqual(len(given_rows), len(grants) + len(revoked))
            readable = self.file.with_user(self.users["sales_other"]).has_access("read")
            self.assertEqual(readable, "open" in grants.mapped("state"))
            savepoint.rollback()
        self.env.invalidate_all()

    def consult(self, record, action):
        if action == "edit":
            record.write({"date_to": fields.Datetime.now() + timedelta(days=2)})
        elif action == "revoke":
            grants = self.env["customer.archive.grant"]._of(record)
            grants.with_user(record.env.user).action_revoke("enough")
        elif action == "reject":
            record.action_reject("no")
        else:
            getattr(record, f"action_{action}")()


@tagged("post_install", "-at_install")
class TestChangeProperties(PropertyCase, TransactionCase):
    def test_changes(self):
        self.walk_changes()
        self.assertEqual(self.reached, {"draft", "review", "done"})

    @QUIET
    @given(steps(("submit", "approve"), "reject", "withdraw", "edit", "meanwhile"))
    def walk_changes(self, sequence):
        with self.env.cr.savepoint() as savepoint:
            self.party.write({"fax": "1"})
            field = self.ref("customer_archive.change_field_party_fax")
            record = (
                self.env["customer.archive.change"]
                .with_user(self.users["sales"])
                .create(
                    {
                        "partner_id": self.party.id,
                        "purpose": "New line",
                        "asked_by": "Buyer",
                        "line_ids": [(0, 0, {"field_id": field, "new_text": "2"})],
                    }
                )
            )
            states = self.play(record.sudo(), sequence, self.change)
            done = "done" in states
            self.assertEqual(self.party.fax.startswith("2"), done)
            self.assertEqual(len(self.rows(record, "change")), int(done))
            if done:
                self.assertTrue(self.approved_rounds(record))
            savepoint.rollback()
        self.env.invalidate_all()

    def change(self, record, action):
        if action == "edit":
            record.line_ids.write({"new_text": "2"})
        elif action == "meanwhile":
            self.party.write({"fax": self.party.fax + "x"})
        elif action == "reject":
            record.action_reject("no")
        else:
            getattr(record, f"action_{action}")()


@tagged("post_install", "-at_install")
class TestLoanProperties(PropertyCase, TransactionCase):
    def test_loans(self):
        self.walk_loans()
        states = {"draft", "review", "approved", "cancelled", "out", "returned"}
        self.assertEqual(self.reached, states)

    def someone(self, record, role, action):
        if role == "right" and action in ("hand_out", "take_back"):
            return self.users["archivist"]
        return super().someone(record, role, action)

    @QUIET
    @given(
        steps(
            (
                "submit",
                "approve",
                "hand_out",
                "confirm_receipt",
                "bring_back",
                "take_back",
            ),
            *("rival", "reject", "withdraw", "lost", "cancel", "cancel", "cancel"),
        )
    )
    def walk_loans(self, sequence):
        with self.env.cr.savepoint() as savepoint:
            self.paper = self.file.document_ids.filtered(
                lambda item: item.is_paper and not item.is_sensitive
            )[:1]
            record, self.rival = (self.ask(role) for role in ("sales_other", "sales"))
            self.rival.action_submit()
            self.rival.with_user(self.users["management"]).action_approve()
            states = self.play(record.sudo(), sequence, self.lend)
            approved = self.approved_rounds(record)
            self.assertEqual(bool(record.sudo().line_ids), "approved" in states)
            self.assertEqual(bool(approved), "approved" in states)
            savepoint.rollback()
        self.env.invalidate_all()

    def ask(self, role):
        model = self.env["customer.archive.loan"].with_user(self.users[role])
        return model.create(
            {
                "partner_id": self.party.id,
                "purpose": "At the customer's",
                "scope": "items",
                "type_ids": [Command.set(self.paper.type_id.ids)],
            }
        )

    def check(self, record):
        super().check(record)
        lines = (record | self.rival).sudo().line_ids
        out = lines.filtered(lambda line: line.state in OUT)
        # No paper is out twice.
        self.assertEqual(len(out), len(out.document_id))
        for line in lines:
            self.check_line(line)

    def check_line(self, line):
        moved = {"out", "returning", "returned", "lost"}
        if line.state in moved:
            self.assertTrue(line.handed_by_id and line.received_by_id)
            self.assertNotEqual(line.handed_by_id, line.user_id)
            self.assertTrue(line.handed_by_id.has_group(self.archivists))
        said = (line.handed_by_id, line.received_by_id, line.lost_by_id)
        recorded = self.rows(line, "loan")
        self.assertGreaterEqual(len(recorded), len([user for user in said if user]))
        if line.state == "returned":
            self.assertTrue(line.condition and line.brought_by_id and line.taken_by_id)

    archivists = "customer_archive.group_archivist"

    def lend(self, record, action):
        if action == "rival":
            rival = self.rival.with_user(self.users["archivist"])
            rival.action_hand_out()
        elif action == "take_back":
            ids = record.sudo().line_ids.ids
            record.action_take_back(
                [{"line_id": each, "condition": "good"} for each in ids]
            )
        elif action == "lost":
            record.action_report_lost(record.sudo().line_ids.ids, "left in a train")
        elif action == "reject":
            record.action_reject("no")
        else:
            getattr(record, f"action_{action}")()


@tagged("post_install", "-at_install")
class TestSharingProperties(PropertyCase, TransactionCase):
    def test_sharings(self):
        self.walk_sharings()
        self.assertEqual(self.reached, {"draft", "review", "approved", "ended"})

    @QUIET
    @given(
        steps(
            ("submit", "approve", "approve", "end"),
            *("reject", "withdraw", "revoke", "download", "show_password"),
        )
    )
    def walk_sharings(self, sequence):
        with self.env.cr.savepoint() as savepoint:
            item = self.file.document_ids.filtered(
                lambda each: each.attachment_ids and not each.is_sensitive
            )[:1]
            record = (
                self.env["customer.archive.sharing"]
                .with_user(self.users["sales"])
                .create(
                    {
                        "partner_id": self.party.id,
                        "purpose": "Tender",
                        "document_ids": [Command.set(item.ids)],
                        "recipient": "outsider",
                        "recipient_name": "Test Authority",
                        "recipient_contact": "The clerk",
                        "channel": "person",
                        "legal_basis": "authority",
                        "date_to": fields.Datetime.now() + timedelta(days=1),
                    }
                )
            )
            states = self.play(record.sudo(), sequence, self.share)
            approved = self.approved_rounds(record)
            self.assertEqual(bool(approved), "approved" in states)
            # Opened to nobody inside, and with a password as long as it runs.
            self.assertFalse(self.env["customer.archive.grant"]._of(record))
            sealed = bool(record.sudo().password_sealed)
            self.assertEqual(sealed, states[-1] == "approved")
            savepoint.rollback()
        self.env.invalidate_all()

    def share(self, record, action):
        if action == "revoke":
            record.action_revoke("no more")
        elif action == "reject":
            record.action_reject("no")
        elif action in ("download", "show_password"):
            before = len(self.rows(record, "share"))
            getattr(record, f"action_{action}")()
            self.assertEqual(record.state, "approved")
            told = action == "show_password"
            self.assertEqual(len(self.rows(record, "share")), before + told)
        else:
            getattr(record, f"action_{action}")()
