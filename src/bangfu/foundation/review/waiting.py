"""What reviews say to Today: papers to decide, records sent back, lines for the county; and what was decided since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.apps import apps
from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from bangfu.foundation.organisation.queries import in_granted_units, within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.review.counties import OPEN, standing_lines
from bangfu.foundation.review.models import (
    Batch,
    CountyLine,
    CountyStatement,
    Look,
    Review,
    ReviewState,
    SampledRecord,
)
from bangfu.foundation.review.queries import papers_in_reach, waiting_for
from bangfu.foundation.rooms import (
    Change,
    Changed,
    Wait,
    Waiting,
    Words,
    both,
    counted,
    grouped_words,
    record_type,
)
from bangfu.foundation.rooms.moments import write_moment

SINGLES_SHOWN = 5


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else timezone.localdate(moment)


def to_decide(account: Account, on: date) -> list[Waiting]:
    """Return the papers that an account may decide, and how many of them have a sample that it has not looked at."""
    papers = waiting_for(account, on)
    found = papers.order_by().aggregate(
        count=Count("pk"), oldest=Min("submitted_at"), records=Sum("record_count")
    )
    if not found["count"]:
        return []
    looked = Look.objects.filter(sampled=OuterRef("pk"), looked_by=account)
    still = Review.objects.filter(
        batch=OuterRef("sample__batch"), record_id=OuterRef("record_id"), state=ReviewState.SUBMITTED
    )
    unseen = SampledRecord.objects.filter(~Exists(looked), Exists(still), sample__batch__in=papers.order_by())
    drawn = unseen.aggregate(count=Count("sample", distinct=True))["count"]
    about = counted("{count} 条记录", "{count} records", "{count} record", count=found["records"])
    if drawn:
        about = both(
            "{about}；{drawn} 份已抽样，样本还没看完", "{about}; {drawn} with a sample still to be looked at"
        ).filled(about=about, drawn=drawn)
    return [
        Waiting(
            what=both("核验单据", "Verify papers"),
            count=found["count"],
            address=f"{reverse('review:inbox')}?view=waiting&sort=age",
            about=about,
            since=_day(found["oldest"]),
        )
    ]


def sent_back_to(account: Account, on: date) -> QuerySet[Review]:
    """Return the reviews of records that were returned to an account and that it may still work on.

    A record submitted again is with another paper; one that was withdrawn needs nothing any more.
    """
    found = Review.objects.filter(
        in_granted_units(account, "review.enter", on), state=ReviewState.RETURNED, submitted_by=account
    )
    models = {model._meta.label_lower: model for model in apps.get_models()}
    for number in found.order_by().values_list("record_type", flat=True).distinct():
        model = models.get(record_type(number).model.lower())
        if model is None or not any(one.name == "withdrawn_at" for one in model._meta.get_fields()):
            continue
        gone = model._default_manager.filter(pk=OuterRef("record_id"), withdrawn_at__isnull=False)
        found = found.exclude(Q(record_type=number) & Exists(gone))
    return found


def papers_sent_back_to(account: Account, on: date) -> QuerySet[Batch]:
    """Return the papers with records that were returned to an account and wait for it, newest first."""
    papers = sent_back_to(account, on).order_by().values("batch")
    return Batch.objects.filter(pk__in=papers).order_by("-submitted_at", "-id")


def to_mend(account: Account, on: date) -> list[Waiting]:
    """Return the records that were returned to an account: those of papers together, others each by itself."""
    found = sent_back_to(account, on)
    of_papers = found.filter(batch__isnull=False).aggregate(count=Count("pk"), oldest=Min("decided_at"))
    lines = []
    if of_papers["count"]:
        lines.append(
            Waiting(
                what=both("补正被退回的记录", "Mend records that were returned"),
                count=of_papers["count"],
                address=f"{reverse('review:inbox')}?view=returned",
                since=_day(of_papers["oldest"]),
            )
        )
    for one in found.filter(batch__isnull=True).order_by("decided_at", "pk")[:SINGLES_SHOWN]:
        kind = record_type(one.record_type)
        lines.append(
            Waiting(
                what=both("补正被退回的{kind}", "Mend a returned record: {kind}").filled(kind=kind.title),
                count=1,
                address=kind.address(one.record_id),
                about=Words(one.remark, one.remark),
                since=_day(one.decided_at),
            )
        )
    return lines


def to_confirm(account: Account, on: date) -> list[Waiting]:
    """Return the lines on which an account may answer for its county and has not."""
    mine = standing_lines().filter(within_grants(account, "review.confirm_records", on))
    found = mine.filter(answer=OPEN).aggregate(count=Count("pk"), oldest=Min("verified_at"))  # type: ignore[misc]
    if not found["count"]:
        return []
    return [
        Waiting(
            what=both("代表县方确认记录", "Confirm records for the county"),
            count=found["count"],
            address=f"{reverse('review:county')}?answer={OPEN}&sort=oldest",
            since=_day(found["oldest"]),
        )
    ]


WAITS = (
    Wait("review.paper", "signature", frozenset({"review.decide"}), to_decide),
    Wait("review.returned", "arrow-back-up", frozenset({"review.enter"}), to_mend),
    Wait("review.line", "map-pin", frozenset({"review.confirm_records"}), to_confirm),
)


def decided(account: Account, since: datetime, on: date) -> Sequence[Changed]:
    """Return how many papers were decided, with their records, in the units whose papers an account may read."""
    rows = (
        papers_in_reach(account, on)
        .filter(decided_at__gte=since)
        .order_by()
        .values("state")
        .annotate(count=Count("pk"), records=Sum("record_count"), last=Max("decided_at"))
    )
    found = {ReviewState(row["state"]): row for row in rows}
    return [
        Changed(
            what=counted(
                zh, f"{{count}} papers {en}, {{records}} records", f"{{count}} paper {en}, {{records}} records",
                count=found[state]["count"], records=grouped_words(found[state]["records"]),
            ),
            address=_papers(state, since),
            at=found[state]["last"],
            is_back=state == ReviewState.RETURNED,
        )
        for state, zh, en in (
            (ReviewState.VERIFIED, "核验通过 {count} 份单据，{records} 条记录", "verified"),
            (ReviewState.RETURNED, "退回 {count} 份单据，{records} 条记录", "returned"),
        )
        if state in found
    ]  # fmt: skip


def _papers(state: str, since: datetime) -> str:
    asked = {"view": "all", "state": state, "decided_from": write_moment(since)}
    return f"{reverse('review:inbox')}?{urlencode(asked)}"


def answered(account: Account, since: datetime, on: date) -> Sequence[Changed]:
    """Return how many records counties corrected or disputed, of the lines that an account may read."""
    reach = [within_grants(account, name, on) for name in ("review.view", "review.view_county")]
    told = Q() if Q() in reach else reach[0] | reach[1]
    lines = CountyLine.objects.filter(told)
    found = CountyStatement.objects.filter(stated_at__gte=since, line__in=lines).exclude(answer="CONFIRMED")
    counts = found.aggregate(count=Count("pk"), last=Max("stated_at"))
    if not counts["count"]:
        return []
    return [
        Changed(
            what=counted(
                "县方对 {count} 条记录提出异议或另有说法",
                "counties disputed or corrected {count} records",
                "a county disputed or corrected {count} record",
                count=counts["count"],
            ),
            address=reverse("review:county"),
            at=counts["last"],
            is_back=True,
        )
    ]


CHANGES = (
    Change("review.decided", "signature", frozenset({"review.view", "review.enter"}), decided),
    Change("review.answered", "map-pin", frozenset({"review.view", "review.view_county"}), answered),
)
