"""An import killed anywhere and started again: nothing twice, nothing missing."""

import contextlib
import random
from functools import partial
from unittest.mock import patch

import odoo.sql_db
from odoo import SUPERUSER_ID, api
from odoo.tests import TransactionCase, tagged

from ..support.clone import cloned_database, scene
from ..support.killed import die, fork, was_killed
from .ledger_case import IMPORT, LedgerCase

RUN = "odoo.addons.customer_archive.models.ledger_import.customer_archive_import_run"
UNDO = "odoo.addons.customer_archive.models.ledger_import.customer_archive_import_undo"
ROWS, CHUNK, KILLS = 90, 5, 5


@contextlib.contextmanager
def dying_after(limit):
    """Let this process die instead of a later statement; None counts them only."""
    done, execute = [], odoo.sql_db.Cursor.execute

    def counting(*args, **kwargs):
        done.append(1)
        if limit is not None and len(done) > limit:
            die()
        return execute(*args, **kwargs)

    with patch.object(odoo.sql_db.Cursor, "execute", counting):
        yield done


def run(limit, env):
    with dying_after(limit):
        env[IMPORT]._cron_import()


@tagged("post_install", "-at_install")
class TestImportKilled(LedgerCase, TransactionCase):
    """Requirement H10."""

    def test_killed_and_started_again(self):
        with cloned_database(self.env.cr.dbname) as registry:
            with scene(registry, KilledCase) as case:
                self.one, self.vats = case.prepared()
            with patch(f"{RUN}.CHUNK", CHUNK), patch(f"{UNDO}.CHUNK", CHUNK):
                self.assertGreaterEqual(self.killed(registry), KILLS)
                self.whole(registry)
                with self.env_of(registry) as env:
                    env[IMPORT].browse(self.one).action_undo()
                self.assertGreaterEqual(self.killed(registry), KILLS)
                self.gone(registry)

    @contextlib.contextmanager
    def env_of(self, registry):
        with registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def killed(self, registry):
        """Run the job until it ends, killed on the way; return how often it was."""
        places, kills = random.Random(6), 0
        while kills < 40:
            limit = places.randint(60, 140) if kills < 2 * KILLS else None
            if not was_killed(fork(registry, partial(run, limit))):
                break
            kills += 1
        return kills

    def whole(self, registry):
        with self.env_of(registry) as env:
            one = env[IMPORT].browse(self.one)
            self.assertEqual((one.state, one.job), ("done", False))
            self.assertEqual((one.created_count, one.error_count), (ROWS, 0))
            numbers = one.row_ids.mapped("number")
            self.assertEqual(sorted(numbers), list(range(2, ROWS + 2)))
            files = env["customer.archive"].search(
                [("partner_id.vat", "in", self.vats)]
            )
            self.assertEqual(len(files), ROWS)
            self.assertEqual(sorted(files.partner_id.mapped("vat")), sorted(self.vats))
            self.assertEqual(len(files.partner_id.child_ids), 2 * ROWS)
            told = env["customer.archive.log"].search(
                [("event", "=", "import"), ("archive_id", "in", files.ids)]
            )
            self.assertEqual(len(told), ROWS)

    def gone(self, registry):
        with self.env_of(registry) as env:
            one = env[IMPORT].browse(self.one)
            self.assertEqual((one.state, one.job), ("undone", False))
            domain = [("vat", "in", self.vats)]
            self.assertFalse(env["res.partner"].search(domain))
            self.assertEqual(set(one.row_ids.mapped("result")), {"undone"})


class KilledCase(LedgerCase):
    """The scene: an import that was started."""

    @classmethod
    def prepared(cls):
        rows = [cls.row(1000 + number) for number in range(ROWS)]
        one = cls.checked(rows)
        one.action_import()
        return one.id, [row["vat"] for row in rows]
