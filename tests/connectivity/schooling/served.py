"""What the tests of this room have in common: schools of 册亨 as drafts, submitted and in use, a sheet, and their facts."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from django.db import connection

from bangfu.connectivity.schooling.models import School
from bangfu.connectivity.schooling.operations import (
    SchoolDetails,
    import_schools,
    register_school,
    submit_school,
    verify_school,
)
from bangfu.connectivity.schooling.sheets import COLUMNS
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.operations import receive_upload
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import Batch
from tests.cast import CEHENG, Cast

ZHELOU = 522327001200
FIRST, SECOND = "2152004321", "2152004322"
ACCEPTED = date(2019, 9, 2)
PAPER = ("验收单.txt", "册亨一小互联网教育验收".encode())


def details(code: str = FIRST, place: int = CEHENG, **changes: Any) -> SchoolDetails:
    """Return what is said of one school by hand."""
    said: dict[str, Any] = {
        "name": "者楼第一小学", "kind": "PRIMARY", "accepted_on": ACCEPTED, "pupils": 612, "classes": 18,
        "counted_on": date(2019, 9, 1), "bandwidth_mbps": 100,
    }  # fmt: skip
    return SchoolDetails(code=code, place=Place.objects.get(pk=place), **{**said, **changes})


def drafted(cast: Cast, code: str = FIRST, place: int = CEHENG, **changes: Any) -> School:
    """Register a school with its acceptance record."""
    return register_school(
        details=details(code, place, **changes), unit=cast.guizhou, files=(PAPER,), act=cast.act(cast.clerk)
    )


def submitted(cast: Cast, code: str = FIRST, place: int = CEHENG, **changes: Any) -> School:
    """Register and submit a school."""
    return submit_school(school=drafted(cast, code, place, **changes), act=cast.act(cast.clerk))


def served(cast: Cast, code: str = FIRST, place: int = CEHENG, **changes: Any) -> School:
    """Register, submit and verify a school."""
    return verify_school(school=submitted(cast, code, place, **changes), act=cast.act(cast.verifier))


@dataclass(frozen=True)
class Row:
    """One row of the sheet as a branch types it."""

    code: str = FIRST
    name: str = "者楼第一小学"
    kind: str = "小学"
    place: str = "册亨县"
    pupils: str = "612"
    classes: str = "18"
    counted_on: Any = date(2019, 9, 1)
    bandwidth_mbps: str = ""
    longitude: str = ""
    latitude: str = ""
    datum: str = ""
    accepted_on: Any = ACCEPTED
    evidence: str = PAPER[0]

    def but(self, **changes: Any) -> Row:
        """Return the row with some cells typed otherwise."""
        return replace(self, **changes)


def received(rows: list[Row], *, unit: Unit, act: Any, folder: Path, name: str = "学校.xlsx") -> Upload:
    """Upload a sheet with its acceptance record."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, [column.title.zh for column in COLUMNS])
        for number, row in enumerate(rows, 1):
            for position, column in enumerate(COLUMNS):
                value = getattr(row, column.name)
                if isinstance(value, date):
                    page.write_datetime(number, position, value)
                elif value:
                    page.write_string(number, position, value)
    path = folder / "papers.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(*PAPER)
    return receive_upload(
        layout="schooling.schools", unit=unit, name=name, content=buffer.getvalue(), evidence=path, act=act
    )


def imported(cast: Cast, rows: list[Row], folder: Path, name: str = "学校.xlsx") -> Batch:
    """Upload a sheet and import it."""
    act = cast.act(cast.clerk)
    return import_schools(
        upload=received(rows, unit=cast.guizhou, act=act, folder=folder, name=name), act=act
    )


def facts() -> list[tuple[Any, ...]]:
    """Return the room's facts: quantity, unit, place, day, identity, source, revision, reason."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quantity::int, unit_id, place_id, happened_on, identity, source_id, revision, reason"
            " FROM ledger_fact JOIN ledger_cataloguemeasure measure ON measure.id = measure_id"
            " WHERE measure.code = 'schooling.schools' ORDER BY ledger_fact.id"
        )
        return cursor.fetchall()


def counts() -> dict[str, int]:
    """Return how many rows the room and what it touches have: for “nothing was written”."""
    tables = (
        "schooling_school", "schooling_schoolevent", "review_batch", "review_reviewevent", "evidence_attachment",
        "ledger_fact", "operations_auditentry",
    )  # fmt: skip
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
    return found
