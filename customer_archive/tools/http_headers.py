"""Headers of HTTP that can be sent, whatever copies are called.

A server sends headers as Latin-1. One that can't be encoded fails after the response
has begun: nothing is sent, the browser waits, and the server's thread with it.
"""

import os
import re
import unicodedata

UNKNOWN = "application/octet-stream"
# Bytes, as file systems allow.
MAX_NAME = 255
# What browsers show without running anything of it ...
_SHOWN = {
    *("image/avif", "image/bmp", "image/gif", "image/heic", "image/heif"),
    *("image/jpeg", "image/png", "image/tiff", "image/webp", "image/x-ms-bmp"),
    *("application/pdf", "text/plain"),
    *("audio/mpeg", "audio/mp4", "audio/ogg", "audio/wav", "audio/x-wav"),
    *("video/mp4", "video/ogg", "video/quicktime", "video/webm"),
}
# ... and what they save under its own type.
_OFFICE = "application/vnd.openxmlformats-officedocument"
_SAVED = {
    *("application/msword", "application/vnd.ms-excel", "application/zip"),
    *("application/ofd", "application/vnd.ms-powerpoint", "text/csv"),
    f"{_OFFICE}.presentationml.presentation",
    f"{_OFFICE}.spreadsheetml.sheet",
    f"{_OFFICE}.wordprocessingml.document",
}
_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(; ?[ -~]+)?")


def file_name(name):
    """Return a name as a browser can save it: of one line, and not too long.

    Its extension stays, by which the system knows what it is.
    """
    # Halves of a pair can't be encoded in any way.
    name = (name or "").encode("utf-8", "replace").decode()
    name = "".join(
        " " if unicodedata.category(each) in ("Cc", "Zl", "Zp") else each
        for each in name
    ).strip()
    stem, extension = os.path.splitext(name)
    if len(extension) > 16:
        stem, extension = name, ""
    room = MAX_NAME - len(extension.encode())
    return stem.encode()[:room].decode(errors="ignore") + extension


def media_type(value):
    """Return a type of content, or that of any bytes if it isn't one."""
    return value if _TYPE.fullmatch(value or "") else UNKNOWN


def served_type(value):
    """Return (type that a content is sent as, whether browsers may show it).

    What isn't known to be harmless is any bytes, to be saved: a page, a drawing with
    scripts or a style sheet would act in the name of whoever opens it.
    """
    kind = media_type(value).partition(";")[0].strip().lower()
    return (kind if kind in _SHOWN | _SAVED else UNKNOWN), kind in _SHOWN


def make_sendable(headers):
    """Replace what can't be sent in the values of headers, whoever has set them."""
    for name, value in list(headers.items()):
        sendable = value.encode("latin-1", "replace").decode("latin-1")
        if sendable == value:
            continue
        if name.lower() == "content-type":
            sendable = UNKNOWN
        headers.setlist(
            name,
            [sendable if each == value else each for each in headers.getlist(name)],
        )
