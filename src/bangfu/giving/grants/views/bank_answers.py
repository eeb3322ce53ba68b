"""What banks answer to batches: read from their files, and shown with each line that was refused."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.operations import Act
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell, list_file, not_figures, origin_of
from bangfu.giving.grants import operations, paying_forms
from bangfu.giving.grants.models import ResultFile
from bangfu.giving.grants.paying_refusals import RESULT_REFUSALS
from bangfu.giving.grants.views.gate import ROWS_A_PAGE, carried_out, own, page, readable
from bangfu.giving.grants.views.paying import BATCH_ROWS, PAGES

RESULTS = ResultFile.objects.select_related("batch__programme", "read_by")
REFUSED_HEADINGS = (both("文件第几行", "Row of the file"), both("为什么", "Why"))


@require_http_methods(PAGES)
def read(request: HttpRequest, key: int) -> HttpResponse:
    """Read the bank's answer."""
    _, one = own(request, BATCH_ROWS, key, "read_results")
    form = paying_forms.ResultForm(request.POST or None, request.FILES or None)

    def carry(said: dict[str, Any], act: Act) -> str:
        made = operations.read_results(
            batch=one, name=said["file"].name, content=said["file"].read(), act=act
        )
        return reverse("grants:result", args=[made.pk])

    note = both(
        "按序号对应；同一文件只读一次；金额、账号或批次不符的行不采用，逐行说明。“结果”写成功、失败或退汇。",
        "Lines are matched by number, a file is read once, and a line of another sum, account or batch is refused with its"
        " reason. The result is 成功, 失败 or 退汇.",
    )
    context = page(
        both("读入银行结果", "Read the bank's answer"), reverse("grants:batch", args=[key]), one.number, note
    )
    return carried_out(request, form, carry, both("结果已读入。", "The answer was read."), context)


@require_safe
def result(request: HttpRequest, key: int) -> HttpResponse:
    """Show what became of one answer of the bank, with each line that was refused."""
    _, one = readable(request, RESULTS, key)
    refused = Paginator(_refused_lines(one), ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "grants/result.html", {"result": one, "page": refused})


def _refused_lines(one: ResultFile) -> list[tuple[str, Words]]:
    """Return the rows of an answer that were not taken, each with the reason."""
    return [(row, RESULT_REFUSALS[code]) for row, _, code in (said.partition(":") for said in one.refusals)]


@require_safe
def refused_file(request: HttpRequest, key: int, form: str) -> HttpResponseBase:
    """Return the rows of an answer that were not taken as a file."""
    account, one = readable(request, RESULTS, key)
    origin = origin_of(
        request, reverse("grants:result", args=[key]), not_figures(both("未采用的行", "Lines that were refused")),
        taken_by=account.display_name, narrowed_to=[one.name],
    )  # fmt: skip
    rows: Iterator[list[Cell]] = ([Decimal(row), str(words)] for row, words in _refused_lines(one))
    return list_file(f"{one.batch.number}-refused", form, REFUSED_HEADINGS, rows, origin)
