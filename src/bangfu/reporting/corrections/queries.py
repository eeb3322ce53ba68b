"""What pages and operations read of corrections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.urls import reverse

from bangfu.foundation.ledger.models import Block
from bangfu.foundation.operations import Scope, allows
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import RecordSummary, Words, both
from bangfu.reporting.corrections.models import (
    Answer,
    AnsweringRule,
    Case,
    CaseState,
    Correction,
    Decision,
    Erratum,
    ErratumStep,
    Printing,
    Settlement,
)
from bangfu.reporting.corrections.models.cases import UNANSWERED
from bangfu.reporting.publications.models import Publication, PublishedFigure, Step, StepKind

DEFAULT_WORKING_DAYS = 15
"""Until an office lays down a rule of its own."""


@dataclass(frozen=True)
class Rule:
    """Within how many working days a case is answered."""

    working_days: int
    rest_days: tuple[date, ...] = ()
    made_up_days: tuple[date, ...] = ()


def rule_on(on: date) -> Rule:
    """Return the rule that holds on a day."""
    found = AnsweringRule.objects.filter(starts_on__lte=on).order_by("-starts_on").first()
    if found is None:
        return Rule(DEFAULT_WORKING_DAYS)
    return Rule(found.working_days, tuple(found.rest_days), tuple(found.made_up_days))


def newest_block() -> int:
    """Return the number of the newest block; 0 while nothing is sealed."""
    return Block.objects.aggregate(newest=Max("number"))["newest"] or 0


@dataclass(frozen=True)
class Published:
    """A published report, without its text."""

    key: int
    number: int
    heading: Words
    published_at: datetime


def published_reports() -> list[Published]:
    """Return what was published, the newest first."""
    steps = Step.objects.filter(kind=StepKind.FROZEN).order_by("-number").values_list(
        "publication", "number", "publication__heading_zh", "publication__heading_en", "taken_at"
    )  # fmt: skip
    return [Published(key, number or 0, Words(zh, en), at) for key, number, zh, en, at in steps]


def published_errata() -> QuerySet[ErratumStep]:
    """Return the decisions by which errata were published, the newest first."""
    found = ErratumStep.objects.filter(kind=Decision.APPROVED).select_related("erratum", "publication")
    return found.prefetch_related("erratum__figures").order_by("-taken_at", "-id")


def errata_of(publication: Publication) -> list[ErratumStep]:
    """Return the published errata of a publication, the first first."""
    return list(published_errata().filter(publication=publication).order_by("number"))


def waiting_errata() -> QuerySet[Erratum]:
    """Return the errata that somebody has still to decide on, the oldest first."""
    return (
        Erratum.objects.filter(step__isnull=True)
        .select_related("publication", "proposed_by__person__key")
        .order_by("id")
    )


def corrections_of(publication: Publication) -> dict[int, list[Correction]]:
    """Return the corrections that stand: ``dict[position, corrections]``, in their order; absent = none."""
    found: dict[int, list[Correction]] = {}
    rows = Correction.objects.filter(publication=publication).select_related("figure__erratum__step")
    for one in rows.order_by("position", "ordinal"):
        found.setdefault(one.position, []).append(one)
    return found


@dataclass(frozen=True)
class Duty:
    """A printing that states a figure which an erratum corrects, and what became of it."""

    step: ErratumStep
    printing: Printing
    positions: tuple[int, ...]
    """Of the corrected figures that stand there."""
    settlements: tuple[Settlement, ...]
    """In the order they were noted."""

    @property
    def last(self) -> Settlement | None:
        """How it stands; null while nothing was done."""
        return self.settlements[-1] if self.settlements else None

    @property
    def labels(self) -> str:
        """The figures' numbers, from 1."""
        return str(both("、", ", ")).join(str(position + 1) for position in self.positions)


def duties(steps: Sequence[ErratumStep], printings: Sequence[Printing] | None = None) -> list[Duty]:
    """Return every printing that each published erratum asks to settle, open ones first.

    Args:
        printings: only these; null is all.
    """
    publications = {one.publication_id for one in steps}
    if printings is None:
        printings = list(
            Printing.objects.filter(publication__in=publications, withdrawal="").order_by("printed_on", "id")
        )
    notes: dict[tuple[int, int], list[Settlement]] = {}
    kept = Settlement.objects.filter(erratum__in=[one.erratum_id for one in steps])
    for note in kept.select_related("taken_by__person__key").order_by("id"):
        notes.setdefault((note.erratum_id, note.printing_id), []).append(note)
    found = []
    for step in steps:
        corrected = sorted(one.position for one in step.erratum.figures.all())
        for one in printings:
            if one.withdrawal or one.publication_id != step.publication_id:
                continue
            if one.errata_known >= (step.number or 0):
                continue
            positions = tuple(position for position in corrected if one.states(position))
            if positions:
                found.append(Duty(step, one, positions, tuple(notes.get((step.erratum_id, one.pk), ()))))
    return sorted(found, key=lambda duty: duty.last is not None)


def open_duties() -> list[Duty]:
    """Return every printing of which nobody has yet said what became of it."""
    return [one for one in duties(list(published_errata())) if one.last is None]


def sent_answers(publication: Publication, position: int | None = None) -> list[Answer]:
    """Return the answers that everybody reads, of one figure or of a whole publication, the newest first.

    Args:
        position: null is every figure's and those about the report.
    """
    found = Answer.objects.filter(case__publication=publication, step__kind=Decision.APPROVED)
    if position is not None:
        found = found.filter(case__position=position)
    later = Answer.objects.filter(
        case=OuterRef("case"), round__gt=OuterRef("round"), step__kind=Decision.APPROVED
    )
    found = found.filter(~Exists(later)).select_related("case", "erratum__step", "step")
    return list(found.order_by("-step__taken_at", "-id"))


def cases(on: date) -> QuerySet[Case]:
    """Return every case, those that are late first, then by the day they are due."""
    late = Count("pk", filter=Q(state__in=UNANSWERED, due_on__lt=on))
    return Case.objects.select_related("publication", "finding").annotate(late=late).order_by(
        "-late", "due_on", "id"
    )  # fmt: skip


def unanswered_cases() -> QuerySet[Case]:
    """Return the cases that have still to be answered, by the day they are due."""
    return Case.objects.filter(state__in=UNANSWERED).select_related("publication").order_by("due_on", "id")


@dataclass(frozen=True)
class Waiting:
    """What waits for somebody."""

    cases: tuple[Case, ...]
    errata: tuple[Erratum, ...]
    duties: tuple[Duty, ...]

    @property
    def count(self) -> int:
        """How many there are together."""
        return len(self.cases) + len(self.errata) + len(self.duties)


def cases_for(account: Account, on: date) -> QuerySet[Case]:
    """Return the letters that an account is to answer, or whose answer of another it is to approve."""
    states: list[str] = []
    if allows(account, "corrections.answer_case", Scope(), on):
        states += [CaseState.OPEN, CaseState.RETURNED]
    may_approve = allows(account, "corrections.approve_answer", Scope(), on)
    if may_approve:
        states.append(CaseState.ANSWERED)
    found = unanswered_cases().filter(state__in=states)
    if may_approve:
        written = Answer.objects.filter(case=OuterRef("pk"), step__isnull=True, given_by=account)
        found = found.exclude(Q(state=CaseState.ANSWERED) & Exists(written))
    return found


def errata_for(account: Account, on: date) -> QuerySet[Erratum]:
    """Return the errata of others that an account may decide on, the oldest first."""
    if not allows(account, "corrections.approve_erratum", Scope(), on):
        return Erratum.objects.none()
    return waiting_errata().exclude(proposed_by=account)


def waiting_for(account: Account, on: date) -> Waiting:
    """Return what an account may do next: cases to answer or send, errata to decide, printings to settle."""
    may_settle = allows(account, "corrections.settle_printing", Scope(), on)
    return Waiting(
        cases=tuple(cases_for(account, on)),
        errata=tuple(errata_for(account, on)),
        duties=tuple(open_duties()) if may_settle else (),
    )


def titles_of(publication: Publication) -> dict[int, Words]:  # by position
    """Return what the figures of a publication are called."""
    found = PublishedFigure.objects.filter(publication=publication).order_by("position")
    return {
        position: Words(**content["title"]) for position, content in found.values_list("position", "content")
    }


def labels_of(publication: Publication) -> dict[int, Words]:  # by position
    """Return title, period, scope and print of each figure: several of a report may have one title."""
    found = PublishedFigure.objects.filter(publication=publication).order_by("position")
    return {
        position: Words(*(_label(position, content, language) for language in ("zh", "en")))
        for position, content in found.values_list("position", "content")
    }


def _label(position: int, content: dict[str, Any], language: str) -> str:
    said = (content[key][language] for key in ("title", "when", "where", "shown"))
    return f"{position + 1} {' · '.join(said)}"


def numbers_of(publications: Sequence[int]) -> dict[int, int]:  # by key; absent = not published
    """Return the numbers of publications."""
    steps = Step.objects.filter(kind=StepKind.FROZEN, publication__in=publications)
    return {key: number or 0 for key, number in steps.values_list("publication", "number")}


def summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what is said of cases elsewhere: nothing that a stranger wrote."""
    found = Case.objects.filter(pk__in=keys).select_related("publication")
    return {
        one.pk: RecordSummary(
            title=str(both("来信 {receipt}", "Letter {receipt}").filled(receipt=one.receipt)),
            rows=(
                (both("报告", "Report"), str(Words(one.publication.heading_zh, one.publication.heading_en))),
                (both("状态", "State"), str(one.state_words)),
                (both("期限", "Due"), one.due_on.isoformat()),
            ),
        )
        for one in found
    }


def case_address(key: int) -> str:
    """Return the page of a case."""
    return reverse("corrections:case", args=[key])
