"""Doors without sign-in: the payer's page, opened by a number that cannot be guessed, and the door of providers."""

from __future__ import annotations

import json
import logging
from typing import Any

from axes.helpers import get_client_ip_address
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from bangfu.foundation.money.amounts import grouped
from bangfu.foundation.operations import Act
from bangfu.foundation.payments.adapters import Handle, NotTaken, Order, Standing, Told, Way
from bangfu.foundation.payments.asking import told_at
from bangfu.foundation.payments.hearing import LONGEST_MESSAGE, Arrived, answers_to
from bangfu.foundation.payments.hooks import hook_of
from bangfu.foundation.payments.models import PROVIDER_WORDS, MerchantAccount, Payment, Provider, State, Step
from bangfu.foundation.payments.operations import take_payment_answer
from bangfu.foundation.payments.providing import adapter_of, door_account
from bangfu.foundation.payments.views.within import is_within_wechat, may_pay_within, payer_within
from bangfu.foundation.printing import square_svg
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.limits import is_over_limit

log = logging.getLogger(__name__)
MOST_BEGUN = 30
"""Times a minute that one payment is begun with its provider."""
TOO_LARGE, NOTHING_NEW = 413, 204


def _payment(number: str) -> Payment:
    return get_object_or_404(Payment.objects.select_related("merchant__unit"), number=number)


def _context(found: Payment) -> dict[str, Any]:
    return {
        "payment": found,
        "amount": grouped(found.amount_fen, "CNY"),
        "provider": PROVIDER_WORDS[found.merchant.provider],
        "is_test": found.merchant.provider == Provider.TEST,
        "is_open": found.state == State.CREATED,
        "is_paid": found.state in (State.PAID, State.PART_REFUNDED, State.REFUNDED),
        "is_over": found.expires_at <= timezone.now(),
        "back": back(found) if (back := hook_of(found.pays_type).back) else "",
    }


@require_safe
def pay(request: HttpRequest, number: str) -> HttpResponse:
    """Show a payer what is to be paid and how; it says nothing of any person."""
    found = _payment(number)
    context = _context(found)
    if not context["is_open"] or context["is_over"] or context["is_test"]:
        return render(request, "payments/pay.html", context)
    if is_over_limit("payments", found.number, most=MOST_BEGUN, seconds=60):
        return render(request, "payments/pay.html", context | {"is_away": True})
    if not is_within_wechat(request):
        return render(request, "payments/pay.html", context | _begun(request, found))
    if not may_pay_within(found.merchant):
        return render(request, "payments/pay.html", context | {"is_elsewhere": True})
    openid = payer_within(request, found)
    if isinstance(openid, HttpResponse):
        return openid
    begun = _begun(request, found, payer=openid) if openid else {"is_away": True}
    return render(request, "payments/pay.html", context | begun)


def _begun(request: HttpRequest, found: Payment, payer: str = "") -> dict[str, Any]:
    """Return the ways to pay an open payment, or that its provider does not answer.

    Args:
        payer: the openid of whoever pays within WeChat.
    """
    is_phone = "mobile" in request.headers.get("User-Agent", "").lower()
    by_alipay = found.merchant.provider == Provider.ALIPAY
    way = (Way.WAP if is_phone else Way.PAGE) if by_alipay else (Way.PHONE if is_phone else Way.SQUARE)
    way = Way.IN_APP if payer else way
    order = Order(
        number=found.number,
        amount_fen=found.amount_fen,
        subject=found.subject,
        expires_at=found.expires_at,
        told_at=told_at(found.merchant),
        back_to=request.build_absolute_uri(reverse("payments:pay", args=[found.number])),
        payer=payer,
        payer_address=str(get_client_ip_address(request) or ""),
    )
    try:
        handle: Handle = adapter_of(found.merchant, timezone.now()).begin(order, way)
    except NotTaken as reason:
        log.warning("payment %s is not begun: %s", found.pk, reason.code)
        return {"is_away": True}
    label = str(both("付款二维码", "Code to pay"))
    square = mark_safe(square_svg(handle.square, scale=6, label=label)) if handle.square else ""
    return {
        "address": handle.address,
        "square": square,
        "within": json.dumps(dict(handle.values)) if handle.values else "",
    }


@require_safe
def state(request: HttpRequest, number: str) -> HttpResponse:
    """Tell the payer's page how far the payment is; it asks every few seconds, and stays as it is while there is nothing new."""
    context = _context(_payment(number))
    if context["is_open"] and not context["is_over"]:
        return HttpResponse(status=NOTHING_NEW)
    return render(request, "payments/state.html", context)


@require_POST
def test_pay(request: HttpRequest, number: str) -> HttpResponse:
    """Pay, fail or let expire, with test pay alone: no money moves."""
    found = _payment(number)
    if found.merchant.provider != Provider.TEST:
        raise Http404(number)
    at = timezone.now()
    standing = {"pay": Standing.DONE, "fail": Standing.FAILED, "expire": Standing.CLOSED}.get(
        request.POST.get("what", "")
    )
    if standing is None:
        raise Http404(number)
    is_over = standing == Standing.DONE and found.expires_at <= at
    told = Told(
        number=found.number,
        standing=Standing.CLOSED if is_over else standing,
        transaction_number=f"TEST-{found.number}",
        amount_fen=found.amount_fen,
        at=at,
    )
    act = Act(actor=door_account(on=timezone.localdate(at)), at=at)
    take_payment_answer(merchant=found.merchant, told=told, heard=Step.Heard.HERE, act=act)
    return redirect("payments:pay", number=number)


@csrf_exempt
@require_POST
def told(request: HttpRequest, code: str) -> HttpResponse:
    """Take a provider's message where no door stands before Django, as the door would: it alone."""
    if not MerchantAccount.objects.filter(code=code).exists():
        raise Http404(code)
    if int(request.headers.get("Content-Length") or 0) > LONGEST_MESSAGE:
        return HttpResponse(status=TOO_LARGE)
    meta = {name: value for name, value in request.META.items() if isinstance(value, str)}
    is_form = (request.content_type or "").startswith("multipart/")  # its body may have been read as a form
    at = timezone.now()
    act = Act(actor=door_account(on=timezone.localdate(at)), at=at)
    (reply,) = answers_to([Arrived(code, meta, b"" if is_form else request.body)], act)
    assert reply is not None
    return HttpResponse(reply.text, status=reply.status, content_type=reply.kind)
