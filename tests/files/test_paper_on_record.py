"""Papers of files on record are marked by who keeps them; a tick renews nothing."""

import contextlib

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..support.common import ArchiveCase

ITEM, LOG = "customer.archive.document", "customer.archive.log"
FORM = "customer_archive.view_customer_archive_document_form"
RULES, ACCESS = "odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model"
PARTY = "苏州示例机电有限公司"
LAPSED, NEW = "2025-03-31", "2099-03-31"


@tagged("post_install", "-at_install")
class TestPaperOnRecord(ArchiveCase, TransactionCase):
    """D3: a lapsed licence is renewed by a copy, or by who has the paper in hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = cls.registered(partner=cls.partner(PARTY))
        kind = cls.env.ref("customer_archive.document_type_license")
        cls.licence = cls.file.document_ids.filtered(lambda each: each.type_id == kind)
        as_system(cls.licence.sudo()).valid_until = LAPSED
        cls.values = {
            "archive_id": cls.file.id,
            "type_id": kind.id,
            "number": cls.file.partner_id.vat,
            "valid_until": NEW,
        }

    def items(self, role="sales"):
        return self.env[ITEM].with_user(self.users[role])

    def entered(self, **values):
        """Return a new licence that the account manager has entered, without a copy."""
        return self.items().create({**self.values, **values})

    def rows(self, event="denied"):
        found = self.env[LOG].sudo().search([("event", "=", event)])
        return found.filtered(lambda row: row.detail == "paper")

    @contextlib.contextmanager
    def refused(self):
        """Expect a refusal that is on record, and that nothing was renewed by it."""
        with self.enter_registry_test_mode():
            known = self.rows()
            with self.assertRaisesRegex(AccessError, "hand the paper to an archivist"):
                yield
            self.env.cr.postrollback.run()
        self.env.invalidate_all()
        new = self.rows() - known
        self.assertEqual(new.user_id, self.users["sales"])
        self.assertIn("marking an item as kept on paper", new.summary)
        self.assertEqual(self.licence.state, "expired")
        self.assertFalse(self.licence.renewed_by_id)

    def test_nobody_renews_by_a_tick_alone(self):
        """However the account manager adds an item: nothing was seen by anybody."""
        ticked = {**self.values, "is_paper": True}
        sales = self.users["sales"]
        own, file = self.licence.with_user(sales), self.file.with_user(sales)
        row = {name: val for name, val in ticked.items() if name != "archive_id"}
        ways = {
            "create": lambda: self.items().create(ticked),
            "several": lambda: self.items().create([self.values, ticked]),
            "in the file": lambda: file.write({"document_ids": [Command.create(row)]}),
            "copy": lambda: own.copy({"valid_until": NEW, "is_paper": True}),
            "default": lambda: (
                self.items()
                .with_context(default_is_paper=True)
                .create(dict(self.values))
            ),
        }
        for name, way in ways.items():
            with self.subTest(name), self.refused():
                way()
        # A copy of the item is another one, which nobody has seen.
        copied = own.copy({"valid_until": NEW})
        self.assertFalse(copied.is_paper or copied.is_received)

    def test_nobody_renews_by_ticking_later(self):
        item = self.entered()
        self.assertFalse(item.is_received)
        with self.refused():
            item.is_paper = True
        with self.refused():
            item.write({"is_paper": True, "valid_until": "2100-01-01"})
        with self.refused():
            self.file.with_user(self.users["sales"]).write(
                {"document_ids": [Command.update(item.id, {"is_paper": True})]}
            )
        with self.refused():
            item.action_mark_paper()
        self.assertFalse(item.is_paper)
        self.assertEqual(str(item.valid_until), NEW)

    def test_no_context_opens_it(self):
        """The mark of what the system writes itself can't be sent by a client."""
        item = self.entered()
        for mark in (True, 1, "customer_archive_system", {}):
            forged = item.with_context(customer_archive_system=mark)
            with self.subTest(mark), self.refused():
                forged.is_paper = True
            with self.subTest(mark), self.refused():
                forged.create({**self.values, "is_paper": True})

    def test_sudo_of_a_program_opens_it_to_nobody(self):
        item = self.entered()
        with self.refused():
            item.sudo().is_paper = True

    def test_archivists_mark_what_they_have_in_hand(self):
        """They write no items otherwise; who marked it is on record."""
        item = self.entered()
        own = item.with_user(self.users["archivist"])
        with self.assertRaises(AccessError), mute_logger(RULES, ACCESS):
            own.is_paper = True
        self.assertTrue(own.can_mark_paper)
        own.action_mark_paper()
        self.assertTrue(item.is_received)
        self.assertEqual(self.licence.renewed_by_id, item)
        self.assertEqual(self.licence.state, "received")
        row = self.rows("change")
        self.assertEqual((row.user_id, row.res_id), (self.users["archivist"], item.id))
        self.assertTrue(row.summary.endswith("Marked as kept on paper"))
        self.assertFalse(own.can_mark_paper)
        with self.assertRaisesRegex(UserError, "already marked"):
            own.action_mark_paper()

    def test_clerks_tick_or_add_it(self):
        item = self.entered()
        item.with_user(self.users["clerk"]).is_paper = True
        self.assertEqual(self.licence.renewed_by_id, item)
        newer = {**self.values, "is_paper": True, "valid_until": "2100-03-31"}
        added = self.items("clerk").create(newer)
        self.assertEqual(item.renewed_by_id, added)

    def test_a_copy_counts_without_the_tick(self):
        """And who keeps papers marks the item afterwards, though it is locked."""
        copy = Command.create({"name": "营业执照.txt", "raw": "新证".encode()})
        item = self.entered(attachment_ids=[copy])
        self.assertEqual(self.licence.renewed_by_id, item)
        self.assertFalse(item.is_paper)
        self.assertTrue(item.is_locked)
        with self.assertRaisesRegex(UserError, "is locked"):
            item.with_user(self.users["clerk"]).is_paper = True
        item.with_user(self.users["clerk"]).action_mark_paper()
        self.assertTrue(item.is_paper)
        self.assertEqual(self.licence.renewed_by_id, item)

    def test_what_is_ticked_already_stays_so(self):
        """Writing the same anew marks nothing."""
        item = self.entered()
        as_system(item.sudo()).write({"is_paper": True, "valid_until": False})
        item.write({"is_paper": True, "note": "存于档案袋"})
        self.assertEqual(item.note, "存于档案袋")

    def test_while_it_is_collected(self):
        """The account manager ticks as before: the file is reviewed by others."""
        draft = self.archive(partner=self.partner("无锡示例机电有限公司"))
        item = draft.document_ids[0]
        self.assertTrue(item.can_take_paper)
        self.assertFalse(item.can_mark_paper)
        item.is_paper = True
        self.assertTrue(item.is_received)
        with self.assertRaisesRegex(UserError, "once the file is on record"):
            item.with_user(self.users["archivist"]).action_mark_paper()

    @mute_logger(RULES, ACCESS)
    def test_who_may_and_who_may_not(self):
        item = self.entered()
        for role in ("clerk", "archivist"):
            self.assertTrue(item.with_user(self.users[role]).can_mark_paper, role)
        for role in ("head", "compliance", "finance", "legal", "management", "auditor"):
            own = item.with_user(self.users[role])
            self.assertFalse(own.can_mark_paper, role)
            with self.subTest(role), self.assertRaisesRegex(AccessError, "archivist"):
                own.action_mark_paper()
        for role in ("sales_other", "purchase", "reader", "employee", "portal"):
            with self.subTest(role), self.assertRaises(AccessError):
                item.with_user(self.users[role]).action_mark_paper()
        self.assertFalse(item.is_paper)

    def test_in_the_form(self):
        """The tick is read-only for who may not set it; copies are attached."""
        item = self.entered()
        with self.assertRaisesRegex(AssertionError, "readonly"):
            Form(item, FORM).is_paper = True
        new = self.items().with_context(default_archive_id=self.file.id)
        with self.assertRaisesRegex(AssertionError, "readonly"):
            Form(new, FORM).is_paper = True
        with Form(item.with_user(self.users["clerk"]), FORM) as form:
            form.is_paper = True
        self.assertTrue(item.is_paper)
        draft = self.archive(partner=self.partner("无锡示例机电有限公司"))
        with Form(draft.document_ids[0], FORM) as form:
            form.is_paper = True
        self.assertTrue(draft.document_ids[0].is_paper)
