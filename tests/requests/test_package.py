"""Packages for outsiders: opened by their password alone, and whole."""

import hashlib
import io
import json
import struct
import zipfile
import zlib

import pyzipper

from odoo.tests import BaseCase, tagged

from odoo.addons.customer_archive.tools import sharing_package as package

ABOUT = {"request": "SH/2026/0001", "to": "华东律师事务所"}
NAMES = ["江苏恒力金属有限公司_营业执照_2026-03-01.pdf", "Brown & Söhne.xlsx"]
CONTENTS = [b"Markstone " * 90_000, b""]
HOSTILE = {
    "../../etc/passwd": "etc passwd",
    "/root/.ssh/id": "root .ssh id",
    "C:\\Windows\\a.exe": "C Windows a.exe",
    "..": "file",
    "": "file",
    ".pdf": "pdf",
    "a\x00b\n.pdf": "a b.pdf",
    "invoice\u202efdp.exe": "invoice fdp.exe",
    "CON.pdf": "_CON.pdf",
    "nul.tar.gz": "_nul.tar.gz",
    "x. .": "x",
    "zu\u0308.txt": "zü.txt",
    "\ud800.txt": "txt",
}


@tagged("post_install", "-at_install")
class TestPackage(BaseCase):
    def write(self, names=NAMES, contents=CONTENTS, **options):
        stream, password = io.BytesIO(), package.new_password()
        files = [
            (name, io.BytesIO(data)) for name, data in zip(names, contents, strict=True)
        ]
        manifest = package.write_package(stream, files, ABOUT, password, **options)
        return stream, password, manifest

    def read(self, stream, password):
        with pyzipper.AESZipFile(stream) as opened:
            opened.setpassword(password.encode())
            return {name: opened.read(name) for name in opened.namelist()}

    def test_opens_with_its_password(self):
        stream, password, manifest = self.write()
        found = self.read(stream, password)
        self.assertEqual(list(found), [*NAMES, package.MANIFEST])
        self.assertEqual([found[name] for name in NAMES], CONTENTS)
        self.assertEqual(json.loads(found[package.MANIFEST]), manifest)
        self.assertEqual(manifest["about"], ABOUT)
        self.assertRegex(manifest["created"], r"^\d{4}-\d\d-\d\dT[\d:]{8}\+00:00$")
        for told, name, content in zip(manifest["files"], NAMES, CONTENTS, strict=True):
            digest = hashlib.sha256(content).hexdigest()
            self.assertEqual(
                told,
                {
                    "name": name,
                    "original_name": name,
                    "size": len(content),
                    "sha256": digest,
                },
            )

    def test_stays_closed_otherwise(self):
        stream, password, _manifest = self.write()
        self.assertNotIn(b"Markstone", stream.getvalue())
        self.assertNotIn("律师".encode(), stream.getvalue())
        for other in ("", password[:-1], password.lower(), package.new_password()):
            for name in (*NAMES, package.MANIFEST):
                with self.subTest(other=other, name=name):
                    with pyzipper.AESZipFile(stream) as opened:
                        opened.setpassword(other.encode() or None)
                        with self.assertRaises(RuntimeError):
                            opened.read(name)
                    with (
                        zipfile.ZipFile(stream) as plain,
                        self.assertRaises((RuntimeError, NotImplementedError)),
                    ):
                        plain.read(name, password.encode())

    def test_altered_content_is_noticed(self):
        stream, password, _manifest = self.write()
        data = bytearray(stream.getvalue())
        with zipfile.ZipFile(stream) as opened:
            info = opened.infolist()[0]
        data[info.header_offset + 30 + len(NAMES[0].encode()) + 200] ^= 1
        with self.assertRaises((pyzipper.BadZipFile, zlib.error)):
            self.read(io.BytesIO(data), password)

    def test_format(self):
        """As other programs read it: AES of 256 bits, version AE-2, names in UTF-8."""
        stream, _password, _manifest = self.write()
        with zipfile.ZipFile(stream) as opened:
            infos = opened.infolist()
        for info in infos:
            self.assertEqual(info.compress_type, 99)
            self.assertTrue(info.flag_bits & 1)
            at = info.extra.index(struct.pack("<H", 0x9901))
            fields = struct.unpack_from("<HHH2sBH", info.extra, at)
            self.assertEqual(fields, (0x9901, 7, 2, b"AE", 3, 8))
            if not info.filename.isascii():
                self.assertTrue(info.flag_bits & 0x800)

    def test_words(self):
        def words(manifest):
            return "移交清单\n" + "\n".join(each["name"] for each in manifest["files"])

        stream, password, _manifest = self.write(words=words)
        text = self.read(stream, password)[package.WORDS].decode("utf-8-sig")
        self.assertEqual(text.split("\r\n"), ["移交清单", *NAMES])

    def test_hostile_names(self):
        for name, safe in HOSTILE.items():
            with self.subTest(repr(name)):
                self.assertEqual(package.safe_name(name), safe)
        for name in ("档" * 300 + ".pdf", "a" * 300, "😀" * 200 + ".txt"):
            safe = package.safe_name(name)
            self.assertLessEqual(len(safe.encode()), 255)
            self.assertEqual(safe[-4:] == name[-4:], "." in name or name[-1] == "a")
        names = ["a.pdf", "A.PDF", "a.pdf", "manifest.json", "Manifest.TXT", "../a.pdf"]
        stream, password, _manifest = self.write(names, [b"x"] * len(names))
        found = [*self.read(stream, password)]
        self.assertEqual(
            found,
            [
                "a.pdf",
                "A (2).PDF",
                "a (3).pdf",
                "manifest (2).json",
                "Manifest (2).TXT",
                "a (4).pdf",
                "manifest.json",
            ],
        )

    def test_refused(self):
        for files, password in (([], "x"), ([("a", io.BytesIO())], "")):
            with self.assertRaises(ValueError):
                package.write_package(io.BytesIO(), files, {}, password)

    def test_parts(self):
        """Files are read in parts, not as a whole."""
        sizes = []

        class Source(io.BytesIO):
            def read(self, size=-1):
                sizes.append(size)
                return super().read(size)

        files = [("a.bin", Source(b"x" * 3 * package.PART))]
        package.write_package(io.BytesIO(), files, {}, "x")
        self.assertEqual(set(sizes), {package.PART})

    def test_passwords(self):
        found = {package.new_password() for _each in range(200)}
        self.assertEqual(len(found), 200)
        for each in found:
            groups = each.split("-")
            self.assertEqual([len(group) for group in groups], [4] * 6)
            self.assertFalse(set("".join(groups)) - set(package.ALPHABET))
        self.assertEqual(len(set(package.ALPHABET)), len(package.ALPHABET))
        self.assertFalse(set("0O1IL2Z5S8BU") & set(package.ALPHABET))
