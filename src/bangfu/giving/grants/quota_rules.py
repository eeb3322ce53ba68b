"""What makes a row of the sheet of quotas acceptable; reads, never writes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import polars

from bangfu.foundation.intake.layouts import RowFault
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import Words, both
from bangfu.giving.grants import known
from bangfu.giving.grants.models import PROGRAMME_STATE_WORDS, SCHOOL_CODE, ProgrammeState
from bangfu.giving.grants.refusing import UnableToPlanGrants

OPEN_TO_CHANGE = (ProgrammeState.DRAFTED, ProgrammeState.OPEN, ProgrammeState.VETTING)
COUNTY_AS_A_WHOLE: Words = both("（全县）", "(the county)")


class Fault(RowFault):
    """Why one row cannot be taken in."""

    unable = UnableToPlanGrants


@dataclass(frozen=True)
class Judged:
    """Rows with ``programme``, ``unit``, ``school`` (null: not known, or the county as a whole) and ``standing``."""

    rows: polars.DataFrame
    faults: list[Fault]


def judged(rows: polars.DataFrame) -> Judged:
    """Return the rows with their standing, and every fault in the order of the rows."""
    col = polars.col
    programmes = known.programmes(rows["programme_code"].drop_nulls().unique().to_list())
    schools = known.schools(rows["school_code"].drop_nulls().unique().to_list()).rename(
        {"place": "school_place"}
    )
    placed = rows.join(programmes, on="programme_code", how="left", maintain_order="left").join(
        schools, on="school_code", how="left", maintain_order="left"
    )
    faults = [
        Fault(row, "programme_code", "unknown_programme", {"code": code})
        for row, code in placed.filter(col("programme").is_null()).select("row", "programme_code").iter_rows()
    ]
    placed = placed.filter(col("programme").is_not_null())
    there = known.quotas(placed["programme"].unique().to_list())
    first: dict[tuple[Any, ...], int] = {}
    standing = []
    labels = place_labels(set(placed["school_place"].drop_nulls().to_list()))
    for one in placed.iter_rows(named=True):
        faults += _faults_of(one, labels, first)
        pupils = there.get((one["programme"], one["place"], one["school"]))
        is_known = pupils is not None and (one["school_code"] is None or one["school"] is not None)
        standing.append("new" if not is_known else "same" if pupils == one["pupils"] else "changed")
    placed = placed.with_columns(standing=polars.Series(standing, dtype=polars.String))
    return Judged(placed, sorted(faults, key=lambda fault: fault.row))


def _faults_of(one: dict[str, Any], labels: dict[int, str], first: dict[tuple[Any, ...], int]) -> list[Fault]:
    found = []
    if one["state"] not in OPEN_TO_CHANGE:
        state = PROGRAMME_STATE_WORDS[one["state"]]
        found.append(Fault(one["row"], "programme_code", "wrong_state", {"state": state}))
    code = one["school_code"]
    if code is not None and (
        not re.fullmatch(SCHOOL_CODE, code) or not (one["school_name"] or one["school"])
    ):
        found.append(Fault(one["row"], "school_code", "wrong_school", {}))
    if one["school_place"] is not None and one["school_place"] != one["place"]:
        said = {"code": code, "place": labels[one["school_place"]]}
        found.append(Fault(one["row"], "school_code", "school_elsewhere", said))
    key = (one["programme"], one["place"], code)
    if key in first:
        found.append(Fault(one["row"], None, "twice_in_sheet", {"other": first[key]}))
    first.setdefault(key, one["row"])
    return found
