"""A package is opened on a machine without Odoo: complete, or it is said what isn't."""

import hashlib
import io
import json
import random
import tempfile
import zipfile
from pathlib import Path

from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_archive.tools import transfer_package, verify_transfer

from ..copies.viewing_case import chinese_pdf, scan
from .transfer_case import TransferCase

MANIFEST, SEAL, LIST = "manifest.json", "manifest.sha256", "移交清单.xlsx"


def repacked(members):
    """Return a ZIP of a list of (name, content)."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, content in members:
            package.writestr(name, content)
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestVerifyTransfer(TransferCase, TransactionCase):
    """B9: each manipulation is named, by the verifier alone."""

    def setUp(self):
        super().setUp()
        files = [
            self.filed(name) for name in ("苏州机器人配件厂", "华东再生资源有限公司")
        ]
        transfer = self.packed(*files)
        self.digest = transfer.manifest_digest
        self.package = self.written(transfer)
        with zipfile.ZipFile(io.BytesIO(self.package)) as package:
            self.members = [(name, package.read(name)) for name in package.namelist()]
        names = [name for name, _content in self.members]
        self.pdf = next(name for name in names if name.endswith(".pdf"))
        self.photo = next(name for name in names if name.endswith(".jpg"))
        self.xml = next(name for name in names if name.endswith(".xml"))

    def changed(self, **contents):
        """Return the members, some with another content; without it they go."""
        new = {
            {"pdf": self.pdf, "photo": self.photo, "xml": self.xml, "list": LIST}.get(
                key, {"manifest": MANIFEST, "seal": SEAL}.get(key)
            ): content
            for key, content in contents.items()
        }
        changed = [(name, new.get(name, old)) for name, old in self.members]
        return [(name, content) for name, content in changed if content is not None]

    def of(self, name):
        return dict(self.members)[name]

    def told(self, package, *arguments, language="zh"):
        """Return the exit code and the words about a package."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "移交包.zip"
            path.write_bytes(package)
            return self.verify(path, *arguments, language=language)

    def assert_named(self, package, *words, digest=True):
        """Check that exactly these things are found, with the digest or without."""
        given = [("--digest", self.digest), ()] if digest else [()]
        for arguments in given:
            with self.subTest(words, arguments=arguments):
                code, said = self.told(package, *arguments)
                self.assertEqual(code, 1, said)
                for each in words:
                    self.assertIn(each, said)
                self.assertIn(f"发现 {len(words)} 处问题", said)

    def test_complete(self):
        spaced = " ".join(self.digest[at : at + 8] for at in range(0, 64, 8))
        for language, complete, sealed, inner in (
            ("zh", "完整：", "任何改动都会被发现", "只检查了移交包内部是否一致"),
            ("en", "complete: all", "any alteration", "only inner consistency"),
        ):
            with self.subTest(language):
                given = ("--digest", spaced.upper())
                code, said = self.told(self.package, *given, language=language)
                self.assertEqual(code, 0, said)
                self.assertIn(complete, said)
                self.assertIn(sealed, said)
                self.assertNotIn(inner, said)
                code, said = self.told(self.package, language=language)
                self.assertEqual(code, 0, said)
                self.assertIn(inner, said)
                self.assertNotIn(sealed, said)

    def test_content_altered(self):
        altered = self.of(self.pdf)[:-2] + b"!\n"
        self.assert_named(
            repacked(self.changed(pdf=altered)), f"内容被改动：{self.pdf}"
        )

    def test_content_damaged_within_the_zip(self):
        at = self.package.index(self.of(self.photo)[:64]) + 32
        package = bytearray(self.package)
        package[at] ^= 1
        self.assert_named(bytes(package), f"内容被改动：{self.photo}")

    def test_contents_exchanged(self):
        members = self.changed(pdf=self.of(self.photo), photo=self.of(self.pdf))
        self.assert_named(repacked(members), "内容被互换")

    def test_content_replaced_by_another(self):
        members = self.changed(pdf=self.of(self.photo))
        self.assert_named(repacked(members), f"内容被替换：{self.pdf}")

    def test_content_deleted(self):
        self.assert_named(repacked(self.changed(pdf=None)), f"内容缺失：{self.pdf}")

    def test_content_added(self):
        name = f"{self.pdf.rpartition('/')[0]}/补充协议.pdf"
        members = [*self.members, (name, chinese_pdf("补充协议"))]
        self.assert_named(repacked(members), f"多出的内容，清单中没有：{name}")

    def test_content_renamed(self):
        name = self.pdf.replace(".pdf", "（旧）.pdf")
        members = [
            (name if each == self.pdf else each, content)
            for each, content in self.members
        ]
        self.assert_named(repacked(members), f"内容被改名：{self.pdf} 现名 {name}")

    def test_content_twice(self):
        with zipfile.ZipFile(stream := io.BytesIO(), "w") as package:
            for name, content in self.members:
                package.writestr(name, content)
            with self.assertWarns(UserWarning):
                package.writestr(self.pdf, self.of(self.pdf))
        self.assert_named(stream.getvalue(), f"同名内容出现两次：{self.pdf}")

    def test_metadata_edited_and_removed(self):
        edited = self.of(self.xml).replace("案卷".encode(), "案件".encode())
        self.assertNotEqual(edited, self.of(self.xml))
        self.assert_named(
            repacked(self.changed(xml=edited)), f"元数据被改动：{self.xml}"
        )
        self.assert_named(repacked(self.changed(xml=None)), f"元数据缺失：{self.xml}")

    def test_list_replaced(self):
        self.assert_named(
            repacked(self.changed(list=b"PK\x05\x06" + bytes(18))),
            f"移交清单被改动：{LIST}",
        )

    def test_manifest_edited(self):
        edited = self.of(MANIFEST).replace(
            "苏州市档案馆".encode(), "无锡档案馆".encode()
        )
        package = repacked(self.changed(manifest=edited))
        self.assert_named(package, "清单与 manifest.sha256 不符", digest=False)
        code, said = self.told(package, "--digest", self.digest)
        self.assertEqual(code, 1)
        self.assertIn("清单被修改：其摘要", said)

    def test_manifest_removed(self):
        self.assert_named(
            repacked(self.changed(manifest=None)), "缺少清单文件 manifest.json"
        )

    def forged(self, rewrite):
        """Return a package whose content, manifest and seal were written anew."""
        content = scan(size=(320, 240))
        manifest = json.loads(self.of(MANIFEST))
        for entry in manifest["entries"]:
            if entry["path"] == self.photo:
                rewrite(entry, content)
        text = json.dumps(manifest, ensure_ascii=False).encode()
        seal = f"{hashlib.sha256(text).hexdigest()}  {MANIFEST}\n".encode()
        return self.changed(photo=content, manifest=text, seal=seal)

    def test_all_written_anew(self):
        """Only who has the digest of the signed list notices it: so it says."""

        def rewrite(entry, content):
            entry["size"] = len(content)
            entry["sha256"] = hashlib.sha256(content).hexdigest()
            entry["sm3"] = hashlib.new("sm3", content).hexdigest()

        members = self.forged(rewrite)
        # Not even with itself: the metadata tells of the other content.
        folder = self.photo.rpartition("/")[0]
        package = repacked(members)
        words = f"元数据与清单不一致：{folder}/元数据.xml"
        self.assert_named(package, words, digest=False)
        # Who forges the metadata, too, is found by the digest alone.
        code, said = self.told(package, "--digest", self.digest)
        self.assertEqual(code, 1)
        self.assertIn("清单被修改：其摘要", said)

    def test_cut_off(self):
        for size in (len(self.package) - 10, len(self.package) // 2, 100, 0):
            with self.subTest(size):
                code, said = self.told(self.package[:size], "--digest", self.digest)
                self.assertEqual(code, 1)
                self.assertIn("移交包被截断或已损坏", said)

    def test_something_around(self):
        self.assert_named(self.package + b"more", "移交包前后附有其他数据")
        self.assert_named(b"more" + self.package, "移交包前后附有其他数据")

    def test_any_byte_altered(self):
        """Whatever byte is altered: a verdict in words, and none that is wrong."""
        chance = random.Random(14)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "移交包.zip"
            for _number in range(150):
                package = bytearray(self.package)
                package[chance.randrange(len(package))] ^= 1 << chance.randrange(8)
                path.write_bytes(package)
                out = io.StringIO()
                given = [str(path), "--language", "en", "--digest", self.digest]
                code = verify_transfer.main(given, out)
                self.assertIn(code, (0, 1), out.getvalue())
                if code == 0:
                    self.assert_same(bytes(package))

    def assert_same(self, package):
        """Check that a package that is said to be complete has every member as it was.

        Times and rights in a ZIP, which say nothing of contents, may be altered.
        """
        with zipfile.ZipFile(io.BytesIO(package)) as opened:
            members = [(name, opened.read(name)) for name in opened.namelist()]
        self.assertEqual(members, self.members)

    def test_not_there(self):
        code, said = self.verify("/nowhere/移交包.zip")
        self.assertEqual(code, 2)
        self.assertIn("无法检查", said)

    def test_constants_are_the_same(self):
        for name in ("KIND", "FORMAT", "MANIFEST", "SEAL"):
            self.assertEqual(
                getattr(verify_transfer, name), getattr(transfer_package, name)
            )
