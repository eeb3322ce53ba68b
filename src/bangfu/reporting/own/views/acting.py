"""Doors that decide: submitting, approving, returning, abandoning, restoring, withdrawing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from bangfu.foundation.operations import Act, NotPermitted, Refusal
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.own import operations
from bangfu.reporting.own.models import OwnIndicator, Withdrawal
from bangfu.reporting.own.views.reading import (
    indicator_context,
    readable_version,
    reader,
    version_context,
)


def _carried_out(
    request: HttpRequest, key: int, carry: Callable[[Act], object], done: Words, account: Account
) -> HttpResponse:
    """Do something with a version, or show its page with the refusal."""
    try:
        carry(Act.now(account, key=request.POST.get("key") or None))
    except NotPermitted:
        raise
    except Refusal as refusal:
        context = {**version_context(account, readable_version(key)), "refusal": refusal}
        return render(request, "own/version.html", context, status=409)
    messages.success(request, str(done))
    return redirect("own:version", key=key)


@require_POST
def submit(request: HttpRequest, key: int) -> HttpResponse:
    """Submit a version."""
    account, found = reader(request), readable_version(key)
    done = both("已提交，等另一个人批准。", "Submitted; another person approves it.")
    return _carried_out(
        request, key, lambda act: operations.submit_version(version=found, act=act), done, account
    )


@require_POST
def approve(request: HttpRequest, key: int) -> HttpResponse:
    """Approve a version."""
    account, found = reader(request), readable_version(key)
    done = both("已批准，现在各处都能用它。", "Approved; it can be used everywhere from now on.")
    return _carried_out(
        request, key, lambda act: operations.approve_version(version=found, act=act), done, account
    )


@require_POST
def give_back(request: HttpRequest, key: int) -> HttpResponse:
    """Return a version."""
    account, found = reader(request), readable_version(key)
    remark = request.POST.get("remark", "")
    return _carried_out(
        request,
        key,
        lambda act: operations.return_version(version=found, remark=remark, act=act),
        both("已退回。", "Returned."),
        account,
    )


@require_POST
def abandon(request: HttpRequest, key: int) -> HttpResponse:
    """Abandon a draft."""
    account, found = reader(request), readable_version(key)
    remark = request.POST.get("remark", "")
    return _carried_out(
        request,
        key,
        lambda act: operations.abandon_version(version=found, remark=remark, act=act),
        both("已放弃。随时可以恢复。", "Abandoned. It can be restored at any time."),
        account,
    )


@require_POST
def restore(request: HttpRequest, key: int) -> HttpResponse:
    """Restore an abandoned draft."""
    account, found = reader(request), readable_version(key)
    done = both("已恢复为草案。", "Restored as a draft.")
    return _carried_out(
        request, key, lambda act: operations.restore_version(version=found, act=act), done, account
    )


@require_POST
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Propose to withdraw an indicator from a day on."""
    account = reader(request)
    own = get_object_or_404(OwnIndicator.objects.select_related("unit"), pk=key)
    try:
        day = date.fromisoformat(request.POST.get("withdrawn_from", ""))
    except ValueError:
        return _withdrawing(
            request, account, own, error=both("请选停用日期。", "Choose the day."), status=422
        )
    try:
        operations.propose_withdrawal(
            indicator=own,
            withdrawn_from=day,
            reason=request.POST.get("reason", ""),
            act=Act.now(account, key=request.POST.get("key") or None),
        )
    except NotPermitted:
        raise
    except Refusal as refusal:
        return _withdrawing(request, account, own, refusal=refusal, status=409)
    messages.success(
        request, str(both("已提议停用，等另一个人批准。", "Proposed; another person approves it."))
    )
    return redirect("own:indicator", key=key)


@require_POST
def approve_withdrawal(request: HttpRequest, key: int) -> HttpResponse:
    """Approve a withdrawal that another proposed."""
    return _decided(
        request,
        key,
        lambda found, act: operations.approve_withdrawal(withdrawal=found, act=act),
        both("已停用。", "Withdrawn."),
    )


@require_POST
def refuse_withdrawal(request: HttpRequest, key: int) -> HttpResponse:
    """Refuse a proposed withdrawal, or take back one's own."""
    remark = request.POST.get("remark", "")
    return _decided(
        request,
        key,
        lambda found, act: operations.refuse_withdrawal(withdrawal=found, remark=remark, act=act),
        both("指标仍然有效。", "The indicator stays in force."),
    )


def _decided(
    request: HttpRequest, key: int, carry: Callable[[Withdrawal, Act], object], done: Words
) -> HttpResponse:
    """Decide on a withdrawal, or show its indicator with the refusal."""
    account = reader(request)
    found = get_object_or_404(Withdrawal.objects.select_related("version__indicator__unit"), pk=key)
    own = found.version.indicator
    try:
        carry(found, Act.now(account, key=request.POST.get("key") or None))
    except NotPermitted:
        raise
    except Refusal as refusal:
        return _withdrawing(request, account, own, refusal=refusal, status=409)
    messages.success(request, str(done))
    return redirect("own:indicator", key=own.pk)


def _withdrawing(
    request: HttpRequest, account: Account, own: OwnIndicator, *, status: int, **said: object
) -> HttpResponse:
    context = {**indicator_context(account, own), **said, "reason": request.POST.get("reason", "")}
    return render(request, "own/indicator.html", context, status=status)
