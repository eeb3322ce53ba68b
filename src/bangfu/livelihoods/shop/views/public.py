"""What everybody may read: the catalogue, one product, a live sale with its board."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.core.paginator import Paginator
from django.db.models import F
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from bangfu.foundation.evidence.thumbnails import MEDIA_TYPE, thumbnail_of
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.queries import place_labels
from bangfu.livelihoods.shop import queries
from bangfu.livelihoods.shop.door.tokens import issue_token
from bangfu.livelihoods.shop.models import PRODUCT_KIND_WORDS, ChannelKind, LiveSale, Offer
from bangfu.livelihoods.shop.telling import yuan
from bangfu.livelihoods.shop.views.buyers import admitted, remembered
from bangfu.livelihoods.shop.views.cataloguing import staff_context
from bangfu.livelihoods.shop.views.gate import may
from bangfu.livelihoods.shop.views.picturing import staff_pictures

PRODUCTS_A_PAGE = 24
SORTS = {
    "price": (F("from_fen").asc(nulls_last=True),),
    "-price": (F("from_fen").desc(nulls_last=True),),
}
LOTS_SHOWN = 3
"""The latest lots that a product's page leads to."""
REVIEWS_SHOWN = 50


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Show what is sold, with its county of origin and its lowest price now."""
    kind, text = request.GET.get("kind", ""), request.GET.get("q", "").strip()[:60]
    found = queries.products(shown_alone=True)
    sort = request.GET.get("sort", "")
    if sort in SORTS:
        found = queries.from_price(found, timezone.now())
    found = found.order_by(*SORTS.get(sort, ()), "code")
    if kind in PRODUCT_KIND_WORDS:
        found = found.filter(kind=kind)
    if text:
        found = found.filter(queries.product_named(text))
    page = Paginator(found, PRODUCTS_A_PAGE).get_page(request.GET.get("page"))
    listed = list(page)
    labels = place_labels({one.place_id for one in listed}, short=True)
    prices: dict[int, int] = {}
    offered: dict[int, list[Offer]] = {}
    for one in queries.open_offers(timezone.now()).filter(
        stock__variant__product__in=[one.pk for one in listed]
    ):
        product, price = one.stock.variant.product_id, one.price_fen  # type: ignore[attr-defined]
        prices[product] = min(price, prices.get(product, price))
        if one.stock.sale_id is None and may_be_put_in(one):
            offered.setdefault(product, []).append(one)
    keys = [one.pk for one in listed]
    stars, covers = queries.stars_of(keys), queries.covers_of(keys)
    context = {
        "page": page,
        "has_covers": bool(covers),
        "kinds": PRODUCT_KIND_WORDS.items(),
        "sort": sort,
        "kind": kind,
        "text": text,
        "rows": [
            {
                "product": one,
                "kind": PRODUCT_KIND_WORDS[one.kind],
                "origin": labels[one.place_id],
                "price": yuan(prices[one.pk]) if one.pk in prices else "",
                "only": offer_row(offered[one.pk][0]) if len(offered.get(one.pk, ())) == 1 else None,
                "stars": stars.get(one.pk),
                "cover": covers.get(one.pk),
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
        "shown": [one for one in queries.pictures_of([found.pk]) if one.is_public],  # type: ignore[attr-defined]
        "lots": queries.lots_of(found.pk)[:LOTS_SHOWN],
        "stars": queries.stars_of([found.pk]).get(found.pk),
        "reviews": [
            {
                "review": one,
                "stars": one.stars,
                "shown_stars": "★" * one.stars + "☆" * (5 - one.stars),
                "spec": one.line.offer.stock.variant.spec,
            }
            for one in queries.shown_reviews(found.pk)[:REVIEWS_SHOWN]
        ],
    }
    if isinstance(request.user, Account) and may(request.user, "view", found.scope):
        context |= staff_context(request.user, found) | staff_pictures(request.user, found)
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
        "may_be_put_in": may_be_put_in(one),
    }


def may_be_put_in(one: Offer) -> bool:
    """Return whether anybody may put an offer into a basket, as ``queries.public_offers`` asks."""
    return one.channel.kind != ChannelKind.CANTEEN and one.channel.pay_within_min is not None


@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Let whoever asks buy, one buyer a session, and answer the token with which the door takes orders."""
    buyer = admitted(request)
    answer = JsonResponse({"token": issue_token(buyer.pk, at=timezone.now())})
    return remembered(answer, request, buyer)


@require_safe
def sale(request: HttpRequest, key: int) -> HttpResponse:
    """Show a live sale: its picture, its products with what is left and what is said of them, and what it came to so far."""
    found = get_object_or_404(queries.sales(), pk=key)
    is_staff = isinstance(request.user, Account) and may(request.user, "view", found.scope)
    context = {"is_staff": is_staff, **live_context(found), **spoken_context(found)}
    labels = place_labels({row["product"].place_id for row in context["offers"]}, short=True)
    covers = queries.covers_of({row["product"].pk for row in context["offers"]})
    for row in context["offers"]:
        speaker = context["speakers"].get(row["product"].pk)
        row["origin"] = labels[row["product"].place_id]
        row["cover"] = covers.get(row["product"].pk)
        if speaker is not None:
            row |= {"claims": speaker.claims, "post": speaker.post}
            row["portrait"] = speaker.pk if speaker.pk in context["portraits"] else None
    response = render(request, "shop/sale.html", context)
    if found.stream_url:
        picture = urlsplit(found.stream_url)
        response.picture_from = f"{picture.scheme}://{picture.netloc}"  # type: ignore[attr-defined]
    return response


@require_safe
def portrait(request: HttpRequest, key: int) -> FileResponse:
    """Hand over an ambassador's portrait while everybody may see it, small and without its position; kept by no cache."""
    found = get_object_or_404(queries.ambassadors().select_related("picture"), pk=key)
    if not queries.shown_portraits([found], timezone.localdate()) or found.picture is None:
        raise Http404
    small = thumbnail_of(found.picture.pk, found.picture.media_type)
    if small is None:
        raise Http404
    answer = FileResponse(small.open("rb"), content_type=MEDIA_TYPE)
    answer["Cache-Control"] = "no-store"
    return answer


def live_context(found: LiveSale) -> dict[str, Any]:
    """Return what every page of a live sale shows: its board, by county and province of all that is on offer, and the offers."""
    now = timezone.now()
    so_far = queries.board(found)
    offered = list(queries.offers(now).filter(stock__sale=found).order_by("pk"))
    counties = {one.stock.variant.product.place_id for one in offered}
    provinces = {key // queries.PROVINCE * queries.PROVINCE for key in counties}
    return {
        "sale": found,
        "is_on": found.starts_at <= now < found.ends_at,
        "is_over": found.ends_at <= now,
        "orders": so_far.orders,
        "ordered": yuan(so_far.ordered_fen),
        "paid": yuan(so_far.paid_fen),
        "refunded": yuan(so_far.refunded_fen),
        "provinces": bars_of(so_far.by_province, provinces),
        "counties": bars_of(so_far.by_county, counties),
        "offers": [offer_row(one) for one in offered],
    }


def bars_of(lines: Sequence[queries.BoardLine], every: Collection[int]) -> list[dict[str, Any]]:
    """Return bars of places, the largest first and then those of which nothing was ordered yet.

    Args:
        every: the places that are shown in any case.
    """
    ordered = {one.key: one.ordered_fen for one in lines}
    ordered |= {key: 0 for key in sorted(every) if key not in ordered}
    labels = place_labels(ordered, short=True)
    highest = max(ordered.values(), default=0)
    return [
        {
            "key": key,
            "name": labels[key],
            "ordered": yuan(fen),
            "width_pct": round(fen * 100 / highest) if highest else 0,
        }
        for key, fen in ordered.items()
    ]


def spoken_context(found: LiveSale) -> dict[str, Any]:
    """Return what is said in a live sale: of each product, and when; of ambassadors only those who may be shown."""
    now, today = timezone.now(), timezone.localdate()
    shown = [one for one in queries.ambassadors().filter(sale=found) if one.is_shown(today)]
    speaks = {one.product_id: one for one in reversed(shown)}
    speaks |= {one.product_id: one for one in shown if one.starts_at <= now < one.ends_at}
    sessions = found.sessions.select_related("host").order_by("starts_at")
    return {
        "speakers": speaks,
        "portraits": queries.shown_portraits(shown, today),
        "sessions": [
            {
                "session": one,
                "is_now": one.starts_at <= now < one.ends_at,
                "host": one.host.post if one.host is not None and one.host.is_shown(today) else "",
            }
            for one in sessions
        ],
    }
