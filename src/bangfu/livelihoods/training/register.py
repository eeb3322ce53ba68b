"""What is known already, looked up for many rows at once: the ground on which ``rules`` judges."""

from __future__ import annotations

from datetime import date

import polars
from django.db import connection

COURSE_TYPE = 30
"""The number of ``training.course``: fixed for ever, like those below."""
ENROLMENT_TYPE = 31
MODULE_TYPE = 32
EXPENSE_TYPE = 33

_SESSIONS = """
SELECT course.id, course.code, course.unit_id, course.starts_on, course.ends_on, course.required_sessions,
       course.trainees, session.id, session.number, session.held_on, module.mode,
       coalesce((SELECT rule.counts FROM training_moderule rule
                  WHERE rule.mode = module.mode AND rule.valid_from <= session.held_on
                  ORDER BY rule.valid_from DESC LIMIT 1), false)
  FROM training_course course
  JOIN training_module module ON module.course_id = course.id
  JOIN training_session session ON session.module_id = module.id
 WHERE course.code = ANY(%s)
 ORDER BY course.code, session.number
"""


def sessions_of(codes: list[str]) -> polars.DataFrame:
    """Return the sessions of courses, by code and number, each with whether its mode made trained on its day."""
    schema = {
        "course": polars.Int64, "course_code": polars.String, "unit": polars.Int64, "starts_on": polars.Date,
        "ends_on": polars.Date, "required": polars.Int64, "trainees": polars.String,
        "session": polars.Int64, "number": polars.Int64, "held_on": polars.Date, "mode": polars.String, "counts": polars.Boolean,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SESSIONS, [codes])
        return polars.DataFrame(cursor.fetchall(), schema=schema, orient="row")


_ENROLLED = """
SELECT enrolment.course_id, enrolment.person_id::text, enrolment.id, enrolment.place_id, enrolment.post, enrolment.result,
       coalesce(review.state, 'DRAFT'), enrolment.confirmed_at IS NOT NULL,
       coalesce((SELECT string_agg(session.number::text, ',' ORDER BY session.number)
                   FROM training_attendance attendance JOIN training_session session ON session.id = attendance.session_id
                  WHERE attendance.enrolment_id = enrolment.id), '')
  FROM training_enrolment enrolment
  LEFT JOIN review_review review ON review.record_type = %s AND review.record_id = enrolment.id
 WHERE enrolment.course_id = ANY(%s) AND enrolment.withdrawn_at IS NULL
"""


def living_enrolments(courses: list[int]) -> polars.DataFrame:
    """Return who is enrolled in courses and not withdrawn: what is said of each, and the state of the review."""
    schema = {
        "course": polars.Int64, "person": polars.String, "enrolment": polars.Int64, "known_place": polars.Int64,
        "known_post": polars.String, "known_result": polars.String, "review": polars.String, "confirmed": polars.Boolean,
        "known_attended": polars.String,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ENROLLED, [ENROLMENT_TYPE, courses])
        return polars.DataFrame(cursor.fetchall(), schema=schema, orient="row")


def modes_that_count(on: date) -> list[str]:
    """Return the modes whose sessions made a person trained on a day, by name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT mode FROM (SELECT DISTINCT ON (mode) mode, counts FROM training_moderule"
            " WHERE valid_from <= %s ORDER BY mode, valid_from DESC) AS rule WHERE counts ORDER BY mode",
            [on],
        )
        return [mode for (mode,) in cursor.fetchall()]
