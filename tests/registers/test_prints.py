import io

import pypdf

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ..support.common import ArchiveCase

PRINTS = ("cover", "index", "labels", "box_labels", "basic_data", "summary")
ACCOUNT = "31001518800050012345"


@tagged("post_install", "-at_install")
class TestPrints(ArchiveCase, HttpCase):
    """Requirements B1, B2, C7 and H2: what is printed of files, as it comes out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        bank = cls.env["res.bank"].create({"name": "Test Bank"})
        cls.first = cls.registered(
            partner=cls.partner(
                "Alpha Ltd",
                fax="021-55550009",
                bank_ids=[Command.create({"acc_number": ACCOUNT, "bank_id": bank.id})],
            ),
            cooperation_content="buys scrap",
            main_products="Castings",
        )
        cls.second = cls.registered(partner=cls.partner("上海测试贸易有限公司"))
        places = cls.env["customer.archive.location"]
        cls.places = {
            name: places.create({"name": name}) for name in ("A-01", "B-02", "C-03")
        }
        cls.first.location_id = cls.places["B-02"]
        cls.second.location_id = cls.places["A-01"]
        cls.both = cls.first + cls.second

    def _printed(self, name, files, role="clerk", **context):
        """Return the pages of a print and their words."""
        # Tests get a page instead of a print, unless they insist.
        reports = self.env["ir.actions.report"].with_context(
            force_report_rendering=True, **context
        )
        content, kind = reports.with_user(self.users[role])._render_qweb_pdf(
            f"customer_archive.report_{name}", files.ids
        )
        self.assertEqual(kind, "pdf")
        pages = pypdf.PdfReader(io.BytesIO(content)).pages
        return pages, [" ".join(page.extract_text().split()) for page in pages]

    def _page(self, name, files, role="clerk"):
        """Return the page that is printed."""
        reports = self.env["ir.actions.report"].with_user(self.users[role])
        content, _kind = reports._render_qweb_html(
            f"customer_archive.report_{name}", files.ids
        )
        return content.decode()

    def test_cover(self):
        """B2: one page each: customer, number, filing date, custodian."""
        pages, words = self._printed("cover", self.both)
        self.assertEqual(len(pages), 2)
        for file, text in zip(self.second + self.first, words, strict=True):
            self.assertIn(file.name, text)
            self.assertIn(file.opening_date.strftime("%m/%d/%Y"), text)
            self.assertIn("Custodian Test clerk", text)
            self.assertIn(file.category_id.name, text)
            self.assertIn("Test Sales", text)
            self.assertIn("Internal", text)
            self.assertIn(file.place, text)
            self.assertIn("Printed by Test clerk", text)
        self.assertIn("Alpha Ltd", words[1])
        self.assertIn("上海测试贸易有限公司", words[0])

    def test_index_by_place_and_number(self):
        """B2: customer, number, place; in the order of the cabinet."""
        third = self.registered()
        pages, [text] = self._printed("index", self.both + third)
        self.assertEqual(len(pages), 1)
        self.assertRegex(
            text,
            f"1 A-01 {self.second.name} 上海测试贸易有限公司 .*"
            f"2 B-02 {self.first.name} Alpha Ltd .*3 {third.name} Test Party Ltd",
        )

    def test_an_index_of_several_pages(self):
        files = self.both.concat(*(self.archive() for _each in range(70)))
        _pages, words = self._printed("index", files)
        self.assertGreater(len(words), 1)
        # The heading is on every page.
        for text in words:
            self.assertIn("File Number", text)

    def test_labels_24_to_a_sheet(self):
        files = self.both.concat(*(self.archive() for _each in range(23)))
        pages, words = self._printed("labels", files)
        self.assertEqual(len(pages), 2)
        self.assertIn(self.first.name, words[0])
        self.assertIn("Not registered yet", words[1])
        self.assertEqual(
            [round(float(side) / 72 * 25.4) for side in pages[0].mediabox[2:]],
            [210, 297],
        )

    def test_box_labels_one_to_a_place(self):
        third = self.registered()
        third.location_id = self.places["A-01"]
        pages, [text] = self._printed("box_labels", self.both + third)
        self.assertEqual(len(pages), 1)
        self.assertIn(f"{self.second.name} ‒ {third.name} Number of Files: 2", text)
        self.assertIn(f"B-02 {self.first.name} Number of Files: 1", text)
        [_page], [text] = self._printed("box_labels", self.archive())
        self.assertIn("None of these files has a storage location yet", text)

    def test_location_labels(self):
        """B1: one to each, with the code that a scanner reads."""
        room = self.places["A-01"].create({"name": "二楼档案室", "kind": "room"})
        box = self.places["B-02"]
        box.write({"parent_id": room.id, "code": "B2"})
        reports = self.env["ir.actions.report"].with_user(self.users["archivist"])
        content, _kind = reports._render_qweb_html(
            "customer_archive.report_location_labels", (room + box).ids
        )
        page = content.decode()
        for each in (room, box):
            self.assertIn(each._print_code(), page)
            self.assertIn(each.barcode, page)
        self.assertLess(page.index(room.barcode), page.index(box.barcode))
        # The code on a box label is the same.
        self.assertIn(box._print_code(), self._page("box_labels", self.both))

    def test_the_index_of_a_cabinet(self):
        """B2: from the cabinet, of the files that the user may read."""
        room = self.places["A-01"].create({"name": "二楼档案室", "kind": "room"})
        (self.places["A-01"] + self.places["B-02"]).parent_id = room
        own = room.with_user(self.users["archivist"])
        action = own.action_print_index()
        self.assertEqual(action["report_name"], "customer_archive.report_index")
        self.assertEqual(set(action["context"]["active_ids"]), set(self.both.ids))
        with self.assertRaisesRegex(UserError, "nothing to print"):
            room.with_user(self.users["purchase"]).action_print_index()

    def test_basic_data_form(self):
        """H2: what the form asks for, the account with all but its end hidden."""
        partner = self.first.partner_id
        pages, words = self._printed("basic_data", self.both)
        self.assertEqual(len(pages), 2)
        contact, legal = sorted(partner.child_ids.mapped("name"))
        for each in (
            *("Name of Company Alpha Ltd", "Address 1 Test Road, Shanghai"),
            f"Legal Representative's Name {legal} Business Licence {partner.vat}",
            "Bank and Account Number Test Bank ****************2345",
            "Main Products in Cooperation Castings",
            "Contact Phone 13900000002 Contact Fax 021-55550009",
            f"Contact {contact} Handler Test sales",
            "E-mail Address office@party.example",
            "The handler fills in every field of this form",
        ):
            self.assertIn(each, words[0])
        self.assertNotIn(ACCOUNT[:12], words[0])

    def test_summary(self):
        """H1: the list as its register has it, across a sheet."""
        [page], [text] = self._printed("summary", self.both)
        partner = self.first.partner_id
        contact, legal = sorted(partner.child_ids.mapped("name"))
        for each in (
            "Supplier/customer summary",
            "Department: Test Sales",
            "No. Supplier/Customer Company's Legal Representative Contact",
            f"1 Alpha Ltd {legal} {contact} 13900000002",
            "buys scrap",
            "2 上海测试贸易有限公司",
            "Prepared by: Handled by: Reviewed by:",
            "Printed by Test clerk",
        ):
            self.assertIn(each, text)
        wide, high = (float(side) for side in page.mediabox[2:])
        self.assertGreater(wide, high)

    def test_a_summary_for_each_department(self):
        """D4, H1: numbered from one, and signed, by itself; parted into sheets."""
        bought = self.registered("purchase", partner=self.partner("Beta Ltd"))
        sold = self.both.concat(*(self.archive() for _each in range(11)))
        every = (sold + bought).with_user(self.users["clerk"])
        sheets = every._summary_sheets()
        self.assertEqual(
            [[len(rows) for rows in each["sheets"]] for each in sheets], [[12, 1], [1]]
        )
        self.assertEqual(sheets[1]["sheets"][0][0][:2], ["1", "Beta Ltd"])
        self.assertEqual(sheets[0]["sheets"][1][0][0], "13")
        pages, words = self._printed("summary", sold + bought)
        self.assertEqual(len(pages), 3)
        signed = ["Prepared by:" in text for text in words]
        self.assertEqual(signed, [False, True, True])
        for text, name in zip(words, ("Sales", "Sales", "Purchasing"), strict=True):
            self.assertIn(f"Department: Test {name}", text)
            self.assertIn("Content of Cooperation", text)

    def test_summary_is_masked_as_the_register(self):
        """H1: a column of the account shows its end only, as on the screen."""
        register = self.env.ref("customer_archive.register_summary")
        register.column_ids[-1].path = "bank_account"
        for role in ("sales", "clerk", "finance"):
            page = self._page("summary", self.first, role)
            self.assertIn("2345", page, role)
            self.assertNotIn(ACCOUNT[:12], page, role)

    def test_without_its_register(self):
        self.env.ref("customer_archive.register_summary").unlink()
        with self.assertRaisesRegex(UserError, "register of the summary is missing"):
            self.both._summary_sheets()

    def test_no_print_shows_a_secret(self):
        archive = self.archive()
        values = {"archive_id": archive.id, "label": "Bank", "value": "9876543210123"}
        self.env["customer.archive.secret"].create({"kind": "bank_account", **values})
        for name in PRINTS:
            for role in ("sales", "clerk", "auditor"):
                page = self._page(name, archive, role)
                self.assertNotIn("98765", page, name)
                self.assertNotIn("0123", page, name)

    def test_the_code_opens_the_file_and_tells_nothing_else(self):
        """The address in the code leads to the file after login."""
        url = self.first._print_url()
        base = self.first.get_base_url()
        self.assertEqual(url, f"{base}/odoo/customer.archive/{self.first.id}")
        page = self._page("labels", self.both)
        for file in self.both:
            self.assertIn(file._print_code(file._print_url()), page)
        path = url.removeprefix(base)
        answer = self.url_open(path, allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        self.assertIn("/web/login", answer.headers["Location"])
        self.authenticate("t_clerk", "archive-test-1")
        self.assertEqual(self.url_open(path, allow_redirects=False).status_code, 200)

    def test_prints_are_recorded(self):
        """C6: per file, with what was printed."""
        log = self.env["customer.archive.log"]
        for name in PRINTS:
            self._page(name, self.both)
            domain = [
                ("event", "=", "print"),
                ("detail", "=", f"customer_archive.report_{name}"),
            ]
            rows = log.search(domain)
            self.assertEqual(set(rows.mapped("res_id")), set(self.both.ids))
            self.assertEqual(rows.user_id, self.users["clerk"])

    def test_nobody_prints_what_he_may_not_read(self):
        for name in PRINTS:
            for role in ("sales_other", "purchase", "reader", "employee"):
                with self.assertRaises(AccessError):
                    self._page(name, self.both, role)

    def test_prints_speak_chinese(self):
        """The Chinese form, in letters that the PDF brings along."""
        self.users["clerk"].lang = "zh_CN"
        pages, [text] = self._printed("cover", self.second, lang="zh_CN")
        # The last letter comes out as its radical.
        self.assertIn("成品采购客", text)
        self.assertIn("内部", text)
        fonts = {
            str(font.get_object()["/BaseFont"])
            for font in pages[0]["/Resources"]["/Font"].values()
        }
        self.assertTrue(any("CJK" in name or "WenQuan" in name for name in fonts))

    def test_400_labels_at_once(self):
        categories = {"category_id": self.buyer.id, "user_id": self.users["sales"].id}
        partners = self.env["res.partner"].create(
            [{"name": f"Party {number}", "is_company": True} for number in range(400)]
        )
        files = self.env["customer.archive"].create(
            [{"partner_id": partner.id, **categories} for partner in partners]
        )
        pages, words = self._printed("labels", files)
        self.assertEqual(len(pages), 17)
        self.assertIn("Party 0", words[0])
        self.assertIn("Party 399", words[-1])

    def test_a_code_of_more_than_a_label_holds_is_refused(self):
        with self.assertRaisesRegex(ValueError, "too long"):
            self.first._print_code("x" * 301)
        self.assertTrue(self.first._print_code("一号柜 3-15"))

    def test_the_place_is_written_by_those_who_keep_the_file(self):
        first, places = self.first, self.places
        first.with_user(self.users["clerk"]).location_id = places["C-03"]
        first.with_user(self.users["sales"]).location_id = places["A-01"]
        self.assertEqual(first.place, "A-01")
        for role in ("sales_other", "auditor", "archivist"):
            with self.assertRaises(AccessError):
                first.with_user(self.users[role]).location_id = places["C-03"]
