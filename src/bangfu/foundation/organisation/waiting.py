"""What the organisation says to Today: roles that were granted and withdrawn since, to whoever grants over the whole house."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Count, Max
from django.urls import reverse

from bangfu.foundation.operations import Scope, allows
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Change, Changed, counted

GRANT, WITHDRAW = "organisation.grant_role", "organisation.withdraw_role"


def granted(account: Account, since: datetime, on: date) -> Sequence[Changed]:
    """Return how many roles were granted and withdrawn, from the trail of operations."""
    if not allows(account, GRANT, Scope(), on):
        return []
    entries = AuditEntry.objects.filter(operation__in=(GRANT, WITHDRAW), recorded_at__gte=since)
    rows = {
        row["operation"]: row
        for row in entries.order_by().values("operation").annotate(count=Count("pk"), last=Max("recorded_at"))
    }
    words = {
        GRANT: ("授予角色 {count} 次", "{count} roles granted", "{count} role granted"),
        WITHDRAW: ("收回角色 {count} 次", "{count} roles withdrawn", "{count} role withdrawn"),
    }
    return [
        Changed(
            what=counted(*said, count=rows[name]["count"]),
            address=reverse("organisation:accounts"),
            at=rows[name]["last"],
            is_back=name == WITHDRAW,
        )
        for name, said in words.items()
        if name in rows
    ]


CHANGES = (Change("organisation.granted", "users", frozenset({GRANT}), granted),)
