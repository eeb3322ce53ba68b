"""Pages of the county's own account: the list of lines, and one line with what was said of it."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bangfu.foundation.operations import Act, NotPermitted, Refusal, allows, granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.review import queries
from bangfu.foundation.review.counties import ALL_ANSWERS, OPEN, READS_COUNTY
from bangfu.foundation.review.forms import CountyForm, VerifyForm
from bangfu.foundation.review.models import CountyLine
from bangfu.foundation.review.operations import confirm_records, correct_record, dispute_record
from bangfu.foundation.rooms import both, record_type, record_types

LINES_A_PAGE = 50
SORTS = {"newest": ("-pk",), "oldest": ("pk",), "place": ("place_id", "pk"), "day": ("happened_on", "pk")}


@require_http_methods(["GET", "HEAD", "POST"])
def lines(request: HttpRequest) -> HttpResponse:
    """List what was verified in a county; its official confirms what is ticked, or everything listed."""
    account, today = reader_of(request), timezone.localdate()
    answers = bool(granted_units(account, "review.confirm_records", today))
    ordered, asked = lines_asked_for(account, request)
    every, found = queries.lines_for(account, today), ordered.order_by()
    refusal: Refusal | None = None
    form = VerifyForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        try:
            count = confirm_records(
                lines=_chosen(found, request), act=Act.now(account, key=str(form.cleaned_data["key"]))
            )
        except Refusal as refused:
            refusal = refused
        else:
            said = both("已代表县方确认 {count} 条。", "{count} confirmed for the county.")
            messages.success(request, said.format(count=count))
            return redirect(request.get_full_path())
    counts, kinds = Counter[str](), set[int]()
    for row in every.order_by().values("record_type", "answer").annotate(n=Count("pk")):  # type: ignore[misc]
        counts[row["answer"]] += row["n"]
        kinds.add(row["record_type"])
    page = Paginator(ordered.select_related("unit", "batch"), LINES_A_PAGE).get_page(request.GET.get("page"))
    unanswered = found.filter(answer=OPEN).aggregate(count=Count("pk"), newest=Max("pk"))  # type: ignore[misc]
    context = {
        "page": page,
        "rows": lines_told(list(page)),
        "answers": answers,
        "chips": [("", both("全部", "All"), counts.total())]
        + [(code, words, counts[code]) for code, words in ALL_ANSWERS.items()],
        "kinds": [kind for kind in record_types() if kind.number in kinds],
        "asked": asked,
        "sort": request.GET.get("sort", "newest"),
        "is_filtered": any(asked.values()),
        "unanswered": unanswered["count"],
        "newest": unanswered["newest"] or 0,
        "key": uuid4(),
        "refusal": refusal,
    }
    return render(request, "review/county.html", context, status=_status(refusal, form))


def lines_asked_for(account: Account, request: HttpRequest) -> tuple[QuerySet[CountyLine], dict[str, str]]:
    """Return the lines that a reader asks for, in order, and what narrows them.

    Raises: NotPermitted: the reader sees none and answers none.
    """
    today = timezone.localdate()
    if not any(granted_units(account, name, today) for name in READS_COUNTY):
        raise NotPermitted("out_of_scope", permission="review.view_county")
    found, asked = _filtered(queries.lines_for(account, today), request)
    return found.order_by(*SORTS.get(request.GET.get("sort", "newest"), SORTS["newest"])), asked


def _filtered(
    every: QuerySet[CountyLine], request: HttpRequest
) -> tuple[QuerySet[CountyLine], dict[str, str]]:
    asked = {name: request.GET.get(name, "").strip() for name in ("answer", "kind", "q")}
    found = every
    if asked["answer"] in ALL_ANSWERS:
        found = found.filter(answer=asked["answer"])  # type: ignore[misc]
    if asked["kind"] in {kind.code for kind in record_types()}:
        found = found.filter(record_type=record_type(asked["kind"]).number)
    for word in asked["q"].split():
        found = found.filter(
            Q(batch__title__icontains=word)
            | Q(unit__name_zh__icontains=word)
            | Q(unit__name_en__icontains=word)
            | Q(place__name__icontains=word)
        )
    return found, asked


def _chosen(found: QuerySet[CountyLine], request: HttpRequest) -> list[int]:
    """Return the lines that a press confirms: those ticked, or every unanswered one that stood in the list then."""
    if "all" in request.POST:
        newest = request.POST.get("newest", "")
        seen = int(newest) if newest.isdecimal() and len(newest) < 18 else 0
        return list(found.filter(answer=OPEN, pk__lte=seen).values_list("pk", flat=True))  # type: ignore[misc]
    return [int(key) for key in request.POST.getlist("row") if key.isdecimal() and len(key) < 18]


def lines_told(found: list[CountyLine]) -> list[dict[str, Any]]:
    """Return what lists say of lines."""
    labels = place_labels({line.place_id for line in found})
    by_type: dict[int, list[int]] = {}
    for line in found:
        by_type.setdefault(line.record_type, []).append(line.record_id)
    summaries = {number: record_type(number).summaries(keys) for number, keys in by_type.items()}
    rows = []
    for line in found:
        summary = summaries[line.record_type].get(line.record_id)
        rows.append(
            {
                "line": line,
                "title": summary.title if summary else str(line.record_id),
                "kind": record_type(line.record_type).title,
                "place": labels.get(line.place_id, ""),
                "answer": line.answer,  # type: ignore[attr-defined]
                "answer_words": ALL_ANSWERS[line.answer],  # type: ignore[attr-defined]
            }
        )
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
def line(request: HttpRequest, key: int) -> HttpResponse:
    """Show one line with the record's summary and what the county said; its official answers here."""
    account, today = reader_of(request), timezone.localdate()
    found = get_object_or_404(
        CountyLine.objects.select_related("unit", "batch", "county", "review__decided_by__person__key"),
        pk=key,
    )
    if not any(allows(account, name, found.scope, today) for name in ("review.view_county", "review.view")):
        raise NotPermitted("out_of_scope", permission="review.view_county")
    form = CountyForm(request.POST) if request.method == "POST" else CountyForm(initial={"key": uuid4()})
    refusal: Refusal | None = None
    if form.is_bound and form.is_valid():
        try:
            _answer(request, account, found, form.cleaned_data)
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, str(both("县方的答复已留存。", "The county's answer is kept.")))
            return redirect("review:line", key=found.pk)
    kind = record_type(found.record_type)
    standing = queries.lines_for(account, today).filter(pk=found.pk).first()
    answer = standing.answer if standing else ""  # type: ignore[attr-defined]
    context = {
        "line": found,
        "kind": kind.title,
        "summary": kind.summaries([found.record_id]).get(found.record_id),
        "address": kind.address(found.record_id),
        "place": place_labels([found.place_id]).get(found.place_id, ""),
        "county_said": queries.county_trail(found.record_type, found.record_id),
        "answer": answer,
        "answer_words": ALL_ANSWERS.get(answer),
        "may_answer": bool(answer) and allows(account, "review.correct_record", found.scope, today),
        "form": form,
        "refusal": refusal,
    }
    return render(request, "review/line.html", context, status=_status(refusal, form))


def _answer(request: HttpRequest, account: Account, found: CountyLine, said: dict[str, Any]) -> None:
    act = Act.now(account, key=str(said["key"]))
    if "confirm" in request.POST:
        confirm_records(lines=[found.pk], act=act)
    elif "dispute" in request.POST:
        dispute_record(line=found, remark=said["remark"], act=act)
    else:
        correct_record(
            line=found,
            quantity=said["quantity"],
            happened_on=said["happened_on"],
            place=said["place"],
            remark=said["remark"],
            act=act,
        )


def _status(refusal: Refusal | None, form: VerifyForm | None) -> int:
    if refusal is not None:
        return 403 if isinstance(refusal, NotPermitted) else 409
    return 422 if form is not None and form.errors else 200
