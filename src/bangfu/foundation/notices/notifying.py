"""Telling people of something: a plain function for operations, called beside the change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Model, QuerySet

from bangfu.foundation.notices.due import Manner, due_at
from bangfu.foundation.notices.models import Delivery, Habit, Robot, Wish
from bangfu.foundation.notices.queries import open_channels, reachable
from bangfu.foundation.operations import Act, inside_operation, system_writes
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Channel, NoticeKind, Words, notice_kinds, record_type_of

EVERYBODY = Manner()
_TELL = """
INSERT INTO notices_notice (account_id, robot_id, kind, about, occasion, title_zh, title_en, body_zh, body_en,
    address, is_urgent, made_at)
SELECT whom.account, whom.robot, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s
FROM (
    SELECT account.id AS account, NULL::bigint AS robot FROM people_account account
    WHERE account.id = ANY(%s::bigint[]) AND account.is_active AND account.kind = 'PERSON'
    UNION ALL
    SELECT NULL, robot FROM unnest(%s::bigint[]) AS robot
) whom
ORDER BY whom.account, whom.robot
ON CONFLICT (account_id, robot_id, kind, about, occasion) DO NOTHING
RETURNING id, account_id, robot_id
"""
_ROBOTS = """
SELECT robot.id FROM notices_robot robot
JOIN organisation_unit above ON above.id = robot.unit_id
JOIN organisation_unit here ON here.path LIKE above.path || '%%'
WHERE here.id = %s AND robot.stopped_at IS NULL AND robot.paused_at IS NULL AND %s = ANY(robot.kinds)
"""

Addressees = Iterable[Account] | Iterable[int] | QuerySet[Account]


@dataclass(frozen=True)
class Telling:
    """What is told, worked out."""

    kind: NoticeKind
    body: Words
    about: str
    occasion: str
    address: str
    at: datetime


def notify(
    kind: NoticeKind,
    *,
    to: Addressees,
    values: Mapping[str, object] | None = None,
    about: Model | str = "",
    occasion: str = "",
    unit: int | None = None,
    act: Act,
) -> int:
    """Tell accounts of something in the transaction in which it happens, and return how many notices were written.

    The inbox has it when the transaction commits; other channels send it afterwards, by each account's wishes. Whoever acts
    is not told of what they did themselves, nor are systems and closed accounts. The same kind about the same on the same
    occasion is told to an account once, however often this is called.

    Args:
        to: accounts, their keys, or a query for them.
        values: the kind's values by name; Words fill in each language.
        about: the record, or the address of a page; both are where the notice leads.
        occasion: what tells one notice about the same from the next, such as the day of a reminder.
        unit: where it happens: robots in group chats of the unit and of those above it tell it, if they were given the kind.

    Raises: RuntimeError: no operation is open. LookupError: no room declares the kind, or the record's type. ValueError: the
        values are not those of the kind.
    """
    inside_operation()
    telling = _told(kind, values or {}, about, occasion, act.at)
    return _write(telling, {key for key in keys_of(to) if key != act.actor.pk}, unit)


def notify_by_house(
    kind: NoticeKind,
    *,
    to: Addressees,
    values: Mapping[str, object] | None = None,
    about: Model | str = "",
    occasion: str = "",
    unit: int | None = None,
    at: datetime,
) -> int:
    """Tell accounts of what the house does by itself, outside operations; otherwise as ``notify``.

    Raises: LookupError, ValueError: see ``notify``.
    """
    with system_writes("people are told of what the house does by itself"):
        return _write(_told(kind, values or {}, about, occasion, at), set(keys_of(to)), unit)


def keys_of(to: Addressees) -> list[int]:
    """Return the keys of accounts that are given in any of three ways."""
    if isinstance(to, QuerySet):
        return list(to.values_list("pk", flat=True))
    return [one.pk if isinstance(one, Account) else int(one) for one in to]


def _told(
    kind: NoticeKind, values: Mapping[str, object], about: Model | str, occasion: str, at: datetime
) -> Telling:
    if notice_kinds().get(kind.code) != kind:
        raise LookupError(f"no room declares the notice {kind.code}")
    if set(values) != set(kind.values):
        raise ValueError(f"{kind.code} is told with {', '.join(kind.values) or 'no values'}")
    if isinstance(about, str):
        return Telling(kind, kind.body.filled(**values), about, occasion, about, at)
    of = record_type_of(about)
    return Telling(
        kind, kind.body.filled(**values), f"{of.code}/{about.pk}", occasion, of.address(about.pk), at
    )


def _write(telling: Telling, accounts: Collection[int], unit: int | None) -> int:
    kind = telling.kind
    with connection.cursor() as cursor:
        robots: list[int] = []
        if unit is not None and kind.is_for_groups:
            cursor.execute(_ROBOTS, [unit, kind.code])
            robots = [key for (key,) in cursor.fetchall()]
        if not accounts and not robots:
            return 0
        cursor.execute(
            _TELL,
            [
                kind.code, telling.about, telling.occasion, kind.title.zh, kind.title.en, telling.body.zh,
                telling.body.en, telling.address, kind.is_urgent, telling.at, sorted(accounts), sorted(robots),
            ],
        )  # fmt: skip
        written = cursor.fetchall()
    to_accounts = {account: notice for notice, account, _ in written if account is not None}
    to_robots = {robot: notice for notice, _, robot in written if robot is not None}
    Delivery.objects.bulk_create(
        [*_to_accounts(telling, to_accounts), *_to_robots(telling, to_robots)], batch_size=5000
    )
    return len(written)


def _to_accounts(telling: Telling, notices: Mapping[int, int]) -> list[Delivery]:
    kind, channels = telling.kind, open_channels()
    if not notices or not channels:
        return []
    habits = {one.pk: one.manner for one in Habit.objects.filter(account__in=notices)}
    wishes = {
        (one.account_id, one.channel): one.is_wanted
        for one in Wish.objects.filter(kind=kind.code, account__in=notices, channel__in=channels)
    }
    found = []
    for channel, accounts in reachable(notices, channels).items():
        for account in sorted(accounts):
            if not wishes.get((account, channel), channel in kind.channels):
                continue
            manner = habits.get(account, EVERYBODY)
            found.append(
                Delivery(
                    notice_id=notices[account],
                    channel=channel,
                    is_digest=manner.is_digest and kind.is_for_digest and not kind.is_urgent,
                    due_at=due_at(
                        telling.at, manner, is_urgent=kind.is_urgent, is_for_digest=kind.is_for_digest
                    ),
                )
            )
    return found


def _to_robots(telling: Telling, notices: Mapping[int, int]) -> list[Delivery]:
    channels = dict(Robot.objects.filter(pk__in=notices).values_list("pk", "channel"))
    return [
        Delivery(notice_id=notice, channel=Channel(channels[robot]), due_at=telling.at)
        for robot, notice in notices.items()
    ]
