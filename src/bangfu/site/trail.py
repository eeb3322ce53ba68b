"""What of the trail was asked for: by record, account, operation and time, a page at a time from any point back.

Pages go on from the last row that was seen, never by counting: the millionth row costs what the first does.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from bangfu.foundation.accounts.models import KIND_WORDS, SignIn
from bangfu.foundation.operations import operations
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.people.models import Account

ROWS_A_PAGE = 50
OBJECT_LONGEST = 120


@dataclass(frozen=True)
class Asked:
    """The filters of a list of the trail, as its address has them; empty = not narrowed."""

    operation: str = ""
    """A whole name, or a room with its dot."""
    actor: str = ""
    object: str = ""
    account: str = ""
    kind: str = ""
    part_of: str = ""
    since: str = ""
    until: str = ""
    """The last day, which counts."""

    @classmethod
    def of(cls, query: QueryDict) -> Asked:
        """Return what an address asks for; days that are none are left out."""
        said = {one.name: query.get(one.name, "").strip().replace("\x00", "") for one in fields(cls)}
        for name in ("since", "until"):
            said[name] = said[name] if _day(said[name]) else ""
        return cls(**said)

    def narrowing(self) -> dict[str, str]:
        """Return the filters that narrow."""
        return {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name)}


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_default_timezone())


def _in_span(asked: Asked) -> Q:
    span = Q()
    since, until = _day(asked.since), _day(asked.until)
    if since:
        span &= Q(recorded_at__gte=_midnight(since))
    if until and until < date.max:
        span &= Q(recorded_at__lt=_midnight(until + timedelta(days=1)))
    return span


def _account(username: str) -> list[int]:
    """Return the key of the account with this name; a list, so that a name nobody has finds nothing."""
    return list(Account.objects.filter(username__iexact=username).values_list("pk", flat=True))


def entries(asked: Asked) -> QuerySet[AuditEntry]:
    """Return the operations that were asked for, newest first."""
    found = AuditEntry.objects.filter(_in_span(asked))
    if asked.operation:
        found = found.filter(operation__in=operations_meant(asked.operation))
    if asked.actor:
        found = found.filter(actor__in=_account(asked.actor))
    if asked.object:
        # A limit of its own keeps the planner from walking the whole trail by time for the few entries of one record.
        of_it = AuditEntry.objects.filter(objects_named__contains=[asked.object[:OBJECT_LONGEST]]).order_by()
        found = found.filter(pk__in=of_it.values("pk")[:MOST_OF_ONE_OBJECT])
    if asked.part_of:
        whole = asked.part_of
        is_key = whole.isascii() and whole.isdigit() and len(whole) < 19
        found = found.filter(part_of_id=int(whole)) if is_key else found.none()
    return found.prefetch_related("actor__person__key").order_by("-recorded_at", "-id")


def operations_meant(text: str) -> list[str]:
    """Return the operations whose names begin with what was typed; a name that is known no more stands for itself."""
    return sorted(name for name in operations() if name.startswith(text)) or [text]


def sign_ins(asked: Asked) -> QuerySet[SignIn]:
    """Return the lines of the log of sign-ins that were asked for, newest first."""
    found = SignIn.objects.filter(_in_span(asked))
    if asked.account:
        found = found.filter(account__in=_account(asked.account))
    if asked.kind in KIND_WORDS:
        found = found.filter(kind=asked.kind)
    return found.prefetch_related("account__person__key").order_by("-recorded_at", "-id")


@dataclass(frozen=True)
class Stretch:
    """One page of a list, and where the next begins."""

    rows: list[Any]
    older: str
    """The point from which to go on; empty at the end."""
    is_newest: bool


def stretch(found: QuerySet[Any], before: str) -> Stretch:
    """Return the rows before a point, as ``Stretch.older`` gave it; from the newest for an empty or unknown one."""
    point = _point(before)
    if point is not None:
        at, key = point
        found = found.filter(recorded_at__lte=at).filter(Q(recorded_at__lt=at) | Q(id__lt=key))
    rows = list(found[: ROWS_A_PAGE + 1])
    shown = rows[:ROWS_A_PAGE]
    return Stretch(shown, _written(shown[-1]) if len(rows) > ROWS_A_PAGE else "", point is None)


def _written(row: Model) -> str:
    return f"{row.recorded_at.isoformat()}~{row.pk}"  # type: ignore[attr-defined]


def _point(text: str) -> tuple[datetime, int] | None:
    moment, _, key = text.replace(" ", "+").partition("~")
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        return None
    try:
        at = parse_datetime(moment)
    except ValueError:
        return None
    return (at, int(key)) if at is not None and timezone.is_aware(at) else None


MOST_OF_ONE_OBJECT = 100_000
"""How many entries of one record are looked through."""
