"""What of a report goes onto paper."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import override

from bangfu.foundation.organisation.queries import root_unit
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.marks import example_mark
from bangfu.reporting.figures import Figure
from bangfu.reporting.printing.headings import numbered
from bangfu.reporting.printing.typesetting import (
    PrintedAnnex,
    PrintedChart,
    PrintedFigure,
    PrintedParagraph,
    PrintedPicture,
    PrintedReport,
    PrintedRow,
    PrintedText,
    pdf_of,
)
from bangfu.reporting.reports import Part, Report

_ANNEX_TITLE = both("附件　数字一览", "Annex: every figure of this report")
_ANNEX_ABOUT = both(
    "每个数字都可以打开：电子版点数字，纸质版在“数字”页输入短码。准确值按记录计算，印出的数按口径取舍。",
    "Every figure opens: click it, or type its code on the page “Figures”. Exact values come from the records; what is printed"
    " is rounded by the definition.",
)
_IN_ANNEX = both("图中各数列在附件", "Its figures stand in the annex")
_ANNEX_COLUMNS = (
    both("短码", "Code"),
    both("指标", "Indicator"),
    both("印出", "Printed"),
    both("准确值", "Exact"),
    both("口径", "Scope"),
)


def report_pdf(report: Report, *, origin: str) -> bytes:
    """Return a report as a PDF in its language.

    Args:
        origin: where this house answers, without a slash at the end: ``https://bangfu.example.com``.

    Raises: ValueError: the report fails its checks, and what fails them is not printed.
    """
    if report.problems:
        raise ValueError(f"the report {report.code} fails its checks")
    with override("en" if report.language == "en" else "zh-hans"):
        return pdf_of(_printed(report, origin))


def _printed(report: Report, origin: str) -> PrintedReport:
    root = root_unit()
    return PrintedReport(
        language=report.language,
        title=report.heading,
        author=root.name if root else "",
        example=str(example_mark() or ""),
        lines=tuple(_lines(report)),
        paragraphs=numbered(
            (
                PrintedParagraph(one.kind, tuple(_part(part, report, origin) for part in one.parts))
                for one in report.paragraphs
                if one.kind != "title"
            ),
            report.language,
        ),
        annex=PrintedAnnex(
            title=str(_ANNEX_TITLE),
            about=str(_ANNEX_ABOUT),
            columns=tuple(str(title) for title in _ANNEX_COLUMNS),
            rows=tuple(_row(one, origin) for one in _each_once(report.figures)),
        ),
    )


def _lines(report: Report) -> list[str]:
    day = report.sealed_on.isoformat()
    said = [
        both("截至 {day}", "as of {day}").filled(day=day),
        both("账册区块 {block}", "ledger block {block}").filled(block=report.block),
    ]
    if report.verified_share:
        said.append(both("已核验 {share}", "{share} verified").filled(share=report.verified_share))
    return [str(one) for one in said]


def _part(
    part: Part, report: Report, origin: str
) -> PrintedText | PrintedFigure | PrintedPicture | PrintedChart:
    figure, picture = part.figure, part.picture
    if part.chart is not None:
        drawn = part.chart.drawings["paper"]
        about = (part.chart.scope, *part.chart.notes, str(_IN_ANNEX))
        return PrintedChart(part.chart.file(), drawn.width, drawn.height, part.chart.title, about)
    if picture is not None:
        return PrintedPicture(str(picture.path.resolve()), str(picture.caption), origin + picture.address)
    if figure is None:
        return PrintedText(part.text)
    said = figure.shown_in(report.language)
    return PrintedFigure(
        number="—" if said is None else said.number,
        space="" if said is None else said.space,
        tail="" if said is None else replace(said, inner=part.inner).tail,
        address=origin + figure.address,
        code=figure.code or "",
    )


def _each_once(figures: tuple[Figure, ...]) -> list[Figure]:
    """Return each question once, in the order of the text."""
    return list({(one.indicator.code, one.selection): one for one in figures}.values())


def _row(figure: Figure, origin: str) -> PrintedRow:
    selection, indicator = figure.selection, figure.indicator
    return PrintedRow(
        code=figure.code or "",
        title=str(indicator.title),
        where=f"{selection.period_words} · {selection.scope_words}",
        shown=str(figure),
        exact=figure.exact,
        note=str(indicator.scope_note),
        address=origin + figure.address,
    )
