"""Buttons on a record's page: what they stand for is carried out once, and a refusal is shown on the page it came from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from bangfu.foundation.operations import Act, NotPermitted, Refusal
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words


def pressed(
    request: HttpRequest,
    account: Account,
    carry: Callable[[Act], object],
    done: Words,
    *,
    back: tuple[str, int],
    template: str,
    context: Callable[[], dict[str, Any]],
) -> HttpResponse:
    """Carry out what a button stands for, and go back to the record's page; show a refusal there.

    Args:
        back: name of the page's address and the record's key.
        context: of the page as it is after the refusal.

    Raises: NotPermitted: they may not.
    """
    address, key = back
    try:
        carry(Act.now(account, key=request.POST.get("key") or None))
    except NotPermitted:
        raise
    except Refusal as refusal:
        return render(request, template, {**context(), "refusal": refusal}, status=409)
    messages.success(request, str(done))
    return redirect(address, key=key)
