"""Files are packed, handed over before a witness, and then with another custodian."""

import io
import re
import tempfile
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pypdf

from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system
from odoo.addons.customer_archive.tools import transfer_metadata, transfer_package

from ..encryption.encryption_case import LOG, SEALING, flipped
from ..support.common import KEYRING, PASSWORD
from .transfer_case import ARCHIVES, RECEIVER, TransferCase

PARTY = "苏州机器人配件厂"
QUIET = (LOG, SEALING, KEYRING)


@tagged("post_install", "-at_install")
class TestTransfer(TransferCase, TransactionCase):
    """B9"""

    def test_held_or_blocked_since_the_approval(self):
        file = self.filed(PARTY)
        transfer = self.approved_transfer(file)
        for name in ("is_held", "is_blocked"):
            as_system(file.sudo()).write({name: True})
            with self.assertRaisesRegex(UserError, file.sudo().name):
                transfer.action_pack()
            as_system(file.sudo()).write({name: False})
        transfer.action_pack()
        transfer.receiver = RECEIVER
        as_system(file.sudo()).is_blocked = True
        for step in (transfer.action_download, transfer.action_hand_over):
            with self.assertRaisesRegex(UserError, file.sudo().name):
                step()
        as_system(file.sudo()).is_blocked = False
        transfer.action_hand_over()

    def test_copies_of_one_name_under_capital_letters(self):
        """Two copies of one item, whose party has a Latin name."""
        taken = set()
        folder = transfer_package.folder_of(2026, "ACME机器人 Ltd", taken)
        paths = [
            transfer_package.path_in(folder, name, taken)
            for name in ("营业执照.PDF", "营业执照.PDF", "营业执照.pdf")
        ]
        self.assertEqual(len({path.casefold() for path in paths}), 3)

    def test_names_that_xml_cannot_write(self):
        made = transfer_metadata._printable("苏州\ufffe\uffff\ud800\x01某厂")
        self.assertEqual(made, "苏州某厂")

    def test_the_whole_way(self):
        file = self.filed(PARTY)
        transfer = self.approved_transfer(file)
        self.assertEqual(transfer.state, "draft")
        self.assertFalse(file.transferred_on)
        self.assertEqual(transfer.disposal_id.state, "handover")
        transfer.action_pack()
        self.assertEqual(transfer.state, "packed")
        content = self.written(transfer)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "移交包.zip"
            path.write_bytes(content)
            code, words = self.verify(path, "--digest", transfer.manifest_digest)
        self.assertEqual(code, 0, words)
        self.assertIn("完整", words)
        transfer.receiver = RECEIVER
        transfer.action_hand_over()
        self.assertFalse(file.transferred_on)
        self.by(transfer, "compliance").action_witness()
        self.assertEqual(file.transferred_to, ARCHIVES)
        self.assertEqual(file.transferred_on, self.today())
        self.assertEqual(transfer.disposal_id.state, "done")
        self.written(transfer)
        transfer.action_confirm_receipt()
        self.assertEqual(transfer.state, "received")
        self.assertTrue(transfer.manifest_id)
        self.assertTrue(transfer.list_id)
        self.assertFalse(transfer.sudo().papers_id)

    def test_what_is_in_it(self):
        transfer = self.packed(self.filed(PARTY))
        with zipfile.ZipFile(io.BytesIO(self.written(transfer))) as package:
            names = package.namelist()
            folder = f"customer archive/{self.today().year}/{PARTY}"
            root = ElementTree.fromstring(package.read(f"{folder}/元数据.xml"))
        self.assertIn("移交清单.xlsx", names)
        self.assertIn("四性检测报告.xlsx", names)
        self.assertEqual(root.tag, "电子文件封装包")
        self.assertEqual(root.findtext(".//档号"), transfer.line_ids.archive_number)
        contents = {name for name in names if name.startswith(folder)}
        self.assertTrue(any(name.endswith(".pdf") for name in contents))
        self.assertTrue(any(name.endswith(".jpg") for name in contents))

    def test_every_decryption_is_on_record(self):
        file = self.filed(PARTY)
        transfer = self.packed(file)
        self.written(transfer)
        rows = self.env["customer.archive.log"].sudo()
        rows = rows.search([("archive_id", "=", file.id)])
        copies = file.sudo().document_ids.attachment_ids
        for copy in copies:
            for event, detail in (
                ("dispose", f"transfer read {transfer.name} attachment {copy.id}"),
                ("download", f"attachment {copy.id}"),
            ):
                found = rows.filtered(
                    lambda row, told=(event, detail): (row.event, row.detail) == told
                )
                self.assertEqual(found.user_id, self.users["archivist"], detail)

    # Copies that can't go along

    def damage(self, file, how):
        """Do something to the stored photo of a file; return its name."""
        copy = file.sudo().document_ids.attachment_ids.filtered(
            lambda each: each.mimetype == "image/jpeg"
        )
        path = Path(copy._full_path(copy.store_fname))
        content = path.read_bytes()
        self.addCleanup(path.write_bytes, content)
        how(path, content)
        return copy.name

    def test_a_missing_or_altered_copy_is_named(self):
        for number, how in enumerate(
            (
                lambda path, _content: path.unlink(),
                lambda path, content: path.write_bytes(flipped(content, -40)),
                lambda path, content: path.write_bytes(content[:-100]),
            )
        ):
            file = self.filed(f"{PARTY}{number}")
            transfer = self.approved_transfer(file)
            name = self.damage(file, how)
            with self.subTest(number), mute_logger(*QUIET):
                with (
                    self.assertRaisesRegex(UserError, re.escape(name)),
                    self.cr.savepoint(),
                ):
                    transfer.action_pack()
                transfer.invalidate_recordset()
                self.assertEqual(transfer.state, "draft")
                self.assertFalse(transfer.manifest_id)
                kept = [("res_model", "=", transfer._name)]
                kept += [("res_id", "=", transfer.id)]
                self.assertFalse(self.env["ir.attachment"].sudo().search(kept))

    def test_a_copy_altered_after_packing_stops_the_download(self):
        file = self.filed(PARTY)
        transfer = self.packed(file)
        self.damage(file, lambda path, content: path.write_bytes(flipped(content, -40)))
        with mute_logger(*QUIET), self.assertRaisesRegex(UserError, "can't be packed"):
            self.written(transfer)

    def test_a_lost_key(self):
        file = self.filed(PARTY)
        transfer = self.approved_transfer(file)
        copies = file.sudo().document_ids.attachment_ids
        copy = copies.filtered(lambda each: each.mimetype == "image/jpeg")
        as_system(copy)._archive_write({"archive_key": copies[:1].archive_key})
        self.assertNotEqual(copy, copies[:1])
        with (
            mute_logger(*QUIET),
            self.assertRaisesRegex(UserError, re.escape(copy.name)),
        ):
            transfer.action_pack()

    def test_a_manifest_exchanged_here_stops_the_download(self):
        transfer = self.packed(self.filed(PARTY))
        stored = transfer.sudo().manifest_id
        path = Path(stored._full_path(stored.store_fname))
        content = path.read_bytes()
        self.addCleanup(path.write_bytes, content)
        path.write_bytes(content.replace(ARCHIVES.encode(), "无锡档案馆".encode()))
        with self.assertRaisesRegex(UserError, "isn't what was packed"):
            self.written(transfer)

    # Who, and when

    def refused(self, record, role, method):
        """Check that a role is refused something, and that this is on record."""
        own = self.by(record, role)
        with (
            mute_logger("odoo.addons.base.models.ir_rule"),
            self.subTest(role, method=method),
            self.assertRaises(AccessError),
        ):
            getattr(own, method)()

    def test_who_carries_it_out(self):
        transfer = self.packed(self.filed(PARTY))
        transfer.receiver = RECEIVER
        for role in ("compliance", "legal", "management", "auditor", "sales", "admin"):
            for method in ("action_pack", "action_download", "action_hand_over"):
                self.refused(transfer, role, method)
        transfer.action_hand_over()
        for role in ("archivist", "auditor", "sales", "clerk", "finance"):
            self.refused(transfer, role, "action_witness")
        self.by(transfer, "management").action_witness()
        self.refused(transfer, "management", "action_confirm_receipt")
        self.assertEqual(transfer.handed_by_id, self.users["archivist"])
        self.assertEqual(transfer.witness_id, self.users["management"])

    def test_who_has_not_signed_takes_nothing_sensitive(self):
        file = self.filed(PARTY)
        self.assertTrue(any(file.sudo().document_ids.mapped("is_sensitive")))
        transfer = self.approved_transfer(file)
        undertakings = self.env["customer.archive.undertaking"].sudo()
        mine = [("user_id", "=", self.users["archivist"].id)]
        as_system(undertakings.search(mine)).write({"revoked_on": "2026-03-02"})
        with self.assertRaises(RedirectWarning):
            transfer.action_pack()

    def test_step_by_step(self):
        transfer = self.approved_transfer(self.filed(PARTY))
        with self.assertRaisesRegex(UserError, "isn't at this stage"):
            transfer.action_hand_over()
        with self.assertRaisesRegex(UserError, "can't be changed at this stage"):
            transfer.receiver = RECEIVER
        with self.assertRaises(AccessError):
            transfer.state = "received"
        transfer.action_pack()
        with self.assertRaisesRegex(UserError, "Enter who takes the files over"):
            transfer.action_hand_over()
        first = transfer.manifest_digest
        transfer.receiver = RECEIVER
        transfer.handed_on = "2199-01-01"
        with self.assertRaisesRegex(UserError, "in future"):
            transfer.action_hand_over()
        transfer.handed_on = False
        transfer.action_hand_over()
        # Packed again, what was handed over is no longer it.
        transfer.action_pack()
        self.assertEqual(transfer.state, "packed")
        self.assertTrue(transfer.manifest_digest)
        self.assertTrue(first)
        transfer.action_hand_over()
        self.by(transfer, "legal").action_witness()
        with self.assertRaisesRegex(UserError, "isn't at this stage"):
            transfer.action_pack()
        transfer.received_on = "1999-01-01"
        with self.assertRaisesRegex(UserError, "between the transfer and today"):
            transfer.action_confirm_receipt()
        transfer.received_on = False
        transfer.action_confirm_receipt()
        with self.assertRaisesRegex(UserError, "isn't at this stage"):
            self.written(transfer)

    def test_cancelled(self):
        file = self.filed(PARTY)
        transfer = self.packed(file)
        with self.assertRaisesRegex(UserError, "Enter the reason"):
            transfer.action_cancel()
        transfer.cancel_reason = "档案馆暂不接收"
        transfer.action_cancel()
        self.assertEqual(transfer.line_ids.state, "dropped")
        self.assertEqual(transfer.disposal_id.state, "done")
        self.assertFalse(file.transferred_on)
        # It is free for another list.
        self.assertTrue(self.approved_transfer(file, to="无锡市档案馆"))

    def test_one_transfer_for_each_custodian(self):
        files = [self.filed(f"{PARTY}{number}") for number in range(2)]
        transfer = self.approved_transfer(*files)
        self.assertEqual(len(transfer), 1)
        self.assertEqual(transfer.file_count, 2)
        transfer.action_pack()
        folders = {file["folder"] for file in transfer._listed()["files"]}
        self.assertEqual(len(folders), 2)

    def test_erased_later(self):
        file = self.filed(PARTY)
        transfer = self.handed(file)
        digest = transfer.manifest_digest
        self.over(file)
        disposal = self.approve(self.listed(file))
        self.witnessed(disposal)
        self.run_cron()
        self.assertEqual(file.state, "destroyed")
        self.assertEqual(transfer.manifest_digest, digest)
        kept = [("res_model", "=", transfer._name), ("res_id", "=", transfer.id)]
        self.assertFalse(self.env["ir.attachment"].sudo().search(kept))


@tagged("post_install", "-at_install")
class TestTransferDownload(TransferCase, HttpCase):
    """B9"""

    def test_downloaded_until_it_is_confirmed(self):
        transfer = self.handed(self.filed(PARTY))
        url = f"/customer_archive/transfer/{transfer.id}.zip"
        for role, status in (("archivist", 200), ("compliance", 403), ("sales", 403)):
            self.authenticate(self.users[role].login, PASSWORD)
            with self.subTest(role), mute_logger("odoo.http"):
                answer = self.url_open(url)
                self.assertEqual(answer.status_code, status)
                self.assertEqual(answer.content[:2] == b"PK", status == 200)
        transfer.action_confirm_receipt()
        self.authenticate(self.users["archivist"].login, PASSWORD)
        with mute_logger("odoo.http"):
            self.assertGreaterEqual(self.url_open(url).status_code, 400)

    def test_the_list_to_sign(self):
        transfer = self.packed(self.filed(PARTY))
        with transfer.sudo().list_id._archive_plain() as source:
            sheet = openpyxl.load_workbook(io.BytesIO(source.read())).active
        cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
        manifest = transfer._listed()
        contents = [each for each in manifest["entries"] if each["role"] == "content"]
        for entry in contents:
            [row] = [row for row in cells if entry["path"] in row]
            for value in (entry["sha256"], entry["sm3"], PARTY):
                self.assertIn(value, row)
            self.assertEqual(row[7], 1)
        reports = self.env["ir.actions.report"].with_context(
            force_report_rendering=True, lang="zh_CN"
        )
        content, kind = reports.with_user(self.users["archivist"])._render_qweb_pdf(
            "customer_archive.report_transfer", transfer.ids
        )
        self.assertEqual(kind, "pdf")
        pages = pypdf.PdfReader(io.BytesIO(content)).pages
        text = re.sub(r"\s+", "", "".join(page.extract_text() for page in pages))
        for words in (transfer.manifest_digest, transfer.name, contents[0]["sm3"]):
            self.assertIn(words, text)
