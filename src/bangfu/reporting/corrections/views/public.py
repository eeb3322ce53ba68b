"""Open to everybody: errata, and the letter box."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from axes.helpers import get_client_ip_address
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.foundation.operations import Act, NotPermitted, Refusal
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.limits import is_over_limit
from bangfu.foundation.rooms.lists import Cell, Origin, list_file
from bangfu.foundation.rooms.marks import example_mark
from bangfu.reporting.corrections import forms, letterbox, operations, queries
from bangfu.reporting.corrections.models import Case, ErratumStep
from bangfu.reporting.corrections.notes import public_causes
from bangfu.reporting.corrections.operations import UnableToAsk
from bangfu.reporting.corrections.proving import erratum_path
from bangfu.reporting.corrections.views.carrying import frozen, language, status_of
from bangfu.reporting.publications.models import PublishedFigure

MOST_LETTERS = 5
"""Letters in an hour from one address."""
MOST_TRIES = 60
"""Links that are tried in ten minutes from one address."""
NEWEST = 50
"""Errata in the feed."""
TOO_MANY = 429


class TooManyLetters(Refusal):
    """Codes: ``too_many``."""

    sentences = {
        "too_many": both("提交得太频繁了。请过一小时再来。", "Too many at once. Please come back in an hour.")
    }


def _caller(request: HttpRequest) -> str:
    return get_client_ip_address(request) or "unknown"


def _published(steps: Any) -> list[dict[str, Any]]:
    """Return errata with what their figures are called."""
    found, titles = [], {}
    kept = list(steps)
    numbers = queries.numbers_of([one.publication_id for one in kept])
    for step in kept:
        if step.publication_id not in titles:
            titles[step.publication_id] = queries.titles_of(step.publication)
        figures = sorted(step.erratum.figures.all(), key=lambda one: one.position)
        found.append(
            {
                "step": step,
                "number": numbers[step.publication_id],
                "heading": Words(step.publication.heading_zh, step.publication.heading_en),
                "figures": [(one, titles[step.publication_id][one.position]) for one in figures],
            }
        )
    return found


@require_safe
def errata(request: HttpRequest) -> HttpResponse:
    """List every erratum of every publication, the newest first."""
    return render(request, "corrections/errata.html", {"errata": _published(queries.published_errata())})


@require_safe
def errata_feed(request: HttpRequest) -> HttpResponse:
    """Send the newest errata as an Atom feed (RFC 4287)."""
    found = _published(queries.published_errata()[:NEWEST])
    for one in found:
        one["address"] = request.build_absolute_uri(
            reverse("corrections:public_erratum", args=[one["number"], one["step"].number])
        )
    context = {
        "errata": found,
        "mark": example_mark(),
        "language": "en" if language() == "en" else "zh-CN",
        "address": request.build_absolute_uri(reverse("corrections:errata")),
        "self": request.build_absolute_uri(reverse("corrections:errata_feed")),
        "updated": found[0]["step"].taken_at if found else timezone.now(),
    }
    return render(request, "corrections/feed.xml", context, content_type="application/atom+xml")


HEADINGS: tuple[Words, ...] = (
    both("发布号", "Publication"),
    both("更正号", "Erratum"),
    both("公布", "Published"),
    both("序号", "Figure no."),
    both("数字", "Figure"),
    both("原", "Was"),
    both("现", "Is"),
    both("原准确值", "Was, exact"),
    both("现准确值", "Is, exact"),
    both("原因", "Why"),
)


@require_safe
def errata_csv(request: HttpRequest) -> HttpResponseBase:
    """Send every erratum as CSV, one corrected figure a row."""
    origin = Origin(
        what=both("更正", "Errata"),
        taken_by=str(both("公众", "the public")),
        taken_at=timezone.localtime(),
        address=request.build_absolute_uri(reverse("corrections:errata")),
    )
    return list_file("errata", "csv", HEADINGS, _cells(), origin)


def _cells() -> Iterator[list[Cell]]:
    for one in _published(queries.published_errata()):
        step = one["step"]
        for figure, title in one["figures"]:
            yield [
                str(one["number"]),
                str(step.number),
                f"{timezone.localtime(step.taken_at):%Y-%m-%d}",
                str(figure.position + 1),
                str(title),
                str(figure.old_text),
                str(figure.new_text),
                figure.old_value or "",
                figure.new_value or "",
                str(step.erratum.explanation),
            ]


def _step(number: int, erratum: int) -> ErratumStep:
    standing = frozen(number)
    return get_object_or_404(queries.published_errata(), publication=standing.publication, number=erratum)


@require_safe
def erratum(request: HttpRequest, number: int, erratum: int) -> HttpResponse:
    """Show one erratum to everybody: old and new, why, the facts that caused it, and what verifies it."""
    standing, step = frozen(number), _step(number, erratum)
    titles = queries.titles_of(standing.publication)
    corrected = queries.corrections_of(standing.publication)
    figures = []
    for one in step.erratum.figures.prefetch_related("causes").order_by("position"):
        later = [fix for fix in corrected[one.position] if fix.ordinal > one.ordinal]
        figures.append((one, titles[one.position], public_causes(one.causes.all()), later))
    context = {"standing": standing, "step": step, "erratum": step.erratum, "figures": figures}
    return render(request, "corrections/public_erratum.html", context)


@require_safe
def note(request: HttpRequest, number: int, erratum: int) -> HttpResponse:
    """Send an erratum as the note that the ledger's key signed."""
    step = _step(number, erratum)
    answer = HttpResponse(step.note, content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="bangfu-erratum-{number}.{erratum}.txt"'
    return answer


@require_safe
def proof(request: HttpRequest, number: int, erratum: int) -> FileResponse:
    """Hand over the file with which everybody verifies an erratum against the publication's bundle."""
    _step(number, erratum)
    path = erratum_path(number, erratum)
    if not path.is_file():
        raise Http404(erratum)
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, number: int, position: int | None = None) -> HttpResponse:
    """Ask what is wrong with a published figure, or with a report, and open a case."""
    standing = frozen(number)
    figure = None
    if position is not None:
        figure = get_object_or_404(PublishedFigure, publication=standing.publication, position=position)
    form, refusal = forms.AskForm(request.POST or None), None
    if form.is_bound and form.is_valid():
        if form.cleaned_data["website"]:
            raise Http404
        try:
            found, secret = _opened(request, standing.publication, position, form.cleaned_data)
            return redirect("corrections:follow", receipt=found.receipt, secret=secret)
        except Refusal as answer:
            refusal = UnableToAsk("box_closed") if isinstance(answer, NotPermitted) else answer
    context = {
        "standing": standing,
        "position": position,
        "title": Words(**figure.content["title"]) if figure else None,
        "shown": Words(**figure.content["shown"]) if figure else None,
        "form": form,
        "refusal": refusal,
        "rule": queries.rule_on(timezone.localdate()),
    }
    status = TOO_MANY if isinstance(refusal, TooManyLetters) else status_of(form, refusal)
    return render(request, "corrections/ask.html", context, status=status)


def _opened(
    request: HttpRequest, publication: Any, position: int | None, said: dict[str, Any]
) -> tuple[Case, str]:
    if is_over_limit("corrections.letter", _caller(request), most=MOST_LETTERS, seconds=3600):
        raise TooManyLetters("too_many")
    act = Act.now(letterbox.letter_box(on=timezone.localdate()), key=said["key"])
    secret = letterbox.link_secret(said["key"])
    found = operations.open_case(
        publication=publication,
        position=position,
        wrong=said["wrong"],
        knows=said["knows"],
        contact=said["contact"],
        language=language(),
        receipt=letterbox.new_receipt(),
        link_secret=secret,
        act=act,
    )
    return found, secret


@require_safe
def follow(request: HttpRequest, receipt: str, secret: str) -> HttpResponse:
    """Show a stranger, by the secret link, how far their case is, and the answer."""
    found = _followed(request, receipt, secret)
    return _private(render(request, "corrections/follow.html", _follow_context(found, secret)))


def _followed(request: HttpRequest, receipt: str, secret: str) -> Case:
    """Return the case of a link; a wrong one and one that is not there answer alike."""
    if is_over_limit("corrections.link", _caller(request), most=MOST_TRIES, seconds=600):
        raise TooManyLetters("too_many")
    found = Case.objects.select_related("publication").filter(receipt=receipt).first()
    if found is None or not letterbox.opens(found, secret):
        raise Http404(receipt)
    return found


def _private(answer: HttpResponse) -> HttpResponse:
    """Let no browser tell the secret address to another site, nor a search engine keep it."""
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _follow_context(found: Case, secret: str) -> dict[str, Any]:
    titles = queries.titles_of(found.publication)
    answers = found.answers.filter(step__kind="APPROVED").select_related("erratum__step", "step")
    return {
        "case": found,
        "secret": secret,
        "number": queries.numbers_of([found.publication_id])[found.publication_id],
        "heading": Words(found.publication.heading_zh, found.publication.heading_en),
        "title": None if found.position is None else titles[found.position],
        "answers": answers.order_by("round"),
        "again_form": forms.AgainForm() if found.is_answered and found.round == 1 else None,
    }


@require_POST
def again(request: HttpRequest, receipt: str, secret: str) -> HttpResponse:
    """Open an answered case again, once."""
    found = _followed(request, receipt, secret)
    form, refusal = forms.AgainForm(request.POST), None
    if form.is_valid():
        act = Act.now(letterbox.letter_box(on=timezone.localdate()), key=form.cleaned_data["key"])
        try:
            operations.reopen_case(case=found, link_secret=secret, wrong=form.cleaned_data["wrong"], act=act)
            return redirect("corrections:follow", receipt=receipt, secret=secret)
        except Refusal as answer:
            refusal = UnableToAsk("box_closed") if isinstance(answer, NotPermitted) else answer
    context = {**_follow_context(found, secret), "again_form": form, "refusal": refusal}
    return _private(render(request, "corrections/follow.html", context, status=status_of(form, refusal)))
