"""PDF files and workbooks, good and bad, for the tests of marks."""

import io
import zipfile
import zlib

import xlsxwriter
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

TEXT = "Business licence"
A4 = (595, 842)


def pdf(pages=1, size=A4, turn=0, text=TEXT):
    """Return a PDF whose pages each carry ``text``."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=size)
    for _page in range(pages):
        canvas.setPageRotation(turn)
        canvas.drawString(size[0] / 10, size[1] / 2, text)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _packed_zeros(number):
    """Return so many zeros, compressed without ever holding them in memory."""
    packer, chunk = zlib.compressobj(), bytes(1 << 20)
    chunks = [packer.compress(chunk) for _each in range(number // len(chunk))]
    return b"".join([*chunks, packer.flush()])


def raw_pdf(content=b"", page=b"/MediaBox [0 0 595 842]", kids=b"[3 0 R]", more=()):
    """Return a PDF written by hand, of one page.

    :param content: its stream, compressed; or the number of zeros it is made of
    :param more: further objects, from number 5 on
    """
    if isinstance(content, int):
        packed = _packed_zeros(content)
    else:
        packed = zlib.compress(content)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids" + kids + b">>",
        b"<</Type/Page/Parent 2 0 R/Contents 4 0 R" + page + b">>",
        b"<</Filter/FlateDecode/Length %d>>stream\n" % len(packed)
        + packed
        + b"\nendstream",
        *more,
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return bytes(out) + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\n"
        b"startxref\n%d\n%%%%EOF\n" % (count, table, count, len(out))
    )


def locked_pdf(password=""):
    """Return a PDF that may only be printed, or opens with a password only."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf())))
    writer.encrypt(password, "owner", permissions_flag=4, algorithm="AES-256")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def texts(content):
    """Return the text of each page of a PDF."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def workbook(footer=None, **options):
    """Return a workbook with two sheets and a chart on a third.

    :param footer: of the first sheet
    :param options: of the footer, as ``xlsxwriter`` takes them
    """
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        first, second = book.add_worksheet("一"), book.add_worksheet("Two")
        first.write_row(0, 0, [TEXT, 1])
        if footer:
            first.set_footer(footer, options)
        second.write(0, 0, "<&>")
        second.autofilter(0, 0, 3, 3)
        second.insert_image(2, 2, "x.png", {"image_data": io.BytesIO(_PIXEL)})
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=Two!$A$1:$A$3"})
        book.add_chartsheet("Three").set_chart(chart)
    return stream.getvalue()


def repacked(content, changes):
    """Return a workbook with some members changed, added or left out (None)."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        names = [name for name in source.namelist() if name not in changes]
        for name in names:
            target.writestr(name, source.read(name))
        for name, data in changes.items():
            if data is not None:
                target.writestr(name, data)
    return stream.getvalue()


def members(content):
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _pixel():
    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGB", (2, 2)).save(stream, "PNG")
    return stream.getvalue()


_PIXEL = _pixel()
