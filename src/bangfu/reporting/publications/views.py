"""Publications on their way, for whoever works on them, and published ones, for everybody."""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
import zipfile
from collections.abc import Callable
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from bangfu.foundation.jobs.operations import ask
from bangfu.foundation.jobs.queries import may_read, unfinished_about
from bangfu.foundation.ledger.checkpoints import signing_keys
from bangfu.foundation.operations import Act, NotPermitted, Refusal, Scope, allows, granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.records.pressing import pressed
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.publications import operations, queries
from bangfu.reporting.publications.aside import FREEZE_KIND, PREPARE_KIND, freezing
from bangfu.reporting.publications.bundle import bundle_path
from bangfu.reporting.publications.models import Publication, PublishedFigure
from bangfu.reporting.publications.opening import opened_term
from bangfu.reporting.publications.papers.files import listed_papers
from bangfu.reporting.publications.papers.texts import paragraphs_of
from bangfu.reporting.publications.room import VIEW
from bangfu.reporting.reports import heading_of
from bangfu.reporting.texts import LANGUAGES, document, report_codes

_INLINE = re.compile(rb"<(style|script)>(.*?)</\1>", re.DOTALL)
LONGEST_REMARK = 500


def publications_reader(request: HttpRequest) -> Account:
    """Return who reads publications on their way.

    Raises: NotPermitted: the account may not see the figures of the whole programme.
    """
    account = reader_of(request)
    if not allows(account, VIEW, Scope(), timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=VIEW)
    return account


def _may(account: Account, operation: str) -> bool:
    return allows(account, f"publications.{operation}", Scope(), timezone.localdate())


def _language() -> str:
    return "en" if (get_language() or "zh").startswith("en") else "zh"


@require_safe
def publications(request: HttpRequest) -> HttpResponse:
    """List the publications with how far each is; whoever reads figures of a part finds those that are published."""
    account, on = reader_of(request), timezone.localdate()
    if granted_units(account, VIEW, on) and not allows(account, VIEW, Scope(), on):
        return redirect("publications:all_published")
    return render(request, "publications/publications.html", _list_context(publications_reader(request)))


def _list_context(account: Account) -> dict[str, Any]:
    return {
        "standings": queries.standings(),
        "may_prepare": _may(account, "prepare_publication"),
        "reports": [
            (code, both(*(heading_of(document(code, one)) for one in LANGUAGES))) for code in report_codes()
        ],
        "key": str(uuid.uuid4()),
    }


@require_POST
def prepare(request: HttpRequest) -> HttpResponse:
    """Ask for a job that prepares the publication of a report as of the newest block."""
    account = publications_reader(request)
    act = Act.now(account, key=request.POST.get("key") or None)
    try:
        report = request.POST.get("report", "")
        asked = ask(kind=PREPARE_KIND, arguments={"report": report}, account=account, act=act)
    except NotPermitted:
        raise
    except Refusal as refusal:
        context = {**_list_context(account), "refusal": refusal}
        return render(request, "publications/publications.html", context, status=409)
    return redirect("jobs:job", key=asked.pk)


@require_safe
def publication(request: HttpRequest, key: int) -> HttpResponse:
    """Show one publication with its text, what it stands on, and its steps."""
    account = publications_reader(request)
    get_object_or_404(Publication, pk=key)
    return render(request, "publications/publication.html", _context(account, key))


def _context(account: Account, key: int) -> dict[str, Any]:
    standing = queries.standing_of(key)
    contents = list(standing.publication.figures.order_by("position").values_list("content", flat=True))
    may_decide = standing.may_be_decided_by(account)
    return {
        "standing": standing,
        "paragraphs": paragraphs_of(standing.publication.text[_language()], _language(), contents),
        "figures": len(contents),
        "facts": queries.fact_count(standing.publication),
        **listed_papers(standing.publication),
        "may_approve": may_decide and _may(account, "approve_publication"),
        "may_return": may_decide and _may(account, "return_publication"),
        "freezing": (job := unfinished_about(FREEZE_KIND, freezing(standing.publication))),
        "may_read_job": job is not None and may_read(account, job, timezone.localdate()),
        "may_freeze": standing.is_approved and job is None and _may(account, "freeze_publication"),
        "waits_for_another": standing.is_waiting and not may_decide,
        "key": str(uuid.uuid4()),
        "longest_remark": LONGEST_REMARK,
    }


@require_POST
def approve(request: HttpRequest, key: int) -> HttpResponse:
    """Approve it."""
    return _pressed(
        request,
        key,
        operations.approve_publication,
        both("已批准，可以定稿。", "Approved; it can be frozen."),
    )


@require_POST
def give_back(request: HttpRequest, key: int) -> HttpResponse:
    """Return it with a reason."""
    remark = request.POST.get("remark", "")[:LONGEST_REMARK]
    return _pressed(request, key, operations.return_publication, both("已退回。", "Returned."), remark=remark)


@require_POST
def freeze(request: HttpRequest, key: int) -> HttpResponse:
    """Ask for a job that freezes and publishes it."""
    account = publications_reader(request)
    get_object_or_404(Publication, pk=key)
    act = Act.now(account, key=request.POST.get("key") or None)
    try:
        asked = ask(kind=FREEZE_KIND, arguments={"publication": key}, account=account, act=act)
    except NotPermitted:
        raise
    except Refusal as refusal:
        context = {**_context(account, key), "refusal": refusal}
        return render(request, "publications/publication.html", context, status=409)
    return redirect("jobs:job", key=asked.pk)


def _pressed(
    request: HttpRequest, key: int, operation: Callable[..., object], done: Words, **said: str
) -> HttpResponse:
    account = publications_reader(request)
    found = get_object_or_404(Publication, pk=key)
    return pressed(
        request,
        account,
        lambda act: operation(publication=found, act=act, **said),
        done,
        back=("publications:publication", key),
        template="publications/publication.html",
        context=lambda: _context(account, key),
    )


def frozen(number: int) -> queries.Standing:
    """Return the publication with this number.

    Raises: Http404: none was frozen under it.
    """
    try:
        return queries.frozen_standing(number)
    except Publication.DoesNotExist:
        raise Http404(number) from None


@require_safe
def all_published(request: HttpRequest) -> HttpResponse:
    """List what was published, for everybody."""
    found = [one for one in queries.standings() if one.number is not None]
    may_view = isinstance(request.user, Account) and allows(request.user, VIEW, Scope(), timezone.localdate())
    return render(request, "publications/all_published.html", {"standings": found, "may_view": may_view})


@require_safe
def published(request: HttpRequest, number: int) -> HttpResponse:
    """Show a published report to everybody; its figures open."""
    standing = frozen(number)
    contents = list(standing.publication.figures.order_by("position").values_list("content", flat=True))
    context = {
        "standing": standing,
        "paragraphs": paragraphs_of(standing.publication.text[_language()], _language(), contents),
        "figures": len(contents),
        "facts": queries.fact_count(standing.publication),
        **listed_papers(standing.publication),
        "keys": [one.public_key for one in signing_keys()],
    }
    return render(request, "publications/published.html", context)


@require_safe
def figure(request: HttpRequest, number: int, position: int) -> HttpResponse:
    """Open a published figure for everybody: computation, parts, and facts without what is withheld."""
    standing, language = frozen(number), _language()
    found = get_object_or_404(
        PublishedFigure.objects.select_related("publication"),
        publication=standing.publication,
        position=position,
    )
    terms = list(found.terms.order_by("position"))
    chosen = _asked_number(request, "term", len(terms), start=0)
    opened = opened_term(found, terms[chosen], 1)
    page = _asked_number(request, "page", opened.pages + 1, start=1)
    if page > 1:
        opened = opened_term(found, terms[chosen], page)
    said = {
        key: found.content[key][language]
        for key in ("title", "shown", "when", "where", "formula", "scope_note")
    }
    context = {
        "standing": standing, "figure": found, "said": said, "opened": opened, "terms": terms, "chosen": chosen, "page": page,
    }  # fmt: skip
    return render(request, "publications/figure.html", context)


def _asked_number(request: HttpRequest, name: str, end: int, *, start: int) -> int:
    """Return a number of the address within its half-open range, or the first."""
    text = request.GET.get(name, "")
    asked = int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else start
    return asked if start <= asked < end else start


@require_safe
def bundle(request: HttpRequest, number: int) -> FileResponse:
    """Hand the bundle of a publication over to everybody."""
    frozen(number)
    path = bundle_path(number)
    if not path.is_file():
        raise Http404(number)
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


@require_safe
def page(request: HttpRequest, number: int) -> HttpResponse:
    """Show ``report.html`` of the bundle as it is; of inline scripts and styles, only its own may run."""
    frozen(number)
    path = bundle_path(number)
    if not path.is_file():
        raise Http404(number)
    with zipfile.ZipFile(path) as archive:
        content = archive.read("report.html")
    allowed: dict[str, list[str]] = {"style": [], "script": []}
    for kind, inner in _INLINE.findall(content):
        digest = base64.b64encode(hashlib.sha256(inner).digest()).decode()
        allowed[kind.decode()].append(f"'sha256-{digest}'")
    response = HttpResponse(content)
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src {' '.join(allowed['style'])}; script-src {' '.join(allowed['script'])};"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
    return response
