import io
import re
import zipfile
from datetime import date, timedelta
from unittest.mock import patch

import openpyxl
from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..copies.papers_case import stored
from ..system.test_migration import run, script
from .review_case import ReviewCase

ANNUAL = "customer.archive.annual"
REQUEST = "customer.archive.annual.request"
DAY = date(2027, 7, 1)


class AnnualCase(ReviewCase):
    CRON = "customer_archive.cron_annual"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        works = cls.env.ref("customer_archive.category_works")
        strategic = cls.env.ref("customer_archive.category_strategic")
        made = {
            "customer": ("sales", {}),
            "prospect": ("sales", {"relation_stage": "prospect"}),
            "intended": ("purchase", {"relation_stage": "intended"}),
            "supplier": ("purchase", {}),
            "works": ("purchase", {"category": works}),
            "both_bought": ("purchase", {"category": strategic}),
            "both_sold": ("sales", {"category": strategic}),
            "secret": ("purchase", {"security_level": "secret"}),
        }
        cls.files = {
            name: cls.file_on(
                "2027-01-04",
                role,
                partner=cls.partner(f"{name} Ltd"),
                **{"relation_stage": "cooperating", **values},
            )
            for name, (role, values) in made.items()
        }

    def runs(self, year=2027):
        domain = [("company_id", "=", self.company.id), ("year", "=", year)]
        return self.env[ANNUAL].search(domain)

    def asked(self, run):
        requests = self.env[REQUEST].search([("annual_id", "=", run.id)])
        return sorted(requests.mapped("partner_id.name"))

    def lines(self, department):
        """Return the sets of registers of a department, by level."""
        lines = self.runs().line_ids
        lines = lines.filtered(
            lambda each: each.department_id == self.departments[department]
        )
        return {line.security_level: line for line in lines}

    def receive(self, name, *types):
        """Add a new paper of each type to a file, which a clerk takes in."""
        file = self.files[name]
        items = self.env["customer.archive.document"].with_user(self.users["clerk"])
        for kind in types:
            number = file.partner_id.vat if kind == self.licence else False
            values = {"type_id": kind.id, "is_paper": True, "number": number}
            items.create({"archive_id": file.id, **values})
        self.env.invalidate_all()

    @property
    def licence(self):
        return self.env.ref("customer_archive.document_type_license")

    @property
    def certificate(self):
        return self.env.ref("customer_archive.document_type_bank")

    def request(self, name):
        domain = [("archive_id", "=", self.files[name].id)]
        return self.env[REQUEST].search(domain)


LEVELS = ("internal", "secret")
# Who downloads what was stored for purchasing, once clerks have no clearance and
# management's ends at confidential.
READERS = {
    "internal": {"purchase_head", "auditor", "management", "clerk"},
    "confidential": {"purchase_head", "auditor", "management"},
    "secret": {"purchase_head", "auditor"},
}
# Everybody that somebody works with; neither prospects nor those with mere intent.
PARTNERS = [
    *("both_bought Ltd", "both_sold Ltd", "customer Ltd"),
    *("secret Ltd", "supplier Ltd", "works Ltd"),
]


@tagged("post_install", "-at_install")
class TestAnnual(AnnualCase, TransactionCase):
    """The annual run on its date, what it stores and what it asks. Requirement D4."""

    def test_once_a_year_on_the_day_of_the_company(self):
        self.run_cron(DAY - timedelta(days=1), 15)
        self.assertFalse(self.runs())
        # It is the first of July in Shanghai.
        self.run_cron(DAY - timedelta(days=1), 16)
        run = self.runs()
        self.assertEqual((run.date, run.state), (DAY, "done"))
        self.assertEqual(run.due_date, self.working_day_after(DAY, 20))
        self.assertEqual(self.asked(run), PARTNERS)
        for day in (DAY, DAY + timedelta(days=30), date(2027, 12, 31)):
            self.run_cron(day)
        self.assertEqual(self.runs(), run)
        self.assertEqual(self.asked(run), PARTNERS)
        self.run_cron("2028-07-03")
        self.assertEqual(self.asked(self.runs(2028)), PARTNERS)
        self.assertEqual(len(self.env[REQUEST].search([])), 12)

    def test_server_that_slept(self):
        self.run_cron(DAY + timedelta(days=61))
        self.assertFalse(self.runs())
        self.run_cron(DAY + timedelta(days=60))
        self.assertEqual(self.runs().date, date(2027, 8, 30))

    def test_over_the_turn_of_the_year(self):
        self.company.write({"archive_annual_month": "12", "archive_annual_day": 20})
        self.run_cron("2028-01-10")
        self.assertTrue(self.runs(2027))
        self.assertFalse(self.runs(2028))
        self.run_cron("2028-12-20")
        self.assertTrue(self.runs(2028))

    def test_company_without_files(self):
        company = self.env["res.company"].create({"name": "Other Ltd"})
        self.run_cron(DAY)
        self.assertFalse(self.env[ANNUAL].search([("company_id", "=", company.id)]))

    def test_date_is_in_every_year(self):
        settings = self.env["res.config.settings"]
        settings.create(
            {"archive_annual_month": "2", "archive_annual_day": 28}
        ).execute()
        self.assertEqual(self.company._archive_annual_date(2028), date(2028, 2, 28))
        for month, day in (("2", 31), ("2", 29), ("4", 31), ("1", 0), ("1", 32)):
            with (
                self.subTest(month=month, day=day),
                self.assertRaisesRegex(
                    ValidationError, f"doesn't always have a day {day}"
                ),
            ):
                self.company.write(
                    {"archive_annual_month": month, "archive_annual_day": day}
                )

    # Registers

    def test_registers_by_department(self):
        self.run_cron(DAY)
        sales, purchase = self.lines("sales"), self.lines("purchase")
        self.assertEqual(
            set(self.runs().line_ids.department_id), set(self.departments.values())
        )
        self.assertEqual((set(sales), set(purchase)), ({"internal"}, {*LEVELS}))
        counts = [
            (line.file_count, line.left_out_count)
            for line in (sales["internal"], purchase["internal"], purchase["secret"])
        ]
        # Of both sides, the category names the department: that of sales.
        self.assertEqual(counts, [(4, 0), (3, 1), (4, 0)])
        for level, line in purchase.items():
            for attachment in line._stored_registers():
                texts = self.texts(stored(attachment))
                with self.subTest(f"{level}: {attachment.name}"):
                    self.assertIn("supplier Ltd", texts)
                    self.assertIn("works Ltd", texts)
                    self.assertEqual("secret Ltd" in texts, level == "secret")
                    self.assertNotIn("customer Ltd", texts)
                    self.assertIn("2027", attachment.name)
            numbers = self.texts(stored(line.ledger_id))
            self.assertIn(self.files["supplier"].name, numbers)
        customers = self.texts(stored(sales["internal"].summary_id))
        for name in ("customer", "prospect", "both_bought", "both_sold"):
            self.assertIn(f"{name} Ltd", customers)

    def test_each_party_has_its_form(self):
        """One sheet for each file of the department, the account masked."""
        bank = self.env["res.bank"].create({"name": "测试银行"})
        account = {"acc_number": "31001518800050012345", "bank_id": bank.id}
        party = self.partner("银行账户公司", bank_ids=[Command.create(account)])
        self.files["bank"] = self.file_on("2027-01-04", "purchase", partner=party)
        self.run_cron(DAY)
        stream = io.BytesIO(stored(self.lines("purchase")["internal"].basic_data_id))
        book = openpyxl.load_workbook(stream)
        files = [self.files[name] for name in ("intended", "supplier", "works", "bank")]
        self.assertEqual(
            book.sheetnames, [file.display_name[:31].strip() for file in files]
        )
        shown = [
            str(cell.value)
            for row in book.worksheets[3].iter_rows()
            for cell in row
            if cell.value
        ]
        self.assertIn("测试银行 ****************2345", shown)
        self.assertNotIn("31001518800050012345", " ".join(shown))

    def test_more_forms_than_a_workbook_holds(self):
        module = "odoo.addons.customer_archive.models.reviews"
        with patch(f"{module}.customer_archive_annual_line.MAX_FORMS", 2):
            self.run_cron(DAY)
        line = self.lines("purchase")["internal"]
        self.assertTrue(line.basic_data_id.name.endswith(".zip"))
        with zipfile.ZipFile(io.BytesIO(stored(line.basic_data_id))) as package:
            books = [
                openpyxl.load_workbook(io.BytesIO(package.read(name)))
                for name in package.namelist()
            ]
        self.assertEqual([len(book.sheetnames) for book in books], [2, 1])

    def test_level_of_which_there_is_nothing_below(self):
        """A department with secret files alone has an empty set for the others."""
        for name in ("supplier", "works", "intended"):
            as_system(self.files[name]).write({"is_blocked": True})
        self.run_cron(DAY)
        lines = self.lines("purchase")
        self.assertFalse(lines["internal"]._stored_registers())
        self.assertEqual(lines["internal"].left_out_count, 1)
        self.assertEqual(len(lines["secret"]._stored_registers()), 3)

    def test_what_goes_with_a_destroyed_file(self):
        """Every set that lists it; where no ledger tells, it may be any."""
        self.run_cron(DAY)
        lines = self.lines("purchase")
        as_system(lines["internal"].ledger_id).unlink()
        self.env.invalidate_all()
        number = self.files["secret"].name
        self.assertTrue(lines["internal"]._may_list(number))
        self.assertTrue(lines["secret"]._may_list(number))
        self.files["secret"].sudo()._erase_annual_registers()
        for line in lines.values():
            self.assertFalse(line._stored_registers())
        self.assertTrue(self.lines("sales")["internal"].summary_id)

    def texts(self, content):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return "".join(
                book.read(name).decode()
                for name in book.namelist()
                if name.startswith("xl/") and name.endswith(".xml")
            )

    def test_who_reads_the_registers(self):
        self.run_cron(DAY)
        line = self.lines("purchase")["internal"]
        readers = {"purchase_head", "clerk", "management", "auditor"}
        for role, user in self.users.items():
            attachment = line.summary_id.with_user(user)
            with self.subTest(role):
                may = role in readers
                self.assertEqual(line.with_user(user).has_access("read"), may)
                self.assertEqual(attachment.has_access("read"), may)
                with self.assertRaises(AccessError):
                    line.with_user(user).file_count = 7
                with self.assertRaises(UserError):
                    attachment.unlink()
                if may:
                    own = line.with_user(user)
                    url = own.action_download_ledger()["url"]
                    self.assertIn(str(line.ledger_id.id), url)
                    url = own.action_download_basic_data()["url"]
                    self.assertIn(str(line.basic_data_id.id), url)
                else:
                    for name in ("summary", "basic_data", "ledger"):
                        act = getattr(line.with_user(user), f"action_download_{name}")
                        with self.assertRaises(AccessError):
                            act()
        with self.assertRaises(UserError):
            line.summary_id.unlink()

    def test_column_that_is_not_for_everybody(self):
        register = self.env.ref("customer_archive.register_ledger")
        self.env["customer.archive.register.column"].create(
            {
                "register_id": register.id,
                "name": "Masked",
                "path": "secret_ids.masked",
            }
        )
        self.run_cron(DAY)
        for line in self.runs().line_ids:
            self.assertTrue(line.summary_id)
            self.assertFalse(line.ledger_id)
            self.assertIn("Masked", line.note)

    def test_whole_accounts_are_not_stored(self):
        """The system reads them whole, those who read what it stores may not."""
        register = self.env.ref("customer_archive.register_summary")
        for path in ("partner_id.bank_ids.acc_number", "partner_id.bank_ids"):
            column = {"register_id": register.id, "name": "Account", "path": path}
            self.env["customer.archive.register.column"].create(column)
        self.run_cron(DAY)
        for line in self.runs().line_ids:
            self.assertFalse(line.summary_id)
            self.assertIn("Account", line.note)

    # Requests

    def test_handlers_are_asked_and_answer(self):
        self.run_cron(DAY)
        request, run = self.request("supplier"), self.runs()
        self.assertEqual(request.user_id, self.users["purchase"])
        self.assertEqual(self.told(request, "annual"), ["purchase"])
        self.assertEqual(request.activity_ids.date_deadline, run.due_date)
        own = self.by(request, "purchase")
        with freeze_time("2027-07-05 03:00:00"):
            self.assertEqual((own.missing_count, own.renewed_count), (0, 0))
            self.assertEqual(own.asked_type_ids, self.licence + self.certificate)
            self.assertEqual(own.lacking_type_ids, own.asked_type_ids)
            both = f"{self.licence.name}, {self.certificate.name}"
            with self.assertRaisesRegex(UserError, re.escape(both)):
                own.action_answer("All are valid")
            self.receive("supplier", self.licence)
            self.assertEqual(own.renewed_count, 1)
            self.assertEqual(own.received_type_ids, self.licence)
            with self.assertRaises(UserError) as refused:
                own.action_answer("All are valid")
            self.assertIn(self.certificate.name, str(refused.exception))
            self.assertNotIn(self.licence.name, str(refused.exception))
            self.receive("supplier", self.certificate)
            self.assertFalse(own.lacking_type_ids)
            own.action_answer()
        self.assertEqual(request.state, "answered")
        self.assertEqual(request.answered_on, date(2027, 7, 5))
        self.assertFalse(request.activity_ids)
        self.assertEqual(self.events(request), [("purchase", "answered")])
        self.assertEqual((run.request_count, run.answered_count), (6, 1))
        self.assertEqual(run.progress, 16)
        progress = {
            line.department_id: (line.request_count, line.answered_count, line.progress)
            for line in run.line_ids
        }
        self.assertEqual(progress[self.departments["purchase"]], (3, 1, 33))
        self.assertEqual(progress[self.departments["sales"]], (3, 0, 0))

    def test_a_paper_that_expired_is_no_answer(self):
        self.run_cron(DAY)
        request = self.by(self.request("works"), "purchase")
        with freeze_time("2027-07-05 03:00:00"):
            self.receive("works", self.licence, self.certificate)
            self.assertFalse(request.lacking_type_ids)
            new = request.archive_id.document_ids.filtered(
                lambda item: item.type_id == self.licence and item.is_received
            )
            new.sudo().flush_recordset()
            self.env.cr.execute(
                "UPDATE customer_archive_document SET valid_until = '2027-07-01'"
                " WHERE id = ANY(%s)",
                [new.ids],
            )
            self.env.invalidate_all()
            self.assertEqual(request.lacking_type_ids, self.licence)

    def test_papers_between_the_start_and_the_request_count(self):
        """A run that is a few days about asking began on its first day."""
        run = self.env[ANNUAL]._start(self.company, 2027)
        as_system(run).write({"date": DAY})
        with freeze_time("2027-07-02 03:00:00"):
            self.receive("works", self.licence, self.certificate)
        with freeze_time("2027-07-05 03:00:00"):
            self.env[REQUEST]._ask_for(run, self.files["works"])
            self.by(self.request("works"), "purchase").action_answer()

    def test_asked_before_papers_were_named(self):
        """What was open before the update is answered by the rule of its day."""
        self.run_cron(DAY)
        request = self.request("works")
        as_system(request).write({"asked_type_ids": [Command.clear()]})
        own = self.by(request, "purchase")
        with freeze_time("2027-07-05 03:00:00"):
            with self.assertRaisesRegex(UserError, "nothing has been received since"):
                own.action_answer()
            own.action_answer("All are valid")
        self.assertEqual(request.state, "answered")

    def test_databases_of_before_ask_for_the_same_papers(self):
        shipped = self.licence | self.certificate
        shipped.is_asked_yearly = False
        for _twice in range(2):
            run(script("19.0.8.0.0", "post-annual.py"), self.env.cr)
            self.env.invalidate_all()
            self.assertTrue(all(shipped.mapped("is_asked_yearly")))

    def test_which_papers_are_asked_for_is_configured(self):
        permit = self.env.ref("customer_archive.document_type_permit")
        permit.is_asked_yearly = True
        self.licence.is_asked_yearly = False
        self.run_cron(DAY)
        asked = self.request("works").asked_type_ids
        self.assertEqual(asked, permit + self.certificate)
        # The checklist of others doesn't have it.
        self.assertEqual(self.request("customer").asked_type_ids, self.certificate)
        with self.assertRaises(AccessError):
            self.by(self.request("works"), "purchase").asked_type_ids = False

    def test_papers_that_expired(self):
        item = self.files["works"].document_ids.filtered("is_complete")[:1]
        self.env.cr.execute(
            "UPDATE customer_archive_document SET valid_until = %s WHERE id = %s",
            ["2027-06-30", item.id],
        )
        self.env.invalidate_all()
        self.run_cron(DAY)
        with freeze_time("2027-07-02 03:00:00"):
            self.assertEqual(self.request("works").expired_count, 1)

    def test_who_may_answer_and_waive(self):
        self.run_cron(DAY)
        request = self.request("supplier")
        for role in ("sales", "head", "finance", "legal", "admin", "employee"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.by(request, role).read(["state"])
        for role in ("clerk", "compliance", "archivist", "auditor", "management"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.by(request, role).action_answer("x")
        for role in ("clerk", "compliance", "archivist", "auditor", "purchase"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.by(request, role).action_waive("x")
        for values in ({"state": "answered"}, {"answered_on": "2027-07-01"}):
            with self.assertRaises(AccessError):
                self.by(request, "purchase").write(values)
        with self.assertRaisesRegex(UserError, "why no answer is needed"):
            self.by(request, "management").action_waive()
        self.by(request, "management").note = "They moved"
        self.by(request, "management").action_waive()
        self.assertEqual((request.state, request.note), ("waived", "They moved"))
        with self.assertRaisesRegex(UserError, "already done"):
            self.by(request, "purchase").action_answer("x")
        with freeze_time("2027-07-05 03:00:00"):
            self.receive("works", self.licence, self.certificate)
            self.by(self.request("works"), "purchase_head").action_answer("All valid")
        self.assertEqual(self.request("works").state, "answered")

    def test_handed_over_and_closed(self):
        self.run_cron(DAY)
        request = self.request("supplier")
        self.users["purchase"].active = False
        self.assertEqual(self.told(request, "annual"), ["purchase_head"])
        self.env[REQUEST]._open_on(self.files["supplier"])._cancel()
        self.assertEqual(request.state, "waived")
        self.assertFalse(request.activity_ids)

    def test_terminated_supplier_is_not_asked(self):
        self.by(self.files["works"], "purchase").relation_stage = "terminated"
        self.run_cron(DAY)
        self.assertNotIn("works Ltd", self.asked(self.runs()))

    # Trouble

    def test_broken_file_does_not_stop_the_others(self):
        model = type(self.env[REQUEST])
        real = model._ask_for

        def broken(requests, run, archives):
            if self.files["works"] in archives:
                raise ValueError("broken")
            return real(requests, run, archives)

        logger = "odoo.addons.customer_archive.models.reviews.customer_archive_annual"
        with patch.object(model, "_ask_for", broken), mute_logger(logger):
            self.run_cron(DAY)
        run = self.runs()
        self.assertEqual(run.state, "running")
        self.assertEqual(len(self.asked(run)), 5)
        self.run_cron(DAY + timedelta(days=1))
        self.assertEqual(run.state, "done")
        self.assertEqual(self.asked(run), PARTNERS)
        self.assertEqual(len(run.line_ids), 3)


@tagged("post_install", "-at_install")
class TestAnnualDownload(AnnualCase, HttpCase):
    """D4: stored registers by their addresses."""

    HTTP = True

    def test_downloads_are_recorded(self):
        self.run_cron(DAY)
        line = self.lines("sales")["internal"]
        url = f"/web/content/{line.summary_id.id}?download=true"
        self.authenticate("t_head", "archive-test-1")
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.content[:2], b"PK")
        log = self.env["customer.archive.log"].search(
            [("model", "=", line._name), ("user_id", "=", self.users["head"].id)]
        )
        self.assertEqual(log.mapped("event"), ["export"])
        self.authenticate("t_sales", "archive-test-1")
        self.assertEqual(self.url_open(url).status_code, 404)

    def test_who_gets_which_level(self):
        """Each role, each level, each register, by its address."""
        confidential = self.file_on(
            "2027-01-04", "purchase", security_level="confidential"
        )
        self.assertEqual(confidential.security_level, "confidential")
        self.run_cron(DAY)
        lines = self.lines("purchase")
        self.assertEqual(set(lines), {"internal", "confidential", "secret"})
        self.lower_clearances()
        for role in self.users:
            self.authenticate(f"t_{role}", "archive-test-1")
            for level, readers in READERS.items():
                registers = lines[level]._stored_registers()
                self.assertEqual(len(registers), 3)
                for register in registers:
                    answer = self.url_open(f"/web/content/{register.id}?download=true")
                    with self.subTest(f"{register.name} as {role}"):
                        got = answer.ok and answer.content[:2] == b"PK"
                        self.assertEqual(got, role in readers)

    def lower_clearances(self):
        clerk, management, secret, confidential = (
            self.env.ref(f"customer_archive.group_{name}")
            for name in (
                *("clerk", "management"),
                *("clearance_secret", "clearance_confidential"),
            )
        )
        (clerk | management).implied_ids -= secret
        management.implied_ids += confidential
