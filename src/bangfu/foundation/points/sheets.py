"""The spreadsheet of lots 积分批次 as the operator's points system exports it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars

from bangfu.foundation.intake.layouts import CheckedRows, Column, ColumnKind, Layout, RowFault
from bangfu.foundation.points.operations import UnableToLoad, import_lots
from bangfu.foundation.points.operations.loading import faults_of, known_lots
from bangfu.foundation.rooms import both

if TYPE_CHECKING:
    from bangfu.foundation.intake.models import Upload


@dataclass(frozen=True)
class LotFault(RowFault):
    """Why a row cannot be taken in, by a code of ``UnableToLoad``."""

    unable = UnableToLoad


FAULTY_COLUMN = {
    "no_member": "member", "mobile_number": "member", "holder_elsewhere": "member", "no_lot": "lot", "lot_twice": "lot",
    "lot_differs": "lot", "nothing": "points", "wrong_period": "last_day",
}  # fmt: skip


def check_lots(frame: polars.DataFrame, upload: Upload) -> CheckedRows:
    """Judge readable rows by the lots that are known: new, or the same."""
    rows = frame.with_columns(expires_on=polars.col("last_day").dt.offset_by("1d"))
    faults = faults_of(
        rows.select("row", "member", "lot", "points", "earned_on", "expires_on"), unit=upload.unit
    )
    known = known_lots(sorted(set(rows["member"].to_list())))
    sound = rows.filter(~polars.col("row").is_in(sorted(faults)))
    standing = ["same" if key in known else "new" for key in sound.select("member", "lot").iter_rows()]
    return CheckedRows(
        frame=sound.with_columns(standing=polars.Series(standing, dtype=polars.String)),
        refusals=[
            LotFault(row, FAULTY_COLUMN[code], code, {"row": row}).of_row
            for row, code in sorted(faults.items())
        ],
        new=standing.count("new"),
        same=standing.count("same"),
    )


LOTS_SHEET = Layout(
    code="points.lots",
    title=both("积分批次", "Lots of points"),
    about=both(
        "一个会员的一个批次填一行。会员号是积分系统自己的编号，不能是手机号。已导入而内容相同的跳过，内容不同的不能导入。",
        "A lot of a member a row. The member's number is the points system's own, never a mobile number. A lot that is here with"
        " the same content is passed over, with another it is refused.",
    ),
    columns=(
        Column("member", both("会员号", "Member"), ColumnKind.CODE, longest=40, example="M-52-000017"),
        Column("lot", both("批次号", "Lot"), ColumnKind.CODE, longest=50, example="2020-03"),
        Column("points", both("积分", "Points"), ColumnKind.INTEGER, example="692"),
        Column("earned_on", both("获得日期", "Earned on"), ColumnKind.DATE, past=True, example="2020-03-31"),
        Column(
            "last_day",
            both("有效期至", "Last day"),
            ColumnKind.DATE,
            note=both("最后一个可用的日子。", "The last day on which they can be spent."),
            example="2022-12-31",
        ),
    ),
    confirm=import_lots,
    permission="points.import_lots",
    check=check_lots,
    instead=both(
        "批次导入后不撤回：多出的积分由积分系统以新批次更正。",
        "Lots are not taken back; the points system puts a mistake right by a lot of its own.",
    ),
)
