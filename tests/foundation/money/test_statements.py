"""A fund over a period: every line is the sum of the legs that it opens to, and the lines add up."""

from __future__ import annotations

from datetime import date
from random import Random

import polars
import pytest
from django.db.models import Sum

from bangfu.foundation.money.models import Fund
from bangfu.foundation.money.statements import (
    CLOSING,
    COST,
    HELD,
    OPENING,
    OWED,
    PAID,
    RECEIVED,
    is_cost,
    legs_behind,
    statement_of,
    totals_of,
)
from tests.cast import Cast
from tests.foundation.money.books import OPENED, gift, grant, legs, post
from tests.foundation.money.test_export import door, lines

FIRST, LAST = date(2020, 6, 1), date(2020, 6, 30)


@pytest.fixture
def told(books: Cast) -> Cast:
    """A gift before the period; within it a gift, a grant of which a part is owed; and one after it."""
    act = books.act(books.officer)
    owed = legs(
        ("Expenses:Grants", 500, "HOPE"), ("Liabilities:Payable", -500, "HOPE"), source="owed", entry=2
    )
    frames = [
        gift(7_000, source="before", on=date(2020, 5, 31)), owed, gift(2_000, source="in", on=LAST, entry=3),
        gift(9_999, source="after", on=date(2020, 7, 1), entry=4),
    ]  # fmt: skip
    post(unit=books.group, frame=polars.concat(frames), act=act)
    post(unit=books.group, frame=grant(1_200, on=FIRST), act=act)
    return books


class TestStatement:
    def test_what_was_held_received_paid_and_owed(self, told: Cast) -> None:
        found = statement_of(Fund.objects.get(), first=FIRST, last=LAST)
        assert [(one.section, one.account.code if one.account else "", one.amount_minor) for one in found.lines] == [
            (OPENING, "", 7_000), (RECEIVED, "Income:Gifts", 2_000), (PAID, "Expenses:Grants", 1_700), (CLOSING, "", 7_300),
            (HELD, "Assets:Bank", 7_800), (OWED, "Liabilities:Payable", 500),
        ]  # fmt: skip

    def test_each_line_is_the_sum_of_the_legs_behind_it(self, told: Cast) -> None:
        fund = Fund.objects.get()
        found = statement_of(fund, first=FIRST, last=LAST)
        for one in found.lines:
            within = one.section in (RECEIVED, PAID)
            last = date(2020, 5, 31) if one.section == OPENING else LAST
            rows = legs_behind(fund, account=one.account, first=FIRST if within else None, last=last)
            sign = -1 if one.section in (RECEIVED, OWED) else 1
            assert sign * rows.aggregate(total=Sum("amount_minor"))["total"] == one.amount_minor

    @pytest.mark.parametrize("seed", range(4))
    def test_opening_and_what_moved_are_the_closing(self, books: Cast, seed: int) -> None:
        chance, frames = Random(seed), []
        for number in range(30):
            on, amount = date(2020, chance.randint(1, 7), chance.randint(1, 28)), chance.randint(1, 999)
            kind = gift(amount, source=f"g{number}", on=on, entry=number)
            if number % 3 == 0:
                kind = legs(
                    ("Expenses:Grants", amount, "HOPE"), ("Liabilities:Payable", -amount, "HOPE"), source=f"o{number}",
                    on=on, entry=number,
                )  # fmt: skip
            frames.append(kind)
        post(unit=books.group, frame=polars.concat(frames), act=books.act(books.officer))
        found = statement_of(Fund.objects.get(), first=FIRST, last=LAST)
        moved = found.total(RECEIVED) - found.total(PAID) - found.total(COST)
        assert found.total(OPENING) + moved == found.total(CLOSING) == found.total(HELD) - found.total(OWED)
        whole = totals_of(books.group, first=OPENED, last=date(2020, 12, 31))
        assert (whole[OPENING], whole[CLOSING]) == (0, whole[RECEIVED] - whole[PAID])

    def test_costs_are_told_by_their_account(self) -> None:
        assert [is_cost(one) for one in ("Expenses:Administration", "Expenses:Fees:Bank", "Expenses:Feet")] == [
            True, True, False,
        ]  # fmt: skip


class TestPages:
    def test_the_statement_opens_to_its_entries(self, told: Cast) -> None:
        client, fund = door(told.auditor), Fund.objects.get()
        page = client.get(f"/money/funds/{fund.pk}/?from={FIRST}&until={LAST}").content.decode()
        for amount in ("70.00", "20.00", "17.00", "73.00", "78.00", "5.00"):
            assert f">{amount}<" in page.replace("<b>", "").replace("</b>", "")
        opened = client.get(f"/money/funds/{fund.pk}/entries/?until={LAST}").content.decode()
        assert "借方 73.00" in opened
        assert client.get(f"/money/funds/{fund.pk}/entries/?account=x").status_code == 404
        empty = client.get(
            f"/money/funds/{fund.pk}/entries/?from=2019-01-01&until=2019-01-02"
        ).content.decode()
        assert "没有分录" in empty

    def test_both_are_files_too(self, told: Cast) -> None:
        client, fund = door(told.auditor), Fund.objects.get()
        rows = lines(client.get(f"/money/funds/{fund.pk}/statement.csv?from={FIRST}&until={LAST}"))
        assert rows[0] == "项目,科目,名称,金额,计量"
        assert "期末结余,,,73.00,元" in rows
        assert client.get(f"/money/funds/{fund.pk}/statement.xlsx").status_code == 200
        rows = lines(client.get(f"/money/funds/{fund.pk}/entries.csv?until={LAST}"))
        assert any(row.startswith("2020-06-30,") and ",20.00,," in row for row in rows)
        assert client.get(f"/money/funds/{fund.pk}/entries.xlsx").status_code == 200

    def test_strangers_do_not_see_it(self, told: Cast) -> None:
        at = f"/money/funds/{Fund.objects.get().pk}/"
        for part in ("", "statement.csv", "entries/", "entries.csv"):
            assert door(told.clerk).get(f"{at}{part}").status_code == 403
