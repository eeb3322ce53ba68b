"""Pages of what is disclosed: the table of a duty, a charity's year with its two shares, and administration."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.foundation.money.models import Entry, Fund
from bangfu.foundation.operations import Act
from bangfu.foundation.people.models import Account
from bangfu.foundation.records.gate import in_order
from bangfu.foundation.records.pressing import pressed
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rooms.lists import Cell, in_batches, list_file, not_figures, origin_of
from bangfu.giving.campaigns import forms, operations, queries, yearly
from bangfu.giving.campaigns.models import DUTY_WORDS, Charity, Cost, Duty, DutyKind
from bangfu.giving.campaigns.register import COSTS
from bangfu.giving.campaigns.telling import yuan
from bangfu.giving.campaigns.views.gate import (
    ROWS_A_PAGE,
    carried_out,
    may,
    open_books,
    readable,
    reader,
    require,
    sections,
)

PAGES = ["GET", "HEAD", "POST"]
DUTIES = Duty.objects.select_related("campaign__charity__unit", "campaign__fund")
TABLE: tuple[Words, ...] = (
    both("项目", "Line"),
    both("数额", "Amount"),
    both("计量", "Measured in"),
    both("公开时", "As published"),
)
COST_COLUMNS: tuple[Words, ...] = (
    both("日期", "Day"), both("慈善组织", "Charity"), both("基金", "Fund"), both("凭证", "Voucher"),
    both("金额（元）", "Sum (yuan)"), both("超限原因", "Why beyond the limit"), both("状态", "State"),
)  # fmt: skip
LIMIT_UNKNOWN = both(
    "这个慈善组织不是基金会。管理费和支出的限额另有标准，本系统没有收录，不作判断；请按主管部门的规定自行核对。",
    "This charity is no foundation. Other limits of administration and spending hold for it, which are not known here: nothing is"
    " judged. See what its supervisor laid down.",
)
GENERAL_MONEY = both(
    "核定过助学金的基金只能用于助学金，这里不列出。请从非限定资金列支；捐赠协议约定了管理费比例的，约定的部分在慈善组织页另设基金筹集，"
    "从那里列支。",
    "Funds that grant are spent on grants alone and are not offered. Pay from general money; where the agreement with donors"
    " sets a share aside for administration, open a fund of its own for it on the charity's page, and pay from there.",
)
YUAN, TIMES = both("元", "yuan"), both("人次", "gifts")


def _published(duty: Duty) -> dict[str, int]:
    """Return the table as it stood when it was published last; empty where none was kept."""
    last = duty.disclosures.order_by("-pk").first()
    return (last.figures or {}) if last is not None else {}


def _rows(duty: Duty) -> list[dict[str, Any]]:
    published, shown = _published(duty), []
    for row in yearly.table_of(duty, on=timezone.localdate()):
        before = published.get(row.name)
        shown.append(
            {
                "row": row, "amount": f"{row.amount:,}" if row.is_count else yuan(row.amount),
                "unit": TIMES if row.is_count else YUAN,
                "before": "" if before is None or before == row.amount
                else f"{before:,}" if row.is_count else yuan(before),
                "has_moved": _has_moved(duty, published, row), "address": _opened(duty, row),
            }
        )  # fmt: skip
    return shown


def _has_moved(duty: Duty, published: dict[str, int], row: yearly.Row) -> bool:
    """Return whether a line is another than was published; a line that yearly tables did not have then did not move."""
    if not published or (duty.kind == DutyKind.YEARLY and row.name not in published):
        return False
    return published.get(row.name) != row.amount


def _opened(duty: Duty, row: yearly.Row) -> str:
    """Return where the entries or gifts behind a line stand; empty for the goal, which is no sum of anything, and for a year that
    has not begun."""
    campaign = duty.campaign
    if duty.kind == DutyKind.YEARLY:
        if duty.due_on.year - 1 > timezone.localdate().year:
            return ""
        return reverse("campaigns:year_line", args=[campaign.charity_id, duty.due_on.year - 1, row.name])
    if row.is_count:
        return f"{reverse('campaigns:gifts')}?campaign={campaign.pk}"
    if campaign.fund_id is None or not row.section:
        return ""
    last = min(duty.due_on, timezone.localdate())
    opened = f"{reverse('money:fund_legs', args=[campaign.fund_id])}?until={last}"
    return opened if row.account is None else f"{opened}&account={row.account}"


@require_safe
def table(request: HttpRequest, key: int) -> HttpResponse:
    """Show the table that a duty has published, and what moved since it was."""
    account, duty = readable(request, DUTIES, key)
    rows, campaign = _rows(duty), duty.campaign
    year = (
        _year(campaign.charity, duty.due_on.year - 1)
        if duty.kind == DutyKind.YEARLY and campaign.charity
        else None
    )
    context = {
        "duty": duty, "campaign": campaign, "words": DUTY_WORDS[duty.kind], "rows": rows, "year": year,
        "published": list(duty.disclosures.order_by("pk")), "has_moved": any(row["has_moved"] for row in rows),
        "may_disclose": may(account, "disclose", duty.scope),
        "is_late": duty.done_on is None and duty.due_on < timezone.localdate(),
    }  # fmt: skip
    return render(request, "campaigns/table.html", context)


@require_safe
def table_file(request: HttpRequest, key: int, form: str) -> HttpResponseBase:
    """Send the table of a duty as a file that says where it comes from."""
    account, duty = readable(request, DUTIES, key)
    title = DUTY_WORDS[duty.kind]
    origin = origin_of(
        request, reverse("campaigns:table", args=[key]), not_figures(title), taken_by=account.display_name,
        narrowed_to=[duty.campaign.title, duty.due_on.isoformat()],
    )  # fmt: skip
    cells: Iterator[list[Cell]] = (
        [row["row"].words, _number(row["row"]), str(row["unit"]), row["before"]] for row in _rows(duty)
    )
    return list_file(f"disclosure-{duty.pk}", form, TABLE, cells, origin)


def _number(row: yearly.Row) -> Decimal:
    return Decimal(row.amount) if row.is_count else Decimal(row.amount).scaleb(-2)


def _year(charity: Charity, year: int) -> dict[str, Any]:
    found = yearly.year_of(charity, year)
    return {
        "it": found, "spends_enough": found.spends_enough, "costs_little": found.costs_little,
        "still_to_spend": yuan(found.still_to_spend), "cost_left": yuan(found.cost_left or 0), "spent": yuan(found.spent),
        "cost": yuan(found.cost), "total": yuan(found.total), "received_before": yuan(found.received_before),
        "mean": "" if found.received_three is None else yuan(found.received_three // yearly.MEAN_YEARS),
        "limit_unknown": LIMIT_UNKNOWN, "least_pct": yearly.SPEND_LEAST_PCT, "most_pct": yearly.COST_MOST_PCT,
        "costs": list(charity.costs.filter(spent_on__year=year).exclude(reason="").select_related("fund").order_by("pk")),
    }  # fmt: skip


@require_safe
def year(request: HttpRequest, key: int, number: int) -> HttpResponse:
    """Show a charity's year: what it received, spent and administered, against the two limits of the law."""
    account, one = readable(request, Charity.objects.select_related("unit"), key)
    if not 1980 <= number <= timezone.localdate().year:
        raise Http404
    found = yearly.year_of(one, number)
    context = {
        "charity": one, "year": _year(one, number), "number": number,
        "amounts": [
            (row.words, yuan(row.amount), reverse("campaigns:year_line", args=[key, number, row.name]))
            for row in yearly.rows_of_year(found)
        ], "before": number - 1,
        "after": number + 1 if number < timezone.localdate().year else None,
        "funds": Fund.objects.filter(unit=one.unit_id).order_by("code"), "may_book": may(account, "book_cost", one.scope),
        "may_read_books": one.unit_id in open_books(account),
    }  # fmt: skip
    return render(request, "campaigns/year.html", context)


def _taken_back(costs: list[Cost]) -> set[int]:
    back = Entry.objects.filter(
        source_system=COSTS, source_id__in=[str(one.pk) for one in costs], reversals__isnull=False
    )
    return {int(source) for source in back.values_list("source_id", flat=True)}


COST_SORTS = {
    "on": "spent_on", "charity": "charity__name_zh", "fund": "fund__code", "document": "document", "amount": "amount_fen",
}  # fmt: skip


def _costs(request: HttpRequest, account: Account) -> tuple[QuerySet[Cost], str]:
    found, text = queries.costs_seen_by(account, timezone.localdate()), request.GET.get("q", "").strip()[:60]
    if text:
        found = found.filter(Q(document__icontains=text) | Q(charity__name_zh__icontains=text))
    return in_order(request, found, COST_SORTS, "-spent_on", "-pk"), text


@require_safe
def costs(request: HttpRequest) -> HttpResponse:
    """List administration that was booked."""
    account = reader(request)
    return render(request, "campaigns/costs.html", _costs_context(request, account))


def _costs_context(request: HttpRequest, account: Account) -> dict[str, Any]:
    found, text = _costs(request, account)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    back = _taken_back(list(page))
    rows = [{"it": one, "amount": yuan(one.amount_fen), "is_back": one.pk in back} for one in page]
    return {
        "sections": sections("costs"), "page": page, "rows": rows, "text": text, "may_undo": may(account, "undo_cost"),
        "press": Keyed(),
    }  # fmt: skip


@require_safe
def costs_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the whole narrowed list of administration as a file that says where it comes from."""
    account = reader(request)
    found, text = _costs(request, account)

    def cells() -> Iterator[list[Cell]]:
        for batch in in_batches(found):
            back = _taken_back(list(batch))
            for one in batch:
                yield [
                    one.spent_on.isoformat(), one.charity.name, one.fund.title, one.document,
                    Decimal(one.amount_fen).scaleb(-2), one.reason,
                    str(both("已冲销", "taken back") if one.pk in back else both("在册", "booked")),
                ]  # fmt: skip

    origin = origin_of(
        request, reverse("campaigns:costs"), not_figures(both("管理费", "Administration")),
        taken_by=account.display_name, narrowed_to=[text] if text else [],
    )  # fmt: skip
    return list_file("administration", form, COST_COLUMNS, cells(), origin)


@require_http_methods(PAGES)
def book_cost(request: HttpRequest, key: int) -> HttpResponse:
    """Book administration of a charity, against its limit."""
    account, one = readable(request, Charity.objects.select_related("unit"), key)
    require(account, "book_cost", one.scope)
    today = timezone.localdate()
    funds = Fund.objects.filter(unit=one.unit_id, ends_on=None).order_by("code")
    funds = funds.filter(Q(spent_on=None) | Q(spent_on=operations.ADMINISTRATION))
    form = forms.CostForm(request.POST or None, funds=funds, initial={"spent_on": today})
    at = reverse("campaigns:year", args=[key, today.year])

    def carry(said: dict[str, Any], act: Act) -> str:
        operations.book_cost(
            charity=one, fund=said["fund"], amount_fen=int(said["yuan"] * 100), spent_on=said["spent_on"],
            document=said["document"], reason=said["reason"], act=act,
        )  # fmt: skip
        return reverse("campaigns:year", args=[key, said["spent_on"].year])

    left = yearly.year_of(one, today.year).cost_left
    note = (
        LIMIT_UNKNOWN
        if left is None
        else both(
            "管理费不得超过当年总支出的 {limit} %。今年目前最多还能列支 {left} 元；超出的须写明原因。",
            "Administration is at most {limit} % of what is paid out in the year. {left} yuan more can be booked this year as it"
            " stands; beyond that, say why.",
        ).filled(limit=yearly.COST_MOST_PCT, left=yuan(left))
    )
    context = {
        "title": both("列支管理费", "Book administration"),
        "back": at,
        "above": one.name,
        "note": both("{limit}{funds}", "{limit} {funds}").filled(limit=note, funds=GENERAL_MONEY),
    }
    return carried_out(request, form, carry, both("管理费已列支。", "The administration is booked."), context)


@require_POST
def undo_cost(request: HttpRequest, key: int) -> HttpResponse:
    """Take administration back."""
    account, one = readable(request, Cost.objects.select_related("charity__unit"), key)
    return pressed(
        request, account, lambda act: operations.undo_cost(cost=one, act=act), both("已冲销。", "It is taken back."),
        back=("campaigns:charity", one.charity_id), template="campaigns/costs.html",
        context=lambda: _costs_context(request, account),
    )  # fmt: skip
