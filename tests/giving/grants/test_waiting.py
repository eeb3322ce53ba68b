"""What waits for whom: never one's own work, and not before its time."""

from __future__ import annotations

from datetime import date

import pytest

from bangfu.foundation.operations import system_writes
from bangfu.foundation.people.households.models import Household, Membership, Standing
from bangfu.giving.grants import operations as granting
from bangfu.giving.grants import queries
from bangfu.giving.grants.findings import findings_of
from bangfu.giving.grants.models import Application
from bangfu.giving.grants.waiting import to_answer, to_award, to_post, to_vet
from tests.cast import CEHENG, NOW, Cast
from tests.giving.campaigns.given import grant
from tests.giving.grants.applied import Granting, drafted, opened


@pytest.fixture
def granted(cast: Cast) -> Granting:
    """An open programme."""
    return opened(cast)


@pytest.mark.django_db
class TestWaits:
    def test_from_vetting_to_the_award(self, granted: Granting) -> None:
        cast, today = granted.cast, NOW.date()
        assert to_vet(cast.verifier, today) == []
        (first,), notice = granted.displayed(1)
        granted_late = date(2020, 8, 8)
        assert [to_vet(cast.officer, today), to_post(cast.officer, today), to_award(cast.officer, today)] == [
            [],
            [],
            [],
        ]
        (due,) = to_award(cast.officer, granted_late)
        assert (due.count, due.since) == (1, notice.until_on)
        assert to_award(cast.clerk, granted_late) == []
        granting.take_objection(
            application=first, received_on=today, way="PHONE", text="家里有车", act=granted.act()
        )
        assert [to_answer(cast.officer, today), to_answer(cast.verifier, today)] == [[], []]
        grant(cast.clerk, cast.group, "verifier")
        assert [one.count for one in to_answer(cast.clerk, today)] == [1]

    def test_ones_own_entries_wait_for_others(self, granted: Granting) -> None:
        granted.apply(1)
        granted.apply(2, files=())
        assert to_vet(granted.cast.officer, NOW.date()) == []
        assert [one.count for one in to_vet(granted.cast.verifier, NOW.date())] == [1]

    def test_a_list_waits_to_be_put_up(self, granted: Granting) -> None:
        granted.decided(1)
        granting.display_shortlist(programme=granted.programme, act=granted.act())
        assert [one.count for one in to_post(granted.cast.county_official, NOW.date())] == [1]


@pytest.mark.django_db
class TestFindings:
    def test_what_stands_beside_an_application(self, granted: Granting) -> None:
        one = granted.apply(1)
        for order in (2, 3, 4):
            granted.apply(order, phone="13900000001")
        granted.apply(5, account="850000000001 ".strip() + "0001")
        assert self.found() == {str(order): {"is_phone_shared"} for order in (1, 2, 3, 4)}
        granting.correct_account(
            application=one,
            account="8500000000010001",
            bank="",
            phone="",
            account_owner="GUARDIAN",
            act=granted.act(),
        )
        assert self.found() == {order: {"is_account_shared"} for order in ("1", "5")}
        shared = queries.same_account(Application.objects.get(pk=one.pk))
        assert [row.number[-1] for row in shared] == ["5"]

    def test_another_programme_of_the_term(self, granted: Granting) -> None:
        one = granted.apply(1)
        second = drafted(granted.cast, granted.fund, "ZX-B")
        granting.open_programme(programme=second, act=granted.act())
        granted.apply(1, programme=second)
        assert self.found() == {"1": {"is_double"}}
        assert set(findings_of([one.pk]).get(one.pk, ())) == {"is_double"}
        other = drafted(granted.cast, granted.fund, "ZX-C", term="2021-spring")
        granting.open_programme(programme=other, act=granted.act())
        third = granted.apply(2, programme=other)
        granted.apply(2)
        assert third.pk not in findings_of([third.pk])

    @staticmethod
    def found() -> dict[str, set[str]]:
        """Return what is found, by the last digit of the application's number."""
        keys = dict(Application.objects.values_list("pk", "number"))
        return {keys[key][-1]: set(codes) for key, codes in findings_of(list(keys)).items()}

    def test_the_household_register_is_compared(self, granted: Granting) -> None:
        poor, other = granted.apply(1, household="REGISTERED"), granted.apply(2, household="MONITORED")
        with system_writes("households of the test"):
            for order, (one, kind) in enumerate(((poor, "ORDINARY"), (other, "FORMER_POOR"))):
                home = Household.objects.create(
                    number=f"H{order}", place_id=CEHENG, unit=granted.cast.office, registered_at=NOW,
                    registered_by=granted.cast.officer,
                )  # fmt: skip
                Membership.objects.create(
                    household=home, person_id=one.person_id, relation="CHILD", starts_on=date(2019, 1, 1)
                )
                Standing.objects.create(
                    household=home,
                    kind=kind,
                    monitored="UNSTABLE" if order else "",
                    starts_on=date(2019, 1, 1),
                )
        assert queries.differing_from_register([poor, other], NOW.date()) == {poor.pk}
        words = queries.register_words([poor.person_id, other.person_id], NOW.date())
        assert (words[poor.person_id], words[other.person_id]) == ("一般农户", "脱贫户、脱贫不稳定户")
        assert queries.counted_elsewhere([poor.person_id]) == {}
