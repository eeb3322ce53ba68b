"""What the tests of boxes, bookings and projects have in common: sheets as branches type them."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from django.db import connection

from bangfu.connectivity.network.models import Project
from bangfu.connectivity.network.operations import BookingDetails, BoxDetails, open_project
from bangfu.foundation.intake.layouts import layout_with_code
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.operations import receive_upload
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.models import Place
from tests.cast import CEHENG

PAPER = ("验收单.txt", b"accepted 2019-09-12")
VOUCHER = ("凭证.txt", b"PZ-201909-0312")


def sheet_of(layout: str, rows: list[dict[str, Any]]) -> bytes:
    """Return a workbook of a layout's columns."""
    buffer = io.BytesIO()
    columns = layout_with_code(layout).columns
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, [column.title.zh for column in columns])
        for number, row in enumerate(rows, 1):
            for position, column in enumerate(columns):
                value = row.get(column.name)
                if isinstance(value, date):
                    page.write_datetime(number, position, value)
                elif value is not None:
                    page.write_string(number, position, str(value))
    return buffer.getvalue()


def received(
    layout: str, rows: list[dict[str, Any]], *, unit: Unit, act: Act, folder: Path, name: str = "表.xlsx"
) -> Upload:
    """Upload a sheet whose rows name their documents, with the zip that holds them."""
    path = folder / f"{layout}-{len(list(folder.iterdir()))}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for document in sorted({row["document"] for row in rows if row.get("document")}):
            archive.writestr(document, f"{document} content")
    return receive_upload(
        layout=layout, unit=unit, name=name, content=sheet_of(layout, rows), evidence=path, act=act
    )


def box_row(code: str, **changes: Any) -> dict[str, Any]:
    """Return one row of the sheet of boxes."""
    row = {
        "code": code, "county": "册亨县", "port_count": 16, "splitter": "1:16", "accepted_on": date(2019, 9, 12),
        "document": "odn.txt",
    }  # fmt: skip
    return {**row, **changes}


def booking_row(line: int, **changes: Any) -> dict[str, Any]:
    """Return one row of the sheet of bookings."""
    row = {
        "voucher": "PZ-201909-0312", "line_number": line, "project": "GZ-2019-07", "county": "册亨县",
        "category": "基站", "amount": Decimal("68865.03"), "booked_on": date(2019, 9, 30), "document": "pz.txt",
    }  # fmt: skip
    return {**row, **changes}


def box(code: str = "GZ-CH-FX-0001", **changes: Any) -> BoxDetails:
    """Return what is said of one box by hand."""
    said: dict[str, Any] = {
        "place": Place.objects.get(pk=CEHENG), "port_count": 16, "accepted_on": date(2019, 9, 12), "splitter": "1:16",
    }  # fmt: skip
    return BoxDetails(code=code, **{**said, **changes})


def booking(**changes: Any) -> BookingDetails:
    """Return what is said of one voucher line by hand."""
    said: dict[str, Any] = {
        "voucher": "PZ-201909-0312", "line_number": 1, "project": "GZ-2019-07",
        "place": Place.objects.get(pk=CEHENG), "category": "STATION", "amount_fen": 6886503,
        "booked_on": date(2019, 9, 30),
    }  # fmt: skip
    return BookingDetails(**{**said, **changes})


def project(unit: Unit, act: Act, **changes: Any) -> Project:
    """Open a build project in 册亨."""
    said: dict[str, Any] = {
        "code": "GZ-2019-07", "name": "册亨深度贫困村网络建设", "place": Place.objects.get(pk=CEHENG),
        "budget_fen": 100_000_000,
    }  # fmt: skip
    return open_project(unit=unit, act=act, **{**said, **changes})


def posted() -> list[tuple[Any, ...]]:
    """Return every fact: measure, quantity, unit, place, identity, day, source, revision, reason."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT measure.code, fact.quantity, fact.unit_id, fact.place_id, fact.identity, fact.happened_on,"
            " fact.source_system, fact.source_id, fact.revision, fact.reason FROM ledger_fact fact"
            " JOIN ledger_cataloguemeasure measure ON measure.id = fact.measure_id ORDER BY fact.id"
        )
        return cursor.fetchall()


def written() -> dict[str, int]:
    """Return how many rows the room and what it touches have: for “nothing was written”."""
    tables = (
        "network_project", "network_projectstage", "network_accessbox", "network_booking", "network_recordcorrection",
        "review_batch", "review_review", "evidence_attachment", "ledger_fact", "operations_auditentry",
    )  # fmt: skip
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
    return found
