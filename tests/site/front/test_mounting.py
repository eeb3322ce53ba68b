"""Django behind the front: bodies are read as they come, answers sent as they are made, and the client is who it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from bangfu.site.front.mounting import Mounted


class Scope:
    """A request as Granian tells it."""

    scheme, http_version, server, client = "http", "1.1", "127.0.0.1:8000", "10.1.2.3:5555"

    def __init__(
        self, method: str = "GET", path: str = "/f/%E5%86%8C", query: str = "a=1", **headers: str
    ) -> None:
        self.method, self.path, self.query_string = method, path, query
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()} | {
            "x_forged_y": "1"
        }


class Proto:
    """The other side of the connection."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces, self.read, self.sent = pieces, 0, list[Any]()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            self.read += 1
            yield piece

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.sent.append((status, headers, None))

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.sent.append((status, headers, body))

    def response_stream(self, status: int, headers: list[tuple[str, str]]) -> Proto:
        self.sent.append((status, headers, "stream"))
        return self

    async def send_bytes(self, piece: bytes) -> None:
        self.sent.append(piece)


def answered(application: Callable[..., Any], scope: Scope, proto: Proto) -> list[Any]:
    async def run() -> None:
        mounted = Mounted(application, asyncio.get_running_loop(), 2)
        await mounted.answer(scope, proto)
        await asyncio.sleep(0)
        mounted.end()

    asyncio.run(run())
    return proto.sent


class TestMounted:
    def test_tells_who_asks_for_what(self) -> None:
        seen: dict[str, Any] = {}

        def application(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
            seen.update(environ)
            start("200 OK", [("Content-Type", "text/plain"), ("Set-Cookie", "a"), ("Set-Cookie", "b")])
            return [b"done"]

        sent = answered(application, Scope(host="bangfu", content_type="text/x"), Proto())
        assert sent == [
            (200, [("content-type", "text/plain"), ("set-cookie", "a"), ("set-cookie", "b")], b"done")
        ]
        assert (seen["PATH_INFO"].encode("latin-1").decode(), seen["QUERY_STRING"]) == ("/f/册", "a=1")
        assert (seen["REMOTE_ADDR"], seen["SERVER_PORT"], seen["HTTP_HOST"]) == ("10.1.2.3", "8000", "bangfu")
        assert seen["CONTENT_TYPE"] == "text/x"
        assert "HTTP_X_FORGED_Y" not in seen

    def test_reads_a_body_only_as_far_as_it_is_asked_for(self) -> None:
        proto = Proto(b"abc", b"defg", b"h" * 200_000, b"never")

        def application(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
            start("200 OK", [])
            return [environ["wsgi.input"].read(5)]

        assert answered(application, Scope("POST", content_length="200012"), proto)[0][2] == b"abcde"
        assert proto.read < 4

    def test_streams_what_comes_in_pieces_and_closes_it(self) -> None:
        closed = []

        class Answer:
            def __iter__(self) -> Iterator[bytes]:
                return iter([b"1", b"2", b"3"])

            def close(self) -> None:
                closed.append(True)

        def application(environ: dict[str, Any], start: Callable[..., Any]) -> Answer:
            start("200 OK", [])
            return Answer()

        assert answered(application, Scope(), Proto()) == [(200, [], "stream"), b"1", b"2", b"3"]
        assert closed == [True]

    def test_says_nothing_to_head(self) -> None:
        def application(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
            start("200 OK", [("Content-Length", "4")])
            return [b"body"]

        assert answered(application, Scope("HEAD"), Proto()) == [(200, [("content-length", "4")], None)]
