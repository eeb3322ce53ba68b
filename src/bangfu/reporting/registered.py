"""Registered denominators of a selection: which places they are of, and their newest numbers by the period's end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bangfu.foundation.ledger.reference import denominators_as_of
from bangfu.foundation.operations.once import once_a_request
from bangfu.foundation.places.codes import subtree_range
from bangfu.foundation.places.queries import denominators_of
from bangfu.foundation.places.registers import Registered, newest_of
from bangfu.reporting.definitions import Term
from bangfu.reporting.selection import Selection


def registered_in(term: Term, selection: Selection) -> list[Registered] | None:
    """Return the numbers of a register that a selection comes to, as far as its block knew; null when one is missing.

    They are of its place, or of each member of its area. Everywhere is no place, and has none.
    """
    members = None if selection.area is None else selection.area_members
    return registered_for(term, selection, places_of(selection.place, members))


def registered_for(term: Term, selection: Selection, places: Sequence[int]) -> list[Registered] | None:
    """Return the numbers of a register for places by the end of a selection's period; null when one is missing."""
    if not places:
        return None
    if selection.as_of is None:
        rows = _present(term.register, tuple(places))
    else:
        rows = denominators_as_of(term.register, places, block=selection.as_of)
    return newest_of(rows, places, year=selection.period.last_on.year)


@once_a_request
def _present(register: str, places: tuple[int, ...]) -> list[Registered]:
    """Return the numbers of every year, which several years of a page ask for."""
    return denominators_of(register, places)


def places_of(place: int | None, members: Mapping[int, list[int]] | None) -> list[int]:
    """Return the places whose numbers add up to those of a selection, none of them in another; none for everywhere.

    Args: members: of the selection's area, by size as ``Selection.area_members`` has them; null without an area.
    """
    if members is None:
        return [] if place is None else [place]
    named = sorted(part * size for size, parts in members.items() for part in parts)
    if place is None:
        return _outermost(named)
    first, end = subtree_range(place)
    if any(start <= place < stop for start, stop in map(subtree_range, named)):
        return [place]
    return _outermost([one for one in named if first <= one < end])


def _outermost(places: Sequence[int]) -> list[int]:
    """Return places, ascending, without those that lie in another of them."""
    found: list[int] = []
    for place in places:
        if not found or place >= subtree_range(found[-1])[1]:
            found.append(place)
    return found
