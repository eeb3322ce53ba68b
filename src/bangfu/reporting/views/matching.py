"""对得上: a draft is pasted or uploaded, every number in it is marked, and nothing of it is kept."""

from __future__ import annotations

import csv
import io
from typing import Any

import xlsxwriter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from bangfu.foundation.operations import Scope, allows
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.rooms.marks import marked_rows
from bangfu.reporting.access import own_corner
from bangfu.reporting.display import plain_text
from bangfu.reporting.drafts import SIGNS, VERDICT_WORDS, Draft, matched
from bangfu.reporting.matching import Verdict
from bangfu.reporting.reading import LARGEST_BYTES, MOST_SIGNS, UnableToReadDraft, read_draft, read_text
from bangfu.reporting.room import VIEW

COLUMNS = (
    "number", "verdict", "verdict_zh", "verdict_en", "insert", "why_zh", "why_en", "indicator", "title_zh", "title_en",
    "period", "value", "sentence", "address",
)  # fmt: skip
ORDER = (
    Verdict.OFF, Verdict.WRONG_WORD, Verdict.WRONG_SCOPE, Verdict.OUTDATED, Verdict.UNKNOWN, Verdict.TRUE,
)  # fmt: skip


def _given(request: HttpRequest) -> str:
    """Return the text that was pasted, or that of the file.

    Raises: UnableToReadDraft: there is neither, or it cannot be read.
    """
    file = request.FILES.get("file")
    if file is None:
        return read_text(request.POST.get("text", ""))
    if (file.size or 0) > LARGEST_BYTES:
        raise UnableToReadDraft("too_large", megabytes=LARGEST_BYTES // 1024**2)
    return read_draft(file.read())


def _matched(request: HttpRequest) -> Draft:
    return matched(_given(request), account=reader_of(request), on=timezone.localdate())


@require_http_methods(["GET", "POST"])
def match(request: HttpRequest) -> HttpResponse:
    """Ask for a draft, and show it with every number marked."""
    reader, today = reader_of(request), timezone.localdate()
    own_corner(reader, today)
    context: dict[str, Any] = {
        "most": MOST_SIGNS,
        "megabytes": LARGEST_BYTES // 1024**2,
        "sees_reports": allows(reader, VIEW, Scope(), today),
    }
    if request.method == "GET":
        return render(request, "reporting/match.html", context)
    try:
        draft = _matched(request)
    except UnableToReadDraft as refusal:
        context |= {"refusal": refusal, "text": request.POST.get("text", "")}
        return render(request, "reporting/match.html", context, status=422)
    counts = draft.counts
    kinds = [
        {"code": one.value, "words": VERDICT_WORDS[one], "sign": SIGNS[one], "count": counts[one]}
        for one in ORDER
        if one in counts
    ]
    return render(request, "reporting/match.html", {**context, "draft": draft, "kinds": kinds})


def _row(one: Any, request: HttpRequest) -> list[str]:
    marked = one.marked
    return [
        marked.number.text,
        one.verdict.value,
        one.words.zh,
        one.words.en,
        one.insert,
        one.why.zh,
        one.why.en,
        one.code,
        one.title.zh if one.title else "",
        one.title.en if one.title else "",
        marked.question.period if one.address else "",
        "" if marked.value is None else plain_text(marked.value),
        one.sentence,
        request.build_absolute_uri(one.address) if one.address else "",
    ]


@require_POST
def match_list(request: HttpRequest, form: str) -> HttpResponse:
    """Send the numbers of a draft with their verdicts as a CSV file or a workbook."""
    own_corner(reader_of(request), timezone.localdate())
    rows = [_row(one, request) for one in _matched(request).lines]
    if form == "csv":
        sheet = io.StringIO()
        sheet.write("\ufeff")
        marks = [[], *marked_rows()] if marked_rows() else []
        csv.writer(sheet).writerows([COLUMNS, *([_harmless(cell) for cell in row] for row in rows), *marks])
        content, kind = sheet.getvalue().encode(), "text/csv; charset=utf-8"
    else:
        content = _workbook(rows)
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="matched.{form}"'
    return response


def _harmless(cell: str) -> str:
    """Return a cell that a spreadsheet does not take for a formula: the draft's words are a stranger's."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t"} else cell


def _workbook(rows: list[list[str]]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet = book.add_worksheet("matched")
        sheet.write_row(0, 0, COLUMNS, book.add_format({"bold": True}))
        for at, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                sheet.write_string(at, column, cell)
        sheet.freeze_panes(1, 0)
        sheet.autofit()
        for label, value in marked_rows():
            book.add_worksheet(label).write_string(0, 0, value)
    return file.getvalue()
