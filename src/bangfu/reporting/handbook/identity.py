"""What a place is: its names, the lists it is on, and when it left the list of the 832 counties."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bangfu.foundation.places.codes import COUNTY, code_text
from bangfu.foundation.places.models import PlaceName
from bangfu.foundation.places.queries import (
    ancestor_id,
    memberships_of,
    named_in_labels,
    names_of_many,
    place_labels,
)
from bangfu.reporting.handbook.asking import Question

POOR = "poor-832"


@dataclass(frozen=True)
class Listed:
    """A list that a place is or was on, as the day knew it."""

    code: str
    title: str
    since: date
    until: date | None
    """When it left; null while it was on it."""


@dataclass(frozen=True)
class Identity:
    """What a place is called and which lists name it, or the county that it lies in."""

    label: str
    code: str
    names: tuple[PlaceName, ...]
    """Former and present, oldest first; none when it never changed."""
    lists: tuple[Listed, ...]
    """Those that had begun by the day."""
    county: str
    """The county whose lists they are, when the place lies in one; empty otherwise."""

    @property
    def exit_year(self) -> int | None:
        """When it left the list of the 832; null while it is on it, or was never."""
        left = [one.until.year for one in self.lists if one.code == POOR and one.until is not None]
        return left[-1] if left else None


def identity_of(question: Question) -> Identity:
    """Return what a place is on the question's day."""
    place = question.place.pk
    county = ancestor_id(place, COUNTY)
    listed = place if county is None else county
    begun = [
        Listed(
            code=one.area.code,
            title=str(one.area.title),
            since=one.starts_on,
            until=one.ends_on if one.ends_on is not None and one.ends_on <= question.on else None,
        )
        for one in memberships_of(listed).filter(starts_on__lte=question.on)
    ]
    dated = names_of_many(named_in_labels([place, listed]))
    then = {one.place_id: one for one in dated if _is_held(one, question.on)}
    called = {key: one.name for key, one in then.items()}
    labels = place_labels([place], names=called)
    short = place_labels([listed], short=True, names=called)
    return Identity(
        label=labels[place],
        code=code_text(then[place].code if place in then else place),
        names=tuple(one for one in dated if one.place_id == place),
        lists=tuple(begun),
        county="" if listed == place else short[listed],
    )


def _is_held(one: PlaceName, on: date) -> bool:
    return (one.starts_on is None or one.starts_on <= on) and (one.ends_on is None or one.ends_on > on)
