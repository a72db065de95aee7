"""An access record of two companies, with a folder of anchors of its own."""

import base64
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tools import mute_logger

from ..support.common import KEYRING, ArchiveCase

LOG = "customer.archive.log"
# The row that is about erasing the notes of this file, and a row with such a note.
FILE, ERASURE, ERASABLE = 4_000_005, 10, 7
ACCOUNT = "6222021234567890128"


class RecordCase:
    """Mixed into a TransactionCase or HttpCase."""

    logger = "odoo.addons.customer_archive.models.audit.customer_archive_log"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Anchors of other tests were rolled back, and their files weren't.
        root = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, root)
        cls.enterClassContext(patch.dict(os.environ, CUSTOMER_ARCHIVE_ANCHORS=root))
        with mute_logger(KEYRING):
            cls.env["customer.archive.keyring"]._keystore()
        cls.folder = cls.env["customer.archive.log.anchor"]._folder()
        cls.a, cls.b = cls.env["res.company"].create(
            [{"name": "Test A"}, {"name": "Test B"}]
        )
        cls.addClassCleanup(cls.env.cr.postcommit.clear)

    def setUp(self):
        super().setUp()
        self.enterContext(self.files_undone())

    @contextmanager
    def files_undone(self):
        """Put the folder of anchors back as it was."""
        root = self.folder.parent
        with tempfile.TemporaryDirectory() as kept:
            shutil.copytree(root, kept, dirs_exist_ok=True)
            try:
                yield
            finally:
                shutil.rmtree(root)
                shutil.copytree(kept, root)

    @classmethod
    def rows_of(cls, company, count, start=1):
        """Record ``count`` rows, which aren't sealed yet."""
        cls.env[LOG]._append(
            [cls.row_values(company, place) for place in range(start, start + count)]
        )

    @classmethod
    def row_values(cls, company, place):
        return {
            "company_id": company.id,
            "date": fields.Datetime.now(),
            "user_id": cls.env.uid,
            "event": "erase" if place == ERASURE else "reveal",
            "model": "customer.archive",
            "res_id": 4_000_000 + place,
            "archive_id": FILE if place in (ERASURE, ERASABLE) else 4_000_000 + place,
            "detail": f"row {place}",
            "note": f"why {place}" if place in (3, ERASABLE) else False,
        }

    def found(self, company, anchors=()):
        """Return the breaks of a company's record as texts."""
        log = self.env[LOG].with_company(company)
        breaks = log.verify(list(anchors))["breaks"]
        for each in breaks:
            self.assertTrue(each["message"])
        texts = ((each["kind"], each["first"], each["last"]) for each in breaks)
        return [
            f"{kind} {first}" if first == last else f"{kind} {first}-{last}"
            for kind, first, last in texts
        ]

    def anchor_files(self, company):
        return sorted(Path(self.folder).glob(f"anchor-{company.id}-*.json"))

    def sql(self, query, *params):
        """Run a statement; {log}, {a} and {b} stand for the table and the companies."""
        query = query.format(
            log="customer_archive_log",
            a=f"company_id = {self.a.id}",
            b=f"company_id = {self.b.id}",
            a_id=self.a.id,
            b_id=self.b.id,
        )
        self.env.flush_all()
        self.env.cr.execute(query, params or None)
        self.env.invalidate_all(flush=False)

    @contextmanager
    def unguarded(self):
        """Let the database take changes, as who owns it can, and leave no trace."""
        self.sql("ALTER TABLE {log} DISABLE TRIGGER USER")
        yield
        self.sql("ALTER TABLE {log} ENABLE TRIGGER USER")


class RecordedCase(RecordCase, ArchiveCase):
    """Reads what was recorded."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sign("sales", "compliance")
        exports = cls.env.ref("base.group_allow_export")
        cls.users["compliance"].group_ids += exports
        cls.env[LOG]._seal_rows()

    @classmethod
    def sign(cls, *roles):
        for role in roles:
            undertaking = cls.env["customer.archive.undertaking"]
            undertaking.with_user(cls.users[role]).sign("2020-01-01")

    def setUp(self):
        super().setUp()
        self.mark()

    def mark(self):
        """Forget what was recorded up to now."""
        self.env.flush_all()
        self.env.cr.execute("SELECT max(id) FROM customer_archive_log")
        self.last = self.env.cr.fetchone()[0] or 0

    def rows(self, *events):
        rows = self.env[LOG].search([("id", ">", self.last)], order="id")
        return rows.filtered(lambda row: not events or row.event in events)

    def assertRecorded(self, role, event, records, detail=None, note=None):
        """Check that this was recorded since the mark, once for each record."""
        rows = self.rows(event)
        self.assertEqual(set(rows.mapped("user_id")), {self.users[role]})
        self.assertEqual(
            [(row.model, row.res_id) for row in rows],
            [(records._name, each) for each in records.ids or [0]],
        )
        if detail is not None:
            self.assertEqual(set(rows.mapped("detail")), {detail})
        self.assertEqual(set(rows.mapped("note")), {note or False})
        return rows

    def refuse(self, call, *arguments):
        """Call what is refused; what is to follow its rollback follows."""
        with self.enter_registry_test_mode():
            self.assertRaises(AccessError, call, *arguments)
            self.env.cr.postrollback.run()
        self.env.invalidate_all()

    def sensitive_item(self):
        type_ = self.env["customer.archive.document.type"].search(
            [("is_sensitive", "=", True)], limit=1
        )
        item = self.env["customer.archive.document"].create(
            {"archive_id": self.archive().id, "type_id": type_.id}
        )
        copy = {"name": "scan.txt", "datas": base64.b64encode(b"scan")}
        item.attachment_ids = [Command.create(copy)]
        return item

    def secret(self):
        return self.env["customer.archive.secret"].create(
            {
                "archive_id": self.archive().id,
                "kind": "bank_account",
                "value": ACCOUNT,
            }
        )
