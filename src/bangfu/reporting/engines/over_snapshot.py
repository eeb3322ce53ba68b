"""What DuckDB and Spark have in common: a snapshot, its reference data, and questions put together into few statements.

Nothing here reads the database: numbers of measures stand in the manifest; units below a unit and members of areas as of the
block are read from the versions in the snapshot. Questions that differ only in their measure are one statement, which counts
by measure, for a big engine's start of a statement costs more than what it counts.

A sum over whole months and counties, of all units and lines, is read from the cells of the years of which no fact was sealed
after the asked block, and from the facts of the other years.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bangfu.foundation.ledger.snapshots import DataFile, ParquetFile, read_manifest
from bangfu.foundation.ledger.snapshots.cells import ALONE, COUNTY, KEPT
from bangfu.foundation.ledger.snapshots.columns import CELL_COLUMNS, FACT_COLUMNS, WORKED_OUT
from bangfu.foundation.ledger.snapshots.references import (
    area_in,
    denominators_in,
    line_in,
    members_in,
    unit_in,
    units_in,
)
from bangfu.foundation.places.codes import subtree_range
from bangfu.foundation.places.registers import Registered, newest_of
from bangfu.reporting.definitions import Term, TermKind
from bangfu.reporting.engines.asking import Question
from bangfu.reporting.engines.writing_out import Dialect, Value, written_out
from bangfu.reporting.figures import NOTHING, Members, Sum, read_sum, registered_sum, shape_of, sums_counties
from bangfu.reporting.registered import places_of
from bangfu.reporting.selection import Selection, by_size
from bangfu.reporting.shapes import Grain, Shape, area_key, own_area_key

Rows = list[tuple[Any, ...]]
COLUMNS_OF_FACTS = {**FACT_COLUMNS, **{name: kind for name, (kind, _) in WORKED_OUT.items()}}


class OverSnapshot(ABC):
    """Answers from the Parquet files of a snapshot, as of a block; of no block, as of the one that the snapshot reaches."""

    name: str
    dialect: Dialect

    def __init__(self, folder: Path) -> None:
        """Read what the snapshot in a folder holds.

        Raises: UnableToReadSnapshot: ``missing``, ``another_format``, ``broken``.
        """
        self.folder = folder
        self.manifest = read_manifest(folder)

    @abstractmethod
    def relation(self, files: Sequence[ParquetFile], columns: Mapping[str, str]) -> str:
        """Return what stands for the rows of files in a statement.

        Args: columns: the kind of each column by its name, as DuckDB has it.
        """

    @abstractmethod
    def rows(self, statement: str) -> Rows:
        """Return the rows of a statement."""

    def known(self, selection: Selection) -> Selection:
        """Return a selection as of its block, or as of the one that the snapshot reaches.

        Raises: UnableToReadSnapshot: ``too_old``.
        """
        block = self.manifest.block if selection.as_of is None else selection.as_of
        self.manifest.require_block(block)
        return replace(selection, as_of=block)

    def answers(self, questions: Sequence[Question]) -> list[Sum]:
        """Return what the facts of each question come to, in their order.

        Raises: UnableToReadSnapshot: ``too_old``.
        """
        together: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        found = [NOTHING] * len(questions)
        for number, one in enumerate(questions):
            if one.term.kind is TermKind.REGISTERED:
                found[number] = registered_sum(self._registered(one.term, self.known(one.selection)))
            elif one.term.also:
                found[number] = read_sum((self.asked(one.term, one.selection) or [EMPTY])[0])
            else:
                together[_all_but_measure(one)].append(number)
        for numbers in together.values():
            terms = [questions[number].term for number in numbers]
            codes = [term.measure.code for term in terms]
            rows = self.asked(terms[0], questions[numbers[0]].selection, (Grain.MEASURE,), codes=codes)
            sums = {int(measure): read_sum(row) for measure, *row in rows}
            for number, code in zip(numbers, codes, strict=True):
                found[number] = sums.get(self.manifest.measures.get(code, 0), NOTHING)
        return found

    def asked(
        self,
        term: Term,
        selection: Selection,
        groups: tuple[Grain, ...] = (),
        size: int = 1,
        *,
        codes: Sequence[str] = (),
    ) -> Rows:
        """Return the rows of one scan for a term: the groups, then ``COLUMNS``; none where no file can hold any.

        Args: codes: the measures, when it is counted by ``Grain.MEASURE``.

        Raises: UnableToReadSnapshot: ``too_old``.
        """
        statement = self.statement(term, selection, groups, size, codes=codes)
        return [] if statement is None else self.rows(statement)

    def statement(
        self,
        term: Term,
        selection: Selection,
        groups: tuple[Grain, ...] = (),
        size: int = 1,
        *,
        codes: Sequence[str] = (),
    ) -> str | None:
        """Return the statement whose rows ``asked`` returns, to be gone on with in the engine; null of no file.

        Raises: UnableToReadSnapshot: ``too_old``.
        """
        selection = self.known(selection)
        block = selection.as_of or 0
        starts_on = term.starts_on(selection.period) if term.has_start else None
        files = self.manifest.facts(block=block, starts_on=starts_on, ends_on=selection.period.ends_on)
        known = self.manifest.measures
        numbers = [known[code] for code in codes or [one.code for one in term.measures] if code in known]
        if not files or not numbers:
            return None
        members = None if selection.area is None else self._members(selection, selection.area.code)
        own = self._members(selection, term.area) if term.area else None
        shape = shape_of(term, selection, groups, size, members=members, own=own)
        values = self._values(term, selection, members or {}, own or {}, numbers)
        if _is_rolled(term, selection, shape):
            cells, are_single = self._cells(files, block)
            is_apart = are_single and _is_by_cell(shape)
            shape = replace(shape, is_rolled=True, has_block=False, is_apart=is_apart)
            return written_out(shape, self.dialect, values, cells)
        if all(one.last_block <= block for one in files):
            shape = replace(shape, has_block=False)
        return written_out(shape, self.dialect, values, self.relation(files, COLUMNS_OF_FACTS))

    def _cells(self, files: Sequence[DataFile], block: int) -> tuple[str, bool]:
        """Return what stands for the cells of facts up to a block, and whether none of them comes twice.

        As of a block after which more facts of a year were sealed, each fact of that year is a cell by itself.
        """
        years = {one.year for one in files}
        kept = [one for one in self.manifest.cells if one.year in years and one.last_block <= block]
        others = [one for one in files if one.year not in {each.year for each in kept}]
        parts = []
        if kept:
            parts.append(KEPT.format(cells=self.relation(kept, CELL_COLUMNS)))
        if others:
            facts = self.relation(others, COLUMNS_OF_FACTS)
            parts.append(ALONE.format(facts=f"{facts} WHERE block_id <= {block}"))
        return f"({' UNION ALL '.join(parts)})", not others

    def _values(
        self, term: Term, selection: Selection, members: Members, own: Members, numbers: list[int]
    ) -> dict[str, Value]:
        block = selection.as_of or 0
        values: dict[str, Value] = {
            "measure": numbers[0],
            "measures": sorted(set(numbers)),
            "starts_on": term.starts_on(selection.period),
            "ends_on": selection.period.ends_on,
            "block": block,
            **{area_key(size): inside for size, inside in members.items()},
            **{own_area_key(size): inside for size, inside in own.items()},
        }
        if selection.place_range is not None:
            values["first_place"], values["end_place"] = selection.place_range
        if selection.unit is not None:
            values["units"] = sorted(units_in(self.folder, self.manifest, selection.unit.pk, block))
        if selection.line is not None:
            values["line"] = selection.line.pk
        if term.place is not None:
            values["own_first"], values["own_end"] = subtree_range(term.place)
        if term.line:
            values["own_line"] = line_in(self.folder, self.manifest, term.line, block) or 0
        if term.owner:
            owner = unit_in(self.folder, self.manifest, term.owner, block)
            values["own_units"] = (
                [] if owner is None else sorted(units_in(self.folder, self.manifest, owner, block))
            )
        return values

    def _members(self, selection: Selection, code: str) -> dict[int, list[int]]:
        """Return the members of an area as the snapshot knows them, by the size of their level."""
        on, block = selection.period.last_on, selection.as_of or 0
        area = area_in(self.folder, self.manifest, code, block)
        return by_size(() if area is None else members_in(self.folder, self.manifest, area, on, block))

    def _registered(self, term: Term, selection: Selection) -> list[Registered] | None:
        members = None if selection.area is None else self._members(selection, selection.area.code)
        places = places_of(selection.place, members)
        rows = denominators_in(self.folder, self.manifest, term.register, selection.as_of or 0)
        return newest_of(rows, places, year=selection.period.last_on.year)


EMPTY = (None, 0, 0, None, None, 0, 0)
"""``COLUMNS`` of no facts."""


def _is_rolled(term: Term, selection: Selection, shape: Shape) -> bool:
    """Return whether cells answer: a sum over whole months and counties that tells neither units nor lines apart."""
    ends = [selection.period.ends_on, *([term.starts_on(selection.period)] if term.has_start else ())]
    narrows = shape.has_unit or shape.has_line or shape.has_own_units or shape.has_own_line
    return (
        not narrows
        and not {Grain.UNIT, Grain.LINE} & {*shape.groups}
        and all(day.day == 1 for day in ends)
        and sums_counties(term, selection, shape)
    )


def _is_by_cell(shape: Shape) -> bool:
    """Return whether a shape is grouped just as cells are."""
    wanted = {Grain.PLACE, Grain.MONTH} | ({Grain.MEASURE} if shape.has_many_measures else set())
    return shape.size == COUNTY and wanted <= {*shape.groups}


def _all_but_measure(one: Question) -> tuple[Any, ...]:
    """Return what questions must have in common to be one statement."""
    term = one.term
    starts_on = term.starts_on(one.selection.period) if term.has_start else None
    narrowed = (term.line, term.area, term.place, term.owner)
    return starts_on, term.counts_parties, narrowed, one.selection
