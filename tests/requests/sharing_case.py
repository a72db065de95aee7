"""Sharings of a file on record, with people of another department."""

import io

import openpyxl
from reportlab.pdfgen import canvas

from odoo import Command
from odoo.tests import new_test_user

from ..encryption.encryption_case import (
    ITEM,
    MARK,
    TRAINED,
    EncryptionCase,
    identity_number,
)
from ..support.common import PASSWORD

SHARING = "customer.archive.sharing"
WORDS = "Markstone licence"
OUTSIDER = {
    "recipient": "outsider",
    "recipient_name": "Example Bank",
    "recipient_contact": "Ms Example",
    "recipient_email": "desk@bank.example",
    "channel": "telephone",
    "legal_basis": "consent",
}


def pdf():
    """Return a PDF of one page that says WORDS."""
    stream = io.BytesIO()
    page = canvas.Canvas(stream)
    page.drawString(72, 720, WORDS)
    page.save()
    return stream.getvalue()


def xlsx():
    """Return a workbook of one sheet that says WORDS."""
    book, stream = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"] = WORDS
    book.save(stream)
    return stream.getvalue()


class SharingCase(EncryptionCase):
    """Has a file of "sales" on record, and people of "Test Service".

    ``served`` and ``colleague`` are of that department and may get access.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        undertakings = cls.env["customer.archive.undertaking"]
        undertakings.with_user(cls.users["management"]).sign(TRAINED)
        cls.service = cls._department("Test Service", "TSERV", cls._member("served"))
        cls.add_members("served", "colleague")
        archive = cls.archive("sales")
        cls.collect(archive, MARK)
        cls.add_copy(cls.item("license", archive), pdf(), "licence.pdf")
        cls.card = cls.item("legal_id", archive)
        cls.add_copy(cls.card, pdf(), "card.pdf")
        cls.card.write({"number": identity_number(1), "valid_until": "2099-12-31"})
        cls.book = archive.document_ids.filtered(
            lambda item: item.is_received and not item.is_sensitive
        )[-1]
        cls.add_copy(cls.book, xlsx(), "book.xlsx")
        archive.action_submit()
        while archive.state == "review":
            approver = archive.sudo().approver_ids.sorted("id")[0]
            archive.with_user(approver).action_approve("fine")
        archive.with_user(cls.users["clerk"]).action_register()
        cls.kept = archive
        cls.paper = cls.item("license", archive)

    @classmethod
    def _member(cls, name, groups="customer_archive.group_user"):
        user = new_test_user(cls.env, f"t_{name}", groups=groups, password=PASSWORD)
        cls.users[name] = user
        return user

    @classmethod
    def add_members(cls, *names):
        """Employ users in the department that gets something shared."""
        employees = cls.env["hr.employee"]
        for name in names:
            user = cls.users.get(name) or cls._member(name)
            employee = employees.search([("user_id", "=", user.id)], limit=1)
            if employee:
                employee.department_id = cls.service
            else:
                employees.create(
                    {
                        "name": user.name,
                        "user_id": user.id,
                        "department_id": cls.service.id,
                    }
                )

    def share(self, role="sales", items=None, **values):
        """Return a draft of sharing the licence with the department."""
        items = self.paper if items is None else items
        model = self.env[SHARING].with_user(self.users[role])
        values = {
            **({} if "partner_id" in values else {"archive_id": self.kept.id}),
            "document_ids": [Command.set(items.ids)],
            "purpose": "Servicing what was sold",
            "legal_basis": "contract",
            **values,
        }
        if values.get("recipient") != "outsider":
            values.setdefault("recipient_department_id", self.service.id)
        return model.create(values)

    def share_outside(self, role="sales", items=None, **values):
        """Return a draft of sharing the licence with an outsider."""
        return self.share(role, items, **{**OUTSIDER, **values})

    def decided(self, sharing):
        """Submit a sharing, and return it approved."""
        sharing.action_submit()
        if sharing.recipient == "outsider":
            sharing.with_user(self.users["legal"]).action_approve("fine")
        sharing.with_user(self.users["management"]).action_approve("fine")
        return sharing

    def seen(self, role):
        """Return which of the file's items a user finds."""
        self.env.invalidate_all()
        items = self.env[ITEM].with_user(self.users[role])
        return items.search([("archive_id", "=", self.kept.id)])
