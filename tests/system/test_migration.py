"""The updates: from copies and numbers kept plain, and from rules without grants."""

import hashlib
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

from freezegun import freeze_time

from odoo import SUPERUSER_ID, api
from odoo.modules import migration
from odoo.tests import TransactionCase, tagged
from odoo.tools import config, mute_logger

from odoo.addons import customer_archive

from ..encryption.encryption_case import (
    COPY,
    ITEM,
    MARK,
    SCAN,
    TRAINED,
    identity_number,
)
from ..support.clone import cloned_database, scene
from ..support.common import KEYRING, ArchiveCase

# The name of the script's log, too.
SCRIPT = "post_migration"
VERSION = "19.0.1.0.0"
FILES = 3


RULES = (
    "rule_archive_clearance",
    "rule_document_clearance",
    "rule_secret_clearance",
    "rule_approval_clearance",
    "rule_approval_user",
)
# As in all of them before there were grants.
OLD_RULE = (
    "[(1, '=', 1)] if user.has_group('customer_archive.group_clearance_secret')"
    " else [('create_uid', '=', user.id)]"
)


def script(version="19.0.2.0.0", name="post-migration.py"):
    """Return a migration script to a version as a module."""
    folder = Path(customer_archive.__path__[0], "migrations", version)
    return migration.load_script(str(folder / name), SCRIPT)


def run(module, cr):
    """Run it by what Odoo runs it, which looks at its arguments, too."""
    with patch.object(migration, "load_script", lambda *_arguments: module):
        migration.exec_script(cr, VERSION, f"{SCRIPT}.py", "customer_archive", "post")


@tagged("post_install", "-at_install")
class TestMigration(TransactionCase):
    """Requirement I1."""

    @contextmanager
    def old_database(self):
        """Give a database as the first version left it, with real commits."""
        with cloned_database(self.env.cr.dbname) as registry:
            with mute_logger(KEYRING), scene(registry) as case:
                self.make_old(case)
            with registry.cursor() as cr:
                self.make_old_columns(cr)
            yield registry

    def make_old(self, case):
        case.env["customer.archive.undertaking"].with_user(case.users["sales"]).sign(
            TRAINED
        )
        self.uid = case.users["sales"].id
        # In every state, the locked ones included.
        states = [case.archive, case.submitted, case.approved, case.registered]
        archives = [make("sales") for make in states]
        self.files = [archive.id for archive in archives]
        self.items = {}
        sensitive = case.env.ref("customer_archive.document_type_legal_id")
        for archive in archives:
            items = archive.document_ids
            self.items[archive.id] = items.filtered(
                lambda item: item.type_id == sensitive
            ).ids[0]
        self.copies = {}

    def make_old_columns(self, cr):
        """Put plain numbers and plain copies where the first version had them."""
        env = api.Environment(cr, SUPERUSER_ID, {})
        cr.execute("DELETE FROM customer_archive_document_ir_attachment_rel")
        cr.execute("DELETE FROM ir_attachment WHERE res_model = %s", [ITEM])
        self.numbers = {}
        for index, item_id in enumerate(self.items.values()):
            self.numbers[item_id] = identity_number(index + 1)
            for part in range(FILES):
                self.add_old_copy(env, item_id, SCAN + b"%d %d" % (index, part))
        # What no check of today lets pass, and what was stored in the database.
        self.numbers[item_id] = "not-a-number-123"
        env.flush_all()
        for each, number in self.numbers.items():
            cr.execute(
                "UPDATE customer_archive_document SET number = %s WHERE id = %s",
                [number, each],
            )
        self.add_old_copy(env, 0, SCAN + b"never saved")
        in_database = self.add_old_copy(
            env, item_id, SCAN + b"in database", stored=False
        )
        self.copies[in_database] = SCAN + b"in database"
        cr.execute(
            "UPDATE ir_attachment SET db_datas = %s, store_fname = NULL WHERE id = %s",
            [SCAN + b"in database", in_database],
        )
        self.lost = self.add_old_copy(env, item_id, SCAN + b"lost", stored=False)
        # The same paper was sent by mail, too: that attachment keeps the plain file.
        shared = env[COPY].create({"name": "mail.txt", "raw": SCAN + b"0 0"})
        self.shared = shared.id
        cr.execute("UPDATE customer_archive SET key_id = NULL")

    def add_old_copy(self, env, item_id, content, stored=True):
        plain = env[COPY].create({"name": "old.txt", "raw": content})
        path = Path(plain._full_path(plain.store_fname))
        env.flush_all()
        env.cr.execute(
            "UPDATE ir_attachment SET res_model = %s, res_id = %s, index_content = %s,"
            " create_uid = %s WHERE id = %s",
            [ITEM, item_id, content[:99].decode(), self.uid, plain.id],
        )
        if item_id:
            env.cr.execute(
                "INSERT INTO customer_archive_document_ir_attachment_rel VALUES"
                " (%s, %s)",
                [item_id, plain.id],
            )
        env.invalidate_all()
        if not stored:
            path.unlink()
        else:
            self.copies[plain.id] = content
        self.assertEqual(path.name, hashlib.sha1(content).hexdigest())
        return plain.id

    def plain_files(self, registry):
        """Return the contents of the filestore that are to be read as they are."""
        root = Path(config.filestore(registry.db_name))
        found = (path for path in root.rglob("*") if path.is_file())
        return [path.read_bytes() for path in found if MARK in path.read_bytes()]

    def plain_rows(self, cr):
        """Return how many rows of the tables hold a number or a content."""
        found = 0
        for table in (
            "ir_attachment",
            "customer_archive_document",
            "customer_archive_secret",
            "customer_archive_log",
        ):
            cr.execute(
                f"SELECT count(*) FROM {table} t WHERE t::text ~ %s"
                " AND t::text !~ 'mail.txt'",
                ["|".join([*self.numbers.values(), MARK.decode(), MARK.hex()])],
            )
            found += cr.fetchone()[0]
        return found

    def state(self, cr):
        cr.execute(
            "SELECT id, archive_key, store_fname FROM ir_attachment"
            " WHERE res_model = %s ORDER BY id",
            [ITEM],
        )
        copies = cr.fetchall()
        cr.execute("SELECT id, ciphertext FROM customer_archive_secret ORDER BY id")
        return copies, cr.fetchall()

    def test_nothing_plain_remains(self):
        with self.old_database() as registry:
            with registry.cursor() as cr:
                self.assertGreater(self.plain_rows(cr), len(self.copies))
            self.assertEqual(len(self.plain_files(registry)), len(self.copies) - 1)
            self.killed(registry)
            module = script()
            with patch.object(module, "BATCH", 4), registry.cursor() as cr:
                with self.assertLogs(SCRIPT, "WARNING") as logs:
                    run(module, cr)
                # Plain files stay until all of this is final.
                self.assertGreater(len(self.plain_files(registry)), 1)
                before = self.state(cr)
            self.assertIn(f"[{self.lost}]", logs.output[0])
            self.check(registry)
            with registry.cursor() as cr, mute_logger(SCRIPT):
                run(module, cr)
                self.assertEqual(self.state(cr), before)
            self.check(registry)

    def killed(self, registry):
        """The update ends badly: all is as it was."""
        module = script()
        with registry.cursor() as cr:
            before = self.state(cr)
            env = api.Environment(cr, SUPERUSER_ID, {})
            module.move_numbers(env)
            cr.execute(
                "UPDATE ir_attachment SET res_model = %s WHERE id = %s",
                ["res.partner", self.lost],
            )
            module.encrypt_copies(env)
            cr.rollback()
            self.assertEqual(self.state(cr), before)
            env = api.Environment(cr, SUPERUSER_ID, {})
            # Takes the encrypted files that nobody needs now, and no plain ones.
            env[COPY]._gc_file_store_unsafe()
        self.assertEqual(len(self.plain_files(registry)), len(self.copies) - 1)

    def check(self, registry):
        # One file: that of the attachment which isn't an item's.
        self.assertEqual(self.plain_files(registry), [SCAN + b"0 0"])
        with registry.cursor() as cr:
            self.assertEqual(self.plain_rows(cr), 0)
            env = api.Environment(cr, self.uid, {})
            self.assertEqual(env[COPY].sudo().browse(self.shared).raw, SCAN + b"0 0")
            for id_, content in self.copies.items():
                self.assertEqual(env[COPY].browse(id_).raw, content)
            for item_id, number in self.numbers.items():
                item = env[ITEM].browse(item_id)
                self.assertFalse(item.number)
                self.assertEqual(item.secret_ids.action_reveal("check"), number)
                self.assertEqual(item.shown_number[-4:], number[-4:])
            cr.rollback()

    def test_a_fresh_database(self):
        """Nothing to do, and nothing made: not even a keystore."""
        module = script()
        with patch.object(
            type(self.env["customer.archive.keyring"]), "_keystore"
        ) as keystore:
            self.env.cr.execute("UPDATE customer_archive_document SET number = NULL")
            run(module, self.env.cr)
        keystore.assert_not_called()

    @mute_logger(KEYRING)
    def test_rules_know_grants(self):
        """What an update leaves alone is as in a new database, twice over."""
        rules = [self.env.ref(f"customer_archive.{name}") for name in RULES]

        def look():
            self.env.invalidate_all()
            return [(rule.domain_force, rule.groups, rule.name) for rule in rules]

        new = look()
        for rule in rules:
            rule.domain_force = OLD_RULE
        rules[-1].groups = self.env.ref("customer_archive.group_user")
        self.assertNotEqual(look(), new)
        for _twice in range(2):
            run(script("19.0.3.0.0"), self.env.cr)
            # And into the words that they are said in since.
            run(script("19.0.7.0.0", "post-rules.py"), self.env.cr)
            self.assertEqual(look(), new)
        data = self.env["ir.model.data"].search(
            [("module", "=", "customer_archive"), ("name", "in", RULES)]
        )
        self.assertEqual(data.mapped("noupdate"), [True] * len(RULES))

    @mute_logger(KEYRING)
    def test_rules_changed_by_hand_stay(self):
        """They hold as they are, and the log tells which."""
        run(script("19.0.3.0.0"), self.env.cr)
        rules = [self.env.ref(f"customer_archive.{name}") for name in RULES]
        shipped, own, gone = rules[:3]
        own.domain_force = OLD_RULE
        gone.unlink()
        with self.assertLogs(SCRIPT, "WARNING") as log:
            run(script("19.0.7.0.0", "post-rules.py"), self.env.cr)
        self.assertIn("reader.", shipped.domain_force)
        self.assertEqual(own.domain_force, OLD_RULE)
        self.assertEqual([RULES[1] in line for line in log.output], [True])


@tagged("post_install", "-at_install")
class TestMigrationLife(ArchiveCase, TransactionCase):
    def test_dates_of_files_that_are_there(self):
        """As in a new database, but for reviews that would all be due at once."""
        buyer = self.env.ref("customer_archive.category_buyer")
        with freeze_time("2026-03-02 02:00:00"):
            old, new = self.registered(), self.registered()
        order = self.env["sale.order"].create({"partner_id": new.partner_id.id})
        order.action_confirm()
        self.env.cr.flush()
        before = [new.last_business_date, new.retention_date, new.retention_policy_id]
        self.assertTrue(all(before))
        buyer.retention_policy_id = False
        self.env.cr.execute(
            "UPDATE customer_archive SET last_business_date = NULL,"
            " retention_date = NULL, next_review_date = NULL, opening_date = %s"
            " WHERE id = ANY(%s)",
            ["2020-01-01", old.ids],
        )
        self.env.cr.execute(
            "UPDATE customer_archive SET last_business_date = NULL,"
            " retention_date = NULL, next_review_date = NULL WHERE id = ANY(%s)",
            [new.ids],
        )
        self.env.invalidate_all()
        for _twice in range(2):
            run(script("19.0.4.0.0"), self.env.cr)
            self.env.invalidate_all()
            after = [new.last_business_date, new.retention_date]
            self.assertEqual([*after, new.retention_policy_id], before)
            today = old.company_id._archive_now().date()
            self.assertGreaterEqual(old.next_review_date, today - timedelta(days=1))
            self.assertLess(old.next_review_date, today + timedelta(days=61))
            self.assertEqual(new.next_review_date, date(2027, 3, 2))

    def test_undertakings_signed_again(self):
        rows = self.env["customer.archive.undertaking"].with_user(self.users["legal"])
        first, second = (rows.browse(rows.sign("2026-02-01")).sudo() for _row in "ab")
        self.env.cr.execute(
            "UPDATE customer_archive_undertaking SET renewed_by_id = NULL,"
            " validity_date = CURRENT_DATE"
        )
        self.env.invalidate_all()
        run(script("19.0.4.0.0"), self.env.cr)
        self.assertEqual(first.renewed_by_id, second)
        self.assertFalse(second.renewed_by_id)
        self.assertFalse(first.validity_date)
        self.assertTrue(second.validity_date)


@tagged("post_install", "-at_install")
class TestMigrationRegisters(TransactionCase):
    def test_what_nobody_chose_is_filled_in(self):
        names = ("document_count", "completeness")
        count, completeness = (
            self.env.ref(f"customer_archive.register_ledger_{name}") for name in names
        )
        (count + completeness).write({"format": False, "total": False})
        run(script("19.0.5.0.0"), self.env.cr)
        self.env.invalidate_all()
        self.assertEqual((count.total, completeness.format), ("sum", "percent"))
        count.total, completeness.path = "average", "document_count"
        completeness.format = False
        run(script("19.0.5.0.0"), self.env.cr)
        self.env.invalidate_all()
        self.assertEqual((count.total, completeness.format), ("average", False))
        completeness.unlink()
        run(script("19.0.5.0.0"), self.env.cr)
