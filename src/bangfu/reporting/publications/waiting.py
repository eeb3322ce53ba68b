"""What publications say to Today: those to approve and to publish; and what was published since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from bangfu.foundation.operations import Scope, allows
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Change, Changed, Wait, Waiting, Words, both
from bangfu.reporting.publications.models import Publication, Step, StepKind

APPROVE, RETURN, FREEZE, PREPARE = (
    f"publications.{verb}_publication" for verb in ("approve", "return", "freeze", "prepare")
)
VIEW = "publications.view"


def open_publications(account: Account, on: date) -> list[Waiting]:
    """Return the publications that wait for an account: to be approved, published or prepared anew, each in a line."""
    may = {name for name in (APPROVE, FREEZE, PREPARE) if allows(account, name, Scope(), on)}
    if not may:
        return []
    last = Step.objects.filter(publication=OuterRef("pk")).order_by("-pk")
    later = Publication.objects.filter(report=OuterRef("report"), pk__gt=OuterRef("pk"))
    rows = (
        Publication.objects.annotate(
            state=Subquery(last.values("kind")[:1]),
            stepped_at=Subquery(last.values("taken_at")[:1]),
            is_followed=Exists(later),
        )
        .filter(Q(state__isnull=True) | ~Q(state=StepKind.FROZEN))
        .order_by("pk")
        .values_list(
            "pk",
            "heading_zh",
            "heading_en",
            "prepared_by",
            "prepared_at",
            "state",
            "stepped_at",
            "is_followed",
        )
    )
    lines = []
    for key, zh, en, prepared_by, prepared_at, state, stepped_at, is_followed in rows:
        what: Words | None = None
        is_own = prepared_by == account.pk
        if state is None and APPROVE in may and not is_own:
            what = both("批准发布", "Approve a publication")
        elif state == StepKind.APPROVED and FREEZE in may:
            what = both("定稿并发布", "Freeze and publish")
        elif state == StepKind.RETURNED and PREPARE in may and is_own and not is_followed:
            what = both("重新准备被退回的发布", "Prepare a returned publication anew")
        if what is not None:
            lines.append(
                Waiting(
                    what=what,
                    count=1,
                    address=reverse("publications:publication", args=[key]),
                    about=Words(zh, en),
                    since=timezone.localdate(stepped_at or prepared_at),
                )
            )
    return lines


WAITS = (
    Wait(
        "publications.publication", "shield-check", frozenset({APPROVE, FREEZE, PREPARE}), open_publications
    ),
)


def published(account: Account, since: datetime, on: date) -> Sequence[Changed]:
    """Return the reports that were published, each in a line; everybody may read them."""
    steps = Step.objects.filter(kind=StepKind.FROZEN, taken_at__gte=since).select_related("publication")
    return [
        Changed(
            what=both("第 {number} 号发布：{heading}", "Publication {number}: {heading}").filled(
                number=one.number, heading=Words(one.publication.heading_zh, one.publication.heading_en)
            ),
            address=reverse("publications:published", args=[one.number]),
            at=one.taken_at,
        )
        for one in steps.order_by("-taken_at", "-pk")
    ]


CHANGES = (Change("publications.published", "report-analytics", frozenset(), published),)
