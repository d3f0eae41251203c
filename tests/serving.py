"""A WSGI application on a free port of this machine, for the browser; when it stops, no answer is cut off."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wsgi import ClosingIterator


class _Counted:
    """The application, and how many requests are being answered."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app
        self._open = 0
        self._changed = threading.Condition()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        # Read whole and closed here: where a browser leaves in the middle of an answer, the server
        # forgets to close it, and a file stays open until the collector finds it in another test.
        answer = ClosingIterator(self._app(environ, start_response))
        try:
            return [b"".join(answer)]
        finally:
            answer.close()

    def count(self, more: int) -> None:
        with self._changed:
            self._open += more
            self._changed.notify_all()

    def settle(self) -> None:
        """Wait until every answer is given, at most ten seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._open == 0, 10)


class _Handler(WSGIRequestHandler):
    """Counts what it answers. Addresses stay out of the tests' output; the application has its own log."""

    def run_wsgi(self) -> None:
        counted = self.server.app
        assert isinstance(counted, _Counted)
        counted.count(1)
        try:
            super().run_wsgi()
        finally:
            counted.count(-1)

    def log(self, type: str, message: str, *args: object) -> None:
        del type, message, args


@contextmanager
def served(app: WSGIApplication) -> Iterator[str]:
    """A WSGI application on a free port of this machine; its address."""
    counted = _Counted(app)
    server: BaseWSGIServer = make_server("127.0.0.1", 0, counted, threaded=True, request_handler=_Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        counted.settle()
        server.server_close()
        thread.join()
