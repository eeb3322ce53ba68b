"""A room of the tests' own: its job opens posts of a unit one by one, and waits where a test tells it to."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection

from bangfu.foundation.operations import Act, Refusal, operation, progress, scope_of
from bangfu.foundation.organisation.models import Post, Unit
from bangfu.foundation.rooms import (
    Hours,
    JobAsked,
    JobDeclaration,
    JobResult,
    PeriodicDeclaration,
    RoleDeclaration,
    RoomDeclaration,
    Wing,
    Words,
    both,
    register,
)

PERMISSION = "toyjobs.open_posts"
KIND, EVERY_HOUR = "toyjobs.open", "toyjobs.every_hour"
OPENING = both("正在设立岗位", "Opening posts")
LONGEST_WAIT_S = 60


class UnableToOpen(Refusal):
    """Codes: ``too_many``."""

    sentences = {"too_many": both("最多九个。请少一些。", "Nine at most. Ask for fewer.")}


@operation(PERMISSION, scope=scope_of("unit"))
def open_posts(*, unit: Unit, count: int, pause: str = "", act: Act) -> Unit:
    """Open posts; while a file named by ``pause`` is there, wait after the first, in Python or in SQL."""
    if count > 9:
        raise UnableToOpen("too_many")
    for number in range(count):
        progress(OPENING, done=number, of=count)
        Post.objects.create(unit=unit, title_zh=f"岗位 {number}", title_en=f"Post {number}")
        if number == 0 and pause:
            _wait(Path(pause))
    return unit


def _wait(pause: Path) -> None:
    Path(f"{pause}.reached").touch()
    deadline = time.monotonic() + LONGEST_WAIT_S
    while time.monotonic() < deadline:
        try:
            text = pause.read_text()
        except FileNotFoundError:
            return
        if text == "deaf":  # hears nothing, as a library that computes for long
            time.sleep(0.05)
        elif text == "database":
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT pg_sleep({LONGEST_WAIT_S})")
        elif text == "defect":
            raise ZeroDivisionError("韦兰")
        else:
            progress(OPENING, done=1, of=2)
            time.sleep(0.05)


def asked(arguments: Mapping[str, str | int | None]) -> JobAsked:
    """Say what one job would do."""
    unit = Unit.objects.filter(pk=arguments["unit"]).first()
    if unit is None:
        raise LookupError(arguments["unit"])
    title = both("设立 {count} 个岗位", "Open {count} posts").filled(count=arguments["count"])
    return JobAsked(
        title,
        PERMISSION,
        unit.scope,
        subject=f"unit:{unit.pk}{arguments.get('pause') or ''}"[:120],
        address="/work/",
    )


def run(arguments: Mapping[str, str | int | None], act: Act) -> JobResult:
    """Open the posts."""
    unit = open_posts(
        unit=Unit.objects.get(pk=arguments["unit"]), count=int(arguments["count"] or 0),
        pause=str(arguments.get("pause") or ""), act=act,
    )  # fmt: skip
    after = Path(str(arguments.get("pause") or "none") + ".after")
    if after.exists():  # committed, and not noted yet
        _wait(after)
    return JobResult(both("已设立。", "Opened."), address=f"/organisation/units/{unit.pk}/")


def every_hour(now: datetime) -> Words:
    """Say when."""
    return both("{now} 做了", "done at {now}").filled(now=f"{now:%H:%M}")


ROOM = RoomDeclaration(
    code="toyjobs", wing=Wing.FOUNDATION, title=both("玩具", "Toy"), icon="list", about=both("测试", "Tests"),
    roles=(RoleDeclaration("clerk", both("填报员", "Reporter"), frozenset({PERMISSION})),),
    jobs=(JobDeclaration(KIND, both("设立岗位", "Open posts"), asked, run),),
    periodic=(
        PeriodicDeclaration(
            EVERY_HOUR, both("每小时", "Every hour"), Hours(every=timedelta(hours=1)), every_hour
        ),
    ),
)  # fmt: skip


@contextmanager
def toy_room() -> Iterator[RoomDeclaration]:
    """Let the toy room exist for a while."""
    register.enter(ROOM)
    try:
        yield ROOM
    finally:
        register._register.rooms.pop(ROOM.code)
