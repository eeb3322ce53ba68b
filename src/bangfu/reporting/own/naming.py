"""Places and units in the form: offered by name while somebody types, read by name or code, shown with both.

What is kept is the code alone. Without a script the field takes a code, or a name that means one place or unit.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q
from django.db.models.functions import Length

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import unit_with_code
from bangfu.foundation.places.codes import id_from_code
from bangfu.foundation.places.queries import place_labels, search
from bangfu.reporting.own.fields import Given

OFFERED = 12
PLACE, OWNER = "place", "owner"


def is_field(name: str, kind: str) -> bool:
    """Return whether a field of the form is a place or a unit, of whichever term. Args: kind: ``PLACE`` or ``OWNER``."""
    return name.rpartition("-")[2] == kind


def typed(given: Mapping[str, str], kind: str) -> str:
    """Return what was typed into the field of a kind that a request carries."""
    return next((text.strip() for name, text in given.items() if is_field(name, kind)), "")


def places_offered(text: str) -> list[str]:
    """Return places for what was typed, as the field shows them."""
    return [f"{hit.label} {hit.code}" for hit in search(text, limit=OFFERED)] if text else []


def units_offered(text: str) -> list[str]:
    """Return units for what was typed, as the field shows them, the highest first."""
    named = Q()
    for word in text.split():
        named &= Q(name_zh__icontains=word) | Q(name_en__icontains=word) | Q(code__icontains=word)
    found = Unit.objects.filter(named).order_by(Length("path"), "path")[:OFFERED] if text else ()
    return [_unit_said(one) for one in found]


def coded(given: Given) -> dict[str, list[str]]:
    """Return the fields with places and units as their codes; what names none, or several, stays as it was typed."""
    found = {name: list(several) for name, several in given.items()}
    for name, several in found.items():
        for kind, code_of in ((PLACE, _place_code), (OWNER, _unit_code)):
            if is_field(name, kind):
                found[name] = [code_of(text.strip()) if text.strip() else "" for text in several]
    return found


def said(kind: str, code: str) -> str:
    """Return a place or a unit by name and code, as its field shows it; what is no code of one as it is."""
    if kind == OWNER:
        unit = unit_with_code(code) if code else None
        return code if unit is None else _unit_said(unit)
    number = id_from_code(code) if code else None
    label = None if number is None else place_labels([number]).get(number)
    return code if label is None else f"{label} {code}"


def _place_code(text: str) -> str:
    last = text.split()[-1]
    if id_from_code(last) is not None:
        return last
    hits = search(text, limit=OFFERED)
    named = [hit for hit in hits if text in (hit.name, hit.label)] or hits
    return named[0].code if len(named) == 1 else text


def _unit_code(text: str) -> str:
    last = text.split()[-1]
    if unit_with_code(last) is not None:
        return last
    found = list(Unit.objects.filter(Q(name_zh=text) | Q(name_en=text))[:2])
    return found[0].code if len(found) == 1 else text


def _unit_said(unit: Unit) -> str:
    return f"{unit.name} {unit.code}"
