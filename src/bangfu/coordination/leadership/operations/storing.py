"""Plain writing functions that the operations share: locks of numbers, visits with their points, their evidence."""

from __future__ import annotations

from typing import Any
from zlib import crc32

import polars
from django.db import connection
from django.db.models import Max

from bangfu.coordination.leadership import measures
from bangfu.coordination.leadership.models import Leader, Visit, VisitPoint
from bangfu.coordination.leadership.queries import RECORD_TYPE
from bangfu.coordination.leadership.rules import points_of
from bangfu.foundation.evidence.models import EvidenceKind
from bangfu.foundation.evidence.operations import attach, keep
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.ledger.operations import post_many
from bangfu.foundation.ledger.queries import facts_of
from bangfu.foundation.operations import Act, inside_operation
from bangfu.foundation.rooms import record_type

LOCKS = 0x6C65_6164
BUCKETS = 64
"""Numbers share so many locks, so that a sheet of any length takes no more of the server's lock table."""

Files = tuple[tuple[str, bytes], ...]


def lock_references(references: list[str]) -> None:
    """Take the locks of visits' or leaders' numbers, in order; whoever registers one of them meanwhile waits."""
    inside_operation()
    buckets = sorted({crc32(one.encode()) % BUCKETS for one in references})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, bucket) FROM unnest(%s::int[]) AS bucket", [LOCKS, buckets]
        )


def _said(row: dict[str, Any], leader: Leader) -> dict[str, Any]:
    return {
        "leader": leader,
        "unit_id": leader.unit_id,
        "post": leader.post,
        "rank": leader.rank,
        "place_id": row["place"],
        "arrived_on": row["arrived_on"],
        "left_on": row["left_on"],
        "purpose": row["purpose"],
        "trip": row["trip"],
    }


def enter_visits(rows: polars.DataFrame, *, upload: int | None, act: Act) -> list[Visit]:
    """Write new visits with their points and return them, in the order of the rows."""
    inside_operation()
    leaders = _leaders_of(rows)
    before = Visit.objects.filter(reference__in=rows["reference"].to_list()).values_list("reference")
    last = dict(before.annotate(Max("revision")).values_list("reference", "revision__max"))
    said = list(rows.iter_rows(named=True))
    visits = Visit.objects.bulk_create(
        Visit(
            reference=row["reference"],
            **_said(row, leaders[row["leader_code"]]),
            revision=last.get(row["reference"], 0) + 1,
            upload_id=upload,
            registered_at=act.at,
            registered_by=act.actor,
        )
        for row in said
    )
    _enter_points(visits, said)
    return visits


def replace_visits(rows: polars.DataFrame, *, upload: int | None) -> list[Visit]:
    """Write what rows say over the visits they name by ``visit``, their points with them, and return these."""
    inside_operation()
    leaders = _leaders_of(rows)
    there = {one.pk: one for one in Visit.objects.filter(pk__in=rows["visit"].to_list())}
    said = list(rows.iter_rows(named=True))
    for row in said:
        for name, value in _said(row, leaders[row["leader_code"]]).items():
            setattr(there[row["visit"]], name, value)
        there[row["visit"]].upload_id = upload
    names = ("leader", "unit", "post", "rank", "place", "arrived_on", "left_on", "purpose", "trip", "upload")
    Visit.objects.bulk_update(there.values(), names)
    VisitPoint.objects.filter(visit__in=there).delete()
    visits = [there[row["visit"]] for row in said]
    _enter_points(visits, said)
    return visits


def _leaders_of(rows: polars.DataFrame) -> dict[str, Leader]:
    return {one.code: one for one in Leader.objects.filter(code__in=rows["leader_code"].to_list())}


def _enter_points(visits: list[Visit], said: list[dict[str, Any]]) -> None:
    VisitPoint.objects.bulk_create(
        VisitPoint(visit=visit, number=number, kind=kind, text=text, due_on=due_on)
        for visit, row in zip(visits, said, strict=True)
        for number, (kind, text, due_on) in enumerate(points_of(row), start=1)
    )


def count_visits(keys: list[int], *, act: Act) -> None:
    """Post what verified visits count: the leader's trip, and the trip.

    Posts: ``leadership.visits`` and ``leadership.trips``, one each a visit, on the day of arrival at the place visited.
    """
    inside_operation()
    found = Visit.objects.filter(pk__in=keys).order_by("pk").values_list(
        "pk", "unit", "place", "arrived_on", "leader__code", "trip", "reference"
    )  # fmt: skip
    rows = [
        {
            "quantity": 1, "unit": unit, "place": place, "on": on, "subject": key, "source_id": str(key),
            "leader_trip": str(measures.party_of_visit(leader, trip or reference)),
            "trip": str(measures.party_of_trip(trip or reference)),
        }
        for key, unit, place, on, leader, trip, reference in found
    ]  # fmt: skip
    kind = record_type("leadership.visit")
    for measure, party in ((measures.VISITS, "leader_trip"), (measures.TRIPS, "trip")):
        facts = polars.DataFrame(rows).select(
            "quantity", "unit", "place", "on", "subject", "source_id", party=party
        )
        post_many(measure, facts, record_type=kind, system=measures.SOURCE_SYSTEM, act=act)


def standing_facts_of(visit: Visit) -> list[int]:
    """Return the keys of the facts that count a visit and are not taken back."""
    facts: list[Fact] = list(facts_of(RECORD_TYPE, visit.pk))
    taken_back = {fact.reverses_id for fact in facts}
    return [fact.pk for fact in facts if fact.reverses_id is None and fact.pk not in taken_back]


def visit_for_update(visit: Visit) -> Visit:
    """Return the visit as it is now, locked until the operation ends."""
    inside_operation()
    found = Visit.objects.select_for_update(of=("self",)).select_related("unit", "place", "leader")
    return found.get(pk=visit.pk)


def attach_files(visit: Visit, files: Files, *, act: Act) -> None:
    """Keep files and hang them on a visit: pictures as photographs, everything else as documents."""
    for name, content in files:
        file = keep(content, name=name, act=act)
        kind = EvidenceKind.PHOTO if file.media_type.startswith("image/") else EvidenceKind.DOCUMENT
        attach(file, to=visit, kind=kind, name=name, act=act)
