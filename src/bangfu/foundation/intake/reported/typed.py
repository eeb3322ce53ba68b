"""A quantity as somebody types it on a phone, read as the cell of a sheet is."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import ClassVar

import polars

from bangfu.foundation.intake import problems
from bangfu.foundation.intake.cells import Context, read_column
from bangfu.foundation.intake.headings import MULTIPLES
from bangfu.foundation.intake.layouts import layout_with_code
from bangfu.foundation.intake.stored import TEXT
from bangfu.foundation.ledger.measures import Measure
from bangfu.foundation.operations import Refusal
from bangfu.foundation.rooms import Words, both


class UnableToReadQuantity(Refusal):
    """Codes: ``unreadable``, with what a cell of a sheet would be told."""

    sentences: ClassVar[dict[str, Words]] = {"unreadable": both("{sentence}", "{sentence}")}


def quantity_typed(text: str, measure: Measure, *, on: date) -> Decimal:
    """Return a quantity in the measure's unit from how it was typed: ``3.2万``, ``1,200 元``, ``５``.

    Raises: UnableToReadQuantity: ``unreadable``.
    """
    column = next(one for one in layout_with_code(measure.code).columns if one.name == "quantity")
    bare = "".join(unicodedata.normalize("NFKC", text).split())
    for unit in (measure.unit.zh, measure.unit.en):
        bare = re.sub(f"{re.escape(''.join(unit.split()))}$", "", bare, flags=re.IGNORECASE)
    factor = MULTIPLES.get(bare[-1:], 1)
    if factor != 1:
        bare = bare[:-1]
    cells = polars.DataFrame(
        {"text": [bare or None], "form": [TEXT]}, schema={"text": polars.String, "form": polars.Int8}
    )
    read = read_column(column, cells, Context(on=on), factor=factor).row(0, named=True)
    if read["problem"] is not None:
        raise UnableToReadQuantity(
            "unreadable", sentence=problems.sentence(column, read["problem"], text.strip())
        )
    return Decimal(read["value"])
