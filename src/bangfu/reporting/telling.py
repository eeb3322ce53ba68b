"""A figure and its steps as lines of text, for terminals."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import chain, islice

from bangfu.foundation.rooms import both
from bangfu.reporting.definitions import IndicatorKind
from bangfu.reporting.display import plain_text
from bangfu.reporting.facts import facts_in, trust_in
from bangfu.reporting.leaving import left_out_of
from bangfu.reporting.parties import falling_in
from bangfu.reporting.parts import MOST_COLUMNS, Bars, place_bars, unit_bars
from bangfu.reporting.queries import Opened
from bangfu.reporting.registered import registered_in
from bangfu.reporting.rows import fact_rows
from bangfu.reporting.versions import Known, known_by

_BAR = 24


def _padded(text: str, width: int) -> str:
    """Return the text filled to a width in which Chinese signs count two."""
    wide = sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
    return text + " " * max(width - wide, 0)


def lines_of(opened: Opened, step: str, *, most: int) -> Iterator[str]:
    """Return what a terminal shows of a step.

    Args:
        step: how, where or facts.
        most: how many bars or facts; the number of the rest is said.
    """
    figure = opened.figure
    yield f"{figure.indicator.title} · {figure.selection.period_words} · {figure.selection.scope_words}"
    exact = "—" if figure.value is None else plain_text(figure.value)
    yield f"{figure}  ({exact})"
    said = both(
        "{facts} 条事实，其中冲正 {back}；截至区块 {block}，待封存 {tail}",
        "{facts} facts, {back} reversals; block {block}, {tail} unsealed",
    )
    total = figure.sum
    yield said.format(facts=total.facts, back=total.reversed, block=figure.block, tail=figure.unsealed)
    if figure.participations is not None:
        counted = both(
            "数量合计 {quantity} {unit}，同一对象只算一次",
            "{quantity} {unit} in all, each party counted once",
        )
        unit = figure.indicator.term.measure.unit
        yield counted.format(quantity=plain_text(figure.participations), unit=unit)
    for one in figure.terms:
        yield f"  {one.indicator.title}: {one}  --term {one.selection.term}"
    if opened.now is not None and opened.has_moved:
        now = "—" if opened.now.value is None else plain_text(opened.now.value)
        yield both("现在是 {now}", "It is now {now}").format(now=now)
    yield figure.address
    steps = {"how": _how, "where": _where, "facts": _facts}
    yield from steps[step](opened, most)


def _how(opened: Opened, most: int) -> Iterator[str]:
    figure = opened.figure
    trust = trust_in(figure.indicator, figure.selection)
    yield ""
    yield f"{figure.indicator.code} v{figure.indicator.version}"
    yield str(figure.indicator.formula)
    yield str(figure.indicator.scope_note)
    if figure.selection.as_of is not None:
        yield _known(known_by(figure.indicator, figure.selection.as_of))
    said = both(
        "已核验 {verified}/{standing}，有凭证 {evidenced}/{standing}",
        "verified {verified}/{standing}, with evidence {evidenced}/{standing}",
    )
    yield said.format(verified=trust.verified, evidenced=trust.evidenced, standing=trust.standing)
    for left in left_out_of(figure):
        yield f"{both('未计入', 'Left out')}: {f'{left.of}: ' if left.of else ''}{left.count} {left.why}"
    if trust.in_counties:
        answered = both(
            "县方确认 {confirmed}/{inside}，有异议 {disputed}",
            "confirmed by the county {confirmed}/{inside}, disputed {disputed}",
        )
        yield answered.format(confirmed=trust.confirmed, inside=trust.in_counties, disputed=trust.disputed)


def _known(known: Known) -> str:
    said = both(
        "参照数据：口径在区块 {definition}，单位最近变动在区块 {units}，地区最近变动在区块 {places}",
        "Reference data: definition in block {definition}, units last changed in block {units}, places in block {places}",
    )
    blocks = {"definition": known.definition, "units": known.units, "places": known.places}
    return said.format(**{name: "—" if block is None else block for name, block in blocks.items()})


def _where(opened: Opened, most: int) -> Iterator[str]:
    yield from _drawn_all(place_bars(opened), most)
    yield from _months(opened)
    yield from _drawn_all([unit_bars(opened)], most)


def _months(opened: Opened) -> Iterator[str]:
    months = opened.breakdown.months
    if not 1 < len(months) <= MOST_COLUMNS:
        return
    yield ""
    yield f"{both('按月份', 'By month')} ({len(months)})"
    highest = max(part.value for part in months)
    for part in months:
        share = float(part.value / highest) if highest > 0 else 0.0
        yield _bar(f"{part.month:%Y-%m}", share, opened.figure.text_of(part.value))


def _drawn_all(kinds: list[Bars], most: int) -> Iterator[str]:
    for bars in kinds:
        yield ""
        yield f"{bars.title} ({bars.count})"
        for bar in islice(chain(bars.open, bars.folded), most):
            yield _bar(bar.name, float(bar.width.rstrip("%")) / 100, bar.text)
        if bars.count > most:
            yield f"  … {bars.count - most}"


def _bar(name: str, share: float, value: str) -> str:
    """Return one line of a breakdown; ``share`` of the largest, 0 to 1."""
    return f"  {_padded(name, 28)} {'█' * round(max(share, 0.0) * _BAR):<{_BAR}} {value:>12}"


def _facts(opened: Opened, most: int) -> Iterator[str]:
    figure = opened.figure
    if figure.indicator.kind is IndicatorKind.REGISTERED:
        yield ""
        for one in registered_in(figure.indicator.term, figure.selection) or []:
            name = figure.selection.place_labels([one.place], short=True)[one.place]
            yield f"  {_padded(name, 28)} {one.year} {one.value:>12,}  {one.source}"
        return
    facts = facts_in(figure.indicator, figure.selection)
    whole = facts.filter(reverses_id__isnull=True)
    yield ""
    if figure.indicator.term.counts_parties and not figure.terms:
        fell = falling_in(facts)
        said = both(
            "{facts} 条事实 → {parties} 个不同对象，其中 {repeated} 个不止一次",
            "{facts} facts → {parties} different parties, {repeated} of them more than once",
        )
        yield said.format(facts=fell.facts, parties=fell.parties, repeated=fell.repeated)
    for row in fact_rows(list(whole.order_by("happened_on", "id")[:most]), figure):
        name = row.fact.identity or row.fact.source_id
        yield f"  {_padded(name, 22)} {_padded(row.place, 20)} {row.fact.happened_on} {plain_text(row.fact.quantity):>8}"
        if row.reversal is not None:
            yield f"  ↳ {_padded(str(row.reason), 51)} {plain_text(row.reversal.quantity):>8}"
    rest = figure.sum.facts - figure.sum.reversed - most
    if rest > 0:
        yield f"  … {rest}"
