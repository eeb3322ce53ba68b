"""Killed in the middle of a sale: what was acknowledged is there once, and the rest is absent or told by its key."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import connection
from django.utils import timezone
from psycopg import sql

from bangfu.livelihoods.shop.door.tokens import issue_token
from bangfu.livelihoods.shop.models import Order
from bangfu.livelihoods.shop.operations import row_key
from bangfu.livelihoods.shop.queries import orders_by_key
from bangfu.site.embedded.leash import descendants_of
from bangfu.site.front.application import PLACER
from tests.cast import enter_cast
from tests.conftest import Server
from tests.livelihoods.shop.sold import PRICE_FEN, check_books, opened

LONGEST_S = 60
PLACER_MODULE = PLACER[-1]
BUYERS = 6


@contextmanager
def served(address: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Serve the front over a database, with a worker that is started again when it is killed."""
    words = ["--interface", "rsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--no-ws"]
    process = subprocess.Popen(
        [
            sys.executable, "-m", "granian", *words, "--respawn-failed-workers", "--respawn-interval", "0.5",
            "--log-level", "critical", "bangfu.site.front.application:application",
        ],
        env=os.environ | {
            "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "bangfu.site.settings", "BANGFU_VAR": str(settings.VAR),
            "BANGFU_SECRET_KEY": settings.SECRET_KEY,
        },
        start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        for pid in [*descendants_of(process.pid), process.pid]:
            kill(pid)
        process.wait(10)


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def child_that_runs(words: str, parent: int) -> int:
    """Return the last process below another whose command line has these words."""
    running = [pid for pid in descendants_of(parent) if words in command_of(pid)]
    assert running, words
    return running[-1]


def command_of(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text()
    return ""


def is_up(address: str) -> bool:
    try:
        psycopg.connect(address, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


class Crowd:
    """Buyers who order one pack after the other, each under a key of its own, and ask again for what they do not know."""

    def __init__(self, port: int, offer: int, tokens: dict[str, str]) -> None:
        self.port, self.offer, self.tokens = port, offer, tokens
        self.acknowledged: dict[str, str] = {}
        self.asked: set[str] = set()
        self.is_over = threading.Event()
        self.threads = [threading.Thread(target=self._order, args=(buyer,)) for buyer in tokens]
        for thread in self.threads:
            thread.start()

    def _order(self, buyer: str) -> None:
        number = 0
        while not self.is_over.is_set():
            key = f"n{number}"
            self.asked.add(row_key(buyer, key))
            found = self._ask(self.tokens[buyer], key)
            if found is None:
                time.sleep(0.1)
                continue
            self.acknowledged[row_key(buyer, key)] = found
            number += 1
            time.sleep(0.06)

    def _ask(self, token: str, key: str) -> str | None:
        body = json.dumps(
            {"key": key, "lines": [{"offer": self.offer, "quantity": 1, "price_fen": PRICE_FEN}]}
        )
        address = http.client.HTTPConnection("127.0.0.1", self.port, timeout=8)
        try:
            address.request("POST", "/shop/live/orders", body, {"Authorization": f"Bearer {token}"})
            answer = address.getresponse()
            return str(json.loads(answer.read())["order"]) if answer.status in (200, 201) else None
        except (OSError, http.client.HTTPException):
            return None
        finally:
            address.close()

    def until(self, reached: Callable[[], bool]) -> None:
        """Wait for something that comes with time."""
        began = time.monotonic()
        while not reached():
            assert time.monotonic() - began < LONGEST_S, f"{len(self.acknowledged)} acknowledged, and no more"
            time.sleep(0.05)

    def more(self, count: int) -> None:
        """Wait until so many more are acknowledged."""
        wanted = len(self.acknowledged) + count
        self.until(lambda: len(self.acknowledged) >= wanted)

    def end(self) -> None:
        self.is_over.set()
        for thread in self.threads:
            thread.join(20)


def test_whatever_is_killed_in_mid_sale(own_database: str, server: Server) -> None:
    name = urlsplit(own_database).path.lstrip("/")
    with psycopg.connect(
        server.owner(name), autocommit=True
    ) as owner:  # as in a house, and not as the tests' server
        owner.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = on").format(sql.Identifier(name)))
    shop = opened(enter_cast())
    offer = shop.offered(1_000_000)
    now = timezone.now()
    tokens = {buyer: issue_token(UUID(buyer), at=now - timedelta(seconds=1)) for buyer in shop.buyers(BUYERS)}
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    with served(own_database, port) as process:
        crowd = Crowd(port, offer.pk, tokens)
        try:
            crowd.more(10)
            kill(child_that_runs(PLACER_MODULE, process.pid))
            crowd.more(10)
            kill(child_that_runs("granian", process.pid))
            crowd.more(10)
            with psycopg.connect(own_database, autocommit=True) as own:
                backends = own.execute(
                    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                ).fetchall()
            for (
                pid,
            ) in backends:  # to PostgreSQL that is a crash: every session ends, and it recovers from its log
                kill(pid)
            crowd.until(lambda: is_up(own_database))
            crowd.more(10)
        finally:
            for pid in [*descendants_of(process.pid), process.pid]:
                kill(pid)
            crowd.end()
    connection.close()
    known = orders_by_key(sorted(crowd.asked))
    assert {
        key: f"DD{order:010d}" for key, order in known.items() if key in crowd.acknowledged
    } == crowd.acknowledged
    assert Order.objects.count() == len(known) == len(set(known.values()))
    assert len(known) - len(crowd.acknowledged) <= BUYERS
    check_books()
