"""The spreadsheet of the room: schools accepted into use 互联网教育学校验收表."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars
from django.utils.timezone import localdate

from bangfu.connectivity.schooling.measures import SCHOOLS
from bangfu.connectivity.schooling.models import KIND_WORDS
from bangfu.connectivity.schooling.operations.registering import IMPORT, import_schools
from bangfu.connectivity.schooling.rules import COLUMNS as SAID
from bangfu.connectivity.schooling.rules import judged
from bangfu.foundation.intake.layouts import CheckedRows, Column, ColumnKind, Layout
from bangfu.foundation.intake.posting import counting, facts_to_come
from bangfu.foundation.places.positions.datums import DATUMS
from bangfu.foundation.rooms import both

if TYPE_CHECKING:
    from bangfu.foundation.intake.models import Upload

COLUMNS = (
    Column(
        "code",
        both("学校标识码", "School code"),
        ColumnKind.CODE,
        note=both("教育部学校（机构）标识码，十位数字。", "The ministry's code of the school, ten digits."),
        example="2152004321",
        longest=10,
        pattern=r"\d{10}",
        aliases=("标识码", "学校代码"),
    ),
    Column("name", both("学校名称", "School"), example="册亨县者楼街道第一小学", longest=80, aliases=("校名",)),
    Column(
        "kind", both("类别", "Kind"), ColumnKind.CHOICE, choices=tuple(KIND_WORDS.items()), example="小学"
    ),
    Column(
        "place",
        both("所在县或村", "County or village"),
        ColumnKind.COUNTY_OR_VILLAGE,
        note=both(
            "县：名称或六位代码。村：十二位代码，或“县＋乡镇＋村”的名称。",
            "A county by name or six-digit code; a village by its code of twelve digits, or by county, town and village.",
        ),
        example="册亨县",
        aliases=("地点", "所在县"),
    ),
    Column("pupils", both("学生数", "Pupils"), ColumnKind.INTEGER, required=False, lowest=0, highest=100_000, example="612"),
    Column("classes", both("班级数", "Classes"), ColumnKind.INTEGER, required=False, lowest=0, highest=1_000, example="18"),
    Column(
        "counted_on",
        both("统计日期", "Counted on"),
        ColumnKind.DATE,
        required=False,
        past=True,
        note=both("学生数、班级数是哪一天的。", "Of which day pupils and classes are."),
        example="2019-09-01",
    ),
    Column(
        "bandwidth_mbps",
        both("带宽（Mbps）", "Bandwidth (Mbps)"),
        ColumnKind.INTEGER,
        required=False,
        lowest=1,
        highest=1_000_000,
        example="100",
    ),
    Column(
        "longitude", both("经度", "Longitude"), ColumnKind.DECIMAL, required=False, decimals=7, lowest=72, highest=138,
        note=both("十进制的度；与纬度、坐标系一起填。", "Decimal degrees; with latitude and datum."),
    ),
    Column("latitude", both("纬度", "Latitude"), ColumnKind.DECIMAL, required=False, decimals=7, lowest=0, highest=56),
    Column("datum", both("坐标系", "Datum"), ColumnKind.CHOICE, required=False, choices=DATUMS,
           note=both("按测量的来源写，不要猜。", "As its source states, never a guess.")),
    Column("accepted_on", both("验收启用日期", "Accepted on"), ColumnKind.DATE, past=True, example="2019-09-02"),
    Column(
        "evidence",
        both("验收单", "Acceptance record"),
        ColumnKind.EVIDENCE,
        note=both("压缩包中的文件名；几行可用同一个文件。", "File name in the zip; rows may share one file."),
        example="册亨一小验收单.pdf",
    ),
)  # fmt: skip


def check(frame: polars.DataFrame, upload: Upload) -> CheckedRows:
    """Compare readable rows with the schools that are registered."""
    said = frame.with_columns(polars.col("datum").fill_null("")).select(
        polars.col(name).cast(kind) for name, kind in SAID.items()
    )
    found = judged(said, unit=upload.unit, today=localdate(upload.uploaded_at))
    refusals = [fault.of_row for fault in found.faults]
    files = frame.select("row", "evidence", "evidence_digest")
    rows = found.rows.join(files, on="row", how="left", maintain_order="left")
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
    """Return the school that each row counts once it is verified."""
    return facts_to_come(counting(frame), SCHOOLS, unit=upload.unit_id, place="place", on="accepted_on")


SCHOOLS_SHEET = Layout(
    code="schooling.schools",
    title=both("互联网教育学校验收表", "Schools accepted into use"),
    about=both(
        "验收启用、正在上课的学校，一行一所，凭学校标识码。设备到货不算启用；停用在学校页面办理。",
        "Schools accepted into use and having lessons, one a row, by their school code. Delivered equipment is not use; a stop"
        " is entered on the school's page.",
    ),
    columns=COLUMNS,
    confirm=import_schools,
    permission=IMPORT,
    check=check,
    instead=both(
        "误录的学校请到各校的页面撤回，人数不对的重新清点；仍在待核验的，请核验人退回单据。",
        "Withdraw schools entered wrongly on their pages, and count pupils anew; if the paper still waits, have it returned.",
    ),
    key="code",
    measures=(SCHOOLS.code,),
    posts=posts,
)
