"""A distribution of an indicator over places or units: classes, median, quartiles, and outliers by name."""

from __future__ import annotations

from dataclasses import fields as dataclass_fields
from dataclasses import replace
from decimal import Decimal

from django.urls import reverse

from bangfu.foundation.rooms import both
from bangfu.reporting.charts.answers.answer import (
    Answer,
    Cell,
    Reader,
    Row,
    decimals_of,
    exactly,
    figure_cell,
    headed,
    language,
    number_cell,
    percent_power,
    said,
    short,
)
from bangfu.reporting.charts.answers.listed import level_in_text, level_words, listed
from bangfu.reporting.charts.asking import Question
from bangfu.reporting.charts.engines import spread
from bangfu.reporting.charts.engines.marks import Drawing
from bangfu.reporting.charts.engines.spread import Bin, Five
from bangfu.reporting.definitions import Indicator
from bangfu.reporting.figures import Figure
from bangfu.reporting.queries import figure_in
from bangfu.reporting.tables.asking import written

METHOD = both(
    "四分位数按排序后的第 1＋(n−1)p 个取值、两值之间按比例内插（Hyndman–Fan 第 7 种，即电子表格的 QUARTILE.INC）；"
    "高出上四分位或低于下四分位 1.5 个四分位距的为离群（Tukey）。没有记录的不参加，零参加。",
    "Quartiles are the value at position 1 + (n − 1) p of the ordered values, between two of them in proportion (definition 7 of"
    " Hyndman and Fan, QUARTILE.INC in spreadsheets); outliers lie more than 1.5 interquartile ranges outside the quartiles"
    " (Tukey). What has no records takes no part; zero does.",
)


def answer(question: Question, indicator: Indicator, reader: Reader) -> Answer:
    """Return what a distribution says."""
    found = listed(question, reader)
    members = [
        (one, figure, figure.value)
        for one in found
        if (figure := one.figure) is not None and figure.value is not None
    ]
    members.sort(key=lambda member: member[2], reverse=True)
    values = [value for _, _, value in members]
    whole = figure_in(indicator.code, question.selection)
    title = both("{title}：{period}在各{level}的分布", "{title}: distribution over {level}, {period}").filled(
        title=indicator.title, period=question.selection.period_words, level=level_in_text(question)
    )
    notes = []
    if len(found) > len(members):
        notes.append(
            str(
                both("{count} 个没有记录，不参加分布。", "{count} have no records and take no part.").filled(
                    count=len(found) - len(members)
                )
            )
        )
    found_nothing = Answer(
        question=question,
        indicators=(indicator,),
        title=str(title),
        figure=whole,
        headings=(
            level_words(question),
            headed(question.selection.period_words, indicator),
            both("位置", "Where it lies"),
        ),
        rows=(),
        notes=tuple(notes),
        draw=lambda frame: Drawing(frame.width, 0, ()),
        is_empty=True,
        values_of_parts=tuple(values),
    )
    if not members:
        return found_nothing
    percent, decimals = percent_power(indicator), decimals_of(indicator)
    scale = spread.scale_of(values, language(), percent=percent, decimals=decimals)
    bins, five = spread.bins_of(scale, values), spread.five_of(values)
    drawn = spread.Distribution(
        members=tuple(
            spread.Member(
                one.name,
                value,
                said(one.name, _place_in(five, value), value=exactly(figure, value)),
                figure.address,
            )
            for one, figure, value in members
        ),
        bin_said=tuple(_bin_said(one, whole, question) for one in bins),
        bin_addresses=tuple(_bin_address(question, at) for at in range(len(bins))),
        unit=str(indicator.unit),
        count_unit=str(both("个数（{level}）", "Number of {level}").filled(level=level_in_text(question))),
        median_words=_median(five, whole),
        median_said=_five_said(five, whole),
        several_words=both("{name}等 {count} 个", "{name} and others, {count} in all").in_language(
            language()
        ),
        language=language(),
        percent=percent,
        decimals=decimals,
    )
    rows = [
        Row(
            one.name,
            (figure_cell(figure), Cell(_place_in(five, value), is_number=False)),
            bin=spread.bin_at(scale, value),
        )
        for one, figure, value in members
    ]
    return replace(
        found_nothing,
        rows=(*rows, *_five_rows(five, whole, len(members))),
        draw=lambda frame: spread.drawing_of(drawn, frame),
        is_empty=False,
        method=str(METHOD),
    )


def _place_in(five: Five, value: Decimal) -> str:
    """Return where a value lies among the others, in words."""
    if five.is_outlier(value):
        high, low = both("离群（特别高）", "outlier, far above"), both("离群（特别低）", "outlier, far below")
        return str(high if value > five.upper else low)
    if value > five.upper:
        return str(both("最高四分之一", "top quarter"))
    if value < five.lower:
        return str(both("最低四分之一", "bottom quarter"))
    return str(both("中间一半", "middle half"))


def _median(five: Five, whole: Figure) -> str:
    return str(both("中位数 {value}", "Median {value}").filled(value=short(whole, five.median)))


def _five_said(five: Five, whole: Figure) -> str:
    named = {one.name: exactly(whole, getattr(five, one.name)) for one in dataclass_fields(five)}
    return str(
        both(
            "最小 {least}，下四分位 {lower}，中位数 {median}，上四分位 {upper}，最大 {largest}",
            "Least {least}, lower quartile {lower}, median {median}, upper quartile {upper}, largest {largest}",
        ).filled(**named)
    )


def _bin_said(one: Bin, whole: Figure, question: Question) -> str:
    last = both("{value}（含）", "{value} at most") if one.is_last else both("不到 {value}", "below {value}")
    span = both("{first} 到{last}", "{first} to {last}").filled(
        first=exactly(whole, one.first), last=last.filled(value=exactly(whole, one.last))
    )
    return said(
        span,
        value=str(
            both("{count} 个{level}", "{count} {level}").filled(
                count=one.count, level=level_in_text(question)
            )
        ),
    )


def _bin_address(question: Question, at: int) -> str:
    """Return the chart with the members of one class alone in its table."""
    return f"{reverse('charts:new')}?{written({**question.fields, 'bin': [str(at)]})}#chart-table"


def _five_rows(five: Five, whole: Figure, count: int) -> list[Row]:
    nothing = Cell("", is_number=False)
    named = (
        (both("最大", "Largest"), five.largest),
        (both("上四分位", "Upper quartile"), five.upper),
        (both("中位数", "Median"), five.median),
        (both("下四分位", "Lower quartile"), five.lower),
        (both("最小", "Least"), five.least),
    )
    rows = [Row(str(name), (number_cell(whole, value), nothing), is_whole=True) for name, value in named]
    return [
        Row(
            str(both("参加的个数", "How many take part")),
            (Cell(str(count), Decimal(count), is_counted=False), nothing),
            is_whole=True,
        ),
        *rows,
    ]
