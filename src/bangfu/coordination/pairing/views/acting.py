"""Forms and buttons that lead to the room's operations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.coordination.pairing import forms, operations, queries
from bangfu.coordination.pairing.models import Pairing
from bangfu.coordination.pairing.views.reading import pairing_context, readable
from bangfu.foundation.operations import Act, NotPermitted, granted_units
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.prefilling import prefill
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.fields import place_written
from bangfu.foundation.places.queries import search
from bangfu.foundation.records.carrying import carried_out
from bangfu.foundation.records.forms import WithdrawalForm
from bangfu.foundation.records.pressing import pressed
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import Keyed

MOST_OFFERED = 12


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Offer counties and villages for what was typed, as options of a list."""
    text = request.GET.get("place", "").strip()
    found = search(text, levels=forms.LEVELS_OF_PAIRINGS, limit=MOST_OFFERED) if text else []
    return render(request, "pairing/places.html", {"found": found})


def _units(request: HttpRequest, permission: str) -> Any:
    allowed = granted_units(reader_of(request), permission, timezone.localdate())
    if not allowed:
        raise NotPermitted("out_of_scope", permission=permission)
    return Unit.objects.filter(pk__in=allowed).exclude(kind=Unit.Kind.SUPPORTED).order_by("path")


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Propose one pairing."""
    units = _units(request, "pairing.propose_pairing")
    form = forms.PairingForm(
        request.POST or None, request.FILES or None, units=units, offers=reverse("pairing:places")
    )
    prefill(form, request, reader_of(request), timezone.localdate())

    def carry_out(said: dict[str, Any], act: Act) -> Pairing:
        return operations.propose_pairing(
            details=form.details(), unit=said["unit"], files=said["evidence"], act=act
        )

    done = both(
        "已拟定。附上指派文件后即可提交核验。", "Proposed. With its document it can be submitted for review."
    )
    context = {"title": both("拟定结对", "Propose a pairing"), "back": reverse("pairing:pairings")}
    return _carried_out(request, form, carry_out, done, context)


@require_http_methods(["GET", "HEAD", "POST"])
def revise(request: HttpRequest, key: int) -> HttpResponse:
    """Change a proposed or a returned pairing."""
    _, found = readable(request, key)
    form = forms.PairingForm(
        request.POST or None,
        request.FILES or None,
        units=[found.unit],
        offers=reverse("pairing:places"),
        initial=forms.initial_of(found),
    )
    form.fields["unit"].disabled = True

    def carry_out(said: dict[str, Any], act: Act) -> Pairing:
        return operations.revise_pairing(
            pairing=found, details=form.details(), files=said["evidence"], act=act
        )

    context = {"title": both("修改结对", "Change the pairing"), "pairing": found}
    return _carried_out(request, form, carry_out, both("已修改。", "Changed."), context)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, key: int) -> HttpResponse:
    """End a pairing."""
    _, found = readable(request, key)
    form = forms.EndForm(request.POST or None, request.FILES or None)

    def carry_out(said: dict[str, Any], act: Act) -> Pairing:
        return operations.end_pairing(
            pairing=found, on=said["on"], document=said["document"], files=said["evidence"], act=act
        )

    context = {
        "title": both("结束结对", "End the pairing"),
        "pairing": found,
        "warning": both(
            "结束经另一人核验后，数字自该日起减少。如由别的单位接任，请用“交接”，当天不留空档。",
            "Once another person verifies the end, the figures fall from that day on. If another unit takes over, hand over"
            " instead: no day stays without an owner.",
        ),
    }
    done = both("已办理结束，等待核验。", "Ended; the end waits for review.")
    return _carried_out(request, form, carry_out, done, context)


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, key: int) -> HttpResponse:
    """Hand a pairing over to another unit."""
    _, found = readable(request, key)
    units = _units(request, "pairing.hand_over").exclude(pk=found.unit_id)
    form = forms.HandOverForm(request.POST or None, request.FILES or None, units=units)

    def carry_out(said: dict[str, Any], act: Act) -> Pairing:
        said["files"] = said.pop("evidence")
        said.pop("key")
        return operations.hand_over(pairing=found, act=act, **said)

    context = {
        "title": both("交接结对", "Hand the pairing over"),
        "pairing": found,
        "warning": both(
            "原单位自交接日起不再负责，接任单位同日开始。两份单据都须由另一人核验，先核验接任，再核验移交。",
            "The unit is responsible no more from the day on which its successor starts. Another person verifies both papers:"
            " the successor's first, then the end.",
        ),
    }
    done = both("已交接，两份单据等待核验。", "Handed over; both papers wait for review.")
    return _carried_out(request, form, carry_out, done, context)


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, key: int) -> HttpResponse:
    """Correct a counted pairing."""
    _, found = readable(request, key)
    first = {
        "place": place_written(found.place_id),
        "starts_on": found.starts_on,
        "ends_on": found.ends_on,
    }
    form = forms.CorrectionForm(request.POST or None, offers=reverse("pairing:places"), initial=first)

    def carry_out(said: dict[str, Any], act: Act) -> Pairing:
        said.pop("key")
        return operations.correct_pairing(pairing=found, act=act, **said)

    context = {
        "title": both("更正结对", "Correct the pairing"),
        "pairing": found,
        "warning": both(
            "更正会冲正已计入的事实，数字随即减少；更正后的内容须由另一人重新核验，才再次计入。",
            "The facts that count it are reversed at once; what you enter is counted again when another person verifies it.",
        ),
        "is_reversal": True,
    }
    done = both("已更正，等待核验。", "Corrected; it waits for review.")
    return _carried_out(request, form, carry_out, done, context)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Withdraw a pairing."""
    _, found = readable(request, key)
    form = WithdrawalForm(request.POST or None)

    def carry_out(said: dict[str, Any], act: Act) -> Pairing:
        return operations.withdraw_pairing(
            pairing=found, reason=said["reason"], remark=said["remark"], act=act
        )

    context = {
        "title": both("撤回结对", "Withdraw the pairing"),
        "pairing": found,
        "warning": both(
            "撤回用于从未有过或录错的结对：不再计数，已计入的事实被冲正。确有过、现已不再负责的，请用“结束”。",
            "Withdraw what never was or was entered wrongly: it counts no more and its facts are reversed. What was and is"
            " over is ended instead.",
        ),
        "is_reversal": True,
    }
    return _carried_out(request, form, carry_out, both("已撤回。", "Withdrawn."), context)


def _carried_out(
    request: HttpRequest,
    form: Keyed,
    carry_out: Callable[[dict[str, Any], Act], Pairing],
    done: Words,
    context: dict[str, Any],
) -> HttpResponse:
    """Show a form, or carry it out and go to the pairing; a refusal is shown above the form."""
    return carried_out(
        request,
        form,
        lambda said, act: reverse("pairing:pairing", args=[carry_out(said, act).pk]),
        done,
        context,
        template="pairing/form.html",
    )


@require_POST
def submit(request: HttpRequest, key: int) -> HttpResponse:
    """Submit a pairing for review."""
    return _pressed(request, key, operations.submit_pairing, both("已提交核验。", "Submitted for review."))


@require_POST
def verify(request: HttpRequest, key: int) -> HttpResponse:
    """Verify a pairing or its end."""
    return _pressed(request, key, operations.verify_pairing, both("已核验并计入。", "Verified and counted."))


@require_POST
def resume(request: HttpRequest, key: int) -> HttpResponse:
    """Resume a pairing whose end was returned."""
    return _pressed(
        request, key, operations.resume_pairing, both("已恢复，等待核验。", "Resumed; it waits for review.")
    )


@require_POST
def give_back(request: HttpRequest, key: int) -> HttpResponse:
    """Give a pairing, or its end, back to its unit."""
    remark = request.POST.get("remark", "")
    return _pressed(request, key, operations.return_pairing, both("已退回。", "Returned."), remark=remark)


def _pressed(
    request: HttpRequest, key: int, operation: Callable[..., Pairing], done: Words, **said: str
) -> HttpResponse:
    """Carry out what a button on a pairing's page stands for; a refusal is shown on that page."""
    account, found = readable(request, key)
    return pressed(
        request,
        account,
        lambda act: operation(pairing=found, act=act, **said),
        done,
        back=("pairing:pairing", key),
        template="pairing/pairing.html",
        context=lambda: pairing_context(account, queries.pairings().get(pk=key)),
    )
