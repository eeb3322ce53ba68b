"""The household register: one head, one household a person, a standing at a time; a story of one family."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from bangfu.foundation.operations import NotPermitted, system_writes
from bangfu.foundation.people import operations as people
from bangfu.foundation.people.households import queries
from bangfu.foundation.people.households.models import Household, Membership, Standing
from bangfu.foundation.people.models import Person
from bangfu.foundation.people.operations import Member, Newcomer
from bangfu.foundation.people.queries import is_within_reach
from tests.cast import CEHENG, Cast
from tests.foundation.people.test_persons import number

JANUARY, JUNE, JULY = date(2020, 1, 1), date(2020, 6, 1), date(2020, 7, 1)


@pytest.fixture
def family(cast: Cast) -> list[Person]:
    with system_writes("a test's set-up"):
        return [people.enter_person(name=name) for name in ("韦大山", "罗芳", "韦小明")]


def register(
    cast: Cast, *members: Member | Newcomer, number: str = "5223270001", by: str = "clerk", **said: object
) -> Household:
    given = {"kind": "FORMER_POOR", "monitored": "UNSTABLE", "starts_on": JANUARY, **said}
    return people.register_household(
        number=number,
        place=CEHENG,
        unit=cast.guizhou.pk,
        members=members,
        act=cast.act(getattr(cast, by)),
        **given,
    )


def head_and_spouse(family: list[Person]) -> tuple[Member, Member]:
    return Member(family[0].pk, "HEAD"), Member(family[1].pk, "SPOUSE")


def living_in(household: Household, on: date) -> list[tuple[UUID, str]]:
    return [(one.person_id, one.relation) for one in queries.members_of(household, on)]


@pytest.mark.django_db
class TestStory:
    def test_a_family_over_a_year(self, cast: Cast, family: list[Person]) -> None:
        household = register(cast, *head_and_spouse(family))
        act = cast.act(cast.clerk)
        people.join_household(
            household=household, member=Member(family[2].pk, "CHILD"), starts_on=JUNE, act=act
        )
        people.leave_household(household=household, person=family[0], ends_on=JULY, act=act)
        people.change_standing(household=household, kind="FORMER_POOR", monitored="", starts_on=JULY, act=act)
        father, mother, son = (person.pk for person in family)
        assert living_in(household, date(2019, 12, 31)) == []
        assert living_in(household, JANUARY) == [(father, "HEAD"), (mother, "SPOUSE")]
        assert living_in(household, date(2020, 6, 30)) == [
            (father, "HEAD"),
            (mother, "SPOUSE"),
            (son, "CHILD"),
        ]
        assert living_in(household, JULY) == [(mother, "SPOUSE"), (son, "CHILD")]
        assert queries.households_of([father, son], JULY) == {son: household}
        shown = [
            (on, queries.standings_on([household.pk], on)[household.pk].monitored)
            for on in (JANUARY, date(2020, 6, 30), JULY)
        ]
        assert shown == [(JANUARY, "UNSTABLE"), (date(2020, 6, 30), "UNSTABLE"), (JULY, "")]
        elsewhere = register(cast, Member(father, "HEAD"), number="5223270002", starts_on=JULY)
        assert queries.households_of([father], JULY) == {father: elsewhere}


@pytest.mark.django_db
class TestRegisterHousehold:
    @pytest.mark.parametrize(
        ("relations", "said", "refusal", "code"),
        [
            ("HEAD", {"number": "52 2327"}, people.UnableToRegisterHousehold, "number_form"),
            ("SPOUSE", {}, people.UnableToRegisterHousehold, "one_head"),
            ("HEAD HEAD", {}, people.UnableToRegisterHousehold, "one_head"),
            ("HEAD", {"kind": "ORDINARY"}, people.UnableToChangeStanding, "unfit"),
            ("HEAD", {"monitored": "MARGINAL"}, people.UnableToChangeStanding, "unfit"),
            ("HEAD", {"kind": "RICH"}, people.UnableToChangeStanding, "unfit"),
        ],
    )
    def test_refuses_and_writes_nothing(
        self, cast: Cast, family: list[Person], relations: str, said: dict, refusal: type, code: str
    ) -> None:
        members = [Member(person.pk, one) for person, one in zip(family, relations.split(), strict=False)]
        with pytest.raises(refusal) as refused:
            register(cast, *members, **said)
        assert refused.value.code == code
        assert not Household.objects.exists()

    def test_refuses_a_number_or_a_member_that_is_taken(self, cast: Cast, family: list[Person]) -> None:
        register(cast, *head_and_spouse(family))
        with pytest.raises(people.UnableToRegisterHousehold) as refused:
            register(cast, Member(family[2].pk, "HEAD"))
        assert refused.value.code == "number_taken"
        with pytest.raises(people.UnableToMoveMember) as moved:
            register(cast, Member(family[1].pk, "HEAD"), number="5223270002")
        assert (moved.value.code, moved.value.details) == ("member_elsewhere", {"number": "5223270001"})
        with pytest.raises(people.UnableToRegisterHousehold) as twice:
            register(cast, Member(family[2].pk, "HEAD"), Member(family[2].pk, "CHILD"), number="3")
        assert twice.value.code == "member_twice"
        assert Household.objects.count() == 1

    def test_of_a_member_who_is_known_the_number_is_enough(self, cast: Cast, family: list[Person]) -> None:
        with system_writes("a test's set-up"):
            known = people.enter_person(name="蒙大叔", identity_number=number(1)).pk
        one = register(cast, Newcomer("", "HEAD", number(1)))
        assert living_in(one, JULY) == [(known, "HEAD")]
        for name, given, code in (
            ("", "", "no_name"),
            (" ", number(2), "no_such_number"),
            ("别人", number(1), "name_differs"),
        ):
            with pytest.raises(people.UnableToMoveMember) as refused:
                register(cast, Newcomer(name, "HEAD", given), number="5223270002")
            assert refused.value.code == code
        assert Household.objects.count() == 1

    def test_refuses_the_erased(self, cast: Cast, family: list[Person]) -> None:
        people.erase_person(person=family[0], act=cast.act(cast.administrator))
        with pytest.raises(people.UnableToMoveMember) as refused:
            register(cast, *head_and_spouse(family))
        assert refused.value.code == "erased"

    def test_is_for_the_own_unit(self, cast: Cast, family: list[Person]) -> None:
        for by in ("clerk_of_yunnan", "verifier", "auditor", "outsider", "administrator"):
            with pytest.raises(NotPermitted):
                register(cast, *head_and_spouse(family), by=by)
        assert not Household.objects.exists()

    def test_brings_the_members_within_reach_of_the_unit(self, cast: Cast, family: list[Person]) -> None:
        on = date(2020, 7, 31)
        assert not is_within_reach(cast.clerk, "people.join_household", family[0], on)
        register(cast, *head_and_spouse(family))
        assert is_within_reach(cast.clerk, "people.join_household", family[0], on)
        assert not is_within_reach(cast.clerk_of_yunnan, "people.join_household", family[0], on)


@pytest.mark.django_db
class TestMoving:
    def test_refuses_a_second_head_and_a_stranger_and_days_that_run_back(
        self, cast: Cast, family: list[Person]
    ) -> None:
        household = register(cast, *head_and_spouse(family))
        act = cast.act(cast.clerk)
        with pytest.raises(people.UnableToMoveMember) as refused:
            people.join_household(
                household=household, member=Member(family[2].pk, "HEAD"), starts_on=JUNE, act=act
            )
        assert refused.value.code == "head_present"
        with pytest.raises(people.UnableToMoveMember) as refused:
            people.leave_household(household=household, person=family[2], ends_on=JUNE, act=act)
        assert refused.value.code == "not_a_member"
        with pytest.raises(people.UnableToMoveMember) as refused:
            people.leave_household(household=household, person=family[0], ends_on=JANUARY, act=act)
        assert refused.value.code == "dates"
        assert Membership.objects.filter(ends_on__isnull=True).count() == 2

    def test_a_standing_changes_forward_and_to_something_else(self, cast: Cast, family: list[Person]) -> None:
        household = register(cast, *head_and_spouse(family))
        for kind, monitored, on, code in (
            ("FORMER_POOR", "UNSTABLE", JUNE, "unchanged"),
            ("FORMER_POOR", "", JANUARY, "dates"),
            ("ORDINARY", "UNSTABLE", JUNE, "unfit"),
        ):
            with pytest.raises(people.UnableToChangeStanding) as refused:
                people.change_standing(
                    household=household,
                    kind=kind,
                    monitored=monitored,
                    starts_on=on,
                    act=cast.act(cast.clerk),
                )
            assert refused.value.code == code
        assert Standing.objects.count() == 1


@pytest.mark.django_db
class TestTheDatabase:
    def test_refuses_what_the_operations_never_write(self, cast: Cast, family: list[Person]) -> None:
        one = register(cast, *head_and_spouse(family))
        other = register(cast, Member(family[2].pk, "HEAD"), number="5223270002")
        attacks = (
            lambda: Membership.objects.create(
                household=other, person=family[1], relation="CHILD", starts_on=JUNE
            ),
            lambda: Membership.objects.create(
                household=one, person=people.enter_person(name="x"), relation="HEAD", starts_on=JUNE
            ),
            lambda: Membership.objects.filter(person=family[0]).update(ends_on=JANUARY),
            lambda: Membership.objects.filter(person=family[0]).update(relation="FRIEND"),
            lambda: Standing.objects.create(household=one, kind="ORDINARY", starts_on=JUNE),
            lambda: Standing.objects.filter(household=one).update(kind="ORDINARY"),
            lambda: Household.objects.filter(pk=one.pk).update(number="a b"),
            lambda: Household.objects.filter(pk=one.pk).delete(),
        )
        for attack in attacks:
            with pytest.raises(IntegrityError), transaction.atomic(), system_writes("an attack"):
                attack()

    def test_lets_a_person_move_on_the_very_day(self, cast: Cast, family: list[Person]) -> None:
        one = register(cast, *head_and_spouse(family))
        act = cast.act(cast.clerk)
        people.leave_household(household=one, person=family[1], ends_on=JUNE, act=act)
        people.join_household(household=one, member=Member(family[1].pk, "SPOUSE"), starts_on=JUNE, act=act)
        assert Membership.objects.filter(person=family[1]).count() == 2
