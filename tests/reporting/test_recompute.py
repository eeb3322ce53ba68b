"""Whatever happened: a figure, its parts and its facts say the same, and a block keeps what it said."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.ledger.queries import latest_block
from bangfu.foundation.ledger.rollups import roll_up
from bangfu.foundation.ledger.sealing import seal_pending
from bangfu.reporting import queries
from bangfu.reporting.facts import facts_in
from bangfu.reporting.selection import Selection, read_selection
from tests.cast import CEHENG, GUIZHOU, GUYUAN, YUNNAN
from tests.reporting.story import LAMPS, Story

CODES = ("network.base_stations", LAMPS.code)
PLACES = (CEHENG, 522327001000, GUYUAN, GUIZHOU, YUNNAN)
DAYS = (date(2018, 12, 31), date(2019, 1, 1), date(2019, 6, 30), date(2019, 12, 31), date(2020, 1, 1))
SELECTIONS = [
    {"period": "2019"},
    {"period": "2019-Q2", "place": "522327"},
    {"period": "2019-01-01/2019-06-30", "place": "52"},
    {"period": "2018", "unit": "P52"},
    {"period": "2020", "place": "530000", "unit": "GROUP"},
]

postings = st.one_of(
    st.tuples(
        st.just("post"),
        st.sampled_from(["guizhou", "yunnan"]),
        st.sampled_from(PLACES),
        st.sampled_from(DAYS),
        st.integers(1, 3),
    ),
    st.tuples(
        st.just("lamps"),
        st.sampled_from(PLACES),
        st.sampled_from(DAYS),
        st.sampled_from((-3, -2, -1, 1, 2, 3)),
    ),
)
deeds = st.one_of(
    postings,
    st.tuples(st.just("reverse"), st.integers(0, 30)),
    st.just(("seal",)),
    st.just(("roll",)),
)


def do(story: Story, deed: tuple) -> None:
    match deed:
        case ("post", branch, place, day, how_many):
            story.stations(how_many, unit=getattr(story.cast, branch).pk, place=place, on=day)
        case ("lamps", place, day, quantity):
            story.post(LAMPS, [quantity], unit=None, place=place, on=day)
        case ("reverse", at):
            taken_back = Fact.objects.filter(reverses_id__isnull=False).values("reverses_id")
            standing = Fact.objects.filter(reverses_id__isnull=True).exclude(pk__in=taken_back).order_by("id")
            if standing:
                story.reverse(standing[at % len(standing)].pk)
        case ("seal",):
            seal_pending()
        case ("roll",):
            seal_pending()
            roll_up()


def recomputed(code: str, selection: Selection) -> Decimal | None:
    """Return the sum of the facts that the figure opens to, added up one by one."""
    facts = list(facts_in(queries.indicator_of(code, selection), selection))
    return sum((fact.quantity for fact in facts), Decimal(0)) if facts else None


@pytest.mark.django_db
@settings(max_examples=40)
@given(history=st.lists(deeds, max_size=12))
def test_every_figure_opens_to_facts_that_recompute_to_it(story: Story, history: list) -> None:
    before = transaction.savepoint()
    try:
        said: dict[tuple[str, int, str], Decimal | None] = {}
        for deed in history:
            do(story, deed)
        sealed = latest_block()
        newest = sealed.number if sealed else 0
        for code in CODES:
            for given_ in SELECTIONS:
                live = read_selection(given_)
                for selection in [live, *(live.having(as_of=block) for block in range(newest + 1))]:
                    figure = queries.figure_in(code, selection)
                    opened = queries.opened(code, selection)
                    assert figure.value == recomputed(code, selection)
                    assert opened.figure.sum == figure.sum
                    for parts in (opened.breakdown.places, opened.breakdown.units):
                        assert sum(part.value for part in parts) == (figure.value or 0)
                    if selection.as_of is not None:
                        said[code, selection.as_of, selection.query()] = figure.value
        for fact in Fact.objects.filter(reverses_id__isnull=True).order_by("id")[:2]:
            if not Fact.objects.filter(reverses_id=fact.pk).exists():
                story.reverse(fact.pk)
        for (code, _, query), value in said.items():
            again = read_selection(dict(part.split("=") for part in query.split("&")))
            assert queries.figure_in(code, again).value == value
    finally:
        transaction.savepoint_rollback(before)


@pytest.mark.django_db
@settings(max_examples=20)
@given(history=st.lists(deeds, max_size=6), more=st.lists(postings, min_size=1, max_size=4))
def test_reversing_what_was_posted_restores_every_figure(story: Story, history: list, more: list) -> None:
    before = transaction.savepoint()
    try:
        for deed in history:
            do(story, deed)
        first = set(Fact.objects.values_list("pk", flat=True))
        asked = [(code, read_selection(given_)) for code in CODES for given_ in SELECTIONS]
        said = [queries.figure_in(code, selection).value or 0 for code, selection in asked]
        for deed in more:
            do(story, deed)
        posted = Fact.objects.exclude(pk__in=first).values_list("pk", flat=True)
        story.reverse(*posted)
        assert [queries.figure_in(code, selection).value or 0 for code, selection in asked] == said
    finally:
        transaction.savepoint_rollback(before)
