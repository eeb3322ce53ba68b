"""The counties that have a page first: those with an office of their own, and those that units are paired with."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import supported_places, unit_names, unit_subtree
from bangfu.foundation.places.codes import COUNTY, SIZE_OF_LEVEL
from bangfu.foundation.places.queries import code_text, place_labels, subtree_range
from bangfu.foundation.rooms import Words
from bangfu.reporting.handbook.owning import pairing_measures


@dataclass(frozen=True)
class ListedCounty:
    """An assisted county."""

    code: str
    label: str
    has_office: bool
    """Whether the county has an office of its own in the programme."""
    units: tuple[Words, ...]
    """Those paired with it now."""


def assisted_counties(on: date, *, unit: Unit | None, place: int | None) -> list[ListedCounty]:
    """Return the assisted counties, those with an office of their own first.

    Args:
        unit: only what it and all below it are paired with.
        place: only those that lie in it.
    """
    facts = Fact.objects.filter(measure_id__in=pairing_measures(), happened_on__lte=on)
    if unit is not None:
        facts = facts.filter(unit_id__in=unit_subtree(unit.pk).values("pk"))
    paired: dict[int, set[int]] = defaultdict(set)
    for county, owner, net in facts.values_list("place_id", "unit_id").annotate(Sum("quantity")):
        if net > 0 and county % SIZE_OF_LEVEL[COUNTY] == 0:
            paired[county].add(owner)
    offices = set(supported_places(on).values())
    listed = offices | set(paired) if unit is None else set(paired)
    if place is not None:
        first, end = subtree_range(place)
        listed = {one for one in listed if first <= one < end}
    labels = place_labels(listed, on=on)
    names = unit_names(sorted({owner for owners in paired.values() for owner in owners}), on=on)
    return [
        ListedCounty(
            code=code_text(county),
            label=labels[county],
            has_office=county in offices,
            units=tuple(names[owner] for owner in sorted(paired.get(county, ()))),
        )
        for county in sorted(listed, key=lambda one: (one not in offices, one))
        if county in labels
    ]
