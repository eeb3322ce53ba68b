"""What pledges say to Today: versions to approve, to agree to, to submit and to mend; what was approved or revised since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from bangfu.foundation.organisation.queries import in_granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Change, Changed, Wait, Waiting, Words, both
from bangfu.reporting.targets.models import Step, StepKind, Version
from bangfu.reporting.targets.pending import AGREE, APPROVE, versions_awaiting_a_county, versions_waiting_for
from bangfu.reporting.targets.queries import VIEW, pledges_seen_by

SUBMIT = "targets.submit_pledge"


def _standing() -> QuerySet[Version]:
    last = Step.objects.filter(version=OuterRef("pk")).order_by("-id")
    return (
        Version.objects.annotate(
            state=Coalesce(Subquery(last.values("kind")[:1]), Value("")),
            waits_since=Subquery(last.values("taken_at")[:1]),
        )
        .select_related("pledge__unit")
        .order_by("pk")
    )


def _lines(what: Words, versions: QuerySet[Version]) -> list[Waiting]:
    return [
        Waiting(
            what=what,
            count=1,
            address=reverse("targets:version", args=[one.pk]),
            about=Words(
                f"{one.pledge.unit.name_zh}，{one.pledge.year}，{one.pledge.title}",
                f"{one.pledge.unit.name_en}, {one.pledge.year}, {one.pledge.title}",
            ),
            since=timezone.localdate(one.waits_since or one.prepared_at),  # type: ignore[attr-defined]
        )
        for one in versions
    ]


def to_approve(account: Account, on: date) -> list[Waiting]:
    """Return the submitted versions that an account may decide on now, each in a line."""
    return _lines(both("批准责任书", "Approve a pledge"), versions_waiting_for(account, on))


def to_agree(account: Account, on: date) -> list[Waiting]:
    """Return the versions whose county has still to agree and whose agreement an account may record, each in a line."""
    return _lines(
        both("登记县方同意", "Record the county's agreement"), versions_awaiting_a_county(account, on)
    )


def to_submit(account: Account, on: date) -> list[Waiting]:
    """Return the versions that an account drafted and has still to submit, or that were returned to it."""
    mine = _standing().filter(in_granted_units(account, SUBMIT, on, "pledge__unit_id"), prepared_by=account)
    return [
        *_lines(both("补正被退回的责任书", "Mend a returned pledge"), mine.filter(state=StepKind.RETURNED)),  # type: ignore[misc]
        *_lines(both("提交草拟的责任书", "Submit a drafted pledge"), mine.filter(state="")),  # type: ignore[misc]
    ]


WAITS = (
    Wait("targets.approval", "signature", frozenset({APPROVE}), to_approve),
    Wait("targets.agreement", "signature", frozenset({AGREE}), to_agree),
    Wait("targets.draft", "file-text", frozenset({SUBMIT}), to_submit),
)


def approved(account: Account, since: datetime, on: date) -> Sequence[Changed]:
    """Return the pledges that came into force or were revised, of those that an account may see, each in a line."""
    steps = list(
        Step.objects.filter(kind=StepKind.APPROVED, taken_at__gte=since)
        .select_related("version__pledge__unit")
        .order_by("-taken_at", "-pk")
    )
    if not steps:
        return []
    pledges = {one.version.pledge_id for one in steps}
    seen = set(pledges_seen_by(account, on).filter(pk__in=pledges).order_by().values_list("pk", flat=True))
    first = both("批准责任书：{unit}，{year}，{title}", "Pledge approved: {unit}, {year}, {title}")
    revised = both(
        "责任书修订第 {number} 版：{unit}，{year}，{title}",
        "Pledge revised, version {number}: {unit}, {year}, {title}",
    )
    return [
        Changed(
            what=(first if one.version.number == 1 else revised).filled(
                number=one.version.number,
                unit=Words(one.version.pledge.unit.name_zh, one.version.pledge.unit.name_en),
                year=one.version.pledge.year,
                title=one.version.pledge.title,
            ),
            address=reverse("targets:version", args=[one.version_id]),
            at=one.taken_at,
        )
        for one in steps
        if one.version.pledge_id in seen
    ]


CHANGES = (Change("targets.approved", "signature", frozenset({VIEW}), approved),)
