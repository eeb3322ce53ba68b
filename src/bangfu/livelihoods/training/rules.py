"""What makes an attendee's row acceptable, as columns over all rows at once; one attendee is a sheet of one row.

Reads, never writes. The import shows these faults in its preview and refuses by them under the lock of the courses.
No fault repeats a name or an identity number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars

from bangfu.foundation.intake.layouts import RowFault
from bangfu.foundation.operations import Refusal
from bangfu.foundation.people.identity_numbers import PROBLEM_WORDS, normalised, problem_of
from bangfu.foundation.people.queries import persons_with
from bangfu.foundation.rooms import both
from bangfu.livelihoods.training import register
from bangfu.livelihoods.training.models import Result

COMPARED = ("place", "post", "result", "attended")
"""Columns in which a row differs from what is recorded, or is the same."""

CORRECTED = ("place", "result", "attended")
"""What a sheet may correct about a completion that is counted; it is then taken back and counted anew."""

COLUMNS: dict[str, Any] = {
    "row": polars.Int64,
    "course_code": polars.String,
    "name": polars.String,
    "identity_number": polars.String,
    "place": polars.Int64,
    "post": polars.String,
    "sessions": polars.String,
    "result": polars.String,
}

ALL_SESSIONS = frozenset({"全部", "全程", "all"})
_SEPARATORS = re.compile(r"[\s,，、;；/]+")
_RANGE = re.compile(r"(\d{1,3})(?:[-~－—至](\d{1,3}))?")


class UnableToEnrol(Refusal):
    """Codes: ``unknown_course``, ``course_running``, ``identity_number``, ``unknown_session``, ``nothing_attended``,
    ``attendance_short``, ``mode_does_not_count``, ``twice_in_sheet``, ``under_review``, ``counted_already``,
    ``enrolled_already``, ``enrolled_meanwhile``, ``basis_missing``, ``name_missing``."""

    sentences = {
        "name_missing": both(
            "没有写姓名，系统里也没有这个身份证号码的人。请写上姓名，并核对号码。",
            "No name is given, and nobody of this identity number is known. Give the name, and check the number.",
        ),
        "basis_missing": both(
            "此人在这门课程的结业已计入。要更正县、课次或结果，请在「更正依据」写明是哪张签到表或谁的来函。",
            "This person's completion of the course is counted. To correct county, sessions or result say under “Correction rests"
            " on” which sign-in sheet or whose letter that rests on.",
        ),
        "unknown_course": both(
            "本单位及下属单位没有编号为「{code}」的课程。请核对编号，或先开课。",
            "Neither your unit nor one below it holds a course {code}. Check the code, or open the course first.",
        ),
        "course_running": both(
            "课程「{code}」{last_day} 才结束。请在结束之后上报。",
            "The course {code} runs until {last_day}. Report its attendees after that day.",
        ),
        "identity_number": both(
            "身份证号码有误：{problem}。", "The identity number cannot be right: {problem}."
        ),
        "unknown_session": both(
            "「{text}」看不懂或没有这个课次；课程「{code}」有第 1 至 {last} 课次。请填写课次号，如 1、2、4 或 1-3，"
            "全程参加填“全部”。",
            "{text} cannot be read or is no session; {code} has the sessions 1 to {last}. Write numbers such as 1, 2, 4 or"
            " 1-3, or “all”.",
        ),
        "nothing_attended": both(
            "没有参加任何课次，不计入。请补填课次，或删去这一行。",
            "No session was attended, so nothing counts. Enter the sessions, or delete the row.",
        ),
        "attendance_short": both(
            "结业须参加 {required} 个课次（只数算作培训的形式），此人参加了 {attended} 个。请核对课次，或把结果改为“只参加”。",
            "{required} sessions of modes that count are needed to complete the course; {attended} were attended. Check the"
            " sessions, or make the result “attended only”.",
        ),
        "mode_does_not_count": both(
            "所参加的课次都是不算培训的形式（如观摩），不能结业。请把结果改为“只参加”：计人次，不计培训人数。",
            "All sessions attended are of modes that train nobody by themselves (an observation visit, say). Make the result"
            " “attended only”: the attendances count, the person does not.",
        ),
        "twice_in_sheet": both(
            "与第 {other} 行是同一人、同一门课程。请合并成一行。",
            "The same person and course as row {other}. Make one row of both.",
        ),
        "under_review": both(
            "此人在这门课程中的记录正在等待核验，内容与此处不同。请先请核验人退回，再重新上报。",
            "This person's record in the course waits for review and says something else. Have it returned first.",
        ),
        "counted_already": both(
            "此人在这门课程中的记录已核验，内容与此处不同。请在学员页面更正。",
            "This person's record in the course is verified and says something else. Correct it on its page.",
        ),
        "enrolled_already": both(
            "此人已在这门课程中。请打开其记录修改。",
            "This person is in the course already. Open the record and change it there.",
        ),
        "enrolled_meanwhile": both(
            "刚刚有人登记了同一人、同一门课程。请刷新后再试。",
            "Somebody has just enrolled the same person in the course. Reload and try again.",
        ),
    }


class Fault(RowFault):
    """Why one row cannot be taken in."""

    unable = UnableToEnrol


@dataclass(frozen=True)
class Plan:
    """What a course asks for and offers, as far as attendances are judged by it."""

    code: str
    required: int
    counts: dict[int, bool] = field(default_factory=dict)
    """Number of a session → whether its mode made trained on its day."""

    def attended(self, text: str) -> list[int] | None:
        """Return the session numbers that a text names, in order; null when it cannot be read or names another."""
        words = [word for word in _SEPARATORS.split(text.strip()) if word]
        if len(words) == 1 and words[0].lower() in ALL_SESSIONS:
            return sorted(self.counts)
        found: set[int] = set()
        for word in words:
            match = _RANGE.fullmatch(word)
            if match is None:
                return None
            first, last = int(match[1]), int(match[2] or match[1])
            if first > last:
                return None
            found.update(range(first, last + 1))
        return sorted(found) if found <= self.counts.keys() else None

    def fault_of(self, text: str, result: str) -> tuple[str, dict[str, Any]] | None:
        """Return code and details of what is wrong with sessions and result together; null if nothing is."""
        numbers = self.attended(text)
        if numbers is None:
            return "unknown_session", {"text": text, "code": self.code, "last": max(self.counts, default=0)}
        if not numbers:
            return "nothing_attended", {}
        counting = sum(self.counts[number] for number in numbers)
        if result == Result.COMPLETED and not counting:
            return "mode_does_not_count", {}
        if result == Result.COMPLETED and counting < self.required:
            return "attendance_short", {"required": self.required, "attended": counting}
        return None


@dataclass(frozen=True)
class Judged:
    """Rows with what became of each.

    ``rows`` has, beside the columns given, ``course``, ``unit``, ``attended`` (numbers with commas between), ``person``
    (null: nobody who is known), ``standing`` (``new``, ``same``, ``changed``), ``enrolment`` (null if new), ``counted`` (whether
    it is verified, so that a change takes its facts back) and, of ``CORRECTED``, what it says so far as ``was_place`` and so on.
    """

    rows: polars.DataFrame
    faults: list[Fault]


def plans_of(sessions: polars.DataFrame) -> dict[str, Plan]:
    """Return the plan of each course, by code, from ``register.sessions_of``."""
    return {
        str(code): Plan(
            str(code), group["required"][0], dict(zip(group["number"], group["counts"], strict=True))
        )
        for (code,), group in sessions.group_by("course_code")
    }


def judged(
    rows: polars.DataFrame,
    *,
    today: date,
    units: Iterable[int],
    is_over: bool = True,
    correcting: bool = False,
) -> Judged:
    """Return the rows with their standing, and every fault in the order of the rows.

    ``rows`` has the columns of ``COLUMNS``. Rows that name no course that can be found are left out of the result.

    Args:
        units: whose courses may be meant.
        is_over: whether courses must be over and attendances complete; false for an enrolment beforehand.
        correcting: whether a row may correct, with what that rests on as ``basis``, what a counted completion says.
    """
    col = polars.col
    sessions = register.sessions_of(rows["course_code"].unique().to_list())
    sessions = sessions.filter(col("unit").is_in(list(units)))
    courses = sessions.select("course_code", "course", "unit", "ends_on").unique("course_code")
    placed = rows.join(courses, on="course_code", how="left", maintain_order="left")
    faults = [
        Fault(row, "course_code", "unknown_course", {"code": code})
        for row, code in placed.filter(col("course").is_null()).select("row", "course_code").iter_rows()
    ]
    placed = placed.filter(col("course").is_not_null())
    plans = plans_of(sessions)
    if is_over:
        faults += _faults_of_time(placed, today)
        faults += _faults_of_attendance(placed, plans)
    placed = _with_attended(placed, plans)
    placed = placed.with_columns(
        identity_number=col("identity_number").map_elements(normalised, return_dtype=polars.String)
    )
    faults += _faults_of_numbers(placed, today)
    faults += _faults_of_doubles(placed)
    known = persons_with(placed["identity_number"].unique())
    found = [known.get(number) for number in placed["identity_number"]]
    people = polars.Series([str(one) if one else None for one in found], dtype=polars.String)
    nameless = placed.filter(people.is_null() & (col("name").fill_null("").str.strip_chars() == ""))
    faults += [Fault(row, "name", "name_missing", {}) for row in nameless["row"]]
    joined = placed.with_columns(person=people).join(
        register.living_enrolments(courses["course"].to_list()),
        on=["course", "person"],
        how="left",
        maintain_order="left",
    )
    differs = polars.any_horizontal(*(col(name).ne_missing(col(f"known_{name}")) for name in COMPARED))
    joined = joined.with_columns(
        standing=polars.when(col("enrolment").is_null())
        .then(polars.lit("new"))
        .when(differs | (~col("confirmed") & col("review").is_in(["DRAFT", "RETURNED"])))
        .then(polars.lit("changed"))
        .otherwise(polars.lit("same")),
    )
    faults += _faults_of_standing(joined, correcting=correcting)
    faults.sort(key=lambda fault: fault.row)
    names = (*rows.columns, "course", "unit", "attended", "person", "standing", "enrolment")
    joined = joined.with_columns(
        counted=col("confirmed").fill_null(value=False),
        **{f"was_{name}": col(f"known_{name}") for name in CORRECTED},
    )
    said = [f"was_{name}" for name in CORRECTED]
    return Judged(rows=joined.select(*names, "counted", *said), faults=faults)


def _faults_of_time(rows: polars.DataFrame, today: date) -> Iterator[Fault]:
    for one in rows.filter(polars.col("ends_on") > today).iter_rows(named=True):
        last_day = date.fromordinal(one["ends_on"].toordinal() - 1).isoformat()
        yield Fault(
            one["row"], "course_code", "course_running", {"code": one["course_code"], "last_day": last_day}
        )


def _faults_of_attendance(rows: polars.DataFrame, plans: dict[str, Plan]) -> Iterator[Fault]:
    said = ("course_code", "sessions", "result")
    kinds = rows.select(*said).unique()
    faulty = {
        kind: fault for kind in kinds.iter_rows() if (fault := plans[kind[0]].fault_of(kind[1], kind[2]))
    }
    for row, *kind in rows.select("row", *said).iter_rows():
        if tuple(kind) in faulty:
            code, details = faulty[tuple(kind)]
            yield Fault(row, "sessions", code, details)


def _with_attended(rows: polars.DataFrame, plans: dict[str, Plan]) -> polars.DataFrame:
    kinds = rows.select("course_code", "sessions").unique()
    said = {kind: plans[kind[0]].attended(kind[1]) or [] for kind in kinds.iter_rows()}
    attended = polars.Series(
        [",".join(map(str, said[kind])) for kind in kinds.iter_rows()], dtype=polars.String
    )
    return rows.join(
        kinds.with_columns(attended=attended),
        on=["course_code", "sessions"],
        how="left",
        maintain_order="left",
    )


def _faults_of_numbers(rows: polars.DataFrame, today: date) -> Iterator[Fault]:
    for row, number in rows.select("row", "identity_number").iter_rows():
        problem = problem_of(number, on=today)
        if problem is not None:
            yield Fault(row, "identity_number", "identity_number", {"problem": PROBLEM_WORDS[problem]})


def _faults_of_doubles(rows: polars.DataFrame) -> Iterator[Fault]:
    col = polars.col
    first = col("row").min().over("course", "identity_number")
    doubles = rows.select("row", other=first).filter(col("row") > col("other"))
    for row, other in doubles.iter_rows():
        yield Fault(row, "identity_number", "twice_in_sheet", {"other": other})


def _faults_of_standing(rows: polars.DataFrame, *, correcting: bool) -> Iterator[Fault]:
    col = polars.col
    changed = rows.filter(col("standing") == "changed")
    counted = changed.filter(col("confirmed"))
    corrects = (col("post") == col("known_post")) & correcting
    for row in counted.filter(~corrects)["row"]:
        yield Fault(row, None, "counted_already", {})
    if correcting:
        for row in counted.filter(corrects & (col("basis").fill_null("").str.strip_chars() == ""))["row"]:
            yield Fault(row, "basis", "basis_missing", {})
    for row in changed.filter(~col("confirmed") & (col("review") == "SUBMITTED"))["row"]:
        yield Fault(row, None, "under_review", {})
