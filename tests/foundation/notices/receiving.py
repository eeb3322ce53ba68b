"""A mail server and the makers of chats, on this machine: they keep what they are sent and answer as they are told."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class MailServer:
    """Speaks as much SMTP as a sender needs."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, bytes]] = []
        """Recipient and letter."""
        self.answers: list[bytes] = []
        """What it says after the letter, in turn; taken when there is none left."""
        self.passwords: list[str] = []
        self.before_taking: Callable[[], None] = lambda: None
        house = self

        class Handler(socketserver.StreamRequestHandler):
            def say(self, line: bytes) -> None:
                self.wfile.write(line + b"\r\n")

            def handle(self) -> None:
                self.say(b"220 here")
                to = ""
                while line := self.rfile.readline().strip():
                    verb = line.split(b" ")[0].upper()
                    if verb == b"EHLO":
                        self.say(b"250-here")
                        self.say(b"250 AUTH PLAIN")
                    elif verb == b"AUTH":
                        house.passwords.append(line.split(b" ")[2].decode())
                        self.say(b"535 no such user weilan@example.org")
                    elif verb == b"RCPT":
                        to = line.partition(b"<")[2].partition(b">")[0].decode()
                        self.say(b"550 no mailbox " + to.encode() if to.startswith("nobody") else b"250 ok")
                    elif verb == b"DATA":
                        self.say(b"354 go on")
                        self.letter(to)
                    elif verb == b"QUIT":
                        self.say(b"221 bye")
                        return
                    else:
                        self.say(b"250 ok")

            def letter(self, to: str) -> None:
                lines = []
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(line)
                house.before_taking()
                answer = house.answers.pop(0) if house.answers else b"250 taken"
                if answer.startswith(b"250"):
                    house.taken.append((to, b"".join(lines)))
                self.say(answer)

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.server.server_address[1]


class Chat:
    """The maker of a chat; its robots answer JSON."""

    def __init__(self) -> None:
        self.posted: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        """Path, query and body."""
        self.answers: list[Any] = []
        chat = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                chat.posted.append((parts.path, query, body))
                answer = chat.answers.pop(0) if chat.answers else {"errcode": 0, "errmsg": "ok"}
                status = answer if isinstance(answer, int) else 200
                self.send_response(status)
                self.end_headers()
                self.wfile.write(answer if isinstance(answer, bytes) else json.dumps(answer).encode())

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server.server_port}/send"


@contextmanager
def listening(house: Any) -> Iterator[Any]:
    """Let a server listen for a while."""
    thread = threading.Thread(target=house.server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield house
    finally:
        house.server.shutdown()
        house.server.server_close()
