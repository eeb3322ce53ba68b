"""Doors that act: rates are entered, files of confirmation made and answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bangfu.foundation.operations import Act, NotPermitted, allows, granted_units
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.points import forms, operations
from bangfu.foundation.points.views import readable_confirmation
from bangfu.foundation.records.carrying import carried_out
from bangfu.foundation.rooms import both

PAGES = ["GET", "HEAD", "POST"]


def _units(request: HttpRequest, permission: str) -> Any:
    units = granted_units(reader_of(request), permission, timezone.localdate())
    if not units:
        raise NotPermitted("out_of_scope", permission=permission)
    return units


@require_http_methods(PAGES)
def enter_rate(request: HttpRequest) -> HttpResponse:
    """Enter what points are worth from a day on."""
    units = _units(request, "points.enter_rate")
    form = forms.RateForm(request.POST or None, units=units, initial={"valid_from": timezone.localdate()})

    def carry(said: dict[str, Any], act: Act) -> str:
        last = said["last_day"]
        operations.enter_rate(
            unit=said["unit"],
            points=said["points"],
            fen=int(said["yuan"] * 100),
            valid_from=said["valid_from"],
            valid_until=last + timedelta(days=1) if last else None,
            document=said["document"],
            least_points=said["least_points"],
            grace_days=said["grace_days"],
            act=act,
        )
        return reverse("points:rates")

    context = {
        "title": both("登记比率", "Enter a rate"),
        "back": reverse("points:rates"),
        "above": both("比率", "Rates"),
        "note": both("已经折现的不变。", "What was turned into cash before stays as it was."),
    }
    done = both("比率已登记。", "The rate is entered.")
    return carried_out(request, form, carry, done, context, template="points/form.html")


@require_http_methods(PAGES)
def make_confirmation(request: HttpRequest) -> HttpResponse:
    """Make the file that tells the operator what was spent and given back."""
    form = forms.ConfirmationForm(request.POST or None, units=_units(request, "points.make_confirmation"))

    def carry(said: dict[str, Any], act: Act) -> str:
        made = operations.make_confirmation(unit=said["unit"], act=act)
        return reverse("points:confirmation", args=[made.pk])

    context = {
        "title": both("生成回传文件", "Make a confirmation"),
        "back": reverse("points:confirmations"),
        "above": both("回传文件", "Confirmations"),
        "note": both(
            "上次以后使用和退回的积分，一行一笔；本单位及下级的会员。",
            "What was spent and given back since the last one, a line each; of members of the unit and those below it.",
        ),
    }
    done = both("文件已生成。", "The file is made.")
    return carried_out(request, form, carry, done, context, template="points/form.html")


@require_http_methods(PAGES)
def acknowledge(request: HttpRequest, key: int) -> HttpResponse:
    """Enter what the points system answered."""
    account, found = readable_confirmation(request, key)
    if not allows(account, "points.acknowledge_confirmation", found.scope, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission="points.acknowledge_confirmation")
    form = forms.AnswerForm(request.POST or None)

    def carry(said: dict[str, Any], act: Act) -> str:
        operations.acknowledge_confirmation(
            confirmation=found, digest=said["digest"], reference=said["reference"], act=act
        )
        return reverse("points:confirmation", args=[key])

    context = {
        "title": both("登记回执", "Enter the answer"),
        "back": reverse("points:confirmation", args=[key]),
        "above": found.name,
        "note": None,
    }
    done = both("回执已登记。", "The answer is entered.")
    return carried_out(request, form, carry, done, context, template="points/form.html")
