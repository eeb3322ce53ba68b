"""Vouchers of programs: each is judged by itself, is answered once for good, and harms no other of its call."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bangfu.foundation.money import operations as money
from bangfu.foundation.money.models import Entry, Fund, Leg, Subtotal, Voucher
from bangfu.foundation.money.operations import judging, taking
from bangfu.foundation.money.operations.judging import LARGEST_AMOUNT
from bangfu.foundation.money.operations.taking import TakenVoucher
from bangfu.foundation.money.queries import trial_balance
from bangfu.foundation.money.refusals import UnableToEnterVoucher
from bangfu.foundation.operations import Act, NotPermitted, UnableToKeepKeys, system_writes
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.people.models import Account
from tests.at_once import both, waiting
from tests.cast import Cast, enter_cast
from tests.foundation.money.books import OPENED, SPENT_ON, open_books

Row = tuple[str, int, str | None]
GIFT: tuple[Row, ...] = (("Assets:Bank", 1_000, None), ("Income:Gifts", -1_000, None))


def one(number: str = "P-1", *rows: Row, unit: str = "", **changes: Any) -> money.UnitVoucher:
    """Return a voucher as a program says it; usually a gift of ten yuan."""
    said: dict[str, Any] = {"happened_on": SPENT_ON, "summary": "收到捐款", **changes}
    lines = tuple(money.Line(*row) for row in rows or GIFT)
    return money.UnitVoucher(unit or "GROUP", money.NewVoucher(number, lines=lines, **said))


def gift(number: str, fen: int) -> money.UnitVoucher:
    """Return a gift into the pupils' fund."""
    return one(number, ("Assets:Bank", fen, "HOPE"), ("Income:Gifts", -fen, "HOPE"))


def grant(number: str, fen: int, account: str = "Expenses:Grants") -> money.UnitVoucher:
    """Return a grant out of the pupils' fund."""
    return one(number, (account, fen, "HOPE"), ("Assets:Bank", -fen, "HOPE"))


def take(
    cast: Cast, *vouchers: money.UnitVoucher, actor: Account | None = None, **more: Any
) -> list[TakenVoucher]:
    """Take vouchers in one call."""
    return money.take_vouchers(vouchers=list(vouchers), act=cast.act(actor or cast.officer, **more))


def standing(cast: Cast) -> Counter[str]:
    """Return what stands in the group's accounts, for all funds together."""
    found: Counter[str] = Counter()
    for balance in trial_balance(cast.group, until=date(2030, 1, 1)):
        found[balance.account.code] += balance.amount_minor
    return Counter({code: amount for code, amount in found.items() if amount})


def told(answers: list[TakenVoucher]) -> list[tuple[str, bool]]:
    return [(answer.code, answer.is_again) for answer in answers]


def check_sums() -> None:
    """Subtotals are what the legs come to, and every entry balances."""
    legs: dict[tuple[int, int | None], int] = {}
    entries: dict[int, int] = {}
    for entry, account, fund, amount in Leg.objects.values_list(
        "entry_id", "account_id", "fund_id", "amount_minor"
    ):
        legs[account, fund] = legs.get((account, fund), 0) + amount
        entries[entry] = entries.get(entry, 0) + amount
    sums: dict[tuple[int, int | None], int] = {}
    for account, fund, amount in Subtotal.objects.values_list("account_id", "fund_id", "amount_minor"):
        sums[account, fund] = sums.get((account, fund), 0) + amount
    assert sums == legs
    assert set(entries.values()) <= {0}
    assert set(entries) == set(Entry.objects.values_list("pk", flat=True))


class TestTakeVouchers:
    def test_each_is_entered_whole_and_answered_in_its_order(self, books: Cast) -> None:
        answers = take(
            books, one("P-1"), gift("P-2", 500),
            one(" P-3 ", *GIFT, ("Assets:Points", 7, None), ("Income:Gifts-Points", -7, None)),
        )  # fmt: skip
        assert told(answers) == [("", False)] * 3
        entries = list(Entry.objects.order_by("pk").values_list("pk", "source_id", "leg_count", "entered_by"))
        assert entries == [
            (answer.entry, number, legs, books.officer.pk)
            for answer, number, legs in zip(answers, ("P-1", "P-2", "P-3"), (2, 2, 4), strict=True)
        ]
        assert list(Voucher.objects.values_list("summary", flat=True)) == ["收到捐款"] * 3
        assert standing(books) == {
            "Assets:Bank": 2_500, "Income:Gifts": -2_500, "Assets:Points": 7, "Income:Gifts-Points": -7,
        }  # fmt: skip
        assert list(
            Leg.objects.filter(entry=answers[2].entry).order_by("pk").values_list("account__code", "asset", "amount_minor")
        ) == [
            ("Assets:Bank", "CNY", 1_000), ("Income:Gifts", "CNY", -1_000), ("Assets:Points", "POINT", 7),
            ("Income:Gifts-Points", "POINT", -7),
        ]  # fmt: skip
        check_sums()

    @pytest.mark.parametrize(
        ("bad", "code", "says"),
        [
            (one(" "), "no_number", "请写凭证号"),
            (one("x" * 81), "number_form", "80"),
            (one("a\0b"), "number_form", "80"),
            (one("a\nb"), "number_form", "80"),
            (one("a\ud800b"), "number_form", "80"),
            (one(summary=""), "no_summary", "请写摘要"),
            (one(summary="字" * 201), "summary_form", "200"),
            (one(summary="a\0"), "summary_form", "200"),
            (one("P-1", GIFT[0]), "one_line", "两行"),
            (one("P-1", *(GIFT * 101)), "too_many_lines", "200"),
            (one("P-1", ("Assets:Bank", 0, None), ("Income:Gifts", 0, None)), "nothing_moved", "不能为零"),
            (
                one("P-1", ("Assets:Bank", LARGEST_AMOUNT + 1, None), ("Income:Gifts", -LARGEST_AMOUNT - 1, None)),
                "too_large", "100,000,000,000.00",
            ),
            (one("P-1", ("Assets:Bank", 10**40, None), ("Income:Gifts", -(10**40), None)), "too_large", "核对金额"),
            (one(happened_on=date(2099, 1, 1)), "in_future", "2099-01-01"),
            (one(happened_on=date(2018, 12, 31)), "closed_then", "尚未开设"),
            (one(happened_on=date(1, 1, 1)), "closed_then", "尚未开设"),
            (one(unit="NOWHERE"), "unknown_unit", "NOWHERE"),
            (one(unit="a\0\ud800"), "unknown_unit", r"a\x00\ud800"),
            (one("P-1", GIFT[0], ("Income:None", -1_000, None)), "unknown_account", "Income:None"),
            (one("P-1", GIFT[0], ("a\0\ud800", -1_000, None)), "unknown_account", r"a\x00\ud800"),
            (one("P-1", ("Assets:Bank", 1, "NONE"), ("Income:Gifts", -1, "NONE")), "unknown_fund", "NONE"),
            (one("P-1", ("Assets:Bank", 1, "\0"), ("Income:Gifts", -1, "\0")), "unknown_fund", r"\x00"),
            (one("P-1", GIFT[0], ("Income:Gifts", -999, None)), "unbalanced", "分录 P-1 借贷不平，相差 0.01"),
            (one("P-1", GIFT[0], ("Income:Gifts-Points", -1_000, None)), "unbalanced", "借贷不平"),
            (one("P-1", GIFT[0], ("Income:Gifts", -1_000, "HOPE")), "unbalanced", "借贷不平"),
            (grant("P-1", 401), "fund_short", "现有 4.00，不够支出 4.01"),
            (grant("P-1", 1, "Expenses:Rent"), "other_purpose", "只能用于它的用途"),
            (grant("P-1", 1, "Equity:Opening-CNY"), "other_purpose", "只能用于它的用途"),
        ],
    )  # fmt: skip
    def test_one_that_is_refused_harms_no_other(
        self, books: Cast, bad: money.UnitVoucher, code: str, says: str
    ) -> None:
        open_rent(books)
        take(books, gift("START", 400))
        with system_writes("a fund for grants alone"):
            Fund.objects.update(spent_on="Expenses:Grants")
        before = AuditEntry.objects.count()
        answers = take(books, one("G-1"), bad, grant("G-2", 400))
        assert told(answers) == [("", False), (code, False), ("", False)]
        assert answers[1].entry is None
        assert answers[1].says is not None
        assert says in answers[1].says.zh
        assert answers[1].says.en
        assert set(Entry.objects.values_list("source_id", flat=True)) == {"START", "G-1", "G-2"}
        assert AuditEntry.objects.count() - before == 3, "one of the call and one of each that stands"
        check_sums()

    def test_a_closed_account_or_fund_takes_nothing_any_more(self, books: Cast) -> None:
        with system_writes("a fund that is over"):
            Fund.objects.update(ends_on=SPENT_ON)
        answers = take(books, gift("A", 1), one("B"))
        assert told(answers) == [("closed_then", False), ("", False)]

    def test_whoever_may_not_is_refused_and_others_of_the_call_are_not_asked(self, books: Cast) -> None:
        answers = take(books, one("A"), one("B", unit="NONE"), actor=books.clerk)
        assert told(answers) == [("out_of_scope", False), ("unknown_unit", False)]
        assert answers[0].says is not None
        assert "money.take_vouchers" in answers[0].says.en
        assert not Entry.objects.exists()

    def test_a_token_without_the_permission_takes_none(self, books: Cast) -> None:
        books.officer.limited_to = frozenset({"money.enter_voucher"})
        assert told(take(books, one())) == [("out_of_scope", False)]

    def test_more_than_a_thousand_are_refused_at_once(self, books: Cast) -> None:
        with pytest.raises(UnableToEnterVoucher) as refused:
            take(books, *[one()] * 1_001)
        assert refused.value.code == "too_many_vouchers"

    def test_none_is_no_defect(self, books: Cast) -> None:
        assert take(books) == []


def open_rent(cast: Cast) -> None:
    """Open an account on which the pupils' fund is not spent."""
    money.open_book_account(
        unit=cast.group, code="Expenses:Rent", asset="CNY", title_zh="房租", title_en="Rent", starts_on=OPENED,
        act=cast.act(cast.officer),
    )  # fmt: skip


class TestItsNumber:
    def test_is_answered_with_the_first_entry_in_a_call_and_later(self, books: Cast) -> None:
        first = take(books, one(), one(), one(summary="另一笔"))
        assert told(first) == [("", False), ("", True), ("number_taken", False)]
        assert first[1].entry == first[0].entry
        again = take(books, one("P-2"), one(), one(summary="另一笔"))
        assert told(again) == [("", False), ("", True), ("number_taken", False)]
        assert again[1].entry == first[0].entry
        assert Entry.objects.count() == 2

    @pytest.mark.parametrize(
        "other",
        [
            one(happened_on=date(2020, 5, 31)), one(summary="收到"), one("P-1", *reversed(GIFT)),
            one("P-1", ("Assets:Bank", 999, None), ("Income:Gifts", -999, None)), one("P-1", GIFT[0]),
            one("P-1", *((account, amount, "HOPE") for account, amount, _ in GIFT)), one("P-1", *GIFT, *GIFT),
            one("P-1", GIFT[0], ("Income:None", -1_000, None)), one(unit="P52"),
        ],
    )  # fmt: skip
    def test_is_not_that_of_another_voucher(self, books: Cast, other: money.UnitVoucher) -> None:
        take(books, one())
        (answer,) = take(books, other)
        assert answer.code in ("number_taken", "one_line", "unknown_unit")
        assert Entry.objects.count() == 1

    def test_stays_when_it_is_reversed_closed_or_spent_meanwhile(self, books: Cast) -> None:
        (first, *_) = take(books, gift("A", 400), grant("B", 400))
        entry = Entry.objects.get(source_id="B")
        money.reverse_voucher(
            entry=entry, reason="wrong_amount", happened_on=SPENT_ON, act=books.act(books.officer)
        )
        take(books, grant("C", 400))
        with system_writes("a fund that is over"):
            Fund.objects.update(ends_on=SPENT_ON)
        again = take(books, grant("B", 400), gift("A", 400))
        assert told(again) == [("", True), ("", True)]
        assert [answer.entry for answer in again] == [entry.pk, first.entry]

    def test_is_free_when_the_first_was_refused(self, books: Cast) -> None:
        answers = take(books, grant("A", 100), gift("B", 100), grant("A", 100))
        assert told(answers) == [("fund_short", False), ("", False), ("", False)]

    def test_of_a_voucher_of_the_page_is_known_too(self, books: Cast) -> None:
        entry = money.enter_voucher(unit=books.group, voucher=one().voucher, act=books.act(books.officer))
        (answer,) = take(books, one())
        assert (answer.entry, answer.is_again) == (entry.pk, True)
        with pytest.raises(UnableToEnterVoucher) as refused:
            money.enter_voucher(unit=books.group, voucher=one().voucher, act=books.act(books.officer))
        assert refused.value.code == "number_taken"


class TestARestrictedFund:
    def test_is_spent_in_order_of_arrival(self, books: Cast) -> None:
        take(books, gift("START", 1_000))
        answers = take(
            books, grant("A", 600), grant("B", 500), grant("C", 400), gift("D", 300), grant("E", 200), grant("F", 101),
        )  # fmt: skip
        assert [code for code, _ in told(answers)] == ["", "fund_short", "", "", "", "fund_short"]
        assert standing(books) == {"Assets:Bank": 100, "Expenses:Grants": 1_200, "Income:Gifts": -1_300}
        check_sums()

    def test_that_moves_within_itself_needs_nothing(self, books: Cast) -> None:
        take(books, gift("START", 100))
        owed = one("A", ("Assets:Bank", 500, "HOPE"), ("Liabilities:Payable", -500, "HOPE"))
        deeper = one("B", ("Expenses:Grants", 200, "HOPE"), ("Liabilities:Payable", -200, "HOPE"))
        assert [code for code, _ in told(take(books, owed, deeper))] == ["", "fund_short"]
        check_sums()


class TestItsTrail:
    def test_has_a_row_of_each_with_the_token_it_came_through(self, books: Cast) -> None:
        answers = take(books, one("A"), one("B", GIFT[0]), one("C"), one("A"))
        through = money.take_vouchers(vouchers=[one("D")], act=through_a_token(books))
        rows = AuditEntry.objects.filter(operation="money.take_vouchers", part_of__isnull=False).order_by(
            "pk"
        )
        assert [(row.request_key, row.objects_named, row.through, row.scopes[0]["unit"]) for row in rows] == [
            (number, [f"money.entry:{entry}"], prefix, books.group.pk)
            for number, entry, prefix in (
                ("A", answers[0].entry, None), ("C", answers[2].entry, None), ("D", through[0].entry, "bf_aaaaaaaa"),
            )
        ]  # fmt: skip

    def test_tells_two_calls_under_one_request_key_apart(self, books: Cast) -> None:
        first = take(books, one("A"), one("B", GIFT[0]), key="k")
        assert take(books, one("A"), one("B", GIFT[0]), key="k") == first
        with pytest.raises(NotPermitted) as refused:
            take(books, one("B"), key="k")
        assert refused.value.code == "key_reused"


def through_a_token(cast: Cast) -> Act:
    return replace(cast.act(cast.officer), through="bf_aaaaaaaa")


class TestTwoAtOnce:
    def test_with_one_number_enter_it_once(self, own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
        cast = enter_cast()
        open_books(cast)
        monkeypatch.setattr(taking, "write", waiting(judging.write, 5))
        answers: list[TakenVoucher] = []
        lock = threading.Lock()

        def call() -> None:
            for _ in range(4):
                try:
                    found = take(cast, one(), one("OTHER"))
                except UnableToKeepKeys:
                    continue
                with lock:
                    answers.extend(found)
                return

        assert both((call, call)) == ["done", "done"]
        assert sorted(told(answers)) == [("", False)] * 2 + [("", True)] * 2
        assert len({answer.entry for answer in answers}) == 2
        assert Entry.objects.count() == 2
        check_sums()

    def test_with_one_voucher_that_spends_the_last_of_a_fund_get_the_same_answer(
        self, own_database: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cast = enter_cast()
        open_books(cast)
        take(cast, gift("START", 1_000))
        monkeypatch.setattr(judging, "_locked", waiting(judging._locked, 5))
        answers: list[TakenVoucher] = []
        calls = (lambda: answers.extend(take(cast, grant("A", 1_000))),) * 2
        assert both(calls) == ["done", "done"]
        assert sorted(told(answers)) == [("", False), ("", True)]
        assert standing(cast)["Expenses:Grants"] == 1_000
        check_sums()

    def test_who_spend_the_last_of_a_fund_do_not_overdraw_it(self, own_database: str) -> None:
        cast = enter_cast()
        open_books(cast)
        take(cast, gift("START", 1_000))
        answers: list[TakenVoucher] = []

        def call(name: str) -> None:
            answers.extend(take(cast, *(grant(f"{name}-{number}", 300) for number in range(3))))

        assert both((lambda: call("a"), lambda: call("b"))) == ["done", "done"]
        assert sorted(code for code, _ in told(answers)) == [
            "",
            "",
            "",
            "fund_short",
            "fund_short",
            "fund_short",
        ]
        assert standing(cast)["Assets:Bank"] == 100
        check_sums()
