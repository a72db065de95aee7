import base64
import copy
import os
import pickle
import random
from itertools import combinations

from odoo.tests import BaseCase, tagged

from odoo.addons.customer_archive.tools import keyring
from odoo.addons.customer_archive.tools.keyring import context, errors

PLACE = ("database", "customer.archive.secret", "7", "value")


def new_key(suite=keyring.AES, mark="ab"):
    return keyring.DataKey(mark * 16, suite, os.urandom(32))


def bits_flipped(data):
    """Give copies of ``data``, one bit of each byte changed."""
    for index in range(len(data)):
        changed = bytearray(data)
        changed[index] ^= 1 << index % 8
        yield bytes(changed)


@tagged("post_install", "-at_install")
class TestSuites(BaseCase):
    """Requirement I2."""

    def assert_vector(self, suite, key, nonce, plaintext, associated, sealed):
        cipher = suite.cipher(bytes.fromhex(key))
        nonce, plaintext, associated, sealed = map(
            bytes.fromhex, (nonce, plaintext, associated, sealed)
        )
        self.assertEqual(cipher.seal(nonce, plaintext, associated), sealed)
        self.assertEqual(cipher.open(nonce, sealed, associated), plaintext)

    def test_aes_256_gcm(self):
        """Test cases 13, 14 and 16 of the GCM specification sent to NIST."""
        zero = "00" * 32
        self.assert_vector(
            keyring.AES, zero, "00" * 12, "", "", "530f8afbc74536b9a963b4f1c4cb738b"
        )
        self.assert_vector(
            keyring.AES,
            zero,
            "00" * 12,
            "00" * 16,
            "",
            "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919",
        )
        self.assert_vector(
            keyring.AES,
            "feffe9928665731c6d6a8f9467308308" * 2,
            "cafebabefacedbaddecaf888",
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
            "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
            "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
            "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
            "76fc6ece0f4e1768cddf8853bb2d551b",
        )

    def test_sm4_gcm(self):
        """RFC 8998, appendix A.1."""
        self.assert_vector(
            keyring.SM,
            "0123456789abcdeffedcba9876543210",
            "00001234567800000000abcd",
            "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
            "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
            "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
            "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
            "83de3541e4c2b58177e065a9bf7b62ec",
        )

    def test_digests(self):
        """FIPS 180-4 and GB/T 32905, example 1."""
        self.assertEqual(
            keyring.AES.digest(b"abc").hex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        )
        self.assertEqual(
            keyring.SM.digest(b"abc").hex(),
            "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
        )

    def test_macs(self):
        """RFC 4231, case 2; with SM3 by the definition of RFC 2104."""
        key, data = b"Jefe", b"what do ya want for nothing?"
        self.assertEqual(
            keyring.AES.mac(key, data).hex(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        )
        inner, outer = (
            bytes(byte ^ pad for byte in key.ljust(64, b"\0")) for pad in (0x36, 0x5C)
        )
        digest = keyring.SM.digest
        self.assertEqual(
            keyring.SM.mac(key, data), digest(outer + digest(inner + data))
        )

    def test_derivation(self):
        """HKDF by the definition of RFC 5869, extract then expand."""
        for suite in keyring.SUITES.values():
            info = context.encode(("a", "b"))
            extracted = suite.mac(b"salt", b"secret")
            expected = suite.mac(extracted, info + b"\x01")
            self.assertEqual(suite.derive(b"secret", ("a", "b"), b"salt"), expected)
            self.assertNotEqual(suite.derive(b"secret", ("ab",), b"salt"), expected)

    def test_numbers(self):
        for suite in keyring.SUITES.values():
            self.assertIs(keyring.by_number(suite.number), suite)
        with self.assertRaises(ValueError):
            keyring.by_number(3)

    def test_key_of_wrong_size(self):
        for suite in keyring.SUITES.values():
            with self.assertRaises(ValueError):
                suite.cipher(b"k" * 31)


@tagged("post_install", "-at_install")
class TestContext(BaseCase):
    def test_unambiguous(self):
        parts = [(), ("",), ("", ""), ("a", "bc"), ("ab", "c"), ("abc",), ("a", "b")]
        parts += [("a",), ("a", ""), ("", "a"), ("\x00\x00\x00\x01a",), ("资料",)]
        for one, other in combinations(parts, 2):
            self.assertNotEqual(context.encode(one), context.encode(other))

    def test_texts_only(self):
        for wrong in ("abc", ("a", 7), (b"a",), ["a"], None):
            with self.assertRaises(TypeError):
                context.encode(wrong)

    def test_injective(self):
        dice = random.Random(1)
        signs = ["", "a", "b", "资", "\0", "\x01", "\ud800", "\0\0\0\x01a"]
        places = {}
        for _turn in range(20_000):
            parts = tuple(
                dice.choice(signs) + dice.choice(signs)
                for _part in range(dice.randrange(4))
            )
            self.assertEqual(places.setdefault(context.encode(parts), parts), parts)


@tagged("post_install", "-at_install")
class TestEnvelope(BaseCase):
    def assert_refused(self, key, envelope, place=PLACE):
        with self.assertRaises(keyring.Tampered) as caught:
            key.open(envelope, place)
        return caught.exception.code

    def test_round_trip(self):
        for suite in keyring.SUITES.values():
            key = new_key(suite)
            for size in (0, 1, 15, 16, 17, 4096, 100_000):
                value = os.urandom(size)
                envelope = key.seal(value, PLACE)
                self.assertEqual(key.open(envelope, PLACE), value)
                self.assertEqual(key.open(memoryview(envelope), PLACE), value)
                self.assertEqual(keyring.key_id_of(envelope), key.id)
                self.assertEqual(len(envelope), size + 46)

    def test_format(self):
        for suite in keyring.SUITES.values():
            key = new_key(suite)
            envelope = keyring.seal(key, b"value", PLACE)
            self.assertEqual(envelope[:2], bytes([1, suite.number]))
            self.assertEqual(envelope[2:18].hex(), key.id)
            self.assertEqual(keyring.open_(key, envelope, PLACE), b"value")

    def test_same_value_differs(self):
        key = new_key()
        self.assertEqual(len({key.seal(b"v", PLACE)[18:] for _turn in range(100)}), 100)

    def test_every_changed_byte(self):
        for suite in keyring.SUITES.values():
            key = new_key(suite)
            for changed in bits_flipped(key.seal(b"a secret value", PLACE)):
                self.assertIn(self.assert_refused(key, changed), ("tampered", "format"))

    def test_every_truncation(self):
        for suite in keyring.SUITES.values():
            key = new_key(suite)
            envelope = key.seal(b"a secret value", PLACE)
            for size in range(len(envelope)):
                self.assert_refused(key, envelope[:size])
            self.assert_refused(key, envelope + b"\0")

    def test_other_place(self):
        key = new_key()
        envelope = key.seal(b"value", PLACE)
        for index in range(len(PLACE)):
            place = PLACE[:index] + ("other",) + PLACE[index + 1 :]
            self.assert_refused(key, envelope, place)
        self.assert_refused(key, envelope, PLACE[:-1])
        self.assert_refused(key, envelope, ())

    def test_other_key(self):
        for suite in keyring.SUITES.values():
            envelope = new_key(suite).seal(b"value", PLACE)
            self.assert_refused(new_key(suite), envelope)
            self.assert_refused(new_key(suite, "cd"), envelope)

    def test_other_suite(self):
        key = new_key()
        twin = keyring.DataKey(key.id, keyring.SM, key.secret)
        self.assert_refused(twin, key.seal(b"value", PLACE))

    def test_unknown_formats(self):
        key = new_key()
        envelope = key.seal(b"value", PLACE)
        for changed in (b"\x02" + envelope[1:], b"\x01\x09" + envelope[2:]):
            self.assertEqual(self.assert_refused(key, changed), "format")
        self.assertEqual(self.assert_refused(key, b""), "truncated")


@tagged("post_install", "-at_install")
class TestDataKey(BaseCase):
    def test_hides_its_secret(self):
        for suite in keyring.SUITES.values():
            key = new_key(suite)
            shown = f"{key!r} {key} {[key]}"
            self.assertIn(key.id, shown)
            for form in (key.secret.hex(), repr(key.secret)[2:-1]):
                self.assertNotIn(form, shown)

    def test_is_not_stored(self):
        for refused in (pickle.dumps, copy.deepcopy):
            with self.assertRaises(TypeError):
                refused(new_key())

    def test_malformed(self):
        for wrong in ("AB" * 16, "ab", "ab" * 17, "zz" * 16, None):
            with self.assertRaises(ValueError):
                keyring.DataKey(wrong, keyring.AES, b"s" * 32)
        with self.assertRaises(ValueError):
            keyring.DataKey("ab" * 16, keyring.AES, b"s" * 16)

    def test_derived_keys_are_independent(self):
        key = new_key()
        keys = {key.derive(purpose) for purpose in ("content", "log", "blind index")}
        keys |= {key.secret, keyring.DataKey("ab" * 16, keyring.SM, key.secret).secret}
        self.assertEqual(len(keys), 4)
        self.assertEqual(key.derive("content"), key.derive("content"))
        self.assertEqual({len(each) for each in keys}, {32})

    def test_blind_index(self):
        for suite in keyring.SUITES.values():
            key = new_key(suite)
            index = key.blind_index("6222020200000000000", ("bank",))
            self.assertRegex(index, "^[0-9a-f]{64}$")
            again = keyring.DataKey(key.id, suite, key.secret)
            self.assertEqual(index, again.blind_index("6222020200000000000", ("bank",)))
            others = {
                key.blind_index("6222020200000000001", ("bank",)),
                key.blind_index("6222020200000000000", ("identity",)),
                key.blind_index("6222020200000000000", ()),
                new_key(suite).blind_index("6222020200000000000", ("bank",)),
            }
            self.assertEqual(len(others - {index}), 4)
        self.assertNotEqual(
            key.blind_index("bc", ("a",)), key.blind_index("c", ("ab",))
        )
        with self.assertRaises(TypeError):
            key.blind_index("c", "ab")


@tagged("post_install", "-at_install")
class TestErrors(BaseCase):
    def test_code_and_text(self):
        for error in (
            errors.tampered(),
            errors.truncated(),
            errors.unknown_format("file"),
        ):
            self.assertTrue(error.code.isidentifier())
            self.assertIn("estore it from a backup", str(error))
            self.assertIsInstance(error, keyring.KeyringError)
            again = pickle.loads(pickle.dumps(error))
            self.assertEqual((again.code, str(again)), (error.code, str(error)))

    def test_malformed_master_keys_are_not_shown(self):
        secret = base64.b64encode(os.urandom(31)).decode()
        for text in (f"a:{secret}", f"{secret}", f"a:!{secret}", f"{secret}:a", ""):
            with self.assertRaises(keyring.KeyringError) as caught:
                keyring.MasterKeys.from_text(text)
            error = caught.exception
            self.assertEqual(error.code, "format")
            self.assertNotIn(secret, f"{error} {error!r} {error.__context__!r}")
