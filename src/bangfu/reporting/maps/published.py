"""The public map: published figures by province, prefecture and county, from the facts that were frozen with them.

What everybody may see of a fact was decided when its publication was prepared (decision 36): a place finer than that is not
told, and what is not divided stands aside as one number.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import connection

from bangfu.foundation.ledger.queries import latest_block
from bangfu.foundation.places.codes import PROVINCE, SIZE_OF_LEVEL, level_of, subtree_range
from bangfu.foundation.places.models import Area
from bangfu.foundation.rooms import Words
from bangfu.reporting.figures import NOTHING, Figure
from bangfu.reporting.maps.values import PlaceValue, Values, joined_terms
from bangfu.reporting.periods import Period, read_period
from bangfu.reporting.publications.models import PublishedFigure, PublishedTerm
from bangfu.reporting.publications.queries import Standing, standings
from bangfu.reporting.queries import indicator_of
from bangfu.reporting.selection import Selection, UnableToOpen

_KEYS = """
SELECT CASE WHEN published.level >= %(level)s THEN fact.place_id / %(size)s * %(size)s END AS place, {columns}
  FROM publications_publishedterm term
 CROSS JOIN unnest(term.facts) AS under (fact)
  JOIN ledger_fact fact ON fact.id = under.fact
  JOIN publications_publishedfact published ON published.fact_id = fact.id AND published.publication_id = %(publication)s
 WHERE term.id = %(term)s AND fact.place_id >= %(first)s AND fact.place_id < %(end)s
   AND published.level >= %(told)s
"""
_SUMS = _KEYS.format(columns="sum(fact.quantity), count(*)") + " GROUP BY 1"
_COUNTS = (
    "SELECT place, count(*)::numeric, sum(facts) FROM ("
    + _KEYS.format(columns="fact.party, count(*) AS facts")
    + " AND fact.party IS NOT NULL GROUP BY 1, 2 HAVING sum(fact.quantity) > 0) nets GROUP BY 1"
)
UNDIVIDED = 0
"""Stands for the place of what is not divided as finely as it was asked."""


@dataclass(frozen=True)
class PublishedMap:
    """A published figure that may be drawn."""

    figure: PublishedFigure
    standing: Standing

    @property
    def key(self) -> str:
        """How it is named in addresses: publication and position."""
        return f"{self.standing.number}-{self.figure.position}"

    @property
    def title(self) -> Words:
        """What is counted, and when."""
        content = self.figure.content
        return Words(
            f"{content['title']['zh']}（{content['when']['zh']}）",
            f"{content['title']['en']} ({content['when']['en']})",
        )

    @property
    def address(self) -> str:
        """Where it opens for everybody."""
        return f"/publications/published/{self.standing.number}/figures/{self.figure.position}/"

    @cached_property
    def period(self) -> Period:
        """Its period."""
        first, end = self.figure.content["period"]
        cut = Period("", read_period(first).starts_on, read_period(end).starts_on)
        return read_period(f"{first}/{cut.last_on.isoformat()}") if first < end else read_period(first)

    @cached_property
    def shown(self) -> Figure:
        """The figure as its publication froze it, for the way in which its values are written."""
        area = self.figure.content["area"]
        selection = Selection(
            self.period,
            area=None if area is None else Area.objects.get(pk=area),
            as_of=self.standing.publication.block,
        )
        indicator = indicator_of(self.figure.content["indicator"], selection)
        newest = latest_block()
        return Figure(
            indicator=indicator, selection=selection, sum=NOTHING, latest_block=newest.number if newest else 0, unsealed=0,
            display=indicator.display,
        )  # fmt: skip


def published_maps() -> list[PublishedMap]:
    """Return the published figures that may be drawn, those of the newest publication first: of no single place or unit."""
    frozen = {one.publication.pk: one for one in standings() if one.number is not None}
    found = PublishedFigure.objects.filter(publication__in=frozen).order_by("-publication_id", "position")
    maps: list[PublishedMap] = []
    seen: set[tuple[Any, ...]] = set()
    for figure in found:
        content = figure.content
        if any(content[name] is not None for name in ("place", "unit", "line")):
            continue
        question = (content["indicator"], tuple(content["period"]), content["area"])
        if question not in seen:
            seen.add(question)
            maps.append(PublishedMap(figure, frozen[figure.publication_id]))
    return maps


def published_map(key: str) -> PublishedMap:
    """Return the published figure of that name; of an empty one the first.

    Raises: UnableToOpen: ``unknown_indicator``: nothing was published under it.
    """
    for one in published_maps():
        if not key or one.key == key:
            return one
    raise UnableToOpen("unknown_indicator", text=key)


def published_values(one: PublishedMap, level: int, place: int | None) -> Values:
    """Return the values of a published figure by divisions; what is not divided stands under ``UNDIVIDED``.

    Of a place only facts count that may be told to lie in it: otherwise what is not divided would tell where it lies.
    """
    first, end = subtree_range(place) if place is not None else (0, 10**12)
    kinds = one.figure.content["kinds"]
    terms = []
    for term in PublishedTerm.objects.filter(figure=one.figure).order_by("position"):
        values = {
            "publication": one.figure.publication_id, "term": term.pk, "level": level, "size": SIZE_OF_LEVEL[level],
            "first": first, "end": end, "told": PROVINCE if place is None else level_of(place),
        }  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(_COUNTS if kinds[term.position] == "distinct" else _SUMS, values)
            terms.append(
                {
                    number or UNDIVIDED: (Decimal(total), int(facts))
                    for number, total, facts in cursor.fetchall()
                }
            )
    return joined_terms(one.shown.indicator, terms)


def undivided(values: Values) -> PlaceValue | None:
    """Return what stands in no division because fewer than five would be told; null when everything is divided."""
    return values.get(UNDIVIDED)
