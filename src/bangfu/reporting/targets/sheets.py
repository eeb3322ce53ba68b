"""The spreadsheet of targets: all provinces of a pledge at once, into its draft."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars

from bangfu.foundation.intake.layouts import CheckedRows, Column, ColumnKind, Layout, RowRefusal
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.models import Place
from bangfu.foundation.places.queries import code_text
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell
from bangfu.reporting.indicators import indicators
from bangfu.reporting.targets import queries
from bangfu.reporting.targets.models import (
    DIRECTION_WORDS,
    QUARTER_TITLES,
    QUARTERS,
    Direction,
    StepKind,
    Target,
    Version,
)
from bangfu.reporting.targets.operations.importing import import_targets
from bangfu.reporting.targets.rules import SOME_QUARTERS, TargetDetails, UnableToSetTarget, fault_of

if TYPE_CHECKING:
    from bangfu.foundation.intake.models import Upload

SCALES = {"1": 1, "万": 10**4, "亿": 10**8}

NO_DRAFT = both(
    "{unit}没有文号为「{document}」的责任书草案。请先拟定责任书或修订，或核对文号。",
    "{unit} has no draft with the document number {document}. Draft the pledge or its revision first, or check the number.",
)
UNKNOWN_UNIT = both(
    "没有编码为「{code}」的单位。请在「工作 › 组织」中查编码。",
    "There is no unit with the code {code}. Look it up under Work › Organisation.",
)
UNKNOWN_INDICATOR = UnableToSetTarget.sentences["unknown_indicator"]
SAME_TWICE = both(
    "与第 {row} 行是同一项目标。请只保留一行。", "This is the same target as in row {row}. Keep one of them."
)

TARGETS_COLUMNS = (
    Column(
        "document",
        both("责任书文号", "Pledge's document"),
        note=both("草案的文号，须已拟定。", "The document number of the draft, which must be there already."),
        example="帮扶办〔2020〕1号",
        longest=120,
        aliases=("文号",),
    ),
    Column(
        "indicator",
        both("指标", "Indicator"),
        note=both("指标的名称或代码。", "The indicator's title or code."),
        example="培训基层干部",
        longest=120,
    ),
    Column("unit_code", both("单位编码", "Unit's code"), ColumnKind.CODE, example="P52", longest=40),
    Column(
        "quantity",
        both("目标值", "Target"),
        ColumnKind.DECIMAL,
        lowest=0,
        note=both(
            "按“计数单位”一列；空着即按指标的计量单位。", "In the scale of the next column; empty is the indicator's own unit."
        ),
        example="120",
    ),
    Column(
        "scale",
        both("计数单位", "Scale"),
        ColumnKind.CHOICE,
        required=False,
        choices=(("1", both("个", "ones")), ("万", both("万", "10 000")), ("亿", both("亿", "100 million"))),
        example="个",
    ),
    Column(
        "direction",
        both("方向", "Direction"),
        ColumnKind.CHOICE,
        required=False,
        choices=tuple(DIRECTION_WORDS.items()),
        note=both("空着即“不少于”。", "Empty is “At least”."),
        example="不少于",
    ),
    Column(
        "due_on",
        both("期限", "Deadline"),
        ColumnKind.DATE,
        required=False,
        note=both("空着即年末。", "Empty is the year's end."),
        example="2020-12-31",
    ),
    Column(
        "place",
        both("限于地区", "Only in"),
        ColumnKind.PLACE,
        required=False,
        note=both("只计某个县的，填县名或代码；不限的空着。", "A county by name or code; empty is everywhere."),
        example="",
    ),
    Column(
        "reserve",
        both("预留", "Reserve"),
        ColumnKind.DECIMAL,
        required=False,
        lowest=0,
        note=both(
            "各下级合计多于本行的数，与目标值同一计数单位。", "By how much the parts below exceed this row; in the same scale."
        ),
        example="",
    ),
    *(
        Column(
            name,
            title,
            ColumnKind.DECIMAL,
            required=False,
            lowest=0,
            note=both(
                "四个季度都填（合计等于目标值）或都不填，与目标值同一计数单位。",
                "All four quarters, which make the target, or none; in the same scale.",
            ),
            example="",
        )
        for name, title in zip(QUARTERS, QUARTER_TITLES, strict=True)
    ),
)  # fmt: skip


def _open_drafts(signatory: Unit) -> dict[str, Version]:
    """Return a unit's versions that take targets, by document number."""
    versions = Version.objects.filter(pledge__unit=signatory).select_related("pledge")
    standings = queries.standings_of(sorted({one.pledge_id for one in versions}))
    return {
        one.version.document: one.version
        for found in standings.values()
        for one in found
        if one.state in ("", StepKind.RETURNED)
    }


def indicator_codes() -> dict[str, str]:
    """Return the code of every indicator, by code and by either title; titles that two share are left out."""
    found: dict[str, str] = {}
    shared: set[str] = set()
    for one in indicators():
        for name in {one.title.zh, one.title.en}:
            if name in found:
                shared.add(name)
            found[name] = one.code
    return {**{name: code for name, code in found.items() if name not in shared}, **{
        one.code: one.code for one in indicators()
    }}  # fmt: skip


def check(frame: polars.DataFrame, upload: Upload) -> CheckedRows:
    """Find drafts, indicators and units of readable rows, and compare the rows with the targets that are there."""
    drafts, codes = _open_drafts(upload.unit), indicator_codes()
    units = {one.code: one for one in Unit.objects.filter(code__in=frame["unit_code"].unique().to_list())}
    places = Place.objects.in_bulk([one for one in frame["place"].to_list() if one is not None])
    refusals: list[RowRefusal] = []
    kept: list[dict[str, Any]] = []
    seen: dict[tuple[Any, ...], int] = {}
    for row in frame.iter_rows(named=True):
        wrong, said = _judged(row, drafts, codes, units, places, upload)
        if wrong is None:
            matter = (said["version"], said["code"], said["unit"], said["place"])
            first = seen.setdefault(matter, row["row"])
            if first != row["row"]:
                wrong = RowRefusal(row["row"], None, SAME_TWICE.filled(row=first))
        if wrong is not None:
            refusals.append(wrong)
        else:
            kept.append({**row, **said})
    schema = {**dict(frame.schema), **_MORE}
    rows = polars.DataFrame(kept, schema=schema, orient="row")
    standing = _standing(rows)
    return CheckedRows(
        frame=rows.with_columns(standing=polars.Series(standing, dtype=polars.String)),
        refusals=refusals,
        new=standing.count("new"),
        same=standing.count("same"),
        changed=standing.count("changed"),
    )


_MORE: dict[str, Any] = {
    "version": polars.Int64,
    "code": polars.String,
    "unit": polars.Int64,
    "amount": polars.Decimal(20, 4),
    "kept_back": polars.Decimal(20, 4),
    "side": polars.String,
    "due": polars.Date,
    "place": polars.Int64,
    **dict.fromkeys(QUARTERS, polars.Decimal(20, 4)),
}


def _judged(
    row: dict[str, Any],
    drafts: dict[str, Version],
    codes: dict[str, str],
    units: dict[str, Unit],
    places: dict[int, Place],
    upload: Upload,
) -> tuple[RowRefusal | None, dict[str, Any]]:
    """Return why a row is refused, or what it means."""

    def refused(column: str | None, sentence: Words) -> tuple[RowRefusal, dict[str, Any]]:
        return RowRefusal(row["row"], column, sentence), {}

    version, code, unit = (
        drafts.get(row["document"]),
        codes.get(row["indicator"]),
        units.get(row["unit_code"]),
    )
    if version is None:
        name = both(upload.unit.name_zh, upload.unit.name_en)
        return refused("document", NO_DRAFT.filled(unit=name, document=row["document"]))
    if code is None:
        return refused("indicator", UNKNOWN_INDICATOR.filled(indicator=row["indicator"]))
    if unit is None:
        return refused("unit_code", UNKNOWN_UNIT.filled(code=row["unit_code"]))
    times = SCALES[row["scale"] or "1"]
    due = row["due_on"] or date(version.pledge.year, 12, 31)
    first, second, third, fourth = (row[name] for name in QUARTERS)
    if len({one is None for one in (first, second, third, fourth)}) > 1:
        return refused(QUARTERS[0], SOME_QUARTERS)
    details = TargetDetails(
        indicator=code,
        unit=unit,
        quantity=row["quantity"] * times,
        direction=row["direction"] or Direction.AT_LEAST,
        due_on=due,
        place=places.get(row["place"]),
        reserve=(row["reserve"] or Decimal(0)) * times,
        quarters=None if first is None else (first * times, second * times, third * times, fourth * times),
    )
    fault = fault_of(details, year=version.pledge.year, signatory=upload.unit)
    if fault is not None:
        columns = {
            "not_below": "unit_code", "due_elsewhere": "due_on", "reserve": "reserve",
            **dict.fromkeys(("quarters_sum", "quarters_year", "quarters_ratio"), QUARTERS[0]),
        }  # fmt: skip
        return refused(
            columns.get(fault[0], "quantity"), UnableToSetTarget.sentences[fault[0]].filled(**fault[1])
        )
    return None, {
        "version": version.pk,
        "code": code,
        "unit": unit.pk,
        "amount": details.quantity,
        "kept_back": details.reserve,
        "side": str(details.direction),
        "due": due,
        "place": row["place"],
        **dict(zip(QUARTERS, details.quarters or (None,) * len(QUARTERS), strict=True)),
    }


def _standing(rows: polars.DataFrame) -> list[str]:
    there = {
        (one.version_id, *one.matter[:3]): (
            one.quantity,
            one.reserve,
            one.direction,
            one.due_on,
            one.quarters,
        )
        for one in Target.objects.filter(
            version__in=rows["version"].unique().to_list(), area__isnull=True, line__isnull=True
        )
    }
    found = []
    for row in rows.iter_rows(named=True):
        known = there.get((row["version"], row["code"], row["unit"], row["place"]))
        quarters = tuple(row[name] for name in QUARTERS)
        said = (
            row["amount"], row["kept_back"], row["side"], row["due"], None if quarters[0] is None else quarters,
        )  # fmt: skip
        found.append("new" if known is None else "same" if known == said else "changed")
    return found


def draft_cells(version: Version, targets: Iterable[Target]) -> Iterator[list[Cell]]:
    """Return a draft's targets as rows of its sheet, to be changed and taken in again.

    Those narrowed to an area or a line are left out: the sheet cannot say them.
    """
    named = {code: name for name, code in indicator_codes().items() if name != code}
    for one in targets:
        if one.area_id is None and one.line_id is None:
            yield [
                version.document,
                named.get(one.indicator, one.indicator),
                one.unit.code,
                one.quantity,
                str(both("个", "ones")),
                str(one.direction_words),
                one.due_on.isoformat(),
                code_text(one.place_id) if one.place_id else "",
                one.reserve if one.reserve else "",
                *(one.quarters or ("",) * len(QUARTERS)),
            ]


TARGETS_SHEET = Layout(
    code="targets.targets",
    whole=True,
    title=both("责任书目标", "Targets of a pledge"),
    about=both(
        "一份责任书草案的目标，一行一个单位、一项指标。上下级的合计须相符（按人去重的指标和比率除外），提交时检查。"
        "导入只写进草案，批准前都可以再改。",
        "Targets of a pledge's draft: one unit and one indicator a row. Sums of units and those below must agree (but for"
        " distinct counts and ratios), which is checked on submission. A sheet only fills the draft; all of it may be changed"
        " until approval.",
    ),
    columns=TARGETS_COLUMNS,
    confirm=import_targets,
    permission="targets.import_targets",
    check=check,
    instead=both(
        "责任书还是草稿的，请导入改正后的目标，或在责任书页删去；已批准的，请修订责任书并附文件。",
        "While the pledge is a draft, import the corrected targets or drop them on its page; one that is approved is revised,"
        " with a document.",
    ),
    evidence=False,
)
