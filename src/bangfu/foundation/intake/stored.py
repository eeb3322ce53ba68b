"""Stored cells: what a file holds, as columns of texts and of how each cell was stored.

Rows come in one after the other and are laid down a few thousand at a time, so that a sheet of any length is never held
as Python values whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

import polars as pl

TEXT, NUMBER, DAY = range(3)
"""How a cell was stored."""
MOST_DIGITS = 15
"""A spreadsheet keeps no more digits of a number; the rest became zeros."""
_ROWS_AT_ONCE = 5_000
_FORMS: dict[type, int] = {date: DAY, datetime: DAY, int: NUMBER, float: NUMBER}
_WHOLE_BELOW = 1e15


def columns_of(rows: Iterable[Sequence[Any]], width: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return cells as texts and how each was stored, a column a position: ``0``, ``1`` …

    Args:
        rows: each of ``width`` cells.
    """
    names = [str(position) for position in range(width)]
    texts = [pl.DataFrame(schema=dict.fromkeys(names, pl.String))]
    forms = [pl.DataFrame(schema=dict.fromkeys(names, pl.Int8))]
    coming = iter(rows)
    while some := list(islice(coming, _ROWS_AT_ONCE)):
        read = [texts_of(cells) for cells in zip(*some, strict=True)]
        texts.append(pl.DataFrame({name: text for name, (text, _) in zip(names, read, strict=True)}))
        forms.append(pl.DataFrame({name: form for name, (_, form) in zip(names, read, strict=True)}))
    return pl.concat(texts), pl.concat(forms)


def texts_of(values: Sequence[Any]) -> tuple[pl.Series, pl.Series]:
    """Return cells as texts, a number with at most fifteen digits and no exponent, and how each was stored."""
    kinds = set(map(type, values))
    if kinds <= {str}:
        return pl.Series("text", values, dtype=pl.String), _all(TEXT, len(values))
    if kinds == {float}:
        return _numbers(pl.Series("text", values, dtype=pl.Float64)), _all(NUMBER, len(values))
    if kinds == {date}:
        return pl.Series("text", values, dtype=pl.Date).cast(pl.String), _all(DAY, len(values))
    texts = (
        [value if type(value) is str else value.isoformat() for value in values]
        if kinds == {str, date}
        else [_text_of(value) for value in values]
    )
    return (
        pl.Series("text", texts, dtype=pl.String),
        pl.Series("form", [_FORMS.get(type(value), TEXT) for value in values], dtype=pl.Int8),
    )


def _all(form: int, count: int) -> pl.Series:
    return pl.Series("form", [form], dtype=pl.Int8).new_from_index(0, count)


def _numbers(values: pl.Series) -> pl.Series:
    whole = (values.abs() < _WHOLE_BELOW) & (values == values.floor())
    if whole.all():
        return values.cast(pl.Int64).cast(pl.String)
    return pl.Series("text", [_text_of(value) for value in values], dtype=pl.String)


def _text_of(value: Any) -> str:
    if type(value) is str:
        return value
    if type(value) is float:
        whole = int(value) if value == value and abs(value) < _WHOLE_BELOW else None
        if whole is not None and whole == value:
            return str(whole)
        return f"{Decimal(format(value, f'.{MOST_DIGITS}g')):f}"
    if isinstance(value, datetime):
        moment = value.replace(microsecond=0)
        return moment.date().isoformat() if moment.time() == datetime.min.time() else moment.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).upper() if isinstance(value, bool) else str(value)
