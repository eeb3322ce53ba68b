"""The fields of a record as programs read them, and the filters that a list of them takes: both read off its model."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.db import models
from django.db.models import Model, QuerySet
from ninja import Schema
from pydantic import BaseModel, Field, create_model

from bangfu.foundation.api.answering import Answer, dotted
from bangfu.foundation.api.problems import not_found
from bangfu.foundation.api.writing import Day
from bangfu.foundation.organisation.models import Line, Unit
from bangfu.foundation.organisation.queries import unit_subtree
from bangfu.foundation.people.models import Account, Person
from bangfu.foundation.places.codes import code_text, id_from_code
from bangfu.foundation.places.models import Place
from bangfu.foundation.places.queries import subtree_range
from bangfu.foundation.review.models import Review, ReviewState
from bangfu.foundation.rooms import RecordType, both
from bangfu.foundation.rooms.tiers import Tier, known_fields

EXACT = frozenset({"code", "reference", "voucher", "number", "measure", "rule"})
"""Names of text fields by which things are known: a list can be narrowed to one of them."""
TEXT: dict[str, Any] = {"max_length": 200, "pattern": r"^[^\x00]*$"}
_PLAIN: tuple[tuple[type[models.Field[Any, Any]], Any], ...] = (
    (models.BooleanField, bool),
    (models.IntegerField, int),
    (models.DecimalField, str),
    (models.DateTimeField, datetime),
    (models.DateField, date),
    (models.UUIDField, UUID),
    (models.CharField, str),
)


def _told_as(field: models.Field[Any, Any]) -> Any:
    """Return the type as which a field is told; null for one that is not: free text, secrets, persons and accounts."""
    if isinstance(field, models.ForeignKey):
        target = field.related_model
        if target in (Person, Account):
            return None
        is_coded = target in (Unit, Place, Line)
        key = target._meta.pk if isinstance(target, type) else None
        return (
            str
            if is_coded or isinstance(key, models.CharField)
            else UUID
            if isinstance(key, models.UUIDField)
            else int
        )
    if isinstance(field, models.TextField):
        return None
    return next((told for kind, told in _PLAIN if isinstance(field, kind)), None)


@functools.cache
def told_fields(model: type[Model], hidden: frozenset[str]) -> dict[str, Any]:
    """Return the fields of a model that are told, by name, with the types as which they are told."""
    found = {}
    for field in model._meta.concrete_fields:
        told = _told_as(field)
        if (
            told is not None
            and not field.primary_key
            and field.name not in hidden
            and "digest" not in field.name
        ):
            found[field.name] = told
    return known_fields(found, Tier.READER)


def fields_model(kind: RecordType, model: type[Model], hidden: frozenset[str]) -> type[Answer]:
    """Return the form of a record's fields; any of them may be left out when fewer were asked for."""
    described: dict[str, Any] = {}
    for name, told in told_fields(model, hidden).items():
        note = _NOTES.get(name)
        described[name] = (told | None, Field(None, description=note) if note else None)
    return create_model(f"{_camel(kind.code)}Fields", __base__=Answer, **described)


_NOTES = {
    "unit": "Code of the organisation unit that owns it.",
    "place": "Code of the place, of six, nine or twelve digits.",
    "line": "Code of the professional line.",
}


def _camel(code: str) -> str:
    return "".join(part.capitalize() for part in code.replace(".", "_").split("_"))


def values_of(record: Model, names: Iterable[str]) -> dict[str, Any]:
    """Return the values of a record's fields as they are told."""
    found: dict[str, Any] = {}
    for name in names:
        field = record._meta.get_field(name)
        target = field.related_model if isinstance(field, models.ForeignKey) else None
        if target in (Unit, Line):
            pointed = getattr(record, name)
            found[name] = None if pointed is None else pointed.code
        elif target is Place:
            key = getattr(record, field.attname)  # type: ignore[union-attr]
            found[name] = None if key is None else code_text(key)
        elif isinstance(field, models.DecimalField):
            found[name] = dotted(getattr(record, name))
        else:
            found[name] = getattr(record, field.attname)  # type: ignore[union-attr]
    return found


def coded(model: type[Model], names: Iterable[str]) -> list[str]:
    """Return the fields whose code is told, to be read in the same statement."""
    fields = [model._meta.get_field(name) for name in names]
    return [
        one.name for one in fields if isinstance(one, models.ForeignKey) and one.related_model in (Unit, Line)
    ]


Narrowing = Callable[[QuerySet[Any], Any], QuerySet[Any]]


@functools.cache
def _column_filters(model: type[Model], hidden: frozenset[str]) -> dict[str, tuple[Any, Narrowing]]:
    """Return the filters by a model's own columns: choices and codes exactly, days from and before."""
    found: dict[str, tuple[Any, Narrowing]] = {}
    for name in told_fields(model, hidden):
        field = model._meta.get_field(name)
        if isinstance(field, models.CharField) and field.choices:
            values = tuple(str(value) for value, _ in field.flatchoices)
            found[name] = (Literal[values] | None, _exactly(name))
        elif isinstance(field, models.CharField) and name in EXACT:
            found[name] = (str | None, _exactly(name))
        elif isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
            found[f"{name}_from"] = (Day | None, _compared(f"{name}__gte"))
            found[f"{name}_before"] = (Day | None, _compared(f"{name}__lt"))
    return found


def _exactly(name: str) -> Narrowing:
    return lambda rows, value: rows.filter(**{name: value})


def _compared(lookup: str) -> Narrowing:
    return lambda rows, value: rows.filter(**{lookup: value})


def unit_coded(code: str) -> Unit:
    """Return the unit with a code.

    Raises: Failed: ``not_known``.
    """
    found = Unit.objects.filter(code=code).first()
    if found is None:
        raise not_found(both("单位", "unit"), code)
    return found


def _in_unit(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    return rows.filter(unit_id__in=unit_subtree(unit_coded(code).pk).values("pk"))


def _in_place(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    number = id_from_code(code)
    if number is None:
        raise not_found(both("地区", "place"), code)
    first, end = subtree_range(number)
    return rows.filter(place_id__gte=first, place_id__lt=end)


def filters_of(
    kind: RecordType, model: type[Model], hidden: frozenset[str]
) -> dict[str, tuple[Any, Narrowing]]:
    """Return the filters of a list of records, by name: a type for the address and what it does."""
    names = {field.name for field in model._meta.concrete_fields}
    found: dict[str, tuple[Any, Narrowing]] = {}
    if "unit" in names:
        found["unit"] = (str | None, _in_unit)
    if "place" in names:
        found["place"] = (str | None, _in_place)
    if kind.review_scope is not None:
        found["review"] = (Literal[tuple(ReviewState.values)] | None, _reviewed(kind))
    return {**found, **_column_filters(model, hidden)}


def _reviewed(kind: RecordType) -> Narrowing:
    def narrowed(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
        same = Review.objects.filter(record_type=kind.number, record_id=models.OuterRef("pk"), state=state)
        return rows.filter(models.Exists(same))

    return narrowed


_FILTER_NOTES = {
    "unit": "Code of a unit: its own and those of everything below it.",
    "place": "Code of a place: there and in everything inside it.",
    "review": "How far its review is.",
}


def filter_model(
    kind: RecordType, filters: Mapping[str, tuple[Any, Narrowing]], paging: Mapping[str, Any]
) -> type[Schema]:
    """Return the parameters of a list of records, as its address takes them."""
    described: dict[str, Any] = {}
    for name, (told, _) in filters.items():
        note = _FILTER_NOTES.get(name)
        text: dict[str, Any] = TEXT if told == str | None else {}
        described[name] = (told, Field(None, description=note, **text))
    return create_model(f"{_camel(kind.code)}Asked", __base__=Schema, **described, **paging)


def narrowed(
    rows: QuerySet[Any], filters: Mapping[str, tuple[Any, Narrowing]], asked: BaseModel
) -> QuerySet[Any]:
    """Return the rows that a request's filters leave."""
    for name, (_, narrow) in filters.items():
        value = getattr(asked, name)
        if value is not None:
            rows = narrow(rows, value)
    return rows
