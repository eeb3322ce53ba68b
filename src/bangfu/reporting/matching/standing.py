"""Where each number of a text stands: the words, periods and scopes that are said of it, or carried from what came before."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bangfu.reporting.matching.likeness import Around, Meaning
from bangfu.reporting.matching.numbers import Number, numbers_of
from bangfu.reporting.matching.whens import When, whens_in
from bangfu.reporting.matching.wheres import Names, Scope, Where

_SENTENCE = re.compile(r"[。！？；\n]|[.!?;](?=\s|$)")
_CLAUSE = re.compile(r"[，,、：:（）()]")
_IN_TURN = re.compile(r"依次|分别|respectively")
_BEHIND_EN = re.compile(r"^(?:\s[a-z-]+){0,3}\s(?:in|of|at|for)\s$")
_LONGEST_HEADING = 40
_HEADING = re.compile(
    r"^\s*(?:#+\s|第[一二三四五六七八九十百\d]+[章节]|[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[.．]\s?\D)"
)


@dataclass(frozen=True)
class Standing:
    """Where a number stands, and all that the text says of it."""

    number: Number
    around: Around
    periods: tuple[str, ...]
    names_period: bool
    scopes: tuple[Scope, ...]
    names_scope: bool


@dataclass(frozen=True)
class Known:
    """What the figures are and where they may be looked for."""

    meanings: Sequence[Meaning]
    names: Names
    since: tuple[date, ...]
    """The first days of what is counted from a beginning."""
    usual: tuple[str, ...]
    """Periods that a text means which names none, the likeliest first."""
    home: Scope
    """What a text speaks of that names no place: everywhere, or the corner that its reader sees."""
    blocks: Mapping[str, Sequence[int]]
    """By indicator, blocks before the newest at which its figures stood otherwise, newest first."""


def places_in(text: str, known: Known) -> Iterator[Standing]:
    """Yield every number of a text with where it stands, in order."""
    numbers, whens = numbers_of(text), whens_in(text, known.since)
    wheres = known.names.wheres_in(text)
    ends = [0, *(hit.end() for hit in _SENTENCE.finditer(text)), len(text) + 1]
    headings = _headings(text)
    turn = 0
    for at, number in enumerate(numbers):
        here = bisect.bisect_right(ends, number.start) - 1
        first, last = ends[here], ends[here + 1] if here + 1 < len(ends) else len(text)
        previous = numbers[at - 1] if at and numbers[at - 1].start >= first else None
        turn = turn + 1 if previous is not None else 0
        after = numbers[at + 1].start if at + 1 < len(numbers) else last
        near_from = max(first, previous.end if previous else first, number.start - 40)
        clause = _CLAUSE.search(text, number.unit_start)
        near_to = min(after, last, clause.start() if clause else last, number.end + 40)
        earlier_from = ends[max(here - 1, 0)]
        around = Around(
            near=f"{text[near_from : number.start]}\n{text[number.start + len(number.text.rstrip(number.unit)) : near_to]}",
            sentence=text[first : number.start] if number.language == "zh" else text[first:last],
            earlier=text[earlier_from:first],
            heading=next((line for start, line in reversed(headings) if start < number.start), ""),
        )
        periods, names_period = _periods(number, whens, first, last, known)
        scopes, names_scope = _scopes(text, number, wheres, first, last, turn, known.home)
        yield Standing(number, around, periods, names_period, scopes, names_scope)


def _headings(text: str) -> list[tuple[int, str]]:
    found, at = [], 0
    for line in text.splitlines(keepends=True):
        said = line.strip()
        if (
            said
            and len(said) <= _LONGEST_HEADING
            and (_HEADING.match(said) or said[-1] not in "。；！？.;!?，,")
        ):
            found.append((at, said))
        at += len(line)
    return found


def _periods(
    number: Number, whens: Sequence[When], first: int, last: int, known: Known
) -> tuple[tuple[str, ...], bool]:
    inside = [one for one in whens if first <= one.start < last]
    before = [one for one in inside if one.start < number.start]
    chosen = before[-1:] or (
        [one for one in inside if one.start >= number.end][:1] if number.language == "en" else []
    )
    if chosen:
        return chosen[0].codes, True
    carried = [one for one in whens if one.start < first]
    return ((*carried[-1].codes, *known.usual) if carried else known.usual), False


def _scopes(
    text: str, number: Number, wheres: Sequence[Where], first: int, last: int, turn: int, home: Scope
) -> tuple[tuple[Scope, ...], bool]:
    inside = [one for one in wheres if first <= one.start < last]
    before = [one for one in inside if one.end <= number.start]
    if number.language == "en":
        behind = [
            one
            for one in inside
            if one.start >= number.end and _BEHIND_EN.match(text[number.end : one.start])
        ]
        if behind:
            return behind[0].scopes, True
    if _IN_TURN.search(text[first:last]) and len(inside) > turn and len(before) > 1:
        return inside[turn].scopes, True
    if before:
        return before[-1].scopes, True
    line = text.rfind("\n", 0, first) + 1
    carried = [one for one in wheres if line <= one.start < first]
    return ((home, *carried[-1].scopes) if carried else (home,)), False
