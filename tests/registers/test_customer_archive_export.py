from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from ..support.common import PASSWORD
from .register_case import EXPORT, RegisterCase

RULES = "odoo.addons.base.models.ir_rule"


@tagged("post_install", "-at_install")
class TestExport(RegisterCase, TransactionCase):
    """The dialog: which registers, which records, at once or in the background."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = cls.registered(partner=cls.partner("Sold Ltd"))
        cls.supplier = cls.archive("purchase", partner=cls.partner("Bought Ltd"))

    def test_several_registers(self):
        dialog = self.dialog("auditor", more=("index", "ledger"))
        self.assertEqual(
            dialog._registers(),
            self.register("summary") + self.register("index") + self.register("ledger"),
        )
        self.assertEqual(
            dialog.count, sum(len(records) for records in dialog._chosen().values())
        )
        one = self.dialog("auditor")
        self.assertGreater(dialog.count, one.count)
        # The same twice is one sheet.
        same = self.dialog("auditor", more=("summary",))
        self.assertEqual((same.count, len(same._registers())), (one.count, 1))

    def test_count_follows_what_is_chosen(self):
        form = Form(self.by(self.env[EXPORT], "auditor"))
        form.register_id = self.register("summary")
        one = form.count
        form.more_register_ids.add(self.register("ledger"))
        self.assertGreater(form.count, one)
        form.department_ids.add(self.departments["purchase"])
        self.assertEqual(form.count, 1)

    def test_register_without_files_has_no_filter(self):
        model = self.env.ref("customer_archive.model_customer_archive_register")
        odd = self.env["customer.archive.register"].create(
            {"name": "Odd", "model_id": model.id}
        )
        dialogs = self.by(self.env[EXPORT], "auditor")
        values = {"register_id": odd.id}
        self.assertTrue(dialogs.create(values).count)
        values["department_ids"] = self.departments["sales"].ids
        with self.assertRaisesRegex(UserError, "“Odd” isn't based on files"):
            dialogs.create(values).action_export()

    def test_by_department(self):
        dialog = self.dialog("auditor", more=("index",), per_department=True)
        chosen = dialog._chosen()
        parts = dialog._by_department(chosen)
        # Nothing is lost, and nothing is there twice.
        for register, records in chosen.items():
            ids = [
                each
                for part in parts.values()
                for each in part.get(register, records.browse()).ids
            ]
            self.assertEqual(sorted(ids), sorted(records.ids))
        for name, department in (
            ("Test Sales.xlsx", "sales"),
            ("Test Purchasing.xlsx", "purchase"),
        ):
            files = parts[name][self.register("summary")]
            self.assertEqual(files.department_id, self.departments[department])
        items = parts["Test Sales.xlsx"][self.register("index")]
        self.assertEqual(items.archive_id.department_id, self.departments["sales"])
        self.assertTrue(dialog._file_name(chosen).endswith(".zip"))

    def test_names_of_workbooks(self):
        """Departments of one name, of none and of a dangerous one."""
        self.departments["purchase"].name = "Test Sales"
        self.departments["sales"].name = "../../etc/Test: Sales"
        self.env.cr.execute(
            "UPDATE customer_archive SET department_id = NULL WHERE id = %s",
            [self.supplier.id],
        )
        self.env.invalidate_all()
        third = self.archive("purchase")
        dialog = self.dialog(
            "auditor",
            per_department=True,
            scope="selected",
            archive_ids=(self.file + self.supplier + third).ids,
        )
        names = list(dialog._by_department(dialog._chosen()))
        self.assertEqual(len(names), 3)
        self.assertEqual(names[-1], "No department.xlsx")
        for name in names:
            self.assertNotRegex(name, r"[/\\:]|^\.")
        self.departments["sales"].name = "test sales"
        names = list(dialog._by_department(dialog._chosen()))
        self.assertEqual(
            sorted(map(str.casefold, names)),
            ["no department.xlsx", "test sales (2).xlsx", "test sales.xlsx"],
        )

    def test_files_that_are_not_seen_tell_no_department(self):
        """Items of a file that is hidden count as of no department."""
        dialog = self.dialog("sales", register="index", per_department=True)
        parts = dialog._by_department(dialog._chosen())
        self.assertEqual(list(parts), ["Test Sales.xlsx"])

    # At once, or in the background

    def test_threshold(self):
        count = self.dialog().count
        setting = self.env["ir.config_parameter"].sudo()
        key = "customer_archive.register_background_rows"
        for limit, is_long in ((count, False), (count - 1, True), ("x", False)):
            with self.subTest(limit):
                setting.set_param(key, limit)
                dialog = self.dialog()
                action = dialog.action_export()
                self.assertEqual(dialog.is_long, is_long)
                self.assertEqual(
                    action.get("tag"), "display_notification" if is_long else None
                )
                if is_long:
                    self.assertIn("in the background", action["params"]["message"])
                else:
                    url = f"/customer_archive/export/{dialog.id}"
                    self.assertEqual(action["url"], url)

    def test_refused_in_the_dialog(self):
        for values in ({}, {"background": True}):
            dialog = self.dialog("auditor", date_from=date(2099, 1, 1), **values)
            with self.assertRaisesRegex(UserError, "Nothing to export"):
                dialog.action_export()
        register = self.register("ledger")
        self.env["customer.archive.register.column"].create(
            {"register_id": register.id, "name": "Credit", "path": "partner_id.credit"}
        )
        for values in ({}, {"background": True}):
            dialog = self.dialog("auditor", more=("ledger",), **values)
            with self.assertRaisesRegex(
                AccessError, "don't have access to column “Credit”"
            ):
                dialog.action_export()

    def test_files_of_others_are_not_chosen(self):
        both = self.file + self.supplier
        with self.assertRaises(AccessError), mute_logger(RULES):
            self.dialog("sales", scope="selected", archive_ids=both.ids)
        dialog = self.dialog("sales", scope="selected", archive_ids=self.file.ids)
        # Handed over between choosing and exporting.
        self.by(self.file, "clerk").user_id = self.users["sales_other"]
        self.assertFalse(dialog._records())
        with (
            self.assertRaises(AccessError),
            mute_logger("odoo.addons.base.models.ir_model"),
        ):
            self.dialog("employee")


@tagged("post_install", "-at_install")
class TestExportDownload(RegisterCase, HttpCase):
    HTTP = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registered(partner=cls.partner("Sold Ltd"))
        cls.archive("purchase", partner=cls.partner("Bought Ltd"))

    def download(self, role, **values):
        dialog = self.dialog(role, **values)
        self.authenticate(f"t_{role}", PASSWORD)
        answer = self.url_open(dialog.action_export()["url"])
        self.assertEqual(answer.status_code, 200)
        return answer

    def test_several_registers_in_one_workbook(self):
        answer = self.download("auditor", more=("index", "ledger"))
        sheets = self.texts(answer.content)
        self.assertEqual(len(sheets), 3)
        for texts in sheets.values():
            self.assertIn("Sold Ltd", " ".join(texts))
        details = self.exported("auditor")
        self.assertEqual(
            {each.partition(": ")[2] for each in details},
            {f"register {self.register(each).code}" for each in ("summary", "ledger")},
        )
        items = self.exported("auditor", "customer.archive.document")
        self.assertTrue(items)

    def test_workbook_per_department(self):
        answer = self.download("auditor", more=("basic_data",), per_department=True)
        self.assertEqual(answer.headers["Content-Type"], "application/zip")
        books = self.books(answer.content)
        for name, there, elsewhere in (
            ("Test Sales.xlsx", "Sold Ltd", "Bought Ltd"),
            ("Test Purchasing.xlsx", "Bought Ltd", "Sold Ltd"),
        ):
            sheets = self.texts(books[name])
            self.assertEqual(len(sheets), 2)
            texts = [each for part in sheets.values() for each in part]
            self.assertIn(there, texts)
            self.assertNotIn(elsewhere, texts)

    def test_background_per_department(self):
        run = self.run_of(self.dialog("auditor", background=True, per_department=True))
        self.work()
        self.assertEqual(run.state, "done")
        self.assertIn("Test Sales.xlsx", self.books(self.content(run)))

    def test_dialog_of_another(self):
        dialog = self.dialog("auditor")
        self.authenticate("t_sales", PASSWORD)
        answer = self.url_open(f"/customer_archive/export/{dialog.id}")
        self.assertEqual(answer.status_code, 404)
