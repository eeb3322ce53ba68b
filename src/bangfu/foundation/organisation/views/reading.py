"""Pages that are read: the tree of units, one unit, the accounts, one account, and what forms offer."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.accounts.queries import (
    has_second_factor,
    locked_usernames,
    locks_of,
    open_link,
    with_second_factor,
)
from bangfu.foundation.operations import NotPermitted, Scope, allows, granted_units
from bangfu.foundation.organisation import accounts_listing, units_listing
from bangfu.foundation.organisation.models import KIND_WORDS, Holding, RoleGrant, Unit
from bangfu.foundation.organisation.picking import picked, units_to_pick
from bangfu.foundation.organisation.queries import ancestors, home_unit, versions_of
from bangfu.foundation.organisation.tree import OPEN_LEVELS, WHOLE_TREE, accounts_in, branches, readable_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.queries import names_of
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.queries import place_labels, search
from bangfu.foundation.rooms import both, roles
from bangfu.foundation.rooms.lists import list_file, not_figures, origin_of

VIEW = "organisation.view"
ACCOUNTS_A_PAGE = 50
OFFERED = 12


def may(account: Account, permission: str, unit: int | None = None) -> bool:
    """Return whether the account has the permission in a unit; without one, in the whole house."""
    return allows(account, permission, Scope(unit=unit), timezone.localdate())


def may_somewhere(account: Account, permission: str) -> bool:
    """Return whether the account has the permission in some unit."""
    return bool(granted_units(account, permission, timezone.localdate()))


def _readable(request: HttpRequest) -> tuple[Account, list[Unit]]:
    account = reader_of(request)
    units = readable_units(account, VIEW, timezone.localdate())
    if not units:
        raise NotPermitted("out_of_scope", permission=VIEW)
    return account, units


@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """Show the tree of units, or the units that a search or a kind leaves."""
    account, readable = _readable(request)
    today = timezone.localdate()
    asked = units_listing.asked_in(request)
    found = [unit for unit in readable if asked.leaves(unit)] if asked.is_narrowed else readable
    names = {unit.pk: unit.name for unit in readable}
    levels = OPEN_LEVELS if found is readable and len(readable) > WHOLE_TREE else None
    context = {
        "branches": branches(found, today, names=names, levels=levels),
        "is_narrowed": asked.is_narrowed,
        "asked": {"q": asked.text, "kind": asked.kind},
        "kinds": [
            (code, words, sum(unit.kind == code for unit in readable)) for code, words in KIND_WORDS.items()
        ],
        "unit_count": len(found),
        "total": len(readable),
        "today": today,
        "may_open_unit": may_somewhere(account, "organisation.open_unit"),
        "may_invite": may(account, "accounts.invite_account"),
    }
    return render(request, "organisation/units.html", context)


@require_safe
def units_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the units that the reader sees, narrowed as the page is, as a file that says where it comes from."""
    account, readable = _readable(request)
    asked = units_listing.asked_in(request)
    origin = origin_of(
        request,
        reverse("organisation:units"),
        not_figures(both("单位", "Units")),
        taken_by=account.display_name,
        narrowed_to=[asked.text, KIND_WORDS.get(asked.kind, "")],
    )
    cells = units_listing.cells_of(
        [unit for unit in readable if asked.leaves(unit)], readable, timezone.localdate()
    )
    return list_file("units", form, units_listing.HEADINGS, cells, origin)


@require_safe
def branch(request: HttpRequest, key: int) -> HttpResponse:
    """Answer with the units directly below one, as rows of the tree."""
    _, readable = _readable(request)
    root = next((unit for unit in readable if unit.pk == key), None)
    if root is None:
        raise NotPermitted("out_of_scope", permission=VIEW)
    today = timezone.localdate()
    below = [unit for unit in readable if unit.path.startswith(root.path) and unit.pk != key]
    context = {"branches": branches(below, today, names={}, levels=1), "today": today}
    return render(request, "organisation/branches.html", context)


@require_safe
def unit(request: HttpRequest, key: int) -> HttpResponse:
    """Show one unit: what it is, what is below it, who holds its posts, and which grants stand in it."""
    account = reader_of(request)
    found = get_object_or_404(Unit.objects.select_related("place", "parent"), pk=key)
    today = timezone.localdate()
    if not allows(account, VIEW, found.scope, today):
        raise NotPermitted("out_of_scope", permission=VIEW)
    holdings = list(
        Holding.objects.filter(post__unit=found)
        .select_related("post__unit", "account")
        .order_by("post__title_zh", "-starts_on")
    )
    grants = list(
        RoleGrant.objects.filter(unit=found)
        .select_related("account", "unit", "line", "place")
        .order_by("role", "account__username", "-starts_on")
    )
    readable = {one.pk for one in readable_units(account, VIEW, today)}
    context = {
        "unit": found,
        "above": [(one, one.pk in readable) for one in ancestors(found) if one.pk != found.pk],
        "place": place_labels([found.place_id]).get(found.place_id) if found.place_id else None,
        "children": Unit.objects.filter(parent=found).order_by("kind", "code"),
        **_terms(holdings, grants),
        "today": today,
        "versions": versions_of(found.pk),
        "is_open": found.ends_on is None,
        "may_rename": may(account, "organisation.rename_unit", found.pk),
        "may_move": found.parent_id is not None and may(account, "organisation.move_unit", found.pk),
        "may_close": found.parent_id is not None and may(account, "organisation.close_unit", found.pk),
        "may_open_unit": may(account, "organisation.open_unit", found.pk),
        "may_fill": may(account, "organisation.fill_post", found.pk),
        "may_leave": may(account, "organisation.leave_post", found.pk),
        "may_grant": may(account, "organisation.grant_role", found.pk),
        "may_withdraw": may(account, "organisation.withdraw_role", found.pk),
    }
    return render(request, "organisation/unit.html", context)


def _terms(holdings: list[Holding], grants: list[RoleGrant]) -> dict[str, Any]:
    """Return holdings and grants for a page, those that hold now apart from those that are over or not begun."""
    today = timezone.localdate()
    names = names_of({*(one.account for one in holdings), *(one.account for one in grants)})
    titles = roles()
    labels = place_labels({grant.place_id for grant in grants if grant.place_id})

    def holds(one: Holding | RoleGrant) -> bool:
        return one.ends_on is None or one.ends_on > today

    held = [{"holding": one, "name": names[one.account_id], "holds": holds(one)} for one in holdings]
    granted = [
        {
            "grant": one,
            "name": names[one.account_id],
            "role": titles[one.role].title if one.role in titles else one.role,
            "place": labels.get(one.place_id or 0),
            "holds": holds(one),
        }
        for one in grants
    ]
    return {
        "holders": [row for row in held if row["holds"]],
        "former_holders": [row for row in held if not row["holds"]],
        "grants": [row for row in granted if row["holds"]],
        "former_grants": [row for row in granted if not row["holds"]],
    }


@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """List the accounts of the units that the reader sees, narrowed by name and state."""
    account, readable = _readable(request)
    today = timezone.localdate()
    text, state = request.GET.get("q", "").strip(), request.GET.get("state", "open")
    rows = accounts_listing.accounts(account, readable, today, text=text, state=state)
    locked = locked_usernames(timezone.now())
    page = Paginator(rows, ACCOUNTS_A_PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    names = names_of(shown)
    posts, granted = accounts_listing.posts_of(shown, today), accounts_listing.roles_of(shown, today)
    enrolled = with_second_factor(shown)
    context = {
        "page": page,
        "rows": [
            {
                "account": one,
                "name": names[one.pk],
                "posts": posts.get(one.pk, []),
                "roles": granted.get(one.pk, []),
                "is_locked": one.username.lower() in locked,
                "has_second_factor": one.pk in enrolled,
            }
            for one in shown
        ],
        "asked": {"q": text, "state": state},
        "may_invite": may(account, "accounts.invite_account"),
        "may_open_system": may(account, "people.open_system_account"),
    }
    return render(request, "organisation/accounts.html", context)


@require_safe
def account(request: HttpRequest, key: int) -> HttpResponse:
    """Show one account: who it is, its posts, its grants, and whether it is open; one's own always."""
    reader, found = readable_account(request, key)
    return render(request, "organisation/account.html", account_context(reader, found))


def readable_account(request: HttpRequest, key: int) -> tuple[Account, Account]:
    """Return the reader and the account of this key.

    Raises: NotPermitted: ``out_of_scope``.
    """
    reader = reader_of(request)
    found = get_object_or_404(Account.objects.select_related("person__key"), pk=key)
    if found.pk != reader.pk and not may(reader, VIEW):
        readable = readable_units(reader, VIEW, timezone.localdate())
        if not accounts_in(readable).filter(pk=found.pk).exists():
            raise NotPermitted("out_of_scope", permission=VIEW)
    return reader, found


def account_context(reader: Account, found: Account) -> dict[str, Any]:
    """Return what the page of an account shows."""
    holdings = list(
        Holding.objects.filter(account=found).select_related("post__unit", "account").order_by("-starts_on")
    )
    grants = list(
        RoleGrant.objects.filter(account=found)
        .select_related("unit", "line", "place", "account")
        .order_by("unit__path", "role", "-starts_on")
    )
    is_own = found.pk == reader.pk
    today = timezone.localdate()
    is_person = found.kind == Account.Kind.PERSON
    now = timezone.now()
    locks, has_factor = locks_of(found, now), has_second_factor(found)
    return {
        "account": found,
        "name": names_of([found])[found.pk],
        "is_own": is_own,
        "is_person": is_person,
        "home": home_unit(found, today),
        **_terms(holdings, grants),
        "readable": {one.pk for one in readable_units(reader, VIEW, today)},
        "today": today,
        "may_grant": found.is_active and may_somewhere(reader, "organisation.grant_role"),
        "withdrawable": granted_units(reader, "organisation.withdraw_role", today),
        "leavable": granted_units(reader, "organisation.leave_post", today),
        "may_close": found.is_active and not is_own and may(reader, "people.close_account"),
        "may_reset": found.is_active
        and is_person
        and not is_own
        and may(reader, "accounts.issue_reset_link"),
        "locks": locks,
        "may_unlock": bool(locks) and may(reader, "accounts.unlock_account"),
        "has_second_factor": has_factor,
        "may_remove_factor": has_factor and not is_own and may(reader, "accounts.remove_second_factor"),
        "link": open_link(found, now),
    }


@require_safe
def offered_places(request: HttpRequest) -> HttpResponse:
    """Offer places for what was typed, as options of a list."""
    reader_of(request)
    text = _typed(request, "place")
    options = [f"{hit.label} {hit.code}" for hit in search(text, limit=OFFERED)] if text else []
    return render(request, "organisation/offers.html", {"options": [(one, "") for one in options]})


@require_safe
def offered_units(request: HttpRequest) -> HttpResponse:
    """Offer the units that the reader sees for what was typed, as options of a list."""
    _, readable = _readable(request)
    text = _typed(request, "unit") or _typed(request, "parent")
    hits = [one for one in readable if units_listing.Asked(text).leaves(one)][:OFFERED]
    options = [(f"{one.name} {one.code}", "") for one in hits]
    return render(request, "organisation/offers.html", {"options": options})


@require_safe
def picked_units(request: HttpRequest) -> JsonResponse:
    """Offer units for what was typed to a picker: those that the reader sees, or that lie below the reader's grants."""
    account, today = reader_of(request), timezone.localdate()
    text, below = _typed(request, "q"), _typed(request, "below")
    units = units_to_pick(account, VIEW, today)
    if below.isascii() and below.isdigit():
        root = next((one for one in units if str(one.pk) == below), None)
        units = [one for one in units if root is not None and one.path.startswith(root.path)]
    found = picked(units, text)
    names = {one.pk: one.name for one in units}
    told = [
        {
            "code": one.code,
            "name": one.name,
            "above": names.get(one.parent_id or 0, ""),
            "below": sum(other.path.startswith(one.path) for other in units) - 1,
        }
        for one in found[:OFFERED]
    ]
    return JsonResponse({"units": told, "more": max(len(found) - OFFERED, 0)})


@require_safe
def offered_accounts(request: HttpRequest) -> HttpResponse:
    """Offer the open accounts of persons that the reader sees for what was typed, as options of a list."""
    reader, readable = _readable(request)
    text = _typed(request, "account").lower()
    seen = Account.objects.all() if may(reader, VIEW) else accounts_in(readable)
    rows = list(seen.filter(Q(is_active=True)).order_by("username"))
    names = names_of(rows)
    hits = [one for one in rows if text in f"{one.username} {names[one.pk]}".lower()][:OFFERED]
    options = [(one.username, names[one.pk]) for one in hits]
    return render(request, "organisation/offers.html", {"options": options})


def _typed(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").strip()
