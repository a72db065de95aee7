"""The four requests in the browser, from the application to the end."""

import io
from contextlib import contextmanager
from unittest.mock import patch

import openpyxl
import pyzipper
from pypdf import PdfReader

from odoo import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..support.flow_case import ACTION, DIALOG, TOP, WalkCase, step
from ..support.size import full
from .test_browser import pdf

PARTY = "Walk Metals"
RENAMED = "Walk Metals and Alloys Ltd"
FOR_ME = ACTION.format("approval_for_me")


@tagged("post_install", "-at_install")
class TestBrowserRequests(WalkCase, HttpCase):
    """A file on record, and what people want of it. Requirements C1, C3, C4 and D1."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.party = cls.partner(f"{PARTY} Ltd")
        archive = cls.archive(partner=cls.party)
        license_type = cls.env.ref("customer_archive.document_type_license")
        cls.paper = archive.document_ids.filtered(
            lambda item: item.type_id == license_type
        )
        copy = Command.create({"name": "licence.pdf", "raw": pdf()})
        cls.paper.write(
            {
                "attachment_ids": [copy],
                "is_paper": True,
                "number": cls.party.vat,
                "is_endless": True,
            }
        )
        cls.collect(archive)
        archive.action_submit()
        for role in ("head", "compliance"):
            archive.with_user(cls.users[role]).action_approve("fine")
        archive.with_user(cls.users["clerk"]).action_register()
        cls.file = archive

    def last(self, name):
        return self.env[f"customer.archive.{name}"].search([], limit=1, order="id desc")

    def licence(self):
        return self.say("Business licence")

    def refused(self, role, reason):
        """Refuse the request that waits for one."""
        self.walk(
            role,
            FOR_ME,
            self.press_in_row(PARTY, "Open"),
            self.state("Awaiting Approval"),
            self.decide("Refuse", reason),
            self.state("Draft"),
        )

    def approved(self, role, state):
        self.walk(
            role,
            FOR_ME,
            self.press_in_row(PARTY, "Open"),
            self.decide("Approve", "Agreed"),
            self.state(state),
        )

    def mended(self, name, reason, purpose, label="Purpose"):
        """Read why it was refused, say more, and apply again."""
        record = self.last(name)
        self.walk(
            record.user_id.login.removeprefix("t_"),
            ACTION.format(name),
            self.row(PARTY),
            self.message(reason),
            self.fill(label, purpose),
            self.press("Submit Request"),
            self.state("Awaiting Approval"),
        )

    def assertDecided(self, record, *expected):
        """Check who decided what, in which round."""
        rows = record.approval_ids.filtered("decided_by_id").sorted("id")
        self.assertEqual(
            [(row.round, row.decided_by_id.login[2:], row.state) for row in rows],
            list(expected),
        )

    # The walks

    def test_consultation(self):
        self.walk(
            "sales_other",
            ACTION.format("consultation"),
            self.new(),
            self.pick_party(PARTY),
            self.fill("Purpose", "Offer"),
            self.pick("Item Types", self.licence()),
            self.press("Submit Request"),
            self.state("Awaiting Approval"),
        )
        self.refused("head", "Which offer?")
        self.mended("consultation", "Which offer?", "Offer 26-118")
        self.approved("head", "Approved")
        # Odoo logs each refusal.
        with mute_logger("odoo.http"):
            self._consult()
        request = self.last("consultation")
        self.assertDecided(request, (1, "head", "rejected"), (2, "head", "approved"))
        self.assertEqual(request.state, "ended")
        self.assertFalse(self.paper.with_user(request.user_id).has_access("read"))

    def _consult(self):
        """Read a paper, end it, and find the paper closed."""
        self.walk(
            "sales_other",
            ACTION.format("consultation"),
            self.row(PARTY),
            self.state("Approved"),
            self.row(self.licence(), ".tab-pane.active"),
            step(f"{DIALOG} .o_attachment a:contains(.pdf)", "fetch_link"),
            step("body[data-fetched^='application/pdf']"),
            step(f"{DIALOG} .btn-close", "click"),
            self.closed(),
            self.press("I'm Done"),
            step(f"{DIALOG} footer .btn-primary", "click"),
            self.state("Ended"),
            self.read(
                self.say("The items are shown here to users with access to them."),
                ".tab-pane.active p",
            ),
            step(".o_form_view", "fetch_link"),
            step("body[data-fetched=refused]"),
        )

    def test_loan(self):
        self.walk(
            "sales_other",
            ACTION.format("loan"),
            self.new(),
            self.pick_party(PARTY),
            self.fill("Purpose", "Notary"),
            self.pick("Item Types", self.licence()),
            self.press("Submit Request"),
            self.state("Awaiting Approval"),
        )
        self.refused("management", "Which notary?")
        self.mended("loan", "Which notary?", "Notary of the district")
        self.approved("management", "To Hand Out")
        self.walk(
            "archivist",
            ACTION.format("loan_line_waiting"),
            self.press_in_row(PARTY, "Hand Out"),
            self.read(self.say("Awaiting Receipt"), ".o_data_row"),
        )
        with self.slips() as slips:
            self.walk(
                "sales_other",
                ACTION.format("loan"),
                self.row(PARTY),
                self.press("Confirm Receipt"),
                self.state("On Loan"),
                step(".o_form_view", "count_downloads"),
                self.press("Print Slip"),
                step("body[data-downloads='1']"),
            )
        self.assertIn(self.last("loan").name, slips[0])
        self.walk(
            "management",
            ACTION.format("loan_line"),
            self.read(self.licence(), f'.o_data_row:contains("{PARTY}")'),
            step(f'.o_data_row .badge:text("{self.say("On Loan")}")'),
        )
        self.walk(
            "sales_other",
            ACTION.format("loan"),
            self.row(PARTY),
            self.press("Confirm Return"),
            step(f"{DIALOG} footer .btn-primary", "click"),
            step(f'.tab-pane.active .badge:text("{self.say("Awaiting Return")}")'),
        )
        self.walk(
            "archivist",
            ACTION.format("loan_line"),
            self.press_in_row(PARTY, "Receive Return"),
            step(f"{DIALOG} .o_data_row .o_data_cell[name=condition]", "click"),
            step(
                f"{DIALOG} .o_data_row [name=condition] .o_select_menu_input", "click"
            ),
            self.option("Damaged"),
            step(f"{DIALOG} .o_data_row [name=note] input", "edit A corner is torn"),
            self.answer("Receive Return"),
            self.closed(),
            self.read(self.say("No items on loan")),
        )
        loan = self.last("loan")
        self.assertDecided(
            loan, (1, "management", "rejected"), (2, "management", "approved")
        )
        self.assertEqual(loan.state, "returned")
        self.assertEqual(
            [(line.state, line.condition, line.remarks) for line in loan.line_ids],
            [("returned", "damaged", "A corner is torn")],
        )

    @contextmanager
    def slips(self):
        """Print in earnest, and collect the text of each page."""
        reports = type(self.env["ir.actions.report"])
        render, texts = reports._render_qweb_pdf, []

        def printed(report, *args, **options):
            own = report.with_context(force_report_rendering=True)
            content, kind = render(own, *args, **options)
            pages = PdfReader(io.BytesIO(content)).pages
            texts.extend(page.extract_text() for page in pages)
            return content, kind

        with patch.object(reports, "_render_qweb_pdf", printed):
            yield texts

    def test_sharing(self):
        self.walk(
            "sales",
            ACTION.format("sharing"),
            self.new(),
            self.pick_party(PARTY),
            self.pick("Items", self.licence()),
            self.fill("Purpose", "Credit line"),
            self.select("Legal Basis", "Consent of the party"),
            self.choose("External recipient"),
            self.fill("Organisation", "Example Bank"),
            self.fill("Recipient Contact", "Ms Example"),
            self.select("Password Sent By", "By telephone"),
            self.press("Submit Request"),
            self.state("Awaiting Approval"),
        )
        self.refused("legal", "Which consent?")
        self.mended("sharing", "Which consent?", "Credit line, as agreed in the letter")
        self.approved("legal", "Awaiting Approval")
        self.approved("management", "Approved")
        sharing = self.last("sharing").with_user(self.users["sales"])
        password = sharing.action_show_password()["params"]["password"]
        with self.packages() as packages:
            self.walk(
                "sales",
                ACTION.format("sharing"),
                self.row(PARTY),
                step(".o_form_view", "count_downloads"),
                self.press("Download Package"),
                step("body[data-downloads='1']"),
                self.press("Show Password"),
                step(f'{DIALOG} .o_archive_password:text("{password}")'),
                self.read(self.say("By telephone"), DIALOG),
                self.answer("Hide"),
                self.closed(),
                self.press("End Sharing"),
                step(f"{DIALOG} footer .btn-primary", "click"),
                self.state("Ended"),
                step(f'{TOP}:not(:contains("{self.say("Download Package")}"))'),
            )
        self._check_package(*packages, password)
        self.assertDecided(
            sharing.sudo(),
            (1, "legal", "rejected"),
            (2, "legal", "approved"),
            (2, "management", "approved"),
        )

    @contextmanager
    def packages(self):
        """Keep what is downloaded."""
        sharings = type(self.env["customer.archive.sharing"])
        write, kept = sharings.write_package, []

        def written(sharing, target):
            write(sharing, target)
            target.seek(0)
            kept.append(io.BytesIO(target.read()))

        with patch.object(sharings, "write_package", written):
            yield kept

    def _check_package(self, package, password):
        """Open it as the recipient does."""
        with pyzipper.AESZipFile(package) as opened:
            opened.setpassword(password.encode())
            name = next(each for each in opened.namelist() if each.endswith(".pdf"))
            self.assertIn(self.licence(), name)
            text = PdfReader(io.BytesIO(opened.read(name))).pages[0].extract_text()
        self.assertIn("Business licence", text)
        self.assertIn("Example Bank", text)

    def test_change(self):
        # Odoo logs each refusal.
        with mute_logger("odoo.http"):
            self._ask_for_change()
        self.refused("head", "Since when?")
        self.mended("change", "Since when?", "Renamed on 1 March", "Reason")
        self.approved("head", "Awaiting Approval")
        self.assertEqual(self.party.name, f"{PARTY} Ltd")
        self.approved("compliance", "Executed")
        with self.registers() as registers:
            self.walk(
                "sales",
                ACTION.format("register"),
                step(".o_list_view", "count_downloads"),
                self.press_in_row(self.say("Change register"), "Export"),
                self.answer("Export"),
                step("body[data-downloads='1']"),
                self.answer("Close"),
                self.closed(),
            )
        cells = [cell.value for cell in registers[0].active[4]]
        for value in (f"{PARTY} Ltd", RENAMED, "Ms Example, by letter"):
            self.assertIn(value, cells)
        self.assertEqual(self.party.name, RENAMED)
        self.assertDecided(
            self.last("change"),
            (1, "head", "rejected"),
            (2, "head", "approved"),
            (2, "compliance", "approved"),
        )

    def _ask_for_change(self):
        """Edit what is protected, and take the way that the refusal shows."""
        self.walk(
            "sales",
            f"/odoo/res.partner/{self.party.id}",
            step("h1 input, h1 textarea", f"edit {RENAMED}"),
            step(".o_form_button_save", "click"),
            self.answer("Request this Change"),
            self.read(RENAMED, ".tab-pane.active .o_data_row"),
            self.fill("Proposed by", "Ms Example, by letter"),
            self.fill("Reason", "Renamed"),
            self.tab("Evidence"),
            step(".tab-pane.active .o_field_x2many_list_row_add a", "click"),
            step(f"{DIALOG} .o_field_many2many_binary button", "choose_files"),
            self.read("notice.pdf", f"{DIALOG} .o_attachments"),
            step(f"{DIALOG} .o_form_button_save", "click"),
            self.closed(),
            self.press("Submit Request"),
            self.state("Awaiting Approval"),
            files=[("notice.pdf", "application/pdf", pdf())],
        )

    @contextmanager
    def registers(self):
        """Keep what is exported."""
        model = type(self.env["customer.archive.register"])
        write, kept = model.write_book, []

        def written(registers, stream, *args):
            write(registers, stream, *args)
            stream.seek(0)
            kept.append(openpyxl.load_workbook(io.BytesIO(stream.read())))

        with patch.object(model, "write_book", written):
            yield kept


@tagged("post_install", "-at_install")
class TestBrowserRequestsInChinese(TestBrowserRequests):
    """The same, by people who work in Chinese."""

    lang = "zh_CN"
    if not full():
        test_consultation = test_sharing = None
