"""A collection round of 2,500 units, each with somebody who hands its return in: opened, chased, accepted, summed, locked.

What it takes of the processor, of this process and of its server process, is printed for each step and compared with ten
times that of a round of 250 units: near 1 it grows with the units alone, above 1 it takes less.

On two cores, with nothing else at work: 1.35 (1.85 s against ten times 0.25 s). Opening 0.07 s, a page 0.05 s, chasing 0.10 s,
accepting 0.09 s, sums 0.08 s, sums as a file 0.42 s, the list as a file 0.96 s, locking 0.02 s;
each step as many statements as at 250.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bangfu.foundation.operations import Act, system_writes
from bangfu.foundation.organisation.models import RoleGrant, Unit
from bangfu.foundation.organisation.operations import enter_unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.operations import enter_person
from bangfu.foundation.rounds.models import Return, Round
from bangfu.foundation.rounds.operations import (
    ScheduleDetails,
    accept_returns,
    chase_round,
    lock_round,
    make_schedule,
    open_round,
)
from benchmarks._scratch import founded, report, scratch_database
from benchmarks.open import PLAIN_STATIC

WARM = 5
"""Units of a round that is not measured: the first one loads the program."""
SIZES = (250, 2_500)
MEASURE = "tariffs.relief"
JUNE, FOUNDED = date(2020, 6, 1), date(2015, 1, 1)
AT = datetime(2020, 7, 20, 2, tzinfo=UTC)
_RECORDS = """
INSERT INTO intake_reportedrecord (measure, reference, revision, unit_id, place_id, happened_on, quantity, title, remark,
    registered_at, registered_by_id, withdrawal_reason, withdrawal_remark)
SELECT %(measure)s, format('R-%%s', owed.unit_id), 1, owed.unit_id, 522327000000, '2020-06-15', 1, '减免', '',
       %(at)s, %(by)s, '', ''
  FROM rounds_return owed WHERE owed.round_id = %(round)s
"""


def _processor_s() -> float:
    """Return the processor time of this process and, where it can be seen, of its server process."""
    used = time.process_time()
    server = connection.connection.info.backend_pid if connection.connection is not None else 0
    status = Path(f"/proc/{server}/stat")
    if server and status.exists():
        fields = status.read_text().rpartition(")")[2].split()
        used += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return used


def _house(size: int, asking: Unit) -> None:
    """Enter so many companies below a unit, each with a clerk."""
    with system_writes("the units of a benchmark"):
        for number in range(1, size + 1):
            unit = enter_unit(
                code=f"B{size}-{number}", name_zh=f"第{number}分公司", name_en=f"Branch {number}", kind=Unit.Kind.COUNTY,
                parent=asking, place=None, starts_on=FOUNDED,
            )  # fmt: skip
            account = Account.objects.create(
                username=f"b{size}-{number}", password="!", person=enter_person(name="基准")
            )
            RoleGrant.objects.create(account=account, role="clerk", unit=unit, starts_on=FOUNDED)


def measured(size: int, root: Unit, officer: Account, clerk: Account) -> dict[str, tuple[float, int]]:
    """Return the processor time and the statements of each step of a round of so many units."""
    with system_writes("who asks in a benchmark"):
        asking = enter_unit(
            code=f"A{size}", name_zh=f"{size}", name_en=f"{size}", kind=Unit.Kind.PROVINCE, parent=root, place=None,
            starts_on=FOUNDED,
        )  # fmt: skip
    _house(size, asking)
    found: dict[str, tuple[float, int]] = {}
    act = Act(actor=officer, at=AT)
    client = Client(SERVER_NAME="localhost")
    client.force_login(officer)

    def step(name: str, work: Callable[[], object]) -> None:
        with CaptureQueriesContext(connection) as asked:
            before = _processor_s()
            work()
            found[name] = _processor_s() - before, len(asked)

    details = ScheduleDetails(
        title=f"月报 {size}", measures=(MEASURE,), every="MONTH", due_days=5, starts_on=JUNE, level="COUNTY"
    )
    schedule = make_schedule(details=details, unit=asking, responsible=officer, act=act)
    step("open", lambda: open_round(schedule=schedule, starts_on=JUNE, act=act))
    asked = Round.objects.get(schedule=schedule)
    page, sums = reverse("rounds:round", args=[asked.pk]), reverse("rounds:sums", args=[asked.pk])

    def read(address: str, said: dict[str, str] | None = None) -> bytes:
        answer = client.get(address, said or {})
        if answer.status_code != HTTPStatus.OK:
            raise SystemExit(f"{address} answers {answer.status_code}")
        return answer.getvalue()

    read(page)
    step("page", lambda: read(page))
    step("page, narrowed and sorted", lambda: read(page, {"timing": "overdue", "q": "9", "sort": "-due"}))
    step("chase", lambda: chase_round(round=asked, act=act))
    with system_writes("the records of a benchmark"), connection.cursor() as cursor:
        cursor.execute(_RECORDS, {"measure": MEASURE, "at": AT, "by": clerk.pk, "round": asked.pk})
    with system_writes("the returns of a benchmark"):
        Return.objects.filter(round=asked).update(state="RETURNED", returned_at=AT, returned_by=clerk)
    keys = list(Return.objects.filter(round=asked).values_list("pk", flat=True))
    step("accept", lambda: accept_returns(round=asked, returns=keys, act=act))
    step("sums", lambda: read(sums))
    step("sums as a file", lambda: read(f"{sums}.csv"))
    step("list as a file", lambda: read(f"{page}returns.csv"))
    step("lock", lambda: lock_round(round=asked, act=act))
    return found


def run() -> None:
    """Measure both rounds in one house and print each step."""
    with scratch_database("rounds"), override_settings(STORAGES={**settings.STORAGES, **PLAIN_STATIC}):
        root, clerk = founded(FOUNDED)
        with system_writes("the officer of a benchmark"):
            officer = Account.objects.create(
                username="officer", password="!", person=enter_person(name="基准")
            )
            RoleGrant.objects.create(account=officer, role="officer", unit=root, starts_on=FOUNDED)
        measured(WARM, root, officer, clerk)
        few, many = (measured(size, root, officer, clerk) for size in SIZES)
    for name, (used, statements) in many.items():
        before, known = few[name]
        print(f"  {name}: {used:.2f} s, {statements} statements ({SIZES[0]} units: {before:.2f} s, {known})")
    times = SIZES[1] / SIZES[0]
    report(
        "rounds",
        baseline=[sum(used for used, _ in few.values()) * times],
        ours=[sum(used for used, _ in many.values())],
    )
