"""Forms listed, uploaded, shown with their versions, compared, exported and withdrawn."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.foundation.evidence.queries import path_of
from bangfu.foundation.operations import NotPermitted, Refusal
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import home_unit, in_granted_units, permissions_of, root_unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell, Origin, in_batches, list_file, not_figures
from bangfu.foundation.rooms.picking import unit_said
from bangfu.reporting.forms import operations, queries
from bangfu.reporting.forms.documents import document_of
from bangfu.reporting.forms.engines.changes import Comparison, Kind
from bangfu.reporting.forms.engines.grids import At, written
from bangfu.reporting.forms.grid_pages import ShownCell, shown_grid
from bangfu.reporting.forms.models import Revision, Version
from bangfu.reporting.forms.naming import indicator_names
from bangfu.reporting.forms.pointing import Axis, Pointing, pointed_at, pointings_of
from bangfu.reporting.forms.views.common import act_of, fields_of, form_for, may_keep, reader, version_for

FORMS_A_PAGE = 40
FILLS_SHOWN = 20
CHANGES_SHOWN = 300
COLUMNS = (
    both("名称", "Name"), both("单位", "Unit"), both("版本", "Version"), both("文件", "File"), both("填报次数", "Fills"),
    both("上传于", "Uploaded"),
)  # fmt: skip
CHANGE_WORDS = {
    Kind.MOVED: both("移动", "moved"),
    Kind.NEW: both("新增", "new"),
    Kind.GONE: both("取消", "gone"),
    Kind.RENAMED: both("改名", "renamed"),
}


def _found(request: HttpRequest, account: Account) -> QuerySet[Version]:
    found = queries.versions_read_by(account, timezone.localdate())
    for word in request.GET.get("q", "").split():
        found = found.filter(
            Q(name_zh__icontains=word) | Q(name_en__icontains=word) | Q(form__unit__name_zh__icontains=word)
        )
    return found


@require_safe
def forms(request: HttpRequest) -> HttpResponse:
    """List the forms that the reader may fill."""
    account = reader(request)
    page = Paginator(_found(request, account), FORMS_A_PAGE).get_page(request.GET.get("page"))
    counts = queries.fill_counts(one.form_id for one in page)
    context = {
        "page": page,
        "rows": [(one, counts.get(one.form_id, 0)) for one in page],
        "q": request.GET.get("q", "").strip(),
        "query": request.GET.urlencode(),
        "may_upload": "forms.upload_form" in permissions_of(account, timezone.localdate()),
    }
    return render(request, "forms/forms.html", context)


@require_safe
def file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the list as a file, narrowed as the page was."""
    account = reader(request)
    found = _found(request, account)

    def cells() -> Iterator[list[Cell]]:
        for batch in in_batches(found):
            counts = queries.fill_counts(one.form_id for one in batch)
            for one in batch:
                yield [
                    str(one.name), one.form.unit.name, str(one.number), one.file_name, str(counts.get(one.form_id, 0)),
                    f"{timezone.localtime(one.uploaded_at):%Y-%m-%d %H:%M}",
                ]  # fmt: skip

    origin = Origin(
        what=not_figures(both("表样", "Forms")),
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        narrowed_to=request.GET.get("q", "").strip(),
        address=request.build_absolute_uri(f"{reverse('forms:forms')}?{request.GET.urlencode()}"),
    )
    return list_file("forms", form, COLUMNS, cells(), origin)


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a superior's form for a unit."""
    account = reader(request)
    units = _units(account)
    if not units:
        raise NotPermitted("out_of_scope", permission="forms.upload_form")
    said = fields_of(request, "name_zh", "name_en", "unit")
    context: dict[str, Any] = {"said": said, "units": units, "key": str(uuid.uuid4()), "refusal": None}
    if request.method == "POST":
        sent = request.FILES.get("file")
        unit = unit_said(said["unit"], units) if said["unit"] else units[0]
        if unit is None:
            raise Http404(said["unit"])
        try:
            version = operations.upload_form(
                unit=unit,
                name_zh=said["name_zh"],
                name_en=said["name_en"],
                file=(sent.name or "form", sent.read()) if sent else ("form", b""),
                act=act_of(request, account),
            )
        except NotPermitted:
            raise
        except Refusal as refusal:
            return render(request, "forms/upload.html", context | {"refusal": refusal}, status=409)
        messages.success(
            request,
            str(
                both("已上传。点单元格，指定要填的数字。", "Uploaded. Click cells to point them at figures.")
            ),
        )
        return redirect("forms:point", key=version.form_id)
    return render(request, "forms/upload.html", context)


def _units(account: Account) -> list[Unit]:
    """Return the units for which an account may upload, its own first."""
    on = timezone.localdate()
    home = home_unit(account, on) or root_unit()
    found = list(
        Unit.objects.filter(in_granted_units(account, "forms.upload_form", on, "pk")).order_by("path")
    )
    return sorted(found, key=lambda one: one != home)


@require_safe
def form(request: HttpRequest, key: int) -> HttpResponse:
    """Show a form: what its cells are pointed at, its versions, and what was filled."""
    account = reader(request)
    found = form_for(account, key)
    version = version_for(found, request.GET.get("version", ""))
    revision = queries.newest_revision(version)
    pointings = pointings_of(revision.pointings) if revision else []
    fills = queries.fills_read_by(account, timezone.localdate()).filter(revision__version__form=found)
    versions = list(found.versions.select_related("uploaded_by", "withdrawal").order_by("-number"))
    newest = queries.newest_version(found)
    context = {
        "form": found,
        "version": version,
        "versions": versions,
        "is_newest": version == newest,
        "is_withdrawn": hasattr(version, "withdrawal"),
        "grids": [
            shown_grid(number, grid, _dressed(number, pointings))
            for number, grid in enumerate(document_of(version).grids)
        ],
        "pointed": len(pointed_at(pointings)),
        "left_over": pointings_of(revision.left_over) if revision else [],
        "fills": fills[:FILLS_SHOWN],
        "may_keep": may_keep(account, found),
        "key": str(uuid.uuid4()),
    }
    return render(request, "forms/form.html", context)


def _dressed(number: int, pointings: list[Pointing]) -> Callable[[At, ShownCell], ShownCell]:
    known, titles = pointed_at(pointings), indicator_names()

    def dress(at: At, cell: ShownCell) -> ShownCell:
        one = known.get((number, at))
        return cell if one is None else pointed_cell(cell, one, at, titles)

    return dress


def _left_over(revision: Revision | None) -> list[tuple[Pointing, Words | str]]:
    """Return the pointings that found no cell in a new version, each with its indicator's title."""
    names = indicator_names()
    return [
        (one, both(*names[one.indicator]) if one.indicator in names else one.indicator)
        for one in (pointings_of(revision.left_over) if revision else [])
    ]


def pointed_cell(cell: ShownCell, one: Pointing, at: At, titles: dict[str, tuple[str, str]]) -> ShownCell:
    """Return a cell as it says its pointing: the indicator's title, and by which rules."""
    code = one.indicator
    for axis, keys, position in (
        (one.down, one.rows, at[0] - one.block.first[0]),
        (one.across, one.columns, at[1] - one.block.first[1]),
    ):
        if axis == Axis.INDICATOR and position < len(keys):
            code = keys[position]
    if one.kind == "text":
        return replace(cell, kind="pointed", text=str(one.words), title=str(one.words))
    if not code:
        return replace(cell, title=str(both("这一列没有认出指标", "no indicator recognised")))
    title = str(both(*titles.get(code, (code, code))))
    return replace(cell, kind="pointed", text=title, title=f"{title} · {one.words}")


@require_safe
def original(request: HttpRequest, key: int) -> HttpResponseBase:
    """Send the file of a version as it came."""
    version = version_for(form_for(reader(request), key), request.GET.get("version", ""))
    return FileResponse(path_of(version.file_id).open("rb"), as_attachment=True, filename=version.file_name)


@require_POST
def revise(request: HttpRequest, key: int) -> HttpResponse:
    """Take the next version of a form, and lead to what moved."""
    account = reader(request)
    found = form_for(account, key)
    sent = request.FILES.get("file")
    try:
        version = operations.upload_version(
            form=found,
            file=(sent.name or "form", sent.read()) if sent else ("form", b""),
            act=act_of(request, account),
        )
    except NotPermitted:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("forms:form", key=key)
    return redirect(f"{reverse('forms:changes', args=[key])}?version={version.number}")


@require_POST
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Withdraw the newest version of a form."""
    account = reader(request)
    found = form_for(account, key)
    version = version_for(found, request.POST.get("version", ""))
    try:
        operations.withdraw_version(version=version, act=act_of(request, account))
    except NotPermitted:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("forms:form", key=key)
    messages.success(request, str(both("已撤下。", "Withdrawn.")))
    return (
        redirect("forms:forms") if queries.newest_version(found) is None else redirect("forms:form", key=key)
    )


@require_safe
def changes(request: HttpRequest, key: int) -> HttpResponse:
    """Show what moved between a version and the one before it."""
    found = form_for(reader(request), key)
    version = version_for(found, request.GET.get("version", ""))
    before = (
        found.versions.filter(number__lt=version.number, withdrawal__isnull=True).order_by("-number").first()
    )
    if before is None:
        raise Http404(version.number)
    listed = Comparison(document_of(before).grids, document_of(version).grids).changes()
    titles = [one.title for one in document_of(version).grids]
    old_titles = [one.title for one in document_of(before).grids]
    revision = version.revisions.order_by("number").first()
    last = queries.newest_revision(before)
    rows = [
        {
            "kind": one.kind.value,
            "words": CHANGE_WORDS[one.kind],
            "sheet": (old_titles if one.kind is Kind.GONE else titles)[one.sheet],
            "before": written(one.before) if one.before else "",
            "after": written(one.after) if one.after else "",
            "said_before": " · ".join((*one.words_before.row, *one.words_before.column))
            if one.words_before
            else "",
            "said_after": " · ".join((*one.words_after.row, *one.words_after.column))
            if one.words_after
            else "",
        }
        for one in listed[:CHANGES_SHOWN]
    ]
    return render(
        request,
        "forms/changes.html",
        {
            "form": found,
            "version": version,
            "before": before,
            "rows": rows,
            "counts": [(CHANGE_WORDS[kind], sum(one.kind is kind for one in listed)) for kind in Kind],
            "is_cut": len(listed) > CHANGES_SHOWN,
            "followed": len(revision.pointings) if revision else 0,
            "all": len(last.pointings) if last else 0,
            "left_over": _left_over(revision),
        },
    )
