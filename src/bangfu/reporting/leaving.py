"""What a figure leaves out and why, counted: so that a reader sees the edge of the set and not only the set."""

from __future__ import annotations

from dataclasses import dataclass

from bangfu.foundation.rooms import Words, both
from bangfu.reporting.definitions import Role
from bangfu.reporting.facts import outside_period
from bangfu.reporting.figures import Figure


@dataclass(frozen=True)
class LeftOut:
    """One reason for which something does not count, and how much it holds back."""

    count: int
    why: Words
    of: Words | None = None
    """The term from which it is left out; null for a figure of one term."""


def left_out_of(figure: Figure) -> list[LeftOut]:
    """Return what a figure leaves out of the facts of its place, area, unit and line; those that hold nothing back are absent."""
    if figure.terms:
        found = []
        for one in figure.terms:
            called = figure.indicator.called(Role(one.selection.term))
            found += [LeftOut(part.count, part.why, called) for part in left_out_of(one)]
        return found
    before, after = outside_period(figure.indicator.term, figure.selection)
    total = figure.sum
    reasons = (
        (total.reversed, both("条事实已被冲正，与冲正它的一条相抵", "facts were reversed; each cancels with its reversal")),
        (total.nameless, both("条事实没有写明对象，不能去重，不计", "facts name no party and cannot be counted as one")),
        (
            total.cancelled,
            both("个对象的数量合计不大于零，不计", "parties whose quantities sum to nothing do not count"),
        ),
        (before, both("条事实发生在期间之前", "facts happened before the period")),
        (after, both("条事实发生在期间之后", "facts happened after the period")),
    )  # fmt: skip
    return [LeftOut(count, why) for count, why in reasons if count]
