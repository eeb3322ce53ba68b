"""What everybody sees: open campaigns, one campaign with its counter, and one's own gift by its number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from axes.helpers import get_client_ip_address
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from bangfu.foundation.operations import Act, Refusal
from bangfu.foundation.payments.queries import payments_of
from bangfu.foundation.people.models import Account
from bangfu.foundation.points.queries import balance_of, holder_of, rate_of
from bangfu.foundation.points.tokens import member_of
from bangfu.foundation.printing import square_svg
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.limits import is_over_limit
from bangfu.giving.campaigns import forms, operations, queries
from bangfu.giving.campaigns.models import (
    CAUSE_WORDS,
    STATE_WORDS,
    WAY_WORDS,
    Campaign,
    DonorKind,
    Gift,
    GiftState,
    Pledge,
    State,
)
from bangfu.giving.campaigns.telling import yuan
from bangfu.giving.campaigns.views.booking import send_refunds
from bangfu.giving.campaigns.views.reading import shown_counter

MOST_GIFTS = 60
"""Gifts a minute that one address may begin."""


class UnableToEnter(Refusal):
    """Codes: ``too_often``, ``bad_token``, ``unclear``."""

    sentences = {
        "too_often": both("太频繁了，请一分钟后再试。", "Too often. Try again in a minute."),
        "bad_token": both(
            "积分页面已过期。请从积分应用重新进入。", "This page is over. Enter it from the points app again."
        ),
        "unclear": both("请写金额或积分。", "Say how much."),
    }


def _signed_in(request: HttpRequest) -> Account | None:
    return request.user if isinstance(request.user, Account) else None


def _named(request: HttpRequest, code: str) -> Campaign:
    """Return a campaign that whoever asks may see; a drive among staff is not there for anybody else."""
    return get_object_or_404(queries.campaigns_open_to(_signed_in(request), timezone.localdate()), code=code)


def _giver(request: HttpRequest) -> dict[str, Any]:
    """Return as what whoever asks gives: staff who are signed in as employees, everybody else as the public."""
    account = _signed_in(request)
    if not queries.is_staff(account, timezone.localdate()):
        return {"kind": DonorKind.PUBLIC}
    return {"kind": DonorKind.EMPLOYEE, "giver": account}


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """List the campaigns that whoever asks may see, those that take gifts first; drives among staff to staff alone."""
    rows = []
    for one in queries.campaigns_open_to(_signed_in(request), timezone.localdate()):
        counter = shown_counter(one, queries.counter(one))
        rows.append(
            {
                "it": one,
                "cause": CAUSE_WORDS[one.cause],
                "is_open": one.state == State.OPEN,
                "counter": counter,
            }
        )
    rows.sort(key=lambda row: not row["is_open"])
    return render(request, "campaigns/public_list.html", {"rows": rows})


def _context(request: HttpRequest, one: Campaign) -> dict[str, Any]:
    now = timezone.now()
    token = request.POST.get("token") or request.GET.get("member", "")
    member = member_of(token[:200], at_s=now.timestamp()) if token else None
    holder = holder_of(member) if member else None
    today = timezone.localdate(now)
    rate = rate_of(one.sponsor, today) if one.sponsor is not None else None
    refunds = queries.counter(one)
    return {
        "campaign": one, "is_open": one.state == State.OPEN, "words": STATE_WORDS[one.state], "cause": CAUSE_WORDS[one.cause],
        "goal": yuan(one.goal_fen), "least": yuan(one.least_fen), "counter": shown_counter(one, refunds),
        "participations": queries.participations(one), "rate": rate,
        "rate_yuan": yuan(rate.fen) if rate is not None else "", "holder": holder,
        "held": balance_of(holder, on=today) if holder is not None else 0, "is_member_lost": bool(token) and holder is None,
        "cash_form": forms.CashForm(), "monthly_form": forms.MonthlyForm(auto_id="monthly_%s"),
        "points_form": forms.PointsForm(initial={"token": token}, auto_id="points_%s"),
        "duties": [
            {"duty": duty, "published": list(duty.disclosures.order_by("pk"))}
            for duty in one.duties.filter(done_on__isnull=False).prefetch_related("disclosures").order_by("done_on")
        ],
    }  # fmt: skip


@require_safe
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Show one campaign to everybody: what a gift does, what came together, what went back, and how to give."""
    return render(request, "campaigns/public.html", _context(request, _named(request, code)))


def _given(
    request: HttpRequest,
    one: Campaign,
    named: str,
    form: Any,
    carry: Callable[[dict[str, Any], Act], HttpResponse],
) -> HttpResponse:
    """Carry out what somebody gives, or show the page with what is wrong and with what was written, under its name there."""
    address = str(get_client_ip_address(request) or "")
    try:
        if is_over_limit("campaigns", address, most=MOST_GIFTS, seconds=60):
            raise UnableToEnter("too_often")
        if not form.is_valid():
            raise UnableToEnter("unclear")
        act = Act(actor=queries.door_account(), at=timezone.now(), key=form.cleaned_data["key"])
        return carry(form.cleaned_data, act)
    except Refusal as refusal:
        context = {**_context(request, one), named: form, "refusal": refusal}
        return render(request, "campaigns/public.html", context, status=409)


@require_POST
def give_cash(request: HttpRequest, code: str) -> HttpResponse:
    """Let somebody give cash: lead to the payer's page, into the charity's own account."""
    one = _named(request, code)

    def carry(said: dict[str, Any], act: Act) -> HttpResponse:
        payment = operations.give_cash(
            campaign=one, amount_fen=int(said["yuan"] * 100), is_anonymous=said["is_anonymous"],
            name=said["name"], source_id=said["key"], **_giver(request), act=act,
        )  # fmt: skip
        return redirect("payments:pay", number=payment.number)

    return _given(request, one, "cash_form", forms.CashForm(request.POST), carry)


@require_POST
def make_pledge(request: HttpRequest, code: str) -> HttpResponse:
    """Let somebody promise a gift each month."""
    one = _named(request, code)

    def carry(said: dict[str, Any], act: Act) -> HttpResponse:
        made = operations.make_pledge(
            campaign=one, amount_fen=int(said["yuan"] * 100), day=said["day"], name=said["name"],
            is_anonymous=said["is_anonymous"], **_giver(request), act=act,
        )  # fmt: skip
        return redirect("campaigns:pledge", number=made.number)

    return _given(request, one, "monthly_form", forms.MonthlyForm(request.POST, auto_id="monthly_%s"), carry)


@require_POST
def give_points(request: HttpRequest, code: str) -> HttpResponse:
    """Let a member give points, who comes from the operator's app with a token."""
    one = _named(request, code)

    def carry(said: dict[str, Any], act: Act) -> HttpResponse:
        member = member_of(said["token"], at_s=act.at.timestamp())
        holder = holder_of(member) if member else None
        if holder is None:
            raise UnableToEnter("bad_token")
        gift = operations.give_points(
            campaign=one, holder=holder, points=said["points"], source_id=f"{holder.pk}:{said['key']}"[:80],
            is_anonymous=said["is_anonymous"], act=act,
        )  # fmt: skip
        return redirect("campaigns:certificate", number=gift.number)

    return _given(request, one, "points_form", forms.PointsForm(request.POST, auto_id="points_%s"), carry)


def _gift(number: str) -> Gift:
    return get_object_or_404(
        Gift.objects.select_related("campaign__charity", "unit", "pledge"), number=number
    )


def _certificate(one: Gift) -> dict[str, Any]:
    until = one.given_at + timedelta(hours=one.campaign.cooling_hours)
    is_there, is_lapsed = one.state == GiftState.RECEIVED, one.state == GiftState.LAPSED
    to_pay = payments_of(one).filter(state="CREATED").first() if one.state == GiftState.PROMISED else None
    return {
        "gift": one, "amount": yuan(one.amount_fen), "way": WAY_WORDS[one.way], "is_there": is_there, "to_pay": to_pay,
        "gives_again": is_lapsed and one.campaign.state == State.OPEN and not one.campaign.is_drive,
        "added": yuan(sum(one.matching.filter(state=GiftState.RECEIVED).values_list("amount_fen", flat=True))),
        "has_added": one.matching.filter(state=GiftState.RECEIVED).exists(),
        "until": until, "may_take_back": is_there and one.way != "MATCH" and timezone.now() <= until,
        "receipt": one.receipts.select_related("series").filter(voids=None, voided_by=None).first(),
    }  # fmt: skip


@require_safe
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """Show a giver the certificate of a gift, by the number that nobody else knows; it names nobody."""
    square = square_svg(request.build_absolute_uri(), label=str(both("打开证书", "Opens the certificate")))
    context = {**_certificate(_gift(number)), "square": mark_safe(square)}
    return render(request, "campaigns/certificate.html", context)


@require_POST
def take_back(request: HttpRequest, number: str) -> HttpResponse:
    """Let a giver take a gift back in time."""
    one = _gift(number)
    try:
        taken = operations.take_back_gift(gift=one, act=Act(actor=queries.door_account(), at=timezone.now()))
    except Refusal as refusal:
        context = {**_certificate(_gift(number)), "refusal": refusal}
        return render(request, "campaigns/certificate.html", context, status=409)
    send_refunds(taken)
    return redirect("campaigns:certificate", number=number)


def _pledge(number: str) -> Pledge:
    return get_object_or_404(Pledge.objects.select_related("campaign__charity"), number=number)


@require_safe
def pledge(request: HttpRequest, number: str) -> HttpResponse:
    """Show a giver what they promised each month, what is to be paid now, and how to end it."""
    return render(request, "campaigns/pledge.html", _pledge_context(_pledge(number)))


def _pledge_context(one: Pledge) -> dict[str, Any]:
    gifts = list(one.gifts.order_by("-pk")[:24])
    is_going = one.ended_at is None and one.campaign.state == State.OPEN
    return {
        "pledge": one, "amount": yuan(one.amount_fen), "gifts": [
            {"it": gift, "to_pay": payments_of(gift).filter(state="CREATED").first(),
             "may_repeat": is_going and at == 0 and gift.state == GiftState.LAPSED}
            for at, gift in enumerate(gifts)
        ],
    }  # fmt: skip


@require_POST
def ask_again(request: HttpRequest, number: str) -> HttpResponse:
    """Let a giver pay the monthly gift that was not paid."""
    one = _pledge(number)
    try:
        payment = operations.ask_again(pledge=one, act=Act(actor=queries.door_account(), at=timezone.now()))
    except Refusal as refusal:
        context = {**_pledge_context(_pledge(number)), "refusal": refusal}
        return render(request, "campaigns/pledge.html", context, status=409)
    return redirect("payments:pay", number=payment.number)


@require_POST
def end_pledge(request: HttpRequest, number: str) -> HttpResponse:
    """Let a giver end a pledge."""
    one = _pledge(number)
    if one.ended_at is None:
        operations.end_pledge(pledge=one, act=Act(actor=queries.door_account(), at=timezone.now()))
    return redirect("campaigns:pledge", number=number)
