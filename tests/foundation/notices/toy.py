"""A room of the tests' own that tells people of things."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bangfu.foundation.notices.notifying import Addressees, notify
from bangfu.foundation.operations import OWN, Act, operation
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Channel, NoticeKind, RoomDeclaration, Wing, both, register
from tests.cast import Cast

DUE = NoticeKind(
    code="toynotices.due",
    title=both("轮次到期", "A round is due"),
    body=both("{round}还有 {count} 个村没有填报。", "{count} villages have not reported for {round}."),
    values=("round", "count"),
    is_for_groups=True,
)
ALARM = NoticeKind(
    code="toynotices.alarm",
    title=both("发布停止", "A publication stopped"),
    body=both("请马上看一下。", "Look at it now."),
    is_urgent=True,
    channels=frozenset({Channel.EMAIL, Channel.SMS}),
)
QUIET = NoticeKind(
    code="toynotices.quiet",
    title=both("有新数字", "New figures"),
    body=both("见站内信。", "See the inbox."),
    channels=frozenset(),
)
ROUND = both("第一轮", "the first round")
VALUES = {"round": ROUND, "count": 3}


@operation("toynotices.tell", scope=OWN, unrecorded=("kind", "to", "rest"))
def tell(*, account: Account, kind: NoticeKind, to: Addressees, rest: Mapping[str, Any], act: Act) -> int:
    """Tell people of something."""
    return notify(kind, to=to, act=act, **rest)


def told(cast: Cast, kind: NoticeKind, *to: Account, by: Account | None = None, **rest: Any) -> int:
    """Tell accounts of something in an operation of the officer's, or of somebody else."""
    actor = by or cast.officer
    rest.setdefault("values", VALUES if kind is DUE else {})
    at = rest.pop("at", None)
    act = cast.act(actor, at=at) if at else cast.act(actor)
    return tell(account=actor, kind=kind, to=to, rest=rest, act=act)


@contextmanager
def toy_room() -> Iterator[RoomDeclaration]:
    """Let the room be known for a while."""
    room = RoomDeclaration(
        code="toynotices",
        wing=Wing.FOUNDATION,
        title=both("试验通知", "Toy notices"),
        icon="history",
        about=both("只在测试里。", "In tests alone."),
        notices=(DUE, ALARM, QUIET),
    )
    register.enter(room)
    try:
        yield room
    finally:
        del register._register.rooms["toynotices"]
