import io
import zipfile
from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from ..copies.papers_case import stored
from .review_case import ReviewCase

ANNUAL = "customer.archive.annual"
REQUEST = "customer.archive.annual.request"
DAY = date(2027, 7, 1)


class AnnualCase(ReviewCase):
    CRON = "customer_archive.cron_annual"

    def setUp(self):
        super().setUp()
        works = self.env.ref("customer_archive.category_works")
        strategic = self.env.ref("customer_archive.category_strategic")
        made = {
            "customer": ("sales", {}),
            "supplier": ("purchase", {}),
            "works": ("purchase", {"category": works}),
            "both_bought": ("purchase", {"category": strategic}),
            "both_sold": ("sales", {"category": strategic}),
            "secret": ("purchase", {"security_level": "secret"}),
        }
        self.files = {
            name: self.file_on(
                "2027-01-04", role, partner=self.partner(f"{name} Ltd"), **values
            )
            for name, (role, values) in made.items()
        }

    def runs(self, year=2027):
        domain = [("company_id", "=", self.company.id), ("year", "=", year)]
        return self.env[ANNUAL].search(domain)

    def asked(self, run):
        requests = self.env[REQUEST].search([("annual_id", "=", run.id)])
        return sorted(requests.mapped("partner_id.name"))

    def request(self, name):
        domain = [("archive_id", "=", self.files[name].id)]
        return self.env[REQUEST].search(domain)


SUPPLIERS = ["both_bought Ltd", "secret Ltd", "supplier Ltd", "works Ltd"]


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
        self.assertEqual(self.asked(run), SUPPLIERS)
        for day in (DAY, DAY + timedelta(days=30), date(2027, 12, 31)):
            self.run_cron(day)
        self.assertEqual(self.runs(), run)
        self.assertEqual(self.asked(run), SUPPLIERS)
        self.run_cron("2028-07-03")
        self.assertEqual(self.asked(self.runs(2028)), SUPPLIERS)
        self.assertEqual(len(self.env[REQUEST].search([])), 8)

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
        lines = {line.department_id: line for line in self.runs().line_ids}
        self.assertEqual(set(lines), set(self.departments.values()))
        sales, purchase = (
            lines[self.departments[each]] for each in ("sales", "purchase")
        )
        # Of both sides, the category names the department: that of sales.
        self.assertEqual((sales.file_count, sales.left_out_count), (3, 0))
        self.assertEqual((purchase.file_count, purchase.left_out_count), (2, 1))
        for attachment in purchase.summary_id | purchase.ledger_id:
            texts = self.texts(stored(attachment))
            self.assertIn("supplier Ltd", texts)
            self.assertIn("works Ltd", texts)
            self.assertNotIn("secret Ltd", texts)
            self.assertNotIn("customer Ltd", texts)
        self.assertIn(
            self.files["supplier"].name, self.texts(stored(purchase.ledger_id))
        )
        self.assertIn("2027", purchase.ledger_id.name)

    def texts(self, content):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return "".join(
                book.read(name).decode()
                for name in book.namelist()
                if name.startswith("xl/") and name.endswith(".xml")
            )

    def test_who_reads_the_registers(self):
        self.run_cron(DAY)
        line = self.runs().line_ids.filtered(
            lambda each: each.department_id == self.departments["purchase"]
        )
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
                    url = line.with_user(user).action_download_ledger()["url"]
                    self.assertIn(str(line.ledger_id.id), url)
                else:
                    with self.assertRaises(AccessError):
                        line.with_user(user).action_download_ledger()
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
            with self.assertRaisesRegex(UserError, "nothing has been received since"):
                own.action_answer()
            item = own.archive_id.document_ids[0]
            self.by(self.files["supplier"], "purchase").write(
                {
                    "document_ids": [
                        Command.create(
                            {
                                "type_id": item.type_id.id,
                                "is_paper": True,
                                "number": own.partner_id.vat,
                                "valid_until": "2030-01-01",
                            }
                        )
                    ]
                }
            )
            self.env.invalidate_all()
            self.assertEqual(own.renewed_count, 1)
            own.action_answer()
        self.assertEqual(request.state, "answered")
        self.assertEqual(request.answered_on, date(2027, 7, 5))
        self.assertFalse(request.activity_ids)
        self.assertEqual(self.events(request), [("purchase", "answered")])
        self.assertEqual((run.request_count, run.answered_count), (4, 1))
        self.assertEqual(run.progress, 25)
        progress = {
            line.department_id: (line.request_count, line.answered_count, line.progress)
            for line in run.line_ids
        }
        self.assertEqual(progress[self.departments["purchase"]], (3, 1, 33))
        self.assertEqual(progress[self.departments["sales"]], (1, 0, 0))

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
        self.assertEqual(len(self.asked(run)), 3)
        self.run_cron(DAY + timedelta(days=1))
        self.assertEqual(run.state, "done")
        self.assertEqual(self.asked(run), SUPPLIERS)
        self.assertEqual(len(run.line_ids), 2)


@tagged("post_install", "-at_install")
class TestAnnualDownload(AnnualCase, HttpCase):
    HTTP = True

    def test_downloads_are_recorded(self):
        self.run_cron(DAY)
        line = self.runs().line_ids.filtered(
            lambda each: each.department_id == self.departments["sales"]
        )
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
