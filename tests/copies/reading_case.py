"""A file with two copies, one of them sensitive, and what is recorded of reading it."""

import base64

from odoo import Command

from ..audit.record_case import RecordedCase
from ..encryption.encryption_case import picture

ARCHIVE, ITEM, COPY = "customer.archive", "customer.archive.document", "ir.attachment"


class ReadCase(RecordedCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = cls.archive()
        cls.content = picture()
        cls.items = cls.file.document_ids.filtered(
            lambda item: item.type_id.requirement == "always"
        )[:1]
        cls.items |= cls.file.document_ids.filtered("is_sensitive")[:1]
        data = base64.b64encode(cls.content)
        for item in cls.items:
            item.attachment_ids = [Command.create({"name": "s.png", "datas": data})]
        cls.copies = cls.items.attachment_ids
        cls.env.flush_all()

    def as_role(self, records, role="compliance"):
        self.env.invalidate_all()
        return records.with_user(self.users[role])

    def assertTaken(self, copies, role="compliance"):
        """Check that each copy has one row, whose detail names it."""
        rows = self.rows("download")
        self.assertEqual(set(rows.mapped("user_id")), {self.users[role]})
        details = [f"attachment {copy.id}" for copy in copies]
        self.assertEqual(sorted(rows.mapped("detail")), sorted(details))
        self.assertEqual(rows.archive_id, self.file)
        items = {copy.res_id for copy in copies.sudo()}
        self.assertEqual(set(rows.mapped("res_id")), items)
