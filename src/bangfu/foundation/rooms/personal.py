"""Lists that say something personal of people, as a room declares them: files mask it unless a reason is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from bangfu.foundation.rooms.lists import Cell
from bangfu.foundation.rooms.words import Words

PersonalCell = Cell | UUID | None
"""In a personal column the key of a person, null = nobody; in any other what a list's cell holds."""
PersonalRows = Iterable[Sequence[PersonalCell]]


@dataclass(frozen=True)
class Personal:
    """A column that says something personal of the person whose key stands in it."""

    title: Words
    column: str
    """``name``, ``identity_number`` or ``phone``."""


@dataclass(frozen=True)
class PersonalList:
    """A list with personal columns: its files are masked, and in clear for a stated reason, which is recorded."""

    code: str
    """``room.noun``: kept with every export, fixed for ever."""
    title: Words
    columns: tuple[Words | Personal, ...]
    rows: Callable[[Any, Mapping[str, str], date], PersonalRows]
    """Gives the rows that an account may read on a day, narrowed; refuses before the first row whoever may read none."""
    page: Callable[[Mapping[str, str]], str]
    """Gives the address of the list, without a query."""
    filters: Mapping[str, Words] = field(default_factory=dict, hash=False)
    """What it can be narrowed by, as the fields of its page's address, in words."""
    searches_people: frozenset[str] = frozenset()
    """Filters in which people type names or numbers of persons: they are kept nowhere."""

    def asked(self, query: Mapping[str, str]) -> dict[str, str]:
        """Return the filters of a query that the list knows and that narrow it."""
        said = {name: str(query.get(name, "")).strip() for name in self.filters}
        return {name: value for name, value in said.items() if value}

    def personal_columns(self) -> list[str]:
        """Return what the list says of people."""
        return list(dict.fromkeys(one.column for one in self.columns if isinstance(one, Personal)))


def declared_lists(lists: Iterator[PersonalList]) -> dict[str, PersonalList]:
    """Return lists by code.

    Raises: ValueError: two have one code.
    """
    found: dict[str, PersonalList] = {}
    for one in lists:
        if one.code in found:
            raise ValueError(f"two personal lists are called {one.code}")
        found[one.code] = one
    return found
