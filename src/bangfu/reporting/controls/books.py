"""Both books as frames: the facts under a figure grouped as the outside book is kept, and its own lines. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import polars
from django.db.models import Sum
from django.db.models.functions import Coalesce, TruncMonth

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.codes import SIZE_OF_LEVEL
from bangfu.reporting.controls.matching import Matched, matched, rolled_up_places, rolled_up_units
from bangfu.reporting.controls.models import ControlLine, ControlTotal
from bangfu.reporting.definitions import Indicator
from bangfu.reporting.facts import facts_in
from bangfu.reporting.queries import indicator_of
from bangfu.reporting.selection import Selection, read_selection

STEP = Decimal("0.0001")
YUAN = "元"
KEY_TYPES = {"month": polars.Date, "unit": polars.Int64, "place": polars.Int64, "document": polars.String}
"""By what lines may be kept, in the order in which keys are written."""
_COLUMNS = {"month": TruncMonth("happened_on"), "document": Coalesce("identity", "source_id")}
_SIZES = tuple(SIZE_OF_LEVEL[level] for level in sorted(SIZE_OF_LEVEL, reverse=True))


def question_of(selection: Selection) -> str:
    """Return the question of a figure as its address has it, without the block."""
    return selection.having(as_of=None).query()


def selection_of(total: ControlTotal, block: int | None = None) -> Selection:
    """Return the question that a control total is about, as of a block or now."""
    asked = dict(parse_qsl(total.question))
    return read_selection({**asked, "as_of": "" if block is None else str(block)})


def is_money(indicator: Indicator) -> bool:
    """Return whether a figure is a sum of money, which an outside book can be held against."""
    return indicator.is_additive and indicator.against is None and indicator.term.measure.unit.zh == YUAN


def steps_in(amount: Decimal) -> int:
    """Return an amount in yuan in the smallest steps."""
    return int(amount / STEP)


def theirs(total: ControlTotal) -> polars.DataFrame:
    """Return the outside book: its keys and ``amount``; without lines, one row with the whole."""
    keys = total.line_keys
    if not keys:
        return polars.DataFrame({"amount": [steps_in(total.amount)]}, schema={"amount": polars.Int64})
    columns = [f"{key}_id" if key in ("unit", "place") else key for key in keys]
    rows = ControlLine.objects.filter(total=total).values_list(*columns, "amount")
    return _frame(rows, keys)


def ours(total: ControlTotal, selection: Selection, other: polars.DataFrame) -> polars.DataFrame:
    """Return the facts under the figure by the keys of the outside book, grouped in the database.

    A unit or place that the outside book does not name is counted with the nearest one above it that it does.
    """
    keys = total.line_keys
    facts = facts_in(indicator_of(total.indicator, selection), selection).order_by()
    if not keys:
        whole = facts.aggregate(whole=Sum("quantity"))["whole"] or Decimal(0)
        return polars.DataFrame({"amount": [steps_in(whole)]}, schema={"amount": polars.Int64})
    named = {f"key_{key}": _COLUMNS[key] for key in keys if key in _COLUMNS}
    columns = [f"key_{key}" if key in _COLUMNS else f"{key}_id" for key in keys]
    rows = facts.annotate(**named).values(*columns).annotate(amount=Sum("quantity"))
    found = _frame(rows.values_list(*columns, "amount"), keys)
    if "place" in keys:
        places = other["place"].drop_nulls().unique().to_list()
        found = found.with_columns(place=rolled_up_places(found["place"], places, _SIZES))
    if "unit" in keys:
        units = other["unit"].drop_nulls().unique().to_list()
        paths = dict(Unit.objects.filter(pk__in=found["unit"].unique().to_list()).values_list("pk", "path"))
        found = found.with_columns(unit=rolled_up_units(found["unit"], paths, units))
    return found


def _frame(rows: Any, keys: Sequence[str]) -> polars.DataFrame:
    schema = {**{key: KEY_TYPES[key] for key in keys}, "amount": polars.Int64}
    return polars.DataFrame([(*row[:-1], steps_in(row[-1])) for row in rows], schema=schema, orient="row")


def laid_side_by_side(total: ControlTotal, selection: Selection) -> tuple[Decimal, Matched]:
    """Return what our book comes to, and what comparing it with the outside one shows."""
    other = theirs(total)
    own = ours(total, selection, other)
    return int(own["amount"].sum()) * STEP, matched(own, other, total.line_keys)
