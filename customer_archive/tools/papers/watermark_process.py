"""The process that works on one content and ends, from standard input to output.

Input: a line of JSON (``kind``, ``lines``), then the content. Output: what is made of
the content, such as the marked one; or the exit code ``REFUSED`` and the reason on
standard error.
"""

import io
import json
import logging
import sys
import threading
import warnings

from .watermark import PDF, REFUSED, XLSX, Unmarkable

# Bytes and seconds. Enough for the largest content that is taken.
MEMORY = 1536 * 1024 * 1024
CPU_TIME = 60
# Calls within calls, and the memory for them.
DEPTH, STACK = 30_000, 256 * 1024 * 1024
# Errors that mean there is too much of something.
LIMITS = {
    "DecompressionBombError",
    "LimitReachedError",
    "MemoryError",
    "RecursionError",
}


def main():
    _limit()
    # What the libraries repair is no news.
    logging.disable()
    warnings.simplefilter("ignore")
    order = json.loads(sys.stdin.buffer.readline())
    source, target = io.BytesIO(sys.stdin.buffer.read()), io.BytesIO()
    stamp = _stamp(order)
    refused = _deep(lambda: _tried(stamp, source, target, order["lines"]))
    if refused:
        sys.stderr.write(" ".join(refused))
        sys.exit(REFUSED)
    sys.stdout.buffer.write(target.getbuffer())


def _tried(stamp, *arguments):
    """Return nothing, or why it can't be marked: (code, message)."""
    try:
        stamp(*arguments)
    except Unmarkable as error:
        return error.code, str(error)
    except Exception as error:  # noqa: BLE001
        # The libraries raise whatever they stumble over in a damaged content. Its
        # words may be content, so only the kind of the error is told.
        name = type(error).__name__
        return "too_large" if name in LIMITS else "damaged", name


def _deep(work):
    """Return what ``work`` returns, run where it may go deeper than Python likes.

    Long chains, such as the bookmarks of a book, are followed by recursion.
    """
    results = []
    sys.setrecursionlimit(DEPTH)
    threading.stack_size(STACK)
    thread = threading.Thread(target=lambda: results.append(work()))
    thread.start()
    thread.join()
    return results[0]


def _stamp(order):
    if order["kind"] == PDF:
        from .watermark_pdf import stamp
    elif order["kind"] == XLSX:
        from .watermark_xlsx import stamp
    else:
        from .paper_process import work

        stamp = work(order)
    return stamp


def _limit():
    try:
        import resource
    except ImportError:
        # Not a Unix: the time-out of the caller is what remains.
        return
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_TIME),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(kind)
        if hard == resource.RLIM_INFINITY or hard > most:
            resource.setrlimit(kind, (most, most))
