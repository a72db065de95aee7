"""What a file that is to be kept as a paper is, and what is wrong with it.

Names and first bytes are looked at here; what a library has to read is read in the
process of :mod:`.watermark`, with its limits.
"""

import re
import unicodedata

from . import watermark
from .watermark import MAX_SIZE, Unmarkable, run_limited

# What can be wrong. The first two are refused.
EMPTY, PROGRAM = "empty", "program"
PROTECTED, DAMAGED, MACROS = "protected", "damaged", "macros"
REFUSED = (EMPTY, PROGRAM)
# Nobody can read such a paper: it is none.
NO_PAPER = (EMPTY, PROGRAM, PROTECTED, DAMAGED)
# Pictures that browsers don't show.
TIFF, HEIC, OFD = "tiff", "heic", "ofd"
CHECK, PICTURE, PAGES = "check", "picture", "pages"
# Bytes that tell what a content is.
HEAD = 4096
# What Windows or a browser runs when it is opened.
_PROGRAMS = {
    *("app", "apk", "application", "bat", "chm", "cmd", "com", "cpl", "deb", "dll"),
    *("dmg", "exe", "gadget", "hta", "htm", "html", "inf", "jar", "js", "jse", "lnk"),
    *("mht", "mhtml", "mjs", "msc", "msi", "msp", "pif", "ps1", "py", "reg", "rpm"),
    *("scf", "scr", "sh", "shtml", "svg", "svgz", "sys", "url", "vb", "vbe", "vbs"),
    *("ws", "wsc", "wsf", "wsh", "xht", "xhtml"),
}
_MAGIC = (
    b"\x7fELF",
    b"#!",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    # A link of Windows.
    b"L\0\0\0\x01\x14\x02\0",
    b"dex\n03",
)
_WEB = re.compile(
    rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*"
    rb"<(!doctype\s+html|html|head|body|script|svg|iframe)\b",
    re.IGNORECASE | re.DOTALL,
)
_BATCH = re.compile(rb"(\xef\xbb\xbf)?\s*@echo\s+off\b", re.IGNORECASE)
_HEIF = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_OPENED = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\0", b"MM\0*") + (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\xd0\xcf\x11\xe0",
)
_NAMED = {
    *("pdf", "jpg", "jpeg", "png", "gif", "tif", "tiff", "bmp", "webp"),
    *("docx", "docm", "xlsx", "xlsm", "pptx", "pptm", "zip", "ofd", "xls"),
}


def extension(name):
    """Return the extension by which Windows opens a file, in lower case."""
    name = "".join(
        each for each in name or "" if unicodedata.category(each) not in ("Cc", "Cf")
    )
    # Windows leaves dots and spaces at the end away.
    stem, dot, last = name.rstrip(". ").rpartition(".")
    return last.lower() if dot and stem else ""


def refused(name, head, size):
    """Return why a file is no paper at all, or None.

    :param head: its first bytes, ``HEAD`` of them
    :param size: in bytes
    """
    if not size:
        return EMPTY
    return PROGRAM if is_program(name) or _runs(head) else None


def is_program(name):
    """Whether a file runs when it is opened, by its name."""
    return extension(name) in _PROGRAMS


def _runs(head):
    # A text may begin with these two letters, too.
    windows = head.startswith(b"MZ") and b"\0" in head[:64]
    return bool(
        windows or head.startswith(_MAGIC) or _WEB.match(head) or _BATCH.match(head)
    )


def trouble(name, head, content):
    """Return what is wrong with a file that is a paper by name and size, or None.

    :param content: function that returns all of it; not called if nobody could tell
    :raise RuntimeError: if nothing can be told, such as without a library
    """
    if not _is_opened(name, head):
        return None
    whole = content()
    if len(whole) > MAX_SIZE:
        return None
    order = {"kind": CHECK, "lines": [], "extension": extension(name)}
    try:
        return run_limited(order, whole).decode() or None
    except Unmarkable as error:
        # What is too large for a mark may still be read.
        return error.code if error.code in (PROTECTED, DAMAGED) else None


def _is_opened(name, head):
    return (
        extension(name) in _NAMED or head.startswith(_OPENED) or b"%PDF-" in head[:1024]
    )


# Shown


def unseen_kind(name, head):
    """Return the kind of a content that no browser shows: TIFF, HEIC, OFD; or None."""
    if head.startswith((b"II*\0", b"MM\0*")):
        return TIFF
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF:
        return HEIC
    if extension(name) == OFD and head.startswith(b"PK"):
        return OFD
    return None


def picture(kind, content):
    """Return (picture, its type) of the first page of a content.

    :param kind: as :func:`unseen_kind` returns it
    :raise watermark.Unmarkable: if there is none
    """
    shown = run_limited({"kind": PICTURE, "lines": [], "of": kind}, content)
    png = shown.startswith(b"\x89PNG")
    return shown, "image/png" if png else "image/jpeg"


def pages(content, lines):
    """Return a PDF of all pages of a TIFF, with a mark.

    :raise watermark.Unmarkable: if there is none
    """
    return watermark.marked(
        watermark.PDF, run_limited({"kind": PAGES, "lines": []}, content), lines
    )
