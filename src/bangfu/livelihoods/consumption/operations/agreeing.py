"""Framework agreements of canteens and unions: entered, divided into quotas, called off, delivered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Sum

from bangfu.foundation.evidence.operations import hang
from bangfu.foundation.intake.reported.reportable import has_identity_number
from bangfu.foundation.operations import Act, Refusal, Scope, inside_operation, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import both, record_type
from bangfu.livelihoods.amounts import plain, yuan
from bangfu.livelihoods.consumption.models import (
    KITCHENS,
    LEAST_DAY,
    Agreement,
    CallLine,
    CallOff,
    DeliveredLine,
    Delivery,
    Good,
    Platform,
    Quota,
)
from bangfu.livelihoods.consumption.operations.storing import Files
from bangfu.livelihoods.parties import PARTY_CODE

_CODE = re.compile(PARTY_CODE)


class UnableToAgree(Refusal):
    """Codes: ``code_form``, ``code_taken``, ``not_described``, ``identity_number``, ``unknown_payer``, ``ends_before_start``,
    ``too_early``, ``amount``, ``evidence_missing``, ``outside_period``, ``quotas_overlap``, ``over_target``, ``no_lines``,
    ``number_taken``, ``quantity``, ``price``, ``other_platform``, ``twice``, ``in_the_future``, ``before_order``,
    ``over_ordered``, ``other_order``."""

    sentences = {
        "code_form": both(
            "「{text}」不是编号。请用大写字母、数字、短横线。",
            "{text} is no code. Use capitals, digits and hyphens.",
        ),
        "code_taken": both("协议「{code}」已经登记。", "The agreement {code} is entered already."),
        "not_described": both(
            "请填写名称、供应商和合同编号。", "Enter a title, the supplier and the contract's number."
        ),
        "identity_number": both(
            "这里含有身份证号码，不能登记。请删去。",
            "This holds an identity number and cannot be entered. Take it out.",
        ),
        "unknown_payer": both(
            "协议采购由食堂或工会付款。请二者选一。",
            "A canteen or a union pays under an agreement. Choose one.",
        ),
        "ends_before_start": both("结束早于开始。请核对日期。", "It ends before it starts. Check the days."),
        "too_early": both("日期早于 {first}，请核对年份。", "The date lies before {first}. Check the year."),
        "amount": both("金额须大于零。", "The amount must be above zero."),
        "evidence_missing": both("请附上合同或单据。", "Attach the contract or the note."),
        "outside_period": both(
            "日期不在协议期内（{first} 至 {last}）。",
            "The day lies outside the agreement, which runs from {first} to {last}.",
        ),
        "quotas_overlap": both("与已有的一期指标重叠。", "It overlaps a quota that is planned already."),
        "over_target": both(
            "各期指标合计 {sum} 元，超过协议目标 {target} 元。",
            "The quotas would sum to {sum} yuan, above the target of {target} yuan.",
        ),
        "no_lines": both("请至少填写一行商品。", "Enter one product at least."),
        "number_taken": both(
            "「{number}」已在这份协议登记。", "{number} stands under this agreement already."
        ),
        "quantity": both("数量须大于零。", "The quantity must be above zero."),
        "price": both("单价须大于零。", "The price must be above zero."),
        "other_platform": both(
            "「{title}」不是协议采购的商品。请先在“商品产地”登记，平台选“协议采购”。",
            "{title} is no product of agreements. Note its origin first, with the platform “Agreement”.",
        ),
        "twice": both("「{title}」填了两行。请合并。", "{title} stands twice. Put both into one row."),
        "in_the_future": both(
            "日期在今天之后。请填实际发生的日期。",
            "The day lies ahead of today. Enter the day it happened.",
        ),
        "before_order": both(
            "送货早于下单（{day}）。请核对日期。",
            "It was delivered before it was ordered ({day}). Check the day.",
        ),
        "over_ordered": both(
            "「{title}」订了 {ordered}，已收 {delivered}，再收 {more} 就超过了。多送的请补下订单。",
            "{ordered} of {title} are ordered and {delivered} accepted; {more} more would exceed that. Call off what was"
            " delivered beyond it.",
        ),
        "other_order": both(
            "这一行不属于这张订单。请刷新后重填。",
            "This line is of another order. Reload and fill it in again.",
        ),
    }


@dataclass(frozen=True)
class AgreementDetails:
    """What is said of a framework agreement."""

    code: str
    title: str
    payer: str
    supplier: str
    supplier_name: str
    document: str
    starts_on: date
    ends_on: date
    """The day after the last one."""
    target_fen: int


@dataclass(frozen=True)
class Ordered:
    """A line to call off."""

    good: Good
    quantity: Decimal
    price_fen: int


@dataclass(frozen=True)
class Accepted:
    """How much of an ordered line was accepted."""

    line: CallLine
    quantity: Decimal


def agreement_for_update(key: int) -> Agreement:
    """Return an agreement as it is now, locked until the operation ends."""
    inside_operation()
    return Agreement.objects.select_for_update(of=("self",)).select_related("unit").get(pk=key)


def _scope_of_details(*, unit: Unit, **arguments: object) -> Scope:
    return Scope(unit=unit.pk)


@operation("consumption.enter_agreement", scope=_scope_of_details)
def enter_agreement(*, details: AgreementDetails, unit: Unit, files: Files, act: Act) -> Agreement:
    """Enter a framework agreement of a unit's canteen or union, with the signed contract.

    Raises: UnableToAgree: see its codes; UnableToKeep: a file is refused. Nothing was written.
    """
    for text in (details.code, details.supplier):
        if not _CODE.fullmatch(text):
            raise UnableToAgree("code_form", text=text)
    described = (details.title, details.supplier_name, details.document)
    if not all(text.strip() for text in described):
        raise UnableToAgree("not_described")
    if any(has_identity_number(text) for text in (*described, details.code, details.supplier)):
        raise UnableToAgree("identity_number")
    if details.payer not in KITCHENS:
        raise UnableToAgree("unknown_payer")
    if details.starts_on < LEAST_DAY:
        raise UnableToAgree("too_early", first=LEAST_DAY.isoformat())
    if details.ends_on <= details.starts_on:
        raise UnableToAgree("ends_before_start")
    if details.target_fen <= 0:
        raise UnableToAgree("amount")
    if Agreement.objects.filter(code=details.code).exists():
        raise UnableToAgree("code_taken", code=details.code)
    if not files:
        raise UnableToAgree("evidence_missing")
    agreement = Agreement.objects.create(
        code=details.code, title=details.title.strip(), unit=unit, payer=details.payer, supplier=details.supplier,
        supplier_name=details.supplier_name.strip(), document=details.document.strip(), starts_on=details.starts_on,
        ends_on=details.ends_on, target_fen=details.target_fen, entered_at=act.at, entered_by=act.actor,
    )  # fmt: skip
    hang([agreement.pk], files, record_type=record_type("consumption.agreement"), act=act)
    return agreement


def _within(agreement: Agreement, first: date, end: date) -> None:
    if first < agreement.starts_on or end > agreement.ends_on:
        raise UnableToAgree(
            "outside_period", first=agreement.starts_on.isoformat(), last=agreement.last_day.isoformat()
        )


@operation("consumption.plan_quota", scope=scope_of("agreement"))
def plan_quota(*, agreement: Agreement, starts_on: date, ends_on: date, amount_fen: int, act: Act) -> Quota:
    """Plan what of an agreement's target is to be bought in a part of its period; quotas never exceed the target.

    Args:
        ends_on: the day after the last one.

    Raises: UnableToAgree: see its codes; nothing was written.
    Locks: the agreement.
    """
    agreement = agreement_for_update(agreement.pk)
    if ends_on <= starts_on:
        raise UnableToAgree("ends_before_start")
    _within(agreement, starts_on, ends_on)
    if amount_fen <= 0:
        raise UnableToAgree("amount")
    if agreement.quotas.filter(starts_on__lt=ends_on, ends_on__gt=starts_on).exists():
        raise UnableToAgree("quotas_overlap")
    sum_fen = amount_fen + (agreement.quotas.aggregate(sum=Sum("amount_fen"))["sum"] or 0)
    if sum_fen > agreement.target_fen:
        raise UnableToAgree("over_target", sum=yuan(sum_fen), target=yuan(agreement.target_fen))
    return Quota.objects.create(
        agreement=agreement, starts_on=starts_on, ends_on=ends_on, amount_fen=amount_fen, planned_at=act.at,
        planned_by=act.actor,
    )  # fmt: skip


@operation("consumption.call_off", scope=scope_of("agreement"))
def call_off(
    *, agreement: Agreement, number: str, ordered_on: date, lines: Sequence[Ordered], act: Act
) -> CallOff:
    """Call off an order under an agreement: products, quantities, prices. It counts nothing.

    Raises: UnableToAgree: see its codes; nothing was written.
    Locks: the agreement.
    """
    agreement = agreement_for_update(agreement.pk)
    named = number.strip()
    if not lines or not named:
        raise UnableToAgree("no_lines")
    if ordered_on > act.on:
        raise UnableToAgree("in_the_future")
    _within(agreement, ordered_on, ordered_on + timedelta(days=1))
    if agreement.call_offs.filter(number=named).exists():
        raise UnableToAgree("number_taken", number=named)
    seen: set[int] = set()
    for line in lines:
        if line.good.platform != Platform.AGREEMENT:
            raise UnableToAgree("other_platform", title=line.good.title)
        if line.good.pk in seen:
            raise UnableToAgree("twice", title=line.good.title)
        seen.add(line.good.pk)
        if line.quantity <= 0:
            raise UnableToAgree("quantity")
        if line.price_fen <= 0:
            raise UnableToAgree("price")
    order = CallOff.objects.create(
        agreement=agreement, number=named, ordered_on=ordered_on, ordered_at=act.at, ordered_by=act.actor
    )
    CallLine.objects.bulk_create(
        CallLine(call_off=order, good=line.good, quantity=line.quantity, price_fen=line.price_fen)
        for line in lines
    )
    return order


@operation("consumption.record_delivery", scope=lambda *, call_off, **_: call_off.agreement.scope)
def record_delivery(
    *, call_off: CallOff, note: str, delivered_on: date, lines: Sequence[Accepted], files: Files, act: Act
) -> Delivery:
    """Record what a kitchen weighed in and accepted by a delivery note; never more than was ordered.

    Raises: UnableToAgree: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the agreement.
    """
    agreement = agreement_for_update(call_off.agreement_id)
    named = note.strip()
    if not lines or not named:
        raise UnableToAgree("no_lines")
    if delivered_on > act.on:
        raise UnableToAgree("in_the_future")
    if delivered_on < call_off.ordered_on:
        raise UnableToAgree("before_order", day=call_off.ordered_on.isoformat())
    if agreement.deliveries.filter(note=named).exists():
        raise UnableToAgree("number_taken", number=named)
    if not files:
        raise UnableToAgree("evidence_missing")
    before = dict(
        DeliveredLine.objects.filter(call_line__call_off=call_off).order_by().values("call_line").annotate(
            sum=Sum("quantity")
        ).values_list("call_line", "sum")
    )  # fmt: skip
    for one in lines:
        if one.line.call_off_id != call_off.pk:
            raise UnableToAgree("other_order")
        if one.quantity <= 0:
            raise UnableToAgree("quantity")
        delivered = before.get(one.line.pk, Decimal(0))
        if delivered + one.quantity > one.line.quantity:
            raise UnableToAgree(
                "over_ordered", title=one.line.good.title, ordered=plain(one.line.quantity),
                delivered=plain(delivered), more=plain(one.quantity),
            )  # fmt: skip
        before[one.line.pk] = delivered + one.quantity
    delivery = Delivery.objects.create(
        call_off=call_off, agreement=agreement, note=named, delivered_on=delivered_on, recorded_at=act.at,
        recorded_by=act.actor,
    )  # fmt: skip
    DeliveredLine.objects.bulk_create(
        DeliveredLine(delivery=delivery, call_line=one.line, quantity=one.quantity) for one in lines
    )
    hang([delivery.pk], files, record_type=record_type("consumption.delivery"), act=act)
    return delivery
