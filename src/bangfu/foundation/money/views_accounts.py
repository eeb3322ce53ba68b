"""Pages of the chart of accounts: the list of a unit's accounts, and one that is opened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.money import forms, operations, queries
from bangfu.foundation.money.models import ASSET_WORDS, KIND_WORDS, BookAccount
from bangfu.foundation.money.views import GATE, may_write, sections
from bangfu.foundation.operations import Act
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.records.carrying import carried_out
from bangfu.foundation.records.gate import in_order
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell, in_batches, list_file, not_figures, origin_of
from bangfu.foundation.rooms.picking import unit_said

ROWS_A_PAGE = 100
SORTS = {
    "code": "code", "title": "title_zh", "kind": "kind", "asset": "asset", "unit": "unit__path", "starts": "starts_on",
}  # fmt: skip
COLUMNS: tuple[Words, ...] = (
    both("单位", "Unit"), both("科目", "Account"), both("中文名称", "Name in Chinese"),
    both("英文名称", "Name in English"), both("类别", "Kind"), both("计量", "Measured in"), both("启用", "Open from"),
    both("停用", "Closed from"),
)  # fmt: skip


def _listed(request: HttpRequest, account: Account) -> tuple[QuerySet[BookAccount], dict[str, Any]]:
    """Return the accounts that are asked for, in order, and what is asked."""
    units = list(queries.units_with_books().filter(pk__in=GATE.units_of(account, "view")))
    kind = request.GET.get("kind", "")
    asked: dict[str, Any] = {
        "text": request.GET.get("q", "").strip()[:60], "unit": unit_said(request.GET.get("unit", ""), units), "units": units,
        "kind": kind if kind in KIND_WORDS else "",
    }  # fmt: skip
    keys = [asked["unit"].pk] if asked["unit"] else [one.pk for one in units]
    rows = BookAccount.objects.filter(unit__in=keys).select_related("unit")
    if asked["kind"]:
        rows = rows.filter(kind=asked["kind"])
    for word in asked["text"].split():
        rows = rows.filter(
            Q(code__icontains=word) | Q(title_zh__icontains=word) | Q(title_en__icontains=word)
        )
    asked["is_narrowed"] = any(asked[name] for name in ("text", "unit", "kind"))
    return in_order(request, rows, SORTS, "unit__path", "code"), asked


@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """List the accounts of the reader's units, narrowed, sorted and paged."""
    account = GATE.reader(request)
    found, asked = _listed(request, account)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    rows = [{"it": one, "kind": KIND_WORDS[one.kind], "asset": ASSET_WORDS[one.asset]} for one in page]
    context = {
        **asked, "page": page, "rows": rows, "kinds": KIND_WORDS.items(), "sections": sections("accounts"),
        **may_write(account),
    }  # fmt: skip
    return render(request, "money/accounts.html", context)


def _cells(found: QuerySet[BookAccount]) -> Iterator[list[Cell]]:
    for batch in in_batches(found):
        for one in batch:
            yield [
                one.unit.name, one.code, one.title_zh, one.title_en, str(KIND_WORDS[one.kind]), str(ASSET_WORDS[one.asset]),
                one.starts_on.isoformat(), one.ends_on.isoformat() if one.ends_on else "",
            ]  # fmt: skip


@require_safe
def accounts_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the narrowed list as a file that says where it comes from."""
    account = GATE.reader(request)
    found, asked = _listed(request, account)
    narrowed = [
        asked["text"], asked["unit"].name if asked["unit"] else "", str(KIND_WORDS[asked["kind"]]) if asked["kind"] else "",
    ]  # fmt: skip
    what = not_figures(both("科目", "Accounts"))
    origin = origin_of(
        request, reverse("money:accounts"), what, taken_by=account.display_name, narrowed_to=narrowed
    )
    return list_file("accounts", form, COLUMNS, _cells(found), origin)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Open an account in a unit's books."""
    units = GATE.units_of(reader_of(request), "open_book_account")
    first = units.filter(code=request.GET.get("unit", "")).first() or units.first()
    initial = {"starts_on": timezone.localdate().replace(month=1, day=1), "unit": first}
    form = forms.AccountForm(request.POST or None, units=units, initial=initial)

    def carry(said: dict[str, Any], act: Act) -> str:
        said.pop("key")
        return reverse("money:account", args=[operations.open_book_account(**said, act=act).pk])

    context = {
        "title": both("开设科目", "Open an account"), "back": reverse("money:accounts"),
        "above": both("科目", "Accounts"),
        "note": both(
            "代码、类别和计量开设后不能改；名称中英文都写。",
            "Code, kind and what it is measured in stay as they are; give it a name in both languages.",
        ),
    }  # fmt: skip
    done = both("科目已开设。", "The account is open.")
    return carried_out(request, form, carry, done, context, template="money/form.html")
