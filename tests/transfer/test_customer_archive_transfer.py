"""Files are packed, handed over before a witness, and then with another custodian."""

import io
import tempfile
import zipfile
from pathlib import Path
from xml.etree import ElementTree

from odoo.tests import TransactionCase, tagged

from .transfer_case import ARCHIVES, TransferCase


@tagged("post_install", "-at_install")
class TestTransfer(TransferCase, TransactionCase):
    """B9"""

    def test_the_whole_way(self):
        file = self.filed("苏州机器人配件厂")
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
        transfer.receiver = "接收人周敏"
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
        transfer = self.packed(self.filed("苏州机器人配件厂"))
        with zipfile.ZipFile(io.BytesIO(self.written(transfer))) as package:
            names = package.namelist()
            folder = f"customer archive/{self.today().year}/苏州机器人配件厂"
            root = ElementTree.fromstring(package.read(f"{folder}/元数据.xml"))
        self.assertIn("移交清单.xlsx", names)
        self.assertIn("四性检测报告.xlsx", names)
        self.assertEqual(root.tag, "电子文件封装包")
        self.assertEqual(root.findtext(".//档号"), transfer.line_ids.archive_number)
        contents = {name for name in names if name.startswith(folder)}
        self.assertTrue(any(name.endswith(".pdf") for name in contents))
        self.assertTrue(any(name.endswith(".jpg") for name in contents))
