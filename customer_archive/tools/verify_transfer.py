"""Checks a package of files that were handed over 移交, without Odoo or its server.

    python3 verify_transfer.py PACKAGE.zip [--digest DIGEST] [--language zh|en]

DIGEST is the digest of the manifest, as it is printed on the list that both sides
signed. With it any alteration is noticed; without it only whether the package agrees
with itself, which somebody who writes everything anew can achieve: it is said so.

Needs Python 3.10 and nothing else; where OpenSSL knows no SM3, ``cryptography`` is used
for it if it is there. Nothing is ever written.
Exits with 0 if the package is complete, 1 if something is wrong, 2 if that can't be
told.
"""

import argparse
import contextlib
import hashlib
import json
import locale
import re
import sys
import zipfile
import zlib
from pathlib import Path
from xml.etree import ElementTree

KIND, FORMAT = "customer.archive.transfer", 1
MANIFEST, SEAL = "manifest.json", "manifest.sha256"
PIECE = 1 << 20
# More than that isn't read into memory.
LARGEST = 256 * 1024 * 1024
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)

ROLES = {
    "content": ("内容", "content"),
    "metadata": ("元数据", "metadata"),
    "list": ("移交清单", "transfer list"),
    "report": ("检测报告", "check report"),
}
WORDS = {
    "damaged": (
        "移交包被截断或已损坏，无法打开",
        "the package was cut off or is damaged and can't be opened",
    ),
    "no_manifest": ("缺少清单文件 {0}", "the manifest {0} is missing"),
    "bad_manifest": ("清单文件无法识别", "the manifest can't be understood"),
    "digest": (
        "清单被修改：其摘要 {0} 与所给摘要 {1} 不符",
        "the manifest was altered: its digest is {0}, not {1} as given",
    ),
    "no_seal": ("缺少 {0}", "{0} is missing"),
    "seal": ("清单与 {0} 不符：清单被修改", "the manifest was altered: {0} differs"),
    "missing": ("{0}缺失：{1}", "{0} is missing: {1}"),
    "altered": ("{0}被改动：{1}", "{0} was altered: {1}"),
    "exchanged": ("内容被互换：{0} 与 {1}", "contents were exchanged: {0} and {1}"),
    "renamed": ("{0}被改名：{1} 现名 {2}", "{0} was renamed: {1} is now {2}"),
    "copied": (
        "{0}被替换：{1} 的内容是 {2} 的",
        "{0} was replaced: {1} has the content of {2}",
    ),
    "added": ("多出的内容，清单中没有：{0}", "added, not in the manifest: {0}"),
    "twice": ("同名内容出现两次：{0}", "there twice: {0}"),
    "listed_twice": ("清单中列了两次：{0}", "twice in the manifest: {0}"),
    "metadata": (
        "元数据与清单不一致：{0}",
        "metadata and manifest don't agree: {0}",
    ),
    "around": (
        "移交包前后附有其他数据",
        "other data was put before or after the package",
    ),
    "complete": (
        "完整：{0} 项内容全部相符",
        "complete: all {0} members are as they were",
    ),
    "broken": ("不完整：发现 {0} 处问题", "not complete: {0} problems found"),
    "sealed": (
        "清单摘要与所给摘要一致：任何改动都会被发现",
        "the manifest has the digest that was given: any alteration would be noticed",
    ),
    "inner": (
        (
            "注意：未给出签字清单上的摘要，只检查了移交包内部是否一致。"
            "请用 --digest 给出签字清单上的摘要再查一次"
        ),
        (
            "Note: without the digest of the signed list only inner consistency was "
            "checked. Check again with --digest and the digest on the signed list"
        ),
    ),
    "no_sm3": (
        "注意：本机没有 SM3，只核对了 SHA-256",
        "Note: this machine has no SM3, only SHA-256 was checked",
    ),
    "of": (
        "移交 {0}：{1} → {2}，{3} 卷",
        "Transfer {0}: {1} → {2}, {3} files",
    ),
    "manifest_is": (
        "清单摘要（SHA-256）：{0}",
        "Digest of the manifest (SHA-256): {0}",
    ),
    "unusable": ("无法检查：{0}", "Can't be checked: {0}"),
}


class Damaged(Exception):
    """The package can't be checked to its end: a list of (words, values)."""


def new_sm3():
    """Return a new SM3 hash, None if this machine has none."""
    with contextlib.suppress(ValueError):
        return hashlib.new("sm3", usedforsecurity=False)
    try:
        from cryptography.hazmat.primitives import hashes
    except ImportError:
        return None
    return _Cryptography(hashes.Hash(hashes.SM3()))


class _Cryptography:
    def __init__(self, own):
        self.update, self._own = own.update, own

    def hexdigest(self):
        return self._own.finalize().hex()


class Package:
    """An opened package, its manifest, and what is wrong with it."""

    def __init__(self, stream, digest=None):
        self.found = []
        self.has_sm3 = new_sm3() is not None
        try:
            self._zip = zipfile.ZipFile(stream)
        except (*DAMAGED, ValueError) as error:
            raise Damaged([("damaged", ())]) from error
        names = [each.filename for each in self._zip.infolist()]
        self.names = set(names)
        for name in sorted({name for name in names if names.count(name) > 1}):
            self._note("twice", name)
        self._check_around(stream)
        self._read_manifest(digest)

    def _note(self, kind, *values):
        self.found.append((kind, values))

    def _check_around(self, stream):
        """Note what lies before the first or after the last part of the ZIP."""
        stream.seek(0)
        head = stream.read(4)
        # Without a comment the end of a ZIP has 22 bytes.
        stream.seek(-22, 2)
        if head != b"PK\x03\x04" or stream.read(4) != b"PK\x05\x06":
            self._note("around")

    def _read_manifest(self, digest):
        content = self._whole(MANIFEST)
        if content is None:
            raise Damaged([*self.found, ("no_manifest", (MANIFEST,))])
        self.digest = hashlib.sha256(content).hexdigest()
        if digest and digest != self.digest:
            self._note("digest", self.digest, digest)
        self._check_seal()
        try:
            self.manifest = json.loads(content)
            self.entries = _entries(self.manifest)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise Damaged([*self.found, ("bad_manifest", ())]) from error
        paths = [entry["path"] for entry in self.entries]
        for path in sorted({path for path in paths if paths.count(path) > 1}):
            self._note("listed_twice", path)

    def _check_seal(self):
        seal = self._whole(SEAL)
        if seal is None:
            self._note("no_seal", SEAL)
        elif seal.split()[:1] != [self.digest.encode()]:
            self._note("seal", SEAL)

    def _whole(self, name):
        """Return a small member, None if it isn't there or damaged."""
        try:
            with self._zip.open(name) as source:
                content = source.read(LARGEST + 1)
        except (KeyError, *DAMAGED):
            return None
        return content if len(content) <= LARGEST else None

    def check(self):
        """Look at all members; what is wrong is in ``found`` afterwards."""
        known = {entry["path"]: entry for entry in self.entries}
        there = {path: self._digests(path) for path in sorted(self.names)}
        wrong = [p for p in known if not self._agrees(known[p], there.get(p))]
        added = self.names - set(known) - {MANIFEST, SEAL}
        self._tell_wrong(known, there, wrong, added)
        for path in sorted(added):
            self._note("added", path)
        self._check_metadata(known, there)
        return self.found

    def _digests(self, path):
        """Return size, SHA-256 and SM3 of a member, None if it is damaged."""
        sha256, sm3, size = hashlib.sha256(), new_sm3(), 0
        try:
            with self._zip.open(path) as source:
                while part := source.read(PIECE):
                    size += len(part)
                    sha256.update(part)
                    if sm3:
                        sm3.update(part)
        except (KeyError, *DAMAGED):
            return None
        return size, sha256.hexdigest(), sm3.hexdigest() if sm3 else None

    def _agrees(self, entry, digests):
        if digests is None:
            return False
        size, sha256, sm3 = digests
        if (size, sha256) != (entry["size"], entry["sha256"]):
            return False
        return sm3 is None or sm3 == entry["sm3"]

    def _tell_wrong(self, known, there, wrong, added):
        """Note what became of each member that isn't as it was."""
        told = set()
        for path in wrong:
            entry = known[path]
            if path in told:
                continue
            if path not in there:
                self._tell_missing(entry, there, added)
                continue
            other = self._whose(there[path], known, path)
            if other in wrong and self._agrees(entry, there.get(other)):
                self._note("exchanged", path, other)
                told.add(other)
            elif other:
                self._note("copied", entry["role"], path, other)
            else:
                self._note("altered", entry["role"], path)

    def _tell_missing(self, entry, there, added):
        for name in sorted(added):
            if self._agrees(entry, there[name]):
                self._note("renamed", entry["role"], entry["path"], name)
                added.discard(name)
                return
        self._note("missing", entry["role"], entry["path"])

    def _whose(self, digests, known, but):
        """Return the path of the other member whose content that is, None if none."""
        for path, entry in known.items():
            if path != but and self._agrees(entry, digests):
                return path
        return None

    def _check_metadata(self, known, there):
        """Note metadata that says something else of contents than the manifest."""
        contents = [entry for entry in known.values() if entry["role"] == "content"]
        for path, entry in known.items():
            if entry["role"] != "metadata" or not self._agrees(entry, there.get(path)):
                continue
            folder = path.rpartition("/")[0]
            own = sorted(
                (each["path"].rpartition("/")[2], each["sha256"], each["sm3"])
                for each in contents
                if each["path"].rpartition("/")[0] == folder
            )
            if _described(self._whole(path)) != own:
                self._note("metadata", path)


def _entries(manifest):
    """Return the entries of a manifest, each of which was looked at.

    :raise ValueError: if it is none
    """
    if manifest["kind"] != KIND or manifest["format"] != FORMAT:
        raise ValueError("another kind of manifest")
    entries, files = manifest["entries"], manifest["files"]
    if not (isinstance(entries, list) and isinstance(files, list) and entries):
        raise ValueError("a manifest of nothing")
    for entry in entries:
        texts = (entry["path"], entry["role"], entry["sha256"], entry["sm3"])
        if entry["role"] not in ROLES or type(entry["size"]) is not int:
            raise ValueError("an entry of another kind")
        if not all(isinstance(text, str) for text in texts):
            raise ValueError("an entry without texts")
    return entries


def _described(content):
    """Return name and digests of the contents that metadata tells of."""
    # Nothing that we write declares a type of document: no entities are unfolded.
    if content is None or b"<!DOCTYPE" in content:
        return None
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError:
        return None
    texts = ("计算机文件名", "摘要SHA256", "摘要SM3")
    return sorted(
        tuple(each.findtext(f"电子属性/{name}", "") for name in texts)
        for each in root.iter("文档")
    )


# What is told


class Speaker:
    """Says things in one language."""

    def __init__(self, language):
        self._place = 0 if language == "zh" else 1

    def __call__(self, kind, values=()):
        known = [
            ROLES[value][self._place] if value in ROLES else _clean(value)
            for value in values
        ]
        return WORDS[kind][self._place].format(*known)


def _clean(value):
    """Return a text without what would turn or overwrite a line of a terminal."""
    return "".join(each if each.isprintable() else "�" for each in str(value))


def _language():
    name = locale.setlocale(locale.LC_CTYPE, "") or ""
    return "zh" if name.lower().startswith(("zh", "chinese")) else "en"


def _digest(text):
    digest = re.sub(r"[\s:-]", "", text).lower()
    if not re.fullmatch("[0-9a-f]{64}", digest):
        raise argparse.ArgumentTypeError("64 hexadecimal digits / 64位十六进制数字")
    return digest


def _arguments(arguments):
    parser = argparse.ArgumentParser(
        description="Check a transfer package, without Odoo. 检查移交包。"
    )
    parser.add_argument("package", type=Path, help="the package 移交包 (.zip)")
    parser.add_argument(
        "--digest",
        type=_digest,
        help="digest of the manifest on the signed list 签字清单上的清单摘要",
    )
    parser.add_argument("--language", choices=("zh", "en"), help="语言")
    return parser.parse_args(arguments)


def main(arguments=None, out=sys.stdout):
    """Check what the arguments name; return the exit code."""
    given = _arguments(arguments)
    say = Speaker(given.language or _language())
    try:
        with given.package.open("rb") as stream:
            return _verify(stream, given.digest, say, out)
    except OSError as error:
        out.write(say("unusable", (error,)) + "\n")
        return 2


def _verify(stream, digest, say, out):
    try:
        package = Package(stream, digest)
    except Damaged as error:
        lines = [say(*each) for each in error.args[0]]
        lines.append(say("broken", (len(lines),)))
        out.write("\n".join([*lines, ""]))
        return 1
    found = package.check()
    out.write("\n".join([*_summary(package, found, digest, say), ""]))
    return 1 if found else 0


def _summary(package, found, digest, say):
    told = package.manifest
    about = (told.get("number"), told.get("from"), told.get("to"), len(told["files"]))
    yield say("of", about)
    yield say("manifest_is", (package.digest,))
    yield from (say(*each) for each in found)
    if not package.has_sm3:
        yield say("no_sm3")
    if not digest:
        yield say("inner")
    elif digest == package.digest:
        yield say("sealed")
    if found:
        yield say("broken", (len(found),))
    else:
        yield say("complete", (len(package.entries),))


if __name__ == "__main__":
    # Names in another script than the terminal's mustn't end it.
    sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(main())
