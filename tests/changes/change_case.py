"""A registered file, and requests to change it."""

import base64
import contextlib

from odoo import Command
from odoo.exceptions import UserError

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..support.common import ArchiveCase

LOG = "customer.archive.log"
CHANGE = "customer.archive.change"
BANK = "res.partner.bank"
# Of nobody.
ACCOUNT = "6222021001116245702"
ACCOUNTS = ("6222021001116245710", "6222021001116245728", "6222021001116245736")
TRAINED = "2026-03-01"
SCAN = base64.b64encode(b"notice of change")
PHONE = ("party", "phone", {"new_text": "021-55550111"})
NAME = ("party", "name", {"new_text": "New Name Ltd"})


class ChangeCase(ArchiveCase):
    """A registered file, and requests to change it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = cls.registered()
        cls.party = cls.file.partner_id

    @classmethod
    def field(cls, subject, name):
        return cls.env.ref(f"customer_archive.change_field_{subject}_{name}")

    def ask(self, *lines, role="sales", evidence=True, **values):
        """Return a draft request by ``role``; each line: subject, field, values."""
        papers = {
            "type_id": self.ref("customer_archive.document_type_change_evidence"),
            "attachment_ids": [Command.create({"name": "n.txt", "datas": SCAN})],
            "archive_id": self.file.id,
        }
        return (
            self.env["customer.archive.change"]
            .with_user(self.users[role])
            .create(
                {
                    "partner_id": self.party.id,
                    "purpose": "It was renamed",
                    "asked_by": "Buyer, by letter",
                    "line_ids": [
                        Command.create(
                            {"field_id": self.field(subject, name).id, **new}
                        )
                        for subject, name, new in lines
                    ],
                    "evidence_ids": [Command.create(papers)] if evidence else [],
                    **values,
                }
            )
        )

    def submit(self, *lines, **values):
        change = self.ask(*lines, **values)
        change.action_submit()
        return change

    def decide(self, change, *roles):
        for role in roles:
            change.with_user(self.users[role]).action_approve("right")

    @classmethod
    def bank(cls, number=ACCOUNT, partner=None, **values):
        """Return an account that was there before anybody protected it."""
        banks = as_system(cls.env[BANK])
        partner = partner or cls.party
        values = {"acc_number": number, "partner_id": partner.id, **values}
        return banks.create(values).with_context({})

    @classmethod
    def sign(cls, *roles):
        for role in roles:
            rows = cls.env["customer.archive.undertaking"]
            rows.with_user(cls.users[role]).sign(TRAINED)

    @contextlib.contextmanager
    def refused(self, words="can't be changed directly", error=UserError):
        """Expect a refusal that is in the access record; give the error."""
        with self.enter_registry_test_mode():
            known = self.env[LOG].sudo().search([])
            with self.assertRaises(error) as caught:
                yield caught
            self.assertRegex(str(caught.exception), words)
            self.env.cr.postrollback.run()
        self.env.invalidate_all()
        rows = self.env[LOG].sudo().search([]) - known
        self.assertIn("denied", rows.mapped("event"))
