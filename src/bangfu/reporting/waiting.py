"""What figures say to Today: definitions, units and places by which they are counted and that became different since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Count, Max
from django.urls import reverse

from bangfu.foundation.ledger.entered import versions_since
from bangfu.foundation.ledger.witnessing import Kind
from bangfu.foundation.organisation.queries import permissions_of
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Change, Changed, Words, both, counted
from bangfu.reporting.indicators import indicators
from bangfu.reporting.versions import OF_PLACES, OF_UNITS

NAMED = 3
"""Up to how many changed definitions are named each by itself."""
VIEW = "reporting.view"


def redefined(account: Account, since: datetime, on: date) -> Sequence[Changed]:
    """Return which definitions of indicators were entered, changed or taken out, and how much of what they rest on."""
    rows = (
        versions_since(since)
        .filter(kind__in=(Kind.INDICATOR, *OF_UNITS, *OF_PLACES))
        .order_by()
        .values("kind")
        .annotate(count=Count("key", distinct=True), last=Max("recorded_at"))
    )
    found = {row["kind"]: row for row in rows}
    lines = []
    if Kind.INDICATOR in found:
        lines += _definitions(since, found[Kind.INDICATOR]["count"], found[Kind.INDICATOR]["last"])
    opens_units = "organisation.view" in permissions_of(account, on)
    for kinds, said, name in (
        (OF_UNITS, UNITS, "organisation:units" if opens_units else "reporting:figures"),
        (OF_PLACES, PLACES, "places:areas"),
    ):
        changed = [found[kind] for kind in kinds if kind in found]
        if changed:
            count, last = sum(row["count"] for row in changed), max(row["last"] for row in changed)
            lines.append(Changed(counted(*said, count=count), reverse(name), at=last))
    return lines


UNITS = (
    "单位、专业线变更 {count} 处", "{count} changes of units and lines", "{count} change of units and lines",
)  # fmt: skip
PLACES = (
    "区划、片区变更 {count} 处", "{count} changes of places and areas", "{count} change of places and areas",
)  # fmt: skip


def _definitions(since: datetime, count: int, last: datetime) -> list[Changed]:
    if count > NAMED:
        said = counted(
            "口径新增或修改 {count} 项", "{count} definitions entered or changed",
            "{count} definition entered or changed", count=count,
        )  # fmt: skip
        return [Changed(said, reverse("reporting:figures"), at=last)]
    titles: dict[str, Words] = {one.code: one.title for one in indicators()}
    codes = versions_since(since).filter(kind=Kind.INDICATOR).values_list("key", flat=True).distinct()
    return [
        Changed(
            both("口径修改：{title}", "Definition changed: {title}").filled(title=titles.get(code, code)),
            reverse("reporting:figure", args=[code]) if code in titles else reverse("reporting:figures"),
            at=last,
        )
        for code in sorted({one.partition(" ")[0] for one in codes})
    ]


CHANGES = (Change("reporting.redefined", "info-circle", frozenset({VIEW}), redefined),)
