"""The founding of a house: the root unit, the lines and the first two administrators, before anybody can act."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from bangfu.foundation.operations import system_writes
from bangfu.foundation.organisation.models import Line, RoleGrant, Unit
from bangfu.foundation.organisation.operations import enter_unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.operations import enter_person

LINES = (
    (1, "secretariat", "办公室", "Secretariat"),
    (2, "party_affairs", "党群", "Party affairs"),
    (3, "people", "人力资源", "People"),
    (4, "finance", "财务", "Finance"),
    (5, "planning", "规划投资", "Planning and investment"),
    (6, "network_build", "网络建设", "Network build"),
    (7, "network_operations", "网络运维", "Network operations"),
    (8, "consumer_market", "市场", "Consumer market"),
    (9, "enterprise_customers", "政企", "Enterprise customers"),
    (10, "information_technology", "信息化", "Information technology"),
    (11, "e_commerce", "电商渠道", "E-commerce"),
    (12, "procurement", "采购物资", "Procurement"),
    (13, "property", "资产后勤", "Property"),
    (14, "union", "工会", "Union"),
    (15, "youth_league", "团委", "Youth league"),
    (16, "audit", "审计纪检", "Audit and discipline"),
)


def found_house(
    *,
    code: str,
    name_zh: str,
    name_en: str,
    administrator: str,
    administrator_name: str,
    security_administrator: str,
    security_administrator_name: str,
    password: str,
    security_password: str,
    on: date,
    lines: Sequence[tuple[int, str, str, str]] = LINES,
) -> tuple[Unit, Account]:
    """Enter the root unit, the professional lines, the first administrator and, somebody else, the first who grants.

    Done once in a house's life; returns the root and the system's administrator.

    Args:
        lines: number, code, names in Chinese and English; without any a house takes the usual sixteen.

    Raises: ValueError: the house is founded already.
    """
    if Unit.objects.exists():
        raise ValueError("this house is founded already")
    with transaction.atomic(), system_writes("the founding of the house"):
        root = enter_unit(
            code=code,
            name_zh=name_zh,
            name_en=name_en,
            kind=Unit.Kind.GROUP,
            parent=None,
            place=None,
            starts_on=on,
        )
        Line.objects.bulk_create(Line(id=key, code=c, name_zh=zh, name_en=en) for key, c, zh, en in lines)
        account = _appointed("administrator", administrator, administrator_name, password, root, on)
        _appointed(
            "security_administrator",
            security_administrator,
            security_administrator_name,
            security_password,
            root,
            on,
        )
    return root, account


def appoint_security_administrator(*, username: str, name: str, password: str, on: date) -> Account:
    """Enter the first account that grants, in a house that was founded before granting was a duty of its own.

    Raises: ValueError: somebody grants already.
    """
    if RoleGrant.objects.filter(role="security_administrator").exists():
        raise ValueError("this house has a security administrator")
    with transaction.atomic(), system_writes("the founding of the house"):
        root = Unit.objects.get(parent=None)
        return _appointed("security_administrator", username, name, password, root, on)


def appoint_system(*, username: str, title: str, role: str, on: date) -> Account:
    """Enter the account of one of the house's own systems, which cannot sign in, with a role over the whole house.

    Raises: IntegrityError: the name is taken.
    """
    with transaction.atomic(), system_writes("the house's own systems"):
        account = Account(username=username, title=title, kind=Account.Kind.SYSTEM)
        account.set_unusable_password()
        account.save()
        RoleGrant.objects.create(account=account, role=role, unit=Unit.objects.get(parent=None), starts_on=on)
    return account


def _appointed(role: str, username: str, name: str, password: str, root: Unit, on: date) -> Account:
    account = Account(username=username, person=enter_person(name=name))
    account.set_password(password)
    account.save()
    RoleGrant.objects.create(account=account, role=role, unit=root, starts_on=on)
    return account
