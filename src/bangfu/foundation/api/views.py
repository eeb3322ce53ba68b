"""Pages of the API: one's own tokens, those of the house, and what programs may ask."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.foundation.api import operations, queries
from bangfu.foundation.api.forms import TokenForm
from bangfu.foundation.api.models import ApiToken
from bangfu.foundation.api.reading import described_addresses
from bangfu.foundation.api.tokens import digest_of, new_token, prefix_of
from bangfu.foundation.operations import Act, NotPermitted, Refusal, Scope, allows
from bangfu.foundation.organisation.queries import permissions_of
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.queries import names_of
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell, in_batches, list_file, origin_of

TOKENS_A_PAGE = 50
HEADINGS: tuple[Words, ...] = (
    both("登录名", "User name"), both("用途", "What it is for"), both("令牌", "Token"), both("只读", "Read only"),
    both("权限", "Permissions"), both("申请", "Made"), both("上次使用", "Last used"), both("到期", "Ends"),
    both("撤销", "Revoked"),
)  # fmt: skip
MAKE_FOR_SYSTEMS, REVOKE_ANY = "api.make_system_token", "api.revoke_any_token"


def _may(account: Account, permission: str) -> bool:
    return allows(account, permission, Scope(), timezone.localdate())


@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    """List one's own tokens."""
    account = reader_of(request)
    page = Paginator(queries.tokens_of(account), TOKENS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "api/tokens.html",
        {
            "page": page,
            "now": timezone.now(),
            "is_own": True,
            "may_make_for_systems": _may(account, MAKE_FOR_SYSTEMS),
            "may_revoke_any": _may(account, REVOKE_ANY),
        },
    )


@require_safe
def all_tokens(request: HttpRequest) -> HttpResponse:
    """List the tokens of every account, for whoever may revoke them."""
    account = reader_of(request)
    found, text, state = _all_asked_for(account, request)
    page = Paginator(found, TOKENS_A_PAGE).get_page(request.GET.get("page"))
    names = names_of(Account.objects.filter(pk__in={one.account_id for one in page}))
    context = {
        "page": page,
        "names": [(one, names[one.account_id]) for one in page],
        "now": timezone.now(),
        "q": text,
        "state": state,
        "may_make_for_systems": _may(account, MAKE_FOR_SYSTEMS),
    }
    return render(request, "api/all_tokens.html", context)


def _all_asked_for(account: Account, request: HttpRequest) -> tuple[QuerySet[ApiToken], str, str]:
    """Return the tokens of the house that a reader asks for, and what narrows them.

    Raises: NotPermitted: ``out_of_scope``.
    """
    if not _may(account, REVOKE_ANY):
        raise NotPermitted("out_of_scope", permission=REVOKE_ANY)
    text, state = request.GET.get("q", "").strip(), request.GET.get("state", "open")
    found = queries.all_tokens()
    if state == "open":
        found = found.filter(revoked_at=None, expires_at__gt=timezone.now())
    if text:
        found = found.filter(account__username__icontains=text) | found.filter(prefix__startswith=text)
    return found, text, state


@require_safe
def all_tokens_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the narrowed list of the house's tokens as a file; accounts by user name, tokens by their beginning."""
    account = reader_of(request)
    found, text, state = _all_asked_for(account, request)
    origin = origin_of(
        request,
        reverse("api:all_tokens"),
        both("API 令牌", "API tokens"),
        taken_by=account.display_name,
        narrowed_to=(both("有效", "in force") if state == "open" else "", text),
    )
    return list_file("tokens", form, HEADINGS, _token_cells(found), origin)


def _token_cells(found: QuerySet[ApiToken]) -> Iterator[list[Cell]]:
    for batch in in_batches(found):
        for one in batch:
            yield [
                one.account.username, one.name, one.prefix,
                str(both("是", "yes")) if one.is_read_only else "",
                str(both("账号的全部", "all of the account")) if one.permissions is None else " ".join(one.permissions),
                *(f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "" for at in (
                    one.made_at, one.last_used_at, one.expires_at, one.revoked_at,
                )),
            ]  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask what a token is for, or make it and show it this once."""
    account, today = reader_of(request), timezone.localdate()
    is_for_system = request.GET.get("for") == "system"
    if is_for_system and not _may(account, MAKE_FOR_SYSTEMS):
        raise NotPermitted("out_of_scope", permission=MAKE_FOR_SYSTEMS)
    systems = queries.system_accounts() if is_for_system else None
    held = _held(account, systems, today)
    form = TokenForm(request.POST or None, today=today, held=held, accounts=systems)
    refusal: Refusal | None = None
    if form.is_bound and form.is_valid():
        token = new_token()
        act = Act.now(account, key=form.cleaned_data["key"])
        arguments: dict[str, Any] = {
            "account": form.cleaned_data.get("account", account),
            "name": form.cleaned_data["name"],
            "prefix": prefix_of(token),
            "digest": digest_of(token),
            "permissions": form.chosen,
            "is_read_only": form.cleaned_data["is_read_only"],
            "expires_at": form.ends_at,
        }
        make = operations.make_system_token if is_for_system else operations.make_token
        try:
            made = make(**arguments, act=act)
        except NotPermitted as answer:
            if answer.code != "key_reused":
                raise
            refusal = (
                answer  # sent twice: the token of the first time was shown then, and is not known any more
            )
        except Refusal as answer:
            refusal = answer
        else:
            response = render(request, "api/made.html", {"token": token, "made": made})
            response.headers["Cache-Control"] = "no-store"
            return response
    status = 200 if not form.is_bound else 409 if refusal else 422
    context = {
        "form": form,
        "refusal": refusal,
        "is_for_system": is_for_system,
        "has_systems": systems is None or systems.exists(),
    }
    return render(request, "api/new.html", context, status=status)


def _held(account: Account, systems: Any, today: Any) -> frozenset[str]:
    """Return the permissions that a token may be limited to: the account's own, or what any of the systems holds."""
    if systems is None:
        return permissions_of(account, today)
    return frozenset().union(*(permissions_of(one, today) for one in systems))


@require_POST
def revoke(request: HttpRequest, key: int) -> HttpResponse:
    """Revoke a token, one's own or, with the permission, anybody's."""
    account = reader_of(request)
    token = get_object_or_404(ApiToken, pk=key)
    act = Act.now(account, key=request.POST.get("key") or None)
    if token.account_id == account.pk:
        operations.revoke_token(account=account, token=token, act=act)
    else:
        operations.revoke_any_token(token=token, act=act)
    messages.success(request, str(both("令牌已撤销。", "The token is revoked.")))
    return redirect("api:tokens" if token.account_id == account.pk else "api:all_tokens")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show what programs may ask, from the OpenAPI description."""
    reader_of(request)
    text = request.GET.get("q", "").strip()
    groups = described_addresses(text)
    return render(
        request,
        "api/docs.html",
        {"groups": groups, "q": text, "count": sum(len(g.addresses) for g in groups)},
    )
