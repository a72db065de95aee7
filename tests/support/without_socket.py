"""Requests to Odoo's web server that don't take the way through a socket.

Thousands of calls tell nothing more by each opening a connection. Everything from the
WSGI application on is as it is behind the server: session, routing, dispatching, and a
thread of its own for each request.
"""

import io
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPMessage
from types import SimpleNamespace

from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse
from werkzeug.test import EnvironBuilder, run_wsgi_app

from odoo import http


class WithoutSocket(HTTPAdapter):
    """Hands what requests has prepared to the WSGI application."""

    def send(self, request, timeout=None, **_options):
        with ThreadPoolExecutor(1) as thread:
            answer = thread.submit(self._answer, request).result(timeout)
        return self.build_response(request, answer)

    def _answer(self, request):
        scheme, _colon, rest = request.url.partition("://")
        host, _slash, path = rest.partition("/")
        environ = EnvironBuilder(
            path=f"/{path}",
            base_url=f"{scheme}://{host}/",
            method=request.method,
            headers=list(request.headers.items()),
            input_stream=io.BytesIO(self._body(request)),
            environ_overrides={"REMOTE_ADDR": "127.0.0.1"},
        ).get_environ()
        chunks, status, headers = run_wsgi_app(http.root, environ, buffered=True)
        # From there requests takes the cookies.
        message = HTTPMessage()
        for name, value in headers:
            message.add_header(name, value)
        return HTTPResponse(
            body=io.BytesIO(b"".join(chunks)),
            headers=list(headers),
            status=int(status.split(" ", 1)[0]),
            preload_content=False,
            original_response=SimpleNamespace(
                msg=message, isclosed=lambda: True, close=lambda: None
            ),
        )

    @staticmethod
    def _body(request):
        body = request.body or b""
        return body.encode() if isinstance(body, str) else body
