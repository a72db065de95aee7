"""Names in the electronic tree, and how it gets to a place."""

import contextlib
import io
import json
import tempfile
from pathlib import Path

from odoo.tests import BaseCase, tagged

from odoo.addons.customer_archive.tools import fixity, transfer_package, tree_package
from odoo.addons.customer_archive.tools.backup import BackupError, Place
from odoo.addons.customer_archive.tools.sharing_package import safe_name

# What Windows takes of a path, less where somebody unpacks a tree.
LONGEST = 200


@tagged("post_install", "-at_install")
class TestNames(BaseCase):
    """B5"""

    def names(self):
        return tree_package.Names()

    def test_category_year_file_item(self):
        names = self.names()
        folder = names.of_file("客户", 2026, "KH-2026-0001 苏州机器人配件厂")
        self.assertEqual(
            folder, "customer archive/客户/2026/KH-2026-0001 苏州机器人配件厂"
        )
        item = names.of_item(folder, "营业执照")
        self.assertEqual(item, f"{folder}/营业执照")
        self.assertEqual(names.of_copy(item, "正本.PDF"), f"{item}/正本.PDF")

    def test_equal_names(self):
        names = self.names()
        folders = [
            names.of_file("客户", 2026, name) for name in ("A 甲厂", "a 甲厂", "A 甲厂")
        ]
        items = [names.of_item(folders[0], "合同") for _each in range(3)]
        copies = [names.of_copy(items[0], f"扫描.{end}") for end in ("pdf", "PDF")]
        for paths in (folders, items, copies):
            self.assertEqual(len({path.casefold() for path in paths}), len(paths))
        # In another folder there is no other.
        self.assertEqual(names.of_copy(items[1], "扫描.pdf"), f"{items[1]}/扫描.pdf")

    def test_names_that_windows_refuses(self):
        for name, made in (
            ("CON", "_CON"),
            ("nul.pdf", "_nul.pdf"),
            ("LPT1", "_LPT1"),
            ("甲厂...", "甲厂"),
            ("甲/乙\\丙:丁*?", "甲 乙 丙 丁"),
            ("  ", "file"),
            ("..", "file"),
            ("上\u202e下", "上 下"),
        ):
            with self.subTest(name):
                self.assertEqual(safe_name(name, 20), made)

    def test_length(self):
        names, long = self.names(), "极" * 300
        for _again in range(12):
            folder = names.of_file(long, 2026, f"KH-2026-0001 {long}")
            item = names.of_item(folder, long)
            copy = names.of_copy(item, f"{long}.jpeg")
            self.assertLess(len(copy), LONGEST)
            self.assertTrue(copy.endswith(".jpeg"))
            for part in copy.split("/"):
                self.assertLess(len(part.encode()), 255)
                self.assertEqual(part, part.strip(" ."))

    def test_cut_before_a_dot(self):
        self.assertEqual(safe_name("甲" * 19 + ". 乙丙", 20), "甲" * 19)
        # Four bytes each: cut by bytes.
        name = safe_name("\U00020000" * 59 + " . " + "\U00020000" * 9, 80)
        self.assertEqual(name, name.strip(" ."))
        self.assertLessEqual(len(name.encode()), 240)


@tagged("post_install", "-at_install")
class TestPlace(BaseCase):
    """B5"""

    def setUp(self):
        super().setUp()
        self.disk = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.place = Place(str(self.disk), {}, "db")
        self.root = self.disk / "customer_archive" / "db" / "exports" / "DC-1"
        self.contents = {"customer archive/甲/a.pdf": b"%PDF a" * 999, "b.jpg": b"b"}

    def entry(self, path):
        content = self.contents[path]
        digests = fixity.digests_of(io.BytesIO(content))
        return transfer_package.entry_of("content", path, len(content), digests)

    @contextlib.contextmanager
    def opened(self, path):
        yield io.BytesIO(self.contents[path])

    def write(self, opened=None, put=None):
        entries = [self.entry(path) for path in self.contents]
        manifest = tree_package.manifest({"number": "DC-1"}, [], entries)
        tree_package.write_tree(
            put or self.place.put_part,
            "exports/DC-1",
            manifest,
            entries,
            opened or self.opened,
        )
        return manifest

    def test_written_and_removed(self):
        manifest = self.write()
        self.assertEqual((self.root / "manifest.json").read_bytes(), manifest)
        self.assertEqual(json.loads(manifest)["kind"], tree_package.KIND)
        for path, content in self.contents.items():
            self.assertEqual((self.root / path).read_bytes(), content)
            self.assertEqual((self.root / path).stat().st_mode & 0o777, 0o600)
        self.place.remove_tree("exports/DC-1")
        self.assertFalse(self.root.exists())
        # Once more there is nothing to do.
        self.place.remove_tree("exports/DC-1")

    def test_no_name_leads_out(self):
        self.write()
        for name in ("exports/../..", "exports/../../x", "..", "exports\\..\\x"):
            for step in (
                lambda name=name: self.place.remove_tree(name),
                lambda name=name: self.place.remove([name]),
                lambda name=name: self.place.put_part(name, lambda _target: None),
                lambda name=name: self.place.put_bytes(name, b"x"),
                lambda name=name: self.place.read(name),
                lambda name=name: self.place.listed(name),
            ):
                with self.subTest(name), self.assertRaises(BackupError) as caught:
                    step()
                self.assertEqual(caught.exception.code, "failed")
        self.assertTrue((self.root / "manifest.json").exists())

    def test_written_again_by_the_same(self):
        """Folders that were removed are made anew."""
        self.write()
        self.place.remove_tree("exports/DC-1")
        self.write()
        self.assertTrue((self.root / "manifest.sha256").exists())

    def test_the_source_fails(self):
        cause = ValueError("no key")

        @contextlib.contextmanager
        def failing(path):
            if path == "b.jpg":
                raise cause
            with self.opened(path) as source:
                yield source

        with self.assertRaises(tree_package.Interrupted) as caught:
            self.write(failing)
        self.assertIs(caught.exception.cause, cause)
        self.assertFalse((self.root / "manifest.json").exists())

    def test_an_altered_content(self):
        @contextlib.contextmanager
        def other(_path):
            yield io.BytesIO(b"%PDF x" * 999)

        with self.assertRaises(tree_package.Interrupted) as caught:
            self.write(other)
        self.assertIsInstance(caught.exception.cause, transfer_package.Altered)

    def test_the_place_fails(self):
        """Its own error isn't taken for one of the source."""

        class Full:
            def write(self, _data):
                raise OSError(28, "No space left")

        def put(_path, write):
            with self.place.explained():
                write(Full())

        with self.assertRaises(BackupError) as caught:
            self.write(put=put)
        self.assertEqual(caught.exception.code, "full")
        self.assertNotIsInstance(caught.exception, tree_package.Interrupted)

    def test_what_cannot_be_removed(self):
        self.write()
        with self.assertRaises(BackupError), _undeletable(self.place):
            self.place.remove_tree("exports/DC-1")
        self.assertTrue(self.root.exists())


@contextlib.contextmanager
def _undeletable(place):
    kept = place._fs.rm
    place._fs.rm = lambda *_args, **_options: None
    try:
        yield
    finally:
        place._fs.rm = kept
