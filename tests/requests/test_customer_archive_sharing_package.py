"""Sharing with an outsider: the package, its password, and when neither is had."""

import base64
import hashlib
import html
import io
import json
import tempfile
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import openpyxl
import pypdf
import pyzipper

from odoo import fields
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import config, mute_logger

from odoo.addons.customer_archive.controllers import streaming as spooled
from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..encryption.encryption_case import MARK, TRAINED
from ..support.common import PASSWORD
from .sharing_case import WORDS, SharingCase


@tagged("post_install", "-at_install")
class TestSharingPackage(SharingCase, HttpCase):
    """Requirement C4."""

    def fetch(self, sharing, role="sales"):
        """Return the answer to downloading the package as a user."""
        self.env.flush_all()
        self.authenticate(self.users[role].login, PASSWORD)
        answer = self.url_open(f"/customer_archive/sharing/{sharing.id}.zip")
        self.env.invalidate_all()
        return answer

    def refused(self, sharing, role="sales"):
        """Check that a download is refused, and return what it says."""
        with mute_logger("odoo.http"):
            answer = self.fetch(sharing, role)
        self.assertGreaterEqual(answer.status_code, 400, role)
        self.assertNotIn(b"PK\3\4", answer.content)
        return html.unescape(answer.text)

    def password(self, sharing, role="sales"):
        return sharing.with_user(self.users[role]).action_show_password()["params"][
            "password"
        ]

    def unpacked(self, content, password):
        """Return the names and contents of a package."""
        with pyzipper.AESZipFile(io.BytesIO(content)) as opened:
            opened.setpassword(password.encode())
            return {name: opened.read(name) for name in opened.namelist()}

    def rows(self, event, after=0):
        log = self.env["customer.archive.log"]
        return log.search([("event", "=", event), ("id", ">", after)], order="id")

    # The walk

    def test_the_package_holds_marked_copies_and_their_digests(self):
        sharing = self.decided(self.share_outside(items=self.paper + self.book))
        last = self.env["customer.archive.log"].search([], limit=1, order="id desc").id
        answer = self.fetch(sharing)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Content-Type"], "application/zip")
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertIn(f"{sharing.name}.zip", answer.headers["Content-Disposition"])
        found = self.unpacked(answer.content, self.password(sharing))
        manifest = json.loads(found.pop("manifest.json"))
        words = found.pop("manifest.txt").decode("utf-8-sig")
        self.assertEqual(manifest["about"]["request"], sharing.name)
        self.assertEqual(manifest["about"]["recipient"], "Example Bank")
        self.assertEqual(manifest["about"]["purpose"], sharing.purpose)
        self.assertEqual(
            {each["name"]: each["sha256"] for each in manifest["files"]},
            {name: hashlib.sha256(data).hexdigest() for name, data in found.items()},
        )
        for data in found.values():
            self.assertIn(hashlib.sha256(data).hexdigest(), words)
        copies = (self.paper + self.book).sudo().attachment_ids
        self.assertEqual(len(found), len(copies))
        # What is readable without the password names nobody.
        self.assertNotIn(self.kept.partner_id.name.encode(), answer.content)
        self.assertNotIn(MARK, answer.content)
        self.check_marks(found, sharing)
        self.check_recorded(sharing, answer, copies, last)

    def check_marks(self, found, sharing):
        sheet = next(data for name, data in found.items() if name.endswith(".xlsx"))
        page = next(data for name, data in found.items() if name.endswith(".pdf"))
        text = pypdf.PdfReader(io.BytesIO(page)).pages[0].extract_text()
        book = openpyxl.load_workbook(io.BytesIO(sheet)).active
        footer = f"{book.oddFooter.left.text}{book.oddFooter.center.text}"
        footer += f"{book.oddFooter.right.text}"
        now = self.company._archive_now()
        for marked in (text, footer):
            for word in ("Example Bank", sharing.name, f"{now:%Y-%m-%d}"):
                self.assertIn(word, marked)
        self.assertIn(WORDS, text)
        self.assertEqual(book["A1"].value, WORDS)
        self.assertIn(MARK, found.values())
        # The stored originals stay as they are.
        copies = self.paper.with_user(self.users["sales"]).attachment_ids
        pdf_copy = copies.filtered(lambda copy: copy.name.endswith(".pdf")).sudo(False)
        with pdf_copy._archive_reader() as original:
            stored = pypdf.PdfReader(io.BytesIO(original.read()))
            self.assertEqual(stored.pages[0].extract_text().strip(), WORDS)

    def check_recorded(self, sharing, answer, copies, last):
        digest = hashlib.sha256(answer.content).hexdigest()
        row = sharing.package_ids
        self.assertEqual((row.digest, row.user_id), (digest, self.users["sales"]))
        self.assertTrue(row.date)
        package, password = self.rows("share", last)
        self.assertEqual(package.detail, f"package {digest}")
        self.assertEqual(password.detail, "password")
        self.assertEqual((package + password).user_id, self.users["sales"])
        self.assertEqual((package + password).mapped("res_id"), [sharing.id] * 2)
        self.assertEqual(
            set(self.rows("download", last).mapped("detail")),
            {f"attachment {each}" for each in copies.ids},
        )
        again = self.fetch(sharing)
        self.assertEqual(len(sharing.package_ids), 2)
        digest = hashlib.sha256(again.content).hexdigest()
        self.assertEqual(sharing.package_ids[0].digest, digest)

    def test_no_other_password_opens_it(self):
        sharing = self.decided(self.share_outside())
        other = self.decided(self.share_outside())
        content, password = self.fetch(sharing).content, self.password(sharing)
        self.assertNotEqual(password, self.password(other))
        self.assertEqual(password, self.password(sharing, "compliance"))
        for wrong in (self.password(other), password.lower(), password[:-1], "x"):
            with self.assertRaises(RuntimeError):
                self.unpacked(content, wrong)
        with pyzipper.AESZipFile(io.BytesIO(content)) as opened:
            for info in opened.infolist():
                self.assertTrue(info.flag_bits & 1, info.filename)
                with self.assertRaises(RuntimeError):
                    opened.read(info)

    def test_nothing_plain_is_written_to_disk(self):
        sharing = self.decided(self.share_outside(items=self.paper + self.book))
        store = Path(config.filestore(self.env.cr.dbname))
        kept, written = [], []

        class Watched(tempfile.SpooledTemporaryFile):
            def rollover(self):
                super().rollover()
                kept.append(self)

            def write(self, data):
                written.append(bytes(data))
                return super().write(data)

        with (
            tempfile.TemporaryDirectory() as folder,
            patch.dict("os.environ", TMPDIR=folder),
            patch.object(tempfile, "tempdir", folder),
            patch.object(spooled, "SPOOL", 16),
            patch.object(tempfile, "SpooledTemporaryFile", Watched),
        ):
            answer = self.fetch(sharing)
            self.assertEqual(answer.status_code, 200)
            self.assertFalse(list(Path(folder).rglob("*")))
        self.assertTrue(kept)
        password = self.password(sharing).encode()
        for data in (b"".join(written), answer.content, *self.files(store)):
            for needle in (MARK, password):
                self.assertNotIn(needle, data)
                self.assertNotIn(base64.b64encode(needle), data)

    def files(self, folder):
        return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]

    def test_the_password_is_in_no_column(self):
        sharing = self.decided(self.share_outside())
        password = self.password(sharing)
        self.fetch(sharing)
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND (table_name LIKE 'customer_archive%%'"
            " OR table_name IN ('mail_message', 'mail_tracking_value', 'mail_mail',"
            " 'mail_activity', 'ir_attachment', 'bus_bus', 'ir_logging'))"
            " AND data_type IN ('character varying', 'text', 'jsonb', 'bytea')"
        )
        columns = self.env.cr.fetchall()
        self.assertIn(("customer_archive_sharing", "password_sealed"), columns)
        parts = password.split("-")
        for needle in (password, password.replace("-", ""), "-".join(parts[:3])):
            for table, column in columns:
                self.env.cr.execute(
                    f'SELECT count(*) FROM "{table}" WHERE "{column}"::text LIKE %s',
                    [f"%{needle}%"],
                )
                self.assertFalse(self.env.cr.fetchone()[0], (table, column))

    def test_the_sealed_password_is_read_by_nobody(self):
        sharing = self.decided(self.share_outside())
        for role in ("sales", "management", "compliance", "auditor", "admin"):
            own = sharing.with_user(self.users[role])
            with self.subTest(role), self.assertRaises(AccessError):
                own.read(["password_sealed"])
            with self.subTest(role), self.assertRaises(AccessError):
                own.search([("password_sealed", "!=", False)])
            self.assertNotIn("password_sealed", own.fields_get())
        self.assertFalse(sharing.copy().sudo().password_sealed)
        sealed = sharing.sudo().password_sealed
        other = self.decided(self.share_outside())
        self.set_column(other, "password_sealed", sealed)
        with self.assertRaisesRegex(UserError, "altered or replaced"):
            other.action_show_password()

    # Refusals

    def test_only_the_applicant_compliance_and_management_hand_over(self):
        sharing = self.decided(self.share_outside())
        for role in ("sales", "compliance", "management"):
            self.assertEqual(self.fetch(sharing, role).status_code, 200, role)
            self.assertTrue(self.password(sharing, role))
            self.assertTrue(sharing.with_user(self.users[role]).can_hand_over)
        others = ("head", "clerk", "archivist", "finance", "legal", "auditor", "admin")
        for role in (*others, "sales_other", "purchase", "served", "employee"):
            self.refused(sharing, role)
            with self.subTest(role), self.assertRaises(AccessError):
                self.password(sharing, role)
            with self.subTest(role), self.assertRaises(AccessError):
                sharing.with_user(self.users[role]).action_download()
        self.assertEqual(len(sharing.package_ids), 3)
        self.authenticate(None, None)
        answer = self.url_open(f"/customer_archive/sharing/{sharing.id}.zip")
        self.assertIn("/web/login", answer.url)
        self.authenticate(self.users["sales"].login, PASSWORD)
        self.assertEqual(
            self.url_open("/customer_archive/sharing/999999.zip").status_code, 404
        )

    def test_nothing_before_the_approval(self):
        sharing = self.share_outside()
        for step in (lambda: None, sharing.action_submit):
            step()
            self.assertIn("isn't active", self.refused(sharing))
            with self.assertRaisesRegex(UserError, "isn't active"):
                self.password(sharing)
            self.assertFalse(sharing.sudo().password_sealed)
        later = self.share_outside(date_from=fields.Datetime.now() + timedelta(hours=1))
        self.decided(later)
        self.assertIn("isn't active", self.refused(later))

    def test_it_ends_on_the_second(self):
        end = fields.Datetime.now() + timedelta(seconds=10)
        sharing = self.decided(self.share_outside(date_to=end))
        self.assertEqual(self.fetch(sharing).status_code, 200)
        self.wait_until(end)
        self.assertEqual(sharing.state, "approved")
        self.assertIn("isn't active", self.refused(sharing))
        with self.assertRaisesRegex(UserError, "isn't active"):
            self.password(sharing)

    def test_ending_and_revoking_close_it_at_once(self):
        one, two = (
            self.decided(self.share_outside()),
            self.decided(self.share_outside()),
        )
        self.assertEqual(self.fetch(two).status_code, 200)
        one.action_end()
        guardian = two.with_user(self.users["compliance"])
        with self.assertRaisesRegex(UserError, "has confirmed the deletion"):
            guardian.action_revoke("Sent to the wrong desk")
        guardian.action_revoke("Sent to the wrong desk", "Confirmed by letter")
        self.assertEqual(two.deletion_note, "Confirmed by letter")
        for sharing in (one, two):
            self.assertIn("isn't active", self.refused(sharing))
            with self.assertRaisesRegex(UserError, "isn't active"):
                self.password(sharing)
            self.assertFalse(sharing.sudo().password_sealed)

    def test_a_department_gets_no_package(self):
        sharing = self.decided(self.share())
        self.assertFalse(sharing.can_hand_over)
        self.assertIn("external recipients", self.refused(sharing))
        with self.assertRaisesRegex(UserError, "external recipients"):
            self.password(sharing)

    def test_an_item_without_an_electronic_copy(self):
        bare = self.kept.document_ids.filtered(lambda item: not item.is_received)[:1]
        bare.with_user(self.users["clerk"]).is_paper = True
        with self.assertRaisesRegex(UserError, "has no electronic copy"):
            self.share_outside(items=self.paper + bare).action_submit()

    def test_only_the_copies_that_were_decided_on_go_out(self):
        sharing = self.decided(self.share_outside(items=self.paper))
        copies = self.paper.sudo().attachment_ids
        self.assertEqual(sharing.sudo().copy_ids, copies)
        # As if somebody had added one to an item that is open still.
        as_system(sharing.sudo()).copy_ids = copies[1:]
        found = self.unpacked(self.fetch(sharing).content, self.password(sharing))
        self.assertEqual(len(found), len(copies) - 1 + 2)
        as_system(sharing.sudo()).copy_ids = False
        self.assertIn("no longer exist", self.refused(sharing))

    def test_sensitive_copies_need_the_undertaking(self):
        values = {"items": self.card, "include_sensitive": True}
        rows = self.env["customer.archive.undertaking"].sudo()
        own = rows.search([("user_id", "=", self.users["sales"].id)])
        guardian = own.with_user(self.users["compliance"])
        sharing = self.decided(self.share_outside(**values))
        self.assertEqual(self.fetch(sharing).status_code, 200)
        guardian.action_revoke("Training is due")
        with self.assertRaises(RedirectWarning):
            self.share_outside(**values).action_submit()
        self.assertIn("undertaking", self.refused(sharing))
        with self.assertRaises(RedirectWarning):
            sharing.action_download()
        self.assertEqual(len(sharing.package_ids), 1)
        rows.with_user(self.users["sales"]).sign(TRAINED)
        self.assertEqual(self.fetch(sharing).status_code, 200)

    def test_who_lost_the_file_makes_no_package(self):
        sharing = self.decided(self.share_outside())
        self.kept.with_user(self.users["clerk"]).user_id = self.users["sales_other"]
        self.refused(sharing)
        self.assertFalse(sharing.package_ids)

    def test_a_copy_that_cannot_be_marked_stays(self):
        archive = self.collect(self.archive("sales"))
        item = self.item("license", archive)
        self.add_copy(item, b"%PDF-1.7 broken", "broken.pdf")
        archive.action_submit()
        while archive.state == "review":
            approver = archive.sudo().approver_ids.sorted("id")[0]
            archive.with_user(approver).action_approve("fine")
        archive.with_user(self.users["clerk"]).action_register()
        sharing = self.share_outside(archive_id=archive.id, items=item)
        self.decided(sharing)
        self.assertIn("can't be watermarked", self.refused(sharing))
        self.assertFalse(sharing.package_ids)

    def test_package_rows_are_written_by_nobody(self):
        sharing = self.decided(self.share_outside())
        self.fetch(sharing)
        row = sharing.package_ids
        for role in ("sales", "management", "admin"):
            own = row.with_user(self.users[role])
            with self.assertRaises(AccessError):
                own.write({"digest": "x"})
            with self.assertRaises(AccessError):
                own.create({"sharing_id": sharing.id, "digest": "x"})
            with self.assertRaises(AccessError):
                own.unlink()
        with self.assertRaises(AccessError):
            row.with_user(self.users["served"]).read(["digest"])
        with self.assertRaises(AccessError):
            self.share_outside(package_ids=[(0, 0, {"digest": "x"})])
