"""Where photographs under the shown figure were taken: of records whose evidence the reader may see, and of no others.

A phone measures in WGS-84 and so it is kept; for the map each position is converted to GCJ-02, the datum of the outlines, and
the result is kept nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.positions.datums import gcj_from_wgs
from bangfu.reporting.facts import facts_in
from bangfu.reporting.maps.asking import Question
from bangfu.reporting.maps.building import placed

EVIDENCE = "evidence.view"
MOST = 100_000
_POSITIONS = """
SELECT photo.longitude::float8, photo.latitude::float8, min(fact.id)
  FROM ({facts}) AS fact
  JOIN evidence_attachment attachment
    ON attachment.record_type = fact.subject_type AND attachment.record_id = fact.subject_id
  JOIN evidence_photograph photo ON photo.file_id = attachment.file_id
 WHERE photo.longitude IS NOT NULL
 GROUP BY photo.file_id, photo.longitude, photo.latitude
 ORDER BY 3
 LIMIT {most}
"""


@dataclass(frozen=True)
class Spots:
    """Points on the sheet, in the units of the outlines, and the fact under which each photograph hangs."""

    x: list[int]
    y: list[int]
    facts: list[int]


def photographs(question: Question, account: Account, on: date) -> Spots:
    """Return where the photographs of the records under a figure were taken, those within reach of ``evidence.view``."""
    facts = facts_in(question.indicator, question.selection)
    within = facts.filter(within_grants(account, EVIDENCE, on, has_line=True))
    statement, values = within.order_by().values("id", "subject_type", "subject_id").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_POSITIONS.format(facts=statement, most=MOST), values)
        rows = cursor.fetchall()
    points = [placed(*gcj_from_wgs(longitude, latitude)) for longitude, latitude, _ in rows]
    return Spots([x for x, _ in points], [y for _, y in points], [int(fact) for *_, fact in rows])
