"""Plain writing functions that the operations share: locks of codes, schools, their evidence and facts."""

from __future__ import annotations

from typing import Any
from zlib import crc32

import polars
from django.db import IntegrityError, connection, transaction
from django.db.models import Max

from bangfu.connectivity.schooling import queries
from bangfu.connectivity.schooling.measures import SCHOOLS, SOURCE_SYSTEM
from bangfu.connectivity.schooling.models import School
from bangfu.connectivity.schooling.queries import RECORD_TYPE
from bangfu.connectivity.schooling.rules import SAID, UnableToRegisterSchool
from bangfu.foundation.evidence.models import EvidenceKind
from bangfu.foundation.evidence.operations import attach, keep
from bangfu.foundation.ledger.operations import post_many
from bangfu.foundation.ledger.queries import facts_of
from bangfu.foundation.operations import Act, inside_operation
from bangfu.foundation.rooms import both, record_type

CODE_LOCKS = 0x7363_686F
BUCKETS = 64
"""Codes share so many locks, so that a sheet of any length takes no more of the server's lock table."""

Files = tuple[tuple[str, bytes], ...]


def lock_codes(codes: list[str]) -> None:
    """Take the locks of schools' codes, in order; whoever registers one of them meanwhile waits."""
    inside_operation()
    buckets = sorted({crc32(code.encode()) % BUCKETS for code in codes})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, bucket) FROM unnest(%s::int[]) AS bucket", [CODE_LOCKS, buckets]
        )


def _said(row: dict[str, Any]) -> dict[str, Any]:
    return {"place_id" if name == "place" else name: row[name] for name in SAID}


def enter_schools(rows: polars.DataFrame, *, unit: int, upload: int | None, act: Act) -> list[School]:
    """Write new schools in one statement and return them, in the order of the rows.

    Raises: UnableToRegisterSchool: ``registered_elsewhere``, by somebody else at the same moment.
    """
    inside_operation()
    before = School.objects.filter(code__in=rows["code"].to_list()).values_list("code")
    last = dict(before.annotate(Max("revision")).values_list("code", "revision__max"))
    made = [
        School(
            **_said(row),
            revision=last.get(row["code"], 0) + 1,
            unit_id=unit,
            upload_id=upload,
            registered_at=act.at,
            registered_by=act.actor,
        )
        for row in rows.iter_rows(named=True)
    ]
    try:
        with transaction.atomic():
            return School.objects.bulk_create(made)
    except IntegrityError as clash:
        if "schooling_one_" not in str(clash):
            raise
        raise UnableToRegisterSchool(
            "registered_elsewhere",
            code=rows["code"][0] if rows.height == 1 else "…",
            unit=both("另一单位", "another unit"),
            state=both("刚刚登记", "a moment ago"),
        ) from clash


def replace_schools(rows: polars.DataFrame, *, upload: int | None) -> list[School]:
    """Write what rows say over the schools they name by ``school``, in one statement, and return these."""
    inside_operation()
    there = {one.pk: one for one in School.objects.filter(pk__in=rows["school"].to_list())}
    for row in rows.iter_rows(named=True):
        school = there[row["school"]]
        for name, value in _said(row).items():
            setattr(school, name, value)
        school.upload_id = upload
    fields = ["place_id" if name == "place" else name for name in SAID if name != "code"]
    School.objects.bulk_update(there.values(), [name.removesuffix("_id") for name in fields] + ["upload"])
    return [there[key] for key in rows["school"]]


def attach_files(school: School, files: Files, *, act: Act) -> None:
    """Keep files and hang them on a school: pictures as photographs, everything else as documents."""
    for name, content in files:
        file = keep(content, name=name, act=act)
        kind = EvidenceKind.PHOTO if file.media_type.startswith("image/") else EvidenceKind.DOCUMENT
        attach(file, to=school, kind=kind, name=name, act=act)


def school_for_update(school: School) -> School:
    """Return the school as it is now, locked until the operation ends."""
    inside_operation()
    return School.objects.select_for_update(of=("self",)).select_related("unit", "place").get(pk=school.pk)


def count_schools(keys: list[int], *, act: Act) -> None:
    """Post what verified schools count: one up on the day each was accepted, one down on the day it stopped.

    What was posted before, the acceptance of a school whose stop is now verified, is not posted twice.

    Posts: ``schooling.schools``.
    """
    inside_operation()
    rows: list[dict[str, Any]] = []
    for one in queries.schools().filter(pk__in=keys).order_by("pk"):
        whose = {"unit": one.unit_id, "place": one.place_id, "subject": one.pk, "revision": one.revision}
        rows.append(
            {
                **whose,
                "quantity": 1,
                "on": one.accepted_on,
                "source_id": f"{one.code} start",
                "identity": one.code,
            }
        )
        if one.stopped_on is not None:
            rows.append(
                {
                    **whose,
                    "quantity": -1,
                    "on": one.stopped_on,
                    "source_id": f"{one.code} stop",
                    "identity": None,
                }
            )
    schema: dict[str, Any] = {
        "unit": polars.Int64, "place": polars.Int64, "subject": polars.Int64, "revision": polars.Int16,
        "quantity": polars.Decimal(20, 4), "on": polars.Date, "source_id": polars.String, "identity": polars.String,
    }  # fmt: skip
    facts = polars.DataFrame(rows, schema=schema, orient="row")
    post_many(SCHOOLS, facts, record_type=record_type("schooling.school"), system=SOURCE_SYSTEM, act=act)
    School.objects.filter(pk__in=keys, confirmed_at__isnull=True).update(confirmed_at=act.at)


def standing_facts_of(school: School) -> list[int]:
    """Return the keys of the facts that count the school and are not taken back."""
    facts = list(facts_of(RECORD_TYPE, school.pk))
    taken_back = {fact.reverses_id for fact in facts}
    return [fact.pk for fact in facts if fact.reverses_id is None and fact.pk not in taken_back]
