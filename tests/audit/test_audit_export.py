"""The exported record, and the verifier that knows nothing of Odoo."""

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_archive.tools import chain, verify_record

from ..support.common import PASSWORD
from .record_case import LOG, RecordedCase

SCRIPT = verify_record.__file__


@tagged("post_install", "-at_install")
class TestRecordExport(RecordedCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users["auditor"].company_ids = [Command.link(cls.a.id)]
        cls.rows_of(cls.a, 12)
        cls.rows_of(cls.b, 2)
        cls.env[LOG]._seal_rows()

    def download(self, role="auditor", company=None):
        self.authenticate(f"t_{role}", PASSWORD)
        url = f"/customer_archive/record/{(company or self.a).id}.jsonl"
        return self.url_open(url)

    def test_file(self):
        """First whose it is, then each row as it was sealed."""
        self.rows_of(self.a, 1, start=13)
        response = self.download()
        self.assertEqual(response.status_code, 200)
        self.assertIn("record-", response.headers["Content-Disposition"])
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        header, *rows = map(json.loads, response.text.splitlines())
        self.assertEqual(
            {name: header[name] for name in ("kind", "format", "company", "rows")},
            {"kind": LOG, "format": 1, "company": "Test A", "rows": 13},
        )
        names = {*chain.FIELDS, "digest", "mac", "note"}
        self.assertTrue(all(set(row) == names for row in rows))
        self.assertEqual([row["sequence"] for row in rows], [*range(1, 13), None])
        self.assertEqual(
            [chain.text_of(row) for row in rows[:-1]],
            [row.text for row in self.env[LOG]._rows_of(self.a)],
        )

    def test_in_batches(self):
        whole = "".join(self.env[LOG]._exported(self.a))
        self.rows_of(self.a, 5, start=13)
        with patch(f"{self.logger}_verification.BATCH", 4):
            lines = list(self.env[LOG]._exported(self.a))
        self.assertEqual(len(lines), 18)
        self.assertEqual(lines[1:13], whole.splitlines(keepends=True)[1:])

    def test_is_recorded(self):
        self.download()
        self.env.invalidate_all()
        row = self.rows("export")
        self.assertEqual(
            (row.user_id, row.model, row.detail, row.company_id),
            (self.users["auditor"], LOG, "record", self.a),
        )

    def test_refused_to_others(self):
        cases = [
            ("management", self.company),
            ("admin", self.company),
            ("sales", self.company),
            ("compliance", self.a),
            ("auditor", self.b),
            ("portal", self.company),
            ("auditor", self.company.browse(4_000_000)),
        ]
        for role, company in cases:
            with self.subTest(role), mute_logger("odoo.http"):
                self.mark()
                response = self.download(role, company)
                self.assertEqual(response.status_code, 403)
                self.assertNotIn("digest", response.text)
                self.env.invalidate_all()
                row = self.rows("denied")
                self.assertEqual(
                    (row.user_id, row.model, row.detail),
                    (self.users[role], LOG, "export"),
                )
        self.authenticate(None, None)
        response = self.url_open(f"/customer_archive/record/{self.a.id}.jsonl")
        self.assertIn("/web/login", response.url)


@tagged("post_install", "-at_install")
class TestVerifyRecord(RecordedCase, HttpCase):
    """The script, run by a Python that finds neither Odoo nor this addon.

    Requirement I3.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows_of(cls.a, 8)
        cls.rows_of(cls.b, 2)
        cls.env[LOG]._seal_rows()
        cls.anchors = cls.env["customer.archive.log.anchor"]
        anchor = cls.anchors._anchor(cls.a)._values()
        cls.rows_of(cls.a, 4, start=9)
        cls.env[LOG]._seal_rows()
        cls.folder_of_files = Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder_of_files)
        cls.lines = list(cls.env[LOG]._exported(cls.a))
        cls.anchor = cls.write("anchor.json", json.dumps(anchor))
        cls.keystore = cls.env["customer.archive.keyring"]._folder()

    @classmethod
    def write(cls, name, text):
        path = cls.folder_of_files / name
        path.write_text(text)
        return path

    def check(self, *arguments, lines=None, python=("-I",), env=None):
        """Return the exit code and the output of the script."""
        record = self.write("record.jsonl", "".join(lines or self.lines))
        command = [sys.executable, *python, SCRIPT, record, *arguments]
        done = subprocess.run(
            list(map(str, command)),
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": os.environ["PATH"], **(env or {})},
        )
        self.assertFalse(done.stderr and done.returncode != 2, done.stderr)
        self.assertNotIn("Traceback", done.stderr)
        return done.returncode, done.stdout + done.stderr

    def changed(self, place, **values):
        lines = list(self.lines)
        row = {**json.loads(lines[place]), **values}
        lines[place] = json.dumps(row) + "\n"
        return lines

    def with_key(self):
        return ("--keystore", self.keystore)

    def test_untouched(self):
        links = "12 rows checked (links only, no key given), 0 anchors: nothing wrong"
        self.assertEqual(self.check()[0], 0)
        self.assertIn(links, self.check()[1])
        code, output = self.check("--anchor", self.anchor, *self.with_key())
        self.assertEqual(code, 0, output)
        self.assertIn("12 rows checked (links and seals), 1 anchors", output)

    def test_needs_nothing_for_links(self):
        """Not even the site's packages, among them cryptography."""
        code, output = self.check("--anchor", self.anchor, python=("-I", "-S"))
        self.assertEqual(code, 0, output)
        code, output = self.check(*self.with_key(), python=("-I", "-S"))
        self.assertEqual(code, 2)
        self.assertIn("needs cryptography", output)

    def test_where_the_keys_are(self):
        copy = self.folder_of_files / "copy"
        shutil.copytree(self.keystore.parent, copy)
        self.addCleanup(shutil.rmtree, copy)
        below = copy / self.keystore.name
        masters = self.folder_of_files / "masters"
        shutil.move(below / "master", masters)
        self.addCleanup(shutil.rmtree, masters)
        self.assertEqual(self.check("--keystore", copy)[0], 2)
        code, output = self.check("--keystore", copy, "--master-keys", masters)
        self.assertEqual(code, 0, output)
        code, output = self.check("--keystore", below, "--master-key-env", "KEYS")
        self.assertEqual(code, 2)
        self.assertIn("KEYS isn't set", output)
        keys = self.as_text(masters)
        given = ("--keystore", below, "--master-key-env", "KEYS")
        code, output = self.check(*given, env={"KEYS": keys})
        self.assertEqual(code, 0, output)

    def as_text(self, masters):
        return ",".join(
            f"{path.stem}:{base64.b64encode(bytes.fromhex(path.read_text())).decode()}"
            for path in masters.glob("*.key")
        )

    def test_tampered(self):
        """Each break in words, with the key and, where it shows, without."""
        detail = self.changed(4, detail="x")
        cases = [
            ("altered", detail, "row 4: the row was altered", True),
            ("gone", [*self.lines[:4], *self.lines[6:]], "rows 4-5: rows", True),
            ("first gone", [self.lines[0], *self.lines[2:]], "row 1: rows", True),
            ("tail", self.lines[:8], "row 8: rows that an anchor knows are gone", True),
            ("twice", [*self.lines, self.lines[5]], "row 5: the same place", True),
            (
                "reordered",
                [*self.lines[:5], self.lines[6], self.lines[5], *self.lines[7:]],
                "row 5: the same place",
                True,
            ),
            ("seal", self.changed(4, mac="x"), "row 4: the row wasn't written", False),
            ("no seal", self.changed(4, mac=None), "row 4: the row wasn't", False),
            ("note", self.changed(3, note="x"), "row 3: the purpose or", False),
            ("no note", self.changed(3, note=None), "row 3: the purpose or", True),
            ("digest", self.changed(4, digest="x"), "row 4: the row was", True),
            ("place", self.changed(4, sequence=-1), "row -1: the row was", True),
            ("user", self.changed(4, user_id="é"), "row 4: the row was", True),
            ("company", self.changed(4, company_id=999999), "row 4: the row was", True),
        ]
        for name, lines, words, links in cases:
            for key in ((), self.with_key()):
                with self.subTest(name, key=bool(key)):
                    given = ("--anchor", self.anchor, *key)
                    code, output = self.check(*given, lines=lines)
                    if key or links:
                        self.assertEqual(code, 1, output)
                        self.assertIn(words, output)
                    else:
                        self.assertEqual(code, 0, output)

    def test_several_at_once(self):
        lines = self.changed(2, detail="x")
        lines[9] = self.changed(9, user_id=3)[9]
        del lines[5]
        code, output = self.check(*self.with_key(), lines=lines)
        self.assertEqual(code, 1)
        found = output.splitlines()[1:-1]
        self.assertEqual(
            [line.partition(":")[0] for line in found],
            ["row 2", "row 5", "row 9", "file"],
        )
        self.assertIn("11 rows, but it says there are 12", found[-1])

    def test_rewritten_with_the_key(self):
        """Only the anchor that somebody kept tells."""
        keyed, previous, lines = self.env[LOG]._keyed_chain(), "", [self.lines[0]]
        for line in self.lines[1:]:
            row = {**json.loads(line), "detail": "x"}
            text = chain.text_of(row)
            previous = keyed.digest(previous, text)
            row |= {"digest": previous, "mac": keyed.mac(previous, text)}
            lines.append(json.dumps(row) + "\n")
        self.assertEqual(self.check(*self.with_key(), lines=lines)[0], 0)
        code, output = self.check("--anchor", self.anchor, lines=lines)
        self.assertEqual(code, 1)
        self.assertIn("rows 1-8: these aren't the rows that an anchor knows", output)

    def test_anchor_in_a_mail(self):
        text = f"Dear auditor,\n{self.anchor.read_text()}\nyours\n"
        mail = self.write("mail.txt", text)
        self.assertEqual(self.check("--anchor", mail, self.anchor)[0], 0)

    def test_pending_rows(self):
        """Those just written wait for their seal; others have slipped in."""
        self.rows_of(self.a, 1, start=13)
        lines = list(self.env[LOG]._exported(self.a))
        code, output = self.check(*self.with_key(), lines=lines)
        self.assertEqual(code, 0, output)
        self.assertIn("1 rows weren't sealed yet", output)
        lines[-1] = json.dumps({**json.loads(lines[-1]), "detail": "x"})
        code, output = self.check(*self.with_key(), lines=lines)
        self.assertEqual(code, 1)
        self.assertIn("row 13: rows that were never sealed", output)

    def test_another_keystore(self):
        """A keystore that doesn't belong to the record is never written to."""
        other = self.folder_of_files / "other"
        keyring = sys.modules["odoo.addons.customer_archive.tools.keyring"]
        master = keyring.MasterKeys.from_folder(other / "master")
        store = keyring.Keystore.create(other, master)
        before = store.path.read_bytes()
        code, output = self.check("--keystore", other)
        self.assertEqual(code, 2)
        self.assertIn("no key named record", output)
        self.assertEqual(store.path.read_bytes(), before)
        store.named_key("record")
        code, output = self.check("--keystore", other)
        self.assertEqual(code, 1)
        self.assertIn("row 12: the row wasn't written by the system", output)

    def test_unusable(self):
        header = json.loads(self.lines[0])
        anchor = json.loads(self.anchor.read_text())

        def headed(**values):
            return [json.dumps({**header, **values}) + "\n", *self.lines[1:]]

        for name, lines in (
            ("empty", ["\n"]),
            ("text", ["text"]),
            ("list", ["[]"]),
            ("nested", ["[" * 100_000]),
            ("other kind", headed(kind="x")),
            ("other format", headed(format=2)),
            ("unknown algorithm", headed(algorithm="md5")),
            ("no count", headed(rows=None)),
            ("no row", [self.lines[0], "{}\n"]),
            ("half a row", [*self.lines[:5], self.lines[5][:40]]),
            ("odd place", self.changed(4, sequence="4")),
            ("odd file", self.changed(4, archive_id=[4])),
        ):
            with self.subTest(name):
                code, output = self.check(lines=lines)
                self.assertEqual(code, 2, output)
                self.assertIn("Can't be checked", output)
        for name, values in (
            ("company", {"company_id": 0}),
            ("database", {"database": "x"}),
            ("count", {"count": -1}),
        ):
            other = self.write("other.json", json.dumps({**anchor, **values}))
            with self.subTest(name):
                self.assertEqual(self.check("--anchor", other)[0], 2)
        self.assertEqual(self.check("--anchor", "/nonexistent")[0], 2)
        self.assertEqual(self.check("--keystore", "/nonexistent")[0], 2)
        self.assertEqual(self.check("--master-keys", "/nonexistent")[0], 2)
