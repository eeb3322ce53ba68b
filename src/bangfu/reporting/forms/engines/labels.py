"""What the words beside and above a cell say of it, and where the same words stand in another version. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bangfu.reporting.forms.engines.grids import At, Grid

_NOISE = re.compile(r"[\s\u3000,，.。:：;；、/()（）\[\]【】〔〕「」“”\"'’_-]+")
_IN_BRACKETS = re.compile(r"[(（\[【〔][^)）\]】〕]*[)）\]】〕]")


@dataclass(frozen=True)
class Labels:
    """The words of a cell's row, from the left, and of its column, from above."""

    row: tuple[str, ...]
    column: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str]:
        """The same words without what does not matter: gaps and punctuation."""
        return "|".join(map(plain, self.row)), "|".join(map(plain, self.column))

    @property
    def is_whole(self) -> bool:
        """Whether both say something."""
        return bool(self.row and self.column)


def plain(text: str) -> str:
    """Return a text as it is compared.

    >>> plain("投入帮扶资金 （万元）")
    '投入帮扶资金万元'
    """
    return _NOISE.sub("", text).lower()


def without_brackets(text: str) -> str:
    """Return a text without what stands in brackets: mostly the unit.

    >>> without_brackets("投入帮扶资金（万元）")
    '投入帮扶资金'
    """
    return _IN_BRACKETS.sub("", text).strip()


def labels_in(grid: Grid) -> dict[At, Labels]:  # of every cell that is seen and is no label itself
    """Return the words to the left of each cell and above it, as far as they are labels of it.

    To the left all labels count. Above, the nearest labels that stand one over another count: the words of a table further up
    end at the first cell that is no label, and at a title over the whole width.
    """
    left: dict[At, tuple[str, ...]] = {}
    for row in range(1, grid.rows + 1):
        said: list[str] = []
        for column in range(1, grid.columns + 1):
            text = _label(grid, (row, column))
            if text is None:
                left[row, column] = tuple(said)
            elif text not in said:
                said.append(text)
    found: dict[At, Labels] = {}
    for column in range(1, grid.columns + 1):
        above: list[str] = []
        is_over = True
        for row in range(1, grid.rows + 1):
            at = (row, column)
            text = _label(grid, at)
            if text is None:
                is_over = True
                if at not in grid.hidden_by:
                    found[at] = Labels(left[at], tuple(above))
                continue
            if is_over:
                above, is_over = [], False
            if grid.cell(grid.seen_at(at)).columns >= max(grid.columns, 2):
                above, is_over = [], True
            elif text not in above:
                above.append(text)
    return found


def _label(grid: Grid, at: At) -> str | None:
    cell = grid.cell(grid.seen_at(at))
    return cell.text.strip() if cell.is_label else None


def to_fill(labels: dict[At, Labels]) -> list[At]:
    """Return the cells that might be filled: those with words beside and above them."""
    return sorted(at for at, one in labels.items() if one.is_whole)
