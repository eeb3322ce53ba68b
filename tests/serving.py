"""The product's WSGI application served on the loopback by threads of the test, as programs and browsers reach it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.db import connection, connections
from django.test import override_settings


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of each request."""


class _ClosesItsConnection(WSGIServer):
    def serve_forever(self, poll_interval: float = 0.05) -> None:
        """Serve, one request after the other, over one connection to the database that is closed at the end."""
        try:
            super().serve_forever(poll_interval)
        finally:
            connections.close_all()


class _AThreadAConnection(ThreadingMixIn, WSGIServer):
    """As a browser needs it, which asks for several things at once; Django closes each thread's connection."""

    daemon_threads = True


@contextmanager
def served(*, to_browsers: bool = False) -> Iterator[str]:
    """Serve the product over the test's own database, and give its address; one request at a time, or as browsers ask."""
    from bangfu.site.wsgi import application

    connection.settings_dict["CONN_MAX_AGE"] = 0 if to_browsers else 600
    kind = _AThreadAConnection if to_browsers else _ClosesItsConnection
    with (
        override_settings(ALLOWED_HOSTS=["127.0.0.1"]),
        make_server("127.0.0.1", 0, application, kind, _Quiet) as server,
    ):
        thread = threading.Thread(target=server.serve_forever, name="served", daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join(10)
