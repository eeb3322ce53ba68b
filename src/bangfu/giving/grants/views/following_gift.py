"""What everybody sees who has a gift's number: where the money is, to the fen, and nobody's name."""

from __future__ import annotations

from typing import Any

from axes.helpers import get_client_ip_address
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bangfu.foundation.money.models import Fund
from bangfu.foundation.operations import Refusal
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.limits import is_over_limit
from bangfu.giving.campaigns.api import Followed, followed
from bangfu.giving.grants import attribution
from bangfu.giving.grants.books import position
from bangfu.giving.grants.paying_telling import yuan

MOST_LOOKS = 120
"""Looks a minute from one address."""
MOST_PLACES = 30
"""Lines of places that are shown of one gift; a company's gift may be all of the fund."""


class UnableToFollow(Refusal):
    """Codes: ``too_often``."""

    sentences = {"too_often": both("太频繁了，请一分钟后再试。", "Too often. Try again in a minute.")}


@require_safe
def follow(request: HttpRequest, number: str) -> HttpResponse:
    """Show whoever gave where a gift is now: in the fund, granted, paid at which school or county, and receipted.

    Raises: Http404: there is no gift of that number. UnableToFollow: ``too_often``.
    """
    if is_over_limit("grants", str(get_client_ip_address(request) or ""), most=MOST_LOOKS, seconds=60):
        raise UnableToFollow("too_often")
    context = looked_up(number)
    if context is None:
        raise Http404("gift")
    return render(request, "grants/follow.html", context)


def looked_up(number: str) -> dict[str, Any] | None:
    """Return what the page says of a gift and of its fund, all queries asked; null: there is no gift of that number."""
    gift = followed(number)
    if gift is None:
        return None
    context: dict[str, Any] = {"gift": gift, "amount": yuan(gift.amount_fen)}
    if gift.fund is not None and gift.span is not None:
        context.update(_whereabouts(gift, gift.fund, gift.span))
    if gift.fund is not None:
        context["fund"] = _fund(gift.fund)
    return context


def _whereabouts(gift: Followed, fund: int, span: tuple[int, int]) -> dict[str, Any]:
    parts = attribution.shares(fund, span)
    told = attribution.told(parts, attribution.by_school(fund)) if parts else []
    granted = sum(one.fen for one in parts)
    paid = sum(one.paid_fen for one in told)
    labels = place_labels({one.place for one in told if one.place is not None})
    return {
        "paid": yuan(paid), "coming": yuan(granted - paid), "left": yuan(gift.amount_fen - granted), "has_paid": paid > 0,
        "has_coming": granted > paid, "has_left": granted < gift.amount_fen,
        "receipted": yuan(sum(one.receipted_fen for one in told)),
        "pct": {"paid": paid * 100 // gift.amount_fen, "granted": granted * 100 // gift.amount_fen},
        "rows": [
            {
                "it": one, "place": labels.get(one.place or 0, ""), "fen": yuan(one.fen), "paid": yuan(one.paid_fen),
                "receipted": yuan(one.receipted_fen), "is_whole": one.paid_fen == one.fen,
                "school_paid": "" if one.school_paid_fen is None else yuan(one.school_paid_fen),
            }
            for one in told[:MOST_PLACES]
        ],
        "more": max(len(told) - MOST_PLACES, 0),
    }  # fmt: skip


def _fund(key: int) -> dict[str, Any]:
    fund = Fund.objects.get(pk=key)
    found = position(fund)
    schools = attribution.by_school(key)
    pupils, receipted = sum(one.paid for one in schools), sum(one.receipted for one in schools)
    return {
        "title": fund.title, "raised": yuan(found.raised_fen), "paid": yuan(found.paid_fen),
        "committed": yuan(found.committed_fen), "left": yuan(found.left_fen), "other": yuan(found.other_fen),
        "has_other": found.other_fen != 0, "refunded": yuan(found.refunded_fen), "has_refunds": found.refunded_fen > 0,
        "pupils": pupils if pupils >= attribution.FEWEST_SHOWN else None,
        "receipted_pct": receipted * 100 // pupils if pupils >= attribution.FEWEST_SHOWN else None,
    }  # fmt: skip
