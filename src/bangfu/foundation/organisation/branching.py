"""Many units at once: a frame of new units checked and laid out as branches of the tree; reads and writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars

COLUMNS = ("code", "name_zh", "name_en", "kind", "parent", "place", "starts_on")
LONGEST = {"code": 40, "name_zh": 120, "name_en": 160}
LONGEST_PATH = 200


@dataclass(frozen=True)
class Standing:
    """A unit that is there already."""

    key: int
    path: str
    place: int | None
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class Problem:
    """Why one row cannot become a unit."""

    row: int
    """Counted from one."""
    code: str
    """A code of ``UnableToOpenUnit``."""
    details: Mapping[str, Any]


@dataclass(frozen=True)
class Layout:
    """The rows that would become units, parents before children, and what is wrong with the others."""

    order: list[int]
    """Positions of the rows."""
    anchors: dict[int, str]
    """Code of the standing unit below which each row lands, directly or not, by position."""
    problems: list[Problem]


def laid_out(
    frame: polars.DataFrame,
    *,
    standing: Mapping[str, Standing],
    kinds: frozenset[str],
    places: frozenset[int],
) -> Layout:
    """Return how the units of a frame hang together and below the tree.

    Args:
        frame: ``COLUMNS``; ``parent`` is the code of a standing unit or of another row; ``place`` may be null.
        standing: the units that are there, by code.
        kinds: what a new unit may be.
        places: those of the frame's places that exist.
    """
    rows = frame.select(*COLUMNS).rows(named=True)
    said = Counter(row["code"] for row in rows)
    position_of = {row["code"]: position for position, row in enumerate(rows)}
    problems = [
        Problem(position + 1, *wrong)
        for position, row in enumerate(rows)
        if (
            wrong := _wrong(
                row, standing=standing, kinds=kinds, places=places, repeated=said[row["code"]] > 1
            )
        )
    ]
    order: list[int] = []
    anchors: dict[int, str] = {}
    for position in range(len(rows)):
        chain, at = [], position
        while at not in anchors and at not in chain:
            chain.append(at)
            parent = rows[at]["parent"]
            if parent in standing:
                anchors[at] = parent
                break
            if parent not in position_of:
                break
            at = position_of[parent]
        else:
            if at in chain:
                problems.append(Problem(position + 1, "parent_cycle", {"parent": rows[position]["parent"]}))
                continue
        if at in anchors:
            for link in reversed(chain):
                anchors[link] = anchors[at]
                order.append(link)
    for position in order:
        row = rows[position]
        above = rows[position_of[row["parent"]]] if row["parent"] not in standing else None
        begins = above["starts_on"] if above else standing[row["parent"]].starts_on
        ends = None if above else standing[row["parent"]].ends_on
        day = row["starts_on"]
        if day is not None and begins is not None and (day < begins or (ends is not None and day >= ends)):
            problems.append(Problem(position + 1, "parent_closed", {"on": day.isoformat()}))
    return Layout(order, anchors, sorted(problems, key=lambda problem: problem.row))


def _wrong(
    row: dict[str, Any],
    *,
    standing: Mapping[str, Standing],
    kinds: frozenset[str],
    places: frozenset[int],
    repeated: bool,
) -> tuple[str, dict[str, Any]] | None:
    """Return what is wrong with a row by itself; whether its parent can be found is part of that."""
    for name, longest in LONGEST.items():
        if not (row[name] or "").strip() or len(row[name]) > longest:
            return "text", {"column": name, "longest": longest}
    if row["code"] in standing:
        return "code_taken", {"code": row["code"]}
    if repeated:
        return "code_repeated", {"code": row["code"]}
    if row["kind"] not in kinds:
        return "kind", {"kind": row["kind"], "kinds": ", ".join(sorted(kinds))}
    if row["place"] is not None and row["place"] not in places:
        return "unknown_place", {"place": row["place"]}
    if row["starts_on"] is None:
        return "no_day", {}
    return None


def missing_parents(frame: polars.DataFrame, standing: Mapping[str, Standing]) -> list[Problem]:
    """Return the rows whose parent is neither there nor in the frame."""
    named = set(frame["code"].to_list()) | set(standing)
    return [
        Problem(row, "unknown_parent", {"parent": parent or ""})
        for row, parent in enumerate(frame["parent"].to_list(), start=1)
        if parent not in named
    ]
