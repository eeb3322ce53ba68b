"""What every form of the room does alike."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from bangfu.foundation.operations import Act, NotPermitted, Refusal
from bangfu.foundation.people.models import Account
from bangfu.foundation.records.carrying import carried_out as carried_out_on
from bangfu.foundation.rooms import Words

carried_out = partial(carried_out_on, template="training/form.html")
"""Show a form on the room's page for forms, or carry it out and go to the address that comes of it."""


def pressed(
    request: HttpRequest, account: Account, carry_out: Callable[[Act], object], done: Words, address: str
) -> HttpResponse:
    """Carry out what a button stands for and go back to its page; a refusal is said there.

    Raises: NotPermitted: the account may not.
    """
    try:
        carry_out(Act.now(account, key=request.POST.get("key") or None))
    except NotPermitted:
        raise
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, str(done))
    return redirect(address)
