"""Exports that are killed, cancelled or overtaken while they are under way.

With real commits and threads: what one transaction shows to another is the matter.
"""

import contextlib
import threading
import time
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.registers import progress

from ..support.clone import at_once, cloned_database, scene
from .register_case import EXPORT, RUN, RegisterCase


class Killed(BaseException):
    """What ends a worker ends its transaction."""


@tagged("post_install", "-at_install")
class TestRegisterRunUnderWay(RegisterCase, TransactionCase):
    def test_under_way(self):
        with cloned_database(self.env.cr.dbname) as self.registry_:
            with scene(self.registry_) as case:
                case.company.archive_register_mailing = True
                for _file in range(3):
                    case.archive()
                self.uid_ = case.users["sales"].id
                self.other = case.archive("sales_other").id
            with patch.object(progress, "EVERY", 0.1):
                for check in (
                    self.killed_anywhere,
                    self.cancelled_under_way,
                    self.cancelled_at_the_end,
                    self.overtaken_by_a_destruction,
                ):
                    with self.subTest(check.__name__):
                        check()

    # What happens

    def killed_anywhere(self):
        """Whatever was done before it died is done once, when it is started again."""
        run = self.ask()
        for step in ("_begin", "_write_export", "_finish", "_record_export"):
            self.die_after(step)
            self.assertIn(self.told(run)["state"], ("waiting", "running"))
        self.assertFalse(self.stored(run) or self.exports())
        for _twice in range(2):
            self.work_there()
            self.assertEqual(self.told(run)["state"], "done")
            self.assertEqual(self.stored(run), 1)
            self.assertEqual(self.exports(), 3)

    # Who cancels while progress is told tries again, and Odoo logs the first attempt.
    @mute_logger("odoo.sql_db")
    def cancelled_under_way(self):
        run = self.ask()
        with self.slowly() as reached:
            worker = threading.Thread(target=self.work_there)
            worker.start()
            self.assertTrue(reached.wait(30))
            self.wait_until(lambda: self.told(run)["percentage"])
            seen = self.told(run)
            self.assertEqual(seen["state"], "running")
            self.assertTrue(0 < seen["percentage"] < 100)
            begun = time.monotonic()
            [answer] = at_once(
                self.registry_,
                [(self.uid_, lambda env: env[RUN].browse(run).action_cancel())],
            )
            self.assertIs(answer, True)
            worker.join(30)
            self.assertLess(time.monotonic() - begun, 2)
        self.assertEqual(self.told(run)["state"], "cancelled")
        before = self.exports()
        self.work_there()
        self.assertEqual(self.told(run)["state"], "cancelled")
        self.assertFalse(self.stored(run))
        self.assertEqual(self.exports(), before)

    def cancelled_at_the_end(self):
        """Between the last row and the storing."""
        run, before = self.ask(), self.exports()
        self.between(lambda env: env[RUN].browse(run).action_cancel(), self.uid_)
        self.assertEqual(self.told(run)["state"], "cancelled")
        self.assertFalse(self.stored(run))
        self.assertEqual(self.exports(), before)

    def overtaken_by_a_destruction(self):
        """What was read before a file was destroyed isn't stored after it."""
        run = self.ask()

        def destroy(env):
            env["customer.archive"].browse(self.other)._erase_registers()

        self.between(destroy, SUPERUSER_ID)
        self.assertEqual((self.told(run)["state"], self.stored(run)), ("waiting", 0))
        self.work_there()
        self.assertEqual((self.told(run)["state"], self.stored(run)), ("done", 1))

    # How

    def env_of(self, cr, uid=SUPERUSER_ID):
        return api.Environment(cr, uid, {})

    def ask(self):
        """Ask for an export in the background; return its id."""
        with self.registry_.cursor() as cr:
            env = self.env_of(cr, self.uid_)
            register = env.ref("customer_archive.register_summary")
            dialog = env[EXPORT].create(
                {"register_id": register.id, "background": True}
            )
            return dialog.action_export()["params"]["next"]["res_id"]

    def work_there(self):
        threading.current_thread().dbname = self.registry_.db_name
        with self.registry_.cursor() as cr:
            self.env_of(cr)[RUN]._cron_run()

    def told(self, run):
        """Return what its user reads of a run."""
        with self.registry_.cursor() as cr:
            env = self.env_of(cr, self.uid_)
            [seen] = env[RUN].browse(run).read(["state", "percentage"])
            return seen

    def stored(self, run):
        with self.registry_.cursor() as cr:
            domain = [("res_model", "=", RUN), ("res_id", "=", run)]
            return self.env_of(cr)["ir.attachment"].search_count(domain)

    def exports(self):
        """Return how many exports of the user are recorded."""
        with self.registry_.cursor() as cr:
            domain = [("user_id", "=", self.uid_), ("event", "=", "export")]
            return self.env_of(cr)["customer.archive.log"].search_count(domain)

    def die_after(self, step):
        model = self.registry_[RUN]
        real = getattr(model, step)

        def dying(run, *args):
            real(run, *args)
            raise Killed

        def uncommitted(run, *args):
            with patch.object(run.env.cr, "commit", side_effect=Killed):
                real(run, *args)

        deadly = uncommitted if step == "_finish" else dying
        with patch.object(model, step, deadly), self.assertRaises(Killed):
            self.work_there()

    def between(self, call, uid):
        """Make the exports; something happens before the last of them is stored."""
        model = self.registry_[RUN]
        real = model._finish

        def late(run, *args):
            [result] = at_once(self.registry_, [(uid, call)])
            self.assertNotIsInstance(result, Exception)
            return real(run, *args)

        with patch.object(model, "_finish", late):
            self.work_there()

    @contextlib.contextmanager
    def slowly(self):
        """Write slowly; give an event that is set once it has begun."""
        reached = threading.Event()
        model = self.registry_["customer.archive.register"]
        real = model.write_book

        def slow(registers, stream, records_of, tell):
            for batch in range(200):
                time.sleep(0.05)
                reached.set()
                tell(1 if batch == 5 else 0)
            return real(registers, stream, records_of, tell)

        with patch.object(model, "write_book", slow):
            yield reached

    def wait_until(self, condition):
        for _try in range(100):
            if condition():
                return
            time.sleep(0.1)
        self.fail("it never came so far")
