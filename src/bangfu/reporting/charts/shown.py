"""A chart as a page shows it: drawn twice, for a screen and for a phone, with one page of its table."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest

from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words
from bangfu.reporting.charts.answers.answer import Answer, Row
from bangfu.reporting.charts.answers.asked import answered
from bangfu.reporting.charts.asking import Question
from bangfu.reporting.charts.disclosing import has_small_groups
from bangfu.reporting.charts.engines.marks import NARROW, WIDE
from bangfu.reporting.charts.pictures import subtitle
from bangfu.reporting.charts.plating import Plate, plate_of

ROWS_A_PAGE = 100


def plates_of(answer: Answer) -> list[Plate]:
    """Return a chart drawn for a screen and for a phone; nothing when nothing was counted."""
    return [] if answer.is_empty else [
        plate_of(answer.draw(WIDE), "wide"), plate_of(answer.draw(NARROW), "narrow"),
    ]  # fmt: skip


def _heads(answer: Answer) -> list[tuple[Words, bool]]:
    """Return the headings of a chart's table, and whether numbers stand under each."""
    cells = answer.rows[0].cells if answer.rows else ()
    return list(zip(answer.headings, [False, *(cell.is_number for cell in cells)], strict=False))


def shown(request: HttpRequest, account: Account, question: Question) -> dict[str, Any]:
    """Return what shows a chart and one page of its table, or of one class of it.

    Raises: what ``answered`` raises.
    """
    answer = answered(question, account)
    bin_ = request.GET.get("bin", "")
    rows: list[Row] = [row for row in answer.rows if not row.is_whole]
    if bin_.isascii() and bin_.isdecimal():
        rows = [row for row in rows if row.bin == int(bin_)]
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    heads = _heads(answer)
    listed = [*page, *(row for row in answer.rows if row.is_whole)]
    return {
        "answer": answer,
        "question": question,
        "query": question.query,
        "pairs": [(name, one) for name, several in question.fields.items() for one in several],
        "plates": plates_of(answer),
        "page": page,
        "heads": heads,
        "rows": [(row, list(zip(row.cells, answer.headings[1:], strict=False))) for row in listed],
        # Words beside words leave no room for the number on a phone: there each row becomes a card.
        "is_stacked": not all(is_number for _, is_number in heads[1:]),
        "bin": bin_,
        "subtitle": subtitle(answer),
        "has_small_groups": has_small_groups(answer),
    }
