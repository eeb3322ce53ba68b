"""A live sale on a wall while it is on, and its report after: every figure opens."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.places.queries import place_labels
from bangfu.livelihoods.shop import queries, reports
from bangfu.livelihoods.shop.models import ORDER_STATE_WORDS, LiveSale, Offer
from bangfu.livelihoods.shop.telling import yuan
from bangfu.livelihoods.shop.views.public import live_context
from bangfu.livelihoods.shop.views.staging import sale_for


@require_safe
def wall(request: HttpRequest, key: int) -> HttpResponse:
    """Show a live sale on a wall: what is ordered, by province and county of origin, moving with each order."""
    _, found = sale_for(request, key)
    return render(request, "shop/wall.html", live_context(found))


def _orders(sale: LiveSale, **narrowed: Any) -> str:
    """Return the address of the orders of a live sale that a figure is made of."""
    said = {"sale": sale.pk, **narrowed}
    return f"{reverse('shop:orders')}?{urlencode(said)}"


@require_safe
def report(request: HttpRequest, key: int) -> HttpResponse:
    """Show what a live sale came to: from ordered to kept, by product, county, province and time; and, if asked, the proof."""
    _, sale = sale_for(request, key)
    board = queries.board(sale)
    states = reports.by_state(sale)
    first, last = timezone.localdate(sale.starts_at), timezone.localdate(sale.ends_at)
    day = first.isoformat() if first == last else f"{first.isoformat()}..{last.isoformat()}"
    offers = {
        one.pk: one
        for one in Offer.objects.filter(stock__sale=sale).select_related("stock__variant__product")
    }
    spans = reports.by_minutes(sale)
    highest = max((one.ordered_fen for one in spans), default=0)
    context = {
        "sale": sale,
        "is_over": sale.ends_at <= timezone.now(),
        "orders": board.orders,
        "all_orders": _orders(sale),
        "ordered": yuan(board.ordered_fen),
        "paid": yuan(board.paid_fen),
        "refunded": yuan(board.refunded_fen),
        "kept": yuan(board.paid_fen - board.refunded_fen),
        "paid_orders": _orders(sale, was="paid"),
        "refunded_orders": _orders(sale, was="refunded"),
        "states": [
            {
                "state": ORDER_STATE_WORDS[one.state],
                "orders": one.orders,
                "ordered": yuan(one.ordered_fen),
                "refunded": yuan(one.refunded_fen),
                "address": _orders(sale, state=one.state),
            }
            for one in sorted(states, key=lambda one: list(ORDER_STATE_WORDS).index(one.state))
        ],
        "products": [
            {
                "set_apart": one.set_apart,
                "packs": one.packs,
                "left": one.left,
                "variant": offers[one.offer].stock.variant,
                "stock": offers[one.offer].stock_id,
                "ordered": yuan(one.ordered_fen),
                "kept": yuan(one.paid_fen - one.refunded_fen),
                "address": _orders(sale, offer=one.offer),
            }
            for one in reports.by_offer(sale)
        ],
        "counties": _places(sale, board.by_county),
        "provinces": _places(sale, board.by_province),
        "spoken": _spoken(sale),
        "spans": [
            {
                "span": one,
                "ordered": yuan(one.ordered_fen),
                "address": _orders(sale, since=one.starts_at.isoformat(), until=one.ends_at.isoformat()),
                "height_pct": round(one.ordered_fen * 100 / highest) if highest else 0,
            }
            for one in spans
        ],
        "figure": f"/f/shop.livestream_ordered/?period={day}" if sale.counted_at else "",
        "proofs": reports.proofs(sale) if "prove" in request.GET else None,
    }
    return render(request, "shop/report.html", context)


def _places(sale: LiveSale, lines: tuple[queries.BoardLine, ...]) -> list[dict[str, Any]]:
    labels = place_labels({one.key for one in lines}, short=True)
    return [
        {
            "name": labels[one.key],
            "packs": one.packs,
            "ordered": yuan(one.ordered_fen),
            "paid": yuan(one.paid_fen),
            "address": _orders(sale, place=one.key),
        }
        for one in lines
    ]


def _spoken(sale: LiveSale) -> list[dict[str, Any]]:
    found = reports.by_ambassadors_province(sale)
    labels = place_labels({key for key in found if key is not None}, short=True)
    return [
        {"name": labels.get(key or 0, ""), "ordered": yuan(fen), "address": _orders(sale, spoken=key or 0)}
        for key, fen in found.items()
    ]
