"""What a publication will say: report and companions as of a block, in both languages, with each figure once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from bangfu.foundation.places.codes import COUNTY, SIZE_OF_LEVEL, level_of
from bangfu.foundation.review.models import Review, ReviewState
from bangfu.foundation.rooms import Words
from bangfu.reporting.charts.engines.svg import inner
from bangfu.reporting.charts.insets import Inset
from bangfu.reporting.companions import Companion, together
from bangfu.reporting.definitions import Indicator, Role, Term, TermKind
from bangfu.reporting.display import plain_text
from bangfu.reporting.facts import facts_in, reversals_in
from bangfu.reporting.figures import Figure
from bangfu.reporting.publications.papers.charts import OPENS
from bangfu.reporting.registered import registered_in
from bangfu.reporting.reports import Drawn, Report
from bangfu.reporting.selection import Selection
from bangfu.reporting.texts import LANGUAGES, report_codes
from bangfu.reporting.wording import Problem

Text = dict[str, list[dict[str, Any]]]
"""As ``Publication.text``."""


@dataclass(frozen=True)
class DraftedCompanion:
    """A companion as it would be published."""

    form: str
    heading: Words
    text: Text
    about: dict[str, dict[str, Any]]
    """As ``PublishedCompanion.about``."""


@dataclass(frozen=True)
class Draft:
    """A report with its companions as they would be published."""

    reports: dict[str, Report]  # by language
    figures: tuple[Figure, ...]
    """Each question in each display once, in the order of the texts."""
    text: Text
    """Empty while the report has problems, and so are the companions."""
    companions: tuple[DraftedCompanion, ...]
    problems: tuple[Problem, ...]


def draft_of(code: str, block: int) -> Draft:
    """Return a report with its companions as of a block as they would be published.

    Raises: LookupError: there is no such report.
    """
    if code not in report_codes():
        raise LookupError(code)
    found = together(code, as_of=block)
    figures: dict[tuple[Any, ...], int] = {}
    kept: list[Figure] = []
    for one in (figure for report in found.reports.values() for figure in report.figures):
        if figures.setdefault(_key(one), len(kept)) == len(kept):
            kept.append(one)
    problems = tuple(found.problems)
    return Draft(
        reports=found.reports,
        figures=tuple(kept),
        text=_text(found.reports, figures),
        companions=() if problems else tuple(_companion(one, figures) for one in found.companions),
        problems=problems,
    )


def _text(reports: dict[str, Report], figures: dict[tuple[Any, ...], int]) -> Text:
    return {
        language: [_paragraph(one, figures) for one in report.paragraphs if one.kind != "picture"]
        for language, report in reports.items()
    }


def _companion(one: Companion, figures: dict[tuple[Any, ...], int]) -> DraftedCompanion:
    about: dict[str, dict[str, Any]] = {
        language: {**one.declared[language], "length": length} for language, length in one.lengths.items()
    }
    heading = Words(one.reports["zh"].heading, one.reports["en"].heading)
    return DraftedCompanion(one.form.value, heading, _text(one.reports, figures), about)


def _key(figure: Figure) -> tuple[Any, ...]:
    return figure.indicator.code, figure.selection, figure.display


def _paragraph(one: Drawn, figures: dict[tuple[Any, ...], int]) -> dict[str, Any]:
    parts: list[dict[str, Any]] = []
    for part in one.parts:
        if part.chart is not None:
            parts += _chart(part.chart, figures)
        elif part.figure is not None:
            parts.append({"figure": figures[_key(part.figure)], "inner": part.inner})
        else:
            parts.append({"text": part.text})
    return {"kind": one.kind, "anchor": one.anchor, "parts": parts}


def _chart(chart: Inset, figures: dict[tuple[Any, ...], int]) -> list[dict[str, Any]]:
    """Return a chart as it is fixed: how it is drawn, and after it the name of each line with its figures."""
    opened = {one.address: f"{OPENS}{figures[_key(one)]}" for one in chart.figures}
    parts: list[dict[str, Any]] = [
        {
            "chart": {
                "title": chart.title,
                "scope": chart.scope,
                "notes": list(chart.notes),
                "plates": {
                    look: {"width": drawn.width, "height": round(drawn.height, 2), "inner": inner(drawn)}
                    for look, drawn in chart.opening(opened).drawings.items()
                },
            }
        }
    ]
    for line in chart.lines:
        parts.append({"text": line.name})
        parts += [{"figure": figures[_key(one)], "inner": ""} for one in line.figures]
    return parts


def content_of(figure: Figure) -> dict[str, Any]:
    """Return what a bundle says of a figure beside its facts."""
    indicator, selection, display = figure.indicator, figure.selection, figure.display
    return {
        "indicator": indicator.code,
        "definition": f"{indicator.code} v{indicator.version}",
        "kinds": [term.kind.value for term in indicator.terms],
        "code": figure.code or "",
        "period": [selection.period.starts_on.isoformat(), selection.period.ends_on.isoformat()],
        "place": None if selection.place is None else str(selection.place),
        "area": None if selection.area is None else selection.area.pk,
        "unit": None if selection.unit is None else selection.unit.pk,
        "line": None if selection.line is None else selection.line.pk,
        "display": {
            "scale": display.scale.value,
            "decimals": display.decimals,
            "rounding": display.rounding.value,
            "is_in_hundreds": display.is_in_hundreds,
        },
        "value": None if figure.value is None else plain_text(figure.value),
        "shown": {language: str(figure.shown_in(language) or "—") for language in LANGUAGES},
        "unit_words": _both(indicator.unit),
        "title": _both(indicator.title),
        "when": _both(selection.period_words),
        "where": _both(selection.scope_words),
        "formula": _both(indicator.formula),
        "scope_note": _both(indicator.scope_note),
        **_registered(figure),
    }


def _registered(figure: Figure) -> dict[str, Any]:
    """Return the numbers of registers that a figure rests on, with their documents; nothing for a figure without."""
    selection = figure.selection
    rows = [
        (term, row)
        for term in figure.indicator.terms
        if term.kind is TermKind.REGISTERED
        for row in registered_in(term, selection) or ()
    ]
    if not rows:
        return {}
    labels = selection.place_labels({row.place for _, row in rows})
    return {
        "registered": [
            {
                "title": _both(term.measure.title),
                "place": labels.get(row.place, str(row.place)),
                "year": row.year,
                "value": str(row.value),
                "source": row.source,
            }
            for term, row in rows
        ]
    }


def _both(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}


def terms_of(indicator: Indicator) -> list[tuple[Indicator, Term]]:
    """Return the terms of an indicator, each as an indicator of its own; the term says what it is asked about."""
    roles: Sequence[Role] = indicator.roles
    if not roles:
        return [(indicator, indicator.term)]
    return [(indicator.of_term(role), term) for role, term in zip(roles, indicator.terms, strict=True)]


def unverified_facts(figures: Sequence[Figure]) -> set[int]:
    """Return the standing facts under figures whose record no second person has verified.

    A kind of record that is never reviewed by itself is not looked at: its room counts it on the strength of others that
    are, as an observation trip is counted by its verified attendees.
    """
    reviewed = Review.objects.order_by().values_list("record_type", flat=True).distinct()
    verified = Review.objects.filter(
        record_type=OuterRef("subject_type"), record_id=OuterRef("subject_id"), state=ReviewState.VERIFIED
    )
    found: set[int] = set()
    for one in {(figure.indicator, figure.selection): figure for figure in figures}.values():
        back = reversals_in(one.selection).filter(reverses_id=OuterRef("pk"))
        standing = facts_in(one.indicator, one.selection).filter(~Exists(back), reverses_id__isnull=True)
        open_ones = standing.filter(~Exists(verified), subject_type__in=list(reviewed))
        found.update(open_ones.values_list("pk", flat=True))
    return found


def level_asked(selection: Selection, term: Term) -> int:
    """Return down to which level of places a term asks, by itself too: 1 a province, also of no place, to 5 a village."""
    levels = [1] + [level_of(place) for place in (selection.place, term.place) if place is not None]
    by_size = {size: level for level, size in SIZE_OF_LEVEL.items()}
    for code in (selection.area.code if selection.area else "", term.area):
        if code:
            levels += [by_size.get(size, COUNTY) for size in selection.members_of(code)]
    return max(levels)


def cuts_a_month(selection: Selection, term: Term) -> bool:
    """Return whether a month does not tell whether a fact of the term lies in the period."""
    ends = selection.period.ends_on.day != 1
    return ends or (term.has_start and term.starts_on(selection.period).day != 1)
