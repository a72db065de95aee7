"""Contents that are papers, and some that are none."""

import io
import zipfile

from .viewing_case import chinese_pdf, scan, tiff
from .watermark_case import locked_pdf, workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LINK = b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0F"


def packed(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, content in members.items():
            package.writestr(name, content)
    return stream.getvalue()


def ofd(cover=None):
    """Return a paper as GB/T 33190 has it, with or without a picture of itself."""
    words = "<ofd:Cover>/Doc_0/cover.jpg</ofd:Cover>" if cover else ""
    root = (
        '<?xml version="1.0" encoding="UTF-8"?><ofd:OFD '
        'xmlns:ofd="http://www.ofdspec.org/2016" Version="1.0" DocType="OFD">'
        f"<ofd:DocBody><ofd:DocInfo><ofd:Title>发票</ofd:Title>{words}"
        "</ofd:DocInfo></ofd:DocBody></ofd:OFD>"
    )
    members = {"OFD.xml": root.encode()}
    if cover:
        members["Doc_0/cover.jpg"] = cover
    return packed(**members)


PDF, JPEG = chinese_pdf(), scan()
# By code: (name, content) of what is refused, ...
NONE = {
    "empty": (("空.pdf", b""), ("空.txt", b"")),
    "program": (
        ("程序.exe", b"MZ" + bytes(100)),
        ("执照.pdf.exe", PDF),
        ("执照.pdf", b"MZ\x90\0" + bytes(100)),
        ("执照.jpg", b"\x7fELF" + bytes(100)),
        ("a.txt", b"#!/bin/sh\nrm -rf /\n"),
        ("a.bat", b"dir"),
        ("a.txt", "\ufeff@echo off".encode()),
        ("a.js", b"alert(1)"),
        ("捷径.lnk", LINK),
        ("捷径.pdf", LINK),
        ("网页.html", "<p>执照</p>".encode()),
        ("网页.pdf", b" \n<!DOCTYPE html><html>"),
        ("a.svg", b"<svg onload='x'/>"),
        ("b.exe. ", b"text"),
        ("c\u202e.ex\u200be", b"text"),
    ),
}
# ... of what nobody can read, ...
UNREADABLE = {
    "protected": (
        ("加密.pdf", locked_pdf("secret")),
        ("加密.xlsx", OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le")),
    ),
    "damaged": (
        ("坏.pdf", b"%PDF-1.4 " + b"x" * 500),
        ("不是.pdf", "只是文字".encode()),
        ("半张.jpg", JPEG[: len(JPEG) // 2]),
        ("坏.xlsx", b"PK\x03\x04" + b"x" * 500),
        ("坏.tif", b"II*\0" + b"x" * 500),
    ),
}
# ... and of papers.
PAPERS = (
    ("执照.pdf", PDF),
    ("打印.pdf", locked_pdf("")),
    ("照片.jpg", JPEG),
    ("照片.png", scan("PNG")),
    ("扫描.tiff", tiff()),
    ("表格.xlsx", workbook()),
    ("文字.txt", "MZ 开头的文字".encode()),
    ("发票.ofd", ofd()),
    ("没有扩展名", PDF),
)
