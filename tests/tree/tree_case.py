"""Files whose papers are exported as the electronic tree, by approval."""

import hashlib
import io
import json
import tempfile
import zipfile
from pathlib import Path

from odoo import fields
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system
from odoo.addons.customer_archive.tools import transfer_package

from ..encryption.encryption_case import LOG, SEALING
from ..support.common import KEYRING
from ..transfer.transfer_case import TransferCase

TREE, LINE = "customer.archive.tree", "customer.archive.tree.line"
TARGET = "customer.archive.backup.target"
PARTY = "苏州机器人配件厂"
PURPOSE = "年度审计取证"
RUNNER = "odoo.addons.customer_archive.models.tree.customer_archive_tree_writing"
QUIET = (LOG, SEALING, KEYRING)


class TreeCase(TransferCase):
    """Mixed into a TransactionCase or HttpCase."""

    def requested(self, *files, **values):
        """Return an export of some files, as an archivist who hasn't submitted it."""
        lines = [(0, 0, {"archive_id": file.id}) for file in files]
        values = {"purpose": PURPOSE, "line_ids": lines, **values}
        return self.env[TREE].with_user(self.users["archivist"]).create(values)

    def decide(self, tree):
        """Have each step approved by who is asked."""
        while tree.state == "review":
            approver = tree.sudo().approver_ids.sorted("id")[0]
            tree.with_user(approver).action_approve("同意")
        return tree

    def export(self, *files, **values):
        """Return an approved export."""
        tree = self.requested(*files, **values)
        tree.action_submit()
        return self.decide(tree)

    def target(self, holds="exports", name="盘"):
        """Return a target in a folder of this test's own."""
        disk = Path(self.enterContext(tempfile.TemporaryDirectory())) / name
        disk.mkdir()
        values = {"name": name, "holds": holds, "url": str(disk)}
        return self.env[TARGET].create(values)

    def run_trees(self):
        """Run the scheduled actions within the test's transaction."""
        for cron in ("cron_tree", "cron_tree_write"):
            with mute_logger(*QUIET), self.enter_registry_test_mode():
                self.env.ref(f"customer_archive.{cron}").method_direct_trigger()
        self.env.invalidate_all()

    def written(self, tree):
        stream = io.BytesIO()
        tree.write_package(stream)
        return zipfile.ZipFile(stream)

    def plain(self, copies):
        """Return what copies hold, by their ids."""
        found = {}
        for copy in copies.sudo():
            with copy._archive_reader() as reader:
                found[copy.id] = reader.read()
        return found

    def copies(self, file, sensitive=False):
        items = file.sudo().document_ids
        if not sensitive:
            items = items.filtered(lambda item: not item.is_sensitive)
        return items.attachment_ids

    def entries(self, tree):
        """Return what was settled of each copy."""
        return [each for line in tree.sudo().line_ids for each in line._noted()]

    def check_members(self, tree, read, names):
        """Check each byte of a tree against its manifest, and the copies as stored.

        :param read: function of a path that returns its bytes
        :param names: all paths of the tree
        """
        manifest = read(transfer_package.MANIFEST)
        digest = hashlib.sha256(manifest).hexdigest()
        self.assertEqual(digest, tree.manifest_digest)
        self.assertEqual(
            read(transfer_package.SEAL).decode(),
            f"{digest}  {transfer_package.MANIFEST}\n",
        )
        told = json.loads(manifest)
        paths = [entry["path"] for entry in told["entries"]]
        own = [transfer_package.MANIFEST, transfer_package.SEAL]
        self.assertEqual(sorted(names), sorted([*paths, *own]))
        for entry in told["entries"]:
            content = read(entry["path"])
            self.assertEqual(hashlib.sha256(content).hexdigest(), entry["sha256"])
            self.assertEqual(len(content), entry["size"])
        settled = {each["path"]: each["copy"] for each in self.entries(tree)}
        going = [each["path"] for each in told["entries"] if each["role"] == "content"]
        copies = self.env["ir.attachment"].browse(settled[path] for path in going)
        plain = self.plain(copies)
        for path in going:
            self.assertEqual(read(path), plain[settled[path]])
        return told

    def rows(self, detail):
        """Return the rows of the access record whose detail begins so."""
        log = self.env["customer.archive.log"].sudo()
        return log.search([("event", "=", "export"), ("detail", "=like", f"{detail}%")])

    def over(self, *records):
        """Let the term of exports be over, or the retention of files."""
        trees = [each for each in records if each._name == TREE]
        for tree in trees:
            past = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
            as_system(tree.sudo()).write({"date_to": past, "next_on": past})
        files = [each for each in records if each._name != TREE]
        return super().over(*files) if files else None
