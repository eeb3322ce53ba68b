"""Forms that lead to the operations of the household register."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.operations import Act, NotPermitted, Refusal, allows
from bangfu.foundation.people.households import forms, operations, queries
from bangfu.foundation.people.households.models import RELATION_WORDS, Household, Standing
from bangfu.foundation.people.models import Person
from bangfu.foundation.people.persons.queries import masked_persons
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.queries import search
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import Keyed

OFFERED = 12
_SHOWN = require_http_methods(["GET", "HEAD", "POST"])


def _carried_out(
    request: HttpRequest,
    form: Keyed,
    carry_out: Callable[[dict[str, Any], Act], Household],
    *,
    title: Words,
    household: Household | None = None,
) -> HttpResponse:
    """Show a form, or carry it out and go to the household; a refusal is shown above the form."""
    refusal: Refusal | None = None
    if form.is_bound and form.is_valid():
        said = {name: value for name, value in form.cleaned_data.items() if name != "key"}
        try:
            done = carry_out(said, Act.now(reader_of(request), key=form.cleaned_data["key"]))
        except Refusal as answer:
            refusal = answer
        else:
            messages.success(request, str(both("已登记。", "Registered.")))
            return redirect("people:household", key=done.pk)
    status = 200
    if form.is_bound:
        status = 422 if refusal is None else 403 if isinstance(refusal, NotPermitted) else 409
    back = reverse("people:household", args=[household.pk]) if household else reverse("people:households")
    context = {"form": form, "refusal": refusal, "title": title, "household": household, "back": back}
    response = render(request, "people/household_form.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _changed(request: HttpRequest, key: int, permission: str) -> Household:
    found = get_object_or_404(Household, pk=key)
    if not allows(reader_of(request), permission, found.scope, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=permission)
    return found


@sensitive_post_parameters()
@_SHOWN
def register(request: HttpRequest) -> HttpResponse:
    """Register a household with its head."""
    units = queries.registering_units(reader_of(request), timezone.localdate())
    if not units:
        raise NotPermitted("out_of_scope", permission="people.register_household")

    def carry_out(said: dict[str, Any], act: Act) -> Household:
        head = operations.Newcomer(said["name"], "HEAD", said["identity_number"], said["phone"])
        return operations.register_household(
            number=said["number"],
            place=said["place"].pk,
            unit=said["unit"].pk,
            kind=said["kind"],
            monitored=said["monitored"],
            members=[head],
            starts_on=said["starts_on"],
            act=act,
        )

    form = forms.HouseholdForm(request.POST or None, units=units)
    return _carried_out(request, form, carry_out, title=both("登记农户", "Register a household"))


@sensitive_post_parameters()
@_SHOWN
def join(request: HttpRequest, key: int) -> HttpResponse:
    """Move somebody in."""
    household = _changed(request, key, "people.join_household")

    def carry_out(said: dict[str, Any], act: Act) -> Household:
        member = operations.Newcomer(said["name"], said["relation"], said["identity_number"], said["phone"])
        return operations.join_household(
            household=household, member=member, starts_on=said["starts_on"], act=act
        )

    form = forms.JoiningForm(request.POST or None)
    return _carried_out(
        request, form, carry_out, title=both("登记成员迁入", "Move a member in"), household=household
    )


@_SHOWN
def leave(request: HttpRequest, key: int) -> HttpResponse:
    """Move a member out."""
    household = _changed(request, key, "people.leave_household")
    living = list(household.memberships.filter(ends_on__isnull=True).order_by("starts_on", "pk"))
    masked = masked_persons({one.person_id for one in living})
    members = [
        (str(one.person_id), f"{RELATION_WORDS[one.relation]} {masked[one.person_id].name}") for one in living
    ]

    def carry_out(said: dict[str, Any], act: Act) -> Household:
        person = Person.objects.get(pk=UUID(said["person"]))
        return operations.leave_household(
            household=household, person=person, ends_on=said["ends_on"], act=act
        )

    first = {"person": request.GET.get("person", "")}
    form = forms.LeavingForm(request.POST or None, members=members, initial=first)
    return _carried_out(
        request, form, carry_out, title=both("登记成员迁出", "Move a member out"), household=household
    )


@_SHOWN
def change_standing(request: HttpRequest, key: int) -> HttpResponse:
    """Change what a household is registered and monitored as."""
    household = _changed(request, key, "people.change_standing")

    def carry_out(said: dict[str, Any], act: Act) -> Household:
        return operations.change_standing(household=household, act=act, **said)

    present = Standing.objects.filter(household=household, ends_on__isnull=True).first()
    first = {"kind": present.kind, "monitored": present.monitored} if present else {}
    form = forms.StandingForm(request.POST or None, initial=first)
    return _carried_out(
        request, form, carry_out, title=both("变更户类型", "Change the kind"), household=household
    )


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Offer places for what was typed, as options of a list."""
    reader_of(request)
    text = request.GET.get("place", "").strip()
    found = search(text, limit=OFFERED) if text else []
    return render(request, "people/places.html", {"found": found})
