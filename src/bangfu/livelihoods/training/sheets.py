"""The spreadsheet of attendees 培训学员名册: who was at which session of which course, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars
from django.utils.timezone import localdate

from bangfu.foundation.intake.layouts import CheckedRows, Column, ColumnKind, Effect, Layout, RowRefusal
from bangfu.foundation.organisation.queries import unit_subtree
from bangfu.foundation.people.identity_numbers import masked
from bangfu.foundation.people.persons.queries import masked_name
from bangfu.foundation.rooms import both
from bangfu.livelihoods.training.measures import (
    ATTENDANCES,
    CADRES,
    LEADERS,
    OBSERVATION_TRIPS,
    TECHNICIANS,
)
from bangfu.livelihoods.training.models import RESULT_WORDS
from bangfu.livelihoods.training.operations.importing import import_attendees
from bangfu.livelihoods.training.rules import UnableToEnrol, judged

if TYPE_CHECKING:
    from bangfu.foundation.intake.models import Upload

COLUMNS = (
    Column(
        "course_code",
        both("课程编号", "Course code"),
        ColumnKind.CODE,
        note=both("本单位或下属单位已开课的课程。", "A course that your unit or one below it opened."),
        example="PX-2019-03",
        longest=40,
        aliases=("课程", "班次"),
    ),
    Column("name", both("姓名", "Name"), longest=80, masked=masked_name),
    Column(
        "identity_number",
        both("身份证号码", "Identity number"),
        note=both(
            "十八位，单元格设为文本。用来认出同一个人；加密保存，页面只显示末四位。",
            "Eighteen characters, the cell as text. It tells one person from another, is kept encrypted, and only its last"
            " four are shown.",
        ),
        example="11010519491231002X",
        longest=40,
        aliases=("身份证", "身份证号"),
        masked=masked,
    ),
    Column(
        "place",
        both("所在县（市、区）", "County"),
        ColumnKind.COUNTY,
        note=both("学员工作的县，不是培训地点。", "Where the attendee works, not where the course is held."),
        example="册亨县",
        aliases=("县", "所在县"),
    ),
    Column("post", both("职务", "Post"), example="者楼村党支部书记", longest=80),
    Column(
        "sessions",
        both("参加的课次", "Sessions attended"),
        note=both(
            "课次号，如 1、2、4 或 1-3；全程参加填“全部”。",
            "Numbers such as 1, 2, 4 or 1-3; “all” for every session.",
        ),
        example="全部",
        aliases=("课次", "出勤"),
    ),
    Column(
        "result",
        both("结果", "Result"),
        ColumnKind.CHOICE,
        note=both(
            "结业的计入培训人数；只参加（如只参加观摩）的只计人次。",
            "Who completed counts as a person trained; who attended only (an observation visit, say) as attendances alone.",
        ),
        choices=tuple(RESULT_WORDS.items()),
        example="结业",
    ),
    Column(
        "evidence",
        both("签到表", "Sign-in sheet"),
        ColumnKind.EVIDENCE,
        note=both("压缩包中的文件名；几行可用同一个文件。", "File name in the zip; rows may share one file."),
        example="PX-2019-03签到表.pdf",
    ),
)


def check(frame: polars.DataFrame, upload: Upload) -> CheckedRows:
    """Judge readable rows by their courses and by what is recorded already."""
    units = list(unit_subtree(upload.unit_id).values_list("pk", flat=True))
    found = judged(frame, today=localdate(upload.uploaded_at), units=units)
    refusals = [
        RowRefusal(fault.row, fault.column, UnableToEnrol.sentences[fault.code].filled(**fault.details))
        for fault in found.faults
    ]
    rows = found.rows.filter(~polars.col("row").is_in([refusal.row for refusal in refusals]))
    standing = rows["standing"]
    return CheckedRows(
        frame=rows,
        refusals=refusals,
        new=int((standing == "new").sum()),
        same=int((standing == "same").sum()),
        changed=int((standing == "changed").sum()),
    )


def attendances_by_course(frame: polars.DataFrame) -> list[Effect]:
    """Return how many attendances the rows add once they are verified, course by course."""
    fresh = frame.filter(polars.col("standing") != "same")
    sums = fresh.group_by("course_code").agg(polars.col("attended").str.split(",").list.len().sum())
    return [
        Effect(ATTENDANCES.title, code, int(count), ATTENDANCES.unit)
        for code, count in sums.sort("course_code").iter_rows()
    ]


ATTENDEES_SHEET = Layout(
    code="training.attendees",
    title=both("培训学员名册", "Attendees of courses"),
    about=both(
        "一人一门课程填一行；同一人参加几门课程填几行，人数只算一人，人次都算。课程须已开课并已结束。",
        "One person and course a row. Who attends several courses has several rows: one person, all attendances. A course"
        " must be open in the system, and over.",
    ),
    columns=COLUMNS,
    confirm=import_attendees,
    permission="training.import_attendees",
    check=check,
    measures=(CADRES.code, TECHNICIANS.code, LEADERS.code, ATTENDANCES.code, OBSERVATION_TRIPS.code),
    effect=attendances_by_course,
)
