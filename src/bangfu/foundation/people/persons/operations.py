"""Writes about persons: entered, shown unmasked for a reason, erased."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from zlib import crc32

import polars
from django.db import connection

from bangfu.foundation.operations import (
    BY_ROWS,
    Act,
    NotPermitted,
    Refusal,
    Scope,
    allows,
    inside_operation,
    operation,
    permitted_rows,
)
from bangfu.foundation.people import identity_numbers, vault
from bangfu.foundation.people.identity_numbers import PROBLEM_WORDS
from bangfu.foundation.people.models import Access, Keeping, ListExport, Person, PersonKey
from bangfu.foundation.rooms import both

IDENTITY_LOCKS = 0x7065_6F70
BUCKETS = 64
"""Identity numbers share so many locks, so that a sheet of any length takes no more of the server's lock table."""
SHORTEST_REASON = 4
LONGEST_REASON = 500
ACCESSES_AT_ONCE = 5000
"""Accesses are written so many a statement."""
erasures: list[Callable[..., None]] = []
"""What rooms do when a person is erased, ``forget(name=…, number=…)``, null = not known: for what still names them outside
their own columns. Entered when a room is ready."""
COLUMNS = ("name", "phone", "identity_number")


class UnableToEnterPerson(Refusal):
    """Codes: ``no_name``, ``no_such_number``, ``identity_number``, ``known_already``; nothing was written."""

    sentences = {
        "no_name": both("第 {row} 行没有姓名，请补上。", "Row {row} gives no name; enter one."),
        "no_such_number": both(
            "第 {row} 行没有姓名，系统里也没有这个身份证号码的人。请写上姓名，并核对号码。",
            "Row {row} gives no name, and nobody of this identity number is known. Give the name, and check the number.",
        ),
        "identity_number": both(
            "第 {row} 行的身份证号码有误：{problem}。",
            "The identity number of row {row} cannot be right: {problem}.",
        ),
        "known_already": both(
            "此身份证号码已属于一位登记的人员，请选用该人员，不要重复登记。",
            "This identity number belongs to a person who is known; choose that person instead of entering another.",
        ),
    }


class UnableToErasePerson(Refusal):
    """Codes: ``already_erased``."""

    sentences = {"already_erased": both("此人的信息已经删除。", "This person has been erased already.")}


class UnableToUnmask(Refusal):
    """Codes: ``erased``, ``no_reason``; nothing was shown or written."""

    sentences = {
        "erased": both(
            "此人的信息已经删除，没有可以显示的内容。",
            "This person has been erased; there is nothing to show.",
        ),
        "no_reason": both(
            "请写明查看的事由，{shortest} 至 {longest} 个字。",
            "Say why you need to see it, in {shortest} to {longest} characters.",
        ),
    }


def _checked_number(text: str | None, row: int) -> str | None:
    if text is None or not text.strip():
        return None
    problem = identity_numbers.problem_of(text)
    if problem is not None:
        raise UnableToEnterPerson("identity_number", row=row, problem=PROBLEM_WORDS[problem])
    return identity_numbers.normalised(text)


def _lock_indexes(indexes: list[bytes]) -> None:
    """Take the locks of identity numbers, in order; whoever enters one of these persons meanwhile waits."""
    buckets = sorted({crc32(index) % BUCKETS for index in indexes})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, bucket) FROM unnest(%s::int[]) AS bucket",
            [IDENTITY_LOCKS, buckets],
        )


def enter_person(
    *,
    name: str,
    phone: str | None = None,
    identity_number: str | None = None,
    unit: int | None = None,
    place: int | None = None,
) -> Person:
    """Keep a person under a key of their own and return them; called inside an operation or at the founding.

    Args:
        unit: who keeps something about the person; without one only a grant at the root reaches them.

    Raises: UnableToEnterPerson: see its codes.
    Locks: the identity number.
    """
    if not name.strip():
        raise UnableToEnterPerson("no_name", row=1)
    number = _checked_number(identity_number, 1)
    index = vault.blind_index(number, column="identity_number") if number else None
    if index is not None:
        _lock_indexes([index])
        if PersonKey.objects.filter(identity_index=index).exists():
            raise UnableToEnterPerson("known_already")
    key = uuid.uuid4()
    wrapped, sealed = vault.seal_columns(
        key, {"name": name.strip(), "phone": phone or None, "identity_number": number}
    )
    person = Person.objects.create(id=key, **{f"{column}_sealed": sealed[column] for column in COLUMNS})
    PersonKey.objects.create(person=person, wrapped=wrapped, identity_index=index)
    if unit is not None:
        Keeping.objects.create(person=person, unit_id=unit, place_id=place)
    return person


@dataclass(frozen=True)
class _Written:
    """A row of persons as it was written."""

    row: int
    name: str
    phone: str | None
    index: bytes | None
    number: str | None


def enter_persons(
    frame: polars.DataFrame, *, unit: int | None = None, place: int | None = None
) -> polars.DataFrame:
    """Keep many persons and return the frame with ``person`` (the id as text) and ``name_differs``.

    Known persons are matched by identity number and left as they are, and their rows need no name; ``name_differs`` says that
    the row has another name than the person. The same number twice is one person; a row without a number is always a new
    person.

    Args:
        frame: ``row`` (number shown in refusals), ``name``, ``phone`` and ``identity_number``; the last two may be null.
        unit: who keeps something about all of them, known ones too; ``place`` narrows it.

    Raises: UnableToEnterPerson: the first wrong row's code; nothing was written.
    Locks: the identity numbers.
    """
    inside_operation()
    rows = [_written(one) for one in frame.select("row", *COLUMNS).iter_rows(named=True)]
    indexes = sorted({row.index for row in rows if row.index is not None})
    _lock_indexes(indexes)
    known = _known_persons(indexes)
    persons: list[uuid.UUID] = []
    differs: list[bool] = []
    fresh: list[tuple[uuid.UUID, _Written]] = []
    for row in rows:
        found = known.get(row.index) if row.index is not None else None
        if found is None:
            if not row.name:
                raise UnableToEnterPerson("no_such_number", row=row.row)
            found = (uuid.uuid4(), row.name)
            fresh.append((found[0], row))
            if row.index is not None:
                known[row.index] = found
        persons.append(found[0])
        differs.append(bool(row.name) and found[1] != row.name)
    _copy_persons(fresh)
    if unit is not None:
        keep_about(persons, unit=unit, place=place)
    return frame.with_columns(
        person=polars.Series([str(person) for person in persons], dtype=polars.String),
        name_differs=polars.Series(differs, dtype=polars.Boolean),
    )


def _written(one: dict[str, object]) -> _Written:
    row, name = int(str(one["row"])), str(one["name"] or "").strip()
    number = _checked_number(None if one["identity_number"] is None else str(one["identity_number"]), row)
    if not name and number is None:
        raise UnableToEnterPerson("no_name", row=row)
    index = vault.blind_index(number, column="identity_number") if number else None
    return _Written(row, name, str(one["phone"]) if one["phone"] else None, index, number)


def _known_persons(indexes: list[bytes]) -> dict[bytes, tuple[uuid.UUID, str | None]]:
    """Return the living persons of these blind indexes: ``dict[index, (person, name)]``."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key.identity_index, key.person_id, key.wrapped, person.name_sealed"
            " FROM people_personkey key JOIN people_person person ON person.id = key.person_id"
            " WHERE key.identity_index = ANY(%s)",
            [indexes],
        )
        return {
            bytes(index): (
                person,
                vault.open_columns(bytes(wrapped), {"name": name}, person=person)["name"],
            )
            for index, person, wrapped, name in cursor.fetchall()
        }


def _copy_persons(fresh: list[tuple[uuid.UUID, _Written]]) -> None:
    sealed = [
        (
            person,
            row,
            *vault.seal_columns(
                person, {"name": row.name, "phone": row.phone, "identity_number": row.number}
            ),
        )
        for person, row in fresh
    ]
    with connection.cursor() as cursor:
        with cursor.copy(
            "COPY people_person (id, name_sealed, phone_sealed, identity_number_sealed) FROM STDIN"
        ) as copy:
            for person, _, _, columns in sealed:
                copy.write_row((person, *(columns[column] for column in COLUMNS)))
        with cursor.copy("COPY people_personkey (person_id, wrapped, identity_index) FROM STDIN") as copy:
            for person, row, wrapped, _ in sealed:
                copy.write_row((person, wrapped, row.index))


def keep_about(persons: list[uuid.UUID], *, unit: int, place: int | None = None) -> None:
    """Note that a unit keeps something about persons, so that who has a permission there reaches them."""
    inside_operation()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_keeping (person_id, unit_id, place_id)"
            " SELECT DISTINCT person, %s::bigint, %s::bigint FROM unnest(%s::uuid[]) AS person"
            " ON CONFLICT DO NOTHING",
            [unit, place, persons],
        )


def _require_reach(person: Person, permission: str, act: Act) -> None:
    """Refuse unless the actor holds the permission in the whole house or where somebody keeps the person.

    Raises: NotPermitted: ``out_of_scope``.
    """
    kept = list(Keeping.objects.filter(person=person).values_list("unit_id", "place_id"))
    rows = polars.DataFrame(kept, schema={"unit": polars.Int64, "place": polars.Int64}, orient="row")
    if permitted_rows(act, permission, rows).any():
        return
    if not allows(act.actor, permission, Scope(), act.on):
        raise NotPermitted("out_of_scope", permission=permission)


@operation("people.unmask_person", scope=BY_ROWS, unrecorded=("reason",))
def unmask_person(*, person: Person, reason: str, act: Act) -> Access:
    """Record that the actor sees a person's columns in clear, and why; ``queries.clear_person`` opens the record.

    Raises: UnableToUnmask: see its codes. NotPermitted: no unit that keeps the person is in the actor's scope.
    """
    _require_reach(person, "people.unmask_person", act)
    why = checked_reason(reason)
    key = PersonKey.objects.select_for_update().filter(person=person).first()
    if key is None:
        raise UnableToUnmask("erased")
    access = Access(
        account=act.actor,
        person=person,
        accessed_at=act.at,
        reason_sealed=vault.seal_text(bytes(key.wrapped), why, person=person.pk, column="reason"),
    )
    access.save(force_insert=True)
    return access


def reached(persons: Collection[uuid.UUID], permission: str, act: Act) -> set[uuid.UUID]:
    """Return of which persons the actor holds a permission: in the whole house, or where somebody keeps them."""
    if allows(act.actor, permission, Scope(), act.on):
        permitted_rows(act, permission, _places_of([]))
        return set(persons)
    kept = list(Keeping.objects.filter(person__in=persons).values_list("person_id", "unit_id", "place_id"))
    may = permitted_rows(act, permission, _places_of([(unit, place) for _, unit, place in kept]))
    return {person for (person, _, _), is_reached in zip(kept, may, strict=True) if is_reached}


def _places_of(kept: list[tuple[int, int | None]]) -> polars.DataFrame:
    return polars.DataFrame(kept, schema={"unit": polars.Int64, "place": polars.Int64}, orient="row")


def checked_reason(reason: str) -> str:
    """Return a reason as it is kept.

    Raises: UnableToUnmask: ``no_reason``.
    """
    why = reason.strip()
    if not SHORTEST_REASON <= len(why) <= LONGEST_REASON:
        raise UnableToUnmask("no_reason", shortest=SHORTEST_REASON, longest=LONGEST_REASON)
    return why


def unmask_many(persons: list[uuid.UUID], *, reason: str, act: Act) -> dict[uuid.UUID, Access]:
    """Record that the actor sees persons in clear for one reason; persons who have been erased are absent.

    For operations whose work is to show names, on certificates, say; the permission is ``people.unmask_person`` all the same.

    Raises: UnableToUnmask: ``no_reason``. NotPermitted: one of the persons lies out of reach; nothing was written.
    """
    inside_operation()
    why = checked_reason(reason)
    keys = living_keys(persons)
    if {key.person_id for key in keys} - reached(persons, "people.unmask_person", act):
        raise NotPermitted("out_of_scope", permission="people.unmask_person")
    return record_accesses(keys, reason=why, act=act)


def living_keys(persons: Collection[uuid.UUID]) -> list[PersonKey]:
    """Return the keys of persons who have not been erased, in order."""
    return list(PersonKey.objects.filter(person__in=persons).select_related("person").order_by("person_id"))


def record_accesses(
    keys: list[PersonKey], *, reason: str, act: Act, export: ListExport | None = None
) -> dict[uuid.UUID, Access]:
    """Record that the actor sees these persons in clear, on a page or in a list that leaves the house."""
    inside_operation()
    made = Access.objects.bulk_create(
        (
            Access(
                account=act.actor,
                person=key.person,
                accessed_at=act.at,
                reason_sealed=vault.seal_text(
                    bytes(key.wrapped), reason, person=key.person_id, column="reason"
                ),
                export=export,
            )
            for key in keys
        ),
        batch_size=ACCESSES_AT_ONCE,
    )
    return {access.person_id: access for access in made}


def _whole_house(**arguments: object) -> Scope:
    return Scope()


@operation("people.erase_person", scope=_whole_house)
def erase_person(*, person: Person, act: Act) -> Person:
    """Erase a person by destroying their key and blind index; the opaque id stays, so counts stay right.

    Sheets that name the person and wait for confirmation go with them.

    Raises: UnableToErasePerson: see its codes; nothing was written.
    Locks: the person.
    """
    found = Person.objects.select_for_update().get(pk=person.pk)
    if found.erased_at is not None:
        raise UnableToErasePerson("already_erased")
    key = PersonKey.objects.filter(person=found).first()
    if key is not None:
        sealed = {
            column: None if value is None else bytes(value)
            for column, value in (
                ("name", found.name_sealed),
                ("identity_number", found.identity_number_sealed),
            )
        }
        said = vault.open_columns(bytes(key.wrapped), sealed, person=found.pk)
        for forget in erasures:
            forget(name=said["name"], number=said["identity_number"])
    PersonKey.objects.filter(person=found).delete()
    Keeping.objects.filter(person=found).delete()
    for column in COLUMNS:
        setattr(found, f"{column}_sealed", None)
    found.erased_at = act.at
    found.save(update_fields=[*(f"{column}_sealed" for column in COLUMNS), "erased_at"])
    return found
