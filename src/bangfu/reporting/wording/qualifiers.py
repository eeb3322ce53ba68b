"""Words around a number that claim something about it, and whether the claim is true (docs: DOMAIN on numbers)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

ABOUT_AT_MOST = Decimal("0.05")
"""约 and 左右 reach five parts in a hundred of the number that is printed."""


@dataclass(frozen=True)
class Printed:
    """A number as it is printed, beside the exact one."""

    exact: Decimal
    rounded: Decimal
    step: Decimal
    previous: Decimal | None
    """The exact value of the period before; null when there is none."""


class Claim(Enum):
    """What a word says of the exact value against the printed one."""

    ABOVE = "above"
    BELOW = "below"
    ABOUT = "about"
    AT_LEAST = "at least"
    AT_MOST = "at most"
    A_LITTLE_ABOVE = "a little above"
    RISEN_TO = "risen to"
    FALLEN_TO = "fallen to"
    CHANGED_BY = "changed by"

    @property
    def is_about_size(self) -> bool:
        """Whether it qualifies the number itself, of which there may be only one."""
        return self not in {Claim.RISEN_TO, Claim.FALLEN_TO, Claim.CHANGED_BY}

    def is_true(self, printed: Printed) -> bool:
        """Return whether the claim holds."""
        return _TRUTHS[self](printed)


_TRUTHS: dict[Claim, Callable[[Printed], bool]] = {
    Claim.ABOVE: lambda said: said.exact > said.rounded,
    Claim.BELOW: lambda said: said.exact < said.rounded,
    Claim.ABOUT: lambda said: abs(said.exact - said.rounded) <= ABOUT_AT_MOST * abs(said.rounded),
    Claim.AT_LEAST: lambda said: said.exact >= said.rounded,
    Claim.AT_MOST: lambda said: said.exact <= said.rounded,
    Claim.A_LITTLE_ABOVE: lambda said: said.rounded < said.exact < said.rounded + said.step,
    Claim.RISEN_TO: lambda said: said.previous is not None and said.previous < said.exact,
    Claim.FALLEN_TO: lambda said: said.previous is not None and said.previous > said.exact,
    # A sum is never the size of a change: no indicator says by how much something grew.
    Claim.CHANGED_BY: lambda said: False,
}

REASONS: dict[Claim, tuple[str, str]] = {
    Claim.ABOVE: (
        "「{word}」要求实际数大于 {shown}，实际是 {exact}",
        "“{word}” needs more than {shown}; it is {exact}",
    ),
    Claim.BELOW: (
        "「{word}」要求实际数小于 {shown}，实际是 {exact}",
        "“{word}” needs less than {shown}; it is {exact}",
    ),
    Claim.ABOUT: (
        "「{word}」要求实际数与 {shown} 相差不超过百分之五，实际是 {exact}",
        "“{word}” needs to be within five per cent of {shown}; it is {exact}",
    ),
    Claim.AT_LEAST: (
        "「{word}」要求实际数不小于 {shown}，实际是 {exact}",
        "“{word}” needs {shown} or more; it is {exact}",
    ),
    Claim.AT_MOST: (
        "「{word}」要求实际数不大于 {shown}，实际是 {exact}",
        "“{word}” needs {shown} or less; it is {exact}",
    ),
    Claim.A_LITTLE_ABOVE: (
        "「{word}」要求实际数略大于 {shown}，且不到下一个显示值，实际是 {exact}",
        "“{word}” needs a little more than {shown}, below the next printed step; it is {exact}",
    ),
    Claim.RISEN_TO: (
        "「{word}」要求上一期小于 {exact}，上一期是 {previous}",
        "“{word}” needs the period before to be below {exact}; it was {previous}",
    ),
    Claim.FALLEN_TO: (
        "「{word}」要求上一期大于 {exact}，上一期是 {previous}",
        "“{word}” needs the period before to be above {exact}; it was {previous}",
    ),
    Claim.CHANGED_BY: (
        "「{word}」后面应是变化的幅度，{shown} 是总数；请用「增长到」或「新增」",
        "“{word}” must be followed by the size of a change; {shown} is a total: write “to”",
    ),
}

_BEFORE_ZH = (
    (Claim.AT_MOST, "不超过|未超过|没有超过|至多|最多|不多于|不高于"),
    (Claim.AT_LEAST, "不少于|不低于|至少|最少"),
    (Claim.ABOVE, "超过|超出|突破|多于|高于|大于|逾|超"),
    (Claim.BELOW, "将近|接近|(?<![最附靠临就])近|不足|不到|不满|少于|低于|小于"),
    (Claim.ABOUT, "大约|约为|约有|约|大概|大致"),
    (Claim.RISEN_TO, "(?:增长|增加|提高|提升|上升|扩大)[到至]|[增升]至"),
    (Claim.FALLEN_TO, "(?:下降|减少|降低|压降|缩小)[到至]|[降减]至"),
    (Claim.CHANGED_BY, "(?:增长|增加|提高|提升|上升|扩大|下降|减少|降低|压降|缩小)了?"),
)
_AFTER_ZH = (
    (Claim.AT_LEAST, "以上"),
    (Claim.AT_MOST, "以下|以内|之内"),
    (Claim.ABOUT, "左右|上下"),
)
_BEFORE_EN = (
    (Claim.AT_MOST, "no more than|not more than|at most|up to"),
    (Claim.AT_LEAST, "no fewer than|no less than|not less than|at least"),
    (Claim.ABOVE, "more than|greater than|well over|over|above|exceed(?:s|ed|ing)?|surpass(?:es|ed|ing)?"),
    (Claim.BELOW, "nearly|almost|close to|just under|fewer than|less than|under|below|short of"),
    (Claim.ABOUT, "about|around|approximately|roughly|some|circa"),
    (
        Claim.RISEN_TO,
        "(?:risen|rose|grown|grew|increased|climbed|rising|growing|increasing) to",
    ),
    (Claim.FALLEN_TO, "(?:fallen|fell|decreased|dropped|declined|falling|decreasing) to"),
    (
        Claim.CHANGED_BY,
        "(?:risen|rose|grown|grew|increased|climbed|rising|growing|fallen|fell|decreased|dropped|declined) by",
    ),
)
_AFTER_EN = (
    (Claim.AT_LEAST, "or more|and more|or above"),
    (Claim.AT_MOST, "or fewer|or less|or below"),
    (Claim.ABOUT, "or so|or thereabouts"),
)


def _compiled(rules: tuple[tuple[Claim, str], ...], form: str) -> tuple[tuple[Claim, re.Pattern[str]], ...]:
    return tuple((claim, re.compile(form.format(words), re.IGNORECASE)) for claim, words in rules)


_BEFORE = {
    "zh": _compiled(_BEFORE_ZH, r"({})\s*$"),
    "en": _compiled(_BEFORE_EN, r"(?:^|(?<=\W))({})(?:\s+(?:a|an|the))?\s*$"),
}
_AFTER = {"zh": _compiled(_AFTER_ZH, r"^\s*({})"), "en": _compiled(_AFTER_EN, r"^\s*({})\b")}


def claims_before(text: str, language: str) -> list[tuple[Claim, str]]:
    """Return what the words right before a number claim, the nearest first.

    >>> claims_before("全年新建超过", "zh")
    [(<Claim.ABOVE: 'above'>, '超过')]
    """
    found: list[tuple[Claim, str]] = []
    while True:
        match = next(
            ((claim, hit) for claim, words in _BEFORE[language] if (hit := words.search(text))), None
        )
        if match is None:
            return found
        claim, hit = match
        found.append((claim, hit[1]))
        text = text[: hit.start(1)]


def claims_after(text: str, language: str) -> list[tuple[Claim, str]]:
    """Return what the words right after a number and its unit claim."""
    return [(claim, hit[1]) for claim, words in _AFTER[language] if (hit := words.search(text))]
