"""Registers in the browser: exported in the background, and on schedule."""

from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..registers.register_case import RUN, SCHEDULE, RegisterCase
from ..support.flow_case import ACTION, DIALOG, WalkCase, step

BAR = ".o_archive_run_progress"


@tagged("post_install", "-at_install")
class TestBrowserRegisters(RegisterCase, WalkCase, HttpCase):
    """Requirement H9."""

    HTTP = True

    def tick(self, label):
        return step(f"{self.field(label, DIALOG)} input[type=checkbox]", "click")

    def test_background(self):
        self.archive(partner=self.partner("Walk Metals Ltd"))
        summary = self.say("Supplier/customer summary")
        notice = self.say(
            "The export runs in the background: you are notified when it is done, "
            "and find it under Registers → My Exports."
        )
        with self.moving():
            self.walk(
                "sales",
                ACTION.format("register"),
                self.press_in_row(summary, "Export"),
                self.tick("One Workbook per Department"),
                self.tick("In the Background"),
                self.answer("Export"),
                self.read(notice, ".o_notification"),
                self.closed(),
                self.state("Waiting"),
                # The bar moves by itself.
                step(f'{BAR}:contains("0 %") .progress-bar-animated'),
                step(f'{BAR}:contains("50 %")'),
                self.state("Ready"),
                step(f'{BAR}:contains("100 %"):not(:has(.progress-bar-animated))'),
                step(".o_form_view", "count_downloads"),
                self.press("Download"),
                step("body[data-downloads='1']"),
            )
        run = self.env[RUN].search([])
        [(name, book)] = self.books(self.content(run)).items()
        self.assertEqual(name, "Test Sales.xlsx")
        [texts] = self.texts(book).values()
        self.assertIn("Walk Metals Ltd", texts)
        self.assertEqual(
            self.exported("sales", RUN), [f"attachment {run.attachment_id.id}"]
        )

    def moving(self):
        """Let a run be half done when it is looked at, and done some looks later."""
        model, looks = type(self.env[RUN]), []
        real = model.read

        def read(run, *args, **options):
            looks.append(run)
            if len(looks) == 2:
                half = {"state": "running", "rows_done": 1, "rows_total": 2}
                as_system(run.sudo()).write(half)
            if len(looks) == 4:
                run.sudo().with_user(self.env.uid)._cron_run()
            return real(run, *args, **options)

        return patch.object(model, "read", read)

    def test_cancelled(self):
        self.archive()
        run = self.waiting("auditor")
        self.walk(
            "auditor",
            ACTION.format("register_run"),
            self.row(self.say("Supplier/customer summary")),
            self.press("Cancel Export"),
            self.state("Cancelled"),
        )
        self.assertEqual(run.state, "cancelled")

    def test_schedule(self):
        summary = self.say("Supplier/customer summary")
        self.archive()
        self.walk(
            "admin",
            ACTION.format("register_schedule"),
            self.new(),
            step(".oe_title input", "edit Monday's ledger"),
            self.pick("Registers", summary),
            self.select("Frequency", "Every Week"),
            self.pick("Recipients", "Test auditor"),
            self.press("Run Now"),
            step(".o_notification"),
        )
        self.work()
        self.walk(
            "auditor",
            ACTION.format("register_run"),
            self.row(summary),
            self.state("Ready"),
            step(".o_form_view", "count_downloads"),
            self.press("Download"),
            step("body[data-downloads='1']"),
        )
        self.assertEqual(self.env[SCHEDULE].search([]).interval, "week")
