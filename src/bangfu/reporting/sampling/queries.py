"""What others may read of audits by sample: lists, one audit with its sample, and what a figure carries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from bangfu.foundation.evidence.models import Attachment
from bangfu.foundation.evidence.queries import attachments_of
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.operations import allows
from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import RecordSummary, Words, both, record_type
from bangfu.reporting.definitions import Indicator
from bangfu.reporting.figures import Figure
from bangfu.reporting.sampling.drawing import selection_drawn
from bangfu.reporting.sampling.evaluating import Result, result_of
from bangfu.reporting.sampling.models import Announcement, Draw, EndKind, SampledFact, Verdict
from bangfu.reporting.sampling.population import indicator_of_audit, question_of, selection_of
from bangfu.reporting.selection import Selection

VIEW = "sampling.view"
ANNOUNCED, EXAMINING, READY, CLOSED, ABANDONED = "announced", "examining", "ready", "closed", "abandoned"
STATES: dict[str, Words] = {
    ANNOUNCED: both("已公告，待抽样", "Announced, to be drawn"),
    EXAMINING: both("检查中", "Being examined"),
    READY: both("待结束", "To be closed"),
    CLOSED: both("已结束", "Closed"),
    ABANDONED: both("已放弃", "Abandoned"),
}
STATE_CLASSES = {
    ANNOUNCED: "draft", EXAMINING: "submitted", READY: "submitted", CLOSED: "verified", ABANDONED: "returned",
}  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """An audit and how far it is."""

    announcement: Announcement
    draw: Draw | None
    sampled: int
    examined: int
    """Facts that have a verdict."""
    ended_as: str
    """An ``EndKind``; empty while it goes on."""
    result: Result | None
    """Only of a closed audit."""

    @property
    def state(self) -> str:
        """One of ``STATES``."""
        if self.ended_as:
            return CLOSED if self.ended_as == EndKind.CLOSED else ABANDONED
        if self.draw is None:
            return ANNOUNCED
        return READY if self.sampled and self.examined == self.sampled else EXAMINING

    @property
    def state_words(self) -> Words:
        """The state in words."""
        return STATES[self.state]

    @property
    def state_class(self) -> str:
        """How pages mark the state."""
        return STATE_CLASSES[self.state]

    @cached_property
    def indicator(self) -> Indicator:
        """What is audited."""
        return indicator_of_audit(self.announcement)

    @cached_property
    def selection(self) -> Selection:
        """The figure's question, as of the audit's block."""
        return selection_of(self.announcement)

    @property
    def address(self) -> str:
        """Where the figure opens as it was audited."""
        return f"/f/{self.announcement.indicator}/?{self.selection.query()}"

    @property
    def tolerable_unit(self) -> Words:
        """In what the tolerable error is given."""
        return (
            both("%", "%") if self.announcement.method == "ATTRIBUTES" else self.indicator.term.measure.unit
        )

    @property
    def sentence(self) -> Words | None:
        """The conclusion in a plain sentence; null while there is none."""
        return None if self.result is None else self.result.sentence(self.indicator.term.measure.unit)


def audits_in_reach(account: Account, on: date) -> QuerySet[Announcement]:
    """Return the audits that an account may read, the newest first."""
    readable = within_grants(account, VIEW, on, has_line=True)
    return Announcement.objects.filter(readable).order_by("-number")


def may_read(account: Account, announcement: Announcement, on: date) -> bool:
    """Return whether an account may open an audit on a day."""
    return allows(account, VIEW, announcement.scope, on)


def standings(announcements: Iterable[Announcement]) -> list[Standing]:
    """Return audits with how far each is, in their order: three statements, however many there are."""
    rows = list(announcements)
    draws = {one.announcement_id: one for one in Draw.objects.filter(announcement__in=rows)}
    counts = {
        draw: (sampled, examined)
        for draw, sampled, examined in SampledFact.objects.filter(draw__in=draws.values())
        .order_by()
        .values("draw")
        .annotate(
            sampled=Count("pk", distinct=True),
            examined=Count("pk", filter=Q(verdicts__isnull=False), distinct=True),
        )
        .values_list("draw", "sampled", "examined")
    }
    ends = {
        key: (kind, result)
        for key, kind, result in Announcement.objects.filter(pk__in=[one.pk for one in rows]).values_list(
            "pk", "end__kind", "end__result"
        )
    }
    found = []
    for one in rows:
        draw = draws.get(one.pk)
        sampled, examined = counts.get(draw.pk, (0, 0)) if draw else (0, 0)
        kind, result = ends[one.pk]
        found.append(
            Standing(one, draw, sampled, examined, kind or "", Result.from_json(result) if result else None)
        )
    return found


def standing_of(number: int) -> Standing:
    """Return the audit with this number.

    Raises: Announcement.DoesNotExist: none was announced under it.
    """
    found = Announcement.objects.select_related("announced_by__person__key", "unit", "line", "area", "place")
    return standings([found.get(number=number)])[0]


def announcements_before(announcement: Announcement) -> int:
    """Return how many audits of the same figure were announced before: announcing until it suits shows."""
    same = Announcement.objects.filter(indicator=announcement.indicator, question=announcement.question)
    return same.filter(number__lt=announcement.number).count()


def in_force(verdicts: QuerySet[Verdict]) -> QuerySet[Verdict]:
    """Return of each sampled fact the verdict that holds: the last."""
    last = Verdict.objects.filter(sampled=OuterRef("sampled")).order_by("-revision").values("revision")[:1]
    return verdicts.filter(revision=Subquery(last)).select_related("sampled")


def verdicts_in_force(draw: Draw) -> list[Verdict]:
    """Return the verdict that holds of each examined fact of a draw, in the sample's order."""
    return list(in_force(Verdict.objects.filter(sampled__draw=draw)).order_by("sampled__position"))


@dataclass(frozen=True)
class Waits:
    """An audit that waits for an account, and what it is to do."""

    standing: Standing
    what: Words


def waiting_for(account: Account, on: date) -> list[Waits]:
    """Return the audits that go on and wait for an account: to be drawn, examined, or closed by another than who judged."""
    open_audits = Announcement.objects.filter(
        within_grants(account, "sampling.record_verdict", on, has_line=True), end__isnull=True
    )
    found = standings(open_audits.order_by("number"))
    drawn = [one.draw for one in found if one.draw is not None]
    judged = set(
        Verdict.objects.filter(sampled__draw__in=drawn, given_by=account)
        .values_list("sampled__draw", flat=True)
        .distinct()
    )
    words = {
        ANNOUNCED: both("抽取样本", "draw the sample"),
        EXAMINING: both("检查样本", "examine the sample"),
        READY: both("结束审计", "close the audit"),
    }
    return [
        Waits(one, words[one.state])
        for one in found
        if one.state != READY or (one.draw is not None and one.draw.pk not in judged)
    ]


def provisional_result(standing: Standing) -> Result | None:
    """Return what the verdicts so far come to; null while a fact has none, for half a sample says nothing."""
    if standing.draw is None or not standing.sampled or standing.examined < standing.sampled:
        return None
    return result_of(standing.announcement, standing.draw, verdicts_in_force(standing.draw))


def is_repeated(standing: Standing) -> bool:
    """Return whether drawing again from checkpoint, figure and facts gives the kept selection."""
    if standing.draw is None:
        return False
    again = selection_drawn(standing.announcement, standing.draw.seed_block)
    kept = list(standing.draw.sample.order_by("position").values_list("fact_id", "book", "is_certain"))
    return again.seed.hex() == standing.draw.seed and kept == [
        (one.fact, one.book, one.is_certain) for one in again.facts
    ]


@dataclass(frozen=True)
class Line:
    """One sampled fact as lists show it."""

    sampled: SampledFact
    fact: Fact
    title: str
    """What the record is called in its room."""
    place: str
    verdict: Verdict | None
    evidence: int
    """Files that hang on the record."""


def lines_of(standing: Standing, sampled: Iterable[SampledFact] | None = None) -> list[Line]:
    """Return the sample with records, places and verdicts; a few statements, however many there are."""
    assert standing.draw is not None
    rows = list(standing.draw.sample.order_by("position") if sampled is None else sampled)
    facts = Fact.objects.in_bulk([one.fact_id for one in rows])
    verdicts = {
        one.sampled_id: one
        for one in in_force(Verdict.objects.filter(sampled__in=rows)).select_related("given_by__person__key")
    }
    titles: dict[tuple[int, int], str] = {}
    files: dict[tuple[int, int], int] = {}
    for kind in {fact.subject_type for fact in facts.values()}:
        keys = [fact.subject_id for fact in facts.values() if fact.subject_type == kind]
        for key, summary in record_type(kind).summaries(keys).items():
            titles[kind, key] = summary.title
        attached = Attachment.objects.filter(record_type=kind, record_id__in=keys)
        for key, count in attached.order_by().values_list("record_id").annotate(Count("pk")):
            files[kind, key] = count
    labels = standing.selection.place_labels({fact.place_id for fact in facts.values()}, short=True)
    found = []
    for one in rows:
        fact = facts[one.fact_id]
        subject = (fact.subject_type, fact.subject_id)
        found.append(
            Line(
                sampled=one,
                fact=fact,
                title=titles.get(subject, fact.source_id),
                place=labels.get(fact.place_id, ""),
                verdict=verdicts.get(one.pk),
                evidence=files.get(subject, 0),
            )
        )
    return found


@dataclass(frozen=True)
class Carried:
    """What a figure carries of an audit."""

    standing: Standing
    has_moved: bool
    """Whether the figure stands at other facts now than when it was audited."""

    @property
    def number(self) -> int:
        """The audit's number."""
        return self.standing.announcement.number

    @property
    def block(self) -> int:
        """As of which block it was audited."""
        return self.standing.announcement.block

    @property
    def result(self) -> Result:
        """What it found."""
        assert self.standing.result is not None
        return self.standing.result

    @property
    def unit(self) -> Words:
        """In what estimate and limit are given."""
        return self.standing.tolerable_unit


def audit_of_figure(figure: Figure) -> Carried | None:
    """Return the newest closed audit of a figure, or of the same figure as of an earlier block; null if there is none."""
    closed = Announcement.objects.filter(
        indicator=figure.indicator.code,
        question=question_of(figure.selection),
        end__kind=EndKind.CLOSED,
    )
    if figure.selection.as_of is not None:
        closed = closed.filter(block__lte=figure.selection.as_of)
    newest = closed.order_by("-block", "-number").first()
    if newest is None:
        return None
    is_same = (newest.value, newest.facts) == (figure.value, figure.sum.facts)
    return Carried(standings([newest])[0], has_moved=not is_same)


def open_audits_of_figure(figure: Figure) -> int:
    """Return how many audits of a figure have been announced and not ended."""
    same = Announcement.objects.filter(
        indicator=figure.indicator.code, question=question_of(figure.selection)
    )
    return same.filter(end__isnull=True).count()


def audits_of_publication(number: int) -> list[Standing]:
    """Return the closed audits of a publication's figures, in the order of their numbers."""
    closed = Announcement.objects.filter(publication=number, end__kind=EndKind.CLOSED)
    return standings(closed.order_by("number"))


def audits_of_published_figure(number: int, content: Mapping[str, Any]) -> list[Standing]:
    """Return the closed audits of one figure of a publication, or of one of its terms.

    Args: content: what the bundle says of the figure.
    """
    return [
        one
        for one in audits_of_publication(number)
        if one.announcement.indicator == content["indicator"]
        and asked_of(one.selection) == _asked_in(content)
    ]


def asked_of(selection: Selection) -> dict[str, Any]:
    """Return a question in the words in which a bundle keeps it."""
    return {
        "period": [selection.period.starts_on.isoformat(), selection.period.ends_on.isoformat()],
        "place": None if selection.place is None else str(selection.place),
        "area": None if selection.area is None else selection.area.pk,
        "unit": None if selection.unit is None else selection.unit.pk,
        "line": None if selection.line is None else selection.line.pk,
    }


def _asked_in(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: content[name] for name in ("period", "place", "area", "unit", "line")}


def summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer and findings show of sampled facts."""
    rows = SampledFact.objects.filter(pk__in=keys).select_related("draw__announcement")
    return {
        one.pk: RecordSummary(
            title=both(
                "审计第 {number} 号样本第 {position} 条", "Audit no. {number}, item {position}"
            ).format(number=one.draw.announcement.number, position=one.position),
            rows=((both("事实", "Fact"), str(one.fact_id)),),
        )
        for one in rows
    }


def address_of_item(key: int) -> str:
    """Return the page of a sampled fact."""
    number, position = SampledFact.objects.values_list(F("draw__announcement__number"), "position").get(
        pk=key
    )
    return f"/sampling/{number}/items/{position}/"


def units_of_items(keys: list[int]) -> dict[int, int]:
    """Return the unit whose fact each sampled fact is."""
    facts = dict(SampledFact.objects.filter(pk__in=keys).values_list("pk", "fact_id"))
    units = dict(Fact.objects.filter(pk__in=facts.values()).values_list("pk", "unit_id"))
    return {key: units[fact] for key, fact in facts.items()}


def evidence_of_item(sampled: SampledFact) -> list[Attachment]:
    """Return what the auditor hung on a sampled fact."""
    return list(attachments_of(record_type("sampling.item").number, [sampled.pk]))


def value_text(value: Decimal) -> str:
    """Return a quantity without zeros at its end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
