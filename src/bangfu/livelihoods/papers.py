"""A paper of the wing: who and what, tables, sums, and places for signatures and stamps, as PDF by the house's own template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from django.utils.translation import get_language

from bangfu.foundation.printing import typeset
from bangfu.foundation.rooms.marks import example_mark

_TEMPLATE = Path(__file__).with_name("paper.typ")
MOST_TAGGED = 2_000
"""Cells of a paper that is tagged; a longer one would be megabytes, and whoever has it read aloud takes the workbook."""


@dataclass(frozen=True)
class Part:
    """A table of a paper."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers_from: int
    """The first of the columns that hold numbers, which stand on the right."""
    wide: Sequence[int]
    """The columns that take what room is left."""


@dataclass(frozen=True)
class Paper:
    """What a paper says, in the language of now."""

    title: str
    about: str
    """A line below the title."""
    parts: Sequence[Part]
    pairs: Sequence[tuple[str, str]] = ()
    """Label and value of whom and what it is about, before the tables."""
    sums: Sequence[tuple[str, str, bool]] = ()
    """Label, value, and whether it is what the others come to."""
    sign: Sequence[str] = ()
    """Who signs or stamps it."""
    dated: str = ""
    """What stands before the day of a signature; empty: it is signed without a day."""
    ends_with_sums: bool = False
    """Whether sums and signatures follow the tables; otherwise they stand first, since the tables may be many pages."""

    def pdf(self) -> bytes:
        """Return the paper as a PDF, in the language of now."""
        language = "en" if (get_language() or "zh").startswith("en") else "zh"
        values = {**asdict(self), "language": language, "example": str(example_mark() or "")}
        cells = sum(len(part.columns) * len(part.rows) for part in self.parts)
        return typeset(_TEMPLATE, values, is_tagged=cells <= MOST_TAGGED)
