"""Which grants a gift became: first in, first out, exact to the fen, and told no finer than a school of five pupils.

The fund's money is a line of fen. Gifts lie on it in the order in which they entered the fund, less what went back; standing
awards in the order in which they were decided; what no award covers is left. Every fen of a gift lies in one award or is left,
so that the shares of all gifts sum to what was awarded and paid.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from bangfu.giving.grants.models import STANDING

FEWEST_SHOWN = 5
"""Pupils of a school, or of a county, below which neither is named."""
_SHARES = """
WITH awarded AS (
  SELECT award.id, award.school_id, award.place_id, award.state, award.amount_fen,
         (sum(award.amount_fen) OVER (ORDER BY award.id))::bigint AS until
    FROM grants_award award WHERE award.fund_id = %(fund)s AND award.state = ANY(%(standing)s)
)
SELECT awarded.id, awarded.school_id, awarded.place_id, awarded.state,
       least(awarded.until, %(until)s) - greatest(awarded.until - awarded.amount_fen, %(start)s),
       coalesce(receipt.signer, '') <> ''
  FROM awarded
  LEFT JOIN grants_payment payment ON payment.award_id = awarded.id AND payment.state = 'PAID'
  LEFT JOIN grants_receipt receipt ON receipt.payment_id = payment.id
 WHERE awarded.until > %(start)s AND awarded.until - awarded.amount_fen < %(until)s
 ORDER BY awarded.id
"""
_PUPILS = """
SELECT school.id, school.name, award.place_id, count(*),
       count(*) FILTER (WHERE award.state = 'PAID'),
       coalesce(sum(award.amount_fen) FILTER (WHERE award.state = 'PAID'), 0)::bigint,
       count(*) FILTER (WHERE award.state = 'PAID' AND receipt.signer <> '')
  FROM grants_award award
  JOIN grants_school school ON school.id = award.school_id
  LEFT JOIN grants_payment payment ON payment.award_id = award.id AND payment.state = 'PAID'
  LEFT JOIN grants_receipt receipt ON receipt.payment_id = payment.id
 WHERE award.fund_id = %(fund)s AND award.state = ANY(%(standing)s)
 GROUP BY school.id, school.name, award.place_id
"""


@dataclass(frozen=True)
class Share:
    """The fen of a gift that lie in one award."""

    award: int
    school: int
    place: int
    state: str
    fen: int
    is_receipted: bool


def shares(fund: int, span: tuple[int, int]) -> list[Share]:
    """Return in which standing awards of a fund a span of its fen lies, in their order; what is missing of the span is left."""
    with connection.cursor() as cursor:
        cursor.execute(
            _SHARES, {"fund": fund, "standing": list(STANDING), "start": span[0], "until": span[1]}
        )
        return [Share(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class SchoolSum:
    """What a fund's grants came to at one school of one county."""

    school: int
    name: str
    place: int
    pupils: int
    paid: int
    paid_fen: int
    receipted: int


def by_school(fund: int) -> list[SchoolSum]:
    """Return what the standing awards of a fund came to, a school a row."""
    with connection.cursor() as cursor:
        cursor.execute(_PUPILS, {"fund": fund, "standing": list(STANDING)})
        return [SchoolSum(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Told:
    """One line that a giver sees: a part of their gift at a school, in a county, or where too few are granted to say."""

    school: str
    """Empty: its county is told instead."""
    place: int | None
    """The county; null: too few pupils there as well."""
    fen: int
    paid_fen: int
    receipted_fen: int
    pupils: int | None
    """Granted at the school; null: not told."""
    paid: int | None
    receipted: int | None
    school_paid_fen: int | None


def told(parts: Iterable[Share], sums: Iterable[SchoolSum]) -> list[Told]:
    """Return the shares of a gift by school, or by county where a school has fewer than five pupils, the largest first.

    Of a county that stands for its small schools no count is told: less the schools that are named, it would count them.
    """
    schools = {(one.school, one.place): one for one in sums}
    counties: dict[int, int] = defaultdict(int)
    for one in schools.values():
        counties[one.place] += one.pupils
    grouped: dict[tuple[int | None, int | None], list[Share]] = defaultdict(list)
    for part in parts:
        grouped[_shown(part, schools, counties)].append(part)
    found = [_told(key, ones, schools) for key, ones in grouped.items()]
    return sorted(found, key=lambda one: (-one.fen, one.school, one.place or 0))


def _shown(
    part: Share, schools: dict[tuple[int, int], SchoolSum], counties: dict[int, int]
) -> tuple[int | None, int | None]:
    known = schools.get((part.school, part.place))
    if known is not None and known.pupils >= FEWEST_SHOWN:
        return part.school, part.place
    return None, part.place if counties.get(part.place, 0) >= FEWEST_SHOWN else None


def _told(
    key: tuple[int | None, int | None], ones: list[Share], schools: dict[tuple[int, int], SchoolSum]
) -> Told:
    school, place = key
    known = schools[school, place] if school is not None and place is not None else None
    paid = [one for one in ones if one.state == "PAID"]
    return Told(
        school=known.name if known else "",
        place=place,
        fen=sum(one.fen for one in ones),
        paid_fen=sum(one.fen for one in paid),
        receipted_fen=sum(one.fen for one in paid if one.is_receipted),
        pupils=known.pupils if known else None,
        paid=known.paid if known else None,
        receipted=known.receipted if known else None,
        school_paid_fen=known.paid_fen if known else None,
    )
