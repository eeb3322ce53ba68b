"""The terms of a declaration: over which measures, or as which other indicator has them, and narrowed to what. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bangfu.foundation.ledger.measures import Measure, MeasureKind
from bangfu.foundation.places.codes import id_from_code
from bangfu.foundation.places.registers import REGISTERS
from bangfu.reporting.declarations.fields import Fields, Looping
from bangfu.reporting.definitions import ROLES, Indicator, IndicatorKind, Term, TermKind, Whole

COUNTED = tuple(one for one in TermKind if one is not TermKind.REGISTERED)

Refers = Callable[[str, date], Indicator]
"""Gives the version of an indicator that holds on a day. Raises: Looping; LookupError: there is none."""


def no_other(code: str, on: date) -> Indicator:
    """Return no other indicator: nothing can be taken over. Raises: LookupError."""
    raise LookupError(code)


@dataclass(frozen=True)
class Source:
    """What a declaration may refer to."""

    measures: Mapping[str, Measure]
    refers: Refers
    on: date
    """The day on which the version begins to hold: of another indicator the version of that day is taken over."""


def _term(read: Fields, source: Source) -> Term:
    """Return the term that a table of a ratio or a target declares."""
    term = _counted(read, read.choose("kind", TermKind, COUNTED), source)
    read.finish()
    return term


def _counted(read: Fields, kind: TermKind, source: Source) -> Term:
    if kind not in COUNTED:
        raise read.not_among("kind", kind.value, COUNTED)
    term = _taken_over(read, kind, source) if "indicator" in read.table else _summed(read, kind, source)
    return _narrowed(read, term)


def _summed(read: Fields, kind: TermKind, source: Source) -> Term:
    """Return a term over measures."""
    first, *also = _measures(read, source.measures)
    if kind is TermKind.STOCK and first.kind is not MeasureKind.STOCK:
        raise read.wrong(
            "kind",
            f"计量项 {first.code} 是流量，合计起来不是存量",
            f"the measure {first.code} is a flow: its sum is no stock",
        )
    if kind is TermKind.CUMULATIVE and first.kind is not MeasureKind.FLOW:
        raise read.wrong(
            "kind",
            f"计量项 {first.code} 是存量，本身就是累计",
            f"the measure {first.code} is a stock: it stands already",
        )
    since = read.take("since", date) if kind is TermKind.CUMULATIVE and "since" in read.table else None
    return Term(first, kind, also=tuple(also), since=since)


def _taken_over(read: Fields, kind: TermKind, source: Source) -> Term:
    """Return the term of another indicator, as it is declared on the day from which this one holds."""
    code = read.take("indicator", str)
    try:
        other = source.refers(code, source.on)
    except Looping as loop:
        raise read.wrong("indicator", f"指回了自己：{loop}", f"refers to itself: {loop}") from None
    except LookupError:
        raise read.wrong("indicator", f"没有「{code}」这个指标", f"no indicator is called {code!r}") from None
    if other.roles:
        raise read.wrong(
            "indicator",
            f"{code} 由两项算出，只能引用单项指标",
            f"{code} is worked out from two terms: only one of a single term can be taken over",
        )
    if other.term.kind is not kind:
        raise read.wrong(
            "kind",
            f"{code} 的类型是 {other.term.kind.value}，这里必须相同",
            f"{code} is of the kind {other.term.kind.value}: it must be the same here",
        )
    return replace(other.term, of=other.key, until=None)


def _narrowed(read: Fields, term: Term) -> Term:
    """Return a term narrowed to a line, an area, a place and a unit."""
    for name in ("line", "area", "place", "owner"):
        if name not in read.table:
            continue
        written = read.take(name, str)
        value: Any = id_from_code(written) if name == "place" else written
        if value is None:
            raise read.wrong("place", f"不是行政区划代码：{written!r}", f"is no code of a place: {written!r}")
        before = getattr(term, name)
        if before and before != value:
            raise read.wrong(
                name,
                f"{term.of} 已经限定为 {before}，不能再限定为别的",
                f"{term.of} is narrowed to {before} already, and cannot be to another",
            )
        term = replace(term, **{name: value})
    return term


def _measures(read: Fields, measures: Mapping[str, Measure]) -> list[Measure]:
    """Return the measures whose facts count, of one kind and unit."""
    field = "measures" if "measures" in read.table else "measure"
    names = read.take(field, list) if field == "measures" else [read.take(field, str)]
    found = []
    for named in names:
        measure = measures.get(named) if isinstance(named, str) else None
        if measure is None:
            raise read.wrong(
                field, f"没有哪个房间声明了计量项 {named!r}", f"no room declares the measure {named!r}"
            )
        found.append(measure)
    if not found or len(set(names)) < len(names):
        raise read.wrong(field, "至少要有一个计量项，每个只能写一次", "must name each measure once")
    if len({(one.kind, one.unit, one.decimals) for one in found}) > 1:
        units = [f"{one.code}（{one.unit.zh}）" for one in found]
        named_units = [f"{one.code} ({one.unit.en})" for one in found]
        raise read.wrong(
            field,
            f"几个计量项必须类型、单位和小数位都相同：{'、'.join(units)}",
            f"must be of one kind and one unit: {', '.join(named_units)}",
        )
    return found


def _registered(read: Fields) -> Term:
    """Return the term of a registered denominator."""
    code = read.take("denominator", str)
    if code not in REGISTERS:
        raise read.not_among("denominator", code, REGISTERS)
    return registered_term(code)


def registered_term(code: str) -> Term:
    """Return the term of a register: what it counts stands as a measure, of which there are no facts."""
    register = REGISTERS[code]
    counted = Measure(f"register.{code}", register.title, register.unit, MeasureKind.STOCK)
    return Term(counted, TermKind.REGISTERED, register=code)


def _factor(read: Fields) -> int:
    factor = read.take("factor", int)
    if factor < 1 or str(factor).strip("0") != "1":
        raise read.wrong(
            "factor",
            "只能是 1、10、100 或更大的十的乘方",
            "must be 1, 10, 100 or a further power of ten",
        )
    return factor


def terms_of(read: Fields, kind: IndicatorKind, source: Source) -> tuple[Term, Term | None, int]:
    """Return the terms of an indicator of a kind, and its factor."""
    if kind not in ROLES:
        return _counted(read, TermKind(kind.value), source), None, 1
    factor = 1 if kind is IndicatorKind.TARGET else _factor(read)
    term = _term(read.inner("numerator"), source)
    match kind:
        case IndicatorKind.GROWTH:
            return term, replace(term, years_back=1), factor
        case IndicatorKind.SHARE:
            return term, replace(term, whole=read.choose("of", Whole, Whole)), factor
        case IndicatorKind.PER_HEAD:
            return term, _registered(read), factor
        case IndicatorKind.TARGET:
            against = _term(read.inner("target"), source)
            require_one_unit(read, "target", term, against)
            return term, against, factor
    return term, _term(read.inner("denominator"), source), factor


def require_one_unit(read: Fields, field: str, term: Term, against: Term) -> None:
    """Refuse to hold sums of different units against each other; how many parties there are has no unit of measure."""
    if term.counts_parties or against.counts_parties or term.measure.unit == against.measure.unit:
        return
    mine, others = term.measure.unit, against.measure.unit
    raise read.wrong(
        field,
        f"单位不同不能相比：{mine.zh}与{others.zh}",
        f"holds different units of measure against each other: {mine.en} and {others.en}",
    )
