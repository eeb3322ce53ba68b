"""What a place is: its names, the lists it is on, and when it left the list of the 832 counties."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bangfu.foundation.places.codes import COUNTY
from bangfu.foundation.places.models import PlaceName
from bangfu.foundation.places.queries import ancestor_id, code_on, memberships_of, names_of, place_label
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
    return Identity(
        label=place_label(place, on=question.on),
        code=code_on(place, question.on),
        names=tuple(names_of(place)),
        lists=tuple(begun),
        county="" if listed == place else place_label(listed, short=True, on=question.on),
    )
