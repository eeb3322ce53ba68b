"""A declaration as a whole: TOML, a table, and the indicator that it declares. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from bangfu.foundation.ledger.measures import Measure
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.codes import HIGHEST_NUMBER
from bangfu.reporting.declarations.fields import Fields, WrongIndicator
from bangfu.reporting.declarations.terms import Refers, Source, no_other, require_one_unit, terms_of
from bangfu.reporting.definitions import QUOTIENTS, Indicator, IndicatorKind
from bangfu.reporting.display import Display, Rounding, Scale

KINDS = tuple(one for one in IndicatorKind if one is not IndicatorKind.REGISTERED)
SHOWN_WHOLE = Display()
DECLARED = (Rounding.HALF_UP, Rounding.DOWN)
"""What an indicator may declare: none of them claims more than there is by a whole step."""
CODE = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")


def _display(read: Fields, kind: IndicatorKind, factor: int) -> Display:
    shown = read.inner("display")
    scale = shown.choose("scale", Scale, Scale)
    decimals, rounding = shown.take("decimals", int), shown.choose("rounding", Rounding, DECLARED)
    if rounding not in DECLARED:
        raise shown.wrong(
            "rounding",
            "向上进位只用于文中前面写着「近」的数字",
            "up is for a number in a text, before which 近 stands",
        )
    shown.finish()
    if scale is Scale.YEAR:
        raise shown.wrong(
            "scale",
            "「年」只用于文中把月数说成年数",
            "年 is for a number of months in a text, which says them in years",
        )
    if not -8 <= decimals <= 8:
        raise shown.wrong("decimals", "必须在 -8 到 8 之间", "must lie between -8 and 8")
    if scale is Scale.PERCENT and (kind not in QUOTIENTS or factor not in {1, 100}):
        raise shown.wrong(
            "scale",
            "% 只用于系数为 1 或 100 的比率",
            "% is for ratios with the factor 1 or 100",
        )
    return Display(scale, decimals, rounding, is_in_hundreds=factor == 100)


def _unit_one(read: Fields) -> str:
    """Return the English unit of a single one and leave the unit's words behind; empty when none is declared."""
    unit = read.table.get("unit")
    if not isinstance(unit, dict) or "one" not in unit:
        return ""
    found = Fields(read.file, dict(unit), "unit.").take("one", str)
    read.table["unit"] = {name: word for name, word in unit.items() if name != "one"}
    return found


def _also_called(read: Fields) -> dict[str, tuple[str, ...]]:
    """Return what texts call it besides its title, by language."""
    if "also_called" not in read.table:
        return {}
    inner = read.inner("also_called")
    found = {}
    for language in ("zh", "en"):
        names = inner.take(language, list)
        if not all(isinstance(name, str) and name.strip() for name in names):
            raise inner.wrong(language, "必须是名称的列表", "must be a list of names")
        found[language] = tuple(name.strip() for name in names)
    inner.finish()
    return found


def read_toml(text: str, file: str) -> dict[str, Any]:
    """Return the table that a text is.

    Raises: WrongIndicator: it is no TOML; the sentence names line and column.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+), column (\d+)", str(error))
        line = int(at[1]) if at else None
        where = f"，请看第 {at[1]} 行第 {at[2]} 列" if at else "，没有写完"
        said = both(f"不是合规的 TOML{where}", f"not TOML: {error}")
        raise WrongIndicator(file, "", said, line) from error


def read_table(
    table: Mapping[str, Any], file: str, measures: Mapping[str, Measure], refers: Refers = no_other
) -> Indicator:
    """Return the indicator that a table declares.

    Args:
        file: what the declaration is called in refusals.
        refers: gives the indicators that it may take over.

    Raises: WrongIndicator: names the field that is wrong, missing or unknown.
    """
    read = Fields(file, dict(table))
    code = read.take("code", str)
    if not CODE.fullmatch(code):
        raise read.wrong(
            "code",
            f"必须是「房间.名称」，只用小写字母、数字和下划线，不能是 {code!r}",
            f"must be room.noun of small letters, digits and underscores, not {code!r}",
        )
    number, version = read.take("number", int), read.take("version", int)
    if not 1 <= number <= HIGHEST_NUMBER:
        raise read.wrong(
            "number", f"必须在 1 到 {HIGHEST_NUMBER} 之间", f"must lie between 1 and {HIGHEST_NUMBER}"
        )
    if version < 1:
        raise read.wrong("version", "从 1 开始", "starts at 1")
    valid_from = read.take("valid_from", date)
    kind = read.choose("kind", IndicatorKind, KINDS)
    if kind not in KINDS:
        raise read.not_among("kind", kind.value, KINDS)
    term, against, factor = terms_of(read, kind, Source(measures, refers, valid_from))
    is_target = kind is IndicatorKind.TARGET
    display = SHOWN_WHOLE if is_target and "display" not in read.table else _display(read, kind, factor)
    if kind is IndicatorKind.RATIO and against is not None and display.scale is Scale.PERCENT:
        require_one_unit(read, "denominator", term, against)
    needs_no_unit = is_target or display.scale is Scale.PERCENT
    indicator = Indicator(
        code=code,
        number=number,
        version=version,
        valid_from=valid_from,
        kind=kind,
        term=term,
        against=against,
        factor=factor,
        title=read.words("title"),
        unit_one=_unit_one(read),
        unit=Words("", "") if needs_no_unit and "unit" not in read.table else read.words("unit"),
        display=display,
        scope_note=read.words("scope_note"),
        also_called=_also_called(read),
        file=file,
    )
    read.finish()
    return indicator


def read_indicator(path: Path, measures: Mapping[str, Measure], refers: Refers = no_other) -> Indicator:
    """Return the indicator that a file declares.

    Raises: WrongIndicator: names the file and the field that is wrong, missing or unknown.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise WrongIndicator(path.name, "", both(f"不是 UTF-8 编码：{error}", str(error))) from error
    return read_table(read_toml(text, path.name), path.name, measures, refers)
