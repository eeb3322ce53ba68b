"""The standing cast: a small house in which access tests read like a story.

周敏 is the officer of the group's assistance office, 陈立 verifies there; 韦兰 reports for 贵州 and 段青 for 云南;
罗文 is an official of 册亨县; 何静 audits; 林一 has an account and no grants; admin runs the system, 方维 grants.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from django.db import connection, transaction

from bangfu.foundation.operations import Act, system_writes
from bangfu.foundation.organisation.founding import LINES
from bangfu.foundation.organisation.models import Line, RoleGrant, Unit
from bangfu.foundation.people import vault
from bangfu.foundation.people.models import Account, Person, PersonKey
from bangfu.foundation.places.models import Place

FOUNDED = date(2015, 1, 1)
NOW = datetime(2020, 7, 31, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"

GUIZHOU, YUNNAN = 520000000000, 530000000000
CEHENG, GUYUAN = 522327000000, 130724000000


@dataclass(frozen=True)
class Cast:
    """Everybody who appears, and the units they work in."""

    group: Unit
    office: Unit
    audit: Unit
    guizhou: Unit
    yunnan: Unit
    ceheng: Unit
    administrator: Account
    security: Account
    officer: Account
    verifier: Account
    clerk: Account
    clerk_of_yunnan: Account
    county_official: Account
    auditor: Account
    outsider: Account

    def act(self, actor: Account, *, key: str | None = None, at: datetime = NOW) -> Act:
        """Return an act of this actor at the story's time."""
        return Act(actor=actor, at=at, key=key)


def enter_cast() -> Cast:
    """Enter the house and its people, outside any operation: a test's set-up.

    The same rows as ``found_house`` and ``enter_unit`` write, in few statements: nearly every test does it.
    """
    with transaction.atomic(), system_writes("the cast of the tests"):
        group, office, audit, guizhou, yunnan, ceheng = _units(
            ("GROUP", "集团", "The group", Unit.Kind.GROUP),
            ("OFFICE", "集团帮扶办", "Assistance office", Unit.Kind.OFFICE),
            ("AUDIT", "审计部", "Audit", Unit.Kind.AUDIT),
            ("P52", "贵州省分公司", "Guizhou branch", Unit.Kind.PROVINCE, GUIZHOU),
            ("P53", "云南省分公司", "Yunnan branch", Unit.Kind.PROVINCE, YUNNAN),
            ("C522327", "册亨县帮扶办", "Ceheng county office", Unit.Kind.SUPPORTED, CEHENG),
        )
        Line.objects.bulk_create(Line(id=key, code=c, name_zh=zh, name_en=en) for key, c, zh, en in LINES)
        accounts = _accounts(
            ("admin", "管理员", ("administrator", group)),
            ("fangwei", "方维", ("security_administrator", group)),
            ("zhoumin", "周敏", ("officer", group)),
            ("chenli", "陈立", ("verifier", group), ("reader", group)),
            ("weilan", "韦兰", ("clerk", guizhou), ("reader", group)),
            ("duanqing", "段青", ("clerk", yunnan), ("reader", group)),
            ("luowen", "罗文", ("county_official", group, CEHENG)),
            ("hejing", "何静", ("auditor", group)),
            ("linyi", "林一"),
        )
    administrator, security, officer, verifier, clerk, clerk_of_yunnan, county_official, auditor, outsider = (
        accounts
    )
    return Cast(
        group=group, office=office, audit=audit, guizhou=guizhou, yunnan=yunnan, ceheng=ceheng,
        administrator=administrator, security=security, officer=officer, verifier=verifier, clerk=clerk,
        clerk_of_yunnan=clerk_of_yunnan, county_official=county_official, auditor=auditor, outsider=outsider,
    )  # fmt: skip


def _units(*said: tuple[Any, ...]) -> list[Unit]:
    """Enter units, each given as code, names, kind and if it has one place; the first is the root of the others."""
    places = Place.objects.in_bulk([place for _, _, _, _, *where in said for place in where])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('organisation_unit', 'id')) FROM generate_series(1, %s)", [len(said)]
        )  # fmt: skip
        keys = [key for (key,) in cursor.fetchall()]
    units: list[Unit] = []
    for key, (code, zh, en, kind, *where) in zip(keys, said, strict=True):
        root = units[0] if units else None
        units.append(
            Unit(
                id=key, code=code, name_zh=zh, name_en=en, kind=kind, parent=root, starts_on=FOUNDED,
                place=places[where[0]] if where else None, path=f"{root.path if root else ''}{key}.",
            )
        )  # fmt: skip
    return Unit.objects.bulk_create(units)


def _accounts(*people: tuple[Any, ...]) -> list[Account]:
    """Enter accounts, each given as username, name and grants."""
    accounts = []
    for (username, *_), person in zip(people, _persons(*(name for _, name, *_ in people)), strict=True):
        account = Account(username=username, person=person)
        account.set_password(PASSWORD)
        accounts.append(account)
    Account.objects.bulk_create(accounts)
    RoleGrant.objects.bulk_create(
        RoleGrant(
            account=account, role=role, unit=unit, place_id=place[0] if place else None, starts_on=FOUNDED
        )
        for account, (_, _, *grants) in zip(accounts, people, strict=True)
        for role, unit, *place in grants
    )
    return accounts


def _persons(*names: str) -> list[Person]:
    """Keep persons under keys of their own, as ``enter_person`` does for one."""
    persons, keys = [], []
    for name in names:
        number = uuid4()
        wrapped, sealed = vault.seal_columns(number, {"name": name})
        persons.append(Person(id=number, name_sealed=sealed["name"]))
        keys.append(PersonKey(person=persons[-1], wrapped=wrapped))
    Person.objects.bulk_create(persons)
    PersonKey.objects.bulk_create(keys)
    return persons
