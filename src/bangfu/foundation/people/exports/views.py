"""Pages of lists that leave the house: masked files, the form that asks why, one export with its file, and the trail."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.operations import Act, NotPermitted, Refusal, granted_units
from bangfu.foundation.people.exports import files, operations, queries, rendering
from bangfu.foundation.people.models import ListExport
from bangfu.foundation.people.persons.operations import LONGEST_REASON, SHORTEST_REASON
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.rooms import PersonalList, both, personal_lists
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rooms.lists import Origin, list_file

EXPORTS_A_PAGE = 50
FORMS = ("xlsx", "csv")


def _listing(code: str) -> PersonalList:
    found = personal_lists().get(code)
    if found is None:
        raise Http404(code)
    return found


@require_safe
def masked(request: HttpRequest, code: str, form: str) -> HttpResponseBase:
    """Send a narrowed list of people as a file, all of them masked."""
    listing, account = _listing(code), reader_of(request)
    return files.masked_file(request, account, listing, listing.asked(request.GET.dict()), form)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """Ask what a list in clear is for, record the export, and lead to its files."""
    listing, account = _listing(code), reader_of(request)
    if not granted_units(account, operations.EXPORT, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=operations.EXPORT)
    asked = listing.asked(request.GET.dict())
    act = Act.now(account, key=request.POST.get("key") or None)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            export = operations.export_list(
                listing=code, filters=asked, reason=request.POST.get("reason", ""), act=act
            )
        except NotPermitted:
            raise
        except Refusal as answer:
            refusal = answer
        else:
            return redirect("people:export", key=export.pk)
    try:
        rows = operations.rows_of(listing, asked, act)
    except operations.UnableToExportList as answer:
        rows, refusal = [], answer
    context = {
        "listing": listing,
        "narrowed_to": rendering.narrowing(listing, asked),
        "query": request.GET.urlencode(),
        "back": listing.page(asked),
        "rows": len(rows),
        "in_clear": len(operations.reached_in(listing, rows, act)),
        "people": len(rendering.persons_in(listing, rows)),
        "columns": [rendering.COLUMN_WORDS[one] for one in listing.personal_columns()],
        "refusal": refusal,
        "reason": request.POST.get("reason", ""),
        "shortest": SHORTEST_REASON,
        "longest": LONGEST_REASON,
        "keyed": Keyed(),
    }
    response = render(request, "people/export_ask.html", context, status=409 if refusal else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
def export(request: HttpRequest, key: int) -> HttpResponse:
    """Show one export: what left the house, why, and its files for whoever took it."""
    account, now = reader_of(request), timezone.now()
    found = get_object_or_404(ListExport.objects.select_related("account"), pk=key)
    is_own = found.account_id == account.pk
    if not is_own and not queries.sees_all(account, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=queries.VIEW)
    context = {
        "export": found,
        "who": found.account.display_name,
        "title": queries.list_words(found.listing),
        "narrowed_to": queries.narrowed_words(found),
        "columns": queries.column_words(found),
        "reason": queries.reasons_for([found]).get(found.pk),
        "gives_file": queries.gives_file(found, account, now),
        "until": found.exported_at + queries.FILE_KEPT,
        "forms": FORMS,
        "is_own": is_own,
    }
    return render(request, "people/export.html", context)


@require_safe
def export_file(request: HttpRequest, key: int, form: str) -> HttpResponseBase:
    """Send the file of an export to whoever recorded it."""
    found = get_object_or_404(ListExport, pk=key)
    return files.clear_file(request, reader_of(request), found, form)


@require_safe
def exports(request: HttpRequest) -> HttpResponse:
    """Show which lists of people left the house in clear, newest first: everybody's, or one's own."""
    account, on = reader_of(request), timezone.localdate()
    asked = queries.ExportFilter.of(request.GET.dict())
    found = asked.apply(queries.readable(account, on))
    page = Paginator(found, EXPORTS_A_PAGE).get_page(request.GET.get("page"))
    reasons = queries.reasons_for(page)
    context = {
        "asked": asked,
        "page": page,
        "sees_all": queries.sees_all(account, on),
        "lists": [(one.code, one.title) for one in personal_lists().values()],
        "rows": [
            {
                "export": one,
                "title": queries.list_words(one.listing),
                "narrowed_to": queries.narrowed_words(one),
                "reason": reasons.get(one.pk),
            }
            for one in page
        ],
    }
    return render(request, "people/exports.html", context)


@require_safe
def trail_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the narrowed trail of exports as a file; it names no person of any list."""
    account, on = reader_of(request), timezone.localdate()
    asked = queries.ExportFilter.of(request.GET.dict())
    rows = queries.trail_rows(asked.apply(queries.readable(account, on)))
    query = request.GET.urlencode()
    origin = Origin(
        what=both("人员清单导出记录", "Exports of lists of people"),
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        address=request.build_absolute_uri(reverse("people:exports") + (f"?{query}" if query else "")),
        narrowed_to=asked.words(),
    )
    return list_file("exports", form, queries.HEADINGS, rows, origin)
