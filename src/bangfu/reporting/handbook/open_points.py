"""What is open or sensitive in a place: findings, overdue papers, disputes, published figures under correction, letters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from bangfu.foundation.findings.models import CLOSED, Finding, FindingObject
from bangfu.foundation.findings.queries import WEIGHT, findings_in_reach
from bangfu.foundation.operations import Scope, allows
from bangfu.foundation.review.counties import ALL_ANSWERS
from bangfu.foundation.review.models import Answer, CountyLine, ReviewState
from bangfu.foundation.review.queries import lines_for, papers_in_reach
from bangfu.foundation.rooms import Words, both, record_type
from bangfu.reporting.corrections.models import CASE_STATE_WORDS
from bangfu.reporting.corrections.queries import case_address, unanswered_cases, waiting_errata
from bangfu.reporting.corrections.room import VIEW as VIEW_CORRECTIONS
from bangfu.reporting.handbook.asking import Question
from bangfu.reporting.handbook.promises import Promise
from bangfu.reporting.publications.models import PublishedFigure
from bangfu.reporting.targets.engines.pace import Light
from bangfu.reporting.targets.lights import lights_on

SHOWN = 8
Row = TypeVar("Row", bound=Model)
DISPUTING = (Answer.DISPUTED, Answer.CORRECTED)


@dataclass(frozen=True)
class Point:
    """One thing that is open."""

    title: str
    about: str
    """How it stands, and until when."""
    address: str
    is_late: bool = False


@dataclass(frozen=True)
class Points:
    """The open points of one kind."""

    title: Words
    shown: tuple[Point, ...]
    count: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.shown)


def open_in(question: Question, own: Iterable[int], answerable: Iterable[int]) -> tuple[Points, ...]:
    """Return what is open in a place, kinds without anything left out.

    Args:
        own: units whose seat lies in the place.
        answerable: units that are paired with it.
    """
    seated = frozenset(own)
    kinds = (
        _findings(question, seated),
        _papers(question, seated | frozenset(answerable)),
        _disputes(question),
        _corrections(question),
        _letters(question),
    )
    return tuple(one for one in kinds if one.count)


def _findings(question: Question, units: frozenset[int]) -> Points:
    first, end = question.span
    named = FindingObject.objects.filter(kind=FindingObject.Kind.PLACE, key=str(question.place.pk))
    there = Q(place_id__gte=first, place_id__lt=end) | Q(unit__in=units) | Q(pk__in=named.values("finding"))
    found = findings_in_reach(question.account, question.today).filter(there).exclude(state__in=CLOSED)
    found = found.filter(raised_at__date__lte=question.on)
    return finding_points(found.order_by(WEIGHT, "due_on", "pk"), question.on)


def _first(found: QuerySet[Row]) -> tuple[list[Row], int]:
    """Return the first rows and how many there are; they are counted only where not all of them are shown."""
    rows = list(found[: SHOWN + 1])
    return (rows, len(rows)) if len(rows) <= SHOWN else (rows[:SHOWN], found.count())


def finding_points(found: QuerySet[Finding], on: date) -> Points:
    """Return findings as open points, the first of them shown."""
    rows, count = _first(found)
    shown = [
        Point(
            title=str(one.title),
            about=_said(one.severity_words, one.state_words, _until(one.due_on)),
            address=reverse("findings:finding", args=[one.pk]),
            is_late=one.due_on is not None and one.due_on < on,
        )
        for one in rows
    ]
    return Points(both("未销号的疑点", "Open findings"), tuple(shown), count)


def _papers(question: Question, units: frozenset[int]) -> Points:
    """Return the papers of the place's units that have waited for verification longer than the rule allows."""
    days = lights_on(question.on).verified_within
    latest = question.on - timedelta(days=days)
    found = papers_in_reach(question.account, question.today).filter(
        unit__in=units, state=ReviewState.SUBMITTED, submitted_at__date__lt=latest
    )
    rows, count = _first(found.order_by("submitted_at", "pk"))
    shown = [
        Point(
            title=one.title,
            about=_said(both("{day} 提交", "submitted {day}").filled(day=_day(one.submitted_at))),
            address=reverse("review:paper", args=[one.pk]),
            is_late=True,
        )
        for one in rows
    ]
    return Points(both("逾期没有核验的单据", "Papers overdue for verification"), tuple(shown), count)


def _disputes(question: Question) -> Points:
    first, end = question.span
    disputed: dict[str, Any] = {"answer__in": DISPUTING}
    found = lines_for(question.account, question.today).filter(
        place_id__gte=first, place_id__lt=end, **disputed
    )
    lines, count = _first(found.order_by("-pk"))
    titles = _titles_of(lines)
    shown = [
        Point(
            title=titles.get((one.record_type, one.record_id), str(one.pk)),
            about=str(ALL_ANSWERS[one.answer]),  # type: ignore[attr-defined]
            address=record_type(one.record_type).address(one.record_id),
        )
        for one in lines
    ]
    return Points(
        both("县方的异议和另外的说法", "What the county disputes or says otherwise"),
        tuple(shown),
        count,
    )


def _titles_of(lines: Iterable[CountyLine]) -> dict[tuple[int, int], str]:
    keys: dict[int, list[int]] = defaultdict(list)
    for one in lines:
        keys[one.record_type].append(one.record_id)
    return {
        (number, key): f"{record_type(number).title} {summary.title}"
        for number, wanted in keys.items()
        for key, summary in record_type(number).summaries(wanted).items()
    }


def _corrections(question: Question) -> Points:
    """Return the published figures of the place of which an erratum waits for its decision."""
    title = both("正在更正的已发布数字", "Published figures under correction")
    if not allows(question.account, VIEW_CORRECTIONS, Scope(), question.today):
        return Points(title, (), 0)
    errata = list(waiting_errata().prefetch_related("figures"))
    wanted = {(one.publication_id, figure.position): one for one in errata for figure in one.figures.all()}
    first, end = question.span
    shown = []
    published = PublishedFigure.objects.filter(publication__in={key for key, _ in wanted})
    for one in published if wanted else ():
        place = one.content["place"]
        if (one.publication_id, one.position) in wanted and place and first <= int(place) < end:
            erratum = wanted[one.publication_id, one.position]
            shown.append(
                Point(
                    title=str(both(one.content["title"]["zh"], one.content["title"]["en"])),
                    about=_said(
                        both("第 {number} 个数字", "figure {number}").filled(number=one.position + 1)
                    ),
                    address=reverse("corrections:erratum", args=[erratum.pk]),
                )
            )
    return Points(title, tuple(shown[:SHOWN]), len(shown))


def _letters(question: Question) -> Points:
    """Return the unanswered letters of strangers about published figures of the place."""
    title = both("没有答复的公众来信", "Unanswered letters of strangers")
    if not allows(question.account, VIEW_CORRECTIONS, Scope(), question.today):
        return Points(title, (), 0)
    cases = list(unanswered_cases().filter(position__isnull=False, opened_at__date__lte=question.on))
    figures = {
        (one.publication_id, one.position): one.content
        for one in PublishedFigure.objects.filter(publication__in={one.publication_id for one in cases})
    }
    first, end = question.span
    shown = []
    for one in cases:
        content = figures.get((one.publication_id, one.position or 0))
        if content is None or not content["place"] or not first <= int(content["place"]) < end:
            continue
        shown.append(
            Point(
                title=str(both(content["title"]["zh"], content["title"]["en"])),
                about=_said(one.receipt, CASE_STATE_WORDS[one.state], _until(one.due_on)),
                address=case_address(one.pk),
                is_late=one.due_on < question.on,
            )
        )
    return Points(title, tuple(shown[:SHOWN]), len(shown))


def red_lights(shown: Iterable[Promise]) -> tuple[Points, ...]:
    """Return the targets that will be missed at this pace, as open points."""
    missed = [one for one in shown if one.progress.light is Light.RED]
    points = tuple(
        Point(
            title=str(one.progress.indicator.title),
            about=_said(one.place or one.progress.unit.name, one.share, one.progress.light_words),
            address=one.address,
            is_late=True,
        )
        for one in missed[:SHOWN]
    )
    return (Points(both("亮红灯的责任目标", "Targets on red"), points, len(missed)),) if missed else ()


def _until(day: date | None) -> str:
    return "" if day is None else str(both("{day} 到期", "due {day}").filled(day=day.isoformat()))


def _day(moment: datetime) -> str:
    return timezone.localtime(moment).date().isoformat()


def _said(*parts: object) -> str:
    return str(both("，", ", ")).join(text for part in parts if (text := str(part)))
