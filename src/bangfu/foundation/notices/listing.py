"""The inbox and the list of deliveries: what narrows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import urlencode

from bangfu.foundation.notices.models import CHANNEL_WORDS, STATE_WORDS, Attempt, Delivery, Notice
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words, both, notice_kinds, rooms
from bangfu.foundation.rooms.lists import Cell
from bangfu.foundation.rooms.moments import read_moment

PERIODS: dict[str, tuple[Words, int | None]] = {
    "": (both("任何时候", "Any time"), None),
    "today": (both("今天", "Today"), 0),
    "week": (both("最近 7 天", "The last 7 days"), 6),
    "month": (both("最近 30 天", "The last 30 days"), 29),
}
"""By code: what it is called, and how many days before today it begins."""
NOTICES: tuple[Words, ...] = (
    both("时间", "When"),
    both("来自", "From"),
    both("类别", "Kind"),
    both("通知", "Notice"),
    both("内容", "What it says"),
    both("紧急", "Urgent"),
    both("已读", "Read"),
)
DELIVERIES: tuple[Words, ...] = (
    both("编号", "Number"),
    both("通知", "Notice"),
    both("给谁（登录名或机器人）", "To (user name or robot)"),
    both("渠道", "Channel"),
    both("状态", "State"),
    both("尝试", "Tries"),
    both("下次", "Next"),
    both("最近一次", "Last tried"),
    both("渠道的回答", "The channel's answer"),
)
_AT_ONCE = 2000


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
    def words(self) -> list[object]:
        """What it is narrowed to, in words."""
        unread = both("未读", "Unread") if self.is_unread else ""
        kind = notice_kinds()[self.kind].title if self.kind else ""
        return [
            unread,
            telling_rooms().get(self.room, ""),
            kind,
            PERIODS[self.period][0] if self.period else "",
        ]

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
    found = Delivery.objects.select_related("notice__account__person__key", "notice__robot")
    narrowed = Q()
    said["state"] = said["state"] if said["state"] in STATE_WORDS else ""
    said["channel"] = said["channel"] if said["channel"] in CHANNEL_WORDS else ""
    if said["state"]:
        narrowed &= Q(state=said["state"])
    if said["channel"]:
        narrowed &= Q(channel=said["channel"])
    return found.filter(narrowed).order_by("-id"), said


def notice_cells(found: QuerySet[Notice]) -> Iterator[list[Cell]]:
    """Return the cells of each notice."""
    kinds, rooms_by_code = notice_kinds(), telling_rooms()
    yes = str(both("是", "yes"))
    for one in found.iterator(chunk_size=_AT_ONCE):
        kind = kinds.get(one.kind)
        yield [
            _moment(one.made_at), str(rooms_by_code.get(one.kind.partition(".")[0], "")),
            str(kind.title) if kind else one.kind, str(one.title), str(one.body), yes if one.is_urgent else "",
            _moment(one.read_at),
        ]  # fmt: skip


def delivery_cells(found: QuerySet[Delivery]) -> Iterator[list[Cell]]:
    """Return the cells of each delivery, with the last answer; people by their user names alone."""
    last = Attempt.objects.filter(delivery=OuterRef("pk")).order_by("-id")
    tried = found.annotate(
        last_at=Subquery(last.values("attempted_at")[:1]),
        answer_zh=Subquery(last.values("answer_zh")[:1]),
        answer_en=Subquery(last.values("answer_en")[:1]),
    )
    for one in tried.iterator(chunk_size=_AT_ONCE):
        notice = one.notice
        to = notice.robot.title if notice.robot else notice.account.username if notice.account else ""
        yield [
            Decimal(one.pk), str(notice.title), to, str(CHANNEL_WORDS[one.channel]), str(STATE_WORDS[one.state]),
            Decimal(one.tried), _moment(one.due_at) if one.state == Delivery.State.WAITING else "",
            _moment(one.last_at), str(both(one.answer_zh, one.answer_en)) if one.answer_zh and one.answer_en else "",
        ]  # fmt: skip


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}" if at else ""
