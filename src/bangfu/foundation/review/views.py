"""Pages of reviews: the inbox, one paper, and the two signatures with which it is decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.evidence.models import KIND_WORDS, EvidenceKind
from bangfu.foundation.evidence.queries import attachments_of, has_evidence
from bangfu.foundation.operations import Act, NotPermitted, Refusal, granted_units
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.review import queries
from bangfu.foundation.review.assessing import assessed, reason_words
from bangfu.foundation.review.counties import ALL_ANSWERS, READS_COUNTY
from bangfu.foundation.review.forms import LookForm, ReturnForm, VerifyForm
from bangfu.foundation.review.inbox import SORT_WORDS, VIEWS, papers_asked_for, papers_in_view
from bangfu.foundation.review.models import STATE_WORDS, Batch, Review, ReviewState
from bangfu.foundation.review.operations import draw_sample, look_at
from bangfu.foundation.review.register import deciders, evidence_asked
from bangfu.foundation.review.sampled import drawn_in, looks_at, sample_of, sampled_in
from bangfu.foundation.review.sampling import sample_size
from bangfu.foundation.review.trails import trail_of
from bangfu.foundation.rooms import RecordSummary, RecordType, Words, both, record_type, record_types

PAPERS_A_PAGE = 20
ROWS_A_PAGE = 50


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Show the papers that wait for me, that I submitted, or that I may read."""
    account = reader_of(request)
    if queries.speaks_for_a_county(account, timezone.localdate()):
        return redirect("review:county")
    view, found, asked = papers_asked_for(account, request)
    every = papers_in_view(account, view)
    page = Paginator(found.select_related("unit"), PAPERS_A_PAGE).get_page(request.GET.get("page"))
    papers = list(page)
    names = _names([key for one in papers for key in (one.submitted_by_id, one.decided_by_id) if key])
    context = {
        "view": view,
        "views": [(code, words, papers_in_view(account, code).count()) for code, words in VIEWS.items()],
        "states": STATE_WORDS.items(),
        "rooms": [kind for kind in record_types() if kind.code in deciders],
        "units": Unit.objects.filter(pk__in=every.order_by().values("unit")).order_by("path"),
        "asked": asked,
        "sort": request.GET.get("sort", ""),
        "sorts": SORT_WORDS.items(),
        "is_filtered": any(asked.values()),
        "reads_county": any(granted_units(account, name, timezone.localdate()) for name in READS_COUNTY),
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


def _names(accounts: list[int]) -> dict[int, str]:
    """Return the names of accounts: ``dict[key, name]``."""
    found = Account.objects.filter(pk__in=accounts).select_related("person__key")
    return {account.pk: account.display_name for account in found}


def _readable_paper(request: HttpRequest, key: int) -> tuple[Account, Batch]:
    account = reader_of(request)
    batch = get_object_or_404(
        Batch.objects.select_related("unit", "submitted_by__person__key", "decided_by__person__key"), pk=key
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
    evidence: list[tuple[str, Words, bool]]
    """Digest and kind of each file that hangs on the record, and whether it is a picture."""
    score: int
    reasons: list[Words]
    verdict: str
    """Of the sample: SEEN, DOUBTFUL, OPEN while nobody looked, empty outside the sample."""
    answer: str
    """What the county says, empty where it was not asked."""


SHOWN = ("all", "flagged", "bare", "sample")


@require_safe
def paper(request: HttpRequest, batch: int) -> HttpResponse:
    """Show one paper: who, when, how many, with what evidence, and its records, the riskiest first."""
    account, found = _readable_paper(request, batch)
    kind = record_type(found.record_type)
    keys = list(found.reviews.order_by("record_id").values_list("record_id", flat=True))
    weighed = _weighed(found, kind, keys)
    with_evidence = has_evidence(kind.number, keys)
    sampled = _sampled(found, keys)
    shown = "bare" if request.GET.get("evidence") == "none" else request.GET.get("show", "all")
    shown = shown if shown in SHOWN else "all"
    chosen = {
        "all": weighed.order,
        "flagged": [key for key in weighed.order if weighed.scores[key]],
        "bare": [key for key in weighed.order if key not in with_evidence],
        "sample": [key for key in weighed.order if key in sampled],
    }
    listed = sorted(chosen[shown]) if request.GET.get("sort") == "key" else chosen[shown]
    page = Paginator(listed, ROWS_A_PAGE).get_page(request.GET.get("page"))
    labels, rows = _rows(list(page), kind, weighed, sampled)
    shares = queries.county_shares(found.reviews.all())
    context = {
        **_head(account, found, kind),
        "page": page,
        "labels": labels,
        "rows": rows,
        "total": len(keys),
        "chips": [(code, SHOWN_WORDS[code], len(chosen[code])) for code in SHOWN],
        "shown": shown,
        "by_key": request.GET.get("sort") == "key",
        "bare": len(chosen["bare"]),
        "with_evidence": len(with_evidence),
        "evidence_pct": f"{100 * len(with_evidence) / len(keys):.1f}" if keys else None,
        "moved": found.record_count - len(keys),
        "trail": trail_of(found),
        "sample": sample_of(found),
        "sample_open": sum(verdict == OPEN for verdict in sampled.values()),
        "sample_size": len(sampled),
        "asks_sample": evidence_asked(kind.code, keys) != "NONE" if keys else False,
        "shares": shares,
    }
    return render(request, "review/paper.html", context)


OPEN = "OPEN"
SHOWN_WORDS = {
    "all": both("全部", "All"),
    "flagged": both("有提示", "With hints"),
    "bare": both("没有佐证", "Without evidence"),
    "sample": both("样本", "Sample"),
}


def _sampled(batch: Batch, keys: list[int]) -> dict[int, str]:
    """Return the last verdict on each sampled record: of those that wait, or of a decided paper all it still holds."""
    found = sampled_in(batch) if batch.state == ReviewState.SUBMITTED else drawn_in(batch)
    held = set(keys)
    return {one.record_id: one.verdict or OPEN for one in found if one.record_id in held}  # type: ignore[attr-defined]


@dataclass(frozen=True)
class _Weighed:
    """The risk of a paper's records."""

    order: list[int]
    """Keys, the riskiest first."""
    scores: dict[int, int]
    reasons: dict[int, list[Words]]


def _weighed(batch: Batch, kind: RecordType, keys: list[int]) -> _Weighed:
    if not keys:
        return _Weighed([], {}, {})
    found = assessed(kind, batch.unit_id, keys, timezone.localdate(batch.submitted_at), paper=batch.pk)
    words = reason_words(kind)
    records, scores = found["record"].to_list(), found["score"].to_list()
    reasons = [[words[code] for code in codes] for codes in found["reasons"].to_list()]
    return _Weighed(
        records, dict(zip(records, scores, strict=True)), dict(zip(records, reasons, strict=True))
    )


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


def _rows(
    keys: list[int], kind: RecordType, weighed: _Weighed, sampled: dict[int, str]
) -> tuple[list[Words], list[PaperRow]]:
    """Return the labels of the columns, as the first summary orders them, and the rows of one page."""
    reviews = {one.record_id: one for one in queries.reviews_of(kind.number, keys)}
    summaries = kind.summaries(keys)
    files: dict[int, list[tuple[str, Words, bool]]] = {key: [] for key in keys}
    for one in attachments_of(kind.number, keys):
        files[one.record_id].append((one.file_id, KIND_WORDS[one.kind], one.kind == EvidenceKind.PHOTO))
    answers = queries.county_answers(kind.number, keys)
    labels: dict[Words, None] = {}
    for known in summaries.values():
        labels.update(dict.fromkeys(label for label, _ in known.rows))
    rows = []
    for key in keys:
        summary: RecordSummary | None = summaries.get(key)
        values = dict(summary.rows) if summary else {}
        rows.append(
            PaperRow(
                review=reviews[key],
                title=summary.title if summary else "",
                address=kind.address(key) if summary else "",
                cells=[(label, values.get(label, "")) for label in labels],
                evidence=files[key],
                score=weighed.scores[key],
                reasons=weighed.reasons[key],
                verdict=sampled.get(key, ""),
                answer=str(ALL_ANSWERS[answers[key]]) if key in answers else "",
            )
        )
    return list(labels), rows


@require_http_methods(["GET", "HEAD", "POST"])
def sample(request: HttpRequest, batch: int) -> HttpResponse:
    """Show the sample of a paper with its evidence; draw it, and take the reviewer's marks."""
    account, found = _readable_paper(request, batch)
    kind = record_type(found.record_type)
    refusal: Refusal | None = None
    form = LookForm(request.POST) if request.method == "POST" else LookForm(initial={"key": uuid4()})
    if form.is_bound and form.is_valid():
        act = Act.now(account, key=str(form.cleaned_data["key"]))
        try:
            if "draw" in request.POST:
                draw_sample(batch=found, act=act)
            else:
                chosen = [int(key) for key in request.POST.getlist("row") if key.isdecimal()]
                verdict = "DOUBTFUL" if "doubtful" in request.POST else "SEEN"
                look_at(
                    batch=found, records=chosen, verdict=verdict, remark=form.cleaned_data["remark"], act=act
                )
        except Refusal as answer:
            refusal = answer
        else:
            return redirect("review:sample", batch=found.pk)
    keys = list(found.reviews.order_by("record_id").values_list("record_id", flat=True))
    sampled = _sampled(found, keys)
    labels, rows = _rows(list(sampled), kind, _weighed(found, kind, keys), sampled) if sampled else ([], [])
    context = {
        **_head(account, found, kind),
        "sample": sample_of(found),
        "size": sample_size(len(keys)),
        "total": len(keys),
        "labels": labels[:3],
        "rows": rows,
        "looks": looks_at(found),
        "open": sum(row.verdict == OPEN for row in rows),
        "doubtful": sum(row.verdict == "DOUBTFUL" for row in rows),
        "form": LookForm(initial={"key": uuid4()}),
        "refusal": refusal,
    }
    status = 200
    if refusal is not None:
        status = 403 if isinstance(refusal, NotPermitted) else 409
    elif form.errors:
        status = 422
    return render(request, "review/sample.html", context, status=status)


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
