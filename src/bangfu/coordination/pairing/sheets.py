"""The spreadsheets of the room: the register of pairings 结对台账, and the list of places that must have an owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars
from django.utils.timezone import localdate

from bangfu.coordination.pairing import register
from bangfu.coordination.pairing.measures import AIDED, COUNTIES, DESIGNATED, UNITS, VILLAGES
from bangfu.coordination.pairing.models import (
    FIRST_PAIRING,
    KIND_WORDS,
    LEVEL_WORDS,
    ROLE_WORDS,
    Requirement,
)
from bangfu.coordination.pairing.operations.importing import import_pairings, require_owners
from bangfu.coordination.pairing.operations.storing import facts_of_pairings
from bangfu.coordination.pairing.rules import UnableToPair, judged
from bangfu.foundation.intake.layouts import CheckedRows, Column, ColumnKind, Layout, RowRefusal
from bangfu.foundation.intake.posting import counting, facts_to_come
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import both

if TYPE_CHECKING:
    from bangfu.foundation.intake.models import Upload

PLACE_NOTE = both(
    "县：名称或六位代码。村：十二位代码，或“县＋乡镇＋村”的名称。",
    "A county by name or six-digit code; a village by its code of twelve digits, or by county, town and village.",
)

COLUMNS = (
    Column(
        "unit_code",
        both("帮扶单位编码", "Supporter's code"),
        ColumnKind.CODE,
        note=both("出去帮扶的单位；本单位或其下属单位。", "The unit that helps: yours, or one below it."),
        example="P52",
        longest=40,
        aliases=("单位编码",),
    ),
    Column(
        "place",
        both("结对县或村", "Paired county or village"),
        ColumnKind.COUNTY_OR_VILLAGE,
        note=PLACE_NOTE,
        example="册亨县者楼街道者楼村",
        aliases=("结对地点", "帮扶村", "帮扶县"),
    ),
    Column(
        "kind",
        both("结对类型", "Kind"),
        ColumnKind.CHOICE,
        choices=tuple(KIND_WORDS.items()),
        example="结对到村",
    ),
    Column(
        "role",
        both("角色", "Role"),
        ColumnKind.CHOICE,
        note=both(
            "同一地点同一类型只有一家牵头，其余为参与。",
            "Of one kind one unit leads a place; others take part.",
        ),
        choices=tuple(ROLE_WORDS.items()),
        example="牵头",
    ),
    Column(
        "level",
        both("指派层级", "Level"),
        ColumnKind.CHOICE,
        choices=tuple(LEVEL_WORDS.items()),
        example="县级",
    ),
    Column(
        "assigned_by",
        both("指派单位", "Assigned by"),
        note=both("发文的党委、政府或领导小组。", "The committee or government that issued the document."),
        example="册亨县脱贫攻坚领导小组",
        longest=120,
    ),
    Column("document", both("文号", "Document number"), example="册脱贫组〔2018〕12号", longest=120),
    Column(
        "leader_post",
        both("责任领导职务", "Responsible leader's post"),
        required=False,
        note=both("只写职务，不写姓名。", "The post only, never a name."),
        example="副总经理",
        longest=80,
    ),
    Column("starts_on", both("开始日期", "From"), ColumnKind.DATE, example="2018-03-15"),
    Column(
        "ends_on",
        both("结束日期", "To"),
        ColumnKind.DATE,
        required=False,
        note=both(
            "自该日起不再负责；还在结对的留空。",
            "The first day without responsibility; empty while it lasts.",
        ),
        past=True,
    ),
    Column(
        "agreed_until",
        both("约定至", "Agreed until"),
        ColumnKind.DATE,
        required=False,
        note=both("文件约定的期限；到期不会自动结束。", "The document's term; it ends nothing by itself."),
    ),
    Column(
        "evidence",
        both("指派文件", "Assigning document"),
        ColumnKind.EVIDENCE,
        note=both("压缩包中的文件名；几行可用同一个文件。", "File name in the zip; rows may share one file."),
        example="册脱贫组2018-12.pdf",
    ),
)


def check(frame: polars.DataFrame, upload: Upload) -> CheckedRows:
    """Find the units of readable rows and compare the rows with what is registered."""
    units = register.units_below(upload.unit, frame["unit_code"].unique().to_list())
    rows = frame.join(units, on="unit_code", how="left", maintain_order="left")
    refusals = [
        RowRefusal(row, "unit_code", UnableToPair.sentences["unknown_unit"].filled(code=code))
        for row, code in rows.filter(polars.col("unit").is_null()).select("row", "unit_code").iter_rows()
    ]
    found = judged(rows.filter(polars.col("unit").is_not_null()), today=localdate(upload.uploaded_at))
    refusals += [fault.of_row for fault in found.faults]
    refusals.sort(key=lambda refusal: refusal.row)
    return _checked(found.rows, refusals)


def _checked(rows: polars.DataFrame, refusals: list[RowRefusal]) -> CheckedRows:
    rows = rows.filter(~polars.col("row").is_in([refusal.row for refusal in refusals]))
    standing = rows["standing"]
    return CheckedRows(
        frame=rows,
        refusals=refusals,
        new=int((standing == "new").sum()),
        same=int((standing == "same").sum()),
        changed=int((standing == "changed").sum()),
    )


def posts(frame: polars.DataFrame, upload: Upload) -> polars.DataFrame:
    """Return what each pairing counts once it is verified: one up on the day it starts, one down on the day it ended."""
    return polars.concat(
        facts_to_come(facts, measure, unit="unit", place="place", on="on", quantity="quantity", party="party")
        for measure, facts in facts_of_pairings(counting(frame))
    )


PAIRINGS_SHEET = Layout(
    code="pairing.pairings",
    title=both("结对台账", "Register of pairings"),
    about=both(
        "本单位及下属单位负责的县和村，一行一个单位、一个地点、一段时间。两家帮同一个村：一家牵头，另一家参与，各填一行。",
        "Counties and villages that your unit and those below it are responsible for: one unit, one place, one period a"
        " row. Where two help one village, one leads and the other takes part, each in a row of its own.",
    ),
    columns=COLUMNS,
    confirm=import_pairings,
    permission="pairing.import_pairings",
    check=check,
    measures=(UNITS.code, VILLAGES.code, COUNTIES.code, DESIGNATED.code, AIDED.code),
    posts=posts,
)

REQUIRED_COLUMNS = (
    Column(
        "place",
        both("县或村", "County or village"),
        ColumnKind.COUNTY_OR_VILLAGE,
        note=PLACE_NOTE,
        example="522327001200",
    ),
    Column(
        "starts_on",
        both("自何日起须有人负责", "Owner required from"),
        ColumnKind.DATE,
        example="2018-01-01",
    ),
    Column(
        "ends_on",
        both("至何日止", "Until"),
        ColumnKind.DATE,
        required=False,
        note=both(
            "自该日起不再要求；长期要求的留空。", "The first day it is not required; empty = for good."
        ),
    ),
    Column("document", both("依据文号", "Document number"), example="黔扶领〔2017〕30号", longest=120),
)

ENDS_TOO_SOON = both(
    "终止日期不晚于起始日期。请核对两个日期。", "It ends no later than it starts. Check both dates."
)
LISTED_ELSEWHERE = both(
    "{place}已在{unit}的名单上。请由该单位修改。",
    "{place} is on the list of {unit}. Let that unit change it.",
)


def check_required(frame: polars.DataFrame, upload: Upload) -> CheckedRows:
    """Compare a list's rows with what is required already."""
    col = polars.col
    refusals = [
        RowRefusal(row, "ends_on", ENDS_TOO_SOON)
        for row in frame.filter(col("ends_on") <= col("starts_on"))["row"]
    ]
    early = UnableToPair.sentences["too_early"].filled(first=FIRST_PAIRING.isoformat())
    refusals += [
        RowRefusal(row, "starts_on", early) for row in frame.filter(col("starts_on") < FIRST_PAIRING)["row"]
    ]
    there = Requirement.objects.filter(place_id__in=frame["place"].to_list()).select_related("unit")
    elsewhere = {
        one.place_id: both(one.unit.name_zh, one.unit.name_en)
        for one in there
        if one.unit_id != upload.unit_id
    }
    labels = place_labels(elsewhere)
    refusals += [
        RowRefusal(row, "place", LISTED_ELSEWHERE.filled(place=labels[place], unit=elsewhere[place]))
        for row, place in frame.select("row", "place").iter_rows()
        if place in elsewhere
    ]
    known = polars.DataFrame(
        [(one.place_id, one.starts_on, one.ends_on, one.document) for one in there],
        schema={
            "place": polars.Int64, "known_starts_on": polars.Date, "known_ends_on": polars.Date,
            "known_document": polars.String,
        },
        orient="row",
    )  # fmt: skip
    names = ("starts_on", "ends_on", "document")
    same = polars.all_horizontal(*(col(name).eq_missing(col(f"known_{name}")) for name in names))
    rows = frame.join(known, on="place", how="left", maintain_order="left").with_columns(
        standing=polars.when(col("known_starts_on").is_null())
        .then(polars.lit("new"))
        .when(same)
        .then(polars.lit("same"))
        .otherwise(polars.lit("changed"))
    )
    refusals.sort(key=lambda refusal: refusal.row)
    return _checked(rows.select(*frame.columns, "standing"), refusals)


REQUIRED_SHEET = Layout(
    code="pairing.required",
    title=both("须有人负责的县和村", "Places that must have an owner"),
    about=both(
        "办公室的名单：自某日起，每一天都须有牵头单位的县和村。系统据此列出没有人负责的日子。",
        "The office's list of counties and villages that must be led by a unit on every day from a day on. Days without"
        " an owner are computed from it.",
    ),
    columns=REQUIRED_COLUMNS,
    confirm=require_owners,
    permission="pairing.require_owners",
    check=check_required,
    instead=both(
        "请导入改正后的名单：各县村以最后导入的起止日期为准，误列的写上止日。",
        "Import the corrected list: the dates imported last hold for each place; give those listed wrongly a last day.",
    ),
    key="place",
)
