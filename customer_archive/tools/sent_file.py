"""A file on its way to a browser."""

import logging

from werkzeug.wsgi import FileWrapper

_logger = logging.getLogger(__name__)


class SentFile(FileWrapper):
    """The parts of a file; an error between them ends the connection at once.

    Servers answer an error of an application with a page of their own. Here headers
    and parts are on their way already: the page would become the rest of the file, and
    the browser would take it for whole.
    """

    def __init__(self, file, buffer_size):
        super().__init__(file, buffer_size)
        self._has_begun = False

    def __next__(self):
        try:
            part = super().__next__()
        except StopIteration:
            raise
        except Exception as error:
            self.close()
            if not self._has_begun:
                # Nothing was sent: the server's page is the answer.
                raise
            _logger.exception("A file couldn't be sent to its end.")
            # What servers take for a connection that is gone: they let go of it.
            raise ConnectionAbortedError("the rest can't be read") from error
        self._has_begun = True
        return part
