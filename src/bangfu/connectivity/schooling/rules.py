"""What makes a school acceptable, as columns over all rows at once; one school is a sheet of one row. Reads, never writes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars

from bangfu.connectivity.schooling import queries
from bangfu.connectivity.schooling.measures import SCHOOLS
from bangfu.connectivity.schooling.models import FIRST_LESSON, STATE_WORDS, SchoolState
from bangfu.foundation.intake.layouts import RowFault
from bangfu.foundation.ledger.queries import standing_facts
from bangfu.foundation.operations import Refusal
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import ancestors, unit_names
from bangfu.foundation.places.codes import COUNTY
from bangfu.foundation.places.models import Place
from bangfu.foundation.places.positions.datums import is_in_china
from bangfu.foundation.places.queries import place_labels, subtree_range
from bangfu.foundation.rooms import both

DEGREES = polars.Decimal(10, 7)
SAID: dict[str, Any] = {
    "code": polars.String,
    "name": polars.String,
    "kind": polars.String,
    "place": polars.Int64,
    "pupils": polars.Int64,
    "classes": polars.Int64,
    "counted_on": polars.Date,
    "bandwidth_mbps": polars.Int64,
    "longitude": DEGREES,
    "latitude": DEGREES,
    "datum": polars.String,
    "accepted_on": polars.Date,
}
"""What a row says."""
COLUMNS: dict[str, Any] = {"row": polars.Int64, **SAID}
OPEN_STATES = (SchoolState.DRAFT, SchoolState.RETURNED)
"""States in which what is registered may still be replaced."""


class UnableToRegisterSchool(Refusal):
    """Codes: ``registered_elsewhere``, ``counted_elsewhere``, ``under_review``, ``verified_already``,
    ``registered_already``, ``outside_unit``, ``above_county``, ``too_early``, ``in_future``, ``code_form``,
    ``pupils_without_day``, ``half_a_position``, ``not_in_china``."""

    sentences = {
        "registered_elsewhere": both(
            "学校「{code}」已由{unit}登记（{state}）。一所学校只由一个单位登记：请核对标识码；如对方误报，请其先撤回。",
            "School {code} is registered by {unit} already ({state}). One unit registers a school: check the code; if the"
            " other entry is wrong, have it withdrawn first.",
        ),
        "counted_elsewhere": both(
            "学校「{code}」已由{unit}计入数字，不能重复计数。请核对标识码；如对方误报，请其先冲正。",
            "School {code} is counted by {unit} already and cannot be counted twice. Check the code; if the other entry"
            " is wrong, have it reversed first.",
        ),
        "under_review": both(
            "学校「{code}」正在等待核验，内容与此处不同。请先请核验人退回，再重新登记。",
            "School {code} waits for review and says something else. Have it returned first, then register it again.",
        ),
        "verified_already": both(
            "学校「{code}」已核验，内容与此处不同。学生数在学校页面更新；其他有误的，撤回后重新登记。",
            "School {code} is verified and says something else. Pupils are brought up to date on its page; for anything"
            " else withdraw it and register it again.",
        ),
        "registered_already": both(
            "学校「{code}」已由本单位登记（{state}）。请打开它修改。",
            "School {code} is registered by your unit already ({state}). Open it and change it there.",
        ),
        "outside_unit": both(
            "{place}不在{unit}的范围内。请改正地点，或由当地单位登记。",
            "{place} lies outside {unit}. Correct the place, or let the unit of that place register it.",
        ),
        "above_county": both(
            "{place}不是县级或县以下的区划。请选择学校所在的县、乡镇或村。",
            "{place} lies above the county. Choose the county, town or village where the school stands.",
        ),
        "too_early": both(
            "验收日期早于 {first}，那时还没有线上课堂。请核对年份。",
            "It was accepted before {first}, when there were no lessons over the line. Check the year.",
        ),
        "in_future": both(
            "日期在今天之后。请改为实际发生的日期。",
            "The date lies in the future. Enter the day it happened.",
        ),
        "code_form": both(
            "「{code}」不是学校标识码：须为十位数字。请向学校或教育局核对。",
            "{code} is no school code, which has ten digits. Ask the school or the education bureau.",
        ),
        "pupils_without_day": both(
            "填了学生数或班级数，就要填统计日期；都不知道的一起留空。",
            "Pupils and classes go with the day on which they were counted; leave all of them empty when not known.",
        ),
        "half_a_position": both(
            "经度、纬度、坐标系要么都填，要么都不填。",
            "Longitude, latitude and datum go together: all of them, or none.",
        ),
        "not_in_china": both(
            "位置不在中国境内。经度和纬度是否写反了？",
            "The position lies outside China. Are longitude and latitude the wrong way round?",
        ),
    }


class Fault(RowFault):
    """Why one row cannot be registered."""

    unable = UnableToRegisterSchool


@dataclass(frozen=True)
class Judged:
    """Rows with what became of each.

    ``rows`` has, beside ``COLUMNS``, ``standing`` (``new``, ``same``, ``changed``) and ``school`` (key of the registered
    school, null if new).
    """

    rows: polars.DataFrame
    faults: list[Fault]


def judged(rows: polars.DataFrame, *, unit: Unit, today: date) -> Judged:
    """Return the rows with their standing, and every fault in the order of the rows; ``rows`` has ``COLUMNS``."""
    known = {
        one.code: one for one in queries.schools().filter(code__in=rows["code"].to_list(), withdrawn_at=None)
    }
    standings: list[str] = []
    faults = [*_faults_of_days(rows, today), *_faults_of_places(rows, unit), *_faults_of_words(rows)]
    for row in rows.iter_rows(named=True):
        school = known.get(row["code"])
        standings.append(_standing(row, school))
        faults += _faults_of_code(row, school, standings[-1], unit)
    faults += _faults_of_counted(rows.filter(~polars.col("code").is_in(list(known))))
    faults.sort(key=lambda fault: fault.row)
    keys = [known[code].pk if code in known else None for code in rows["code"]]
    return Judged(
        rows.with_columns(
            standing=polars.Series(standings, dtype=polars.String),
            school=polars.Series(keys, dtype=polars.Int64),
        ),
        faults,
    )


def _standing(row: dict[str, Any], school: Any) -> str:
    if school is None:
        return "new"
    same = all(row[name] == getattr(school, "place_id" if name == "place" else name) for name in SAID)
    return "same" if same and school.state not in OPEN_STATES else "changed"


def _faults_of_code(row: dict[str, Any], school: Any, standing: str, unit: Unit) -> Iterator[Fault]:
    if school is None:
        return
    details: dict[str, Any] = {"code": row["code"]}
    if school.unit_id != unit.pk:
        details |= {
            "unit": both(school.unit.name_zh, school.unit.name_en),
            "state": STATE_WORDS[school.state],
        }
        yield Fault(row["row"], "code", "registered_elsewhere", details)
    elif standing == "changed" and school.state in (SchoolState.SUBMITTED, SchoolState.STOPPING):
        yield Fault(row["row"], "code", "under_review", details)
    elif standing == "changed" and (school.confirmed_at is not None):
        yield Fault(row["row"], "code", "verified_already", details)


def _faults_of_counted(new: polars.DataFrame) -> Iterator[Fault]:
    counted = dict(standing_facts(SCHOOLS.code, new["code"].to_list()).values_list("identity", "unit_id"))
    names = unit_names(sorted(set(counted.values())))
    for row, code in new.select("row", "code").iter_rows():
        if code in counted:
            yield Fault(row, "code", "counted_elsewhere", {"code": code, "unit": names[counted[code]]})


def _faults_of_words(rows: polars.DataFrame) -> Iterator[Fault]:
    col = polars.col
    for row, code in rows.filter(~col("code").str.contains(r"^\d{10}$")).select("row", "code").iter_rows():
        yield Fault(row, "code", "code_form", {"code": code})
    has_count = col("pupils").is_not_null() | col("classes").is_not_null()
    for row in rows.filter(has_count != col("counted_on").is_not_null())["row"]:
        yield Fault(row, "counted_on", "pupils_without_day", {})
    parts = [col("longitude").is_not_null(), col("latitude").is_not_null(), col("datum") != ""]
    for row in rows.filter(polars.any_horizontal(parts) & ~polars.all_horizontal(parts))["row"]:
        yield Fault(row, "datum", "half_a_position", {})
    whole = rows.filter(polars.all_horizontal(parts)).select("row", "longitude", "latitude")
    for row, longitude, latitude in whole.iter_rows():
        if not is_in_china(float(longitude), float(latitude)):
            yield Fault(row, "longitude", "not_in_china", {})


def _faults_of_days(rows: polars.DataFrame, today: date) -> Iterator[Fault]:
    for row in rows.filter(polars.col("accepted_on") < FIRST_LESSON)["row"]:
        yield Fault(row, "accepted_on", "too_early", {"first": FIRST_LESSON.isoformat()})
    for name in ("accepted_on", "counted_on"):
        for row in rows.filter(polars.col(name) > today)["row"]:
            yield Fault(row, name, "in_future", {})


def _faults_of_places(rows: polars.DataFrame, unit: Unit) -> Iterator[Fault]:
    labels = place_labels(rows["place"].unique().to_list())
    high = set(
        Place.objects.filter(pk__in=list(labels), through_level__lt=COUNTY).values_list("pk", flat=True)
    )
    for row, place in rows.select("row", "place").iter_rows():
        if place in high:
            yield Fault(row, "place", "above_county", {"place": labels[place]})
    homes = [one.place_id for one in ancestors(unit) if one.place_id is not None]
    if not homes:
        return
    first, end = subtree_range(homes[-1])
    for row, place in (
        rows.filter(~polars.col("place").is_between(first, end, closed="left"))
        .select("row", "place")
        .iter_rows()
    ):
        details = {"place": labels[place], "unit": both(unit.name_zh, unit.name_en)}
        yield Fault(row, "place", "outside_unit", details)
