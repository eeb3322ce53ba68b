"""The spreadsheets of attendees 培训学员名册 and of what was heard of them three months later 培训回访表."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars
from django.utils.timezone import localdate

from bangfu.foundation.intake.layouts import BASIS, CheckedRows, Column, ColumnKind, Layout
from bangfu.foundation.intake.posting import counting, facts_to_come
from bangfu.foundation.organisation.queries import unit_subtree
from bangfu.foundation.people.identity_numbers import masked
from bangfu.foundation.people.persons.queries import masked_name
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.training import following, register
from bangfu.livelihoods.training.measures import (
    ATTENDANCES,
    CADRES,
    LEADERS,
    OBSERVATION_TRIPS,
    PERSONS,
    TECHNICIANS,
)
from bangfu.livelihoods.training.models import (
    HOW_WORDS,
    INCOME_WORDS,
    RESULT_WORDS,
    USE_WORDS,
    WORK_WORDS,
    Result,
)
from bangfu.livelihoods.training.operations.following import import_follow_ups
from bangfu.livelihoods.training.operations.importing import import_attendees
from bangfu.livelihoods.training.operations.storing import MEASURE_OF
from bangfu.livelihoods.training.rules import judged

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
    Column(
        "name",
        both("姓名", "Name"),
        required=False,
        note=both(
            "身份证号码已登记过的，不必再写。", "Not needed of somebody whose identity number is known."
        ),
        example="杨某某",
        longest=80,
        masked=masked_name,
    ),
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
    BASIS,
)


def check(frame: polars.DataFrame, upload: Upload) -> CheckedRows:
    """Judge readable rows by their courses and by what is recorded already."""
    units = list(unit_subtree(upload.unit_id).values_list("pk", flat=True))
    found = judged(frame, today=localdate(upload.uploaded_at), units=units, correcting=True)
    refusals = [fault.of_row for fault in found.faults]
    rows = found.rows.filter(~polars.col("row").is_in([refusal.row for refusal in refusals]))
    rows = rows.with_columns(was_sessions="was_attended")
    standing = rows["standing"]
    return CheckedRows(
        frame=rows,
        refusals=refusals,
        new=int((standing == "new").sum()),
        same=int((standing == "same").sum()),
        changed=int((standing == "changed").sum()),
    )


def posts(frame: polars.DataFrame, upload: Upload) -> polars.DataFrame:
    """Return the attendances and completions that each row counts once it is verified, and those that are taken back of rows that
    correct; observation trips are left out.

    Whoever is known is a party by their key, and everybody else by where they stand among the numbers of the sheet.
    """
    col = polars.col
    rows = counting(frame).with_columns(
        party=polars.coalesce("person", polars.format("new {}", col("identity_number").rank("dense")))
    )
    before = rows.filter("counted").with_columns(
        place="was_place", result="was_result", attended="was_attended"
    )
    sessions = register.sessions_of(rows["course_code"].unique().to_list())
    return polars.concat([_counted(rows, sessions, 1), _counted(before, sessions, -1)])


def _counted(rows: polars.DataFrame, sessions: polars.DataFrame, times: int) -> polars.DataFrame:
    col = polars.col
    courses = sessions.select("course", "trainees", completed_on=col("ends_on").dt.offset_by("-1d")).unique(
        "course"
    )
    attended = (
        rows.select("course", "unit", "place", "party", number=col("attended").str.split(","))
        .explode("number")
        .with_columns(col("number").cast(polars.Int64))
        .join(sessions.select("course", "number", "held_on"), on=["course", "number"])
    )
    completed = rows.filter(col("result") == Result.COMPLETED).join(courses, on="course")
    where: dict[str, Any] = {"unit": "unit", "place": "place", "party": "party", "quantity": times}
    return polars.concat(
        [
            facts_to_come(attended, ATTENDANCES, on="held_on", **where),
            facts_to_come(completed, PERSONS, on="completed_on", **where),
            *(
                facts_to_come(
                    completed.filter(col("trainees") == trainees), measure, on="completed_on", **where
                )
                for trainees, measure in MEASURE_OF.items()
            ),
        ]
    )


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
    measures=(
        CADRES.code,
        TECHNICIANS.code,
        LEADERS.code,
        PERSONS.code,
        ATTENDANCES.code,
        OBSERVATION_TRIPS.code,
    ),
    posts=posts,
)


def _answered(name: str, zh: str, en: str, words: dict[str, Words], example: str) -> Column:
    return Column(name, both(zh, en), ColumnKind.CHOICE, choices=tuple(words.items()), example=example)


FOLLOW_UP_COLUMNS = (
    COLUMNS[0],
    Column("name", both("姓名", "Name"), longest=80, required=False, masked=masked_name),
    replace(
        COLUMNS[2],
        note=both("用来认出学员，须与名册一致。", "It tells who is meant, as in the list of attendees."),
    ),
    Column(
        "reached_on", both("回访日期", "Followed up on"), ColumnKind.DATE, past=True, example="2019-12-20"
    ),
    _answered("how", "回访方式", "How", HOW_WORDS, "电话"),
    _answered("use", "所学运用", "What was learnt", USE_WORDS, "用上了"),
    _answered("work", "就业变化", "Work", WORK_WORDS, "没有变化"),
    _answered("income", "收入变化", "Income", INCOME_WORDS, "增加"),
    Column("remark", both("情况说明", "Remark"), required=False, longest=500, example="开了网店"),
)


def check_follow_ups(frame: polars.DataFrame, upload: Upload) -> CheckedRows:
    """Judge readable rows by the completions they name and by what was heard before."""
    units = list(unit_subtree(upload.unit_id).values_list("pk", flat=True))
    found = following.judged(frame, today=localdate(upload.uploaded_at), units=units)
    refusals = [fault.of_row for fault in found.faults]
    rows = found.rows.filter(~polars.col("row").is_in([refusal.row for refusal in refusals]))
    standing = rows["standing"]
    return CheckedRows(
        frame=rows,
        refusals=refusals,
        new=int((standing == "new").sum()),
        same=int((standing == "same").sum()),
        changed=int((standing == "changed").sum()),
    )


FOLLOW_UPS_SHEET = Layout(
    code="training.follow_ups",
    title=both("培训回访表", "Follow-ups of attendees"),
    about=both(
        "一人一门课程填一行，课程结束满三个月后回访；再次上报的以后一次为准，前一次保留。",
        "One attendee and course a row, three months after the course; what is reported again holds, what was said before"
        " is kept.",
    ),
    columns=FOLLOW_UP_COLUMNS,
    confirm=import_follow_ups,
    permission="training.import_follow_ups",
    check=check_follow_ups,
    instead=both(
        "请上传写有正确内容的回访表，或在培训班页重新记录：后记的取代先记的，先记的留着。",
        "Upload the corrected sheet, or record what was heard anew on the course: what is said last holds, the earlier stays.",
    ),
)
