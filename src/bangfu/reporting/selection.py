"""What a figure is asked about: period, place, area, unit, line and block; and how that is written in addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from django.utils import timezone

from bangfu.foundation.ledger.queries import block_on, latest_block
from bangfu.foundation.ledger.reference import (
    line_name_as_of,
    members_as_of,
    place_names_as_of,
    subtree_as_of,
    unit_names_as_of,
)
from bangfu.foundation.operations import Refusal
from bangfu.foundation.organisation.models import Line, Unit
from bangfu.foundation.organisation.queries import unit_names, unit_subtree, unit_with_code
from bangfu.foundation.places.codes import (
    COUNTY,
    SIZE_OF_LEVEL,
    code_text,
    id_from_code,
    level_of,
    subtree_range,
)
from bangfu.foundation.places.models import Area, Place
from bangfu.foundation.places.queries import area as area_with_code
from bangfu.foundation.places.queries import members_of, named_in_labels, place_for_code, place_labels
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.periods import Period, read_period


class UnableToOpen(Refusal):
    """Codes: ``unknown_indicator``, ``unknown_period``, ``unknown_place``, ``unknown_area``, ``unknown_unit``,
    ``unknown_line``, ``unknown_block``, ``unknown_code``, ``unknown_fact``, ``unknown_term``,
    ``unknown_party``."""

    sentences = {
        "unknown_indicator": both(
            "没有「{text}」这个指标。请从「数字」页选择。",
            "There is no indicator {text}. Choose one on the Figures page.",
        ),
        "unknown_period": both(
            "「{text}」不是期间。请写 2019、2019-Q3、2019-03、2019-03-05 或 2019-01-01/2019-06-30。",
            "{text} is not a period. Write 2019, 2019-Q3, 2019-03, 2019-03-05 or 2019-01-01/2019-06-30.",
        ),
        "unknown_place": both(
            "没有代码为「{text}」的地区。请写 6、9 或 12 位行政区划代码。",
            "There is no place with the code {text}. Write the 6, 9 or 12 digits of its code.",
        ),
        "unknown_area": both(
            "没有代码为「{text}」的片区或名单。请在「行政区划 › 片区与名单」中查代码，例如 poor-832。",
            "There is no area with the code {text}. Look it up under Places › Areas and lists, for example poor-832.",
        ),
        "unknown_unit": both(
            "没有代码为「{text}」的单位。请在「工作 › 组织」中查代码。",
            "There is no unit with the code {text}. Look it up under Work › Organisation.",
        ),
        "unknown_line": both(
            "没有代码为「{text}」的专业线。请核对代码，或去掉这个条件。",
            "There is no line with the code {text}. Check the code, or leave the line out.",
        ),
        "unknown_block": both(
            "「{text}」不是已有的区块号或日期。账册现有 {latest} 个区块；日期请写 2020-07-31。",
            "{text} is neither a block of the ledger nor a date. The newest block is {latest}; write dates as 2020-07-31.",
        ),
        "unknown_code": both(
            "「{text}」不是数字的短码。请核对印出的短码。",
            "{text} is not the code of a figure. Check it against the print.",
        ),
        "unknown_party": both(
            "「{text}」不是对象的编号。请从明细里打开。",
            "{text} is not the id of a party. Open it from the facts.",
        ),
        "unknown_term": both(
            "这个指标没有「{text}」这一项。请从它的「怎么算」打开分子、分母或目标值。",
            "This indicator has no {text}. Open its numerator, denominator or target from “How”.",
        ),
        "unknown_fact": both("没有编号为 {text} 的事实。", "There is no fact with the number {text}."),
    }


@dataclass(frozen=True)
class Selection:
    """The question a figure answers; null is all of it, and for ``as_of`` now, with what is not sealed yet."""

    period: Period
    place: int | None = None
    area: Area | None = None
    """Places that a list names together; with a place, those of them in it."""
    unit: Unit | None = None
    line: Line | None = None
    as_of: int | None = None
    """Facts up to this block; 0 is before the first."""
    term: str = ""
    """Which term of a ratio or target is asked for; empty is the figure itself."""

    def having(self, **changes: Any) -> Selection:
        """Return the same question with some parts changed."""
        return replace(self, **changes)

    @property
    def place_range(self) -> tuple[int, int] | None:
        """The half-open range of the place and everything in it; null without a place."""
        return subtree_range(self.place) if self.place is not None else None

    @cached_property
    def area_members(self) -> dict[int, list[int]]:
        """The area's members at the period's end, as far as the block knew.

        They are whole parts of their numbers by the size of their level: a place lies in the area when its number over one
        of the sizes is among that size's parts. There must be an area; one without members has the counties' size with none.
        """
        assert self.area is not None
        return self.members_of(self.area.code)

    def members_of(self, code: str) -> dict[int, list[int]]:
        """Return the members of an area as ``area_members`` has them; of an unknown one, none."""
        on = self.period.last_on
        if self.as_of is None:
            return by_size(members_of(code, on=on))
        area = Area.objects.filter(code=code).first()
        return by_size(members_as_of(area.pk, on=on, block=self.as_of) if area else ())

    def units_of(self, code: str) -> list[int]:
        """Return a unit and all that stands below it, or stood as of the block; of an unknown one, none."""
        unit = unit_with_code(code)
        if unit is None:
            return []
        if self.as_of is not None:
            return sorted(subtree_as_of(unit.pk, self.as_of))
        return sorted(unit_subtree(unit.pk).values_list("pk", flat=True))

    @property
    def area_words(self) -> Words:
        """What the area is called, and how many places it has at the period's end; there must be an area."""
        assert self.area is not None
        return both("{title}（期末{count}个）", "{title} ({count} when the period ends)").filled(
            title=both(self.area.title_zh, self.area.title_en),
            count=sum(len(parts) for parts in self.area_members.values()),
        )

    @property
    def place_code(self) -> str:
        """The place's code as offices write it; empty without a place."""
        return code_text(self.place) if self.place is not None else ""

    def query(self, **more: str) -> str:
        """Return the question as the query of an address, always in the same order."""
        parts: dict[str, str] = {"period": self.period.code}
        if self.place is not None:
            parts["place"] = self.place_code
        if self.area is not None:
            parts["area"] = self.area.code
        if self.unit is not None:
            parts["unit"] = self.unit.code
        if self.line is not None:
            parts["line"] = self.line.code
        if self.as_of is not None:
            parts["as_of"] = str(self.as_of)
        if self.term:
            parts["term"] = self.term
        return urlencode({**parts, **more}, safe="/", quote_via=quote)

    @cached_property
    def units_then(self) -> list[int] | None:
        """The unit and all that stood below it as of the block; null without a unit, and for now, as the path says it."""
        if self.unit is None or self.as_of is None:
            return None
        return sorted(subtree_as_of(self.unit.pk, self.as_of))

    def place_labels(
        self, places: Iterable[int], *, short: bool = False
    ) -> dict[int, str]:  # by number; a number that is no place is absent
        """Return what places were called at the period's end, as far as the block knew, after what lies above them."""
        on, wanted = self.period.last_on, set(places)
        if self.as_of is None:
            return place_labels(wanted, short=short, on=on)
        named = place_names_as_of(named_in_labels(wanted, short=short), on=on, block=self.as_of)
        return place_labels(wanted, short=short, names=named)

    def unit_names(self, units: Iterable[int]) -> dict[int, Words]:  # by key; unknown ones are absent
        """Return what units were called at the period's end, as far as the block knew."""
        on, wanted = self.period.last_on, list(units)
        if self.as_of is None:
            return unit_names(wanted, on=on)
        known = unit_names_as_of(wanted, on=on, block=self.as_of)
        return {**unit_names([unit for unit in wanted if unit not in known], on=on), **known}

    @property
    def line_words(self) -> Words:
        """What the line is called, or was as of the block; there must be a line."""
        assert self.line is not None
        known = None if self.as_of is None else line_name_as_of(self.line.pk, self.as_of)
        return known or both(self.line.name_zh, self.line.name_en)

    @property
    def scope_words(self) -> Words:
        """Where and whose, as it is read after the period: by the names of the period's end."""
        zh, en = [], []
        if self.place is not None:
            label = self.place_labels([self.place])[self.place]
            zh.append(label)
            en.append(label)
        if self.area is not None:
            zh.append(self.area_words.zh)
            en.append(self.area_words.en)
        if self.unit is not None:
            zh.append(self.unit_words.zh)
            en.append(self.unit_words.en)
        if self.line is not None:
            zh.append(self.line_words.zh)
            en.append(self.line_words.en)
        if not zh:
            return both("全部地区", "everywhere")
        return both(" · ".join(zh), " · ".join(en))

    @property
    def unit_words(self) -> Words:
        """What the unit was called at the period's end; there must be a unit."""
        assert self.unit is not None
        return self.unit_names([self.unit.pk])[self.unit.pk]

    @property
    def period_words(self) -> Words:
        """The period as it is read."""
        return both(self.period.title("zh"), self.period.title("en"))


def by_size(places: Iterable[int]) -> dict[int, list[int]]:
    """Return places as whole parts of their numbers by the size of their level; without any, the counties' with none."""
    found: dict[int, list[int]] = {}
    for place in sorted(places):
        size = SIZE_OF_LEVEL[level_of(place)]
        found.setdefault(size, []).append(place // size)
    return found or {SIZE_OF_LEVEL[COUNTY]: []}


def _place(text: str) -> int:
    if id_from_code(text.strip()) is None:
        raise UnableToOpen("unknown_place", text=text)
    try:
        return int(place_for_code(text.strip()).pk)
    except Place.DoesNotExist:
        raise UnableToOpen("unknown_place", text=text) from None


def read_block(text: str) -> int:
    """Return the block that a text means: its number, or the last one sealed by the end of a date; 0 if none was.

    Raises: UnableToOpen: ``unknown_block``.
    """
    newest = latest_block()
    highest = newest.number if newest else 0
    if text.isascii() and text.isdigit() and len(text) < 19 and int(text) <= highest:
        return int(text)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UnableToOpen("unknown_block", text=text, latest=highest) from None
    if day > timezone.localdate():
        raise UnableToOpen("unknown_block", text=text, latest=highest)
    block = block_on(day)
    return block.number if block else 0


def read_selection(given: Mapping[str, str], *, period: Period | None = None) -> Selection:
    """Return the question that the fields of an address or a command ask; empty fields count as absent.

    Args:
        period: the period when none is given.

    Raises: UnableToOpen: a field means nothing.
    """
    text = given.get("period", "")
    if text or period is None:
        try:
            period = read_period(text)
        except ValueError:
            raise UnableToOpen("unknown_period", text=text) from None
    area = unit = line = None
    if area_code := given.get("area"):
        try:
            area = area_with_code(area_code)
        except Area.DoesNotExist:
            raise UnableToOpen("unknown_area", text=area_code) from None
    if unit_code := given.get("unit"):
        unit = unit_with_code(unit_code)
        if unit is None:
            raise UnableToOpen("unknown_unit", text=unit_code)
    if line_code := given.get("line"):
        line = Line.objects.filter(code=line_code).first()
        if line is None:
            raise UnableToOpen("unknown_line", text=line_code)
    place_code, block = given.get("place"), given.get("as_of")
    return Selection(
        period=period,
        place=_place(place_code) if place_code else None,
        area=area,
        unit=unit,
        line=line,
        as_of=read_block(block) if block else None,
        term=given.get("term", ""),
    )
