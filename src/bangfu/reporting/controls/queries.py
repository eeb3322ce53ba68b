"""What others may read of control totals: lists, statements of reconciliation, and what a figure carries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    Count,
    DecimalField,
    Exists,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from bangfu.foundation.evidence.models import Attachment
from bangfu.foundation.evidence.queries import attachments_of
from bangfu.foundation.operations import allows
from bangfu.foundation.organisation.queries import root_unit, unit_names, within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import RecordSummary, Words, both, record_type
from bangfu.reporting.controls.books import question_of, selection_of
from bangfu.reporting.controls.models import (
    ControlTotal,
    Decision,
    Difference,
    Explanation,
    Reconciliation,
    Ruling,
)
from bangfu.reporting.controls.statements import (
    APPROVED,
    UNEXPLAINED,
    WAITING,
    Line,
    Standing,
    Tally,
)
from bangfu.reporting.figures import Figure
from bangfu.reporting.queries import indicator_of

VIEW = "controls.view"


def newest_totals() -> QuerySet[ControlTotal]:
    """Return the newest revision of every control total."""
    last = ControlTotal.objects.filter(number=OuterRef("number")).order_by("-revision").values("revision")[:1]
    return ControlTotal.objects.filter(revision=Subquery(last))


def totals_in_reach(account: Account, on: date) -> QuerySet[ControlTotal]:
    """Return the control totals that an account may read, each in its newest revision."""
    return newest_totals().filter(within_grants(account, VIEW, on, has_line=True))


def may_read(account: Account, total: ControlTotal, on: date) -> bool:
    """Return whether an account may open a control total on a day."""
    return allows(account, VIEW, total.scope, on)


def standings(totals: Iterable[ControlTotal], *, until: int | None = None) -> list[Standing]:
    """Return control totals with their newest reconciliation and what its differences come to, in their order.

    Two statements, however many totals and differences there are.

    Args: until: only reconciliations as of this block or an earlier one; null is any.
    """
    rows = list(totals)
    made = Reconciliation.objects.filter(total__in=rows)
    if until is not None:
        made = made.filter(block__lte=until)
    newest = made.values("total").annotate(last=Max("pk")).values("last")
    reconciliations = {
        one.total_id: one
        for one in Reconciliation.objects.filter(pk__in=newest).select_related("made_by__person__key")
    }
    tallies: dict[int, list[Tally]] = defaultdict(list)
    of_them = Difference.objects.filter(reconciliation__in=[one.pk for one in reconciliations.values()])
    gap = Coalesce("ours", _ZERO) - Coalesce("theirs", _ZERO)
    summed = with_state(of_them).order_by().values("reconciliation", "state", "category")
    for key, state, category, count, amount in summed.annotate(
        count=Count("pk"), amount=Sum(gap)
    ).values_list("reconciliation", "state", "category", "count", "amount"):
        tallies[key].append(Tally(state, category, count, amount))
    found = []
    for one in rows:
        of_it = reconciliations.get(one.pk)
        found.append(Standing(one, of_it, tuple(tallies[of_it.pk]) if of_it else ()))
    return found


_ZERO = Value(Decimal(0), output_field=DecimalField(max_digits=20, decimal_places=4))


def with_state(differences: QuerySet[Difference]) -> QuerySet[Any]:
    """Return differences with ``root``, on which explanations hang, ``state``, one of ``STATES``, and ``category``."""
    last = Explanation.objects.filter(difference=OuterRef("root")).order_by("-revision")
    rulings = Decision.objects.filter(explanation=OuterRef("explanation"))
    is_open = Q(explanation__isnull=True) | Q(ruling=Ruling.RETURNED)
    return (
        differences.annotate(root=Coalesce("first_id", "pk"))
        .annotate(explanation=Subquery(last.values("pk")[:1]))
        .annotate(ruling=Subquery(rulings.values("ruling")[:1]))
        .annotate(
            state=Case(
                When(is_open, then=Value(UNEXPLAINED)),
                When(ruling__isnull=True, then=Value(WAITING)),
                default=Value(APPROVED),
            ),
            category=Coalesce(Subquery(last.values("category")[:1]), Value("")),
        )
    )


def differences_of(standing: Standing, state: str = "", text: str = "") -> QuerySet[Difference]:
    """Return the differences of a total's newest reconciliation, the largest first.

    Args:
        state: one of ``STATES``; empty is any.
        text: part of a document's number or of a unit's or place's name; empty is any.
    """
    found = Difference.objects.filter(reconciliation=standing.reconciliation)
    if state:
        found = with_state(found).filter(state=state)
    if text:
        named = Q(unit__name_zh__icontains=text) | Q(unit__name_en__icontains=text)
        found = found.filter(named | Q(place__name__icontains=text) | Q(document__icontains=text))
    return found.order_by("position")


def lines_of(differences: Iterable[Difference]) -> list[Line]:
    """Return differences with their labels and explanations, in their order: a few statements, however many."""
    rows = list(differences)
    roots = {one.root_id for one in rows}
    last = (
        Explanation.objects.filter(difference=OuterRef("difference"))
        .order_by("-revision")
        .values("revision")[:1]
    )
    explanations = {
        one.difference_id: one
        for one in Explanation.objects.filter(difference__in=roots, revision=Subquery(last)).select_related(
            "given_by__person__key"
        )
    }
    decisions = {
        one.explanation_id: one
        for one in Decision.objects.filter(
            explanation__in=[one.pk for one in explanations.values()]
        ).select_related("decided_by__person__key")
    }
    labels = _labels(rows)
    found = []
    for one in rows:
        explanation = explanations.get(one.root_id)
        found.append(
            Line(one, labels[one.pk], explanation, decisions.get(explanation.pk) if explanation else None)
        )
    return found


def _labels(differences: list[Difference]) -> dict[int, Words]:
    units = unit_names([one.unit_id for one in differences if one.unit_id])
    places = place_labels({one.place_id for one in differences if one.place_id}, short=True)
    found = {}
    for one in differences:
        zh, en = [], []
        if one.month:
            zh.append(f"{one.month:%Y-%m}")
            en.append(f"{one.month:%Y-%m}")
        if one.unit_id:
            zh.append(units[one.unit_id].zh)
            en.append(units[one.unit_id].en)
        if one.place_id:
            zh.append(places.get(one.place_id, str(one.place_id)))
            en.append(places.get(one.place_id, str(one.place_id)))
        if one.document:
            zh.append(one.document)
            en.append(one.document)
        found[one.pk] = Words(" ".join(zh), " ".join(en)) if zh else both("合计", "The total")
    return found


def standing_of(number: int) -> Standing:
    """Return a control total in its newest revision.

    Raises: ControlTotal.DoesNotExist: there is none.
    """
    total = newest_totals().select_related("entered_by__person__key").get(number=number)
    return standings([total])[0]


def revisions_of(number: int) -> QuerySet[ControlTotal]:
    """Return every revision of a control total, the newest first."""
    return (
        ControlTotal.objects.filter(number=number)
        .select_related("entered_by__person__key")
        .order_by("-revision")
    )


def controls_of_figure(figure: Figure) -> list[Standing]:
    """Return the control totals of a figure that were reconciled, as of its block or an earlier one."""
    same = newest_totals().filter(indicator=figure.indicator.code, question=question_of(figure.selection))
    found = standings(same.order_by("number"), until=figure.selection.as_of)
    return [one for one in found if one.reconciliation is not None]


def newest_reconciliations(totals: QuerySet[ControlTotal]) -> QuerySet[Reconciliation]:
    """Return the newest reconciliation of each of these totals; those that have none are absent."""
    newest = Reconciliation.objects.filter(total__in=totals).order_by().values("total")
    return Reconciliation.objects.filter(pk__in=newest.annotate(last=Max("pk")).values("last"))


@dataclass(frozen=True)
class OpenDifference:
    """A difference that nobody has explained."""

    total: ControlTotal
    line: Line
    since: date
    """The day of the reconciliation that showed it first."""


def open_differences() -> list[OpenDifference]:
    """Return the differences of newest reconciliations that nobody has explained, or whose explanation was returned."""
    made = newest_reconciliations(newest_totals())
    found = with_state(Difference.objects.filter(reconciliation__in=made)).filter(state=UNEXPLAINED)
    lines = lines_of(found.select_related("reconciliation__total").order_by("pk"))
    roots = Difference.objects.filter(pk__in=[one.difference.root_id for one in lines])
    since = dict(roots.values_list("pk", "reconciliation__made_at"))
    return [
        OpenDifference(
            one.difference.reconciliation.total,
            one,
            timezone.localdate(since[one.difference.root_id]),
        )
        for one in lines
    ]


@dataclass(frozen=True)
class Waits:
    """What waits for an account in one control total."""

    total: ControlTotal
    title: Words
    explain: int
    """Differences to be explained."""
    decide: int
    """Explanations of others to be decided on."""


def waiting_for(account: Account, on: date) -> list[Waits]:
    """Return in which control totals differences wait for an account to explain, or explanations for its decision."""
    explaining = within_grants(account, "controls.explain_difference", on, has_line=True)
    deciding = within_grants(account, "controls.decide_explanation", on, has_line=True)
    totals = newest_totals()
    may_explain = set(totals.filter(explaining).values_list("pk", flat=True))
    may_decide = set(totals.filter(deciding).values_list("pk", flat=True))
    made = newest_reconciliations(totals.filter(pk__in=may_explain | may_decide))
    own = Explanation.objects.filter(pk=OuterRef("explanation"), given_by=account)
    rows = with_state(Difference.objects.filter(reconciliation__in=made)).exclude(state=APPROVED)
    counts = (
        rows.annotate(is_own=Exists(own)).order_by().values("reconciliation__total", "state", "is_own")
    ).annotate(count=Count("pk"))
    explain: dict[int, int] = defaultdict(int)
    decide: dict[int, int] = defaultdict(int)
    for total, state, is_own, count in counts.values_list(
        "reconciliation__total", "state", "is_own", "count"
    ):
        if state == UNEXPLAINED and total in may_explain:
            explain[total] += count
        if state == WAITING and not is_own and total in may_decide:
            decide[total] += count
    found = ControlTotal.objects.filter(pk__in={*explain, *decide}).order_by("number")
    return [
        Waits(one, indicator_of(one.indicator, selection_of(one)).title, explain[one.pk], decide[one.pk])
        for one in found
    ]


def unit_responsible(total: ControlTotal) -> int:
    """Return the unit whose matter a total's differences are: the figure's, or the whole house's."""
    root = root_unit()
    assert root is not None
    return int(total.unit_id or root.pk)


def evidence_of_difference(difference: Difference) -> list[Attachment]:
    """Return what hangs on a difference, whichever reconciliation shows it."""
    return list(attachments_of(record_type("controls.difference").number, [difference.root_id]))


def summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what findings and evidence show of differences."""
    rows = list(Difference.objects.filter(pk__in=keys).select_related("reconciliation__total"))
    labels = _labels(rows)
    return {
        one.pk: RecordSummary(
            title=both("对账第 {number} 号：{label}", "Control total no. {number}: {label}").format(
                number=one.reconciliation.total.number, label=labels[one.pk]
            ),
            rows=((both("差额", "Difference"), f"{one.gap:,.2f}"),),
        )
        for one in rows
    }


def units_of(keys: list[int]) -> dict[int, int]:
    """Return the unit whose matter each difference is."""
    rows = Difference.objects.filter(pk__in=keys).select_related("reconciliation__total")
    return {one.pk: unit_responsible(one.reconciliation.total) for one in rows}
