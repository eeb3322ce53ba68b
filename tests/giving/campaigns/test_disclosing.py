"""What the law has disclosed: tables of a campaign and of a year, corrections, and administration within its limit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from bangfu.foundation.money.models import Entry, Fund
from bangfu.foundation.money.operations import enter_vouchers, open_book_account
from bangfu.foundation.money.refusals import UnableToPostEntry
from bangfu.foundation.operations import Act, NotPermitted
from bangfu.giving.campaigns import operations as giving
from bangfu.giving.campaigns.models import Cost, Disclosure, Duty
from bangfu.giving.campaigns.yearly import kept_table, table_of, year_of
from tests.at_once import both
from tests.cast import NOW, Cast, enter_cast
from tests.foundation.money.books import legs
from tests.giving.campaigns.given import Giving, balances, opened

TODAY = NOW.date()
LATER_ON = NOW + timedelta(days=20)


@pytest.fixture
def story(cast: Cast) -> Giving:
    """An open campaign with 900 yuan of cash on the bank, of which 450 were spent on the purpose."""
    return spent(opened(cast))


def spent(story: Giving) -> Giving:
    """Let 900 yuan arrive by bank transfer, and spend 450."""

    act = story.act()
    open_book_account(
        unit=story.cast.office, code="Expenses:Grants", asset="CNY", title_zh="资助", title_en="Grants",
        starts_on=date(2020, 1, 1), act=act,
    )  # fmt: skip
    code = story.fund.code
    for number, (debit, credit, fen) in enumerate(
        (
            ("Assets:Bank:Charity", "Income:Gifts:Transfer", 90_000),
            ("Expenses:Grants", "Assets:Bank:Charity", 45_000),
        )
    ):
        frame = legs((debit, fen, code), (credit, -fen, code), source=f"v{number}", on=TODAY)
        enter_vouchers(unit=story.cast.office, frame=frame, act=act)
    return story


def book(story: Giving, fen: int, *, reason: str = "", act: Act | None = None, on: date = TODAY) -> Cost:
    return giving.book_cost(
        charity=story.charity, fund=story.fund, amount_fen=fen, spent_on=on, document="凭证1", reason=reason,
        act=act or story.act(),
    )  # fmt: skip


class TestBookCost:
    def test_is_booked_within_a_tenth_of_what_is_paid_out(self, story: Giving) -> None:
        assert year_of(story.charity, 2020).cost_left == 5_000
        book(story, 5_000)
        found = year_of(story.charity, 2020)
        assert (found.spent, found.cost, found.total, found.cost_left, found.costs_little) == (
            45_000, 5_000, 50_000, 0, True,
        )  # fmt: skip
        assert balances(story.cast.office)["Expenses:Administration"] == 5_000
        with pytest.raises(giving.UnableToBookCost) as refused:
            book(story, 1)
        assert refused.value.code == "over_limit"
        assert Cost.objects.count() == 1

    def test_beyond_it_only_with_a_reason_that_is_kept(self, story: Giving) -> None:
        with pytest.raises(giving.UnableToBookCost) as refused:
            book(story, 5_001)
        assert "50.00" in str(refused.value)
        assert book(story, 5_001, reason="年底还有资助发放").reason == "年底还有资助发放"
        assert year_of(story.charity, 2020).costs_little is False

    def test_a_reason_within_the_limit_is_none(self, story: Giving) -> None:
        assert book(story, 100, reason="多余").reason == ""

    @pytest.mark.parametrize(
        ("fen", "on", "code"), [(0, TODAY, "wrong_sum"), (5, TODAY + timedelta(days=1), "in_future")]
    )
    def test_refuses(self, story: Giving, fen: int, on: date, code: str) -> None:
        with pytest.raises(giving.UnableToBookCost) as refused:
            book(story, fen, on=on)
        assert refused.value.code == code

    def test_refuses_what_the_fund_does_not_hold_and_whoever_may_not(self, story: Giving) -> None:
        with pytest.raises(UnableToPostEntry):
            book(story, 90_000_00, reason="太多")
        with pytest.raises(NotPermitted):
            book(story, 1, act=story.act(actor=story.cast.clerk))
        assert Cost.objects.count() == 0

    def test_is_taken_back_by_a_mirrored_entry(self, story: Giving) -> None:
        cost = book(story, 5_000)
        giving.undo_cost(cost=cost, act=story.act(at=LATER_ON))
        assert year_of(story.charity, 2020).cost_left == 5_000
        assert Entry.objects.filter(source_system="campaigns.cost").count() == 2
        with pytest.raises(giving.UnableToBookCost) as refused:
            giving.undo_cost(cost=cost, act=story.act(at=LATER_ON))
        assert refused.value.code == "taken_back_already"

    def test_two_at_once_do_not_pass_it_together(self, own_database: str) -> None:
        story = spent(opened(enter_cast()))
        assert both((lambda: book(story, 3_000), lambda: book(story, 3_000))) == ["done", "over_limit"]
        assert year_of(story.charity, 2020).cost == 3_000


class TestYear:
    def test_seventy_of_a_hundred_of_last_years_income(self, story: Giving) -> None:
        assert year_of(story.charity, 2020).spends_enough is None
        found = year_of(story.charity, 2021)
        assert (found.opening, found.received_before, found.spends_enough, found.still_to_spend) == (
            45_000, 90_000, False, 63_000,
        )  # fmt: skip

    def test_the_sponsors_spending_is_not_the_charitys(self, story: Giving) -> None:
        before = year_of(story.charity, 2020)
        story.points(50_000)
        after = year_of(story.charity, 2020)
        assert (after.received - before.received, after.spent, after.total) == (
            50_000,
            before.spent,
            before.total,
        )


class TestTables:
    def test_a_campaigns_table_until_its_day(self, story: Giving) -> None:
        story.points(50_000)
        duty = Duty.objects.filter(kind="PROGRESS").order_by("due_on")[0]
        found = {row.name: row.amount for row in table_of(duty, on=duty.due_on)}
        assert found == {
            "goal": 100_000_00, "participations": 1, "OPENING": 0, "RECEIVED:Income:Gifts:Points": 50_000,
            "RECEIVED:Income:Gifts:Transfer": 90_000, "PAID:Expenses:Grants": 45_000, "CLOSING": 95_000,
            "HELD:Assets:Bank:Charity": 45_000, "HELD:Assets:Receivable:Sponsor": 50_000,
        }  # fmt: skip

    def test_what_was_published_is_kept_and_what_moved_is_shown(self, story: Giving, client: Client) -> None:
        duty = Duty.objects.filter(kind="PROGRESS").order_by("due_on")[0]
        giving.disclose(duty=duty, published_on=TODAY, address="https://example.org/1", act=story.act())
        assert Disclosure.objects.get().figures == kept_table(duty, on=TODAY)
        client.force_login(story.cast.officer)
        at = f"/campaigns/duties/{duty.pk}/table"
        assert "公开以后有数字变了" not in client.get(at).content.decode()
        story.points(50_000)
        page = client.get(at).content.decode()
        assert "公开以后有数字变了" in page
        assert "950.00" in page
        duty.refresh_from_db()
        with pytest.raises(giving.UnableToDisclose) as refused:
            giving.correct_disclosure(
                duty=duty, published_on=TODAY, address="https://example.org/2", note="", act=story.act()
            )
        assert refused.value.code == "no_note"
        giving.correct_disclosure(
            duty=duty,
            published_on=TODAY,
            address="https://example.org/2",
            note="补计一笔积分捐赠",
            act=story.act(),
        )
        page = client.get(at).content.decode()
        assert "公开以后有数字变了" not in page
        assert "补计一笔积分捐赠" in page
        assert client.get(f"{at}.csv").status_code == client.get(f"{at}.xlsx").status_code == 200

    def test_the_yearly_table_and_the_years_page(self, story: Giving, client: Client) -> None:
        book(story, 6_000, reason="年底发放")
        duty = Duty.objects.filter(kind="YEARLY").order_by("due_on")[0]
        client.force_login(story.cast.officer)
        page = client.get(f"/campaigns/duties/{duty.pk}/table").content.decode()
        for said in ("超过 10 %", "年底发放", "450.00", "60.00", "510.00"):
            assert said in page
        year = client.get(f"/campaigns/charities/{story.charity.pk}/years/2021/").content.decode()
        assert "不足 70 %，还须支出 630.00 元" in year
        assert client.get(f"/campaigns/charities/{story.charity.pk}/years/2999/").status_code == 404


class TestPages:
    def test_administration_is_booked_and_taken_back(self, story: Giving, client: Client) -> None:
        client.force_login(story.cast.officer)
        assert "还没有列支管理费" in client.get("/campaigns/costs/").content.decode()
        at = f"/campaigns/charities/{story.charity.pk}/cost"
        said = {
            "fund": story.fund.pk,
            "yuan": "60.00",
            "spent_on": "2020-07-10",
            "document": "凭证7",
            "key": "a",
        }
        refused = client.post(at, said)
        assert "50.00" in refused.content.decode()
        assert client.post(at, {**said, "reason": "年底发放", "key": "b"}).status_code == 302
        assert "凭证7" in client.get("/campaigns/costs/?q=凭证7").content.decode()
        cost = Cost.objects.get()
        assert client.post(f"/campaigns/costs/{cost.pk}/undo", {"key": "c"}).status_code == 302
        assert "已冲销" in client.get("/campaigns/costs/").content.decode()
        assert (
            client.get("/campaigns/costs.csv").status_code
            == client.get("/campaigns/costs.xlsx").status_code
            == 200
        )
        assert Fund.objects.count() == 1
