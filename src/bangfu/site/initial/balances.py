"""The sheet of opening balances compared with itself and with the units: the books of a new house."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from re import fullmatch
from typing import Any

from bangfu.foundation.money.amounts import written
from bangfu.foundation.money.models import ACCOUNT_CODE, ASSET_WORDS, DECIMALS, FUND_CODE, Asset
from bangfu.foundation.money.operations import Line, NewAccount, NewBooks, NewFund
from bangfu.foundation.rooms import Words, both
from bangfu.site.initial.layouts import UNRESTRICTED

Row = dict[str, Any]
Wrong = Callable[..., None]
"""``wrong(row, code, **details)`` notes what is wrong with a row of the sheet."""

WRONG_BALANCES = {
    "account_form": both(
        "科目代码「{account}」不合格式，要像 Assets:Bank：首段是 Assets、Liabilities、Equity、Income 或 Expenses，"
        "其后各段以大写字母或数字开头。",
        "The account {account} has not the right form. Write it like Assets:Bank: it begins with Assets, Liabilities, Equity, "
        "Income or Expenses, and every further part begins with a capital or a digit.",
    ),
    "account_differs": both(
        "科目「{account}」的名称或计价与第 {other} 行不同，请照抄。",
        "Titles or currency of the account {account} differ from row {other}; make them the same.",
    ),
    "balance_twice": both(
        "与第 {other} 行是同一科目、同一基金，请合成一行。",
        "Row {other} is of the same account and fund; make one row of them.",
    ),
    "one_side": both(
        "借方余额、贷方余额填一个，只填一个。", "Fill in either the debit or the credit, and not both."
    ),
    "points_whole": both("积分没有小数，请改为整数。", "Points are whole; write the amount without decimals."),
    "fund_form": both(
        "基金代码「{fund}」只能用字母、数字和短横，如 HOPE-2020。",
        "The fund's code {fund} may have letters, digits and hyphens only, like HOPE-2020.",
    ),
    "fund_unknown": both(
        "没有说明基金「{fund}」是什么：请在这一行写中英文名称和用途。",
        "Nothing says what the fund {fund} is: write its name in both languages and its purpose in this row.",
    ),
    "fund_differs": both(
        "基金「{fund}」的单位、名称、用途或限定与第 {other} 行不同。一个基金只属于一个单位；请照抄，或空着。",
        "Unit, names, purpose or restriction of the fund {fund} differ from row {other}. A fund belongs to one unit; make them "
        "the same, or leave them empty.",
    ),
    "fund_missing": both(
        "写了基金的名称、用途或限定，却没有基金代码。请补上代码，或清空这几格。",
        "The row names a fund or its purpose without the fund's code. Give the code, or empty those cells.",
    ),
    "fund_overdrawn": both(
        "限定基金「{fund}」的资产合计为 {held}，不能低于零。请核对借贷方向和所属基金。",
        "The assets of the restricted fund {fund} come to {held}; they cannot be below zero. Check the sides and the fund.",
    ),
    "day_differs": both(
        "启用日与第 {other} 行不同，一个单位只有一个启用日。",
        "The first day differs from row {other}; a unit has one first day.",
    ),
    "unbalanced": both(
        "单位「{unit}」{asset}（{fund}）借方合计 {debit}，贷方合计 {credit}，不相等。请核对，或把差额写进一行净资产，"
        "如 Equity:Opening-{currency}。",
        "Debits of unit {unit} in {asset} ({fund}) come to {debit}, credits to {credit}. Check the rows, or enter the"
        " difference as a row of equity, such as Equity:Opening-{currency}.",
    ),
}  # fmt: skip
_GENERAL = both("不属于基金", "general money")
_OF_FUND = ("fund_zh", "fund_en", "purpose", "restriction")
_KINDS_OF_ASSETS = "Assets:"


def books_of(rows: list[Row], *, wrong: Wrong, judge_sums: bool) -> tuple[NewBooks, ...]:
    """Return the books of each unit, in the order of the sheet, and note everything that is wrong.

    Args:
        judge_sums: false when rows of the sheet could not be read, so that sums would only mislead.
    """
    good = [row for row in rows if _stands(row, wrong)]
    funds = _funds(good, wrong)
    _compare(good, wrong)
    if judge_sums and len(good) == len(rows):
        _weigh(good, funds, wrong)
    units: dict[str, list[Row]] = {}
    for row in good:
        units.setdefault(row["unit"], []).append(row)
    return tuple(
        NewBooks(
            unit=unit,
            on=of_unit[0]["on"],
            funds=tuple(fund for owner, fund in funds.values() if owner == unit),
            accounts=tuple(
                {
                    row["account"]: NewAccount(row["account"], row["asset"], row["title_zh"], row["title_en"])
                    for row in of_unit
                }.values()
            ),
            balances=tuple(Line(row["account"], _minor(row), row["fund"] or None) for row in of_unit),
        )
        for unit, of_unit in units.items()
    )


def _stands(row: Row, wrong: Wrong) -> bool:
    """Tell whether a row can be understood by itself."""
    found = []
    if not fullmatch(ACCOUNT_CODE, row["account"]):
        found.append(("account_form", {"account": row["account"]}))
    if (row["debit"] is None) == (row["credit"] is None):
        found.append(("one_side", {}))
    elif row["asset"] == Asset.POINT and _amount(row) % 1:
        found.append(("points_whole", {}))
    if row["fund"] and not fullmatch(FUND_CODE, row["fund"]):
        found.append(("fund_form", {"fund": row["fund"]}))
    if not row["fund"] and any(row[name] for name in _OF_FUND):
        found.append(("fund_missing", {}))
    for code, details in found:
        wrong(row["row"], code, **details)
    return not found


def _funds(rows: list[Row], wrong: Wrong) -> dict[str, tuple[str, NewFund]]:
    """Return each fund with its unit's code, by code."""
    firsts: dict[str, Row] = {}
    told: dict[str, Row] = {}
    for row in rows:
        if not row["fund"]:
            continue
        firsts.setdefault(row["fund"], row)
        if all(row[name] for name in ("fund_zh", "fund_en", "purpose")):
            told.setdefault(row["fund"], row)
    for row in rows:
        if not row["fund"]:
            continue
        of_fund = told.get(row["fund"])
        if of_fund is None:
            if firsts[row["fund"]] is row:
                wrong(row["row"], "fund_unknown", fund=row["fund"])
        elif row["unit"] != of_fund["unit"] or any(
            row[name] and row[name] != of_fund[name] for name in _OF_FUND
        ):
            wrong(row["row"], "fund_differs", fund=row["fund"], other=of_fund["row"])
    return {
        code: (
            row["unit"],
            NewFund(
                code,
                row["fund_zh"],
                row["fund_en"],
                row["purpose"],
                is_restricted=row["restriction"] != UNRESTRICTED,
            ),
        )
        for code, row in told.items()
    }


def _compare(rows: list[Row], wrong: Wrong) -> None:
    """Note what contradicts an earlier row: an account called otherwise, a balance given twice, another first day."""
    accounts: dict[tuple[str, str], Row] = {}
    balances: dict[tuple[str, str, str], Row] = {}
    days: dict[str, Row] = {}
    for row in rows:
        first = accounts.setdefault((row["unit"], row["account"]), row)
        if any(row[name] != first[name] for name in ("title_zh", "title_en", "asset")):
            wrong(row["row"], "account_differs", account=row["account"], other=first["row"])
        first = balances.setdefault((row["unit"], row["account"], row["fund"] or ""), row)
        if first is not row:
            wrong(row["row"], "balance_twice", other=first["row"])
        first = days.setdefault(row["unit"], row)
        if row["on"] != first["on"]:
            wrong(row["row"], "day_differs", other=first["row"])


def _weigh(rows: list[Row], funds: dict[str, tuple[str, NewFund]], wrong: Wrong) -> None:
    """Note what is out of balance, at the first row of its unit, currency and fund, and restricted funds below zero."""
    together: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        together.setdefault((row["unit"], row["asset"], row["fund"] or ""), []).append(row)
    for (unit, asset, fund), group in together.items():
        debit = sum(_minor(row) for row in group if row["debit"] is not None)
        credit = -sum(_minor(row) for row in group if row["credit"] is not None)
        if debit != credit:
            of_fund: Words | str = both(f"基金 {fund}", f"fund {fund}") if fund else _GENERAL
            wrong(
                group[0]["row"], "unbalanced", unit=unit, asset=ASSET_WORDS[asset], fund=of_fund, currency=asset,
                debit=written(debit, asset), credit=written(credit, asset),
            )  # fmt: skip
        held = sum(_minor(row) for row in group if row["account"].startswith(_KINDS_OF_ASSETS))
        if fund in funds and funds[fund][1].is_restricted and held < 0:
            wrong(group[0]["row"], "fund_overdrawn", fund=fund, held=written(held, asset))


def _amount(row: Row) -> Decimal:
    """Return a balance as a debit above zero or a credit below."""
    return Decimal(row["debit"]) if row["debit"] is not None else -Decimal(row["credit"])


def _minor(row: Row) -> int:
    return int(_amount(row).scaleb(DECIMALS[row["asset"]]))
