"""The standing cast: a small house in which access tests read like a story.

周敏 is the officer of the group's assistance office, 陈立 verifies there; 韦兰 reports for 贵州 and 段青 for 云南;
罗文 is an official of 册亨县; 何静 audits; 林一 has an account and no grants; admin runs the system, 方维 grants.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from bangfu.foundation.operations import Act, system_writes
from bangfu.foundation.organisation.founding import found_house
from bangfu.foundation.organisation.models import RoleGrant, Unit
from bangfu.foundation.organisation.operations import enter_unit
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
    """Enter the house and its people, outside any operation: a test's set-up."""
    group, administrator = found_house(
        code="GROUP", name_zh="集团", name_en="The group", administrator="admin", administrator_name="管理员",
        security_administrator="fangwei", security_administrator_name="方维",
        password=PASSWORD, security_password=PASSWORD, on=FOUNDED,
    )  # fmt: skip
    with system_writes("the cast of the tests"):
        office = _unit("OFFICE", "集团帮扶办", "Assistance office", Unit.Kind.OFFICE, group)
        audit = _unit("AUDIT", "审计部", "Audit", Unit.Kind.AUDIT, group)
        guizhou = _unit("P52", "贵州省分公司", "Guizhou branch", Unit.Kind.PROVINCE, group, GUIZHOU)
        yunnan = _unit("P53", "云南省分公司", "Yunnan branch", Unit.Kind.PROVINCE, group, YUNNAN)
        ceheng = _unit("C522327", "册亨县帮扶办", "Ceheng county office", Unit.Kind.SUPPORTED, group, CEHENG)
        accounts = _accounts(
            ("zhoumin", "周敏", ("officer", group)),
            ("chenli", "陈立", ("verifier", group), ("reader", group)),
            ("weilan", "韦兰", ("clerk", guizhou), ("reader", group)),
            ("duanqing", "段青", ("clerk", yunnan), ("reader", group)),
            ("luowen", "罗文", ("county_official", group, CEHENG)),
            ("hejing", "何静", ("auditor", group)),
            ("linyi", "林一"),
        )
    officer, verifier, clerk, clerk_of_yunnan, county_official, auditor, outsider = accounts
    return Cast(
        group=group, office=office, audit=audit, guizhou=guizhou, yunnan=yunnan, ceheng=ceheng,
        administrator=administrator, security=Account.objects.get(username="fangwei"),
        officer=officer, verifier=verifier, clerk=clerk, clerk_of_yunnan=clerk_of_yunnan,
        county_official=county_official, auditor=auditor, outsider=outsider,
    )  # fmt: skip


def _unit(code: str, zh: str, en: str, kind: str, parent: Unit, place: int | None = None) -> Unit:
    found = Place.objects.get(pk=place) if place else None
    return enter_unit(
        code=code, name_zh=zh, name_en=en, kind=kind, parent=parent, place=found, starts_on=FOUNDED
    )


def _accounts(*people: tuple[Any, ...]) -> list[Account]:
    """Enter accounts, each given as username, name and grants, in few statements: nearly every test does."""
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
