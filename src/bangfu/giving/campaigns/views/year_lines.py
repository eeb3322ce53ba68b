"""The entries behind a line of a charity's year, of all its funds: every figure of the yearly table opens."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell, in_batches, list_file, not_figures, origin_of
from bangfu.giving.campaigns import yearly
from bangfu.giving.campaigns.models import Charity
from bangfu.giving.campaigns.telling import yuan
from bangfu.giving.campaigns.views.gate import ROWS_A_PAGE, open_books, readable, reader

COLUMNS: tuple[Words, ...] = (
    both("日期", "Day"), both("分录", "Entry"), both("来源", "Source"), both("基金", "Fund"), both("科目", "Account"),
    both("金额（元）", "Sum (yuan)"),
)  # fmt: skip


def _asked(
    request: HttpRequest, key: int, number: int, line: str
) -> tuple[Charity, yearly.Row, yearly.Behind]:
    """Return the charity, the line with its sum, and the legs behind it.

    Raises: Http404: there is no such charity, year or line.
    """
    _, one = readable(request, Charity.objects.select_related("unit"), key)
    found = yearly.behind(one, number, line) if 1980 <= number <= timezone.localdate().year else None
    rows = {row.name: row for row in yearly.rows_of_year(yearly.year_of(one, number))} if found else {}
    if found is None or line not in rows:
        raise Http404("line")
    return one, rows[line], found


@require_safe
def line(request: HttpRequest, key: int, number: int, line: str) -> HttpResponse:
    """Show the entries behind a line of a year, by fund and one by one, and that they come to what the line says."""
    charity, row, found = _asked(request, key, number, line)
    legs = found.legs.select_related("entry", "account", "fund")
    page = Paginator(legs, ROWS_A_PAGE).get_page(request.GET.get("page"))
    sums = (
        found.legs.order_by("fund__code")
        .values("fund", "fund__code", "fund__title_zh", "fund__title_en")
        .annotate(fen=Sum("amount_minor"))
    )
    funds = [
        {
            "key": one["fund"],
            "code": one["fund__code"],
            "title": str(both(one["fund__title_zh"], one["fund__title_en"])),
            "amount": yuan(found.sign * one["fen"]),
        }
        for one in sums
    ]
    context: dict[str, Any] = {
        "may_read_books": charity.unit_id in open_books(reader(request)), "charity": charity, "number": number, "line": line,
        "words": row.words, "amount": yuan(row.amount), "first": found.first,
        "last": found.last, "page": page, "funds": funds,
        "rows": [{"leg": leg, "amount": yuan(found.sign * leg.amount_minor)} for leg in page],
    }  # fmt: skip
    return render(request, "campaigns/year_line.html", context)


@require_safe
def line_file(request: HttpRequest, key: int, number: int, line: str, form: str) -> HttpResponseBase:
    """Send the entries behind a line of a year as a file that says where it comes from."""
    account, _ = readable(request, Charity.objects.all(), key)
    charity, row, found = _asked(request, key, number, line)
    what = not_figures(both("年度收支的分录", "Entries of a year"))
    origin = origin_of(
        request, reverse("campaigns:year_line", args=[key, number, line]), what,
        taken_by=account.display_name, narrowed_to=[charity.name, str(number), row.words],
    )  # fmt: skip

    def cells() -> Iterator[list[Cell]]:
        for batch in in_batches(found.legs.select_related("entry", "account", "fund")):
            for leg in batch:
                yield [
                    leg.entry.happened_on.isoformat(), Decimal(leg.entry_id), leg.entry.source_id,
                    leg.fund.title if leg.fund else "", leg.account.title, Decimal(found.sign * leg.amount_minor).scaleb(-2),
                ]  # fmt: skip

    return list_file(f"year-{number}-{line}", form, COLUMNS, cells(), origin)
