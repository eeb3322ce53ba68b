"""Pages on which errata are made: what changed and why, the proposal, the decision, the printings to settle."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.foundation.operations import Act
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rooms.lists import Cell, Origin, list_file
from bangfu.reporting.corrections import forms, operations, queries
from bangfu.reporting.corrections.models import Decision, Erratum, ErratumStep, Printing
from bangfu.reporting.corrections.notes import public_causes
from bangfu.reporting.corrections.restating import Restated, Standing, restated
from bangfu.reporting.corrections.tracing import moves, traced
from bangfu.reporting.corrections.views.carrying import (
    carried_out,
    frozen,
    may,
    number_in,
    reader,
    require,
)
from bangfu.reporting.display import plain_text
from bangfu.reporting.publications.queries import Standing as Publishing


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits, and what was published."""
    account, on = reader(request), timezone.localdate()
    context = {
        "waiting": queries.waiting_for(account, on),
        "today": on,
        "publications": queries.published_reports(),
        "unanswered": queries.unanswered_cases().count(),
        "late": queries.unanswered_cases().filter(due_on__lt=on).count(),
        "may_set_rule": may(account, "set_answering_rule"),
        "rule": queries.rule_on(on),
    }
    return render(request, "corrections/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def restatement(request: HttpRequest, number: int) -> HttpResponse:
    """List every figure of a publication beside what it says now; a post proposes an erratum of those ticked."""
    account, standing = reader(request), frozen(number)
    positions = [int(one) for one in request.POST.getlist("figure") if one.isascii() and one.isdecimal()]
    form = forms.ProposalForm(request.POST or None)

    def carry(said: dict[str, Any], act: Act) -> str:
        proposed = operations.propose_erratum(
            publication=standing.publication,
            positions=positions,
            explanation_zh=said["explanation_zh"],
            explanation_en=said["explanation_en"],
            act=act,
        )
        return reverse("corrections:erratum", args=[proposed.pk])

    def context() -> dict[str, Any]:
        return {
            **_restatement(standing),
            "all": "all" in request.GET or request.method == "POST",
            "form": form,
            "chosen": positions,
            "may_propose": may(account, "propose_erratum"),
        }

    done = both("已提出。请由另一个人批准。", "Proposed. Another person decides on it now.")
    return carried_out(request, account, form, carry, done, "corrections/restatement.html", context)


def _restatement(standing: Publishing) -> dict[str, Any]:
    block = queries.newest_block()
    rows = restated(standing.publication, block)
    counts = {kind: sum(one.standing == kind for one in rows) for kind in Standing}
    return {
        "standing": standing,
        "as_of": block,
        "rows": rows,
        "changed": [one for one in rows if one.standing != Standing.SAME or one.corrections],
        "same": counts[Standing.SAME],
        "wrong": counts[Standing.WRONG_PRINT],
        "moved": counts[Standing.SAME_PRINT],
        "to_correct": sum(one.is_to_correct for one in rows),
        "errata": queries.errata_of(standing.publication),
        "waiting": queries.waiting_errata().filter(publication=standing.publication),
    }


HEADINGS: tuple[Words, ...] = (
    both("序号", "No."),
    both("数字", "Figure"),
    both("期间", "Period"),
    both("范围", "Scope"),
    both("已公布", "Published"),
    both("现在", "Now"),
    both("已公布的准确值", "Published, exact"),
    both("现在的准确值", "Now, exact"),
    both("差", "Difference"),
    both("情况", "Standing"),
    both("更正", "Errata"),
    both("原因", "Causes"),
)


@require_safe
def restatement_file(request: HttpRequest, number: int, form: str) -> HttpResponseBase:
    """Send the list of restatements as a file that says where it comes from."""
    account, standing = reader(request), frozen(number)
    block = queries.newest_block()
    origin = Origin(
        what=both(
            "发布第 {number} 号的更正清单，截至区块 {block}",
            "Restatements of publication no. {number} as of block {block}",
        ).filled(number=number, block=block),
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        address=request.build_absolute_uri(reverse("corrections:restatement", args=[number])),
    )  # fmt: skip
    rows = _cells(restated(standing.publication, block))
    return list_file(f"restatement-{number}", form, HEADINGS, rows, origin)


def _cells(rows: list[Restated]) -> Iterator[list[Cell]]:
    for one in rows:
        causes = "；".join(f"{cause.words} {len(cause.facts)}" for cause in one.causes)
        yield [
            str(one.position + 1),
            str(one.title),
            str(one.when),
            str(one.where),
            str(one.old.text),
            str(one.now.text),
            "" if one.old.value is None else plain_text(one.old.value),
            "" if one.now.value is None else plain_text(one.now.value),
            "" if one.difference is None else plain_text(one.difference),
            str(one.standing_words),
            "、".join(str(fix.figure.erratum.step.number) for fix in one.corrections),
            causes,
        ]


@require_safe
def why(request: HttpRequest, number: int, position: int) -> HttpResponse:
    """Show why one figure says something else now: causes by unit, then fact by fact with who stands behind it."""
    reader(request)
    standing, block = frozen(number), queries.newest_block()
    found = restated(standing.publication, block, [position])
    if not found:
        raise Http404(position)
    one = found[0]
    pages = traced(one.causes, one.figure.selection, 1)[1]
    page = number_in(request, "page", most=pages)
    rows, _ = traced(one.causes, one.figure.selection, page)
    units = one.figure.selection.unit_names({cause.unit for cause in one.causes})
    published_at = standing.publication.block
    context = {
        "standing": standing,
        "one": one,
        "as_of": block,
        "causes": [(cause, units[cause.unit]) for cause in one.causes],
        "is_ratio": len(one.published.terms.all()) > 1,
        "rows": rows,
        "page": page,
        "pages": pages,
        "moves": moves(one.figure.selection, since=published_at, block=block)
        if any(cause.kind.startswith("UNIT") for cause in one.causes)
        else [],
    }
    return render(request, "corrections/why.html", context)


@require_safe
def erratum(request: HttpRequest, key: int) -> HttpResponse:
    """Show an erratum on its way, or published with the printings that it names."""
    account = reader(request)
    found = get_object_or_404(Erratum, pk=key)
    return render(request, "corrections/erratum.html", erratum_context(account, found))


def erratum_context(account: Account, found: Erratum) -> dict[str, Any]:
    """Return what the page of an erratum shows to an account."""
    step = ErratumStep.objects.filter(erratum=found).select_related("taken_by__person__key").first()
    titles = queries.titles_of(found.publication)
    is_another = step is None and found.proposed_by_id != account.pk
    published = step is not None and step.kind == Decision.APPROVED
    return {
        "erratum": found,
        "number": queries.numbers_of([found.publication_id])[found.publication_id],
        "step": step,
        "published": published,
        "figures": [
            (one, titles[one.position], public_causes(one.causes.all()), ())
            for one in found.figures.prefetch_related("causes").order_by("position")
        ],
        "duties": queries.duties([step]) if step is not None and published else [],
        "may_approve": is_another and may(account, "approve_erratum"),
        "may_return": is_another and may(account, "return_erratum"),
        "may_settle": may(account, "settle_printing"),
        "waits_for_another": step is None and not is_another,
        "keyed": Keyed(),
        "return_form": forms.ReasonForm(),
    }


@require_POST
def approve(request: HttpRequest, key: int) -> HttpResponse:
    """Approve and publish an erratum."""
    return _decide(
        request, key, Keyed(request.POST),
        lambda found, said, act: operations.approve_erratum(erratum=found, act=act),
        both("已公布。请逐处处理登过的地方。", "Published. Now settle every place where it was printed."),
    )  # fmt: skip


@require_POST
def give_back(request: HttpRequest, key: int) -> HttpResponse:
    """Return an erratum with a reason."""
    return _decide(
        request, key, forms.ReasonForm(request.POST),
        lambda found, said, act: operations.return_erratum(erratum=found, remark=said["remark"], act=act),
        both("已退回。", "Returned."),
    )  # fmt: skip


def _decide(
    request: HttpRequest,
    key: int,
    form: Keyed,
    operation: Callable[[Erratum, dict[str, Any], Act], object],
    done: Words,
) -> HttpResponse:
    account = reader(request)
    found = get_object_or_404(Erratum, pk=key)

    def carry(said: dict[str, Any], act: Act) -> str:
        operation(found, said, act)
        return reverse("corrections:erratum", args=[key])

    def context() -> dict[str, Any]:
        shown = erratum_context(account, found)
        return {**shown, "return_form": form} if isinstance(form, forms.ReasonForm) else shown

    return carried_out(request, account, form, carry, done, "corrections/erratum.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: HttpRequest, key: int, printing: int) -> HttpResponse:
    """Note what became of a printing that an erratum names."""
    account = reader(request)
    require(account, "settle_printing")
    step = get_object_or_404(
        ErratumStep.objects.select_related("erratum__publication"), erratum=key, kind=Decision.APPROVED
    )
    place = get_object_or_404(Printing, pk=printing, publication=step.publication_id)
    form = forms.SettlementForm(request.POST or None, initial={"settled_on": timezone.localdate()})

    def carry(said: dict[str, Any], act: Act) -> str:
        given = {name: said[name] for name in ("kind", "settled_on", "told", "reference", "remark")}
        operations.settle_printing(erratum=step.erratum, printing=place, **given, act=act)
        return reverse("corrections:erratum", args=[key])

    def context() -> dict[str, Any]:
        return {"step": step, "printing": place, "form": form, "duties": queries.duties([step], [place])}

    done = both("已记下。", "Noted.")
    return carried_out(request, account, form, carry, done, "corrections/settle.html", context)
