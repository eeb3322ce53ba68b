"""Follow-up: a sheet for each school and term, and what the school answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from bangfu.foundation.evidence.operations import hang
from bangfu.foundation.operations import Act, operation, scope_of
from bangfu.foundation.rooms import record_type
from bangfu.giving.grants.models import (
    ATTENDANCE_WORDS,
    TERM,
    Attendance,
    Award,
    AwardState,
    Followed,
    FollowUp,
    Programme,
)
from bangfu.giving.grants.paying_refusals import UnableToFollowUp
from bangfu.giving.grants.terms import term_order

Files = Sequence[tuple[str, bytes]]
_OPEN = """
WITH paid AS (
  SELECT award.id, award.school_id, award.place_id, application.class_name, application.number
    FROM grants_award award JOIN grants_application application ON application.id = award.application_id
   WHERE award.programme_id = %(programme)s AND award.state = 'PAID'
     AND NOT EXISTS (SELECT FROM grants_followed known JOIN grants_followup sheet ON sheet.id = known.follow_up_id
                      WHERE known.award_id = award.id
                        AND (sheet.term = %(term)s OR known.answer IN ('MOVED', 'FINISHED', 'LEFT')))
), made AS (
  INSERT INTO grants_followup (number, programme_id, school_id, place_id, term, due_on, opened_at, opened_by_id)
  SELECT %(code)s || '-' || %(term)s || '-' || school.code, %(programme)s, school.id, paid.place_id, %(term)s, %(due)s,
         %(at)s, %(actor)s
    FROM (SELECT school_id, min(place_id) AS place_id FROM paid GROUP BY school_id) paid
    JOIN grants_school school ON school.id = paid.school_id
  ON CONFLICT (programme_id, school_id, term) DO NOTHING
  RETURNING id, school_id
)
INSERT INTO grants_followed (follow_up_id, award_id, position, answer)
SELECT made.id, paid.id, row_number() OVER (PARTITION BY made.id ORDER BY paid.class_name, paid.number), ''
  FROM paid JOIN made ON made.school_id = paid.school_id
"""


@operation("grants.open_follow_up", scope=scope_of("programme"))
def open_follow_up(*, programme: Programme, term: str, due_on: date, act: Act) -> int:
    """Ask each school once a term after the pupils who were paid, and return after how many; whoever left is asked after no more.

    Raises: UnableToFollowUp: ``wrong_term``, ``wrong_due``, ``nobody_paid``, ``opened_already``; nothing was written.
    Locks: the programme.
    """
    held = Programme.objects.select_for_update().get(pk=programme.pk)
    if not re.fullmatch(TERM, term) or term_order(term) < term_order(held.term):
        raise UnableToFollowUp("wrong_term", first=held.term)
    if due_on < act.on:
        raise UnableToFollowUp("wrong_due")
    said: dict[str, Any] = {
        "programme": held.pk, "code": held.code, "term": term, "due": due_on, "at": act.at, "actor": act.actor.pk,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, said)
        count = int(cursor.rowcount)
    if not count:
        is_any = Award.objects.filter(programme=held, state=AwardState.PAID).exists()
        raise UnableToFollowUp("opened_already" if is_any else "nobody_paid", term=term)
    return count


@operation("grants.answer_follow_up", scope=scope_of("sheet"))
def answer_follow_up(
    *, sheet: FollowUp, answered_on: date, others: Mapping[int, str], files: Files, act: Act
) -> FollowUp:
    """Enter what a school answers: every pupil of the sheet is at school, but for those that are named with where they are.

    Args:
        others: position on the sheet → ``MOVED``, ``FINISHED`` or ``LEFT``.

    Raises: UnableToFollowUp: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the sheet.
    """
    held = FollowUp.objects.select_for_update(of=("self",)).select_related("programme").get(pk=sheet.pk)
    if held.answered_on is not None:
        raise UnableToFollowUp("answered_already", day=held.answered_on)
    if not files:
        raise UnableToFollowUp("no_sheet")
    if not timezone.localdate(held.opened_at) <= answered_on <= act.on:
        raise UnableToFollowUp("wrong_day")
    positions = set(held.pupils.values_list("position", flat=True))
    for position, answer in others.items():
        if position not in positions:
            raise UnableToFollowUp("unknown_position", position=position)
        if answer not in ATTENDANCE_WORDS:
            raise UnableToFollowUp("unknown_answer")
    pupils = list(held.pupils.all())
    for one in pupils:
        one.answer = others.get(one.position, Attendance.STAYS.value)
    Followed.objects.bulk_update(pupils, ["answer"])
    held.answered_on, held.answered_by = answered_on, act.actor
    held.save(update_fields=["answered_on", "answered_by"])
    hang([held.pk], files, record_type=record_type("grants.follow_up"), act=act)
    return held
