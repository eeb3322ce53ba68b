"""What everybody may read: the catalogue, one product, a live sale with its board."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from bangfu.foundation.operations import Act
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.queries import place_labels
from bangfu.livelihoods.shop import queries
from bangfu.livelihoods.shop.door.tokens import issue_token
from bangfu.livelihoods.shop.models import PRODUCT_KIND_WORDS, Buyer, LiveSale, Offer, Payer
from bangfu.livelihoods.shop.operations import admit_buyers
from bangfu.livelihoods.shop.telling import yuan
from bangfu.livelihoods.shop.views.cataloguing import staff_context
from bangfu.livelihoods.shop.views.gate import may

PRODUCTS_A_PAGE = 24
BUYER = "shop_buyer"
"""Under which name a session keeps its buyer's number."""


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Show what is sold, with its county of origin and its lowest price now."""
    kind, text = request.GET.get("kind", ""), request.GET.get("q", "").strip()[:60]
    found = queries.products(shown_alone=True).order_by("code")
    if kind in PRODUCT_KIND_WORDS:
        found = found.filter(kind=kind)
    if text:
        found = found.filter(queries.product_named(text))
    page = Paginator(found, PRODUCTS_A_PAGE).get_page(request.GET.get("page"))
    listed = list(page)
    labels = place_labels({one.place_id for one in listed}, short=True)
    prices: dict[int, int] = {}
    for one in queries.open_offers(timezone.now()).filter(
        stock__variant__product__in=[one.pk for one in listed]
    ):
        product, price = one.stock.variant.product_id, one.price_fen  # type: ignore[attr-defined]
        prices[product] = min(price, prices.get(product, price))
    context = {
        "page": page,
        "kinds": PRODUCT_KIND_WORDS.items(),
        "kind": kind,
        "text": text,
        "rows": [
            {
                "product": one,
                "kind": PRODUCT_KIND_WORDS[one.kind],
                "origin": labels[one.place_id],
                "price": yuan(prices[one.pk]) if one.pk in prices else "",
            }
            for one in listed
        ],
    }
    return render(request, "shop/catalogue.html", context)


@require_safe
def product(request: HttpRequest, key: int) -> HttpResponse:
    """Show one product: where it grows, who certifies that, in which packs it is sold for how much, and the grower's floor."""
    found = get_object_or_404(queries.products(), pk=key)
    if not found.is_shown and not isinstance(request.user, Account):
        raise Http404
    offered = list(queries.open_offers(timezone.now()).filter(stock__variant__product=found).order_by("pk"))
    context = {
        "product": found,
        "kind": PRODUCT_KIND_WORDS[found.kind],
        "origin": place_labels([found.place_id])[found.place_id],
        "offers": [offer_row(one) for one in offered],
    }
    if isinstance(request.user, Account) and may(request.user, "view", found.scope):
        context |= staff_context(request.user, found)
    return render(request, "shop/product.html", context)


def offer_row(one: Offer) -> dict[str, Any]:
    """Return what a page shows of an offer of ``queries.offers``."""
    price, floor, left = one.price_fen, one.floor_fen, one.left  # type: ignore[attr-defined]
    return {
        "offer": one,
        "variant": one.stock.variant,
        "product": one.stock.variant.product,
        "price_fen": price,
        "price": yuan(price) if price is not None else "",
        "floor_pct": round(floor * 100 / price) if price else None,
        "left": left,
    }


@require_POST
def enter(request: HttpRequest) -> JsonResponse:
    """Let whoever asks buy, one buyer a session, and answer the token with which the door takes orders."""
    now = timezone.now()
    kept = request.session.get(BUYER)
    known = Buyer.objects.filter(pk=str(kept)).first() if kept else None
    if known is None:
        (known,) = admit_buyers(payer=Payer.PUBLIC, act=Act(actor=queries.door_account(), at=now))
        request.session[BUYER] = str(known.pk)
    return JsonResponse({"token": issue_token(known.pk, at=now)})


@require_safe
def sale(request: HttpRequest, key: int) -> HttpResponse:
    """Show a live sale: its products with what is left, and what it came to so far by county."""
    found = get_object_or_404(queries.sales(), pk=key)
    return render(request, "shop/sale.html", {"sale": found, **sale_context(found)})


def sale_context(found: LiveSale) -> dict[str, Any]:
    """Return what the pages of a live sale show."""
    now = timezone.now()
    so_far = queries.board(found)
    offered = list(queries.offers(now).filter(stock__sale=found).order_by("pk"))
    labels = place_labels({one.key for one in so_far.by_county}, short=True)
    highest = max((one.ordered_fen for one in so_far.by_county), default=0)
    return {
        "is_on": found.starts_at <= now < found.ends_at,
        "is_over": found.ends_at <= now,
        "board": so_far,
        "ordered": yuan(so_far.ordered_fen),
        "paid": yuan(so_far.paid_fen),
        "refunded": yuan(so_far.refunded_fen),
        "counties": [
            {
                "key": one.key,
                "name": labels[one.key],
                "ordered": yuan(one.ordered_fen),
                "width_pct": round(one.ordered_fen * 100 / highest) if highest else 0,
            }
            for one in so_far.by_county
        ],
        "offers": [offer_row(one) for one in offered],
    }
