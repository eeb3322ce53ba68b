"""What makes a pairing acceptable, as columns over all rows at once; one pairing is a sheet of one row.

Reads, never writes. The import shows these faults in its preview and refuses by them under the lock of the places.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars

from bangfu.coordination.pairing import register
from bangfu.coordination.pairing.models import (
    COUNTY_SIZE,
    FIRST_PAIRING,
    KIND_WORDS,
    LOCAL_KINDS,
    TOWN_SIZE,
    AssigningLevel,
    PairingKind,
    PairingRole,
)
from bangfu.foundation.intake.layouts import RowFault
from bangfu.foundation.operations import Refusal
from bangfu.foundation.places.codes import PROVINCE, SIZE_OF_LEVEL
from bangfu.foundation.places.queries import place_labels, places_at
from bangfu.foundation.rooms import both

COMPARED = ("role", "level", "assigned_by", "document", "leader_post", "ends_on", "agreed_until")
"""Columns in which a row differs from what is registered, or is the same."""

COLUMNS: dict[str, Any] = {
    "row": polars.Int64,
    "unit": polars.Int64,
    "place": polars.Int64,
    "kind": polars.String,
    "role": polars.String,
    "level": polars.String,
    "assigned_by": polars.String,
    "document": polars.String,
    "leader_post": polars.String,
    "starts_on": polars.Date,
    "ends_on": polars.Date,
    "agreed_until": polars.Date,
}

_FOR_EVER = polars.lit(date(9999, 12, 31))


class UnableToPair(Refusal):
    """Codes: ``unknown_unit``, ``not_a_county``, ``not_a_village``, ``level_not_of_kind``, ``outside_province``,
    ``too_early``, ``in_future``, ``ends_before_start``, ``term_before_start``, ``lead_elsewhere``, ``unit_twice``,
    ``overlap_in_sheet``, ``under_review``, ``counted_already``, ``registered_already``, ``paired_meanwhile``."""

    sentences = {
        "unknown_unit": both(
            "本单位及下属单位中没有编码为「{code}」的单位。请核对单位编码，或由其上级单位上传。",
            "Neither your unit nor one below it has the code {code}. Check the code, or let the unit above it upload.",
        ),
        "not_a_county": both(
            "{place}不是县。{kind}结对的对象是县（市、区）：请改地点，或改结对类型。",
            "{place} is no county. The kind “{kind}” pairs a unit with a county: correct the place or the kind.",
        ),
        "not_a_village": both(
            "{place}不是村。到村结对请写到村，最好用十二位代码。",
            "{place} is no village. A pairing with a village names the village, best by its code of twelve digits.",
        ),
        "level_not_of_kind": both(
            "指派层级与结对类型不符：定点帮扶、对口支援由中央指派，到县的地方结对由省、市、县指派。请核对。",
            "The level does not fit the kind: designated counties and aid come from the centre, local pairings with"
            " counties from province, city or county. Check both.",
        ),
        "outside_province": both(
            "{place}不在{unit}所在的省，不会由当地指派给它。请核对地点或单位；跨省的请选定点帮扶或对口支援。",
            "{place} lies outside the province of {unit}, so no local authority assigned it. Check place and unit; across"
            " provinces the kind is designated or aid.",
        ),
        "too_early": both(
            "日期早于 {first}，不可能有结对。请核对年份。",
            "The date lies before {first}, when no pairing existed. Check the year.",
        ),
        "in_future": both(
            "结束日期在今天之后。尚未结束的请留空；文件约定的期限填“约定至”。",
            "The end lies in the future. Leave it empty until it ends; the document's term goes under “Agreed until”.",
        ),
        "ends_before_start": both(
            "结束日期 {ends_on} 不晚于开始日期 {starts_on}。请核对两个日期。",
            "It ends on {ends_on}, not after it starts on {starts_on}. Check both dates.",
        ),
        "term_before_start": both(
            "约定至 {agreed_until} 不晚于开始日期 {starts_on}。请核对两个日期。",
            "Agreed until {agreed_until}, not after it starts on {starts_on}. Check both dates.",
        ),
        "lead_elsewhere": both(
            "{place}自 {since} 起已由{unit}牵头（{kind}），期间重叠。请把本单位改为“参与”，或先由对方办理交接、结束。",
            "{place} is led by {unit} since {since} ({kind}), and the periods overlap. Take part as co-supporter, or have"
            " that unit hand over or end first.",
        ),
        "unit_twice": both(
            "{unit}自 {since} 起已与{place}结对（{kind}），期间重叠。请核对日期，或在原结对上更正。",
            "{unit} is paired with {place} since {since} already ({kind}), and the periods overlap. Check the dates, or"
            " correct that pairing.",
        ),
        "overlap_in_sheet": both(
            "与第 {other} 行重叠：同一地点、同一类型，{unit}的期间相交。同一时间只能一家牵头、一个单位一行。请核对。",
            "Overlaps with row {other}: same place and kind, and the period of {unit} crosses it. At one time one unit"
            " leads, and a unit has one row. Check both.",
        ),
        "under_review": both(
            "{place}的这条结对正在等待核验，内容与此处不同。请先请核验人退回，再重新上报。",
            "This pairing of {place} waits for review and says something else. Have it returned first.",
        ),
        "counted_already": both(
            "{place}的这条结对已核验，内容与此处不同。请在结对页面用“结束”“交接”或“更正”。",
            "This pairing of {place} is verified and says something else. Use “end”, “hand over” or “correct” on its page.",
        ),
        "registered_already": both(
            "{place}的这条结对已登记。请打开它修改。",
            "This pairing of {place} is registered already. Open it and change it there.",
        ),
        "paired_meanwhile": both(
            "刚刚有人登记了同一地点、期间重叠的结对。请刷新后再试。",
            "Somebody has just registered a pairing of this place that overlaps. Reload and try again.",
        ),
    }


class Fault(RowFault):
    """Why one row cannot be registered."""

    unable = UnableToPair


@dataclass(frozen=True)
class Judged:
    """Rows with what became of each.

    ``rows`` has, beside the columns given, ``standing`` (``new``, ``same``, ``changed``) and ``pairing`` (key of the
    registered pairing of the same unit, place, kind and start; null if new).
    """

    rows: polars.DataFrame
    faults: list[Fault]


def judged(rows: polars.DataFrame, *, today: date, of: int | None = None) -> Judged:
    """Return the rows with their standing, and every fault in the order of the rows.

    ``rows`` has the columns of ``COLUMNS``; a null ``leader_post`` is an empty one.

    Args:
        of: the key of the pairing that the only row restates, whatever unit, place or start it says now.
    """
    col = polars.col
    rows = rows.with_columns(col("leader_post").fill_null(""))
    known = register.living_pairings(rows["place"].drop_nulls().unique().to_list())
    joined = rows.join(
        known,
        left_on=["unit", "place", "kind", "starts_on"],
        right_on=["known_unit", "place", "kind", "known_starts_on"],
        how="left",
        maintain_order="left",
    )
    if of is not None:
        joined = joined.with_columns(pairing=polars.lit(of, polars.Int64))
    differs = polars.any_horizontal(*(col(name).ne_missing(col(f"known_{name}")) for name in COMPARED))
    joined = joined.with_columns(
        standing=polars.when(col("pairing").is_null())
        .then(polars.lit("new"))
        .when(differs | (~col("confirmed") & col("review").is_in(["DRAFT", "RETURNED"])))
        .then(polars.lit("changed"))
        .otherwise(polars.lit("same")),
    )
    labels = place_labels(joined["place"].drop_nulls().unique().to_list())
    placed = joined.join(register.homes(joined["unit"].unique().to_list()), on="unit", maintain_order="left")
    faults = [
        *_faults_of_dates(placed, today),
        *_faults_of_places(placed, labels),
        *_faults_of_overlaps(placed, known, labels),
        *([] if of is not None else _faults_of_standing(placed, labels)),
    ]
    faults.sort(key=lambda fault: fault.row)
    return Judged(rows=joined.select(*rows.columns, "standing", "pairing"), faults=faults)


def _faults_of_dates(rows: polars.DataFrame, today: date) -> Iterator[Fault]:
    col = polars.col
    for row in rows.filter(col("starts_on") < FIRST_PAIRING)["row"]:
        yield Fault(row, "starts_on", "too_early", {"first": FIRST_PAIRING.isoformat()})
    for row in rows.filter(col("ends_on") > today)["row"]:
        yield Fault(row, "ends_on", "in_future", {})
    for name, code in (("ends_on", "ends_before_start"), ("agreed_until", "term_before_start")):
        for one in rows.filter(col(name) <= col("starts_on")).iter_rows(named=True):
            dates = {said: one[said].isoformat() for said in (name, "starts_on")}
            yield Fault(one["row"], name, code, dates)


def _faults_of_places(rows: polars.DataFrame, labels: dict[int, str]) -> Iterator[Fault]:
    col = polars.col
    is_village = col("kind") == PairingKind.VILLAGE
    for one in rows.filter(is_village & (col("place") % TOWN_SIZE == 0)).iter_rows(named=True):
        yield Fault(one["row"], "place", "not_a_village", {"place": labels[one["place"]]})
    counties = polars.Series(list(places_at(3).values_list("pk", flat=True)), dtype=polars.Int64)
    is_county = (col("place") % COUNTY_SIZE == 0) & col("place").is_in(counties.implode())
    for one in rows.filter(~is_village & ~is_county).iter_rows(named=True):
        details = {"place": labels[one["place"]], "kind": KIND_WORDS[one["kind"]]}
        yield Fault(one["row"], "place", "not_a_county", details)
    central = col("level") == AssigningLevel.CENTRAL
    wrong = (col("kind").is_in([PairingKind.DESIGNATED.value, PairingKind.AID.value]) & ~central) | (
        (col("kind") == PairingKind.LOCAL) & central
    )
    for row in rows.filter(wrong)["row"]:
        yield Fault(row, "level", "level_not_of_kind", {})
    size = SIZE_OF_LEVEL[PROVINCE]
    away = col("kind").is_in([kind.value for kind in LOCAL_KINDS]) & (
        col("home") // size != col("place") // size
    )
    for one in rows.filter(away).iter_rows(named=True):
        details = {"place": labels[one["place"]], "unit": both(one["supporter_zh"], one["supporter_en"])}
        yield Fault(one["row"], "place", "outside_province", details)


def _faults_of_overlaps(
    rows: polars.DataFrame, known: polars.DataFrame, labels: dict[int, str]
) -> Iterator[Fault]:
    """No silent overlap: with what is registered, and within the sheet."""
    col = polars.col
    said = rows.select(
        "row", "place", "kind", "unit", "role", "starts_on", "ends_on", "pairing", "supporter_zh", "supporter_en"
    )  # fmt: skip
    there = known.select(
        "place", "kind", "known_unit", "known_role", "known_starts_on", "known_ends_on", "unit_zh", "unit_en",
        other="pairing",
    )  # fmt: skip
    crossing = (col("starts_on") < col("known_ends_on").fill_null(_FOR_EVER)) & (
        col("known_starts_on") < col("ends_on").fill_null(_FOR_EVER)
    )
    is_same = col("unit") == col("known_unit")
    both_lead = (col("role") == PairingRole.LEAD) & (col("known_role") == PairingRole.LEAD)
    restated = rows["pairing"].drop_nulls()
    clashes = said.join(there, on=["place", "kind"]).filter(
        crossing & (is_same | both_lead) & ~col("other").is_in(restated.implode())
    )
    for one in (
        clashes.sort("row", "known_starts_on").unique("row", maintain_order=True).iter_rows(named=True)
    ):
        details = {
            "place": labels[one["place"]],
            "unit": both(one["unit_zh"], one["unit_en"]),
            "since": one["known_starts_on"].isoformat(),
            "kind": KIND_WORDS[one["kind"]],
        }
        code = "unit_twice" if one["unit"] == one["known_unit"] else "lead_elsewhere"
        yield Fault(one["row"], "place", code, details)

    here = said.select(
        "place", "kind", known_unit="unit", known_role="role", known_starts_on="starts_on", known_ends_on="ends_on",
        other="row", unit_zh="supporter_zh", unit_en="supporter_en",
    )  # fmt: skip
    clashes = said.join(here, on=["place", "kind"]).filter(
        (col("other") < col("row")) & crossing & (is_same | both_lead)
    )
    for one in clashes.sort("row", "other").unique("row", maintain_order=True).iter_rows(named=True):
        details = {"other": one["other"], "unit": both(one["unit_zh"], one["unit_en"])}
        yield Fault(one["row"], "place", "overlap_in_sheet", details)


def _faults_of_standing(rows: polars.DataFrame, labels: dict[int, str]) -> Iterator[Fault]:
    col = polars.col
    changed = rows.filter(col("standing") == "changed")
    for one in changed.filter(col("confirmed")).iter_rows(named=True):
        yield Fault(one["row"], None, "counted_already", {"place": labels[one["place"]]})
    waiting = changed.filter(~col("confirmed") & (col("review") == "SUBMITTED"))
    for one in waiting.iter_rows(named=True):
        yield Fault(one["row"], None, "under_review", {"place": labels[one["place"]]})
