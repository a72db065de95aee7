from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.models.common.sentinel import as_system
from odoo.addons.customer_archive.models.disposal.customer_archive_erasure import _empty
from odoo.addons.customer_archive.models.disposal.erasure_table import OF_FILES

from ..support.common import PASSWORD
from .register_case import RUN, RegisterCase

RULES = "odoo.addons.base.models.ir_rule"
ACCESS = "odoo.addons.base.models.ir_model"


@tagged("post_install", "-at_install")
class TestRegisterRun(RegisterCase, TransactionCase):
    """An export in the background, from the dialog to its end. Requirement H9."""

    def setUp(self):
        super().setUp()
        self.own = self.archive(partner=self.partner("Own Ltd"))
        self.other = self.archive("sales_other", partner=self.partner("Others Ltd"))

    # What comes of it

    def test_from_the_dialog_to_the_workbook(self):
        run = self.waiting("sales")
        self.assertEqual((run.state, run.percentage), ("waiting", 0))
        with self.told() as told:
            self.work()
        self.assertEqual((run.state, run.percentage, run.message), ("done", 100, False))
        count = len(self.dialog("sales")._records())
        self.assertEqual((run.rows_done, run.rows_total), (count, count))
        [(title, texts)] = self.texts(self.content(run)).items()
        self.assertEqual(title, "Supplier customer summary")
        self.assertIn("Own Ltd", texts)
        self.assertNotIn("Others Ltd", texts)
        [(login, message)] = told
        self.assertEqual((login, message["id"]), ("sales", run.id))
        self.assertIn("is ready", message["message"])
        self.assertEqual(
            self.exported("sales")[-1:],
            ["1: register H1"] if count == 1 else [f"{count}: register H1"],
        )
        self.assertIn(str(run.attachment_id.id), run.action_download()["url"])
        self.assertTrue(run.attachment_id.name.endswith(".xlsx"))
        # Nothing is left to do.
        with self.told() as told:
            self.work()
        self.assertFalse(told)

    def test_rights_and_language_are_those_of_the_time(self):
        run = self.waiting("sales")
        self.users["sales"].lang = "zh_CN"
        self.other.sudo().user_id = self.users["sales"]
        self.work()
        texts = self.texts(self.content(run))
        self.assertIn("供应商/客户汇总表".replace("/", " "), texts)
        self.assertIn("Others Ltd", [each for part in texts.values() for each in part])

    def test_the_filter_is_kept(self):
        values = {
            "department_ids": self.departments["sales"].ids,
            "category_ids": self.prospect.ids,
            "state": "draft",
        }
        odd = self.archive("sales", self.prospect, partner=self.partner("Odd Ltd"))
        run = self.waiting("auditor", **values)
        self.work()
        [texts] = self.texts(self.content(run)).values()
        self.assertIn("Odd Ltd", texts)
        self.assertNotIn("Own Ltd", texts)
        chosen = self.waiting(
            "auditor", scope="selected", archive_ids=(self.own + odd).ids
        )
        self.work()
        self.assertEqual(chosen.rows_total, 2)

    def test_several_wait(self):
        runs = [self.waiting("sales"), self.waiting("auditor"), self.waiting("sales")]
        self.work()
        self.assertEqual([run.state for run in runs], ["done"] * 3)
        # Nobody's run is read with another's rights.
        domain = [("model", "=", RUN), ("event", "=", "denied")]
        self.assertFalse(self.env["customer.archive.log"].search(domain))

    # What goes wrong

    def test_nothing_to_export(self):
        run = self.waiting("sales", state="draft")
        self.own.sudo().unlink()
        with self.told() as told:
            self.work()
        self.assertEqual(run.state, "failed")
        self.assertIn("Nothing to export", run.message)
        self.assertEqual(told[0][1]["type"], "danger")
        self.assertFalse(run.attachment_id)
        with self.assertRaisesRegex(UserError, "export it again"):
            run.action_download()
        with self.assertRaisesRegex(UserError, "already ended"):
            run.action_cancel()

    def test_rights_lost_before(self):
        taken, left = self.waiting("clerk"), self.waiting("sales")
        self.users["clerk"].group_ids = [(6, 0, self.env.ref("base.group_user").ids)]
        self.users["sales"].active = False
        with mute_logger(RULES, ACCESS):
            self.work()
        for run in (taken.sudo(), left.sudo()):
            self.assertEqual((run.state, run.attachment_id.id), ("failed", False))
            self.assertTrue(run.message)
        self.assertFalse(self.exported("clerk") or self.exported("sales"))

    def test_error(self):
        run, next_run = self.waiting("sales"), self.waiting("auditor")
        register = type(self.env["customer.archive.register"])
        real = register.write_book

        def broken(registers, *args):
            if registers.env.user == self.users["sales"]:
                raise ValueError("broken")
            return real(registers, *args)

        logger = "odoo.addons.customer_archive.models.registers"
        logger += ".customer_archive_register_run"
        with patch.object(register, "write_book", broken), mute_logger(logger):
            self.work()
        self.assertEqual((run.state, next_run.state), ("failed", "done"))
        self.assertNotIn("broken", run.message)

    def test_server_that_is_stopped_each_time(self):
        run, other = self.waiting("sales"), self.waiting("auditor")
        as_system(run.sudo()).starts = 10
        with self.told() as told:
            self.work()
        self.assertEqual((run.state, other.state), ("failed", "done"))
        self.assertEqual([login for login, _message in told], ["auditor", "sales"])

    # Cancelled

    def test_cancelled_while_waiting(self):
        run = self.waiting("sales")
        run.action_cancel()
        self.work()
        self.assertEqual((run.state, run.attachment_id.id), ("cancelled", False))

    # Who may

    def test_only_the_user(self):
        run = self.waiting("sales")
        self.work()
        stored = run.sudo().attachment_id
        for role, user in self.users.items():
            may = role == "sales"
            as_role = run.with_user(user)
            with self.subTest(role), mute_logger(RULES, ACCESS):
                self.assertEqual(as_role.has_access("read"), may)
                self.assertEqual(stored.with_user(user).has_access("read"), may)
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(as_role.has_access(operation))
                if not may:
                    with self.assertRaises(AccessError):
                        as_role.action_cancel()
                    with self.assertRaises(AccessError):
                        as_role.action_download()
                for values in ({"state": "waiting"}, {"user_id": user.id}):
                    with self.assertRaises(AccessError):
                        as_role.write(values)
                with self.assertRaises(AccessError):
                    self.env[RUN].with_user(user).create(
                        {"user_id": user.id, "company_id": self.company.id}
                    )
                with self.assertRaises(UserError):
                    stored.with_user(user).unlink()
                with self.assertRaises(AccessError):
                    as_role.unlink()

    def test_rights_lost_since(self):
        """Each way to lose a right; what came to it since doesn't matter."""
        run = self.waiting("sales")
        self.work()
        self.archive(partner=self.partner("New Ltd"))
        run.action_download()
        user, sales = self.users["sales"], self.own.sudo()
        abroad = self.env["res.company"].create({"name": "Other Ltd"})
        ways = {
            "handed over": lambda: sales.write(
                {"user_id": self.users["sales_other"].id}
            ),
            "classified": lambda: sales.write(
                {"user_id": self.users["sales_other"].id, "security_level": "secret"}
            ),
            "role": lambda: user.write(
                {"group_ids": [(6, 0, self.env.ref("base.group_user").ids)]}
            ),
            "company": lambda: user.write(
                {"company_id": abroad.id, "company_ids": [(6, 0, abroad.ids)]}
            ),
            "deleted": sales.unlink,
        }
        for way, lose in ways.items():
            with self.subTest(way), mute_logger(RULES, ACCESS):
                savepoint = self.env.cr.savepoint()
                lose()
                self.env.invalidate_all()
                with self.assertRaises(AccessError):
                    run.action_download()
                with self.assertRaises(AccessError):
                    run.sudo().attachment_id.with_user(user).raw  # noqa: B018
                savepoint.rollback()
                self.env.invalidate_all()
                # Which groups a user has is remembered.
                self.env.registry.clear_all_caches()
                run.action_download()

    def test_field_taken_since(self):
        register = self.register("summary")
        self.env["customer.archive.register.column"].create(
            {"register_id": register.id, "name": "Credit", "path": "partner_id.credit"}
        )
        finance = self.env.ref("account.group_account_invoice")
        self.users["auditor"].group_ids += finance
        run = self.waiting("auditor")
        self.work()
        run.action_download()
        self.users["auditor"].group_ids -= finance
        register.column_ids.filtered(lambda each: each.name == "Credit").unlink()
        with self.assertRaisesRegex(AccessError, "Export the register again"):
            run.action_download()

    # What becomes of it

    def test_removed_after_its_time(self):
        self.company.archive_register_days = 3
        with freeze_time("2026-03-02 03:00:00"):
            run = self.waiting("sales")
            self.work()
        self.assertEqual(run.keep_until, date(2026, 3, 5))
        stored = run.sudo().attachment_id
        for day, there in ((5, True), (6, False)):
            # An hour before midnight where the company is.
            with freeze_time(f"2026-03-{day:02} 15:00:00"):
                self.work()
            self.assertEqual(bool(stored.exists()), there)
        self.assertEqual((run.state, run.sudo().shown), ("done", False))
        self.assertIn("removed", run.message)

    def test_removed_with_a_file_that_is_destroyed(self):
        run, waiting = self.waiting("sales"), self.waiting("auditor")
        waiting.action_cancel()
        self.work()
        waiting = self.waiting("auditor")
        as_system(waiting.sudo()).state = "running"
        stored = run.sudo().attachment_id
        place = stored.store_fname
        self.assertEqual(self.other.sudo()._erase_registers(), [place])
        self.env.invalidate_all()
        self.assertFalse(stored.exists())
        self.assertIn("destroyed", run.message)
        self.assertEqual(waiting.state, "waiting")

    def test_of_a_file_that_is_destroyed(self):
        """What was written down about a run of selected files goes with one of them."""
        run = self.waiting("sales", archive_ids=self.own.ids, scope="selected")
        self.work()
        own = run.sudo()
        self.assertTrue(own.shown)
        rows = [each for each in self.own.sudo()._rows_to_erase() if each._name == RUN]
        self.assertEqual(rows, [own])
        _empty(own, OF_FILES[own._name])
        self.assertFalse(own.shown)
        self.assertEqual(own.state, "done")


@tagged("post_install", "-at_install")
class TestRegisterRunDownload(RegisterCase, HttpCase):
    HTTP = True

    def fetch(self, role, url):
        self.authenticate(f"t_{role}", PASSWORD)
        return self.url_open(url)

    def test_downloads(self):
        file = self.archive()
        run = self.waiting("sales")
        self.work()
        url = run.action_download()["url"]
        before = len(self.exported("sales", RUN))
        answer = self.fetch("sales", url)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.content[:2], b"PK")
        self.assertEqual(
            self.exported("sales", RUN)[before:],
            [f"attachment {run.attachment_id.id}"],
        )
        for role in ("auditor", "admin", "portal", "sales_other"):
            self.assertEqual(self.fetch(role, url).status_code, 404, role)
        # As one that was made before they couldn't be made any more.
        stored = as_system(run.sudo().attachment_id)
        token = stored.generate_access_token()[0]
        for role in ("auditor", "portal"):
            answer = self.fetch(role, f"{url}&access_token={token}")
            self.assertNotEqual(answer.status_code, 200, role)
        self.authenticate(None, None)
        answer = self.url_open(f"{url}&access_token={token}")
        self.assertNotEqual(answer.content[:2], b"PK")
        file.sudo().user_id = self.users["sales_other"]
        self.env.flush_all()
        self.assertEqual(self.fetch("sales", url).status_code, 404)
