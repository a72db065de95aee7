"""A file on record with papers of every kind, and grants to read them."""

from datetime import timedelta

from odoo import Command, fields

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..support.common import ArchiveCase

ARCHIVE, ITEM, SECRET, COPY = (
    "customer.archive",
    "customer.archive.document",
    "customer.archive.secret",
    "ir.attachment",
)
CONSULTATION, GRANT = "customer.archive.consultation", "customer.archive.grant"
IDENTITY = "11010519491231002X"
TRAINED = "2026-03-01"


class GrantCase(ArchiveCase):
    """Has files of "sales" with a sensitive item and a value; "reader" has signed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for role in ("sales", "sales_other", "reader"):
            undertakings = cls.env["customer.archive.undertaking"]
            undertakings.with_user(cls.users[role]).sign(TRAINED)
        cls.file = cls.kept().sudo(False)
        cls.other_file = cls.kept().sudo(False)
        cls.secret_file = cls.kept(security_level="secret").sudo(False)
        cls.file, cls.other_file, cls.secret_file = (
            archive.with_env(cls.env)
            for archive in (cls.file, cls.other_file, cls.secret_file)
        )
        cls.item = cls.ordinary(cls.file)
        cls.sensitive = cls.file.document_ids.filtered(
            lambda item: item.is_sensitive and item.is_received
        )
        cls.missing = cls.file.document_ids.filtered(lambda item: not item.is_received)[
            :1
        ]
        cls.value = cls.file.secret_ids.filtered(lambda each: not each.document_id)

    @classmethod
    def kept(cls, **values):
        """Return a file on record, with an identity paper and a bank account."""
        archive = cls.archive("sales", **values)
        identity = cls.env.ref("customer_archive.document_type_legal_id")
        item = archive.document_ids.filtered(lambda item: item.type_id == identity)
        item.write(
            {
                "attachment_ids": [
                    Command.create({"name": "card.txt", "raw": b"card"})
                ],
                "number": IDENTITY,
                "valid_until": "2099-12-31",
            }
        )
        archive.env[SECRET].create(
            {
                "archive_id": archive.id,
                "kind": "bank_account",
                "label": "Bank",
                "value": "1234567890",
            }
        )
        cls.collect(archive)
        archive.action_submit()
        while archive.state == "review":
            approver = archive.sudo().approver_ids.sorted("id")[0]
            archive.with_user(approver).action_approve("fine")
        archive.with_user(cls.users["clerk"]).action_register()
        return archive

    @classmethod
    def ordinary(cls, archive):
        """Return an item with a copy that isn't sensitive."""
        return archive.document_ids.filtered(
            lambda item: item.attachment_ids and not item.is_sensitive
        )[:1]

    def others_copies(self):
        return (self.file.document_ids - self.item).attachment_ids

    @classmethod
    def request(cls, archive=None, user="reader", **values):
        """Return a consultation as it is once it was approved, without its grant."""
        archive = archive or cls.file
        return (
            as_system(cls.env[CONSULTATION])
            .create(
                {
                    "partner_id": archive.partner_id.id,
                    "archive_id": archive.id,
                    "user_id": cls.users[user].id,
                    "purpose": "Preparing an offer",
                    "scope": "file",
                    "state": "approved",
                    **values,
                }
            )
            .with_context(clean_context=True)
            .with_env(cls.env)
        )

    @classmethod
    def give(
        cls,
        user="reader",
        archive=None,
        date_from=None,
        date_to=None,
        hours=1,
        document_ids=(),
        **values,
    ):
        """Return the grant of a consultation that was approved.

        :param hours: how long, unless ``date_to`` is given
        """
        begin = date_from or fields.Datetime.now()
        end = date_to or begin + timedelta(hours=hours)
        grants = as_system(cls.env[GRANT])
        request = cls.request(archive, user)
        values = {"scope": "file", **values}
        grant = grants.create(
            {
                "user_id": cls.users[user].id,
                "archive_id": request.archive_id.id,
                "document_ids": [Command.set([item.id for item in document_ids])],
                "date_from": begin,
                "date_to": end,
                "res_model": CONSULTATION,
                "res_id": request.id,
                "request_number": "T-1",
                **values,
            }
        ).with_env(cls.env)
        grant.archive_id._drop_temporary_followers()
        return grant

    # Looks

    def revoke(self, grant):
        grant.with_user(self.users["head"]).action_revoke("enough")

    def as_reader(self, records, role="reader"):
        self.env.invalidate_all()
        return records.with_user(self.users[role])

    def assertOpen(self, records, role="reader"):
        own = self.as_reader(records, role)
        self.assertTrue(own.has_access("read"), records)
        self.assertEqual(own.search([("id", "in", own.ids)]), own)

    def assertShut(self, records, role="reader"):
        for record in self.as_reader(records, role):
            self.assertFalse(record.has_access("read"), record)
        own = self.as_reader(records, role)
        self.assertFalse(own.search([("id", "in", own.ids)]))


class ConsultationCase(GrantCase):
    def setUp(self):
        super().setUp()
        self.head = self.users["head"]
        self.hour = timedelta(hours=1)
        self.now = fields.Datetime.now()

    def ask(self, role="sales_other", **values):
        """Return a draft consultation of the file."""
        model = self.env[CONSULTATION].with_user(self.users[role])
        return model.create(
            {
                "partner_id": self.file.partner_id.id,
                "purpose": "Preparing an offer",
                "scope": "file",
                **values,
            }
        )

    def asked(self, role="sales_other", **values):
        ask = self.ask(role, **values)
        ask.action_submit()
        return ask

    def approved(self, role="sales_other", **values):
        ask = self.asked(role, **values)
        ask.with_user(ask.sudo().approver_ids[0]).action_approve("fine")
        return ask

    def opens(self, role="sales_other"):
        self.env.invalidate_all()
        return self.file.with_user(self.users[role]).has_access("read")
