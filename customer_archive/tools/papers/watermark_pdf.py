"""Marks on the pages of a PDF; :func:`.watermark.stamp_pdf` runs this."""

import io
import secrets

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NullObject,
    NumberObject,
)
from reportlab.pdfgen.canvas import Canvas

from . import watermark_text as text
from .pdf_repair import repairing
from .watermark import Unmarkable

MAX_PAGES = 3000
MAX_OBJECTS = 300_000
# How deep pages may lie in the tree of pages.
DEPTH = 100
# A mark is drawn for a page whose shorter side is this, in points, and scaled.
SIDE = 595
SLANT = 32
SIZE, SMALL = 17, 6.5
# Of the repeated text, in points.
WIDTH, STEP_X, STEP_Y = 240, 270, 200
MAX_STEPS = 150
A4 = (0, 0, 595, 842)


def stamp(source, target, lines):
    """Write ``source`` to ``target`` with ``lines`` on each page."""
    target.write(repairing(lambda tried: _stamped(tried, lines), source))


def _stamped(source, lines):
    reader = opened(source)
    writer = PdfWriter(clone_from=reader)
    pages = {page.indirect_reference.idnum: page for page in writer.pages}
    if not pages:
        raise Unmarkable("damaged", "it has no page")
    places = {number: _Place(page) for number, page in pages.items()}
    marks = _marks(writer, {place.size for place in places.values()}, lines)
    for number, page in pages.items():
        _mark(writer, page, places[number], marks[places[number].size])
    if reader.is_encrypted:
        _protect(reader, writer)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getbuffer()


def opened(source):
    """Return a reader of a PDF.

    :raise Unmarkable: if it opens with a password only, or is too large
    """
    source.seek(0)
    reader = PdfReader(source, strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unmarkable("protected", "it opens with a password only")
    _check_size(reader)
    if "/Size" not in reader.trailer:
        # Lost with the end of the file, and requested by whoever rewrites it.
        last = max(number for table in reader.xref.values() for number in table)
        reader.trailer[NameObject("/Size")] = NumberObject(last + 1)
    return reader


def _check_size(reader):
    objects = sum(map(len, reader.xref.values())) + len(reader.xref_objStm)
    if objects > MAX_OBJECTS:
        raise Unmarkable("too_large", f"more than {MAX_OBJECTS} objects")
    if len(reader.pages) > MAX_PAGES:
        raise Unmarkable("too_large", f"more than {MAX_PAGES} pages")


def _protect(reader, writer):
    """Keep what the PDF doesn't allow to do with it, such as copying text."""
    allowed = reader.user_access_permissions
    writer.encrypt(
        "",
        secrets.token_urlsafe(32),
        permissions_flag=allowed,
        algorithm="AES-256",
    )


class _Place:
    """Where a page's mark goes: upright and as large as what is seen of the page."""

    def __init__(self, page):
        self.media = _box(page, "/MediaBox") or A4
        crop = _box(page, "/CropBox") or self.media
        left, bottom = max(crop[0], self.media[0]), max(crop[1], self.media[1])
        right, top = min(crop[2], self.media[2]), min(crop[3], self.media[3])
        if left >= right or bottom >= top:
            left, bottom, right, top = self.media
        turn = _turn(page)
        width, height = right - left, top - bottom
        if turn in (90, 270):
            width, height = height, width
        self.scale = min(width, height) / SIDE
        # As drawn, in whole points so that pages of about one size share a mark.
        self.size = (round(width / self.scale), round(height / self.scale))
        scale = self.scale
        self.matrix = {
            0: (scale, 0, 0, scale, left, bottom),
            90: (0, scale, -scale, 0, right, bottom),
            180: (-scale, 0, 0, -scale, right, top),
            270: (0, -scale, scale, 0, left, top),
        }[turn]


def _inherited(page, key):
    """Return an entry of the page or of the nodes above it, or None."""
    node = page
    for _level in range(DEPTH):
        if key in node and not isinstance(value := node[key], NullObject):
            return value
        node = node["/Parent"].get_object() if "/Parent" in node else None
        if not isinstance(node, DictionaryObject):
            return None
    return None


def _box(page, key):
    """Return (left, bottom, right, top), or None if that is no box of a page."""
    values = _inherited(page, key)
    try:
        left, bottom, right, top = (float(value.get_object()) for value in values)
    except (AttributeError, TypeError, ValueError):
        return None
    box = (min(left, right), min(bottom, top), max(left, right), max(bottom, top))
    sides = (box[2] - box[0], box[3] - box[1])
    return box if all(0.1 < side < 1e6 for side in sides) else None


def _turn(page):
    """Return by how much the page is shown turned clockwise, in degrees."""
    try:
        turn = int(_inherited(page, "/Rotate") or 0) % 360
    except (TypeError, ValueError, OverflowError):
        return 0
    return turn if turn % 90 == 0 else 0


def _mark(writer, page, place, mark):
    """Put a page's content into an object of its own, and the mark over it.

    Whatever the content leaves undone, such as a clipping or a move, ends with that
    object: it can't hide the mark or move it away.
    """
    resources = DictionaryObject(_inherited(page, "/Resources") or {})
    objects = resources["/XObject"].get_object() if "/XObject" in resources else {}
    objects = DictionaryObject(objects)
    content = page.get_contents()
    names = _free_names(objects)
    form = _form(
        writer,
        content.get_data() if content is not None else b"",
        _inherited(page, "/Resources") or DictionaryObject(),
        place.media,
    )
    objects[NameObject(names[0])], objects[NameObject(names[1])] = form, mark
    resources[NameObject("/XObject")] = objects
    page[NameObject("/Resources")] = resources
    stream = DecodedStreamObject()
    moved = " ".join(f"{value:.6f}" for value in place.matrix)
    stream.set_data(f"q {names[0]} Do Q\nq {moved} cm {names[1]} Do Q\n".encode())
    page[NameObject("/Contents")] = writer._add_object(stream)


def _free_names(objects):
    names, count = [], 0
    while len(names) < 2:
        name = f"/Copy{count}"
        count += 1
        if name not in objects:
            names.append(name)
    return names


def _form(writer, data, resources, box):
    """Return a reference to drawing instructions as an object of their own."""
    form = DecodedStreamObject()
    form.set_data(data)
    form = form.flate_encode()
    form[NameObject("/Type")] = NameObject("/XObject")
    form[NameObject("/Subtype")] = NameObject("/Form")
    form[NameObject("/BBox")] = ArrayObject(map(FloatObject, box))
    form[NameObject("/Resources")] = resources
    return writer._add_object(form)


# The mark itself


def _marks(writer, sizes, lines):
    """Return the mark for each size of page, drawn once and added to the writer."""
    sizes = sorted(sizes)
    stream = io.BytesIO()
    canvas = Canvas(stream)
    lines = [text.Line(line) for line in lines]
    for size in sizes:
        canvas.setPageSize(size)
        _draw(canvas, *size, lines)
        canvas.showPage()
    canvas.save()
    drawn = PdfReader(stream).pages
    return {
        size: _form(
            writer,
            page.get_contents().get_data(),
            page["/Resources"].clone(writer),
            (0, 0, *size),
        )
        for size, page in zip(sizes, drawn, strict=True)
    }


def _draw(canvas, width, height, lines):
    size = min(SIZE, WIDTH / max(line.width for line in lines))
    canvas.setFillGray(0.45, 0.22)
    for x in _steps(width, STEP_X):
        for y in _steps(height, STEP_Y):
            canvas.saveState()
            canvas.translate(x, y)
            canvas.rotate(SLANT)
            for index, line in enumerate(lines):
                down = ((len(lines) - 1) / 2 - index) * size * 1.3
                line.draw(canvas, -line.width * size / 2, down, size)
            canvas.restoreState()
    _draw_foot(canvas, width, text.joined(lines))


def _draw_foot(canvas, width, line):
    size = min(SMALL, (width - 30) / line.width)
    length = line.width * size
    start = (width - length) / 2
    # Scans may be dark down there.
    canvas.setFillGray(1, 0.75)
    canvas.rect(start - 3, 6, length + 6, size * 1.5, stroke=0, fill=1)
    canvas.setFillGray(0.25, 0.9)
    line.draw(canvas, start, 6 + size * 0.45, size)


def _steps(length, step):
    """Return places along a side, evenly, with half a step to each end."""
    count = min(MAX_STEPS, max(1, round(length / step)))
    return [length * (index + 0.5) / count for index in range(count)]
