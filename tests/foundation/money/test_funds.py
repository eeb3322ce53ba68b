"""A restricted fund is spent on what it is for, never runs into debt, and ends with nothing owed and nothing lost."""

from __future__ import annotations

from datetime import date

import polars
import pytest

from bangfu.foundation.money import operations as money
from bangfu.foundation.money.models import Entry, Fund
from bangfu.foundation.money.operations import posting
from bangfu.foundation.money.refusals import UnableToCloseFund, UnableToOpenBook, UnableToPostEntry
from bangfu.foundation.operations import Act, Scope, operation
from tests.cast import Cast
from tests.foundation.money.books import OPENED, post

DAY = date(2020, 6, 1)


@operation("tests.limit_fund", scope=lambda **_: Scope())
def limit(*, fund: Fund, to: str, act: Act) -> None:
    """Limit a fund."""
    money.limit_fund(fund, to=to)


def put(books: Cast, source: str, *lines: tuple[str, int], fund: str = "HOPE") -> None:
    rows = [(1, DAY, account, fen, fund, source) for account, fen in lines]
    columns = ["entry", "on", "account", "amount_minor", "fund", "source_id"]
    post(
        unit=books.group,
        frame=polars.DataFrame(rows, schema=columns, orient="row"),
        act=books.act(books.officer),
    )


def hope(books: Cast) -> Fund:
    return Fund.objects.select_related("unit").get(code="HOPE")


def close(books: Cast, to: Fund | None = None, document: str = "理〔2020〕9号") -> Fund:
    return money.close_fund(fund=hope(books), surplus_to=to, document=document, act=books.act(books.officer))


def other(books: Cast, code: str = "HOPE-2") -> Fund:
    return money.open_fund(
        unit=books.group, code=code, title_zh="下一期", title_en="Next round", purpose="助学", starts_on=OPENED,
        act=books.act(books.officer),
    )  # fmt: skip


class TestWhatIsOwed:
    def test_is_not_free_to_be_spent_again(self, books: Cast) -> None:
        put(books, "in", ("Assets:Bank", 100), ("Income:Gifts", -100))
        put(books, "owed", ("Expenses:Grants", 70), ("Liabilities:Payable", -70))
        with pytest.raises(UnableToPostEntry) as refused:
            put(books, "back", ("Income:Gifts", 31), ("Assets:Bank", -31))
        assert refused.value.code == "fund_short"
        assert "现有 0.30" in refused.value.sentence.zh
        put(books, "back", ("Income:Gifts", 30), ("Assets:Bank", -30))

    def test_is_no_more_than_is_free_and_the_database_says_so_too(
        self, books: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put(books, "in", ("Assets:Bank", 100), ("Income:Gifts", -100))
        debt = (("Expenses:Grants", 101), ("Liabilities:Payable", -101))
        with pytest.raises(UnableToPostEntry) as refused:
            put(books, "owed", *debt)
        assert refused.value.code == "fund_short"
        monkeypatch.setattr(posting, "lock_and_check_funds", lambda legs: None)
        with pytest.raises(Exception, match="does not hold that much"):
            put(books, "owed", *debt)

    def test_is_paid_when_nothing_else_is_left(self, books: Cast) -> None:
        put(books, "in", ("Assets:Bank", 100), ("Income:Gifts", -100))
        put(books, "owed", ("Expenses:Grants", 100), ("Liabilities:Payable", -100))
        put(books, "paid", ("Liabilities:Payable", 100), ("Assets:Bank", -100))
        assert money.free_of_funds([hope(books).pk]) == {(hope(books).pk, "CNY"): 0}


class TestLimitFund:
    def test_lets_it_be_spent_on_that_alone(self, books: Cast) -> None:
        put(books, "in", ("Assets:Bank", 100), ("Income:Gifts", -100))
        act = books.act(books.officer)
        limit(fund=hope(books), to="Expenses:Grants", act=act)
        money.open_book_account(
            unit=books.group, code="Expenses:Travel", asset="CNY", title_zh="差旅", title_en="Travel", starts_on=OPENED,
            act=act,
        )  # fmt: skip
        for account in ("Expenses:Travel", "Equity:Opening-CNY"):
            with pytest.raises(UnableToPostEntry) as refused:
                put(books, "out", (account, 10), ("Assets:Bank", -10))
            assert refused.value.code == "other_purpose"
        put(books, "out", ("Expenses:Grants", 10), ("Assets:Bank", -10))
        limit(fund=hope(books), to="Expenses:Grants", act=act)
        with pytest.raises(UnableToOpenBook) as other_purpose:
            limit(fund=hope(books), to="Expenses:Travel", act=act)
        assert other_purpose.value.code == "other_purpose"


class TestCloseFund:
    def test_refuses_while_something_is_owed_or_left(self, books: Cast) -> None:
        put(books, "in", ("Assets:Bank", 100), ("Income:Gifts", -100))
        put(books, "owed", ("Expenses:Grants", 70), ("Liabilities:Payable", -70))
        for document, code in ((" ", "no_document"), ("理〔2020〕9号", "owes")):
            with pytest.raises(UnableToCloseFund) as refused:
                close(books, document=document)
            assert refused.value.code == code
        put(books, "paid", ("Liabilities:Payable", 70), ("Assets:Bank", -70))
        with pytest.raises(UnableToCloseFund) as left:
            close(books)
        assert left.value.code == "money_left"
        assert "0.30" in left.value.sentence.zh
        assert hope(books).ends_on is None

    def test_passes_what_is_left_to_a_fund_of_the_same_purpose(self, books: Cast) -> None:
        put(books, "in", ("Assets:Bank", 100), ("Income:Gifts", -100))
        limit(fund=hope(books), to="Expenses:Grants", act=books.act(books.officer))
        heir = other(books)
        with pytest.raises(UnableToCloseFund) as refused:
            close(books, heir)
        assert refused.value.code == "other_purpose"
        limit(fund=heir, to="Expenses:Grants", act=books.act(books.officer))
        closed = close(books, Fund.objects.get(pk=heir.pk))
        assert closed.ends_on == date(2020, 8, 1)
        assert money.free_of_funds([closed.pk, heir.pk]) == {(closed.pk, "CNY"): 0, (heir.pk, "CNY"): 100}
        assert Entry.objects.filter(source_system="money.closing", source_id="HOPE").count() == 1
        with pytest.raises(UnableToCloseFund) as again:
            close(books, heir)
        assert again.value.code == "closed_already"

    def test_closes_one_that_is_empty(self, books: Cast) -> None:
        assert close(books).ends_on == date(2020, 8, 1)
        assert Entry.objects.count() == 0
