"""The spreadsheet “new base stations accepted”, as branches fill it in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars
from django.utils.timezone import localdate

from bangfu.connectivity.network.measures import STATIONS
from bangfu.connectivity.network.models import Technology
from bangfu.connectivity.network.operations import storing
from bangfu.connectivity.network.operations.importing import import_stations
from bangfu.connectivity.network.rules import TO_RULES, judged
from bangfu.foundation.intake.layouts import (
    BASIS,
    CheckedRows,
    Column,
    ColumnKind,
    Layout,
    RowRefusal,
    WayBack,
)
from bangfu.foundation.intake.posting import counting, facts_to_come
from bangfu.foundation.rooms import both

if TYPE_CHECKING:
    from bangfu.foundation.intake.models import Upload

NO_EVIDENCE = both(
    "没有佐证。请在“单站测试记录”或“现场照片”中至少填写一个文件名，并把文件放进佐证压缩包。",
    "There is no evidence. Name a file under “Test log” or “Photograph” and put it into the evidence zip.",
)

COLUMNS = (
    Column(
        "station_code",
        both("基站编码", "Station code"),
        ColumnKind.CODE,
        note=both(
            "网管中的逻辑基站编码。同一站址每种制式、频段各填一行。",
            "The logical station's code in network management. One row for each technology and band on a site.",
        ),
        example="GZ-CH-0417",
        longest=60,
        aliases=("站码", "逻辑站编码"),
    ),
    Column(
        "site_code",
        both("站址编码", "Site code"),
        ColumnKind.CODE,
        note=both("铁塔或自有站址的编码。", "The code of the tower or of the own site."),
        example="TT-522327-0103",
        longest=60,
        aliases=("物理站编码",),
    ),
    Column(
        "site_name",
        both("站址名称", "Site name"),
        required=False,
        note=both("只在站址第一次登记时采用。", "Used when the site is registered for the first time only."),
        longest=120,
    ),
    Column(
        "county",
        both("所在县（市、区）", "County"),
        ColumnKind.COUNTY,
        note=both(
            "县名或六位区划代码；重名的县请写上省、市。",
            "Its name or six-digit code; name the province too where counties share a name.",
        ),
        example="册亨县",
        aliases=("县", "所在县", "区县"),
    ),
    Column(
        "technology",
        both("制式", "Technology"),
        ColumnKind.CHOICE,
        choices=tuple(Technology.values),
        example="4G",
    ),
    Column("band", both("频段", "Band"), required=False, example="900 MHz", longest=40),
    Column(
        "builder",
        both("承建方", "Builder"),
        note=both(
            "出资建设的一方；只有承建方计数。", "Who paid for it; only the builder counts the station."
        ),
        example="示例通信贵州分公司",
        longest=80,
    ),
    Column(
        "sharer",
        both("共享方", "Sharer"),
        required=False,
        note=both("共建共享的另一方；不计数。", "Who shares it; counts nothing."),
        longest=80,
    ),
    Column(
        "accepted_on",
        both("验收日期", "Accepted on"),
        ColumnKind.DATE,
        note=both(
            "终验通过之日；以此计入年份。", "The day it passed final acceptance; this decides the year."
        ),
        example="2019-09-12",
        past=True,
    ),
    Column("on_air_on", both("开通日期", "On air on"), ColumnKind.DATE, required=False, past=True),
    Column("capitalised_on", both("转固日期", "Capitalised on"), ColumnKind.DATE, required=False, past=True),
    Column("paid_on", both("付款日期", "Paid on"), ColumnKind.DATE, required=False, past=True),
    Column(
        "test_log",
        both("单站测试记录", "Test log"),
        ColumnKind.EVIDENCE,
        required=False,
        note=both(
            "压缩包中的文件名；与照片至少填一个。", "File name in the zip; this or a photograph is needed."
        ),
        example="GZ-CH-0417.txt",
    ),
    Column("photo", both("现场照片", "Photograph"), ColumnKind.EVIDENCE, required=False),
    BASIS,
)


def check(frame: polars.DataFrame, upload: Upload) -> CheckedRows:
    """Compare readable rows with what is registered."""
    today = localdate(upload.uploaded_at)
    found = judged(frame.rename(TO_RULES), unit=upload.unit, today=today, correcting=True)
    refusals = [fault.of_row for fault in found.faults]
    bare = frame.filter(polars.col("test_log_digest").is_null() & polars.col("photo_digest").is_null())
    refusals += [RowRefusal(row, "test_log", NO_EVIDENCE) for row in bare["row"]]
    refusals.sort(key=lambda refusal: refusal.row)
    wrong = [refusal.row for refusal in refusals]
    rows = found.rows.filter(~polars.col("row").is_in(wrong)).rename(
        {now: then for then, now in TO_RULES.items()} | {"was_place": "was_county"}
    )
    standing = rows["standing"]
    return CheckedRows(
        frame=rows,
        refusals=refusals,
        new=int((standing == "new").sum()),
        same=int((standing == "same").sum()),
        changed=int((standing == "changed").sum()),
    )


def posts(frame: polars.DataFrame, upload: Upload) -> polars.DataFrame:
    """Return the station that each row counts once it is verified, and what is taken back of those that rows correct."""
    rows = counting(frame)
    adds = facts_to_come(rows, STATIONS, unit=upload.unit_id, place="county", on="accepted_on")
    return polars.concat(
        [
            adds,
            facts_to_come(
                rows.filter("counted"),
                STATIONS,
                unit=upload.unit_id,
                place="was_county",
                on="was_accepted_on",
                quantity=-1,
            ),
        ]
    )


STATIONS_SHEET = Layout(
    code="network.stations",
    title=both("新建无线基站验收表", "New base stations accepted"),
    about=both(
        "填报本单位承建、已通过终验的无线基站，一行一个逻辑基站。共享进来的基站由承建方填报。",
        "Base stations that your unit built and that passed final acceptance, one logical station a row. Stations that"
        " you share are reported by their builder.",
    ),
    columns=COLUMNS,
    confirm=import_stations,
    permission="network.import_stations",
    check=check,
    key="station_code",
    measures=(STATIONS.code,),
    posts=posts,
    way_back=WayBack("network.station", storing.lock_codes_of, storing.withdraw_stations),
)
