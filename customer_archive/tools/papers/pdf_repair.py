"""PDF files without their end or their table of objects, which viewers repair.

What is stored stays as it came; people get what is made of it.
"""

import io

import pikepdf
from pypdf.errors import LimitReachedError

from .watermark import Unmarkable

_FINAL = (Unmarkable, LimitReachedError, MemoryError, RecursionError)
# With this end, pypdf looks for the objects itself.
_NO_TABLE = b"\nstartxref\n0\n%%EOF\n"


def repairing(work, source):
    """Return what ``work`` returns of a file, or of one that is made of it.

    :param source: binary file
    :param work: function of a binary file, which raises what it likes
    :raise Unmarkable: if it can't be repaired either
    """
    error = None
    for attempt in (_as_it_is, _rebuilt, _completed):
        try:
            return work(attempt(source))
        except _FINAL:
            raise
        except Exception as found:  # noqa: BLE001
            # The libraries raise whatever they stumble over in a damaged content.
            error = error or found
    raise error


def _as_it_is(source):
    return source


def _rebuilt(source):
    source.seek(0)
    target = io.BytesIO()
    try:
        with pikepdf.open(source, suppress_warnings=True) as found:
            if not found.pages:
                raise ValueError("no page was found")
            found.save(target)
    except pikepdf.PasswordError:
        raise Unmarkable("protected", "it opens with a password only") from None
    return target


def _completed(source):
    source.seek(0)
    return io.BytesIO(source.read() + _NO_TABLE)
