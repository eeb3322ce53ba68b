"""Transfers between two accounts of a book, against django-hordak with the same transfers on the same server.

In bulk ours is one operation (permission, audit, every rule of the books) that posts them by COPY; theirs is ``transfer_to``, as
its manual says, for each within one transaction, and beside it ``bulk_create`` of finished rows, which its manual does not know.

One by one each transfer is asked for by itself, and whoever asked knows that it is durable before they go on to the next. Theirs
is the best of several numbers of callers at once, each a process. Ours are the entries of gifts at the door, where everybody who
waits is one call: each with its own request, key, refusal and trail, over HTTP, and with all else that a gift writes. What one
caller of ours reaches who waits for each voucher alone is told beside it. Targets: 40 times in bulk, 2 one by one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from datetime import date
from functools import partial
from pathlib import Path

import polars
import psycopg
from psycopg import sql

from benchmarks._hordak import rate
from benchmarks._scratch import founded, of_database, scratch_database
from benchmarks._sizes import sized

BULK = sized(100_000, 2_000)
THEIRS = sized(5_000, 500)
ONE_BY_ONE = sized(500, 50)
ROUNDS = 3
THEIR_DATABASE = "bangfu_bench_hordak"
CALLERS = (1, 2, 4)
CHILD = "from benchmarks._hordak import child; child()"
CALLER = "from benchmarks._hordak import caller; caller()"


def _legs(count: int, turn: str, on: date) -> polars.DataFrame:
    entries = polars.int_range(count, eager=True)
    amounts = entries % 9_999 + 1
    halves = [
        polars.DataFrame({"entry": entries, "amount_minor": amounts * sign}).with_columns(
            account=polars.lit(account), on=polars.lit(on), source_id=polars.format(f"{turn}-{{}}", "entry")
        )
        for account, sign in (("Assets:Cash", 1), ("Income:Gifts", -1))
    ]
    return polars.concat(halves)


def _ours() -> tuple[float, float]:
    """Return transfers a second in bulk and one by one."""
    from bangfu.foundation.money.operations import enter_vouchers, open_book_account
    from bangfu.foundation.operations import Act, system_writes
    from bangfu.foundation.organisation.models import RoleGrant

    with scratch_database("transfers"):
        root, account = founded(date(2015, 1, 1))
        with system_writes("the roles of a benchmark"):
            RoleGrant.objects.create(
                account=account, role="accountant", unit=root, starts_on=date(2015, 1, 1)
            )
        act = Act.now(account)
        for code in ("Assets:Cash", "Income:Gifts"):
            open_book_account(
                unit=root, code=code, asset="CNY", title_zh="基准", title_en="Bench", starts_on=date(2018, 1, 1), act=act
            )  # fmt: skip
        bulk = [
            rate(BULK, partial(enter_vouchers, unit=root, frame=_legs(BULK, f"b{turn}", act.on), act=act))
            for turn in range(ROUNDS)
        ]
        singles = [_legs(1, f"s{number}", act.on) for number in range(ONE_BY_ONE)]

        def each() -> None:
            for frame in singles:
                enter_vouchers(unit=root, frame=frame, act=Act.now(account))

        return max(bulk), rate(ONE_BY_ONE, each)


def _theirs() -> dict[str, float]:
    """Return their transfers a second by way, measured in a process with settings of its own."""
    owner = os.environ["DATABASE_OWNER_URL"]
    with psycopg.connect(of_database(owner, "postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(THEIR_DATABASE)))
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(THEIR_DATABASE)))
    try:
        home = Path(__file__).resolve().parents[1]
        sizes = json.dumps([THEIRS, BULK, ROUNDS])
        around = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
        done = subprocess.run(
            [sys.executable, "-c", CHILD, of_database(owner, THEIR_DATABASE), sizes],
            check=True, stdout=subprocess.PIPE, text=True, cwd=home, env=around,
        )  # fmt: skip
        found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
        for callers in CALLERS:
            each = _called_at_once(callers, home, around)
            print(f"  django-hordak, one by one, {callers} callers at once: {each:,.0f}/s", flush=True)
            found["one by one"] = max(found.get("one by one", 0.0), each)
        return found
    finally:
        with psycopg.connect(of_database(owner, "postgres"), autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(THEIR_DATABASE)))


def _called_at_once(callers: int, home: Path, around: dict[str, str]) -> float:
    """Return how many transfers a second so many processes of theirs make together."""
    words = [
        sys.executable,
        "-c",
        CALLER,
        of_database(os.environ["DATABASE_OWNER_URL"], THEIR_DATABASE),
        str(ONE_BY_ONE),
    ]
    with ExitStack() as open_:
        running = [
            open_.enter_context(
                subprocess.Popen(
                    words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=home, env=around
                )
            )
            for _ in range(callers)
        ]
        for one in running:
            assert one.stdout is not None
            one.stdout.readline()

        def until_all_are_done() -> None:
            for one in running:
                assert one.stdin is not None
                one.stdin.write("go\n")
                one.stdin.flush()
            for one in running:
                one.wait()

        return rate(callers * ONE_BY_ONE, until_all_are_done)


def transfers(at_the_door: float) -> None:
    """Measure and print the ratios.

    Args:
        at_the_door: entries a second of gifts over HTTP, as ``gifts_over_http`` returns them.
    """
    bulk, single = _ours()
    theirs = _theirs()
    manual, finished, each = theirs["in one transaction"], theirs["bulk_create"], theirs["one by one"]
    print(
        f"  transfers by bulk_create of finished rows: {finished:,.0f}/s, of which ours is {bulk / finished:.1f} ×"
    )
    print(f"giving-money ratio={bulk / manual:.1f} baseline={manual:,.0f}/s ours={bulk:,.0f}/s")
    print(f"  one caller of ours who waits for each: {single:,.0f}/s, {single / each:.2f} × theirs")
    print(
        f"giving-money-one-by-one ratio={at_the_door / each:.2f} baseline={each:,.0f}/s ours={at_the_door:,.0f}/s"
    )
