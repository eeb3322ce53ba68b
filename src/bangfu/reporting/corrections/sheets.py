"""The spreadsheet of printings 刊登登记表."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars
from django.utils.timezone import localdate

from bangfu.foundation.intake.layouts import CheckedRows, Column, ColumnKind, Layout, RowRefusal
from bangfu.foundation.rooms import both
from bangfu.reporting.corrections.models import MEDIUM_WORDS
from bangfu.reporting.corrections.operations.printings import details_of, import_printings
from bangfu.reporting.corrections.printings import UnableToRegisterPrinting, judged, published

if TYPE_CHECKING:
    from bangfu.foundation.intake.models import Upload

COLUMNS = (
    Column(
        "publication",
        both("发布号", "Publication"),
        ColumnKind.INTEGER,
        note=both("报告的发布号，如 1。", "The publication's number, such as 1."),
        example="1",
        lowest=1,
    ),
    Column(
        "medium",
        both("载体", "Medium"),
        ColumnKind.CHOICE,
        choices=tuple(MEDIUM_WORDS.items()),
        example="报纸",
    ),
    Column("title", both("名称", "Title"), example="贵州日报", longest=200, aliases=("报刊名称", "网站")),
    Column("issue", both("期号、文号", "Issue"), required=False, example="第 21345 期", longest=80),
    Column("printed_on", both("日期", "Day"), ColumnKind.DATE, example="2020-08-03", past=True),
    Column(
        "place",
        both("版面或网址", "Page or address"),
        required=False,
        example="第 5 版",
        longest=400,
        aliases=("版面", "网址"),
    ),
    Column(
        "figures",
        both("哪些数字", "Figures"),
        required=False,
        note=both(
            "数字的序号，如 1、3 或 5-8；登了全文的填“全部”或不填。",
            "The figures' numbers, such as 1, 3 or 5-8; “all” or nothing for the whole report.",
        ),
        example="1、3",
    ),
    Column(
        "wording", both("原文", "Wording"), required=False, longest=2000, example="全年新建基站 3.26 万个。"
    ),
    Column(
        "errata_known",
        both("已按更正第几号", "Takes erratum into account"),
        ColumnKind.INTEGER,
        required=False,
        note=both(
            "登的是更正后的数，填更正的号；不填按日期算；登的是原数，填 0。",
            "The erratum's number if it was printed corrected; empty goes by the day; 0 for the figures as published.",
        ),
        example="0",
        lowest=0,
    ),
)


def check(frame: polars.DataFrame, upload: Upload) -> CheckedRows:
    """Judge each readable row as the form would; the same printing twice in one sheet is refused as well."""
    refusals, good, seen = [], [], set()
    for row in frame.iter_rows(named=True):
        try:
            publication = published(row["publication"])
            kept = judged(publication, details_of(row), today=localdate(upload.uploaded_at))
            where = (publication.pk, kept.medium, kept.title, kept.issue, kept.printed_on, kept.place)
            if where in seen:
                raise UnableToRegisterPrinting("registered_already")
            seen.add(where)
            good.append(row["row"])
        except UnableToRegisterPrinting as refusal:
            refusals.append(RowRefusal(row["row"], None, refusal.sentence))
    rows = frame.filter(polars.col("row").is_in(good))
    return CheckedRows(frame=rows, refusals=refusals, new=rows.height)


PRINTINGS_SHEET = Layout(
    code="corrections.printings",
    title=both("刊登登记表", "Where figures were printed"),
    about=both(
        "报告的数字登在哪里，一处一行。日后更正，就按这张表逐处去函。",
        "Where figures of a report were printed, one place a row. A later erratum names every one of them.",
    ),
    columns=COLUMNS,
    confirm=import_printings,
    permission="corrections.import_printings",
    check=check,
    instead=both(
        "请到各条刊登记录的页面更正或撤回。",
        "Correct or withdraw the printings on their pages.",
    ),
)
