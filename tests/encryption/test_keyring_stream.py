import hashlib
import io
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from odoo.addons.customer_archive.tools import keyring
from odoo.addons.customer_archive.tools.keyring import stream

TOOLS = Path(keyring.__file__).resolve().parents[1]
KEY = bytes(range(32))
PLACE = ("database", "ir.attachment", "7")
CHUNK = 1024
SEALED = CHUNK + 16
HEADER = 38
SIZES = (0, 1, 15, 1023, 1024, 1025, 2047, 2048, 2049, 5000, 8192)

MEMORY = """
import io, sys
sys.path.insert(0, {tools!r})
import keyring
class Source:
    left = {size}
    def read(self, size):
        size = min(size, self.left)
        self.left -= size
        return bytes(size)
with open({path!r}, "w+b") as file:
    assert keyring.encrypt(bytes(32), keyring.AES, Source(), file) == {size}
    reader = keyring.Reader(bytes(32), file)
    reader.verify()
    done = 0
    while part := reader.read(1 << 20):
        assert not any(part[::4096])
        done += len(part)
    assert done == {size}
# Not ru_maxrss: that includes what the parent had when it started this process.
status = open("/proc/self/status").read()
print(int(status.split("VmHWM:")[1].split()[0]))
"""


class Slow(io.BytesIO):
    """A raw file that takes and gives a few bytes at a time."""

    def read(self, size=-1):
        return super().read(min(size, 7) if size > 0 else size)

    def write(self, data):
        return super().write(data[:5])


def encrypted(plaintext, suite=keyring.AES, key=KEY, place=PLACE):
    target = io.BytesIO()
    with patch.object(stream, "CHUNK_BITS", 10):
        size = keyring.encrypt(key, suite, io.BytesIO(plaintext), target, place)
    assert size == len(plaintext)
    return target.getvalue()


def reader(data, key=KEY, place=PLACE):
    return keyring.Reader(key, io.BytesIO(data), place)


def chunks(data):
    body = data[HEADER:]
    return [body[at : at + SEALED] for at in range(0, len(body), SEALED)]


@tagged("post_install", "-at_install")
class TestKeyringStream(BaseCase):
    def assert_refused(self, data, **values):
        """Nothing is read of ``data``, by whole, by parts or by checking."""
        codes = set()
        for use in (
            lambda file: file.read(),
            lambda file: file.verify(),
            lambda file: [file.read(100) for _part in range(100)],
        ):
            with self.assertRaises(keyring.Tampered) as caught:
                use(reader(data, **values))
            codes.add(caught.exception.code)
        self.assertLessEqual(codes, {"tampered", "truncated", "format"})

    def test_round_trip(self):
        for suite in keyring.SUITES.values():
            for size in SIZES:
                plaintext = os.urandom(size)
                data = encrypted(plaintext, suite)
                file = reader(data)
                self.assertEqual(file.size, size)
                self.assertEqual(file.read(), plaintext)
                self.assertEqual(file.read(), b"")
                file.verify()
                count = max(1, -(-size // CHUNK))
                self.assertEqual(len(data), HEADER + size + 16 * count)

    def test_header(self):
        for suite in keyring.SUITES.values():
            data = encrypted(b"x", suite)
            self.assertEqual(data[:6], b"CAF" + bytes([1, suite.number, 10]))
        self.assertEqual(len({encrypted(b"x")[6:HEADER] for _turn in range(50)}), 50)

    def test_default_chunks(self):
        plaintext = os.urandom((1 << stream.CHUNK_BITS) * 3 + 1)
        target = io.BytesIO()
        keyring.encrypt(KEY, keyring.AES, io.BytesIO(plaintext), target)
        self.assertEqual(keyring.Reader(KEY, target).read(), plaintext)

    def test_random_access(self):
        dice = random.Random(1)
        for suite in keyring.SUITES.values():
            plaintext = dice.randbytes(5000)
            data = encrypted(plaintext, suite)
            file = reader(data)
            for _turn in range(400):
                start, size = dice.randrange(5200), dice.randrange(3000)
                self.assertEqual(file.seek(start), start)
                self.assertEqual(file.read(size), plaintext[start : start + size])
                self.assertEqual(
                    file.tell(), max(start, min(start + size, len(plaintext)))
                )

    def test_is_a_file(self):
        plaintext = bytes(range(256)) * 10
        file = reader(encrypted(plaintext))
        self.assertTrue(file.readable() and file.seekable() and not file.writable())
        self.assertEqual(file.seek(-10, os.SEEK_END), 2550)
        self.assertEqual(file.seek(5, os.SEEK_CUR), 2555)
        self.assertEqual(file.read(), plaintext[-5:])
        for offset, whence in ((-1, 0), (-3000, 2), (0, 9)):
            with self.assertRaises(ValueError):
                file.seek(offset, whence)
        self.assertEqual(io.BufferedReader(reader(encrypted(b"text"))).read(2), b"te")

    def test_closing(self):
        inner = io.BytesIO(encrypted(b"text"))
        with keyring.Reader(KEY, inner, PLACE) as file:
            file.read(1)
        self.assertTrue(inner.closed)
        for use in (file.read, file.tell, file.verify, lambda: file.seek(0)):
            with self.assertRaises(ValueError):
                use()

    def test_a_file_that_does_not_open_stays_open(self):
        inner = io.BytesIO(b"nothing of the kind" * 10)
        with self.assertRaises(keyring.Tampered):
            keyring.Reader(KEY, inner)
        self.assertFalse(inner.closed)

    def test_partial_reads_and_writes(self):
        plaintext = os.urandom(5000)
        target = Slow()
        with patch.object(stream, "CHUNK_BITS", 10):
            keyring.encrypt(KEY, keyring.AES, Slow(plaintext), target)
        self.assertEqual(keyring.Reader(KEY, target).read(), plaintext)

    def test_digest(self):
        digest, target = hashlib.sha256(), io.BytesIO()
        keyring.encrypt(KEY, keyring.AES, io.BytesIO(b"x" * 99), target, digest=digest)
        self.assertEqual(digest.digest(), hashlib.sha256(target.getvalue()).digest())

    def test_too_many_chunks(self):
        with patch.object(stream, "MAX_CHUNKS", 3):
            encrypted(bytes(3 * CHUNK))
            with self.assertRaises(keyring.KeyringError) as caught:
                encrypted(bytes(3 * CHUNK + 1))
        self.assertEqual(caught.exception.code, "too_large")

    def test_flipped_bits(self):
        dice = random.Random(2)
        for suite in keyring.SUITES.values():
            data = encrypted(os.urandom(3000), suite)
            places = [*range(HEADER + 4), *range(len(data) - 20, len(data))]
            places += [dice.randrange(len(data)) for _turn in range(100)]
            for place in places:
                changed = bytearray(data)
                changed[place] ^= 1 << dice.randrange(8)
                with self.assertRaises(keyring.Tampered):
                    reader(bytes(changed)).read()
                with self.assertRaises(keyring.Tampered):
                    reader(bytes(changed)).verify()

    def test_truncated(self):
        for suite in keyring.SUITES.values():
            data = encrypted(os.urandom(4 * CHUNK), suite)
            borders = [HEADER + SEALED * index for index in range(5)]
            cuts = {border + off for border in borders for off in (-17, -16, -1, 0, 1)}
            cuts |= {0, 1, HEADER - 1, HEADER + 16}
            for cut in sorted(cut for cut in cuts if cut < len(data)):
                with self.assertRaises(keyring.Tampered):
                    reader(data[:cut])
            for tail in (b"\0", bytes(16), bytes(SEALED), data[HEADER:]):
                self.assert_refused(data + tail)

    def test_moved_chunks(self):
        for suite in keyring.SUITES.values():
            data = encrypted(os.urandom(4 * CHUNK), suite)
            head, (a, b, c, d) = data[:HEADER], chunks(data)
            orders = [(b, a, c, d), (a, c, b, d), (d, b, c, a), (a, a, b, c, d)]
            orders += [(a, b, d), (b, c, d), (a, b, c), (a, b, c, d, d), (a, b, c, c)]
            for order in orders:
                self.assert_refused(head + b"".join(order))

    def test_chunk_of_another_file(self):
        one, other = (encrypted(os.urandom(3 * CHUNK)) for _turn in range(2))
        own, foreign = chunks(one), chunks(other)
        self.assert_refused(one[:HEADER] + own[0] + foreign[1] + own[2])
        self.assert_refused(one[:HEADER] + other[HEADER:])

    def test_other_key_or_place(self):
        for size in (0, 3000):
            data = encrypted(os.urandom(size))
            for values in (
                {"key": bytes(32)},
                {"place": ()},
                {"place": (*PLACE[:-1], "8")},
                {"place": ("databaseir.attachment7",)},
            ):
                with self.assertRaises(keyring.Tampered):
                    reader(data, **values).verify()
                if size:
                    self.assert_refused(data, **values)

    def test_unknown_formats(self):
        data = encrypted(b"text")
        for place, value in ((0, 0x63), (3, 2), (4, 9), (5, 9), (5, 21), (5, 255)):
            changed = bytearray(data)
            changed[place] = value
            with self.assertRaises(keyring.Tampered) as caught:
                reader(bytes(changed))
            self.assertEqual(caught.exception.code, "format")

    def test_nothing_comes_from_a_damaged_chunk(self):
        plaintext = os.urandom(4 * CHUNK)
        data = bytearray(encrypted(plaintext))
        data[HEADER + 2 * SEALED + 100] ^= 1
        file = reader(bytes(data))
        self.assertEqual(file.read(2 * CHUNK), plaintext[: 2 * CHUNK])
        for _again in range(2):
            buffer = bytearray(CHUNK)
            with self.assertRaises(keyring.Tampered):
                file.readinto(buffer)
            self.assertEqual(bytes(buffer), bytes(CHUNK))
            self.assertEqual(file.tell(), 2 * CHUNK)
        file.seek(3 * CHUNK)
        self.assertEqual(file.read(), plaintext[3 * CHUNK :])

    def test_an_end_that_is_lost_while_it_is_read(self):
        inner = io.BytesIO(encrypted(os.urandom(3 * CHUNK)))
        file = keyring.Reader(KEY, inner, PLACE)
        inner.truncate(len(inner.getvalue()) - 1)
        with self.assertRaises(keyring.Tampered):
            file.verify(0, 1)

    def test_verify_looks_where_it_is_told(self):
        data = bytearray(encrypted(os.urandom(4 * CHUNK)))
        data[HEADER + SEALED + 100] ^= 1
        file = reader(bytes(data))
        for start, end in ((0, CHUNK), (2 * CHUNK, None), (0, 0), (9999, None)):
            file.verify(start, end)
        for start, end in ((0, CHUNK + 1), (CHUNK, CHUNK + 1), (2 * CHUNK - 1, None)):
            with self.assertRaises(keyring.Tampered):
                file.verify(start, end)

    def test_a_file_that_shrinks_while_it_is_read(self):
        inner = io.BytesIO(encrypted(os.urandom(3 * CHUNK)))
        file = keyring.Reader(KEY, inner, PLACE)
        inner.truncate(HEADER + SEALED + 5)
        self.assertEqual(len(file.read(CHUNK)), CHUNK)
        with self.assertRaises(keyring.Tampered):
            file.read()

    def test_memory_does_not_grow_with_the_file(self):
        peaks = []
        with tempfile.TemporaryDirectory() as folder:
            for size in (10_000_000, 200_000_000):
                path = os.path.join(folder, "file")
                code = MEMORY.format(tools=str(TOOLS), size=size, path=path)
                output = subprocess.check_output([sys.executable, "-c", code])
                peaks.append(int(output))
        small, large = peaks
        self.assertLess(large, small * 1.1)
