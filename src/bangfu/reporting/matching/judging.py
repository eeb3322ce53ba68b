"""The verdict on every number of a text, with the figure that it is, what to write, and why.

Figures are asked in rounds, each round in one go: what the sentence itself says first; then, for numbers that it does not
bear out, the other periods and scopes, and last the blocks before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from bangfu.reporting.display import exact_text
from bangfu.reporting.matching.fitting import (
    NOT_AT_ALL,
    Fit,
    Fitting,
    closeness,
    fitting,
    unit_likeness,
    value_in,
)
from bangfu.reporting.matching.likeness import Likeness, Meaning
from bangfu.reporting.matching.numbers import Number
from bangfu.reporting.matching.questions import Answers, Question
from bangfu.reporting.matching.rewording import Insert, insert_for
from bangfu.reporting.matching.standing import Known, Standing, places_in
from bangfu.reporting.matching.wheres import Scope
from bangfu.reporting.periods import read_period

SURE = 0.42
"""From this likeness on a number is certainly meant to be the indicator's, though its value differs."""
POSSIBLE = 0.2
"""From this likeness on a number may be the indicator's when its value fits."""
NEXT_BEST = 0.72
"""The share of the best likeness from which another indicator is looked at as well."""
CLOSENESS = 0.25
"""How much of the likeness hangs on the size of the value where none is borne out."""
MOST_CANDIDATES = 4
MOST_SCOPES, MOST_PERIODS, YEARS_BACK = 12, 10, 4
MOST_ELSEWHERE = 40
"""How many other periods and scopes are tried for a number that the sentence does not bear out."""


class Verdict(StrEnum):
    """What is said of a number."""

    TRUE = "true"
    OUTDATED = "outdated"
    WRONG_SCOPE = "scope"
    WRONG_WORD = "word"
    OFF = "off"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Marked:
    """A number with its verdict; ``question`` null for one that no indicator answers."""

    number: Number
    verdict: Verdict
    why: tuple[str, str]
    """In Chinese and English; periods and scopes stand as ``{other}`` for the caller to name."""
    meaning: Meaning | None = None
    question: Question | None = None
    """The figure that the sentence asks for."""
    value: Decimal | None = None
    other: Question | None = None
    """The figure that the number is instead: of another period, scope or block."""
    insert: Insert | None = None


@dataclass
class _Candidate:
    meaning: Meaning
    likeness: float
    questions: list[Question] = field(default_factory=list)


@dataclass(frozen=True)
class _Found:
    candidate: _Candidate
    question: Question
    value: Decimal
    fitting: Fitting


def match(text: str, known: Known, answers: Answers) -> list[Marked]:
    """Return every number of a text with its verdict, in order."""
    places = list(places_in(text, known))
    likeness = Likeness(known.meanings)
    ranked = [(_place, _candidates(_place, known, likeness)) for _place in places]
    held: dict[Question, Decimal | None] = {}

    def ask(questions: Iterable[Question]) -> None:
        missing = dict.fromkeys(one for one in questions if one not in held)
        if missing:
            held.update(answers(missing))

    ask(_with_before(ranked))
    first = [_best(place, candidates, held) for place, candidates in ranked]
    unborne = [
        (place, candidates)
        for (place, candidates), found in zip(ranked, first, strict=True)
        if candidates and found is None
    ]
    named = _named(places, known)
    elsewhere = {place.number.start: _elsewhere(place, candidates, named) for place, candidates in unborne}
    ask(question for questions in elsewhere.values() for _, question in questions)
    others = {
        place.number.start: _fitting_among(place, elsewhere[place.number.start], held) for place, _ in unborne
    }
    before = {
        place.number.start: _before(place, candidates, known)
        for place, candidates in unborne
        if others[place.number.start] is None
    }
    ask(question for questions in before.values() for _, question in questions)
    for place, _ in unborne:
        if place.number.start in before:
            others[place.number.start] = _fitting_among(place, before[place.number.start], held)
    return [
        _marked(text, place, candidates, found, others.get(place.number.start), held)
        for (place, candidates), found in zip(ranked, first, strict=True)
    ]


def corrected(text: str, marked: Iterable[Marked]) -> str:
    """Return the text with every number that is not true replaced by its wording."""
    at, parts = 0, []
    for one in sorted(marked, key=lambda mark: mark.number.start):
        if one.insert is not None and one.insert.start >= at:
            parts += [text[at : one.insert.start], one.insert.text]
            at = one.insert.end
    return "".join([*parts, text[at:]])


def _candidates(place: Standing, known: Known, likeness: Likeness) -> list[_Candidate]:
    number, found = place.number, []
    for meaning in known.meanings:
        suits = unit_likeness(number, meaning)
        if not suits:
            continue
        alike = likeness.of(place.around, meaning, number.language)
        worth = alike * (0.7 + 0.3 * suits)
        if worth >= POSSIBLE:
            found.append(_Candidate(meaning, worth))
    found.sort(key=lambda one: (-one.likeness, one.meaning.code))
    found = [one for one in found if one.likeness >= NEXT_BEST * found[0].likeness][:MOST_CANDIDATES]
    for one in found:
        periods = place.periods if place.names_period else (*place.periods, *one.meaning.periods)
        one.questions = [
            Question(one.meaning.code, period, scope)
            for scope in place.scopes
            for period in dict.fromkeys(periods)
        ]
    return found


def _earlier(question: Question) -> Question | None:
    before = read_period(question.period).before()
    return None if before is None else replace(question, period=before.code)


def _with_before(ranked: Iterable[tuple[Standing, list[_Candidate]]]) -> Iterator[Question]:
    for place, candidates in ranked:
        compares = any(not claim.is_about_size for claim, _ in place.number.claims)
        for one in candidates:
            for question in one.questions:
                yield question
                earlier = _earlier(question) if compares else None
                if earlier is not None:
                    yield earlier


def _fits(
    place: Standing, candidate: _Candidate, question: Question, held: Mapping[Question, Decimal | None]
) -> _Found | None:
    value = held.get(question)
    if value is None:
        return None
    earlier = _earlier(question)
    previous = held.get(earlier) if earlier is not None else None
    return _Found(candidate, question, value, fitting(place.number, candidate.meaning, value, previous))


def _best(
    place: Standing, candidates: Iterable[_Candidate], held: Mapping[Question, Decimal | None]
) -> _Found | None:
    """Return the likeliest figure that bears the number out, or that it is with a wrong word."""
    found = [
        fit
        for candidate in candidates
        for question in candidate.questions
        if (fit := _fits(place, candidate, question, held)) is not None and fit.fitting.fit is not Fit.NONE
    ]
    return max(found, key=lambda one: (one.fitting.fit is Fit.TRUE, one.candidate.likeness), default=None)


def _named(places: Iterable[Standing], known: Known) -> tuple[list[Scope], list[str]]:
    """Return the scopes and periods that a text names, home first."""
    scopes, periods = {known.home: None}, dict[str, None]()
    for one in places:
        scopes.update(dict.fromkeys(one.scopes))
        periods.update(dict.fromkeys(one.periods))
    return list(scopes)[:MOST_SCOPES], list(periods)


def _elsewhere(
    place: Standing, candidates: Sequence[_Candidate], named: tuple[list[Scope], list[str]]
) -> list[tuple[_Candidate, Question]]:
    """Return the figures of other periods and scopes that the number might be."""
    found: list[tuple[_Candidate, Question]] = []
    for one in candidates:
        if one.likeness < SURE:
            continue
        last = read_period(place.periods[0]).last_on.year
        years = [str(year) for year in (*range(last, last - YEARS_BACK, -1), last + 1)]
        cited = one.meaning.periods
        periods = list(dict.fromkeys([*place.periods[:1], *cited, *years, *named[1]]))[:MOST_PERIODS]
        tried = [Question(one.meaning.code, period, scope) for scope in place.scopes for period in periods]
        tried += [
            Question(one.meaning.code, period, scope) for scope in named[0] for period in place.periods[:2]
        ]
        asked = set(one.questions)
        found += [(one, question) for question in dict.fromkeys(tried) if question not in asked]
    return found[:MOST_ELSEWHERE]


def _before(
    place: Standing, candidates: Sequence[_Candidate], known: Known
) -> list[tuple[_Candidate, Question]]:
    """Return the figures that the sentence asks for, as of earlier blocks."""
    return [
        (one, replace(question, as_of=block))
        for one in candidates[:1]
        if one.likeness >= SURE
        for question in one.questions[:2]
        for block in known.blocks.get(one.meaning.code, ())
    ]


def _fitting_among(
    place: Standing, tried: Iterable[tuple[_Candidate, Question]], held: Mapping[Question, Decimal | None]
) -> _Found | None:
    found = (_fits(place, candidate, question, held) for candidate, question in tried)
    return next((one for one in found if one is not None and one.fitting.fit is Fit.TRUE), None)


def _asked(
    number: Number, candidates: Iterable[_Candidate], held: Mapping[Question, Decimal | None]
) -> _Found | None:
    """Return the figure that the sentence asks for: of the likeliest indicator that has a value there, nearer ones first."""
    found: list[tuple[float, _Found]] = []
    for candidate in candidates:
        for question in candidate.questions:
            value = held.get(question)
            if value is not None:
                near = closeness(number, candidate.meaning, value)
                worth = candidate.likeness * (1 - CLOSENESS + CLOSENESS * near)
                found.append((worth, _Found(candidate, question, value, NOT_AT_ALL)))
                break
    return max(found, key=lambda one: one[0])[1] if found else None


def _marked(
    text: str,
    place: Standing,
    candidates: Sequence[_Candidate],
    found: _Found | None,
    other: _Found | None,
    held: Mapping[Question, Decimal | None],
) -> Marked:
    number = place.number
    if found is not None and found.fitting.fit is Fit.TRUE:
        return Marked(number, Verdict.TRUE, ("与数字一致", "It agrees with the figure"), found.candidate.meaning,
                      found.question, found.value)  # fmt: skip
    best = _asked(number, candidates, held)
    if found is not None and other is None:
        insert = insert_for(text, number, found.candidate.meaning, found.value)
        return Marked(number, Verdict.WRONG_WORD, found.fitting.why, found.candidate.meaning, found.question,
                      found.value, insert=insert)  # fmt: skip
    if other is not None:
        return _of_another(text, place, other, held)
    if number.is_change:
        return Marked(number, Verdict.UNKNOWN, (
            "这是变化的幅度：没有指标数增长了多少，请写「增长到」和总数",
            "This is the size of a change, which no indicator counts: write “to” and the total",
        ))  # fmt: skip
    if best is None or best.candidate.likeness < SURE:
        return Marked(number, Verdict.UNKNOWN, ("没有找到对应的指标", "No indicator answers for it"))
    exact = exact_text(value_in(number, best.candidate.meaning, best.value), number.language)
    exact += "%" if number.unit == "%" else ""
    return Marked(
        number, Verdict.OFF,
        (f"与数字不一致：现在是 {exact}", f"It differs from the figure, which is {exact}"),
        best.candidate.meaning, best.question, best.value,
        insert=insert_for(text, number, best.candidate.meaning, best.value),
    )  # fmt: skip


def _of_another(text: str, place: Standing, other: _Found, held: Mapping[Question, Decimal | None]) -> Marked:
    """Return the mark of a number that another period, scope or block bears out."""
    number, meaning = place.number, other.candidate.meaning
    asked = _asked(number, [other.candidate], held)
    is_older = other.question.as_of is not None
    is_earlier = (
        asked is not None
        and not place.names_period
        and other.question.scope == asked.question.scope
        and read_period(other.question.period).ends_on < read_period(asked.question.period).ends_on
    )
    insert = None if asked is None else insert_for(text, number, meaning, asked.value)
    question, value = (
        (asked.question, asked.value) if asked is not None else (other.candidate.questions[0], None)
    )
    if is_older or is_earlier:
        why = ("曾经是：{other}；现在变了", "It was so: {other}; it has changed since")
        return Marked(number, Verdict.OUTDATED, why, meaning, question, value, other.question, insert)
    why = ("范围不对：这是{other}的数", "Of another scope: this is the figure of {other}")
    return Marked(number, Verdict.WRONG_SCOPE, why, meaning, question, value, other.question, insert)
