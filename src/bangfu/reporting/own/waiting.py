"""What own indicators say to Today: versions and withdrawals to approve, and one's own drafts to submit or mend."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from bangfu.foundation.organisation.queries import in_granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Wait, Waiting, Words, both
from bangfu.reporting.own.models import Step, StepKind, Version, Withdrawal, Wording

APPROVE, WITHDRAW, SUBMIT = "own.approve_version", "own.approve_withdrawal", "own.submit_version"
_UNIT = "indicator__unit_id"


def _versions(states: Sequence[str], **narrowed: Any) -> QuerySet[Version]:
    """Return the versions that are so far, the longest waiting first, with since when."""
    last = Step.objects.filter(version=OuterRef("pk")).order_by("-id")
    found = Version.objects.annotate(
        state=Coalesce(Subquery(last.values("kind")[:1]), Value("")),
        since=Coalesce(Subquery(last.values("taken_at")[:1]), "prepared_at"),
    )
    return found.filter(state__in=states, **narrowed).select_related("indicator").order_by("since", "pk")


def _lines(what: Words, versions: QuerySet[Version]) -> list[Waiting]:
    about = both("{code} 第 {number} 版", "{code}, version {number}")
    return [
        Waiting(
            what=what,
            count=1,
            address=reverse("own:version", args=[one.pk]),
            about=about.filled(code=one.indicator.code, number=one.number),
            since=timezone.localdate(one.since),  # type: ignore[attr-defined]
        )
        for one in versions
    ]


def to_approve(account: Account, on: date) -> list[Waiting]:
    """Return the submitted versions in which an account had no hand and on which it may decide, each in a line."""
    worded = Wording.objects.filter(version=OuterRef("pk"), saved_by=account)
    submitted = Step.objects.filter(version=OuterRef("pk"), kind=StepKind.SUBMITTED, taken_by=account)
    others = ~Q(prepared_by=account) & ~Exists(worded) & ~Exists(submitted)
    found = _versions([StepKind.SUBMITTED]).filter(others, in_granted_units(account, APPROVE, on, _UNIT))
    return _lines(both("批准自定指标", "Approve an own indicator"), found)


def to_withdraw(account: Account, on: date) -> list[Waiting]:
    """Return the withdrawals that others proposed and on which an account may decide, each in a line."""
    reach = in_granted_units(account, WITHDRAW, on, "version__indicator__unit_id")
    found = Withdrawal.objects.filter(reach, decision__isnull=True).exclude(proposed_by=account)
    about = both("{code}，从 {day} 起", "{code}, from {day}")
    return [
        Waiting(
            what=both("批准停用自定指标", "Approve the withdrawal of an own indicator"),
            count=1,
            address=reverse("own:indicator", args=[one.version.indicator_id]),
            about=about.filled(code=one.version.indicator.code, day=one.withdrawn_from.isoformat()),
            since=timezone.localdate(one.proposed_at),
        )
        for one in found.select_related("version__indicator").order_by("proposed_at", "pk")
    ]


def to_submit(account: Account, on: date) -> list[Waiting]:
    """Return the drafts that an account prepared and has still to submit, or that were returned to it."""
    mine = in_granted_units(account, SUBMIT, on, _UNIT)
    drafts = _versions(["", StepKind.RESTORED], prepared_by=account).filter(mine)
    returned = _versions([StepKind.RETURNED], prepared_by=account).filter(mine)
    return [
        *_lines(both("补正被退回的自定指标", "Mend a returned own indicator"), returned),
        *_lines(both("提交草拟的自定指标", "Submit a drafted own indicator"), drafts),
    ]


WAITS = (
    Wait("own.approval", "signature", frozenset({APPROVE}), to_approve),
    Wait("own.withdrawal", "signature", frozenset({WITHDRAW}), to_withdraw),
    Wait("own.draft", "list", frozenset({SUBMIT}), to_submit),
)
