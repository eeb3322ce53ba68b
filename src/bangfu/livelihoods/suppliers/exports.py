"""What the room's files say, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell, in_batches
from bangfu.livelihoods.industries.neighbours import OPERATOR_WORDS
from bangfu.livelihoods.shop.neighbours import order_number
from bangfu.livelihoods.suppliers.couriers import COURIER_WORDS
from bangfu.livelihoods.suppliers.models import (
    CATEGORY_WORDS,
    ITEM_WORDS,
    LINE_WORDS,
    SIDE_WORDS,
    STAGE_WORDS,
    STATEMENT_WORDS,
    TICKET_WORDS,
    Item,
    Parcel,
    Statement,
    Supplier,
    Ticket,
)
from bangfu.livelihoods.suppliers.toship import ToShip

SUPPLIER_HEADINGS: tuple[Words, ...] = (
    both("信用代码", "Credit code"), both("名称", "Name"), both("类型", "Kind"), both("县", "County"),
    both("帮扶单位", "Supported by"), both("阶段", "Stage"), both("供货商品数", "Products"), both("未办结工单", "Open tickets"),
)  # fmt: skip
ITEM_HEADINGS: tuple[Words, ...] = (
    both("供应商", "Supplier"), both("商品", "Product"), both("资料", "Paper"), both("期限", "Due on"),
    both("负责人", "Who"), both("状态", "State"), both("有效期至", "In force until"),
)  # fmt: skip
TICKET_HEADINGS: tuple[Words, ...] = (
    both("工单号", "Ticket"), both("供应商", "Supplier"), both("类别", "About"), both("标题", "In one line"),
    both("谁提的", "Raised by"),
    both("提出", "Raised"), both("期限", "Due on"), both("派给", "Assigned to"), both("状态", "State"),
)  # fmt: skip
PARCEL_HEADINGS: tuple[Words, ...] = (
    both("供应商", "Supplier"), both("订单", "Order"), both("快递公司", "Courier"), both("运单号", "Waybill"),
    both("件数", "Packs"), both("登记时间", "Entered"),
)  # fmt: skip
STATEMENT_HEADINGS: tuple[Words, ...] = (
    both("结算单", "Statement"), both("供应商", "Supplier"), both("开始", "From"), both("最后一天", "Last day"),
    both("退款后净额（元）", "Kept (yuan)"), both("优惠券（元）", "Coupons (yuan)"), both("佣金（元）", "Commission (yuan)"),
    both("平台费（元）", "Platform fee (yuan)"),
    both("运费（元）", "Freight (yuan)"), both("更正（元）", "Corrections (yuan)"), both("应付（元）", "Due (yuan)"),
    both("保底归农户（元）", "Promised to growers (yuan)"), both("农户收到（元）", "Paid to growers (yuan)"),
    both("状态", "State"), both("付款日期", "Paid on"),
)  # fmt: skip
LINE_HEADINGS: tuple[Words, ...] = (
    both("类别", "Kind"), both("订单", "Order"), both("商品", "Product"), both("规格", "Pack"), both("件数", "Packs"),
    both("支付（元）", "Paid (yuan)"), both("退款（元）", "Refunded (yuan)"), both("净额（元）", "Kept (yuan)"),
    both("优惠券（元）", "Coupons (yuan)"), both("佣金（元）", "Commission (yuan)"), both("平台费（元）", "Platform fee (yuan)"),
    both("运费（元）", "Freight (yuan)"),
    both("更正（元）", "Corrections (yuan)"), both("应付（元）", "Due (yuan)"),
    both("保底归农户（元）", "Promised to growers (yuan)"), both("合同条款", "Terms"), both("说明", "In words"),
)  # fmt: skip
PICKING_HEADINGS: tuple[Words, ...] = (
    both("订单", "Order"), both("支付", "Paid"), both("规格编码", "Pack code"), both("商品", "Product"), both("规格", "Pack"),
    both("件数", "Packs"),
)  # fmt: skip


def yuan(fen: int) -> Decimal:
    """Return an amount in yuan, as a number of a file."""
    return Decimal(fen).scaleb(-2)


def supplier_rows(suppliers: QuerySet[Supplier]) -> Iterator[list[Cell]]:
    """Return the cells of each supplier; nobody is named."""
    for batch in in_batches(suppliers):
        labels = place_labels({one.place_id for one in batch})
        rows: list[Any] = list(batch)
        for one in rows:
            yield [
                one.code, one.title, str(OPERATOR_WORDS[one.kind]), labels[one.place_id], one.unit.name,
                str(STAGE_WORDS[one.stage]), str(one.product_count), str(one.ticket_count),
            ]  # fmt: skip


def item_state(one: Any) -> Words:
    """Return how far an item of a checklist is."""
    if one.waits:
        return both("待核验", "Waiting for review")
    return both("齐全", "Complete") if one.is_proved else both("缺", "Missing")


def item_rows(items: QuerySet[Item]) -> Iterator[list[Cell]]:
    """Return the cells of each item of checklists."""
    for batch in in_batches(items):
        rows: list[Any] = list(batch)
        for one in rows:
            yield [
                one.supply.supplier.title, str(one.supply.product.name), str(ITEM_WORDS[one.kind]), one.due_on.isoformat(),
                one.assigned_to.username if one.assigned_to else "", str(item_state(one)),
                one.lapses_on.isoformat() if one.lapses_on else "",
            ]  # fmt: skip


def ticket_rows(tickets: QuerySet[Ticket]) -> Iterator[list[Cell]]:
    """Return the cells of each ticket."""
    for batch in in_batches(tickets):
        for one in batch:
            yield [
                one.number, one.supplier.title, str(CATEGORY_WORDS[one.category]), one.title, str(SIDE_WORDS[one.side]),
                f"{timezone.localtime(one.raised_at):%Y-%m-%d %H:%M}", one.due_on.isoformat(),
                one.assigned_to.username if one.assigned_to else "", str(TICKET_WORDS[one.state]),
            ]  # fmt: skip


def parcel_rows(parcels: QuerySet[Parcel]) -> Iterator[list[Cell]]:
    """Return the cells of each parcel; nobody is named."""
    for batch in in_batches(parcels):
        rows: list[Any] = list(batch)
        for one in rows:
            yield [
                one.supplier.title, order_number(one.order_id), str(COURIER_WORDS[one.courier]), one.waybill,
                str(one.pack_count or 0), f"{timezone.localtime(one.shipped_at):%Y-%m-%d %H:%M}",
            ]  # fmt: skip


def statement_rows(statements: QuerySet[Statement]) -> Iterator[list[Cell]]:
    """Return the cells of each statement."""
    for batch in in_batches(statements):
        for one in batch:
            yield [
                one.number, one.supplier.title, one.starts_on.isoformat(), one.last_day.isoformat(), yuan(one.kept_fen),
                yuan(one.coupon_fen), yuan(one.commission_fen), yuan(one.platform_fen), yuan(one.freight_fen),
                yuan(one.adjusted_fen), yuan(one.due_fen), yuan(one.floor_fen),
                "" if one.grower_fen is None else yuan(one.grower_fen),
                str(STATEMENT_WORDS[one.state]), one.paid_on.isoformat() if one.paid_on else "",
            ]  # fmt: skip


def line_rows(lines: QuerySet[Any]) -> Iterator[list[Cell]]:
    """Return the cells of each line of a statement."""
    for batch in in_batches(lines):
        for one in batch:
            variant = one.line.offer.stock.variant
            yield [
                str(LINE_WORDS[one.kind]), order_number(one.line.order_id), str(variant.product.name), str(variant.spec),
                Decimal(one.quantity), yuan(one.paid_fen), yuan(one.refunded_fen), yuan(one.kept_fen),
                yuan(one.coupon_fen), yuan(one.commission_fen), yuan(one.platform_fen), yuan(one.freight_fen),
                yuan(one.adjusted_fen), yuan(one.due_fen), yuan(one.floor_fen), one.terms.document,
                one.adjustment.reason if one.adjustment else "",
            ]  # fmt: skip


def picking_rows(lines: Iterable[ToShip]) -> Iterator[list[Cell]]:
    """Return the cells of each line that is to ship; nobody is named."""
    for one in lines:
        yield [
            one.number, f"{timezone.localtime(one.paid_at):%Y-%m-%d %H:%M}", one.pack_code, str(one.product), str(one.spec),
            Decimal(one.left),
        ]  # fmt: skip
