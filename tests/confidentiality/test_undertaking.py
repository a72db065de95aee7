from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import Form, TransactionCase, tagged
from odoo.tools import mute_logger

from ..rpc.rpc_case import TRANSPORTS, RpcCalls
from ..rpc.rpc_table import ACCESS, FORGED, REFUSED
from ..support.common import ROLES, ArchiveCase

UNDERTAKING = "customer.archive.undertaking"
SIGNERS = [role for role in ROLES if role not in ("employee", "portal")]
READERS = ("compliance", "management", "auditor", "admin")
TRAINED = "2026-03-01"


class UndertakingCase(ArchiveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()

    def _as(self, role, company=None):
        rows = self.env[UNDERTAKING].with_user(self.users[role])
        return rows.with_company(company) if company else rows

    def _sign(self, role, trained=TRAINED, company=None):
        rows = self._as(role, company)
        return rows.browse(rows.sign(trained))

    def _is_signed(self, role, company=None):
        rows = self.env[UNDERTAKING]
        return rows._is_signed(self.users[role], company or self.company)

    def _other_company(self, *roles):
        company = self.env["res.company"].create({"name": "Other Ltd"})
        for role in roles:
            self.users[role].company_ids = [Command.link(company.id)]
        return company


@tagged("post_install", "-at_install")
class TestUndertaking(UndertakingCase, TransactionCase):
    """Requirement G5."""

    def test_every_role_signs_for_itself(self):
        for role in SIGNERS:
            with self.subTest(role):
                self.assertFalse(self._is_signed(role))
                row = self._sign(role)
                self.assertTrue(self._is_signed(role))
                self.assertEqual(row.user_id, self.users[role])
                self.assertEqual(row.company_id, self.company)
                self.assertEqual(row.text, self.company._archive_undertaking())
                self.assertEqual(str(row.training_date), TRAINED)
                self._as(role)._check_signed()

    def test_users_without_a_role_dont_sign(self):
        for role in ("employee", "portal"):
            with self.subTest(role), self.assertRaisesRegex(AccessError, "Only users"):
                self._as(role).sign(TRAINED)

    def test_training_must_be_over(self):
        with freeze_time("2026-03-05 17:00:00"):  # the 6th already in Shanghai
            self._sign("sales", "2026-03-06")
            with self.assertRaisesRegex(UserError, "in the future"):
                self._as("sales").sign("2026-03-07")
        for wrong in (False, None, "", "yesterday", True, 7, [], {}):
            with (
                self.subTest(wrong),
                self.assertRaisesRegex(UserError, "Enter the date"),
            ):
                self._as("sales").sign(wrong)

    def test_it_ends_by_the_day_of_the_company(self):
        with freeze_time("2026-03-05 02:00:00"):
            row = self._sign("sales")
        self.assertEqual(row.valid_until, date(2027, 3, 5))
        for moment, state in (
            ("2027-03-04 15:59:00", "valid"),
            ("2027-03-05 15:59:00", "valid"),  # a minute before midnight in Shanghai
            ("2027-03-05 16:00:00", "expired"),
        ):
            with self.subTest(moment), freeze_time(moment):
                self.assertEqual(self._is_signed("sales"), state == "valid")
                row.invalidate_recordset()
                self.assertEqual(row.state, state)
                for each in ("valid", "expired", "revoked"):
                    found = self._as("sales").search([("state", "=", each)])
                    self.assertEqual(row in found, each == state)
                others = self._as("sales").search([("state", "!=", state)])
                self.assertNotIn(row, others)
        self.company.archive_tz = "America/New_York"
        with freeze_time("2027-03-05 16:00:00"):
            self.assertTrue(self._is_signed("sales"))

    def test_signing_again_renews(self):
        self.company.archive_undertaking_months = 6
        with freeze_time("2026-03-05 02:00:00"):
            first = self._sign("sales")
        self.assertEqual(first.valid_until, date(2026, 9, 5))
        self.company.archive_undertaking_text = "A newer text"
        with freeze_time("2026-08-31 02:00:00"):
            second = self._sign("sales")
        self.assertEqual(second.valid_until, date(2027, 2, 28))
        self.assertEqual(second.text, "A newer text")
        self.assertNotEqual(first.text, "A newer text")
        with freeze_time("2026-12-01 02:00:00"):
            (first | second).invalidate_recordset()
            self.assertEqual((first.state, second.state), ("expired", "valid"))
            self.assertTrue(self._is_signed("sales"))

    def test_revocation_ends_all_that_the_user_holds(self):
        first, second = self._sign("sales"), self._sign("sales")
        with self.assertRaisesRegex(UserError, "Enter (a|the) reason"):
            second.with_user(self.users["compliance"]).action_revoke(" ")
        second.with_user(self.users["compliance"]).action_revoke(" Left the project ")
        self.assertEqual((first | second).mapped("state"), ["revoked", "revoked"])
        self.assertEqual(second.revoked_by_id, self.users["compliance"])
        self.assertEqual(second.revoke_reason, "Left the project")
        self.assertTrue(second.revoked_on)
        self.assertFalse(self._is_signed("sales"))
        self.assertEqual(
            self._as("sales").search([("state", "=", "revoked")]), first | second
        )
        with self.assertRaisesRegex(UserError, "nothing to revoke"):
            first.with_user(self.users["management"]).action_revoke("again")
        self._sign("sales")
        self.assertTrue(self._is_signed("sales"))

    def test_only_compliance_and_management_revoke_and_not_their_own(self):
        row = self._sign("sales")
        for role in ROLES:
            if role in ("compliance", "management"):
                continue
            with self.subTest(role), self.assertRaises(AccessError):
                row.with_user(self.users[role]).action_revoke("because")
        for role in ("compliance", "management"):
            own = self._sign(role)
            with self.subTest(role), self.assertRaisesRegex(AccessError, "four-eyes"):
                (row | own).with_user(self.users[role]).action_revoke("because")
        self.assertTrue(self._is_signed("sales"))
        row.with_user(self.users["management"]).action_revoke("because")
        self.assertFalse(self._is_signed("sales"))

    def test_revocation_by_dialog(self):
        row = self._sign("sales")
        action = row.with_user(self.users["compliance"]).action_open_revoke()
        dialog = self.env[action["res_model"]].with_user(self.users["compliance"])
        with Form(dialog.with_context(**action["context"])) as form:
            form.reason = "Left the project"
        form.record.action_revoke()
        self.assertEqual(row.state, "revoked")
        # Others have the dialog for their own access, and can't use it for this.
        values = {"undertaking_ids": row.ids, "reason": "x"}
        dialog = self._as("sales").env[action["res_model"]].create(values)
        with self.assertRaisesRegex(AccessError, "revoke"):
            dialog.action_revoke()
        with self.assertRaises(AccessError):
            self._as("purchase").env[action["res_model"]].create(values)

    def test_who_reads_what(self):
        rows = {role: self._sign(role) for role in SIGNERS}
        everything = self._as("admin").browse([row.id for row in rows.values()])
        for role, own in rows.items():
            with self.subTest(role):
                seen = self._as(role).search([("id", "in", everything.ids)])
                self.assertEqual(
                    set(seen.ids), set((everything if role in READERS else own).ids)
                )
        with self.assertRaises(AccessError):
            self._as("employee").search([])

    def test_companies_are_apart(self):
        other = self._other_company("sales", "compliance")
        row = self._sign("sales", company=other)
        self.assertEqual(row.company_id, other)
        self.assertTrue(self._is_signed("sales", other))
        self.assertFalse(self._is_signed("sales"))
        with self.assertRaises(RedirectWarning):
            self._as("sales", self.company)._check_signed()
        self._as("sales", other)._check_signed()
        self.assertNotIn(row, self._as("management").search([]))
        with self.assertRaises(AccessError):
            row.with_user(self.users["management"]).action_revoke("not mine")
        self.assertIn(row, self._as("compliance", other).search([]))
        with self.assertRaises(AccessError):
            self._as("finance", other).sign(TRAINED)

    def test_the_warning_says_why_and_opens_the_dialog(self):
        with freeze_time("2026-03-05 02:00:00"):
            with self.assertRaises(RedirectWarning) as caught:
                self._as("sales")._check_signed()
            message, action, button = caught.exception.args[:3]
            self.assertIn("haven't signed", message)
            self.assertEqual(button, "Sign the undertaking")
            opened = self.env["ir.actions.act_window"].browse(action)
            values = opened.with_user(self.users["sales"])._get_action_dict()
            self.assertEqual(values["target"], "new")
            row = self._sign_by_dialog(values["res_model"])
            self._as("sales")._check_signed()
        with freeze_time("2027-03-06 02:00:00"):
            row.invalidate_recordset()
            with self.assertRaises(RedirectWarning) as caught:
                self._as("sales")._check_signed()
        self.assertIn("ended on 03/05/2027", caught.exception.args[0])
        row = self._sign("sales")
        row.with_user(self.users["compliance"]).action_revoke("Left the project")
        with self.assertRaises(RedirectWarning) as caught:
            self._as("sales")._check_signed()
        self.assertIn("Left the project", caught.exception.args[0])

    def _sign_by_dialog(self, model):
        dialog = self.env[model].with_user(self.users["sales"])
        with Form(dialog) as form:
            self.assertEqual(form.text, self.company._archive_undertaking())
            self.assertFalse(form.valid_until)
            form.training_date = TRAINED
        self.assertEqual(form.record.action_sign()["tag"], "display_notification")
        row = self._as("sales").search([])
        self.assertEqual(len(row), 1)
        self.assertEqual(Form(dialog).valid_until, row.valid_until)
        return row

    def test_dialogs_are_their_users_own(self):
        dialog = self.env["customer.archive.sign"].with_user(self.users["sales"])
        dialog = dialog.create({"training_date": TRAINED})
        with self.assertRaises(AccessError):
            dialog.with_user(self.users["compliance"]).read(["training_date"])

    def test_settings_of_the_company(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.company.archive_undertaking_months = 0
            self.env.flush_all()

    def test_shipped_text_in_the_users_language(self):
        """An empty text in the settings is the one that comes with the addon."""
        self.company.archive_undertaking_text = " "
        texts = {}
        for language in ("en_US", "zh_CN"):
            signer = self._as("sales").with_context(lang=language)
            texts[language] = signer.browse(signer.sign(TRAINED)).text
        self.assertIn("confidentiality", texts["en_US"])
        self.assertIn("保密", texts["zh_CN"])

    def test_nobody_writes_rows_by_hand(self):
        """Not even as superuser: only signing and revoking do."""
        row = self._sign("sales").sudo()
        for values in ({"valid_until": "2099-01-01"}, {"user_id": 1}):
            with self.assertRaises(AccessError):
                row.write(values)
        for call in (row.unlink, row.copy, lambda: row.create({})):
            with self.assertRaises(AccessError):
                call()


@tagged("post_install", "-at_install")
class TestUndertakingRpc(UndertakingCase, RpcCalls):
    def _forgeries(self, row):
        values = {
            "user_id": self.users["sales"].id,
            "company_id": self.company.id,
            "text": "forged",
            "training_date": TRAINED,
            "signed_on": "2026-03-05 00:00:00",
            "valid_until": "2099-01-01",
        }
        yield "create", None, {"vals_list": [values]}
        for changed in (
            {"valid_until": "2099-01-01"},
            {"user_id": self.users["finance"].id},
            {"revoked_on": "2026-03-05 00:00:00"},
            {"text": "forged"},
        ):
            yield "write", row.ids, {"vals": changed}
        yield "web_save", row.ids, {"vals": {"text": "forged"}, "specification": {}}
        yield "unlink", row.ids, {}
        yield "copy", row.ids, {}
        yield "load", None, {"fields": ["text"], "data": [["forged"]]}

    def _rows(self):
        self.env.invalidate_all()
        self.env.cr.execute("SELECT * FROM customer_archive_undertaking ORDER BY id")
        return self.env.cr.fetchall()

    @mute_logger("odoo.http", "odoo.addons.rpc.controllers.json2")
    def test_rows_are_nobodys_to_write(self):
        row = self._sign("sales")
        before = self._rows()
        for transport in TRANSPORTS:
            for role in ("sales", *READERS, "employee", "portal"):
                self.log_in(transport, role)
                for method, ids, kwargs in self._forgeries(row):
                    for context in FORGED:
                        with (
                            self.subTest(method, role=role, context=context),
                            self.undone(),
                        ):
                            error, _result = self.call(
                                transport,
                                role,
                                UNDERTAKING,
                                method,
                                ids,
                                dict(kwargs),
                                dict(context),
                            )
                            if method != "load":
                                self.assertIn(error, REFUSED)
                            self.assertEqual(self._rows(), before)

    @mute_logger("odoo.http", "odoo.addons.rpc.controllers.json2")
    def test_signing_by_rpc(self):
        """Signing is for oneself, and the private checks can't be called."""
        forged = {"uid": self.users["finance"].id, "allowed_company_ids": [10**6]}
        for transport in TRANSPORTS:
            self.log_in(transport, "sales")
            with self.undone():
                kwargs = {"training_date": TRAINED}
                call = (transport, "sales", UNDERTAKING)
                error, made = self.call(*call, "sign", None, dict(kwargs))
                self.assertIsNone(error)
                row = self.env[UNDERTAKING].browse(made)
                self.assertEqual(row.user_id, self.users["sales"])
                error, _made = self.call(*call, "sign", None, dict(kwargs), forged)
                self.assertIn(error, ACCESS)
                error, _done = self.call(
                    *call, "action_revoke", [made], {"reason": "x"}
                )
                self.assertIn(error, ACCESS)
                for method, sent in (
                    ("_is_signed", {"user": 1, "company": 1}),
                    ("_check_signed", {}),
                    ("_valid", {"user": 1, "company": 1}),
                ):
                    error, _done = self.call(*call, method, None, sent)
                    self.assertTrue(error, method)
            for role in ("employee", "portal"):
                self.log_in(transport, role)
                error, _made = self.call(
                    transport, role, UNDERTAKING, "sign", None, dict(kwargs)
                )
                self.assertIn(error, ACCESS)
