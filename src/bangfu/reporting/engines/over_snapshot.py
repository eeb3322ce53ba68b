"""What DuckDB and Spark have in common: a snapshot, its reference data, and questions put together into few statements.

Nothing here reads the database: numbers of measures stand in the manifest; units below a unit and members of areas as of the
block are read from the versions in the snapshot. Questions that differ only in their measure are one statement, which counts
by measure, for a big engine's start of a statement costs more than what it counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from bangfu.foundation.ledger.snapshots import DataFile, read_manifest
from bangfu.foundation.ledger.snapshots.references import members_in, units_in
from bangfu.foundation.places.codes import COUNTY, SIZE_OF_LEVEL, level_of
from bangfu.reporting.compiling import Grain, Shape, area_key
from bangfu.reporting.definitions import Term
from bangfu.reporting.engines.asking import Question
from bangfu.reporting.engines.writing_out import Dialect, written_out
from bangfu.reporting.figures import NOTHING, Sum, read_sum, shape_of
from bangfu.reporting.selection import Selection

Rows = list[tuple[Any, ...]]


class OverSnapshot:
    """Answers from the Parquet files of a snapshot, as of a block; of no block, as of the one that the snapshot reaches."""

    name: str
    dialect: Dialect

    def __init__(self, folder: Path) -> None:
        """Read what the snapshot in a folder holds.

        Raises: UnableToReadSnapshot: ``missing``, ``another_format``, ``broken``.
        """
        self.folder = folder
        self.manifest = read_manifest(folder)

    def relation(self, files: Sequence[DataFile]) -> str:
        """Return what stands for the facts of files in a statement."""
        raise NotImplementedError

    def rows(self, statement: str) -> Rows:
        """Return the rows of a statement."""
        raise NotImplementedError

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
        for number, one in enumerate(questions):
            together[one.term.has_start, one.term.counts_parties, one.selection].append(number)
        found = [NOTHING] * len(questions)
        for (_, _, selection), numbers in together.items():
            terms = [questions[number].term for number in numbers]
            sums = self._by_measure([term.measure.code for term in terms], terms[0], selection)
            for number, term in zip(numbers, terms, strict=True):
                found[number] = sums.get(self.manifest.measures.get(term.measure.code), NOTHING)
        return found

    def _by_measure(
        self, codes: Sequence[str], term: Term, selection: Selection
    ) -> dict[int | None, Sum]:  # by the measure's number
        rows = self.asked(term, selection, (Grain.MEASURE,), codes=codes)
        return {int(number): read_sum(row) for number, *row in rows}

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
        selection = self.known(selection)
        block = selection.as_of or 0
        starts_on = selection.period.starts_on if term.has_start else None
        files = self.manifest.facts(block=block, starts_on=starts_on, ends_on=selection.period.ends_on)
        known = self.manifest.measures
        numbers = [known[code] for code in codes or [term.measure.code] if code in known]
        if not files or not numbers:
            return []
        members = self._members(selection)
        shape = shape_of(term, selection, groups, size, members=members)
        values = self._values(shape, selection, members or {}, numbers)
        return self.rows(written_out(shape, self.dialect, values, self.relation(files)))

    def _values(
        self, shape: Shape, selection: Selection, members: dict[int, list[int]], numbers: list[int]
    ) -> dict[str, int | date | list[int]]:
        values: dict[str, int | date | list[int]] = {
            "measure": numbers[0],
            "measures": sorted(set(numbers)),
            "starts_on": selection.period.starts_on,
            "ends_on": selection.period.ends_on,
            "block": selection.as_of or 0,
            **{area_key(size): inside for size, inside in members.items()},
        }
        if selection.place_range is not None:
            values["first_place"], values["end_place"] = selection.place_range
        if selection.unit is not None:
            block = selection.as_of or 0
            values["units"] = sorted(units_in(self.folder, self.manifest, selection.unit.pk, block))
        if selection.line is not None:
            values["line"] = selection.line.pk
        return values

    def _members(self, selection: Selection) -> dict[int, list[int]] | None:
        """Return the members of the selection's area as the snapshot knows them, by the size of their level."""
        if selection.area is None:
            return None
        found: dict[int, list[int]] = {}
        on, block = selection.period.last_on, selection.as_of or 0
        for place in sorted(members_in(self.folder, self.manifest, selection.area.pk, on, block)):
            size = SIZE_OF_LEVEL[level_of(place)]
            found.setdefault(size, []).append(place // size)
        return found or {SIZE_OF_LEVEL[COUNTY]: []}
