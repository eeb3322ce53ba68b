"""What is known already, looked up for many rows at once: the ground on which ``rules`` judges."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import polars
from django.db import connection

from bangfu.foundation.people import vault
from bangfu.giving.grants.models import LIVING, STANDING, Application, Award, Criterion, Quota


@dataclass(frozen=True)
class Applied:
    """A living application, as far as rows are compared with it."""

    number: str
    state: str
    school: int
    class_name: str


def programmes(codes: Sequence[str]) -> polars.DataFrame:
    """Return programmes by code: what rows are judged by."""
    schema = {
        "programme_code": polars.String, "programme": polars.Int64, "unit": polars.Int64, "term": polars.String,
        "state": polars.String, "opens_on": polars.Date, "closes_on": polars.Date,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code, id, unit_id, term, state, opens_on, closes_on FROM grants_programme"
            " WHERE code = ANY(%s)",
            [list(codes)],
        )
        return polars.DataFrame(cursor.fetchall(), schema=schema, orient="row")


def schools(codes: Sequence[str]) -> polars.DataFrame:
    """Return schools by code, each with its county."""
    schema = {"school_code": polars.String, "school": polars.Int64, "place": polars.Int64}
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, id, place_id FROM grants_school WHERE code = ANY(%s)", [list(codes)])
        return polars.DataFrame(cursor.fetchall(), schema=schema, orient="row")


def quotas(programmes_: Sequence[int]) -> dict[tuple[int, int, int | None], int]:
    """Return how many pupils programmes may grant: ``dict[(programme, county, school or null), pupils]``."""
    found = Quota.objects.filter(programme__in=programmes_)
    return {
        (programme, place, school): pupils
        for programme, place, school, pupils in found.values_list(
            "programme_id", "place_id", "school_id", "pupils"
        )
    }


def criteria(programmes_: Sequence[int]) -> dict[int, dict[str, str]]:
    """Return the criteria that applications claim: ``dict[programme, dict[code or title, folded, code]]``."""
    found: dict[int, dict[str, str]] = {}
    rows = Criterion.objects.filter(programme__in=programmes_, household="").order_by("pk")
    for programme, code, zh, en in rows.values_list("programme_id", "code", "title_zh", "title_en"):
        said = found.setdefault(programme, {})
        for word in (code, zh, en):
            if word:
                said[word.casefold()] = code
    return found


def names_of(persons: Collection[UUID]) -> dict[UUID, str]:
    """Return persons' names, to be compared and shown to nobody; the erased are absent."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person.id, key.wrapped, person.name_sealed FROM people_person person"
            " JOIN people_personkey key ON key.person_id = person.id WHERE person.id = ANY(%s)",
            [list(persons)],
        )
        return {
            person: vault.open_text(bytes(wrapped), bytes(name), person=person, column="name")
            for person, wrapped, name in cursor.fetchall()
            if name is not None
        }


def keys_of(persons: Collection[UUID]) -> dict[UUID, bytes]:
    """Return the wrapped keys of persons who have not been erased."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id, wrapped FROM people_personkey WHERE person_id = ANY(%s)", [list(persons)]
        )
        return {person: bytes(wrapped) for person, wrapped in cursor.fetchall()}


def living_applications(programmes_: Sequence[int], persons: Sequence[str]) -> dict[tuple[int, str], Applied]:
    """Return the applications of persons that are neither refused nor withdrawn, by programme and person."""
    keys = [UUID(person) for person in persons]
    found = Application.objects.filter(programme__in=programmes_, person__in=keys, state__in=LIVING)
    return {
        (one.programme_id, str(one.person_id)): Applied(one.number, one.state, one.school_id, one.class_name)
        for one in found.only("programme", "person", "number", "state", "school", "class_name")
    }


def standing_awards(terms: Sequence[str], persons: Sequence[str]) -> dict[tuple[str, str], str]:
    """Return by which programme persons are granted: ``dict[(term, person), programme's code]``."""
    keys = [UUID(person) for person in persons]
    found = Award.objects.filter(term__in=terms, person__in=keys, state__in=STANDING)
    rows = found.values_list("term", "person_id", "programme__code")
    return {(term, str(person)): code for term, person, code in rows}
