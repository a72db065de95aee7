"""The two prescribed forms, in the words of the regulation, written here by hand."""

import io
import unicodedata

import openpyxl
import pypdf

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..support.common import PASSWORD, ArchiveCase
from ..system.test_migration import run, script

ACCOUNT = "31001518800050012345"
# Of no company; its last digit fits.
LICENCE = "310104000012347"
MASKED = "测试银行 ****************2345"
DIALOG = "customer.archive.account.print"
REPORT = "customer_archive.report_account_print"
DECLARATION = (
    "本表由经办人逐项填写完整，并提供营业执照、银行资料复印件到综合部，"
    "经办人对表格中数据的真实性负责。"
)


# Letters of the font that come out as radicals of the same shape; NFKC has the others.
RADICALS = str.maketrans("⻓⻩⻰⻢⻋⻉⻅⻔戶", "长黄龙马车贝见门户")


def plain(words):
    """Return words without blanks, in one form of each letter."""
    words = unicodedata.normalize("NFKC", "".join(str(words).split()))
    return words.translate(RADICALS)


def text(content):
    """Return the words of a PDF."""
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return plain("".join(page.extract_text() for page in pages))


class FormsCase(ArchiveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.name = "示例机电有限公司"
        cls.departments["sales"].name = "销售部"
        cls.users["sales"].name = "钱经办"
        cls.env["customer.archive.undertaking"].with_user(cls.users["finance"]).sign(
            "2026-03-01"
        )
        cls.bank = cls.env["res.bank"].create({"name": "测试银行"})
        cls.party = cls.partner(
            "上海样本铸造有限公司",
            phone="021-55550001",
            email="office@sample.example",
            fax="021-55550009",
            registered_address="上海市样本路1号",
            bank_ids=[Command.create({"acc_number": ACCOUNT, "bank_id": cls.bank.id})],
        )
        legal = cls.party.legal_representative_id
        legal.name = "赵法定"
        cls.buyer_contact = cls.party.child_ids - legal
        cls.buyer_contact.write({"name": "孙采购", "phone": "13900000002"})
        cls.other_contact = cls.env["res.partner"].create(
            {
                "parent_id": cls.party.id,
                "name": "李跟单",
                "phone": "13900000003",
                "other_phone": "13900000004",
                "email": "li@sample.example",
            }
        )
        cls.file = cls.archive(
            partner=cls.party,
            cooperation_content="采购铸件",
            main_products="铸铁件、铸钢件",
            other_contact="微信：sample-li",
            note="首次合作",
        )
        for user in cls.users.values():
            user.lang = "zh_CN"

    def by(self, role, record=None):
        record = self.file if record is None else record
        return record.with_user(self.users[role]).with_context(lang="zh_CN")

    def book(self, name, role="clerk"):
        files = self.by(role)
        register = files.env.ref(f"customer_archive.register_{name}")
        stream = io.BytesIO()
        register.write_xlsx(stream, files)
        return openpyxl.load_workbook(stream)

    def rows(self, name):
        """Return the rows of the sheet, each as the texts of its filled cells."""
        rows = self.book(name).active.iter_rows(values_only=True)
        found = [[cell for cell in row if cell is not None] for row in rows]
        return [row for row in found if row]

    def printed(self, role="clerk"):
        reports = self.env["ir.actions.report"].with_context(
            force_report_rendering=True, lang="zh_CN"
        )
        return reports.with_user(self.users[role])._render_qweb_pdf(
            "customer_archive.report_basic_data", self.file.ids
        )[0]


@tagged("post_install", "-at_install")
class TestPrescribedForms(FormsCase, HttpCase):
    """Requirements H1 and H2."""

    def test_summary(self):
        self.by("sales").contact_id = self.other_contact
        rows = self.rows("summary")
        self.assertEqual(rows[0], ["供应商/客户汇总表"])
        above = rows[1][0].split()
        self.assertEqual(above[:2], ["公司：示例机电有限公司", "部门：销售部"])
        self.assertRegex(above[2], r"^日期：\d{4}-\d\d-\d\d$")
        self.assertEqual(
            rows[2],
            [
                *("序号", "供应商/客户", "企业法人", "联系人", "联系电话"),
                *("联系邮件", "合作内容", "备注"),
            ],
        )
        self.assertEqual(
            rows[3],
            [
                *(1, "上海样本铸造有限公司", "赵法定", "李跟单"),
                *("13900000003、13900000004", "li@sample.example"),
                *("采购铸件", "首次合作"),
            ],
        )
        self.assertEqual(rows[4][0].split(), ["制表人：", "经办人：", "审核："])
        self.assertEqual(len(rows), 5)

    def test_basic_data_form(self):
        self.by("sales").contact_id = self.other_contact
        rows = self.rows("basic_data")
        self.assertEqual(rows[0], ["供应商/客户基本资料登记表"])
        above = rows[1][0].split()
        self.assertEqual(above[1], "部门：销售部")
        self.assertRegex(above[2], r"^日期：\d{4}-\d\d-\d\d$")
        self.assertEqual(
            rows[2:],
            [
                ["一、企业基本资料"],
                ["企业名称", "上海样本铸造有限公司"],
                ["地址", "上海市样本路1号"],
                ["法人代表", "赵法定", "营业执照", self.party.vat],
                ["银行账户", MASKED],
                ["主要合作产品", "铸铁件、铸钢件"],
                ["二、联系方式"],
                ["联系电话", "13900000003、13900000004", "联系传真", "021-55550009"],
                ["联系人", "李跟单", "经办人", "钱经办"],
                ["联系邮箱", "li@sample.example", "其他", "微信：sample-li"],
                ["备注", "首次合作"],
                [DECLARATION],
                rows[-1],
            ],
        )
        self.assertEqual(rows[-1][0].split(), ["经办人：", "日期："])

    def test_the_print_says_the_same(self):
        """Row by row, what the workbook says; the date on top."""
        words = text(self.printed())
        place = 0
        for row in self.rows("basic_data"):
            for cell in row:
                part = plain(cell)
                found = words.find(part, place)
                self.assertGreaterEqual(found, place, f"{part} isn't in {words}")
                place = found + len(part)
        self.assertIn("打印人", words[place:])

    def test_what_an_administrator_changes_is_printed(self):
        register = self.env.ref("customer_archive.register_basic_data")
        register.with_context(lang="zh_CN").statement = "经办人承诺以上内容属实。"
        register.column_ids[0].with_context(lang="zh_CN").name = "单位全称"
        words = text(self.printed())
        self.assertIn(plain("经办人承诺以上内容属实。"), words)
        self.assertIn("单位全称上海样本铸造有限公司", words)
        self.assertNotIn(plain(DECLARATION), words)
        register.unlink()
        with self.assertRaises(UserError):
            self.printed()

    # Whose telephone it is

    def test_contact_by_default_and_by_choice(self):
        file = self.by("sales")
        self.assertEqual(file.contact_id, self.buyer_contact)
        # Who has no address of their own is reached at the company's.
        self.assertEqual(file.contact_phone, "13900000002")
        self.assertEqual(file.contact_email, "office@sample.example")
        file.contact_id = self.other_contact
        self.env.invalidate_all()
        self.assertEqual(file.contact_id, self.other_contact)
        # Who comes later doesn't take the place of who was chosen.
        self.buyer_contact.copy({"name": "周新来"})
        self.assertEqual(file.contact_id, self.other_contact)
        self.other_contact.active = False
        self.env.invalidate_all()
        self.assertNotEqual(file.contact_id, self.other_contact)
        self.other_contact.active = True
        self.env.invalidate_all()
        self.assertEqual(file.contact_id, self.other_contact)
        file.contact_id = False
        self.assertFalse(file.chosen_contact_id)
        self.assertTrue(file.contact_id)

    def test_contact_is_one_of_the_party(self):
        stranger = self.partner("别家公司").child_ids[0]
        with self.assertRaises(ValidationError):
            self.by("sales").contact_id = stranger
        with self.assertRaises(AccessError):
            self.by("sales").write({"chosen_contact_id": self.other_contact.id})
        for role in ("sales_other", "purchase", "auditor", "archivist", "finance"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.by(role).contact_id = self.other_contact

    def test_contact_stays_while_the_file_is_reviewed(self):
        file = self.submitted(partner=self.partner("待审公司"))
        with self.assertRaises(UserError):
            file.contact_id = file.partner_id.legal_representative_id

    def test_licence(self):
        """The credit code, or what an older licence has."""
        file = self.by("clerk")
        self.assertEqual(file.business_licence, self.party.vat)
        self.party.write({"vat": False, "licence_number": LICENCE})
        self.env.invalidate_all()
        self.assertEqual(file.business_licence, LICENCE)
        self.party.licence_number = False
        licence = self.env.ref("customer_archive.document_type_license")
        item = self.file.document_ids.filtered(lambda each: each.type_id == licence)
        number = self.partner("另一公司").vat
        item.write({"is_paper": True, "number": number})
        self.env.invalidate_all()
        self.assertEqual(file.business_licence, number)


@tagged("post_install", "-at_install")
class TestAccountPrint(FormsCase, HttpCase):
    """H2: the form with the whole account: Finance, for a purpose, a file at a time."""

    def dialog(self, role="finance", **values):
        dialogs = self.by(role, self.env[DIALOG])
        values = {"archive_id": self.file.id, "purpose": "首次付款前核对账号", **values}
        return dialogs.create(values)

    def events(self, role):
        domain = [("user_id", "=", self.users[role].id), ("event", "=", "reveal")]
        return self.env["customer.archive.log"].search(domain)

    def get(self, role, dialogs, kind="pdf"):
        self.authenticate(f"t_{role}", PASSWORD)
        with mute_logger("odoo.http"):
            return self.url_open(f"/report/{kind}/{REPORT}/{dialogs}")

    def test_finance_prints_it(self):
        action = self.by("finance").action_open_account_print()
        self.assertEqual(action["context"], {"default_archive_id": self.file.id})
        dialog = self.dialog()
        action = dialog.action_print()
        self.assertEqual(
            (action["type"], action["report_name"]), ("ir.actions.report", REPORT)
        )
        self.assertEqual(action["context"]["active_ids"], dialog.ids)
        self.assertFalse(self.events("finance"))
        reports = self.env["ir.actions.report"].with_context(
            force_report_rendering=True, lang="zh_CN"
        )
        words = text(
            reports.with_user(self.users["finance"])._render_qweb_pdf(
                REPORT, dialog.ids
            )[0]
        )
        self.assertIn(f"银行账户测试银行{ACCOUNT}", words)
        # Who, when, and what for.
        self.assertIn("首次付款前核对账号", words)
        self.assertIn("打印人", words)
        row = self.events("finance")
        self.assertEqual(
            (row.archive_id, row.detail, row.note),
            (self.file, "bank_account form", "首次付款前核对账号"),
        )

    def test_over_http(self):
        dialog = self.dialog()
        answer = self.get("finance", dialog.id, "html")
        self.assertEqual(answer.status_code, 200)
        self.assertIn(ACCOUNT, answer.text)
        self.assertEqual(len(self.events("finance")), 1)
        for role in self.users:
            if role != "finance":
                for kind in ("pdf", "html", "text"):
                    with self.subTest(role, kind=kind):
                        answer = self.get(role, dialog.id, kind)
                        self.assertFalse(answer.ok and ACCOUNT in answer.text)
                        self.assertNotIn(ACCOUNT, answer.text)
                        self.assertFalse(self.events(role))

    def test_the_form_of_everybody_stays_masked(self):
        """Whatever a client passes along with the print."""
        self.authenticate("t_finance", PASSWORD)
        for options in ("", "?options=%7B%22purpose%22%3A%22x%22%7D", "?account=1"):
            url = f"/report/html/customer_archive.report_basic_data/{self.file.id}"
            answer = self.url_open(url + options)
            self.assertIn("2345", answer.text)
            self.assertNotIn(ACCOUNT, answer.text)

    def test_one_at_a_time(self):
        first, second = self.dialog(), self.dialog()
        answer = self.get("finance", f"{first.id},{second.id}", "html")
        self.assertNotIn(ACCOUNT, answer.text)
        self.assertFalse(self.events("finance"))

    def test_others_are_refused(self):
        for role in self.users:
            if role == "finance":
                continue
            with self.subTest(role):
                with self.assertRaises(AccessError):
                    self.by(role).action_open_account_print()
                with self.assertRaises(AccessError):
                    self.by(role)._form_page_with_account("核对")
                with self.assertRaises(AccessError):
                    self.dialog(role)

    def test_somebody_elses_dialog(self):
        other = self.env["res.users"].create(
            {
                "name": "吴财务",
                "login": "t_finance_2",
                "group_ids": self.users["finance"].group_ids.ids,
            }
        )
        undertakings = self.env["customer.archive.undertaking"]
        undertakings.with_user(other).sign("2026-03-01")
        with self.assertRaises(AccessError):
            self.dialog().with_user(other).action_print()

    def test_needs_a_purpose_an_undertaking_and_an_account(self):
        with self.assertRaises(UserError):
            self.dialog(purpose=" ").action_print()
        with self.assertRaises(UserError):
            self.by("finance")._form_page_with_account("")
        bare = self.archive(partner=self.partner("无账户公司"))
        with self.assertRaises(UserError):
            self.dialog(archive_id=bare.id).action_print()
        undertakings = self.env["customer.archive.undertaking"].search(
            [("user_id", "=", self.users["finance"].id)]
        )
        self.assertTrue(undertakings)
        dialog = self.dialog()
        self.env.cr.execute(
            "UPDATE customer_archive_undertaking SET valid_until = '2026-03-02'"
            " WHERE id = ANY(%s)",
            [undertakings.ids],
        )
        self.env.invalidate_all()
        with self.assertRaises(UserError):
            dialog.action_print()

    def test_files_that_finance_may_not_read(self):
        secret = self.archive(
            partner=self.partner(
                "涉密公司",
                bank_ids=[Command.create({"acc_number": "31001518800050067890"})],
            ),
            security_level="secret",
        )
        with self.assertRaises(AccessError):
            self.dialog(archive_id=secret.id).action_print()
        with self.assertRaises(AccessError):
            self.by("finance", secret)._form_page_with_account("核对")


@tagged("post_install", "-at_install")
class TestFormsMigration(FormsCase, HttpCase):
    """Databases of before: what nobody changed is renewed, what somebody did stays."""

    def columns(self):
        register = self.env.ref("customer_archive.register_basic_data")
        return register.column_ids.with_context(lang="zh_CN")

    def shown(self):
        fields = ("sequence", "name", "path", "wide", "section")
        self.env.invalidate_all()
        columns = self.columns().sorted("sequence")
        return [tuple(column[name] for name in fields) for column in columns]

    def make_old(self):
        """Put the form as 19.0.7.0.0 shipped it."""
        module = script("19.0.8.0.0", "post-forms.py")
        for name, (old, new) in module.PATHS.items():
            column = self.env.ref(f"customer_archive.{name}")
            self.assertEqual(column.path, new)
            column.path = old
        for name, (english, chinese, *_new) in module.HEADINGS.items():
            column = self.env.ref(f"customer_archive.{name}")
            column.with_context(lang="en_US").name = english
            column.with_context(lang="zh_CN").name = chinese
        for name, ((sequence, wide), _new, _section) in module.LAYOUT.items():
            column = self.env.ref(f"customer_archive.{name}")
            column.write({"sequence": sequence, "wide": wide, "section": False})
        self.env.flush_all()
        return module

    def test_as_newly_installed(self):
        new = self.shown()
        module = self.make_old()
        self.assertNotEqual(self.shown(), new)
        self.party.website = "https://sample.example"
        self.file.sudo().other_contact = False
        self.env.flush_all()
        for _twice in range(2):
            run(module, self.env.cr)
            self.assertEqual(self.shown(), new)
        self.env.invalidate_all()
        self.assertEqual(self.file.other_contact, "https://sample.example")

    def test_own_headings_and_order_stay(self):
        module = self.make_old()
        names = {column.path: column for column in self.columns()}
        names["partner_id.name"].name = "单位全称"
        names["partner_id.phone"].path = "partner_id.child_ids.phone"
        names["note"].sequence = 5
        self.env.flush_all()
        run(module, self.env.cr)
        after = {path: (name, section) for _s, name, path, _w, section in self.shown()}
        self.assertEqual(after["partner_id.name"], ("单位全称", False))
        self.assertIn("partner_id.child_ids.phone", after)
        self.assertEqual(after["business_licence"], ("营业执照", False))
        self.assertEqual(after["contact_email"], ("联系邮箱", False))
        self.assertEqual(self.shown()[0][2], "note")
