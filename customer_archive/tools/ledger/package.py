"""The parts of a workbook, found by what they are to each other and not by name.

Plain Python. What a file declares about itself (sizes, number of parts) is looked at
first; nothing is unpacked beyond what it declares, and no part may declare entities.
"""

import contextlib
import posixpath
import zipfile
from xml.parsers import expat

MAX_UNPACKED = 400 * 1024 * 1024
MAX_PART = 300 * 1024 * 1024
MAX_STRINGS = 150 * 1024 * 1024
MAX_PARTS = 1000
# Of all that belongs to a workbook but its cells: styles, relationships and so on.
MAX_SMALL = 30 * 1024 * 1024
MOST_ELEMENTS = 1_000_000
# What spreadsheet programs write packs to a byte or more an element: each cell has a
# place or a value of its own. So what a file costs to read is in keeping with its size.
FREE_ELEMENTS = 100_000
MOST_PER_BYTE = 4

_KINDS = (
    ("xl/workbook.bin", "xlsb"),
    ("word/document.xml", "document"),
    ("ppt/presentation.xml", "document"),
    ("content.xml", "ods"),
    ("index/document.iwa", "numbers"),
    ("index.zip", "numbers"),
)
_CHUNK = 1 << 16
_MARKS = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"


class LedgerError(ValueError):
    """A table that can't be read.

    :param code: why: ``xls``, ``html``, ``xml``, ``pdf``, ``image``, ``ods``,
        ``numbers``, ``xlsb``, ``document``, ``zip``, ``other``, ``password``,
        ``large``, ``bomb``, ``cells``, ``texts``, ``wide``, ``entities``, ``broken``,
        ``empty``, ``rows``, ``columns``
    :param place: the cell that it is about, if it is one
    """

    def __init__(self, code, place=""):
        super().__init__(code)
        self.code, self.place = code, place


@contextlib.contextmanager
def readable():
    """Whatever archives, parsers and numbers in wrong places raise: it is broken."""
    try:
        yield
    except LedgerError:
        raise
    except Exception as error:
        raise LedgerError("broken") from error


class Package:
    """A ZIP archive as a package of parts.

    :param archive: a ``zipfile.ZipFile``
    :raise LedgerError: if it is no workbook, or not one to be unpacked
    """

    def __init__(self, archive):
        self.archive, self.parts = archive, {}
        self._take_parts(archive.infolist())
        self.workbook = self._main_part()
        if self.workbook.endswith(".bin"):
            raise LedgerError("xlsb")
        for part in self.parts.values():
            self._check_declarations(part)

    def _take_parts(self, parts):
        if len(parts) > MAX_PARTS:
            raise LedgerError("bomb")
        if any(part.flag_bits & 1 for part in parts):
            raise LedgerError("password")
        if sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise LedgerError("bomb")
        if any(part.file_size > MAX_PART for part in parts):
            raise LedgerError("bomb")
        for part in parts:
            name = _normal(part.filename)
            if name in self.parts:
                # Programs would differ in which of the two they read.
                raise LedgerError("broken")
            if not part.is_dir():
                self.parts[name] = part

    def _main_part(self):
        main = next(
            (
                target
                for kind, target in self.related("").values()
                if kind == "officedocument"
            ),
            "xl/workbook.xml",
        )
        kinds = [kind for name, kind in _KINDS if name in self.parts]
        if main not in self.parts or main == "word/document.xml":
            raise LedgerError(next(iter(kinds), "zip"))
        if main.startswith("ppt/"):
            raise LedgerError("document")
        return main

    def related(self, part):
        """Return kind and name of each part that belongs to another, by its id."""
        folder, name = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        found = {}

        def start(tag, attributes):
            if _local(tag) != "Relationship":
                return
            if attributes.get("TargetMode", "").lower() == "external":
                return
            kind = attributes.get("Type", "").rpartition("/")[2].lower()
            target = attributes.get("Target", "")
            place = _normal(posixpath.join("/" + folder, target.replace("\\", "/")))
            found[attributes.get("Id")] = kind, place

        if relations in self.parts:
            self.scan(relations, start)
        return found

    def scan(self, name, start, end=None, text=None, most=MOST_ELEMENTS, limit=None):
        """Read the whole of a part; see :meth:`parsing`."""
        for _chunk in self.parsing(name, start, end, text, most, limit):
            pass

    def parsing(self, name, start, end=None, text=None, most=MOST_ELEMENTS, limit=None):
        """Give what is in a part to handlers; yield after each piece of it.

        Nothing is kept of the tree, and no entity is ever resolved.

        :param start: called with name and attributes of each element
        :param most: elements that there may be, however large the file is
        :param limit: its size in bytes
        :raise LedgerError: if it has more of anything, or can't be read
        """
        part = self.parts.get(name)
        if part is None:
            raise LedgerError("broken")
        if part.file_size > (limit or MAX_SMALL):
            raise LedgerError("bomb")
        parser = _parser()
        count, packed = 0, FREE_ELEMENTS + MOST_PER_BYTE * part.compress_size
        end_of = min(most, packed)

        def counted(tag, attributes):
            nonlocal count
            count += 1
            if count > end_of:
                raise LedgerError("cells" if count > most else "bomb")
            start(tag, attributes)

        parser.buffer_text = True
        parser.StartElementHandler = counted
        parser.EndElementHandler = end
        parser.CharacterDataHandler = text
        with self.archive.open(part) as content:
            while chunk := content.read(_CHUNK):
                parser.Parse(chunk, False)
                yield
        parser.Parse(b"", True)

    def _check_declarations(self, part):
        """Refuse entities in whatever is XML; they come before the first element."""
        with self.archive.open(part) as content:
            chunk = content.read(4096)
            if chunk.lstrip(_MARKS)[:1] not in (b"<", b""):
                return
            parser = _parser()
            parser.StartElementHandler = _stop
            # What can't be read otherwise is found when it is read, if ever.
            with contextlib.suppress(_Started, expat.ExpatError, zipfile.BadZipFile):
                while chunk:
                    parser.Parse(chunk, False)
                    chunk = content.read(4096)


def _normal(name):
    """Return the name of a part as names are compared."""
    return posixpath.normpath("/" + name.replace("\\", "/")).lstrip("/").lower()


def _local(tag):
    return tag.rpartition(":")[2]


class _Started(Exception):
    pass


def _stop(*_arguments):
    raise _Started


def _refuse(*_arguments):
    raise LedgerError("entities")


def _parser():
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    return parser
