"""What agreements have on paper: the agreement, an order called off, a delivery note; each with places to sign and stamp."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.db.models import Sum

from bangfu.foundation.rooms import both
from bangfu.livelihoods.amounts import plain, yuan
from bangfu.livelihoods.consumption.models import Agreement, CallLine, CallOff, Delivery, Outcome
from bangfu.livelihoods.papers import Paper, Part
from bangfu.livelihoods.shop.neighbours import PAYER_WORDS

PRODUCT, QUANTITY = both("商品", "Product"), both("数量", "Quantity")
PRICE, SUM = both("单价（元）", "Price (yuan)"), both("金额（元）", "Amount (yuan)")
TOTAL = both("合计（元）", "Total (yuan)")
DATED = both("日期", "Date")
BUYER_STAMPS, SUPPLIER_STAMPS = (
    both("采购单位（签章）", "Buyer (stamp)"),
    both("供应商（签章）", "Supplier (stamp)"),
)


def _parties(agreement: Agreement) -> list[tuple[str, str]]:
    return [
        (str(both("采购单位", "Buyer")), f"{agreement.unit.name} · {PAYER_WORDS[agreement.payer]}"),
        (str(both("供应商", "Supplier")), f"{agreement.supplier_name} {agreement.supplier}"),
        (str(both("合同", "Contract")), agreement.document),
    ]


def _fen_of(call_off: CallOff) -> int:
    return sum(one.fen_of(one.quantity) for one in call_off.lines.all())


def agreement_pdf(agreement: Agreement) -> bytes:
    """Return a framework agreement as a PDF: parties, period, target, quotas and the orders called off so far."""
    orders = list(agreement.call_offs.prefetch_related("lines").order_by("ordered_on", "pk"))
    ordered = {one.pk: _fen_of(one) for one in orders}
    settled = agreement.settlements.aggregate(sum=Sum("amount_fen", default=0))["sum"]
    parts = [
        Part(
            str(both("分期指标", "Quotas")),
            [str(both("时期", "Period")), str(SUM)],
            [
                [f"{one.starts_on} – {one.ends_on - timedelta(days=1)}", yuan(one.amount_fen)]
                for one in agreement.quotas.order_by("starts_on")
            ],
            numbers_from=1, wide=(0,),
        ),
        Part(
            str(both("订单", "Orders")),
            [str(both("订单号", "Order")), str(both("日期", "Day")), str(SUM)],
            [[one.number, one.ordered_on.isoformat(), yuan(ordered[one.pk])] for one in orders],
            numbers_from=2, wide=(0,),
        ),
    ]  # fmt: skip
    paper = Paper(
        title=str(both("框架协议 {code}", "Framework agreement {code}").filled(code=agreement.code)),
        about=agreement.title,
        pairs=[
            *_parties(agreement),
            (str(both("协议期", "Period")), f"{agreement.starts_on} – {agreement.last_day}"),
        ],
        parts=[one for one in parts if one.rows],
        sums=[
            (str(both("采购目标（元）", "Target (yuan)")), yuan(agreement.target_fen), True),
            (str(both("已下单（元）", "Ordered (yuan)")), yuan(sum(ordered.values())), False),
            (str(both("已结算（元）", "Settled (yuan)")), yuan(settled), False),
        ],
        sign=[str(BUYER_STAMPS), str(SUPPLIER_STAMPS)],
        dated=str(DATED),
        ends_with_sums=True,
    )  # fmt: skip
    return paper.pdf()


def call_off_pdf(call_off: CallOff) -> bytes:
    """Return an order called off under an agreement as a PDF: its lines and what they come to."""
    agreement = call_off.agreement
    lines = list(call_off.lines.select_related("good").order_by("pk"))
    paper = Paper(
        title=str(both("订单 {number}", "Order {number}").filled(number=call_off.number)),
        about=f"{agreement.title} · {agreement.code}",
        pairs=[*_parties(agreement), (str(both("下单日期", "Ordered on")), call_off.ordered_on.isoformat())],
        parts=[
            Part(
                str(both("订购的商品", "What is ordered")),
                [str(PRODUCT), str(QUANTITY), str(PRICE), str(SUM)],
                [
                    [one.good.title, plain(one.quantity), yuan(one.price_fen), yuan(one.fen_of(one.quantity))]
                    for one in lines
                ],
                numbers_from=1, wide=(0,),
            )
        ],
        sums=[(str(TOTAL), yuan(sum(one.fen_of(one.quantity) for one in lines)), True)],
        sign=[str(BUYER_STAMPS), str(SUPPLIER_STAMPS)],
        dated=str(DATED),
        ends_with_sums=True,
    )  # fmt: skip
    return paper.pdf()


def delivery_pdf(delivery: Delivery) -> bytes:
    """Return a delivery note as a PDF: what was accepted, what of it went back unpaid, and what is to be paid."""
    agreement = delivery.agreement
    back: dict[int, Decimal] = dict(
        delivery.returns.filter(outcome=Outcome.CREDITED).order_by().values("line").annotate(sum=Sum("quantity"))
        .values_list("line", "sum")
    )  # fmt: skip
    lines: list[tuple[CallLine, Decimal, Decimal]] = [
        (one.call_line, one.quantity, back.get(one.pk, Decimal(0)))
        for one in delivery.lines.select_related("call_line__good").order_by("pk")
    ]
    waiting = delivery.returns.filter(outcome="").count()
    pairs = [
        *_parties(agreement),
        (str(both("订单", "Order")), delivery.call_off.number),
        (str(both("送货日期", "Delivered on")), delivery.delivered_on.isoformat()),
    ]
    if waiting:
        said = both("{count} 笔，了结以前不能结算", "{count}; it is not settled before they have ended")
        pairs.append((str(both("未了结的退货", "Open returns")), str(said.filled(count=waiting))))
    paper = Paper(
        title=str(both("送货单 {note}", "Delivery note {note}").filled(note=delivery.note)),
        about=f"{agreement.title} · {agreement.code}",
        pairs=pairs,
        parts=[
            Part(
                str(both("验收的商品", "What was accepted")),
                [
                    str(PRODUCT), str(both("验收数量", "Accepted")), str(both("退回不付款", "Back, not paid")), str(PRICE),
                    str(SUM),
                ],
                [
                    [
                        line.good.title, plain(much), plain(less) if less else "", yuan(line.price_fen),
                        yuan(line.fen_of(much - less)),
                    ]
                    for line, much, less in lines
                ],
                numbers_from=1, wide=(0,),
            )
        ],
        sums=[(str(TOTAL), yuan(sum(line.fen_of(much - less) for line, much, less in lines)), True)],
        sign=[
            str(both("送货人（签字）", "Delivered by")), str(both("验收人（签字）", "Accepted by")), str(SUPPLIER_STAMPS),
            str(BUYER_STAMPS),
        ],
        dated=str(DATED),
        ends_with_sums=True,
    )  # fmt: skip
    return paper.pdf()
