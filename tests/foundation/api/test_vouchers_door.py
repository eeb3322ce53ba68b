"""The door of vouchers: tokens are looked up, everybody who waits is one call, and whatever is killed leaves nothing out."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from bangfu.foundation.api.door.answering import LARGEST_REQUEST, PROBLEMS, Door
from bangfu.foundation.api.models import ApiToken
from bangfu.foundation.api.operations import revoke_token
from bangfu.foundation.doors.asking import Asked, Reply
from bangfu.foundation.money import operations as money
from bangfu.foundation.money.models import Entry
from bangfu.foundation.money.triggers import FUND_LOCKS
from bangfu.foundation.operations import Act, system_writes
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.people.models import Account
from bangfu.site.front.application import VOUCHERS_PLACER
from tests.cast import Cast, enter_cast
from tests.foundation.api.asking import Program
from tests.foundation.money.books import open_books
from tests.foundation.money.test_taking import check_sums, standing
from tests.livelihoods.shop.test_killed import child_that_runs, kill, served

PLACER = "\0".join(VOUCHERS_PLACER[-2:])
"""As the system tells a process' command line."""
GIFT = (("Assets:Bank", 1_000), ("Income:Gifts", -1_000))


@pytest.fixture
def books(own_database: str, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The group's books in a database that the placer, a process of its own, reaches too."""
    monkeypatch.setenv("DATABASE_URL", own_database)
    connection.settings_dict["CONN_MAX_AGE"] = 600
    cast = enter_cast()
    open_books(cast)
    return cast


def said(
    number: str = "P-1", /, *, lines: Any = GIFT, unit: Any = "GROUP", fund: str | None = None, **changes: Any
) -> bytes:
    """Return a voucher as a program sends it."""
    rows = [
        {"account": account, "amount_minor": amount} | ({"fund": fund} if fund else {})
        for account, amount in lines
    ]
    voucher = {"number": number, "happened_on": "2020-06-01", "summary": "收到捐款", "lines": rows, **changes}
    return json.dumps({"unit": unit, "voucher": voucher}).encode()


def asked(
    token: str = "", method: str = "POST", path: str = "vouchers", *, is_english: bool = False
) -> Asked:
    return Asked(method, f"/api/live/{path}", f"Bearer {token}" if token else "", is_english)


def told(reply: Reply) -> tuple[int, str]:
    return reply.status, str(json.loads(reply.body).get("code", ""))


def entry_of(number: str) -> int:
    """Return the key of a voucher's entry, in a thread of its own."""
    try:
        return Entry.objects.get(source_id=number).pk
    finally:
        connection.close()


@asynccontextmanager
async def opened_door() -> AsyncIterator[Door]:
    door = Door(asyncio.get_running_loop(), VOUCHERS_PLACER)
    try:
        yield door
    finally:
        await asyncio.to_thread(door.end)


def test_everybody_who_waits_is_answered_by_themselves(books: Cast) -> None:
    officer = Program(books.officer).token
    limited = Program(books.officer, permissions=["money.view"]).token
    clerk = Program(books.clerk).token
    reader = Program(books.officer, is_read_only=True).token
    over, revoked, shut = (Program(books.officer) for _ in range(3))
    with system_writes("a token that is over, and an account that is closed"):
        ApiToken.objects.filter(pk=over.made.pk).update(expires_at=timezone.now(), made_at=over.made.made_at)
        ApiToken.objects.filter(pk=shut.made.pk).update(account=books.outsider)
        Account.objects.filter(pk=books.outsider.pk).update(is_active=False)
    revoke_token(account=books.officer, token=revoked.made, act=Act.now(books.officer))

    async def run() -> None:
        async with opened_door() as door:
            replies = await asyncio.gather(*(
                door.place(asked(token), body)
                for token, body in (
                    (officer, said()), (officer, said()), (officer, said(summary="另一笔")),
                    (officer, said("P-2", lines=GIFT[:1])), (officer, said("记/3")), (officer, said("P-4", unit="NONE")),
                    (limited, said("P-5")), (clerk, said("P-5")),
                    (reader, said("P-5")), (over.token, said("P-5")), (revoked.token, said("P-5")), (shut.token, said("P-5")),
                    ("bf_forged", said("P-5")), ("x" * 101, said("P-5")), ("", said("P-5")),
                )
            ))  # fmt: skip
            assert [told(one) for one in replies] == [
                (201, ""), (200, ""), (409, "number_taken"), (409, "one_line"), (201, ""), (404, "unknown_unit"),
                (403, "out_of_scope"), (403, "out_of_scope"), (403, "read_only"), (401, "unknown_token"),
                (401, "unknown_token"), (401, "unknown_token"), (401, "unknown_token"), (401, "unknown_token"),
                (401, "unknown_token"),
            ]  # fmt: skip
            first, again = (json.loads(replies[at].body) for at in (0, 1))
            key = await asyncio.to_thread(entry_of, "P-1")
            assert first == {"entry": key, "url": f"/api/v1/records/money.entry/{key}", "again": False}
            assert again == {**first, "again": True}
            assert "P-1" in json.loads(replies[2].body)["detail"]
            english = await door.place(asked(officer, is_english=True), said(summary="另一笔"))
            assert "is entered already" in json.loads(english.body)["detail"]

            async def of(token: str, number: str, method: str = "GET") -> Reply:
                return await door.answer(asked(token, method, f"vouchers/{quote(number, safe='')}"))

            assert json.loads((await of(reader, "P-1")).body) == {
                "entry": key, "url": f"/api/v1/records/money.entry/{key}", "is_reversed": False,
            }  # fmt: skip
            assert (await of(officer, "记/3")).status == 200
            assert told(await of(officer, "P-2")) == (404, "unknown_number")
            assert told(await of(officer, "a\0")) == (404, "unknown_number")
            assert told(await of(officer, "x" * 81)) == (404, "unknown_number")
            assert told(await of(clerk, "P-1")) == (404, "unknown_number"), "of books that they do not see"
            assert told(await of(revoked.token, "P-1")) == (401, "unknown_token")
            assert told(await of("", "P-1")) == (401, "unknown_token")
            assert told(await of(officer, "P-1", "POST")) == (405, "wrong_method")
            assert told(await door.answer(asked(officer, "GET"))) == (405, "wrong_method")
            assert told(await door.answer(asked(officer, "GET", "gifts/P-1"))) == (404, "unknown_address")

    asyncio.run(run())
    assert set(Entry.objects.values_list("source_id", flat=True)) == {"P-1", "记/3"}
    made = ApiToken.objects.get(prefix=officer[:11])
    rows = AuditEntry.objects.filter(operation="money.take_vouchers", part_of__isnull=False)
    assert sorted((row.request_key, row.through, row.actor_id) for row in rows) == [
        ("P-1", made.prefix, books.officer.pk), ("记/3", made.prefix, books.officer.pk),
    ]  # fmt: skip
    assert made.last_used_at is not None
    entry = Entry.objects.get(source_id="P-1")
    money.reverse_voucher(
        entry=entry, reason="wrong_amount", happened_on=entry.happened_on, act=Act.now(books.officer)
    )

    async def look() -> None:
        async with opened_door() as door:
            found = await door.answer(asked(officer, "GET", "vouchers/P-1"))
            assert json.loads(found.body)["is_reversed"] is True

    asyncio.run(look())


def test_what_is_no_request_is_told_so_and_enters_nothing(books: Cast) -> None:
    token = Program(books.officer).token
    line = {"account": "Assets:Bank", "amount_minor": 1}
    malformed = [
        b"", b"[", b"[]", b"{}", b"\xff", b"[" * 60_000, b'"' + b"1" * 60_000, said().replace(b"1000", b"1" * 5_000),
        said(happened_on="2020-06-31"), said(happened_on="1.6.2020"), said(happened_on=20200601), said(happened_on=None),
        said(unit=7), said(unit=""), said(unit=None), said(number=1), said(number="a\0b"), said(summary=None),
        said(lines=[("Assets:Bank", 1.5), GIFT[1]]), said(lines=[("Assets:Bank", "1000"), GIFT[1]]),
        said(lines=[("Assets:Bank", True), GIFT[1]]), said(lines=[("Assets:Bank", 2**63), ("Income:Gifts", -(2**63))]),
        said(lines=[("Assets:Bank", None), GIFT[1]]), said(lines=[("\0", 1_000), GIFT[1]]), said(more=1),
        json.dumps({"unit": "GROUP", "voucher": {"number": "P-1"}}).encode(),
        json.dumps({"unit": "GROUP", "voucher": {"number": "P-1", "lines": [line] * 2_000}}).encode()[:LARGEST_REQUEST],
        said(summary="\ud800"), said(number="\udfff"),
    ]  # fmt: skip

    async def run() -> None:
        async with opened_door() as door:
            for body in malformed:
                assert told(await door.place(asked(token), body)) == (400, "malformed"), body[:200]
            large = await door.place(asked(token), b"x" * (LARGEST_REQUEST + 1))
            assert told(large) == (413, "too_large")
            assert told(
                await door.place(asked(token), said(lines=[GIFT[0], ("Income:Gifts", -(10**18))]))
            ) == (409, "too_large")
            assert told(await door.place(asked(token), said(lines=GIFT * 101))) == (409, "too_many_lines")
            assert told(
                await door.place(asked(token), said(lines=[("Assets:Bank", 2.0), ("Income:Gifts", -2)]))
            ) == (201, "")

    asyncio.run(run())
    assert standing(books) == {"Assets:Bank": 2, "Income:Gifts": -2}


def test_a_token_that_is_revoked_ends_within_two_seconds(books: Cast) -> None:
    program = Program(books.officer)

    async def run() -> None:
        async with opened_door() as door:
            assert told(await door.place(asked(program.token), said())) == (201, "")
            await asyncio.to_thread(revoke)
            await asyncio.sleep(1.1)
            assert told(await door.place(asked(program.token), said("P-2"))) == (401, "unknown_token")
            assert told(await door.place(asked(program.token), said())) == (401, "unknown_token")

    def revoke() -> None:
        try:
            revoke_token(account=books.officer, token=program.made, act=Act.now(books.officer))
        finally:
            connection.close()

    asyncio.run(run())
    assert Entry.objects.count() == 1


WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def test_a_placer_that_is_killed_in_the_middle_leaves_nothing_out_and_nothing_twice(
    books: Cast, own_database: str
) -> None:
    token = Program(books.officer).token
    bodies = [said(f"P-{number}", fund="HOPE") for number in range(11)]
    bodies.append(said("P-11", lines=(("Expenses:Grants", 10_500), ("Assets:Bank", -10_500)), fund="HOPE"))

    async def run() -> None:
        async with opened_door() as door:
            with psycopg.connect(own_database) as other:
                other.execute("SELECT pg_advisory_xact_lock(%s, id::integer) FROM money_fund", [FUND_LOCKS])
                waiting = [asyncio.ensure_future(door.place(asked(token), one)) for one in bodies]
                with psycopg.connect(own_database, autocommit=True) as looking:
                    while looking.execute(WAITS).fetchone() == (0,):
                        await asyncio.sleep(0.05)
                assert not any(one.done() for one in waiting), "what is not committed is not acknowledged"
                kill(child_that_runs(PLACER, os.getpid()))
                await asyncio.sleep(0.2)
            assert [told(one) for one in await asyncio.gather(*waiting)] == [(201, "")] * 12

    asyncio.run(asyncio.wait_for(run(), 60))
    assert Entry.objects.count() == 12
    assert standing(books) == {"Assets:Bank": 500, "Income:Gifts": -11_000, "Expenses:Grants": 10_500}
    check_sums()


def test_over_http_whatever_is_killed_each_acknowledged_voucher_is_there_once(
    books: Cast, own_database: str
) -> None:
    token = Program(books.officer).token
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])

    def ask(method: str, path: str, body: bytes = b"") -> tuple[int, Any]:
        address = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            address.request(method, f"/api/live/{path}", body, {"Authorization": f"Bearer {token}"})
            answer = address.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        except (OSError, http.client.HTTPException, ValueError):
            return 0, None
        finally:
            address.close()

    acknowledged: dict[str, int] = {}

    def until_known(number: str) -> None:
        until = time.monotonic() + 60
        while number not in acknowledged:
            assert time.monotonic() < until
            status, found = ask("POST", "vouchers", said(number))
            if status in (200, 201):
                acknowledged[number] = found["entry"]
            else:
                time.sleep(0.1)

    with served(own_database, port) as process:
        for number in range(5):
            until_known(f"记-{number}")
        assert os.sched_getscheduler(child_that_runs("granian", process.pid)) == os.SCHED_BATCH
        assert os.sched_getscheduler(child_that_runs(PLACER, process.pid)) == os.SCHED_OTHER
        kill(child_that_runs(PLACER, process.pid))
        for number in range(5, 10):
            until_known(f"记-{number}")
        kill(child_that_runs("granian", process.pid))
        for number in range(10, 15):
            until_known(f"记-{number}")
        assert ask("POST", "vouchers", said("记-0"))[0] == 200
        assert ask("GET", f"vouchers/{quote('记-7')}") == (
            200,
            {
                "entry": acknowledged["记-7"], "url": f"/api/v1/records/money.entry/{acknowledged['记-7']}", "is_reversed": False,
            },
        )  # fmt: skip
        assert ask("POST", "vouchers", b"x" * (LARGEST_REQUEST + 1))[0] == 413
        assert ask("PUT", "vouchers")[0] == 405
    connection.close()
    assert dict(Entry.objects.values_list("source_id", "pk")) == acknowledged
    check_sums()


def test_every_problem_is_said_in_both_languages() -> None:
    for status, words in PROBLEMS.codes.values():
        assert 400 <= status < 600
        assert words.zh
        assert words.en
