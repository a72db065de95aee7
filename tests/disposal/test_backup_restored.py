"""A destruction in a database of its own: what backups, dumps and killed jobs bring."""

import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from freezegun import freeze_time

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.sql_db import close_db
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import config, mute_logger

from odoo.addons.customer_archive.models.encryption.customer_archive_keyring import (
    KeyProblem,
)
from odoo.addons.customer_archive.tools import verify_record

from ..copies.papers_case import stored
from ..support import clone
from .disposal_case import LIST, DisposalCase, printed

LOG = "customer.archive.log"
ERASURE = "odoo.addons.customer_archive.models.disposal.customer_archive_erasure"
PLANTED = (
    *("Planted", "PLANTED77", "021-77770001", "6222000077770002"),
    *("planted@party.example", "13977770003"),
)


class Killed(BaseException):
    """As if the server had been killed here."""


@tagged("post_install", "-at_install")
class TestRestored(BaseCase):
    """Requirements F5 and H6: unreadable even from old backups, and erased again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = cls.enterClassContext(clone.cloned_database(get_db_name()))
        cls.name = cls.registry.db_name
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        with clone.scene(cls.registry):
            """Only the people, who are committed."""
        cls.serial = 0

    @contextlib.contextmanager
    def case(self):
        """Give a :class:`DisposalCase` on what is committed; commits on leaving."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            case = type("Case", (DisposalCase, clone._Bare), {"env": env})
            case.company = env.company
            case.buyer = env.ref("customer_archive.category_buyer")
            case.serial = type(self).serial
            found = env["res.users"].with_context(active_test=False)
            found = found.search([("login", "=like", "t\\_%")])
            case.users = {user.login[2:]: user for user in found}
            yield case()
            type(self).serial = case.serial

    def prepare(self, files=1):
        """Commit an approved list of files full of personal values."""
        with self.case() as case:
            made = [self.planted(case) for _number in range(files)]
            case.over(*made)
            disposal = case.approve(case.listed(*made))
            return [file.id for file in made], disposal.id

    def planted(self, case):
        party = case.partner(
            "Planted Trading", phone="021-77770001", email="planted@party.example"
        )
        party.child_ids[0].phone = "13977770003"
        file = case.registered(partner=party)
        case.collect(file, b"Planted scan")
        case.env["customer.archive.secret"].with_user(case.users["sales"]).create(
            {"archive_id": file.id, "kind": "passport", "value": "PLANTED77"}
        )
        file.message_post(body="Planted words", subtype_xmlid="mail.mt_note")
        [application] = case.apply_to_close(file, reason="Planted reason")
        case.by(application, "head").action_approve("Planted comment")
        return file

    def carry_out(self, disposal_id):
        """Have an approved list carried out by its people, up to the job."""
        with self.case() as case:
            case.witnessed(case.env[LIST].browse(disposal_id))

    def run_job(self):
        with self.case() as case, freeze_time(case.today() + timedelta(days=8)):
            case.env[LIST]._cron_retention()

    def dump(self, name):
        path = self.folder / name
        with path.open("wb") as target:
            subprocess.run(
                ["pg_dump", "--no-owner", self.name], stdout=target, check=True
            )
        return path

    def found_in(self, path):
        """Return the planted values that a dump tells, and where."""
        found, table = [], ""
        with path.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if line.startswith("COPY "):
                    table = line.split()[1]
                if any(value in line for value in PLANTED):
                    found.append((table, line[:300]))
        return found

    def restore(self, path):
        """Put an older state of the database back; return its registry."""
        Registry.delete(self.name)
        close_db(self.name)
        clone.drop(self.name)
        create = ["createdb", "-T", "template0", "-E", "UTF8", self.name]
        subprocess.run(create, check=True)
        with path.open("rb") as source:
            subprocess.run(
                ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", self.name],
                stdin=source,
                stdout=subprocess.DEVNULL,
                check=True,
            )
        with clone._no_test_suites():
            type(self).registry = Registry(self.name)

    def verify(self, record, *arguments):
        done = subprocess.run(
            [sys.executable, verify_record.__file__, str(record)]
            + list(map(str, arguments)),
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def export(self, name="record.jsonl"):
        path = self.folder / name
        with self.case() as case, path.open("w", encoding="utf-8") as target:
            target.writelines(case.env[LOG]._exported(case.company))
        return path

    def test_yesterdays_dump_stays_unreadable_and_is_erased_again(self):
        [file_id], disposal_id = self.prepare()
        dump = self.dump("before.sql")
        self.assertTrue(self.found_in(dump))
        filestore = Path(config.filestore(self.name))
        backup = self.folder / "filestore"
        shutil.copytree(filestore, backup)
        self.carry_out(disposal_id)
        # Tests print no PDF of their own accord.
        reports = self.registry["ir.actions.report"]
        made = (printed("Certificate"), "pdf")
        with patch.object(reports, "_render_qweb_pdf", lambda *_args, **_kw: made):
            self.run_job()
        with self.case() as case:
            disposal = case.env[LIST].browse(disposal_id)
            file = case.env["customer.archive"].browse(file_id)
            self.assertEqual((disposal.state, file.state), ("done", "destroyed"))
            certificate = disposal.certificate_ids.filtered(
                lambda each: each.mimetype == "application/json"
            )
            path = self.folder / "certificate.json"
            path.write_bytes(stored(certificate))
            pdf = stored(disposal.certificate_pdf_id)
            path.with_suffix(".pdf").write_bytes(pdf)
            keystore = case.env["customer.archive.keyring"]._folder()
        self.check_certificate(path, keystore)
        left = self.found_in(self.dump_again("after.sql"))
        self.assertEqual(left, [])

        # The backup of the day before comes back, with all its stored copies.
        shutil.rmtree(filestore)
        shutil.copytree(backup, filestore)
        self.restore(dump)
        with self.case() as case:
            file = case.env["customer.archive"].browse(file_id)
            self.assertEqual(file.state, "closed")
            for secret in file.secret_ids:
                with self.assertRaises(KeyProblem):
                    secret._opened()
            copies = file.document_ids.attachment_ids
            self.assertTrue(copies)
            for copy in copies:
                with self.assertRaises(KeyProblem):
                    copy._archive_content_key()
        self.run_job()
        with self.case() as case:
            file = case.env["customer.archive"].browse(file_id)
            disposal = case.env[LIST].browse(disposal_id)
            self.assertEqual(file.state, "destroyed")
            self.assertFalse(disposal.certificate)
            self.assertEqual(disposal.state, "done")
            self.assertTrue(disposal.line_ids.is_repeated)
            logs = case.env[LOG].search(
                [("archive_id", "=", file_id), ("event", "=", "erase")]
            )
            self.assertEqual(len(logs), 1)
            self.assertIn("again", logs.detail)
            result = case.env[LOG].with_user(case.users["auditor"]).verify()
            self.assertEqual(result["breaks"], [])
        self.assertEqual(self.found_in(self.dump_again("again.sql")), [])
        code, output = self.verify(self.export("again.jsonl"), "--keystore", keystore)
        self.assertEqual(code, 0, output)
        # Nothing is done a second time.
        self.run_job()
        with self.case() as case:
            domain = [("archive_id", "=", file_id), ("event", "=", "erase")]
            self.assertEqual(case.env[LOG].search_count(domain), 1)

    def dump_again(self, name):
        """Dump it as it is a day later: dialogs and the bus are emptied by then."""
        with self.case() as case:
            case.env.cr.execute("DELETE FROM bus_bus")
            for name_ in ("dispose", "dispose.step", "decision"):
                model = case.env[f"customer.archive.{name_}"]
                case.env.cr.execute(
                    f"UPDATE {model._table} SET write_date = '2020-01-01',"
                    " create_date = '2020-01-01'"
                )
                model._transient_vacuum()
        return self.dump(name)

    def check_certificate(self, path, keystore):
        record = self.export()
        code, output = self.verify(record, "--certificate", path)
        self.assertEqual(code, 0, output)
        code, output = self.verify(
            record, "--certificate", path, "--keystore", keystore
        )
        self.assertEqual(code, 0, output)
        self.assertIn("1 keys destroyed, 0 contradictions, as it was made", output)
        self.check_print(record, path.with_suffix(".pdf"))
        values = json.loads(path.read_text())
        self.assertFalse([word for word in PLANTED if word in path.read_text()])
        for words, change in {
            "is another one": lambda file: file["erasure"].update(digest="0" * 64),
            "has no erasure": lambda file: file["erasure"].update(sequence=1),
            "isn't in the certificate": lambda file: file["record"].pop(),
            "the record has no row": lambda file: file["record"].append([0, "", None]),
            "isn't destroyed": lambda file: file.update(key="0" * 32),
            "at another time": lambda file: file.update(key_destroyed_at="2020-01-01"),
        }.items():
            with self.subTest(words):
                forged = json.loads(json.dumps(values))
                change(forged["files"][0])
                other = self.folder / "forged.json"
                other.write_text(json.dumps(forged))
                code, output = self.verify(
                    record, "--certificate", other, "--keystore", keystore
                )
                self.assertEqual(code, 1, output)
                self.assertIn(words, output)

        # What the record's rows don't tell is vouched for by its digest.
        for change in ({"executed_by": "x"}, {"executed_by": "x", "format": 1}):
            other.write_text(json.dumps({**values, **change}))
            code, output = self.verify(record, "--certificate", other)
            self.assertEqual(code, 1, output)
            self.assertIn("another one with this number", output)

    def check_print(self, record, path):
        code, output = self.verify(record, "--certificate", path)
        self.assertEqual(code, 0, output)
        self.assertIn("print as it was made", output)
        path.write_bytes(printed("Forged"))
        code, output = self.verify(record, "--certificate", path)
        self.assertEqual(code, 1, output)
        self.assertIn("the record knows no such print", output)

    def test_killed_anywhere_nothing_is_done_twice_or_left(self):
        file_ids, disposal_id = self.prepare(3)
        self.carry_out(disposal_id)
        crons = self.registry["ir.cron"]
        commit = crons._commit_progress
        for round_ in range(60):
            calls, limit = [], 1 + round_ // 2

            def killing(cron, *args, calls=calls, limit=limit, after=round_ % 2, **kw):
                calls.append(None)
                if len(calls) == limit and not after:
                    raise Killed
                result = commit(cron, *args, **kw)
                if len(calls) == limit:
                    raise Killed
                return result

            try:
                with patch.object(crons, "_commit_progress", killing):
                    self.run_job()
                break
            except Killed:
                continue
        self.assertGreater(round_, 5)
        self.run_job()
        with self.case() as case:
            disposal = case.env[LIST].browse(disposal_id)
            self.assertEqual(disposal.state, "done")
            self.assertEqual(set(disposal.line_ids.mapped("state")), {"done"})
            files = case.env["customer.archive"].browse(file_ids)
            self.assertEqual(set(files.mapped("state")), {"destroyed"})
            self.assertFalse(any(files.mapped("erasure_pending")))
            keystore = case.env["customer.archive.keyring"]._keystore()
            for file in files:
                self.assertTrue(keystore.is_destroyed(file.key_id))
                domain = [("archive_id", "=", file.id), ("event", "=", "erase")]
                self.assertEqual(case.env[LOG].search_count(domain), 1)
            certificates = disposal.certificate_ids.filtered(
                lambda each: each.mimetype == "application/json"
            )
            self.assertEqual(len(certificates), 1)
            told = json.loads(stored(certificates))["files"]
            self.assertEqual({file["archive_id"] for file in told}, set(file_ids))
            self.assertTrue(all(file["key_destroyed_at"] for file in told))

    @mute_logger(ERASURE)
    def test_without_the_keystore_the_rest_waits(self):
        [file_id], disposal_id = self.prepare()
        self.carry_out(disposal_id)
        keys = self.registry["customer.archive.keyring"]
        problem = KeyProblem("gone", "no_keystore")
        with (
            patch.object(keys, "_keystore", side_effect=problem),
            mute_logger(
                "odoo.addons.customer_archive.models.audit.customer_archive_log"
            ),
        ):
            self.run_job()
        with self.case() as case:
            file = case.env["customer.archive"].browse(file_id)
            self.assertEqual(file.state, "destroyed")
            self.assertTrue(file.erasure_pending)
            self.assertEqual(case.env[LIST].browse(disposal_id).state, "running")
        self.run_job()
        with self.case() as case:
            file = case.env["customer.archive"].browse(file_id)
            self.assertFalse(file.erasure_pending)
            self.assertEqual(case.env[LIST].browse(disposal_id).state, "done")
