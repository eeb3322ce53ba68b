"""Pages to read: the measures that are reported, one measure's records as list and file, one record."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.intake.models import REPORTED_STATE_WORDS, ReportedRecord, ReportedState
from bangfu.foundation.intake.reported import history, listing, queries
from bangfu.foundation.intake.reported.reportable import (
    measure_of_record,
    reportable_measure,
    reporting_permission,
    rooms_with_measures,
)
from bangfu.foundation.ledger.measures import Measure
from bangfu.foundation.operations import NotPermitted, allows, granted_units
from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.queries import code_text, place_labels, search
from bangfu.foundation.records import life_shown, quantity_words, reason_words, review_of
from bangfu.foundation.records.forms import RemarkForm
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rooms.lists import Origin, list_file

RECORDS_A_PAGE = 50
YEARS = range(timezone.localdate().year, 2009, -1)
VIEW = "intake.view_reported"


def _reader(request: HttpRequest) -> Account:
    account = reader_of(request)
    if not granted_units(account, VIEW, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=VIEW)
    return account


def units_to_report(account: Account, measure: Measure, operation: str) -> frozenset[int]:
    """Return the units for which an account may report a measure by this operation."""
    today = timezone.localdate()
    allowed = granted_units(account, f"intake.{operation}_reported", today)
    return allowed & granted_units(account, reporting_permission(measure), today)


def _may(account: Account, operation: str, record: ReportedRecord, *, reports: bool = False) -> bool:
    today = timezone.localdate()
    if reports:
        permission = reporting_permission(measure_of_record(record.measure))
        if not allows(account, permission, record.scope, today):
            return False
    return allows(account, f"intake.{operation}", record.scope, today)


@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """List the measures that are reported by hand, room by room, with what stands reported in the reader's reach."""
    account = _reader(request)
    standings = queries.standings(within_grants(account, VIEW, timezone.localdate(), has_line=True))
    asked, text = (request.GET.get(name, "").strip() for name in ("room", "q"))
    found = []
    for room, measures_of_room in rooms_with_measures():
        if asked and room.code != asked:
            continue
        rows = [
            {
                "measure": measure,
                "standing": (standing := standings.get(measure.code, queries.Standing())),
                "quantity": quantity_words(standing.quantity, measure),
                "may_import": bool(units_to_report(account, measure, "import")),
                "may_register": bool(units_to_report(account, measure, "register")),
            }
            for measure in measures_of_room
            if not text or text.lower() in f"{measure.title.zh} {measure.title.en} {measure.code}".lower()
        ]
        if rows:
            found.append({"room": room, "rows": rows})
    rooms = [(room.code, room.title, room.code == asked) for room, _ in rooms_with_measures()]
    context = {"found": found, "rooms": rooms, "q": text, "is_narrowed": bool(asked or text)}
    return render(request, "intake/reported/measures.html", context)


def _asked(request: HttpRequest) -> queries.ReportedFilter:
    """Return what the query string narrows the list to; what cannot be read is left out."""
    said = {name: request.GET.get(name, "").strip() for name in ("place", "year", "state", "q", "sort")}
    place = int(said["place"]) if said["place"].isascii() and said["place"].isdigit() else None
    sort = said["sort"].lstrip("-")
    return queries.ReportedFilter(
        place=place if place is not None and 10**11 <= place < 10**12 else None,
        year=int(said["year"]) if said["year"] in map(str, YEARS) else None,
        state=said["state"] if said["state"] in ReportedState.values else "",
        text=said["q"],
        sort=sort if sort in queries.SORTS else "happened",
        descending=said["sort"].startswith("-") or not sort,
    )


COLUMNS: tuple[tuple[str | None, Words], ...] = (
    ("reference", both("编号", "Reference")),
    (None, both("名称", "What it is")),
    ("place", both("地点", "Place")),
    ("unit", both("报送单位", "Reported by")),
    ("happened", both("日期", "Date")),
    ("quantity", both("数量", "Quantity")),
    (None, both("状态", "State")),
)


def _headings(asked: queries.ReportedFilter) -> list[dict[str, Any]]:
    """Return the list's headings: what a click sorts by, and which way it is sorted now."""
    found = []
    for sort, title in COLUMNS:
        is_sorted = sort == asked.sort
        direction = ("descending" if asked.descending else "ascending") if is_sorted else None
        towards = f"-{sort}" if is_sorted and not asked.descending else sort
        found.append(
            {"title": title, "sort": towards, "direction": direction, "is_number": sort == "quantity"}
        )
    return found


@require_safe
def records(request: HttpRequest, measure: str) -> HttpResponse:
    """List the records of a measure that the reader may see, narrowed, sorted and paged."""
    account, counted = _reader(request), reportable_measure(measure)
    asked = _asked(request)
    visible = within_grants(account, VIEW, timezone.localdate(), has_line=True)
    found = asked.apply(queries.reported_records().filter(visible, measure=counted.code))
    page = Paginator(found, RECORDS_A_PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    labels = place_labels({record.place_id for record in shown})
    rows = [
        {
            "record": record,
            "place": labels[record.place_id],
            "quantity": f"{record.quantity:,.{counted.decimals}f}",
            "state": REPORTED_STATE_WORDS[record.state],  # type: ignore[attr-defined]
        }
        for record in shown
    ]
    context = {
        "measure": counted,
        "page": page,
        "rows": rows,
        "asked": asked,
        "is_narrowed": asked != queries.ReportedFilter(sort=asked.sort, descending=asked.descending),
        "provinces": queries.provinces_with_records(counted.code),
        "years": YEARS,
        "states": REPORTED_STATE_WORDS.items(),
        "columns": _headings(asked),
        "may_import": bool(units_to_report(account, counted, "import")),
        "may_register": bool(units_to_report(account, counted, "register")),
    }
    return render(request, "intake/reported/records.html", context)


@require_safe
def export(request: HttpRequest, measure: str, form: str) -> HttpResponseBase:
    """Send the whole narrowed list as a file that says where it comes from."""
    account, counted = _reader(request), reportable_measure(measure)
    asked = _asked(request)
    visible = within_grants(account, VIEW, timezone.localdate(), has_line=True)
    found = asked.apply(queries.reported_records().filter(visible, measure=counted.code))
    address = f"{reverse('intake:records', args=[counted.code])}?{request.GET.urlencode()}"
    origin = Origin(
        what=both("{title}：报送记录（记录，不是数字）", "{title}: reported records (not figures)").filled(
            title=counted.title
        ),
        sheet=both("记录", "Records"),
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        narrowed_to=queries.filter_words(asked),
        address=request.build_absolute_uri(address),
    )
    return list_file(counted.code, form, listing.HEADINGS, listing.record_cells(found, counted), origin)


def readable(request: HttpRequest, key: int) -> tuple[Account, ReportedRecord]:
    """Return the reader and a record that the reader may see.

    Raises: NotPermitted: the record lies outside the reader's grants.
    """
    account = reader_of(request)
    record = get_object_or_404(queries.reported_records(), pk=key)
    if not _may(account, "view_reported", record):
        raise NotPermitted("out_of_scope", permission=VIEW)
    return account, record


@require_safe
def record(request: HttpRequest, key: int) -> HttpResponse:
    """Show one record: what it says, evidence, history, facts, and what may be done next."""
    account, found = readable(request, key)
    return render(request, "intake/reported/record.html", record_context(account, found))


def record_context(account: Account, found: ReportedRecord) -> dict[str, Any]:
    """Return what a record's page shows to an account, with what the account may do next."""
    measure = measure_of_record(found.measure)
    state = found.state  # type: ignore[attr-defined]
    review = review_of(found)
    is_submitter = review is not None and review.submitted_by_id == account.pk
    waits = state == ReportedState.SUBMITTED
    is_open = state in (ReportedState.DRAFT, ReportedState.RETURNED)
    may_decide = waits and not is_submitter and _may(account, "verify_reported", found)
    return {
        "record": found,
        "measure": measure,
        "quantity": quantity_words(found.quantity, measure),
        "state": state,
        "state_words": REPORTED_STATE_WORDS[state],
        "place": place_labels([found.place_id])[found.place_id],
        "place_code": code_text(found.place_id),
        **life_shown(found, history.trail_of(found), reader=account, on=timezone.localdate()),
        "reason": reason_words(found.withdrawal_reason),
        "review": review,
        "may_revise": is_open and _may(account, "revise_reported", found, reports=True),
        "may_submit": is_open and _may(account, "submit_reported", found, reports=True),
        "may_verify": may_decide,
        "waits_for_another": waits and is_submitter,
        "may_correct": state == ReportedState.VERIFIED
        and _may(account, "correct_reported", found, reports=True),
        "may_withdraw": state not in (ReportedState.SUBMITTED, ReportedState.WITHDRAWN)
        and _may(account, "withdraw_reported", found),
        "keyed": Keyed(),
        "return_form": RemarkForm() if may_decide else None,
    }


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Offer places for what was typed, as options of a list."""
    _reader(request)
    text = next((request.GET[name] for name in ("place", "q") if request.GET.get(name)), "").strip()
    found = search(text, limit=12) if text else []
    return render(request, "intake/reported/places.html", {"found": found})
