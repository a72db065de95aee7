"""Marks in the footers of a workbook; :func:`.watermark.mark_xlsx` runs this.

Only the footer's place in the XML of a sheet is rewritten; every other byte of it
stays as it was, so nothing is lost that this code doesn't know.
"""

import re
import shutil
import zipfile
import zlib
from urllib.parse import unquote
from xml.parsers import expat
from xml.sax.saxutils import escape

from lxml import etree

from .watermark import Unmarkable

TYPES = "[Content_Types].xml"
# Bytes, unpacked: of all members, of a sheet, of the list of types.
MAX_UNPACKED = 512 * 1024 * 1024
MAX_SHEET = 192 * 1024 * 1024
MAX_TYPES = 4 * 1024 * 1024
MAX_MEMBERS = 20_000
# Excel refuses to open a footer that is longer.
MAX_FOOTER = 255
SHEETS = ("worksheet+xml", "chartsheet+xml", "dialogsheet+xml", "macrosheet+xml")
ROOTS = {"worksheet", "chartsheet", "dialogsheet", "macrosheet"}
# What the schemas of sheets place before the footer.
ORDER = """
    sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr
    sheetProtection protectedRanges scenarios autoFilter sortState dataConsolidate
    customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations
    hyperlinks printOptions pageMargins pageSetup
"""
BEFORE = set(ORDER.split())
PARTS = ("oddHeader", "oddFooter", "evenHeader", "evenFooter")
PARTS += ("firstHeader", "firstFooter")
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    EOFError,
    KeyError,
    RuntimeError,
    etree.XMLSyntaxError,
    expat.ExpatError,
)


def stamp(source, target, lines):
    """Write ``source`` to ``target`` with the first of ``lines`` in each footer."""
    try:
        with zipfile.ZipFile(source) as package:
            _check_size(package)
            sheets = _sheets(package)
            if not sheets:
                raise Unmarkable("damaged", "it has no sheet")
            with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written:
                _copy(package, written, sheets, lines[0])
    except DAMAGED as error:
        raise Unmarkable("damaged", type(error).__name__) from None


def _check_size(package):
    infos = package.infolist()
    if len(infos) > MAX_MEMBERS or sum(i.file_size for i in infos) > MAX_UNPACKED:
        raise Unmarkable("too_large", "unpacked")
    names = [info.filename for info in infos]
    if len(names) != len(set(names)):
        # Which of two is the sheet would be up to the reader.
        raise Unmarkable("damaged", "a part is there twice")
    if any(info.flag_bits & 1 for info in infos):
        raise Unmarkable("protected", "parts are encrypted")


def _sheets(package):
    """Return the names of the members that are sheets."""
    if TYPES not in package.namelist():
        raise Unmarkable("damaged", "it is no workbook")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(_read(package, TYPES, MAX_TYPES), parser)
    named, by_end = {}, {}
    for entry in root.iter("{*}Override", "{*}Default"):
        kind = entry.get("ContentType", "")
        if entry.get("PartName"):
            named[unquote(entry.get("PartName")).lstrip("/").lower()] = kind
        elif entry.get("Extension"):
            by_end[entry.get("Extension").lower()] = kind
    sheets = set()
    for name in package.namelist():
        plain = unquote(name).lstrip("/").lower()
        kind = named.get(plain) or by_end.get(plain.rpartition(".")[2], "")
        if kind.lower().endswith(SHEETS):
            sheets.add(name)
    return sheets


def _copy(package, written, sheets, line):
    for info in package.infolist():
        copy = zipfile.ZipInfo(info.filename, info.date_time)
        copy.external_attr = info.external_attr
        copy.compress_type = (
            zipfile.ZIP_STORED
            if info.compress_type == zipfile.ZIP_STORED
            else zipfile.ZIP_DEFLATED
        )
        if info.filename in sheets:
            sheet = _read(package, info.filename, MAX_SHEET)
            written.writestr(copy, _with_footer(sheet, line))
            continue
        copy.file_size = info.file_size
        with package.open(info) as member, written.open(copy, "w") as target:
            # Never more than the size that was counted: zipfile stops there.
            shutil.copyfileobj(member, target)


def _read(package, name, most):
    with package.open(name) as member:
        data = member.read(most + 1)
    if len(data) > most:
        raise Unmarkable("too_large", "a part, unpacked")
    return data


def _with_footer(sheet, line):
    """Return the XML of a sheet (bytes) with a line in its footers."""
    found = _Footers(sheet)
    parts, position = [], 0
    for start, end in found.spans:
        part = _footer(sheet[start:end], found.prefix, line)
        parts += [sheet[position:start], part]
        position = end
    if not found.own:
        parts += [sheet[position : found.place], _footer(b"", found.prefix, line)]
        position = found.place
    return b"".join([*parts, sheet[position:]])


class _Footers:
    """Where footers are in a sheet, or where the missing one has its place.

    ``spans``: (start, end) of each, those of saved views included; ``own``: whether
    the sheet itself has one; ``place``: where it would be; ``prefix``: of its tag.
    """

    def __init__(self, sheet):
        if sheet[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise Unmarkable("damaged", "it isn't written in UTF-8")
        self.spans, self.own, self.place, self.prefix = [], False, None, ""
        self._path, self._start, self._after = [], None, None
        self._sheet = sheet
        self._parser = parser = expat.ParserCreate()
        parser.XmlDeclHandler = self._declared
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close
        parser.Parse(sheet, True)
        if self.place is None:
            raise Unmarkable("damaged", "a sheet is empty")
        if not self.own and self._inside_markup(self.place):
            raise Unmarkable("damaged", "a sheet is written unusually")

    def _declared(self, _version, encoding, _standalone):
        if (encoding or "utf-8").lower() not in ("utf-8", "us-ascii"):
            raise Unmarkable("damaged", "it isn't written in UTF-8")

    def _refuse(self, *_args):
        raise Unmarkable("damaged", "a sheet defines a document type")

    def _open(self, tag, _attributes):
        name = tag.rpartition(":")[2]
        if not self._path:
            if name not in ROOTS:
                raise Unmarkable("damaged", "a sheet is no sheet")
            self.prefix = tag[: -len(name)]
        if len(self._path) == 1 and self.place is None:
            self.place = self._parser.CurrentByteIndex
        if len(self._path) == 1 and self._after:
            self.place, self._after = self._parser.CurrentByteIndex, None
        if name == "headerFooter":
            self._start = self._parser.CurrentByteIndex
            self.own |= len(self._path) == 1
        self._path.append(name)

    def _close(self, tag):
        name = self._path.pop()
        depth, index = len(self._path), self._parser.CurrentByteIndex
        if name == "headerFooter" and self._start is not None:
            self.spans.append((self._start, self._end(index)))
            self._start = None
        if depth == 1 and name in BEFORE:
            self._after = name
        if depth == 0 and (self._after or self.place is None):
            self.place = index

    def _end(self, index):
        """Return where the element ends whose last event was at ``index``."""
        opened = _tag_end(self._sheet, self._start)
        if self._sheet[opened - 2 : opened] == b"/>":
            return opened
        return self._sheet.index(b">", index) + 1

    def _inside_markup(self, index):
        return self._sheet[index : index + 1] != b"<"


def _tag_end(data, start):
    """Return where a tag ends whose attributes may hold a ">"."""
    tag = re.compile(rb"<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>").match(data, start)
    return tag.end()


def _footer(old, prefix, line):
    """Return the XML of headers and footers with the line put in."""
    attributes, texts = _parsed(old)
    wanted = ["oddFooter"]
    if attributes.get("differentOddEven") in ("1", "true"):
        wanted.append("evenFooter")
    if attributes.get("differentFirst") in ("1", "true"):
        wanted.append("firstFooter")
    for part in wanted:
        texts[part] = _beside(line, texts.get(part) or "")
    inner = "".join(
        f"<{prefix}{part}>{escape(texts[part])}</{prefix}{part}>"
        for part in PARTS
        if texts.get(part)
    )
    given = "".join(
        f' {name}="{escape(value, {chr(34): "&quot;"})}"'
        for name, value in attributes.items()
    )
    tag = f"{prefix}headerFooter"
    return f"<{tag}{given}>{inner}</{tag}>".encode()


def _parsed(old):
    """Return (attributes, text by part) of an existing footer."""
    attributes, texts, path = {}, {}, []

    def opened(tag, given):
        path.append(tag.rpartition(":")[2])
        if len(path) == 1:
            attributes.update(given)

    def text(data):
        if len(path) == 2 and path[1] in PARTS:
            texts[path[1]] = texts.get(path[1], "") + data

    if old:
        # Without namespaces: the fragment doesn't hold their declarations.
        parser = expat.ParserCreate()
        parser.StartElementHandler = opened
        parser.EndElementHandler = lambda _tag: path.pop()
        parser.CharacterDataHandler = text
        parser.Parse(old, True)
    return attributes, texts


def _beside(line, old):
    """Return a footer with the line at its left, above what stands there."""
    line = line.replace("&", "&&")
    left, center, right = _sections(old)
    footer = "&L" + "\n".join(filter(None, (line, left)))
    footer += (f"&C{center}" if center else "") + (f"&R{right}" if right else "")
    if len(footer.encode("utf-16-le")) <= 2 * MAX_FOOTER:
        return footer
    # A mark that isn't there is worse than a footer that isn't.
    return _cut("&L" + line)


def _cut(footer):
    # Excel counts what lies beyond the first plane twice.
    cut = footer.encode("utf-16-le")[: 2 * MAX_FOOTER].decode("utf-16-le", "ignore")
    # Not between the two signs that stand for one.
    odd = len(cut) - len(cut.rstrip("&"))
    return cut[:-1] if odd % 2 else cut


def _sections(footer):
    """Return what a footer has at its left, in its middle and at its right."""
    texts = {"L": "", "C": "", "R": ""}
    # What comes before the first code is in the middle.
    section = "C"
    for token in re.findall(r'&&|&"[^"]*"|&[LCRlcr]|&|[^&]+', footer):
        if re.fullmatch("&[LCRlcr]", token):
            section = token[1].upper()
        else:
            texts[section] += token
    return texts["L"], texts["C"], texts["R"]
