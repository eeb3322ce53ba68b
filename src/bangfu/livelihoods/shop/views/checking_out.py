"""The door at which an order is to be paid."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from bangfu.foundation.operations import Act, NotPermitted, Refusal
from bangfu.foundation.payments.models import MerchantAccount
from bangfu.foundation.people.readers import reader_of
from bangfu.livelihoods.shop import queries
from bangfu.livelihoods.shop.operations import check_out as carry_out
from bangfu.livelihoods.shop.views.reading import order_context


@require_POST
def check_out(request: HttpRequest, key: int) -> HttpResponse:
    """Let an order be paid, and lead to the payer's page."""
    account = reader_of(request)
    found = get_object_or_404(queries.orders(), pk=key)
    said = request.POST.get("merchant", "")
    merchant = get_object_or_404(MerchantAccount.objects.select_related("unit"), code=said)
    act = Act(actor=account, at=timezone.now(), key=request.POST.get("key") or None)
    try:
        payment = carry_out(order=found, merchant=merchant, act=act)
    except NotPermitted:
        raise
    except Refusal as refusal:
        return render(
            request, "shop/order.html", {**order_context(account, found), "refusal": refusal}, status=409
        )
    return redirect("payments:pay", number=payment.number)
