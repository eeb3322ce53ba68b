"""Books are opened: funds, accounts, and what they held on the first day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from bangfu.foundation.money.models import (
    ACCOUNT_CODE,
    ACCOUNT_KINDS,
    FUND_CODE,
    Asset,
    BookAccount,
    Entry,
    Fund,
)
from bangfu.foundation.money.operations.founding import OPENING, opening_entry, opening_source
from bangfu.foundation.money.operations.posting import Line, post_entries
from bangfu.foundation.money.refusals import UnableToEnterBalances, UnableToOpenBook, UnableToPostEntry
from bangfu.foundation.operations import Act, Scope, inside_operation, operation
from bangfu.foundation.organisation.models import Unit


def _scope_of_unit(*, unit: Unit, **arguments: object) -> Scope:
    return unit.scope


def _refuse_untitled(title_zh: str, title_en: str) -> None:
    if not (title_zh.strip() and title_en.strip()):
        raise UnableToOpenBook("title_missing")


@operation("money.open_fund", scope=_scope_of_unit)
def open_fund(
    *,
    unit: Unit,
    code: str,
    title_zh: str,
    title_en: str,
    purpose: str,
    starts_on: date,
    is_restricted: bool = True,
    act: Act,
) -> Fund:
    """Open a fund of a unit.

    Raises: UnableToOpenBook: ``code_taken``, ``code_form``, ``title_missing``, ``purpose_missing``.
    """
    _refuse_untitled(title_zh, title_en)
    if not purpose.strip():
        raise UnableToOpenBook("purpose_missing")
    if Fund.objects.filter(code=code).exists():
        raise UnableToOpenBook("code_taken", code=code)
    if not re.fullmatch(FUND_CODE, code):
        raise UnableToOpenBook("code_form", code=code)
    return Fund.objects.create(
        unit=unit,
        code=code,
        title_zh=title_zh,
        title_en=title_en,
        purpose=purpose.strip(),
        starts_on=starts_on,
        is_restricted=is_restricted,
    )


@operation("money.open_book_account", scope=_scope_of_unit)
def open_book_account(
    *, unit: Unit, code: str, asset: str, title_zh: str, title_en: str, starts_on: date, act: Act
) -> BookAccount:
    """Open an account in a unit's books; its kind is the first part of its code.

    Raises: UnableToOpenBook: ``code_taken``, ``code_form``, ``title_missing``.
    """
    _refuse_untitled(title_zh, title_en)
    if BookAccount.objects.filter(unit=unit, code=code).exists():
        raise UnableToOpenBook("code_taken", code=code)
    if not re.fullmatch(ACCOUNT_CODE, code):
        raise UnableToOpenBook("code_form", code=code)
    return BookAccount.objects.create(
        unit=unit,
        code=code,
        kind=ACCOUNT_KINDS[code.split(":")[0]],
        asset=Asset(asset).value,
        title_zh=title_zh,
        title_en=title_en,
        starts_on=starts_on,
    )


def open_missing_accounts(
    unit: Unit, accounts: Iterable[tuple[str, str, str, str]], *, starts_on: date
) -> int:
    """Open those accounts of a unit's books that are not there yet, inside the operation of a room, and return how many.

    Args:
        accounts: code, asset, title in Chinese, title in English.
    """
    inside_operation()
    wanted = [
        BookAccount(
            unit=unit,
            code=code,
            kind=ACCOUNT_KINDS[code.split(":")[0]],
            asset=Asset(asset).value,
            title_zh=zh,
            title_en=en,
            starts_on=starts_on,
        )
        for code, asset, zh, en in accounts
    ]
    there = set(BookAccount.objects.filter(unit=unit).values_list("code", flat=True))
    fresh = [one for one in wanted if one.code not in there]
    # Somebody else may open them at the same moment.
    BookAccount.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


@operation("money.enter_opening_balances", scope=_scope_of_unit)
def enter_opening_balances(*, unit: Unit, on: date, balances: Sequence[Line], act: Act) -> Entry:
    """Enter what a unit's accounts hold on its first day; the difference goes to ``Equity:Opening`` of each asset.

    Once a unit and day: a second entry would double what is there.

    Raises: UnableToEnterBalances: ``entered_already``, ``no_equity``; UnableToPostEntry: see its codes.
    Posts: one entry of the unit's books.
    """
    if not balances:
        raise UnableToPostEntry("incomplete", column="balances")
    entered = Entry.objects.filter(source_system=OPENING, source_id=opening_source(unit.code))
    if entered.exists():
        raise UnableToEnterBalances("entered_already", unit=unit.name)
    accounts = {one.code: one for one in BookAccount.objects.filter(unit=unit)}
    lines = list(balances)
    sums: dict[tuple[str, str | None], int] = {}
    for line in balances:
        account = accounts.get(line.account)
        if account is None:
            raise UnableToPostEntry("unknown_account", account=line.account)
        sums[account.asset, line.fund] = sums.get((account.asset, line.fund), 0) + line.amount_minor
    for (asset, fund), total in sorted(sums.items(), key=str):
        if total == 0:
            continue
        equity = f"Equity:Opening-{asset}"
        if equity not in accounts:
            raise UnableToEnterBalances("no_equity", account=equity)
        lines.append(Line(equity, -total, fund))
    post_entries(opening_entry(lines, unit=unit.code, on=on), unit=unit, system=OPENING, act=act)
    return entered.get()
