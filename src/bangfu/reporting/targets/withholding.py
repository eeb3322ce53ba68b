"""What of completions a reader does not see: a share tells its whole, and says nothing to whoever may not see that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import both
from bangfu.reporting.access import may_see_terms
from bangfu.reporting.figures import NOTHING, Figure
from bangfu.reporting.targets.engines.pace import Forecast, Light, Method

if TYPE_CHECKING:
    from bangfu.reporting.targets.completion import Progress

WITHHELD = both("无权查看分母，不显示", "withheld: its denominator is not for you")


def is_withheld(account: Account, figure: Figure, today: date) -> bool:
    """Return whether a figure's terms lie in a wider scope that an account may not see."""
    return not may_see_terms(account, figure.indicator, figure.selection, today)


def without_value(figure: Figure) -> Figure:
    """Return a figure that says nothing of what was counted."""
    return replace(figure, sum=NOTHING, terms=(), unsealed=0)


def as_seen(account: Account, found: Iterable[Progress], today: date) -> list[Progress]:
    """Return completions as an account may see them: without value, forecast and light where a term is not for it."""
    return [
        replace(
            one,
            figure=without_value(one.figure),
            ahead=Forecast(None, Method.PRESENT),
            light=Light.GREY,
            base=one.base * 0,
            past=(),
            is_withheld=True,
        )
        if is_withheld(account, one.figure, today)
        else one
        for one in found
    ]
