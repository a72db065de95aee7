"""The chain as plain Python; what a whole record finds out is in test_tamper."""

from dataclasses import replace

from odoo.tests import BaseCase, tagged

from odoo.addons.customer_archive.tools import chain
from odoo.addons.customer_archive.tools.chain import Anchor, Break, Chain, Verifier

KEY = bytes(range(32))
COMPANY = 7


def values(place, /, **changes):
    return {
        "company_id": COMPANY,
        "sequence": place,
        "id": 100 + place,
        "date": "2026-01-01 00:00:00",
        "user_id": 2,
        "event": "view",
        "model": "customer.archive",
        "res_id": 5,
        "archive_id": 5,
        "detail": f"row {place}",
        "commitment": None,
        **changes,
    }


def record(count, algorithm="sha256", notes=(), **changes):
    """Return the sealed rows of a record, and its chain.

    :param notes: dict of the free texts by place
    """
    keyed, rows, previous = Chain(KEY, algorithm), [], chain.START
    for sequence in range(1, count + 1):
        note = dict(notes).get(sequence)
        row = values(sequence, **changes.get(f"row{sequence}", {}))
        if note:
            row["commitment"] = keyed.commitment(COMPANY, sequence, note)
        text = chain.text_of(row)
        previous = keyed.digest(previous, text)
        rows.append(
            chain.Row(
                sequence,
                text,
                previous,
                keyed.mac(previous, text),
                note,
                row["commitment"],
                row["event"],
                row["archive_id"],
            )
        )
    return rows, keyed


def found(rows, keyed, anchors=(), unsealed=0):
    verifier = Verifier(keyed, COMPANY, anchors)
    for row in rows:
        verifier.feed(row)
    return list(map(str, verifier.finish(unsealed)))


def anchor_at(rows, keyed, count, /, **changes):
    digest = rows[count - 1].digest
    mac = keyed.anchor_mac("here", count, digest)
    return replace(Anchor(count, digest, mac, "here"), **changes)


@tagged("post_install", "-at_install")
class TestChain(BaseCase):
    def test_untouched(self):
        for algorithm in chain.HASHES.values():
            rows, keyed = record(6, algorithm, {2: "why"})
            anchors = [anchor_at(rows, keyed, count) for count in (3, 6)]
            for each in (keyed, Chain(None, algorithm)):
                self.assertEqual(found(rows, each, anchors), [])

    def test_empty(self):
        self.assertEqual(found([], Chain(KEY)), [])
        rows, keyed = record(3)
        self.assertEqual(found([], keyed, [anchor_at(rows, keyed, 3)]), ["cut 1-3"])

    def test_text_is_unambiguous(self):
        """No two rows have the same text: fields are parted, and nothing is zero."""
        row = values(1)
        self.assertEqual(chain.text_of(row).count(chain.SEPARATOR), 10)
        self.assertEqual(
            chain.text_of({**row, "res_id": False}),
            chain.text_of({**row, "res_id": None}),
        )
        self.assertNotEqual(
            chain.text_of({**row, "res_id": 0}), chain.text_of({**row, "res_id": None})
        )

    def test_algorithms_and_keys_differ(self):
        seals = {
            Chain(key, algorithm).mac("a", "b")
            for key in (KEY, KEY[::-1])
            for algorithm in chain.HASHES.values()
        }
        self.assertEqual(len(seals), 4)

    def test_uses_of_the_key_are_apart(self):
        """A row's seal is no commitment, no ticket and no anchor's seal."""
        keyed = Chain(KEY)
        seals = {
            keyed.mac("1 1", "x"),
            keyed.commitment(1, 1, "x"),
            keyed.anchor_mac("x", 1, "1"),
            keyed.ticket({**values(1), "note": "x"}),
        }
        self.assertEqual(len(seals), 4)

    def test_ticket_covers_all_but_the_place(self):
        keyed = Chain(KEY)
        row = {**values(1), "note": "why"}
        ticket = keyed.ticket(row)
        self.assertEqual(keyed.ticket({**row, "id": 5, "sequence": 9}), ticket)
        for name in set(row) - {"id", "sequence", "commitment"}:
            self.assertNotEqual(keyed.ticket({**row, name: "other"}), ticket, name)

    def test_each_field_is_sealed(self):
        rows, keyed = record(3)
        for name in chain.FIELDS:
            text = chain.text_of(values(2, **{name: 99}))
            altered = [rows[0], rows[1]._replace(text=text), rows[2]]
            self.assertEqual(found(altered, keyed), ["altered 2"], name)
            self.assertEqual(found(altered, Chain(None)), ["altered 2"], name)

    def test_row_behind_an_altered_one_is_clean(self):
        """Its own seal speaks for it, even if nothing is left to be linked to."""
        rows, keyed = record(4)
        text = chain.text_of(values(2, detail="other"))
        for change in (
            {"digest": "0" * 64},
            {"digest": None},
            {"digest": "é"},
            {"text": text, "digest": "0" * 64, "mac": None},
        ):
            altered = [rows[0], rows[1]._replace(**change), *rows[2:]]
            self.assertEqual(found(altered, keyed), ["altered 2"], change)

    def test_altered_neighbours_are_all_named(self):
        rows, keyed = record(6)
        for row in (2, 3, 5):
            text = chain.text_of(values(row, detail="other"))
            rows[row - 1] = rows[row - 1]._replace(text=text)
        expected = ["altered 2", "altered 3", "altered 5"]
        self.assertEqual(found(rows, keyed), expected)
        self.assertEqual(found(rows, Chain(None)), expected)

    def test_forged_seals(self):
        rows, keyed = record(3)
        for mac in ("", "-", "é", None, rows[0].mac):
            forged = [rows[0], rows[1]._replace(mac=mac), rows[2]]
            self.assertEqual(found(forged, keyed), ["forged 2"], mac)
            self.assertEqual(found(forged, Chain(None)), [])

    def test_another_key(self):
        rows, _keyed = record(3)
        expected = ["forged 1", "forged 2", "forged 3"]
        self.assertEqual(found(rows, Chain(KEY[::-1])), expected)

    def test_gaps(self):
        rows, keyed = record(9)
        del rows[6:8], rows[3], rows[0]
        expected = ["missing 1", "missing 4", "missing 7-8"]
        self.assertEqual(found(rows, keyed), expected)
        self.assertEqual(found(rows, Chain(None)), expected)

    def test_same_place_twice(self):
        """Whichever of the two comes first, the row behind them is clean."""
        rows, keyed = record(4)
        text = chain.text_of(values(2, detail="other"))
        digest = keyed.digest(rows[0].digest, text)
        forged = rows[1]._replace(text=text, digest=digest, mac="")
        for pair in ([forged, rows[1]], [rows[1], forged]):
            both = [rows[0], *pair, *rows[2:]]
            expected = ["duplicate 2", "forged 2"]
            self.assertEqual(found(both, keyed), expected)
            anchors = [anchor_at(rows, keyed, 2)]
            self.assertEqual(found(both, keyed, anchors), expected)
            self.assertEqual(found(both, Chain(None)), ["duplicate 2"])

    def test_out_of_order_and_below_the_first(self):
        rows, keyed = record(4)
        below = rows[0]._replace(sequence=0)
        self.assertEqual(found([below, *rows], keyed), ["altered 0"])
        exchanged = [rows[0], rows[2], rows[1], rows[3]]
        self.assertEqual(found(exchanged, keyed), ["duplicate 2", "missing 2"])

    def test_behind_another_row(self):
        """A row sealed in a copy of the record that went on in another way."""
        rows, keyed = record(4)
        other, _keyed = record(4, row2={"detail": "other"})
        self.assertEqual(found([*other[:2], *rows[2:]], keyed), ["unlinked 3"])
        self.assertEqual(found([*other[:2], *rows[2:]], Chain(None)), ["altered 3"])

    def test_notes(self):
        rows, keyed = record(4, notes={1: "one", 2: "two", 3: "three"})
        rows[0] = rows[0]._replace(note="other")
        rows[1] = rows[1]._replace(note=None)
        rows[3] = rows[3]._replace(note="none was here")
        self.assertEqual(found(rows, keyed), ["note 1", "erased 2", "note 4"])
        self.assertEqual(found(rows, Chain(None)), ["erased 2"])

    def test_erasure_speaks_for_the_rows_of_its_file_before_it(self):
        erase = {"event": "erase"}
        notes = {1: "mine", 2: "other file", 4: "later", 5: "no file"}
        rows, keyed = record(
            6,
            notes=notes,
            row2={"archive_id": 6},
            row3=erase,
            row5={"archive_id": None},
            row6={**erase, "archive_id": None},
        )
        rows = [row._replace(note=None) for row in rows]
        expected = ["erased 2", "erased 4", "erased 5"]
        self.assertEqual(found(rows, keyed), expected)
        forged = [*rows[:2], rows[2]._replace(mac=""), *rows[3:]]
        self.assertEqual(
            found(forged, keyed), ["erased 1", "erased 2", "forged 3", *expected[1:]]
        )

    def test_separators_in_a_field_shift_nothing(self):
        rows, keyed = record(3)
        text = chain.text_of(values(2, detail="a\x1fb"))
        digest = keyed.digest(rows[0].digest, text)
        shifted = rows[1]._replace(
            text=text, digest=digest, mac=keyed.mac(digest, text)
        )
        self.assertEqual(found([rows[0], shifted], keyed), ["altered 2"])

    def test_anchor_of_rows_that_are_gone(self):
        rows, keyed = record(9)
        anchors = [anchor_at(rows, keyed, count) for count in (3, 6, 9)]
        self.assertEqual(found(rows[:4], keyed, anchors), ["cut 5-9"])
        self.assertEqual(found(rows[:4], keyed), [])

    def test_anchor_of_other_rows(self):
        """Up to the last anchor that fits, the rows are what they were."""
        rows, keyed = record(9)
        other, _keyed = record(9, row5={"detail": "other"})
        anchors = [anchor_at(rows, keyed, count) for count in (3, 6, 8)]
        expected = ["rewritten 4-6", "rewritten 4-8"]
        self.assertEqual(found(other, keyed, anchors), expected)
        self.assertEqual(found(other, Chain(None), anchors), expected)

    def test_anchor_of_an_altered_row(self):
        rows, keyed = record(4)
        anchors = [anchor_at(rows, keyed, 3)]
        rows[2] = rows[2]._replace(digest="0" * 64)
        self.assertEqual(found(rows, keyed, anchors), ["altered 3"])
        text = chain.text_of(values(3, detail="other"))
        rows[2] = rows[2]._replace(text=text)
        self.assertEqual(found(rows, keyed, anchors), ["altered 3", "rewritten 3"])

    def test_forged_anchor_accuses_nobody(self):
        """But one that somebody brings is believed, whatever its seal."""
        rows, keyed = record(4)
        for changes in ({"mac": ""}, {"mac": "é"}, {"context": "there"}):
            forged = anchor_at(rows, keyed, 3, digest="0" * 64, **changes)
            self.assertEqual(found(rows, keyed, [forged]), ["anchor 3"])
        beyond = anchor_at(rows, keyed, 3, count=9)
        self.assertEqual(found(rows, keyed, [beyond]), ["anchor 9"])
        brought = replace(forged, outside=True)
        self.assertEqual(found(rows, keyed, [brought]), ["rewritten 1-3", "anchor 3"])
        unsealed = anchor_at(rows, keyed, 3, mac="", outside=True)
        self.assertEqual(found(rows, keyed, [unsealed]), [])

    def test_anchor_file(self):
        good = {
            "format": 1,
            "database": "d",
            "company_id": 7,
            "date": "2026-01-01 00:00:00",
            "count": 3,
            "digest": "ab",
            "mac": "cd",
        }
        anchor = Anchor.from_file(good, "d", 7)
        self.assertEqual(anchor, Anchor(3, "ab", "cd", "d 7 2026-01-01 00:00:00"))
        for name, value in (
            ("format", 2),
            ("database", "e"),
            ("company_id", 8),
            ("count", 0),
            ("count", "3"),
            ("count", True),
            ("digest", None),
        ):
            with self.subTest(name), self.assertRaises(ValueError):
                Anchor.from_file({**good, name: value}, "d", 7)
        for wrong in ([], "x", None, {}):
            with self.assertRaises((KeyError, TypeError)):
                Anchor.from_file(wrong, "d", 7)

    def test_beginning_behind_a_row(self):
        rows, keyed = record(5)
        verifier = Verifier(keyed, COMPANY)
        verifier.start_after(2, rows[1].digest)
        for row in rows[2:]:
            verifier.feed(row)
        self.assertEqual(verifier.finish(), [])

    def unvouched(self, rows, *places):
        """Return rows of which some have no seal, though they follow well."""
        return [
            row._replace(mac=chain.UNWITNESSED) if row.sequence in places else row
            for row in rows
        ]

    def check(self, rows, keyed):
        verifier = Verifier(keyed, COMPANY)
        for row in rows:
            verifier.feed(row)
        return verifier.finish(), verifier.notes

    def test_written_while_the_key_was_away(self):
        """A sealed row behind them tells of them, by id and number."""
        late = {"event": "key", "detail": "late 2 103 104"}
        rows, keyed = record(6, row5=late)
        breaks, notes = self.check(self.unvouched(rows, 3, 4), keyed)
        self.assertEqual(breaks, [])
        self.assertEqual(notes, [Break(chain.LATE, 3, 4, "2026-01-01 00:00:00")])

    def test_forged_beside_what_was_late(self):
        """Of more, of others, behind it, or told of by a row that is forged itself."""
        forged = chain.FORGED
        for told, places, expected in (
            ("late 1 103 104", (3, 4), (3, 4)),
            ("late 2 103 104", (2, 3, 4), (2,)),
            ("late 3 103 106", (3, 4, 6), (6,)),
            ("late 2 103 104", (3, 4, 5), (3, 4, 5)),
            ("rotate m2", (3, 4), (3, 4)),
        ):
            with self.subTest(told, places=places):
                rows, keyed = record(6, row5={"event": "key", "detail": told})
                breaks, _notes = self.check(self.unvouched(rows, *places), keyed)
                self.assertEqual(breaks, [Break(forged, at, at) for at in expected])

    def test_unsealed(self):
        rows, keyed = record(2)
        verifier = Verifier(keyed, COMPANY)
        for row in rows:
            verifier.feed(row)
        self.assertEqual(verifier.finish(3), [Break("unsealed", 3, 5)])
