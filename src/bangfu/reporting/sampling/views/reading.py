"""Pages to read: the list of audits, one audit with its sample and result, one sampled fact, and files of both."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from bangfu.foundation.intake.writing import MEDIA_TYPE
from bangfu.foundation.ledger.models import Checkpoint
from bangfu.foundation.operations import NotPermitted, allows, granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.lists import Origin, list_file, not_figures
from bangfu.reporting.sampling import forms, listing, queries
from bangfu.reporting.sampling.drawing import planned, seed_block_of
from bangfu.reporting.sampling.models import Announcement, SampledFact, Verdict
from bangfu.reporting.sampling.population import answering_for, population_of
from bangfu.reporting.sampling.sheets import worksheet

AUDITS_A_PAGE = 30
FACTS_A_PAGE = 50


def reader(request: HttpRequest) -> Account:
    """Return the reader, who may read some audits.

    Raises: NotPermitted: ``out_of_scope``.
    """
    account = reader_of(request)
    if not granted_units(account, queries.VIEW, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=queries.VIEW)
    return account


def readable(request: HttpRequest, number: int) -> tuple[Account, queries.Standing]:
    """Return the reader and an audit that the reader may see.

    Raises: NotPermitted: it lies outside the reader's grants. Http404: there is none.
    """
    account = reader(request)
    try:
        standing = queries.standing_of(number)
    except Announcement.DoesNotExist:
        raise Http404(number) from None
    if not queries.may_read(account, standing.announcement, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=queries.VIEW)
    return account, standing


def may(account: Account, standing: queries.Standing, operation: str) -> bool:
    """Return whether an account may carry out an operation on an audit; the operation asks again."""
    return allows(account, f"sampling.{operation}", standing.announcement.scope, timezone.localdate())


@require_safe
def audits(request: HttpRequest) -> HttpResponse:
    """List the audits that the reader may see, narrowed, sorted and paged."""
    account, on, asked = reader(request), timezone.localdate(), listing.asked_in(request)
    page = Paginator(listing.listed(account, asked, on), AUDITS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "asked": asked,
        "states": queries.STATES.items(),
        "page": page,
        "rows": queries.standings(page),
        "columns": _columns(asked),
        "query": _query(asked),
        "may_announce": bool(granted_units(account, "sampling.announce_audit", on)),
    }
    return render(request, "sampling/audits.html", context)


def _query(asked: listing.Asked, **changed: str) -> str:
    said = {"state": asked.state, "q": asked.text, "sort": asked.sort, **changed}
    return urlencode({name: value for name, value in said.items() if value})


def _columns(asked: listing.Asked) -> dict[str, dict[str, str]]:
    found = {}
    for name in ("number", "block"):
        way = {name: "ascending", f"-{name}": "descending"}.get(asked.sort, "")
        found[name] = {"query": _query(asked, sort=f"-{name}" if asked.sort == name else name), "way": way}
    return found


@require_safe
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the whole narrowed list as a file that says where it comes from."""
    account, asked = reader(request), listing.asked_in(request)
    origin = Origin(
        what=not_figures(both("抽样审计", "Audits by sample")),
        sheet=both("抽样审计", "Audits"),
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        narrowed_to=asked.words,
        address=request.build_absolute_uri(f"{reverse('sampling:audits')}?{_query(asked)}"),
    )
    rows = listing.cells(listing.listed(account, asked, timezone.localdate()))
    return list_file("audits", form, listing.HEADINGS, rows, origin)


@require_safe
def audit(request: HttpRequest, number: int) -> HttpResponse:
    """Show one audit: what was announced, the seed, the sample, the verdicts, and what they come to."""
    account, standing = readable(request, number)
    return render(request, "sampling/audit.html", audit_context(request, account, standing))


def audit_context(request: HttpRequest, account: Account, standing: queries.Standing) -> dict[str, Any]:
    """Return what an audit's page shows to an account."""
    announcement, draw = standing.announcement, standing.draw
    page, lines, asked = None, [], listing.sample_asked_in(request)
    if draw is not None:
        page = Paginator(listing.sample_listed(draw, asked), FACTS_A_PAGE).get_page(request.GET.get("page"))
        lines = queries.lines_of(standing, list(page))
    goes_on = not standing.ended_as
    has_judged = (
        draw is not None and Verdict.objects.filter(sampled__draw=draw, given_by_id=account.pk).exists()
    )
    seed_block = draw.seed_block if draw else seed_block_of(announcement)
    checkpoint = Checkpoint.objects.filter(pk=seed_block).first() if seed_block else None
    return {
        "standing": standing,
        "announcement": announcement,
        "draw": draw,
        "plan": None if draw else _plan(standing),
        "seed_block": seed_block,
        "root": bytes(checkpoint.root).hex() if checkpoint else "",
        "before": queries.announcements_before(announcement),
        "page": page,
        "lines": lines,
        "asked": asked,
        "shown_ones": listing.SHOWN.items(),
        "by_position": "-position" if asked.sort == "position" else "position",
        "by_book": "book" if asked.sort == "-book" else "-book",
        "result": standing.result or queries.provisional_result(standing),
        "is_repeated": queries.is_repeated(standing) if draw and request.GET.get("again") else None,
        "may_draw": goes_on
        and draw is None
        and seed_block is not None
        and may(account, standing, "draw_sample"),
        "may_judge": goes_on and draw is not None and may(account, standing, "record_verdict"),
        "may_close": standing.state == queries.READY
        and not has_judged
        and may(account, standing, "close_audit"),
        "waits_for_another": standing.state == queries.READY and has_judged,
        "may_abandon": goes_on and may(account, standing, "abandon_audit"),
        "close_form": forms.RemarkForm(prefix="close"),
        "abandon_form": forms.RemarkForm(prefix="abandon"),
        "draw_form": forms.RemarkForm(prefix="draw"),
        "end": getattr(announcement, "end", None),
    }


def _plan(standing: queries.Standing) -> Any:
    audit = standing.announcement
    return planned(
        population_of(standing.indicator, standing.selection),
        method=audit.method,
        confidence=audit.confidence_share,
        tolerable=audit.tolerable,
        expected=audit.expected,
    )


@require_safe
def item(request: HttpRequest, number: int, position: int) -> HttpResponse:
    """Show one sampled fact with its record, its evidence, the verdicts on it, and the form for the next."""
    account, standing = readable(request, number)
    return render(request, "sampling/item.html", item_context(account, standing, position))


def item_context(account: Account, standing: queries.Standing, position: int) -> dict[str, Any]:
    """Return what a sampled fact's page shows to an account."""
    sampled = get_object_or_404(SampledFact, draw__announcement=standing.announcement, position=position)
    line = queries.lines_of(standing, [sampled])[0]
    is_own = account.pk in answering_for([sampled.fact_id]).get(sampled.fact_id, ())
    may_judge = not standing.ended_as and may(account, standing, "record_verdict")
    figure = f"figure={standing.announcement.indicator}&{standing.selection.query()}"
    beyond = SampledFact.objects.filter(draw=sampled.draw, position__gt=position, verdicts__isnull=True)
    return {
        "standing": standing,
        "announcement": standing.announcement,
        "line": line,
        "sampled": sampled,
        "fact_address": f"/fact/{sampled.fact_id}/?{figure}",
        "evidence_address": f"/fact/{sampled.fact_id}/evidence?{figure}",
        "verdicts": sampled.verdicts.select_related("given_by__person__key").order_by("-revision"),
        "files": queries.evidence_of_item(sampled),
        "is_own": is_own and may_judge,
        "form": forms.VerdictForm(initial=_initial(line)) if may_judge and not is_own else None,
        "following": beyond.order_by("position").values_list("position", flat=True).first(),
    }


def _initial(line: queries.Line) -> dict[str, Any]:
    if line.verdict is None:
        return {}
    audited = line.verdict.audited
    said = None if audited is None else queries.value_text(audited)
    return {"kind": line.verdict.kind, "audited": said, "remark": line.verdict.remark}


@require_safe
def worksheet_file(request: HttpRequest, number: int) -> HttpResponse:
    """Give the sample as a workbook to be filled in."""
    _, standing = readable(request, number)
    if standing.draw is None:
        raise Http404(number)
    name = both("抽样审计底稿 {number}", "audit worksheet {number}").format(number=number)
    answer = HttpResponse(worksheet(number, queries.lines_of(standing)), content_type=MEDIA_TYPE)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}.xlsx"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
