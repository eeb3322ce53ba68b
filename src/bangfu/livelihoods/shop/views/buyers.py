"""Who buys at the pages that are open to everybody: an opaque number that a browser keeps, and what is done in its name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from bangfu.foundation.operations import Act, Refusal
from bangfu.foundation.rooms import Words
from bangfu.foundation.rooms.forms import Keyed
from bangfu.livelihoods.shop import queries
from bangfu.livelihoods.shop.models import Buyer, Payer
from bangfu.livelihoods.shop.operations import admit_buyers

BUYER = "shop_buyer"
"""Under which name a session keeps its buyer's number; a signed cookie keeps it longer."""
COOKIE, SALT = "bangfu_buyer", "shop buyer"
KEPT_FOR = timedelta(days=400)


def known_buyer(request: HttpRequest) -> Buyer | None:
    """Return the buyer whose number the browser keeps; null = it has bought nothing here."""
    kept = request.session.get(BUYER) or request.get_signed_cookie(
        COOKIE, default=None, salt=SALT, max_age=KEPT_FOR
    )
    try:
        return Buyer.objects.filter(pk=str(kept)).first() if kept else None
    except ValidationError:
        return None


def admitted(request: HttpRequest) -> Buyer:
    """Return the browser's buyer, admitted now if it has none."""
    found = known_buyer(request)
    if found is None:
        (found,) = admit_buyers(payer=Payer.PUBLIC, act=door_act())
    request.session[BUYER] = str(found.pk)
    return found


def remembered(response: HttpResponse, request: HttpRequest, buyer: Buyer) -> HttpResponse:
    """Return a response after which the browser keeps the buyer's number for more than a year."""
    response.set_signed_cookie(
        COOKIE, str(buyer.pk), salt=SALT, max_age=KEPT_FOR, httponly=True, samesite="Lax",
        secure=request.is_secure(),
    )  # fmt: skip
    return response


def door_act(key: str = "", buyer: Buyer | None = None) -> Act:
    """Return an act of the shop's door, under a key that no other buyer can use."""
    bound = f"{buyer.pk} {key}" if key and buyer is not None else None
    return Act(actor=queries.door_account(), at=timezone.now(), key=bound)


def carried_out_for(
    request: HttpRequest,
    buyer: Buyer,
    form: Keyed,
    carry_out: Callable[[dict[str, Any], Act], str],
    done: Words,
    context: dict[str, Any],
    *,
    template: str = "shop/buyer_form.html",
) -> HttpResponse:
    """Show a form to a buyer, or carry it out at the door and go to the address that comes of it."""
    refusal: Refusal | None = None
    if form.is_bound and form.is_valid():
        try:
            address = carry_out(dict(form.cleaned_data), door_act(form.cleaned_data["key"], buyer))
        except Refusal as answer:
            refusal = answer
        else:
            messages.success(request, str(done))
            return redirect(address)
    status = 200 if not form.is_bound else 409 if refusal else 422
    return render(request, template, {"form": form, "refusal": refusal, **context}, status=status)
