"""The door itself: name and password, then the code of whoever has a second factor; every attempt leaves a line."""

from __future__ import annotations

import time
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.signals import user_login_failed
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import lazystr
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from bangfu.foundation.accounts.forms import CodeForm
from bangfu.foundation.accounts.journal import account_called, note
from bangfu.foundation.accounts.models import SignIn as Line
from bangfu.foundation.accounts.operations import UnableToUseCode, use_code
from bangfu.foundation.accounts.queries import has_second_factor
from bangfu.foundation.accounts.views import CODE_HINT
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.queries import grants_of
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import both

AWAITED = "awaited_code"
"""In the session: whose password was right and whose code is waited for."""
AWAITED_S = 300
BACKEND = "django.contrib.auth.backends.ModelBackend"


def is_asked_for_second_factor(account: Account) -> bool:
    """Return whether one of the account's roles is among those that are to have a second factor, and it has none."""
    roles = [grant.role for grant in grants_of(account, timezone.localdate())]
    return bool(set(settings.SECOND_FACTOR_ROLES) & set(roles)) and not has_second_factor(account)


class SignInForm(AuthenticationForm):
    """Name and password, in both languages."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = lazystr(both("登录名", "Name"))
        self.fields["password"].label = lazystr(both("密码", "Password"))

    def get_invalid_login_error(self) -> ValidationError:
        """Return the sentence for a wrong name or password; it does not say which."""
        words = both("登录名或密码不对，请重新输入。", "The name or the password is wrong; enter them again.")
        return ValidationError(str(words), code="invalid_login")


class SignIn(LoginView):
    """The sign-in page; a locked account is told how long to wait, one with a second factor is asked for its code."""

    authentication_form = SignInForm
    template_name = "registration/login.html"
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Sign in, or go on to the code."""
        account = form.get_user()
        if not isinstance(account, Account):
            raise TypeError("whoever signs in is an account")
        if has_second_factor(account):
            self.request.session.cycle_key()
            self.request.session[AWAITED] = {
                "account": account.pk,
                "password": account.get_session_auth_hash(),
                "until": time.time() + AWAITED_S,
                "next": self.get_success_url(),
            }
            return redirect("sign_in_code")
        answer = super().form_valid(form)
        note(Line.Kind.SIGNED_IN, self.request, account)
        return answer

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Note what failed and show the form again."""
        is_locked = getattr(self.request, "axes_locked_out", False)
        kind = Line.Kind.LOCKED if is_locked else Line.Kind.WRONG_PASSWORD
        note(kind, self.request, account_called(self.request.POST.get("username", "")))
        return super().form_invalid(form)


class SignOut(LogoutView):
    """Signing out."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Note it and sign out."""
        if isinstance(request.user, Account):
            note(Line.Kind.SIGNED_OUT, request, request.user)
        return super().post(request, *args, **kwargs)


def _awaited(request: HttpRequest) -> Account | None:
    """Return the account whose password was right a moment ago; null when that is over or was changed since."""
    awaited = request.session.get(AWAITED)
    if awaited is None or awaited["until"] < time.time():
        return None
    account = Account.objects.filter(pk=awaited["account"], is_active=True).first()
    if account is None or account.get_session_auth_hash() != awaited["password"]:
        return None
    return account


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponseBase:
    """Ask for the code of a second factor; wrong ones count towards the lock like wrong passwords."""
    account = _awaited(request)
    if account is None:
        request.session.pop(AWAITED, None)
        return redirect("sign_in")
    credentials = {"username": account.username}
    if not AxesProxyHandler.is_allowed(request, credentials):
        note(Line.Kind.LOCKED, request, account)
        request.session.pop(AWAITED, None)
        return render(request, "registration/locked_out.html", status=429)
    form: Form = CodeForm(request.POST or None, hint=CODE_HINT)
    status = 200
    if form.is_bound and form.is_valid():
        back = request.session[AWAITED]["next"]
        try:
            use_code(account=account, code=form.cleaned_data["code"], act=Act.now(account))
        except UnableToUseCode as refusal:
            form.add_error("code", str(refusal))
            note(Line.Kind.WRONG_CODE, request, account)
            user_login_failed.send(sender=__name__, credentials=credentials, request=request)
            status = 422
        else:
            request.session.pop(AWAITED, None)
            login(request, account, backend=BACKEND)
            note(Line.Kind.SIGNED_IN, request, account, with_second_factor=True)
            return redirect(back)
    return render(request, "registration/code.html", {"form": form, "account": account}, status=status)
