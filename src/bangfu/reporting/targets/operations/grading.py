"""Grades of a year: what a unit says of itself, and what the evaluation returned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection

from bangfu.foundation.operations import Act, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.reporting.targets.models import FIRST_YEAR, LAST_YEAR, LOCK, MARK_WORDS, Grade, GradeKind, Mark
from bangfu.reporting.targets.operations.drafting import attach_files
from bangfu.reporting.targets.rules import UnableToGrade


@operation("targets.assess_self", scope=scope_of("unit"))
def assess_self(
    *,
    unit: Unit,
    year: int,
    mark: str,
    document: str,
    given_on: date,
    statement: str,
    reason: str = "",
    files: Sequence[tuple[str, bytes]] = (),
    act: Act,
) -> Grade:
    """Record how a unit grades its own year, on what that rests, and what differs from the year before.

    Args:
        mark: a ``Mark``.
        reason: why an earlier one is corrected; only needed then.

    Raises:
        UnableToGrade: ``year``, ``mark``, ``document_missing``, ``statement_missing``, ``in_future``, ``too_early``,
            ``reason_missing``; nothing was written.
        UnableToKeep: see its codes; nothing was written.
    Locks: the unit's grades.
    """
    if not statement.strip():
        raise UnableToGrade("statement_missing")
    return _recorded(
        unit, year, GradeKind.SELF, mark, unit.name_zh, document, given_on, statement, reason, files, act
    )


@operation("targets.record_grade", scope=scope_of("unit"))
def record_grade(
    *,
    unit: Unit,
    year: int,
    mark: str,
    given_by: str,
    document: str,
    given_on: date,
    files: Sequence[tuple[str, bytes]],
    statement: str = "",
    reason: str = "",
    act: Act,
) -> Grade:
    """Record the grade that the evaluation returned for a unit's year, with the document that says so.

    Args:
        mark: a ``Mark``.
        given_by: which body evaluated.
        reason: why an earlier one is corrected; only needed then.

    Raises:
        UnableToGrade: ``year``, ``mark``, ``given_by_missing``, ``document_missing``, ``in_future``, ``too_early``,
            ``reason_missing``, ``evidence_missing``; nothing was written.
        UnableToKeep: see its codes; nothing was written.
    Locks: the unit's grades.
    """
    if not given_by.strip():
        raise UnableToGrade("given_by_missing")
    if not files:
        raise UnableToGrade("evidence_missing")
    return _recorded(
        unit, year, GradeKind.RETURNED, mark, given_by, document, given_on, statement, reason, files, act
    )


def _recorded(
    unit: Unit,
    year: int,
    kind: GradeKind,
    mark: str,
    given_by: str,
    document: str,
    given_on: date,
    statement: str,
    reason: str,
    files: Sequence[tuple[str, bytes]],
    act: Act,
) -> Grade:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise UnableToGrade("year", first=FIRST_YEAR, last=LAST_YEAR)
    if mark not in Mark.values:
        raise UnableToGrade("mark")
    if not document.strip():
        raise UnableToGrade("document_missing")
    if given_on > act.on:
        raise UnableToGrade("in_future", day=given_on.isoformat())
    if given_on.year < year:
        raise UnableToGrade("too_early", day=given_on.isoformat(), year=year)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK + 1, unit.pk])
    last = Grade.objects.filter(unit=unit, year=year, kind=kind).order_by("-number").first()
    if last is not None and not reason.strip():
        raise UnableToGrade("reason_missing", year=year, mark=MARK_WORDS[last.mark])
    grade = Grade.objects.create(
        unit=unit,
        year=year,
        kind=kind,
        number=1 if last is None else last.number + 1,
        mark=mark,
        given_by=" ".join(given_by.split()),
        document=document.strip(),
        given_on=given_on,
        statement=statement.strip(),
        reason="" if last is None else reason.strip(),
        recorded_by=act.actor,
        recorded_at=act.at,
    )
    attach_files(grade, files, act)
    return grade
