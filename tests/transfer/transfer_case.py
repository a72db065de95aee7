"""Files that were closed and are handed over to another custodian."""

import io
import subprocess
import sys

from odoo.addons.customer_archive.models.common.sentinel import as_system
from odoo.addons.customer_archive.tools import verify_transfer

from ..copies.viewing_case import chinese_pdf, scan
from ..disposal.disposal_case import LIST, DisposalCase

TRANSFER = "customer.archive.transfer"
ARCHIVES = "苏州市档案馆"
RECEIVER = "接收人周敏"
TRAINED = "2026-03-01"


class TransferCase(DisposalCase):
    """Mixed into a TransactionCase or HttpCase."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.lang = "zh_CN"
        undertakings = cls.env["customer.archive.undertaking"]
        undertakings.with_user(cls.users["archivist"]).sign(TRAINED)
        cls.files = cls.env["customer.archive"].browse()

    def filed(self, name):
        """Return a closed file of a party, with a PDF and a photo."""
        file = self.closed(partner=self.partner(name))
        items = file.sudo().document_ids.sorted(lambda each: not each.attachment_ids)
        for item, content, kind in zip(
            items, (chinese_pdf(name), scan()), ("pdf", "jpg"), strict=False
        ):
            copies = as_system(item.env["ir.attachment"])
            copy = copies._archive_upload(f"x.{kind}", io.BytesIO(content), item.id)
            as_system(item).write({"attachment_ids": [(6, 0, copy.ids)]})
        return file

    def approved_transfer(self, *files, to=ARCHIVES):
        """Return the transfer of some files, approved, as an archivist."""
        dialog = self.env["customer.archive.dispose"].with_user(self.users["archivist"])
        values = {"kind": "transfer", "reason": "保管期限内移交进馆", "transfer_to": to}
        ids = [file.id for file in files]
        action = dialog.create({**values, "archive_ids": ids}).action_apply()
        disposal = self.env[LIST].browse(action["res_id"])
        for role in ("legal", "management"):
            self.by(disposal, role).action_approve("同意")
        found = self.env[TRANSFER].search([("disposal_id", "=", disposal.id)])
        return self.by(found, "archivist")

    def packed(self, *files):
        transfer = self.approved_transfer(*files)
        transfer.action_pack()
        return transfer

    def handed(self, *files):
        transfer = self.packed(*files)
        transfer.receiver = RECEIVER
        transfer.action_hand_over()
        self.by(transfer, "compliance").action_witness()
        return transfer

    def written(self, transfer):
        """Return the package as it is downloaded."""
        stream = io.BytesIO()
        transfer.write_package(stream)
        return stream.getvalue()

    def verify(self, path, *arguments, language="zh"):
        """Check a package by the verifier alone; return its exit code and words."""
        done = subprocess.run(
            [
                *(sys.executable, "-I", verify_transfer.__file__, str(path)),
                *("--language", language, *arguments),
            ],
            check=False,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={"PYTHONIOENCODING": "utf-8"},
        )
        self.assertEqual(done.stderr, "")
        return done.returncode, done.stdout
