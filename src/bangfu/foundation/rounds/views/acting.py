"""Buttons that lead to the operations of rounds and returns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from bangfu.foundation.intake.models import Upload
from bangfu.foundation.operations import Act, NotPermitted, Refusal
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words, both, counted
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rounds import forms, operations
from bangfu.foundation.rounds.models import Return, Round
from bangfu.foundation.rounds.views.reading import round_context, seen_return, seen_round
from bangfu.foundation.rounds.views.returning import return_context


def _act(request: HttpRequest, account: Account) -> Act:
    return Act.now(account, key=request.POST.get("key") or None)


def _on_round(
    request: HttpRequest, key: int, carry_out: Callable[[Round, Act], Words], form: Keyed | None = None
) -> HttpResponse:
    """Do something to a round and show it again; a refusal is shown on its page."""
    account, asked = seen_round(request, key)
    refusal: Refusal | None = None
    if form is None or form.is_valid():
        try:
            done = carry_out(asked, _act(request, account))
        except NotPermitted:
            raise
        except Refusal as answer:
            refusal = answer
        else:
            messages.success(request, str(done))
            return redirect("rounds:round", key=key)
    context = {**round_context(request, account, asked), "refusal": refusal}
    if form is not None:
        context["reason_form"] = form
    return render(request, "rounds/round.html", context, status=409 if refusal else 422)


@require_POST
def chase(request: HttpRequest, key: int) -> HttpResponse:
    """Chase everybody who owes a return of a round."""

    def carry_out(asked: Round, act: Act) -> Words:
        chased = operations.chase_round(round=asked, act=act)
        return counted(
            "已催 {count} 个单位。",
            "{count} units were chased.",
            "{count} unit was chased.",
            count=chased.count,
        )

    return _on_round(request, key, carry_out)


@require_POST
def accept(request: HttpRequest, key: int) -> HttpResponse:
    """Accept the returns that were chosen."""
    chosen = [int(one) for one in request.POST.getlist("row") if one.isascii() and one.isdigit()]

    def carry_out(asked: Round, act: Act) -> Words:
        count = operations.accept_returns(round=asked, returns=chosen, act=act)
        return counted(
            "已接收 {count} 份报送。",
            "{count} returns were accepted.",
            "{count} return was accepted.",
            count=count,
        )

    return _on_round(request, key, carry_out)


@require_POST
def lock(request: HttpRequest, key: int) -> HttpResponse:
    """Lock a round."""

    def carry_out(asked: Round, act: Act) -> Words:
        agreed = request.POST.get("without_missing") == "on"
        operations.lock_round(round=asked, without_missing=agreed, act=act)
        return both("已汇总锁定。", "Consolidated and locked.")

    return _on_round(request, key, carry_out)


@require_POST
def ask_unlock(request: HttpRequest, key: int) -> HttpResponse:
    """Ask for a locked round to be opened again."""
    form = forms.ReasonForm(request.POST)

    def carry_out(asked: Round, act: Act) -> Words:
        operations.ask_unlock(round=asked, reason=form.cleaned_data["reason"], act=act)
        return both("已申请，等另一人同意。", "Asked; it waits for another person.")

    return _on_round(request, key, carry_out, form)


@require_POST
def unlock(request: HttpRequest, key: int) -> HttpResponse:
    """Unlock a round, as the second person."""

    def carry_out(asked: Round, act: Act) -> Words:
        last = asked.unlockings.order_by("-asked_at").first()
        if last is None:
            raise operations.UnableToLock("not_locked")
        operations.unlock_round(unlocking=last, act=act)
        return both("已解锁。", "Unlocked.")

    return _on_round(request, key, carry_out)


def _on_return(
    request: HttpRequest,
    key: int,
    carry_out: Callable[[Return, Act], Words],
    form: Keyed | None = None,
    form_name: str = "reason_form",
) -> HttpResponse:
    """Do something to a return and show it again; a refusal is shown on its page."""
    account, found = seen_return(request, key)
    refusal: Refusal | None = None
    if form is None or form.is_valid():
        try:
            done = carry_out(found, _act(request, account))
        except NotPermitted:
            raise
        except Refusal as answer:
            refusal = answer
        else:
            messages.success(request, str(done))
            return redirect("rounds:return", key=key)
    context: dict[str, Any] = {**return_context(account, found), "refusal": refusal}
    if form is not None:
        context[form_name] = form
    return render(request, "rounds/return.html", context, status=409 if refusal else 422)


@require_POST
def submit(request: HttpRequest, key: int) -> HttpResponse:
    """Hand a return in."""

    def carry_out(found: Return, act: Act) -> Words:
        nothing = request.POST.getlist("nothing_of")
        operations.submit_return(unit_return=found, nothing_of=nothing, act=act)
        return both("已报出，记录已提交核验。", "Handed in; its records wait for review.")

    return _on_return(request, key, carry_out)


@require_POST
def take_sheet(request: HttpRequest, key: int) -> HttpResponse:
    """Count an imported sheet into a return."""

    def carry_out(found: Return, act: Act) -> Words:
        operations.take_sheet(unit_return=found, upload=_upload(request), act=act)
        return both("已计入这一期。", "It belongs to the return.")

    return _on_return(request, key, carry_out)


@require_POST
def leave_sheet_out(request: HttpRequest, key: int) -> HttpResponse:
    """Take a sheet out of a return."""

    def carry_out(found: Return, act: Act) -> Words:
        operations.leave_sheet_out(unit_return=found, upload=_upload(request), act=act)
        return both("已移出。", "Taken out.")

    return _on_return(request, key, carry_out)


def _upload(request: HttpRequest) -> Upload:
    said = request.POST.get("upload", "")
    return get_object_or_404(Upload, pk=int(said) if said.isascii() and said.isdigit() else 0)


@require_POST
def nil(request: HttpRequest, key: int) -> HttpResponse:
    """Sign a nil return."""

    def carry_out(found: Return, act: Act) -> Words:
        confirmed = request.POST.get("confirmed") == "on"
        operations.sign_nil(unit_return=found, is_confirmed=confirmed, act=act)
        return both("已签零报告。", "The nil return is signed.")

    return _on_return(request, key, carry_out)


@require_POST
def take_back(request: HttpRequest, key: int) -> HttpResponse:
    """Take a return back."""

    def carry_out(found: Return, act: Act) -> Words:
        operations.take_back_return(unit_return=found, act=act)
        return both("已收回。", "Taken back.")

    return _on_return(request, key, carry_out)


@require_POST
def amend(request: HttpRequest, key: int) -> HttpResponse:
    """Submit late records for a locked round."""
    form = forms.ReasonForm(request.POST)

    def carry_out(found: Return, act: Act) -> Words:
        operations.amend_return(unit_return=found, reason=form.cleaned_data["reason"], act=act)
        return both("已补报，等待核验。", "Submitted as an amendment; it waits for review.")

    return _on_return(request, key, carry_out, form)


@require_POST
def send_back(request: HttpRequest, key: int) -> HttpResponse:
    """Send a return back to its unit."""
    form = forms.SendBackForm(request.POST)

    def carry_out(found: Return, act: Act) -> Words:
        operations.send_back_return(unit_return=found, remark=form.cleaned_data["remark"], act=act)
        return both("已退回。", "Sent back.")

    return _on_return(request, key, carry_out, form, "send_back_form")


@require_POST
def extend(request: HttpRequest, key: int) -> HttpResponse:
    """Give a unit more time."""
    form = forms.ExtensionForm(request.POST)

    def carry_out(found: Return, act: Act) -> Words:
        given = form.cleaned_data
        operations.extend_return(unit_return=found, due_on=given["due_on"], reason=given["reason"], act=act)
        return both("已延期。", "It has more time.")

    return _on_return(request, key, carry_out, form, "extension_form")


@require_POST
def accept_one(request: HttpRequest, key: int) -> HttpResponse:
    """Accept one return."""

    def carry_out(found: Return, act: Act) -> Words:
        operations.accept_returns(round=found.round, returns=[found.pk], act=act)
        return both("已接收。", "Accepted.")

    return _on_return(request, key, carry_out)
