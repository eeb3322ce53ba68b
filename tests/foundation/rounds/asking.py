"""What the tests of rounds have in common: a monthly return of two branches, its rows, and how far it gets."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.db import connection

from bangfu.foundation.intake.reported.operations import register_reported, verify_reported_paper
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.review.models import Batch
from bangfu.foundation.review.operations import draw_sample, look_at
from bangfu.foundation.rounds.models import Return, Round, Schedule
from bangfu.foundation.rounds.operations import (
    ScheduleDetails,
    add_file,
    make_schedule,
    open_round,
    save_rows,
)
from bangfu.foundation.rounds.rows import GridRow, opening_rows
from tests.cast import Cast
from tests.foundation.intake.reported.reporting import RELIEF, SLIP, details

JUNE, JULY, AUGUST = date(2020, 6, 1), date(2020, 7, 1), date(2020, 8, 1)
IN_TIME = datetime(2020, 7, 3, 2, 0, tzinfo=UTC)
LATE = datetime(2020, 7, 20, 2, 0, tzinfo=UTC)


def said(**changes: Any) -> ScheduleDetails:
    """Return what a schedule says: the relief of each month, by the fifth of the next with a day's grace."""
    known: dict[str, Any] = {
        "title": "扶贫套餐减免月报",
        "measures": (RELIEF,),
        "every": "MONTH",
        "due_days": 5,
        "starts_on": JUNE,
        "level": Unit.Kind.PROVINCE.value,
        "grace_days": 1,
        "remind_days": 3,
    }
    return ScheduleDetails(**{**known, **changes})


def scheduled(cast: Cast, **changes: Any) -> Schedule:
    """Let the officer ask the branches."""
    return make_schedule(
        details=said(**changes),
        unit=cast.group,
        responsible=cast.officer,
        act=cast.act(cast.officer, at=IN_TIME),
    )


def opened(cast: Cast, period: date = JUNE, **changes: Any) -> Round:
    """Let the officer ask the branches and open the round of a period."""
    schedule = scheduled(cast, **changes)
    return open_round(schedule=schedule, starts_on=period, act=cast.act(cast.officer, at=IN_TIME))


def owed_by(asked: Round, unit: Unit) -> Return:
    """Return what a unit owes a round, as it is now."""
    return Return.objects.select_related("round__schedule", "unit").get(round=asked, unit=unit)


def with_file(cast: Cast, owed: Return) -> None:
    """Let the clerk upload the slip."""
    add_file(unit_return=owed, name=SLIP[0], content=SLIP[1], act=cast.act(cast.clerk, at=IN_TIME))


def typed(cast: Cast, owed: Return, *rows: dict[str, str], revision: int = 0, at: datetime = IN_TIME) -> None:
    """Let the clerk fill in rows: the first begins as the grid does, with what differs typed over it."""
    (first,) = opening_rows(owed, RELIEF, at.date())
    filled = []
    for number, cells in enumerate(rows, 1):
        reference = f"P52-202006-{number:03d}"
        common = {**first.given, "reference": reference}
        filled.append(GridRow(number, {**common, **cells}, common))
    save_rows(
        unit_return=owed, measure=RELIEF, rows=filled, revision=revision, act=cast.act(cast.clerk, at=at)
    )


def by_hand(cast: Cast, *, at: datetime = IN_TIME, **changes: Any) -> Any:
    """Let the clerk register one record of June from daily work, with its slip."""
    given = {"happened_on": date(2020, 6, 12), "reference": "GZ-2020-06-A", **changes}
    return register_reported(
        measure=RELIEF,
        details=details(**given),
        unit=cast.guizhou,
        files=(SLIP,),
        act=cast.act(cast.clerk, at=at),
    )


def verified_paper(cast: Cast, paper: Batch) -> None:
    """Let the verifier draw the sample, look at it and sign."""
    act = cast.act(cast.verifier)
    sample = draw_sample(batch=paper, act=act)
    look_at(batch=paper, records=list(sample.records.values_list("record_id", flat=True)), act=act)
    verify_reported_paper(batch=paper, act=act)


TABLES = (
    "rounds_schedule", "rounds_round", "rounds_return", "rounds_returnevent", "rounds_draft", "rounds_returnfile",
    "rounds_returnsheet",
    "rounds_chase", "rounds_unlocking", "rounds_amendment", "intake_reportedrecord", "review_batch", "review_review",
    "evidence_attachment", "ledger_fact", "operations_auditentry",
)  # fmt: skip


def counts() -> dict[str, int]:
    """Return how many rows this path and what it touches have: for “nothing was written”."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
    return found
