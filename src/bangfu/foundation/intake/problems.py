"""What a refused row is told: one sentence for each problem, which names the remedy."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from datetime import date

from bangfu.foundation.intake.layouts import Column, listed
from bangfu.foundation.intake.stored import MOST_DIGITS
from bangfu.foundation.rooms import Words, both

SENTENCES: dict[str, Words] = {
    "required": both("「{title}」是必填项，请填写。", "“{title}” is required; fill it in."),
    "formula_error": both(
        "「{title}」的公式出错（{text}）。请改正公式，或直接填写数值。",
        "The formula in “{title}” has an error ({text}). Mend it, or type the value.",
    ),
    "control": both(
        "「{title}」含有看不见的控制字符。请清空该格，重新输入。",
        "“{title}” has invisible control characters in it. Clear the cell and type it again.",
    ),
    "became_day": both(
        "「{title}」被电子表格自动变成了日期（{text}）。请把该列设为文本格式，重新填写。",
        "The spreadsheet turned “{title}” into a date ({text}). Format the column as text and type it again.",
    ),
    "digits_lost": both(
        f"「{{title}}」是超过 {MOST_DIGITS} 位的数字，电子表格已丢失末尾几位。请把该列设为文本格式，重新填写。",
        f"“{{title}}” is a number of more than {MOST_DIGITS} digits, of which the spreadsheet lost the last. Format "
        "the column as text and type it again.",
    ),
    "too_long": both(
        "「{title}」超过 {longest} 个字。请写得短一些。",
        "“{title}” is longer than {longest} characters. Shorten it.",
    ),
    "pattern": both(
        "「{title}」的写法不对：{text}。应如：{example}。",
        "“{title}” is not written as it should be: {text}. It should look like {example}.",
    ),
    "not_a_day": both(
        "「{title}」看不出是哪一天：{text}。请写成 2019-03-05 或 2019年3月5日。",
        "“{title}” is no date: {text}. Write it as 2019-03-05.",
    ),
    "no_such_day": both(
        "「{title}」没有这一天：{text}。请核对日期。", "“{title}”: there is no such day as {text}. Check it."
    ),
    "day_missing": both(
        "「{title}」只写到了年月：{text}。请写到日，例如 2019年3月5日。",
        "“{title}” lacks the day: {text}. Write the whole date, as 2019-03-05.",
    ),
    "day_ambiguous": both(
        "「{title}」的年月日顺序不明：{text} 可能是 {days}。请按年-月-日写。",
        "“{title}” can be read in more than one way: {text} may be {days}. Write year, month and day, in this order.",
    ),
    "day_from_1904": both(
        "「{title}」是一个数字（{text}），而此文件从 1904 年起计日，无法确定是哪一天。请写成 2019-03-05。",
        "“{title}” is a bare number ({text}) in a workbook that counts days from 1904. Write it as 2019-03-05.",
    ),
    "future": both(
        "「{title}」是未来的日期：{text}。请核对；尚未发生的不要填报。",
        "“{title}” lies in the future: {text}. Check it; do not report what has not happened yet.",
    ),
    "not_a_number": both(
        "「{title}」不是数字：{text}。请只填数字，不带单位。",
        "“{title}” is not a number: {text}. Give the number alone, without its unit.",
    ),
    "multiple_unsure": both(
        "「{title}」写着万或亿，而这一列没有写明单位，或者表头已经写了万、亿：{text}可能是 {list}。请只写数字。",
        "“{title}” says 万 or 亿 in a column that names no unit, or whose heading says 万 or 亿 already: {text} may be {list}."
        " Write the number alone.",
    ),
    "not_whole": both(
        "「{title}」应是整数：{text}。请核对。", "“{title}” should be a whole number: {text}. Check it."
    ),
    "too_precise": both(
        "「{title}」最多 {decimals} 位小数：{text}。请核对。",
        "“{title}” takes up to {decimals} decimals: {text}. Check it.",
    ),
    "out_of_bounds": both(
        "「{title}」超出范围（{lowest} 至 {highest}）：{text}。请核对。",
        "“{title}” is out of bounds ({lowest} to {highest}): {text}. Check it.",
    ),
    "not_a_choice": both(
        "「{title}」没有这个选项：{text}。请从中选择：{options}。",
        "“{title}” has no such choice: {text}. Choose one of: {options}.",
    ),
    "file_missing": both(
        "佐证压缩包里没有文件「{text}」。请把它放进压缩包，或改正文件名。",
        "The evidence zip has no file “{text}”. Put it into the zip, or correct its name.",
    ),
    "file_ambiguous": both(
        "佐证压缩包里有几个同名文件「{text}」。请改成不同的文件名。",
        "The evidence zip has several files called “{text}”. Give them different names.",
    ),
    "county_unknown": both(
        "找不到区县「{text}」。{choices}请写全称或六位代码。",
        "There is no county “{text}”. {choices}Write its full name or its code of six digits.",
    ),
    "county_ambiguous": both(
        "「{text}」不止一个：{list}。请写明是哪一个（省市加县名，或六位代码）。",
        "“{text}” may be any of: {list}. Say which, by its full name or its code of six digits.",
    ),
    "county_elsewhere": both(
        "「{text}」不在本单位所在的省。请核对区县，或由该省的单位上传。",
        "“{text}” is not in your unit's province. Check the county, or let a unit of that province upload it.",
    ),
    "place_unknown": both(
        "找不到地点「{text}」。{choices}请写区县以上的全称，或六位、九位、十二位代码。",
        "There is no place “{text}”. {choices}Write the full name of a county or above, or a code of six, nine or"
        " twelve digits.",
    ),
    "place_ambiguous": both(
        "「{text}」不止一个：{list}。请写明是哪一个（省市加县名，或代码）。",
        "“{text}” may be any of: {list}. Say which, by its full name or its code.",
    ),
    "place_elsewhere": both(
        "「{text}」不在本单位所在的省。请核对地点，或由该省的单位上传。",
        "“{text}” is not in your unit's province. Check the place, or let a unit of that province upload it.",
    ),
    "village_unknown": both(
        "找不到县或村「{text}」，或它不在本单位所在的省。{choices}请写“县＋乡镇＋村”，或村的十二位代码。",
        "There is no county or village “{text}” in your unit's province. {choices}Write county, town and village, or the"
        " village's code of twelve digits.",
    ),
    "village_ambiguous": both(
        "「{text}」不止一个：{list}。请写明乡镇，或用十二位代码。",
        "“{text}” may be any of: {list}. Name the town too, or use the code of twelve digits.",
    ),
    "duplicate": both(
        "「{title}」{text} 在第 {rows} 行重复出现。请只保留一行。",
        "“{title}” {text} appears in rows {rows}. Keep one of them.",
    ),
}
_LONGEST_QUOTE = 60
_CENTURY = 2000
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def days_meant(text: str) -> list[date]:
    """Return the days that three numbers can be, whatever their order; two digits of a year are of this century.

    >>> [str(day) for day in days_meant("03/04/2019")]
    ['2019-03-04', '2019-04-03']
    """
    numbers = [int(number) for number in re.findall(r"\d+", unicodedata.normalize("NFKC", text))[:3]]
    found = set()
    for positions in ((0, 1, 2), (2, 0, 1), (2, 1, 0)):
        year, month, day = (numbers[position] for position in positions)
        with suppress(ValueError):
            found.add(date(year + _CENTURY if year < _CENTURY else year, month, day))
    return sorted(found)


def sentence(column: Column, code: str, text: str, choices: Iterable[str] = (), **details: object) -> Words:
    """Return what the row is told about its cell."""
    nearest = listed(choices)
    near = both(f"是不是：{nearest.zh}？", f"Did you mean {nearest.en}? ") if nearest.zh else Words("", "")
    days = days_meant(text) if code == "day_ambiguous" else []
    code = "no_such_day" if code == "day_ambiguous" and not days else code
    text = _UNSEEN.sub("�", text)
    quoted = text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"
    return SENTENCES[code].filled(
        title=column.title,
        text=quoted,
        example=column.example,
        longest=column.longest,
        decimals=column.decimals,
        lowest="−∞" if column.lowest is None else column.lowest,
        highest="∞" if column.highest is None else column.highest,
        options=listed(option.title for option in column.options),
        choices=near,
        list=nearest,
        days=Words(" 或 ".join(map(str, days)), " or ".join(map(str, days))),
        **details,
    )
