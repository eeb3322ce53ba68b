"""What the tests of reported records have in common: a unit's sheet with its evidence, and how it gets in."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from django.db import connection

from bangfu.foundation.intake.layouts import layout_with_code
from bangfu.foundation.intake.models import ReportedRecord, Upload
from bangfu.foundation.intake.operations import receive_upload
from bangfu.foundation.intake.reported.operations import (
    ReportedDetails,
    import_reported,
    register_reported,
    submit_reported,
    verify_reported,
)
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import Batch
from tests.cast import CEHENG, Cast

RELIEF, STUDENTS, HOSPITALS = "tariffs.relief", "grants.students", "telemedicine.hospitals"
FACT_COLUMNS = (
    "quantity, unit_id, place_id, identity, happened_on, source_system, source_id, revision, reason"
)
SLIP = ("slip.txt", "2019年9月扶贫套餐减免汇总".encode())


@dataclass(frozen=True)
class Row:
    """One row as an office types it; ``file`` is the name of its evidence, null = none is named."""

    reference: str
    quantity: Any = "1000.00"
    place: str = "册亨县"
    happened_on: Any = date(2019, 9, 30)
    title: str = "9月减免汇总"
    party_number: str = ""
    line: str = ""
    remark: str = ""
    file: str | None = "slip.txt"

    def but(self, **changes: Any) -> Row:
        """Return the row with some cells typed otherwise."""
        return replace(self, **changes)


@dataclass(frozen=True)
class Sheet:
    """A workbook of one measure and its evidence zip."""

    rows: list[Row]
    measure: str = RELIEF
    name: str = "减免.xlsx"

    def content(self) -> bytes:
        """Return the workbook, filled into the measure's own columns."""
        buffer = io.BytesIO()
        columns = layout_with_code(self.measure).columns
        with xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
            page = book.add_worksheet()
            page.write_row(0, 0, [column.title.zh for column in columns])
            for number, row in enumerate(self.rows, 1):
                for position, column in enumerate(columns):
                    value = row.file if column.name == "evidence" else getattr(row, column.name)
                    if isinstance(value, date):
                        page.write_datetime(number, position, value)
                    elif value:
                        page.write_string(number, position, str(value))
        return buffer.getvalue()

    def evidence(self, folder: Path) -> Path:
        """Return the evidence zip, written into the folder."""
        path = folder / "evidence.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name in sorted({row.file for row in self.rows if row.file}):
                archive.writestr(name, f"{name} {SLIP[1].decode()}")
        return path


def received(sheet: Sheet, *, unit: Unit, act: Act, folder: Path) -> Upload:
    """Upload a sheet with its zip."""
    return receive_upload(
        layout=sheet.measure,
        unit=unit,
        name=sheet.name,
        content=sheet.content(),
        evidence=sheet.evidence(folder),
        act=act,
    )


def imported(sheet: Sheet, *, unit: Unit, act: Act, folder: Path) -> Batch:
    """Upload a sheet and import it."""
    return import_reported(upload=received(sheet, unit=unit, act=act, folder=folder), act=act)


def details(**changes: Any) -> ReportedDetails:
    """Return what is said of one record by hand."""
    said: dict[str, Any] = {
        "reference": "GZ-2019-09",
        "title": "9月减免汇总",
        "place": Place.objects.get(pk=changes.pop("place", CEHENG)),
        "happened_on": date(2019, 9, 30),
        "quantity": Decimal("1000.50"),
    }
    return ReportedDetails(**{**said, **changes})


def verified(cast: Cast, *, measure: str = RELIEF, **changes: Any) -> ReportedRecord:
    """Report one record, submit it, verify it."""
    act = cast.act(cast.clerk)
    record = register_reported(
        measure=measure, details=details(**changes), unit=cast.guizhou, files=(SLIP,), act=act
    )
    submit_reported(record=record, act=act)
    return verify_reported(record=record, act=cast.act(cast.verifier))


def facts() -> list[tuple[Any, ...]]:
    """Return every fact of the ledger, whole, in the order posted."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {FACT_COLUMNS} FROM ledger_fact ORDER BY id")
        return cursor.fetchall()


def parties() -> list[Any]:
    """Return whom each fact is about, in the order posted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT party FROM ledger_fact ORDER BY id")
        return [party for (party,) in cursor.fetchall()]


def counts() -> dict[str, int]:
    """Return how many rows this path and what it touches have: for “nothing was written”."""
    tables = (
        "intake_upload", "intake_reportedrecord", "intake_reportedcorrection", "review_batch", "review_review",
        "evidence_attachment", "ledger_fact", "operations_auditentry",
    )  # fmt: skip
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
    return found


def record(reference: str) -> ReportedRecord:
    """Return the living record with this reference."""
    return ReportedRecord.objects.get(reference=reference, withdrawn_at=None)
