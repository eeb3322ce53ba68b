"""A branch's spreadsheet and evidence zip, filled in as branches do: some by name, some by code, dates in many ways."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import xlsxwriter

from bangfu.connectivity.network.sheets import COLUMNS
from bangfu.foundation.intake.layouts import BASIS
from example.papers import LABEL, WRITTEN
from example.photographs import photograph
from example.stations import MadeStation, log_of

DAYS_OF: tuple[Callable[[date], str | date], ...] = (
    lambda day: day,
    lambda day: day.isoformat(),
    lambda day: f"{day.year}/{day.month}/{day.day}",
    lambda day: f"{day.year}年{day.month}月{day.day}日",
)
"""How a branch writes days: as the program's own dates, or as text in one of three ways."""


FIRST_ENTRY = tuple(column for column in COLUMNS if column is not BASIS)
"""A branch's first return corrects nothing."""


def write_sheet(path: Path, stations: list[MadeStation], *, habit: int) -> None:
    """Write a branch's workbook; ``habit`` chooses how this branch writes counties and days."""
    names = Counter(station.county.name for station in {one.county.place: one for one in stations}.values())
    write_day = DAYS_OF[habit % len(DAYS_OF)]
    with xlsxwriter.Workbook(
        str(path), {"default_date_format": "yyyy-mm-dd", "constant_memory": True}
    ) as book:
        book.set_properties({"title": LABEL, "created": WRITTEN})
        page = book.add_worksheet("验收表")
        page.write_row(0, 0, [column.title.zh for column in FIRST_ENTRY])
        for number, station in enumerate(stations, 1):
            cells = _cells(station, county=_county(station, habit, names))
            for position, column in enumerate(FIRST_ENTRY):
                value = cells[column.name]
                if isinstance(value, date):
                    value = write_day(value)
                if isinstance(value, date):
                    page.write_datetime(number, position, datetime.combine(value, datetime.min.time()))
                elif value:
                    page.write_string(number, position, value)


def _county(station: MadeStation, habit: int, names: Counter[str]) -> str:
    """Return a county as this branch writes it: by code, by its whole name or by its own, if that is enough."""
    if habit % 3 == 1:
        return str(station.county.place // 10**6)
    if habit % 3 == 2 or names[station.county.name] > 1:
        return station.county.label
    return station.county.name


def _cells(station: MadeStation, *, county: str) -> dict[str, str | date | None]:
    return {
        "station_code": station.code,
        "site_code": station.site_code,
        "site_name": station.site_name,
        "county": county,
        "technology": station.technology,
        "band": station.band,
        "builder": station.builder,
        "sharer": station.sharer,
        "accepted_on": station.accepted_on,
        "on_air_on": station.on_air_on,
        "capitalised_on": station.capitalised_on,
        "paid_on": station.paid_on,
        "test_log": f"{station.code}.txt",
        "photo": f"{station.code}.jpg" if station.has_photo else None,
    }


def write_evidence(path: Path, stations: list[MadeStation]) -> None:
    """Write the zip of a branch's test logs and pictures."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for station in stations:
            archive.writestr(f"{station.code}.txt", log_of(station))
            if station.has_photo:
                archive.writestr(
                    f"{station.code}.jpg", station.picture or photograph(station), zipfile.ZIP_STORED
                )
