"""Doors that act on money: the bank is read and matched, receipts issued and voided, gifts given back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bangfu.foundation.operations import Act
from bangfu.foundation.payments import asking
from bangfu.foundation.payments.models import Refund
from bangfu.foundation.people.models import Account
from bangfu.foundation.records.pressing import pressed
from bangfu.foundation.rooms import both
from bangfu.giving.campaigns import forms, operations
from bangfu.giving.campaigns.models import BankLine, Campaign, Charity, DonorKind, Gift, Receipt
from bangfu.giving.campaigns.telling import yuan
from bangfu.giving.campaigns.views.gate import carried_out, readable, require
from bangfu.giving.campaigns.views.reading import gift_context

PAGES = ["GET", "HEAD", "POST"]
BACK = both("退回捐赠", "Give it back")
GIFTS = Gift.objects.select_related("campaign", "unit", "matched", "match__sponsor")


def _page(title: Any, back: str, above: str, note: Any = None) -> dict[str, Any]:
    return {"title": title, "back": back, "above": above, "note": note}


def send_refunds(gift: Gift) -> None:
    """Tell the provider of a refund that was just asked for."""
    for one in Refund.objects.filter(number=f"GIFT-REFUND-{gift.pk}", is_sent=False):
        asking.send_refund(one, timezone.now())


@require_http_methods(PAGES)
def refund(request: HttpRequest, key: int) -> HttpResponse:
    """Give a gift back, with a reason."""
    account, one = readable(request, GIFTS, key)
    require(account, "refund_gift", one.campaign.scope)
    form = forms.ReasonForm(request.POST or None)
    at = reverse("campaigns:gift", args=[key])

    def carry(said: dict[str, Any], act: Act) -> str:
        send_refunds(operations.refund_gift(gift=one, reason=said["reason"], act=act))
        return at

    note = both(
        "积分退回原批次；现金原路退回。公开页单独列出退回。",
        "Points return to their lots, cash the way it came. The public page shows it apart.",
    )
    return carried_out(
        request, form, carry, both("已退回。", "It was given back."), _page(BACK, at, str(one.pk), note)
    )  # fmt: skip


@require_http_methods(PAGES)
def issue(request: HttpRequest, key: int) -> HttpResponse:
    """Issue a gift's receipt; of a company that gave by transfer its title is asked first."""
    account, one = readable(request, GIFTS, key)
    if one.kind == DonorKind.COMPANY:
        return _issued_to_company(request, account, one)
    if request.method != "POST":
        return redirect("campaigns:gift", key=key)
    return pressed(
        request, account, lambda act: operations.issue_receipt(gift=one, act=act), both("票据已开。", "The receipt is issued."),
        back=("campaigns:gift", key), template="campaigns/gift.html", context=lambda: gift_context(account, GIFTS.get(pk=key)),
    )  # fmt: skip


def _issued_to_company(request: HttpRequest, account: Account, one: Gift) -> HttpResponse:
    require(account, "issue_receipt", one.scope)
    line = operations.line_of_gift(one)
    form = forms.SponsorForm(
        request.POST or None, initial={"title": line.company if line is not None else ""}
    )

    def carry(said: dict[str, Any], act: Act) -> str:
        made = operations.issue_receipt(gift=one, title=said["title"], code=said["code"], act=act)
        return reverse("campaigns:receipt", args=[made.pk])

    context = _page(
        both("给企业开票", "Issue the receipt"),
        reverse("campaigns:gift", args=[one.pk]),
        f"{yuan(one.amount_fen)} · {one.campaign.title}",
    )
    return carried_out(request, form, carry, both("票据已开。", "The receipt is issued."), context)


@require_http_methods(PAGES)
def void(request: HttpRequest, key: int) -> HttpResponse:
    """Void a receipt."""
    account, one = readable(request, Receipt.objects.select_related("series__charity"), key)
    require(account, "void_receipt", one.scope)
    form = forms.ReasonForm(request.POST or None)

    def carry(said: dict[str, Any], act: Act) -> str:
        made = operations.void_receipt(receipt=one, reason=said["reason"], act=act)
        return reverse("campaigns:receipt", args=[made.pk])

    at = reverse("campaigns:receipt", args=[key])
    note = both(
        "以下一个号码的红字票据冲销，不删除。",
        "Another receipt under the next number takes it back; nothing is deleted.",
    )
    return carried_out(
        request, form, carry, both("已作废。", "It is void."), _page(both("作废票据", "Void the receipt"), at, str(one), note)
    )  # fmt: skip


@require_http_methods(PAGES)
def unmatch_line(request: HttpRequest, key: int) -> HttpResponse:
    """Take back what a line of the bank was matched as."""
    account, one = readable(request, BankLine.objects.select_related("charity"), key)
    require(account, "unmatch_line", one.scope)
    form = forms.ReasonForm(request.POST or None)
    at = reverse("campaigns:bank")

    def carry(said: dict[str, Any], act: Act) -> str:
        operations.unmatch_line(line=one, reason=said["reason"], act=act)
        return at

    note = both(
        "已记的账以相反的分录冲销，流水回到待认领；已开票据须先作废。",
        "What it moved is mirrored by entries of today, and the line waits to be matched again; void its receipt first.",
    )
    title = both("撤销认领", "Take the match back")
    return carried_out(
        request, form, carry, both("已撤销认领。", "The match is taken back."), _page(title, at, one.serial, note)
    )  # fmt: skip


@require_http_methods(PAGES)
def series(request: HttpRequest, key: int) -> HttpResponse:
    """Enter numbers of receipts."""
    account, one = readable(request, Charity.objects.select_related("unit"), key)
    require(account, "enter_series", one.scope)
    form = forms.SeriesForm(request.POST or None)
    at = reverse("campaigns:charity", args=[key])

    def carry(said: dict[str, Any], act: Act) -> str:
        said.pop("key")
        operations.enter_series(charity=one, **said, act=act)
        return at

    context = _page(both("登记号段", "Enter numbers of receipts"), at, one.name)
    return carried_out(request, form, carry, both("号段已登记。", "The numbers are entered."), context)


@require_http_methods(PAGES)
def read_bank(request: HttpRequest, key: int) -> HttpResponse:
    """Read a statement of a charity's bank."""
    account, one = readable(request, Charity.objects.select_related("unit"), key)
    require(account, "read_bank", one.scope)
    form = forms.FileForm(request.POST or None, request.FILES or None)

    def carry(said: dict[str, Any], act: Act) -> str:
        read = operations.read_bank(charity=one, name=said["file"].name, content=said["file"].read(), act=act)
        words = both(
            "{count} 笔收入，其中 {known} 笔以前读过，没有重复入账。",
            "{count} credits, of which {known} were known and are not booked again.",
        )
        messages.info(request, str(words.filled(count=read.lines_read, known=read.lines_known)))
        return f"{reverse('campaigns:bank')}?meaning=OPEN"

    note = both(
        "银行导出的 CSV：交易日期、流水号、收入金额，可有对方户名、摘要。个人姓名不保留。同一文件、同一流水号只记一次。",
        "The bank's CSV: 交易日期, 流水号, 收入金额, and 对方户名, 摘要 if there. Names of persons are not kept; the same file"
        " and the same serial are booked once.",
    )
    context = _page(
        both("读入银行流水", "Read a statement"), reverse("campaigns:charity", args=[key]), one.name, note
    )
    return carried_out(request, form, carry, both("流水已读入。", "The statement was read."), context)


@require_http_methods(PAGES)
def match_line(request: HttpRequest, key: int) -> HttpResponse:
    """Say what a credit is."""
    account, one = readable(request, BankLine.objects.select_related("charity__unit"), key)
    require(account, "match_line", one.scope)
    found = Campaign.objects.filter(charity=one.charity, opened_at__isnull=False).order_by("-starts_on")
    form = forms.LineForm(request.POST or None, campaigns=found)
    at = reverse("campaigns:bank")

    def carry(said: dict[str, Any], act: Act) -> str:
        campaign = found.select_related("charity__unit", "fund", "sponsor", "unit").filter(
            pk=getattr(said["campaign"], "pk", 0)
        )
        operations.match_line(
            line=one, meaning=said["meaning"], campaign=campaign.first(), remark=said["remark"], act=act
        )
        return at

    note = f"{one.happened_on:%Y-%m-%d} · {yuan(one.amount_fen)} · {one.company} · {one.purpose}"
    context = _page(both("认领流水", "Match the line"), at, one.serial, note)
    return carried_out(request, form, carry, both("已认领。", "It is matched."), context)


@require_http_methods(PAGES)
def issue_sponsors(request: HttpRequest, key: int) -> HttpResponse:
    """Issue a company's receipt."""
    account, one = readable(request, BankLine.objects.select_related("charity__unit"), key)
    require(account, "issue_sponsors_receipt", one.scope)
    form = forms.SponsorForm(request.POST or None, initial={"title": one.company})

    def carry(said: dict[str, Any], act: Act) -> str:
        made = operations.issue_sponsors_receipt(line=one, title=said["title"], code=said["code"], act=act)
        return reverse("campaigns:receipt", args=[made.pk])

    context = _page(both("给企业开票", "Issue the receipt"), reverse("campaigns:bank"), one.serial)
    return carried_out(request, form, carry, both("票据已开。", "The receipt is issued."), context)
