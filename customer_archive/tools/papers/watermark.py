"""Marks on PDF files and workbooks that leave: who, when, by which request (C7).

The content may be anybody's, and the libraries that read it are written in Python: a
small file can ask them for any amount of memory and time. So it is worked on in a
process of its own, with limits of the system's, which ends with the file. The content
goes there and back through pipes: nothing of it is stored or named in a command line.

What a mark costs: digital signatures in a marked copy no longer fit it, and tags for
screen readers may be lost. The stored original has both.
"""

import io
import json
import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

# Bytes of a content; what is larger isn't marked.
MAX_SIZE = 64 * 1024 * 1024
# Seconds. The process ends itself after less time of the processor.
TIMEOUT = 120
# Characters of a line, and of the one in a footer.
MAX_LENGTH, MAX_FOOTER = 120, 250
MAX_LINES = 5
# What the process answers with instead of a marked content.
REFUSED = 3
CODES = ("protected", "damaged", "too_large", "unshown")
PDF, XLSX = "pdf", "xlsx"
_BOOT = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[1]); "
    "from tools.papers.watermark_process import main; main()"
)
# What the process gets of the environment, where secrets may be, too.
_KNOWN = (
    "PATH",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LD_LIBRARY_PATH",
    "SYSTEMROOT",
    "TMPDIR",
)
_WORKBOOKS = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template",
    "application/vnd.ms-excel.sheet.macroenabled.12",
    "application/vnd.ms-excel.template.macroenabled.12",
}
_ENDS = (".xlsx", ".xlsm", ".xltx", ".xltm")
# Newer versions of PDF ask for it at the beginning, readers look for it this far.
_HEAD = 1024


class Unmarkable(ValueError):
    """A content that can't be marked.

    ``code`` says why: ``protected`` by a password, ``damaged`` (or not what it is said
    to be), or ``too_large`` (in bytes, in pages, unpacked, in time).
    """

    def __init__(self, code, message=""):
        super().__init__(message or code)
        self.code = code


def kind_of(name, mimetype, head=b""):
    """Return what kind of mark a content takes: "pdf", "xlsx" or None.

    :param name: the name of the file
    :param mimetype: its type as it was given
    :param head: its first bytes; a PDF is known by them, whatever it is called
    """
    name, mimetype = (name or "").lower(), (mimetype or "").lower()
    if mimetype == "application/pdf" or name.endswith(".pdf"):
        return PDF
    if b"%PDF-" in head[:_HEAD]:
        return PDF
    if mimetype in _WORKBOOKS or name.endswith(_ENDS):
        return XLSX
    return None


def stamp_pdf(source, target, lines):
    """Rewrite a PDF with ``lines`` on each page.

    They are repeated across the page, light enough to read what is beneath, and stand
    once in small print at its foot. A PDF with restrictions but without a password to
    open it keeps the restrictions.

    :param source: binary file, read from where it is; at most ``MAX_SIZE`` bytes
    :param target: binary file to write to; untouched in case of an error
    :param lines: texts, Chinese ones included
    :raise Unmarkable: with the reason as its code
    :raise RuntimeError: if nothing can be marked, such as without a library
    """
    _marked(PDF, source, target, [_clean(line) for line in lines])


def mark_xlsx(source, target, line):
    """Rewrite a workbook with ``line`` in the footer of each sheet.

    The parts of the package other than sheets are the same; macros stay. What a sheet
    has in its footer stays beside it, as far as the 255 characters of a footer allow.

    :param source: binary file, read from where it is; at most ``MAX_SIZE`` bytes
    :param target: binary file to write to; untouched in case of an error
    :raise Unmarkable: with the reason as its code
    """
    _marked(XLSX, source, target, [_clean(line, MAX_FOOTER)])


def _clean(line, length=MAX_LENGTH):
    """Return a line without what breaks lines or turns the direction of writing."""
    line = "".join(
        " " if unicodedata.category(each)[0] in "CZ" else each for each in line
    )
    return re.sub(" +", " ", line).strip()[:length]


def _marked(kind, source, target, lines):
    lines = [line for line in lines if line][:MAX_LINES]
    if not lines:
        raise ValueError("a mark without text")
    content = source.read(MAX_SIZE + 1)
    if len(content) > MAX_SIZE:
        raise Unmarkable("too_large", f"more than {MAX_SIZE} bytes")
    target.write(run_limited({"kind": kind, "lines": lines}, content))


def run_limited(order, content):
    """Return what the process makes of ``content`` (bytes), as bytes.

    :param order: as :mod:`.watermark_process` takes it
    :raise Unmarkable: with the reason as its code
    """
    order = json.dumps(order).encode()
    path = [str(Path(__file__).resolve().parents[2]), *filter(None, sys.path)]
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", _BOOT, json.dumps(path)],
            input=order + b"\n" + content,
            capture_output=True,
            env={name: os.environ[name] for name in _KNOWN if name in os.environ},
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unmarkable("too_large", "it takes too long") from None
    if done.returncode == REFUSED:
        code, _sep, message = done.stderr.decode(errors="replace").partition(" ")
        raise Unmarkable(code if code in CODES else "damaged", message.strip())
    if done.returncode < 0:
        raise Unmarkable("too_large", f"ended by signal {-done.returncode}")
    if done.returncode:
        # Not the content's fault: what would be marked mustn't go out unmarked.
        raise RuntimeError(
            f"The process that marks contents ended with {done.returncode}: "
            f"{done.stderr.decode(errors='replace')[-500:]}"
        )
    return done.stdout


def marked(kind, content, lines):
    """Return ``content`` (bytes) with its mark, as bytes.

    :param kind: "pdf" or "xlsx", see :func:`kind_of`
    :param lines: texts; a workbook gets them in one line
    :raise Unmarkable: with the reason as its code
    """
    source, target = io.BytesIO(content), io.BytesIO()
    if kind == PDF:
        stamp_pdf(source, target, lines)
    else:
        mark_xlsx(source, target, " · ".join(map(_clean, lines)))
    return target.getvalue()
