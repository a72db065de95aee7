"""Real papers, requests through a socket of its own, and names of every kind."""

import io
import socket
import threading
import time
from urllib.parse import quote, urlsplit

from PIL import Image, TiffImagePlugin
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from odoo.addons.customer_archive.models.common.sentinel import as_system

from ..encryption.encryption_case import EncryptionCase

# Odoo lets Pillow know but few types in its own process.
Image.register_save_all(TiffImagePlugin.TiffImageFile.format, TiffImagePlugin._save_all)
PARTY = "示例国际贸易（上海）有限公司"
NAMES = (
    "示例_营业执照_2026-03-01",
    "引号\"和'单引号'",
    "换\n行\r\n和\t制表\x00符".replace("\x00", ""),
    "😀𬬭表情与生僻字",
    "很长的名字" * 200,
    "a;b=c, d%20e\\f/g",
    "plain",
    "Grüße",
)
# Seconds for what is answered at once.
PATIENCE = 20


def chinese_pdf(text="营业执照"):
    """Return a PDF with Chinese text on a page."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    stream = io.BytesIO()
    canvas = Canvas(stream)
    canvas.setFont("STSong-Light", 20)
    canvas.drawString(80, 700, text)
    canvas.save()
    return stream.getvalue()


def scan(kind="JPEG", size=(640, 480), **options):
    """Return a picture of the type that Pillow calls ``kind``."""
    stream = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(stream, kind, **options)
    return stream.getvalue()


def tiff(pages=3):
    more = [Image.new("1", (640, 480), index % 2) for index in range(pages - 1)]
    return scan("TIFF", save_all=True, append_images=more)


class ViewingCase(EncryptionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file.sudo().partner_id.name = PARTY

    def named(self, copy, name):
        """Call a copy what no upload would be called now."""
        as_system(copy.sudo()).write({"name": name})
        self.env.flush_all()
        return copy

    def raw(self, path, method="GET", **headers):
        """Return (status, headers, body, seconds) of a request through a socket.

        The socket stays open for a next request, as a browser's does: the answer has
        ended when the server closes it.
        """
        self.env.flush_all()
        parts, began = urlsplit(self.base_url()), time.monotonic()
        cookies = "; ".join(f"{each.name}={each.value}" for each in self.opener.cookies)
        lines = [
            f"{method} {quote(path, safe='/?&=%')} HTTP/1.1",
            f"Host: {parts.netloc}",
            f"Cookie: {cookies}",
            *(f"{name.replace('_', '-')}: {text}" for name, text in headers.items()),
        ]
        place = parts.hostname, parts.port
        with (
            self.allow_requests(all_requests=True),
            socket.create_connection(place, 5) as connection,
        ):
            connection.settimeout(PATIENCE)
            connection.sendall("\r\n".join([*lines, "", ""]).encode())
            answer = b""
            while part := connection.recv(1 << 16):
                answer += part
        return (*_parted(answer), time.monotonic() - began)

    def wait_for_threads(self):
        """Return the threads of requests that are still there after a while."""
        for _attempt in range(50):
            left = [
                each
                for each in threading.enumerate()
                if getattr(each, "type", None) == "http" and each.is_alive()
            ]
            if not left:
                break
            time.sleep(0.1)
        return left


def _parted(answer):
    head, _sep, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(": ") for line in lines)
    found = {name.lower(): value for name, _sep, value in pairs}
    return int(first.split()[1]) if first else None, found, body
