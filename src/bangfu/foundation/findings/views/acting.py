"""Doors that act on findings: raise, assign, answer, decide, dismiss, re-open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from bangfu.foundation.findings import forms
from bangfu.foundation.findings.models import Finding
from bangfu.foundation.findings.operations import (
    accept_answer,
    answer_finding,
    assign_finding,
    dismiss_finding,
    raise_finding,
    reopen_finding,
    return_answer,
)
from bangfu.foundation.findings.views.reading import assign_form, finding_context, readable
from bangfu.foundation.operations import Act, NotPermitted, Refusal, granted_units
from bangfu.foundation.organisation.prefilling import prefill
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.rooms import Words, both, record_type
from bangfu.foundation.rooms.forms import Keyed


def _record_named(request: HttpRequest) -> tuple[int, int] | None:
    """Return the record type and key in the query string; null for none that can be read."""
    code, _, key = request.GET.get("record", "").rpartition(":")
    if not (key.isascii() and key.isdigit() and len(key) < 18):
        return None
    try:
        return record_type(code).number, int(key)
    except LookupError:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
def raise_one(request: HttpRequest) -> HttpResponse:
    """Ask what was noticed, and raise it; ``?record=network.station:7`` says about which record."""
    account = reader_of(request)
    units = granted_units(account, "findings.raise_finding", timezone.localdate())
    if not units:
        raise NotPermitted("out_of_scope", permission="findings.raise_finding")
    about, initial, title = _record_named(request), {}, ""
    if about is not None:
        kind = record_type(about[0])
        summary = kind.summaries([about[1]]).get(about[1])
        title = summary.title if summary else ""
        if kind.review_scope is not None:
            initial = {"unit": kind.review_scope([about[1]]).get(about[1])}
    form = forms.RaiseForm(request.POST or None, units=units, initial=initial)
    prefill(form, request, account, timezone.localdate())
    refusal: Refusal | None = None
    if form.is_bound and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("unit", "severity", "title", "detail")}
        try:
            found = raise_finding(
                **said, records=[about] if about else [], act=Act.now(account, key=form.cleaned_data["key"])
            )
        except Refusal as answer:
            refusal = answer
        else:
            messages.success(request, str(both("已提出。", "Raised.")))
            return redirect("findings:finding", key=found.pk)
    context = {"form": form, "refusal": refusal, "about": title}
    return render(request, "findings/raise.html", context, status=_status(form, refusal))


def _status(form: Keyed, refusal: Refusal | None) -> int:
    if refusal is not None:
        return 403 if isinstance(refusal, NotPermitted) else 409
    return 422 if form.is_bound and not form.is_valid() else 200


Carried = Callable[[Any, Act], Finding]


def _act(
    request: HttpRequest,
    key: int,
    slot: str,
    make: Callable[[Account, Finding], Keyed],
    carry: Carried,
    done: Words,
) -> HttpResponse:
    """Carry out what a form on the finding's page asks, or show the page again with what is wrong."""
    account, found = readable(request, key)
    form, refusal = make(account, found), None
    if form.is_valid():
        try:
            carry((found, form.cleaned_data), Act.now(account, key=form.cleaned_data["key"]))
        except Refusal as answer:
            refusal = answer
        else:
            messages.success(request, str(done))
            return redirect("findings:finding", key=key)
    context = {**finding_context(account, found), slot: form, "refusal": refusal, "shown": slot}
    return render(request, "findings/finding.html", context, status=_status(form, refusal))


@require_POST
def assign(request: HttpRequest, key: int) -> HttpResponse:
    """Assign a finding."""

    def carry(said: Any, act: Act) -> Finding:
        found, data = said
        given = {name: data[name] for name in ("unit", "account", "due_on", "remark")}
        return assign_finding(finding=found, **given, act=act)

    return _act(
        request, key, "assign_form", lambda account, found: assign_form(account, found, request.POST), carry,
        both("已分派。", "Assigned."),
    )  # fmt: skip


@require_POST
def answer(request: HttpRequest, key: int) -> HttpResponse:
    """Answer a finding."""

    def carry(said: Any, act: Act) -> Finding:
        found, data = said
        file = data["file"]
        files = [(file.name, file.read())] if file else []
        return answer_finding(
            finding=found, outcome=data["outcome"], words=data["words"], files=files, act=act
        )

    return _act(
        request, key, "answer_form", lambda *_: forms.AnswerForm(request.POST, request.FILES), carry,
        both("已答复，等待复核。", "Answered; another person decides on it."),
    )  # fmt: skip


@require_POST
def decide(request: HttpRequest, key: int) -> HttpResponse:
    """Accept or return an answer, by the button that was pressed."""
    is_return = "return" in request.POST

    def carry(said: Any, act: Act) -> Finding:
        found, data = said
        operation = return_answer if is_return else accept_answer
        return operation(finding=found, remark=data["remark"], act=act)

    done = both("已退回。", "Returned.") if is_return else both("已销号。", "Closed.")
    return _act(request, key, "decide_form", lambda *_: forms.DecideForm(request.POST), carry, done)


@require_POST
def dismiss(request: HttpRequest, key: int) -> HttpResponse:
    """Dismiss a finding."""
    return _act(
        request, key, "dismiss_form", lambda *_: forms.ReasonForm(request.POST),
        lambda said, act: dismiss_finding(finding=said[0], remark=said[1]["remark"], act=act),
        both("已排除。", "Dismissed."),
    )  # fmt: skip


@require_POST
def reopen(request: HttpRequest, key: int) -> HttpResponse:
    """Re-open a finding."""
    return _act(
        request, key, "reopen_form", lambda *_: forms.ReasonForm(request.POST),
        lambda said, act: reopen_finding(finding=said[0], remark=said[1]["remark"], act=act),
        both("已重新打开。", "Re-opened."),
    )  # fmt: skip
