"""What others may read of persons: who bears an identity number, and what of them a screen may show."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import polars
from django.db import connection

from bangfu.foundation.operations import Scope, allows
from bangfu.foundation.operations.authority import granted_rows
from bangfu.foundation.people import identity_numbers, vault
from bangfu.foundation.people.models import ERASED, Access, Account, Keeping, Person, PersonKey

PHONE_SHOWN = 4


@dataclass(frozen=True)
class MaskedPerson:
    """A person as screens show them: ``张*``, ``****002X``, ``***1234``; empty = not known."""

    person: UUID
    name: str
    identity_number: str
    phone: str
    is_erased: bool = False


@dataclass(frozen=True)
class ClearPerson:
    """A person's columns in clear, for the one page that an access record opens; null = not known."""

    name: str | None
    phone: str | None
    identity_number: str | None
    birth_date: date | None
    sex: identity_numbers.Sex | None


def persons_with(numbers: Iterable[str]) -> dict[str, UUID]:
    """Return who bears each identity number: ``dict[number as given, person]``, absent = nobody who is known.

    One query, whatever the number of numbers; a number that cannot be right is nobody's.
    """
    indexes = {
        number: vault.blind_index(identity_numbers.normalised(number), column="identity_number")
        for number in numbers
        if identity_numbers.problem_of(number) is None
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT identity_index, person_id FROM people_personkey WHERE identity_index = ANY(%s)",
            [sorted(set(indexes.values()))],
        )
        found = {bytes(index): person for index, person in cursor.fetchall()}
    return {number: found[index] for number, index in indexes.items() if index in found}


def masked_name(name: str) -> str:
    """Return a name as screens show it: its first character, and one star for whatever follows."""
    return f"{name[:1]}*"


def masked_phone(phone: str) -> str:
    """Return a telephone number as screens show it: the last four digits only."""
    return f"***{phone[-PHONE_SHOWN:]}" if len(phone) > PHONE_SHOWN else "***"


def masked_persons(keys: Collection[UUID]) -> dict[UUID, MaskedPerson]:
    """Return persons as screens show them, with one query; keys that nobody has are absent."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person.id, key.wrapped, person.name_sealed, person.phone_sealed, person.identity_number_sealed"
            " FROM people_person person LEFT JOIN people_personkey key ON key.person_id = person.id"
            " WHERE person.id = ANY(%s)",
            [list(keys)],
        )
        rows = cursor.fetchall()
    return {row[0]: _masked(*row) for row in rows}


def _masked(
    person: UUID, wrapped: bytes | None, name: bytes | None, phone: bytes | None, number: bytes | None
) -> MaskedPerson:
    if wrapped is None:
        return MaskedPerson(person, str(ERASED), "", "", is_erased=True)
    sealed = {"name": name, "phone": phone, "identity_number": number}
    said = vault.open_columns(bytes(wrapped), sealed, person=person)
    return MaskedPerson(
        person,
        masked_name(said["name"] or ""),
        identity_numbers.masked(said["identity_number"]) if said["identity_number"] else "",
        masked_phone(said["phone"]) if said["phone"] else "",
    )


def _as_bytes(sealed: bytes | memoryview | None) -> bytes | None:
    return None if sealed is None else bytes(sealed)


def clear_person(access: Access) -> ClearPerson | None:
    """Return in clear what an access record lets its account see; null once the person has been erased."""
    key = PersonKey.objects.filter(person_id=access.person_id).select_related("person").first()
    if key is None:
        return None
    person = key.person
    columns = ("name", "phone", "identity_number")
    sealed = {column: _as_bytes(getattr(person, f"{column}_sealed")) for column in columns}
    said = vault.open_columns(bytes(key.wrapped), sealed, person=person.pk)
    number = said["identity_number"]
    return ClearPerson(
        said["name"],
        said["phone"],
        number,
        identity_numbers.birth_date(number) if number else None,
        identity_numbers.sex(number) if number else None,
    )


def clear_names(accesses: Collection[Access]) -> dict[UUID, str]:
    """Return the names that access records let their accounts see, with one query; erased persons are absent."""
    keys = PersonKey.objects.filter(person__in={access.person_id for access in accesses})
    return {
        key.person_id: vault.open_text(
            bytes(key.wrapped), bytes(key.person.name_sealed), person=key.person_id, column="name"
        )
        for key in keys.select_related("person")
        if key.person.name_sealed is not None
    }


def reasons_of(accesses: Collection[Access]) -> dict[int, str | None]:
    """Return why each access was made, by its key, with one query; null = the person has been erased."""
    keys = {
        key.person_id: bytes(key.wrapped)
        for key in PersonKey.objects.filter(person__in={access.person_id for access in accesses})
    }
    return {
        access.pk: vault.open_text(
            keys[access.person_id], bytes(access.reason_sealed), person=access.person_id, column="reason"
        )
        if access.person_id in keys
        else None
        for access in accesses
    }


def is_within_reach(account: Account, permission: str, person: Person, on: date) -> bool:
    """Return whether an account holds a permission in the whole house or where somebody keeps the person."""
    if allows(account, permission, Scope(), on):
        return True
    kept = Keeping.objects.filter(person=person).values_list("unit_id", "place_id")
    rows = polars.DataFrame(list(kept), schema={"unit": polars.Int64, "place": polars.Int64}, orient="row")
    return bool(granted_rows(account, permission, rows, on).any())


def may_open(account: Account, person: Person, on: date) -> bool:
    """Return whether an account may open a person's page: who may read it masked, or in clear with a reason."""
    return any(is_within_reach(account, one, person, on) for one in ("people.view", "people.unmask_person"))
