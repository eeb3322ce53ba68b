"""Members with lots, a rate, and toy operations that spend and give back, for the tests of points."""

from __future__ import annotations

import hashlib
from datetime import date

import polars
from django.db import connection

from bangfu.foundation.operations import Act, Scope, operation, system_writes
from bangfu.foundation.organisation.models import RoleGrant, Unit
from bangfu.foundation.points import operations as points
from bangfu.foundation.points.models import Holder, Lot, Rate, Spend
from tests.cast import FOUNDED, Cast

SUBJECT = 173
"""Any registered type of record: the holder's own."""
LOTS = (
    ("M-0001", "2018", 300, date(2018, 12, 31), date(2020, 12, 31)),
    ("M-0001", "2019", 500, date(2019, 12, 31), date(2021, 12, 31)),
    ("M-0002", "2019", 200, date(2019, 12, 31), date(2021, 12, 31)),
)
HEADS = "member,lot,points,earned_on,last_day"


@operation("tests.spend_points", scope=lambda **_: Scope())
def spend(*, holder: Holder, amount: int, sponsor: Unit, source: str, act: Act) -> Spend:
    """Spend points of one holder."""
    return points.spend_points(
        holder=holder,
        points=amount,
        sponsor=sponsor,
        of=holder,
        source_system="test",
        source_id=source,
        act=act,
    )


@operation("tests.spend_points_many", scope=lambda **_: Scope())
def spend_many(*, frame: polars.DataFrame, sponsor: Unit, act: Act) -> list[points.Spent]:
    """Spend points of many."""
    return points.spend_points_many(
        frame, sponsor=sponsor, record_type=SUBJECT, source_system="test", act=act
    )


@operation("tests.give_back_points", scope=lambda **_: Scope())
def give_back(*, one: Spend, amount: int | None = None, act: Act) -> points.GivenBack:
    """Give points of a spending back."""
    return points.give_back_points(one, points=amount, act=act)


def text_of(*lots: tuple[str, str, int, date, date]) -> tuple[str, str]:
    """Return lots as the operator's system writes them, with their digest."""
    text = "\n".join([HEADS, *(",".join(map(str, one)) for one in lots), ""])
    return text, hashlib.sha256(text.encode()).hexdigest()


def filled(cast: Cast, *, grace_days: int = 30) -> Rate:
    """Let the officer act in the tests' operations too, load the lots, and enter a rate: 100 points are 1 yuan."""
    with system_writes("a role for the test"):
        RoleGrant.objects.create(
            account=cast.officer, role="points_clock", unit=cast.group, starts_on=FOUNDED
        )
    content, digest = text_of(*LOTS)
    points.load_lots(unit=cast.guizhou, content=content, digest=digest, act=cast.act(cast.officer))
    return points.enter_rate(
        unit=cast.group, points=100, fen=100, valid_from=date(2020, 7, 31), document="积分〔2020〕1号", least_points=10,
        grace_days=grace_days, act=cast.act(cast.officer),
    )  # fmt: skip


def remaining() -> dict[str, int]:
    """Return what remains of each lot, by member and lot."""
    rows = Lot.objects.values_list("holder__number", "number", "remaining").order_by("pk")
    return {f"{member} {number}": left for member, number, left in rows}


def check_balances() -> None:
    """Every lot holds the sum of its movements."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lot.id FROM points_lot lot LEFT JOIN points_movement move ON move.lot_id = lot.id"
            " GROUP BY lot.id HAVING lot.remaining <> coalesce(sum(move.points), 0)"
        )
        assert cursor.fetchall() == []


def wanted(*rows: tuple[str, int, str]) -> polars.DataFrame:
    """Return (member, points, id) as the frame of ``spend_points_many``."""
    return polars.DataFrame(
        [(member, amount, 1, source) for member, amount, source in rows],
        schema=points.SPEND_SCHEMA,
        orient="row",
    )
