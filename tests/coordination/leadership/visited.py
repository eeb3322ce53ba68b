"""What the tests of this room have in common: leaders of 贵州, their visits to 册亨 as drafts and verified, and a sheet."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from django.db import connection

from bangfu.coordination.leadership.models import Leader, Visit
from bangfu.coordination.leadership.operations import (
    Commitment,
    VisitDetails,
    import_visits,
    register_leader,
    register_visit,
    submit_visit,
    verify_visit,
)
from bangfu.coordination.leadership.sheets import COLUMNS
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.operations import receive_upload
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import Batch
from tests.cast import CEHENG, Cast

ZHELOU = 522327001200
FIRST, SECOND = "P52-2020-001", "P52-2020-002"
ARRIVED, LEFT, DUE = date(2020, 6, 12), date(2020, 6, 13), date(2020, 7, 15)
MINUTES = ("纪要.txt", "册亨县调研纪要".encode())
PUMP, ACCOUNTANT = "换好者楼村水泵", "为合作社请会计"


def leader(cast: Cast, code: str = "P52-L01", **changes: Any) -> Leader:
    """Register the head of 贵州, or return them when they are there."""
    said = {"name": "岑明", "unit": cast.guizhou, "post": "总经理", "rank": "CHIEF", **changes}
    known = Leader.objects.filter(code=code).first()
    return known or register_leader(code=code, act=cast.act(cast.officer), **said)


def details(cast: Cast, reference: str = FIRST, place: int = CEHENG, **changes: Any) -> VisitDetails:
    """Return what is said of one visit by hand."""
    said: dict[str, Any] = {
        "leader": leader(cast), "arrived_on": ARRIVED, "left_on": LEFT, "purpose": "调研产业帮扶",
        "problems": ("合作社账目没有公开",), "commitments": (Commitment(PUMP, DUE), Commitment(ACCOUNTANT)),
    }  # fmt: skip
    return VisitDetails(reference=reference, place=Place.objects.get(pk=place), **{**said, **changes})


def drafted(cast: Cast, reference: str = FIRST, place: int = CEHENG, **changes: Any) -> Visit:
    """Register a visit with its minutes."""
    said = details(cast, reference, place, **changes)
    return register_visit(details=said, files=(MINUTES,), act=cast.act(cast.clerk))


def submitted(cast: Cast, reference: str = FIRST, place: int = CEHENG, **changes: Any) -> Visit:
    """Register and submit a visit."""
    return submit_visit(visit=drafted(cast, reference, place, **changes), act=cast.act(cast.clerk))


def verified(cast: Cast, reference: str = FIRST, place: int = CEHENG, **changes: Any) -> Visit:
    """Register, submit and verify a visit."""
    return verify_visit(visit=submitted(cast, reference, place, **changes), act=cast.act(cast.verifier))


@dataclass(frozen=True)
class Row:
    """One row of the sheet as a branch types it."""

    reference: str = FIRST
    leader_code: str = "P52-L01"
    place: str = "册亨县"
    arrived_on: Any = ARRIVED
    left_on: Any = LEFT
    purpose: str = "调研产业帮扶"
    trip: str = ""
    problems: str = "合作社账目没有公开"
    commitments: str = f"{PUMP}；{ACCOUNTANT};"
    due_on: Any = DUE
    evidence: str = MINUTES[0]

    def but(self, **changes: Any) -> Row:
        """Return the row with some cells typed otherwise."""
        return replace(self, **changes)


def received(rows: list[Row], *, unit: Unit, act: Act, folder: Path, name: str = "到访.xlsx") -> Upload:
    """Upload a sheet with its minutes."""
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
    path = folder / "minutes.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(*MINUTES)
    return receive_upload(
        layout="leadership.visits", unit=unit, name=name, content=buffer.getvalue(), evidence=path, act=act
    )


def imported(cast: Cast, rows: list[Row], folder: Path, name: str = "到访.xlsx") -> Batch:
    """Upload a sheet and import it."""
    leader(cast)
    act = cast.act(cast.clerk)
    return import_visits(upload=received(rows, unit=cast.guizhou, act=act, folder=folder, name=name), act=act)


def counts() -> dict[str, int]:
    """Return how many rows the room and what it touches have: for “nothing was written”."""
    tables = (
        "leadership_leader", "leadership_visit", "leadership_visitpoint", "leadership_visitpointevent", "people_person",
        "review_batch", "review_reviewevent", "evidence_attachment", "ledger_fact", "operations_auditentry",
    )  # fmt: skip
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
    return found
