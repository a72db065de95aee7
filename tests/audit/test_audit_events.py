"""What is recorded, and by whom it was done."""

from datetime import datetime
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from ..support.common import PASSWORD
from .record_case import ACCOUNT, LOG, RecordedCase


@tagged("post_install", "-at_install")
class TestRecording(RecordedCase, TransactionCase):
    """What is done in the program itself. Requirement C6."""

    def test_opening_by_others(self):
        """Once in ten minutes; lists and the account manager don't count."""
        file = self.archive()
        self.mark()

        def look(role, field="document_ids"):
            file.with_user(self.users[role]).web_read({field: {}})
            self.env.invalidate_all()

        look("sales")
        look("compliance", "name")
        self.assertFalse(self.rows())
        with freeze_time("2026-03-02 08:00:00"):
            look("compliance")
            look("compliance")
        with freeze_time("2026-03-02 08:09:59"):
            look("compliance")
        rows = self.assertRecorded("compliance", "open", file)
        self.assertEqual(rows.archive_id, file)
        self.assertEqual(rows.company_id, file.company_id)
        self.assertEqual(rows.date, datetime(2026, 3, 2, 8))
        with freeze_time("2026-03-02 08:10:01"):
            look("compliance")
            look("head")
        self.assertEqual(len(self.rows("open")), 3)

    def test_states_and_decisions(self):
        file = self.submitted()
        rows = self.rows("state")
        self.assertEqual(
            (rows.user_id, rows.res_id, rows.detail),
            (self.users["sales"], file.id, "draft > review"),
        )
        self.mark()
        file.with_user(self.users["head"]).action_approve("I know them")
        decision = self.rows("decision")
        self.assertEqual(decision.user_id, self.users["head"])
        self.assertEqual(decision.model, "customer.archive.approval")
        self.assertRegex(decision.detail, r"^approved round 1 step \d+$")
        self.assertEqual(decision.note, "I know them")
        self.mark()
        compliance = file.sudo().approver_ids.sorted("id")[0]
        file.with_user(compliance).action_reject("not complete")
        self.assertEqual(self.rows("state").user_id, compliance)
        self.assertEqual(self.rows("decision").note, "not complete")

    def test_refusals(self):
        file = self.archive().with_user(self.users["employee"])
        others = file.with_user(self.users["sales_other"])
        secret = self.secret().with_user(self.users["sales"])
        mine = self.archive().with_user(self.users["sales"])
        manual = {"state": "active"}
        cases = [
            ("no right to the model", "employee", file.read, [["name"]], "read"),
            ("no right to the record", "sales_other", others.read, [["name"]], "read"),
            ("others' file", "sales_other", others.write, [{"is_core": 1}], "read"),
            ("guarded field", "sales", mine.write, [manual], "write"),
            ("hidden", "sales", secret.read, [["ciphertext"]], "read ciphertext"),
            (
                "hidden, searched",
                "sales",
                lambda: secret.search([("blind_index", "=", "x")]),
                [],
                "read blind_index",
            ),
            (
                "decided by another",
                "sales_other",
                self.submitted().with_user(self.users["sales_other"]).action_approve,
                ["x"],
                None,
            ),
            (
                "the record itself",
                "admin",
                self.env[LOG].with_user(self.users["admin"]).search,
                [[]],
                "read",
            ),
            (
                "verification",
                "management",
                self.env[LOG].with_user(self.users["management"]).verify,
                [],
                "verify",
            ),
        ]
        for name, role, call, arguments, detail in cases:
            with self.subTest(name):
                self.mark()
                self.refuse(call, *arguments)
                rows = self.rows("denied")
                self.assertTrue(rows)
                self.assertEqual(set(rows.mapped("user_id")), {self.users[role]})
                if detail:
                    self.assertIn(detail, rows.mapped("detail"))

    def test_export(self):
        files = self.archive() | self.archive()
        self.mark()
        files.with_user(self.users["compliance"]).export_data(["name", "state"])
        self.assertRecorded("compliance", "export", files, "2: name state")

    def test_long_exports_are_one_row(self):
        file = self.archive()
        self.mark()
        limit = "odoo.addons.customer_archive.models.audit.base"
        with patch(f"{limit}.EXPORTED_ONE_BY_ONE", 0):
            file.with_user(self.users["compliance"]).export_data(["name"])
        self.assertRecorded("compliance", "export", file.browse(), "1: name")

    def test_print(self):
        file = self.archive()
        self.env["ir.ui.view"].create(
            {
                "type": "qweb",
                "key": "customer_archive.test_report",
                "arch": "<t t-name='customer_archive.test_report'>x</t>",
            }
        )
        report = self.env["ir.actions.report"].create(
            {
                "name": "Test",
                "model": "customer.archive",
                "report_name": "customer_archive.test_report",
            }
        )
        self.mark()
        report.with_user(self.users["compliance"])._render_qweb_html(report, file.ids)
        name = "customer_archive.test_report"
        self.assertRecorded("compliance", "print", file, name)

    def test_configuration(self):
        admin = self.users["admin"]
        category = self.buyer.with_user(admin)
        category.write({"name": "Other name"})
        rows = self.assertRecorded("admin", "configuration", self.buyer)
        self.assertEqual(rows.detail, "write name")
        policy = self.env["customer.archive.approval.policy"].search([], limit=1)
        rule = self.env.ref("customer_archive.rule_log_company")
        group = self.env.ref("customer_archive.group_clerk")
        access = self.env["ir.model.access"].search(
            [("model_id.model", "=", "customer.archive")], limit=1
        )
        for record in (policy, rule, group, access):
            with self.subTest(record._name):
                self.mark()
                record.write({"name": "Other name"})
                row = self.rows("configuration")
                self.assertEqual((row.model, row.res_id), (record._name, record.id))
                self.mark()
                copy = record.copy({"name": "Copy"})
                self.assertIn(copy.id, self.rows("configuration").mapped("res_id"))
                if record == group:
                    copy.model_access.unlink()
                    copy.rule_groups = False
                self.mark()
                copy.unlink()
                self.assertIn("unlink", self.rows("configuration").mapped("detail"))

    def test_other_configuration_is_not_recorded(self):
        self.env.ref("base.res_partner_rule").write({"name": "Other"})
        self.env.ref("base.group_no_one").write({"comment": "Other"})
        self.users["employee"].write({"phone": "1"})
        self.assertFalse(self.rows())

    def test_roles_of_users(self):
        user = self.users["employee"]
        clerk = self.env.ref("customer_archive.group_clerk")
        user.write({"group_ids": [Command.link(clerk.id)]})
        [row] = self.rows("configuration")
        self.assertEqual((row.model, row.res_id), ("res.users", user.id))
        self.assertIn("+customer_archive.group_clerk", row.detail)
        self.mark()
        user.write({"group_ids": [Command.unlink(clerk.id)]})
        self.assertIn("-customer_archive.group_clerk", self.rows().detail)

    def test_reveal_and_search(self):
        secret = self.secret().with_user(self.users["sales"])
        self.mark()
        self.assertEqual(secret.action_reveal(" payment  "), ACCOUNT)
        row = self.assertRecorded(
            "sales", "reveal", secret, "bank_account", note="payment"
        )
        self.assertEqual(row.archive_id.id, secret.archive_id.id)
        self.mark()
        self.assertEqual(secret.search([("value", "=", ACCOUNT)]), secret)
        self.assertRecorded("sales", "search", secret.browse())
        self.assertNotIn(ACCOUNT, str(self.rows().read()))

    def test_viewing(self):
        """Reading a paper in parts is one look; what a program reads, it takes."""
        item = self.sensitive_item()
        copy = item.attachment_ids.with_user(self.users["sales"])
        self.mark()
        copy._archive_record_content("view", None)
        copy._archive_record_content("view", None)
        detail = f"attachment {copy.id}"
        self.assertRecorded("sales", "view", item, detail)
        self.mark()
        self.assertEqual(copy.raw, b"scan")
        self.assertRecorded("sales", "download", item, detail)

    def test_remarks_on_locked_items(self):
        """What may be entered still, on what was reviewed."""
        file = self.registered()
        item = file.document_ids.filtered("is_locked")[0]
        own = item.with_user(self.users["sales"])
        self.mark()
        own.write({"note": own.note})
        self.assertFalse(self.rows("change"))
        file.with_user(self.users["sales"]).write(
            {"document_ids": [Command.update(item.id, {"note": "Seen"})]}
        )
        row = self.assertRecorded("sales", "change", item, "edit note")
        self.assertEqual(row.archive_id, file)
        self.assertIn("Edited on a locked item: Remarks", row.summary)
        draft = self.archive().document_ids[0].with_user(self.users["sales"])
        self.mark()
        draft.note = "Seen"
        self.assertFalse(self.rows("change"))


@tagged("post_install", "-at_install")
class TestRecordingRequests(RecordedCase, HttpCase):
    """What only a request does. Requirements C6 and C9."""

    def setUp(self):
        super().setUp()
        # Test cursors can't write beside one that only reads, as real ones do.
        self.set_registry_readonly_mode(False)
        self.addCleanup(self.set_registry_readonly_mode, True)

    def test_view_and_download(self):
        """Copies are recorded, sensitive or not, seen or taken away."""
        item = self.sensitive_item()
        plain = self.collect(self.archive()).document_ids.filtered("attachment_ids")[0]
        self.authenticate("t_sales", PASSWORD)
        for each in (item, plain):
            url = f"/web/content/{each.attachment_ids.id}"
            detail = f"attachment {each.attachment_ids.id}"
            with self.subTest(sensitive=each.is_sensitive):
                self.mark()
                self.assertEqual(self.url_open(url).content, b"scan")
                self.env.invalidate_all()
                self.assertRecorded("sales", "view", each, detail)
                self.mark()
                self.url_open(f"{url}?download=1")
                self.env.invalidate_all()
                self.assertRecorded("sales", "download", each, detail)

    def test_download_without_rights(self):
        item = self.sensitive_item()
        self.authenticate("t_archivist", PASSWORD)
        self.mark()
        url = f"/web/content/{item.attachment_ids.id}?download=1"
        with mute_logger("odoo.http"):
            response = self.url_open(url)
        self.assertNotIn(b"scan", response.content)
        self.env.invalidate_all()
        self.assertEqual(set(self.rows().mapped("event")), {"denied"})
        self.assertEqual(self.rows().user_id, self.users["archivist"])

    def test_register(self):
        file = self.archive()
        register = self.env["customer.archive.register"].search(
            [("model", "=", "customer.archive")], limit=1
        )
        wizard = self.env["customer.archive.export"].with_user(self.users["compliance"])
        wizard = wizard.create(
            {
                "register_id": register.id,
                "scope": "selected",
                "archive_ids": [Command.set(file.ids)],
            }
        )
        self.authenticate("t_compliance", PASSWORD)
        self.mark()
        response = self.url_open(f"/customer_archive/export/{wizard.id}")
        self.assertEqual(response.status_code, 200)
        self.env.invalidate_all()
        [row] = self.rows("export")
        self.assertEqual(row.user_id, self.users["compliance"])
        self.assertRegex(row.detail, r"^\d+: register ")

    def test_verification(self):
        """Over RPC, with an anchor, by those who supervise; a context is nothing."""
        self.rows_of(self.company, 3)
        self.env[LOG]._seal_rows()
        anchor = self.env["customer.archive.log.anchor"]._anchor(self.company)
        anchor = anchor._values()
        for role in ("auditor", "compliance", "management", "admin", "employee"):
            self.authenticate(f"t_{role}", PASSWORD)
            with self.subTest(role):
                with mute_logger("odoo.http"):
                    result = self.verify([anchor])
                if role in ("auditor", "compliance"):
                    self.assertEqual(result["result"]["breaks"], [])
                    self.assertGreaterEqual(result["result"]["rows"], 3)
                    anchor_of_others = {**anchor, "digest": "0" * 64}
                    found = self.verify([anchor_of_others])["result"]["breaks"]
                    kinds = [each["kind"] for each in found]
                    self.assertEqual(kinds, ["rewritten", "anchor"])
                else:
                    name = result["error"]["data"]["name"]
                    self.assertEqual(name, "odoo.exceptions.AccessError")
        for method in ("_verify", "_record", "_seal", "_exported", "_check_verifies"):
            self.authenticate("t_auditor", PASSWORD)
            with self.subTest(method), mute_logger("odoo.http"):
                name = self.call(method, [])["error"]["data"]["name"]
                self.assertEqual(name, "odoo.exceptions.AccessError")

    def verify(self, anchors):
        return self.call("verify", [[], anchors])

    def call(self, method, arguments):
        context = {"su": True, "customer_archive_engine": True, "uid": 1}
        response = self.url_open(
            "/web/dataset/call_kw",
            json={
                "jsonrpc": "2.0",
                "method": "call",
                "params": {
                    "model": LOG,
                    "method": method,
                    "args": arguments,
                    "kwargs": {"context": context},
                },
            },
        )
        return response.json()
