"""No way to delete what is held, blocked or unpaid."""

from contextlib import closing

from psycopg2 import Error

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..copies.papers_case import plain_paper
from ..rpc.rpc_case import TRANSPORTS, RpcCalls
from ..support.size import meets
from .deletion_bypass import FORGED, Target, ways
from .retention_case import RetentionCase

QUIET = ("odoo.sql_db", "odoo.addons.base.models.ir_rule", "odoo.http")
SITUATIONS = ("held", "blocked", "unpaid", "ordered")


class DeletionCase(RetentionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        draft = cls.collect(cls.archive())
        cls.targets = {
            "draft": cls.full(draft),
            "active": cls.full(cls.collect(cls.registered())),
        }

    @classmethod
    def full(cls, archive):
        """Give a file a sensitive value and a loose attachment, too."""
        if archive.state == "draft":
            archive.secret_ids = [
                Command.create(
                    {
                        "kind": "other",
                        "label": "Account",
                        "value": "6222021234123412344",
                    }
                )
            ]
        plain_paper(archive, "letter.txt", b"letter", linked=False)
        cls.env.flush_all()
        return Target(archive)

    def bring(self, target, situation):
        """Bring a file into a situation in which nothing of it may go."""
        file = target.file
        if situation == "held":
            self.by(file.sudo(False), "legal").action_hold("legal", "Lawsuit")
        elif situation == "blocked":
            self.by(file.sudo(False), "compliance").action_block("Over")
        elif situation == "unpaid":
            self.invoice(target.party)
        elif situation == "ordered":
            self.order(target.party)
        self.commit()

    def tried(self, target, with_contacts, *turns):
        """Try every way; yield those that took something away.

        :param turns: of what it is tried in, where a sample does
        """
        self.count = 0
        for name, do in ways(self, target):
            self.count += 1
            if turns and not meets(len(SITUATIONS), self.count, *turns):
                continue
            with closing(self.env.cr.savepoint()):
                try:
                    do()
                    self.env.flush_all()
                    lost = target.missing(with_contacts)
                except (Error, Exception):  # noqa: BLE001 -- refused, however
                    lost = []
            self.env.invalidate_all(flush=False)
            if lost:
                yield name, lost


@tagged("post_install", "-at_install")
class TestDeletion(DeletionCase, TransactionCase):
    """Requirements F2 and F3."""

    @mute_logger(*QUIET, "odoo.addons.base.models.ir_autovacuum", "odoo.models.unlink")
    def test_no_way_out(self):
        for turn, (state, target) in enumerate(self.targets.items()):
            for number, situation in enumerate(SITUATIONS):
                with self.subTest(f"{state}, {situation}"):
                    with closing(self.env.cr.savepoint()):
                        self.bring(target, situation)
                        restrained = situation in ("held", "blocked")
                        escapes = list(self.tried(target, restrained, 2 * turn, number))
                    self.env.invalidate_all(flush=False)
                    self.assertEqual(escapes, [])
                    self.assertGreater(self.count, 350)

    @mute_logger(*QUIET, "odoo.addons.base.models.ir_autovacuum", "odoo.models.unlink")
    def test_the_ways_work_where_nothing_keeps_the_file(self):
        """Else the test above would prove nothing."""
        found = {name for name, _lost in self.tried(self.targets["draft"], False)}
        for name in (
            "unlink file as sales",
            "unlink items as sales",
            "unlink copies as sales",
            "unlink values as sales",
            "unlink file as root",
            "document_ids 2 as sales",
            "document_ids 5 as sales",
            "attachment_ids 2 as sales",
            "attachment_ids 2, nested as sales",
            "web_save as sales",
            "archive_ids 2 as root",
        ):
            self.assertIn(name, found)
        queries = {name for name in found if name.startswith("DELETE")}
        self.assertGreaterEqual(len(queries), 4)
        self.assertFalse({name for name in found if name.startswith("TRUNCATE")})

    def test_what_is_told(self):
        target = self.targets["draft"]
        self.bring(target, "unpaid")
        for records in (target.file, target.items, target.copies, target.secrets):
            with self.assertRaisesRegex(UserError, "Unpaid invoices and bills"):
                records.unlink()

    def test_settled_it_may_go(self):
        target = self.targets["draft"]
        invoice = self.invoice(target.party)
        self.pay(invoice)
        target.file.unlink()
        self.assertFalse(target.file.exists())

    def test_empty_rows_of_a_checklist_hold_nothing(self):
        """Customers with running orders are put into another category, too."""
        target = self.targets["draft"]
        archive = target.file.with_user(self.users["sales"])
        self.order(target.party)
        blank = archive.document_ids.filtered(lambda item: item._is_blank())[:1]
        blank.unlink()
        archive.category_id = self.prospect
        self.by(target.file.sudo(False), "legal").action_hold("legal", "Lawsuit")
        blank = archive.document_ids.filtered(lambda item: item._is_blank())[:1]
        self.assertTrue(blank)
        with self.assertRaises(UserError):
            blank.unlink()

    @mute_logger(*QUIET)
    def test_a_destroyed_file_is_emptied_and_stays(self):
        """The one way out: disposal, which writes the state first."""
        target = self.targets["active"]
        self.env.cr.execute(
            "UPDATE customer_archive SET state = 'destroyed', is_blocked = true"
            " WHERE id = %s",
            [target.file.id],
        )
        self.env.invalidate_all()
        delete = "DELETE FROM customer_archive_document WHERE archive_id = %s"
        with closing(self.env.cr.savepoint()):
            self.invoice(target.party)
            with self.assertRaises(Error), self.env.cr.savepoint():
                self.env.cr.execute(delete, [target.file.id])
        self.env.invalidate_all(flush=False)
        self.env.cr.execute(
            "DELETE FROM ir_attachment WHERE id = ANY(%s)", [target.copies.ids]
        )
        self.env.cr.execute(delete, [target.file.id])
        with self.assertRaises(Error):
            self.env.cr.execute(
                "DELETE FROM customer_archive WHERE id = %s", [target.file.id]
            )

    def test_client_skips_no_check_by_claiming_an_uninstallation(self):
        request = (
            self.env["customer.archive.consultation"]
            .with_user(self.users["reader"])
            .create({"partner_id": self.party.id, "purpose": "x", "scope": "file"})
        )
        request.action_submit()
        target = self.targets["active"]
        own = target.items.with_user(self.users["sales"]).sudo(False)
        for records in (request, own, own.attachment_ids):
            with self.assertRaises(UserError):
                records.with_context(_force_unlink=True).unlink()


@tagged("post_install", "-at_install")
class TestDeletionByRpc(DeletionCase, RpcCalls):
    """Requirement F3."""

    @mute_logger(*QUIET)
    def test_no_way_out(self):
        escapes, tried = [], 0
        for turn, (state, target) in enumerate(self.targets.items()):
            for number, situation in enumerate(SITUATIONS[:3], turn):
                with closing(self.env.cr.savepoint()):
                    self.bring(target, situation)
                    for role in ("sales", "clerk", "admin", "legal", "management"):
                        self.authenticate(f"t_{role}", "archive-test-1")
                        for records in target.kept(True):
                            for transport in TRANSPORTS:
                                tried += 1
                                if not meets(5, tried, number):
                                    continue
                                with closing(self.env.cr.savepoint()):
                                    self.call(
                                        transport,
                                        role,
                                        records._name,
                                        "unlink",
                                        records.ids,
                                        context=FORGED,
                                    )
                                    lost = target.missing(situation != "unpaid")
                                if lost:
                                    escapes.append((state, situation, role, lost))
                self.env.invalidate_all(flush=False)
        self.assertGreater(tried, 400)
        self.assertEqual(escapes, [])
