"""The periods that a text names, in order: years, quarters, months, days, spans, and 截至, which counts up to a day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bangfu.reporting.matching.numbers import language_of, plain
from bangfu.reporting.periods import FIRST_YEAR, LAST_YEAR, month_after, read_period

_CALENDAR = "January February March April May June July August September October November December"
_MONTHS = _CALENDAR.split()
_NAMED = "|".join(_MONTHS)
_YEAR = r"(?:19|20)\d{2}"
_ZH = re.compile(
    rf"(?P<until>截[至止]到?|到|至)?\s?(?<!\d)(?P<year>{_YEAR})年(?:度)?"
    r"(?:(?P<month>\d{1,2})月(?:份)?(?:(?P<day>\d{1,2})[日号])?|第?(?P<quarter>[一二三四1-4])季度|(?P<half>[上下])半年)?(?P<end>[年]?[末底])?"
    rf"(?:\s?(?:至|到|—|–|-|~|～)\s?(?:(?P<year2>{_YEAR})年)?(?:(?P<month2>\d{{1,2}})月(?:份)?)?(?:(?P<day2>\d{{1,2}})[日号])?(?P<end2>[末底])?)?"
    rf"|(?<!\d)(?P<first>{_YEAR})\s?[-—–至到]\s?(?P<last>{_YEAR})年"
    rf"|(?P<until_iso>截[至止]到?)?\s?(?<!\d)(?P<iso>{_YEAR}-\d\d-\d\d)(?:\s?(?:至|到|/|—)\s?(?P<iso2>{_YEAR}-\d\d-\d\d))?"
    r"|(?P<until_short>截[至止]到?)?\s?(?<![\d年])(?P<only_month>\d{1,2})月(?:(?P<only_day>\d{1,2})[日号]|(?P<only_end>[末底]))?"
)
_DAY = rf"(?:\d{{1,2}}\s(?:{_NAMED})(?:\s{_YEAR})?|(?:{_NAMED})\s\d{{1,2}},?\s{_YEAR}|(?:{_NAMED})(?:\s{_YEAR})?)"
_EN = re.compile(
    rf"(?P<until>\b(?:as of|as at|by|until|up to)\s(?:the\send\sof\s)?)?"
    rf"(?:\bthe\s(?P<part>first|second|third|fourth)\s(?P<kind>quarter|half)\sof\s(?P<of>{_YEAR})"
    rf"|\b(?P<one>{_DAY})(?:\s(?:to|until|–|-)\s(?P<two>{_DAY}))?\b|(?<![\d,.])(?P<year>{_YEAR})\b(?![,.]?\d)(?:\s(?:to|–|-)\s(?P<last>{_YEAR})\b)?)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class When:
    """A period in a text and the codes that it may mean, the likeliest first."""

    start: int
    end: int
    codes: tuple[str, ...]
    is_until: bool = False


def until(day: date, since: Iterable[date]) -> tuple[str, ...]:
    """Return the periods that 截至 a day may mean: from each beginning of a programme, and from that of the year."""
    firsts = [*(first for first in since if first <= day), day.replace(month=1, day=1)]
    found = [_span(first, day) for first in dict.fromkeys(firsts)]
    if (day.month, day.day) == (12, 31):
        found.insert(0, str(day.year))
    return tuple(dict.fromkeys(found))


def _span(first: date, last: date) -> str:
    return read_period(f"{first.isoformat()}/{last.isoformat()}").code


def whens_in(text: str, since: Iterable[date]) -> list[When]:
    """Return the periods that a text names, in order; a month without a year is one of the year that was named last.

    Args:
        since: the first days of what is counted from a beginning.
    """
    narrow, starts = plain(text), tuple(since)
    found: list[When] = []
    year: int | None = None
    at = 0
    for line in narrow.splitlines(keepends=True):
        for one, named in _line_whens(line, at, year, starts):
            found.append(one)
            year = named
        if found:
            year = read_period(found[-1].codes[0]).last_on.year
        at += len(line)
    return found


def _line_whens(
    line: str, at: int, year: int | None, since: tuple[date, ...]
) -> Iterator[tuple[When, int | None]]:
    form = _ZH if language_of(line) == "zh" else _EN
    for hit in form.finditer(line):
        try:
            meant = _chinese(hit, year, since) if form is _ZH else _english(hit, year, since)
        except ValueError:
            continue
        if meant:
            codes, is_until = meant
            year = read_period(codes[0]).last_on.year
            yield When(at + hit.start(), at + hit.end(), codes, is_until), year


def _month_end(year: int, month: int) -> date:
    return month_after(date(year, month, 1)) - timedelta(days=1)


def _chinese(
    hit: re.Match[str], year: int | None, since: tuple[date, ...]
) -> tuple[tuple[str, ...], bool] | None:
    if hit["first"]:
        return (_span(date(int(hit["first"]), 1, 1), date(int(hit["last"]), 12, 31)),), False
    if hit["iso"]:
        first = date.fromisoformat(hit["iso"])
        if hit["iso2"]:
            return (_span(first, date.fromisoformat(hit["iso2"])),), False
        return (until(first, since), True) if hit["until_iso"] else ((first.isoformat(),), False)
    if hit["only_month"]:
        return _short(hit, year, since)
    number = int(hit["year"])
    if not FIRST_YEAR <= number <= LAST_YEAR:
        return None
    if hit["year2"] or hit["month2"] or hit["day2"]:
        month = int(hit["month"] or 1)
        first = date(number, month, int(hit["day"] or 1))
        last_year, last_month = (
            int(hit["year2"] or number),
            int(hit["month2"] or (hit["year2"] and 12) or month),
        )
        last = (
            date(last_year, last_month, int(hit["day2"]))
            if hit["day2"]
            else _month_end(last_year, last_month)
        )
        return (_span(first, last),), False
    if hit["quarter"]:
        return (f"{number}-Q{'一二三四1234'.index(hit['quarter']) % 4 + 1}",), False
    if hit["half"]:
        return (f"{number}-H{'上下'.index(hit['half']) + 1}",), False
    return _counted_to(
        number, int(hit["month"] or 0), int(hit["day"] or 0), since,
        is_until=(hit["until"] or "").startswith("截") or bool(hit["month"] and hit["end"]),
    )  # fmt: skip


def _counted_to(
    year: int, month: int, day: int, since: tuple[date, ...], *, is_until: bool
) -> tuple[tuple[str, ...], bool]:
    last = date(year, month, day) if day else _month_end(year, month or 12)
    if is_until:
        return until(last, since), True
    return (f"{year}-{month:02}-{day:02}" if day else f"{year}-{month:02}" if month else str(year),), False


def _short(
    hit: re.Match[str], year: int | None, since: tuple[date, ...]
) -> tuple[tuple[str, ...], bool] | None:
    if year is None:
        return None
    is_until = bool(hit["until_short"] or hit["only_end"])
    return _counted_to(year, int(hit["only_month"]), int(hit["only_day"] or 0), since, is_until=is_until)


def _english(
    hit: re.Match[str], year: int | None, since: tuple[date, ...]
) -> tuple[tuple[str, ...], bool] | None:
    if hit["part"]:
        order = ("first", "second", "third", "fourth").index(hit["part"].lower()) + 1
        letter = hit["kind"][0].upper().replace("H", "H")
        return (read_period(f"{hit['of']}-{letter}{order}").code,), False
    if hit["year"]:
        if hit["last"]:
            return (_span(date(int(hit["year"]), 1, 1), date(int(hit["last"]), 12, 31)),), False
        return _counted_to(int(hit["year"]), 0, 0, since, is_until=bool(hit["until"]))
    if hit["two"]:
        other = _english_day(hit["two"], year)
        one = _english_day(hit["one"], other[0] if other else year)
        if one is None or other is None:
            return None
        last = date(*other) if other[2] else _month_end(other[0], other[1])
        return (_span(date(one[0], one[1], one[2] or 1), last),), False
    day = _english_day(hit["one"], year)
    if day is None or (hit["one"].lower() == "may" and not hit["until"]):
        return None
    return _counted_to(*day, since, is_until=bool(hit["until"]))


def _english_day(text: str, year: int | None) -> tuple[int, int, int] | None:
    """Return year, month and day that a text names; the day is 0 when only a month is."""
    named = re.search(_NAMED, text, re.IGNORECASE)
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    said = next((number for number in numbers if number > 31), year)
    if named is None or said is None:
        return None
    day = next((number for number in numbers if number <= 31), 0)
    return said, [one.lower() for one in _MONTHS].index(named[0].lower()) + 1, day
