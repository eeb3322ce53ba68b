"""The units as a list, narrowed, and what its files say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import HttpRequest

from bangfu.foundation.organisation.models import KIND_WORDS, Unit
from bangfu.foundation.organisation.tree import branches
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell

HEADINGS: tuple[Words, ...] = (
    both("代码", "Code"),
    both("单位", "Unit"),
    both("类别", "Kind"),
    both("上级", "Above it"),
    both("地点", "Place"),
    both("设立", "From"),
    both("撤销", "Until"),
    both("下级单位（个）", "Units below it"),
    both("在任（人）", "Posts held"),
    both("授权（项）", "Grants in force"),
)


@dataclass(frozen=True)
class Asked:
    """What the units are narrowed to."""

    text: str = ""
    kind: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything was asked."""
        return bool(self.text or self.kind)

    def leaves(self, unit: Unit) -> bool:
        """Return whether a unit is meant."""
        said = f"{unit.name_zh} {unit.name_en} {unit.code}".lower()
        return (not self.kind or unit.kind == self.kind) and all(
            word in said for word in self.text.lower().split()
        )


def asked_in(request: HttpRequest) -> Asked:
    """Return what the query string asks; a kind that there is not is left out."""
    text, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    return Asked(text, kind if kind in KIND_WORDS else "")


def cells_of(found: list[Unit], readable: list[Unit], on: date) -> Iterator[list[Cell]]:
    """Return the cells of units, in the order of the tree.

    Args:
        readable: the units that may be named above another, of which ``found`` are some.
    """
    names = {unit.pk: unit.name for unit in readable}
    below = {row.unit.pk: row.below for row in branches(readable, on, names={})}
    places = place_labels({unit.place_id for unit in found if unit.place_id})
    for row in branches(found, on, names=names):
        unit = row.unit
        place = places.get(unit.place_id) if unit.place_id else None
        yield [
            unit.code, unit.name, str(unit.kind_words), row.above, str(place or ""),
            unit.starts_on.isoformat(), unit.ends_on.isoformat() if unit.ends_on else "",
            Decimal(below[unit.pk]), Decimal(row.holders), Decimal(row.grants),
        ]  # fmt: skip
