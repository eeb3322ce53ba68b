"""The rehearsal's driver and its judgement, against a small server of its own."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bangfu.livelihoods.shop.rehearsing import (
    Answer,
    OnOffer,
    orders_by_key,
    presses,
    rehearse,
    wrongly_refused,
)

RICE, OIL = OnOffer(7, 4_990), OnOffer(8, 9_900)


@contextmanager
def serving(answers: list[tuple[int, dict[str, str]]]) -> Iterator[int]:
    """Serve these answers in turn, whatever is asked, and give the port."""
    ready, loop = threading.Event(), asyncio.new_event_loop()
    port: list[int] = []
    left = iter(answers)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]))
                status, said = next(left)
                body = json.dumps(said).encode()
                writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        except asyncio.IncompleteReadError:
            writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port.append(server.sockets[0].getsockname()[1])
        ready.set()
        async with server:
            await asyncio.Event().wait()

    def run() -> None:
        task = loop.create_task(serve())
        loop.call_soon(lambda: None)
        try:
            loop.run_until_complete(task)
        except asyncio.CancelledError:
            loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait()
    try:
        yield port[0]
    finally:
        loop.call_soon_threadsafe(lambda: [one.cancel() for one in asyncio.all_tasks(loop)])
        thread.join()


class TestPresses:
    def test_are_the_same_for_the_same_seed_and_some_are_made_twice(self) -> None:
        made = presses((RICE, OIL), buyers=5, count=400, most=3, seed="s")
        assert made == presses((RICE, OIL), buyers=5, count=400, most=3, seed="s")
        assert 400 < len(made) < 450
        assert {one.buyer for one in made} == set(range(5))
        assert {one.quantity for one in made} == {1, 2, 3}


class TestRehearse:
    def test_keeps_every_answer_with_what_was_asked(self) -> None:
        made = presses((RICE,), buyers=1, count=3, most=1, seed="x")[:3]
        said = [(201, {"order": "DD1"}), (409, {"code": "sold_out"}), (201, {"order": "DD2"})]
        with serving(said) as port:
            found = rehearse(port, ["token"], made, connections=1)
        assert [(one.status, one.order, one.code, one.offer) for one in found.answers] == [
            (201, "DD1", "", 7), (409, "", "sold_out", 7), (201, "DD2", "", 7),
        ]  # fmt: skip
        assert len(found.latencies_ms) == 3
        assert found.at(0.99) >= found.at(0.0) > 0


class TestJudging:
    def test_sees_one_key_with_two_orders_and_who_could_have_had_it(self) -> None:
        answers = [
            Answer(0, "k", 7, 1, 201, "DD1", ""), Answer(0, "k", 7, 1, 200, "DD2", ""), Answer(1, "k", 7, 3, 409, "", "sold_out"),
            Answer(2, "k", 7, 2, 409, "", "sold_out"),
        ]  # fmt: skip
        assert orders_by_key(answers) == {(0, "k"): {"DD1", "DD2"}}
        assert wrongly_refused(answers, {7: 2}) == [answers[3]]
        assert wrongly_refused(answers, {7: 1}) == []
