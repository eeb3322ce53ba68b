"""The inbox and the list of deliveries: what narrows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.http import urlencode

from bangfu.foundation.notices.models import CHANNEL_WORDS, STATE_WORDS, Delivery, Notice
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words, both, notice_kinds, rooms
from bangfu.foundation.rooms.moments import read_moment

PERIODS: dict[str, tuple[Words, int | None]] = {
    "": (both("任何时候", "Any time"), None),
    "today": (both("今天", "Today"), 0),
    "week": (both("最近 7 天", "The last 7 days"), 6),
    "month": (both("最近 30 天", "The last 30 days"), 29),
}
"""By code: what it is called, and how many days before today it begins."""


@dataclass(frozen=True)
class Asked:
    """What the inbox is narrowed to."""

    is_unread: bool = False
    room: str = ""
    kind: str = ""
    period: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but unread was asked."""
        return bool(self.room or self.kind or self.period)

    @property
    def rest(self) -> str:
        """The same as an address asks it, without unread."""
        said = {"room": self.room, "kind": self.kind, "period": self.period}
        return urlencode({name: value for name, value in said.items() if value})


def asked_in(request: HttpRequest) -> Asked:
    """Return what the query string asks; what cannot be read is left out."""
    said = {name: request.GET.get(name, "").strip() for name in ("room", "kind", "period")}
    return Asked(
        is_unread=request.GET.get("unread") == "1",
        room=said["room"] if said["room"] in telling_rooms() else "",
        kind=said["kind"] if said["kind"] in notice_kinds() else "",
        period=said["period"] if said["period"] in PERIODS else "",
    )


def telling_rooms() -> dict[str, Words]:
    """Return the rooms that tell people of something, by code."""
    return {room.code: room.title for room in rooms() if room.notices}


def listed(account: Account, asked: Asked, on: date) -> QuerySet[Notice]:
    """Return an account's notices that were asked for, the newest first."""
    found = Notice.objects.filter(account=account)
    if asked.is_unread:
        found = found.filter(read_at=None)
    if asked.room:
        found = found.filter(kind__startswith=f"{asked.room}.")
    if asked.kind:
        found = found.filter(kind=asked.kind)
    days = PERIODS[asked.period][1]
    if days is not None:
        begins = read_moment(str(on - timedelta(days=days)))
        found = found.filter(made_at__gte=begins)
    return found.order_by("-made_at", "-id")


def deliveries_asked(request: HttpRequest) -> tuple[QuerySet[Delivery], dict[str, str]]:
    """Return the deliveries that the query string asks for, the newest first, and what it asked."""
    said = {name: request.GET.get(name, "").strip() for name in ("state", "channel")}
    found = Delivery.objects.select_related("notice__account__person", "notice__robot")
    narrowed = Q()
    said["state"] = said["state"] if said["state"] in STATE_WORDS else ""
    said["channel"] = said["channel"] if said["channel"] in CHANNEL_WORDS else ""
    if said["state"]:
        narrowed &= Q(state=said["state"])
    if said["channel"]:
        narrowed &= Q(channel=said["channel"])
    return found.filter(narrowed).order_by("-id"), said
