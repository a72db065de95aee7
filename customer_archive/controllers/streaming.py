import contextlib
import tempfile

from odoo.http import content_disposition, request

from ..tools.http_headers import file_name
from ..tools.sent_file import SentFile

# Larger answers go to a file instead of memory.
SPOOL = 4 * 1024 * 1024
CHUNK = 256 * 1024


def spooled(write, name, content_type):
    """Return a response with a file that is made first and sent afterwards.

    :param write: function of a binary stream that writes the file to it
    :param name: what the file is saved as
    """
    with contextlib.ExitStack() as stack:
        stream = stack.enter_context(tempfile.SpooledTemporaryFile(max_size=SPOOL))
        write(stream)
        headers = [
            ("Content-Type", content_type),
            ("Content-Length", str(stream.tell())),
            ("Content-Disposition", content_disposition(file_name(name))),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "no-store"),
        ]
        stream.seek(0)
        response = request.make_response(SentFile(stream, CHUNK), headers)
        # The file is read while the response goes out, and closed after it.
        response.call_on_close(stack.pop_all().close)
        return response
