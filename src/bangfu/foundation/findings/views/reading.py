"""Pages to read: the list of findings, as page and file, and one finding with what it is about and its history."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from bangfu.foundation.findings import forms, listing, queries
from bangfu.foundation.findings.models import SEVERITY_WORDS, STATE_WORDS, Finding
from bangfu.foundation.findings.register import rules
from bangfu.foundation.operations import NotPermitted, granted_units
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import holders_of, in_granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.queries import names_of
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.codes import code_text
from bangfu.foundation.places.queries import place_label, place_labels
from bangfu.foundation.records import evidence_of
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Origin, list_file, not_figures

FINDINGS_A_PAGE = 30
OBJECTS_SHOWN = 60
PEOPLE_OFFERED = 200
COLUMNS: tuple[tuple[str | None, Words], ...] = (
    (None, both("疑点", "Finding")),
    ("severity", both("程度", "Severity")),
    ("state", both("状态", "State")),
    ("rule", both("来源", "Raised by")),
    ("unit", both("单位", "Unit")),
    (None, both("承办单位", "Assigned to")),
    ("due", both("期限", "Due")),
    ("raised", both("提出", "Raised")),
)


def _reader(request: HttpRequest) -> Account:
    account, on = reader_of(request), timezone.localdate()
    if not granted_units(account, queries.VIEW, on) and not queries.findings_in_reach(account, on).exists():
        raise NotPermitted("out_of_scope", permission=queries.VIEW)
    return account


def _query(asked: listing.Asked, **changed: str) -> str:
    said = {
        "view": asked.view, "state": asked.state, "severity": asked.severity, "rule": asked.rule,
        "unit": asked.unit.code if asked.unit else "", "q": asked.text,
        "raised_from": asked.raised_from, "closed_from": asked.closed_from,
        "place": code_text(asked.place) if asked.place else "",
        "sort": f"{'-' * asked.descending}{asked.sort}", **changed,
    }  # fmt: skip
    return urlencode({name: value for name, value in said.items() if value})


@require_safe
def findings(request: HttpRequest) -> HttpResponse:
    """List the findings that the reader may see: a view of them, narrowed, sorted and paged."""
    account, on, asked = _reader(request), timezone.localdate(), listing.asked_in(request)
    page = Paginator(listing.listed(account, asked, on), FINDINGS_A_PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    names = names_of(Account.objects.filter(pk__in={one.raised_by_id for one in shown}))
    reach = queries.findings_in_reach(account, on)
    context = {
        "asked": asked,
        "views": [
            (code, words, listing.in_view(account, code, on).count())
            for code, words in {**listing.VIEWS, **listing.PARTS}.items()
            if code in listing.VIEWS or code == asked.view
        ],
        "states": STATE_WORDS.items(),
        "severities": SEVERITY_WORDS.items(),
        "rules": [
            *((code, one.title) for code, one in rules().items()),
            (listing.PERSON, both("人员提出", "Persons")),
        ],
        "units": Unit.objects.filter(pk__in=reach.order_by().values("unit")).order_by("path"),
        "columns": _headings(asked),
        "page": page,
        "rows": [
            {
                "finding": one,
                "raiser": listing.raiser_words(one, names),
                "is_late": one.due_on is not None and one.due_on < on and not one.is_closed,
            }
            for one in shown
        ],
        "query": _query(asked),
        "place_code": code_text(asked.place) if asked.place else "",
        "place_label": place_label(asked.place) if asked.place else "",
        "may_raise": bool(granted_units(account, "findings.raise_finding", on)),
    }
    return render(request, "findings/findings.html", context)


def _headings(asked: listing.Asked) -> list[dict[str, Any]]:
    found = []
    for sort, title in COLUMNS:
        is_sorted = sort == asked.sort
        direction = ("descending" if asked.descending else "ascending") if is_sorted else None
        query = _query(listing.other_way(asked, sort)) if sort else ""
        found.append({"title": title, "query": query, "direction": direction})
    return found


@require_safe
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the whole narrowed list as a file that says where it comes from."""
    account, asked = _reader(request), listing.asked_in(request)
    origin = Origin(
        what=not_figures(both("疑点", "Findings")),
        sheet=both("疑点", "Findings"),
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        narrowed_to=asked.words,
        address=request.build_absolute_uri(f"{reverse('findings:findings')}?{_query(asked)}"),
    )
    rows = listing.cells(listing.listed(account, asked, timezone.localdate()))
    return list_file("findings", form, listing.HEADINGS, rows, origin)


def readable(request: HttpRequest, key: int) -> tuple[Account, Finding]:
    """Return the reader and a finding that the reader may see.

    Raises: NotPermitted: it lies outside the reader's grants.
    """
    account = reader_of(request)
    found = get_object_or_404(
        Finding.objects.select_related(
            "unit",
            "assigned_unit",
            "raised_by__person__key",
            "assigned_to__person__key",
            "decided_by__person__key",
        ),
        pk=key,
    )
    if not queries.may_read(account, found, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=queries.VIEW)
    return account, found


@require_safe
def finding(request: HttpRequest, key: int) -> HttpResponse:
    """Show one finding: what was noticed, about what, how far it is, and what may be done next."""
    account, found = readable(request, key)
    return render(request, "findings/finding.html", finding_context(account, found))


def finding_context(account: Account, found: Finding) -> dict[str, Any]:
    """Return what a finding's page shows to an account, with the forms of what it may do next."""
    on = timezone.localdate()
    possible = queries.possible_for(account, found, on)
    return {
        "finding": found,
        "rule": rules().get(found.rule),
        "place": place_labels([found.place_id])[found.place_id] if found.place_id else "",
        "objects": queries.objects_of(found, OBJECTS_SHOWN),
        "object_count": found.objects_named.count(),
        "evidence": evidence_of(found),
        "trail": found.steps.select_related("by__person__key", "unit", "account__person__key").order_by("pk"),
        "possible": possible,
        "is_late": found.due_on is not None and found.due_on < on and not found.is_closed,
        "assign_form": assign_form(account, found) if possible.assign else None,
        "answer_form": forms.AnswerForm() if possible.answer else None,
        "decide_form": forms.DecideForm() if possible.decide else None,
        "dismiss_form": forms.ReasonForm() if possible.dismiss else None,
        "reopen_form": forms.ReasonForm() if possible.reopen else None,
    }


def assign_form(account: Account, found: Finding, data: Any = None) -> forms.AssignForm:
    """Return the form that assigns a finding: to units and people that the account reaches and that may answer."""
    on = timezone.localdate()
    people = Account.objects.filter(
        in_granted_units(account, "findings.assign_finding", on, "grants__unit_id"),
        pk__in=holders_of("findings.answer_finding", on),
        kind=Account.Kind.PERSON,
    ).distinct()
    able = list(people.order_by("username").values_list("pk", flat=True)[:PEOPLE_OFFERED])
    initial = {
        "unit": found.assigned_unit_id or found.unit_id,
        "account": found.assigned_to_id,
        "due_on": found.due_on,
    }
    units = Unit.objects.filter(in_granted_units(account, "findings.assign_finding", on, "pk"))
    return forms.AssignForm(data, units=units, accounts=able, initial=initial)
