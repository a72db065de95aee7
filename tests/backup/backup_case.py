"""Files with copies, and targets in folders of a test's own."""

import gzip
import json
import tempfile
from contextlib import contextmanager, nullcontext
from pathlib import Path
from unittest.mock import patch

from odoo.tools import mute_logger

from odoo.addons.customer_archive.tools.backup import dump, manifest

from ..copies.paper_case import JPEG, PDF
from ..encryption.encryption_case import LOG, SEALING, EncryptionCase
from ..support.common import KEYRING

TARGET, RUN = "customer.archive.backup.target", "customer.archive.backup"
CONTENT = "customer.archive.backup.content"
RUNNER = "odoo.addons.customer_archive.models.backup.customer_archive_backup"
RECORDED = (LOG, SEALING, KEYRING)


def unpacked(path):
    """Return the text of a manifest."""
    return gzip.decompress(path.read_bytes()).decode()


def repack(path, text):
    """Write another text into a manifest."""
    path.write_bytes(gzip.compress(text.encode()))


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
        return sorted((self.root(target) / "runs").glob("*.jsonl*"))

    def lines(self, path):
        return [json.loads(line) for line in unpacked(path).splitlines()]

    def sealed_lines(self, run):
        """Return the contents of a run, by its manifest, after its check."""
        place = run.target_id._place()
        key = run._sealer().manifest_key
        with manifest.opened(place, key, run.name) as (_head, every):
            return list(every)


class RunningCase:
    """Runs the scheduled actions of backups within the test's transaction."""

    def run_cron(self, kind="daily", dump=True):
        with (
            mute_logger(*RECORDED),
            self.enter_registry_test_mode(),
            self.dumped(dump),
        ):
            self.env.ref(f"customer_archive.cron_backup_{kind}").method_direct_trigger()
        self.env.invalidate_all()

    @contextmanager
    def dumped(self, really):
        """Dump a few tables instead of all, unless it matters."""
        if really == "all":
            yield
            return
        texts = iter([b"CREATE TABLE x;\n", b"COPY x;\n1\n\\.\n"])
        begun = lambda *_args: nullcontext(texts)
        with patch.object(dump, "begun", begun):
            yield

    def back_up(self, kind="daily", dump=True):
        """Return a run that was made now, whatever was made before."""
        self.make_due()
        self.run_cron(kind, dump)
        return self.env[RUN].search([("target_id", "=", self.target.id)], limit=1)

    def make_due(self):
        """Let all that was done so far be long ago."""
        self.sql(
            "UPDATE customer_archive_backup SET started_on = '2020-01-01', next_try_on"
            " = CASE WHEN next_try_on IS NOT NULL THEN timestamp '2020-01-01' END"
        )

    def failed(self, words, kind="daily"):
        """Check that a run fails with these words, and harms nothing."""
        there = {path.name for path in self.manifests()}
        with mute_logger(RUNNER):
            run = self.back_up(kind)
        self.assertEqual(run.state, "failed", run.problem)
        self.assertRegex(run.problem, words)
        self.assertEqual(there, {path.name for path in self.manifests()})
        runs = self.env[RUN].search([("target_id", "=", run.target_id.id)])
        told = runs._activities("mail_activity_backup").user_id
        self.assertIn(self.users["admin"], told)
        return run

    def verify(self, run):
        run.with_user(self.users["archivist"]).action_verify()
        self.assertEqual(run.verify_state, "running")
        self.run_cron("verify")
        return run.verify_state
