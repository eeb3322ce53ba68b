"""Asking charts in tests, and holding every cell and mark against the figure that its address opens."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from bangfu.foundation.people.models import Account
from bangfu.reporting.charts.answers.answer import Answer
from bangfu.reporting.charts.answers.asked import answered
from bangfu.reporting.charts.asking import Question, read_question
from bangfu.reporting.charts.engines.marks import NARROW, WIDE
from bangfu.reporting.charts.engines.texts import overlap
from bangfu.reporting.figures import Figure
from bangfu.reporting.periods import read_period
from bangfu.reporting.queries import figure_in
from bangfu.reporting.selection import read_selection


def question(**given: Any) -> Question:
    fields = {name: [one] if isinstance(one, str) else list(one) for name, one in given.items()}
    return read_question(fields, period=read_period("2019"))


def chart(account: Account, **given: Any) -> Answer:
    return answered(question(**given), account)


def opened(address: str) -> Figure:
    """Return the figure that an address opens."""
    parts = urlsplit(address)
    return figure_in(parts.path.split("/")[2], read_selection(dict(parse_qsl(parts.query))))


def values(answer: Answer) -> dict[str, list[Decimal | None]]:
    return {row.name: [cell.value for cell in row.cells] for row in answer.rows}


def texts(answer: Answer) -> dict[str, list[str]]:
    return {row.name: [cell.text for cell in row.cells] for row in answer.rows}


def proved(answer: Answer, *, fewest: int) -> Answer:
    """Return a chart of which every cell and mark says what its figure says when it is asked by itself.

    Args:
        fewest: how many figures it opens at least.
    """
    found = {}
    for row in answer.rows:
        for cell in row.cells:
            if cell.address:
                found[cell.address] = opened(cell.address)
                assert cell.value == found[cell.address].value, (row.name, cell)
    for frame in (WIDE, NARROW):
        drawn = answer.draw(frame)
        assert overlap(drawn.labels) == []
        for mark in drawn.marks:
            if mark.address.startswith("/f/"):
                figure = found.get(mark.address) or opened(mark.address)
                assert mark.text.endswith(f"{figure.exact} {figure.part_unit}".rstrip()) or figure.terms, mark
                found[mark.address] = figure
    assert len(found) >= fewest
    return answer
