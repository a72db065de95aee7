"""Item numbers 件号: given once a paper is in a file on record, in its order."""

import base64

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..support.clone import at_once, cloned_database, scene
from ..support.common import ArchiveCase

ITEM = "customer.archive.document"


def scan(name="扫描件.txt"):
    return [Command.create({"name": name, "datas": base64.b64encode(b"scan")})]


@tagged("post_install", "-at_install")
class TestItemNumbers(ArchiveCase, TransactionCase):
    """B10"""

    def numbers(self, file):
        items = file.sudo().document_ids.filtered("is_received")
        return [item.item_number for item in items.sorted(self.order)]

    @staticmethod
    def order(item):
        return item.group, item.sequence, item.id

    def missing(self, file):
        return file.document_ids.filtered(lambda item: not item.is_received)

    def test_given_at_registration_in_the_order_of_the_folder(self):
        """B10: 1, 2, 3 … for what is there; nothing before, nothing for the rest."""
        party = self.partner("苏州样例机电有限公司")
        file = self.approved(partner=party, relation_stage="cooperating")
        self.assertFalse(any(file.document_ids.mapped("item_number")))
        file.with_user(self.users["clerk"]).action_register()
        numbers = self.numbers(file)
        self.assertGreater(len(numbers), 2)
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)))
        self.assertFalse(any(self.missing(file).mapped("item_number")))

    def test_given_on_receipt_and_kept(self):
        file = self.registered(partner=self.partner("苏州样例机电有限公司"))
        last = max(self.numbers(file))
        first, second = self.missing(file)[:2]
        clerk = self.users["clerk"]
        first.with_user(clerk).is_paper = True
        self.assertEqual(first.item_number, last + 1)
        second.attachment_ids = scan()
        self.assertEqual(second.item_number, last + 2)
        added = (
            self.env[ITEM]
            .with_user(clerk)
            .create(
                {"archive_id": file.id, "type_id": first.type_id.id, "is_paper": True}
            )
        )
        self.assertEqual(added.item_number, last + 3)
        # What was given stays with its paper, also if that is taken out.
        as_system(second.sudo()).write({"attachment_ids": [Command.clear()]})
        self.assertEqual(second.item_number, last + 2)
        third = self.missing(file)[:1] - second
        if third:
            third.with_user(clerk).is_paper = True
            self.assertEqual(third.item_number, last + 4)

    def test_each_file_counts_by_itself(self):
        one, other = self.registered(), self.registered("purchase")
        for file in (one, other):
            numbers = self.numbers(file)
            self.assertEqual(numbers, list(range(1, len(numbers) + 1)))

    def test_nobody_writes_them(self):
        file = self.registered()
        item = file.document_ids.filtered("is_received")[0]
        for role in ("sales", "clerk", "archivist", "admin", "management"):
            own = item.with_user(self.users[role])
            with self.subTest(role), self.assertRaises(UserError):
                own.item_number = 99
        self.assertEqual(item.item_number, self.numbers(file)[0])
        draft = self.archive()
        with self.assertRaises(UserError):
            draft.document_ids[0].item_number = 5

    def test_shown(self):
        file = self.registered()
        item = file.document_ids.filtered("is_received")[0]
        self.assertEqual(item.shown_item_number, str(item.item_number))
        self.assertFalse(self.missing(file)[:1].shown_item_number)
        register = self.env.ref("customer_archive.register_index")
        paths = register.column_ids.mapped("path")
        self.assertIn("shown_item_number", paths)

    def test_ten_papers_at_once(self):
        """Papers of one file that come in at once get consecutive numbers."""
        with cloned_database(self.env.cr.dbname) as registry:
            with scene(registry) as case:
                file = case.registered()
                clerk = case.users["clerk"].id
                type_id = file.document_ids[0].type_id.id
                file_id, begun = file.id, len(self.numbers(file))

            def receive(env):
                values = {"archive_id": file_id, "type_id": type_id, "is_paper": True}
                return bool(env[ITEM].create(values))

            results = at_once(registry, [(clerk, receive)] * 10)
            self.assertEqual(results, [True] * 10)
            with registry.cursor() as cr:
                cr.execute(
                    "SELECT item_number FROM customer_archive_document"
                    " WHERE archive_id = %s AND item_number > 0 ORDER BY 1",
                    [file_id],
                )
                numbers = [number for (number,) in cr.fetchall()]
            self.assertEqual(numbers, list(range(1, begun + 11)))
