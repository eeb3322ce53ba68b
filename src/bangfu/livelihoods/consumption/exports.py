"""What the room's files say, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import in_batches
from bangfu.livelihoods.amounts import plain_yuan
from bangfu.livelihoods.consumption.models import PLATFORM_WORDS, Agreement, Fair, Good, Sale, Scheme
from bangfu.livelihoods.reviewed import STATE_WORDS
from bangfu.livelihoods.shop.neighbours import LABEL_WORDS, PAYER_WORDS

SALE_HEADINGS: tuple[Words, ...] = (
    both("平台", "Platform"), both("订单号", "Order"), both("订单行", "Line"), both("商品", "Product"),
    both("产地县", "County of origin"), both("单位", "Unit"), both("付款方", "Payer"), both("计入", "Counts as"),
    both("数量", "Quantity"), both("下单日期", "Ordered on"), both("支付（元）", "Paid (yuan)"),
    both("退款（元）", "Refunded (yuan)"), both("发票代码", "Invoice code"), both("发票号码", "Invoice number"),
    both("发票行号", "Line of the invoice"),
)  # fmt: skip
GOOD_HEADINGS: tuple[Words, ...] = (
    both("平台", "Platform"), both("商品编号或名称", "Number or title"), both("商品", "Product"),
    both("产地县", "County of origin"), both("依据", "Rests on"), both("销售笔数", "Sales"),
)  # fmt: skip


def sale_rows(sales: QuerySet[Sale]) -> Iterator[list[str]]:
    """Return the cells of each sale."""
    for batch in in_batches(sales):
        labels = place_labels({one.place_id for one in batch})
        rows: list[Any] = list(batch)
        for one in rows:
            yield [
                str(PLATFORM_WORDS[one.platform]), one.order_no, one.line_no, one.good.title, labels[one.place_id],
                one.unit.name, str(PAYER_WORDS[one.payer]), str(LABEL_WORDS[one.label]), str(one.quantity.normalize()),
                one.ordered_on.isoformat(), plain_yuan(one.paid_fen), plain_yuan(one.refunded_fen), one.invoice_code,
                one.invoice_number, one.invoice_line,
            ]  # fmt: skip


def good_rows(goods: QuerySet[Good]) -> Iterator[list[str]]:
    """Return the cells of each product."""
    for batch in in_batches(goods):
        labels = place_labels({one.place_id for one in batch})
        rows: list[Any] = list(batch)
        for one in rows:
            yield [
                str(PLATFORM_WORDS[one.platform]), one.key, one.title, labels[one.place_id], one.proof,
                str(one.sale_count),
            ]  # fmt: skip


AGREEMENT_HEADINGS: tuple[Words, ...] = (
    both("编号", "Code"), both("名称", "Title"), both("单位", "Unit"), both("付款方", "Payer"),
    both("供应商", "Supplier"), both("合同", "Contract"), both("开始", "From"), both("最后一天", "Last day"),
    both("目标（元）", "Target (yuan)"), both("已结算（元）", "Settled (yuan)"),
)  # fmt: skip


def agreement_rows(agreements: QuerySet[Agreement]) -> Iterator[list[str]]:
    """Return the cells of each agreement."""
    for batch in in_batches(agreements):
        rows: list[Any] = list(batch)
        for one in rows:
            yield [
                one.code, one.title, one.unit.name, str(PAYER_WORDS[one.payer]), one.supplier_name, one.document,
                one.starts_on.isoformat(), one.last_day.isoformat(), plain_yuan(one.target_fen),
                plain_yuan(one.settled_fen or 0),
            ]  # fmt: skip


FAIR_HEADINGS: tuple[Words, ...] = (
    both("编号", "Code"), both("名称", "Name"), both("主办单位", "Held by"), both("所在县（区）", "County"),
    both("场地", "Venue"), both("第一天", "First day"), both("最后一天", "Last day"), both("展位", "Stalls"),
    both("退款后净额（元）", "Kept after refunds (yuan)"), both("状态", "State"),
)  # fmt: skip


def fair_rows(fairs: QuerySet[Fair]) -> Iterator[list[str]]:
    """Return the cells of each fair."""
    for batch in in_batches(fairs):
        labels = place_labels({one.place_id for one in batch})
        rows: list[Any] = list(batch)
        for one in rows:
            yield [
                one.code, one.title, one.unit.name, labels[one.place_id], one.venue, one.starts_on.isoformat(),
                one.last_day.isoformat(), str(one.stall_count), plain_yuan(one.kept_fen),
                str(STATE_WORDS.get(one.state, "")),
            ]  # fmt: skip


SCHEME_HEADINGS: tuple[Words, ...] = (
    both("编号", "Code"), both("福利", "Scheme"), both("单位", "Unit"), both("开始选", "Opens"), both("最后一天", "Last day"),
    both("工会决议", "Resolution"), both("结算日期", "Settled on"),
)  # fmt: skip


def scheme_rows(schemes: QuerySet[Scheme]) -> Iterator[list[str]]:
    """Return the cells of each welfare scheme."""
    for batch in in_batches(schemes):
        for one in batch:
            yield [
                one.code, one.title, one.unit.name, one.opens_on.isoformat(), one.last_day.isoformat(), one.document,
                one.paid_on.isoformat() if one.paid_on else "",
            ]  # fmt: skip
