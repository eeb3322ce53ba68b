"""The tree of units, posts and grants."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from bangfu.foundation.operations import NotPermitted, system_writes
from bangfu.foundation.organisation import operations as organisation
from bangfu.foundation.organisation.founding import found_house
from bangfu.foundation.organisation.models import Holding, RoleGrant, Unit
from bangfu.foundation.organisation.queries import ancestors, grants_of, home_unit, unit_subtree
from bangfu.foundation.people.models import Account
from tests.cast import NOW, Cast, enter_cast
from tests.conftest import pointing_at

ON = date(2020, 1, 1)


def open_prefecture(cast: Cast, code: str = "P5223") -> Unit:
    return organisation.open_unit(
        code=code, name_zh="黔西南州分公司", name_en="Qianxinan branch", kind=Unit.Kind.PREFECTURE,
        parent=cast.guizhou, place=None, starts_on=ON, act=cast.act(cast.administrator),
    )  # fmt: skip


class TestOpenUnit:
    def test_enters_the_subtree_of_its_parent(self, cast: Cast) -> None:
        unit = open_prefecture(cast)
        assert unit.path == f"{cast.guizhou.path}{unit.pk}."
        assert set(unit_subtree(cast.guizhou.pk)) == {cast.guizhou, unit}
        assert unit in set(unit_subtree(cast.group.pk))
        assert list(ancestors(unit)) == [cast.group, cast.guizhou, unit]

    def test_refuses_a_taken_code(self, cast: Cast) -> None:
        with pytest.raises(organisation.UnableToOpenUnit) as refused:
            open_prefecture(cast, code="P53")
        assert refused.value.code == "code_taken"

    def test_refuses_a_parent_that_is_not_open(self, cast: Cast) -> None:
        with system_writes("the parent closes"):
            Unit.objects.filter(pk=cast.guizhou.pk).update(ends_on=ON)
        with pytest.raises(organisation.UnableToOpenUnit) as refused:
            open_prefecture(cast)
        assert refused.value.code == "parent_closed"

    def test_is_not_the_clerks(self, cast: Cast) -> None:
        with pytest.raises(NotPermitted):
            organisation.open_unit(
                code="X", name_zh="x", name_en="x", kind=Unit.Kind.OFFICE, parent=cast.guizhou, place=None,
                starts_on=ON, act=cast.act(cast.clerk),
            )  # fmt: skip


class TestFillPost:
    def test_gives_the_holder_a_home(self, cast: Cast) -> None:
        holding = organisation.fill_post(
            unit=cast.office, title_zh="专员", title_en="Officer", account=cast.officer, starts_on=ON,
            act=cast.act(cast.administrator),
        )  # fmt: skip
        assert home_unit(cast.officer, ON) == cast.office
        assert holding.ends_on is None

    def test_one_holder_at_a_time(self, cast: Cast) -> None:
        def fill(account: object) -> Holding:
            return organisation.fill_post(
                unit=cast.office, title_zh="主任", title_en="Head", account=account, starts_on=ON,
                act=cast.act(cast.administrator),
            )  # fmt: skip

        first = fill(cast.officer)
        with pytest.raises(organisation.UnableToFillPost):
            fill(cast.verifier)
        with pytest.raises(IntegrityError), system_writes("an attack"), transaction.atomic():
            Holding.objects.create(post=first.post, account=cast.verifier, starts_on=date(2020, 6, 1))


class TestGrantRole:
    def test_holds_until_withdrawn(self, cast: Cast) -> None:
        grant = organisation.grant_role(
            account=cast.outsider,
            role="clerk",
            unit=cast.yunnan,
            starts_on=ON,
            act=cast.act(cast.security),
        )
        assert list(grants_of(cast.outsider, ON)) == [grant]
        organisation.withdraw_role(grant=grant, ends_on=date(2020, 2, 1), act=cast.act(cast.security))
        assert list(grants_of(cast.outsider, date(2020, 1, 31))) == [grant]
        assert not grants_of(cast.outsider, date(2020, 2, 1))

    @pytest.mark.parametrize(("role", "code"), [("king", "unknown_role"), ("clerk", "granted_already")])
    def test_refuses(self, cast: Cast, role: str, code: str) -> None:
        before = RoleGrant.objects.count()
        with pytest.raises(organisation.UnableToGrantRole) as refused:
            organisation.grant_role(
                account=cast.clerk, role=role, unit=cast.guizhou, starts_on=NOW.date(),
                act=cast.act(cast.security),
            )  # fmt: skip
        assert refused.value.code == code
        assert RoleGrant.objects.count() == before


class TestDutiesApart:
    """三员: whoever runs the system, whoever grants and whoever reads the logs are three people."""

    def grant(self, cast: Cast, account: Account, role: str, on: date = ON) -> RoleGrant:
        return organisation.grant_role(
            account=account, role=role, unit=cast.guizhou, starts_on=on, act=cast.act(cast.security)
        )

    def test_two_of_them_are_never_one_accounts(self, cast: Cast) -> None:
        before = RoleGrant.objects.count()
        for account, role in (
            (cast.administrator, "security_administrator"), (cast.administrator, "auditor"),
            (cast.auditor, "administrator"), (cast.auditor, "security_administrator"),
        ):  # fmt: skip
            with pytest.raises(organisation.UnableToGrantRole) as refused:
                self.grant(cast, account, role)
            assert refused.value.code == "duties_apart"
        assert RoleGrant.objects.count() == before

    def test_the_same_duty_in_another_unit_and_another_after_it_may_be(self, cast: Cast) -> None:
        first = self.grant(cast, cast.outsider, "auditor")
        organisation.withdraw_role(grant=first, ends_on=date(2020, 6, 1), act=cast.act(cast.security))
        after = self.grant(cast, cast.outsider, "administrator", date(2020, 6, 1))
        assert after.role == "administrator"
        again = organisation.grant_role(
            account=cast.auditor, role="auditor", unit=cast.yunnan, starts_on=ON, act=cast.act(cast.security)
        )
        assert again.role == "auditor"

    def test_a_duty_that_ends_later_keeps_another_out_until_then(self, cast: Cast) -> None:
        first = self.grant(cast, cast.outsider, "auditor")
        organisation.withdraw_role(grant=first, ends_on=date(2020, 6, 1), act=cast.act(cast.security))
        with pytest.raises(organisation.UnableToGrantRole) as refused:
            self.grant(cast, cast.outsider, "administrator", date(2020, 5, 31))
        assert refused.value.code == "duties_apart"

    def test_the_database_refuses_what_no_operation_asked(self, cast: Cast) -> None:
        for write in (
            lambda: RoleGrant.objects.create(account=cast.auditor, role="administrator", unit=cast.group, starts_on=ON),
            lambda: RoleGrant.objects.filter(account=cast.officer).update(account=cast.auditor, role="administrator"),
        ):  # fmt: skip
            with pytest.raises(IntegrityError), system_writes("an attack"), transaction.atomic():
                write()

    def test_nobody_grants_to_themselves(self, cast: Cast) -> None:
        with pytest.raises(organisation.UnableToGrantRole) as refused:
            self.grant(cast, cast.security, "officer")
        assert refused.value.code == "own_account"

    def test_the_administrator_grants_nothing_and_who_grants_opens_nothing(self, cast: Cast) -> None:
        with pytest.raises(NotPermitted):
            organisation.grant_role(
                account=cast.outsider, role="clerk", unit=cast.yunnan, starts_on=ON, act=cast.act(cast.administrator)
            )  # fmt: skip
        with pytest.raises(NotPermitted):
            organisation.open_unit(
                code="X", name_zh="x", name_en="x", kind=Unit.Kind.OFFICE, parent=cast.guizhou, place=None,
                starts_on=ON, act=cast.act(cast.security),
            )  # fmt: skip


def test_two_at_once_give_one_account_one_duty(own_database: str) -> None:
    """Two people grant the same account two duties at the same moment: one of them is refused."""
    cast = enter_cast()
    ready, codes = threading.Barrier(2), []

    def grant(role: str) -> None:
        with pointing_at(own_database):
            ready.wait()
            try:
                organisation.grant_role(
                    account=cast.outsider, role=role, unit=cast.group, starts_on=ON, act=cast.act(cast.security)
                )  # fmt: skip
                codes.append("granted")
            except organisation.UnableToGrantRole as refused:
                codes.append(refused.code)

    threads = [threading.Thread(target=grant, args=(role,)) for role in ("administrator", "auditor")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["duties_apart", "granted"]
    assert RoleGrant.objects.filter(account=cast.outsider).count() == 1


def test_a_house_is_founded_once(cast: Cast) -> None:
    with pytest.raises(ValueError, match="founded already"):
        found_house(
            code="OTHER",
            name_zh="x",
            name_en="x",
            administrator="x",
            administrator_name="x",
            security_administrator="y",
            security_administrator_name="y",
            password="x",
            security_password="x",
            on=ON,
        )
    with pytest.raises(IntegrityError), system_writes("an attack"), transaction.atomic():
        Unit.objects.create(code="R2", name_zh="x", name_en="x", kind="GROUP", path="999999.", starts_on=ON)


class TestLeavePost:
    def fill(self, cast: Cast) -> Holding:
        return organisation.fill_post(
            unit=cast.office, title_zh="主任", title_en="Head", account=cast.officer, starts_on=ON,
            act=cast.act(cast.administrator),
        )  # fmt: skip

    def test_frees_the_post_for_another(self, cast: Cast) -> None:
        act = cast.act(cast.administrator)
        left = organisation.leave_post(holding=self.fill(cast), ends_on=date(2020, 6, 1), act=act)
        assert left.ends_on == date(2020, 6, 1)
        after = organisation.fill_post(
            unit=cast.office, title_zh="主任", title_en="Head", account=cast.verifier, starts_on=date(2020, 6, 1),
            act=act,
        )  # fmt: skip
        assert (after.post, home_unit(cast.verifier, date(2020, 6, 1))) == (left.post, cast.office)

    def test_refuses_a_day_before_its_beginning_and_a_second_end(self, cast: Cast) -> None:
        holding, act = self.fill(cast), cast.act(cast.administrator)
        with pytest.raises(organisation.UnableToLeavePost) as refused:
            organisation.leave_post(holding=holding, ends_on=ON, act=act)
        assert refused.value.code == "before_start"
        organisation.leave_post(holding=holding, ends_on=date(2020, 6, 1), act=act)
        with pytest.raises(organisation.UnableToLeavePost) as refused:
            organisation.leave_post(holding=holding, ends_on=date(2020, 7, 1), act=act)
        assert refused.value.code == "ended_already"
        assert Holding.objects.get(pk=holding.pk).ends_on == date(2020, 6, 1)

    def test_is_the_administrators(self, cast: Cast) -> None:
        holding = self.fill(cast)
        for actor in (cast.officer, cast.clerk, cast.auditor):
            with pytest.raises(NotPermitted):
                organisation.leave_post(holding=holding, ends_on=date(2020, 6, 1), act=cast.act(actor))


class TestWithdrawRole:
    def test_refuses_a_day_before_its_beginning_and_a_second_end(self, cast: Cast) -> None:
        grant, act = RoleGrant.objects.get(account=cast.clerk, role="clerk"), cast.act(cast.security)
        with pytest.raises(organisation.UnableToWithdrawRole) as refused:
            organisation.withdraw_role(grant=grant, ends_on=grant.starts_on, act=act)
        assert refused.value.code == "before_start"
        organisation.withdraw_role(grant=grant, ends_on=ON, act=act)
        with pytest.raises(organisation.UnableToWithdrawRole) as refused:
            organisation.withdraw_role(grant=grant, ends_on=date(2020, 7, 1), act=act)
        assert refused.value.code == "ended_already"

    def test_nobody_takes_the_right_to_grant_from_themselves(self, cast: Cast) -> None:
        grant = RoleGrant.objects.get(account=cast.security)
        with pytest.raises(organisation.UnableToWithdrawRole) as refused:
            organisation.withdraw_role(grant=grant, ends_on=ON, act=cast.act(cast.security))
        assert refused.value.code == "own_administration"
        assert RoleGrant.objects.get(pk=grant.pk).ends_on is None
