"""What a list of people says in a file: masked, or in clear of those whom its reader may see so."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.db import connection

from bangfu.foundation.people import identity_numbers, vault
from bangfu.foundation.people.models import ERASED
from bangfu.foundation.people.persons.queries import masked_name, masked_phone
from bangfu.foundation.rooms import Personal, PersonalCell, PersonalList, PersonalRows, Words, both
from bangfu.foundation.rooms.lists import ROWS_AT_ONCE, Cell

_MASKS = {"name": masked_name, "phone": masked_phone, "identity_number": identity_numbers.masked}
_MOBILE = re.compile(r"(\+?86)?1[3-9]\d{9}", re.ASCII)
_NOT_TOLD = both("（查人用，不写出）", "(looks for a person; not told)")
COLUMN_WORDS = {
    "name": both("姓名", "name"),
    "identity_number": both("身份证号码", "identity number"),
    "phone": both("电话", "telephone"),
}
"""What may be said of people, in words."""


@dataclass(frozen=True)
class Said:
    """The rows of a file, and a digest of all that they say of people in clear."""

    rows: list[list[Cell]]
    digest: str


def headings(listing: PersonalList, *, masked: bool) -> list[Words]:
    """Return what stands over the columns."""
    mark = both("{title}（遮盖）", "{title}, masked")
    return [
        (mark.filled(title=one.title) if masked else one.title) if isinstance(one, Personal) else one
        for one in listing.columns
    ]


def persons_in(listing: PersonalList, rows: Iterable[Sequence[PersonalCell]]) -> set[UUID]:
    """Return who stands in rows of a list."""
    at = [place for place, one in enumerate(listing.columns) if isinstance(one, Personal)]
    return {cell for row in rows for place in at if isinstance(cell := row[place], UUID)}


def masked(listing: PersonalList, rows: PersonalRows) -> Iterator[list[Cell]]:
    """Return the rows with all people masked, looked up some thousand at a time."""
    left = iter(rows)
    while batch := list(islice(left, ROWS_AT_ONCE)):
        known = _columns_of(persons_in(listing, batch))
        for row in batch:
            yield [_cell(column, cell, known, ()) for column, cell in zip(listing.columns, row, strict=True)]


def in_clear(
    listing: PersonalList, rows: Sequence[Sequence[PersonalCell]], persons: Collection[UUID]
) -> Said:
    """Return the rows with these persons in clear and all others masked."""
    known = _columns_of(persons_in(listing, rows))
    digest, found = hmac.new(vault.digest_key(), b"export of persons", hashlib.sha256), []
    for number, row in enumerate(rows, 1):
        cells = [
            _cell(column, cell, known, persons) for column, cell in zip(listing.columns, row, strict=True)
        ]
        for column, key, cell in zip(listing.columns, row, cells, strict=True):
            if isinstance(column, Personal) and key in persons:
                line = json.dumps([number, column.column, str(cell)], ensure_ascii=False)
                digest.update(line.encode())
        found.append(cells)
    return Said(found, digest.hexdigest())


def _cell(
    column: Words | Personal,
    cell: PersonalCell,
    known: Mapping[UUID, Mapping[str, str | None]],
    clear: Collection[UUID],
) -> Cell:
    if not isinstance(column, Personal):
        if cell is None or isinstance(cell, UUID):
            raise TypeError("a column that is not personal holds a person")
        return cell
    if not isinstance(cell, UUID):
        return ""
    if cell not in known:
        return str(ERASED) if column.column == "name" else ""
    text = known[cell][column.column] or ""
    return text if cell in clear or not text else _MASKS[column.column](text)


def _columns_of(persons: Collection[UUID]) -> dict[UUID, dict[str, str | None]]:
    """Return what is known of persons, with one query; absent = erased."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person.id, key.wrapped, person.name_sealed, person.phone_sealed, person.identity_number_sealed"
            " FROM people_person person JOIN people_personkey key ON key.person_id = person.id"
            " WHERE person.id = ANY(%s)",
            [list(persons)],
        )
        return {
            person: vault.open_columns(
                bytes(wrapped), {"name": name, "phone": phone, "identity_number": number}, person=person
            )
            for person, wrapped, name, phone, number in cursor.fetchall()
        }


def looks_for_a_person(listing: PersonalList, asked: Mapping[str, str]) -> bool:
    """Return whether a list is narrowed by something that may be the name or a number of a person."""
    return any(
        name in listing.searches_people
        or _MOBILE.fullmatch(value) is not None
        or identity_numbers.problem_of(value) is None
        for name, value in asked.items()
    )


def narrowing(listing: PersonalList, asked: Mapping[str, str]) -> str:
    """Return what a list is narrowed to, in words; what may be the name or a number of a person is left out."""
    return " · ".join(
        f"{listing.filters.get(name, name)} {_NOT_TOLD if looks_for_a_person(listing, {name: value}) else value}"
        for name, value in asked.items()
    )
