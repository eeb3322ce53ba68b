"""Transfers between two accounts of a book, against django-hordak with the same transfers on the same server.

In bulk ours is one operation (permission, audit, every rule of the books) that posts them by COPY; theirs is ``transfer_to``, as
its manual says, for each within one transaction, and beside it ``bulk_create`` of finished rows, which its manual does not know.

One by one each transfer is asked for by itself, and whoever asked knows that it is durable before they go on to the next. Theirs
are processes that call it at once, each with a connection of its own. Ours are callers over HTTP at the door of vouchers, each
with a connection and one voucher under way, through the token of one program: request, token, permission, number, trail and
refusal of each by itself. Both are taken at their best number of callers, and told beside each other at equal numbers. What one
caller of ours reaches within the process is told too. Afterwards entries, legs and both balances are what was sent, to the fen.
Targets: 40 times in bulk, 2 one by one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import polars
import psycopg
from django.utils import timezone
from psycopg import sql

from bangfu.foundation.api.operations import make_token
from bangfu.foundation.api.tokens import digest_of, new_token, prefix_of
from bangfu.foundation.money.models import Entry, Leg
from bangfu.foundation.money.operations import (
    Line,
    NewVoucher,
    enter_voucher,
    enter_vouchers,
    open_book_account,
)
from bangfu.foundation.money.queries import trial_balance
from bangfu.foundation.operations import Act, system_writes
from bangfu.foundation.organisation.models import RoleGrant, Unit
from bangfu.foundation.people.models import Account
from benchmarks._hordak import rate
from benchmarks._scratch import founded, of_database, scratch_database
from benchmarks._serving import loaded, served
from benchmarks._sizes import sized

BULK = sized(100_000, 2_000)
THEIRS = sized(5_000, 500)
ONE_BY_ONE = sized(500, 50)
ROUNDS = 3
THEIR_DATABASE = "bangfu_bench_hordak"
THEIR_CALLERS = (1, 2, 4, 8)
OUR_CALLERS = (1, 2, 4, 8, 16, 64, 256)
AT_THE_DOOR = sized(6_000, 300)
"""At most so many transfers a round; few callers send fewer."""
DEBITED, CREDITED = "Assets:Cash", "Income:Gifts"
CHILD = "from benchmarks._hordak import child; child()"
CALLER = "from benchmarks._hordak import caller; caller()"


def _legs(count: int, turn: str, on: date) -> polars.DataFrame:
    entries = polars.int_range(count, eager=True)
    amounts = entries % 9_999 + 1
    halves = [
        polars.DataFrame({"entry": entries, "amount_minor": amounts * sign}).with_columns(
            account=polars.lit(account), on=polars.lit(on), source_id=polars.format(f"{turn}-{{}}", "entry")
        )
        for account, sign in ((DEBITED, 1), (CREDITED, -1))
    ]
    return polars.concat(halves)


def _books() -> tuple[Unit, Account]:
    root, account = founded(date(2015, 1, 1))
    with system_writes("the roles of a benchmark"):
        RoleGrant.objects.create(account=account, role="accountant", unit=root, starts_on=date(2015, 1, 1))
    for code in (DEBITED, CREDITED):
        open_book_account(
            unit=root, code=code, asset="CNY", title_zh="基准", title_en="Bench", starts_on=date(2018, 1, 1),
            act=Act.now(account),
        )  # fmt: skip
    return root, account


def _amount(number: int) -> int:  # fen
    return number % 9_999 + 1


def _ours() -> tuple[float, float]:
    """Return transfers a second in bulk, and one by one of a caller within the process."""
    with scratch_database("transfers"):
        root, account = _books()
        act = Act.now(account)
        bulk = [
            rate(BULK, partial(enter_vouchers, unit=root, frame=_legs(BULK, f"b{turn}", act.on), act=act))
            for turn in range(ROUNDS)
        ]

        def each(turn: str) -> None:
            for number in range(ONE_BY_ONE):
                lines = (Line(DEBITED, _amount(number)), Line(CREDITED, -_amount(number)))
                voucher = NewVoucher(f"{turn}-{number}", act.on, "基准", lines)
                enter_voucher(unit=root, voucher=voucher, act=Act.now(account))

        return max(bulk), max(rate(ONE_BY_ONE, partial(each, f"s{turn}")) for turn in range(ROUNDS))


def _requests(port: int, token: str, unit: str, turn: str, on: date, count: int) -> bytes:
    made = []
    for number in range(count):
        lines = [
            {"account": DEBITED, "amount_minor": _amount(number)},
            {"account": CREDITED, "amount_minor": -_amount(number)},
        ]
        voucher = {
            "number": f"{turn}-{number}",
            "happened_on": on.isoformat(),
            "summary": "基准",
            "lines": lines,
        }
        body = json.dumps({"unit": unit, "voucher": voucher})
        made.append(
            f"POST /api/live/vouchers HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        )
    return "\0".join(made).encode()


def _at_the_door() -> dict[int, float]:
    """Return transfers a second over HTTP by how many callers there are at once."""
    found: dict[int, float] = {}
    sent: list[int] = []
    with scratch_database("transfers_door") as address:
        root, account = _books()
        token, today = new_token(), timezone.localdate()
        make_token(
            account=account, name="基准", prefix=prefix_of(token), digest=digest_of(token), permissions=None,
            is_read_only=False, expires_at=timezone.now() + timedelta(days=1), act=Act.now(account),
        )  # fmt: skip

        def send(callers: int, turn: str, count: int) -> float:
            requests = _requests(port, token, root.code, turn, today, count)
            outcome = loaded(port, requests, connections=callers)
            sent.extend(map(_amount, range(count)))
            if outcome.statuses != {"201": count}:
                raise SystemExit(f"of {count} transfers the door said {outcome.statuses}")
            each = outcome.rate
            print(
                f"  ours, {callers} callers at the door: {each:,.0f}/s, p99 {outcome.at(0.99):.0f} ms",
                flush=True,
            )
            return each

        with served(address) as port:
            send(16, "warm", sized(1_000, 100))
            for callers in OUR_CALLERS:
                count = min(callers * ONE_BY_ONE, AT_THE_DOOR)
                found[callers] = max(send(callers, f"c{callers}-{turn}", count) for turn in range(2))
        _check(root, sent)
    return found


def _check(root: Unit, sent: list[int]) -> None:
    """Entries, legs and balances are exactly what was sent."""
    stand = {one.account.code: one.amount_minor for one in trial_balance(root, until=timezone.localdate())}
    booked = (Entry.objects.count(), Leg.objects.count(), stand)
    expected = (len(sent), 2 * len(sent), {DEBITED: sum(sent), CREDITED: -sum(sent)})
    if booked != expected:
        raise SystemExit(f"the books say {booked}, and {expected} was sent")
    print(
        f"  the books agree: {len(sent):,} transfers acknowledged, {len(sent):,} entries, both balances to the fen"
    )


def _theirs() -> tuple[dict[str, float], dict[int, float]]:
    """Return their transfers a second by way, and one by one by how many call at once, in processes with settings of theirs."""
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
        ways: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
        found: dict[int, float] = {}
        for callers in THEIR_CALLERS:
            found[callers] = max(_called_at_once(callers, home, around) for _ in range(2))
            print(f"  django-hordak, {callers} callers at once: {found[callers]:,.0f}/s", flush=True)
        return ways, found
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


def transfers() -> None:
    """Measure and print the ratios."""
    bulk, single = _ours()
    ours = _at_the_door()
    theirs, by_callers = _theirs()
    manual, finished = theirs["in one transaction"], theirs["bulk_create"]
    print(
        f"  transfers by bulk_create of finished rows: {finished:,.0f}/s, of which ours is {bulk / finished:.1f} ×"
    )
    print(f"giving-money ratio={bulk / manual:.1f} baseline={manual:,.0f}/s ours={bulk:,.0f}/s")
    print(
        f"  one caller of ours within the process: {single:,.0f}/s, {single / by_callers[1]:.2f} × one of theirs"
    )
    for callers, each in by_callers.items():
        print(f"  {callers} callers on either side: {ours[callers] / each:.2f} ×")
    best, baseline = max(ours.values()), max(by_callers.values())
    print(
        f"giving-money-one-by-one ratio={best / baseline:.2f} baseline={baseline:,.0f}/s ours={best:,.0f}/s"
    )
