"""A drive among staff: staff who sign in see it and give, and the public neither sees it nor is asked."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from django.test import Client

from bangfu.foundation.operations import system_writes
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.payments.models import Payment
from bangfu.giving.campaigns import operations as giving
from bangfu.giving.campaigns.models import BankLine, Campaign, Gift, Pledge
from bangfu.giving.campaigns.queries import is_staff, public_campaigns
from tests.cast import NOW, Cast
from tests.giving.campaigns.given import Giving, drafted, facts, moved_to_now, opened

AT = "/campaigns/open/JFZX-2020/"
TITLE = "积分助学"


@pytest.fixture
def story(cast: Cast) -> Giving:
    """An open campaign among staff, and a clerk of another branch who is staff."""
    found = moved_to_now(opened(cast))
    with system_writes("a drive"):
        Campaign.objects.filter(pk=found.campaign.pk).update(is_drive=True)
    found.campaign.refresh_from_db()
    return found


def sent(client: Client, address: str, /, **said: Any) -> Any:
    return client.post(address, {"key": secrets.token_hex(8), **said})


class TestDrive:
    def test_the_public_does_not_see_it(self, story: Giving, client: Client) -> None:
        assert list(public_campaigns()) == []
        assert TITLE not in client.get("/campaigns/open/").content.decode()
        assert client.get(AT).status_code == 404
        assert sent(client, f"{AT}cash", yuan="5").status_code == 404
        assert sent(client, f"{AT}monthly", yuan="5", day="1").status_code == 404
        assert sent(client, f"{AT}points", points="500", token="x").status_code == 404
        assert Gift.objects.count() == Pledge.objects.count() == 0

    def test_nor_does_whoever_is_signed_in_and_no_staff(self, story: Giving, client: Client) -> None:
        for account in (story.cast.outsider, story.cast.auditor):
            client.force_login(account)
            assert client.get(AT).status_code == 404
            assert TITLE not in client.get("/campaigns/open/").content.decode()

    def test_its_page_for_staff_is_a_link_for_staff(self, story: Giving, client: Client) -> None:
        at = f"/campaigns/{story.campaign.pk}/"
        for account, is_link in ((story.cast.auditor, False), (story.cast.officer, True)):
            client.force_login(account)
            assert (AT in client.get(at).content.decode()) is (is_link and is_staff(account, NOW.date()))
        assert is_staff(story.cast.officer, NOW.date())

    def test_a_countys_own_office_is_no_staff(self, story: Giving) -> None:
        assert is_staff(story.cast.clerk, NOW.date())
        with system_writes("the office of a county"):
            Unit.objects.filter(pk=story.cast.guizhou.pk).update(kind=Unit.Kind.SUPPORTED)
        assert not is_staff(story.cast.clerk, NOW.date())

    def test_staff_see_it_and_give_as_employees(self, story: Giving, client: Client) -> None:
        client.force_login(story.cast.clerk)
        assert "只在职工中" in client.get("/campaigns/open/").content.decode()
        assert "只在职工中募集，不对社会公开" in client.get(AT).content.decode()
        assert sent(client, f"{AT}cash", yuan="5").status_code == 302
        gift = Gift.objects.get()
        assert (gift.kind, gift.donor and gift.donor.account) == ("EMPLOYEE", story.cast.clerk)
        assert Payment.objects.count() == 1
        assert sent(client, f"{AT}monthly", yuan="5", day="1").status_code == 302
        assert Pledge.objects.get().donor.kind == "EMPLOYEE"
        client.logout()
        page = client.get(f"/campaigns/gift/{gift.number}/").content.decode()
        assert TITLE in page
        assert AT not in page

    def test_takes_nothing_but_from_staff(self, story: Giving) -> None:
        with pytest.raises(giving.UnableToGive) as refused:
            story.cash(500)
        assert refused.value.code == "staff_alone"
        with pytest.raises(giving.UnableToGive) as monthly:
            giving.make_pledge(campaign=story.campaign, amount_fen=500, day=1, name="", act=story.door())
        assert monthly.value.code == "staff_alone"
        assert Gift.objects.count() == Pledge.objects.count() == 0

    def test_is_not_planned_with_customers_points(self, cast: Cast) -> None:
        with pytest.raises(giving.UnableToPlan) as refused:
            drafted(cast, is_drive=True)
        assert refused.value.code == "drive_with_points"
        assert drafted(cast, is_drive=True, sponsor=None).is_drive


class TestPublicCampaign:
    def test_everybody_sees_it_and_staff_give_as_employees(self, cast: Cast, client: Client) -> None:
        story = moved_to_now(opened(cast))
        page = client.get(AT).content.decode()
        assert TITLE in page
        assert "只在职工中" not in page
        assert sent(client, f"{AT}cash", yuan="5").status_code == 302
        client.force_login(cast.clerk)
        assert sent(client, f"{AT}cash", yuan="6").status_code == 302
        kinds = (
            Gift.objects.filter(campaign=story.campaign).order_by("amount_fen").values_list("kind", flat=True)
        )
        assert list(kinds) == ["PUBLIC", "EMPLOYEE"]


class TestRedScarf:
    """A drive for goods for children is counted by a measure of its own."""

    @pytest.fixture
    def drive(self, cast: Cast) -> Giving:
        """An open drive of the youth league."""
        found = opened(cast)
        with system_writes("a drive for children"):
            Campaign.objects.filter(pk=found.campaign.pk).update(
                is_drive=True, cause="CHILDREN", sponsor=None
            )
        found.campaign.refresh_from_db()
        return found

    def test_what_staff_and_committees_give_is_counted_apart(self, drive: Giving) -> None:
        drive.cash(6_666, kind="EMPLOYEE", giver=drive.cast.clerk)
        content = "交易日期,流水号,收入金额,对方户名,摘要\n2020-07-20,S1,900.00,贵州团委会,JFZX-2020 红围脖\n".encode()
        giving.read_bank(charity=drive.charity, name="账.csv", content=content, act=drive.act())
        assert facts() == {"campaigns.red_scarf_raised": [6_666, 90_000]}
        line = BankLine.objects.get()
        giving.unmatch_line(line=line, reason="另一个活动的", act=drive.act())
        assert facts() == {"campaigns.red_scarf_raised": [6_666, 90_000, -90_000]}

    def test_a_points_campaign_is_counted_as_ever(self, cast: Cast) -> None:
        opened(cast).cash(500)
        assert facts() == {"campaigns.participations": [100], "campaigns.raised": [500]}

    def test_its_page_leads_to_who_received_the_goods(self, drive: Giving, client: Client) -> None:
        at = f"/campaigns/{drive.campaign.pk}/"
        client.force_login(drive.cast.officer)
        assert "/f/goods.children/?period=2020-07-01" in client.get(at).content.decode()
        with system_writes("no drive for children"):
            Campaign.objects.filter(pk=drive.campaign.pk).update(cause="SCHOOLING")
        assert "/f/goods.children/" not in client.get(at).content.decode()
