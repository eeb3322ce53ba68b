"""A text from anywhere held against the figures that a reader may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache

from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.ledger.queries import blocks_of_measure
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import named_units, unit_with_code
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.queries import named_places
from bangfu.foundation.rooms import Words, both
from bangfu.reporting import matching
from bangfu.reporting.access import may_see, may_see_terms, own_corner
from bangfu.reporting.definitions import Indicator, IndicatorKind
from bangfu.reporting.figures import sum_of_term
from bangfu.reporting.indicators import indicators
from bangfu.reporting.matching import Known, Marked, Meaning, Question, Scope, Verdict
from bangfu.reporting.matching.wheres import Names
from bangfu.reporting.periods import read_period
from bangfu.reporting.queries import indicator_of, usual_period
from bangfu.reporting.scoping import asks
from bangfu.reporting.selection import Selection, UnableToOpen
from bangfu.reporting.texts import LANGUAGES, document, report_codes

EARLIER_BLOCKS = 6
"""How many blocks before the newest are looked at for a number that was true once."""
VERDICT_WORDS = {
    Verdict.TRUE: both("属实", "true"),
    Verdict.OUTDATED: both("过时", "outdated"),
    Verdict.WRONG_SCOPE: both("范围不对", "wrong scope"),
    Verdict.WRONG_WORD: both("用词不对", "wrong word"),
    Verdict.OFF: both("数不对", "off"),
    Verdict.UNKNOWN: both("无对应", "unknown"),
}
SIGNS = {
    Verdict.TRUE: "✓",
    Verdict.OUTDATED: "↻",
    Verdict.WRONG_SCOPE: "⌖",
    Verdict.WRONG_WORD: "≈",
    Verdict.OFF: "≠",
    Verdict.UNKNOWN: "?",
}


def meaning_of(indicator: Indicator, periods: tuple[str, ...] = ()) -> Meaning:
    """Return what an indicator is to the matcher."""
    also = indicator.also_called
    return Meaning(
        code=indicator.code,
        kind=indicator.kind.value,
        titles_zh=(indicator.title.zh, *also.get("zh", ())),
        titles_en=(indicator.title.en, *also.get("en", ())),
        unit_zh=indicator.unit.zh,
        unit_en=indicator.unit.en,
        unit_one=indicator.unit_one,
        display=indicator.display,
        periods=periods,
        factor=indicator.factor,
    )


@dataclass
class Reading:
    """The figures that one reader asks for while one text is matched: each is asked once."""

    account: Account | None
    """Null sees everything, as on the terminal."""
    on: date
    _held: dict[tuple[object, ...], Decimal | None] = field(default_factory=dict)
    _seen: dict[Scope, bool] = field(default_factory=dict)
    _units: dict[str, Unit | None] = field(default_factory=dict)
    _told: dict[Question, Words] = field(default_factory=dict)

    def selection_of(self, question: Question) -> Selection:
        """Return a question as the drawer asks it."""
        scope = question.scope
        return Selection(
            read_period(question.period),
            place=scope.place,
            unit=self._unit(scope.unit) if scope.unit else None,
            as_of=question.as_of,
        )

    def _unit(self, code: str) -> Unit | None:
        if code not in self._units:
            self._units[code] = unit_with_code(code)
        return self._units[code]

    def may_see(self, question: Question) -> bool:
        """Return whether the reader may see the figure of a question."""
        if self.account is None:
            return True
        if question.scope not in self._seen:
            self._seen[question.scope] = may_see(self.account, self.selection_of(question), self.on)
        return self._seen[question.scope]

    def told(self, question: Question) -> Words:
        """Return period, scope and block of a question as they are read."""
        if question not in self._told:
            selection = self.selection_of(question)
            said = both("{period}，{scope}", "{period}, {scope}")
            if question.as_of is not None:
                said = both("{period}，{scope}，截至区块 {block}", "{period}, {scope}, as of block {block}")
            self._told[question] = said.filled(
                period=selection.period_words, scope=selection.scope_words, block=question.as_of
            )
        return self._told[question]

    def answers(self, questions: Iterable[Question]) -> Mapping[Question, Decimal | None]:
        """Return the value of each question that the reader may ask."""
        found: dict[Question, Decimal | None] = {}
        for one in questions:
            if not self.may_see(one):
                continue
            selection = self.selection_of(one)
            try:
                indicator = indicator_of(one.code, selection)
            except UnableToOpen:
                continue
            if self.account is not None and not may_see_terms(self.account, indicator, selection, self.on):
                continue
            terms = tuple(self._value(indicator, at, selection, one) for at in range(len(indicator.terms)))
            found[one] = indicator.value_of(terms)
        return found

    def _value(
        self, indicator: Indicator, at: int, selection: Selection, question: Question
    ) -> Decimal | None:
        """Return one term's value: indicators that share a measure ask once, and a stock only for the period's end."""
        term = indicator.terms[at]
        own = asks(term, selection)
        if own is None:
            return None
        starts_on = term.starts_on(own.period) if term.has_start else None
        key = (
            replace(term, years_back=0, whole=None),
            starts_on,
            own.period.ends_on,
            own.place,
            own.unit.pk if own.unit else None,
            question.as_of,
        )
        if key not in self._held:
            self._held[key] = sum_of_term(term, own).value
        return self._held[key]


@dataclass(frozen=True)
class Line:
    """One number of a draft as pages, files and terminals list it."""

    at: int
    marked: Marked
    sentence: str
    title: Words | None
    scope: Words | None
    why: Words
    address: str
    """Where its figure opens; empty without one."""
    code: str = ""

    @property
    def verdict(self) -> Verdict:
        """What is said of it."""
        return self.marked.verdict

    @property
    def words(self) -> Words:
        """The verdict in words."""
        return VERDICT_WORDS[self.marked.verdict]

    @property
    def sign(self) -> str:
        """The verdict as a sign, for whoever sees no colour."""
        return SIGNS[self.marked.verdict]

    @property
    def insert(self) -> str:
        """The wording to write; empty when there is none."""
        return self.marked.insert.text if self.marked.insert else ""


@dataclass(frozen=True)
class Piece:
    """A stretch of the draft; ``line`` null between numbers."""

    text: str
    line: Line | None = None


@dataclass(frozen=True)
class Draft:
    """A text with every number marked."""

    text: str
    lines: tuple[Line, ...]

    @cached_property
    def corrected(self) -> str:
        """The text with the wording of every number that is not true."""
        return matching.corrected(self.text, [one.marked for one in self.lines])

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many numbers have each verdict; absent = none."""
        found: dict[Verdict, int] = {}
        for one in self.lines:
            found[one.verdict] = found.get(one.verdict, 0) + 1
        return found

    @property
    def pieces(self) -> list[Piece]:
        """The text in stretches, numbers apart."""
        at, found = 0, []
        for one in self.lines:
            number = one.marked.number
            if number.start > at:
                found.append(Piece(self.text[at : number.start]))
            found.append(Piece(number.text, one))
            at = number.end
        return [*found, Piece(self.text[at:])] if at < len(self.text) else found


def matched(text: str, *, account: Account | None, on: date) -> Draft:
    """Return a text with every number held against the figures.

    Args:
        account: whose sight bounds what is found; null is all of it.
    """
    reading = Reading(account, on)
    found = matching.match(text, _known(_home(account, on)), reading.answers)
    return Draft(text, tuple(_line(at, one, text, reading) for at, one in enumerate(found, start=1)))


def _home(account: Account | None, on: date) -> Scope:
    """Return what a text speaks of that names no place or unit: all that its reader sees.

    Raises: NotPermitted: the reader sees no figure at all.
    """
    if account is None:
        return Scope()
    unit, place = own_corner(account, on)
    return Scope(place=place, unit=unit.code if unit else "")


def _known(home: Scope) -> Known:
    cited = _cited()
    spans = {read_period(code) for codes in cited.values() for code in codes if "/" in code}
    newest = usual_period()
    usual = dict.fromkeys([newest.code, str(newest.last_on.year), str(newest.last_on.year - 1)])
    answering = [one for one in indicators() if one.kind is not IndicatorKind.TARGET]
    return Known(
        meanings=[meaning_of(one, cited.get(one.code, ())) for one in answering],
        names=_names(),
        since=tuple(sorted({one.starts_on for one in spans if one.last_on.year > one.starts_on.year})),
        usual=tuple(usual),
        home=home,
        blocks=_Blocks({one.code: one.term.measure.code for one in answering}),
    )


def _cited() -> dict[str, tuple[str, ...]]:
    """Return the periods for which reports cite each indicator."""
    found: dict[str, dict[str, None]] = {}
    for code in report_codes():
        for language in LANGUAGES:
            for tag in document(code, language).figures:
                found.setdefault(tag.value, {})[tag.given["period"]] = None
    return {code: tuple(periods) for code, periods in found.items()}


def _names() -> Names:
    places = {word: tuple(Scope(place=place) for place in found) for word, found in named_places().items()}
    units = {word: tuple(Scope(unit=code) for code in found) for word, found in named_units().items()}
    return _read_names(tuple(places.items()), tuple(units.items()))


@lru_cache(maxsize=2)
def _read_names(
    places: tuple[tuple[str, tuple[Scope, ...]], ...], units: tuple[tuple[str, tuple[Scope, ...]], ...]
) -> Names:
    return Names({**dict(places), **dict(units)})


class _Blocks(Mapping[str, Sequence[int]]):
    """The blocks before the newest change of an indicator, read when they are needed."""

    def __init__(self, measures: Mapping[str, str]) -> None:
        self._measures = measures
        self._read: dict[str, list[int]] = {}

    def __getitem__(self, code: str) -> Sequence[int]:
        measure = self._measures[code]
        if measure not in self._read:
            changed = blocks_of_measure(measure_number(measure), most=EARLIER_BLOCKS)
            self._read[measure] = [number - 1 for number in changed if number > 1]
        return self._read[measure]

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self._measures)

    def __len__(self) -> int:
        return len(self._measures)


def _line(at: int, one: Marked, text: str, reading: Reading) -> Line:
    why = Words(*one.why)
    if one.other is not None:
        why = why.filled(other=reading.told(one.other))
    number, title, scope, address, code = one.number, None, None, "", ""
    if one.question is not None and reading.may_see(one.question):
        selection = reading.selection_of(one.question)
        code = one.question.code
        title = indicator_of(code, selection).title
        scope = reading.told(one.question)
        address = f"/f/{code}/?{selection.query()}"
    first = max(text.rfind("\n", 0, number.start) + 1, number.start - 24)
    last = min((text.find("\n", number.end) + 1 or len(text) + 1) - 1, number.end + 24)
    return Line(at, one, " ".join(text[first:last].split()), title, scope, why, address, code)
