"""Cells as typed columns: what is certain is read as meant, what is not gets a code that says why.

Each kind of column has one function that turns a frame with ``text`` (half-width, trimmed) and ``form`` (how the cell
was stored) into the same frame with ``value`` and ``problem``; all rows at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from bangfu.foundation.intake.headings import MULTIPLES, unit_of
from bangfu.foundation.intake.layouts import Column, ColumnKind
from bangfu.foundation.intake.multiplying import PLAIN_NUMBER, SPACES, WRITTEN_NUMBER, times_of
from bangfu.foundation.intake.stored import DAY, MOST_DIGITS, NUMBER
from bangfu.foundation.places.codes import COUNTY, HIGHEST, LOWEST, PREFECTURE, PROVINCE
from bangfu.foundation.places.models import Place
from bangfu.foundation.places.queries import match_counties_and_villages, match_places, subtree_range

_NOT_PLAIN = r"[^\x20-\x7e]"
"""What has to be made half-width, or may be a space of another kind: codes and numbers rarely hold any."""
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
_ERROR = r"^#(?:DIV/0!|N/A|REF!|VALUE!|NAME\?|NUM!|NULL!|GETTING_DATA|SPILL!|CALC!)$"
_CLOCK = r"[T\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$"
_DAY = r"^(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})[日号]?$"
_PLAIN_DAY = r"^((?:19|20)\d{2})(\d{2})(\d{2})$"
_MONTH = r"^\d{4}(?:[-/.]\d{1,2}|年\d{1,2}月?|年)$|^(?:19|20)\d{2}(?:\d{2})?$"
MONTH_ALONE = r"^(\d{4})(?:-|/|\.|年)(\d{1,2})月?$"
_SHORT_YEAR = r"^\d{1,2}[-/.年]\d{1,2}[-/.月]\d{1,4}[日号]?$"
_SERIAL = r"^\d{5}(?:\.\d+)?$"
_LONG_CODE = r"^[1-8]\d{8}(?:\d{3})?$"
_FIRST_SERIAL, _LAST_SERIAL = 18264, 73050  # 1950-01-01 to 2099-12-31
_DAY_ZERO = date(1899, 12, 30)
_WITH_UNIT = f"^({PLAIN_NUMBER})([^\\d.,+-].*)$"
"""A number with its unit behind it."""
_WITH_MULTIPLE = f"^({PLAIN_NUMBER})([万亿])(.*)$"
NUMBERS = (ColumnKind.INTEGER, ColumnKind.DECIMAL)


@dataclass(frozen=True)
class Context:
    """What reading a cell needs to know besides the cell."""

    on: date
    """The day of the upload: what lies after it is the future."""
    province_id: int | None = None
    """Narrows county names to the province of the unit."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """Digest by the file's name in the zip, lower-case, without folders."""
    ambiguous_files: frozenset[str] = frozenset()
    """Names that are in the zip more than once."""
    counts_from_1904: bool = False


def read_column(column: Column, cells: pl.DataFrame, context: Context, *, factor: int = 1) -> pl.DataFrame:
    """Return a frame of ``value``, ``problem`` (a code of ``problems.SENTENCES`` or null) and ``choices``.

    Args:
        cells: ``text`` and ``form`` of every row, as ``stored.texts_of`` gives them.
        factor: what the column's numbers are times, because its heading says 万 or 亿.
    """
    different = cells.unique(maintain_order=True)
    if different.height > cells.height // 2:
        return _read(column, cells, context, factor)
    # What offices write repeats: a county, a day or a choice is read once, however many rows say it.
    known = pl.concat([different, _read(column, different, context, factor)], how="horizontal")
    return cells.join(known, on=["text", "form"], how="left", nulls_equal=True, maintain_order="left").drop(
        "text", "form"
    )


def _read(column: Column, cells: pl.DataFrame, context: Context, factor: int) -> pl.DataFrame:
    trimmed = cells.select(pl.col("text").str.strip_chars().fill_null("")).to_series()
    half = trimmed
    if trimmed.str.contains(_NOT_PLAIN).any():
        half = trimmed.str.normalize("NFKC").str.replace_all(SPACES, " ").str.strip_chars()
    tidy = pl.DataFrame({"text": trimmed, "form": cells["form"], "half": half}).with_columns(
        plain=pl.col("half").str.replace_all(" ", "", literal=True)
    )
    unsure = pl.lit(False)
    if column.kind in NUMBERS:
        tidy, unsure = _as_meant(tidy, column, factor)
    read = _READERS[column.kind](column, tidy, context)
    if "choices" not in read.columns:
        read = read.with_columns(choices=pl.lit(None, dtype=pl.List(pl.String)))
    empty = pl.col("plain") == ""
    missing = pl.lit("required") if column.required else pl.lit(None, dtype=pl.String)
    judged = read.with_columns(
        problem=pl.when(pl.col("text").str.contains(_CONTROL))
        .then(pl.lit("control"))
        .when(empty)
        .then(missing)
        .when(pl.col("plain").str.contains(_ERROR))
        .then(pl.lit("formula_error"))
        .when(unsure)
        .then(pl.lit("multiple_unsure"))
        .otherwise(pl.col("problem"))
    )
    if column.kind in NUMBERS:
        judged = judged.with_columns(choices=_both_ways(unsure, factor))
    return judged.select(
        value=pl.when(~empty & pl.col("problem").is_null()).then(pl.col("value")),
        problem="problem",
        choices="choices",
    )


def multiple_in(plain: pl.Expr) -> pl.Expr:
    """Return the 万 or 亿 that stands behind the number of a cell; null where there is none."""
    return plain.str.extract(_WITH_MULTIPLE, 2)


def _as_meant(cells: pl.DataFrame, column: Column, factor: int) -> tuple[pl.DataFrame, pl.Expr]:
    """Return numbers as ``plain`` in the column's own unit, and which cells could be meant in more ways than one.

    A cell says by itself in how many of the column's unit it is (3.5万, 1.2亿元), or that it is in that unit (12元), where the
    column is known to have one. Under a heading that says 万元 a cell that says 万 again may be either.
    """
    unit = unit_of(column)
    own = pl.lit("") if unit is None else pl.lit(unit)
    plain = pl.col("plain")
    behind = plain.str.extract(_WITH_MULTIPLE, 3).str.to_lowercase()
    speaks = plain.str.contains(_WITH_MULTIPLE) & ((behind == "") | (behind == own))
    in_own = plain.str.extract(_WITH_UNIT, 2).str.to_lowercase() == own
    if not cells.select((speaks | in_own).fill_null(value=False).any()).item():
        return (cells if factor == 1 else cells.with_columns(plain=times_of(plain, factor))), pl.lit(False)
    number = plain.str.extract(_WITH_UNIT, 1)
    certain = speaks & (unit is not None and factor == 1)
    said = multiple_in(plain)
    meant = pl.coalesce(
        *(
            pl.when(certain & (said == sign)).then(times_of(number, times_))
            for sign, times_ in MULTIPLES.items()
        ),
        pl.when(in_own & (factor == 1)).then(number),
        plain if factor == 1 else pl.when(speaks).then(plain).otherwise(times_of(plain, factor)),
    )
    unsure = (speaks & ~certain).fill_null(value=False)
    return cells.with_columns(plain=meant, unsure=unsure), pl.col("unsure")


def _both_ways(unsure: pl.Expr, factor: int) -> pl.Expr:
    """Return, of a cell that could be meant in more ways than one, what it might be."""
    number, said = pl.col("plain").str.extract(_WITH_UNIT, 1), multiple_in(pl.col("plain"))
    ways = []
    for sign, times_ in MULTIPLES.items():
        other = 1 if factor == 1 else times_ * factor
        meant = pl.concat_list(_tidily(times_of(number, one)) for one in (times_, other))
        ways.append(pl.when(unsure & (said == sign)).then(meant))
    return pl.coalesce(ways)


def _tidily(number: pl.Expr) -> pl.Expr:
    """Return a number as it is written, without zeros behind its point."""
    return number.str.replace(r"\.?0*$", "")


def _text(column: Column, cells: pl.DataFrame, context: Context) -> pl.DataFrame:
    return cells.with_columns(value="text", problem=_problem_of_text(pl.col("text"), column))


def _code(column: Column, cells: pl.DataFrame, context: Context) -> pl.DataFrame:
    value = pl.col("plain").str.to_uppercase()
    problem = _problem_of_text(value, column)
    if column.pattern is not None:
        wrong = ~value.str.contains(f"^(?:{column.pattern})$")
        problem = pl.coalesce(problem, pl.when(wrong).then(pl.lit("pattern")))
    return cells.with_columns(value=value, problem=problem)


def _problem_of_text(value: pl.Expr, column: Column) -> pl.Expr:
    digits = value.str.count_matches(r"\d")
    return (
        pl.when(pl.col("form") == DAY)
        .then(pl.lit("became_day"))
        .when((pl.col("form") == NUMBER) & (digits > MOST_DIGITS))
        .then(pl.lit("digits_lost"))
        .when(value.str.len_chars() > column.longest)
        .then(pl.lit("too_long"))
    )


def _day(column: Column, cells: pl.DataFrame, context: Context) -> pl.DataFrame:
    text = pl.col("half").str.replace(_CLOCK, "").str.replace_all(" ", "", literal=True)
    serial = text.str.extract(r"^(\d{5})", 1).cast(pl.Int32, strict=False)
    is_serial = text.str.contains(_SERIAL) & serial.is_between(_FIRST_SERIAL, _LAST_SERIAL)
    from_serial = pl.lit(_DAY_ZERO) + pl.duration(days=serial)
    written = pl.when(text.str.contains(_PLAIN_DAY)).then(_iso(text, _PLAIN_DAY)).otherwise(_iso(text, _DAY))
    if column.whole_month:
        written = pl.when(text.str.contains(MONTH_ALONE)).then(_last_day(text)).otherwise(written)
    read = cells.with_columns(
        written=written.str.to_date("%Y-%m-%d", strict=False),
        is_written=written.is_not_null(),
        is_serial=is_serial,
        is_month=text.str.contains(_MONTH),
        is_short=text.str.contains(_SHORT_YEAR),
        value=pl.when(is_serial).then(from_serial).otherwise(written.str.to_date("%Y-%m-%d", strict=False)),
    )
    bare_in_1904 = pl.lit(context.counts_from_1904) & pl.col("is_serial")
    future = pl.lit(column.past) & (pl.col("value") > context.on)
    return read.with_columns(
        problem=pl.when(bare_in_1904)
        .then(pl.lit("day_from_1904"))
        .when(pl.col("is_written") & pl.col("value").is_null())
        .then(pl.lit("no_such_day"))
        .when(future)
        .then(pl.lit("future"))
        .when(pl.col("value").is_not_null())
        .then(pl.lit(None, dtype=pl.String))
        .when("is_month")
        .then(pl.lit("day_missing"))
        .when("is_short")
        .then(pl.lit("day_ambiguous"))
        .otherwise(pl.lit("not_a_day"))
    )


def _last_day(text: pl.Expr) -> pl.Expr:
    year, month = (text.str.extract(MONTH_ALONE, group) for group in (1, 2))
    first = pl.concat_str([year, month.str.zfill(2), pl.lit("01")], separator="-")
    last = first.str.to_date("%Y-%m-%d", strict=False).dt.month_end().dt.to_string("%Y-%m-%d")
    return pl.coalesce(last, first)  # of a month that there is not, as it was written


def _iso(text: pl.Expr, pattern: str) -> pl.Expr:
    year, month, day = (text.str.extract(pattern, group) for group in (1, 2, 3))
    return pl.concat_str([year, month.str.zfill(2), day.str.zfill(2)], separator="-")


def _bounds(column: Column) -> pl.Expr:
    outside = pl.lit(False)
    if column.lowest is not None:
        outside |= pl.col("value") < column.lowest
    if column.highest is not None:
        outside |= pl.col("value") > column.highest
    return outside


def _integer(column: Column, cells: pl.DataFrame, context: Context) -> pl.DataFrame:
    digits = pl.col("plain").str.replace_all(",", "", literal=True).str.extract(r"^\+?(-?\d+)(?:\.0+)?$", 1)
    value = pl.when(pl.col("plain").str.contains(WRITTEN_NUMBER)).then(digits.cast(pl.Int64, strict=False))
    read = cells.with_columns(value=value)
    return read.with_columns(
        problem=pl.when(~pl.col("plain").str.contains(WRITTEN_NUMBER))
        .then(pl.lit("not_a_number"))
        .when(pl.col("value").is_null())
        .then(pl.lit("not_whole"))
        .when(_bounds(column))
        .then(pl.lit("out_of_bounds"))
    )


def _decimal(column: Column, cells: pl.DataFrame, context: Context) -> pl.DataFrame:
    plain = pl.col("plain").str.replace_all(",", "", literal=True).str.strip_prefix("+")
    is_number = pl.col("plain").str.contains(WRITTEN_NUMBER)
    places = plain.str.extract(r"\.(\d*?)0*$", 1).str.len_chars().fill_null(0)
    fits = plain.str.extract(r"^-?(\d+)", 1).str.len_chars() <= MOST_DIGITS
    read = cells.with_columns(
        value=pl.when(is_number & fits).then(plain).str.to_decimal(scale=column.decimals),
        is_number=is_number,
        is_precise=places > column.decimals,
    )
    return read.with_columns(
        problem=pl.when(~pl.col("is_number"))
        .then(pl.lit("not_a_number"))
        .when("is_precise")
        .then(pl.lit("too_precise"))
        .when(pl.col("value").is_null() | _bounds(column))
        .then(pl.lit("out_of_bounds"))
    )


def _choice(column: Column, cells: pl.DataFrame, context: Context) -> pl.DataFrame:
    values = {}
    for option in column.options:
        for written in (option.value, option.title.zh, option.title.en):
            values[_folded(written)] = option.value
    read = cells.with_columns(
        value=pl.col("plain").str.to_lowercase().replace_strict(values, default=None, return_dtype=pl.String)
    )
    return read.with_columns(problem=pl.when(pl.col("value").is_null()).then(pl.lit("not_a_choice")))


def _folded(text: str) -> str:
    return str(pl.Series([text]).str.normalize("NFKC").str.replace_all(SPACES, "").str.to_lowercase().item())


def file_key(name: pl.Expr) -> pl.Expr:
    """Return a file's name as it is looked up: without folders, in lower case."""
    return name.str.replace(r"^.*[/\\]", "").str.strip_chars().str.to_lowercase()


def _evidence(column: Column, cells: pl.DataFrame, context: Context) -> pl.DataFrame:
    key = file_key(pl.col("text"))
    found = key.is_in(list(context.digests))
    return cells.with_columns(
        value=key,
        problem=pl.when(key.is_in(list(context.ambiguous_files)))
        .then(pl.lit("file_ambiguous"))
        .when(~found)
        .then(pl.lit("file_missing")),
    )


def _county(column: Column, cells: pl.DataFrame, context: Context) -> pl.DataFrame:
    matched = match_places(cells["plain"], province_id=context.province_id)
    read = cells.with_columns(value=matched["place_id"], code=matched["code"], choices=matched["choices"])
    problem = pl.when(pl.col("code") != "ok").then(pl.format("county_{}", "code"))
    if context.province_id is None:
        return read.with_columns(problem=problem)
    unknown = read.filter((pl.col("code") == "unknown") & (pl.col("plain") != ""))["plain"].unique()
    anywhere = match_places(unknown)
    elsewhere = anywhere.filter(pl.col("code") != "unknown").select("text", elsewhere=True)
    return read.join(
        elsewhere, left_on="plain", right_on="text", how="left", maintain_order="left"
    ).with_columns(problem=pl.when(pl.col("elsewhere")).then(pl.lit("county_elsewhere")).otherwise(problem))


def _place(column: Column, cells: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Read a place at the lowest level that knows it: a name belongs to a county before it belongs to a prefecture."""
    found = _matched_places(cells["plain"], context.province_id)
    problem = pl.when(pl.col("code") != "ok").then(pl.format("place_{}", "code"))
    read = cells.with_columns(value=found["place_id"], code=found["code"], choices=found["choices"])
    if context.province_id is None:
        return read.with_columns(problem=problem)
    strange = read.filter((pl.col("code") == "unknown") & (pl.col("plain") != ""))["plain"].unique()
    anywhere = _matched_places(strange, None)
    elsewhere = anywhere.filter(pl.col("code") != "unknown").select("text", elsewhere=True)
    return read.join(
        elsewhere, left_on="plain", right_on="text", how="left", maintain_order="left"
    ).with_columns(problem=pl.when(pl.col("elsewhere")).then(pl.lit("place_elsewhere")).otherwise(problem))


def _matched_places(texts: pl.Series, province_id: int | None) -> pl.DataFrame:
    """Return (text, place_id, code, choices) a text, in order, as ``match_places`` does, but of any level."""
    different = texts.unique(maintain_order=True)
    matched = match_places(different, level=COUNTY, province_id=province_id)
    for level in (PREFECTURE, PROVINCE):
        unknown = matched.filter(pl.col("code") == "unknown")["text"]
        above = match_places(unknown, level=level, province_id=province_id).filter(
            pl.col("code") != "unknown"
        )
        matched = matched.update(above, on="text", how="left")
    numbers = matched.filter((pl.col("code") == "unknown") & pl.col("text").str.contains(_LONG_CODE)).select(
        "text", place_id=pl.col("text").str.pad_end(12, "0").cast(pl.Int64)
    )
    within = subtree_range(province_id) if province_id is not None else (LOWEST, HIGHEST)
    wanted = [number for number in numbers["place_id"] if within[0] <= number < within[1]]
    if wanted:
        known = list(Place.objects.filter(pk__in=wanted).values_list("pk", flat=True))
        below = numbers.filter(pl.col("place_id").is_in(known)).with_columns(code=pl.lit("ok"))
        matched = matched.update(below, on="text", how="left")
    return texts.rename("text").to_frame().join(matched, on="text", how="left", maintain_order="left")


def _county_or_village(column: Column, cells: pl.DataFrame, context: Context) -> pl.DataFrame:
    matched = match_counties_and_villages(cells["plain"], province_id=context.province_id)
    read = cells.with_columns(value=matched["place_id"], code=matched["code"], choices=matched["choices"])
    return read.with_columns(problem=pl.when(pl.col("code") != "ok").then(pl.format("village_{}", "code")))


_READERS: dict[ColumnKind, Callable[[Column, pl.DataFrame, Context], pl.DataFrame]] = {
    ColumnKind.TEXT: _text,
    ColumnKind.CODE: _code,
    ColumnKind.COUNTY: _county,
    ColumnKind.PLACE: _place,
    ColumnKind.COUNTY_OR_VILLAGE: _county_or_village,
    ColumnKind.DATE: _day,
    ColumnKind.INTEGER: _integer,
    ColumnKind.DECIMAL: _decimal,
    ColumnKind.CHOICE: _choice,
    ColumnKind.EVIDENCE: _evidence,
}
