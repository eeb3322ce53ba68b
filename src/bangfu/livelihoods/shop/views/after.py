"""What comes after a sale, as the seller works it off: requests to give back, invoices, reviews; one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.foundation.operations import Act
from bangfu.foundation.people import vault
from bangfu.foundation.people.models import Account, PersonKey
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.queries import place_label
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import Keyed
from bangfu.livelihoods.shop import after_forms, operations, queries
from bangfu.livelihoods.shop.forms import ConfirmForm
from bangfu.livelihoods.shop.models import (
    INVOICE_TO_WORDS,
    REFUND_REASON_WORDS,
    RETURN_STATE_WORDS,
    REVIEW_STATE_WORDS,
    InvoiceRequest,
    Return,
    ReturnState,
    Review,
    ReviewState,
)
from bangfu.livelihoods.shop.operations.invoicing import EMAIL_COLUMN, TITLE_COLUMN
from bangfu.livelihoods.shop.operations.selling import ADDRESS_COLUMN
from bangfu.livelihoods.shop.operations.storing import standing_lines
from bangfu.livelihoods.shop.telling import order_address, yuan
from bangfu.livelihoods.shop.telling_after import invoice_address, return_address, review_address
from bangfu.livelihoods.shop.views.gate import READ_AND_WRITE, carried_out, form_page, may, refuse_strangers

NOTED = both("已登记。", "Noted.")
RETURN_LOOKS = {
    ReturnState.ASKED: "draft", ReturnState.AGREED: "submitted", ReturnState.RECEIVED: "submitted",
    ReturnState.REFUNDED: "verified", ReturnState.DECLINED: "returned", ReturnState.WITHDRAWN: "withdrawn",
}  # fmt: skip
REVIEW_LOOKS = {
    ReviewState.WAITING: "draft",
    ReviewState.SHOWN: "verified",
    ReviewState.REFUSED: "returned",
}
ERASED = both("（已删除）", "(erased)")
STEPS: tuple[tuple[str, str, Words, bool], ...] = (
    (ReturnState.ASKED, "agree", both("同意…", "Agree…"), False),
    (ReturnState.AGREED, "receive", both("货已收到…", "Goods are back…"), False),
    (ReturnState.RECEIVED, "refund", both("退款…", "Refund…"), False),
    (ReturnState.ASKED, "decline", both("不同意…", "Decline…"), True),
    (ReturnState.AGREED, "decline", both("不同意…", "Decline…"), True),
    (ReturnState.RECEIVED, "decline", both("不同意…", "Decline…"), True),
)
"""What follows for a request in a state: the page, in words, and whether it is a way back."""


def _return(request: HttpRequest, key: int) -> tuple[Account, Return]:
    account = reader_of(request)
    found = get_object_or_404(queries.returns().select_related("refund", "decided_by"), pk=key)
    refuse_strangers(account, found.scope)
    return account, found


@require_safe
def one_return(request: HttpRequest, key: int) -> HttpResponse:
    """Show a request to give back, and what follows."""
    account, found = _return(request, key)
    standing = next(one for one in standing_lines([found.line.order_id]) if one.line == found.line_id)
    worth = standing.worth_fen(min(found.quantity, standing.quantity))
    context = {
        "return": found,
        "order": found.line.order,
        "variant": found.line.offer.stock.variant,
        "reason": REFUND_REASON_WORDS[found.reason],
        "state": RETURN_STATE_WORDS[found.state],
        "look": RETURN_LOOKS[ReturnState(found.state)],
        "amount": yuan(found.refund.amount_fen if found.refund else worth),
        "steps": [
            {"address": f"{return_address(key)}{name}", "title": title, "is_back": is_back}
            for state, name, title, is_back in STEPS
            if state == found.state and may(account, f"{name}_return", found.scope)
        ],
    }
    return render(request, "shop/return.html", context)


def _step(
    request: HttpRequest,
    key: int,
    form: Keyed,
    title: Words,
    step: Callable[[Return, dict[str, Any], Act], object],
    *,
    warning: Words | None = None,
    is_reversal: bool = False,
) -> HttpResponse:
    _, found = _return(request, key)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        step(found, said, act)
        return return_address(key)

    about = f"{found.line.order.number} · {found.line.offer.stock.variant.product.name} × {found.quantity}"
    context = form_page(title, return_address(key), about=about, warning=warning, is_reversal=is_reversal)
    return carried_out(request, form, carry_out, NOTED, context)


@require_http_methods(READ_AND_WRITE)
def agree(request: HttpRequest, key: int) -> HttpResponse:
    """Agree to a request."""
    return _step(
        request, key, after_forms.AgreeForm(request.POST or None), both("同意退货退款", "Agree"),
        lambda found, said, act: operations.agree_return(
            found=found, needs_goods=said["needs_goods"], answer=said["answer"], act=act
        ),
    )  # fmt: skip


@require_http_methods(READ_AND_WRITE)
def decline(request: HttpRequest, key: int) -> HttpResponse:
    """Decline a request, and say why."""
    return _step(
        request, key, after_forms.DeclineForm(request.POST or None), both("不同意退货退款", "Decline"),
        lambda found, said, act: operations.decline_return(found=found, answer=said["answer"], act=act),
        warning=both("买家会看到这里写的话。", "The buyer reads what you write here."), is_reversal=True,
    )  # fmt: skip


@require_http_methods(READ_AND_WRITE)
def receive(request: HttpRequest, key: int) -> HttpResponse:
    """Note that goods are back."""
    return _step(
        request, key, after_forms.ReceiveForm(request.POST or None), both("货已收到", "Goods are back"),
        lambda found, said, act: operations.receive_return(found=found, is_restocked=said["is_restocked"], act=act),
    )  # fmt: skip


@require_http_methods(READ_AND_WRITE)
def refund(request: HttpRequest, key: int) -> HttpResponse:
    """Give the money of a request back."""
    return _step(
        request, key, ConfirmForm(request.POST or None), both("退款", "Refund"),
        lambda found, said, act: operations.refund_return(found=found, act=act),
        warning=both(
            "退款计入今天所在的月份，付款当月的数字不变；退出去的不能收回。",
            "It counts in today's month, that of the payment stays; what was refunded is not taken back.",
        ), is_reversal=True,
    )  # fmt: skip


def _opened(sealed: bytes | memoryview | None, person: Any, column: str) -> str:
    """Return what was sealed for a person, or that the person was erased."""
    key = PersonKey.objects.filter(person=person).first()
    if key is None or sealed is None:
        return str(ERASED)
    return vault.open_text(bytes(key.wrapped), bytes(sealed), person=person, column=column)


@require_POST
def destination(request: HttpRequest, key: int) -> HttpResponse:
    """Show in clear where an order goes; the trail keeps who looked."""
    account = reader_of(request)
    found = get_object_or_404(queries.orders(), pk=key)
    refuse_strangers(account, found.scope)
    sent = operations.open_destination(order=found, act=Act.now(account))
    context = {
        "order": found,
        "name": sent.person.name or ERASED,
        "phone": sent.person.phone or "",
        "place": place_label(sent.place_id),
        "address": _opened(sent.address_sealed, sent.person_id, ADDRESS_COLUMN),
        "back": order_address(key),
    }
    return render(request, "shop/destination.html", context)


def _invoice(request: HttpRequest, key: int) -> tuple[Account, InvoiceRequest]:
    account = reader_of(request)
    found = get_object_or_404(queries.invoices().select_related("issued_by"), pk=key)
    refuse_strangers(account, found.scope)
    return account, found


@require_http_methods(READ_AND_WRITE)
def invoice(request: HttpRequest, key: int) -> HttpResponse:
    """Show a request for an invoice; whoever issues it opens name and address by a press, which the trail keeps."""
    account, found = _invoice(request, key)
    shown: dict[str, Any] = {}
    if request.method == "POST":
        opened = operations.open_invoice(request=found, act=Act.now(account))
        shown["email"] = _opened(opened.email_sealed, opened.person_id, EMAIL_COLUMN)
        shown["title"] = opened.title or _opened(opened.title_sealed, opened.person_id, TITLE_COLUMN)
    context = {
        "invoice": found,
        "to": INVOICE_TO_WORDS[found.made_out_to],
        "amount": yuan(found.amount_fen) if found.amount_fen else "",
        "may_open": may(account, "open_invoice", found.scope),
        "may_issue": not found.number and may(account, "issue_invoice", found.scope),
        **shown,
    }
    return render(request, "shop/invoice.html", context)


@require_http_methods(READ_AND_WRITE)
def issue(request: HttpRequest, key: int) -> HttpResponse:
    """Note under which number an invoice was issued."""
    _, found = _invoice(request, key)
    form = after_forms.IssueForm(request.POST or None)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.issue_invoice(request=found, number=said["number"], issued_on=said["issued_on"], act=act)
        return invoice_address(key)

    context = form_page(
        both("登记已开发票", "Note the invoice"), invoice_address(key), about=found.order.number
    )
    return carried_out(request, form, carry_out, NOTED, context)


def _review(request: HttpRequest, key: int) -> tuple[Account, Review]:
    account = reader_of(request)
    found = get_object_or_404(queries.reviews(), pk=key)
    refuse_strangers(account, found.scope)
    return account, found


@require_safe
def review(request: HttpRequest, key: int) -> HttpResponse:
    """Show a review, and what may be done with it."""
    account, found = _review(request, key)
    context = {
        "review": found,
        "stars": "★" * found.stars + "☆" * (5 - found.stars),
        "variant": found.line.offer.stock.variant,
        "order": found.line.order,
        "state": REVIEW_STATE_WORDS[found.state],
        "look": REVIEW_LOOKS[ReviewState(found.state)],
        "may_show": found.state != ReviewState.SHOWN and may(account, "show_review", found.scope),
        "may_refuse": found.state != ReviewState.REFUSED and may(account, "refuse_review", found.scope),
        "may_answer": found.state == ReviewState.SHOWN and may(account, "answer_review", found.scope),
    }
    return render(request, "shop/review.html", context)


def _reviewed(
    request: HttpRequest,
    key: int,
    form: Keyed,
    title: Words,
    step: Callable[[Review, dict[str, Any], Act], object],
) -> HttpResponse:
    _, found = _review(request, key)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        step(found, said, act)
        return review_address(key)

    about = str(found.line.offer.stock.variant.product.name)
    return carried_out(request, form, carry_out, NOTED, form_page(title, review_address(key), about=about))


@require_http_methods(READ_AND_WRITE)
def show(request: HttpRequest, key: int) -> HttpResponse:
    """Let everybody read a review."""
    return _reviewed(
        request, key, ConfirmForm(request.POST or None), both("公开评价", "Show the review"),
        lambda found, said, act: operations.show_review(review=found, act=act),
    )  # fmt: skip


@require_http_methods(READ_AND_WRITE)
def refuse(request: HttpRequest, key: int) -> HttpResponse:
    """Keep a review from being read."""
    return _reviewed(
        request, key, after_forms.RefuseForm(request.POST or None), both("不公开评价", "Do not show it"),
        lambda found, said, act: operations.refuse_review(review=found, reason=said["reason"], act=act),
    )  # fmt: skip


@require_http_methods(READ_AND_WRITE)
def answer(request: HttpRequest, key: int) -> HttpResponse:
    """Answer a review."""
    form = after_forms.AnswerForm(request.POST or None)
    return _reviewed(
        request, key, form, both("答复评价", "Answer the review"),
        lambda found, said, act: operations.answer_review(review=found, answer=said["answer"], act=act),
    )  # fmt: skip
