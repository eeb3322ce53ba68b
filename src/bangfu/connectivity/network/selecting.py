"""What a list of reported records is narrowed to and sorted by, whatever the kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, QuerySet
from django.http import QueryDict

from bangfu.connectivity.network.kinds import RecordKind
from bangfu.connectivity.network.models import STATE_WORDS, StationState
from bangfu.foundation.places.queries import place_labels, subtree_range
from bangfu.foundation.rooms import both

FIRST_YEAR = 2015


@dataclass(frozen=True)
class RecordFilter:
    """What a list is narrowed to; null or empty = not narrowed."""

    kind: RecordKind
    place: int | None = None
    """The place and everything in it."""
    year: int | None = None
    """In which the records count."""
    state: str = ""
    code: str = ""
    """How the code begins."""
    sort: str = ""
    """``code``, ``place``, ``unit`` or one of the kind's columns; empty = by the day that counts, newest first."""
    descending: bool = True

    @classmethod
    def read(cls, kind: RecordKind, said: QueryDict) -> RecordFilter:
        """Return what a query string asks; what cannot be read is left out."""
        place, year = said.get("place", "").strip(), said.get("year", "").strip()
        sort = said.get("sort", "").strip()
        is_place = place.isascii() and place.isdigit() and 10**11 <= int(place) < 10**12
        is_year = year.isascii() and year.isdigit() and len(year) == 4
        state = said.get("state", "")
        known = {"code", "place", "unit", *kind.columns}
        return cls(
            kind=kind,
            place=int(place) if is_place else None,
            year=int(year) if is_year and int(year) >= FIRST_YEAR else None,
            state=state if state in StationState.values else "",
            code=said.get("q", "").strip().upper(),
            sort=sort.lstrip("-") if sort.lstrip("-") in known else "",
            descending=sort.startswith("-") or not sort,
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.place or self.year or self.state or self.code)

    @property
    def sorted_by(self) -> str:
        """The key the list is sorted by."""
        return self.sort or self.kind.dated_by

    def apply(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the records that pass, in order."""
        if self.place is not None:
            first, end = subtree_range(self.place)
            rows = rows.filter(place_id__gte=first, place_id__lt=end)
        if self.year is not None:
            span = (date(self.year, 1, 1), date(self.year, 12, 31))
            rows = rows.filter(**{f"{self.kind.dated_by}__range": span})
        if self.state:
            rows = rows.filter(state=self.state)
        if self.code:
            rows = rows.filter(code__startswith=self.code)
        key = {"place": "place_id", "unit": "unit__path"}.get(self.sorted_by, self.sorted_by)
        ordered = F(key).desc(nulls_last=True) if self.descending else F(key).asc(nulls_last=True)
        return rows.order_by(ordered, "pk")

    def words(self) -> str:
        """Return in words what the list is narrowed to."""
        said = [
            place_labels([self.place]).get(self.place, "") if self.place else "",
            str(both("{year} 年", "in {year}").filled(year=self.year)) if self.year else "",
            str(STATE_WORDS[self.state]) if self.state else "",
            f"{self.code}…" if self.code else "",
        ]
        return " · ".join(part for part in said if part) or str(both("全部", "all"))
