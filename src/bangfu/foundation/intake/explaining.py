"""A layout in words: the same explanation on the template's second sheet and on the page."""

from __future__ import annotations

from dataclasses import dataclass

from bangfu.foundation.intake.layouts import Column, ColumnKind, Layout, listed
from bangfu.foundation.rooms import Words, both

_HOW: dict[ColumnKind, Words] = {
    ColumnKind.TEXT: both("文字，最多 {longest} 个字", "Text, up to {longest} characters"),
    ColumnKind.CODE: both("编码；全角、空格、大小写不影响", "A code; width, spaces and case do not matter"),
    ColumnKind.COUNTY: both("区县全称、简称或六位代码", "A county's name or its code of six digits"),
    ColumnKind.PLACE: both(
        "省、市、区县的全称、简称或代码；乡镇、村填九位或十二位代码",
        "A province, prefecture or county by name or code; a town or village by its code of nine or twelve digits",
    ),
    ColumnKind.COUNTY_OR_VILLAGE: both(
        "区县全称、简称或六位代码；村写十二位代码，或“县＋乡镇＋村”的名称",
        "A county by name or code of six digits; a village by its code of twelve, or by county, town and village",
    ),
    ColumnKind.DATE: both(
        "日期，写到日：2019-03-05、2019/3/5 或 2019年3月5日", "A whole date: 2019-03-05 or 2019/3/5"
    ),
    ColumnKind.INTEGER: both("整数，不带单位", "A whole number without its unit"),
    ColumnKind.DECIMAL: both(
        "数字，最多 {decimals} 位小数，不带单位", "A number with up to {decimals} decimals, without its unit"
    ),
    ColumnKind.CHOICE: both("从中选择：{options}", "One of: {options}"),
    ColumnKind.EVIDENCE: both("佐证压缩包中的文件名", "A file's name in the evidence zip"),
}
_GOOD_ROWS_ONLY = both(
    "预览时可以要求只导入能导入的行；其余的行连同原因退回，改好后重新上传。",
    "At the preview you may ask for the good rows only; the others come back with their reasons, to be mended.",
)
_WHOLE_MONTH = both("只写到年月的，记为该月最后一天", "a month alone (2019年3月) is its last day")
_NOT_LATER = both("不得晚于上传当日", "not after the day of the upload")


@dataclass(frozen=True)
class ColumnExplanation:
    """One column, as the template and the page explain it."""

    name: str
    title: Words
    required: bool
    how: Words
    """The form it is written in."""
    note: Words | None
    example: str


def explained_columns(layout: Layout) -> list[ColumnExplanation]:
    """Return the explanation of every column."""
    return [
        ColumnExplanation(
            column.name, column.title, column.required, _how(column), column.note, column.example
        )
        for column in layout.columns
    ]


def _how(column: Column) -> Words:
    how = _HOW[column.kind].filled(
        longest=column.longest,
        decimals=column.decimals,
        options=listed(option.title for option in column.options),
    )
    if column.whole_month:
        how = Words(f"{how.zh}；{_WHOLE_MONTH.zh}", f"{how.en}; {_WHOLE_MONTH.en}")
    if column.past:
        return Words(f"{how.zh}；{_NOT_LATER.zh}", f"{how.en}; {_NOT_LATER.en}")
    return how


_NO_OTHERS = both(
    "列的顺序可以改变，列名不要改；不要加别的列。示例行、合计行和空行不读取。",
    "Columns may stand in any order, but keep their names and add no others. The example row, totals and empty rows are not"
    " read.",
)
_OTHERS_ARE_LEFT = both(
    "列的顺序可以改变；这里没有的列不读取，不用删。示例行、合计行和空行不读取。",
    "Columns may stand in any order; those that are not named here are not read and may stay. The example row, totals and empty"
    " rows are not read.",
)


def rules(layout: Layout) -> list[Words]:
    """Return the rules that hold for the whole sheet."""
    found = [
        both(
            "要么全部导入，要么全不导入：有一行不对，整份都不导入，并逐行说明原因。",
            "All rows or none: if one row is wrong nothing is imported, and each wrong row is told why.",
        ),
        *([] if layout.whole else [_GOOD_ROWS_ONLY]),
        _OTHERS_ARE_LEFT if layout.is_export else _NO_OTHERS,
        both(
            "同一份文件不会导入两次；公式按其数值读取。",
            "The same file is not imported twice; formulas are read by their values.",
        ),
    ]
    if layout.key is not None:
        title = layout.column(layout.key).title
        found.append(both(f"每行的「{title.zh}」不能重复。", f"No two rows may have the same “{title.en}”."))
    if layout.takes_evidence:
        found.append(
            both(
                "佐证文件放进一个 .zip，与表格一起上传；文件名不分大小写，可以放在文件夹里，但不要重名。"
                "带国家秘密标志的文件不得上传。",
                "Put the evidence into one .zip and upload it with the sheet; case and folders do not matter, but names "
                "must differ. Files with a state-secrecy mark must not be uploaded.",
            )
        )
    return found
