"""Sheets on their way in: layouts, templates, upload, preview, confirmation."""

from __future__ import annotations

import re
import uuid
from datetime import date
from typing import Any
from urllib.parse import quote

import polars
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import InterfaceError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.foundation.evidence.queries import path_of
from bangfu.foundation.evidence.sniffing import SEALED
from bangfu.foundation.intake import listing, operations, posting, queries, showing, writing
from bangfu.foundation.intake.aside import KIND, is_large, job_importing, job_taking_back
from bangfu.foundation.intake.explaining import explained_columns, rules
from bangfu.foundation.intake.grids import LARGEST_BYTES
from bangfu.foundation.intake.layouts import Layout, layout_with_code, layouts
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.personal import returned_of
from bangfu.foundation.intake.reported.reportable import reportable_measures
from bangfu.foundation.intake.spooling import put_aside
from bangfu.foundation.intake.undoing import may_take_back
from bangfu.foundation.jobs.operations import ask
from bangfu.foundation.jobs.queries import may_read
from bangfu.foundation.operations import Act, NotPermitted, Refusal, allows, granted_units
from bangfu.foundation.operations.authority import granted_rows
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import home_unit, in_force
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.lists import list_file, origin_of
from bangfu.foundation.rooms.picking import unit_said

UPLOADS_A_PAGE = 25
_SCOPES = {"unit": polars.Int64(), "place": polars.Int64()}
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
STATE_CLASSES = {
    Upload.State.PREVIEWED: "draft",
    Upload.State.CONFIRMED: "submitted",
    Upload.State.CANCELLED: "",
    Upload.State.TAKEN_BACK: "withdrawn",
}


@require_GET
def uploads(request: HttpRequest) -> HttpResponse:
    """Show the layouts that the reader may import, and the uploads that the reader may see."""
    act = act_of(request)
    titles = {layout.code: layout.title for layout in layouts()}
    reported = reportable_measures()
    seen, (mine, state, text) = listing.asked_for(act, request)
    page = Paginator(seen, UPLOADS_A_PAGE).get_page(request.GET.get("page"))
    shown = [
        {
            "upload": upload,
            "title": titles.get(upload.layout, upload.layout),
            "state": listing.STATES[Upload.State(upload.state)],
            "state_class": STATE_CLASSES[Upload.State(upload.state)],
        }
        for upload in page
    ]
    context = {
        "layouts": [one for one in queries.layouts_for(act) if one.code not in reported],
        "may_read_reported": bool(granted_units(act.actor, "intake.view_reported", act.on)),
        "page": page,
        "shown": shown,
        "states": [(code.value, words, code.value == state) for code, words in listing.STATES.items()],
        "filtered": bool(mine or state or text),
        "mine": mine,
        "state": state,
        "q": text,
    }
    return render(request, "intake/uploads.html", context)


@require_GET
def template(request: HttpRequest, layout: str) -> HttpResponse:
    """Give the template of a layout, to whoever may import it, with the counties of their own unit to choose from; with ``year``,
    filled in with what the system knows of that unit's rows of a year.
    """
    act = act_of(request)
    chosen = layout_of(act, layout)
    units, unit = units_for(act, chosen)
    unit = unit_said(request.GET.get("unit", ""), units, by="pk") or unit
    counties = queries.counties_of(unit) if unit is not None else []
    year = request.GET.get("year", "")
    if chosen.known is None or unit is None or not _YEAR.fullmatch(year):
        return _download(writing.template(chosen, counties=counties), f"{chosen.title}.xlsx")
    known = chosen.known(unit, date(int(year), 1, 1), date(int(year) + 1, 1, 1))
    about = str(
        both("{unit}，按 {year} 年预填", "{unit}, filled in by {year}").filled(unit=unit.name, year=year)
    )
    content = writing.template(chosen, counties=counties, known=known, about=about)
    return _download(content, f"{chosen.title} {unit.name} {year}.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, layout: str) -> HttpResponse:
    """Ask for a sheet and its evidence, or receive them."""
    act = act_of(request)
    chosen = layout_of(act, layout)
    if request.method != "POST":
        return _form(request, chosen, act)
    unit = _unit_of(request.POST.get("unit", ""), act, chosen)
    sheet, evidence = request.FILES.get("sheet"), request.FILES.get("evidence")
    if sheet is None:
        return _form(request, chosen, act, missing=True)
    try:
        upload = operations.receive_upload(
            layout=chosen.code,
            unit=unit,
            name=sheet.name or "",
            content=sheet.read(LARGEST_BYTES + 1),
            evidence=put_aside(evidence) if evidence else None,
            act=act_of(request, request.POST.get("key")),
        )
    except NotPermitted:
        raise
    except Refusal as refusal:
        return _form(request, chosen, act, refusal=refusal)
    return redirect("intake:upload", upload=upload.pk)


def units_for(act: Act, layout: Layout) -> tuple[list[Unit], Unit | None]:
    """Return the units that the actor may import a layout for, and the one that is meant unless they say otherwise.

    Whoever was granted it in one county is offered that county's own units.
    """
    granted = granted_units(act.actor, layout.permission, act.on)
    units = list(Unit.objects.filter(in_force(act.on), pk__in=granted).order_by("path"))
    scopes = polars.DataFrame([(one.pk, one.place_id) for one in units], schema=_SCOPES, orient="row")
    covered = granted_rows(act.actor, layout.permission, scopes, act.on)
    units = [one for one, is_covered in zip(units, covered, strict=True) if is_covered]
    home = home_unit(act.actor, act.on)
    return units, home if home in units else units[0] if units else None


def _unit_of(text: str, act: Act, layout: Layout) -> Unit:
    """Return the unit that a form says; whether it may be imported for is asked by the operation.

    Raises: Http404: there is none.
    """
    units, _ = units_for(act, layout)
    found = unit_said(text, units, by="pk")
    if found is not None:
        return found
    return get_object_or_404(Unit, pk=int(text) if text.isdecimal() and len(text) < 18 else 0)


def _form(
    request: HttpRequest, layout: Layout, act: Act, *, refusal: Refusal | None = None, missing: bool = False
) -> HttpResponse:
    units, first = units_for(act, layout)
    asked = request.POST.get("unit") or request.GET.get("unit") or ""
    context = {
        "layout": layout,
        "units": units,
        "chosen": unit_said(asked, units, by="pk") or first,
        "last_year": act.on.year - 1,
        "columns": explained_columns(layout),
        "rules": rules(layout),
        "key": request.POST.get("key") or uuid.uuid4(),
        "refusal": refusal,
        "missing": missing,
        "may_name": bool(granted_units(act.actor, "intake.name_headings", act.on)),
        "sheet_megabytes": LARGEST_BYTES // 1024**2,
        "file_megabytes": settings.EVIDENCE_LARGEST_BYTES // 1024**2,
    }
    status = 409 if refusal else 400 if missing else 200
    return render(request, "intake/new.html", context, status=status)


@require_GET
def upload(request: HttpRequest, upload: int) -> HttpResponse:
    """Show what an upload holds and would do, or what it did."""
    return _preview(request, upload_seen(request, upload))


def _preview(request: HttpRequest, upload: Upload, refusal: Refusal | None = None) -> HttpResponse:
    act = act_of(request)
    layout = layout_with_code(upload.layout)
    context: dict[str, Any] = {
        "upload": upload,
        "layout": layout,
        "state": listing.STATES[Upload.State(upload.state)],
        "state_class": STATE_CLASSES[Upload.State(upload.state)],
        "refusal": refusal,
        "key": uuid.uuid4(),
        "evidence_count": upload.evidence.count(),
        "kept_days": settings.SHEETS_KEPT_DAYS,
        "is_personal": upload.sheet.media_type == SEALED,
        "may_upload": bool(granted_units(act.actor, layout.permission, act.on)),
    }
    importing = job_importing(upload) if is_large(upload) else None
    if upload.state == Upload.State.PREVIEWED and importing is not None:
        context["importing"] = importing
        context["may_read_job"] = may_read(act.actor, importing, act.on)
    elif upload.state == Upload.State.PREVIEWED:
        preview = queries.preview(upload)
        show, wrong_in = request.GET.get("show", ""), request.GET.get("in", "")
        columns, rows = showing.sample(preview, standing=show, number=request.GET.get("rows"))
        checked = preview.checked
        standings = [(code, words, code == show) for code, words in showing.STANDING.items()]
        context |= {
            "checked": checked,
            "key_column": layout.column(layout.key) if layout.key else None,
            "notes": preview.notes,
            "refusals": showing.refusals_on_page(preview, request.GET.get("page"), column=wrong_in),
            "wrong_in": wrong_in,
            "wrong_columns": [
                (name, title, times, name == wrong_in)
                for name, title, times in showing.refused_columns(preview)
            ],
            "corrections": showing.corrections_on_page(preview, request.GET.get("corrected")),
            "sample_columns": columns,
            "sample": rows,
            "show": show,
            "standings": standings if "standing" in checked.frame.columns else [],
            **_effects(preview, upload, act, at_once=bool(request.GET.get("figures"))),
            "may_confirm": allows(act.actor, layout.permission, upload.scope, act.on),
            "may_cancel": allows(act.actor, "intake.cancel_upload", upload.scope, act.on),
            "is_large": is_large(upload),
            "importable": not checked.refusals and checked.new + checked.changed > 0,
            "good_rows": checked.new + checked.changed if checked.refusals and not layout.whole else 0,
        }
    else:
        context["address"] = listing.opened_from(upload, act.actor, act.on)
        context["is_paper"] = str(context["address"]).startswith(reverse("review:inbox"))
        at = upload.confirmed_at
        context["imported"] = queries.imported_rows(upload)
        context["left_out"] = len(upload.left_out or ()) if upload.returned_id else 0
        taken = upload.taken_back_at
        context["taken_back_at"] = f"{timezone.localtime(taken):%Y-%m-%d %H:%M}" if taken else ""
        context["taking_back"] = job_taking_back(upload)
        context["may_take_back"] = may_take_back(act, upload)
        context["confirmed_at"] = f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""
    return render(request, "intake/upload.html", context, status=409 if refusal else 200)


def _effects(preview: queries.Preview, upload: Upload, act: Act, *, at_once: bool) -> dict[str, Any]:
    """Return what is said of figures: of a long sheet that the page asks for it by itself, unless it was asked for already."""
    layout = preview.layout
    if is_large(upload) and not at_once:
        return {"figures_later": layout.posts is not None}
    facts = posting.coming(layout, preview.checked, upload)
    figures = posting.figures(facts, unit=upload.unit, reader=act.actor, on=act.on)
    effects = [] if figures.lines else posting.effects(layout, facts)
    return {"figures": figures, "effects": [showing.effect_line(effect) for effect in effects]}


@require_GET
def figures(request: HttpRequest, upload: int) -> HttpResponse:
    """Give the effect of a long sheet on figures, as a part of its page."""
    found = upload_seen(request, upload)
    if found.state != Upload.State.PREVIEWED:
        raise Http404(upload)
    preview = queries.preview(found)
    context = {"checked": preview.checked, **_effects(preview, found, act_of(request), at_once=True)}
    return render(request, "intake/figures.html", context)


@require_POST
def confirm(request: HttpRequest, upload: int) -> HttpResponse:
    """Import an upload by its room's operation: at once, or a large one by a job; with ``good``, without the refused rows."""
    found = upload_seen(request, upload)
    layout = layout_with_code(found.layout)
    act = act_of(request, request.POST.get("key"))
    try:
        if request.POST.get("good"):
            operations.leave_out_refused(upload=found, act=act_of(request))
        if found.state == Upload.State.PREVIEWED and is_large(found):
            asked = ask(kind=KIND, arguments={"upload": found.pk}, account=act.actor, act=act)
            return redirect("jobs:job", key=asked.pk)
        layout.confirm(upload=found, act=act)
    except (OperationalError, InterfaceError) as error:
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        return _preview(request, upload_seen(request, upload), operations.failed_midway(error))
    except NotPermitted:
        raise
    except Refusal as refusal:
        return _preview(request, found, refusal)
    messages.success(request, str(both("已导入。", "Imported.")))
    return redirect("intake:upload", upload=found.pk)


@require_POST
def cancel(request: HttpRequest, upload: int) -> HttpResponse:
    """Cancel an upload."""
    found = upload_seen(request, upload)
    operations.cancel_upload(upload=found, act=act_of(request, request.POST.get("key")))
    messages.info(request, str(both("已取消，没有导入任何数据。", "Cancelled; nothing was imported.")))
    return redirect("intake:uploads")


@require_GET
def refused(request: HttpRequest, upload: int) -> HttpResponse:
    """Give the refused rows back as the same sheet, with the reasons beside them."""
    found = upload_seen(request, upload)
    preview = queries.preview(found)
    name = both("被拒的行", "refused rows")
    content = writing.refused_rows(preview.layout, preview.texts, preview.checked.refusals)
    return _download(content, f"{preview.layout.title} {name}.xlsx")


@require_GET
def rows(request: HttpRequest, upload: int, form: str) -> HttpResponseBase:
    """Give the rows that can be imported, as they were read, narrowed as the page is."""
    found = upload_seen(request, upload)
    if found.state != Upload.State.PREVIEWED:
        raise Http404(upload)
    preview, standing = queries.preview(found), request.GET.get("show", "")
    origin = origin_of(
        request,
        reverse("intake:upload", args=[found.pk]),
        both(
            "{name}：能导入的行（还没有导入）", "{name}: rows that can be imported (not imported yet)"
        ).filled(name=found.name),
        taken_by=act_of(request).actor.display_name,
        narrowed_to=[showing.STANDING.get(standing, "")],
    )
    cells = showing.cells_of(preview, standing=standing)
    return list_file("rows", form, showing.headings_of(preview), cells, origin)


@require_GET
def returned(request: HttpRequest, upload: int) -> HttpResponse:
    """Give the rows that were left out when the others were imported, with their reasons, to be corrected."""
    found = upload_seen(request, upload)
    if found.returned_id is None:
        raise Http404(upload)
    stem = found.name.rsplit(".", 1)[0]
    return _download(returned_of(found), f"{stem} {both('未导入的行', 'rows left out')}.xlsx")


@require_GET
def redacted(request: HttpRequest, upload: int) -> HttpResponse:
    """Give what is left of an imported sheet with personal data: the same without them."""
    found = upload_seen(request, upload)
    if found.redacted_id is None:
        raise Http404(upload)
    stem = found.name.rsplit(".", 1)[0]
    return _download(
        path_of(found.redacted_id).read_bytes(), f"{stem} {both('已删去个人信息', 'redacted')}.xlsx"
    )


def act_of(request: HttpRequest, key: str | None = None) -> Act:
    """Return whoever asks, now, with the key of their request."""
    return Act.now(request.user, key=key or None)  # type: ignore[arg-type]


def layout_of(act: Act, code: str) -> Layout:
    """Return a layout that somebody may import for some unit.

    Raises: NotPermitted: they may not; UnknownLayout.
    """
    layout = layout_with_code(code)
    if not granted_units(act.actor, layout.permission, act.on):
        raise NotPermitted("out_of_scope", permission=layout.permission)
    return layout


def upload_seen(request: HttpRequest, key: int) -> Upload:
    """Return an upload for whoever brought it or may see uploads of its unit.

    Raises: NotPermitted: ``out_of_scope``; Http404: there is none.
    """
    act = act_of(request)
    found = get_object_or_404(
        Upload.objects.select_related(
            "unit", "sheet", "returned", "uploaded_by__person__key", "confirmed_by__person__key"
        ),
        pk=key,
    )
    if found.uploaded_by_id != act.actor.pk and not allows(act.actor, "intake.view", found.scope, act.on):
        raise NotPermitted("out_of_scope", permission="intake.view")
    return found


def _download(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=writing.MEDIA_TYPE)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
