"""Who reads a chart, what an address asks of it, and its answer: whoever sees a part of the programme starts from that part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import HttpRequest
from django.utils import timezone

from bangfu.foundation.operations import NotPermitted
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.codes import code_text
from bangfu.reporting.access import may_see_terms, own_corner, require_sight
from bangfu.reporting.charts.answers import composition, distribution, flow, ranking, trend
from bangfu.reporting.charts.answers.answer import Answer, Reader
from bangfu.reporting.charts.asking import Question, UnableToChart, read_question
from bangfu.reporting.charts.kinds import Kind
from bangfu.reporting.definitions import Indicator, IndicatorKind
from bangfu.reporting.queries import indicator_of, usual_period
from bangfu.reporting.room import VIEW

ANSWERS = {
    Kind.TREND: trend.answer,
    Kind.COMPOSITION: composition.answer,
    Kind.RANKING: ranking.answer,
    Kind.DISTRIBUTION: distribution.answer,
    Kind.FLOW: flow.answer,
}


def asked_in(request: HttpRequest, fields: Mapping[str, Sequence[str]]) -> tuple[Account, Question]:
    """Return who reads, and the question of some fields.

    Raises: NotPermitted: ``out_of_scope``: no grant carries ``reporting.view``. UnableToChart, UnableToTabulate, UnableToOpen:
        a field means nothing.
    """
    account = reader_of(request)
    unit, place = own_corner(account, timezone.localdate())
    given = {name: list(several) for name, several in fields.items()}
    if unit is not None and not any(given.get("unit", ())):
        given["unit"] = [unit.code]
    if place is not None and not any(given.get("place", ())):
        given["place"] = [code_text(place)]
    return account, read_question(given, period=usual_period())


def answered(question: Question, account: Account) -> Answer:
    """Return the answer of a question to a reader, who must be allowed to see all of what it asks about.

    Raises: NotPermitted: ``out_of_scope``. UnableToChart: ``no_parts``, ``no_number``, ``one_measure``, ``not_of_one_unit``.
        UnableToTabulate: ``too_large``. UnableToOpen: ``unknown_indicator``.
    """
    reader = Reader(account, timezone.localdate())
    require_sight(account, question.selection, reader.today)
    for indicator in _indicators(question):
        # A share of a whole that the reader may not see.
        if not may_see_terms(account, indicator, question.selection, reader.today):
            raise NotPermitted("out_of_scope", permission=VIEW)
    return answered_to(question, reader)


def answered_to(question: Question, reader: Reader) -> Answer:
    """Return the answer of a question to a reader who was asked for before whether they may see it.

    Raises: what ``answered`` raises but ``NotPermitted``.
    """
    return ANSWERS[question.kind](question, _indicators(question)[0], reader)


def _indicators(question: Question) -> list[Indicator]:
    """Return what a question asks about. Raises: UnableToChart: ``no_number``. UnableToOpen: ``unknown_indicator``."""
    several = [indicator_of(code, question.selection) for code in (*question.table.codes, *question.uses)]
    for indicator in several:
        if indicator.kind is IndicatorKind.TARGET:
            raise UnableToChart("no_number", title=indicator.title)
    return several
