"""Money that goes back for a sale, told by hand with its document."""

from __future__ import annotations

from datetime import date

import polars

from bangfu.foundation.evidence.operations import hang
from bangfu.foundation.operations import Act, Refusal, operation, scope_of
from bangfu.foundation.review.operations import submit_many
from bangfu.foundation.rooms import both, record_type
from bangfu.livelihoods.amounts import yuan
from bangfu.livelihoods.consumption.models import Entry, EntryKind, Sale
from bangfu.livelihoods.consumption.operations import storing
from bangfu.livelihoods.consumption.operations.storing import Files


class UnableToRefund(Refusal):
    """Codes: ``not_paid``, ``amount``, ``too_much``, ``in_the_future``, ``before_payment``, ``document_missing``,
    ``document_taken``, ``evidence_missing``, ``withdrawn``."""

    sentences = {
        "not_paid": both(
            "这笔销售没有支付，没有款可退。", "Nothing was paid for this sale, so nothing can be refunded."
        ),
        "amount": both("金额须大于零。", "The amount must be above zero."),
        "too_much": both(
            "最多还可退 {left} 元。请核对金额。", "{left} yuan can be refunded at most. Check the amount."
        ),
        "in_the_future": both(
            "日期在今天之后。请填实际退款的日期。",
            "The day lies ahead of today. Enter the day it was refunded.",
        ),
        "before_payment": both(
            "退款早于支付（{day}）。请核对日期。",
            "It was refunded before it was paid ({day}). Check the day.",
        ),
        "document_missing": both("请填写退款凭证号。", "Enter the number of the refund's document."),
        "document_taken": both(
            "凭证「{document}」已在这笔销售登记过一次退款。",
            "The refund {document} stands with this sale already.",
        ),
        "evidence_missing": both("请附上退款凭证。", "Attach the refund's document."),
        "withdrawn": both("这笔销售已经撤回。", "This sale is withdrawn."),
    }


@operation("consumption.refund_sale", scope=scope_of("sale"))
def refund_sale(*, sale: Sale, amount_fen: int, on: date, document: str, files: Files, act: Act) -> Entry:
    """Enter money that went back for a sale on a day, with its document, and submit it for review.

    Raises: UnableToRefund: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the sale.
    """
    sale = Sale.objects.select_for_update(of=("self",)).select_related("unit").get(pk=sale.pk)
    if sale.withdrawn_at is not None:
        raise UnableToRefund("withdrawn")
    standing = list(Entry.objects.filter(sale=sale, withdrawn_at__isnull=True))
    paid = next((one for one in standing if one.kind == EntryKind.PAID), None)
    if paid is None:
        raise UnableToRefund("not_paid")
    back = [one for one in standing if one.kind == EntryKind.REFUNDED]
    left = paid.amount_fen - sum(one.amount_fen for one in back)
    if amount_fen <= 0:
        raise UnableToRefund("amount")
    if amount_fen > left:
        raise UnableToRefund("too_much", left=yuan(left))
    if on > act.on:
        raise UnableToRefund("in_the_future")
    if on < paid.happened_on:
        raise UnableToRefund("before_payment", day=paid.happened_on.isoformat())
    number = document.strip()
    if not number:
        raise UnableToRefund("document_missing")
    if any(one.document == number for one in back):
        raise UnableToRefund("document_taken", document=number)
    if not files:
        raise UnableToRefund("evidence_missing")
    said = {
        "sale": sale.pk, "kind": EntryKind.REFUNDED.value, "amount_fen": amount_fen, "happened_on": on, "document": number,
        "upload": None,
    }  # fmt: skip
    (key,) = storing.write_entries(polars.DataFrame([said], schema=storing.ENTRY), act=act)
    kind = record_type("consumption.entry")
    hang([key], files, record_type=kind, act=act)
    submit_many([key], record_type=kind, unit=sale.unit, title=f"退款 {sale.order_no} {number}", act=act)
    return Entry.objects.get(pk=key)
