"""Writing down that something happened: a plain function for operations, called beside the change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bangfu.foundation.operations import Scope
from bangfu.foundation.webhooks.kinds import KINDS
from bangfu.foundation.webhooks.models import Event, Subscription


@dataclass(frozen=True)
class Happened:
    """One thing that happened, and where."""

    data: dict[str, Any]
    scope: Scope = field(default_factory=Scope)


def announce(
    kind: str, happened: Callable[[], Iterable[Happened]], *, at: datetime, permission: str = ""
) -> int:
    """Write what happened for those who are to be told, in the transaction in which it did, and return how many events.

    Without a subscription to the kind nothing is worked out and nothing written.

    Args:
        happened: what is said; called only when somebody is to be told.
        permission: who may know of it, in the scope of each; empty: everybody, since it is public.

    Raises: LookupError: there is no such kind.
    """
    if kind not in KINDS:
        raise LookupError(f"no kind of event is called {kind}")
    if not Subscription.objects.filter(kinds__contains=[kind], stopped_at=None).exists():
        return 0
    found = [
        Event(
            kind=kind,
            data=one.data,
            permission=permission,
            unit=one.scope.unit,
            place=one.scope.place,
            line=one.scope.line,
            happened_at=at,
        )
        for one in happened()
    ]
    Event.objects.bulk_create(found)
    return len(found)
