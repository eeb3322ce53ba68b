"""Forms that lead to operations on units, posts, grants and accounts."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bangfu.foundation.operations import Act, NotPermitted, Refusal
from bangfu.foundation.organisation import forms, operations
from bangfu.foundation.organisation.models import Holding, RoleGrant, Unit
from bangfu.foundation.organisation.views.reading import may, may_somewhere, readable_account
from bangfu.foundation.people import operations as people
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.queries import names_of
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.queries import place_label
from bangfu.foundation.rooms import RoleDeclaration, Words, both, permission_words, roles, rooms
from bangfu.foundation.rooms.forms import Keyed

SHOWN = require_http_methods(["GET", "HEAD", "POST"])
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Those that nobody mistakes for each other on paper."""


def initial_password() -> str:
    """Return a password of sixteen letters in four groups (79 bits), to be read out and changed."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def refuse_unless(is_permitted: bool, permission: str) -> None:
    """Refuse a form to whoever may not carry it out.

    Raises: NotPermitted: ``out_of_scope``.
    """
    if not is_permitted:
        raise NotPermitted("out_of_scope", permission=permission)


def carried_out(
    request: HttpRequest,
    form: Keyed,
    carry_out: Callable[[dict[str, Any], Act], HttpResponse],
    context: dict[str, Any],
    template: str = "organisation/form.html",
) -> HttpResponse:
    """Show a form, or carry it out and answer; a refusal is shown above the form."""
    refusal: Refusal | None = None
    if form.is_bound and form.is_valid():
        said = {name: value for name, value in form.cleaned_data.items() if name != "key"}
        try:
            return carry_out(said, Act.now(reader_of(request), key=form.cleaned_data["key"]))
        except Refusal as answer:
            refusal = answer
    status = 200
    if form.is_bound:
        status = 422 if refusal is None else 403 if isinstance(refusal, NotPermitted) else 409
    return render(request, template, {"form": form, "refusal": refusal, **context}, status=status)


def done(request: HttpRequest, words: Words, address: str, key: int) -> HttpResponse:
    """Say that it is done, and lead to where it shows."""
    messages.success(request, str(words))
    return redirect(address, key=key)


def _unit_asked(request: HttpRequest) -> Unit | None:
    asked = request.GET.get("unit", "")
    return Unit.objects.filter(pk=int(asked)).first() if asked.isascii() and asked.isdigit() else None


@SHOWN
def open_unit(request: HttpRequest) -> HttpResponse:
    """Open a unit."""
    account = reader_of(request)
    refuse_unless(may_somewhere(account, "organisation.open_unit"), "organisation.open_unit")
    parent = _unit_asked(request)
    first: dict[str, Any] = (
        {"parent": forms.unit_written(parent), "starts_on": timezone.localdate()} if parent else {}
    )
    form = forms.UnitForm(request.POST or None, initial=first)

    def carry_out(said: dict[str, Any], act: Act) -> HttpResponse:
        opened = operations.open_unit(act=act, **said)
        return done(request, both("已设立。", "Opened."), "organisation:unit", opened.pk)

    context = {"title": both("设立单位", "Open a unit"), "unit": parent}
    return carried_out(request, form, carry_out, context)


@SHOWN
def fill_post(request: HttpRequest, key: int) -> HttpResponse:
    """Give somebody a post in a unit."""
    unit = get_object_or_404(Unit, pk=key)
    refuse_unless(may(reader_of(request), "organisation.fill_post", key), "organisation.fill_post")
    form = forms.PostForm(request.POST or None, initial={"account": request.GET.get("account", "")})

    def carry_out(said: dict[str, Any], act: Act) -> HttpResponse:
        operations.fill_post(unit=unit, act=act, **said)
        return done(request, both("已任职。", "The post is filled."), "organisation:unit", key)

    context = {"title": both("安排任职", "Fill a post"), "unit": unit}
    return carried_out(request, form, carry_out, context)


@SHOWN
def leave_post(request: HttpRequest, key: int) -> HttpResponse:
    """End somebody's term in a post."""
    holding = get_object_or_404(Holding.objects.select_related("post__unit", "account"), pk=key)
    unit = holding.post.unit
    refuse_unless(may(reader_of(request), "organisation.leave_post", unit.pk), "organisation.leave_post")
    form = forms.EndForm(request.POST or None)

    def carry_out(said: dict[str, Any], act: Act) -> HttpResponse:
        operations.leave_post(holding=holding, act=act, **said)
        return done(request, both("任职已结束。", "The term is ended."), "organisation:unit", unit.pk)

    name = names_of([holding.account])[holding.account_id]
    context = {
        "title": both("结束任职", "End a term"),
        "unit": unit,
        "about": both("{name}，{post}，{on} 起", "{name}, {post}, from {on}").filled(
            name=name, post=holding.post.title, on=holding.starts_on
        ),
    }
    return carried_out(request, form, carry_out, context)


@SHOWN
def grant_role(request: HttpRequest) -> HttpResponse:
    """Grant a role to somebody in a unit."""
    account = reader_of(request)
    refuse_unless(may_somewhere(account, "organisation.grant_role"), "organisation.grant_role")
    unit = _unit_asked(request)
    first = {
        "account": request.GET.get("account", ""),
        "unit": forms.unit_written(unit) if unit else "",
    }
    form = forms.GrantForm(request.POST or None, initial=first)

    def carry_out(said: dict[str, Any], act: Act) -> HttpResponse:
        grant = operations.grant_role(act=act, **said)
        return done(request, both("已授权。", "Granted."), "organisation:account", grant.account_id)

    context = {
        "title": both("授予角色", "Grant a role"),
        "unit": unit,
        "roles": [(role, role_in_words(role)) for role in roles().values()],
    }
    return carried_out(request, form, carry_out, context, "organisation/grant.html")


def role_in_words(role: RoleDeclaration) -> list[tuple[Words, list[Words]]]:
    """Return what a role permits, room by room, in the order of the rooms."""
    found = []
    for room in rooms():
        of_room = [name for name in role.permissions if name.partition(".")[0] == room.code]
        order = list(room.permissions)
        of_room.sort(key=lambda name: (order.index(name) if name in order else len(order), name))
        if of_room:
            found.append((room.title, [permission_words(name) for name in of_room]))
    return found


@SHOWN
def withdraw_role(request: HttpRequest, key: int) -> HttpResponse:
    """Withdraw a role."""
    grant = get_object_or_404(RoleGrant.objects.select_related("unit", "account", "line"), pk=key)
    unit = grant.unit
    refuse_unless(
        may(reader_of(request), "organisation.withdraw_role", unit.pk), "organisation.withdraw_role"
    )
    form = forms.EndForm(request.POST or None)

    def carry_out(said: dict[str, Any], act: Act) -> HttpResponse:
        operations.withdraw_role(grant=grant, act=act, **said)
        return done(request, both("已收回。", "Withdrawn."), "organisation:account", grant.account_id)

    known = roles().get(grant.role)
    context = {
        "title": both("收回角色", "Withdraw a role"),
        "unit": unit,
        "about": both("{name}，{role}，{where}，{on} 起", "{name}, {role}, {where}, from {on}").filled(
            name=names_of([grant.account])[grant.account_id],
            role=known.title if known else grant.role,
            where=place_label(grant.place_id) if grant.place_id else unit.name,
            on=grant.starts_on,
        ),
        "note": both(
            "收回后，此人在此范围内不能再做这些事；已经做的保留。",
            "From that day on the account may no longer act here; what it did stays.",
        ),
    }
    return carried_out(request, form, carry_out, context)


@SHOWN
def open_account(request: HttpRequest) -> HttpResponse:
    """Open an account and show its initial password once."""
    refuse_unless(may(reader_of(request), "people.open_account"), "people.open_account")
    form = forms.AccountForm(request.POST or None)

    def carry_out(said: dict[str, Any], act: Act) -> HttpResponse:
        password = initial_password()
        opened = people.open_account(password=password, act=act, **said)
        return _shown_once(request, opened, password)

    context = {"title": both("开设账号", "Open an account"), "back": reverse("organisation:accounts")}
    return carried_out(request, form, carry_out, context)


@SHOWN
def reset_password(request: HttpRequest, key: int) -> HttpResponse:
    """Give an account a new initial password and show it once."""
    reader, found = readable_account(request, key)
    refuse_unless(may(reader, "people.reset_password"), "people.reset_password")

    def carry_out(said: dict[str, Any], act: Act) -> HttpResponse:
        password = initial_password()
        changed = people.reset_password(account=found, password=password, act=act)
        return _shown_once(request, changed, password)

    context = {
        "title": both("重发初始密码", "New initial password"),
        "account": found,
        "about": f"{names_of([found])[found.pk]} {found.username}",
        "note": both(
            "原密码随即失效，此人的登录全部结束。",
            "The old password is void at once, and every sign-in of the account ends.",
        ),
    }
    return carried_out(request, Keyed(request.POST or None), carry_out, context)


def _shown_once(request: HttpRequest, account: Account, password: str) -> HttpResponse:
    """Show an initial password to whoever made it; a request sent again made none and shows none."""
    is_new = account.check_password(password)
    context = {
        "account": account,
        "name": names_of([account])[account.pk],
        "password": password if is_new else None,
    }
    response = render(request, "organisation/password.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@SHOWN
def close_account(request: HttpRequest, key: int) -> HttpResponse:
    """Close an account."""
    reader, found = readable_account(request, key)
    refuse_unless(may(reader, "people.close_account"), "people.close_account")

    def carry_out(said: dict[str, Any], act: Act) -> HttpResponse:
        people.close_account(account=found, act=act)
        return done(request, both("账号已停用。", "The account is closed."), "organisation:account", key)

    context = {
        "title": both("停用账号", "Close the account"),
        "account": found,
        "about": f"{names_of([found])[found.pk]} {found.username}",
        "note": both(
            "停用后不能再登录或办理；此人做过的一切保留。",
            "It can no longer sign in or act; all that it did stays.",
        ),
    }
    return carried_out(request, Keyed(request.POST or None), carry_out, context)
