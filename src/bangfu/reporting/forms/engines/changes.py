"""What moved between two versions of a form, and where its pointings stand in the later one. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bangfu.reporting.forms.engines.grids import At, Block, Grid
from bangfu.reporting.forms.engines.labels import Labels, labels_in, plain, to_fill


class Kind(StrEnum):
    """How a cell differs."""

    MOVED = "moved"
    NEW = "new"
    GONE = "gone"
    RENAMED = "renamed"
    """It stands where it stood, under other words."""


@dataclass(frozen=True)
class Change:
    """One cell that differs: where it stood and stands, and its words then and now."""

    kind: Kind
    sheet: int
    """Number of the grid in the version in which the cell stands; of one that is gone, in the earlier."""
    before: At | None
    after: At | None
    words_before: Labels | None
    words_after: Labels | None


Keys = Mapping[At, tuple[str, str]]


class Comparison:
    """An earlier and a later version of a form, their cells known by the words beside and above them."""

    def __init__(self, before: Sequence[Grid], after: Sequence[Grid]) -> None:
        self._before = [labels_in(grid) for grid in before]
        self._after = [labels_in(grid) for grid in after]
        self._grids = after
        titles = {plain(grid.title): number for number, grid in enumerate(after)}
        self.pairs = {
            number: titles[plain(grid.title)]
            for number, grid in enumerate(before)
            if plain(grid.title) in titles
        }
        """Which grid of the later version each of the earlier one is: by title, else by place."""
        for number in range(min(len(before), len(after))):
            if number not in self.pairs and number not in self.pairs.values():
                self.pairs[number] = number

    def changes(self) -> list[Change]:
        """Return what differs between the cells that might be filled, in the order of the form."""
        found: list[Change] = []
        for number, labels in enumerate(self._before):
            other = self.pairs.get(number)
            found += _changes(
                number if other is None else other, labels, {} if other is None else self._after[other]
            )
        for number, labels in enumerate(self._after):
            if number not in self.pairs.values():
                found += _changes(number, {}, labels)
        return found

    def place_of(self, sheet: int, block: Block) -> tuple[int, Block] | None:
        """Return where a block of the earlier version stands in the later: where the words of its cells do.

        Null when the words of its first cell stand there more than once or not at all, and when the cells around it do not
        follow in the same order; a cell without words stays only where it stood.
        """
        if sheet not in self.pairs:
            return None
        here, there = _keys(self._before[sheet]), _keys(self._after[self.pairs[sheet]])
        if block.first not in here:
            return None
        first = _place(here, there, block.first)
        if first is None:
            return None
        down, right = first[0] - block.first[0], first[1] - block.first[1]
        if any(here.get(at) != there.get((at[0] + down, at[1] + right)) for at in block):
            return None
        return self.pairs[sheet], Block(first, (block.last[0] + down, block.last[1] + right))


def _keys(labels: Mapping[At, Labels]) -> dict[At, tuple[str, str]]:
    return {at: one.key for at, one in labels.items()}


def _place(here: Keys, there: Keys, at: At) -> At | None:
    """Return where a cell went: the only one under its words, or where it stood if they stand as often as before."""
    key = here[at]
    found = [one for one, other in there.items() if other == key]
    was = sum(other == key for other in here.values())
    if key != ("", "") and len(found) == was == 1:
        return found[0]
    return at if at in found and len(found) == was else None


def _by_key(labels: Mapping[At, Labels], cells: Iterable[At]) -> dict[tuple[str, str], list[At]]:
    found: dict[tuple[str, str], list[At]] = defaultdict(list)
    for at in cells:
        found[labels[at].key].append(at)
    return found


def _changes(sheet: int, before: dict[At, Labels], after: dict[At, Labels]) -> list[Change]:
    old, new = _by_key(before, to_fill(before)), _by_key(after, to_fill(after))
    found: list[Change] = []
    left = {at for cells in old.values() for at in cells}
    come = {at for cells in new.values() for at in cells}
    for key, cells in old.items():
        # Cells under the same words, and as many of them as before, are the same in their order.
        for one, other in zip(cells, new.get(key, []), strict=False):
            left.discard(one)
            come.discard(other)
            if one != other:
                found.append(Change(Kind.MOVED, sheet, one, other, before[one], after[other]))
    for at in left & come:
        found.append(Change(Kind.RENAMED, sheet, at, at, before[at], after[at]))
    found += [Change(Kind.GONE, sheet, at, None, before[at], None) for at in left - come]
    found += [Change(Kind.NEW, sheet, None, at, None, after[at]) for at in come - left]
    return sorted(found, key=lambda one: one.after or one.before or (0, 0))
