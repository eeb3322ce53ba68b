"""Pages of the household register: the list and one household; members are shown masked."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.operations import NotPermitted, allows
from bangfu.foundation.people.households import listing, queries
from bangfu.foundation.people.households.models import (
    KIND_WORDS,
    MONITORED_WORDS,
    RELATION_WORDS,
    Household,
    Membership,
    Standing,
)
from bangfu.foundation.people.persons.queries import masked_persons
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import Words, both

HOUSEHOLDS_A_PAGE = 50
COLUMNS: tuple[tuple[str, Words], ...] = (
    ("number", both("户编号", "Number")),
    ("head", both("户主", "Head")),
    ("place", both("所在地", "Place")),
    ("kind", both("户类型", "Kind")),
    ("monitored", both("监测类别", "Monitored as")),
    ("registered", both("登记", "Registered")),
)
ACTIONS: tuple[tuple[str, str, Words], ...] = (
    ("people.join_household", "people:join_household", both("成员迁入", "Move in")),
    ("people.leave_household", "people:leave_household", both("成员迁出", "Move out")),
    ("people.change_standing", "people:change_standing", both("变更户类型", "Change the kind")),
)
"""What may be done with a household: permission, address, words."""


@require_safe
def households(request: HttpRequest) -> HttpResponse:
    """Show the households within reach, narrowed by number, place, or a member's whole identity number."""
    on = timezone.localdate()
    account = reader_of(request)
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "place", "kind", "monitored")}
    found = listing.narrowed(queries.within_reach(account, on), asked, on)
    sort = request.GET.get("sort", "")
    sort = sort if sort.removeprefix("-") in listing.SORTS else "number"
    page = Paginator(found.order_by(*listing.order_of(sort)), HOUSEHOLDS_A_PAGE).get_page(
        request.GET.get("page")
    )
    shown = list(page)
    places = place_labels([one.place_id for one in shown])
    standings = queries.standings_on([one.pk for one in shown], on)
    heads = queries.heads_of([one.pk for one in shown], on)
    masked = masked_persons(set(heads.values()))
    context = {
        "asked": asked,
        "is_narrowed": any(asked.values()),
        "kinds": list(KIND_WORDS.items()),
        "monitored_kinds": [(code, words) for code, words in MONITORED_WORDS.items() if code],
        "columns": [_column(name, title, sort) for name, title in COLUMNS],
        "may_register": queries.registering_units(account, on).exists(),
        "page": page,
        "rows": [
            {
                "household": one,
                "place": places[one.place_id],
                "head": masked.get(heads[one.pk]) if one.pk in heads else None,
                "kind": KIND_WORDS[standings[one.pk].kind] if one.pk in standings else None,
                "monitored": MONITORED_WORDS[standings[one.pk].monitored] if one.pk in standings else None,
            }
            for one in shown
        ],
    }
    return render(request, "people/households.html", context)


def _column(name: str, title: Words, sort: str) -> dict[str, object]:
    """Return the head of a column: how it is sorted now, and by what it would be when its title is followed."""
    if name not in listing.SORTS:
        return {"title": title}
    direction = {name: "ascending", f"-{name}": "descending"}.get(sort)
    return {"title": title, "direction": direction, "sort": f"-{name}" if sort == name else name}


@require_safe
def household(request: HttpRequest, key: int) -> HttpResponse:
    """Show one household: who belongs and belonged to it, and what it is and was registered as."""
    account, on = reader_of(request), timezone.localdate()
    found = get_object_or_404(Household, pk=key)
    if not allows(account, "people.view", found.scope, on):
        raise NotPermitted("out_of_scope", permission="people.view")
    memberships = list(Membership.objects.filter(household=found).order_by("starts_on", "id"))
    masked = masked_persons({one.person_id for one in memberships})
    standings = Standing.objects.filter(household=found).order_by("-starts_on")
    context = {
        "household": found,
        "place": place_labels([found.place_id])[found.place_id],
        "members": [
            (one, RELATION_WORDS[one.relation], masked[one.person_id])
            for one in memberships
            if one.ends_on is None or one.ends_on > on
        ],
        "former": [
            (one, RELATION_WORDS[one.relation], masked[one.person_id])
            for one in memberships
            if one.ends_on is not None and one.ends_on <= on
        ],
        "actions": [
            (address, words)
            for permission, address, words in ACTIONS
            if allows(account, permission, found.scope, on)
        ],
        "standings": [(one, KIND_WORDS[one.kind], MONITORED_WORDS[one.monitored]) for one in standings],
    }
    return render(request, "people/household.html", context)
