"""Definitions of indicators as the ledger keeps their versions: whole, so that a figure is worked out from one again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bangfu.foundation.ledger.catalogue import enter_definitions
from bangfu.foundation.ledger.measures import Measure, MeasureKind
from bangfu.foundation.ledger.reference import definitions_as_of, last_changes
from bangfu.foundation.ledger.witnessing import Kind
from bangfu.foundation.rooms import Words
from bangfu.reporting import standing
from bangfu.reporting.definitions import Indicator, IndicatorKind, Term, TermKind, Whole
from bangfu.reporting.display import Display, Rounding, Scale
from bangfu.reporting.indicators import all_versions, valid_for, versions_of
from bangfu.reporting.periods import Period

OF_UNITS = frozenset({Kind.UNIT, Kind.UNIT_VALIDITY, Kind.LINE})
OF_PLACES = frozenset({Kind.PLACE_EDITION, Kind.PLACE, Kind.PLACE_VALIDITY, Kind.AREA, Kind.AREA_MEMBERSHIP})


def content_of(indicator: Indicator) -> dict[str, Any]:
    """Return all that a definition says, its measures included, in values that JSON has."""
    display = indicator.display
    return {
        "code": indicator.code,
        "number": indicator.number,
        "version": indicator.version,
        "valid_from": indicator.valid_from.isoformat(),
        "kind": indicator.kind.value,
        "terms": [_term(term) for term in indicator.terms],
        "factor": indicator.factor,
        "title": _both(indicator.title),
        "unit": _both(indicator.unit),
        "unit_one": indicator.unit_one,
        "scope_note": _both(indicator.scope_note),
        **({"withdrawn_from": indicator.withdrawn_from.isoformat()} if indicator.withdrawn_from else {}),
        "display": {
            "scale": display.scale.value,
            "decimals": display.decimals,
            "rounding": display.rounding.value,
            "is_in_hundreds": display.is_in_hundreds,
        },
    }


def whole_content_of(indicator: Indicator) -> dict[str, Any]:
    """Return all that a definition says and what texts call it besides: of an indicator that no file declares."""
    names = {language: list(several) for language, several in indicator.also_called.items()}
    return {**content_of(indicator), **({"also_called": names} if names else {})}


def indicator_from(content: Mapping[str, Any]) -> Indicator:
    """Return the indicator that ``content_of`` wrote down."""
    withdrawn = content.get("withdrawn_from")
    until = date.fromisoformat(withdrawn) if withdrawn else None
    term, *against = (replace(_term_from(one), until=until) for one in content["terms"])
    display = content["display"]
    return Indicator(
        code=content["code"],
        number=content["number"],
        version=content["version"],
        valid_from=date.fromisoformat(content["valid_from"]),
        kind=IndicatorKind(content["kind"]),
        term=term,
        against=against[0] if against else None,
        factor=content["factor"],
        title=Words(**content["title"]),
        unit=Words(**content["unit"]),
        unit_one=content["unit_one"],
        scope_note=Words(**content["scope_note"]),
        display=replace(
            Display(),
            scale=Scale(display["scale"]),
            decimals=display["decimals"],
            rounding=Rounding(display["rounding"]),
            is_in_hundreds=display["is_in_hundreds"],
        ),
        also_called={language: tuple(names) for language, names in content.get("also_called", {}).items()},
        withdrawn_from=until,
        file="",
    )


def _both(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}


def _term(term: Term) -> dict[str, Any]:
    """Return what a term says; what most terms do not have stands only where one has it."""
    more = {
        "also": [_measure(one) for one in term.also],
        "since": term.since.isoformat() if term.since else None,
        "line": term.line,
        "area": term.area,
        "place": term.place,
        "owner": term.owner,
        "register": term.register,
        "years_back": term.years_back,
        "whole": term.whole.value if term.whole else None,
        "of": term.of,
    }
    said = {name: value for name, value in more.items() if value}
    return {"kind": term.kind.value, "measure": _measure(term.measure), **said}


def _term_from(content: Mapping[str, Any]) -> Term:
    since, whole = content.get("since"), content.get("whole")
    return Term(
        _measure_from(content["measure"]),
        TermKind(content["kind"]),
        also=tuple(_measure_from(one) for one in content.get("also", ())),
        since=date.fromisoformat(since) if since else None,
        line=content.get("line", ""),
        area=content.get("area", ""),
        place=content.get("place"),
        owner=content.get("owner", ""),
        register=content.get("register", ""),
        years_back=content.get("years_back", 0),
        whole=Whole(whole) if whole else None,
        of=content.get("of", ""),
    )


def _measure(measure: Measure) -> dict[str, Any]:
    return {
        "code": measure.code,
        "title": _both(measure.title),
        "unit": _both(measure.unit),
        "kind": measure.kind.value,
        "decimals": measure.decimals,
        "counts": _both(measure.counts) if measure.counts else None,
    }


def _measure_from(content: Mapping[str, Any]) -> Measure:
    return Measure(
        code=content["code"],
        title=Words(**content["title"]),
        unit=Words(**content["unit"]),
        kind=MeasureKind(content["kind"]),
        decimals=content["decimals"],
        counts=Words(**content["counts"]) if content["counts"] else None,
    )


def enter_versions(**kwargs: object) -> None:
    """Write versions of the definitions whose files changed; run after each migration."""
    enter_definitions({f"{one.code} v{one.version}": content_of(one) for one in all_versions()})


def chain_of(code: str, block: int | None) -> tuple[Indicator, ...]:
    """Return the versions of an indicator as of a block, oldest first; null is as their files are now.

    Raises: LookupError: there is no such indicator.
    """
    if code.startswith(standing.DRAFT):
        draft = standing.draft_called(code)
        if draft is None:
            raise LookupError(f"no draft is called {code}")
        return (draft,)
    if block is not None:
        known = tuple(indicator_from(row.content) for row in definitions_as_of(code, block))
        if known:
            return known
    return versions_of(code)


@dataclass(frozen=True)
class Known:
    """Which versions of reference data a figure as of a block rests on; a null block: none of it is sealed."""

    definition: int | None
    """The block that holds the version of the definition."""
    units: int | None
    """The block of the last change of units, lines and their names."""
    places: int | None
    """The block of the last change of places, their names and lists."""


def known_by(indicator: Indicator, block: int) -> Known:
    """Return what an indicator as of a block rests on."""
    rows = {row.content["version"]: row.block for row in definitions_as_of(indicator.code, block)}
    last = last_changes(block)
    return Known(
        definition=rows.get(indicator.version),
        units=max((last[kind] for kind in OF_UNITS & last.keys()), default=None),
        places=max((last[kind] for kind in OF_PLACES & last.keys()), default=None),
    )


def indicator_as_of(code: str, period: Period, block: int | None) -> Indicator:
    """Return the version that counts a period, as of a block; null is as the files are now.

    Raises: LookupError: there is no such indicator.
    """
    return valid_for(chain_of(code, block), period)
