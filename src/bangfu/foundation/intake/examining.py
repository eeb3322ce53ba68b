"""A sheet examined: found, read as typed columns, checked by its room; reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import polars as pl
from django.utils import timezone

from bangfu.foundation.intake.cells import (
    MONTH_ALONE,
    NUMBERS,
    Context,
    file_key,
    multiple_in,
    read_column,
)
from bangfu.foundation.intake.grids import Grid, UnableToReadSheet, read_grids
from bangfu.foundation.intake.headings import MULTIPLE_WORDS, Found, find_columns, unit_of
from bangfu.foundation.intake.layouts import CheckedRows, Column, ColumnKind, Layout, RowRefusal, listed
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.problems import sentence
from bangfu.foundation.intake.stored import TEXT
from bangfu.foundation.places.queries import ancestor_id
from bangfu.foundation.rooms import Words, both, counted

_DTYPES = {
    ColumnKind.COUNTY: pl.Int64,
    ColumnKind.PLACE: pl.Int64,
    ColumnKind.COUNTY_OR_VILLAGE: pl.Int64,
    ColumnKind.DATE: pl.Date,
    ColumnKind.INTEGER: pl.Int64,
}
_MOST_ROWS_NAMED = 6


@dataclass(frozen=True)
class Sheet:
    """A sheet with its columns found, and its cells as texts."""

    layout: Layout
    found: Found
    texts: pl.DataFrame
    """``row`` and every column of the layout as it was typed; absent columns are empty."""
    forms: pl.DataFrame
    """How each cell was stored; see ``cells``."""
    grids: Sequence[Grid]
    """The whole file, also what is on other pages and in columns that are not read."""

    @property
    def notes(self) -> list[Words]:
        """What was left out, and why."""
        return self.found.notes

    def file_names(self) -> list[str]:
        """Return the names of evidence files that the sheet names, as they are looked up, each once."""
        names = [column.name for column in self.layout.columns if column.kind == ColumnKind.EVIDENCE]
        keys = [self.texts.select(file_key(pl.col(name)).alias("key"))["key"] for name in names]
        return [key for key in pl.concat(keys).unique(maintain_order=True).to_list() if key] if keys else []


@dataclass(frozen=True)
class Reading:
    """The rows of a sheet that could be read, typed, and why the others could not."""

    frame: pl.DataFrame
    """``row`` and the typed columns of the rows without a refusal."""
    refusals: list[RowRefusal]
    notes: list[Words] = field(default_factory=list)
    """What was read as meant although it was not written out."""


def open_sheet(layout: Layout, content: bytes) -> Sheet:
    """Return a file's rows for a layout.

    Raises: UnableToReadSheet: see its codes.
    """
    grids = read_grids(content)
    found = _filled_in(layout, find_columns(layout, grids))
    rows = found.rows
    texts: dict[str, pl.Series] = {"row": rows + found.grid.first_row}
    forms: dict[str, pl.Series] = {}
    first, count = (int(rows[0]), rows.len())
    is_whole = int(rows[-1]) - first == count - 1

    def of_rows(cells: pl.Series) -> pl.Series:
        return cells.slice(first, count) if is_whole else cells.gather(rows)

    nothing = pl.Series([""]).new_from_index(0, rows.len())
    as_text = pl.Series([TEXT], dtype=pl.Int8).new_from_index(0, rows.len())
    for column in layout.columns:
        position = found.positions.get(column.name)
        texts[column.name] = nothing if position is None else of_rows(found.grid.texts[str(position)])
        forms[column.name] = as_text if position is None else of_rows(found.grid.forms[str(position)])
    return Sheet(layout, found, pl.DataFrame(texts), pl.DataFrame(forms), grids.grids)


def _filled_in(layout: Layout, found: Found) -> Found:
    """Return what was found without the rows that a template came with and nobody filled in.

    Raises: UnableToReadSheet: ``no_rows``: nobody filled in any.
    """
    others = [
        found.grid.texts[str(position)].gather(found.rows).str.strip_chars() != ""
        for name, position in found.positions.items()
        if name not in layout.known_columns
    ]
    if not layout.known_columns or not others:
        return found
    is_filled = pl.DataFrame(others).select(pl.any_horizontal(pl.all().fill_null(value=False))).to_series()
    if is_filled.all():
        return found
    if not is_filled.any():
        raise UnableToReadSheet("no_rows")
    count = int((~is_filled).sum())
    note = counted(
        "{count} 行只有预填的内容，没有填写，没有读取。",
        "{count} rows hold only what the template came with, and were not read.",
        "{count} row holds only what the template came with, and was not read.",
        count=count,
    )
    return replace(found, rows=found.rows.filter(is_filled), notes=[*found.notes, note])


def context_of(upload: Upload, digests: dict[str, str], ambiguous_files: frozenset[str]) -> Context:
    """Return what reading cells needs to know of an upload, saved or not."""
    place = upload.unit.place_id
    return Context(
        on=timezone.localdate(upload.uploaded_at),
        province_id=ancestor_id(place, 1) if place is not None else None,
        digests=digests,
        ambiguous_files=ambiguous_files,
    )


def without_grids(sheet: Sheet) -> Sheet:
    """Return a sheet that has let go of the rest of its file: what is not in its columns is not held any longer."""
    bare = replace(sheet.found.grid, texts=pl.DataFrame(), forms=pl.DataFrame())
    return replace(sheet, found=replace(sheet.found, grid=bare), grids=())


def read_sheet(sheet: Sheet, context: Context) -> Reading:
    """Return the readable rows as typed columns, and a refusal for every cell that cannot be read."""
    frame = sheet.texts.select("row")
    refusals: list[RowRefusal] = []
    notes: list[Words] = []
    context = replace(context, counts_from_1904=sheet.found.grid.counts_from_1904)
    for column in sheet.layout.columns:
        cells = pl.DataFrame({"text": sheet.texts[column.name], "form": sheet.forms[column.name]})
        read = read_column(column, cells, context, factor=sheet.found.factors.get(column.name, 1))
        frame = frame.with_columns(_typed(column, read["value"]))
        notes += _notes_on(column, cells["text"], sheet.found.factors.get(column.name, 1))
        if column.kind == ColumnKind.EVIDENCE:
            digest = pl.col(column.name).replace_strict(context.digests, default=None, return_dtype=pl.String)
            frame = frame.with_columns(digest.alias(f"{column.name}_digest"))
        wrong = sheet.texts.select("row", text=pl.col(column.name).str.strip_chars()).with_columns(
            problem=read["problem"], choices=read["choices"]
        )
        refusals += [
            RowRefusal(row, column.name, sentence(column, problem, text, choices or ()))
            for row, text, problem, choices in wrong.filter(pl.col("problem").is_not_null()).iter_rows()
        ]
    refusals += _duplicates(sheet.layout, frame)
    return Reading(without(frame, refusals), refusals, notes)


def _notes_on(column: Column, typed: pl.Series, factor: int) -> list[Words]:
    """Return what was read as meant of a column: its numbers in 万 or 亿, and months alone as their last day."""
    notes = []
    if factor != 1:
        notes.append(
            both(
                f"「{column.title.zh}」的表头写的是{MULTIPLE_WORDS[factor]}，各行已乘以 {factor:,}。",
                f"The heading of “{column.title.en}” says {MULTIPLE_WORDS[factor]}: its numbers were taken {factor:,} times.",
            )
        )
    if column.kind in NUMBERS and factor == 1 and unit_of(column) is not None:
        half = typed.filter(typed.str.contains("[万亿]")).str.normalize("NFKC").str.replace_all(r"\s", "")
        said = half.to_frame("plain").select(multiple_in(pl.col("plain")).is_not_null().sum()).item()
        if said:
            notes.append(
                counted(
                    "「{title}」有 {count} 格写着万或亿，已换成{unit}。",
                    "“{title}” says 万 or 亿 in {count} cells, which were taken as so many times its unit.",
                    "“{title}” says 万 or 亿 in {count} cell, which was taken as so many times its unit.",
                    count=said,
                    title=column.title,
                    unit=unit_of(column),
                )
            )
    if column.whole_month:
        tidied = typed.str.normalize("NFKC").str.replace_all(r"\s", "")
        months = int(tidied.str.contains(MONTH_ALONE).sum())
        if months:
            notes.append(
                both(
                    f"「{column.title.zh}」有 {months} 行只写到年月，记为该月最后一天。",
                    f"“{column.title.en}” names a month alone in {months} rows: its last day was taken.",
                )
            )
    return notes


def _typed(column: Column, values: pl.Series) -> pl.Series:
    if column.kind == ColumnKind.DECIMAL:
        return values.cast(pl.Decimal(38, column.decimals)).rename(column.name)
    return values.cast(_DTYPES.get(column.kind, pl.String)).rename(column.name)


def _duplicates(layout: Layout, frame: pl.DataFrame) -> list[RowRefusal]:
    if layout.key is None:
        return []
    column = layout.column(layout.key)
    repeated = (
        frame.select("row", value=pl.col(layout.key))
        .drop_nulls()
        .with_columns(rows=pl.col("row").implode().over("value", mapping_strategy="join"))
        .filter(pl.col("rows").list.len() > 1)
    )
    return [
        RowRefusal(row, column.name, sentence(column, "duplicate", str(value), rows=_named(rows)))
        for row, value, rows in repeated.iter_rows()
    ]


def _named(rows: list[int]) -> Words:
    more = ["…"] if len(rows) > _MOST_ROWS_NAMED else []
    return listed([*rows[:_MOST_ROWS_NAMED], *more])


def without(frame: pl.DataFrame, refusals: list[RowRefusal]) -> pl.DataFrame:
    """Return the rows of a frame that no refusal names."""
    refused = pl.Series([refusal.row for refusal in refusals], dtype=pl.Int64).unique()
    return frame.filter(~pl.col("row").is_in(refused.implode()))


def check_sheet(sheet: Sheet, upload: Upload, context: Context) -> CheckedRows:
    """Return a sheet's rows after reading and after its room's own check, refusals in the order of the rows."""
    return check_reading(sheet.layout, read_sheet(sheet, context), upload)


def check_reading(layout: Layout, reading: Reading, upload: Upload) -> CheckedRows:
    """Return the rows that were read after their room's own check, refusals in the order of the rows."""
    check = layout.check
    if check is None or reading.frame.is_empty():
        checked = CheckedRows(reading.frame, [], new=reading.frame.height)
    else:
        checked = check(reading.frame, upload)
    order = {column.name: position for position, column in enumerate(layout.columns)}
    refusals = sorted(
        [*reading.refusals, *checked.refusals], key=lambda r: (r.row, order.get(r.column or "", len(order)))
    )
    return CheckedRows(
        without(checked.frame, checked.refusals), refusals, checked.new, checked.same, checked.changed
    )
