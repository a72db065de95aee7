"""Files with copies, and targets in folders of a test's own."""

import json
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.addons.customer_archive.tools.backup import manifest

from ..copies.paper_case import JPEG, PDF
from ..encryption.encryption_case import LOG, SEALING, EncryptionCase
from ..support.common import KEYRING

TARGET, RUN = "customer.archive.backup.target", "customer.archive.backup"
CONTENT = "customer.archive.backup.content"
RUNNER = "odoo.addons.customer_archive.models.backup.customer_archive_backup"
RECORDED = (LOG, SEALING, KEYRING)


class BackupCase(EncryptionCase):
    """Two files of Chinese companies, and a target on the disk."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file.partner_id.write({"name": "华东再生资源有限公司", "is_company": True})
        cls.other.partner_id.write({"name": "苏州机器人配件厂", "is_company": True})
        cls.copies = [
            cls.add_copy(cls.item("license"), PDF, "营业执照.pdf"),
            cls.add_copy(cls.item("bank"), JPEG, "开户许可证.jpg"),
            cls.add_copy(cls.item("bank", cls.other), PDF, "开户证明.pdf"),
        ]

    def setUp(self):
        super().setUp()
        self.disk = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.target = self.add_target("contents")
        # These disks needn't outlast a power cut.
        self.enterContext(patch("os.fsync"))
        # What a test does to the disk isn't rolled back.
        for path in map(self.stored, self.copies):
            self.addCleanup(path.write_bytes, path.read_bytes())

    def add_target(self, holds, name="nas", **values):
        folder = self.disk / name
        folder.mkdir(exist_ok=True)
        return self.env[TARGET].create(
            {"name": f"{name} 备份", "holds": holds, "url": str(folder), **values}
        )

    def root(self, target=None):
        """Return the folder of this database on a target."""
        database = self.env["customer.archive.keyring"]._database()
        url = (target or self.target).url
        return Path(url) / "customer_archive" / database

    def manifests(self, target=None):
        return sorted((self.root(target) / "runs").glob("*.jsonl"))

    def lines(self, path):
        return [json.loads(line) for line in path.read_text().splitlines()]

    def sealed_lines(self, run):
        """Return the contents of a run, by its manifest, after its check."""
        place = run.target_id._place()
        key = run._sealer().manifest_key
        with manifest.opened(place, key, run.name) as (_head, every):
            return list(every)
