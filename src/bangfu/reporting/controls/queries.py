"""What others may read of control totals: lists, statements of reconciliation, and what a figure carries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.db.models import Max, OuterRef, QuerySet, Subquery

from bangfu.foundation.evidence.models import Attachment
from bangfu.foundation.evidence.queries import attachments_of
from bangfu.foundation.operations import allows
from bangfu.foundation.organisation.queries import root_unit, unit_names, within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import RecordSummary, Words, both, record_type
from bangfu.reporting.controls.books import question_of, selection_of
from bangfu.reporting.controls.models import (
    CATEGORY_WORDS,
    Category,
    ControlTotal,
    Decision,
    Difference,
    Explanation,
    Reconciliation,
    Ruling,
)
from bangfu.reporting.definitions import Indicator
from bangfu.reporting.figures import Figure
from bangfu.reporting.queries import indicator_of
from bangfu.reporting.selection import Selection

VIEW = "controls.view"
UNEXPLAINED, WAITING, APPROVED = "unexplained", "waiting", "approved"
STATES: dict[str, Words] = {
    UNEXPLAINED: both("待说明", "To be explained"),
    WAITING: both("待认可", "To be decided"),
    APPROVED: both("已认可", "Approved"),
}
STATE_CLASSES = {UNEXPLAINED: "returned", WAITING: "submitted", APPROVED: "verified"}


@dataclass(frozen=True)
class Line:
    """One difference as lists show it, with how far its explanation is."""

    difference: Difference
    label: Words
    """Month, unit, place or document at which the books differ; the total without lines."""
    explanation: Explanation | None
    decision: Decision | None

    @property
    def state(self) -> str:
        """One of ``STATES``."""
        if self.explanation is None or (self.decision and self.decision.ruling == Ruling.RETURNED):
            return UNEXPLAINED
        return APPROVED if self.decision else WAITING

    @property
    def state_words(self) -> Words:
        """The state in words."""
        return STATES[self.state]

    @property
    def state_class(self) -> str:
        """How pages mark the state."""
        return STATE_CLASSES[self.state]


@dataclass(frozen=True)
class Step:
    """One line of a statement of reconciliation."""

    words: Words
    count: int
    amount: Decimal


@dataclass(frozen=True)
class Statement:
    """From their balance to ours: what was approved, what waits and what nobody explained; it adds up exactly."""

    theirs: Decimal
    approved: tuple[Step, ...]
    """By category; those without a difference are absent."""
    waiting: Step
    unexplained: Step
    ours: Decimal

    @property
    def gap(self) -> Decimal:
        """Ours less theirs."""
        return self.ours - self.theirs

    @property
    def adds_up(self) -> bool:
        """Whether their balance and every difference come to our balance."""
        steps = (*self.approved, self.waiting, self.unexplained)
        return self.theirs + sum((one.amount for one in steps), Decimal(0)) == self.ours


@dataclass(frozen=True)
class Standing:
    """A control total as it stands: its newest revision, and its newest reconciliation."""

    total: ControlTotal
    reconciliation: Reconciliation | None
    """Of the newest revision; null until it is reconciled."""
    lines: tuple[Line, ...]

    @cached_property
    def indicator(self) -> Indicator:
        """What is reconciled."""
        return indicator_of(self.total.indicator, self.selection)

    @cached_property
    def selection(self) -> Selection:
        """The figure's question, as of the reconciliation's block."""
        return selection_of(self.total, self.reconciliation.block if self.reconciliation else None)

    @property
    def address(self) -> str:
        """Where the figure opens."""
        return f"/f/{self.total.indicator}/?{self.selection.query()}"

    def count(self, state: str) -> int:
        """Return how many differences are in a state."""
        return sum(1 for one in self.lines if one.state == state)

    @property
    def unexplained(self) -> int:
        """How many differences nobody has explained."""
        return self.count(UNEXPLAINED)

    @property
    def waiting(self) -> int:
        """How many explanations wait for another person."""
        return self.count(WAITING)

    @property
    def gap(self) -> Decimal | None:
        """Ours less theirs; null until it is reconciled."""
        return None if self.reconciliation is None else self.reconciliation.ours - self.total.amount

    @cached_property
    def statement(self) -> Statement | None:
        """The statement of reconciliation; null until it is reconciled."""
        if self.reconciliation is None:
            return None
        steps = []
        for category in Category:
            of_it = [
                one.difference.gap
                for one in self.lines
                if one.state == APPROVED and one.explanation and one.explanation.category == category
            ]
            if of_it:
                steps.append(Step(CATEGORY_WORDS[category], len(of_it), sum(of_it, Decimal(0))))
        return Statement(
            theirs=self.total.amount,
            approved=tuple(steps),
            waiting=self._step(WAITING),
            unexplained=self._step(UNEXPLAINED),
            ours=self.reconciliation.ours,
        )

    def _step(self, state: str) -> Step:
        gaps = [one.difference.gap for one in self.lines if one.state == state]
        return Step(STATES[state], len(gaps), sum(gaps, Decimal(0)))


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
    """Return control totals with their newest reconciliation and its differences, in their order.

    A handful of statements, however many there are.

    Args: until: only reconciliations as of this block or an earlier one; null is any.
    """
    rows = list(totals)
    made = Reconciliation.objects.filter(total__in=rows)
    if until is not None:
        made = made.filter(block__lte=until)
    newest = made.values("total").annotate(last=Max("pk")).values("last")
    reconciliations = {
        one.total_id: one
        for one in Reconciliation.objects.filter(pk__in=newest).select_related("made_by__person")
    }
    lines = _lines([one.pk for one in reconciliations.values()])
    found = []
    for one in rows:
        made_of_it = reconciliations.get(one.pk)
        found.append(Standing(one, made_of_it, tuple(lines.get(made_of_it.pk, ())) if made_of_it else ()))
    return found


def _lines(reconciliations: list[int]) -> dict[int, list[Line]]:  # by reconciliation
    differences = list(
        Difference.objects.filter(reconciliation__in=reconciliations).order_by("reconciliation", "position")
    )
    roots = {one.root_id for one in differences}
    last = (
        Explanation.objects.filter(difference=OuterRef("difference"))
        .order_by("-revision")
        .values("revision")[:1]
    )
    explanations = {
        one.difference_id: one
        for one in Explanation.objects.filter(difference__in=roots, revision=Subquery(last)).select_related(
            "given_by__person"
        )
    }
    decisions = {
        one.explanation_id: one
        for one in Decision.objects.filter(
            explanation__in=[one.pk for one in explanations.values()]
        ).select_related("decided_by__person")
    }
    labels = _labels(differences)
    found: dict[int, list[Line]] = {}
    for one in differences:
        explanation = explanations.get(one.root_id)
        decision = decisions.get(explanation.pk) if explanation else None
        line = Line(one, labels[one.pk], explanation, decision)
        found.setdefault(one.reconciliation_id, []).append(line)
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
    total = newest_totals().select_related("entered_by__person").get(number=number)
    return standings([total])[0]


def line_of(difference: Difference) -> Line:
    """Return one difference with its explanation."""
    lines = _lines([difference.reconciliation_id])[difference.reconciliation_id]
    return next(one for one in lines if one.difference.pk == difference.pk)


def revisions_of(number: int) -> QuerySet[ControlTotal]:
    """Return every revision of a control total, the newest first."""
    return (
        ControlTotal.objects.filter(number=number).select_related("entered_by__person").order_by("-revision")
    )


def controls_of_figure(figure: Figure) -> list[Standing]:
    """Return the control totals of a figure that were reconciled, as of its block or an earlier one."""
    same = newest_totals().filter(indicator=figure.indicator.code, question=question_of(figure.selection))
    found = standings(same.order_by("number"), until=figure.selection.as_of)
    return [one for one in found if one.reconciliation is not None]


def open_since() -> list[tuple[Standing, Line, date]]:
    """Return every difference of newest reconciliations that nobody has explained, and since when it has been there."""
    found = []
    for standing in standings(newest_totals().order_by("number")):
        open_lines = [one for one in standing.lines if one.state == UNEXPLAINED]
        roots = Difference.objects.select_related("reconciliation").in_bulk(
            [one.difference.root_id for one in open_lines]
        )
        found += [
            (standing, one, roots[one.difference.root_id].reconciliation.made_at.date()) for one in open_lines
        ]
    return found


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
