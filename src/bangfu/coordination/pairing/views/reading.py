"""What is read: the register, one pairing, a place's supporters, a unit's places, and days without an owner."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import polars
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.coordination.pairing import exports, forms, history, queries
from bangfu.coordination.pairing.models import (
    KIND_WORDS,
    LEVEL_WORDS,
    ROLE_WORDS,
    STATE_WORDS,
    Pairing,
    PairingState,
    Requirement,
)
from bangfu.foundation.operations import NotPermitted, allows, granted_units
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.models import Place
from bangfu.foundation.places.queries import code_text, place_label, place_labels
from bangfu.foundation.records import life_shown, reason_words, review_of
from bangfu.foundation.records.forms import RemarkForm
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rooms.lists import Origin, list_file

ROWS_A_PAGE = 50
LOOKS = {
    PairingState.PROPOSED: "draft",
    PairingState.ASSIGNED: "submitted",
    PairingState.RETURNED: "returned",
    PairingState.ACTIVE: "verified",
    PairingState.ENDING: "submitted",
    PairingState.ENDED: "draft",
    PairingState.WITHDRAWN: "withdrawn",
}
"""How each state looks; see docs/look."""

COLUMNS: tuple[tuple[str | None, Words], ...] = (
    ("place", both("结对县或村", "Place")),
    ("unit", both("帮扶单位", "Supporter")),
    ("kind", both("类型", "Kind")),
    (None, both("角色", "Role")),
    ("starts", both("开始", "From")),
    ("ends", both("结束", "To")),
    (None, both("状态", "State")),
)


def reader(request: HttpRequest) -> Account:
    """Return who reads the room's pages.

    Raises: NotPermitted: nobody, or somebody without the permission anywhere.
    """
    account = reader_of(request)
    if not granted_units(account, "pairing.view", timezone.localdate()):
        raise NotPermitted("out_of_scope", permission="pairing.view")
    return account


def may(account: Account, operation: str, pairing: Pairing | None = None) -> bool:
    """Return whether somebody may do something to a pairing, or anywhere."""
    today, permission = timezone.localdate(), f"pairing.{operation}"
    if pairing is None:
        return bool(granted_units(account, permission, today))
    return allows(account, permission, pairing.scope, today)


def readable(request: HttpRequest, key: int) -> tuple[Account, Pairing]:
    """Return who reads and the pairing.

    Raises: Http404: there is none; NotPermitted: it lies outside the reader's scope.
    """
    account = reader_of(request)
    pairing = get_object_or_404(queries.pairings(), pk=key)
    if not may(account, "view", pairing):
        raise NotPermitted("out_of_scope", permission="pairing.view")
    return account, pairing


def _visible(account: Account) -> QuerySet[Pairing]:
    return queries.pairings().filter(within_grants(account, "pairing.view", timezone.localdate()))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _place(text: str) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) == 12
    return int(text) if is_number and text[0] != "0" else None


def _asked(request: HttpRequest) -> queries.PairingFilter:
    """Return what the query string narrows the list to; what cannot be read is left out."""
    said = {
        name: request.GET.get(name, "").strip()
        for name in ("q", "place", "kind", "role", "state", "on", "term_by", "sort")
    }
    sort = said["sort"].lstrip("-")
    return queries.PairingFilter(
        text=said["q"][:60],
        place=_place(said["place"]),
        kind=said["kind"] if said["kind"] in KIND_WORDS else "",
        role=said["role"] if said["role"] in ROLE_WORDS else "",
        state=said["state"] if said["state"] in STATE_WORDS else "",
        on=_day(said["on"]),
        term_by=_day(said["term_by"]),
        sort=sort if sort in queries.SORTS else "place",
        descending=said["sort"].startswith("-"),
    )


def _said(asked: queries.PairingFilter) -> str:
    said = [
        asked.text,
        place_labels([asked.place]).get(asked.place, "") if asked.place else "",
        str(KIND_WORDS[asked.kind]) if asked.kind else "",
        str(ROLE_WORDS[asked.role]) if asked.role else "",
        str(STATE_WORDS[asked.state]) if asked.state else "",
        str(both("{day} 在结对", "in force on {day}").filled(day=asked.on)) if asked.on else "",
        str(both("{day} 前到期", "term ends by {day}").filled(day=asked.term_by)) if asked.term_by else "",
    ]
    return " · ".join(part for part in said if part) or str(both("全部", "all"))


def _rows(pairings: Iterable[Pairing]) -> list[dict[str, Any]]:
    found = list(pairings)
    labels = place_labels({pairing.place_id for pairing in found})
    return [
        {
            "pairing": one,
            "place": labels[one.place_id],
            "kind": KIND_WORDS[one.kind],
            "role": ROLE_WORDS[one.role],
            "state": STATE_WORDS[one.state],  # type: ignore[attr-defined]
            "look": LOOKS[one.state],  # type: ignore[attr-defined]
        }
        for one in found
    ]


@require_safe
def pairings(request: HttpRequest) -> HttpResponse:
    """List the pairings that the reader may see, narrowed, sorted and paged."""
    account = reader(request)
    asked = _asked(request)
    page = Paginator(asked.apply(_visible(account)), ROWS_A_PAGE).get_page(request.GET.get("page"))
    plain = queries.PairingFilter(sort=asked.sort, descending=asked.descending)
    columns = []
    for sort, title in COLUMNS:
        is_sorted = sort == asked.sort
        towards = f"-{sort}" if is_sorted and not asked.descending else sort
        direction = ("descending" if asked.descending else "ascending") if is_sorted else None
        columns.append({"title": title, "sort": towards if sort else None, "direction": direction})
    context = {
        "page": page,
        "rows": _rows(page),
        "asked": asked,
        "is_narrowed": asked != plain,
        "within": place_label(asked.place) if asked.place in place_labels([asked.place or 0]) else "",
        "kinds": KIND_WORDS.items(),
        "roles": ROLE_WORDS.items(),
        "states": STATE_WORDS.items(),
        "columns": columns,
        "may_propose": may(account, "propose_pairing"),
        "may_import": may(account, "import_pairings"),
    }
    return render(request, "pairing/pairings.html", context)


def _origin(request: HttpRequest, account: Account, what: Words, narrowed_to: str, page: str) -> Origin:
    return Origin(
        what=what,
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        narrowed_to=narrowed_to,
        address=request.build_absolute_uri(f"{reverse(page)}?{request.GET.urlencode()}"),
    )


@require_safe
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the whole narrowed register as a file that says where it comes from."""
    account = reader(request)
    asked = _asked(request)
    what = both("结对台账（记录，不是数字）", "Pairings (records, not figures)")
    origin = _origin(request, account, what, _said(asked), "pairing:pairings")
    rows = exports.pairing_rows(asked.apply(_visible(account)))
    return list_file("pairings", form, exports.PAIRING_HEADINGS, rows, origin)


@require_safe
def pairing(request: HttpRequest, key: int) -> HttpResponse:
    """Show one pairing: its dates, terms, evidence, history, facts, and what may be done next."""
    account, found = readable(request, key)
    return render(request, "pairing/pairing.html", pairing_context(account, found))


def pairing_context(account: Account, found: Pairing) -> dict[str, Any]:
    """Return what a pairing's page shows."""
    state = found.state  # type: ignore[attr-defined]
    review = review_of(found)
    is_submitter = review is not None and review.submitted_by_id == account.pk
    waits = state in (PairingState.ASSIGNED, PairingState.ENDING)
    is_counted = found.confirmed_at is not None
    is_open = state in (PairingState.PROPOSED, PairingState.RETURNED) and not is_counted
    end_returned = state == PairingState.RETURNED and is_counted
    may_decide = waits and not is_submitter and may(account, "verify_pairing", found)
    return {
        **_rows([found])[0],
        "is_returned": state == PairingState.RETURNED,
        "is_withdrawn": state == PairingState.WITHDRAWN,
        "is_end": is_counted and found.ends_on is not None,
        "place_code": code_text(found.place_id),
        "level": LEVEL_WORDS[found.level],
        "successor": found.replaced_by,
        "predecessors": found.replaces.select_related("unit"),
        **life_shown(found, history.trail_of(found), reader=account, on=timezone.localdate()),
        "reason": reason_words(found.withdrawal_reason),
        "review": review,
        "may_revise": is_open and may(account, "revise_pairing", found),
        "may_submit": is_open and may(account, "submit_pairing", found),
        "may_verify": may_decide,
        "waits_for_another": waits and is_submitter,
        "may_end": (state == PairingState.ACTIVE or end_returned) and may(account, "end_pairing", found),
        "may_hand_over": (state == PairingState.ACTIVE or end_returned) and may(account, "hand_over", found),
        "may_resume": end_returned and may(account, "resume_pairing", found),
        "may_correct": state in (PairingState.ACTIVE, PairingState.ENDED)
        and may(account, "correct_pairing", found),
        "may_withdraw": not waits
        and state != PairingState.WITHDRAWN
        and may(account, "withdraw_pairing", found),
        "keyed": Keyed(),
        "return_form": RemarkForm() if may_decide else None,
    }


@require_safe
def place(request: HttpRequest, key: int) -> HttpResponse:
    """Show the supporters of a place over time, and the days on which it should have had an owner and had none."""
    account = reader(request)
    found = get_object_or_404(Place, pk=key)
    today = timezone.localdate()
    living = [
        one for one in _visible(account).filter(place_id=key).order_by("starts_on", "pk")
        if one.withdrawn_at is None
    ]  # fmt: skip
    required = Requirement.objects.filter(place_id=key).first()
    missing = (
        queries.gaps(required.starts_on, today + timedelta(days=1), within=key).filter(
            polars.col("place") == key
        )
        if required is not None and required.starts_on <= today
        else None
    )
    context = {
        "place": place_label(key),
        "place_code": code_text(key),
        "division": found,
        "rows": _rows(living),
        "bars": history.time_line([one for one in living if one.confirmed_at is not None], today),
        "required": required,
        "gaps": missing.to_dicts() if missing is not None else [],
    }
    return render(request, "pairing/place.html", context)


@require_safe
def unit(request: HttpRequest, key: int) -> HttpResponse:
    """Show the places that a unit was and is responsible for."""
    account = reader(request)
    found = get_object_or_404(Unit, pk=key)
    mine = _visible(account).filter(unit_id=key, withdrawn_at__isnull=True).order_by("-starts_on", "place_id")
    page = Paginator(mine, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "pairing/unit.html", {"unit": found, "page": page, "rows": _rows(page)})


def _found_gaps(request: HttpRequest, account: Account) -> tuple[forms.PeriodForm, polars.DataFrame]:
    """Return the period asked for, this year to date unless it is said, and its gaps within the reader's scope."""
    today = timezone.localdate()
    said = {"first": date(today.year, 1, 1).isoformat(), "last": today.isoformat(), **request.GET.dict()}
    form = forms.PeriodForm(said)
    if not form.is_valid() or form.cleaned_data["last"] < form.cleaned_data["first"]:
        return form, queries.gaps(today, today)
    found = queries.gaps(form.cleaned_data["first"], form.cleaned_data["last"] + timedelta(days=1))
    within = within_grants(account, "pairing.view", today)
    mine = Requirement.objects.filter(within).values_list("place_id", flat=True)
    return form, found.filter(polars.col("place").is_in(list(mine)))


@require_safe
def gaps(request: HttpRequest) -> HttpResponse:
    """List the days of a period on which places that must have an owner had none."""
    account = reader(request)
    form, found = _found_gaps(request, account)
    page = Paginator(found.rows(named=True), ROWS_A_PAGE).get_page(request.GET.get("page"))
    labels = place_labels({row["place"] for row in page})
    context = {
        "form": form,
        "page": page,
        "rows": [{**row, "label": labels[row["place"]]} for row in page],
        "places": found["place"].n_unique(),
        "days": found["days"].sum(),
        "required": Requirement.objects.filter(
            within_grants(account, "pairing.view", timezone.localdate())
        ).count(),
        "may_require": may(account, "require_owners"),
    }
    return render(request, "pairing/gaps.html", context)


@require_safe
def export_gaps(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the days without an owner as a file that says where it comes from."""
    account = reader(request)
    asked, found = _found_gaps(request, account)
    labels = place_labels(found["place"].unique().to_list())
    rows = (
        [code_text(place), labels[place], starts_on.isoformat(), ends_on.isoformat(), str(days)]
        for place, starts_on, ends_on, days in found.iter_rows()
    )
    what = both("无人负责的日子", "Days without an owner")
    period = f"{asked['first'].value()} — {asked['last'].value()}"
    origin = _origin(request, account, what, period, "pairing:gaps")
    return list_file("gaps", form, exports.GAP_HEADINGS, rows, origin)
