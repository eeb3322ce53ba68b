"""What rounds tell people by notice: a round is open, a return is owed, a return came back."""

from __future__ import annotations

from bangfu.foundation.notices.notifying import notify
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import RoleGrant
from bangfu.foundation.organisation.queries import in_force
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import NoticeKind, both, roles
from bangfu.foundation.rounds.models import OWED, Return, Round
from bangfu.foundation.rounds.periods import period_words

OPENED = NoticeKind(
    code="rounds.opened",
    title=both("新一期报送", "A round is open"),
    body=both(
        "「{title}」{period}开始报送，截止 {due}。", "{title} for {period} is open; it is due on {due}."
    ),
    values=("title", "period", "due"),
)
CHASED = NoticeKind(
    code="rounds.chased",
    title=both("报送还没有报出", "A return is owed"),
    body=both(
        "「{title}」{period}还没有报出，截止 {due}。没有发生的，请签零报告。",
        "{title} for {period} was not handed in; it is due on {due}. If nothing happened, sign a nil return.",
    ),
    values=("title", "period", "due"),
)
SENT_BACK = NoticeKind(
    code="rounds.sent_back",
    title=both("报送被退回", "A return was sent back"),
    body=both(
        "「{title}」{period}被退回，请打开看原因。", "{title} for {period} was sent back; open it to see why."
    ),
    values=("title", "period"),
)
NOTICES = (OPENED, CHASED, SENT_BACK)


def tell_owing(asked: Round, kind: NoticeKind, *, occasion: str, act: Act) -> int:
    """Tell those who hand returns in for a unit that owes one, by a grant on the unit itself, and return how many they are."""
    owing = Return.objects.filter(round=asked, state__in=OWED).values("unit")
    carrying = [code for code, role in roles().items() if "rounds.submit_return" in role.permissions]
    grants = RoleGrant.objects.filter(in_force(act.on), role__in=carrying, unit__in=owing)
    return notify(
        kind,
        to=Account.objects.filter(pk__in=grants.values("account"), is_active=True),
        values={**_named(asked), "due": asked.due_on.isoformat()},
        about=asked,
        occasion=occasion,
        act=act,
    )


def tell_sent_back(unit_return: Return, *, act: Act) -> int:
    """Tell whoever signed a return that it came back."""
    return notify(
        SENT_BACK,
        to=[unit_return.returned_by_id] if unit_return.returned_by_id else [],
        values=_named(unit_return.round),
        about=unit_return,
        occasion=act.at.isoformat(),
        act=act,
    )


def _named(asked: Round) -> dict[str, object]:
    return {
        "title": asked.schedule.title,
        "period": period_words(asked.schedule.every, asked.starts_on),
    }
