"""When an attendee is due to be asked what became of the course, and what makes an answer acceptable.

The months and days are the product's own choice: the assessment asks for a follow-up and gives no date.
Reads, never writes. No fault repeats a name or an identity number.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars
from django.db import connection

from bangfu.foundation.intake.layouts import RowFault
from bangfu.foundation.operations import Refusal
from bangfu.foundation.people.identity_numbers import PROBLEM_WORDS, normalised, problem_of
from bangfu.foundation.people.queries import persons_with
from bangfu.foundation.rooms import both
from bangfu.livelihoods.training.models import HOW_WORDS, INCOME_WORDS, USE_WORDS, WORK_WORDS, Use

MONTHS_AFTER = 3
"""How long after a course's last day its attendees are due to be asked."""
DAYS_OVERDUE = 30
"""How long after that they are overdue."""

SAID = ("reached_on", "how", "use", "work", "income", "remark")
"""What a follow-up says, and in what one differs from what is recorded."""


class UnableToFollowUp(Refusal):
    """Codes: ``unknown_course``, ``unknown_attendee``, ``identity_number``, ``not_completed``, ``too_early``,
    ``in_the_future``, ``unknown_answer``, ``unreached_says_more``, ``twice_in_sheet``, ``nothing_changed``."""

    sentences = {
        "unknown_course": both(
            "本单位及下属单位没有编号为「{code}」的课程。请核对编号。",
            "Neither your unit nor one below it holds a course {code}. Check the code.",
        ),
        "unknown_attendee": both(
            "课程「{code}」没有这个身份证号码的学员。请核对号码和课程。",
            "Nobody with this identity number is an attendee of {code}. Check the number and the course.",
        ),
        "identity_number": both(
            "身份证号码有误：{problem}。", "The identity number cannot be right: {problem}."
        ),
        "not_completed": both(
            "此人没有核验过的结业记录，不用回访。",
            "This attendee has no verified completion, so there is nothing to follow up.",
        ),
        "too_early": both(
            "课程结束满三个月（{due_on}）才回访。请核对回访日期。",
            "Attendees are asked three months after the course, from {due_on} on. Check the day.",
        ),
        "in_the_future": both("回访日期在今天之后。请核对。", "The day lies ahead of today. Check it."),
        "unknown_answer": both("没有「{answer}」这个选项。", "There is no answer called {answer}."),
        "unreached_says_more": both(
            "未联系上的，就业和收入只能填“不详”。",
            "Where nobody was reached, work and income are “not known”.",
        ),
        "twice_in_sheet": both(
            "与第 {other} 行是同一人、同一门课程。请删去一行。",
            "The same person and course as row {other}. Delete one of them.",
        ),
        "nothing_changed": both("没有任何改动。", "Nothing was changed."),
    }


class Fault(RowFault):
    """Why one row cannot be taken in."""

    unable = UnableToFollowUp


@dataclass(frozen=True)
class Answer:
    """What was heard of one attendee."""

    reached_on: date
    how: str
    use: str
    work: str
    income: str
    remark: str = ""

    def fault(self, *, due_on: date, today: date) -> tuple[str | None, str, dict[str, Any]] | None:
        """Return column, code and details of what is wrong; null if nothing is."""
        asked = {"how": HOW_WORDS, "use": USE_WORDS, "work": WORK_WORDS, "income": INCOME_WORDS}
        for name, words in asked.items():
            if getattr(self, name) not in words:
                return name, "unknown_answer", {"answer": getattr(self, name)}
        if self.reached_on > today:
            return "reached_on", "in_the_future", {}
        if self.reached_on < due_on:
            return "reached_on", "too_early", {"due_on": due_on.isoformat()}
        if self.use == Use.UNREACHED and (self.work, self.income) != ("UNKNOWN", "UNKNOWN"):
            return "use", "unreached_says_more", {}
        return None


def due_on(last_day: date) -> date:
    """Return the day from which attendees of a course are due to be asked.

    >>> due_on(date(2019, 11, 30)).isoformat()
    '2020-02-29'
    """
    months = last_day.month - 1 + MONTHS_AFTER
    year, month = last_day.year + months // 12, months % 12 + 1
    return date(year, month, min(last_day.day, monthrange(year, month)[1]))


def last_day_due(today: date) -> date:
    """Return the latest last day of a course whose attendees are due on a day: the other way round of ``due_on``.

    >>> last_day_due(date(2020, 2, 29)).isoformat(), last_day_due(date(2020, 2, 28)).isoformat()
    ('2019-11-30', '2019-11-28')
    """
    day = today - timedelta(days=MONTHS_AFTER * 31 + 3)
    while due_on(day + timedelta(days=1)) <= today:
        day += timedelta(days=1)
    return day


def overdue_from(last_day: date) -> date:
    """Return the day from which attendees who were not asked are overdue."""
    return due_on(last_day) + timedelta(days=DAYS_OVERDUE)


def overdue_before(today: date) -> date:
    """Return the day on which whoever is overdue today was due at the latest."""
    return today - timedelta(days=DAYS_OVERDUE)


_ATTENDEES = """
SELECT course.code, enrolment.person_id::text, enrolment.id, course.unit_id, enrolment.place_id, course.ends_on - 1,
       enrolment.confirmed_at IS NOT NULL AND enrolment.result = 'COMPLETED',
       said.revision, said.reached_on, said.how, said.use, said.work, said.income, said.remark
  FROM training_enrolment enrolment JOIN training_course course ON course.id = enrolment.course_id
  LEFT JOIN LATERAL (SELECT * FROM training_followup one WHERE one.enrolment_id = enrolment.id
                      ORDER BY one.revision DESC LIMIT 1) said ON true
 WHERE course.code = ANY(%s) AND course.unit_id = ANY(%s) AND enrolment.withdrawn_at IS NULL
"""


def _attendees(codes: list[str], units: Iterable[int]) -> polars.DataFrame:
    schema = {
        "course_code": polars.String, "person": polars.String, "enrolment": polars.Int64, "unit": polars.Int64,
        "place": polars.Int64, "last_day": polars.Date, "completed": polars.Boolean, "known_revision": polars.Int64,
        "known_reached_on": polars.Date, "known_how": polars.String, "known_use": polars.String,
        "known_work": polars.String, "known_income": polars.String, "known_remark": polars.String,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ATTENDEES, [codes, list(units)])
        return polars.DataFrame(cursor.fetchall(), schema=schema, orient="row")


@dataclass(frozen=True)
class Judged:
    """Rows with what became of each.

    ``rows`` has, beside the columns given, ``enrolment``, ``unit``, ``place``, ``revision`` (the next) and ``standing``
    (``new``, ``same``, ``changed``); rows that name nobody are left out.
    """

    rows: polars.DataFrame
    faults: list[Fault]


def judged(rows: polars.DataFrame, *, today: date, units: Iterable[int]) -> Judged:
    """Return the rows of a sheet with their standing, and every fault in the order of the rows.

    ``rows`` has ``row``, ``course_code``, ``identity_number`` and what a follow-up says.

    Args:
        units: whose courses may be meant.
    """
    col = polars.col
    rows = rows.with_columns(
        identity_number=col("identity_number").map_elements(normalised, return_dtype=polars.String),
        remark=col("remark").fill_null(""),
    )
    attendees = _attendees(rows["course_code"].unique().to_list(), units)
    known = set(attendees["course_code"])
    faults = [
        Fault(row, "course_code", "unknown_course", {"code": code})
        for row, code in rows.select("row", "course_code").iter_rows()
        if code not in known
    ]
    rows = rows.filter(col("course_code").is_in(list(known)))
    wrong = {
        row: problem_of(number, on=today) for row, number in rows.select("row", "identity_number").iter_rows()
    }
    faults += [
        Fault(row, "identity_number", "identity_number", {"problem": PROBLEM_WORDS[problem]})
        for row, problem in wrong.items()
        if problem is not None
    ]
    rows = rows.filter(col("row").is_in([row for row, problem in wrong.items() if problem is None]))
    persons = persons_with(rows["identity_number"].unique())
    found = [persons.get(number) for number in rows["identity_number"]]
    joined = rows.with_columns(
        person=polars.Series([str(one) if one else None for one in found], dtype=polars.String)
    ).join(attendees, on=["course_code", "person"], how="left", maintain_order="left")
    faults += list(_faults_of(joined, today))
    joined = joined.filter(col("enrolment").is_not_null())
    differs = polars.any_horizontal(*(col(name).ne_missing(col(f"known_{name}")) for name in SAID))
    joined = joined.with_columns(
        revision=col("known_revision").fill_null(0) + 1,
        standing=polars.when(col("known_revision").is_null())
        .then(polars.lit("new"))
        .when(differs)
        .then(polars.lit("changed"))
        .otherwise(polars.lit("same")),
    )
    names = [name for name in joined.columns if not name.startswith("known_") and name != "person"]
    return Judged(joined.select(names), sorted(faults, key=lambda fault: fault.row))


def _faults_of(rows: polars.DataFrame, today: date) -> Iterator[Fault]:
    first: dict[tuple[str, str], int] = {}
    for one in rows.iter_rows(named=True):
        if one["enrolment"] is None:
            yield Fault(one["row"], "identity_number", "unknown_attendee", {"code": one["course_code"]})
            continue
        other = first.setdefault((one["course_code"], one["person"]), one["row"])
        if other != one["row"]:
            yield Fault(one["row"], "identity_number", "twice_in_sheet", {"other": other})
        if not one["completed"]:
            yield Fault(one["row"], None, "not_completed", {})
            continue
        answer = Answer(**{name: one[name] for name in SAID})
        fault = answer.fault(due_on=due_on(one["last_day"]), today=today)
        if fault is not None:
            yield Fault(one["row"], *fault)
