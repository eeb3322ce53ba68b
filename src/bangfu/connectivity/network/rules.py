"""What makes a reported station acceptable, as columns over all rows at once; one station is a sheet of one row.

Reads, never writes. The import shows these faults in its preview and refuses by them under the lock of the codes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars

from bangfu.connectivity.network import register
from bangfu.connectivity.network.models import FIRST_MOBILE_NETWORK, STATE_WORDS, STATION_DATES, StationState
from bangfu.foundation.intake.layouts import RowFault
from bangfu.foundation.operations import Refusal
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.queries import place_labels, subtree_range
from bangfu.foundation.rooms import Words, both

CORRECTED = ("site_code", "place", "accepted_on")
"""What a sheet may correct about a station that is counted; it is then taken back and counted anew."""

COMPARED = ("site_code", "place", "technology", "band", "builder", "sharer", *STATION_DATES)
"""Columns in which a row differs from what is registered, or is the same."""

TO_RULES = {"county": "place"}
"""The sheet's columns whose name differs from the one used here."""

TEXTS = ("site_name", "band", "builder", "sharer")

OPEN_STATES = (StationState.DRAFT, StationState.RETURNED)
"""States in which what is registered may still be replaced."""

DATE_WORDS: dict[str, Words] = {
    "accepted_on": both("验收日期", "acceptance date"),
    "on_air_on": both("开通日期", "on-air date"),
    "capitalised_on": both("转固日期", "capitalisation date"),
    "paid_on": both("付款日期", "payment date"),
}


class UnableToRegister(Refusal):
    """Codes: ``registered_elsewhere``, ``counted_elsewhere``, ``under_review``, ``verified_already``,
    ``registered_already``, ``site_elsewhere``, ``site_in_two_places``, ``outside_unit``,
    ``above_county``, ``too_early``, ``in_future``, ``on_air_after_acceptance``, ``capitalised_before_on_air``,
    ``basis_missing``."""

    sentences = {
        "registered_elsewhere": both(
            "基站「{code}」已由{unit}登记（{state}）。一个基站只能由承建单位上报一次：请核对编码；如对方误报，请其先撤回。",
            "Station {code} is registered by {unit} already ({state}). Only the unit that built a station reports it:"
            " check the code; if the other entry is wrong, have it withdrawn first.",
        ),
        "counted_elsewhere": both(
            "基站「{code}」已由{unit}计入数字，不能重复计数。请核对编码；如对方误报，请其先冲正。",
            "Station {code} is counted by {unit} already and cannot be counted twice. Check the code; if the other"
            " entry is wrong, have it reversed first.",
        ),
        "under_review": both(
            "基站「{code}」正在等待核验，内容与此处不同。请先请核验人退回，再重新上报。",
            "Station {code} waits for review and says something else. Have it returned first, then report it again.",
        ),
        "verified_already": both(
            "基站「{code}」已核验，内容与此处不同。表中只能更正地点、站址和验收日期；其他的请在基站页面办理。",
            "Station {code} is verified and says something else. A sheet corrects its place, site or acceptance date alone; for"
            " the rest open the station's page.",
        ),
        "basis_missing": both(
            "基站「{code}」已计入。要更正它的地点、站址或验收日期，请在「更正依据」写明是哪份文件或谁的来函。",
            "Station {code} is counted. To correct its place, site or acceptance date say under “Correction rests on” which"
            " document or whose letter that rests on.",
        ),
        "registered_already": both(
            "基站「{code}」已由本单位登记（{state}）。请打开该基站修改。",
            "Station {code} is registered by your unit already ({state}). Open it and change it there.",
        ),
        "site_elsewhere": both(
            "站址「{site}」已登记在{place}，与此处的{here}不同。请核对站址编码或县名。",
            "Site {site} is registered in {place}, not in {here}. Check the site's code or the county.",
        ),
        "site_in_two_places": both(
            "站址「{site}」在表中写在了不止一个县（第 {first} 行是{place}）。请核对。",
            "Site {site} is put into more than one county by this sheet (row {first} says {place}). Check it.",
        ),
        "outside_unit": both(
            "{place}不在{unit}的范围内。请改正县名，或由当地单位上报。",
            "{place} lies outside {unit}. Correct the county, or let the unit of that place report it.",
        ),
        "above_county": both(
            "{place}不是县级或县以下的区划。请选择基站所在的县、乡或村。",
            "{place} lies above the county. Choose the county, town or village where the station stands.",
        ),
        "too_early": both(
            "{column}早于 {first}，不可能有移动基站。请核对年份。",
            "The {column} lies before {first}, when no mobile network existed. Check the year.",
        ),
        "in_future": both(
            "{column}在今天之后。请改为实际发生的日期。",
            "The {column} lies in the future. Enter the day it happened.",
        ),
        "on_air_after_acceptance": both(
            "开通日期 {on_air_on} 晚于验收日期 {accepted_on}。基站先开通、后验收：请核对两个日期。",
            "On air on {on_air_on}, after acceptance on {accepted_on}. A station is accepted on air: check both dates.",
        ),
        "capitalised_before_on_air": both(
            "转固日期 {capitalised_on} 早于开通日期 {on_air_on}。请核对两个日期。",
            "Capitalised on {capitalised_on}, before it went on air on {on_air_on}. Check both dates.",
        ),
    }


class Fault(RowFault):
    """Why one row cannot be registered."""

    unable = UnableToRegister


@dataclass(frozen=True)
class Judged:
    """Rows with what became of each.

    ``rows`` has, beside the columns given, ``standing`` (``new``, ``same``, ``changed``), ``station`` (key of the
    registered station, null if new), ``revision`` (that the station has or will have), ``counted`` (whether it is verified, so
    that a change takes its fact back) and, of ``CORRECTED``, what the station says so far as ``was_place`` and so on.
    """

    rows: polars.DataFrame
    faults: list[Fault]


def judged(rows: polars.DataFrame, *, unit: Unit, today: date, correcting: bool = False) -> Judged:
    """Return the rows with their standing, and every fault in the order of the rows.

    ``rows`` has ``row``, ``station_code``, ``site_code``, ``site_name``, ``place`` (int), ``technology``, ``band``,
    ``builder``, ``sharer`` and the four dates; a null text is an empty one.

    Args:
        correcting: whether a row may correct, with what that rests on as ``basis``, where or when a counted station was.
    """
    col = polars.col
    rows = rows.with_columns(*(col(name).fill_null("") for name in TEXTS))
    known = register.living_stations(rows["station_code"].drop_nulls().to_list())
    joined = rows.join(known, left_on="station_code", right_on="code", how="left", maintain_order="left")
    differs = polars.any_horizontal(*(col(name).ne_missing(col(f"known_{name}")) for name in COMPARED))
    joined = joined.with_columns(
        standing=polars.when(col("station").is_null())
        .then(polars.lit("new"))
        .when(differs | col("state").is_in([*OPEN_STATES]))
        .then(polars.lit("changed"))
        .otherwise(polars.lit("same")),
    ).with_columns(
        revision=col("revision").fill_null(1),
        counted=(col("state") == StationState.VERIFIED).fill_null(value=False),
        **{f"was_{name}": col(f"known_{name}") for name in CORRECTED},
    )
    last = register.last_revisions(joined.filter(col("station").is_null())["station_code"].to_list())
    if last.height:
        joined = joined.join(last, left_on="station_code", right_on="code", how="left", maintain_order="left")
        joined = joined.with_columns(
            revision=polars.when(col("station").is_null())
            .then(col("last_revision").fill_null(0) + 1)
            .otherwise(col("revision"))
        ).drop("last_revision")
    faults = [
        *_faults_of_dates(joined, today),
        *faults_of_places(joined, unit),
        *_faults_of_sites(joined),
        *_faults_of_codes(joined, unit, correcting=correcting),
    ]
    faults.sort(key=lambda fault: fault.row)
    said = [f"was_{name}" for name in CORRECTED]
    return Judged(joined.select(*rows.columns, "standing", "station", "revision", "counted", *said), faults)


def _faults_of_dates(rows: polars.DataFrame, today: date) -> Iterator[Fault]:
    col = polars.col
    for name in STATION_DATES:
        words = DATE_WORDS[name]
        for row in rows.filter(col(name) < FIRST_MOBILE_NETWORK)["row"]:
            yield Fault(row, name, "too_early", {"column": words, "first": FIRST_MOBILE_NETWORK.isoformat()})
        for row in rows.filter(col(name) > today)["row"]:
            yield Fault(row, name, "in_future", {"column": words})
    for one in rows.filter(col("on_air_on") > col("accepted_on")).iter_rows(named=True):
        yield Fault(
            one["row"], "on_air_on", "on_air_after_acceptance", _dates(one, "on_air_on", "accepted_on")
        )
    for one in rows.filter(col("capitalised_on") < col("on_air_on")).iter_rows(named=True):
        details = _dates(one, "capitalised_on", "on_air_on")
        yield Fault(one["row"], "capitalised_on", "capitalised_before_on_air", details)


def _dates(row: dict[str, Any], *names: str) -> dict[str, str]:
    return {name: row[name].isoformat() for name in names}


def faults_of_places(rows: polars.DataFrame, unit: Unit) -> Iterator[Fault]:
    """Return the faults of rows whose ``place`` lies above the county or outside what the unit reports."""
    col = polars.col
    labels = place_labels(rows["place"].drop_nulls().unique().to_list())
    for one in rows.filter(col("place") % 10**8 == 0).iter_rows(named=True):
        if not register.stands_for_a_county(one["place"]):
            yield Fault(one["row"], "county", "above_county", {"place": labels[one["place"]]})
    home = register.home_place(unit)
    if home is None:
        return
    first, end = subtree_range(home)
    for one in rows.filter(~col("place").is_between(first, end, closed="left")).iter_rows(named=True):
        details = {"place": labels[one["place"]], "unit": both(unit.name_zh, unit.name_en)}
        yield Fault(one["row"], "county", "outside_unit", details)


def _faults_of_sites(rows: polars.DataFrame) -> Iterator[Fault]:
    """A site is at one place: in the register, and within the sheet; a station stands in its site's county."""
    col = polars.col
    county = (col("place") // 10**6).alias("county_of_row")
    here = rows.select("row", "site_code", "place", county, "station", "known_site_code", "known_alone")
    placed = here.join(
        register.places_of_sites(rows["site_code"].unique().to_list()), on="site_code", how="left"
    )
    # A site that only this station stands on moves with it.
    moves = (col("known_site_code") == col("site_code")) & col("known_alone")
    clash = placed.filter(
        (col("site_place") // 10**6 != col("county_of_row")) & ~moves.fill_null(value=False)
    )
    labels = place_labels([*clash["place"].to_list(), *clash["site_place"].to_list()])
    for one in clash.iter_rows(named=True):
        details = {"site": one["site_code"], "place": labels[one["site_place"]], "here": labels[one["place"]]}
        yield Fault(one["row"], "site_code", "site_elsewhere", details)
    split = here.filter(col("county_of_row").n_unique().over("site_code") > 1).with_columns(
        first=col("row").first().over("site_code"),
        first_place=col("place").first().over("site_code"),
        first_county=col("county_of_row").first().over("site_code"),
    )
    labels = place_labels(split["first_place"].unique().to_list())
    for one in split.filter(col("county_of_row") != col("first_county")).iter_rows(named=True):
        details = {"site": one["site_code"], "first": one["first"], "place": labels[one["first_place"]]}
        yield Fault(one["row"], "site_code", "site_in_two_places", details)


def _faults_of_codes(rows: polars.DataFrame, unit: Unit, *, correcting: bool) -> Iterator[Fault]:
    col = polars.col
    stays = [col(name).eq_missing(col(f"known_{name}")) for name in COMPARED if name not in CORRECTED]
    registered = rows.filter(
        col("station").is_not_null() & ((col("unit") != unit.pk) | (col("standing") != "same"))
    )
    for one in registered.with_columns(corrects=polars.all_horizontal(*stays)).iter_rows(named=True):
        details: dict[str, Any] = {"code": one["station_code"]}
        if one["unit"] != unit.pk:
            details |= {"unit": both(one["unit_zh"], one["unit_en"]), "state": STATE_WORDS[one["state"]]}
            yield Fault(one["row"], "station_code", "registered_elsewhere", details)
        elif one["standing"] == "changed" and one["state"] == StationState.SUBMITTED:
            yield Fault(one["row"], "station_code", "under_review", details)
        elif one["standing"] == "changed" and one["state"] == StationState.VERIFIED:
            if not (correcting and one["corrects"]):
                yield Fault(one["row"], "station_code", "verified_already", details)
            elif not (one["basis"] or "").strip():
                yield Fault(one["row"], "basis", "basis_missing", details)

    new = rows.filter(col("station").is_null())
    counted = register.counting_units(new["station_code"].to_list())
    for row, code in new.select("row", "station_code").iter_rows() if counted else ():
        if code in counted:
            yield Fault(row, "station_code", "counted_elsewhere", {"code": code, "unit": counted[code]})
