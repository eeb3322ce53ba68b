"""A load of HTTP requests on the loopback, from one process: closed (as fast as answers come) or paced.

Requests are bytes that stand ready; of an answer the status, the end and the time are looked at. Connections stay open, and
each has one request under way, as browsers do.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Outcome:
    """What came of a load."""

    took_s: float = 0.0
    statuses: dict[str, int] = field(default_factory=dict)
    latencies_ms: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Return answers with 201 a second."""
        return self.statuses.get("201", 0) / self.took_s

    def at(self, part: float) -> float:
        """Return the latency in ms below which this part of the answers came."""
        ordered = sorted(self.latencies_ms)
        return ordered[min(int(len(ordered) * part), len(ordered) - 1)]


class _Connection(asyncio.Protocol):
    def __init__(self, load: _Load) -> None:
        self.load = load
        self.transport: asyncio.Transport | None = None
        self.kept = b""
        self.began = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.load.free(self)

    def send(self, request: bytes, began: float) -> None:
        """Send a request, as of a moment."""
        assert self.transport is not None
        self.began = began
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        content = self.kept + data if self.kept else data
        head = content.find(b"\r\n\r\n")
        if head < 0:
            self.kept = content
            return
        mark = content.find(b"content-length: ", 0, head)
        length = int(content[mark + 16 : content.find(b"\r\n", mark)])
        if len(content) < head + 4 + length:
            self.kept = content
            return
        self.kept = b""
        self.load.answered(content[9:12], self.began)
        self.load.free(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.load.lost += 1


class _Load:
    def __init__(self, requests: list[bytes], pace: float) -> None:
        self.requests = requests
        self.pace = pace
        self.next = 0
        self.idle: list[_Connection] = []
        self.statuses: Counter[bytes] = Counter()
        self.latencies: list[float] = []
        self.lost = 0
        self.is_over = asyncio.Event()
        self.due = 0.0

    def free(self, connection: _Connection) -> None:
        if self.pace or self.next >= len(self.requests):
            self.idle.append(connection)
            return
        request = self.requests[self.next]
        self.next += 1
        connection.send(request, time.perf_counter())

    def answered(self, status: bytes, began: float) -> None:
        self.statuses[status] += 1
        self.latencies.append(time.perf_counter() - began)
        if len(self.latencies) == len(self.requests):
            self.is_over.set()

    async def send_paced(self) -> None:
        began = time.perf_counter()
        while self.next < len(self.requests):
            now = time.perf_counter()
            while self.next < len(self.requests) and self.idle and began + self.next / self.pace <= now:
                self.idle.pop().send(self.requests[self.next], began + self.next / self.pace)
                self.next += 1
            await asyncio.sleep(0.001)


async def _run(port: int, requests: list[bytes], connections: int, pace: float, longest_s: float) -> Outcome:
    loop = asyncio.get_running_loop()
    load = _Load(requests, pace)
    began = time.perf_counter()
    opened = [
        await loop.create_connection(lambda: _Connection(load), "127.0.0.1", port) for _ in range(connections)
    ]
    if pace:
        began = time.perf_counter()
        await load.send_paced()
    try:
        await asyncio.wait_for(load.is_over.wait(), longest_s)
    except TimeoutError:
        print(f"{len(requests) - len(load.latencies)} requests were not answered", file=sys.stderr)
    took = time.perf_counter() - began
    for transport, _ in opened:
        transport.close()
    return Outcome(
        took,
        {key.decode(): count for key, count in load.statuses.items()},
        [one * 1000 for one in load.latencies],
    )


def main(port: str, file: str, connections: str, pace: str, longest_s: str) -> None:
    """Send the requests of a file, separated by a zero byte, and print what came of them."""
    requests = Path(file).read_bytes().split(b"\0")
    outcome = asyncio.run(_run(int(port), requests, int(connections), float(pace), float(longest_s)))
    print(json.dumps(asdict(outcome)))


if __name__ == "__main__":
    main(*sys.argv[1:])
