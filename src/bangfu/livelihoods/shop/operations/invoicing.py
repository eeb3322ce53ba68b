"""A buyer asks for an invoice, and the seller notes under which number it was issued."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Sum

from bangfu.foundation.operations import Act, Refusal, Scope, operation, scope_of
from bangfu.foundation.people import vault
from bangfu.foundation.rooms import both
from bangfu.livelihoods.shop.models import Destination, InvoiceRequest, InvoiceTo, Order, OrderState, Refund
from bangfu.livelihoods.shop.operations.storing import locked_orders
from bangfu.livelihoods.shop.tax_numbers import is_tax_number

TITLE_COLUMN, EMAIL_COLUMN = "shop_invoice_title", "shop_invoice_email"
"""Under which names title and address are sealed."""
LONGEST_TITLE = 120


class UnableToInvoice(Refusal):
    """Codes: ``not_paid``, ``no_recipient``, ``nothing_left``, ``asked_already``, ``unknown_kind``, ``title_missing``,
    ``tax_number_wrong``,
    ``email_wrong``, ``issued_already``, ``number_missing``, ``number_used``, ``in_the_future``."""

    sentences = {
        "not_paid": both("订单还没有支付，不能开票。", "The order is not paid, so there is nothing to invoice."),
        "no_recipient": both(
            "这个订单没有收件人，不能在这里开票。请联系销售单位。",
            "The order has no recipient here. Call the seller for an invoice.",
        ),
        "nothing_left": both("订单已全部退款，不能开票。", "All of the order was refunded; there is nothing to invoice."),
        "asked_already": both("发票已经开出，不能再改。请联系销售单位。", "The invoice is issued and stays. Call the seller."),
        "unknown_kind": both("请选个人或单位。", "Choose a person or an organisation."),
        "title_missing": both("请填写发票抬头，最多 120 字。", "Enter to whom it is made out, 120 characters at most."),
        "tax_number_wrong": both(
            "税号须是 18 位统一社会信用代码，校验位不对。请核对。",
            "The tax number is a unified social credit code of 18 characters; its check character is wrong. Look at it again.",
        ),
        "email_wrong": both("邮箱写得不对。请核对。", "The e-mail address is not right. Look at it again."),
        "issued_already": both("这张发票已经登记过。", "The invoice is noted already."),
        "number_missing": both("请填写发票号码。", "Enter the invoice's number."),
        "number_used": both(
            "发票号码 {number} 已登记在另一个订单。请核对。",
            "Invoice {number} is noted for another order. Check it.",
        ),
        "in_the_future": both("开票日期不能在将来。", "An invoice is not issued in the future."),
    }  # fmt: skip


@operation("shop.ask_invoice", scope=lambda **_: Scope(), unrecorded=("title", "email", "tax_number"))
def ask_invoice(
    *, order: Order, made_out_to: str, title: str, email: str, tax_number: str = "", act: Act
) -> InvoiceRequest:
    """Ask for an invoice of an order that was paid, as its buyer; said anew it follows the one before, until it is issued.

    Args:
        title: an organisation's registered name, or a person's, which is sealed, as is the e-mail address.
        tax_number: an organisation's unified social credit code; not looked at for a person.

    Raises: UnableToInvoice: see its codes; nothing was written.
    Locks: the order.
    """
    now = locked_orders([order.pk])[order.pk]
    if now.state in (OrderState.PLACED, OrderState.CANCELLED):
        raise UnableToInvoice("not_paid")
    if now.state == OrderState.REFUNDED:
        raise UnableToInvoice("nothing_left")
    code = "".join(tax_number.split()).upper()
    _check(made_out_to, title, code, email)
    known = InvoiceRequest.objects.filter(order=order).first()
    if known is not None and known.number:
        raise UnableToInvoice("asked_already")
    sent = Destination.objects.select_related("person__key").filter(order=order).first()
    if sent is None or not hasattr(sent.person, "key"):
        raise UnableToInvoice("no_recipient")
    is_person, person = made_out_to == InvoiceTo.PERSON, sent.person
    wrapped = bytes(person.key.wrapped)

    def sealed(text: str, column: str) -> bytes:
        return vault.seal_text(wrapped, text.strip(), person=person.pk, column=column)

    found, _ = InvoiceRequest.objects.update_or_create(
        order=order,
        defaults={
            "made_out_to": made_out_to,
            "title": "" if is_person else title.strip(),
            "tax_number": "" if is_person else code,
            "person": person,
            "title_sealed": sealed(title, TITLE_COLUMN) if is_person else None,
            "email_sealed": sealed(email, EMAIL_COLUMN),
            "asked_at": act.at,
        },
    )
    return found


def _check(made_out_to: str, title: str, code: str, email: str) -> None:
    if made_out_to not in InvoiceTo.values:
        raise UnableToInvoice("unknown_kind")
    if not 0 < len(title.strip()) <= LONGEST_TITLE:
        raise UnableToInvoice("title_missing")
    if made_out_to == InvoiceTo.COMPANY and not is_tax_number(code):
        raise UnableToInvoice("tax_number_wrong")
    try:
        validate_email(email.strip())
    except ValidationError as wrong:
        raise UnableToInvoice("email_wrong") from wrong


@operation("shop.issue_invoice", scope=scope_of("request"))
def issue_invoice(*, request: InvoiceRequest, number: str, issued_on: date, act: Act) -> InvoiceRequest:
    """Note that an invoice was issued, over what the buyer paid less what went back until now.

    Raises: UnableToInvoice: see its codes; nothing was written.
    Locks: the order.
    """
    order = locked_orders([request.order_id])[request.order_id]
    now = InvoiceRequest.objects.get(pk=request.pk)
    written = number.strip()
    if now.number:
        raise UnableToInvoice("issued_already")
    if not written:
        raise UnableToInvoice("number_missing")
    if issued_on > act.on:
        raise UnableToInvoice("in_the_future")
    if InvoiceRequest.objects.filter(number=written).exists():
        raise UnableToInvoice("number_used", number=written)
    given = Refund.objects.filter(line__order=order.key).aggregate(
        goods=Sum("amount_fen"), freight=Sum("freight_fen")
    )
    amount = order.due_fen - (given["goods"] or 0) - (given["freight"] or 0)
    if amount <= 0:
        raise UnableToInvoice("nothing_left")
    now.number, now.issued_on, now.issued_by, now.amount_fen = written[:40], issued_on, act.actor, amount
    now.save(update_fields=["number", "issued_on", "issued_by", "amount_fen"])
    return now


@operation("shop.open_invoice", scope=scope_of("request"))
def open_invoice(*, request: InvoiceRequest, act: Act) -> InvoiceRequest:
    """Let the actor see to whom an invoice is made out and where it is sent; the trail keeps who looked, and when."""
    return InvoiceRequest.objects.select_related("person__key", "order").get(pk=request.pk)
