"""A chart as a page shows it: drawn twice, for a screen and for a phone, with one page of its table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words
from bangfu.reporting.charts.answers.answer import Answer, Row
from bangfu.reporting.charts.answers.asked import answered
from bangfu.reporting.charts.asking import Question
from bangfu.reporting.charts.disclosing import has_small_groups
from bangfu.reporting.charts.engines import svg
from bangfu.reporting.charts.engines.marks import NARROW, WIDE, Frame
from bangfu.reporting.charts.pictures import subtitle

ROWS_A_PAGE = 100


@dataclass(frozen=True)
class Plate:
    """A drawing as it stands in a page."""

    look: str
    """``wide`` or ``narrow``."""
    width: float
    height: float
    inner: SafeString


def plates_of(answer: Answer) -> list[Plate]:
    """Return a chart drawn for a screen and for a phone; nothing when nothing was counted."""
    return [] if answer.is_empty else [_plate(answer, WIDE, "wide"), _plate(answer, NARROW, "narrow")]


def _plate(answer: Answer, frame: Frame, look: str) -> Plate:
    drawn = answer.draw(frame)
    # Every text in it was escaped where it was written.
    return Plate(look, drawn.width, round(drawn.height, 2), mark_safe(svg.inner(drawn)))


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
    return {
        "answer": answer,
        "question": question,
        "query": question.query,
        "pairs": [(name, one) for name, several in question.fields.items() for one in several],
        "plates": plates_of(answer),
        "page": page,
        "heads": _heads(answer),
        "rows": [*page, *(row for row in answer.rows if row.is_whole)],
        "bin": bin_,
        "subtitle": subtitle(answer),
        "has_small_groups": has_small_groups(answer),
    }
