"""Files that are closed and destroyed, and who decides about that."""

import contextlib
import io
from datetime import date, timedelta

from freezegun import freeze_time
from reportlab.pdfgen import canvas

from odoo.tests import HttpCase

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..support.common import ArchiveCase

LIST, LINE = "customer.archive.disposal", "customer.archive.disposal.line"
# Long before the day on which the tests run.
OVER = date(2020, 1, 1)


def printed(words):
    """Return a real PDF file that says something."""
    stream = io.BytesIO()
    page = canvas.Canvas(stream)
    page.drawString(72, 720, words)
    page.save()
    return stream.getvalue()


class DisposalCase(ArchiveCase):
    """Mixed into a TransactionCase or HttpCase."""

    def by(self, record, role):
        return record.with_user(self.users[role])

    def roles(self, users):
        return sorted(login[2:] for login in users.mapped("login"))

    def apply_to_close(self, files, role="sales", reason="Business has ended"):
        """Apply for closing with the dialog; return the applications."""
        dialog = self.env["customer.archive.dispose"].with_user(self.users[role])
        dialog = dialog.create(
            {"kind": "close", "archive_ids": files.ids, "reason": reason}
        )
        action = dialog.action_apply()
        return self.env[LIST].with_user(self.users[role]).search(action["domain"])

    def closed(self, role="sales", **values):
        """Return a file that was closed upon application."""
        file = self.registered(role, **values)
        [application] = self.apply_to_close(file, role)
        while application.state == "review":
            approver = application.sudo().approver_ids.sorted("id")[0]
            application.with_user(approver).action_approve("fine")
        return file

    def over(self, *files):
        """Let the retention period of closed files be over."""
        for file in files:
            file = as_system(file.sudo())
            file.retention_date = OVER
        return self.env["customer.archive"].concat(*files).sudo()

    def listed(self, *files):
        """Return the destruction list of some files, appraised, as an archivist."""
        model = self.env[LIST].with_user(self.users["archivist"])
        disposal = model.create({"reason": "Retention period over"})
        for file in files:
            values = {"disposal_id": disposal.id, "archive_id": file.id}
            self.by(self.env[LINE], "archivist").create(
                {**values, "verdict": "destroy"}
            )
        return disposal

    def approve(self, disposal):
        disposal.action_submit()
        for role in ("legal", "management"):
            self.by(disposal, role).action_approve("fine")
        return disposal

    def witnessed(self, disposal, days=7):
        """Have an approved list carried out after its waiting period."""
        with freeze_time(self.today() + timedelta(days=days)):
            self.by(disposal, "archivist").action_execute("Shredded and erased")
            self.by(disposal, "compliance").action_witness()
        return disposal

    def today(self):
        return self.company._archive_now().date()

    def run_cron(self):
        # A test with a server is in that mode anyway.
        served = isinstance(self, HttpCase)
        mode = contextlib.nullcontext if served else self.enter_registry_test_mode
        with mode():
            self.env.ref("customer_archive.cron_retention").method_direct_trigger()
        self.env.invalidate_all()
