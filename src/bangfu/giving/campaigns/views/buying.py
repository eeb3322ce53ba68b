"""Doors that book what a campaign bought, and take it back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from bangfu.foundation.operations import Act
from bangfu.foundation.records.pressing import pressed
from bangfu.foundation.rooms import both
from bangfu.giving.campaigns import forms, operations
from bangfu.giving.campaigns.models import Campaign
from bangfu.giving.campaigns.views.gate import carried_out, readable, require
from bangfu.giving.campaigns.views.reading import campaign_context

FULL = Campaign.objects.select_related("unit", "charity__unit", "fund", "sponsor", "merchant", "seat")


@require_http_methods(["GET", "HEAD", "POST"])
def buy(request: HttpRequest, key: int) -> HttpResponse:
    """Book what a campaign bought."""
    account, one = readable(request, FULL, key)
    require(account, "book_purchase", one.scope)
    form = forms.PurchaseForm(request.POST or None, initial={"bought_on": timezone.localdate()})
    at = reverse("campaigns:campaign", args=[key])

    def carry(said: dict[str, Any], act: Act) -> str:
        operations.book_purchase(
            campaign=one, amount_fen=int(said["yuan"] * 100), bought_on=said["bought_on"], document=said["document"], act=act
        )  # fmt: skip
        return at

    context = {
        "title": both("列支采购", "Book a purchase"),
        "back": at,
        "above": one.title,
        "note": both(
            "从本活动的限定基金列支为受助人统一采购的物资。发放到人的，凭签收表在“物资”报送。",
            "Goods bought in bulk for those the campaign gives to, out of its fund. Who received them is reported at Goods, by"
            " the signed lists.",
        ),
    }
    return carried_out(request, form, carry, both("采购已列支。", "The purchase is booked."), context)


@require_POST
def undo(request: HttpRequest, key: int) -> HttpResponse:
    """Take a purchase back."""
    account, one = readable(request, FULL, key)
    document = request.POST.get("document", "")[:80]
    return pressed(
        request, account, lambda act: operations.undo_purchase(campaign=one, document=document, act=act),
        both("已冲销。", "It is taken back."), back=("campaigns:campaign", key), template="campaigns/campaign.html",
        context=lambda: campaign_context(account, FULL.get(pk=key)),
    )  # fmt: skip
