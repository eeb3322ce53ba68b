"""Giving: gifts at the door against pgbench, a file against COPY, following one gift, and entries of money against django-hordak.

At the door: see ``_gifts_door``; target 0.5. Following a gift: see ``_following``. Entries: see ``_transfers``. By file, one
operation against bare COPY of the rows that it writes into the same tables:

Both write into one database, with its indexes, constraints and triggers. Ours reads what each member holds, spends what
expires first, books and counts; the bare COPY is given finished rows of gifts, spendings, movements and facts,
and checks nothing beforehand.
Gifts one by one and the public counter are told beside it, without a ratio. Target: 0.2.
"""

from __future__ import annotations

import hashlib
import time
from datetime import date, timedelta
from functools import partial

import polars
from django.db import connection, transaction
from django.utils import timezone
from psycopg import sql

from bangfu.foundation.ledger.operations import COPIED
from bangfu.foundation.money.operations import open_fund
from bangfu.foundation.operations import Act, system_writes
from bangfu.foundation.organisation.models import RoleGrant, Unit
from bangfu.foundation.payments.operations import MerchantDetails, open_merchant_account
from bangfu.foundation.places.models import Place
from bangfu.foundation.points.models import Holder
from bangfu.foundation.points.operations import enter_rate, load_lots
from bangfu.foundation.points.operations.loading import LOT_SCHEMA
from bangfu.giving.campaigns import operations as giving
from bangfu.giving.campaigns.models import Campaign
from bangfu.giving.campaigns.queries import counter, door_account
from benchmarks._following import following
from benchmarks._gifts_door import gifts_over_http
from benchmarks._scratch import founded, report, scratch_database, seconds
from benchmarks._sizes import sized
from benchmarks._transfers import transfers

GIFTS = sized(325_000, 2_000)
MEMBERS = sized(190_000, 1_000)
ONE_BY_ONE = sized(200, 20)
CREDIT = "53100000500000123X"
TABLES = {
    "points_spend": ("id", "source_id"),
    "campaigns_gift": ("id", "number", "source_id", "spend_id"),
    "points_movement": ("id", "spend_id"),
    "ledger_fact": ("id", "source_id", "subject_id"),
}
"""What a file writes a row of for each gift, and the columns that the bare COPY changes so that they are other rows."""
SHIFT = 1_000_000_000


def _prepared() -> tuple[Campaign, Unit, Act]:
    root, account = founded(date(2015, 1, 1))
    with system_writes("the roles of a benchmark"):
        for role in ("officer", "accountant"):
            RoleGrant.objects.create(account=account, role=role, unit=root, starts_on=date(2015, 1, 1))
    act = Act.now(account)
    charity = giving.enter_charity(
        unit=root,
        code=CREDIT,
        name_zh="基准",
        qualification="1",
        qualified_on=date(2018, 1, 1),
        bank_account_ending="1",
        act=act,
    )
    fund = open_fund(
        unit=root,
        code="BENCH",
        title_zh="基准",
        title_en="Bench",
        purpose="基准",
        starts_on=date(2018, 1, 1),
        act=act,
    )
    details = MerchantDetails(
        code="bench",
        title="基准",
        provider="TEST",
        owner_kind="CHARITY",
        owner_title="基准",
        owner_code=CREDIT,
    )
    merchant = open_merchant_account(unit=root, details=details, act=act)
    plan = giving.Plan(
        title_zh="基准", cause="SCHOOLING", about_zh="基准", does_zh="基准", goal_fen=10**9,
        starts_on=act.on - timedelta(days=30),
        ends_on=act.on + timedelta(days=30), seat=Place.objects.get(pk=110_000_000_000), sponsor=root,
    )  # fmt: skip
    one = giving.draft_campaign(unit=root, code="BENCH", plan=plan, act=act)
    giving.sign_partner(campaign=one, charity=charity, agreement="1", fund=fund, act=act)
    giving.file_campaign(campaign=one, filing="1", filed_on=act.on - timedelta(days=60), act=act)
    giving.open_campaign(campaign=one, merchant=merchant, act=act)
    enter_rate(unit=root, points=100, fen=100, valid_from=act.on, document="1", act=act)
    found = Campaign.objects.select_related("sponsor", "fund", "charity__unit", "unit")
    return found.get(pk=one.pk), root, act


def _members(root: Unit, act: Act) -> None:
    rows = polars.DataFrame({"row": range(MEMBERS)}).select(
        polars.col("row").cast(polars.Int64),
        member=polars.format("M-{}", polars.col("row") + 100_000),
        lot=polars.lit("1"),
        points=polars.lit(20_000, polars.Int64),
        earned_on=polars.lit(act.on - timedelta(days=400)),
        expires_on=polars.lit(act.on + timedelta(days=400)),
    )
    started = time.perf_counter()
    _load(frame=rows.select(list(LOT_SCHEMA)), unit=root, act=act)
    print(f"  lots in: {MEMBERS / (time.perf_counter() - started):,.0f}/s")


def _load(*, frame: polars.DataFrame, unit: Unit, act: Act) -> None:
    heads = frame.select(
        "member", "lot", "points", "earned_on", last_day=polars.col("expires_on").dt.offset_by("-1d")
    )
    content = heads.write_csv()
    load_lots(unit=unit, content=content, digest=hashlib.sha256(content.encode()).hexdigest(), act=act)


def _file(act: Act) -> polars.DataFrame:
    numbers = polars.int_range(GIFTS, eager=True)
    return polars.DataFrame(
        {
            "member": polars.select(polars.format("M-{}", (numbers * 7) % MEMBERS + 100_000)).to_series(),
            "points": polars.select(polars.lit(100) + numbers % 1_200).to_series(),
            "given_on": [act.on - timedelta(days=number % 30) for number in range(GIFTS)],
            "source_id": polars.select(polars.format("T{}", numbers)).to_series(),
            "is_anonymous": [False] * GIFTS,
        }
    )


def _finished() -> dict[str, tuple[sql.Composed, bytes]]:
    """Return the rows that the file wrote, as other rows, ready to be copied in."""
    found = {}
    with connection.cursor() as cursor:
        for table, changed in TABLES.items():
            columns = list(COPIED) if table == "ledger_fact" else _columns(table)
            shown = sql.SQL(", ").join(
                sql.SQL("'b' || {}").format(sql.Identifier(name))
                if name in changed and name in ("number", "source_id")
                else sql.SQL("{} + {}").format(sql.Identifier(name), SHIFT)
                if name in changed
                else sql.Identifier(name)
                for name in columns
            )
            chosen = sql.SQL("SELECT {} FROM {}{}").format(
                shown, sql.Identifier(table),
                sql.SQL(" WHERE kind = 'SPENT'") if table == "points_movement" else sql.SQL(""),
            )  # fmt: skip
            with cursor.copy(sql.SQL("COPY ({}) TO STDOUT").format(chosen)) as copy:
                content = b"".join(bytes(part) for part in copy)
            into = sql.SQL("COPY {} ({}) FROM STDIN").format(
                sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
            )
            found[table] = (into, content)
    return found


def _columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position",
            [table],
        )
        return [name for (name,) in cursor.fetchall()]


def _bare(finished: dict[str, tuple[sql.Composed, bytes]]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement, content in finished.values():
            with cursor.copy(statement) as copy:
                copy.write(content)


def _one_by_one(campaign: Campaign, act: Act) -> None:
    door = Act(actor=door_account(on=date(2015, 1, 1)), at=timezone.now())
    holders = list(Holder.objects.order_by("-pk")[:ONE_BY_ONE])
    started = time.perf_counter()
    for number, holder in enumerate(holders):
        giving.give_points(campaign=campaign, holder=holder, points=100, source_id=f"one-{number}", act=door)
    print(f"  gifts one by one: {ONE_BY_ONE / (time.perf_counter() - started):,.0f}/s")
    asked = seconds(lambda: counter(campaign))
    print(f"  the public counter: {asked * 1000:.1f} ms")


def _by_file() -> None:
    with scratch_database("giving"):
        campaign, root, act = _prepared()
        _members(root, act)
        frame = _file(act)
        bring = partial(
            giving.bring_gifts, campaign=campaign, frame=frame, name="bench", digest="0" * 64, act=act
        )
        ours = seconds(bring)
        finished = _finished()
        bare = seconds(partial(_bare, finished))
        print(f"  gifts by file: {GIFTS / ours:,.0f}/s")
        _one_by_one(campaign, act)
        report("giving", baseline=[bare], ours=[ours])


def run() -> None:
    """Measure and print the ratios: at the door, by file, of following a gift, and of the books."""
    with scratch_database("giving_door") as address:
        campaign, root, act = _prepared()
        gifts_over_http(address, campaign, root, act)
    _by_file()
    following(_prepared)
    transfers()
