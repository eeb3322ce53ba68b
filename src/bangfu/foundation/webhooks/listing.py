"""The messages of a subscription: what narrows them, and what a file of them says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone

from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell
from bangfu.foundation.webhooks.kinds import KINDS
from bangfu.foundation.webhooks.models import STATE_WORDS, Attempt, Delivery, Subscription

HEADINGS: tuple[Words, ...] = (
    both("编号", "Number"),
    both("事件", "Event"),
    both("种类", "Kind"),
    both("发生", "Happened"),
    both("状态", "State"),
    both("尝试", "Attempts"),
    both("下次", "Next"),
    both("最近一次", "Last tried"),
    both("回答", "Answer"),
    both("说明", "About"),
)


def asked_for(subscription: Subscription, request: HttpRequest) -> tuple[QuerySet[Delivery], str]:
    """Return a subscription's messages that are asked for, the newest first, and their state; empty for any."""
    state = request.GET.get("state", "")
    found = subscription.deliveries.select_related("event").order_by("-id")
    return (found.filter(state=state), state) if state in STATE_WORDS else (found, "")


def cells_of(found: QuerySet[Delivery]) -> Iterator[list[Cell]]:
    """Return the cells of each message, with what came of the last attempt."""
    last = Attempt.objects.filter(delivery=OuterRef("pk")).order_by("-id")
    tried = found.annotate(
        last_at=Subquery(last.values("attempted_at")[:1]),
        last_status=Subquery(last.values("status")[:1]),
        last_fault=Subquery(last.values("fault")[:1]),
    )
    for one in tried.iterator(chunk_size=2000):
        yield [
            f"msg_{one.event_id}", str(KINDS[one.event.kind]), one.event.kind, _moment(one.event.happened_at),
            str(STATE_WORDS[one.state]), Decimal(one.tried),
            _moment(one.due_at) if one.state == Delivery.State.WAITING else "",
            _moment(one.last_at), "" if one.last_status is None else Decimal(one.last_status),
            one.last_fault or "",
        ]  # fmt: skip


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}" if at else ""
