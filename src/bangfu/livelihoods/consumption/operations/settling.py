"""What goes back of deliveries, and deliveries paid together by one invoice, which count as sales."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from bangfu.foundation.evidence.operations import hang
from bangfu.foundation.operations import Act, Refusal, operation, scope_of
from bangfu.foundation.review.operations import submit_many
from bangfu.foundation.rooms import both, record_type
from bangfu.livelihoods.amounts import plain, yuan
from bangfu.livelihoods.consumption import knowing
from bangfu.livelihoods.consumption.models import (
    Agreement,
    DeliveredLine,
    Delivery,
    Good,
    GoodsReturn,
    Outcome,
    Platform,
    Settlement,
)
from bangfu.livelihoods.consumption.operations import storing
from bangfu.livelihoods.consumption.operations.agreeing import agreement_for_update
from bangfu.livelihoods.consumption.operations.storing import Files
from bangfu.livelihoods.shop.neighbours import Label


class UnableToSettle(Refusal):
    """Codes: ``no_deliveries``, ``other_agreement``, ``settled_already``, ``open_returns``, ``number_taken``,
    ``invoice_missing``, ``invoice_taken``, ``reported_already``, ``amount_differs``, ``nothing_left``, ``in_the_future``,
    ``before_delivery``, ``returned_too_early``, ``before_return``, ``evidence_missing``, ``quantity``, ``too_much``,
    ``reason_missing``, ``unknown_outcome``, ``ended_already``."""

    sentences = {
        "no_deliveries": both("请选要结算的送货单。", "Choose the deliveries to settle."),
        "other_agreement": both(
            "送货单「{note}」属于另一份协议。", "The delivery {note} is of another agreement."
        ),
        "settled_already": both("送货单「{note}」已经结算。", "The delivery {note} is settled already."),
        "open_returns": both(
            "送货单「{note}」还有 {count} 笔退货没有了结，不能结算。请先登记退货结果。",
            "Returns of the delivery {note} are open ({count}), so it cannot be settled. Say first how they ended.",
        ),
        "number_taken": both(
            "结算「{number}」已在这份协议登记。",
            "The settlement {number} stands under this agreement already.",
        ),
        "invoice_missing": both("请填写发票号码。", "Enter the invoice's number."),
        "invoice_taken": both(
            "发票「{invoice}」已由{unit}用于「{sale}」，同一张发票只计一次。",
            "The invoice {invoice} stands with {unit} for {sale}. An invoice counts once.",
        ),
        "reported_already": both(
            "发票「{invoice}」已由{unit}在报送中登记，再计就重复了。请其先撤回那条报送记录。",
            "The invoice {invoice} is reported by {unit} already and would count twice. Have that withdrawn first.",
        ),
        "amount_differs": both(
            "发票 {said} 元，而验收合计（扣除退货）{found} 元。请核对。",
            "The invoice says {said} yuan; what was accepted, less what went back, is {found} yuan. Compare them.",
        ),
        "nothing_left": both("退货以后没有要付的。", "After returns there is nothing to pay."),
        "in_the_future": both(
            "日期在今天之后。请填实际发生的日期。",
            "The day lies ahead of today. Enter the day it happened.",
        ),
        "before_delivery": both(
            "付款早于送货（{day}）。请核对日期。",
            "It was paid before it was delivered ({day}). Check the day.",
        ),
        "returned_too_early": both(
            "退货早于送货（{day}）。请核对日期。",
            "It goes back before it was delivered ({day}). Check the day.",
        ),
        "before_return": both(
            "了结早于退货（{day}）。请核对日期。",
            "The return ended before it was opened ({day}). Check the day.",
        ),
        "evidence_missing": both("请附上发票。", "Attach the invoice."),
        "quantity": both("数量须大于零。", "The quantity must be above zero."),
        "too_much": both("这一行最多还可退 {left}。", "{left} of this line can be given back at most."),
        "reason_missing": both("请写明退货原因。", "Say why it is given back."),
        "unknown_outcome": both("没有「{text}」这种结果。", "There is no outcome called {text}."),
        "ended_already": both("这笔退货已经了结。", "This return has ended already."),
    }


@operation("consumption.open_return", scope=lambda *, line, **_: line.delivery.scope)
def open_return(*, line: DeliveredLine, quantity: Decimal, reason: str, on: date, act: Act) -> GoodsReturn:
    """Note that goods of a delivery, which is not settled, go back; the delivery is not settled until it is known how that ended.

    Raises: UnableToSettle: see its codes; nothing was written.
    Locks: the agreement.
    """
    agreement_for_update(line.delivery.agreement_id)
    delivery = Delivery.objects.get(pk=line.delivery_id)
    if delivery.settlement_id is not None:
        raise UnableToSettle("settled_already", note=delivery.note)
    if quantity <= 0:
        raise UnableToSettle("quantity")
    back = line.returns.exclude(outcome=Outcome.REJECTED).aggregate(sum=Sum("quantity"))["sum"] or Decimal(0)
    if back + quantity > line.quantity:
        raise UnableToSettle("too_much", left=plain(line.quantity - back))
    if not reason.strip():
        raise UnableToSettle("reason_missing")
    if on > act.on:
        raise UnableToSettle("in_the_future")
    if on < delivery.delivered_on:
        raise UnableToSettle("returned_too_early", day=delivery.delivered_on.isoformat())
    return GoodsReturn.objects.create(
        line=line, delivery=delivery, quantity=quantity, reason=reason.strip(), opened_on=on, opened_at=act.at,
        opened_by=act.actor,
    )  # fmt: skip


@operation("consumption.close_return", scope=scope_of("goods_return"))
def close_return(*, goods_return: GoodsReturn, outcome: str, on: date, act: Act) -> GoodsReturn:
    """Say how a return ended: credited, replaced, or rejected by the supplier. What was credited is not paid.

    Raises: UnableToSettle: see its codes; nothing was written.
    Locks: the agreement.
    """
    agreement_for_update(goods_return.delivery.agreement_id)
    found = GoodsReturn.objects.get(pk=goods_return.pk)
    if found.outcome:
        raise UnableToSettle("ended_already")
    if outcome not in Outcome.values:
        raise UnableToSettle("unknown_outcome", text=outcome)
    if on > act.on:
        raise UnableToSettle("in_the_future")
    if on < found.opened_on:
        raise UnableToSettle("before_return", day=found.opened_on.isoformat())
    found.outcome, found.closed_on = outcome, on
    found.save(update_fields=["outcome", "closed_on"])
    return found


@operation("consumption.settle", scope=scope_of("agreement"))
def settle(
    *, agreement: Agreement, number: str, deliveries: Sequence[Delivery], paid_on: date, invoice_number: str,
    amount_fen: int, invoice_code: str = "", files: Files, act: Act,
) -> Settlement:  # fmt: skip
    """Settle deliveries by one invoice and submit what was paid for review: a sale a product, once for that invoice.

    Args:
        amount_fen: what the invoice says; it must be what was accepted less what was credited.

    Raises: UnableToSettle: see its codes; UnableToBring: ``brought_meanwhile``; UnableToKeep: a file is refused. Nothing was
        written.
    Locks: the agreement.
    """
    agreement = agreement_for_update(agreement.pk)
    found = list(Delivery.objects.filter(pk__in=[one.pk for one in deliveries]).order_by("pk"))
    named, invoice = number.strip(), "".join(invoice_number.split()).upper()
    _refuse_deliveries(found, agreement)
    if paid_on > act.on:
        raise UnableToSettle("in_the_future")
    latest = max(one.delivered_on for one in found)
    if paid_on < latest:
        raise UnableToSettle("before_delivery", day=latest.isoformat())
    if not named or agreement.settlements.filter(number=named).exists():
        raise UnableToSettle("number_taken", number=named)
    code = "".join(invoice_code.split()).upper()
    _refuse_invoice(code, invoice)
    if not files:
        raise UnableToSettle("evidence_missing")
    sums = accepted(found)
    total = sum(fen for _, fen in sums.values())
    if total <= 0:
        raise UnableToSettle("nothing_left")
    if total != amount_fen:
        raise UnableToSettle("amount_differs", said=yuan(amount_fen), found=yuan(total))
    settlement = Settlement.objects.create(
        agreement=agreement, number=named, paid_on=paid_on, invoice_code=code,
        invoice_number=invoice, amount_fen=total, settled_at=act.at, settled_by=act.actor,
    )  # fmt: skip
    Delivery.objects.filter(pk__in=[one.pk for one in found]).update(settlement=settlement)
    entries = _bring(settlement, sums, act)
    hang([settlement.pk], files, record_type=record_type("consumption.settlement"), act=act)
    hang(entries, files, record_type=record_type("consumption.entry"), act=act)
    title = f"结算 {settlement.order_no}"
    kind = record_type("consumption.entry")
    submit_many(entries, record_type=kind, unit=agreement.unit, title=title, act=act)
    return settlement


def _refuse_deliveries(found: Sequence[Delivery], agreement: Agreement) -> None:
    if not found:
        raise UnableToSettle("no_deliveries")
    for one in found:
        if one.agreement_id != agreement.pk:
            raise UnableToSettle("other_agreement", note=one.note)
        if one.settlement_id is not None:
            raise UnableToSettle("settled_already", note=one.note)
    waiting = GoodsReturn.objects.filter(delivery__in=found, outcome="").values_list("delivery_id", flat=True)
    opened = list(waiting)
    for one in found:
        if one.pk in opened:
            raise UnableToSettle("open_returns", note=one.note, count=opened.count(one.pk))


def _refuse_invoice(code: str, invoice: str) -> None:
    if not invoice:
        raise UnableToSettle("invoice_missing")
    taken = knowing.invoiced([invoice]).filter(knowing.is_same_invoice(code))
    if taken.height:
        one = taken.row(0, named=True)
        unit = both(one["holder_zh"], one["holder_en"])
        raise UnableToSettle("invoice_taken", invoice=invoice, unit=unit, sale=one["holder_order"])
    reported = knowing.reported_under([invoice])
    if reported.height:
        one = reported.row(0, named=True)
        raise UnableToSettle("reported_already", invoice=invoice, unit=both(one["by_zh"], one["by_en"]))


def accepted(deliveries: Sequence[Delivery]) -> dict[int, tuple[Decimal, int]]:
    """Return quantity and fen of what was accepted with deliveries less what was credited, by product; none: absent."""
    sums: dict[int, tuple[Decimal, int]] = defaultdict(lambda: (Decimal(0), 0))
    lines = DeliveredLine.objects.filter(delivery__in=deliveries).select_related("call_line").order_by("pk")
    credited = dict(
        GoodsReturn.objects.filter(delivery__in=deliveries, outcome=Outcome.CREDITED).order_by().values("line")
        .annotate(sum=Sum("quantity")).values_list("line", "sum")
    )  # fmt: skip
    for one in lines:
        quantity = one.quantity - credited.get(one.pk, Decimal(0))
        if quantity > 0:
            fen = one.call_line.fen_of(quantity)
            before = sums[one.call_line.good_id]
            sums[one.call_line.good_id] = (before[0] + quantity, before[1] + fen)
    return dict(sums)


def _bring(settlement: Settlement, sums: dict[int, tuple[Decimal, int]], act: Act) -> list[int]:
    """Write a sale and its payment for each product, and return the payments' keys."""
    agreement = settlement.agreement
    goods = Good.objects.in_bulk(sums)
    said = [
        {
            "platform": Platform.AGREEMENT.value, "order_no": settlement.order_no, "line_no": str(line),
            "unit": agreement.unit_id, "payer": agreement.payer, "label": Label.BOUGHT.value, "good": key,
            "place": goods[key].place_id, "quantity": str(sums[key][0]), "ordered_fen": sums[key][1],
            "ordered_on": settlement.paid_on, "bound_for": None, "shop": agreement.supplier_name,
            "invoice_code": settlement.invoice_code, "invoice_number": settlement.invoice_number,
            "invoice_line": str(line), "apart": "", "upload": None,
        }
        for line, key in enumerate(sorted(sums), 1)
    ]  # fmt: skip
    return storing.write_paid_sales(said, document=settlement.number, act=act)
