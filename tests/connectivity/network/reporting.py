"""What the tests of this room have in common: a branch's sheet with its logs, as files, and how it gets in."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from django.db import connection

from bangfu.connectivity.network.models import Station
from bangfu.connectivity.network.operations import StationDetails, import_stations
from bangfu.connectivity.network.sheets import COLUMNS
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.operations import receive_upload
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import Batch

FACT_COLUMNS = (
    "quantity::int, unit_id, place_id, identity, happened_on, source_system, source_id, revision, reason"
)


@dataclass(frozen=True)
class Row:
    """One row as a branch types it; ``log`` is the test log's text, null = none is named."""

    station_code: str
    county: str = "册亨县"
    site_code: str = "TT-522327-0103"
    site_name: str = ""
    technology: str = "4G"
    band: str = "900 MHz"
    builder: str = "贵州分公司"
    sharer: str = ""
    accepted_on: Any = date(2019, 9, 12)
    on_air_on: Any = date(2019, 8, 30)
    capitalised_on: Any = None
    paid_on: Any = None
    log: str | None = "RSRP -84 dBm"
    basis: str = ""

    def but(self, **changes: Any) -> Row:
        """Return the row with some cells typed otherwise."""
        return replace(self, **changes)


@dataclass
class Sheet:
    """A workbook and its evidence zip."""

    rows: list[Row]
    name: str = "2019年验收.xlsx"
    folder: Path | None = None
    names: list[str] = field(default_factory=list)

    def content(self) -> bytes:
        """Return the workbook."""
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
            page = book.add_worksheet()
            page.write_row(0, 0, [column.title.zh for column in COLUMNS])
            for number, row in enumerate(self.rows, 1):
                for position, column in enumerate(COLUMNS):
                    value = getattr(row, column.name, None)
                    if column.name == "test_log" and row.log is not None:
                        value = f"{row.station_code}.txt"
                    if isinstance(value, date):
                        page.write_datetime(number, position, value)
                    elif value:
                        page.write_string(number, position, value)
        return buffer.getvalue()

    def evidence(self, folder: Path) -> Path:
        """Return the evidence zip, written into the folder."""
        path = folder / f"{abs(hash(self.name))}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for row in self.rows:
                if row.log is not None:
                    archive.writestr(f"{row.station_code}.txt", f"{row.station_code} {row.log}")
        return path


def received(sheet: Sheet, *, unit: Unit, act: Act, folder: Path) -> Upload:
    """Upload a sheet with its zip."""
    return receive_upload(
        layout="network.stations",
        unit=unit,
        name=sheet.name,
        content=sheet.content(),
        evidence=sheet.evidence(folder),
        act=act,
    )


def imported(sheet: Sheet, *, unit: Unit, act: Act, folder: Path) -> Batch:
    """Upload a sheet and import it."""
    return import_stations(upload=received(sheet, unit=unit, act=act, folder=folder), act=act)


def details(place: int, **changes: Any) -> StationDetails:
    """Return what is said of one station by hand."""
    said: dict[str, Any] = {
        "code": "GZ-CH-0417",
        "site_code": "TT-522327-0103",
        "technology": "4G",
        "builder": "贵州分公司",
        "accepted_on": date(2019, 9, 12),
        "on_air_on": date(2019, 8, 30),
    }
    return StationDetails(place=Place.objects.get(pk=place), **{**said, **changes})


LOG = ("GZ-CH-0417.txt", b"GZ-CH-0417 RSRP -84 dBm")


def facts() -> list[tuple[Any, ...]]:
    """Return every fact of the ledger, whole, in the order posted."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {FACT_COLUMNS} FROM ledger_fact ORDER BY id")
        return cursor.fetchall()


def counts() -> dict[str, int]:
    """Return how many rows the room and what it touches have: for “nothing was written”."""
    tables = (
        "network_site", "network_station", "network_correction", "review_batch", "review_review",
        "evidence_attachment", "ledger_fact", "operations_auditentry",
    )  # fmt: skip
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
    return found


def station(code: str) -> Station:
    """Return the living station with this code."""
    return Station.objects.get(code=code, withdrawn_at=None)
