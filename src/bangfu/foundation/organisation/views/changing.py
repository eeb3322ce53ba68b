"""Forms that change the tree and the lines: rename, move and close a unit, enter and end a professional line."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.operations import Act, NotPermitted
from bangfu.foundation.organisation import forms, operations
from bangfu.foundation.organisation.models import Line, Unit
from bangfu.foundation.organisation.views.acting import SHOWN, carried_out, done, refuse_unless
from bangfu.foundation.organisation.views.reading import VIEW, may, may_somewhere
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.rooms import both


def _unit(request: HttpRequest, key: int, permission: str) -> Unit:
    """Return the unit of this key.

    Raises: NotPermitted: ``out_of_scope``.
    """
    found = get_object_or_404(Unit.objects.select_related("parent"), pk=key)
    refuse_unless(may(reader_of(request), permission, key), permission)
    return found


@SHOWN
def rename_unit(request: HttpRequest, key: int) -> HttpResponse:
    """Give a unit another name."""
    unit = _unit(request, key, "organisation.rename_unit")
    form = forms.RenameForm(
        request.POST or None,
        initial={"name_zh": unit.name_zh, "name_en": unit.name_en, "on": timezone.localdate()},
    )

    def carry_out(said: dict[str, Any], act: Act) -> HttpResponse:
        operations.rename_unit(unit=unit, act=act, **said)
        return done(request, both("已更名。", "Renamed."), "organisation:unit", key)

    context = {
        "title": both("单位更名", "Rename the unit"),
        "unit": unit,
        "note": both("以前的日期仍按当时的名称印出。", "Earlier days keep the name of their time."),
    }
    return carried_out(request, form, carry_out, context)


@SHOWN
def move_unit(request: HttpRequest, key: int) -> HttpResponse:
    """Put a unit under another parent."""
    unit = _unit(request, key, "organisation.move_unit")
    form = forms.MoveForm(request.POST or None)

    def carry_out(said: dict[str, Any], act: Act) -> HttpResponse:
        operations.move_unit(unit=unit, act=act, **said)
        return done(request, both("已改隶。", "Moved."), "organisation:unit", key)

    context = {
        "title": both("改换上级", "Move under another parent"),
        "unit": unit,
        "about": both("现在的上级：{name}", "Now below {name}").filled(
            name=unit.parent.name if unit.parent else "—"
        ),
        "note": both(
            "全部下级一同移动，授权随新的上级而定；以前的日期仍按当时的上级。",
            "All units below move along, and grants follow the new parent; earlier days keep the parent of their time.",
        ),
    }
    return carried_out(request, form, carry_out, context)


@SHOWN
def close_unit(request: HttpRequest, key: int) -> HttpResponse:
    """Close a unit."""
    unit = _unit(request, key, "organisation.close_unit")

    def carry_out(said: dict[str, Any], act: Act) -> HttpResponse:
        operations.close_unit(unit=unit, act=act, **said)
        return done(request, both("已撤销。", "Closed."), "organisation:unit", key)

    context = {
        "title": both("撤销单位", "Close the unit"),
        "unit": unit,
        "note": both(
            "先结束其任职、收回授权、撤销或移走下级；它做过的一切保留。",
            "End its terms, withdraw its grants, and close or move what is below it first; what it did stays.",
        ),
    }
    return carried_out(request, forms.EndForm(request.POST or None), carry_out, context)


@require_safe
def lines(request: HttpRequest) -> HttpResponse:
    """List the professional lines."""
    reader = reader_of(request)
    if not may_somewhere(reader, VIEW):
        raise NotPermitted("out_of_scope", permission=VIEW)
    context = {
        "lines": Line.objects.order_by("id"),
        "today": timezone.localdate(),
        "may_enter": may(reader, "organisation.enter_line"),
        "may_end": may(reader, "organisation.end_line"),
    }
    return render(request, "organisation/lines.html", context)


@SHOWN
def enter_line(request: HttpRequest) -> HttpResponse:
    """Enter a professional line, or give one other names."""
    refuse_unless(may(reader_of(request), "organisation.enter_line"), "organisation.enter_line")
    known = Line.objects.filter(code=request.GET.get("code", "")).first()
    first = {"code": known.code, "name_zh": known.name_zh, "name_en": known.name_en} if known else {}
    form = forms.LineForm(request.POST or None, initial={**first, "starts_on": timezone.localdate()})

    def carry_out(said: dict[str, Any], act: Act) -> HttpResponse:
        operations.enter_line(act=act, **said)
        return _back(request, str(both("已保存。", "Saved.")))

    context = {
        "title": both("设立或更名专业线", "Enter or rename a line"),
        "back": reverse("organisation:lines"),
    }
    return carried_out(request, form, carry_out, context)


@SHOWN
def end_line(request: HttpRequest, key: int) -> HttpResponse:
    """End a professional line."""
    line = get_object_or_404(Line, pk=key)
    refuse_unless(may(reader_of(request), "organisation.end_line"), "organisation.end_line")

    def carry_out(said: dict[str, Any], act: Act) -> HttpResponse:
        operations.end_line(line=line, act=act, **said)
        return _back(request, str(both("已停用。", "Ended.")))

    context = {
        "title": both("停用专业线", "End the line"),
        "about": line.name,
        "back": reverse("organisation:lines"),
    }
    return carried_out(request, forms.EndForm(request.POST or None), carry_out, context)


def _back(request: HttpRequest, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("organisation:lines")
