"""The sheet of sites' coordinates 站址坐标表."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars

from bangfu.connectivity.network.models import Site, Station
from bangfu.connectivity.network.operations.locating import locate_sites
from bangfu.foundation.intake.layouts import CheckedRows, Column, ColumnKind, Layout, RowRefusal
from bangfu.foundation.organisation.queries import unit_subtree
from bangfu.foundation.places.positions.datums import DATUMS, gcj_from, is_in_china
from bangfu.foundation.places.positions.reach import MARGIN_KM, km_outside_county
from bangfu.foundation.rooms import Words, both

if TYPE_CHECKING:
    from bangfu.foundation.intake.models import Upload

COLUMNS = (
    Column("site_code", both("站址编码", "Site code"), ColumnKind.CODE, example="GZ-CH-0417", longest=60),
    Column(
        "longitude",
        both("经度", "Longitude"),
        ColumnKind.DECIMAL,
        decimals=7,
        note=both("十进制的度。", "Decimal degrees."),
        example="105.8123400",
    ),
    Column("latitude", both("纬度", "Latitude"), ColumnKind.DECIMAL, decimals=7, example="24.9871200"),
    Column(
        "datum",
        both("坐标系", "Datum"),
        ColumnKind.CHOICE,
        choices=DATUMS,
        note=both(
            "按测量的来源写，不要猜：写错会偏几百米。",
            "As its source states: the wrong one is some hundred metres off.",
        ),
        example="WGS-84",
    ),
)
UNKNOWN = both(
    "本单位没有站址「{code}」上的基站。请核对编码，或先登记基站。",
    "No station of your unit stands on site {code}. Check the code, or register the station first.",
)
NOT_IN_CHINA = both(
    "位置不在中国境内。经度和纬度是否写反了？",
    "The position lies outside China. Are longitude and latitude the wrong way round?",
)
OUTSIDE = both(
    "位置离站址所在的县 {distance} 公里以外。请核对编码和坐标。",
    "The position lies {distance} km outside the site's county. Check code and coordinates.",
)


def check(frame: polars.DataFrame, upload: Upload) -> CheckedRows:
    """Compare readable rows with the sites on which the unit has stations."""
    mine = Station.objects.filter(
        unit__in=unit_subtree(upload.unit_id).values("pk"), withdrawn_at__isnull=True
    )
    wanted = Site.objects.filter(code__in=frame["site_code"].to_list(), pk__in=mine.values("site"))
    sites = {one.code: one for one in wanted}
    refusals: list[RowRefusal] = []
    standings: list[str | None] = []
    for row in frame.iter_rows(named=True):
        site = sites.get(row["site_code"])
        refused = _refused(row, site)
        if refused is not None:
            refusals.append(refused)
        standings.append(None if site is None else _standing(row, site))
    wrong = [one.row for one in refusals]
    rows = frame.with_columns(standing=polars.Series(standings, dtype=polars.String))
    rows = rows.filter(~polars.col("row").is_in(wrong))
    standing = rows["standing"]
    return CheckedRows(
        frame=rows,
        refusals=refusals,
        new=int((standing == "new").sum()),
        same=int((standing == "same").sum()),
        changed=int((standing == "changed").sum()),
    )


def _standing(row: dict[str, Any], site: Site) -> str:
    if site.longitude is None:
        return "new"
    same = (Decimal(row["longitude"]), Decimal(row["latitude"]), row["datum"])
    return "same" if same == (site.longitude, site.latitude, site.datum) else "changed"


def _refused(row: dict[str, Any], site: Site | None) -> RowRefusal | None:
    """Return why a row cannot be taken in; null when it can."""

    def said(column: str, sentence: Words) -> RowRefusal:
        return RowRefusal(row["row"], column, sentence)

    if site is None:
        return said("site_code", UNKNOWN.filled(code=row["site_code"]))
    position = float(row["longitude"]), float(row["latitude"])
    if not is_in_china(*position):
        return said("longitude", NOT_IN_CHINA)
    beyond = km_outside_county(site.place_id, *gcj_from(row["datum"], *position))
    return said("longitude", OUTSIDE.filled(distance=round(beyond))) if beyond > MARGIN_KM else None


SITES_SHEET = Layout(
    code="network.sites",
    title=both("站址坐标表", "Where sites stand"),
    about=both(
        "本单位基站所在站址的坐标，一行一个站址。坐标只在内部地图上给有权看这些基站的人看，不公开；不影响任何数字。",
        "Coordinates of the sites on which your unit's stations stand, one a row. They are shown on the map inside the house to"
        " those who may see the stations, never in public, and change no figure.",
    ),
    columns=COLUMNS,
    confirm=locate_sites,
    permission="network.locate_sites",
    check=check,
    instead=both(
        "请上传写有正确坐标的表：新的取代旧的，旧的留在历史里。",
        "Upload a sheet with the right positions: they take the place of the wrong ones, which stay in the history.",
    ),
    key="site_code",
)
