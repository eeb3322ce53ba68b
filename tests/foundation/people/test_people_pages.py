"""Pages of persons and households: masked, in clear for a reason, and who saw whom."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from bangfu.foundation.operations import system_writes
from bangfu.foundation.people import operations as people
from bangfu.foundation.people.households.models import Household
from bangfu.foundation.people.models import Access, Person
from bangfu.foundation.people.operations import Member
from tests.cast import CEHENG, Cast

STANDARD = "11010519491231002X"


@pytest.fixture
def household(cast: Cast) -> Household:
    with system_writes("a test's set-up"):
        head = people.enter_person(name="韦大山", phone="13800001234", identity_number=STANDARD)
    return people.register_household(
        number="5223270001",
        place=CEHENG,
        unit=cast.guizhou.pk,
        kind="FORMER_POOR",
        members=[Member(head.pk, "HEAD")],
        starts_on=date(2020, 1, 1),
        act=cast.act(cast.clerk),
    )


@pytest.mark.django_db
def test_from_the_list_to_the_clear_text_and_its_record(
    cast: Cast, household: Household, client: Client
) -> None:
    head = Person.objects.get(memberships__household=household)
    client.force_login(cast.officer)
    for query in ("", "?q=52232", f"?q={STANDARD}", "?place=册亨", "?kind=FORMER_POOR"):
        page = client.get(f"/people/households/{query}").content.decode()
        assert "5223270001" in page, query
        assert "韦*" in page
        assert "韦大山" not in page
    assert "没有符合条件的农户" in client.get("/people/households/?q=9").content.decode()
    page = client.get(f"/people/households/{household.pk}/").content.decode()
    assert f"/people/person/{head.pk}" in page
    assert "****002X" in page
    page = client.get(f"/people/person/{head.pk}").content.decode()
    assert STANDARD not in page
    refused = client.post(f"/people/person/{head.pk}", {"reason": "看"})
    assert (refused.status_code, Access.objects.count()) == (409, 0)
    shown = client.post(f"/people/person/{head.pk}", {"reason": "核对补助发放"})
    assert (shown.status_code, shown.headers["Cache-Control"]) == (200, "no-store")
    assert STANDARD in shown.content.decode()
    assert client.get("/people/accesses").status_code == 403

    client.force_login(cast.auditor)
    for query in ("", f"?person={head.pk}", "?account=zhoumin"):
        page = client.get(f"/people/accesses{query}").content.decode()
        assert "核对补助发放" in page, query
        assert "韦大山" not in page
    for query in ("?person=x", "?account=weilan", "?until=2020-01-01"):
        assert "没有符合条件的记录" in client.get(f"/people/accesses{query}").content.decode()
    client.cookies["bangfu_language"] = "en"
    assert "Who saw personal data" in client.get("/people/accesses").content.decode()


@pytest.mark.django_db
def test_another_province_sees_none_of_it(cast: Cast, household: Household, client: Client) -> None:
    client.force_login(cast.clerk_of_yunnan)
    head = Person.objects.get(memberships__household=household)
    assert "5223270001" not in client.get("/people/households/").content.decode()
    assert client.get(f"/people/households/{household.pk}/").status_code == 403
    assert client.get(f"/people/person/{head.pk}").status_code == 403


@pytest.mark.django_db
class TestForms:
    def new(self, cast: Cast, **changes: str) -> dict[str, str]:
        return {
            "key": "a", "number": "5223270002", "unit": str(cast.guizhou.pk), "place": "册亨县 522327",
            "starts_on": "2020-01-01", "kind": "FORMER_POOR", "monitored": "", "name": "韦大山",
            "identity_number": STANDARD, "phone": "13800001234",
        } | changes  # fmt: skip

    def test_a_household_from_registering_to_the_child_that_leaves(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.clerk)
        assert "/people/households/new" in client.get("/people/households/").content.decode()
        assert client.get("/people/households/new").status_code == 200
        answer = client.post("/people/households/new", self.new(cast), follow=True)
        household = Household.objects.get()
        assert answer.redirect_chain == [(f"/people/households/{household.pk}/", 302)]
        page = answer.content.decode()
        assert "韦*" in page
        assert STANDARD not in page
        assert (household.place_id, household.unit, household.registered_by) == (
            CEHENG,
            cast.guizhou,
            cast.clerk,
        )

        address = f"/people/households/{household.pk}"
        child = {
            "key": "b",
            "name": "韦小明",
            "identity_number": "",
            "phone": "",
            "relation": "CHILD",
            "starts_on": "2020-06-01",
        }
        assert client.post(f"{address}/join", child).status_code == 302
        standing = {"key": "c", "kind": "FORMER_POOR", "monitored": "UNSTABLE", "starts_on": "2020-06-01"}
        assert client.post(f"{address}/standing", standing).status_code == 302
        member = household.memberships.get(relation="CHILD").person_id
        assert f'value="{member}"' in client.get(f"{address}/leave").content.decode()
        gone = {"key": "d", "person": str(member), "ends_on": "2020-07-01"}
        assert client.post(f"{address}/leave", gone).status_code == 302
        page = client.get(f"{address}/").content.decode()
        assert "以前的成员 1 人" in page
        assert "脱贫不稳定户" in page
        assert list(household.memberships.values_list("relation", "starts_on", "ends_on")) == [
            ("HEAD", date(2020, 1, 1), None),
            ("CHILD", date(2020, 6, 1), date(2020, 7, 1)),
        ]

    def test_somebody_who_is_known_is_not_entered_again(
        self, cast: Cast, household: Household, client: Client
    ) -> None:
        client.force_login(cast.clerk)
        persons = Person.objects.count()
        answer = client.post("/people/households/new", self.new(cast))
        assert answer.status_code == 409
        assert "已是户「5223270001」的成员" in answer.content.decode()
        assert (Person.objects.count(), Household.objects.count()) == (persons, 1)

    @pytest.mark.parametrize(
        ("changes", "status", "said"),
        [
            ({"name": "另一人"}, 409, "登记在另一个姓名下"),
            ({"identity_number": "110105194912310021"}, 409, "身份证号码有误"),
            ({"number": "5223270001"}, 409, "已经登记"),
            ({"kind": "ORDINARY", "monitored": "UNSTABLE", "identity_number": ""}, 409, "脱贫不稳定户须是脱贫户"),
            ({"place": "没有的县"}, 422, "没有找到"),
            ({"unit": "0"}, 422, "选"),
            ({"starts_on": ""}, 422, ""),
        ],
    )  # fmt: skip
    def test_says_what_is_wrong_and_writes_nothing(
        self,
        cast: Cast,
        household: Household,
        client: Client,
        changes: dict[str, str],
        status: int,
        said: str,
    ) -> None:
        client.force_login(cast.clerk)
        persons = Person.objects.count()
        answer = client.post("/people/households/new", self.new(cast, **changes))
        assert answer.status_code == status
        assert said in answer.content.decode()
        assert (Person.objects.count(), Household.objects.count()) == (persons, 1)

    def test_sent_twice_registers_once(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.clerk)
        for _ in range(2):
            assert client.post("/people/households/new", self.new(cast)).status_code == 302
        assert Household.objects.count() == 1

    def test_who_may_not_has_no_form(self, cast: Cast, household: Household, client: Client) -> None:
        for account in (cast.auditor, cast.clerk_of_yunnan, cast.outsider):
            client.force_login(account)
            for action in ("join", "leave", "standing"):
                assert client.get(f"/people/households/{household.pk}/{action}").status_code == 403
        client.force_login(cast.auditor)
        assert client.get("/people/households/new").status_code == 403
        page = client.get(f"/people/households/{household.pk}/").content.decode()
        assert "/join" not in page

    def test_the_list_sorts_and_narrows(self, cast: Cast, household: Household, client: Client) -> None:
        client.force_login(cast.clerk)
        client.post(
            "/people/households/new", self.new(cast, name="罗芳", identity_number="", monitored="UNSTABLE")
        )
        page = client.get("/people/households/?sort=-number").content.decode()
        assert page.index("5223270002") < page.index("5223270001")
        assert 'aria-sort="descending"' in page
        page = client.get("/people/households/?monitored=UNSTABLE").content.decode()
        assert "5223270002" in page
        assert "5223270001" not in page
