"""The account of the form, where it is in the file and not on the contact."""

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from .test_prescribed_forms import ACCOUNT, DIALOG, REPORT, FormsCase, plain, text

SECRET = "customer.archive.secret"


@tagged("post_install", "-at_install")
class TestFormAccount(FormsCase, HttpCase):
    """H2: who collects the data enters the account in the file: the form has it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A draft: there values are entered without a change request.
        cls.fresh = cls.archive(partner=cls.partner("苏州样本模具有限公司"))

    def enter(self, kind="bank_account", value=ACCOUNT):
        return self.by("sales", self.env[SECRET]).create(
            {
                "archive_id": self.fresh.id,
                "kind": kind,
                "label": "演示银行 基本户",
                "value": value,
            }
        )

    def test_masked_on_the_file_and_the_form(self):
        self.assertFalse(self.by("sales", self.fresh).bank_account)
        self.enter()
        for role in ("sales", "clerk", "finance"):
            self.assertEqual(
                self.by(role, self.fresh).bank_account, "演示银行 基本户 ****", role
            )
        # Who may not see that there are values isn't told of this one.
        for role in ("archivist", "admin"):
            self.assertFalse(self.by(role, self.fresh).bank_account, role)
        reports = self.env["ir.actions.report"].with_context(
            force_report_rendering=True, lang="zh_CN"
        )
        printed = reports.with_user(self.users["clerk"])._render_qweb_pdf(
            "customer_archive.report_basic_data", self.fresh.ids
        )[0]
        self.assertIn(plain("演示银行 基本户"), text(printed))
        self.assertNotIn(ACCOUNT[-4:], text(printed))

    def test_other_values_are_no_account(self):
        self.enter("other", "7788")
        self.assertFalse(self.by("sales", self.fresh).bank_account)

    def test_the_contact_comes_first(self):
        bank = {"acc_number": "6222020200112233445", "bank_id": self.bank.id}
        self.fresh.partner_id.bank_ids.create(
            {**bank, "partner_id": self.fresh.partner_id.id}
        )
        self.enter()
        self.env.invalidate_all()
        account = self.by("sales", self.fresh).bank_account
        self.assertTrue(account.startswith("测试银行") and account.endswith("3445"))

    def test_whole_for_finance_with_a_purpose(self):
        dialogs = self.by("finance", self.env[DIALOG])
        dialog = dialogs.create(
            {"archive_id": self.fresh.id, "purpose": "首次付款前核对账号"}
        )
        with self.assertRaises(UserError):
            dialog.action_print()
        self.enter()
        dialog.action_print()
        reports = self.env["ir.actions.report"].with_context(
            force_report_rendering=True, lang="zh_CN"
        )
        printed = reports.with_user(self.users["finance"])._render_qweb_pdf(
            REPORT, dialog.ids
        )[0]
        self.assertIn(ACCOUNT, text(printed))
        row = self.env["customer.archive.log"].search(
            [("user_id", "=", self.users["finance"].id), ("event", "=", "reveal")]
        )
        self.assertEqual((row.archive_id, row.note), (self.fresh, dialog.purpose))
