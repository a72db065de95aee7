"""Once a year, on the screens: papers asked for anew, and both forms printed."""

from freezegun import freeze_time

from odoo import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..registers.test_prescribed_forms import DECLARATION, plain, text
from ..support.chinese_walk import DIALOG, ChineseWalkCase, scans, step
from ..support.flow_case import ACTION
from ..support.size import full

LIST = "/odoo/action-customer_archive.action_customer_archive"
REQUESTS = ACTION.format("annual_request")
BANK = "Account-opening certificate"
ACCOUNT = "31001518800050012345"


@tagged("post_install", "-at_install")
class TestBrowserAnnual(ChineseWalkCase, HttpCase):
    @mute_logger("odoo.http")
    def test_yearly_run(self):
        """D4: on 1 July named papers are asked for, and answered with them alone."""
        party = self.party("泰州示例标准件有限公司")
        with freeze_time("2027-03-01 02:00:00"):
            file = self.on_record("purchase", party, relation_stage="cooperating")
        with freeze_time("2027-07-01 02:00:00"):
            self.env.ref("customer_archive.cron_annual").method_direct_trigger()
        self.env.invalidate_all()
        request = file.sudo().annual_request_ids
        self.assertEqual(request.state, "asked")
        licence, bank = self.say("Business licence"), self.say(BANK)
        lacking = "[name=lacking_type_ids]"
        opened = [self.row(party.name), self.state("Requested")]
        self.walk_on(
            "2027-07-02",
            "purchase",
            REQUESTS,
            *opened,
            self.read(licence, lacking),
            self.read(bank, lacking),
            self.press("Answer"),
            self.read(licence, DIALOG),
            self.read(bank, DIALOG),
            step(f"{DIALOG} footer button", "click"),
            self.closed(),
            step("button[name=action_open_file]", "click"),
            self.added(
                "Business licence",
                "营业执照.pdf",
                self.bears_words(),
                self.number(party.vat),
                self.endless(),
            ),
            self.added(BANK, "开户许可证.jpg"),
            self.saved(),
            files=scans("营业执照.pdf", "开户许可证.jpg"),
        )
        self.assertEqual(request.state, "asked")
        self.walk_on(
            "2027-07-05",
            "purchase",
            REQUESTS,
            *opened,
            self.read(licence, "[name=received_type_ids]"),
            self.press("Answer"),
            self.state("Answered"),
        )
        self.walk_on(
            "2027-07-05",
            "management",
            ACTION.format("annual"),
            self.row("2027"),
            step(
                '.o_data_row:contains("采购部") '
                ".o_data_cell[name=answered_count]:contains(1)"
            ),
        )
        self.assertEqual(request.answered_by_id, self.users["purchase"])
        self.assertEqual(str(request.answered_on), "2027-07-05")
        self.assertFalse(request.lacking_type_ids)
        self.assertEqual(request.annual_id.answered_count, 1)

    def export(self, register):
        """Export a register from the list of registers."""
        return [
            self.press_in_row(self.say(register), "Export"),
            self.answer("Export"),
            self.answer("Close"),
            self.closed(),
        ]

    def test_both_forms(self):
        """H1, H2: summary and basic data form as the regulation prints them.

        As workbooks from the registers, and the form as a PDF from the list of files.
        """
        bank = self.env["res.bank"].create({"name": "示例银行苏州分行"})
        account = Command.create({"acc_number": ACCOUNT, "bank_id": bank.id})
        party = self.party(
            "镇江示例合金有限公司", fax="0511-55550009", bank_ids=[account]
        )
        party.child_ids.filtered(lambda each: each.name == "刘芳").write(
            {"phone": "13900000002", "email": "liufang@party.example"}
        )
        file = self.on_record(
            "sales",
            party,
            cooperation_content="销售再生铝锭",
            main_products="铝合金锭",
            other_contact="微信：sample-liu",
            note="首次合作",
        )
        with self.taken() as (books, prints):
            self.walk(
                "clerk",
                ACTION.format("register"),
                step(".o_list_view", "count_downloads"),
                self.export("Supplier/customer summary"),
                step("body[data-downloads='1']"),
                self.export("Supplier/customer basic data form"),
                step("body[data-downloads='2']"),
            )
            self.walk(
                "clerk",
                LIST,
                step(
                    f'.o_data_row:contains("{party.name}") '
                    ".o_list_record_selector input",
                    "check",
                ),
                step(".o_list_view", "count_downloads"),
                step('.o_cp_action_menus .dropdown-toggle:contains("打印")', "click"),
                step(
                    ".o-dropdown--menu .o_menu_item:contains("
                    f'"{self.say("Basic Data Form")}")',
                    "click",
                ),
                step("body[data-downloads='1']"),
            )
        self._check_forms(file, *books, text(prints[0]))

    def _check_forms(self, file, summary, form, printed):
        party = file.partner_id
        rows = self.filled(summary)
        self.assertEqual(rows[0], ["供应商/客户汇总表"])
        self.assertEqual(
            rows[2],
            [
                *("序号", "供应商/客户", "企业法人", "联系人", "联系电话"),
                *("联系邮件", "合作内容", "备注"),
            ],
        )
        own = next(row for row in rows if party.name in row)
        self.assertEqual(
            own[1:],
            [
                *(party.name, "张建华", "刘芳", "13900000002"),
                *("liufang@party.example", "销售再生铝锭", "首次合作"),
            ],
        )
        self.assertEqual(rows[-1][0].split(), ["制表人：", "经办人：", "审核："])
        rows = self.filled(form)
        self.assertEqual(rows[0], ["供应商/客户基本资料登记表"])
        self.assertEqual(
            rows[2:-1],
            [
                ["一、企业基本资料"],
                ["企业名称", party.name],
                ["地址", party.registered_address],
                ["法人代表", "张建华", "营业执照", party.vat],
                ["银行账户", f"示例银行苏州分行 {'*' * 16}2345"],
                ["主要合作产品", "铝合金锭"],
                ["二、联系方式"],
                ["联系电话", "13900000002", "联系传真", "0511-55550009"],
                ["联系人", "刘芳", "经办人", "林晓梅"],
                ["联系邮箱", "liufang@party.example", "其他", "微信：sample-liu"],
                ["备注", "首次合作"],
                [DECLARATION],
            ],
        )
        place = 0
        for row in rows[2:-1]:
            for cell in row:
                place = printed.find(plain(cell), place)
                self.assertGreaterEqual(place, 0, cell)

    def filled(self, book):
        """Return the rows of the first sheet, each as its filled cells."""
        rows = book.worksheets[0].iter_rows(values_only=True)
        found = [[cell for cell in row if cell is not None] for row in rows]
        return [row for row in found if row]

    if not full():
        # A minute each, most of it in the browser.
        test_yearly_run = test_both_forms = None
