"""Which vetted applications lie within the quotas: by score, and of equal scores by who applied first."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from bangfu.giving.grants.models import Programme

_RANKED = """
WITH seats AS (
    SELECT application.id, application.number, application.state, application.score, application.place_id,
           application.school_id,
           CASE WHEN of_school.id IS NULL THEN 0 ELSE application.school_id END AS own,
           coalesce(of_school.pupils, of_county.pupils, 0) AS seats
      FROM grants_application application
      LEFT JOIN grants_quota of_school
             ON of_school.programme_id = application.programme_id AND of_school.school_id = application.school_id
      LEFT JOIN grants_quota of_county
             ON of_county.programme_id = application.programme_id AND of_county.place_id = application.place_id
            AND of_county.school_id IS NULL
     WHERE application.programme_id = %(programme)s),
taken AS (
    SELECT place_id, own, count(*) AS count FROM seats
     WHERE state IN ('SHORTLISTED', 'DISPLAYED', 'OBJECTED', 'DECIDED', 'AWARDED') GROUP BY place_id, own),
ranked AS (
    SELECT seats.*, row_number() OVER (PARTITION BY place_id, own ORDER BY score DESC, id) AS place_in_line
      FROM seats WHERE state = 'VETTED')
SELECT ranked.id, ranked.number, ranked.score, ranked.place_in_line,
       ranked.place_in_line <= ranked.seats - coalesce(taken.count, 0)
  FROM ranked LEFT JOIN taken USING (place_id, own)
 ORDER BY ranked.place_id, ranked.own, ranked.place_in_line
"""


@dataclass(frozen=True)
class Proposal:
    """A vetted application before the committee."""

    key: int
    number: str
    score: int
    rank: int
    """Among those who share its quota, from 1."""
    is_within: bool
    """Whether the quota has a seat for it."""


def proposals(programme: Programme) -> list[Proposal]:
    """Return the vetted applications of a programme by county, school and rank.

    A school with a quota of its own fills that; the other schools of a county share the county's.
    """
    with connection.cursor() as cursor:
        cursor.execute(_RANKED, {"programme": programme.pk})
        return [Proposal(*row) for row in cursor.fetchall()]
