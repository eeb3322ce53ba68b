"""Pages of accounts: the one-time link, and one's own second factor."""

from __future__ import annotations

import base64

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from bangfu.foundation.accounts import codes, operations, queries
from bangfu.foundation.accounts.forms import CodeForm, NewPasswordForm
from bangfu.foundation.accounts.models import OneTimeLink, SecondFactor
from bangfu.foundation.operations import Act, Refusal
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.printing import square_svg
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.forms import Keyed, said

SHOWN = require_http_methods(["GET", "HEAD", "POST"])
HOUSE = "bangfu"
"""What an authenticator app calls this house; apps show Latin letters most surely."""
APP_HINT = said(
    "输入验证器此刻显示的六位数字。", "Enter the six digits that the authenticator app shows now."
)
CODE_HINT = said(
    "验证器此刻显示的六位数字；手机不在身边时，用一个恢复码。",
    "The six digits that the authenticator app shows now, or a recovery code when the phone is not at hand.",
)


def _unkept(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response


@sensitive_post_parameters()
@SHOWN
def use_link(request: HttpRequest, token: str) -> HttpResponse:
    """Let whoever holds a one-time link set the password of its account; it needs no sign-in."""
    link = queries.link_of(token)
    try:
        if link is None or not link.account.is_active:
            raise operations.UnableToUseLink("unknown")
        form = NewPasswordForm(link.account, request.POST or None)
        act = Act.now(link.account, key=request.POST.get("key") or None)
        if not (form.is_bound and form.is_valid()):
            operations.refuse_spent(link, act)
            status = 422 if form.is_bound else 200
            return _unkept(render(request, "accounts/link.html", _link_context(link, form), status=status))
        operations.use_link(
            account=link.account, token=token, password=form.cleaned_data["new_password1"], act=act
        )
    except operations.UnableToUseLink as refusal:
        return _unkept(render(request, "accounts/link_spent.html", {"refusal": refusal}, status=410))
    words = both("密码已设好，请登录。", "The password is set; sign in.")
    messages.success(request, str(words))
    return redirect("sign_in")


def _link_context(link: OneTimeLink, form: NewPasswordForm) -> dict[str, object]:
    return {
        "form": form,
        "account": link.account,
        "name": link.account.display_name,
        "is_invitation": link.purpose == OneTimeLink.Purpose.INVITATION,
        "expires_at": link.expires_at,
    }


@sensitive_post_parameters("code")
@SHOWN
def second_factor(request: HttpRequest) -> HttpResponse:
    """Show one's own second factor, or enrol an authenticator app that was begun."""
    account = reader_of(request)
    factor = SecondFactor.objects.filter(account=account).first()
    is_enrolled = factor is not None and factor.confirmed_at is not None
    form = CodeForm(
        None if is_enrolled else request.POST or None, hint=CODE_HINT if is_enrolled else APP_HINT
    )
    refusal: Refusal | None = None
    if form.is_bound and form.is_valid():
        fresh = codes.new_recovery_codes()
        try:
            operations.confirm_second_factor(
                account=account,
                code=form.cleaned_data["code"],
                recovery_codes=fresh,
                act=Act.now(account),
            )
        except Refusal as answer:
            refusal = answer
        else:
            return _unkept(render(request, "accounts/recovery_codes.html", {"codes": fresh}))
    context = {
        "form": form,
        "refusal": refusal,
        "factor": factor,
        "is_enrolled": is_enrolled,
        "codes_left": queries.recovery_codes_left(account) if is_enrolled else 0,
        "keyed": Keyed(),
        **(_secret_shown(account, factor) if factor is not None and not is_enrolled else {}),
    }
    status = 200 if not form.is_bound else 409 if refusal else 422
    return _unkept(render(request, "accounts/second_factor.html", context, status=status))


def _secret_shown(account: Account, factor: SecondFactor) -> dict[str, object]:
    """Return the QR code of a secret that is not confirmed yet, and the same in letters."""
    secret = operations.secret_of(factor)
    if secret is None:
        return {}
    address = codes.provisioning_address(secret, account=account.username, house=HOUSE)
    letters = base64.b32encode(secret).decode()
    return {
        "picture": mark_safe(square_svg(address)),
        "letters": " ".join(letters[i : i + 4] for i in range(0, len(letters), 4)),
    }


@require_POST
def begin_second_factor(request: HttpRequest) -> HttpResponse:
    """Begin to enrol an authenticator app."""
    account = reader_of(request)
    operations.begin_second_factor(account=account, act=Act.now(account))
    return redirect("accounts:second_factor")


@sensitive_post_parameters("code")
@SHOWN
def stop_second_factor(request: HttpRequest) -> HttpResponse:
    """Stop one's own second factor, by a code."""
    account = reader_of(request)
    form = CodeForm(request.POST or None, hint=CODE_HINT)
    refusal: Refusal | None = None
    if form.is_bound and form.is_valid():
        try:
            operations.stop_second_factor(
                account=account, code=form.cleaned_data["code"], act=Act.now(account)
            )
        except Refusal as answer:
            refusal = answer
        else:
            words = both("第二因素已停用。", "The second factor is stopped.")
            messages.success(request, str(words))
            return redirect("accounts:second_factor")
    status = 200 if not form.is_bound else 409 if refusal else 422
    context = {"form": form, "refusal": refusal}
    return render(request, "accounts/stop_second_factor.html", context, status=status)
