"""Pages of reviews: the inbox, one paper, and the two signatures with which it is decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.evidence.models import KIND_WORDS
from bangfu.foundation.evidence.queries import attachments_of, has_evidence
from bangfu.foundation.operations import Act, NotPermitted, Refusal, granted_units
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.review import queries
from bangfu.foundation.review.forms import ReturnForm, VerifyForm
from bangfu.foundation.review.models import STATE_WORDS, Batch, Review, ReviewState
from bangfu.foundation.review.register import deciders
from bangfu.foundation.rooms import RecordSummary, RecordType, Words, both, record_type, record_types

PAPERS_A_PAGE = 20
ROWS_A_PAGE = 50

WAITING, MINE, ALL = "waiting", "mine", "all"
VIEWS = {
    WAITING: both("待我核验", "Waiting for me"),
    MINE: both("我提交的", "Submitted by me"),
    ALL: both("全部", "All"),
}


def _papers(account: Account, view: str) -> QuerySet[Batch]:
    today = timezone.localdate()
    match view:
        case "waiting":
            return queries.waiting_for(account, today)
        case "mine":
            return queries.submitted_by(account)
    return queries.papers_in_reach(account, today)


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Show the papers that wait for me, that I submitted, or that I may read."""
    account = reader_of(request)
    view = request.GET.get("view", WAITING)
    view = view if view in VIEWS else WAITING
    today = timezone.localdate()
    sees_nothing = not granted_units(account, "review.view", today) and not granted_units(
        account, "review.decide", today
    )
    if sees_nothing and not queries.submitted_by(account).exists():
        raise NotPermitted("out_of_scope", permission="review.view")

    every = _papers(account, view)
    found, asked = _filtered(every, request)
    page = Paginator(found.select_related("unit"), PAPERS_A_PAGE).get_page(request.GET.get("page"))
    papers = list(page)
    names = _names([key for one in papers for key in (one.submitted_by_id, one.decided_by_id) if key])
    context = {
        "view": view,
        "views": [(code, words, _papers(account, code).count()) for code, words in VIEWS.items()],
        "states": STATE_WORDS.items(),
        "rooms": [kind for kind in record_types() if kind.code in deciders],
        "units": Unit.objects.filter(pk__in=every.order_by().values("unit")).order_by("path"),
        "asked": asked,
        "is_filtered": any(asked.values()),
        "page": page,
        "rows": [
            {
                "paper": paper,
                "kind": record_type(paper.record_type).title,
                "submitter": names[paper.submitted_by_id],
                "decider": names.get(paper.decided_by_id or 0, ""),
            }
            for paper in papers
        ],
    }
    return render(request, "review/inbox.html", context)


def _filtered(papers: QuerySet[Batch], request: HttpRequest) -> tuple[QuerySet[Batch], dict[str, str]]:
    """Return the papers that the query string asks for, and what it asks."""
    asked = {name: request.GET.get(name, "").strip() for name in ("state", "room", "unit", "q")}
    if asked["state"] in ReviewState.values:
        papers = papers.filter(state=asked["state"])
    if asked["room"] in {kind.code for kind in record_types()}:
        papers = papers.filter(record_type=record_type(asked["room"]).number)
    if asked["unit"].isascii() and asked["unit"].isdigit():
        papers = papers.filter(unit_id=int(asked["unit"][:18]))
    for word in asked["q"].split():
        by_number = Q(pk=int(word)) if word.isascii() and word.isdigit() and len(word) < 18 else Q()
        papers = papers.filter(
            Q(title__icontains=word)
            | Q(unit__name_zh__icontains=word)
            | Q(unit__name_en__icontains=word)
            | by_number
        )
    return papers, asked


def _names(accounts: list[int]) -> dict[int, str]:
    """Return the names of accounts: ``dict[key, name]``."""
    found = Account.objects.filter(pk__in=accounts).select_related("person")
    return {account.pk: account.display_name for account in found}


def _readable_paper(request: HttpRequest, key: int) -> tuple[Account, Batch]:
    account = reader_of(request)
    batch = get_object_or_404(
        Batch.objects.select_related("unit", "submitted_by__person", "decided_by__person"), pk=key
    )
    if not queries.may_read(account, batch, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission="review.view")
    return account, batch


@dataclass(frozen=True)
class PaperRow:
    """One record of a paper as its page lists it."""

    review: Review
    title: str
    address: str
    cells: list[tuple[Words, str]]
    evidence: list[tuple[str, Words]]
    """Digest and kind of each file that hangs on the record."""


@require_safe
def paper(request: HttpRequest, batch: int) -> HttpResponse:
    """Show one paper: who, when, how many, with what evidence, and its records."""
    account, found = _readable_paper(request, batch)
    kind = record_type(found.record_type)
    reviews = found.reviews.order_by("record_id")
    keys = list(reviews.values_list("record_id", flat=True))
    with_evidence = has_evidence(kind.number, keys)
    only_bare = request.GET.get("evidence") == "none"
    if only_bare:
        reviews = reviews.exclude(record_id__in=with_evidence)
    page = Paginator(reviews, ROWS_A_PAGE).get_page(request.GET.get("page"))
    labels, rows = _rows(page, kind)
    context = {
        **_head(account, found, kind),
        "page": page,
        "labels": labels,
        "rows": rows,
        "record_total": len(keys),
        "bare": len(keys) - len(with_evidence),
        "with_evidence": len(with_evidence),
        "evidence_pct": f"{100 * len(with_evidence) / len(keys):.1f}" if keys else None,
        "moved": found.record_count - len(keys),
        "only_bare": only_bare,
    }
    return render(request, "review/paper.html", context)


def _head(account: Account, batch: Batch, kind: RecordType) -> dict[str, Any]:
    waits = batch.state == ReviewState.SUBMITTED
    today = timezone.localdate()
    return {
        "paper": batch,
        "kind": kind.title,
        "is_mine": batch.submitted_by_id == account.pk,
        "waits": waits,
        "may_decide": waits and queries.may_decide(account, batch, today),
        "next_paper": None if waits else queries.waiting_for(account, today).first(),
    }


def _rows(page: Page[Review], kind: RecordType) -> tuple[list[Words], list[PaperRow]]:
    """Return the labels of the columns, as the first summary orders them, and the rows of one page."""
    reviews = list(page)
    keys = [review.record_id for review in reviews]
    summaries = kind.summaries(keys)
    files: dict[int, list[tuple[str, Words]]] = {key: [] for key in keys}
    for one in attachments_of(kind.number, keys):
        files[one.record_id].append((one.file_id, KIND_WORDS[one.kind]))
    labels: dict[Words, None] = {}
    for known in summaries.values():
        labels.update(dict.fromkeys(label for label, _ in known.rows))
    rows = []
    for review in reviews:
        summary: RecordSummary | None = summaries.get(review.record_id)
        values = dict(summary.rows) if summary else {}
        rows.append(
            PaperRow(
                review=review,
                title=summary.title if summary else "",
                address=kind.address(review.record_id) if summary else "",
                cells=[(label, values.get(label, "")) for label in labels],
                evidence=files[review.record_id],
            )
        )
    return list(labels), rows


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, batch: int) -> HttpResponse:
    """Ask for the signature that verifies a paper, and carry it out."""
    return _decision(request, batch, VerifyForm, is_return=False)


@require_http_methods(["GET", "HEAD", "POST"])
def give_back(request: HttpRequest, batch: int) -> HttpResponse:
    """Ask for the reason and the signature that return a paper, and carry it out."""
    return _decision(request, batch, ReturnForm, is_return=True)


def _decision(
    request: HttpRequest, key: int, form_class: type[VerifyForm], *, is_return: bool
) -> HttpResponse:
    account, found = _readable_paper(request, key)
    kind = record_type(found.record_type)
    if kind.code not in deciders:
        raise NotPermitted("out_of_scope", permission="review.decide")
    form = form_class(request.POST) if request.method == "POST" else form_class(initial={"key": uuid4()})
    refusal: Refusal | None = None
    if form.is_bound and form.is_valid():
        act = Act.now(account, key=str(form.cleaned_data["key"]))
        verify_papers, return_papers = deciders[kind.code]
        try:
            if is_return:
                return_papers(batch=found, remark=form.cleaned_data["remark"], act=act)
            else:
                verify_papers(batch=found, act=act)
        except Refusal as answer:
            refusal = answer
        else:
            done = (
                both("已退回第 {key} 号单据。", "Paper {key} was returned.")
                if is_return
                else both(
                    "已核验第 {key} 号单据，您的签名已留存。",
                    "Paper {key} is verified; your signature is kept.",
                )
            )
            messages.success(request, done.format(key=found.pk))
            return redirect("review:paper", batch=found.pk)
    context = {**_head(account, found, kind), "form": form, "refusal": refusal, "is_return": is_return}
    status = 200
    if refusal is not None:
        status = 403 if isinstance(refusal, NotPermitted) else 409
    elif form.errors:
        status = 422
    return render(request, "review/decide.html", context, status=status)
