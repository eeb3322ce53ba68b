"""The list of completions: what narrows and sorts it, and what a file of it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.http import HttpRequest
from django.utils.http import urlencode

from bangfu.foundation.organisation.models import KIND_WORDS, Unit
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell
from bangfu.reporting.selection import read_block
from bangfu.reporting.targets.completion import Progress, percent
from bangfu.reporting.targets.engines.pace import Light
from bangfu.reporting.targets.lights import LIGHT_WORDS
from bangfu.reporting.targets.rules import title_of

SORTS = ("unit", "indicator", "share", "forecast", "light")
_NONE = Decimal(-1)
_WEIGHT = {Light.RED: 0, Light.AMBER: 1, Light.GREY: 2, Light.GREEN: 3}


@dataclass(frozen=True)
class Asked:
    """What a list of completions is narrowed to, and how it is sorted."""

    on: date
    indicator: str = ""
    level: str = ""
    light: str = ""
    line: str = ""
    text: str = ""
    sort: str = "unit"
    descending: bool = False
    as_of: int | None = None
    """As the ledger stood at this block; null is now."""
    quarter: int | None = None
    """By the end of which quarter targets are looked at; null is the year."""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the day and the order was asked."""
        return bool(self.indicator or self.level or self.light or self.line or self.text)

    @property
    def words(self) -> str:
        """The narrowing as a file says it."""
        said = [
            str(title_of(self.indicator)) if self.indicator else "",
            str(KIND_WORDS[self.level]) if self.level else "",
            str(LIGHT_WORDS[self.light]) if self.light else "",
            self.line,
            self.text,
        ]
        return " · ".join(one for one in said if one)

    def query(self, **changed: str) -> str:
        """Return it as a query string, some of it changed."""
        said = {
            "on": self.on.isoformat(), "indicator": self.indicator, "level": self.level, "light": self.light,
            "as_of": "" if self.as_of is None else str(self.as_of), "quarter": str(self.quarter or ""), "line": self.line,
            "q": self.text,
            "sort": f"{'-' * self.descending}{self.sort}", **changed,
        }  # fmt: skip
        return urlencode({name: value for name, value in said.items() if value})

    @property
    def when(self) -> str:
        """Return its day, block and quarter as a query string, for pages that narrow otherwise."""
        block = "" if self.as_of is None else str(self.as_of)
        said = {"on": self.on.isoformat(), "as_of": block, "quarter": str(self.quarter or "")}
        return urlencode({name: value for name, value in said.items() if value})

    def other_way(self, sort: str) -> str:
        """Return the query of a heading: that order, or turned round if it is the present one."""
        turned = replace(self, sort=sort, descending=self.sort == sort and not self.descending)
        return turned.query()


def _day_asked(request: HttpRequest, today: date) -> date:
    """Return the day up to which is counted: the one asked for, never a later one than today."""
    try:
        return min(date.fromisoformat(request.GET.get("on", "")), today)
    except ValueError:
        return today


def asked_in(request: HttpRequest, today: date) -> Asked:
    """Return what the query string asks; what cannot be read is left out, but for a block that is not there.

    Raises: UnableToOpen: ``unknown_block``.
    """
    said = {
        name: request.GET.get(name, "").strip()
        for name in ("indicator", "level", "light", "line", "q", "sort", "as_of", "quarter")
    }
    sort = said["sort"].lstrip("-")
    return Asked(
        on=_day_asked(request, today),
        indicator=said["indicator"],
        level=said["level"] if said["level"] in Unit.Kind.values else "",
        light=said["light"] if said["light"] in list(Light) else "",
        line=said["line"],
        text=said["q"],
        sort=sort if sort in SORTS else "unit",
        descending=said["sort"].startswith("-") and sort in SORTS,
        as_of=read_block(said["as_of"]) if said["as_of"] else None,
        quarter=int(said["quarter"]) if said["quarter"] in ("1", "2", "3", "4") else None,
    )


def narrowed(found: Sequence[Progress], asked: Asked) -> list[Progress]:
    """Return the completions that pass, in the order asked for."""
    words = asked.text.casefold().split()
    passing = [
        one
        for one in found
        if (not asked.indicator or one.target.indicator == asked.indicator)
        and (not asked.level or one.unit.kind == asked.level)
        and (not asked.light or one.light == asked.light)
        and (not asked.line or (one.target.line is not None and one.target.line.code == asked.line))
        and all(word in _spoken(one) for word in words)
    ]
    passing.sort(key=lambda one: (one.unit.path, one.target.indicator))
    if asked.sort == "indicator":
        passing.sort(key=lambda one: one.target.indicator, reverse=asked.descending)
    elif asked.sort == "share":
        passing.sort(key=lambda one: _NONE if one.share is None else one.share, reverse=asked.descending)
    elif asked.sort == "forecast":
        passing.sort(
            key=lambda one: _NONE if one.forecast_share is None else one.forecast_share,
            reverse=asked.descending,
        )
    elif asked.sort == "light":
        passing.sort(key=lambda one: _WEIGHT[one.light], reverse=asked.descending)
    elif asked.descending:
        passing.reverse()
    return passing


def _spoken(one: Progress) -> str:
    unit, title = one.unit, one.indicator.title
    return (
        f"{unit.name_zh} {unit.name_en} {unit.code} {title.zh} {title.en} {one.target.indicator}".casefold()
    )


HEADINGS: tuple[Words, ...] = (
    both("单位编码", "Unit's code"),
    both("单位", "Unit"),
    both("级别", "Level"),
    both("指标", "Indicator"),
    both("指标代码", "Indicator's code"),
    both("限于地区", "Only in"),
    both("计量单位", "Unit of measure"),
    both("方向", "Direction"),
    both("目标值", "Target"),
    both("期限", "Deadline"),
    both("完成值", "So far"),
    both("完成率", "Share of the target"),
    both("时间进度", "Time passed"),
    both("预计", "Forecast"),
    both("预计完成率", "Forecast share"),
    both("预测方法", "How it was forecast"),
    both("灯", "Light"),
    both("打开", "Opens at"),
)


def cells(found: Sequence[Progress], origin: str) -> Iterator[list[Cell]]:
    """Return the cells of completions: quantities are numbers, what is not known is empty.

    Args:
        origin: where this house answers, without a slash at the end.
    """
    labels = place_labels({one.target.place_id for one in found if one.target.place_id})
    for one in found:
        yield [
            one.unit.code,
            one.unit.name,
            one.unit.kind_words,
            str(one.indicator.title),
            one.indicator.code,
            labels[one.target.place_id] if one.target.place_id else "",
            str(one.indicator.unit),
            str(one.target.direction_words),
            one.quantity,
            one.span.due_on.isoformat(),
            "" if one.figure.value is None else one.figure.value,
            percent(one.share),
            percent(one.time_share),
            "" if one.ahead.value is None else one.ahead.value,
            percent(one.forecast_share),
            str(one.method_words),
            str(one.light_words),
            origin + one.figure.address,
        ]
