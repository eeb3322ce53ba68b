"""What the doors of this room share: who reads, what they may do, and how a form is carried out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language

from bangfu.foundation.operations import Act, NotPermitted, Refusal, Scope, allows
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.rooms import Words
from bangfu.foundation.rooms.forms import Keyed
from bangfu.reporting.corrections.room import VIEW
from bangfu.reporting.publications.models import Publication
from bangfu.reporting.publications.queries import Standing, frozen_standing


def reader(request: HttpRequest) -> Account:
    """Return who reads.

    Raises: NotPermitted: ``out_of_scope``: without the permission to read corrections.
    """
    account = reader_of(request)
    if not allows(account, VIEW, Scope(), timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=VIEW)
    return account


def may(account: Account, operation: str) -> bool:
    """Return whether an account may do something in the whole programme."""
    return allows(account, f"corrections.{operation}", Scope(), timezone.localdate())


def require(account: Account, operation: str) -> None:
    """Let nobody see a form who may not send it.

    Raises: NotPermitted: ``out_of_scope``.
    """
    if not may(account, operation):
        raise NotPermitted("out_of_scope", permission=f"corrections.{operation}")


def language() -> str:
    """Return in which language the page is read: ``zh`` or ``en``."""
    return "en" if (get_language() or "zh").startswith("en") else "zh"


def frozen(number: int) -> Standing:
    """Return a published report, or answer that there is none."""
    try:
        return frozen_standing(number)
    except Publication.DoesNotExist:
        raise Http404(number) from None


def number_in(request: HttpRequest, name: str, *, least: int = 1, most: int) -> int:
    """Return a number of the address within its range, or the least."""
    text = request.GET.get(name, "")
    asked = int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else least
    return asked if least <= asked <= most else least


def status_of(form: Keyed | None, refusal: Refusal | None) -> int:
    """Return the status of a page on which something was tried."""
    if refusal is not None:
        return 403 if isinstance(refusal, NotPermitted) else 409
    return 422 if form is not None and form.is_bound and not form.is_valid() else 200


def carried_out(
    request: HttpRequest,
    account: Account,
    form: Keyed,
    carry: Callable[[dict[str, Any], Act], str],
    done: Words,
    template: str,
    context: Callable[[], dict[str, Any]],
) -> HttpResponse:
    """Carry out what a form asks and go where ``carry`` says, or show the page with what is wrong."""
    refusal: Refusal | None = None
    if form.is_bound and form.is_valid():
        try:
            address = carry(form.cleaned_data, Act.now(account, key=form.cleaned_data["key"]))
        except NotPermitted:
            raise
        except Refusal as answer:
            refusal = answer
        else:
            messages.success(request, str(done))
            return redirect(address)
    return render(request, template, {**context(), "refusal": refusal}, status=status_of(form, refusal))
