"""What the tests of this room have in common: courses, attendees with numbers, a sheet with its sign-in list, facts."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from django.db import connection

from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.operations import receive_upload
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.identity_numbers import check_character
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import Batch
from bangfu.foundation.review.operations import draw_sample, look_at
from bangfu.livelihoods.training.models import Course, Enrolment
from bangfu.livelihoods.training.operations import (
    Attendee,
    CourseDetails,
    Part,
    enrol_attendee,
    import_attendees,
    open_course,
    submit_completions,
    verify_completions,
)
from bangfu.livelihoods.training.sheets import COLUMNS
from tests.cast import CEHENG, GUYUAN, Cast

SHEET = ("签到表.txt", "PX-2019-03 签到表 2019-09-10 至 12".encode())
FIRST, LAST, END = date(2019, 9, 10), date(2019, 9, 12), date(2019, 9, 13)


def number(order: int) -> str:
    """Return the identity number of the nobody with this order: right in form, of a place that has none."""
    first = f"522327{1950 + order // 365 % 50}01{order % 28 + 1:02d}{order % 1000:03d}"
    return first + check_character(first)


def part(mode: str, *days: date, place: int = CEHENG, title: str = "") -> Part:
    """Return a module of a course."""
    where = Place.objects.get(pk=place)
    return Part(mode, title or f"{mode} 模块", "示例红色教育学院", "示例教学点", where, days)


def details(code: str = "PX-2019-03", **changes: Any) -> CourseDetails:
    """Return a course of three days: a lecture, on-site teaching, and a park; two of them are required."""
    said: dict[str, Any] = {
        "title": "脱贫攻坚基层干部培训班",
        "trainees": "CADRE",
        "starts_on": FIRST,
        "ends_on": END,
        "required_sessions": 2,
        "parts": (
            part("LECTURE", FIRST),
            part("ON_SITE", date(2019, 9, 11)),
            part("PARK", LAST),
        ),
    }
    return CourseDetails(code=code, **{**said, **changes})


def opened(cast: Cast, code: str = "PX-2019-03", unit: Unit | None = None, **changes: Any) -> Course:
    """Open a course."""
    return open_course(
        details=details(code, **changes), unit=unit or cast.guizhou, act=cast.act(cast.officer)
    )


def attendee(order: int = 1, place: int = CEHENG, **changes: Any) -> Attendee:
    """Return what is said of one attendee."""
    said: dict[str, Any] = {"sessions": "全部", "post": "村支书"}
    return Attendee(
        name=f"学员{order}",
        identity_number=number(order),
        place=Place.objects.get(pk=place),
        **{**said, **changes},
    )


def enrolled(cast: Cast, course: Course, order: int = 1, **changes: Any) -> Enrolment:
    """Enrol one attendee with the sign-in sheet."""
    return enrol_attendee(
        course=course, attendee=attendee(order, **changes), files=(SHEET,), act=cast.act(cast.officer)
    )


def submitted(cast: Cast, course: Course) -> Batch:
    """Submit who is enrolled in a course."""
    return submit_completions(course=course, act=cast.act(cast.officer))


@dataclass(frozen=True)
class Row:
    """One row of the sheet as a branch types it."""

    course_code: str = "PX-2019-03"
    name: str = "学员甲"
    identity_number: str = number(1)
    place: str = "册亨县"
    post: str = "村支书"
    sessions: str = "全部"
    result: str = "结业"
    evidence: str = SHEET[0]
    basis: str = ""

    def but(self, **changes: Any) -> Row:
        """Return the row with some cells typed otherwise."""
        return replace(self, **changes)


def workbook(rows: list[Row]) -> bytes:
    """Return rows as a workbook."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, [column.title.zh for column in COLUMNS])
        for line, row in enumerate(rows, 1):
            for position, column in enumerate(COLUMNS):
                page.write_string(line, position, getattr(row, column.name))
    return buffer.getvalue()


def received(rows: list[Row], *, unit: Unit, act: Act, folder: Path, name: str = "学员名册.xlsx") -> Upload:
    """Upload a sheet with its sign-in list."""
    path = folder / "evidence.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(*SHEET)
    return receive_upload(
        layout="training.attendees", unit=unit, name=name, content=workbook(rows), evidence=path, act=act
    )


def imported(rows: list[Row], *, unit: Unit, act: Act, folder: Path, name: str = "学员名册.xlsx") -> Batch:
    """Upload a sheet and import it."""
    return import_attendees(upload=received(rows, unit=unit, act=act, folder=folder, name=name), act=act)


def verified(cast: Cast, paper: Batch) -> Batch:
    """Look at a paper's sample and verify it."""
    act = cast.act(cast.verifier)
    sample = draw_sample(batch=paper, act=act)
    look_at(batch=paper, records=[one.record_id for one in sample.records.all()], act=act)
    return verify_completions(batch=paper, act=act)


def facts(measure: str | None = None) -> list[tuple[Any, ...]]:
    """Return the facts, of one measure or all: measure, quantity, unit, place, day, source, revision, reason."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT measure.code, quantity::int, unit_id, place_id, happened_on, source_id, revision, reason"
            " FROM ledger_fact JOIN ledger_cataloguemeasure measure ON measure.id = measure_id"
            " WHERE %s::text IS NULL OR measure.code = %s ORDER BY ledger_fact.id",
            [measure, measure],
        )
        return cursor.fetchall()


def counts() -> dict[str, int]:
    """Return how many rows the room and what it touches have: for “nothing was written”."""
    tables = (
        "training_course", "training_module", "training_session", "training_enrolment", "training_enrolmentevent",
        "training_attendance", "training_correction", "training_moderule", "people_person", "review_batch",
        "review_reviewevent", "evidence_attachment", "ledger_fact", "operations_auditentry",
    )  # fmt: skip
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
    return found


__all__ = [
    "CEHENG", "END", "FIRST", "GUYUAN", "LAST", "SHEET", "Row", "attendee", "counts", "details", "enrolled", "facts",
    "imported", "number", "opened", "part", "received", "submitted", "verified", "workbook",
]  # fmt: skip
