"""Sends decrypted content to a browser, a part at a time."""

import contextlib

from werkzeug.http import parse_range_header

from odoo.http import Response, Stream, content_disposition, request

from .http_headers import file_name, served_type
from .sent_file import SentFile

PART = 256 * 1024


class KeptStream(Stream):
    """A stream of what is kept plain, or of a field; never shown as a page either."""

    @classmethod
    def of(cls, stream):
        """Return the same content, as this kind of stream."""
        return cls(**vars(stream))

    def get_response(self, as_attachment=None, *args, **kwargs):
        self.mimetype, shown = served_type(self.mimetype)
        saved = self.as_attachment if as_attachment is None else as_attachment
        return super().get_response(saved or not shown, *args, **kwargs)


class MarkedStream(Stream):
    """A stream of a content that is watermarked again for each request.

    So there are no parts of it, which wouldn't fit each other, and no cache of it.

    :param data: the marked content, as bytes
    """

    type = "data"

    def __init__(self, data, **kwargs):
        super().__init__(data=data, etag=False, size=len(data), **kwargs)

    def get_response(
        self,
        as_attachment=None,
        immutable=None,
        content_security_policy="default-src 'none'",
        **send_file_kwargs,
    ):
        """Return the response with the whole content, whatever part is asked for."""
        response = Response(self.data, mimetype=served_type(self.mimetype)[0])
        response.headers["Accept-Ranges"] = "none"
        return _finished(response, self, as_attachment, content_security_policy)


class EncryptedStream(Stream):
    """A stream over a :class:`.keyring.Reader`; nothing of it stays in a cache.

    :param reader: the decrypted content as a file
    :param verified: function that returns a context manager for errors of the content
    """

    type = "data"

    def __init__(self, reader, verified, **kwargs):
        super().__init__(etag=False, size=reader.size, **kwargs)
        self._reader = reader
        self._verified = verified
        self._data = None

    @property
    def data(self):
        """The whole content: for what can't work with a part, such as thumbnails."""
        if self._data is None:
            with self._reader, self._verified():
                self._reader.verify()
                self._data = self._reader.read()
        return self._data

    @data.setter
    def data(self, value):
        self._data = value

    def get_response(
        self,
        as_attachment=None,
        immutable=None,
        content_security_policy="default-src 'none'",
        **send_file_kwargs,
    ):
        """Return the response, after checking that what it sends is genuine."""
        if self._data is not None:
            self.download_name = file_name(self.download_name)
            self.mimetype, shown = served_type(self.mimetype)
            saved = self.as_attachment if as_attachment is None else as_attachment
            response = super().get_response(
                saved or not shown, False, content_security_policy, **send_file_kwargs
            )
        else:
            response = _finished(
                self._streamed(), self, as_attachment, content_security_policy
            )
        response.headers["Cache-Control"] = "private, no-store"
        return response

    def _streamed(self):
        environ = request.httprequest.environ
        with contextlib.ExitStack() as stack:
            # Until the response has it, to close it in the end.
            stack.callback(self._reader.close)
            with self._verified():
                self._reader.verify(*self._wanted(environ))
            response = Response(
                SentFile(self._reader, PART),
                mimetype=served_type(self.mimetype)[0],
                direct_passthrough=True,
            )
            response.content_length = self.size
            response.call_on_close(self._reader.close)
            response = response.make_conditional(
                environ, accept_ranges=True, complete_length=self.size
            )
            stack.pop_all()
        return response

    def _wanted(self, environ):
        """Return the first and the last byte but one that the browser asks for."""
        if "HTTP_IF_RANGE" in environ:
            # It may get the whole instead.
            return 0, None
        wanted = parse_range_header(environ.get("HTTP_RANGE"))
        part = wanted and wanted.range_for_length(self.size)
        return part or (0, None)


def _finished(response, stream, as_attachment, content_security_policy):
    """Return a response with the headers that every decrypted content gets."""
    headers, name = response.headers, file_name(stream.download_name)
    saved = stream.as_attachment if as_attachment is None else as_attachment
    shown = served_type(stream.mimetype)[1] and not saved
    headers["Content-Disposition"] = content_disposition(
        name, disposition_type="inline" if shown else "attachment"
    )
    headers["X-Content-Type-Options"] = "nosniff"
    if content_security_policy:
        headers["Content-Security-Policy"] = content_security_policy
    headers["Cache-Control"] = "private, no-store"
    return response
