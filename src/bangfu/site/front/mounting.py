"""A WSGI application behind the front: each request in a thread, its body read as it comes, its answer sent as it is made."""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes

Value = TypeVar("Value")
PIECE_BYTES = 64 * 1024
PATIENCE_S = 300
"""How long a thread waits for a client that neither sends nor takes anything."""


class _Body(io.RawIOBase):
    """The request's body, which the thread reads as it comes in."""

    def __init__(self, ask: Callable[[Awaitable[Any]], Any], pieces: Any) -> None:
        self._ask = ask
        self._pieces = pieces
        self._left = b""
        self._is_over = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left and not self._is_over:
            piece = self._ask(_next(self._pieces))
            self._is_over = piece is None
            self._left = piece or b""
        taken = self._left[: len(buffer)]
        buffer[: len(taken)] = taken
        self._left = self._left[len(taken) :]
        return len(taken)


async def _next(pieces: Any) -> bytes | None:
    try:
        return bytes(await pieces.__anext__())
    except StopAsyncIteration:
        return None


class Mounted:
    """The WSGI application, and the threads in which it answers."""

    def __init__(self, application: Any, loop: asyncio.AbstractEventLoop, threads: int) -> None:
        self._application = application
        self._loop = loop
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="page")

    def end(self) -> None:
        """Take no further request."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def answer(self, scope: Any, proto: Any) -> None:
        """Answer one request."""
        await self._loop.run_in_executor(self._threads, self._carried_out, scope, proto)

    def _ask(self, awaited: Awaitable[Value]) -> Value:
        """Wait in a thread for what happens in the loop."""
        return asyncio.run_coroutine_threadsafe(_awaited(awaited), self._loop).result(PATIENCE_S)

    def _carried_out(self, scope: Any, proto: Any) -> None:
        said: list[Any] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], failure: Any = None
        ) -> Callable[[bytes], None]:
            said[:] = [int(status.split(" ", 1)[0]), [(name.lower(), value) for name, value in headers]]
            return _no_writing

        environ = _environ(scope, proto, self._ask)
        answer = self._application(environ, start_response)
        try:
            self._send(said, answer, proto, is_head=scope.method == "HEAD")
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()

    def _send(self, said: list[Any], answer: Iterable[bytes], proto: Any, *, is_head: bool) -> None:
        pieces: Iterator[bytes] = iter(answer)
        first, second = next(pieces, b""), next(pieces, None)
        status, headers = said
        if is_head or (second is None and not first):
            self._loop.call_soon_threadsafe(proto.response_empty, status, headers)
            return
        if second is None:
            self._loop.call_soon_threadsafe(proto.response_bytes, status, headers, first)
            return
        transport = self._ask(_called(proto.response_stream, status, headers))
        for piece in (first, second):
            self._ask(transport.send_bytes(piece))
        for piece in pieces:
            self._ask(transport.send_bytes(piece))


async def _awaited(awaited: Awaitable[Value]) -> Value:
    return await awaited


async def _called(function: Callable[..., Value], *arguments: Any) -> Value:
    return function(*arguments)


def _no_writing(content: bytes) -> None:
    raise NotImplementedError("answers are returned, not written")  # WSGI's old write(): nobody here calls it


def _environ(scope: Any, proto: Any, ask: Callable[[Awaitable[Any]], Any]) -> dict[str, Any]:
    host, _, port = scope.server.rpartition(":")
    return {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope.path).decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host.strip("[]") or "localhost",
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BufferedReader(_Body(ask, proto.__aiter__()), PIECE_BYTES),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **meta_of(scope),
    }


def meta_of(scope: Any) -> dict[str, str]:
    """Return a request's headers and its caller's address, named as WSGI names them."""
    meta = {"REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]")}
    for name, value in scope.headers.items():
        key = name.upper().replace("-", "_")
        if key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            meta[key] = value
        elif "_" not in name:  # so that no client says HTTP_X_Y in two ways
            title = f"HTTP_{key}"
            joint = "; " if title == "HTTP_COOKIE" else ","
            meta[title] = f"{meta[title]}{joint}{value}" if title in meta else value
    return meta
