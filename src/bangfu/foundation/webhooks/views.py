"""Pages of webhooks: one's own subscriptions, and what became of each message."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.foundation.operations import Act, Refusal
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.lists import list_file, not_figures, origin_of
from bangfu.foundation.webhooks import listing, operations
from bangfu.foundation.webhooks.forms import SubscriptionForm
from bangfu.foundation.webhooks.kinds import KINDS
from bangfu.foundation.webhooks.models import STATE_WORDS, Delivery, Subscription
from bangfu.foundation.webhooks.sending import body_of
from bangfu.foundation.webhooks.signing import secret_of

ROWS_A_PAGE = 50


def _own(account: Account, key: Any) -> Subscription:
    found = Subscription.objects.filter(pk=key, account=account).first()
    if found is None:
        raise Http404(key)
    return found


@require_safe
def subscriptions(request: HttpRequest) -> HttpResponse:
    """List one's own subscriptions with how many messages wait and how many were given up."""
    account = reader_of(request)
    rows = []
    for one in Subscription.objects.filter(account=account).order_by("-made_at"):
        counts = {state: one.deliveries.filter(state=state).count() for state in Delivery.State.values}
        rows.append({"it": one, "kinds": [KINDS[kind] for kind in one.kinds], "counts": counts})
    return render(request, "webhooks/subscriptions.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask where to send what, or subscribe and show the secret."""
    account = reader_of(request)
    form = SubscriptionForm(request.POST or None)
    refusal: Refusal | None = None
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        act = Act.now(account, key=said["key"])
        try:
            made = operations.subscribe(account=account, url=said["url"], kinds=said["kinds"], act=act)
        except Refusal as answer:
            refusal = answer
        else:
            return _secret_shown(request, made)
    status = 200 if not form.is_bound else 409 if refusal else 422
    return render(request, "webhooks/new.html", {"form": form, "refusal": refusal}, status=status)


def _secret_shown(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    secret = secret_of(subscription.pk, subscription.secret_version)
    response = render(request, "webhooks/secret.html", {"subscription": subscription, "secret": secret})
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
def subscription(request: HttpRequest, key: Any) -> HttpResponse:
    """Show the messages of one's own subscription, the newest first, narrowed by their state."""
    found = _own(reader_of(request), key)
    rows, state = listing.asked_for(found, request)
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "subscription": found,
        "ends_on": f"{timezone.localdate(found.ends_at)}" if found.ends_at else "",
        "page": page,
        "rows": [(one, KINDS[one.event.kind], STATE_WORDS[one.state]) for one in page],
        "states": [(code, words, code == state) for code, words in STATE_WORDS.items()],
        "state": state,
        "kinds": [KINDS[kind] for kind in found.kinds],
    }
    return render(request, "webhooks/subscription.html", context)


@require_safe
def messages_file(request: HttpRequest, key: Any, form: str) -> HttpResponseBase:
    """Send the narrowed messages of one's own subscription as a file that says where it comes from."""
    account = reader_of(request)
    found = _own(account, key)
    rows, state = listing.asked_for(found, request)
    origin = origin_of(
        request,
        reverse("webhooks:subscription", args=[found.pk]),
        not_figures(both("发往 {url} 的通知", "Messages to {url}").filled(url=found.url)),
        taken_by=account.display_name,
        narrowed_to=[STATE_WORDS.get(state, "")],
    )
    return list_file("messages", form, listing.HEADINGS, listing.cells_of(rows), origin)


@require_safe
def delivery(request: HttpRequest, key: int) -> HttpResponse:
    """Show one message: its body and every attempt."""
    found = _own_delivery(reader_of(request), key)
    context = {
        "delivery": found,
        "kind": KINDS[found.event.kind],
        "state": STATE_WORDS[found.state],
        "body": body_of(found.event).decode(),
        "attempts": found.attempts.order_by("-id"),
    }
    return render(request, "webhooks/delivery.html", context)


def _own_delivery(account: Account, key: int) -> Delivery:
    rows = Delivery.objects.select_related("subscription", "event")
    found = rows.filter(pk=key, subscription__account=account).first()
    if found is None:
        raise Http404(key)
    return found


@require_POST
def send_again(request: HttpRequest, key: int) -> HttpResponse:
    """Send a message once more."""
    account = reader_of(request)
    operations.send_again(account=account, delivery=_own_delivery(account, key), act=Act.now(account))
    messages.success(request, str(both("马上重新发送。", "It is sent again in a moment.")))
    return redirect("webhooks:delivery", key=key)


@require_POST
def stop(request: HttpRequest, key: Any) -> HttpResponse:
    """Stop one's own subscription."""
    _changed(request, key, operations.stop_subscription)
    messages.success(request, str(both("订阅已停用。", "The subscription is stopped.")))
    return redirect("webhooks:subscriptions")


@require_POST
def renew(request: HttpRequest, key: Any) -> HttpResponse:
    """Renew the secret of one's own subscription and show it."""
    return _secret_shown(request, _changed(request, key, operations.renew_secret))


def _changed(request: HttpRequest, key: Any, operation: Callable[..., Subscription]) -> Subscription:
    account = reader_of(request)
    return operation(account=account, subscription=_own(account, key), act=Act.now(account))
