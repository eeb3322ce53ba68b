"""The cast is entered in few statements, and is what the founding of a house and the opening of its units would write."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.db.models import QuerySet

from bangfu.foundation.operations import system_writes
from bangfu.foundation.organisation.founding import found_house
from bangfu.foundation.organisation.models import Line, RoleGrant, Unit
from bangfu.foundation.organisation.operations import enter_unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.models import Place
from tests.cast import FOUNDED, GUIZHOU, PASSWORD, enter_cast

ELSEWHERE = {"id", "pk", "password", "path", "joined_at", "person_id", "account_id", "unit_id", "parent_id"}
"""What differs from house to house."""


def said(rows: QuerySet[Any]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name not in ELSEWHERE} for row in rows.values()]


def line_down_to(unit: Unit) -> list[Unit | None]:
    return [Unit.objects.get(pk=key) for key in unit.path.rstrip(".").split(".")]


@pytest.mark.django_db
def test_is_what_the_founding_of_a_house_writes() -> None:
    def house() -> dict[str, Any]:
        first = Account.objects.filter(username__in=("admin", "fangwei")).order_by("username")
        branch = Unit.objects.get(code="P52")
        assert line_down_to(branch) == [branch.parent, branch]
        return {
            "units": said(Unit.objects.filter(code__in=("GROUP", "P52")).order_by("code")),
            "lines": list(Line.objects.order_by("pk").values()),
            "accounts": said(first),
            "grants": said(RoleGrant.objects.filter(account__in=first).order_by("role")),
            "names": [
                (one.person.name, one.person.phone_sealed, one.person.identity_number_sealed) for one in first
            ],
            "let in": [one.check_password(PASSWORD) for one in first],
        }

    before = transaction.savepoint()
    root, _ = found_house(
        code="GROUP", name_zh="集团", name_en="The group", administrator="admin", administrator_name="管理员",
        security_administrator="fangwei", security_administrator_name="方维",
        password=PASSWORD, security_password=PASSWORD, on=FOUNDED,
    )  # fmt: skip
    with system_writes("a branch"):
        enter_unit(
            code="P52", name_zh="贵州省分公司", name_en="Guizhou branch", kind=Unit.Kind.PROVINCE, parent=root,
            place=Place.objects.get(pk=GUIZHOU), starts_on=FOUNDED,
        )  # fmt: skip
    founded = house()
    transaction.savepoint_rollback(before)
    enter_cast()
    assert house() == founded
