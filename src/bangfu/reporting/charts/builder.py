"""What the builder of charts offers, and what of it is chosen."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from bangfu.foundation.organisation.models import KIND_WORDS as UNIT_WORDS
from bangfu.foundation.organisation.queries import lines_in_force
from bangfu.foundation.places.queries import areas
from bangfu.reporting.charts.asking import MOST_DRAWN, TO_DATE
from bangfu.reporting.charts.kinds import BY_WORDS, BYS, KIND_ASKS, KIND_WORDS, USUAL_DRAWN, By, Kind
from bangfu.reporting.definitions import Indicator, IndicatorKind
from bangfu.reporting.indicators import indicators
from bangfu.reporting.tables.asking import LEVEL_WORDS, STEP_WORDS, UNIT_KINDS, written


def form_of(fields: dict[str, list[str]]) -> dict[str, Any]:
    """Return what the form of a chart offers for the kind that is chosen, and what stands in it."""
    chosen = {name: (several[-1] if several else "") for name, several in fields.items()}
    text = chosen.get("kind") or Kind.TREND.value
    kind = Kind(text) if text in tuple(Kind) else Kind.TREND
    known = {one.code: one for one in indicators()}
    titles = {code: one.title for code, one in known.items()}
    drawn = known.get(chosen.get("indicator", ""))
    by = fields.get("by", [])
    is_over_time = kind is Kind.COMPOSITION and bool(chosen.get("step"))
    return {
        "chosen": chosen,
        "kind": kind.value,
        "kind_words": KIND_WORDS[kind],
        "kind_asks": KIND_ASKS[kind],
        "tabs": [_tab(fields, one, drawn) for one in Kind],
        "sides": _sides(fields, titles) if kind is Kind.FLOW else [],
        "indicator_title": titles.get(chosen.get("indicator", ""), chosen.get("indicator", "")),
        "indicator_offers": [one for one in known.values() if _fits(one.kind, kind)],
        "bys": [
            (one.value, BY_WORDS[one], one.value in by) for one in BYS.get(kind, ()) if _divides(drawn, one)
        ],
        "by_places": By.PLACE.value in by,
        "by_units": By.UNIT.value in by,
        "levels": _levels(kind),
        "units": [(one, UNIT_WORDS[one]) for one in UNIT_KINDS],
        "steps": list(STEP_WORDS.items()),
        "has_steps": kind in (Kind.TREND, Kind.COMPOSITION),
        "has_span": is_over_time or (kind is Kind.TREND and chosen.get("way") != TO_DATE),
        "has_most": USUAL_DRAWN[kind] > 0,
        "usual_most": USUAL_DRAWN[kind],
        "most_drawn": MOST_DRAWN,
        "has_before": kind in (Kind.TREND, Kind.RANKING),
        "before": chosen.get("before") != "0",
        "named": " ".join(fields.get("named", [])),
        "areas": areas(),
        "lines": lines_in_force(timezone.localdate()),
    }


def _fits(indicator: IndicatorKind, kind: Kind) -> bool:
    """Return whether a kind of chart can draw a kind of indicator."""
    if kind in (Kind.COMPOSITION, Kind.FLOW):
        return indicator in (IndicatorKind.FLOW, IndicatorKind.STOCK, IndicatorKind.CUMULATIVE)
    return indicator is not IndicatorKind.TARGET


def _divides(indicator: Indicator | None, by: By) -> bool:
    """Return whether an indicator, or none yet, can be divided that way: by measures only where it sums several."""
    return by is not By.MEASURE or indicator is None or len(indicator.measures) > 1


def _tab(fields: dict[str, list[str]], kind: Kind, indicator: Indicator | None) -> dict[str, Any]:
    """Return a kind's tab, and whether it can draw the indicator; a flow starts with its usual sources where it cannot."""
    is_drawn = indicator is None or _fits(indicator.kind, kind)
    kept = _for_kind(fields, kind)
    if kind is Kind.FLOW and not is_drawn:
        del kept["indicator"]
    return {
        "value": kind.value,
        "words": KIND_WORDS[kind],
        "address": written(kept),
        "is_offered": is_drawn or kind is Kind.FLOW,
    }


def _levels(kind: Kind) -> list[tuple[str, Any]]:
    return [
        (level, words) for level, words in LEVEL_WORDS.items() if kind is not Kind.FLOW or level.isdecimal()
    ]


def _for_kind(fields: dict[str, list[str]], kind: Kind) -> dict[str, list[str]]:
    """Return the same indicator, period and scope for another kind of chart."""
    kept = ("indicator", "period", "place", "area", "unit", "line", "as_of", "level", "units", "chart")
    found = {name: fields[name] for name in kept if fields.get(name)}
    if kind is not Kind.FLOW and "indicator" in found:
        found["indicator"] = found["indicator"][:1]
    return {"kind": [kind.value], **found}


def _sides(fields: dict[str, list[str]], titles: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the sources and uses of a flow, each with the address of the chart without it."""
    found = []
    for name in ("indicator", "use"):
        codes = fields.get(name, [])
        found.append(
            {
                "name": name,
                "codes": [
                    {
                        "code": code,
                        "title": titles.get(code, code),
                        "out": written({**fields, name: [one for one in codes if one != code]}),
                    }
                    for code in codes
                ],
            }
        )
    return found
