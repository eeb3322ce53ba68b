"""What became of deliveries."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from bangfu.foundation.notices import listing, operations
from bangfu.foundation.notices.models import CHANNEL_WORDS, STATE_WORDS, Attempt, Delivery
from bangfu.foundation.notices.sending import VIEW
from bangfu.foundation.operations import Act, NotPermitted, Scope, allows
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.lists import list_file, not_figures, origin_of

ROWS_A_PAGE = 50
EVERY_S = 2
STATE_CLASSES = {
    Delivery.State.WAITING.value: "submitted",
    Delivery.State.DELIVERED.value: "verified",
    Delivery.State.GIVEN_UP.value: "returned",
}


def viewer_of(request: HttpRequest) -> Account:
    """Return who reads, when they may see what became of deliveries.

    Raises: NotPermitted: ``out_of_scope``.
    """
    account = reader_of(request)
    if not allows(account, VIEW, Scope(), timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=VIEW)
    return account


@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    """List deliveries with how far each is, narrowed and paged."""
    viewer_of(request)
    found, said = listing.deliveries_asked(request)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    last: dict[int, Attempt] = {
        one.delivery_id: one
        for one in Attempt.objects.filter(delivery__in=[row.pk for row in page])
        .order_by("delivery_id", "-id")
        .distinct("delivery_id")
    }
    context = {
        "page": page,
        "rows": [
            {
                "it": one,
                "channel": CHANNEL_WORDS[one.channel],
                "state": STATE_WORDS[one.state],
                "class": STATE_CLASSES[one.state],
                "answer": last[one.pk].answer if one.pk in last else "",
            }
            for one in page
        ],
        "said": said,
        "states": STATE_WORDS.items(),
        "channels": CHANNEL_WORDS.items(),
    }
    return render(request, "notices/deliveries.html", context)


@require_safe
def deliveries_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the narrowed deliveries as a file that says where it comes from."""
    viewer = viewer_of(request)
    found, said = listing.deliveries_asked(request)
    origin = origin_of(
        request,
        reverse("notices:deliveries"),
        not_figures(both("通知发送", "Deliveries of notices")),
        taken_by=viewer.display_name,
        narrowed_to=[STATE_WORDS.get(said["state"], ""), CHANNEL_WORDS.get(said["channel"], "")],
    )
    return list_file("deliveries", form, listing.DELIVERIES, listing.delivery_cells(found), origin)


@require_safe
def delivery(request: HttpRequest, key: int) -> HttpResponse:
    """Show one delivery with every attempt; while it waits, the page asks by itself what came of it."""
    viewer_of(request)
    rows = Delivery.objects.select_related("notice__account__person__key", "notice__robot__unit")
    found = get_object_or_404(rows, pk=key)
    context = {
        "it": found,
        "channel": CHANNEL_WORDS[found.channel],
        "state": STATE_WORDS[found.state],
        "class": STATE_CLASSES[found.state],
        "attempts": found.attempts.order_by("-id"),
        "is_near": found.state == Delivery.State.WAITING and found.tried == 0,
        "every": EVERY_S,
    }
    return render(request, "notices/delivery.html", context)


@require_POST
def send_again(request: HttpRequest, key: int) -> HttpResponse:
    """Send a delivery once more."""
    found = get_object_or_404(Delivery, pk=key)
    operations.send_again(delivery=found, act=Act.now(reader_of(request)))
    messages.success(request, str(both("马上重新发送。", "It is sent again in a moment.")))
    return redirect("notices:delivery", key=key)
