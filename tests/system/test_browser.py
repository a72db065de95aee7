"""The way of a file through the browser, as the four people concerned."""

import base64
import io
import json
from unittest.mock import patch

import openpyxl
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from odoo.tests import HttpCase, get_db_name, tagged
from odoo.tools import mute_logger

from ..support.common import PASSWORD, ArchiveCase
from ..support.flow_case import make_bundles

LIST = "/odoo/action-customer_archive.action_customer_archive"
FOR_ME = "/odoo/action-customer_archive.action_customer_archive_for_me"


def pdf():
    stream = io.BytesIO()
    canvas = Canvas(stream)
    canvas.drawString(100, 700, "Business licence")
    canvas.save()
    return stream.getvalue()


def photo():
    stream = io.BytesIO()
    Image.new("RGB", (320, 240), "#14B8A6").save(stream, "JPEG")
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestBrowser(ArchiveCase, HttpCase):
    """Requirements H1, H2 and H3."""

    @classmethod
    def setUpClass(cls):
        make_bundles(get_db_name())
        super().setUpClass()

    def _tour(self, name, role, path, files=()):
        login = self.users[role].login
        options = json.dumps({"stepDelay": 0, "startUrl": path})
        content = [
            {"name": name, "type": kind, "base64": base64.b64encode(data).decode()}
            for name, kind, data in files
        ]
        code = (
            "sessionStorage.setItem("
            f"'archive_files', {json.dumps(json.dumps(content))});"
            f"odoo.startTour('customer_archive_{name}', {options})"
        )
        self.start_tour(
            path, f"customer_archive_{name}", login=login, code=code, timeout=180
        )

    def authenticate(self, user, password, **kwargs):
        # start_tour logs in with the login for a password.
        return super().authenticate(user, user and PASSWORD, **kwargs)

    def test_from_nothing_to_registered_and_exported(self):
        partner = self.partner("Browser Metals Ltd", vat="91110000600037341L")
        original = pdf()
        # Odoo logs each refusal that a person reads in a dialog.
        with mute_logger("odoo.http"):
            self._tour(
                "open",
                "sales",
                f"/odoo/res.partner/{partner.id}",
                [
                    ("scan.pdf", "application/pdf", original),
                    ("photo.jpg", "image/jpeg", photo()),
                ],
            )
        archive = self.env["customer.archive"].search([("partner_id", "=", partner.id)])
        self._check_items(archive, original)
        form = f"/odoo/customer.archive/{archive.id}"
        with mute_logger("odoo.http"):
            self._tour("refuse", "head", FOR_ME)
        self._tour("resubmit", "sales", form)
        self._tour("approve_head", "head", form)
        self._tour("approve_compliance", "compliance", form)
        self._tour("register", "clerk", FOR_ME)
        self.assertEqual(archive.state, "active")
        rows = [
            (row.round, row.name, row.state, row.comment)
            for row in archive.approval_ids.sorted("id")
        ]
        self.assertEqual(
            rows,
            [
                (1, "Department head", "rejected", "The photo is blurred"),
                (1, "Compliance", "cancelled", False),
                (2, "Department head", "approved", "Business side agrees"),
                (2, "Compliance", "approved", "Papers agree"),
                (2, "Registration", "approved", False),
            ],
        )
        self._check_exports(archive)

    def _check_items(self, archive, original):
        item = archive.document_ids.filtered("is_received")
        self.assertEqual(
            item.type_id, self.env.ref("customer_archive.document_type_license")
        )
        self.assertEqual(item.number, "91110000600037341L")
        day = item.received_on
        names = [
            f"Browser Metals Ltd_Business licence_{day}_{end}"
            for end in ("1.pdf", "2.jpg")
        ]
        copies = item.attachment_ids.sorted("id")
        self.assertEqual(copies.mapped("name"), names)
        self.assertEqual(copies[0]._archive_reader().read(), original)

    def _check_exports(self, archive):
        """H1, H2, H3 as the browser downloaded them, read cell by cell."""
        register = type(self.env["customer.archive.register"])
        written = []

        def keep(records, stream, *args):
            original(records, stream, *args)
            written.append(stream)
            stream.seek(0)
            copy = io.BytesIO(stream.read())
            written[-1] = openpyxl.load_workbook(copy)

        original = register.write_book
        with patch.object(register, "write_book", keep):
            self._tour("export", "clerk", LIST)
        summary, form, ledger = written
        partner = archive.partner_id
        contact, legal = sorted(partner.child_ids.mapped("name"))
        self.assertEqual(
            [cell.value for cell in summary.active[4]],
            [
                1,
                partner.name,
                legal,
                contact,
                archive.contact_id.phone or partner.phone,
                archive.contact_id.email or partner.email,
                "Buys ingots",
                None,
            ],
        )
        self.assertEqual(form.sheetnames, [archive.display_name[:31]])
        sheet = form.active
        self.assertEqual(
            [cell.value for cell in sheet[4]],
            ["Name of Company", partner.name, None, None],
        )
        self.assertEqual(
            [cell.value for cell in sheet[6]],
            ["Legal Representative's Name", legal, "Business Licence", partner.vat],
        )
        self.assertEqual(
            [cell.value for cell in sheet[7]][:2], ["Bank and Account Number", None]
        )
        self.assertEqual(
            [cell.value for cell in ledger.active[4]][:5],
            [1, archive.name, partner.name, partner.vat, "Finished-goods buyer"],
        )
