"""What a bank answers to a batch, read line by line from its file; pure but for the reading of sheets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from bangfu.foundation.intake.grids import Grid, UnableToReadSheet, read_grids
from bangfu.giving.grants.models import FailureReason
from bangfu.giving.grants.paying_refusals import UnableToReadResult

TITLES = {
    "line": ("序号", "行号", "明细序号", "Line"),
    "amount": ("金额", "金额（元）", "交易金额", "付款金额", "Sum (yuan)"),
    "result": ("结果", "处理结果", "交易结果", "交易状态", "状态", "Result"),
    "batch": ("批次号", "批次", "Batch"),
    "account": ("收款账号", "账号", "收款人账号", "Account"),
    "reason": ("失败原因", "原因", "备注", "返回信息", "Reason"),
    "serial": ("银行流水号", "流水号", "交易流水号", "Serial"),
    "on": ("交易日期", "日期", "处理日期", "Day"),
}
"""How banks head what is read; the first that is there counts."""
NEEDED = ("line", "amount", "result")
PAID = frozenset({"成功", "交易成功", "处理成功", "已付", "付款成功", "success", "paid"})
FAILED = frozenset({"失败", "交易失败", "处理失败", "未付", "failed", "failure"})
RETURNED = frozenset({"退汇", "已退汇", "退票", "退款", "returned"})
REASONS = (
    (FailureReason.NAME, ("户名", "名称", "姓名", "name")),
    (FailureReason.CLOSED, ("销户", "注销", "closed")),
    (FailureReason.BLOCKED, ("冻结", "止付", "睡眠", "不动户", "挂失", "只收不付", "blocked", "dormant")),
    (FailureReason.BANK, ("行号", "开户行", "网点", "branch")),
    (FailureReason.ACCOUNT, ("账号", "帐号", "账户", "无此户", "account")),
)
"""By what a bank's words tell a reason; the first that fits counts."""
DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M")


@dataclass(frozen=True)
class Answer:
    """One line of a bank's file."""

    row: int
    """In the file, counted from one."""
    line: int | None
    """Null: no number."""
    batch: str
    """Empty: not said."""
    amount_fen: int | None
    account: str
    """Digits; empty: not said."""
    outcome: str
    """``PAID``, ``FAILED``, ``RETURNED``, or empty: not understood."""
    reason: str
    serial: str
    on: date | None


def read_answers(content: bytes) -> list[Answer]:
    """Return the lines of a bank's file in xlsx or CSV, the row of titles wherever it stands.

    Raises: UnableToReadSheet: it cannot be read; UnableToReadResult: ``not_a_sheet``, ``no_titles``, ``empty``.
    """
    for grid in _grids(content):
        rows = [[str(cell or "").strip().strip("\t'") for cell in row] for row in grid.texts.iter_rows()]
        for at, row in enumerate(rows):
            columns = _columns(row)
            if all(name in columns for name in NEEDED):
                found = list(_answers(rows[at + 1 :], columns, grid.first_row + at + 1))
                if not found:
                    raise UnableToReadResult("empty")
                return found
    raise UnableToReadResult("no_titles")


def _grids(content: bytes) -> Iterable[Grid]:
    try:
        return read_grids(content).grids
    except UnableToReadSheet as refused:
        if refused.code != "not_a_sheet":
            raise
        raise UnableToReadResult("not_a_sheet") from refused


def _columns(row: list[str]) -> dict[str, int]:
    return {
        name: row.index(title)
        for name, titles in TITLES.items()
        for title in [next((one for one in titles if one in row), None)]
        if title is not None
    }


def _answers(rows: list[list[str]], columns: dict[str, int], first: int) -> Iterable[Answer]:
    for number, row in enumerate(rows, first):
        said = {name: row[at] if at < len(row) else "" for name, at in columns.items()}
        if not said["line"] and not said["amount"]:
            return  # below the lines stands where the file comes from
        outcome = outcome_of(said["result"])
        yield Answer(
            row=number,
            line=_whole(said["line"]),
            batch=said.get("batch", ""),
            amount_fen=_fen(said["amount"]),
            account="".join(one for one in said.get("account", "") if one.isdigit()),
            outcome=outcome,
            reason=reason_of(said.get("reason", "")) if outcome in ("FAILED", "RETURNED") else "",
            serial=said.get("serial", "")[:60],
            on=_day(said.get("on", "")),
        )


def outcome_of(text: str) -> str:
    """Return what a bank's word means; empty: it is not known.

    >>> outcome_of("交易成功"), outcome_of("退汇"), outcome_of("处理中")
    ('PAID', 'RETURNED', '')
    """
    said = text.strip().casefold()
    known = {"PAID": PAID, "FAILED": FAILED, "RETURNED": RETURNED}
    return next((name for name, words in known.items() if said in words), "")


def reason_of(text: str) -> str:
    """Return which reason a bank's words give; they are not kept, since they may name somebody.

    >>> reason_of("收款人户名不符：张某某"), reason_of("系统繁忙")
    ('NAME', 'OTHER')
    """
    said = text.casefold()
    found = (reason for reason, words in REASONS if any(word in said for word in words))
    return str(next(found, FailureReason.OTHER).value)


def _whole(text: str) -> int | None:
    text = text.removesuffix(".0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _fen(text: str) -> int | None:
    try:
        fen = Decimal(text.replace(",", "").replace("¥", "")) * 100
    except InvalidOperation:
        return None
    return int(fen) if fen.is_finite() and fen == int(fen) else None


def _day(text: str) -> date | None:
    for form in DAYS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day as the bank writes it
        except ValueError:
            continue
    return None
