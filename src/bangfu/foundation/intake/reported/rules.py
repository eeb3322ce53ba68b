"""What makes a reported row acceptable, as columns over all rows at once; one record is a sheet of one row.

Reads, never writes. The import shows these faults in its preview and refuses by them under the lock of the references.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars

from bangfu.foundation.intake.layouts import RowFault
from bangfu.foundation.intake.models import FIRST_ASSISTANCE, REPORTED_STATE_WORDS, ReportedState
from bangfu.foundation.intake.reported import register
from bangfu.foundation.intake.reported.reportable import has_identity_number
from bangfu.foundation.ledger.measures import Measure, MeasureKind
from bangfu.foundation.operations import Refusal
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.queries import place_labels, subtree_range
from bangfu.foundation.rooms import both

COLUMNS: dict[str, Any] = {
    "row": polars.Int64,
    "reference": polars.String,
    "place": polars.Int64,
    "line": polars.Int16,
    "happened_on": polars.Date,
    "quantity": register.QUANTITY,
    "party": polars.String,
    "title": polars.String,
    "remark": polars.String,
}
"""What is judged: texts are never null, ``party`` is a uuid as text, ``place`` and ``line`` are numbers."""

COMPARED = ("place", "line", "happened_on", "quantity", "party", "title", "remark")
"""Columns in which a row differs from what is registered, or is the same."""

CORRECTED = ("place", "happened_on", "quantity")
"""What a sheet may correct about a record that is counted; it is then taken back and counted anew."""

OPEN_STATES = (ReportedState.DRAFT, ReportedState.RETURNED)
"""States in which what is registered may still be replaced."""


class UnableToReport(Refusal):
    """Codes: ``registered_elsewhere``, ``counted_elsewhere``, ``under_review``, ``verified_already``,
    ``registered_already``, ``outside_unit``, ``too_early``, ``in_future``, ``nothing_counted``, ``negative``, ``too_fine``,
    ``party_missing``, ``party_not_taken``, ``identity_number``, ``incomplete``, ``basis_missing``, ``unit_closed``.
    """

    sentences = {
        "registered_elsewhere": both(
            "编号「{reference}」已由{unit}登记（{state}）。同一事项只能由一个单位报送一次：请核对编号；如对方误报，请其先撤回；"
            "如只是重号，请在编号前加上本单位简码。",
            "{reference} is registered by {unit} already ({state}). Each thing is reported once, by one unit: check the"
            " reference; if the other entry is wrong, have it withdrawn first; if it is another thing, put your unit's"
            " code before the reference.",
        ),
        "counted_elsewhere": both(
            "「{reference}」已由{unit}计入数字，不能重复计数。请核对编号；如对方误报，请其先冲正。",
            "{reference} is counted by {unit} already and cannot be counted twice. Check the reference; if the other"
            " entry is wrong, have it reversed first.",
        ),
        "under_review": both(
            "「{reference}」正在等待核验，内容与此处不同。请先请核验人退回，再重新报送。",
            "{reference} waits for review and says something else. Have it returned first, then report it again.",
        ),
        "verified_already": both(
            "「{reference}」已核验，内容与此处不同。请在记录页面用“更正”修改。",
            "{reference} is verified and says something else. Use “correct” on the record's page.",
        ),
        "registered_already": both(
            "「{reference}」已由本单位登记（{state}）。请打开该记录修改。",
            "{reference} is registered by your unit already ({state}). Open it and change it there.",
        ),
        "outside_unit": both(
            "{place}不在{unit}的范围内。请改正地点，或由当地单位报送。",
            "{place} lies outside {unit}. Correct the place, or let the unit of that place report it.",
        ),
        "too_early": both(
            "日期早于 {first}，那时还没有帮扶工作。请核对年份。",
            "The date lies before {first}, when there was no assistance work. Check the year.",
        ),
        "in_future": both(
            "日期在今天之后。请改为实际发生的日期。",
            "The date lies in the future. Enter the day it happened.",
        ),
        "nothing_counted": both(
            "数量为零，没有可以计入的内容。请填写实际数量，或去掉这一行。",
            "The quantity is zero, so there is nothing to count. Enter what it really was, or leave the row out.",
        ),
        "negative": both(
            "{measure}不能为负数。如果是更正以前报送的内容，请打开那条记录更正或撤回。",
            "{measure} cannot be negative. To take back what was reported before, open that record and correct or"
            " withdraw it.",
        ),
        "too_fine": both(
            "{measure}最多 {decimals} 位小数。请核对数量。",
            "{measure} takes up to {decimals} decimals. Check the quantity.",
        ),
        "party_missing": both(
            "{measure}按人（户、件）去重，须填写对象编号。请填写本单位台账中的编号。",
            "{measure} counts each person or thing once, so its number is needed. Enter the number your office gave it.",
        ),
        "party_not_taken": both(
            "{measure}不按对象计数，请不要填写对象编号。",
            "{measure} does not count persons or things; leave the number of the person or thing empty.",
        ),
        "identity_number": both(
            "这里含有身份证号码，不能登记。请改用台账编号、学籍辅号或工号，并从文字中删去身份证号。",
            "This holds an identity number and cannot be registered. Use the number that your office gave the person, and"
            " take the identity number out of the words.",
        ),
        "basis_missing": both(
            "「{reference}」已核验并计入。更正它请在“备注”写明依据，例如哪份文件或谁的来函。",
            "{reference} is verified and counted. To correct it say under “Remark” what that rests on: which document, whose"
            " letter.",
        ),
        "incomplete": both("请填写编号和名称。", "Enter a reference and a name."),
        "unit_closed": both(
            "{unit}已于 {on} 撤销，不再报送。请改由接替它的单位报送。",
            "{unit} closed on {on} and reports no more. Let the unit that follows it report this.",
        ),
    }


class Fault(RowFault):
    """Why one row cannot be registered."""

    unable = UnableToReport


@dataclass(frozen=True)
class Judged:
    """Rows with what became of each.

    ``rows`` has, beside ``COLUMNS``, ``standing`` (``new``, ``same``, ``changed``), ``record`` (key of the registered
    record, null if new), ``revision`` (that the record has or will have), ``counted`` (whether it is verified, so that a
    change takes its fact back) and, of ``CORRECTED``, what the record says so far as ``was_place`` and so on.
    """

    rows: polars.DataFrame
    faults: list[Fault]


def judged(
    rows: polars.DataFrame, *, measure: Measure, unit: Unit, today: date, correcting: bool = False
) -> Judged:
    """Return the rows with their standing, and every fault in the order of the rows; ``rows`` has ``COLUMNS``.

    Args:
        correcting: whether a row may correct, with its basis as ``remark``, how much, where or when a counted record was.
    """
    col = polars.col
    known = register.living_records(measure, rows["reference"].to_list())
    joined = rows.join(known, on="reference", how="left", maintain_order="left")
    differs = polars.any_horizontal(*(col(name).ne_missing(col(f"known_{name}")) for name in COMPARED))
    joined = joined.with_columns(
        standing=polars.when(col("record").is_null())
        .then(polars.lit("new"))
        .when(differs | col("state").is_in([*OPEN_STATES]))
        .then(polars.lit("changed"))
        .otherwise(polars.lit("same")),
    )
    last = register.last_revisions(measure, joined.filter(col("record").is_null())["reference"].to_list())
    joined = joined.join(last, on="reference", how="left", maintain_order="left").with_columns(
        revision=polars.coalesce("revision", col("last_revision") + 1, polars.lit(1)),
        counted=(col("state") == ReportedState.VERIFIED).fill_null(value=False),
        **{f"was_{name}": col(f"known_{name}") for name in CORRECTED},
    )
    faults = [
        *_faults_of_texts(joined),
        *_faults_of_quantities(joined, measure),
        *_faults_of_dates(joined, today),
        *_faults_of_places(joined, unit),
        *_faults_of_references(joined, measure, unit, correcting),
    ]
    faults.sort(key=lambda fault: fault.row)
    said = [f"was_{name}" for name in CORRECTED]
    return Judged(joined.select(*COLUMNS, "standing", "record", "revision", "counted", *said), faults)


def _faults_of_texts(rows: polars.DataFrame) -> Iterator[Fault]:
    for one in rows.filter((polars.col("reference") == "") | (polars.col("title") == "")).iter_rows(
        named=True
    ):
        yield Fault(one["row"], "title" if one["reference"] else "reference", "incomplete", {})
    # Eighteen characters in a row are rare: only what has them is looked at one by one.
    for name in ("reference", "title", "remark"):
        suspect = rows.filter(polars.col(name).str.replace_all(r"\s", "").str.contains(r"\d{17}[\dXx]"))
        for row, text in suspect.select("row", name).iter_rows():
            if has_identity_number(text):
                yield Fault(row, name, "identity_number", {})


def _faults_of_quantities(rows: polars.DataFrame, measure: Measure) -> Iterator[Fault]:
    col = polars.col
    said = {"measure": measure.title, "decimals": measure.decimals}
    for row in rows.filter(col("quantity") == 0)["row"]:
        yield Fault(row, "quantity", "nothing_counted", {})
    if measure.kind is MeasureKind.FLOW:
        for row in rows.filter(col("quantity") < 0)["row"]:
            yield Fault(row, "quantity", "negative", said)
    for row in rows.filter(col("quantity") != col("quantity").round(measure.decimals))["row"]:
        yield Fault(row, "quantity", "too_fine", said)
    wanted = measure.party is not None
    for row in rows.filter(col("party").is_null() if wanted else col("party").is_not_null())["row"]:
        yield Fault(row, "party", "party_missing" if wanted else "party_not_taken", said)


def _faults_of_dates(rows: polars.DataFrame, today: date) -> Iterator[Fault]:
    for row in rows.filter(polars.col("happened_on") < FIRST_ASSISTANCE)["row"]:
        yield Fault(row, "happened_on", "too_early", {"first": FIRST_ASSISTANCE.isoformat()})
    for row in rows.filter(polars.col("happened_on") > today)["row"]:
        yield Fault(row, "happened_on", "in_future", {})


def _faults_of_places(rows: polars.DataFrame, unit: Unit) -> Iterator[Fault]:
    home = register.home_place(unit)
    if home is None:
        return
    first, end = subtree_range(home)
    outside = rows.filter(~polars.col("place").is_between(first, end, closed="left"))
    labels = place_labels(outside["place"].unique().to_list())
    for row, place in outside.select("row", "place").iter_rows():
        details = {"place": labels[place], "unit": both(unit.name_zh, unit.name_en)}
        yield Fault(row, "place", "outside_unit", details)


def _faults_of_references(
    rows: polars.DataFrame, measure: Measure, unit: Unit, correcting: bool
) -> Iterator[Fault]:
    col = polars.col
    differs = [col(name).ne_missing(col(f"known_{name}")) for name in CORRECTED]
    stays = [col(name).eq_missing(col(f"known_{name}")) for name in ("line", "party", "title")]
    rows = rows.with_columns(corrects=polars.any_horizontal(*differs) & polars.all_horizontal(*stays))
    for one in rows.filter(col("record").is_not_null()).iter_rows(named=True):
        details: dict[str, Any] = {"reference": one["reference"]}
        if one["unit"] != unit.pk:
            details |= {"unit": both(one["unit_zh"], one["unit_en"])}
            details |= {"state": REPORTED_STATE_WORDS[one["state"]]}
            yield Fault(one["row"], "reference", "registered_elsewhere", details)
        elif one["standing"] == "changed" and one["state"] == ReportedState.SUBMITTED:
            yield Fault(one["row"], "reference", "under_review", details)
        elif one["standing"] == "changed" and one["state"] == ReportedState.VERIFIED:
            if not (correcting and one["corrects"]):
                yield Fault(one["row"], "reference", "verified_already", details)
            elif not one["remark"].strip():
                yield Fault(one["row"], "remark", "basis_missing", details)

    new = rows.filter(col("record").is_null())
    counted = register.counting_units(measure, new["reference"].to_list())
    for row, reference in new.select("row", "reference").iter_rows() if counted else ():
        if reference in counted:
            details = {"reference": reference, "unit": counted[reference]}
            yield Fault(row, "reference", "counted_elsewhere", details)
