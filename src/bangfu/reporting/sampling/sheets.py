"""The auditor's worksheet: the sample goes out as a sheet, and comes back with verdicts."""

from __future__ import annotations

import io
from collections.abc import Iterable
from decimal import Decimal

import polars
import xlsxwriter

from bangfu.foundation.intake.layouts import CheckedRows, Column, ColumnKind, Layout, RowRefusal
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.marks import example_mark
from bangfu.reporting.sampling.models import VERDICT_WORDS, SampledFact, Verdict, VerdictKind
from bangfu.reporting.sampling.operations import UnableToJudge, import_worksheet
from bangfu.reporting.sampling.operations.examining import LONGEST_REMARK, Given, judged
from bangfu.reporting.sampling.population import answering_for
from bangfu.reporting.sampling.queries import Line, in_force, value_text

WIDTHS = (8, 8, 12, 28, 24, 12, 14, 12, 14, 40, 24)


def check(frame: polars.DataFrame, upload: Upload) -> CheckedRows:
    """Compare rows with the sample and the verdicts in force; whatever the operation would refuse is refused here by row."""
    numbers = frame["audit"].unique().to_list()
    sampled = {
        (one.draw.announcement.number, one.position): one
        for one in SampledFact.objects.filter(draw__announcement__number__in=numbers).select_related(
            "draw__announcement__end"
        )
    }
    known = {
        one.sampled_id: (one.kind, one.audited, one.remark)
        for one in in_force(Verdict.objects.filter(sampled__in=[one.pk for one in sampled.values()]))
    }
    own = {
        fact
        for fact, accounts in answering_for(one.fact_id for one in sampled.values()).items()
        if upload.uploaded_by_id in accounts
    }
    refusals, standing = [], []
    for row in frame.iter_rows(named=True):
        one = sampled.get((row["audit"], row["position"]))
        standing.append("new")
        if one is None or one.fact_id != row["fact"]:
            refusals.append(_refusal(row, "position", _STRANGE))
            continue
        if hasattr(one.draw.announcement, "end"):
            refusals.append(_refusal(row, "audit", UnableToJudge.sentences["ended"]))
            continue
        if one.fact_id in own:
            words = UnableToJudge.sentences["own_record"].filled(fact=one.fact_id)
            refusals.append(_refusal(row, "fact", words))
            continue
        try:
            said = judged(Given(one, row["verdict"], row["audited"], row["remark"] or ""))
        except UnableToJudge as refusal:
            refusals.append(_refusal(row, "verdict", refusal.sentence))
            continue
        if one.pk in known:
            is_same = known[one.pk] == (said.kind, said.audited, said.remark) and row["evidence"] is None
            standing[-1] = "same" if is_same else "changed"
    marked = frame.with_columns(standing=polars.Series(standing, dtype=polars.String))
    refused = {one.row for one in refusals}
    taken = marked.filter(~polars.col("row").is_in(list(refused)))
    counts = {
        name: taken.filter(polars.col("standing") == name).height for name in ("new", "same", "changed")
    }
    return CheckedRows(marked, refusals, **counts)


_STRANGE = both(
    "样本里没有这一条，或事实编号不符。请从审计页重新下载底稿。",
    "The sample has no such item, or another fact there. Download the worksheet again from the audit's page.",
)


def _refusal(row: dict[str, object], column: str, words: object) -> RowRefusal:
    number = row["row"]
    assert isinstance(number, int)
    return RowRefusal(number, column, words)  # type: ignore[arg-type]


_TO_FIND = both("供查找，不导入。", "To find it by; not imported.")
_TO_COMPARE = both("供对照，不导入。", "To compare with; not imported.")
WORKSHEET = Layout(
    code="sampling.worksheet",
    title=both("抽样审计底稿", "Worksheet of an audit by sample"),
    columns=(
        Column("audit", both("审计号", "Audit"), ColumnKind.INTEGER, example="3", lowest=1),
        Column("position", both("序号", "Item"), ColumnKind.INTEGER, example="1", lowest=1),
        Column("fact", both("事实", "Fact"), ColumnKind.INTEGER, example="10427", lowest=1),
        Column("record", both("记录", "Record"), required=False, note=_TO_FIND),
        Column("place", both("地点", "Place"), required=False, note=_TO_FIND),
        Column("day", both("日期", "Date"), ColumnKind.DATE, required=False, note=_TO_FIND),
        Column("book", both("账面数量", "Quantity in the ledger"), ColumnKind.DECIMAL, required=False, note=_TO_COMPARE),
        Column(
            "verdict", both("结论", "Verdict"), ColumnKind.CHOICE, choices=tuple(VERDICT_WORDS.items()), example="相符",
        ),
        Column(
            "audited", both("审定数量", "Audited quantity"), ColumnKind.DECIMAL, required=False, lowest=0,
            note=both("有差错时必填；没有依据按零。", "Needed when misstated; what has no support is zero."),
        ),
        Column(
            "remark", both("说明", "Remark"), required=False, longest=LONGEST_REMARK,
            note=both("不相符时必填；不要写个人信息。", "Needed unless it agrees; nothing personal."),
        ),
        Column("evidence", both("佐证", "Evidence"), ColumnKind.EVIDENCE, required=False),
    ),
    confirm=import_worksheet,
    permission="sampling.import_worksheet",
    check=check,
    instead=both(
        "请改正底稿后再导入，或逐项重新判定：后判的取代先判的，先判的留着。",
        "Import the corrected worksheet, or say the verdicts anew: the later verdict holds, the earlier stays.",
    ),
    about=both(
        "从审计页下载的底稿已填好样本；只填结论、审定数量、说明和佐证。再次导入时，改过的行成为新的结论，原结论保留。",
        "The worksheet from the audit's page holds the sample; fill in verdict, audited quantity, remark and evidence only."
        " Imported again, changed rows become new verdicts, and the earlier ones stay.",
    ),
)  # fmt: skip


def worksheet(number: int, lines: Iterable[Line]) -> bytes:
    """Return the sample of an audit as a workbook under the layout's headings, ready to be filled in."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        if mark := example_mark():
            book.set_properties({"title": str(mark)})
        sheet = book.add_worksheet(WORKSHEET.title.zh)
        heading = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "bg_color": "#EEEBE2"})
        text, given = (
            book.add_format({"num_format": "@"}),
            book.add_format({"num_format": "@", "font_color": "#8A8578"}),
        )
        sheet.freeze_panes(1, 3)
        for position, (column, width) in enumerate(zip(WORKSHEET.columns, WIDTHS, strict=True)):
            sheet.write_string(
                0, position, f"{column.title.zh}{'*' * column.required}\n{column.title.en}", heading
            )
            sheet.set_column(position, position, width, text)
        height = 0
        for height, line in enumerate(lines, 1):
            for position, cell in enumerate(_cells(number, line)):
                sheet.write_string(height, position, cell, given if position < 7 else text)
        choices = [words.zh for words in VERDICT_WORDS.values()]
        sheet.data_validation(1, 7, max(height, 1), 7, {"validate": "list", "source": choices})
    return out.getvalue()


def _cells(number: int, line: Line) -> list[str]:
    verdict = line.verdict
    audited: Decimal | None = None
    if verdict is not None and verdict.kind == VerdictKind.MISSTATED:
        audited = verdict.audited
    return [
        str(number),
        str(line.sampled.position),
        str(line.sampled.fact_id),
        line.title,
        line.place,
        line.fact.happened_on.isoformat(),
        value_text(line.sampled.book),
        VERDICT_WORDS[verdict.kind].zh if verdict else "",
        "" if audited is None else value_text(audited),
        verdict.remark if verdict else "",
        "",
    ]
