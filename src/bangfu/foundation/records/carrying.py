"""A page with one form: it is shown, or carried out by an operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from bangfu.foundation.operations import Act, NotPermitted, Refusal
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.rooms import Words
from bangfu.foundation.rooms.forms import Keyed


def carried_out(
    request: HttpRequest,
    form: Keyed,
    carry_out: Callable[[dict[str, Any], Act], str],
    done: Words,
    context: dict[str, Any],
    *,
    template: str,
) -> HttpResponse:
    """Show a form, or carry it out and go to the address that comes of it; a refusal is shown above the form.

    Raises: NotPermitted: they may not.
    """
    refusal: Refusal | None = None
    if form.is_bound and form.is_valid():
        act = Act.now(reader_of(request), key=form.cleaned_data["key"])
        try:
            address = carry_out(dict(form.cleaned_data), act)
        except NotPermitted:
            raise
        except Refusal as answer:
            refusal = answer
        else:
            messages.success(request, str(done))
            return redirect(address)
    status = 200 if not form.is_bound else 409 if refusal else 422
    return render(request, template, {"form": form, "refusal": refusal, **context}, status=status)
