"""A drive buys in bulk: out of its fund's money in the bank, once a voucher, and mirrored when it was a mistake."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bangfu.foundation.money.models import Entry, Fund
from bangfu.foundation.operations import Act, NotPermitted, system_writes
from bangfu.giving.campaigns import operations as giving
from bangfu.giving.campaigns.models import Campaign
from tests.at_once import both
from tests.cast import NOW, Cast, enter_cast
from tests.giving.campaigns.given import Giving, balances, opened
from tests.giving.campaigns.test_disclosing import spent

TODAY = NOW.date()


@pytest.fixture
def story(cast: Cast) -> Giving:
    """An open campaign with 450 yuan left in the bank."""
    return spent(opened(cast))


def buy(story: Giving, fen: int = 28_000, *, act: Act | None = None, **changes: Any) -> Campaign:
    said = {"bought_on": TODAY, "document": "发票-1", **changes}
    return giving.book_purchase(campaign=story.campaign, amount_fen=fen, act=act or story.act(), **said)


class TestBookPurchase:
    def test_moves_money_of_the_fund_to_goods(self, story: Giving) -> None:
        before = balances(story.cast.office)
        buy(story)
        after = balances(story.cast.office)
        moved = {
            code: after[code] - before.get(code, 0) for code in after if after[code] != before.get(code, 0)
        }
        assert moved == {"Assets:Bank:Charity": -28_000, "Expenses:Purchases": 28_000}
        assert Entry.objects.get(source_system="campaigns.purchase").subject_id == story.campaign.pk

    @pytest.mark.parametrize(
        ("fen", "changes", "code"),
        [
            (0, {}, "wrong_sum"), (1, {"document": " "}, "no_document"), (1, {"document": "长" * 61}, "no_document"),
            (1, {"bought_on": TODAY + timedelta(days=1)}, "in_future"), (45_001, {}, "not_arrived"),
        ],
    )  # fmt: skip
    def test_refuses_with_what_to_do(
        self, story: Giving, fen: int, changes: dict[str, Any], code: str
    ) -> None:
        with pytest.raises(giving.UnableToBookPurchase) as refused:
            buy(story, fen, **changes)
        assert refused.value.code == code
        assert not Entry.objects.filter(source_system="campaigns.purchase").exists()

    def test_a_voucher_is_booked_once_and_again_after_it_was_taken_back(self, story: Giving) -> None:
        buy(story)
        with pytest.raises(giving.UnableToBookPurchase) as refused:
            buy(story)
        assert refused.value.code == "booked_already"
        giving.undo_purchase(campaign=story.campaign, document="发票-1", act=story.act())
        with pytest.raises(giving.UnableToBookPurchase) as refused:
            giving.undo_purchase(campaign=story.campaign, document="发票-1", act=story.act())
        assert refused.value.code == "not_booked"
        buy(story, 100)
        assert balances(story.cast.office)["Expenses:Purchases"] == 100

    def test_a_fund_that_grants_and_a_campaign_before_it_opens_buy_nothing(self, story: Giving) -> None:
        with system_writes("a fund that grants"):
            Fund.objects.filter(pk=story.fund.pk).update(spent_on="Expenses:Grants")
        with pytest.raises(giving.UnableToBookPurchase) as refused:
            buy(story)
        assert refused.value.code == "for_grants_alone"
        with system_writes("a campaign that is reported"):
            Campaign.objects.update(state="REPORTED", closed_on=TODAY)
        with pytest.raises(giving.UnableToBookPurchase) as refused:
            buy(story)
        assert refused.value.code == "wrong_state"

    def test_only_within_the_grant(self, story: Giving) -> None:
        with pytest.raises(NotPermitted):
            buy(story, act=story.cast.act(story.cast.clerk))

    def test_the_same_request_twice_books_once(self, story: Giving) -> None:
        buy(story, act=replace(story.act(), key="a"))
        buy(story, act=replace(story.act(), key="a"))
        assert Entry.objects.filter(source_system="campaigns.purchase").count() == 1


def test_two_at_once_do_not_spend_what_is_there_once(own_database: str) -> None:
    story = spent(opened(enter_cast()))
    at_once = (lambda: buy(story, 30_000), lambda: buy(story, 30_000, document="发票-2"))
    assert both(at_once) == ["done", "not_arrived"]


class TestPages:
    def test_the_office_buys_and_takes_back(self, story: Giving, client: Client) -> None:
        client.force_login(story.cast.officer)
        at = f"/campaigns/{story.campaign.pk}/"
        said = {"yuan": "280.00", "bought_on": "2020-07-10", "document": "发票-9", "key": "a"}
        assert client.get(f"{at}buy").status_code == 200
        assert client.post(f"{at}buy", said).status_code == 302
        assert "发票-9" in client.get(at).content.decode()
        again = client.post(f"{at}buy", {**said, "key": "b"})
        assert (again.status_code, "发票-9" in again.content.decode()) == (409, True)
        assert client.post(f"{at}buy/undo", {"document": "发票-9", "key": "c"}).status_code == 302
        assert "已冲销" in client.get(at).content.decode()
        client.force_login(story.cast.clerk)
        assert client.post(f"{at}buy", said).status_code == 403
