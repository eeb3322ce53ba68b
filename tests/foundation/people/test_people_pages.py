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
