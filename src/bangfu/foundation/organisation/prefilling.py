"""Nobody is asked what the system knows: a form of a new record begins with whose it is and where that unit stands."""

from __future__ import annotations

from datetime import date

from django import forms
from django.http import HttpRequest

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import home_unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.fields import PlaceField, place_written
from bangfu.foundation.places.models import Place


def prefill(form: forms.Form, request: HttpRequest, account: Account, on: date) -> None:
    """Let a new record's form begin with a unit and a place: those that the address names, else the account's own.

    The unit is one of those that the form offers; its place is filled in where the form takes a place of that kind.
    """
    units, place = form.fields.get("unit"), form.fields.get("place")
    unit: Unit | None = None
    if isinstance(units, forms.ModelChoiceField) and units.queryset is not None:
        asked = request.GET.get("unit", "")
        keys = [int(asked)] if asked.isascii() and asked.isdigit() and len(asked) < 19 else []
        home = home_unit(account, on)
        unit = units.queryset.filter(pk__in=keys).first() or (
            units.queryset.filter(pk=home.pk).first() if home else None
        )
        if unit is not None:
            form.initial.setdefault("unit", unit.pk)
    if isinstance(place, PlaceField) and unit is not None and unit.place_id is not None:
        known = Place.objects.get(pk=unit.place_id)
        if place.levels is None or place.levels & set(range(known.level, known.through_level + 1)):
            form.initial.setdefault("place", place_written(known.pk))
