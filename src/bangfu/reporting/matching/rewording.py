"""What to write in place of a number: the value in the text's own scale and decimals, with a word that is true."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from bangfu.reporting.display import Display, Rounding, Scale, rounded, shown
from bangfu.reporting.matching.fitting import (
    SHARE,
    THINGS,
    class_of,
    display_like,
    is_said_right,
    meant_class,
)
from bangfu.reporting.matching.likeness import Meaning
from bangfu.reporting.matching.numbers import Number
from bangfu.reporting.wording.qualifiers import Claim

_ABOVE = frozenset({Claim.ABOVE, Claim.A_LITTLE_ABOVE})
_DOWN = _ABOVE | {Claim.AT_LEAST}
_UP = frozenset({Claim.BELOW, Claim.AT_MOST})


@dataclass(frozen=True)
class Insert:
    """New words and the stretch of the text that they replace."""

    start: int
    end: int
    text: str


def insert_for(text: str, number: Number, meaning: Meaning, value: Decimal) -> Insert:
    """Return the wording of a value that fits where the number stands, with the number's own word where it stays true."""
    sizes = [(claim, word) for claim, word in number.claims if claim.is_about_size]
    display = display_like(number, meaning, value)
    kept: tuple[Claim, str] | None = None
    if len(sizes) == 1:
        claim = sizes[0][0]
        towards = Rounding.DOWN if claim in _DOWN else Rounding.UP if claim in _UP else Rounding.HALF_UP
        coarse = replace(_coarse(number, display) if claim is not Claim.ABOUT else display, rounding=towards)
        said = rounded(value, coarse)
        is_true = (claim not in _ABOVE or value > said) and (
            claim is not Claim.BELOW or said - coarse.step / 2 < value < said
        )
        if (
            is_true
            and said
            and not (claim in _ABOVE | {Claim.BELOW} and is_said_right(number, meaning, value))
        ):
            kept, display = sizes[0], coarse
    start, end = _stretch(text, number, sizes, kept)
    if number.language == "zh":
        return Insert(start, end, _in_chinese(number, meaning, value, display, kept))
    written = _in_english(number, meaning, value, display)
    if _names_another_unit(number, meaning):
        noun = number.unit.split(" ")[0]
        return Insert(start, max(end, number.unit_start + len(noun)), f"{written} {meaning.unit_en}")
    return Insert(start, end, written)


def _coarse(number: Number, display: Display) -> Display:
    """Return the display that keeps only the digits up to the number's last that is not zero."""
    if display.scale in {Scale.PERCENT, Scale.YEAR}:
        return display
    exponent = number.coarse_step.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return replace(display, decimals=max(display.power - exponent, -8))


def _names_another_unit(number: Number, meaning: Meaning) -> bool:
    """Whether an English number stands before the unit of another kind of thing."""
    said = class_of(number.unit, "en")
    return said not in {"", SHARE, THINGS} and said != meant_class(meaning)


def _stretch(
    text: str, number: Number, sizes: list[tuple[Claim, str]], kept: tuple[Claim, str] | None
) -> tuple[int, int]:
    """Return from where to where the text is replaced: words that are not kept go with the number."""
    start, end = number.start, number.end
    for claim, word in sizes:
        if (claim, word) == kept or word == number.inner:
            continue
        before = text[:start].rstrip()
        if before.lower().endswith(word.lower()):
            start = len(before) - len(word)
        elif text[end:].lstrip().lower().startswith(word.lower()):
            end = text.index(text[end:].lstrip()[: len(word)], end) + len(word)
    return start, end


def _in_english(number: Number, meaning: Meaning, value: Decimal, display: Display) -> str:
    said = shown(value, display, "", "en", unit_decimals=0 if number.power else number.decimals)
    tail = "" if display.scale is Scale.YEAR else said.tail
    return f"{said.number}{said.space if tail else ''}{tail}"


def _in_chinese(
    number: Number, meaning: Meaning, value: Decimal, display: Display, kept: tuple[Claim, str] | None
) -> str:
    keeps_unit = number.unit == "个" or class_of(number.unit, "zh") == meant_class(meaning)
    unit = "" if number.unit in {"", "%"} else number.unit if keeps_unit else meaning.unit_zh
    said = shown(value, display, unit, "zh", unit_decimals=_digits_of(value))
    inner = number.inner if kept is not None and kept[1] == number.inner else ""
    return f"{said.number}{replace(said, inner=inner).tail}"


def _digits_of(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0
