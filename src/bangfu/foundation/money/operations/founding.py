"""The books that a house begins with: plain functions for its founding, when nobody can act yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars

from bangfu.foundation.money.models import ACCOUNT_KINDS, BookAccount, Fund
from bangfu.foundation.money.operations.posting import Line, enter_entries
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit

OPENING = "money.opening"
"""The source of every entry of opening balances."""


@dataclass(frozen=True)
class NewFund:
    """A fund that is there on the first day."""

    code: str
    title_zh: str
    title_en: str
    purpose: str
    is_restricted: bool


@dataclass(frozen=True)
class NewAccount:
    """An account of the books that is there on the first day."""

    code: str
    asset: str
    title_zh: str
    title_en: str


@dataclass(frozen=True)
class NewBooks:
    """The books of one unit: its funds and accounts, and what these hold on a day, in balance."""

    unit: str
    """The unit's code."""
    on: date
    funds: tuple[NewFund, ...]
    accounts: tuple[NewAccount, ...]
    balances: tuple[Line, ...]


def opening_source(unit: str) -> str:
    """Return the source id of the opening balances of a unit, by its code: a unit has one."""
    return f"opening:{unit}"


def enter_books(books: NewBooks, *, act: Act) -> None:
    """Open the books of one unit and enter what they hold, as one entry.

    Raises: UnableToPostEntry: see its codes.
    """
    unit = Unit.objects.get(code=books.unit)
    Fund.objects.bulk_create(
        Fund(
            unit=unit,
            code=fund.code,
            title_zh=fund.title_zh,
            title_en=fund.title_en,
            purpose=fund.purpose,
            is_restricted=fund.is_restricted,
            starts_on=books.on,
        )
        for fund in books.funds
    )
    BookAccount.objects.bulk_create(
        BookAccount(
            unit=unit,
            code=account.code,
            kind=ACCOUNT_KINDS[account.code.split(":")[0]],
            asset=account.asset,
            title_zh=account.title_zh,
            title_en=account.title_en,
            starts_on=books.on,
        )
        for account in books.accounts
    )
    enter_entries(
        opening_entry(books.balances, unit=books.unit, on=books.on), unit=unit, system=OPENING, act=act
    )


def opening_entry(balances: tuple[Line, ...] | list[Line], *, unit: str, on: date) -> polars.DataFrame:
    """Return opening balances as the one entry that ``post_entries`` takes."""
    return polars.DataFrame(
        {
            "account": [line.account for line in balances],
            "amount_minor": [line.amount_minor for line in balances],
            "fund": [line.fund for line in balances],
        },
        schema_overrides={"fund": polars.String},
    ).with_columns(entry=polars.lit(1), on=polars.lit(on), source_id=polars.lit(opening_source(unit)))
