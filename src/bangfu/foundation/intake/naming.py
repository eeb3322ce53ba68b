"""Headings of a unit's own: what its sheets call the columns of a layout, beside what the layout itself knows."""

from __future__ import annotations

from dataclasses import replace

from bangfu.foundation.intake.headings import tidy
from bangfu.foundation.intake.layouts import Layout
from bangfu.foundation.intake.models import OwnHeadings
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import ancestors


def said_by(layout: str, unit: Unit) -> dict[str, list[str]]:  # absent: nothing was said of the column
    """Return the headings that a unit itself said, by column, as they were written."""
    found = OwnHeadings.objects.filter(layout=layout, unit=unit).order_by("pk").last()
    return dict(found.headings) if found else {}


def said_above(layout: str, unit: Unit) -> dict[str, list[str]]:  # absent: nothing was said of the column
    """Return the headings that the units above a unit said and it did not say otherwise, by column, as they were written."""
    mine = {tidy(heading) for headings in said_by(layout, unit).values() for heading in headings}
    found: dict[str, list[str]] = {}
    for column, heading in _said_along(layout, unit, with_itself=False).values():
        if tidy(heading) not in mine:
            found.setdefault(column, []).append(heading)
    return found


def _said_along(layout: str, unit: Unit, *, with_itself: bool) -> dict[str, tuple[str, str]]:
    """Return column and heading as written, by the heading tidied: of the way down to a unit, the nearest says it."""
    way = [one.pk for one in ancestors(unit) if with_itself or one.pk != unit.pk]
    latest = {
        one.unit_id: one.headings
        for one in OwnHeadings.objects.filter(layout=layout, unit__in=way).order_by("pk")
    }
    return {
        tidy(heading): (column, heading)
        for key in way
        if key in latest
        for column, headings in latest[key].items()
        for heading in headings
    }


def with_own_headings(layout: Layout, unit: Unit) -> Layout:
    """Return a layout that also knows the headings which a unit, or one above it, said its sheets bear."""
    said: dict[str, list[str]] = {}
    for column, heading in _said_along(layout.code, unit, with_itself=True).values():
        said.setdefault(column, []).append(heading)
    if not said:
        return layout
    columns = tuple(replace(one, own=tuple(said.get(one.name, ()))) for one in layout.columns)
    return replace(layout, columns=columns)
