"""Forms and buttons that lead to the room's operations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.coordination.leadership import forms, operations, queries
from bangfu.coordination.leadership.models import Leader, Visit, VisitPoint
from bangfu.coordination.leadership.views.reading import readable, readable_leader, reader, visit_context
from bangfu.foundation.operations import Act, NotPermitted, granted_units
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.prefilling import prefill
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.queries import search
from bangfu.foundation.records.carrying import carried_out
from bangfu.foundation.records.forms import WithdrawalForm
from bangfu.foundation.records.pressing import pressed
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import Keyed

MOST_OFFERED = 12


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Offer counties, towns and villages for what was typed, as options of a list."""
    reader(request)
    text = request.GET.get("place", "").strip()
    found = search(text, levels=forms.LEVELS, limit=MOST_OFFERED) if text else []
    return render(request, "leadership/places.html", {"found": found})


def _units(request: HttpRequest, permission: str) -> Any:
    allowed = granted_units(reader_of(request), permission, timezone.localdate())
    if not allowed:
        raise NotPermitted("out_of_scope", permission=permission)
    return Unit.objects.filter(pk__in=allowed).exclude(kind=Unit.Kind.SUPPORTED).order_by("path")


@require_http_methods(["GET", "HEAD", "POST"])
def register_leader(request: HttpRequest) -> HttpResponse:
    """Register one leader."""
    form = forms.LeaderForm(request.POST or None, units=_units(request, "leadership.register_leader"))
    prefill(form, request, reader_of(request), timezone.localdate())

    def carry_out(said: dict[str, Any], act: Act) -> str:
        said.pop("key")
        made = operations.register_leader(act=act, **said)
        return reverse("leadership:leader", args=[made.pk])

    context = {"title": both("登记领导", "Register a leader"), "back": reverse("leadership:leaders")}
    return _carried_out(request, form, carry_out, both("已登记。", "Registered."), context)


@require_http_methods(["GET", "HEAD", "POST"])
def revise_leader(request: HttpRequest, key: int) -> HttpResponse:
    """Change a leader's post or rank, or note that they lead no more."""
    _, found = readable_leader(request, key)
    first = {"post": found.post, "rank": found.rank, "ended_on": found.ended_on}
    form = forms.LeaderChangeForm(request.POST or None, initial=first)
    back = reverse("leadership:leader", args=[key])

    def carry_out(said: dict[str, Any], act: Act) -> str:
        said.pop("key")
        operations.revise_leader(leader=found, act=act, **said)
        return back

    context = {"title": both("职务变动", "Change of post"), "back": back}
    return _carried_out(request, form, carry_out, both("已修改。", "Changed."), context)


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Register one visit."""
    units = _units(request, "leadership.register_visit")
    leaders = Leader.objects.filter(unit__in=units)
    form = forms.VisitForm(
        request.POST or None, request.FILES or None, leaders=leaders, offers=reverse("leadership:places")
    )

    def carry_out(said: dict[str, Any], act: Act) -> str:
        made = operations.register_visit(details=form.details(), files=said["evidence"], act=act)
        return queries.visit_address(made.pk)

    done = both(
        "已登记。附上佐证后即可提交核验。", "Registered. With evidence it can be submitted for review."
    )
    context = {
        "title": both("登记到访", "Register a visit"),
        "back": reverse("leadership:visits"),
        "needs_leader": not leaders.exists(),
    }
    return _carried_out(request, form, carry_out, done, context)


@require_http_methods(["GET", "HEAD", "POST"])
def revise(request: HttpRequest, key: int) -> HttpResponse:
    """Change a draft or a returned visit."""
    _, found = readable(request, key)
    form = forms.VisitForm(
        request.POST or None,
        request.FILES or None,
        leaders=Leader.objects.filter(unit=found.unit_id),
        offers=reverse("leadership:places"),
        initial=forms.initial_of(found),
    )
    form.fields["reference"].disabled = True
    back = queries.visit_address(key)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.revise_visit(visit=found, details=form.details(), files=said["evidence"], act=act)
        return back

    context = {"title": both("修改", "Change"), "back": back}
    return _carried_out(request, form, carry_out, both("已修改。", "Changed."), context)


@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: HttpRequest, key: int, number: int) -> HttpResponse:
    """Settle one problem or commitment of a visit."""
    _, found = readable(request, key)
    point = get_object_or_404(VisitPoint.objects.select_related("visit"), visit=found, number=number)
    first = {"on": timezone.localdate()}
    form = forms.SettlementForm(request.POST or None, request.FILES or None, point=point, initial=first)
    back = queries.visit_address(key)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        said.pop("key")
        operations.settle_point(point=point, files=said.pop("evidence"), act=act, **said)
        return back

    context = {"title": both("销号", "Settle"), "back": back, "about": point.text}
    return _carried_out(request, form, carry_out, both("已销号。", "Settled."), context)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Withdraw a visit."""
    _, found = readable(request, key)
    form = WithdrawalForm(request.POST or None)
    back = queries.visit_address(key)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.withdraw_visit(visit=found, reason=said["reason"], remark=said["remark"], act=act)
        return back

    context = {
        "title": both("撤回", "Withdraw"),
        "back": back,
        "warning": both(
            "撤回用于没有成行或录错的到访；它的问题和承诺不再跟踪。",
            "Withdraw a visit that was not made or was entered wrongly; what it found and promised is followed no more.",
        ),
        "is_reversal": True,
    }
    return _carried_out(request, form, carry_out, both("已撤回。", "Withdrawn."), context)


def _carried_out(
    request: HttpRequest,
    form: Keyed,
    carry_out: Callable[[dict[str, Any], Act], str],
    done: Words,
    context: dict[str, Any],
) -> HttpResponse:
    """Show a form, or carry it out and go where it leads; a refusal is shown above the form."""
    return carried_out(request, form, carry_out, done, context, template="leadership/form.html")


@require_POST
def submit(request: HttpRequest, key: int) -> HttpResponse:
    """Submit a visit for review."""
    return _pressed(request, key, operations.submit_visit, both("已提交核验。", "Submitted for review."))


@require_POST
def verify(request: HttpRequest, key: int) -> HttpResponse:
    """Verify a visit."""
    return _pressed(request, key, operations.verify_visit, both("已核验。", "Verified."))


@require_POST
def give_back(request: HttpRequest, key: int) -> HttpResponse:
    """Give a visit back to its unit."""
    remark = request.POST.get("remark", "")
    return _pressed(request, key, operations.return_visit, both("已退回。", "Returned."), remark=remark)


def _pressed(
    request: HttpRequest, key: int, operation: Callable[..., Visit], done: Words, **said: str
) -> HttpResponse:
    """Carry out what a button on a visit's page stands for; a refusal is shown on that page."""
    account, found = readable(request, key)
    return pressed(
        request,
        account,
        lambda act: operation(visit=found, act=act, **said),
        done,
        back=("leadership:visit", key),
        template="leadership/visit.html",
        context=lambda: visit_context(account, queries.visits().get(pk=key)),
    )
