"""Which of many titles the words around a cell mean: the officer accepts or chooses another. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bangfu.reporting.forms.engines.labels import Labels, plain, without_brackets

ENOUGH = 0.5
"""From how much likeness on a title is offered."""
_UNITS = ((100_000_000, ("亿元", "亿人", "亿")), (10_000, ("万元", "万人", "万户", "万个", "万")))
_LAST_YEAR = ("上年同期", "去年同期", "同期数")
_YEAR_BEFORE = ("上年末", "去年", "上年", "上一年")
_CUMULATIVE = ("累计", "本年累计", "年初至今")
_BRACKETED = re.compile(r"[(（]([^)）]*)[)）]|单位[:：]\s*(\S+)")


def likeness(one: str, other: str) -> float:
    """Return how alike two texts are, from 0 to 1: by the pairs of characters that they share.

    >>> likeness("投入帮扶资金", "投入帮扶资金"), likeness("投入帮扶资金", "新建无线基站")
    (1.0, 0.0)
    """
    first, second = plain(one), plain(other)
    if not first or not second:
        return 0.0
    if first == second:
        return 1.0
    pairs = [{text[at : at + 2] for at in range(max(len(text) - 1, 1))} for text in (first, second)]
    return 2 * len(pairs[0] & pairs[1]) / (len(pairs[0]) + len(pairs[1]))


def best(texts: Sequence[str], titles: Mapping[str, Sequence[str]], *, most: int = 3) -> list[str]:
    """Return the codes whose titles are most like one of some texts, the likest first.

    Args:
        titles: the names that each code goes by.
    """
    said = [without_brackets(text) or text for text in texts if text.strip()]
    scored = []
    for code, names in titles.items():
        score = max((likeness(text, name) for text in said for name in names), default=0.0)
        if score >= ENOUGH:
            scored.append((-score, code))
    return [code for _, code in sorted(scored)[:most]]


def scale_of(texts: Sequence[str]) -> int:
    """Return by how much numbers are divided where the words say a unit: 10,000 for 万元; 1 without any.

    >>> scale_of(["投入帮扶资金（万元）"]), scale_of(["基站（个）"])
    (10000, 1)
    """
    for text in texts:
        for found in _BRACKETED.finditer(text):
            said = (found[1] or found[2] or "").strip()
            for factor, words in _UNITS:
                if said.startswith(words):
                    return factor
    return 1


def period_of(labels: Labels) -> str:
    """Return the rule of a period that the words mean: ``this``, ``last_year``, ``year_before``, ``cumulative``."""
    said = "".join(labels.row + labels.column)
    for rule, words in (
        ("last_year", _LAST_YEAR), ("cumulative", _CUMULATIVE), ("year_before", _YEAR_BEFORE),
    ):  # fmt: skip
        if any(word in said for word in words):
            return rule
    return "this"


def named(text: str, names: Mapping[str, Sequence[str]]) -> str:
    """Return the code that a label names, exactly or shortened on either side; empty when none or several do."""
    said = plain(without_brackets(text) or text)
    if not said:
        return ""
    exact = [code for code, all_ in names.items() if said in [plain(one) for one in all_]]
    if len(exact) == 1:
        return exact[0]
    within = [
        code
        for code, all_ in names.items()
        if any(len(said) > 1 and plain(one).startswith(said) for one in all_)
    ]
    return within[0] if len(within) == 1 and not exact else ""
