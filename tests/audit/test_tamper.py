"""Ways to alter the access record, and what each is found to be."""

import json
from contextlib import contextmanager
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_archive.models.common.sentinel import as_system
from odoo.addons.customer_archive.tools import chain

from .record_case import LOG, RecordCase
from .tampering import EDITS, TAMPERINGS


@tagged("post_install", "-at_install")
class TestTamper(RecordCase, TransactionCase):
    """A is the company whose record is altered: 12 rows, anchored at the 8th.

    B has 8 rows between them, anchored at the 6th.

    Requirement I3.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows_of(cls.a, 8)
        cls.rows_of(cls.b, 6)
        cls.env[LOG]._seal_rows()
        cls.anchors = cls.env["customer.archive.log.anchor"]
        cls.outside = cls.anchors._anchor(cls.a)._values()
        cls.anchors._anchor(cls.b)
        cls.rows_of(cls.a, 4, start=9)
        cls.rows_of(cls.b, 2, start=7)
        cls.env[LOG]._seal_rows()

    @contextmanager
    def undone(self):
        """Take back what is done to the database and the folder of anchors."""
        with self.files_undone(), self.undone_database():
            yield

    def test_untouched(self):
        self.assertEqual((self.found(self.a), self.found(self.b)), ([], []))
        self.assertEqual(self.found(self.a, [self.outside]), [])

    def test_tampering(self):
        """Every break is reported, and nothing that wasn't touched."""
        self.assertGreaterEqual(len(EDITS) + len(TAMPERINGS), 25)
        for name, tamper, *expected in [*EDITS, *TAMPERINGS]:
            with self.subTest(name), self.undone():
                tamper(self)
                of_a, of_b = [*expected, []][:2]
                self.assertEqual(self.found(self.a), of_a)
                self.assertEqual(self.found(self.b), of_b)

    def test_several_at_once(self):
        with self.undone():
            with self.unguarded():
                self.sql("DELETE FROM {log} WHERE {a} AND sequence IN (1, 5)")
                self.sql("UPDATE {log} SET detail = 'x' WHERE {a} AND sequence = 3")
                self.sql("UPDATE {log} SET user_id = 2 WHERE {a} AND sequence = 4")
                self.sql("UPDATE {log} SET note = 'x' WHERE {a} AND sequence = 7")
                self.sql("UPDATE {log} SET mac = 'x' WHERE {a} AND sequence = 9")
                self.sql("UPDATE {log} SET digest = 'x' WHERE {b} AND sequence = 2")
                self.sql("DELETE FROM {log} WHERE {b} AND sequence > 4")
            expected = "missing 1, altered 3, altered 4, missing 5, note 7, forged 9"
            self.assertEqual(", ".join(self.found(self.a)), expected)
            self.assertEqual(self.found(self.b), ["altered 2", "cut 5-6"])

    def test_what_goes_on_behind_is_clean(self):
        """A broken end is named, and what is recorded after it is sealed as ever."""
        with self.undone():
            with self.unguarded():
                self.sql("UPDATE {log} SET detail = 'x' WHERE {a} AND sequence = 12")
            self.rows_of(self.a, 3, start=13)
            with self.assertLogs(f"{self.logger}_sealing", "ERROR") as logged:
                self.env[LOG]._seal_rows()
            self.assertIn("isn't as it was sealed", logged.output[0])
            self.assertEqual(self.found(self.a), ["altered 12"])

    def test_older_copy(self):
        """Rows that no anchor knows can be cut unseen; that is what anchors are for."""
        with self.undone():
            later = self.anchors._anchor(self.a)._values()
            with self.unguarded():
                self.sql("DELETE FROM {log} WHERE {a} AND sequence > 10")
            self.assertEqual(self.found(self.a), ["cut 11-12"])
            self.forget_anchors()
            self.assertEqual(self.found(self.a), [])
            self.assertEqual(self.found(self.a, [self.outside]), [])
            self.assertEqual(self.found(self.a, [later]), ["cut 11-12"])

    def test_truncated_and_continued(self):
        with self.undone():
            with self.unguarded():
                self.sql("DELETE FROM {log} WHERE {a} AND sequence > 6")
            self.rows_of(self.a, 5, start=20)
            self.env[LOG]._seal_rows()
            self.assertEqual(self.found(self.a), ["rewritten 1-8"])

    def test_rewritten_with_the_key(self):
        """Whoever has the key, the database and the folder is told on by others."""
        with self.undone():
            self.rewrite(self.env[LOG]._keyed_chain(), from_place=4)
            self.assertEqual(self.found(self.a), ["rewritten 1-8"])
            self.forget_anchors()
            self.assertEqual(self.found(self.a), [])
            self.anchors._anchor(self.a)
            self.assertEqual(self.found(self.a), [])
            self.assertEqual(self.found(self.a, [self.outside]), ["rewritten 1-8"])

    def test_rewritten_with_another_key(self):
        with self.undone():
            keys = self.env.registry["customer.archive.keyring"]
            other = (bytes(32), "sha256")
            self.rewrite(chain.Chain(*other), from_place=1)
            with patch.object(keys, "_record_key", lambda _self: other):
                self.assertEqual(self.found(self.a), ["anchor 8"])
                self.forget_anchors()
                self.assertEqual(self.found(self.a), [])
                self.assertEqual(
                    self.found(self.a, [self.outside]), ["rewritten 1-8", "anchor 8"]
                )

    def test_anchors_of_others_are_refused(self):
        log = self.env[LOG].with_company(self.b)
        wrong = [
            {**self.outside, "database": "another"},
            {**self.outside, "company_id": self.b.id, "database": "another"},
            {**self.outside, "company_id": self.b.id, "count": "many"},
            self.outside,
            {},
            "text",
            None,
            7,
        ]
        for anchor in wrong:
            with self.subTest(anchor), self.assertRaisesRegex(UserError, "anchor"):
                log.verify([anchor])

    def test_files_that_are_no_anchors(self):
        """What stands in an anchor's place is no anchor, and the anchor is missed."""
        for content in ("{", "[]", "{}", json.dumps({**self.outside, "count": 0})):
            with self.subTest(content), self.undone():
                [path] = self.anchor_files(self.a)
                path.unlink()
                path.write_text(content)
                with self.assertLogs(f"{self.logger}_anchor", "WARNING"):
                    self.assertEqual(self.found(self.a), ["lost 8"])

    def test_server_stopped_while_anchoring(self):
        """The file was written, the row wasn't committed: it is taken in."""
        with self.undone():
            with self.undone_database():
                self.anchors._anchor(self.a)
            self.assertEqual(self.found(self.a), ["lost 12"])
            self.assertFalse(self.anchors._anchor(self.a))
            self.assertEqual(self.found(self.a), [])

    def test_cron_reports_once_and_goes_on(self):
        """A cut record is reported whole, and what is new is anchored all the same."""
        with self.undone():
            with self.unguarded():
                self.sql("DELETE FROM {log} WHERE {a} AND sequence > 7")
                self.sql("UPDATE {log} SET detail = 'x' WHERE {a} AND sequence = 2")
            self.rows_of(self.a, 1, start=8)
            self.env[LOG]._seal_rows()
            with self.assertLogs(f"{self.logger}_anchor", "ERROR") as logged:
                self.assertTrue(self.anchors._anchor(self.a))
            self.assertIn("rewritten 1-8, altered 2", logged.output[0])
            self.assertFalse(self.anchors._anchor(self.a))

    # What the tamperings are made of

    @contextmanager
    def undone_database(self):
        savepoint = self.env.cr.savepoint()
        try:
            yield
        finally:
            self.env.invalidate_all(flush=False)
            savepoint.close(rollback=True)

    def forget_anchors(self):
        as_system(self.anchors.search([("company_id", "=", self.a.id)])).unlink()
        for path in self.anchor_files(self.a):
            path.unlink()

    def rewrite(self, keyed, from_place, detail="rewritten"):
        """Make every row anew from a place on, with such seals as ``keyed`` gives."""
        log = self.env[LOG]
        rows = list(log._rows_of(self.a))
        previous = rows[from_place - 2].digest if from_place > 1 else chain.START
        with self.unguarded():
            for row in rows[from_place - 1 :]:
                parts = row.text.split(chain.SEPARATOR)
                parts[chain.FIELDS.index("detail")] = detail
                if row.note and keyed.key:
                    commitment = keyed.commitment(self.a.id, row.sequence, row.note)
                    parts[chain.FIELDS.index("commitment")] = commitment
                text = chain.SEPARATOR.join(parts)
                previous = keyed.digest(previous, text)
                self.sql(
                    "UPDATE {log} SET detail = %s, commitment = %s, digest = %s,"
                    " mac = %s WHERE {a} AND sequence = %s",
                    detail,
                    parts[-1] or None,
                    previous,
                    keyed.mac(previous, text) if keyed.key else row.mac,
                    row.sequence,
                )
