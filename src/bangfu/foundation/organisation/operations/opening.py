"""Units are opened: one, or a whole tree at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import polars
from django.db import connection

from bangfu.foundation.operations import (
    BY_ROWS,
    Act,
    Refusal,
    inside_operation,
    operation,
    permitted_rows,
    scope_of,
)
from bangfu.foundation.organisation import branching
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import in_force
from bangfu.foundation.places.models import Place
from bangfu.foundation.rooms import both


class UnableToOpenUnit(Refusal):
    """Codes: ``code_taken``, ``parent_closed``, ``too_deep``; of one row among many also ``text``, ``code_repeated``,
    ``unknown_parent``, ``parent_cycle``, ``kind``, ``unknown_place``, ``no_day``, ``not_permitted``.
    """

    sentences = {
        "code_taken": both(
            "单位代码「{code}」已被使用，请换一个。", "The unit code {code} is taken; choose another."
        ),
        "parent_closed": both(
            "上级单位在 {on} 尚未设立或已撤销，请改日期或上级。",
            "The parent unit is not open on {on}; choose another day or parent.",
        ),
        "too_deep": both(
            "单位层级太深，请挂在更上级的单位下。", "The tree is too deep here; choose a higher parent."
        ),
        "text": both(
            "{column} 不能为空，最多 {longest} 个字符。",
            "{column} must not be empty, and at most {longest} characters.",
        ),
        "code_repeated": both(
            "单位代码「{code}」在表中出现多次，每个单位只写一行。",
            "The unit code {code} stands in several rows; write each unit once.",
        ),
        "unknown_parent": both(
            "没有代码为「{parent}」的上级单位，请先写上级，或改正代码。",
            "There is no parent unit {parent}; enter it too, or correct the code.",
        ),
        "parent_cycle": both(
            "上级「{parent}」绕回了自己，请改正上级。",
            "The parent {parent} leads back to the unit; correct it.",
        ),
        "kind": both(
            "没有「{kind}」这种单位。可用：{kinds}。", "There is no kind {kind}. Use one of {kinds}."
        ),
        "unknown_place": both(
            "区划编号 {place} 不存在，请核对。", "There is no place {place}; check its number."
        ),
        "no_day": both("缺少设立日期，请填写。", "The opening day is missing; fill it in."),
        "not_permitted": both(
            "您不能在「{parent}」下设立单位，请由上级办理。",
            "You may not open units below {parent}; ask its parent unit to do it.",
        ),
    }


class UnableToOpenUnits(Refusal):
    """Codes: ``no_rows``, ``rows``; ``refusals`` are the row numbers, counted from one, with the reason of each."""

    sentences = {
        "no_rows": both("表中没有单位，请至少写一行。", "There are no units; give at least one row."),
        "rows": both(
            "{count} 行不能设立，什么也没有写入。第 {row} 行：{why}",
            "{count} rows cannot become units; nothing was written. Row {row}: {why}",
        ),
    }

    def __init__(
        self, code: str, /, refusals: list[tuple[int, UnableToOpenUnit]] | None = None, **details: Any
    ) -> None:
        self.refusals = refusals or []
        if self.refusals:
            row, why = self.refusals[0]
            details = {"count": len(self.refusals), "row": row, "why": why.sentence} | details
        super().__init__(code, **details)


def enter_unit(
    *,
    code: str,
    name_zh: str,
    name_en: str,
    kind: str,
    parent: Unit | None,
    place: Place | None,
    starts_on: date,
) -> Unit:
    """Write one unit below its parent and return it; called inside an operation or the founding of the house."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('organisation_unit', 'id'))")
        key = cursor.fetchone()[0]
    return Unit.objects.create(
        id=key,
        code=code,
        name_zh=name_zh,
        name_en=name_en,
        kind=kind,
        parent=parent,
        place=place,
        path=f"{parent.path if parent else ''}{key}.",
        starts_on=starts_on,
    )


@operation("organisation.open_unit", scope=scope_of("parent"))
def open_unit(
    *,
    code: str,
    name_zh: str,
    name_en: str,
    kind: str,
    parent: Unit,
    place: Place | None,
    starts_on: date,
    act: Act,
) -> Unit:
    """Open a unit below its parent.

    Raises: UnableToOpenUnit: see its codes; nothing was written.
    Locks: the tree.
    """
    lock_tree()
    parent.refresh_from_db()
    if Unit.objects.filter(code=code).exists():
        raise UnableToOpenUnit("code_taken", code=code)
    if not Unit.objects.filter(in_force(starts_on), pk=parent.pk).exists():
        raise UnableToOpenUnit("parent_closed", on=starts_on.isoformat())
    if len(parent.path) + LONGEST_KEY > branching.LONGEST_PATH:
        raise UnableToOpenUnit("too_deep")
    return enter_unit(
        code=code,
        name_zh=name_zh,
        name_en=name_en,
        kind=kind,
        parent=parent,
        place=place,
        starts_on=starts_on,
    )


@operation("organisation.open_units", scope=BY_ROWS)
def open_units(*, frame: polars.DataFrame, act: Act) -> int:
    """Open many units at once, all or none, and return how many; a parent may be another row.

    Args:
        frame: ``code``, ``name_zh``, ``name_en``, ``kind``, ``parent`` (a unit's code), ``place`` (its number, or null),
            ``starts_on``.

    Raises: UnableToOpenUnits: with the reason of every row that cannot be opened; nothing was written.
    Locks: the tree.
    """
    lock_tree()
    return enter_units(frame, permitted=lambda rows: permitted_rows(act, "organisation.open_units", rows))


def enter_units(
    frame: polars.DataFrame, *, permitted: Callable[[polars.DataFrame], polars.Series] | None = None
) -> int:
    """Write many units and return how many; called inside an operation or the founding of the house.

    Args:
        frame: as of ``open_units``.
        permitted: says for each row (``unit`` and ``place`` of the unit below which it lands) whether it may be opened.

    Raises: UnableToOpenUnits: see its codes; nothing was written.
    """
    if frame.is_empty():
        raise UnableToOpenUnits("no_rows")
    standing = {
        code: branching.Standing(*unit)  # type: ignore[arg-type]
        for code, *unit in Unit.objects.values_list("code", "pk", "path", "place_id", "starts_on", "ends_on")
    }
    asked = frame["place"].drop_nulls().unique().to_list()
    laid_out = branching.laid_out(
        frame,
        standing=standing,
        kinds=frozenset(Unit.Kind.values) - {Unit.Kind.GROUP.value},
        places=frozenset(Place.objects.filter(pk__in=asked).values_list("pk", flat=True)),
    )
    problems = [*laid_out.problems, *branching.missing_parents(frame, standing)]
    anchors = {position: standing[code] for position, code in laid_out.anchors.items()}
    positions = sorted(anchors)
    if permitted is not None:
        asked_of = polars.DataFrame(
            {
                "unit": [anchors[position].key for position in positions],
                "place": [anchors[position].place for position in positions],
            },
            schema={"unit": polars.Int64, "place": polars.Int64},
        )
        problems += [
            branching.Problem(position + 1, "not_permitted", {"parent": laid_out.anchors[position]})
            for position, is_permitted in zip(positions, permitted(asked_of), strict=True)
            if not is_permitted
        ]
    if not problems:
        rows, deep = _with_keys(frame, laid_out, standing)
        problems = [branching.Problem(position + 1, "too_deep", {}) for position in deep]
    if problems:
        first = {problem.row: problem for problem in sorted(problems, key=lambda one: one.row, reverse=True)}
        raise UnableToOpenUnits(
            "rows",
            refusals=[
                (row, UnableToOpenUnit(first[row].code, **first[row].details)) for row in sorted(first)
            ],
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO organisation_unit"
            " (id, code, name_zh, name_en, kind, parent_id, place_id, path, starts_on) SELECT * FROM unnest("
            "%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::text[],"
            " %s::date[])",
            [list(column) for column in zip(*rows, strict=True)],
        )
    return len(rows)


LONGEST_KEY = 8
"""Digits of a unit's key and the dot behind them, as far as a house can grow."""


def _with_keys(
    frame: polars.DataFrame, laid_out: branching.Layout, standing: dict[str, branching.Standing]
) -> tuple[list[tuple[Any, ...]], list[int]]:
    """Return the rows to write, parents first, and the positions of those that would lie too deep."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('organisation_unit', 'id')) FROM generate_series(1, %s)",
            [frame.height],
        )
        keys = [key for (key,) in cursor.fetchall()]
    paths = {code: (unit.key, unit.path) for code, unit in standing.items()}
    rows, deep = [], []
    said = frame.select(*branching.COLUMNS).rows(named=True)
    for key, position in zip(keys, laid_out.order, strict=True):
        row = said[position]
        parent, above = paths[row["parent"]]
        path = f"{above}{key}."
        if len(path) > branching.LONGEST_PATH:
            deep.append(position)
        paths[row["code"]] = key, path
        rows.append(
            (
                key,
                row["code"],
                row["name_zh"],
                row["name_en"],
                row["kind"],
                parent,
                row["place"],
                path,
                row["starts_on"],
            )
        )
    return rows, deep


def lock_tree() -> None:
    """Hold the tree until the operation ends: whoever else opens, moves or closes a unit waits.

    A unit and its versions, or a parent and its children, change in several statements: their constraints are checked
    when the operation ends, also where an earlier one of the same transaction left them immediate.
    """
    inside_operation()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    list(Unit.objects.select_for_update().filter(parent=None).values_list("pk"))
