"""The bills that Alipay and WeChat Pay let merchants download, read by the titles of their columns.

Alipay: business detail (业务明细), GB18030, comment lines that begin with ``#``, refunds with a negative amount.
WeChat Pay: trade bill (交易账单), UTF-8, every value after a back-tick, a summary of two lines at the end.
What they say of the payer is not read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import polars

from bangfu.foundation.payments.adapters.amounts import fen

BEIJING = timezone(timedelta(hours=8))
CLOCK = "%Y-%m-%d %H:%M:%S"
PAYMENT, REFUND = "PAYMENT", "REFUND"
ROWS: dict[str, polars.DataType | type[polars.DataType]] = {
    "row": polars.Int64,
    "kind": polars.String,
    "number": polars.String,
    "payment_number": polars.String,
    "transaction_number": polars.String,
    "happened_at": polars.Datetime(time_zone="UTC"),
    "amount_fen": polars.Int64,
    "fee_fen": polars.Int64,
}
"""One row a movement: where it stands in the file, our number of it and of its payment, amounts without sign."""
LONGEST_NUMBER = 64


class Unreadable(Exception):  # noqa: N818 - what is said of a file
    """A file that is no such bill; its text is a code: ``not_text``, ``no_titles``, ``bad_row``, ``row_twice``."""

    def __init__(self, code: str, row: int = 0) -> None:
        super().__init__(code)
        self.code, self.row = code, row


@dataclass(frozen=True)
class Bill:
    """A bill as rows."""

    rows: polars.DataFrame
    """Columns as ``ROWS``."""


def read_alipay(content: bytes) -> Bill:
    """Return the movements of a business detail of Alipay.

    Raises: Unreadable: see its codes.
    """
    found = []
    needed = ("支付宝交易号", "商户订单号", "业务类型", "完成时间", "订单金额（元）")
    for row, said in _rows(content, "gb18030", needed):
        is_refund = said["业务类型"] == "退款"
        number = said.get("退款批次号/请求号", "") if is_refund else said["商户订单号"]
        found.append(
            _movement(
                row,
                REFUND if is_refund else PAYMENT,
                (number, said["商户订单号"], said["支付宝交易号"]),
                said["完成时间"],
                (said["订单金额（元）"], said.get("服务费（元）", "")),
            )
        )
    return _bill(found)


def read_wechat(content: bytes) -> Bill:
    """Return the movements of a trade bill of WeChat Pay.

    Raises: Unreadable: see its codes.
    """
    found = []
    needed = ("交易时间", "微信订单号", "商户订单号", "交易状态", "订单金额")
    for row, said in _rows(content, "utf-8-sig", needed, ends_with="总交易单数"):
        is_refund = said["交易状态"] in ("REFUND", "REVOKED")
        number = said.get("商户退款单号", "") if is_refund else said["商户订单号"]
        transaction = said.get("微信退款单号", "") if is_refund else said["微信订单号"]
        found.append(
            _movement(
                row,
                REFUND if is_refund else PAYMENT,
                (number, said["商户订单号"], transaction),
                said["交易时间"],
                (said.get("申请退款金额", "") if is_refund else said["订单金额"], said.get("手续费", "")),
            )
        )
    return _bill(found)


def _rows(
    content: bytes, encoding: str, needed: tuple[str, ...], *, ends_with: str = "#"
) -> Iterator[tuple[int, dict[str, str]]]:
    """Return each row by the titles of its columns, with where it stands in the file.

    Args:
        ends_with: what the first cell after the last row says.

    Raises: Unreadable: ``not_text``, ``no_titles``, ``bad_row``.
    """
    titles: list[str] = []
    for row, cells in _lines(content, encoding):
        if titles and cells[0].startswith(ends_with):
            return
        if cells[0].startswith("#"):
            continue
        if titles:
            if len(cells) < len(titles) - 1:
                raise Unreadable("bad_row", row)
            yield row, dict(zip(titles, cells, strict=False))
        else:
            titles = cells
            if any(title not in titles for title in needed):
                break
    else:
        if titles:
            return
    raise Unreadable("no_titles")


def _lines(content: bytes, encoding: str) -> Iterator[tuple[int, list[str]]]:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable("not_text") from None
    for row, cells in enumerate(csv.reader(io.StringIO(text)), 1):
        said = [cell.strip().removeprefix("`").strip() for cell in cells]
        if any(said):
            yield row, said


def _movement(
    row: int, kind: str, numbers: tuple[str, str, str], at: str, yuan: tuple[str, str]
) -> tuple[object, ...]:
    """Return a movement as a row of ``ROWS``.

    Args:
        yuan: the amount and the fee, as they are written.
    """
    try:
        moment = datetime.strptime(at, CLOCK).replace(tzinfo=BEIJING)
        amount_fen, fee_fen = abs(fen(yuan[0])), fen(_to_the_fen(yuan[1]) or "0")
    except ValueError:
        raise Unreadable("bad_row", row) from None
    if not numbers[0] or any(len(one) > LONGEST_NUMBER for one in numbers):
        raise Unreadable("bad_row", row)
    return row, kind, *numbers, moment, amount_fen, fee_fen


def _to_the_fen(text: str) -> str:
    """Return a fee without the places below the fen: WeChat Pay writes five, the last of which are zero."""
    whole, point, rest = text.partition(".")
    return f"{whole}{point}{rest[:2]}" if not rest[2:].strip("0") else text


def _bill(found: list[tuple[object, ...]]) -> Bill:
    rows = polars.DataFrame(found, schema=ROWS, orient="row")
    twice = rows.filter(~polars.struct("kind", "number").is_first_distinct())
    if twice.height:
        raise Unreadable("row_twice", int(twice["row"].to_list()[0]))
    return Bill(rows)
