"""A published figure opened for everybody: its parts and facts, with what is not shown left out.

Set-based: a page reads its fifty facts, and parts are grouped by the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bangfu.foundation.rooms import Words, both
from bangfu.reporting.periods import month_period, read_period
from bangfu.reporting.publications.models import PublishedFigure, PublishedTerm
from bangfu.reporting.publications.reading import party_name, rows_of
from bangfu.reporting.selection import Selection

ROWS_A_PAGE = 50
PARTS = 12
"""Of a breakdown, the largest so many are shown; months all."""
WITHHELD = both("不公开", "Withheld")
TOO_FEW = both("不分列（不足五人）", "Not divided (fewer than five)")

_SIZE = "CASE published.level WHEN 1 THEN 10000000000 WHEN 2 THEN 100000000 WHEN 3 THEN 1000000 WHEN 4 THEN 1000 ELSE 1 END"
_SHOWN_PLACE = f"fact.place_id / ({_SIZE}) * ({_SIZE})"
_UNDER = """
  FROM publications_publishedterm term
 CROSS JOIN unnest(term.facts) AS under (fact)
  JOIN ledger_fact fact ON fact.id = under.fact
  JOIN publications_publishedfact published ON published.fact_id = fact.id AND published.publication_id = %(publication)s
 WHERE term.id = %(term)s
"""
ROWS = f"""
SELECT fact.id, {_SHOWN_PLACE}, CASE WHEN published.shows_unit THEN fact.unit_id END,
       to_char(fact.happened_on, CASE WHEN published.shows_day THEN 'YYYY-MM-DD' ELSE 'YYYY-MM' END), fact.quantity,
       fact.party::text, fact.reverses_id
{_UNDER} ORDER BY fact.id LIMIT {ROWS_A_PAGE} OFFSET %(skipped)s
"""
KEYS = {
    "place": "fact.place_id / 10000000000 * 10000000000",
    "county": "CASE WHEN published.level >= 3 THEN fact.place_id / 1000000 * 1000000 END",
    "unit": "CASE WHEN published.shows_unit THEN fact.unit_id END",
    "month": "date_trunc('month', fact.happened_on)::date",
}


def _sums(key: str) -> str:
    return f"SELECT {KEYS[key]} AS part, sum(fact.quantity) {_UNDER} GROUP BY 1"


def _counts(key: str) -> str:
    return (
        f"SELECT part, count(*)::numeric FROM (SELECT {KEYS[key]} AS part, fact.party {_UNDER} AND fact.party IS NOT NULL"
        " GROUP BY 1, 2 HAVING sum(fact.quantity) > 0) nets GROUP BY 1"
    )


@dataclass(frozen=True)
class Part:
    """One bar."""

    name: str
    value: Decimal
    width: str
    """Percent of the largest, as SVG writes it."""


@dataclass(frozen=True)
class Row:
    """One fact as everybody may see it."""

    fact: int
    place: str
    unit: str
    day: str
    quantity: Decimal
    party: str
    """What the party is called in this publication alone; empty without one."""
    reverses: int | None


@dataclass(frozen=True)
class OpenedTerm:
    """One term of a published figure."""

    term: PublishedTerm
    breakdowns: tuple[tuple[Words, tuple[Part, ...], int], ...]
    """Title, the parts that are drawn, and how many there are."""
    rows: tuple[Row, ...]
    pages: int


def opened_term(figure: PublishedFigure, term: PublishedTerm, page: int) -> OpenedTerm:
    """Return one term of a published figure with a page of its facts. Args: page: from 1."""
    publication = figure.publication
    asked = _asked(figure)
    values: dict[str, Any] = {"publication": publication.pk, "term": term.pk}
    is_distinct = figure.content["kinds"][term.position] == "distinct"
    found: dict[str, dict[Any, Decimal]] = {
        key: {row[0]: row[1] for row in rows_of((_counts if is_distinct else _sums)(key), **values)}
        for key in KEYS
    }
    rows = list(rows_of(ROWS, **values, skipped=(page - 1) * ROWS_A_PAGE))
    key = bytes(publication.party_key)
    labels = asked.place_labels({place for _, place, *_ in rows})
    units = asked.unit_names({unit for _, _, unit, *_ in rows if unit is not None})
    return OpenedTerm(
        term=term,
        breakdowns=tuple(_breakdowns(found, asked)),
        rows=tuple(
            Row(
                fact=fact,
                place=labels.get(place, str(place)),
                unit=str(WITHHELD) if unit is None else str(units[unit]),
                day=day,
                quantity=quantity,
                party="" if party is None else party_name(key, party),
                reverses=reverses,
            )
            for fact, place, unit, day, quantity, party, reverses in rows
        ),
        pages=max(1, -(-len(term.facts) // ROWS_A_PAGE)),
    )


def _asked(figure: PublishedFigure) -> Selection:
    """Return by whose names places and units are called: those of the period's end, as the block knew them."""
    last_on = date.fromisoformat(figure.content["period"][1]) - timedelta(days=1)
    return Selection(read_period(last_on.isoformat()), as_of=figure.publication.block)


def _breakdowns(
    found: dict[str, dict[Any, Decimal]], asked: Selection
) -> list[tuple[Words, tuple[Part, ...], int]]:
    places = found["place"] if len(found["place"]) > 1 else found["county"]
    labels = asked.place_labels({place for place in places if place is not None}, short=True)
    units = asked.unit_names({unit for unit in found["unit"] if unit is not None})
    told = []
    for title, parts, named in (
        (both("按地区", "By place"), places, lambda key: labels[key]),
        (both("按单位", "By unit"), found["unit"], lambda key: str(units[key])),
    ):
        if len(parts) > 1:
            ordered = sorted(parts.items(), key=lambda part: (-part[1], str(part[0])))
            told.append((title, _drawn(ordered[:PARTS], parts, named), len(parts)))
    if len(found["month"]) > 1:
        months = sorted(found["month"].items())
        titles = {month: month_period(month) for month in found["month"]}
        said = {key: both(one.title("zh"), one.title("en")) for key, one in titles.items()}
        drawn = _drawn(months, found["month"], lambda key: str(said[key]))
        told.append((both("按月份", "By month"), drawn, len(months)))
    return told


def _drawn(parts: list[tuple[Any, Decimal]], all_of: dict[Any, Decimal], named: Any) -> tuple[Part, ...]:
    largest = max(all_of.values())
    return tuple(
        Part(
            name=str(TOO_FEW) if key is None else named(key),
            value=value,
            width=f"{max(value * 100 / largest, Decimal('0.5')):.1f}%" if value > 0 and largest > 0 else "0%",
        )
        for key, value in parts
    )
