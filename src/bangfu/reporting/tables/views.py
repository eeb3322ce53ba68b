"""Saved tables, the builder with its preview, and a saved table as it stands now or at its block."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST, require_safe

from bangfu.foundation.operations import Act, NotPermitted, Refusal
from bangfu.foundation.organisation.models import KIND_WORDS
from bangfu.foundation.organisation.queries import home_unit, lines_in_force, root_unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.queries import areas
from bangfu.foundation.rooms import both
from bangfu.reporting.access import own_corner
from bangfu.reporting.indicators import indicators
from bangfu.reporting.saved_lists import saved_file
from bangfu.reporting.tables import operations, queries
from bangfu.reporting.tables.asking import (
    AXIS_WORDS,
    FIELDS,
    LEVEL_WORDS,
    MOST_SIFTED,
    STEP_WORDS,
    UNIT_KINDS,
    Axis,
    Question,
    written,
)
from bangfu.reporting.tables.models import Table, Version
from bangfu.reporting.tables.reading import asked_in
from bangfu.reporting.tables.sheet import Sheet

TABLES_A_PAGE = 40
ROWS_A_PAGE, FEWEST_A_PAGE = 60, 5
CELLS_A_PAGE = 3000
"""A page of a table with many columns has fewer rows: what it costs to draw goes with its cells."""
PREVIEW = "table-preview"


def _reader(request: HttpRequest) -> Account:
    """Return who reads. Raises: NotPermitted: they see no figures anywhere."""
    account = reader_of(request)
    own_corner(account, timezone.localdate())
    return account


def _found(request: HttpRequest, account: Account) -> QuerySet[Version]:
    """Return the tables that the reader may read, narrowed as the address says."""
    found = queries.versions_read_by(account, timezone.localdate())
    for word in request.GET.get("q", "").split():
        found = found.filter(Q(name_zh__icontains=word) | Q(name_en__icontains=word))
    whose = request.GET.get("whose", "")
    if whose in ("own", "shared"):
        found = found.filter(table__owner=account) if whose == "own" else found.exclude(table__owner=account)
    return found


@require_safe
def tables(request: HttpRequest) -> HttpResponse:
    """List the reader's own tables and those that are shared with them."""
    account = _reader(request)
    page = Paginator(_found(request, account), TABLES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": list(page),
        "q": request.GET.get("q", "").strip(),
        "whose": request.GET.get("whose", ""),
        "account": account,
        "query": request.GET.urlencode(),
    }
    return render(request, "tables/tables.html", context)


@require_safe
def tables_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the list of tables as a file."""
    account = _reader(request)
    found = _found(request, account)
    noun = both("保存的表格", "Saved tables")
    return saved_file(
        request, account, form, found=found, thing_of=lambda one: one.table, room="tables", noun=noun
    )


def _page(request: HttpRequest, sheet: Sheet, items: list[Any]) -> Any:
    rows = max(FEWEST_A_PAGE, min(ROWS_A_PAGE, CELLS_A_PAGE // max(1, len(sheet.columns))))
    return Paginator(items, rows).get_page(request.GET.get("page"))


def _preview(request: HttpRequest, account: Account, question: Question) -> dict[str, Any]:
    """Return what shows one page of a table, its total row on every page."""
    sheet = Sheet(question, account, timezone.localdate())
    page: Any
    if question.is_filled and sheet.cell_count <= MOST_SIFTED:
        found = sheet.rows()
        page = _page(request, sheet, [row for row in found if not row.item.is_whole])
        rows = [*page, *(row for row in found if row.item.is_whole)]
    else:
        page = _page(request, sheet, [one for one in sheet.rows_of if not one.is_whole])
        rows = sheet.rows([*page, *(one for one in sheet.rows_of if one.is_whole)])
    return {
        "sheet": sheet,
        "question": question,
        "query": question.query,
        "pairs": pairs_of(question.fields),
        "page": page,
        "rows": rows,
        "moved": sum(cell.has_moved for row in rows for cell in row.cells),
        "is_sifted_by_page": question.is_filled and sheet.cell_count > MOST_SIFTED,
        "is_hidden": any(cell.figure is None for row in rows for cell in row.cells),
        "heads": AXIS_WORDS[question.rows],
    }


def _form(fields: dict[str, list[str]]) -> dict[str, Any]:
    """Return what the builder offers, and what of it is chosen."""
    chosen = {name: (several[-1] if several else "") for name, several in fields.items()}
    codes = fields.get("indicator", [])
    titles = {one.code: one.title for one in indicators()}
    return {
        "chosen": chosen,
        "codes": [
            {"code": code, "title": titles.get(code, code), **_moves(fields, codes, at)}
            for at, code in enumerate(codes)
        ],
        "offers": indicators(),
        "axes": list(AXIS_WORDS.items()),
        "levels": list(LEVEL_WORDS.items()),
        "kinds": [(kind, KIND_WORDS[kind]) for kind in UNIT_KINDS],
        "steps": list(STEP_WORDS.items()),
        "totals": [
            (axis, AXIS_WORDS[axis], axis.value in fields.get("total", []))
            for axis in (Axis.PLACE, Axis.UNIT, Axis.PERIOD)
        ],
        "named": " ".join(fields.get("named", [])),
        "areas": areas(),
        "lines": lines_in_force(timezone.localdate()),
    }


def _moves(fields: dict[str, list[str]], codes: list[str], at: int) -> dict[str, str]:
    """Return the addresses that move an indicator up, down or out."""

    def ordered(*order: int) -> str:
        return written({**fields, "indicator": [codes[one] for one in order]})

    rest = [one for one in range(len(codes)) if one != at]
    found = {"out": ordered(*rest) if rest else ""}
    if at:
        found["up"] = ordered(*rest[: at - 1], at, *rest[at - 1 :])
    if at < len(codes) - 1:
        found["down"] = ordered(*rest[: at + 1], at, *rest[at + 1 :])
    return found


def pairs_of(fields: dict[str, list[str]]) -> list[tuple[str, str]]:
    """Return values by field as pairs, for a form that keeps them."""
    return [(name, one) for name, several in fields.items() for one in several]


def _given(request: HttpRequest) -> dict[str, list[str]]:
    source = request.POST if request.method == "POST" else request.GET
    return {name: [str(one) for one in several] for name, several in source.lists()}


@require_safe
def build(request: HttpRequest) -> HttpResponse:
    """Show the builder with the table it asks; to htmx the table alone."""
    account, given = _reader(request), _given(request)
    is_preview = request.headers.get("HX-Target") == PREVIEW
    context: dict[str, Any] = {"refusal": None, "is_preview": is_preview}
    fields = given
    try:
        _, question = asked_in(request, given)
        fields = question.fields
        context |= _preview(request, account, question)
    except NotPermitted:
        raise
    except Refusal as refusal:
        context["refusal"] = refusal
        context["pairs"] = pairs_of({name: given[name] for name in FIELDS if name in given})
    kept = {name: given[name] for name in ("table",) if name in given}
    address = f"{reverse('tables:new')}?{written({**fields, **kept})}"
    if request.GET.get("add") and not is_preview and not context["refusal"]:
        return redirect(address)
    status = 422 if context["refusal"] and not is_preview else 200
    if is_preview:
        response = render(request, "tables/preview.html", context, status=status)
        if not context["refusal"]:
            response.headers["HX-Replace-Url"] = address
    else:
        context |= _form(fields) | _saving(request, account, given)
        response = render(request, "tables/build.html", context, status=status)
    patch_vary_headers(response, ["HX-Target"])
    return response


def _saving(request: HttpRequest, account: Account, given: dict[str, list[str]]) -> dict[str, Any]:
    """Return what the form to save a table starts from: the table that is being revised, or nothing."""
    revised = None
    key = (given.get("table") or [""])[-1]
    if key.isascii() and key.isdecimal() and len(key) < 10:
        revised = queries.saved_table(account, int(key), timezone.localdate())
    newest = revised.newest if revised and revised.newest.table.owner_id == account.pk else None
    return {
        "said": {
            "name_zh": newest.name_zh if newest else "",
            "name_en": newest.name_en if newest else "",
            "is_shared": newest.is_shared if newest else False,
        },
        "key": str(uuid.uuid4()),
        "revised": newest,
        "unit": home_unit(account, timezone.localdate()) or root_unit(),
    }


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Save the table of the form, as a new one or as the next version of one's own."""
    account, given = _reader(request), _given(request)
    act = Act.now(account, key=request.POST.get("key") or None)
    said: dict[str, Any] = {
        "name_zh": request.POST.get("name_zh", ""),
        "name_en": request.POST.get("name_en", ""),
        "is_shared": request.POST.get("shared") == "1",
    }
    try:
        _, question = asked_in(request, given)
        said["question"] = question.fields
        table = _table_of(request.POST.get("table", ""))
        if table is None:
            unit = home_unit(account, timezone.localdate()) or root_unit()
            assert unit is not None
            version = operations.save_table(unit=unit, **said, act=act)
        else:
            version = operations.revise_table(table=table, **said, act=act)
    except NotPermitted:
        raise
    except Refusal as refusal:
        context = {"refusal": refusal, **_form(given), **_saving(request, account, given)}
        kept = {name: given[name] for name in FIELDS if name in given}
        context |= {"said": said, "pairs": pairs_of(kept), "was_refused": True}
        return render(request, "tables/build.html", context, status=409)
    messages.success(request, str(both("已保存。", "Saved.")))
    return redirect("tables:saved", key=version.table_id)


def _table_of(text: str) -> Table | None:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        return None
    return Table.objects.filter(pk=int(text)).first()


@require_safe
def saved(request: HttpRequest, key: int) -> HttpResponse:
    """Show a saved table, of its newest version or of an earlier one: as of its block, or as it stands now."""
    account = _reader(request)
    found = queries.saved_table(account, key, timezone.localdate())
    if found is None:
        raise Http404(key)
    number = request.GET.get("version", "")
    version = next((one for one in found.versions if str(one.number) == number), found.newest)
    context: dict[str, Any] = {
        "version": version,
        "versions": found.versions,
        "is_newest": version == found.newest,
        "is_own": version.table.owner_id == account.pk,
        "key": str(uuid.uuid4()),
        "edit": f"{reverse('tables:new')}?{written({**version.question, 'table': [str(key)]})}",
        "is_pinned": "as_of" in version.question,
        "compares": request.GET.get("compare") == "1",
    }
    fields = dict(version.question)
    if context["compares"] and context["is_pinned"]:
        fields["compare"] = ["1"]
    try:
        _, question = asked_in(request, fields)
        context |= _preview(request, account, question)
        pinned = question.asking(as_of=context["sheet"].newest_block)
        context["pin"] = f"{reverse('tables:new')}?{written({**pinned.fields, 'table': [str(key)]})}"
    except NotPermitted:
        raise
    except Refusal as refusal:
        context["refusal"] = refusal
    return render(request, "tables/saved.html", context)


@require_POST
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Withdraw one's own table."""
    account = _reader(request)
    found = queries.saved_table(account, key, timezone.localdate())
    if found is None:
        raise Http404(key)
    act = Act.now(account, key=request.POST.get("key") or None)
    try:
        operations.withdraw_table(table=found.newest.table, act=act)
    except NotPermitted:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("tables:saved", key=key)
    messages.success(request, str(both("已撤下。", "Withdrawn.")))
    return redirect("tables:tables")
