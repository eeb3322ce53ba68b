"""Indicators, figures and what they are made of, for programs."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router
from pydantic import Field

from bangfu.foundation.api.answering import Answer, Said, dotted
from bangfu.foundation.api.asking import asker_of
from bangfu.foundation.api.problems import not_found
from bangfu.foundation.operations import NotPermitted, granted_units
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.codes import code_text
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.marks import example_mark
from bangfu.reporting import queries
from bangfu.reporting.api.selecting import Question, asked
from bangfu.reporting.definitions import Indicator
from bangfu.reporting.facts import trust_in
from bangfu.reporting.figures import Figure
from bangfu.reporting.indicators import indicators, versions_of
from bangfu.reporting.leaving import left_out_of
from bangfu.reporting.room import VIEW

router = Router(tags=["figures"])
Code = Annotated[str, Path(..., max_length=120, pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
ROOT = "/api/v1"


class IndicatorTold(Answer):
    """One indicator: what it counts and how."""

    code: str
    number: int
    version: int
    valid_from: date
    kind: str
    title: Said
    unit: Said
    formula: Said
    scope_note: Said
    measures: list[str]
    url: str


class ShownTold(Answer):
    """A value as each language prints it."""

    zh: str
    en: str


class TermTold(Answer):
    """One term of a ratio or target; it opens by itself."""

    role: str
    value: str | None
    url: str


class FigureTold(Answer):
    """One figure: its exact value, how it is shown, and where it opens."""

    indicator: str
    version: int
    title: Said
    period: str
    place: str | None
    area: str | None
    unit: str | None
    line: str | None
    scope: Said
    value: str | None = Field(description="The exact value; null without facts: no data is never 0.")
    shown: ShownTold | None = Field(description="As it is printed, rounded by its declared rule.")
    participations: str | None = Field(description="Of a distinct count: the net quantity, 人次 beside 人.")
    facts: int
    reversed: int
    block: int = Field(description="The block up to which it counts.")
    as_of: int | None = Field(description="Null: now, with what is not sealed yet.")
    unsealed: int
    code: str | None = Field(
        description="The short code that is printed; null when only the address names it."
    )
    terms: list[TermTold]
    example: Said | None = Field(description="Of an example house: the sentence that nothing may be quoted.")
    page: str
    url: str


class TrustTold(Answer):
    """How much of the facts stands on something."""

    standing: int
    verified: int
    evidenced: int
    in_counties: int
    confirmed: int
    disputed: int


class LeftOutTold(Answer):
    """What does not count, and why."""

    count: int
    why: Said


class OpenedTold(FigureTold):
    """A figure with what it stands on."""

    formula: Said
    scope_note: Said
    trust: TrustTold
    left_out: list[LeftOutTold]


class PartTold(Answer):
    """One part of a figure."""

    key: str = Field(description="Code of the place or unit, or the month.")
    name: str
    value: str
    facts: int


class WhereTold(Answer):
    """Where a figure comes from."""

    value: str | None
    places: list[PartTold]
    months: list[PartTold]
    units: list[PartTold]


def _told(one: Indicator) -> dict[str, Any]:
    return {
        "code": one.code,
        "number": one.number,
        "version": one.version,
        "valid_from": one.valid_from,
        "kind": one.kind.value,
        "title": Said.of(one.title),
        "unit": Said.of(one.unit),
        "formula": Said.of(one.formula),
        "scope_note": Said.of(one.scope_note),
        "measures": [measure.code for measure in one.measures],
        "url": f"{ROOT}/indicators/{one.code}",
    }


def _require_reader(request: HttpRequest) -> None:
    asker = asker_of(request)
    if not granted_units(asker.account, VIEW, asker.today):
        raise NotPermitted("out_of_scope", permission=VIEW)


@router.get(
    "/indicators", response=list[IndicatorTold], operation_id="indicators", summary="指标 · Indicators"
)
def all_indicators(request: HttpRequest) -> list[dict[str, Any]]:
    """The newest version of every indicator, in the order of their numbers."""
    _require_reader(request)
    return [_told(one) for one in indicators()]


@router.get(
    "/indicators/{code}", response=list[IndicatorTold], operation_id="indicator", summary="指标的版本 · Versions of an indicator"
)  # fmt: skip
def one_indicator(request: HttpRequest, code: Code) -> list[dict[str, Any]]:
    """Every version of one indicator, oldest first."""
    _require_reader(request)
    try:
        return [_told(one) for one in versions_of(code)]
    except LookupError:
        raise not_found(both("指标", "indicator"), code) from None


def _api_address(figure: Figure, step: str = "") -> str:
    return f"{ROOT}/figures/{figure.indicator.code}{step}?{figure.selection.query()}"


def figure_told(figure: Figure) -> dict[str, Any]:
    """Return a figure as programs read it."""
    selection, mark = figure.selection, example_mark()
    has_value = figure.value is not None
    return {
        "indicator": figure.indicator.code,
        "version": figure.indicator.version,
        "title": Said.of(figure.indicator.title),
        "period": selection.period.code,
        "place": selection.place_code or None,
        "area": selection.area.code if selection.area else None,
        "unit": selection.unit.code if selection.unit else None,
        "line": selection.line.code if selection.line else None,
        "scope": Said.of(selection.scope_words),
        "value": dotted(figure.value),
        "shown": {"zh": str(figure.shown_in("zh")), "en": str(figure.shown_in("en"))} if has_value else None,
        "participations": dotted(figure.participations),
        "facts": figure.sum.facts,
        "reversed": figure.sum.reversed,
        "block": figure.block,
        "as_of": selection.as_of,
        "unsealed": figure.unsealed,
        "code": figure.code,
        "terms": [
            {"role": one.selection.term, "value": dotted(one.value), "url": _api_address(one)}
            for one in figure.terms
        ],
        "example": Said.of(mark) if mark else None,
        "page": figure.address,
        "url": _api_address(figure),
    }


@router.get(
    "/figures/{code}", response=OpenedTold, operation_id="figure", summary="数字 · A figure"
)  # fmt: skip
def figure(request: HttpRequest, code: Code, question: Query[Question]) -> dict[str, Any]:
    """One figure: exact and as it is shown, how it is counted, what it stands on and what it leaves out."""
    selection = asked(code, question, asker_of(request))
    found = queries.figure_in(code, selection)
    trust = trust_in(found.indicator, selection)
    return {
        **figure_told(found),
        "formula": Said.of(found.indicator.formula),
        "scope_note": Said.of(found.indicator.scope_note),
        "trust": {name: getattr(trust, name) for name in TrustTold.model_fields},
        "left_out": [{"count": one.count, "why": Said.of(one.why)} for one in left_out_of(found)],
    }


@router.get(
    "/figures/{code}/where", response=WhereTold, operation_id="figure_where", summary="数字从哪来 · Where a figure comes from"
)  # fmt: skip
def where(request: HttpRequest, code: Code, question: Query[Question]) -> dict[str, Any]:
    """The parts of a figure by place, by month and by unit; those of a sum add up to it."""
    selection = asked(code, question, asker_of(request))
    opened = queries.opened(code, selection)
    parts = opened.breakdown
    labels = selection.place_labels([one.key for one in parts.places])
    names = selection.unit_names([one.key for one in parts.units])
    codes = unit_codes([one.key for one in parts.units])
    return {
        "value": dotted(opened.figure.value),
        "places": [
            _part(code_text(one.key), labels.get(one.key, code_text(one.key)), one) for one in parts.places
        ],
        "months": [_part(f"{one.month:%Y-%m}", f"{one.month:%Y-%m}", one) for one in parts.months],
        "units": [_part(codes[one.key], str(names[one.key]), one) for one in parts.units],
    }


def unit_codes(keys: list[int]) -> dict[int, str]:
    """Return the codes of units, by key."""
    return dict(Unit.objects.filter(pk__in=keys).values_list("pk", "code"))


def _part(key: str, name: str, one: Any) -> dict[str, Any]:
    return {"key": key, "name": name, "value": dotted(one.value), "facts": one.facts}
