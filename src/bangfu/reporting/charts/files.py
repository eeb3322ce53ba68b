"""A chart as a file: its table as workbook or CSV with typed cells, and the chart as PNG or SVG."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.lists import Cell, Origin, list_file
from bangfu.reporting.charts import pictures
from bangfu.reporting.charts.answers import answer as said
from bangfu.reporting.charts.answers.answer import Answer
from bangfu.reporting.charts.answers.asked import answered, asked_in
from bangfu.reporting.charts.disclosing import rows_outside
from bangfu.reporting.display import plain_text

CONTENT_TYPES = {"png": "image/png", "svg": "image/svg+xml; charset=utf-8"}


@require_safe
def table(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the whole table of the chart that the address asks."""
    account, question = asked_in(request, dict(request.GET.lists()))
    answer = answered(question, account)
    origin = Origin(
        what=both("图表的数据：{title}", "Data of a chart: {title}").filled(title=answer.title),
        sheet=both("图表", "Chart"),
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        narrowed_to="；".join([pictures.subtitle(answer), *answer.notes]),
        address=address_of(request, answer),
    )
    return list_file("chart", form, answer.headings, _rows(answer), origin)


def _rows(answer: Answer) -> Iterator[list[Cell]]:
    for row in rows_outside(answer):
        yield [row.name, *(_cell(cell) for cell in row.cells)]


def _cell(cell: said.Cell) -> Cell:
    """Return a cell of the table as a file has it: numbers exactly, no records as nothing."""
    if cell.value is not None:
        return Decimal(plain_text(cell.value))
    return "" if cell.text == said.NO_DATA else cell.text


@require_safe
def picture(request: HttpRequest, form: str) -> HttpResponse:
    """Send the chart that the address asks as a picture that stands alone.

    Raises: UnableToChart: ``small_groups``.
    """
    account, question = asked_in(request, dict(request.GET.lists()))
    answer = answered(question, account)
    taken_at, address = timezone.localtime(), address_of(request, answer)
    made = (pictures.as_png if form == "png" else pictures.as_svg)(answer, address=address, taken_at=taken_at)
    response = HttpResponse(made, content_type=CONTENT_TYPES[form])
    response.headers["Content-Disposition"] = f'attachment; filename="chart-{taken_at:%Y%m%d-%H%M}.{form}"'
    return response


def address_of(request: HttpRequest, answer: Answer) -> str:
    """Return the whole address of a chart."""
    return request.build_absolute_uri(f"{reverse('charts:new')}?{answer.question.query}")
