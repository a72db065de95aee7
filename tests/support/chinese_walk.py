"""A company in China as it is shipped, its people, and what they do on its screens."""

import io
from contextlib import contextmanager
from unittest.mock import patch

import openpyxl
from freezegun import freeze_time

from odoo import Command
from odoo.tools.misc import file_open

from .flow_case import DIALOG, WalkCase, step

# Who is who; by the roles of ``common.ROLES``.
NAMES = {
    "sales": "林晓梅",
    "sales_other": "周敏",
    "purchase": "陈立",
    "head": "李建国",
    "purchase_head": "赵卫东",
    "clerk": "孙丽",
    "compliance": "郑和平",
    "archivist": "吴静",
    "finance": "钱雅芳",
    "legal": "何正",
    "management": "马文华",
    "auditor": "冯涛",
    "admin": "许可",
    "reader": "蒋欣",
    "employee": "韩冰",
    "portal": "严冬",
}
# What is asked of files and decided on them as the addon ships it; the tests of single
# things do without most of it.
SHIPPED = (
    "customer.archive.category",
    "customer.archive.document.type",
    "customer.archive.approval.policy",
)
# Test identity numbers: well-formed, and nobody's.
IDENTITY = "11010119900307889X"
# Papers as a user's folder has them, and which of the demo's they are.
PAPERS = {
    "营业执照.pdf": ("license.pdf", "application/pdf"),
    "法定代表人身份证.jpg": ("legal_id.jpg", "image/jpeg"),
    "签约人身份证.jpg": ("photo.jpg", "image/jpeg"),
    "授权委托书.jpg": ("power.jpg", "image/jpeg"),
    "租赁合同.jpg": ("paper.jpg", "image/jpeg"),
    "开户许可证.jpg": ("bank.jpg", "image/jpeg"),
    "采购合同.pdf": ("contract.pdf", "application/pdf"),
    "公示系统截图.png": ("registry.png", "image/png"),
}
# Which of them is which kind of item.
KINDS = {
    "license": "营业执照.pdf",
    "legal_id": "法定代表人身份证.jpg",
    "signatory_id": "签约人身份证.jpg",
    "power": "授权委托书.jpg",
    "address_proof": "租赁合同.jpg",
    "bank": "开户许可证.jpg",
    "contract": "采购合同.pdf",
}
ALERT = ".o_form_sheet .alert-warning"
ITEMS = "[name=document_ids]"
COPIES = f"{DIALOG} .o_field_widget[name=attachment_ids]"
SAVE = f"{DIALOG} .o_form_button_save"


def scans(*names):
    """Return scanned papers to be chosen in a file dialog, by their names in PAPERS."""
    found = []
    for name in names:
        scan, kind = PAPERS[name]
        with file_open(f"customer_archive/demo/papers/{scan}", "rb") as content:
            found.append((name, kind, content.read()))
    return found


class ChineseWalkCase(WalkCase):
    """Mixed into an HttpCase: all is in Chinese, and asked for as it is shipped."""

    lang = "zh_CN"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        yuan = cls.env.ref("base.CNY")
        yuan.active = True
        cls.company.write({"name": "江苏示例再生资源有限公司", "currency_id": yuan.id})
        cls.company.partner_id.lang = cls.lang
        for role, name in (("sales", "销售部"), ("purchase", "采购部")):
            cls.departments[role].name = name
        for model in SHIPPED:
            cls.as_shipped(model)

    @classmethod
    def _who(cls):
        names = list(NAMES.values())
        return [
            {**values, "name": name}
            for values, name in zip(super()._who(), names, strict=True)
        ]

    @classmethod
    def party(cls, name, **values):
        """Return a company whose data is complete: who represents it, and who buys."""
        partner = cls.partner(
            name,
            **{
                "phone": "0512-55550001",
                "registered_address": "江苏省苏州市工业园区示例路8号",
                "business_scope": "金属材料、机械零件的生产与销售",
                **values,
            },
        )
        legal = partner.legal_representative_id
        legal.write({"name": "张建华", "function": "法定代表人"})
        (partner.child_ids - legal).write({"name": "刘芳", "function": "销售经理"})
        return partner

    @classmethod
    def collect(cls, archive, content=None):
        """Attach the scan of every required paper that is missing, as it is asked."""
        for item in archive.document_ids.filtered("is_missing"):
            named = item.type_id.get_external_id()[item.type_id.id]
            [(name, _kind, scan)] = scans(KINDS[named.partition("_type_")[2]])
            copy = Command.create({"name": name, "raw": content or scan})
            values = {
                "form": "stamped",
                "has_words": True,
                "is_endless": item.has_validity,
                "attachment_ids": [copy],
            }
            if item.has_number and not item.type_id.is_sensitive:
                licence = item.type_id.number_format == "credit_code"
                values["number"] = archive.partner_id.vat if licence else "CG-2025-031"
            item.write(values)
        return archive

    @classmethod
    def checked(cls, archive):
        """Compare the papers, and look the party up, as compliance."""
        compliance = cls.users["compliance"]
        asked = archive.document_ids.filtered(
            lambda item: item.needs_comparison and item.is_received
        )
        asked.with_user(compliance).action_check_original()
        [(name, _kind, picture)] = scans("公示系统截图.png")
        proof = {"name": name, "raw": picture, "res_model": "customer.archive.document"}
        copy = cls.env["ir.attachment"].with_user(compliance).create(proof)
        action = archive.with_user(compliance).action_check_registry()
        dialog = cls.env[action["res_model"]].with_user(compliance)
        dialog = dialog.browse(action["res_id"])
        dialog.write(
            {
                "licence_status": "active",
                "abnormal_listing": "no",
                "dishonest_listing": "no",
                "attachment_ids": [Command.set(copy.ids)],
            }
        )
        dialog.action_save()

    @classmethod
    def on_record(cls, role, partner, **values):
        """Return a file whose papers are there, reviewed and registered."""
        archive = cls.collect(cls.archive(role, partner=partner, **values))
        return cls.reviewed(archive)

    @classmethod
    def reviewed(cls, archive):
        """Have a file reviewed by everybody who is asked, and registered."""
        archive.action_submit()
        cls.checked(archive)
        while archive.state == "review":
            approver = archive.sudo().approver_ids.sorted("id")[:1]
            archive.with_user(approver).action_approve("资料齐全，同意")
        archive.with_user(cls.users["clerk"]).action_register()
        return archive

    def kind(self, name):
        return self.env.ref(f"customer_archive.document_type_{name}")

    def item(self, archive, name):
        """Return the items of a kind."""
        kind = self.kind(name)
        return archive.document_ids.filtered(lambda item: item.type_id == kind)

    def walk_on(self, day, role, path, *steps, files=()):
        """Go through steps on a day; the browser itself doesn't know it."""
        with freeze_time(f"{day} 03:00:00", tick=True):
            self.walk(role, path, *steps, files=files)
        self.env.invalidate_all()

    @contextmanager
    def taken(self):
        """Keep what is exported and printed: workbooks, and the content of PDFs."""
        register = type(self.env["customer.archive.register"])
        report = type(self.env["ir.actions.report"])
        write, render = register.write_book, report._render_qweb_pdf
        books, prints = [], []

        def written(registers, stream, *args):
            write(registers, stream, *args)
            stream.seek(0)
            books.append(openpyxl.load_workbook(io.BytesIO(stream.read())))

        def rendered(reports, *args, **options):
            own = reports.with_context(force_report_rendering=True)
            content, kind = render(own, *args, **options)
            prints.append(content)
            return content, kind

        with (
            patch.object(register, "write_book", written),
            patch.object(report, "_render_qweb_pdf", rendered),
        ):
            yield books, prints

    # Steps

    def asked(self, *papers, inside=ALERT):
        """The file says that papers are missing."""
        return [self.read(self.say(each), inside) for each in papers]

    def not_asked(self, *papers, inside=ALERT):
        return [step(f'{inside}:not(:contains("{self.say(each)}"))') for each in papers]

    def given(self, kind, scan, *entries):
        """Open a row of the checklist, attach the stamped copy, and enter its data."""
        return [
            self.row(self.say(kind), ITEMS),
            self.attached(scan),
            *entries,
            step(SAVE, "click"),
            self.closed(),
        ]

    def added(self, kind, scan, *entries):
        """Add another item to a file on record, with its copy and data."""
        return [
            step(".tab-pane.active .o_field_x2many_list_row_add a", "click"),
            self.pick("Item Type", self.say(kind), DIALOG),
            self.attached(scan),
            *entries,
            step(SAVE, "click"),
            self.closed(),
        ]

    def attached(self, scan):
        """Attach a stamped copy in the dialog of an item."""
        return [
            step(f"{COPIES} .o_attach", f"choose_files {scan}"),
            self.read(scan, COPIES),
            self.select("Document Form", "Stamped copy", DIALOG),
        ]

    def bears_words(self):
        """The copy bears the party's words."""
        return self.tick("Bears “Agrees with Original”", DIALOG)

    def endless(self):
        return self.tick("Valid Indefinitely", DIALOG)

    def number(self, number, label="Number"):
        return self.fill(label, number, DIALOG)

    def saved(self):
        return [
            step(".o_form_button_save", "click"),
            step(".o_form_saved, .o_form_view:not(:has(.o_form_button_save:visible))"),
        ]
