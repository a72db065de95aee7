"""Registers that are exported in the background, and by schedule."""

import contextlib
import io
import zipfile

import openpyxl

from ..copies.papers_case import stored
from ..support.common import ArchiveCase

EXPORT, RUN = "customer.archive.export", "customer.archive.register.run"
SCHEDULE = "customer.archive.register.schedule"
BUS = "customer_archive.register_run"


class RegisterCase(ArchiveCase):
    """Mixed into a TransactionCase or HttpCase."""

    HTTP = False

    def by(self, record, role):
        return record.with_user(self.users[role])

    def register(self, name):
        return self.env.ref(f"customer_archive.register_{name}")

    def dialog(self, role="auditor", register="summary", more=(), **values):
        """Return an export dialog as a person filled it in."""
        dialogs = self.by(self.env[EXPORT], role)
        further = [self.register(name).id for name in more]
        return dialogs.create(
            {
                "register_id": self.register(register).id,
                "more_register_ids": [(6, 0, further)],
                **values,
            }
        )

    def run_of(self, dialog):
        """Press the button of a dialog; return the run that it started."""
        action = dialog.action_export()
        self.assertEqual(action["tag"], "display_notification")
        shown = action["params"]["next"]
        return self.by(self.env[RUN].browse(shown["res_id"]), dialog.env.user.login[2:])

    def waiting(self, role="auditor", **values):
        """Return a run that waits, as the person who asked for it."""
        return self.run_of(self.dialog(role, background=True, **values))

    def work(self, cron="register_run"):
        """Run a scheduled action."""
        self.env.flush_all()
        # A HttpCase is in test mode already.
        mode = (
            contextlib.nullcontext() if self.HTTP else self.enter_registry_test_mode()
        )
        with mode:
            self.env.ref(f"customer_archive.cron_{cron}").method_direct_trigger()
        self.env.invalidate_all()

    def content(self, run):
        return stored(run.sudo().attachment_id)

    def texts(self, content):
        """Return the texts in the cells of a workbook, by sheet."""
        book = openpyxl.load_workbook(io.BytesIO(content))
        return {
            sheet.title: [
                str(cell.value)
                for row in sheet.iter_rows()
                for cell in row
                if cell.value is not None
            ]
            for sheet in book
        }

    def books(self, content):
        """Return the workbooks in a ZIP, by name."""
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            self.assertIsNone(package.testzip())
            return {name: package.read(name) for name in package.namelist()}

    def exported(self, role, model=None):
        """Return the details of the exports that are recorded of a person."""
        domain = [
            ("user_id", "=", self.users[role].id),
            ("event", "=", "export"),
            ("model", "=", model or "customer.archive"),
        ]
        rows = self.env["customer.archive.log"].sudo().search(domain, order="id")
        return rows.mapped("detail")

    @contextlib.contextmanager
    def told(self):
        """Collect what is shown on screens: (login, message) each."""
        told, users = [], type(self.env["res.users"])
        real = users._bus_send

        def send(user, kind, message, **options):
            if kind == BUS:
                told.append((user.login[2:], message))
            return real(user, kind, message, **options)

        self.patch(users, "_bus_send", send)
        try:
            yield told
        finally:
            self.patch(users, "_bus_send", real)
