"""Which member of the points system stands before a buyer's pages: the operator's app says it by a token of an hour at most."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from bangfu.foundation.points.models import Holder
from bangfu.foundation.points.queries import balance_of, holder_of, rate_of
from bangfu.foundation.points.tokens import member_of
from bangfu.livelihoods.shop.models import Order, OrderState
from bangfu.livelihoods.shop.telling import yuan

MEMBER = "shop_member"
"""Under which name a session keeps a member's token."""
LONGEST = 200


def note_member(request: HttpRequest, token: str) -> Holder | None:
    """Keep whose token it is for this session, and return the member; null = it is forged or over, or nobody has points."""
    token = token[:LONGEST]
    found = _holder(token)
    if found is not None:
        request.session[MEMBER] = token
    return found


def holder_before(request: HttpRequest) -> Holder | None:
    """Return the member who stands before the page; null = nobody said so, or the token is over."""
    return _holder(request.session.get(MEMBER, ""))


def _holder(token: str) -> Holder | None:
    number = member_of(token, at_s=timezone.now().timestamp()) if token else None
    return holder_of(number) if number else None


def has_points(request: HttpRequest) -> bool:
    """Return whether a member with points to spend stands before the page."""
    holder = holder_before(request)
    return holder is not None and balance_of(holder, on=timezone.localdate()) > 0


def points_context(request: HttpRequest, found: Order, due_fen: int) -> dict[str, Any]:
    """Return what points paid of a buyer's own order, and how many of the member's it may still use."""
    part = getattr(found, "points", None)
    if part is not None:
        return {"by_points": yuan(part.value_fen), "points_used": part.spend.points}
    holder = holder_before(request)
    today = timezone.localdate()
    rate = rate_of(found.unit, today)
    if found.state != OrderState.PLACED or not hasattr(found, "terms") or holder is None or rate is None:
        return {}
    held = balance_of(holder, on=today)
    most = min(held, (due_fen * rate.points - 1) // rate.fen)
    return {
        "member": holder.number,
        "held_points": held,
        "most_points": most if most >= rate.least_points else 0,
        "least_points": rate.least_points,
        "rate_points": rate.points,
        "rate_yuan": yuan(rate.fen),
    }
