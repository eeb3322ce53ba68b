"""The page on which everybody changes their own password."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from bangfu.foundation.operations import Act, Refusal
from bangfu.foundation.people import operations
from bangfu.foundation.people.forms import OwnPasswordForm
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.rooms import both


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """Change the password of whoever is signed in; this sign-in stays, all others end."""
    account = reader_of(request)
    form = OwnPasswordForm(account, request.POST or None)
    refusal: Refusal | None = None
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            changed = operations.change_password(
                account=account,
                old=said["old_password"],
                new=said["new_password1"],
                act=Act.now(account, key=said["key"]),
            )
        except Refusal as answer:
            refusal = answer
        else:
            update_session_auth_hash(request, changed)
            messages.success(
                request, str(both("密码已修改，其他登录已结束。", "Changed; all other sign-ins have ended."))
            )
            return redirect("home")
    status = 200 if not form.is_bound else 409 if refusal else 422
    return render(request, "people/password.html", {"form": form, "refusal": refusal}, status=status)
