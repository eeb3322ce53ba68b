"""Balances are sums of subtotals, which are the sums of legs at any moment and cannot be changed."""

from __future__ import annotations

import random
import threading
from collections import Counter
from contextlib import suppress

import polars
import pytest
from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from bangfu.foundation.money.adding_up import add_up
from bangfu.foundation.money.models import Entry, Leg, Subtotal
from bangfu.foundation.money.queries import sums_of_fund, trial_balance
from bangfu.foundation.money.refusals import UnableToPostEntry
from bangfu.foundation.operations import system_writes
from tests.cast import Cast, enter_cast
from tests.conftest import pointing_at
from tests.foundation.money.books import gift, grant, open_books, post, reverse


def of_legs() -> dict[tuple[int, int | None, str], int]:
    """What the legs come to, by account, fund and asset, those at zero left out."""
    return _sums(Leg)


def of_subtotals() -> dict[tuple[int, int | None, str], int]:
    """What the subtotals come to."""
    return _sums(Subtotal)


def _sums(model: type[Leg] | type[Subtotal]) -> dict[tuple[int, int | None, str], int]:
    rows = (
        model.objects.values_list("account", "fund", "asset").annotate(total=Sum("amount_minor")).order_by()
    )
    return {(account, fund, asset): total for account, fund, asset, total in rows if total}


@pytest.mark.parametrize("seed", range(5))
def test_are_the_sums_of_legs_whatever_happens(books: Cast, seed: int) -> None:
    chance = random.Random(seed)
    act = books.act(books.officer)
    for turn in range(12):
        match chance.randrange(4):
            case 0:
                post(unit=books.group, frame=gift(chance.randrange(1, 900), source=f"g{turn}"), act=act)
            case 1:
                many = [gift(1 + number, source=f"m{turn}-{number}", entry=number) for number in range(40)]
                post(unit=books.group, frame=polars.concat(many), act=act)
            case 2:
                with suppress(UnableToPostEntry):  # the fund may not hold that much
                    post(unit=books.group, frame=grant(chance.randrange(1, 500), source=f"s{turn}"), act=act)
            case 3:
                free = Entry.objects.filter(reverses=None, reversals=None, source_id__startswith="s").first()
                if free is not None:
                    reverse(entry=free, reason="withdrawn", on=act.on, act=act)
        if chance.random() < 0.3:
            add_up()
        assert of_subtotals() == of_legs()
    standing = {
        one.account.pk: one.amount_minor for one in trial_balance(books.group, until=timezone.localdate())
    }
    summed: Counter[int] = Counter()
    for (account, _, _), total in of_legs().items():
        summed[account] += total
    assert {key: total for key, total in standing.items() if total} == dict(summed)


class TestAddUp:
    def test_leaves_one_of_each_account_and_fund(self, books: Cast) -> None:
        for number in range(3):
            post(unit=books.group, frame=gift(100, source=f"g{number}"), act=books.act(books.officer))
        before = of_subtotals()
        assert (Subtotal.objects.count(), add_up(), Subtotal.objects.count(), add_up()) == (6, 6, 2, 0)
        assert of_subtotals() == before

    def test_leaves_nothing_of_what_came_to_nothing(self, books: Cast) -> None:
        post(unit=books.group, frame=gift(100), act=books.act(books.officer))
        entry = Entry.objects.get()
        reverse(entry=entry, reason="withdrawn", on=entry.happened_on, act=books.act(books.officer))
        add_up()
        assert (Subtotal.objects.count(), sums_of_fund(books_fund(entry))) == (0, [])

    def test_whoever_deletes_them_changes_no_balance(self, books: Cast) -> None:
        post(unit=books.group, frame=gift(100), act=books.act(books.officer))
        before = of_subtotals()
        with system_writes("an attack"), connection.cursor() as cursor:
            cursor.execute("DELETE FROM money_subtotal")
        assert of_subtotals() == before == of_legs()

    def test_twice_at_once_and_beside_whoever_posts(self, own_database: str) -> None:
        cast = enter_cast()
        open_books(cast)
        done: list[bool] = []

        def adds_up() -> None:
            with pointing_at(own_database):
                for _ in range(15):
                    add_up()
                connection.close()
                done.append(True)

        threads = [threading.Thread(target=adds_up) for _ in range(2)]
        for thread in threads:
            thread.start()
        for number in range(25):
            post(unit=cast.group, frame=gift(7, source=f"g{number}"), act=cast.act(cast.officer))
        for thread in threads:
            thread.join()
        assert done == [True, True]
        assert of_subtotals() == of_legs()
        assert sum(total for total in of_legs().values() if total > 0) == 175


def books_fund(entry: Entry) -> int | None:
    """The fund of an entry's legs."""
    return entry.legs.values_list("fund_id", flat=True).first()
