"""The small programme of ``programme.py`` as answers in memory: thousands of sentences are judged without a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from bangfu.reporting.definitions import Term, TermKind
from bangfu.reporting.drafts import meaning_of
from bangfu.reporting.indicators import shipped_indicators
from bangfu.reporting.matching import Known, Marked, Question, Scope, match
from bangfu.reporting.matching.wheres import EVERYWHERE, Names
from bangfu.reporting.periods import Period, read_period
from tests.cast import CEHENG, GUYUAN
from tests.reporting.programme import GEJI, KANGBAO, POSTINGS, RAOHE, Posting

PLACES = {
    "饶河": RAOHE, "沽源": GUYUAN, "康保": KANGBAO, "册亨": CEHENG, "革吉": GEJI,
    "Raohe": RAOHE, "Guyuan": GUYUAN, "Kangbao": KANGBAO, "Ceheng": CEHENG, "Geji": GEJI,
    "Tibet": 540000000000, "西藏": 540000000000,
}  # fmt: skip
EARLIER_BLOCK = 7
EARLIER = {"training.cadres": Decimal(351), "policies.issued": Decimal(17)}
"""What some figures were as of a block before the newest."""


def _inside(posting: Posting, place: int | None) -> bool:
    if place is None:
        return True
    size = 10**10 if place % 10**10 == 0 else 10**6
    return posting.place // size == place // size


def _term(term: Term, period: Period, place: int | None) -> Decimal | None:
    standing = [
        one
        for one in POSTINGS
        if one.measure == term.measure.code
        and one.on < period.ends_on
        and (not term.has_start or one.on >= period.starts_on)
        and _inside(one, place)
    ]
    if not standing:
        return None
    if term.kind is TermKind.DISTINCT:
        return Decimal(max(one.parties for one in standing))
    return sum(
        (Decimal(one.parties * one.each) + sum(map(Decimal, one.quantities)) for one in standing), Decimal(0)
    )


def answers(questions: Iterable[Question]) -> Mapping[Question, Decimal | None]:
    """Return what the programme's postings come to."""
    known = {one.code: one for one in shipped_indicators()}
    found: dict[Question, Decimal | None] = {}
    for one in questions:
        if one.as_of is not None:
            found[one] = EARLIER.get(one.code) if one.scope == Scope() else None
            continue
        indicator, period = known[one.code], read_period(one.period)
        place = None if one.scope.unit else one.scope.place
        found[one] = indicator.value_of(tuple(_term(term, period, place) for term in indicator.terms))
    return found


def known() -> Known:
    """Return the indicators and the places of the programme."""
    names = {word: (Scope(place=place),) for word, place in PLACES.items()}
    for word in ("饶河", "沽源", "康保", "册亨", "革吉"):
        names[f"{word}县"] = names[word]
    return Known(
        meanings=[meaning_of(one) for one in shipped_indicators() if one.kind != "target"],
        names=Names(names),
        since=(date(2019, 1, 1),),
        usual=("2020", "2019", "2019-01-01/2020-07-31"),
        home=EVERYWHERE,
        blocks=dict.fromkeys(EARLIER, (EARLIER_BLOCK,)),
    )


def judged(text: str) -> list[Marked]:
    """Return the numbers of a text with their verdicts against the programme."""
    return match(text, known(), answers)
