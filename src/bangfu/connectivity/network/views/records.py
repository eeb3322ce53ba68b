"""Pages of reported records of every kind: the list, one record, and the forms that lead to the operations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.connectivity.network import history, operations, reported, telling
from bangfu.connectivity.network.forms.building import ReportedForm
from bangfu.connectivity.network.forms.kinds import FORMS, initial_of
from bangfu.connectivity.network.kinds import KINDS, RecordKind
from bangfu.connectivity.network.models import STATE_WORDS, Reported, StationState
from bangfu.connectivity.network.queries import provinces_with_stations
from bangfu.connectivity.network.selecting import FIRST_YEAR, RecordFilter
from bangfu.connectivity.network.views.sections import TITLES, sections
from bangfu.foundation.operations import Act, NotPermitted, Refusal, allows, granted_units
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.prefilling import prefill
from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.fields import place_written
from bangfu.foundation.places.models import Place
from bangfu.foundation.places.queries import code_text, place_for_code, place_labels
from bangfu.foundation.records import life_shown, reason_words, review_of
from bangfu.foundation.records.carrying import carried_out
from bangfu.foundation.records.forms import WithdrawalForm
from bangfu.foundation.review.queries import may_decide
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rooms.lists import Origin, in_batches, list_file, not_figures

A_PAGE = 50
_KINDS = {kind.slug: kind for kind in KINDS}
REGISTERS: dict[str, Callable[..., Any]] = {
    "boxes": operations.register_box,
    "bookings": operations.register_booking,
    "removals": operations.remove_village,
    "verdicts": operations.register_verdict,
    "targets": operations.register_target,
}
SHEETS = {"boxes", "bookings", "baseline", "verdicts"}
"""Kinds that come by a sheet; the layout and its permission bear the kind's name."""
REGISTER_PERMISSIONS = {
    "boxes": "network.register_box",
    "bookings": "network.register_booking",
    "removals": "network.remove_village",
    "verdicts": "network.register_verdict",
    "targets": "network.register_target",
}


def _reader(request: HttpRequest) -> Account:
    account = reader_of(request)
    if not granted_units(account, "network.view", timezone.localdate()):
        raise NotPermitted("out_of_scope", permission="network.view")
    return account


def _visible(account: Account, kind: RecordKind) -> Any:
    return reported.records(kind).filter(within_grants(account, "network.view", timezone.localdate()))


@require_safe
def records(request: HttpRequest, slug: str) -> HttpResponse:
    """List the records of a kind that the reader may see, narrowed, sorted and paged."""
    account, kind = _reader(request), _KINDS[slug]
    asked = RecordFilter.read(kind, request.GET)
    page = Paginator(asked.apply(_visible(account, kind)), A_PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    context = {
        "kind": kind,
        "title": TITLES[slug],
        "sections": sections(slug),
        "page": page,
        "rows": _shown(kind, list(page)),
        "asked": asked,
        "columns": _columns(kind, asked),
        "provinces": provinces_with_stations(),
        "years": range(today.year, FIRST_YEAR - 1, -1),
        "states": STATE_WORDS.items(),
        "may_import": slug in SHEETS and bool(granted_units(account, f"network.import_{slug}", today)),
        "may_register": slug in REGISTERS and bool(granted_units(account, REGISTER_PERMISSIONS[slug], today)),
        "sheet_address": f"/intake/network.{slug}/new",
        "list_address": reverse(f"network:{slug}"),
        "register_address": reverse(f"network:{slug}_register") if slug in REGISTERS else "",
        "csv_address": reverse(f"network:{slug}_csv"),
        "xlsx_address": reverse(f"network:{slug}_xlsx"),
    }
    return render(request, "network/records.html", context)


def _columns(kind: RecordKind, asked: RecordFilter) -> list[dict[str, Any]]:
    """Return the list's headings: what a click sorts by, and which way it is sorted now."""
    titles = [
        ("code", both("编码", "Code")),
        ("place", both("所在地", "Place")),
        ("unit", both("单位", "Unit")),
    ]
    titles += [(name, telling.COLUMN_WORDS[name]) for name in kind.columns]
    found = []
    for sort, title in titles:
        is_sorted = sort == asked.sorted_by
        towards = f"-{sort}" if is_sorted and not asked.descending else sort
        direction = ("descending" if asked.descending else "ascending") if is_sorted else None
        found.append({"title": title, "sort": towards, "direction": direction})
    return found


def _shown(kind: RecordKind, rows: list[Any]) -> list[dict[str, Any]]:
    labels = place_labels({record.place_id for record in rows})
    return [
        {
            "record": record,
            "address": telling.record_address(kind, record.pk),
            "place": labels[record.place_id],
            "cells": [(telling.COLUMN_WORDS[name], telling.said(record, name)) for name in kind.columns],
            "state": STATE_WORDS[record.state],
        }
        for record in rows
    ]


@require_safe
def export(request: HttpRequest, slug: str, form: str) -> HttpResponseBase:
    """Send the whole narrowed list as a file that says where it comes from."""
    account, kind = _reader(request), _KINDS[slug]
    asked = RecordFilter.read(kind, request.GET)
    found = asked.apply(_visible(account, kind))
    origin = Origin(
        what=not_figures(kind.noun),
        sheet=kind.noun,
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        narrowed_to=asked.words(),
        address=request.build_absolute_uri(f"{reverse(f'network:{slug}')}?{request.GET.urlencode()}"),
    )
    headings = (
        both("编码", "Code"), both("区划代码", "Place code"), both("所在地", "Place"), both("单位", "Unit"),
        *(telling.COLUMN_WORDS[name] for name in kind.columns), both("状态", "State"), both("修订", "Revision"),
    )  # fmt: skip
    return list_file(slug, form, headings, _cells(kind, found), origin)


def _cells(kind: RecordKind, found: Any) -> Iterator[list[str]]:
    for batch in in_batches(found):
        yield from _rows_of(kind, batch)


def _rows_of(kind: RecordKind, batch: list[Any]) -> Iterator[list[str]]:
    labels = place_labels({record.place_id for record in batch})
    for record in batch:
        said = [telling.said(record, name).replace("—", "") for name in kind.columns]
        place = labels[record.place_id]
        state = str(STATE_WORDS[record.state])
        yield [
            record.code,
            code_text(record.place_id),
            place,
            record.unit.name,
            *said,
            state,
            str(record.revision),
        ]


def _readable(request: HttpRequest, slug: str, key: int) -> tuple[Account, RecordKind, Any]:
    account, kind = reader_of(request), _KINDS[slug]
    record = get_object_or_404(reported.records(kind), pk=key)
    if not _may(account, "view", record):
        raise NotPermitted("out_of_scope", permission="network.view")
    return account, kind, record


def _may(account: Account, operation: str, record: Reported) -> bool:
    return allows(account, f"network.{operation}", record.scope, timezone.localdate())


@require_safe
def record(request: HttpRequest, slug: str, key: int) -> HttpResponse:
    """Show one record: what it says, its evidence, history and facts, and what may be done next."""
    account, kind, found = _readable(request, slug, key)
    return render(request, "network/record.html", _context(account, kind, found))


def _context(account: Account, kind: RecordKind, found: Any) -> dict[str, Any]:
    state, review = found.state, review_of(found)
    waits = state == StationState.SUBMITTED
    is_submitter = review is not None and review.submitted_by_id == account.pk
    is_open = state in (StationState.DRAFT, StationState.RETURNED)
    paper = review.batch if review else None
    decides = waits and paper is not None and may_decide(account, paper, timezone.localdate())
    place = place_labels([found.place_id])[found.place_id]
    project = getattr(found, "project", None)
    return {
        "kind": kind,
        "section": TITLES[kind.slug],
        "record": found,
        "state": state,
        "state_words": STATE_WORDS[state],
        "place": place,
        "place_code": code_text(found.place_id),
        "pairs": [(telling.COLUMN_WORDS[name], telling.said(found, name)) for name in kind.columns],
        "project": project,
        "opens_project": project is not None
        and allows(account, "network.view", project.scope, timezone.localdate()),
        **life_shown(found, history.trail_of(found), reader=account, on=timezone.localdate()),
        "reason": reason_words(found.withdrawal_reason),
        "review": review,
        "paper_address": reported.paper_address(paper.pk) if paper else None,
        "may_decide": decides,
        "waits_for_another": waits and is_submitter,
        "may_submit": is_open and _may(account, "submit_record", found),
        "may_revise": is_open and kind.slug in REGISTERS and _may(account, "revise_record", found),
        "may_correct": state == StationState.VERIFIED
        and bool(kind.reasons)
        and _may(account, "correct_record", found),
        "may_withdraw": state not in (StationState.SUBMITTED, StationState.WITHDRAWN)
        and _may(account, "withdraw_record", found),
        "list_address": reverse(f"network:{kind.slug}"),
        "submit_address": reverse(f"network:{kind.slug}_submit", args=[found.pk]),
        "revise_address": reverse(f"network:{kind.slug}_revise", args=[found.pk])
        if kind.slug in REGISTERS
        else "",
        "correct_address": reverse(f"network:{kind.slug}_correct", args=[found.pk]) if kind.reasons else "",
        "withdraw_address": reverse(f"network:{kind.slug}_withdraw", args=[found.pk]),
        "keyed": Keyed(),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """Register one record by hand."""
    account, kind = reader_of(request), _KINDS[slug]
    allowed = granted_units(account, REGISTER_PERMISSIONS[slug], timezone.localdate())
    if not allowed:
        raise NotPermitted("out_of_scope", permission=REGISTER_PERMISSIONS[slug])
    units = Unit.objects.filter(pk__in=allowed).order_by("path")
    form = FORMS[kind.code](
        request.POST or None,
        request.FILES or None,
        units=units,
        offers=reverse("network:places"),
        initial=_asked_place(request),
    )
    prefill(form, request, account, timezone.localdate())

    def carry_out(said: dict[str, Any], act: Act) -> Reported:
        done: Reported = REGISTERS[slug](
            details=form.details(), unit=said["unit"], files=said["evidence"], act=act
        )
        return done

    title = both("登记{noun}", "Register: {noun}").filled(noun=kind.noun)
    words = both(
        "已登记。附上佐证后即可提交核验。", "Registered. With evidence it can be submitted for review."
    )
    return _carried_out(request, kind, form, carry_out, words, {"title": title})


@require_http_methods(["GET", "HEAD", "POST"])
def revise(request: HttpRequest, slug: str, key: int) -> HttpResponse:
    """Change a draft or returned record."""
    _, kind, found = _readable(request, slug, key)
    form = FORMS[kind.code](
        request.POST or None,
        request.FILES or None,
        units=[found.unit],
        offers=reverse("network:places"),
        initial=initial_of(kind, found),
    )
    _fix_identity(form)

    def carry_out(said: dict[str, Any], act: Act) -> Reported:
        return operations.revise_record(record=found, details=form.details(), files=said["evidence"], act=act)

    context = {"title": both("修改{noun}", "Change: {noun}").filled(noun=kind.noun), "record": found}
    return _carried_out(request, kind, form, carry_out, both("已修改。", "Changed."), context)


def _asked_place(request: HttpRequest) -> dict[str, str]:
    """Return the place that a link to a form names, as the form's first content; nothing for none."""
    try:
        return {"place": place_written(place_for_code(request.GET.get("place", "")).pk)}
    except Place.DoesNotExist:
        return {}


def _fix_identity(form: ReportedForm) -> None:
    for name in ("unit", *form.identity):
        form.fields[name].disabled = True


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, slug: str, key: int) -> HttpResponse:
    """Correct a counted record."""
    _, kind, found = _readable(request, slug, key)
    form = FORMS[kind.code](
        request.POST or None,
        units=[found.unit],
        offers=reverse("network:places"),
        reasons=kind.reasons,
        initial=initial_of(kind, found),
    )
    _fix_identity(form)

    def carry_out(said: dict[str, Any], act: Act) -> Reported:
        return operations.correct_record(
            record=found, details=form.details(), reason=said["reason"], remark=said["remark"], act=act
        )

    context = {
        "title": both("更正{noun}", "Correct: {noun}").filled(noun=kind.noun),
        "record": found,
        "is_reversal": True,
        "warning": both(
            "更正会冲正已计入的事实，数字随即减少；更正后的内容须由另一人重新核验，才再次计入。",
            "The fact that counts it is reversed at once; what you enter is counted again when another person verifies it.",
        ),
    }
    done = both("已更正，等待核验。", "Corrected; it waits for review.")
    return _carried_out(request, kind, form, carry_out, done, context)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, slug: str, key: int) -> HttpResponse:
    """Withdraw a record."""
    _, kind, found = _readable(request, slug, key)
    form = WithdrawalForm(request.POST or None)

    def carry_out(said: dict[str, Any], act: Act) -> Reported:
        return operations.withdraw_record(record=found, reason=said["reason"], remark=said["remark"], act=act)

    context = {
        "title": both("撤回{noun}", "Withdraw: {noun}").filled(noun=kind.noun),
        "record": found,
        "is_reversal": True,
        "warning": both(
            "撤回后不再计数，已计入的事实被冲正；记录、佐证和您写的说明都会保留。",
            "It counts no more and its fact is reversed; the record, its evidence and your words stay.",
        ),
    }
    return _carried_out(request, kind, form, carry_out, both("已撤回。", "Withdrawn."), context)


def _carried_out(
    request: HttpRequest,
    kind: RecordKind,
    form: Keyed,
    carry_out: Callable[[dict[str, Any], Act], Reported],
    done: Words,
    context: dict[str, Any],
) -> HttpResponse:
    """Show a form, or carry it out and go to the record; a refusal is shown above the form."""
    one = context.get("record")
    context |= {
        "above": TITLES[kind.slug],
        "above_address": reverse(f"network:{kind.slug}"),
        "back": telling.record_address(kind, one.pk) if one else reverse(f"network:{kind.slug}"),
    }
    return carried_out(
        request,
        form,
        lambda said, act: telling.record_address(kind, carry_out(said, act).pk),
        done,
        context,
        template="network/form.html",
    )


@require_POST
def submit(request: HttpRequest, slug: str, key: int) -> HttpResponse:
    """Submit a record for review; a refusal is shown on its page."""
    account, kind, found = _readable(request, slug, key)
    try:
        operations.submit_record(record=found, act=Act.now(account, key=request.POST.get("key") or None))
    except NotPermitted:
        raise
    except Refusal as refusal:
        context = {**_context(account, kind, found), "refusal": refusal}
        return render(request, "network/record.html", context, status=409)
    messages.success(request, str(both("已提交核验。", "Submitted for review.")))
    return redirect(telling.record_address(kind, key))
