"""What a list of payments is: its columns, by what it is sorted, and what each row says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from bangfu.foundation.people.models import Account
from bangfu.foundation.records.gate import sort_asked, sort_columns
from bangfu.foundation.rooms import Words
from bangfu.foundation.rooms.lists import Cell


@dataclass(frozen=True)
class Shown:
    """One cell of a list."""

    text: str
    url: str = ""
    look: str = ""
    """How a state looks; empty: it is none."""
    cell: Cell | None = None
    """What a file says instead."""


@dataclass(frozen=True)
class Listing:
    """A list: how it is narrowed and what each row says."""

    name: str
    title: Words
    columns: tuple[tuple[Words, bool], ...]
    """Title, and whether numbers stand in it."""
    found: Callable[[Account, dict[str, str]], QuerySet[Any]]
    cells: Callable[[list[Any]], Iterator[list[Shown]]]
    shows: dict[str, Words]
    empty: Words
    hint: Words
    sorts: tuple[str, ...]
    """By what the rows are sorted, a column each; empty: they are not."""

    def by(self, request: HttpRequest) -> tuple[str, bool]:
        """Return the column by which the rows are sorted, and whether downwards; empty: in their own order."""
        known = [str(at) for at, path in enumerate(self.sorts) if path]
        return sort_asked(request, known, "")

    def sorted(self, rows: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
        """Return the rows in the order that is asked for."""
        at, descending = self.by(request)
        return rows.order_by(f"{'-' if descending else ''}{self.sorts[int(at)]}", "-pk") if at else rows


def heads(listing: Listing, request: HttpRequest) -> list[dict[str, Any]]:
    """Return the headings of a list, each with the way it is sorted when it is pressed."""
    by, descending = listing.by(request)
    columns = tuple(
        (str(at) if path else None, title, is_number)
        for at, (path, (title, is_number)) in enumerate(zip(listing.sorts, listing.columns, strict=True))
    )
    return sort_columns(columns, by, descending=descending)
