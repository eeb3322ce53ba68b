"""What a room declares about itself, and the register that holds every declaration."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.db.models import Model

from bangfu.foundation.rooms.effects import Foresight, nothing_foreseen
from bangfu.foundation.rooms.jobs import JobDeclaration, PeriodicDeclaration, declared_jobs
from bangfu.foundation.rooms.notices import NoticeKind, declared_notices
from bangfu.foundation.rooms.personal import PersonalList, declared_lists
from bangfu.foundation.rooms.subjects import HandbookSubject, SitePoints
from bangfu.foundation.rooms.tiers import Matter, Tier, has_coordinates, may_know
from bangfu.foundation.rooms.waiting import Change, Wait
from bangfu.foundation.rooms.words import Words


class Wing(StrEnum):
    """The part of the house a room belongs to."""

    FOUNDATION = "foundation"
    COORDINATION = "coordination"
    CONNECTIVITY = "connectivity"
    LIVELIHOODS = "livelihoods"
    GIVING = "giving"
    MONITORING = "monitoring"
    REPORTING = "reporting"


WING_WORDS: dict[Wing, Words] = {
    Wing.CONNECTIVITY: Words("聚焦优势", "Focus"),
    Wing.COORDINATION: Words("协同优势", "Coordination"),
    Wing.LIVELIHOODS: Words("精准优势", "Precision"),
    Wing.GIVING: Words("聚合优势", "Aggregation"),
    Wing.MONITORING: Words("脱贫之后", "After exit"),
    Wing.REPORTING: Words("数字、责任与查核", "Figures, pledges and checks"),
    Wing.FOUNDATION: Words("共用", "Shared"),
}
"""The wings as pages call them, in the order in which they stand."""


@dataclass(frozen=True)
class RecordSummary:
    """What the drawer shows of one record without knowing its room."""

    title: str
    rows: tuple[tuple[Words, str], ...]
    """Label and value, in reading order; nothing personal, nothing secret and no coordinates."""
    positions: tuple[tuple[Words, str], ...] = ()
    """Label and value of where exactly it stands: shown from a signed-in reader on, never to the public."""

    def __post_init__(self) -> None:
        """Refuse coordinates among what everybody may see.

        Raises: ValueError: a row holds some; they belong into ``positions``.
        """
        for label, value in self.rows:
            if has_coordinates(str(value)):
                raise ValueError(f"{label.en!r} holds coordinates: they belong into the summary's positions")

    def rows_for(self, tier: Tier) -> tuple[tuple[Words, str], ...]:
        """Return what a tier may see of the record."""
        return self.rows + (self.positions if may_know(tier, Matter.SITE_COORDINATES) else ())


@dataclass(frozen=True)
class Beside:
    """A record that a reader of another wants to see next: a station of the project that a voucher was booked for."""

    record_type: int
    key: int
    title: str
    about: Words
    """What it has to do with the other, and when."""


@dataclass(frozen=True)
class RecordType:
    """A kind of record that facts, reviews and evidence can hang on."""

    number: int
    """Stored in facts and reviews: fixed for ever, unique in the product."""
    code: str
    title: Words
    model: str
    """``app_label.ModelName``."""
    address: Callable[[int], str]
    """The page of the record with this key."""
    summaries: Callable[[list[int]], Mapping[int, RecordSummary]]
    """Summaries by key; keys that do not exist are absent."""
    review_scope: Callable[[list[int]], Mapping[int, int]] | None = None
    """Owning unit by record key, for rooms whose records are reviewed."""
    proved_by: Callable[[list[int]], Mapping[int, tuple[int, list[int]]]] | None = None
    """For a kind that is never reviewed by itself: on whose strength it counts, as record type and keys, by its own key."""
    beside: Callable[[int], Sequence[Beside]] | None = None
    """A few records of the same work, those with photographs first; the drawer shows those whose facts the reader may see."""
    view_permission: str | None = None
    """What its page needs, where that is not the room's own permission to read."""
    points: SitePoints | None = None
    """Where the records with these keys stand, for kinds that keep it; the map shows those whose facts the reader may see."""
    pictures_prove: bool = True
    """Whether its photographs prove something, so that no two records share one; a product's only show what it looks like."""


@dataclass(frozen=True)
class RoleDeclaration:
    """A role that can be granted in a scope, and the permissions it carries.

    A permission is an operation's name, or ``room.view`` for reading a room's records.
    """

    code: str
    title: Words
    permissions: frozenset[str]


@dataclass(frozen=True)
class RecordDoor:
    """What a room offers on the page of every record, of whatever room."""

    title: Words
    address: Callable[[str, int], str]
    """Gives its address for the code of a record type and a record's key."""
    permission: str
    """It is offered to whoever holds this in some unit."""


Mentions = Callable[[str, int, Any, date], Sequence[tuple[Words, str]]]
"""Gives title and address of a room's records that speak of another room's record: by its type's code, its key, the reader
and the day; only what the reader may read."""


@dataclass(frozen=True)
class RoomDeclaration:
    """One room, as the menu, the sign-in, the ledger and the reports see it."""

    code: str
    wing: Wing
    title: Words
    icon: str
    about: Words
    address: str | None = None
    """URL name of the room's first page; null for rooms without pages of their own."""
    view_permission: str | None = None
    roles: tuple[RoleDeclaration, ...] = ()
    permissions: Mapping[str, Words] = field(default_factory=dict, hash=False)
    """What each permission of the room lets its holder do, in words; whoever grants a role reads them."""
    measures: tuple[Any, ...] = ()
    sheets: tuple[Any, ...] = ()
    record_types: tuple[RecordType, ...] = ()
    indicators: Path | None = None
    """Folder with the indicator files that the room ships."""
    api: str | None = None
    """Dotted name of the module whose ``API`` says what the room answers to programs beyond what its declaration does."""
    in_menu: bool = True
    record_door: RecordDoor | None = None
    mentions: Mentions | None = None
    jobs: tuple[JobDeclaration, ...] = ()
    """Long work that people ask for."""
    periodic: tuple[PeriodicDeclaration, ...] = ()
    """What the house does by itself at its hours."""
    waits: tuple[Wait, ...] = ()
    """Which of the room's work can wait for somebody, for Today."""
    changes: tuple[Change, ...] = ()
    """What happens in the room that others want to hear of the next day."""
    notices: tuple[NoticeKind, ...] = ()
    """What somebody may be told of."""
    subjects: tuple[HandbookSubject, ...] = ()
    """Things of the room that have a page in the handbook."""
    personal_lists: tuple[PersonalList, ...] = ()
    """Lists that say something personal of people."""
    foresight: Foresight | None = None
    """What facts that are to come would do to figures; the room with the figures answers."""


@dataclass
class _Register:
    rooms: dict[str, RoomDeclaration] = field(default_factory=dict)
    record_types: dict[str, RecordType] = field(default_factory=dict)
    models: dict[str, RecordType] = field(default_factory=dict)
    permissions: dict[str, frozenset[str]] = field(default_factory=dict)
    """What roles carry, by code, as far as it was asked since the last room was entered."""


_register = _Register()


class RoomConfig(AppConfig):
    """An app whose ``room.py`` declares it; apps without one are refused at start-up."""

    def ready(self) -> None:
        """Register the room's declaration and its measures."""
        declaration = import_module(f"{self.name}.room").ROOM
        enter(declaration)


def enter(declaration: RoomDeclaration) -> None:
    """Add a room to the register.

    Raises: ValueError: its code, one of its record types' codes or numbers, or what it says to Today is taken by another.
    """
    known = _register.rooms.get(declaration.code)
    if known is declaration:
        return
    if known is not None:
        raise ValueError(f"two rooms are called {declaration.code}")
    numbers = {kind.number for kind in _register.record_types.values()}
    every = [*_register.rooms.values(), declaration]
    said = [one.code for room in every for one in room.waits] + [
        one.code for room in every for one in room.changes
    ]
    if len(said) > len(set(said)):
        raise ValueError(f"{declaration.code} says something to Today under a name that is taken")
    for kind in declaration.record_types:
        if kind.code in _register.record_types or kind.number in numbers:
            raise ValueError(f"record type {kind.code} (number {kind.number}) is declared twice")
        _register.record_types[kind.code] = kind
        _register.models[kind.model.lower()] = kind
        numbers.add(kind.number)
    _register.rooms[declaration.code] = declaration
    _register.permissions.clear()


def rooms(wing: Wing | None = None) -> list[RoomDeclaration]:
    """Return the rooms, of one wing or all, in the order of the settings."""
    return [room for room in _register.rooms.values() if wing is None or room.wing == wing]


def record_types() -> list[RecordType]:
    """Return every record type of every room."""
    return list(_register.record_types.values())


def room_of(kind: RecordType) -> RoomDeclaration:
    """Return the room that declares a record type."""
    return next(
        room
        for room in _register.rooms.values()
        if any(declared.number == kind.number for declared in room.record_types)
    )


def record_doors() -> list[RecordDoor]:
    """Return what rooms offer on the page of every record."""
    return [room.record_door for room in _register.rooms.values() if room.record_door is not None]


def mentions_of(kind: str, key: int, reader: Any, on: date) -> list[tuple[Words, str]]:
    """Return the records of all rooms that speak of a record, as a reader may read them."""
    asked = [room.mentions for room in _register.rooms.values() if room.mentions is not None]
    return [found for mentions in asked for found in mentions(kind, key, reader, on)]


def foresight() -> Foresight:
    """Return who says what facts to come would do to figures."""
    found = [room.foresight for room in _register.rooms.values() if room.foresight is not None]
    return found[0] if found else nothing_foreseen


def jobs() -> dict[str, JobDeclaration | PeriodicDeclaration]:
    """Return every kind of job by code: those that people ask for, and those of the house itself."""
    return declared_jobs(one for room in _register.rooms.values() for one in (*room.jobs, *room.periodic))


def waits() -> list[Wait]:
    """Return every kind of work that can wait for somebody, in the order of the rooms."""
    return [one for room in _register.rooms.values() for one in room.waits]


def changes() -> list[Change]:
    """Return every kind of thing that is told the next day, in the order of the rooms."""
    return [one for room in _register.rooms.values() for one in room.changes]


def notice_kinds() -> dict[str, NoticeKind]:
    """Return every kind of notice by code, in the order of the rooms."""
    return declared_notices(one for room in _register.rooms.values() for one in room.notices)


def personal_lists() -> dict[str, PersonalList]:
    """Return every list with personal columns by code, in the order of the rooms."""
    return declared_lists(one for room in _register.rooms.values() for one in room.personal_lists)


def subjects() -> list[HandbookSubject]:
    """Return every kind of thing that has pages in the handbook, in the order in which they stand there."""
    found = [one for room in _register.rooms.values() for one in room.subjects]
    return sorted(found, key=lambda one: one.order)


def record_type(key: str | int) -> RecordType:
    """Return the record type with this code or number.

    Raises: LookupError: no room declares it.
    """
    if isinstance(key, str):
        if key in _register.record_types:
            return _register.record_types[key]
    else:
        for kind in _register.record_types.values():
            if kind.number == key:
                return kind
    raise LookupError(f"no room declares the record type {key!r}")


def record_type_of(record: Model) -> RecordType:
    """Return the record type of a model instance.

    Raises: LookupError: its room does not declare it as a record type.
    """
    label = record._meta.label_lower
    if label not in _register.models:
        raise LookupError(f"{record._meta.label} is not declared as a record type in its room.py")
    return _register.models[label]


def roles() -> dict[str, RoleDeclaration]:
    """Return every role by code; a role that several rooms declare carries the permissions of all of them."""
    merged: dict[str, RoleDeclaration] = {}
    for room in _register.rooms.values():
        for role in room.roles:
            known = merged.get(role.code)
            permissions = role.permissions | (known.permissions if known else frozenset())
            merged[role.code] = RoleDeclaration(role.code, (known or role).title, permissions)
    return merged


def role_permissions(code: str) -> frozenset[str]:
    """Return the permissions of a role; a role that no room declares any more carries none."""
    if code not in _register.permissions:
        carried = (
            role.permissions for room in _register.rooms.values() for role in room.roles if role.code == code
        )
        _register.permissions[code] = frozenset[str]().union(*carried)
    return _register.permissions[code]


def permission_words(permission: str) -> Words:
    """Return what a permission lets its holder do; its own name when the room gives no words."""
    room = _register.rooms.get(permission.partition(".")[0])
    words = room.permissions.get(permission) if room else None
    return words or Words(permission, permission)
