"""The page on which a unit says which headings its sheets bear."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from bangfu.foundation.intake import operations
from bangfu.foundation.intake.layouts import Layout
from bangfu.foundation.intake.naming import said_above, said_by
from bangfu.foundation.intake.views.uploading import act_of, layout_of, units_for
from bangfu.foundation.operations import NotPermitted, Refusal, granted_units
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.picking import unit_said

NAME = "intake.name_headings"
_BETWEEN = re.compile(r"[、；;\r\n]")


@require_http_methods(["GET", "HEAD", "POST"])
def headings(request: HttpRequest, layout: str) -> HttpResponse:
    """Show which headings a unit's sheets of a layout bear beside the known ones, or note them."""
    act = act_of(request, request.POST.get("key"))
    chosen = layout_of(act, layout)
    granted = granted_units(act.actor, NAME, act.on)
    units = [one for one in units_for(act, chosen)[0] if one.pk in granted]
    if not units:
        raise NotPermitted("out_of_scope", permission=NAME)
    unit = unit_said(request.POST.get("unit") or request.GET.get("unit") or "", units, by="pk") or units[0]
    if request.method != "POST":
        return _page(request, chosen, units, unit, said_by(chosen.code, unit))
    said = {
        column.name: [
            part for part in _BETWEEN.split(request.POST.get(f"own-{column.name}", "")) if part.strip()
        ]
        for column in chosen.columns
    }
    try:
        operations.name_headings(layout=chosen.code, unit=unit, headings=said, act=act)
    except NotPermitted:
        raise
    except Refusal as refusal:
        return _page(request, chosen, units, unit, said, refusal)
    messages.success(request, str(both("已登记；下次上传就认得。", "Noted; the next upload knows them.")))
    return redirect(f"{reverse('intake:new', args=[chosen.code])}?unit={unit.pk}")


def _page(
    request: HttpRequest, layout: Layout, units: list[Unit], unit: Unit, said: dict[str, list[str]],
    refusal: Refusal | None = None,
) -> HttpResponse:  # fmt: skip
    above = said_above(layout.code, unit)
    context: dict[str, Any] = {
        "layout": layout,
        "units": units,
        "chosen": unit,
        "key": uuid.uuid4(),
        "refusal": refusal,
        "rows": [
            {
                "column": column,
                "known": [column.title.zh, *column.aliases],
                "above": above.get(column.name, []),
                "own": "、".join(said.get(column.name, [])),
            }
            for column in layout.columns
        ],
    }
    return render(request, "intake/headings.html", context, status=409 if refusal else 200)
