"""The access record under many writers, kills and restarts of the database.

On a database of its own, with real commits.
"""

import contextlib
import json
import os
import shutil
import signal
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged
from odoo.tools import config

from ..support.clone import at_once, cloned_database, scene
from ..support.killed import die, fork, was_killed
from ..support.throwaway_postgres import ThrowawayPostgres
from .record_case import LOG

WRITERS, ROWS = 20, 10
MODULE = "odoo.addons.customer_archive.models.audit.customer_archive_log_sealing"


class Regret(Exception):
    """Makes a transaction roll back after it has recorded something."""


@tagged("post_install", "-at_install")
class TestLogConcurrency(TransactionCase):
    """Requirements C6 and I3."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        anchors = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, anchors)
        cls.enterClassContext(patch.dict(os.environ, CUSTOMER_ARCHIVE_ANCHORS=anchors))
        clone = cloned_database(cls.env.cr.dbname)
        cls.clone = cls.enterClassContext(clone)
        with scene(cls.clone) as case:
            cls.file = case.archive().id
            cls.user = case.users["sales"].id
            cls.employee = case.users["employee"].id
            other = case.env["res.company"].create({"name": "Test B"})
            cls.companies = [case.company.id, other.id]

    def setUp(self):
        super().setUp()
        self.before = self.details()

    def record(self, env, detail, company=0):
        log = env[LOG].with_company(self.companies[company])
        log.sudo()._record("open", log, detail)

    def details(self):
        """Return company, place and detail of each row, in their order."""
        with self.clone.cursor() as cr:
            cr.execute(
                "SELECT company_id, sequence, detail FROM customer_archive_log"
                " ORDER BY company_id, sequence NULLS LAST, id"
            )
            return cr.fetchall()

    def assertWhole(self, expected, *, sealed=True):
        """Check that these rows were added, once each, and the record is whole."""
        rows = self.details()
        added = sorted(
            detail
            for _company, _place, detail in rows
            if (detail or "").startswith("test ")
        )
        known = [row[2] for row in self.before if (row[2] or "").startswith("test ")]
        self.assertEqual(added, sorted([*known, *expected]))
        for company in self.companies:
            places = [place for each, place, _detail in rows if each == company]
            if sealed:
                self.assertEqual(places, [*range(1, len(places) + 1)])
        with self.clone.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            for company in env["res.company"].browse(self.companies):
                self.assertEqual(env[LOG]._verify(company)[1], [])

    def seal(self):
        with self.clone.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})[LOG]._seal()

    # Many at once

    def test_twenty_writers(self):
        """No fork, no row lost, no gap; what is rolled back leaves nothing."""

        def write(number):
            def call(env):
                for row in range(ROWS):
                    self.record(env, f"test {number} {row}", number % 2)
                if number % 5 == 4:
                    raise Regret
                return True

            return call

        calls = [(self.user, write(number)) for number in range(WRITERS)]
        results = at_once(self.clone, calls)
        regrets = [number for number in range(WRITERS) if number % 5 == 4]
        for number, result in enumerate(results):
            if number in regrets:
                self.assertIsInstance(result, Regret)
            else:
                self.assertIs(result, True)
        self.assertWhole(
            f"test {number} {row}"
            for number in range(WRITERS)
            if number not in regrets
            for row in range(ROWS)
        )

    def test_writers_that_commit_often(self):
        """Each row of its own transaction, while others seal."""

        def write(number):
            def call(env):
                for row in range(ROWS):
                    self.record(env, f"test often {number} {row}")
                    env.cr.commit()

            return call

        at_once(self.clone, [(self.user, write(number)) for number in range(WRITERS)])
        self.assertWhole(
            f"test often {number} {row}"
            for number in range(WRITERS)
            for row in range(ROWS)
        )

    def test_refusals_survive(self):
        """What is refused rolls back, and its record doesn't."""

        def refused(env):
            self.record(env, "test that was refused")
            env["customer.archive"].browse(self.file).read(["name"])

        results = at_once(self.clone, [(self.employee, refused)] * 5)
        self.assertEqual({type(result) for result in results}, {AccessError})
        with self.clone.cursor() as cr:
            cr.execute(
                "SELECT count(*), count(sequence) FROM customer_archive_log"
                " WHERE event = 'denied' AND user_id = %s AND detail = 'read'",
                [self.employee],
            )
            self.assertEqual(cr.fetchone(), (5, 5))
        self.assertWhole([])

    def test_long_transaction(self):
        """Rows that are committed late follow those committed meanwhile."""
        with self.clone.cursor() as cr:
            self.record(api.Environment(cr, self.user, {}), "test late")
            with self.clone.cursor() as other:
                self.record(api.Environment(other, self.user, {}), "test soon")
        rows = [detail for _company, place, detail in self.details() if place]
        self.assertLess(rows.index("test soon"), rows.index("test late"))
        self.assertWhole(["test soon", "test late"])

    def test_requests_that_only_read(self):
        """Reading is recorded, too, and that needs a connection that writes."""
        with self.clone.cursor(readonly=True) as cr:
            self.record(api.Environment(cr, self.user, {}), "test of a reader")
        self.assertWhole(["test of a reader"])

    # Killed

    def test_killed_before_the_commit(self):
        def child(env):
            self.record(env, "test lost")
            env.flush_all()
            die()

        self.assertKilled(child)
        self.assertWhole([])

    def test_killed_before_the_sealing(self):
        def child(env):
            self.record(env, "test committed")
            with patch.object(self.clone[LOG], "_seal", die):
                env.cr.commit()

        self.assertKilled(child)
        self.assertWhole(["test committed"], sealed=False)
        self.assertIsNone(self.place_of("test committed"))
        self.seal()
        self.assertWhole(["test committed"])

    def test_killed_while_sealing(self):
        """Before the first batch is committed, and after it."""
        for moment, batches in (("within", 1), ("between", 2)):
            with self.subTest(moment):
                self.before = self.details()
                expected = [f"test {moment} {row}" for row in range(5)]

                def child(env, expected=expected, batches=batches):
                    for detail in expected:
                        self.record(env, detail)
                    seal, done = self.clone[LOG]._seal_rows, []

                    def seal_rows(log):
                        done.append(seal(log))
                        return die() if len(done) == batches else done[-1]

                    with (
                        patch(f"{MODULE}.BATCH", 2),
                        patch.object(self.clone[LOG], "_seal_rows", seal_rows),
                    ):
                        env.cr.commit()

                self.assertKilled(child)
                sealed = [detail for detail in expected if self.place_of(detail)]
                self.assertEqual(len(sealed), 2 * (batches - 1))
                self.assertWhole(expected, sealed=False)
                self.seal()
                self.assertWhole(expected)

    def test_next_writer_seals_what_was_left(self):
        def child(env):
            self.record(env, "test left")
            with patch.object(self.clone[LOG], "_seal", die):
                env.cr.commit()

        self.assertKilled(child)
        with self.clone.cursor() as cr:
            self.record(api.Environment(cr, self.user, {}), "test next")
        self.assertWhole(["test left", "test next"])

    def test_killed_among_others(self):
        """Processes that write and commit, each killed at some moment."""
        told = Path(self.enterContext(tempfile.TemporaryDirectory()))
        children = [
            self.fork(lambda env, number=number: self.write_on(env, told, number))
            for number in range(4)
        ]
        for child in children:
            time.sleep(0.4)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        self.seal()
        committed = told_in(told)
        self.assertGreater(len(committed), 4)
        details = [detail for _company, _place, detail in self.details()]
        # The last of each may have been committed and not been told.
        self.assertLessEqual(committed - set(details), set())
        extra = {each for each in details if (each or "").startswith("test on ")}
        self.assertLessEqual(len(extra - committed), 4)
        self.assertWhole(extra)

    def write_on(self, env, told, number):
        """Write and commit for ever, telling in a file what was committed."""
        with (told / str(number)).open("w") as file:
            for row in range(100_000):
                detail = f"test on {number} {row}"
                self.record(env, detail)
                env.cr.commit()
                file.write(f"{detail}\n")
                file.flush()

    def place_of(self, detail):
        [place] = [place for _company, place, each in self.details() if each == detail]
        return place

    def assertKilled(self, call):
        self.assertTrue(was_killed(self.fork(call)))

    def fork(self, call):
        return fork(self.clone, call, self.user)

    # The database restarts

    def test_database_restarts(self):
        """Stopped at once while four write: what was committed is there and sealed."""
        told = Path(self.enterContext(tempfile.TemporaryDirectory()))
        server = self.enterContext(ThrowawayPostgres())
        server.restore(self.clone.db_name)
        result = told / "result.json"
        with self.elsewhere(server):
            children = [
                self.fork(lambda _env, number=number: self.write_through(told, number))
                for number in range(4)
            ]
            try:
                for _restart in range(2):
                    time.sleep(1.5)
                    server.restart()
                time.sleep(1.5)
            finally:
                for child in children:
                    os.kill(child, signal.SIGKILL)
                    os.waitpid(child, 0)
            os.waitpid(self.fork(lambda env: self.examine(env, result)), 0)
        found = json.loads(result.read_text())
        self.assertEqual(found["breaks"], {str(each): [] for each in self.companies})
        committed = told_in(told)
        self.assertGreater(len(committed), 12)
        rows = [detail for detail in found["details"] if detail in committed]
        self.assertEqual(sorted(rows), sorted(committed))
        self.assertFalse(found["unsealed"])
        restarts = {line for line in committed if line.endswith("after 2")}
        self.assertTrue(restarts, "nobody wrote after the restarts")

    def write_through(self, told, number):
        """Write for ever, connecting anew when the database goes away."""
        losses = 0
        with (told / str(number)).open("w") as file:
            for row in range(100_000):
                detail = f"test on {number} {row} after {losses}"
                try:
                    with self.clone.cursor() as cr:
                        self.record(api.Environment(cr, self.user, {}), detail)
                except Exception:  # noqa: BLE001 -- whatever a lost connection raises
                    losses += self.wait_for_database()
                    continue
                file.write(f"{detail}\n")
                file.flush()

    def wait_for_database(self):
        for _attempt in range(200):
            with contextlib.suppress(Exception), self.clone.cursor() as cr:
                cr.execute("SELECT 1")
                return 1
            time.sleep(0.05)
        return 1

    def examine(self, env, result):
        """Seal what is left, and write down what the record is."""
        env[LOG].sudo()._seal()
        env.cr.execute("SELECT detail, sequence FROM customer_archive_log")
        rows = env.cr.fetchall()
        companies = env["res.company"].sudo().browse(self.companies)
        found = {
            "details": [detail for detail, _place in rows],
            "unsealed": sum(place is None for _detail, place in rows),
            "breaks": {
                company.id: list(map(str, env[LOG].sudo()._verify(company)[1]))
                for company in companies
            },
        }
        result.write_text(json.dumps(found))

    @contextlib.contextmanager
    def elsewhere(self, server):
        """Let forked processes connect to another server."""
        with patch.dict(config.options, server.options):
            yield


def told_in(folder):
    """Return what writers told to have committed; a last line may be cut."""
    lines = set()
    for path in folder.iterdir():
        if path.name.isdigit():
            lines.update(path.read_text().split("\n")[:-1])
    return lines
