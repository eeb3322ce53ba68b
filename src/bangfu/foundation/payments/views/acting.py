"""Doors that act: ask, close, give back, open and close merchant accounts, read a statement."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from bangfu.foundation.operations import Act, NotPermitted, granted_units
from bangfu.foundation.payments import asking, forms, operations
from bangfu.foundation.payments.models import RefundState, State
from bangfu.foundation.payments.operations import MerchantDetails
from bangfu.foundation.payments.views.reading import (
    may,
    merchant_context,
    payment_context,
    readable_merchant,
    readable_payment,
)
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.records.carrying import carried_out
from bangfu.foundation.records.pressing import pressed
from bangfu.foundation.rooms import both

PAGES = ["GET", "HEAD", "POST"]
DONE_WORDS = {
    RefundState.ASKED: both(
        "退款已申请，等渠道答复。", "The refund is asked for; the provider has yet to answer."
    ),
    RefundState.DONE: both("已退款。", "It was given back."),
    RefundState.FAILED: both("渠道拒绝了退款，没有退。", "The provider refused; nothing was given back."),
}


@require_POST
def ask(request: HttpRequest, key: int) -> HttpResponse:
    """Ask the provider about an open payment now."""
    _, found = readable_payment(request, key)
    if found.state == State.CREATED:
        asking.ask_about(found, timezone.now())
        found.refresh_from_db()
    messages.success(request, str(both("已查询：", "Asked: ")) + str(found.state_words))
    return redirect("payments:payment", key=key)


@require_POST
def cut_short(request: HttpRequest, key: int) -> HttpResponse:
    """Let an open payment expire, and close it with its provider."""
    account, found = readable_payment(request, key)

    def carry(act: Act) -> None:
        cut = operations.cut_payment_short(payment=found, act=act)
        asking.ask_about(cut, act.at)

    return pressed(
        request,
        account,
        carry,
        both("已请渠道关闭。", "The provider was asked to close it."),
        back=("payments:payment", key),
        template="payments/payment.html",
        context=lambda: payment_context(account, readable_payment(request, key)[1]),
    )


@require_http_methods(PAGES)
def refund(request: HttpRequest, key: int) -> HttpResponse:
    """Ask for a part of a payment to be given back, and tell the provider."""
    account, found = readable_payment(request, key)
    if not may(account, "refund_payment", found):
        raise NotPermitted("out_of_scope", permission="payments.refund_payment")
    left = f"{found.left_fen // 100}.{found.left_fen % 100:02}"
    form = forms.RefundForm(request.POST or None, initial={"yuan": left})

    def carry(said: dict[str, Any], act: Act) -> str:
        asked = operations.refund_payment(
            payment=found, amount_fen=int(said["yuan"] * 100), reason=said["reason"], act=act
        )
        sent = asking.send_refund(asked, act.at)
        messages.info(request, str(DONE_WORDS[RefundState(sent.state)]))
        return reverse("payments:payment", args=[key])

    context = {
        "title": both("退款", "Give back"),
        "back": reverse("payments:payment", args=[key]),
        "above": (both("款项", "Payment"), found.number),
        "note": both("还可退 {left} 元。", "{left} yuan are left to give back.").filled(left=left),
    }
    done = both("退款已登记。", "The refund is entered.")
    return carried_out(request, form, carry, done, context, template="payments/form.html")


@require_http_methods(PAGES)
def open_merchant(request: HttpRequest) -> HttpResponse:
    """Open a merchant account."""
    units = granted_units(reader_of(request), "payments.open_merchant_account", timezone.localdate())
    if not units:
        raise NotPermitted("out_of_scope", permission="payments.open_merchant_account")
    form = forms.MerchantForm(request.POST or None, units=units)

    def carry(said: dict[str, Any], act: Act) -> str:
        unit = said.pop("unit")
        said.pop("key")
        found = operations.open_merchant_account(unit=unit, details=MerchantDetails(**said), act=act)
        return reverse("payments:merchant", args=[found.pk])

    context = {
        "title": both("开设收款账户", "Open a merchant account"),
        "back": reverse("payments:merchants"),
        "above": None,
        "note": both(
            "密钥不在这里填写：由系统管理员放进密钥文件夹，见手册。",
            "Keys are not entered here: the administrator puts them into the folder of secrets; see the guide.",
        ),
    }
    done = both("收款账户已开设。", "The merchant account is open.")
    return carried_out(request, form, carry, done, context, template="payments/form.html")


@require_POST
def close_merchant(request: HttpRequest, key: int) -> HttpResponse:
    """Close a merchant account."""
    account, found = readable_merchant(request, key)
    return pressed(
        request,
        account,
        lambda act: operations.close_merchant_account(merchant=found, act=act),
        both("收款账户已停用。", "The merchant account is closed."),
        back=("payments:merchant", key),
        template="payments/merchant.html",
        context=lambda: merchant_context(account, found),
    )


@require_http_methods(PAGES)
def read_statement(request: HttpRequest, key: int) -> HttpResponse:
    """Read a provider's bill and match it."""
    account, found = readable_merchant(request, key)
    if not may(account, "read_statement", found):
        raise NotPermitted("out_of_scope", permission="payments.read_statement")
    form = forms.StatementForm(request.POST or None, request.FILES or None)

    def carry(said: dict[str, Any], act: Act) -> str:
        read = operations.read_statement(
            merchant=found,
            file_name=said["file"].name,
            content=said["file"].read(),
            starts_on=said["starts_on"],
            last_on=said["last_on"],
            act=act,
        )
        return reverse("payments:statement", args=[read.pk])

    context = {
        "title": both("读入账单", "Read a statement"),
        "back": reverse("payments:merchant", args=[key]),
        "above": (both("收款账户", "Merchant account"), found.title),
        "note": both(
            "文件不保存，付款人信息不读取；逐笔比对，不一致的成为疑点。",
            "The file is not kept and nothing of payers is read; every movement is matched, and what differs becomes a"
            " finding.",
        ),
    }
    done = both("账单已读入。", "The statement was read.")
    return carried_out(request, form, carry, done, context, template="payments/form.html")
