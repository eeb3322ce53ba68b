"""A small set of books for the tests of money: the group's bank, gifts and grants, and one restricted fund."""

from __future__ import annotations

from datetime import date

import polars

from bangfu.foundation.money import operations as money
from bangfu.foundation.money.models import Entry, Fund
from bangfu.foundation.operations import Act, Scope, operation, system_writes
from bangfu.foundation.organisation.models import RoleGrant, Unit
from bangfu.foundation.people.models import Account
from tests.cast import FOUNDED, Cast

OPENED = date(2019, 1, 1)
SPENT_ON = date(2020, 6, 1)
ACCOUNTS = (
    ("Assets:Bank", "CNY"),
    ("Assets:Points", "POINT"),
    ("Liabilities:Payable", "CNY"),
    ("Equity:Opening-CNY", "CNY"),
    ("Income:Gifts", "CNY"),
    ("Income:Gifts-Points", "POINT"),
    ("Expenses:Grants", "CNY"),
)


@operation("tests.post_entries", scope=lambda **_: Scope())
def post(*, unit: Unit, frame: polars.DataFrame, act: Act) -> money.PostedEntries:
    """Post entries without a record."""
    return money.post_entries(frame, unit=unit, system="test", act=act)


@operation("tests.reverse_entry", scope=lambda **_: Scope())
def reverse(*, entry: Entry, reason: str, on: date, act: Act) -> Entry:
    """Take an entry back."""
    return money.reverse_entry(entry, reason=reason, on=on, act=act)


def accountant(cast: Cast) -> Account:
    """Give the officer the accountant's role at the root, and return them."""
    with system_writes("a role for the test"):
        RoleGrant.objects.create(account=cast.officer, role="accountant", unit=cast.group, starts_on=FOUNDED)
    return cast.officer


def open_books(cast: Cast) -> Fund:
    """Open the group's accounts and its fund for pupils, and return the fund."""
    keeper = accountant(cast)
    for code, asset in ACCOUNTS:
        money.open_book_account(
            unit=cast.group,
            code=code,
            asset=asset,
            title_zh=f"{code} 科目",
            title_en=code,
            starts_on=OPENED,
            act=cast.act(keeper),
        )
    return money.open_fund(
        unit=cast.group,
        code="HOPE",
        title_zh="助学基金",
        title_en="Pupils' fund",
        purpose="助学金",
        starts_on=OPENED,
        act=cast.act(keeper),
    )


def legs(
    *rows: tuple[str, int, str | None], source: str = "A", on: date = SPENT_ON, entry: int = 1
) -> polars.DataFrame:
    """Return one entry: (account, minor units, fund) a leg."""
    return polars.DataFrame(
        {
            "account": [row[0] for row in rows],
            "amount_minor": [row[1] for row in rows],
            "fund": [row[2] for row in rows],
        },
        schema_overrides={"fund": polars.String},
    ).with_columns(entry=polars.lit(entry), on=polars.lit(on), source_id=polars.lit(source))


def gift(amount: int, *, source: str = "gift", on: date = SPENT_ON, entry: int = 1) -> polars.DataFrame:
    """Return a gift into the pupils' fund."""
    return legs(
        ("Assets:Bank", amount, "HOPE"), ("Income:Gifts", -amount, "HOPE"), source=source, on=on, entry=entry
    )


def grant(amount: int, *, source: str = "grant", on: date = SPENT_ON) -> polars.DataFrame:
    """Return a grant out of the pupils' fund."""
    return legs(("Expenses:Grants", amount, "HOPE"), ("Assets:Bank", -amount, "HOPE"), source=source, on=on)
