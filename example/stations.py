"""The stations of one province: made by a fixed recipe, the same on every machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from example.coverage import COUNTIES
from example.distribution import PROVINCE_CODES, SEED, County

TECHNOLOGIES = (
    ("4G", "L", 0.885),
    ("NB", "N", 0.07),
    ("3G", "W", 0.02),
    ("2G", "G", 0.012),
    ("5G", "R", 0.013),
)
BANDS = {
    "4G": ("900 MHz", "1800 MHz", "2100 MHz"),
    "NB": ("900 MHz",),
    "3G": ("900 MHz", "2100 MHz"),
    "2G": ("900 MHz",),
    "5G": ("3500 MHz",),
}
FIRST_5G = date(2019, 11, 1)
MONTHS = (4, 4, 7, 8, 8, 9, 8, 9, 10, 9, 11, 13)
"""Acceptances by month, in proportion: building starts after the frost, papers are signed towards the year's end."""
SHARED = 0.06
ON_SAME_SITE = 0.2
PHOTOGRAPHED = 1 / 150
"""By chance; the first station of the year is photographed in every county."""
YEAR = 2019
SHARER = "示例铁塔共享方"
MADE_UP = "（位置为合成）"
"""Said by the names of the sites that get a position."""


@dataclass(frozen=True)
class Pictured:
    """A station whose picture stands in the report."""

    county: int
    """Its county; a small example may have none there, then it is one of the province."""
    has_engineer: bool
    """Whether the branch's clerk stands beside the mast."""


PICTURED = {52: Pictured(522327000000, has_engineer=False), 13: Pictured(130724000000, has_engineer=True)}
"""By province: its first station of the year, by code."""


@dataclass(frozen=True)
class MadeStation:
    """One invented station."""

    code: str
    site_code: str
    site_name: str
    county: County
    technology: str
    band: str
    builder: str
    sharer: str
    on_air_on: date
    accepted_on: date
    capitalised_on: date | None
    paid_on: date | None
    has_photo: bool
    has_engineer: bool = False
    """Whether somebody can be recognised in the photograph."""
    picture: bytes | None = None
    """The photograph that is handed in; null: one drawn for it."""


def stations_of(province: int, counties: list[County], builder: str) -> list[MadeStation]:
    """Return every station of a province, by county."""
    made = [station for county in counties for station in _stations_in(province, county, builder)]
    chosen = pictured(province, made)
    return [
        replace(station, has_photo=True, has_engineer=PICTURED[province].has_engineer)
        if station is chosen
        else station
        for station in made
    ]


def pictured(province: int, made: list[MadeStation]) -> MadeStation | None:
    """Return the station of a province whose picture stands in the report; null for a province that has none there."""
    if province not in PICTURED:
        return None
    accepted = [station for station in made if station.accepted_on.year == YEAR]
    there = [station for station in accepted if station.county.place == PICTURED[province].county]
    return min(there or accepted, key=lambda station: station.code, default=None)


def _stations_in(province: int, county: County, builder: str) -> Iterator[MadeStation]:
    draw = Random(f"{SEED} {county.place}")
    letters, digits = PROVINCE_CODES[province], county.place // 10**6
    number = site = 0
    for year, count in sorted(county.stations.items()):
        for nth in range(count):
            number += 1
            if site == 0 or draw.random() >= ON_SAME_SITE:
                site += 1
            accepted_on = _weekday(draw, year)
            technology, letter = _technology(draw, accepted_on)
            on_air_on = accepted_on - timedelta(days=draw.randint(9, 84))
            capitalised = accepted_on + timedelta(days=draw.randint(11, 170)) if draw.random() < 0.9 else None
            paid = accepted_on + timedelta(days=draw.randint(45, 330)) if draw.random() < 0.82 else None
            yield MadeStation(
                code=f"{letters}-{digits}-{number:04d}-{letter}",
                site_code=f"TT-{digits}-{site:04d}",
                site_name=f"示例站址{site:04d}{MADE_UP if county.place in COUNTIES else ''}",
                county=county,
                technology=technology,
                band=draw.choice(BANDS[technology]),
                builder=builder,
                sharer=SHARER if draw.random() < SHARED else "",
                on_air_on=on_air_on,
                accepted_on=accepted_on,
                capitalised_on=capitalised,
                paid_on=paid,
                has_photo=draw.random() < PHOTOGRAPHED or (year == YEAR and nth == 0),
            )


def _weekday(draw: Random, year: int) -> date:
    month = draw.choices(range(1, 13), MONTHS)[0]
    day = date(year, month, draw.randint(1, 28))
    back = max(0, day.weekday() - 4)
    # A Saturday or Sunday at the beginning of a month moves on, so that no station changes its month.
    return day - timedelta(days=back) if day.day > back else day + timedelta(days=7 - day.weekday())


def _technology(draw: Random, accepted_on: date) -> tuple[str, str]:
    technology, letter, _ = draw.choices(TECHNOLOGIES, [share for *_, share in TECHNOLOGIES])[0]
    if technology == "5G" and accepted_on < FIRST_5G:
        return "4G", "L"
    return technology, letter


def log_of(station: MadeStation) -> str:
    """Return a station's single-site test log: plain text, different for every station, labelled as an example."""
    draw = Random(f"log {station.code}")
    tested_on = station.on_air_on + timedelta(days=draw.randint(1, 8))
    lines = [
        "示例数据 EXAMPLE — 单站验证测试记录 single-site test log",
        f"基站 station      {station.code}",
        f"站址 site         {station.site_code}",
        f"所在地 place      {station.county.label} {station.county.place // 10**6}",
        f"制式 technology   {station.technology}  {station.band}",
        f"承建 builder      {station.builder}",
        f"测试日期 tested   {tested_on.isoformat()}",
        "样点 sample  时刻 time   RSRP dBm   SINR dB   下行 Mbit/s",
    ]
    minute = draw.randint(540, 900)
    for sample in range(1, 9):
        minute += draw.randint(1, 4)
        lines.append(
            f"{sample:>6}       {minute // 60:02d}:{minute % 60:02d}      {-draw.randint(712, 1048) / 10:>7.1f}"
            f"   {draw.randint(-8, 262) / 10:>7.1f}   {draw.randint(38, 968) / 10:>9.1f}"
        )
    lines.append("结论 result       合格 passed（示例 example）")
    return "\n".join(lines) + "\n"
