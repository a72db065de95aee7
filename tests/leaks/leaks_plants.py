"""What is planted: numbers and scans that nobody has, each told from the others."""

import io

from PIL import Image, PngImagePlugin
from stdnum.cn import ric

from .leaks_scan import COLOUR, Stem

IDENTITY = Stem("identity number", "11010119000101")
ACCOUNT = Stem("bank account", "62220209031007")
PASSPORT = Stem("passport", "EQ7755331")
SCAN = Stem("scan", "planted scan zk41 of 绝密护照")
STEMS = (IDENTITY, ACCOUNT, PASSPORT, SCAN)


class Plants:
    """Gives values, and remembers for what each was given."""

    def __init__(self):
        self.given = {}

    def identity(self, purpose):
        body = f"{IDENTITY.text}{self._next(IDENTITY, purpose)}"
        return self._given(body + ric.calc_check_digit(f"{body}0"), purpose)

    def mistyped(self, purpose):
        """Return an identity number with a wrong check digit."""
        right = self.identity(purpose)
        return right[:-1] + ("1" if right[-1] != "1" else "2")

    def account(self, purpose):
        return self._given(f"{ACCOUNT.text}{self._next(ACCOUNT, purpose)}", purpose)

    def passport(self, purpose):
        return self._given(f"{PASSPORT.text}{self._next(PASSPORT, purpose)}", purpose)

    def legend(self, text):
        """Return for what the values in ``text`` were given."""
        return [why for value, why in self.given.items() if value[:17] in text]

    def _next(self, _stem, _purpose):
        return f"{len(self.given) + 1:03d}"

    def _given(self, value, purpose):
        self.given[value] = purpose
        return value


def text():
    return f"{SCAN.text}\n".encode() * 40


def pdf():
    """Return a PDF of one page, not compressed."""
    content = f"BT /F1 12 Tf 20 100 Td ({SCAN.text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox [0 0 300 200]%s >>"
        % b" /Resources << /Font << /F1 5 0 R >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n"
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % start


def png():
    """Return a picture of one colour, with the mark in its metadata, too."""
    note = PngImagePlugin.PngInfo()
    note.add_text("Comment", SCAN.text.encode("ascii", "replace").decode())
    note.add_itxt("Title", SCAN.text)
    stream = io.BytesIO()
    Image.new("RGB", (640, 400), COLOUR).save(stream, "png", pnginfo=note)
    return stream.getvalue()
