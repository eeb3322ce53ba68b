"""What the law has disclosed: tables of a campaign and of a year, corrections, and administration within its limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangfu.foundation.money.models import BookAccount, Entry, Fund
from bangfu.foundation.money.operations import enter_vouchers, open_book_account
from bangfu.foundation.money.refusals import UnableToPostEntry
from bangfu.foundation.operations import Act, NotPermitted, system_writes
from bangfu.giving.campaigns import operations as giving
from bangfu.giving.campaigns.models import Charity, CharityKind, Cost, Disclosure, Duty
from bangfu.giving.campaigns.yearly import behind, kept_table, rows_of_year, table_of, year_of
from tests.at_once import both
from tests.cast import NOW, Cast, enter_cast
from tests.foundation.money.books import legs
from tests.giving.campaigns.given import Giving, balances, grant, opened

TODAY = NOW.date()
LATER_ON = NOW + timedelta(days=20)
ENTRIES = st.lists(
    st.tuples(st.integers(0, 2), st.integers(2020, 2021), st.integers(1, 2_000)), min_size=1, max_size=8
)
"""What is booked, in which year, in fen."""


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


def moved(story: Giving, kind: int, year: int, fen: int, source: str) -> None:
    """Book income, spending or administration of a year."""
    debit, credit = (
        ("Assets:Bank:Charity", "Income:Gifts:Transfer"),
        ("Expenses:Grants", "Assets:Bank:Charity"),
        ("Expenses:Fees", "Assets:Bank:Charity"),
    )[kind]
    code, on = story.fund.code, date(year, 6, 1)
    frame = legs((debit, fen, code), (credit, -fen, code), source=source, on=on)
    enter_vouchers(unit=story.cast.office, frame=frame, act=story.act(at=datetime(2021, 12, 31, tzinfo=UTC)))


def since_2015(story: Giving) -> None:
    """Let the books begin in 2015, and have an account for fees."""
    if BookAccount.objects.filter(unit=story.cast.office, code="Expenses:Fees").exists():
        return
    open_book_account(
        unit=story.cast.office, code="Expenses:Fees", asset="CNY", title_zh="手续费", title_en="Fees",
        starts_on=date(2020, 1, 1), act=story.act(),
    )  # fmt: skip
    with system_writes("older books"):
        BookAccount.objects.filter(unit=story.cast.office).update(starts_on=date(2015, 1, 1))
        Fund.objects.filter(pk=story.fund.pk).update(starts_on=date(2015, 1, 1))


def earlier(story: Giving, year: int, fen: int, *, back: bool = False) -> None:
    """Let something arrive in an earlier year, and go back in it where it should leave nothing."""
    since_2015(story)
    moved(story, 0, year, fen, f"old{year}")
    if back:
        moved(story, 0, year, -fen, f"back{year}")


def other_kind(story: Giving) -> None:
    """Let the charity be an association."""
    with system_writes("another kind of charity"):
        Charity.objects.filter(pk=story.charity.pk).update(kind=CharityKind.ASSOCIATION)
    story.charity.refresh_from_db()


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

    def test_or_of_the_mean_of_three_years_whichever_asks_for_less(self, story: Giving) -> None:
        alone = year_of(story.charity, 2022)
        assert (alone.received_three, alone.spends_enough) == (None, None)
        earlier(story, 2018, 30_000)
        earlier(story, 2019, 30_000)
        found = year_of(story.charity, 2021)
        assert (found.received_before, found.received_three) == (90_000, 150_000)
        assert (found.still_to_spend, found.is_by_mean, found.spends_enough) == (35_000, True, False)
        exact = replace(found, spent=35_000)
        assert (exact.still_to_spend, exact.spends_enough) == (0, True)
        assert replace(found, spent=34_999).spends_enough is False
        assert replace(found, received_three=None, spent=35_000).still_to_spend == 28_000
        more = replace(found, received_three=900_000)
        assert (more.still_to_spend, more.is_by_mean) == (63_000, False)

    def test_years_without_books_do_not_pull_the_mean_down(self, story: Giving) -> None:
        earlier(story, 2019, 30_000)
        assert year_of(story.charity, 2021).received_three is None
        assert year_of(story.charity, 2022).received_three == 120_000

    def test_limits_of_a_foundation_are_applied_to_no_other_charity(
        self, story: Giving, client: Client
    ) -> None:
        other_kind(story)
        found = year_of(story.charity, 2021)
        assert (found.spends_enough, found.costs_little, found.cost_left) == (None, None, None)
        assert book(story, 20_000, reason="不是基金会").reason == ""
        client.force_login(story.cast.officer)
        at = f"/campaigns/charities/{story.charity.pk}"
        for page in (f"{at}/years/2020/", f"{at}/cost"):
            said = client.get(page).content.decode()
            assert "这个慈善组织不是基金会" in said
            assert "70 %" not in said
            assert "10 %" not in said

    def test_the_sponsors_spending_is_not_the_charitys(self, story: Giving) -> None:
        before = year_of(story.charity, 2020)
        story.points(50_000)
        after = year_of(story.charity, 2020)
        assert (after.received - before.received, after.spent, after.total) == (
            50_000,
            before.spent,
            before.total,
        )


class TestLines:
    @given(entries=ENTRIES)
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    def test_every_line_is_the_sum_of_the_entries_behind_it(
        self, story: Giving, entries: list[tuple[int, int, int]]
    ) -> None:
        point = transaction.savepoint()
        try:
            since_2015(story)
            for number, (kind, year, fen) in enumerate(entries):
                moved(story, kind, year, fen, f"e{number}")
            for year in (2019, 2020, 2021):
                for row in rows_of_year(year_of(story.charity, year)):
                    found = behind(story.charity, year, row.name)
                    assert found is not None
                    assert found.sign * sum(leg.amount_minor for leg in found.legs) == row.amount, row.name
        finally:
            transaction.savepoint_rollback(point)

    def test_open_to_their_entries(self, story: Giving, client: Client) -> None:
        book(story, 4_000)
        duty = Duty.objects.filter(kind="YEARLY").order_by("due_on")[0]
        client.force_login(story.cast.officer)
        at = f"/campaigns/charities/{story.charity.pk}/years/2020/"
        table, year = client.get(f"/campaigns/duties/{duty.pk}/table"), client.get(at)
        for name, amount in (
            ("received", "900.00"),
            ("spent", "450.00"),
            ("cost", "40.00"),
            ("closing", "410.00"),
        ):
            for page in (table, year):
                assert f'href="{at}{name}/"' in page.content.decode()
            line = client.get(f"{at}{name}/").content.decode()
            assert amount in line
            assert "HOPE-2020" in line
        rows = b"".join(client.get(f"{at}cost.csv")).decode()
        assert "管理费" in rows
        assert "40.00" in rows
        assert client.get(f"{at}cost.xlsx").status_code == 200
        assert "没有分录" in client.get(f"{at}received_before/").content.decode()
        for gone in ("goal", "received_three"):
            assert client.get(f"{at}{gone}/").status_code == 404
        client.force_login(story.cast.outsider)
        assert client.get(f"{at}cost/").status_code in (403, 404)

    def test_a_year_that_has_not_begun_opens_nowhere(self, story: Giving, client: Client) -> None:
        duty = Duty.objects.filter(kind="YEARLY").order_by("due_on")[0]
        with system_writes("a duty of a year to come"):
            Duty.objects.filter(pk=duty.pk).update(due_on=date(2099, 5, 31))
        client.force_login(story.cast.officer)
        page = client.get(f"/campaigns/duties/{duty.pk}/table").content.decode()
        assert "/years/2098/" not in page

    def test_how_often_was_given_opens_the_gifts(self, story: Giving, client: Client) -> None:
        duty = Duty.objects.filter(kind="PROGRESS").order_by("due_on")[0]
        client.force_login(story.cast.officer)
        page = client.get(f"/campaigns/duties/{duty.pk}/table").content.decode()
        assert f"/campaigns/gifts/?campaign={story.campaign.pk}" in page

    def test_a_line_that_tables_did_not_have_then_did_not_move(self, story: Giving, client: Client) -> None:
        duty = Duty.objects.filter(kind="YEARLY").order_by("due_on")[0]
        giving.disclose(duty=duty, published_on=TODAY, address="https://example.org/1", act=story.act())
        earlier(story, 2017, 10_000, back=True)
        client.force_login(story.cast.officer)
        page = client.get(f"/campaigns/duties/{duty.pk}/table").content.decode()
        assert "前三年总收入" in page
        assert "公开以后有数字变了" not in page


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
        assert "不足 70 %" in year
        assert "还须支出 630.00 元" in year
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

    def test_a_fund_that_grants_is_not_offered_and_refused_with_the_way_out(
        self, story: Giving, client: Client
    ) -> None:
        with system_writes("a fund that grants"):
            Fund.objects.filter(pk=story.fund.pk).update(spent_on="Expenses:Grants")
        story.fund.refresh_from_db()
        with pytest.raises(giving.UnableToBookCost) as refused:
            book(story, 100)
        assert refused.value.code == "for_grants_alone"
        assert not Cost.objects.exists()
        client.force_login(story.cast.officer)
        page = client.get(f"/campaigns/charities/{story.charity.pk}/cost").content.decode()
        assert story.fund.code not in page
        assert "另设基金" in page

    def test_an_accountant_opens_a_fund_in_the_charitys_books(self, story: Giving, client: Client) -> None:
        at = f"/campaigns/charities/{story.charity.pk}/"
        said = {
            "code": "ADMIN", "starts_on": "2020-07-01", "title_zh": "管理费", "title_en": "Administration",
            "purpose": "日常管理", "is_restricted": "general", "key": "a",
        }  # fmt: skip
        client.force_login(story.cast.clerk)
        assert client.get(f"{at}fund").status_code == 403
        grant(story.cast.officer, story.cast.group, "accountant")
        client.force_login(story.cast.officer)
        assert client.post(f"{at}fund", said).status_code == 302
        assert Fund.objects.get(code="ADMIN").is_restricted is False
        assert "ADMIN" in client.get(at).content.decode()
        again = client.post(f"{at}fund", {**said, "key": "b"})
        assert (again.status_code, "日常管理" in again.content.decode()) == (409, True)

    def test_charities_are_searched_and_leave_as_files(self, story: Giving, client: Client) -> None:
        client.force_login(story.cast.officer)
        name = story.charity.name_zh
        assert name in client.get(f"/campaigns/charities/?q={name[:4]}").content.decode()
        assert "没有符合条件的慈善组织" in client.get("/campaigns/charities/?q=没有的").content.decode()
        assert name in b"".join(client.get("/campaigns/charities.csv")).decode()
        assert client.get("/campaigns/charities.xlsx").status_code == 200
