"""Who decides on a file is told which papers they haven't opened."""

from odoo import Command
from odoo.tests import Form, TransactionCase, tagged

from ..support.common import ArchiveCase

DECISION = "customer.archive.decision"


@tagged("post_install", "-at_install")
class TestPapersOpened(ArchiveCase, TransactionCase):
    """Requirement A12."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = cls.submitted()
        cls.license = cls.item(cls.file, "license")

    @classmethod
    def item(cls, file, name):
        kind = cls.env.ref(f"customer_archive.document_type_{name}")
        return file.sudo().document_ids.filtered(lambda item: item.type_id == kind)

    def dialog(self, role="head", file=None):
        """Return the dialog as the form of the file opens it."""
        file = (file or self.file).with_user(self.users[role])
        context = file.action_open_decision()["context"]
        return Form(
            self.env[DECISION].with_user(self.users[role]).with_context(context)
        )

    def opened(self, role="head", file=None):
        """Return what the dialog says: how many, and which not."""
        dialog = self.dialog(role, file)
        return dialog.opened_items, dialog.unopened_items

    def open(self, item, role="head"):
        for copy in item.attachment_ids:
            copy.with_user(self.users[role]).raw  # noqa: B018

    def test_counted_and_named(self):
        name = self.license.type_id.name
        self.assertEqual(self.opened(), ("0 of 1", name))
        self.open(self.license)
        self.assertEqual(self.opened(), ("1 of 1", False))

    def test_what_others_opened_is_theirs(self):
        for role in ("sales", "compliance"):
            self.open(self.license, role)
        self.assertEqual(self.opened()[0], "0 of 1")

    def test_each_copy(self):
        """A copy that came later hasn't been opened."""
        self.open(self.license)
        self.file.with_user(self.users["head"]).action_reject("请补充")
        second = Command.create({"name": "page 2.txt", "raw": b"second"})
        self.license.with_user(self.users["sales"]).attachment_ids = [second]
        self.file.action_submit()
        self.assertEqual(self.opened(), ("0 of 1", self.license.type_id.name))
        self.open(self.license)
        self.assertEqual(self.opened()[0], "1 of 1")

    def test_refuses_nothing(self):
        dialog = self.dialog()
        self.assertTrue(dialog.unopened_items)
        dialog.comment = "同意"
        dialog.save().action_approve()
        self.assertEqual(self.file.approval_ids.filtered("comment").comment, "同意")

    def test_required_papers_that_the_role_opens(self):
        """Identity cards aren't asked of finance; optional papers of nobody."""
        self.buyer.finance_review = True
        file = self.submitted(relation_stage="cooperating")
        for name in ("iso", "other"):
            item = self.item(file, name)
            self.assertFalse(item.type_id in file._required_types())
        identity = self.item(file, "legal_id").type_id.name
        names = {}
        for role in ("head", "finance"):
            items, unopened = file.with_user(self.users[role])._papers_opened()
            self.assertEqual(items, unopened)
            names[role] = set(items.type_id.mapped("name"))
        self.assertEqual(names["head"] - names["finance"], {identity})
        bank = self.item(file, "bank").type_id.name
        self.assertIn(bank, names["finance"])

    def test_on_paper_alone(self):
        """What has no copy can't be opened here."""
        file = self.archive()
        item = self.item(file, "license")
        item.write(
            {"is_paper": True, "valid_until": "2099-12-31"}
            | {"number": file.partner_id.vat}
        )
        file.action_submit()
        self.assertEqual(self.opened(file=file), (False, False))

    def test_in_one_query(self):
        file = self.file.with_user(self.users["head"])
        file._papers_opened()
        with self.assertQueryCount(1):
            items, unopened = file._papers_opened()
        self.assertEqual((items, unopened), (self.license, self.license))

    def test_of_files_that_are_read(self):
        """Whatever a client names: other files, other models, no file."""
        employee = self.users["sales_other"]
        values = {"res_model": "customer.archive", "res_ids": self.file.ids}
        dialog = self.env[DECISION].with_user(employee).create(values)
        self.assertFalse(dialog.opened_items or dialog.unopened_items)
        head = self.env[DECISION].with_user(self.users["head"])
        for other in ([], [0], "x", None, [self.file.id, self.file.id + 1]):
            dialog = head.create({**values, "res_ids": other})
            self.assertFalse(dialog.opened_items, other)
        dialog = head.create({**values, "res_model": "customer.archive.loan"})
        self.assertFalse(dialog.opened_items)
        self.assertEqual(head.create(values).opened_items, "0 of 1")

    def test_not_when_it_is_given_back(self):
        """Whoever registers decides on nothing."""
        file = self.approved()
        clerk = file.with_user(self.users["clerk"])
        context = clerk.action_open_decision()["context"]
        form = Form(self.env[DECISION].with_user(clerk.env.uid).with_context(context))
        self.assertFalse(form.opened_items)
