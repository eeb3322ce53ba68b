"""Sheets of one table: a list of places (county, from, until), and registered denominators (place, year, number)."""

from __future__ import annotations

from datetime import date

import polars as pl

from bangfu.foundation.intake.cells import Context
from bangfu.foundation.intake.examining import open_sheet, read_sheet
from bangfu.foundation.intake.layouts import Column, ColumnKind, Layout, RowRefusal
from bangfu.foundation.places.operations import import_area, register_denominators
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import both
from bangfu.site.initial.layouts import layouts

_COLUMNS = ("place", "starts_on", "ends_on")
_DENOMINATORS = (
    Column("place", both("地区", "Place"), ColumnKind.PLACE, example="贵州省册亨县"),
    Column("year", both("年度", "Year"), ColumnKind.INTEGER, example="2019"),
    Column("value", both("数", "Number"), ColumnKind.INTEGER, example="190000"),
)


def read_members(content: bytes, *, today: date) -> tuple[pl.DataFrame, list[RowRefusal]]:
    """Return the members of a list as ``places.import_area`` takes them, and the rows that could not be read.

    Raises: UnableToReadSheet: see its codes.
    """
    whole = layouts()["lists"]
    layout = Layout(
        code="places.members",
        title=both("名单", "List"),
        columns=tuple(whole.column(name) for name in _COLUMNS),
        confirm=import_area,
        permission="places.import_area",
    )
    reading = read_sheet(open_sheet(layout, content), Context(on=today))
    names = place_labels(reading.frame["place"].to_list(), short=True)
    members = reading.frame.select(*_COLUMNS).with_columns(
        listed_as=pl.col("place").replace_strict(names, default=None, return_dtype=pl.String)
    )
    return members, reading.refusals


def read_denominators(content: bytes, *, today: date) -> tuple[pl.DataFrame, list[RowRefusal]]:
    """Return rows as ``places.register_denominators`` takes them, and those that could not be read.

    Raises: UnableToReadSheet: see its codes.
    """
    layout = Layout(
        code="places.denominators",
        title=both("分母登记表", "Denominators"),
        columns=_DENOMINATORS,
        confirm=register_denominators,
        permission="places.register_denominators",
    )
    reading = read_sheet(open_sheet(layout, content), Context(on=today))
    return reading.frame.select("place", "year", "value"), reading.refusals
