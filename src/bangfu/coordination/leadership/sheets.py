"""The spreadsheet of the room: leaders' visits 领导调研督导台账."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars
from django.utils.timezone import localdate

from bangfu.coordination.leadership.operations.registering import IMPORT, import_visits
from bangfu.coordination.leadership.rules import COLUMNS as SAID
from bangfu.coordination.leadership.rules import judged
from bangfu.foundation.intake.layouts import CheckedRows, Column, ColumnKind, Layout
from bangfu.foundation.rooms import both

if TYPE_CHECKING:
    from bangfu.foundation.intake.models import Upload

_SEVERAL = both("几条之间用分号“；”隔开。", "Several are parted by semicolons.")
COLUMNS = (
    Column(
        "reference",
        both("到访编号", "Visit's number"),
        ColumnKind.CODE,
        note=both(
            "全集团不得重复；以本单位简码开头。", "The only one in the house; begin with your unit's code."
        ),
        example="P52-2020-006",
        longest=60,
        aliases=("编号",),
    ),
    Column(
        "leader_code",
        both("领导编号", "Leader's number"),
        ColumnKind.CODE,
        note=both(
            "先在“组织领导”里登记领导；表里不写姓名。",
            "Register the leader in the room first; no names here.",
        ),
        example="P52-L01",
        longest=40,
    ),
    Column(
        "place",
        both("到访的县或村", "County or village"),
        ColumnKind.COUNTY_OR_VILLAGE,
        note=both(
            "县：名称或六位代码。村：十二位代码，或“县＋乡镇＋村”的名称。",
            "A county by name or six-digit code; a village by its code of twelve digits, or by county, town and village.",
        ),
        example="册亨县",
        aliases=("到访地点",),
    ),
    Column("arrived_on", both("到达日期", "Arrived on"), ColumnKind.DATE, past=True, example="2020-06-12"),
    Column(
        "left_on",
        both("离开日期", "Last day there"),
        ColumnKind.DATE,
        past=True,
        note=both("在那里的最后一天。", "The last day there."),
        example="2020-06-13",
    ),
    Column("purpose", both("事由", "Purpose"), example="调研产业帮扶，走访脱贫户", longest=200),
    Column(
        "trip",
        both("行程编号", "Trip"),
        ColumnKind.CODE,
        required=False,
        note=both(
            "一次行程到几个县，或几位领导同行，填同一个编号；空着就是单独一趟。",
            "The same number where one trip goes to several counties or leaders travel together; empty is a trip of its own.",
        ),
        example="P52-2020-XC03",
        longest=60,
    ),
    Column(
        "problems",
        both("发现的问题", "Problems found"),
        required=False,
        note=_SEVERAL,
        example="者楼村水泵停用；合作社账目未公开",
        longest=1200,
    ),
    Column(
        "commitments",
        both("作出的承诺", "Commitments"),
        required=False,
        note=_SEVERAL,
        example="八月底前换好水泵；为合作社请会计",
        longest=1200,
    ),
    Column(
        "due_on",
        both("承诺到期日", "Commitments due"),
        ColumnKind.DATE,
        required=False,
        note=both(
            "这一行的承诺共用一个到期日；不同的，逐条登记。",
            "One day for all commitments of the row; where they differ, enter the visit by hand.",
        ),
        example="2020-08-31",
    ),
    Column(
        "evidence",
        both("佐证", "Evidence"),
        ColumnKind.EVIDENCE,
        note=both(
            "通知、纪要或照片，压缩包中的文件名。", "Notice, minutes or photograph: file name in the zip."
        ),
        example="P52-2020-006纪要.pdf",
    ),
)


def check(frame: polars.DataFrame, upload: Upload) -> CheckedRows:
    """Compare readable rows with the visits that are registered."""
    said = frame.with_columns(
        _parted("problems"), _parted("commitments"), polars.col("purpose", "trip").fill_null("")
    ).with_columns(due_on=polars.col("due_on").repeat_by(polars.col("commitments").list.len()))
    said = said.select(polars.col(name).cast(kind) for name, kind in SAID.items())
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


def _parted(name: str) -> polars.Expr:
    """Return a column's texts at their semicolons, each without spaces around it; none for an empty cell."""
    parts = polars.col(name).fill_null("").str.replace_all(";", "；", literal=True).str.split("；")
    return parts.list.eval(
        polars.element().str.strip_chars().filter(polars.element().str.strip_chars() != "")
    ).alias(name)


VISITS_SHEET = Layout(
    code="leadership.visits",
    title=both("领导调研督导台账", "Leaders' visits"),
    about=both(
        "班子成员到帮扶县、村的调研督导，一位领导到一处一行。一次到两个县，各填一行、填同一个行程编号：人次和趟数只计一次。"
        "问题和承诺核验后进入销号。",
        "Visits of leaders to assisted counties and villages, one leader and place a row. Two counties on one trip are two rows"
        " with one trip's number, and count once. What was found and promised is followed until it is settled.",
    ),
    columns=COLUMNS,
    confirm=import_visits,
    permission=IMPORT,
    check=check,
    instead=both(
        "误录的请到各次调研的页面撤回，改好后可用同一编号重新导入；仍在待核验的，请核验人退回单据。",
        "Withdraw visits entered wrongly on their pages; corrected, they come in again by the same numbers. If the paper still"
        " waits, have it returned.",
    ),
    key="reference",
)
