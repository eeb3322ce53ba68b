"""Forms and buttons that lead to the operations of reported records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from bangfu.foundation.intake.models import ReportedRecord
from bangfu.foundation.intake.reported import forms, operations, queries
from bangfu.foundation.intake.reported.reportable import (
    measure_of_record,
    reportable_measure,
    reporting_permission,
)
from bangfu.foundation.intake.reported.views.reading import readable, record_context, units_to_report
from bangfu.foundation.operations import Act, NotPermitted
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import home_unit, in_force
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.fields import place_written
from bangfu.foundation.records.carrying import carried_out
from bangfu.foundation.records.forms import WithdrawalForm
from bangfu.foundation.records.pressing import pressed
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import Keyed

ADDRESSED = ("unit", "reference", "title", "place", "happened_on")
"""What an address may fill in beforehand of a new record."""


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, measure: str) -> HttpResponse:
    """Report one record of a measure."""
    account, counted = reader_of(request), reportable_measure(measure)
    allowed = units_to_report(account, counted, "register")
    if not allowed:
        raise NotPermitted("out_of_scope", permission=reporting_permission(counted))
    units = Unit.objects.filter(in_force(timezone.localdate()), pk__in=allowed).order_by("path")
    form = forms.ReportedForm(
        request.POST or None,
        request.FILES or None,
        measure=counted,
        units=units,
        offers=reverse("intake:places"),
        initial=_known(request, account, units),
    )

    def carry_out(said: dict[str, Any], act: Act) -> ReportedRecord:
        return operations.register_reported(
            measure=counted.code, details=form.details(), unit=said["unit"], files=said["evidence"], act=act
        )

    context = {"title": both("报送一条", "Report one"), "measure": counted}
    done = both(
        "已登记。附上佐证后即可提交核验。", "Registered. With evidence it can be submitted for review."
    )
    return _carried_out(request, form, carry_out, done, context)


def _known(request: HttpRequest, account: Account, units: QuerySet[Unit]) -> dict[str, Any]:
    """Return what a new record's form need not ask: what the address says, the reader's own unit, and that unit's place."""
    said = {name: request.GET[name].replace("\x00", "")[:200] for name in ADDRESSED if request.GET.get(name)}
    asked = said.pop("unit", "")
    home = home_unit(account, timezone.localdate())
    keys = [int(asked)] if asked.isascii() and asked.isdigit() and len(asked) < 19 else []
    known = units.filter(pk__in=keys).first() or (units.filter(pk=home.pk).first() if home else None)
    if known is None:
        return said
    place = {"place": place_written(known.place_id)} if known.place_id is not None else {}
    return {"unit": known.pk, **place, **said}


@require_http_methods(["GET", "HEAD", "POST"])
def revise(request: HttpRequest, key: int) -> HttpResponse:
    """Change a draft or a returned record."""
    _, found = readable(request, key)
    measure = reportable_measure(found.measure)
    form = forms.ReportedForm(
        request.POST or None,
        request.FILES or None,
        measure=measure,
        units=[found.unit],
        offers=reverse("intake:places"),
        keeps_party=True,
        initial=forms.initial_of(found, measure),
    )
    for name in ("reference", "unit"):
        form.fields[name].disabled = True

    def carry_out(said: dict[str, Any], act: Act) -> ReportedRecord:
        details = form.details(found)
        return operations.revise_reported(record=found, details=details, files=said["evidence"], act=act)

    context = {"title": both("修改", "Change"), "measure": measure, "record": found}
    return _carried_out(request, form, carry_out, both("已修改。", "Changed."), context)


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, key: int) -> HttpResponse:
    """Correct a counted record."""
    _, found = readable(request, key)
    measure = measure_of_record(found.measure)
    form = forms.CorrectionForm(
        request.POST or None, record=found, measure=measure, offers=reverse("intake:places")
    )

    def carry_out(said: dict[str, Any], act: Act) -> ReportedRecord:
        said.pop("key")
        return operations.correct_reported(record=found, act=act, **said)

    context = {
        "title": both("更正", "Correct"),
        "measure": measure,
        "record": found,
        "warning": both(
            "更正会冲正已计入的事实，数字随即改变；更正后的内容须由另一人重新核验，才再次计入。",
            "The fact that counts it is reversed at once; what you enter is counted again when another person verifies it.",
        ),
        "is_reversal": True,
    }
    done = both("已更正，等待核验。", "Corrected; it waits for review.")
    return _carried_out(request, form, carry_out, done, context)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Withdraw a record."""
    _, found = readable(request, key)
    form = WithdrawalForm(request.POST or None)

    def carry_out(said: dict[str, Any], act: Act) -> ReportedRecord:
        said.pop("key")
        return operations.withdraw_reported(record=found, act=act, **said)

    context = {
        "title": both("撤回", "Withdraw"),
        "measure": measure_of_record(found.measure),
        "record": found,
        "warning": both(
            "撤回后不再计数，已计入的事实被冲正；记录、佐证和您写的说明都会保留。",
            "It counts no more and its fact is reversed; the record, its evidence and your words stay.",
        ),
        "is_reversal": True,
    }
    return _carried_out(request, form, carry_out, both("已撤回。", "Withdrawn."), context)


def _carried_out(
    request: HttpRequest,
    form: Keyed,
    carry_out: Callable[[dict[str, Any], Act], ReportedRecord],
    done: Words,
    context: dict[str, Any],
) -> HttpResponse:
    """Show a form, or carry it out and go to the record; a refusal is shown above the form."""
    return carried_out(
        request,
        form,
        lambda said, act: reverse("intake:record", args=[carry_out(said, act).pk]),
        done,
        context,
        template="intake/reported/form.html",
    )


@require_POST
def submit(request: HttpRequest, key: int) -> HttpResponse:
    """Submit a record for review."""
    return _pressed(request, key, operations.submit_reported, both("已提交核验。", "Submitted for review."))


@require_POST
def verify(request: HttpRequest, key: int) -> HttpResponse:
    """Verify a record."""
    return _pressed(request, key, operations.verify_reported, both("已核验并计入。", "Verified and counted."))


@require_POST
def give_back(request: HttpRequest, key: int) -> HttpResponse:
    """Give a record back to its unit."""
    remark = request.POST.get("remark", "")
    return _pressed(request, key, operations.return_reported, both("已退回。", "Returned."), remark=remark)


def _pressed(
    request: HttpRequest, key: int, operation: Callable[..., ReportedRecord], done: Words, **said: str
) -> HttpResponse:
    """Carry out what a button on a record's page stands for; a refusal is shown on that page."""
    account, found = readable(request, key)
    return pressed(
        request,
        account,
        lambda act: operation(record=found, act=act, **said),
        done,
        back=("intake:record", key),
        template="intake/reported/record.html",
        context=lambda: record_context(account, queries.reported_records().get(pk=key)),
    )
