"""One spreadsheet for each reported measure, all of the same columns, made from the measure's declaration."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING

import polars
from django.utils.timezone import localdate

from bangfu.foundation.intake.layouts import (
    CheckedRows,
    Column,
    ColumnKind,
    Layout,
    RowRefusal,
    WayBack,
)
from bangfu.foundation.intake.models import ReportedRecord
from bangfu.foundation.intake.posting import counting, facts_to_come
from bangfu.foundation.intake.reported import register
from bangfu.foundation.intake.reported.operations import import_reported, storing
from bangfu.foundation.intake.reported.parties import with_parties
from bangfu.foundation.intake.reported.reportable import (
    reportable_measure,
    reportable_measures,
    reporting_permission,
)
from bangfu.foundation.intake.reported.rules import COLUMNS, UnableToReport, judged
from bangfu.foundation.ledger.measures import Evidence, Measure, MeasureKind, Party
from bangfu.foundation.places.codes import COUNTY, code_text, level_of
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import Words, both

if TYPE_CHECKING:
    from datetime import date

    from bangfu.foundation.intake.models import Upload
    from bangfu.foundation.organisation.models import Unit

MOST_KNOWN = 5_000
"""Rows that a template is filled in with."""
LARGEST_QUANTITY = 10**15 - 1
"""A spreadsheet keeps fifteen digits."""

UNKNOWN_LINE = both(
    "没有叫「{text}」的专业线。请填写专业线的名称或代码，或留空。",
    "There is no professional line called {text}. Enter its name or code, or leave the cell empty.",
)
_SHEET_COLUMNS = {"party_number": "party"}
"""The sheet's columns whose name differs from the one that is judged."""


def reported_layouts() -> list[Layout]:
    """Return the layout of every reported measure, in the order of the rooms; its code is the measure's."""
    return [_layout(measure) for measure in reportable_measures().values()]


@lru_cache(maxsize=256)
def _layout(measure: Measure) -> Layout:
    return Layout(
        code=measure.code,
        title=both("{title}报送表", "{title}: reported").filled(title=measure.title),
        about=measure.counts,
        columns=_columns(measure),
        confirm=import_reported,
        permission=reporting_permission(measure),
        check=check,
        key="reference",
        measures=(measure.code,),
        posts=posts,
        known=partial(known_rows, measure),
        known_columns=("title", "place", "line"),
        way_back=WayBack("intake.reported_record", storing.lock_references_of, storing.withdraw_records),
    )


def known_rows(measure: Measure, unit: Unit, starts_on: date, ends_on: date) -> polars.DataFrame:
    """Return what a unit reported for a measure in a half-open period, each item, place and line once; without numbers."""
    said = (
        ReportedRecord.objects.filter(
            measure=measure.code,
            unit=unit,
            happened_on__gte=starts_on,
            happened_on__lt=ends_on,
            withdrawn_at__isnull=True,
        )
        .order_by("place_id", "title", "line__code")
        .values_list("title", "place_id", "line__code")
        .distinct()
    )
    rows = list(said[:MOST_KNOWN])
    labels = place_labels({place for _, place, _ in rows})
    return polars.DataFrame(
        [
            (title, labels[place] if level_of(place) <= COUNTY else code_text(place), line or "")
            for title, place, line in rows
        ],
        schema=dict.fromkeys(("title", "place", "line"), polars.String),
        orient="row",
    )


def _columns(measure: Measure) -> tuple[Column, ...]:
    columns = [
        Column(
            "reference",
            both("编号", "Reference"),
            ColumnKind.CODE,
            note=both(
                "这一事项的编号（学校标识码、文号、凭证号、台账号）；同一度量下全集团不得重复，同一编号只计一次。没有编号的请编一个，"
                "以本单位简码开头。不要填写身份证号。",
                "The number of what the row counts (school code, document, voucher, register); the only one of this measure"
                " in the whole house, and counted once. Where there is none make one up that begins with your unit's code."
                " Never an identity number.",
            ),
            example="GZ-2019-0001",
            longest=60,
            aliases=("凭证号", "台账号", "文号"),
        ),
        Column(
            "title",
            both("名称", "What it is"),
            note=both(
                "用文字说明是什么；留在记录上，不进入数字。不要写个人信息。",
                "In words; stays on the record, enters no figure. No personal details.",
            ),
            longest=120,
            aliases=("说明", "名称/说明", "事项"),
        ),
        Column(
            "place",
            both("地点", "Place"),
            ColumnKind.PLACE,
            note=both(
                "计入哪个区县（或乡镇、村）；全省、全集团的事项填省公司、集团总部所在地。",
                "The county, town or village it counts in; what concerns a whole province or the group counts where its"
                " headquarters are.",
            ),
            example="册亨县",
            aliases=("所在县", "区县", "县"),
        ),
        Column(
            "happened_on",
            both("日期", "Date"),
            ColumnKind.DATE,
            note=both("实际发生之日；以此计入年份。", "The day it happened; this decides the year."),
            example="2019-09-12",
            past=True,
            whole_month=measure.kind is MeasureKind.FLOW,
            aliases=("发生日期",),
        ),
        _quantity(measure),
    ]
    if measure.party is not None:
        columns.append(_party(measure.party))
    columns += [
        Column(
            "line",
            both("专业线", "Professional line"),
            required=False,
            note=both("名称或代码。", "Its name or code."),
            longest=80,
        ),
        Column(
            "remark",
            both("备注", "Remark"),
            required=False,
            longest=500,
            note=both(
                "更正已计入的数量、地点或日期时，在此写明依据。",
                "What a correction of a counted quantity, place or date rests on.",
            ),
        ),
        Column(
            "evidence",
            both("佐证文件", "Evidence"),
            ColumnKind.EVIDENCE,
            required=measure.evidence is Evidence.REQUIRED,
            note=both(
                "佐证压缩包中的文件名；几行可以共用一个文件。",
                "A file's name in the evidence zip; several rows may name the same file.",
            ),
            example="GZ-2019-0001.pdf",
            aliases=("佐证",),
        ),
    ]
    return tuple(columns)


def _quantity(measure: Measure) -> Column:
    takes_back = measure.kind is MeasureKind.STOCK
    note = measure.counts
    if takes_back:
        less = both(
            "增加填正数；减少另起一行填负数，编号加“-减”。",
            "What is added is positive; what is lost is a row of its own, negative, its reference ending in -LESS.",
        )
        note = Words(f"{note.zh}{less.zh}", f"{note.en} {less.en}") if note else less
    return Column(
        "quantity",
        both("数量（{unit}）", "Quantity ({unit})").filled(unit=measure.unit),
        ColumnKind.DECIMAL if measure.decimals else ColumnKind.INTEGER,
        note=note,
        example="1",
        lowest=-LARGEST_QUANTITY if takes_back else 0,
        highest=LARGEST_QUANTITY,
        decimals=measure.decimals,
        aliases=("数量", "Quantity", "金额") if measure.decimals else ("数量", "Quantity"),
    )


def masked_number(number: str) -> str:
    """Return the number an office gave a person as screens show it: its last two characters."""
    return f"***{number[-2:]}" if len(number) > 2 else "***"


def _party(kind: Party) -> Column:
    note = both(
        "这个人在本单位台账中的编号（学籍辅号、工号等），全集团唯一；只用来去重，以密钥摘要保存，不保存原文。不要填写身份证号。",
        "The number your office gave the person (school register, staff number), the only one in the house; it serves to"
        " count each person once and is kept as a keyed digest only. Never an identity number.",
    )
    if kind is not Party.PERSON:
        note = both(
            "这一户、这套房或这所学校自己的编号，全集团唯一；只用来去重。",
            "The household's, dwelling's or school's own number, the only one in the house; it serves to count each once.",
        )
    return Column(
        "party_number",
        both("对象编号", "Whom it is about"),
        ColumnKind.CODE,
        note=note,
        example="XJ-522327-0001" if kind is Party.PERSON else "FW-522327-0001",
        longest=60,
        aliases=("人员编号", "户编号", "受助对象编号"),
        masked=masked_number if kind is Party.PERSON else None,
    )


def check(frame: polars.DataFrame, upload: Upload) -> CheckedRows:
    """Compare readable rows with what is registered."""
    measure = reportable_measure(upload.layout)
    rows, refusals = _to_rules(frame, measure)
    today = localdate(upload.uploaded_at)
    judgement = judged(rows.select(*COLUMNS), measure=measure, unit=upload.unit, today=today, correcting=True)
    named = {then: now for now, then in _SHEET_COLUMNS.items()}
    told = {refusal.row for refusal in refusals}
    refusals += [
        RowRefusal(
            fault.row,
            named.get(fault.column or "", fault.column),
            UnableToReport.sentences[fault.code].filled(**fault.details),
        )
        for fault in judgement.faults
        if not (fault.code == "party_missing" and fault.row in told)
    ]
    refusals.sort(key=lambda refusal: refusal.row)
    wrong = [refusal.row for refusal in refusals]
    good = judgement.rows.filter(~polars.col("row").is_in(wrong))
    files = frame.select("row", "evidence", "evidence_digest")
    good = good.join(files, on="row", how="left", maintain_order="left")
    standing = good["standing"]
    return CheckedRows(
        frame=good,
        refusals=refusals,
        new=int((standing == "new").sum()),
        same=int((standing == "same").sum()),
        changed=int((standing == "changed").sum()),
    )


def _to_rules(frame: polars.DataFrame, measure: Measure) -> tuple[polars.DataFrame, list[RowRefusal]]:
    """Return a sheet's rows as ``rules`` judges them, and the refusals of what cannot become that."""
    rows, personal = with_parties(frame, measure.party)
    sentence = UnableToReport.sentences["identity_number"]
    refusals = [RowRefusal(row, "party_number", sentence) for row in personal]
    lines = register.lines_as_written()
    written = polars.col("line").str.strip_chars().str.to_lowercase()
    rows = rows.with_columns(
        polars.col("title").fill_null(""),
        polars.col("remark").fill_null(""),
        polars.col("quantity").cast(register.QUANTITY),
        line=written.replace_strict(lines, default=None, return_dtype=polars.Int16),
        line_written="line",
    )
    strange = rows.filter(polars.col("line_written").is_not_null() & polars.col("line").is_null())
    refusals += [
        RowRefusal(row, "line", UNKNOWN_LINE.filled(text=text))
        for row, text in strange.select("row", "line_written").iter_rows()
    ]
    return rows, refusals


def posts(frame: polars.DataFrame, upload: Upload) -> polars.DataFrame:
    """Return what each row counts once it is verified, and what is taken back of counted records that rows correct."""
    measure, rows = reportable_measure(upload.layout), counting(frame)
    adds = facts_to_come(
        rows, measure, unit=upload.unit_id, place="place", on="happened_on", quantity="quantity", party="party", line="line"
    )  # fmt: skip
    takes_back = facts_to_come(
        rows.filter("counted"), measure, unit=upload.unit_id, place="was_place", on="was_happened_on",
        quantity=-polars.col("was_quantity"), party="party", line="line",
    )  # fmt: skip
    return polars.concat([adds, takes_back])
