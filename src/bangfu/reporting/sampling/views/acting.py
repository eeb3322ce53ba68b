"""Doors that act on audits: announce, draw, give a verdict, close, abandon."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from bangfu.foundation.ledger.queries import latest_block
from bangfu.foundation.operations import Act, NotPermitted, Refusal, granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import Keyed
from bangfu.reporting import queries as figures
from bangfu.reporting.access import require_sight
from bangfu.reporting.sampling import forms, operations
from bangfu.reporting.sampling.models import SampledFact
from bangfu.reporting.sampling.views.reading import (
    audit_context,
    item_context,
    readable,
    reader,
)
from bangfu.reporting.selection import UnableToOpen, read_selection

MOST_FILE_BYTES = 20 * 1024 * 1024


def _status(form: Keyed, refusal: Refusal | None) -> int:
    if refusal is not None:
        return 403 if isinstance(refusal, NotPermitted) else 409
    return 422 if form.is_bound and not form.is_valid() else 200


@require_http_methods(["GET", "HEAD", "POST"])
def announce(request: HttpRequest) -> HttpResponse:
    """Ask which figure is audited and how strictly, show how large the sample would be, and announce it."""
    account, on = reader(request), timezone.localdate()
    if not granted_units(account, "sampling.announce_audit", on):
        raise NotPermitted("out_of_scope", permission="sampling.announce_audit")
    form = forms.AnnounceForm(request.POST or None, initial=_asked(request))
    context: dict[str, Any] = {"form": form, "refusal": None, "plan": None, "figure": None}
    if form.is_bound and form.is_valid():
        try:
            selection = form.selection()
            if "announce" in request.POST:
                done = operations.announce_audit(
                    indicator=form.cleaned_data["indicator"],
                    selection=selection,
                    **form.strictness,
                    publication=form.cleaned_data["publication"],
                    act=Act.now(account, key=form.cleaned_data["key"]),
                )
                messages.success(
                    request,
                    str(
                        both(
                            "已公告。账册封存公告后即可抽样，通常只需一秒。",
                            "Announced. Draw as soon as the ledger has sealed it, which takes a second.",
                        )
                    ),
                )
                return redirect("sampling:audit", number=done.number)
            context |= _planned(account, form, selection)
        except Refusal as refusal:
            context["refusal"] = refusal
    return render(request, "sampling/announce.html", context, status=_status(form, context["refusal"]))


def _asked(request: HttpRequest) -> dict[str, Any]:
    """Return what the address asks, so that a figure's drawer leads to its own audit."""
    newest = latest_block()
    asked: dict[str, Any] = {
        name: request.GET[name]
        for name in (*forms.ASKED, "indicator", "method", "publication")
        if request.GET.get(name)
    }
    asked.setdefault("as_of", newest.number if newest else "")
    if "method" not in asked and asked.get("indicator"):
        try:
            period = asked.get("period") or figures.usual_period(asked["indicator"]).code
            selection = read_selection({**asked, "period": period, "as_of": ""})
            asked["method"] = forms.first_method(figures.indicator_of(asked["indicator"], selection))
            asked["period"] = period
        except UnableToOpen:
            return asked
    return asked


def _planned(account: Account, form: forms.AnnounceForm, selection: Any) -> dict[str, Any]:
    """Return the figure and how large its sample would be."""
    require_sight(account, selection, timezone.localdate())
    figure, plan = operations.planned_audit(
        indicator=form.cleaned_data["indicator"], selection=selection, **form.strictness
    )
    return {"figure": figure, "plan": plan}


def _pressed(
    request: HttpRequest, number: int, slot: str, operation: Callable[..., object], done: Words, *, has_remark: bool = True
) -> HttpResponse:  # fmt: skip
    """Carry out what a form on the audit's page asks, or show the page again with what is wrong."""
    account, standing = readable(request, number)
    form, refusal = forms.RemarkForm(request.POST, prefix=slot), None
    if form.is_valid():
        said = {"remark": form.cleaned_data["remark"]} if has_remark else {}
        try:
            operation(
                announcement=standing.announcement, **said, act=Act.now(account, key=form.cleaned_data["key"])
            )
        except NotPermitted:
            raise
        except Refusal as answer:
            refusal = answer
        else:
            messages.success(request, str(done))
            return redirect("sampling:audit", number=number)
    context = {
        **audit_context(request, account, standing),
        f"{slot}_form": form,
        "refusal": refusal,
        "shown": slot,
    }
    return render(request, "sampling/audit.html", context, status=_status(form, refusal))


@require_POST
def draw(request: HttpRequest, number: int) -> HttpResponse:
    """Draw the sample."""
    return _pressed(
        request, number, "draw", operations.draw_sample, both("样本已抽出。", "The sample is drawn."), has_remark=False
    )  # fmt: skip


@require_POST
def close(request: HttpRequest, number: int) -> HttpResponse:
    """Close the audit."""
    return _pressed(
        request, number, "close", operations.close_audit,
        both("审计已结束，数字从此带着结果。", "Closed; the figure carries the result from now on."),
    )  # fmt: skip


@require_POST
def abandon(request: HttpRequest, number: int) -> HttpResponse:
    """Abandon the audit."""
    return _pressed(request, number, "abandon", operations.abandon_audit, both("已放弃。", "Abandoned."))


@require_POST
def judge(request: HttpRequest, number: int, position: int) -> HttpResponse:
    """Record a verdict on one sampled fact, and lead on to the next that has none."""
    account, standing = readable(request, number)
    sampled = get_object_or_404(
        SampledFact.objects.select_related("draw__announcement"),
        draw__announcement=standing.announcement,
        position=position,
    )
    form, refusal = forms.VerdictForm(request.POST, request.FILES), None
    if form.is_valid():
        said, file = form.cleaned_data, form.cleaned_data["file"]
        try:
            operations.record_verdict(
                sampled=sampled,
                kind=said["kind"],
                audited=said["audited"],
                remark=said["remark"],
                files=[(file.name, file.read(MOST_FILE_BYTES + 1))] if file else [],
                act=Act.now(account, key=said["key"]),
            )
        except NotPermitted:
            raise
        except Refusal as answer:
            refusal = answer
        else:
            messages.success(request, str(both("已记下结论。", "The verdict is recorded.")))
            return redirect("sampling:item", number=number, position=position)
    context = {**item_context(account, standing, position), "form": form, "refusal": refusal}
    return render(request, "sampling/item.html", context, status=_status(form, refusal))
