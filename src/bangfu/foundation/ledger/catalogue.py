"""The catalogue of measures: what rooms declare in code, with the number by which facts refer to each."""

from __future__ import annotations

from functools import lru_cache

from django.db import connections

from bangfu.foundation.ledger.measures import Measure
from bangfu.foundation.ledger.models import CatalogueMeasure
from bangfu.foundation.operations import system_writes
from bangfu.foundation.rooms import rooms


def declared_measures() -> dict[str, Measure]:
    """Return every measure that a room declares, by code.

    Raises: ValueError: two rooms declare the same code, or a room declares one of another's.
    """
    found: dict[str, Measure] = {}
    for room in rooms():
        for measure in room.measures:
            if measure.code in found:
                raise ValueError(f"the measure {measure.code} is declared twice")
            if measure.code.split(".")[0] != room.code:
                raise ValueError(f"the room {room.code} declares the measure {measure.code} of another room")
            found[measure.code] = measure
    return found


def enter_measures(using: str = "default", **kwargs: object) -> None:
    """Enter the measures that have no number yet; run after each migration.

    Raises: ValueError: a measure that has facts changed its kind; it must get a new code instead.
    """
    with system_writes("the catalogue of measures follows the code"):
        known = {row.code: row for row in CatalogueMeasure.objects.using(using).all()}
        for measure in declared_measures().values():
            row = known.get(measure.code)
            if row is None:
                CatalogueMeasure.objects.using(using).create(
                    code=measure.code, kind=measure.kind, decimals=measure.decimals
                )
            elif row.kind != measure.kind:
                raise ValueError(
                    f"{measure.code} was a {row.kind}: a measure of another kind needs another code"
                )
    _numbers.cache_clear()


@lru_cache(maxsize=8)
def _numbers(database: str) -> dict[str, int]:
    return dict(CatalogueMeasure.objects.values_list("code", "id"))


def measure_number(code: str) -> int:
    """Return the number of a measure.

    Raises: LookupError: no such measure is in the catalogue.
    """
    numbers = _numbers(str(connections["default"].settings_dict["NAME"]))
    if code not in numbers:
        raise LookupError(f"no measure is called {code}")
    return numbers[code]
