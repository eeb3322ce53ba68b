"""Entries as a room posts them, and as an attacker with the application's role tries to."""

from __future__ import annotations

import threading
from datetime import date

import polars
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from bangfu.foundation.money import operations as money
from bangfu.foundation.money.models import BookAccount, Entry, Fund, Leg
from bangfu.foundation.money.operations import Line, posting
from bangfu.foundation.money.queries import funds_of, trial_balance
from bangfu.foundation.money.refusals import (
    UnableToEnterBalances,
    UnableToOpenBook,
    UnableToPostEntry,
    UnableToReverseEntry,
)
from bangfu.foundation.operations import NotPermitted, system_writes
from tests.cast import Cast, enter_cast
from tests.conftest import pointing_at
from tests.foundation.money.books import OPENED, SPENT_ON, gift, grant, legs, open_books, post, reverse

FIRST_DAY = date(2019, 6, 1)


def put(cast: Cast, frame: polars.DataFrame) -> money.PostedEntries:
    return post(unit=cast.group, frame=frame, act=cast.act(cast.officer))


def standing(cast: Cast) -> dict[tuple[str, str | None], int]:
    """What stands in the accounts, those at zero left out."""
    return {
        (one.account.code, one.fund.code if one.fund else None): one.amount_minor
        for one in trial_balance(cast.group, until=date(2020, 7, 31))
        if one.amount_minor
    }


class TestPostEntries:
    def test_writes_entries_that_balance(self, books: Cast) -> None:
        done = put(books, polars.concat([gift(36_700), gift(500, source="second", entry=2)]))
        assert (done.count, done.skipped) == (2, 0)
        assert standing(books) == {("Assets:Bank", "HOPE"): 37_200, ("Income:Gifts", "HOPE"): -37_200}
        first = Entry.objects.get(source_id="gift")
        assert (first.unit, first.happened_on, first.leg_count) == (books.group, SPENT_ON, 2)
        assert (first.entered_by, first.subject_id, first.revision) == (books.officer, None, 1)

    def test_posts_the_same_source_once(self, books: Cast) -> None:
        put(books, gift(100))
        again = put(books, polars.concat([gift(100), gift(7, source="new", entry=2)]))
        assert (again.count, again.skipped) == (1, 1)
        assert standing(books)["Assets:Bank", "HOPE"] == 107

    @pytest.mark.parametrize(
        ("frame", "code"),
        [
            (legs(("Assets:Bank", 5, None), ("Income:Gifts", -4, None)), "unbalanced"),
            (legs(("Assets:Bank", 5, "HOPE"), ("Income:Gifts", -5, None)), "unbalanced"),
            (legs(("Assets:Bank", 5, None), ("Income:Gifts-Points", -5, None)), "unbalanced"),
            (legs(("Assets:Bank", 0, None), ("Income:Gifts", 0, None)), "nothing_moved"),
            (legs(("Assets:Safe", 5, None), ("Income:Gifts", -5, None)), "unknown_account"),
            (legs(("Assets:Bank", 5, "OTHER"), ("Income:Gifts", -5, "OTHER")), "unknown_fund"),
            (gift(5, on=date(2020, 8, 1)), "in_future"),
            (gift(5, on=date(2018, 12, 31)), "closed_then"),
            (gift(5).with_columns(account=polars.lit(None, polars.String)), "incomplete"),
        ],
    )
    def test_refuses_with_nothing_written(self, books: Cast, frame: polars.DataFrame, code: str) -> None:
        with pytest.raises(UnableToPostEntry) as refused:
            put(books, polars.concat([gift(1, source="fine", entry=9), frame]))
        assert refused.value.code == code
        assert refused.value.sentence.zh
        assert (Entry.objects.count(), Leg.objects.count()) == (0, 0)

    def test_says_by_how_much_an_entry_is_out(self, books: Cast) -> None:
        with pytest.raises(UnableToPostEntry, match=r"相差 -0\.01"):
            put(books, legs(("Assets:Bank", 1000, None), ("Income:Gifts", -1001, None)))

    def test_keeps_the_books_of_units_apart(self, books: Cast) -> None:
        with pytest.raises(UnableToPostEntry, match="没有科目"):
            post(unit=books.guizhou, frame=gift(5), act=books.act(books.officer))


class TestRestrictedFunds:
    def test_are_spent_down_to_nothing(self, books: Cast) -> None:
        put(books, gift(3_349_000_00))
        put(books, grant(3_349_000_00))
        assert standing(books) == {
            ("Income:Gifts", "HOPE"): -334_900_000,
            ("Expenses:Grants", "HOPE"): 334_900_000,
        }

    def test_are_never_overdrawn(self, books: Cast) -> None:
        put(books, gift(100))
        with pytest.raises(UnableToPostEntry) as refused:
            put(books, grant(101))
        assert refused.value.code == "fund_short"
        assert "现有 1.00，不够支出 1.01" in refused.value.sentence.zh
        assert Entry.objects.count() == 1

    def test_may_be_spent_in_the_entry_that_fills_them(self, books: Cast) -> None:
        put(
            books,
            legs(
                ("Assets:Bank", 100, "HOPE"),
                ("Income:Gifts", -100, "HOPE"),
                ("Assets:Bank", -100, "HOPE"),
                ("Expenses:Grants", 100, "HOPE"),
            ),
        )
        assert standing(books)["Expenses:Grants", "HOPE"] == 100

    def test_general_money_may_run_into_debt(self, books: Cast) -> None:
        put(books, legs(("Expenses:Grants", 100, None), ("Assets:Bank", -100, None)))
        assert standing(books)["Assets:Bank", None] == -100

    def test_show_what_they_hold(self, books: Cast) -> None:
        put(books, gift(3_670_000_00))
        put(books, grant(3_349_000_00))
        (fund,) = funds_of([books.group.pk])
        assert (fund.held_fen, fund.held_points) == (321_000_00, 0)

    def test_the_last_of_it_is_spent_once_by_two_at_the_same_moment(self, own_database: str) -> None:
        cast = enter_cast()
        open_books(cast)
        put(cast, gift(100))
        outcomes: list[str] = []
        ready = threading.Barrier(2)

        def spend(name: str) -> None:
            with pointing_at(own_database):
                ready.wait()
                try:
                    put(cast, grant(100, source=name))
                    outcomes.append("spent")
                except UnableToPostEntry as refused:
                    outcomes.append(refused.code)
                connection.close()

        threads = [threading.Thread(target=spend, args=(name,)) for name in ("a", "b")]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert sorted(outcomes) == ["fund_short", "spent"]
        assert Entry.objects.count() == 2

    def test_the_database_refuses_it_even_without_the_look_before(
        self, books: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put(books, gift(100))
        monkeypatch.setattr(posting, "lock_and_check_funds", lambda legs: None)
        with pytest.raises(Exception, match="does not hold that much"):
            put(books, grant(101))


class TestReverseEntry:
    def test_mirrors_the_entry_on_its_own_day(self, books: Cast) -> None:
        put(books, gift(100))
        entry = Entry.objects.get()
        back = reverse(entry=entry, reason="refunded", on=date(2020, 7, 1), act=books.act(books.officer))
        assert (back.reverses, back.reason, back.happened_on) == (entry, "refunded", date(2020, 7, 1))
        assert sorted(back.legs.values_list("amount_minor", flat=True)) == [-100, 100]
        assert standing(books) == {}

    @pytest.mark.parametrize(
        ("reason", "on", "code"),
        [
            ("because", SPENT_ON, "unknown_reason"),
            ("refunded", date(2020, 5, 31), "wrong_day"),
            ("refunded", date(2020, 8, 2), "wrong_day"),
        ],
    )
    def test_refuses(self, books: Cast, reason: str, on: date, code: str) -> None:
        put(books, gift(100))
        with pytest.raises(UnableToReverseEntry) as refused:
            reverse(entry=Entry.objects.get(), reason=reason, on=on, act=books.act(books.officer))
        assert (refused.value.code, Entry.objects.count()) == (code, 1)

    def test_refuses_twice_and_reversals(self, books: Cast) -> None:
        put(books, gift(100))
        entry = Entry.objects.get()
        back = reverse(entry=entry, reason="refunded", on=SPENT_ON, act=books.act(books.officer))
        for one, code in ((entry, "reversed_already"), (back, "is_a_reversal")):
            with pytest.raises(UnableToReverseEntry) as refused:
                reverse(entry=one, reason="refunded", on=SPENT_ON, act=books.act(books.officer))
            assert refused.value.code == code

    def test_refuses_to_take_back_a_gift_that_is_spent(self, books: Cast) -> None:
        put(books, gift(100))
        put(books, grant(100))
        with pytest.raises(UnableToPostEntry, match="不够支出"):
            reverse(
                entry=Entry.objects.get(source_id="gift"),
                reason="refunded",
                on=SPENT_ON,
                act=books.act(books.officer),
            )


class TestOpeningBalances:
    def enter(self, cast: Cast, *lines: Line) -> Entry:
        return money.enter_opening_balances(
            unit=cast.group, on=FIRST_DAY, balances=lines, act=cast.act(cast.officer)
        )

    def test_are_one_entry_whose_difference_is_equity(self, books: Cast) -> None:
        self.enter(
            books,
            Line("Assets:Bank", 1_000, "HOPE"),
            Line("Assets:Bank", 500),
            Line("Liabilities:Payable", -200),
        )
        assert standing(books) == {
            ("Assets:Bank", "HOPE"): 1_000,
            ("Assets:Bank", None): 500,
            ("Liabilities:Payable", None): -200,
            ("Equity:Opening-CNY", "HOPE"): -1_000,
            ("Equity:Opening-CNY", None): -300,
        }

    def test_are_entered_once(self, books: Cast) -> None:
        self.enter(books, Line("Assets:Bank", 500))
        with pytest.raises(UnableToEnterBalances, match="已经登记过"):
            self.enter(books, Line("Assets:Bank", 500))
        assert standing(books)["Assets:Bank", None] == 500

    def test_need_an_account_for_the_difference(self, books: Cast) -> None:
        with pytest.raises(UnableToEnterBalances, match="Equity:Opening-POINT"):
            self.enter(books, Line("Assets:Points", 500))

    def test_only_an_accountant_enters_them(self, books: Cast) -> None:
        for stranger in (books.clerk, books.auditor, books.outsider):
            with pytest.raises(NotPermitted):
                money.enter_opening_balances(
                    unit=books.group, on=FIRST_DAY, balances=[Line("Assets:Bank", 5)], act=books.act(stranger)
                )


class TestEnterVouchers:
    def test_all_of_them_or_none(self, books: Cast) -> None:
        act = books.act(books.officer)
        good, bad = (
            gift(100, source="V1"),
            legs(("Assets:Bank", 5, None), ("Nowhere", -5, None), source="V2", entry=2),
        )
        with pytest.raises(UnableToPostEntry, match="Nowhere"):
            money.enter_vouchers(unit=books.group, frame=polars.concat([good, bad]), act=act)
        assert not Entry.objects.exists()
        assert money.enter_vouchers(unit=books.group, frame=good, act=act).count == 1
        entry = Entry.objects.get()
        assert (entry.source_system, entry.source_id, entry.entered_by) == (
            "money.voucher",
            "V1",
            books.officer,
        )

    def test_a_number_is_entered_once(self, books: Cast) -> None:
        money.enter_vouchers(unit=books.group, frame=gift(100), act=books.act(books.officer))
        again = money.enter_vouchers(unit=books.group, frame=gift(999), act=books.act(books.officer))
        assert (again.count, again.skipped) == (0, 1)
        assert standing(books)["Assets:Bank", "HOPE"] == 100

    def test_never_more_than_the_fund_holds(self, books: Cast) -> None:
        frame = polars.concat([gift(100), grant(101).with_columns(entry=polars.lit(2))])
        with pytest.raises(UnableToPostEntry, match="不够支出"):
            money.enter_vouchers(unit=books.group, frame=frame, act=books.act(books.officer))
        assert not Entry.objects.exists()

    def test_only_an_accountant_enters_them(self, books: Cast) -> None:
        for stranger in (books.clerk, books.auditor, books.outsider):
            with pytest.raises(NotPermitted):
                money.enter_vouchers(unit=books.group, frame=gift(5), act=books.act(stranger))


class TestOpenBooks:
    @pytest.mark.parametrize(("code", "refusal"), [("Bank", "code_form"), ("Assets:Bank", "code_taken")])
    def test_accounts_have_codes_of_their_own(self, books: Cast, code: str, refusal: str) -> None:
        before = BookAccount.objects.count()
        with pytest.raises(UnableToOpenBook) as refused:
            money.open_book_account(
                unit=books.group, code=code, asset="CNY", title_zh="银行", title_en="Bank", starts_on=OPENED,
                act=books.act(books.officer),
            )  # fmt: skip
        assert (refused.value.code, BookAccount.objects.count()) == (refusal, before)

    @pytest.mark.parametrize(
        ("code", "purpose", "refusal"),
        [("hope", "助学", "code_form"), ("HOPE", "助学", "code_taken"), ("NEW", " ", "purpose_missing")],
    )
    def test_funds_have_a_code_and_a_purpose(
        self, books: Cast, code: str, purpose: str, refusal: str
    ) -> None:
        with pytest.raises(UnableToOpenBook) as refused:
            money.open_fund(
                unit=books.group, code=code, title_zh="基金", title_en="Fund", purpose=purpose, starts_on=OPENED,
                act=books.act(books.officer),
            )  # fmt: skip
        assert (refused.value.code, Fund.objects.count()) == (refusal, 1)

    @pytest.mark.parametrize(("zh", "en"), [("基金", " "), ("", "Fund")])
    def test_are_named_in_both_languages(self, books: Cast, zh: str, en: str) -> None:
        named = {"title_zh": zh, "title_en": en, "starts_on": OPENED, "act": books.act(books.officer)}
        with pytest.raises(UnableToOpenBook) as fund:
            money.open_fund(unit=books.group, code="NEW", purpose="助学", **named)
        with pytest.raises(UnableToOpenBook) as account:
            money.open_book_account(unit=books.group, code="Assets:New", asset="CNY", **named)
        assert (fund.value.code, account.value.code) == ("title_missing", "title_missing")


ENTRY = (
    "INSERT INTO money_entry (id, unit_id, happened_on, entered_by_id, leg_count, source_system, source_id{more})"
    " SELECT {{new}}, unit_id, happened_on, entered_by_id, {count}, source_system, 'attack'{given} FROM money_entry ORDER BY id"
    " LIMIT 1"
)
LEG = (
    "INSERT INTO money_leg (entry_id, account_id, asset, fund_id, amount_minor)"
    " SELECT {entry}, account_id, asset, fund_id, {amount} FROM money_leg ORDER BY id LIMIT 1"
)


def attack(*statements: str) -> None:
    """Run SQL as the application's role, and ask for what waits for the end of the transaction."""
    with system_writes("an attack"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('money_entry', 'id'))")
        key = str(cursor.fetchone()[0])
        for statement in statements:
            cursor.execute(statement.replace("{new}", key))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


NEW = ENTRY.format(more="", count=2, given="")
SEVEN, LESS_SEVEN = (LEG.format(entry="{new}", amount=amount) for amount in (7, -7))


class TestTheDatabaseRefuses:
    @pytest.fixture(autouse=True)
    def _posted(self, books: Cast) -> None:
        put(books, gift(100))

    def test_but_not_an_honest_entry(self) -> None:
        attack(SEVEN, LESS_SEVEN, NEW)
        assert Entry.objects.count() == 2

    @pytest.mark.parametrize(
        ("statements", "constraint"),
        [
            ([NEW], "has not as many legs"),
            ([SEVEN, NEW], "has not as many legs"),
            ([SEVEN, LESS_SEVEN], "that was not written"),
            ([LEG.format(entry="0", amount=7)], "that was not written"),
            ([SEVEN, LESS_SEVEN, LEG.format(entry="{new} + 1", amount=7), NEW], "that was not written"),
            ([SEVEN, LEG.format(entry="{new}", amount=-6), NEW], "does not balance"),
            ([SEVEN, LESS_SEVEN, NEW, SEVEN], "has all its legs already"),
            ([LEG.format(entry="(SELECT min(id) FROM money_entry)", amount=7)], "has all its legs already"),
            ([LEG.format(entry="{new}", amount=0)], "money_leg_moves_something"),
            ([LEG.format(entry="{new}", amount=-101)], "does not hold that much"),
            ([SEVEN, ENTRY.format(more="", count=1, given="")], "money_entry_has_two_legs"),
            ([SEVEN, LESS_SEVEN, NEW.replace("'attack'", "source_id")], "money_source_once"),
            (
                [SEVEN, LESS_SEVEN, NEW.replace("happened_on, entered_by_id, 2", "happened_on, 0, 2")],
                "unknown entered_by_id",
            ),
            (
                [SEVEN, LESS_SEVEN, ENTRY.format(more=", reverses_id, reason", count=2, given=", id, NULL")],
                "money_reversal_has_a_reason",
            ),
            (
                [
                    SEVEN,
                    LESS_SEVEN,
                    ENTRY.format(more=", reverses_id, reason", count=2, given=", id, 'withdrawn'"),
                ],
                "does not mirror",
            ),
            (
                [
                    SEVEN,
                    LESS_SEVEN,
                    ENTRY.format(more=", reverses_id, reason", count=2, given=", 0, 'withdrawn'"),
                ],
                "does not mirror",
            ),
        ],
    )
    def test_entries_that_break_a_rule(self, statements: list[str], constraint: str) -> None:
        with pytest.raises(IntegrityError, match=constraint):
            attack(*statements)

    @pytest.mark.parametrize(
        ("column", "given"),
        [
            ("account_id", "(SELECT id FROM money_bookaccount WHERE code = 'Assets:Points')"),
            ("account_id", "0"),
            ("fund_id", "0"),
        ],
    )
    def test_a_leg_of_another_asset_or_in_what_is_not_there(self, column: str, given: str) -> None:
        columns = "account_id, asset, fund_id"
        legs = [one.replace(f"SELECT {{new}}, {columns}", f"SELECT {{new}}, {columns.replace(column, given)}")
                for one in (SEVEN, LESS_SEVEN)]  # fmt: skip
        with pytest.raises(IntegrityError, match="another unit, asset or time"):
            attack(*legs, NEW)

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE money_leg SET amount_minor = 1",
            "DELETE FROM money_leg",
            "TRUNCATE money_leg",
            "UPDATE money_entry SET happened_on = '2019-02-02'",
            "DELETE FROM money_entry",
            "DELETE FROM money_fund",
            "UPDATE money_fund SET is_restricted = false",
            "UPDATE money_bookaccount SET asset = 'POINT'",
            "DELETE FROM money_bookaccount",
            "UPDATE money_subtotal SET amount_minor = 1",
            "TRUNCATE money_subtotal",
            "INSERT INTO money_subtotal (account_id, asset, amount_minor) SELECT min(id), 'CNY', 7 FROM money_bookaccount",
            ENTRY.format(more=", recorded_at", count=2, given=", now()"),
        ],
    )
    def test_changes_of_what_was_entered(self, statement: str) -> None:
        with pytest.raises(DatabaseError):
            attack(statement)
