"""Pages of vouchers: the list, a new one, one that is taken back, and one as a sheet to print."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.money import forms, operations, queries
from bangfu.foundation.money.amounts import grouped, written
from bangfu.foundation.money.models import ASSET_WORDS, Entry, Leg, Voucher
from bangfu.foundation.money.views import GATE, may_write, sections
from bangfu.foundation.operations import Act, NotPermitted, Refusal
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.printing import typeset
from bangfu.foundation.records.carrying import carried_out
from bangfu.foundation.records.gate import in_order
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell, in_batches, list_file, not_figures, origin_of
from bangfu.foundation.rooms.marks import example_mark
from bangfu.foundation.rooms.picking import unit_said

ROWS_A_PAGE = 50
SORTS = {
    "number": "source_id",
    "day": "happened_on",
    "summary": "voucher__summary",
    "unit": "unit__path",
    "entered": "recorded_at",
}
COLUMNS: tuple[Words, ...] = (
    both("凭证号", "Number"), both("日期", "Date"), both("摘要", "What it is about"), both("单位", "Unit"),
    both("金额（元）", "Amount (yuan)"), both("积分", "Points"), both("状态", "State"), both("制单", "Entered by"),
    both("登记", "Entered"), both("分录", "Entry"),
)  # fmt: skip
REVERSED, REVERSAL, STANDS = both("已冲正", "reversed"), both("红字冲销", "reversal"), both("有效", "stands")
_SHEET = Path(__file__).parent / "voucher.typ"


def _units(account: Account, operation: str) -> list[Unit]:
    return list(queries.units_with_books().filter(pk__in=GATE.units_of(account, operation)))


def _day(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _listed(request: HttpRequest, account: Account) -> tuple[QuerySet[Entry], dict[str, Any]]:
    """Return the vouchers that are asked for, in order, and what is asked."""
    units = _units(account, "view")
    asked = {
        "text": request.GET.get("q", "").strip()[:60], "unit": unit_said(request.GET.get("unit", ""), units), "units": units,
        "since": _day(request.GET.get("since", "")), "until": _day(request.GET.get("until", "")),
    }  # fmt: skip
    rows = queries.vouchers_of([asked["unit"].pk] if asked["unit"] else [one.pk for one in units])
    for word in asked["text"].split():
        in_lines = Leg.objects.filter(
            Q(account__code__icontains=word) | Q(account__title_zh__icontains=word), entry=OuterRef("pk")
        )
        rows = rows.filter(
            Q(source_id__icontains=word) | Q(voucher__summary__icontains=word) | Exists(in_lines)
        )
    if asked["since"]:
        rows = rows.filter(happened_on__gte=asked["since"])
    if asked["until"]:
        rows = rows.filter(happened_on__lte=asked["until"])
    asked["is_narrowed"] = any(asked[name] for name in ("text", "unit", "since", "until"))
    taken_back = Entry.objects.filter(reverses=OuterRef("pk"))
    return in_order(
        request, rows.annotate(is_reversed=Exists(taken_back)), SORTS, "-happened_on", "-pk"
    ), asked


def _state(one: Any) -> Words:
    return REVERSAL if one.reverses_id else REVERSED if one.is_reversed else STANDS


def _summary(one: Entry) -> str:
    found: Voucher | None = getattr(one, "voucher", None)
    return found.summary if found is not None else ""


@require_safe
def vouchers(request: HttpRequest) -> HttpResponse:
    """List the vouchers of the reader's units, narrowed, sorted and paged."""
    account = GATE.reader(request)
    found, asked = _listed(request, account)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    sums = queries.debits_of(one.pk for one in page)
    rows = [
        {
            "it": one, "summary": _summary(one), "state": _state(one),
            "look": "returned" if one.reverses_id else "withdrawn" if _state(one) == REVERSED else "",
            "amounts": [
                f"{grouped(total, asset)} {ASSET_WORDS[asset]}" for asset, total in sorted(sums.get(one.pk, {}).items())
            ],
        }
        for one in page
    ]  # fmt: skip
    context = {**asked, "page": page, "rows": rows, "sections": sections("vouchers"), **may_write(account)}
    return render(request, "money/vouchers.html", context)


def _cells(found: QuerySet[Entry]) -> Iterator[list[Cell]]:
    for batch in in_batches(found):
        sums = queries.debits_of(one.pk for one in batch)
        for one in batch:
            moved = sums.get(one.pk, {})
            yield [
                one.source_id, one.happened_on.isoformat(), _summary(one), one.unit.name,
                *(Decimal(written(moved[asset], asset)) if asset in moved else "" for asset in ("CNY", "POINT")),
                str(_state(one)), one.entered_by.display_name, f"{timezone.localtime(one.recorded_at):%Y-%m-%d %H:%M}",
                Decimal(one.pk),
            ]  # fmt: skip


@require_safe
def vouchers_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the narrowed list as a file that says where it comes from."""
    account = GATE.reader(request)
    found, asked = _listed(request, account)
    narrowed = [
        asked["text"], asked["unit"].name if asked["unit"] else "",
        f"≥ {asked['since']}" if asked["since"] else "", f"≤ {asked['until']}" if asked["until"] else "",
    ]  # fmt: skip
    what = not_figures(both("凭证", "Vouchers"))
    origin = origin_of(
        request, reverse("money:vouchers"), what, taken_by=account.display_name, narrowed_to=narrowed
    )
    return list_file("vouchers", form, COLUMNS, _cells(found), origin)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter a voucher: its unit stands in the address, its lines below each other."""
    account, today = reader_of(request), timezone.localdate()
    units = _units(account, "enter_voucher")
    unit = unit_said(request.GET.get("unit", ""), units) or (units[0] if units else None)
    if unit is None:
        return render(request, "money/voucher_new.html", {"units": units, "unit": None})
    books, refusal, sent = forms.Books(unit, today), None, request.POST or None
    if sent is not None and "more" in sent:
        form = forms.VoucherForm(initial={name: sent.get(name, "") for name in forms.VoucherForm.base_fields})
        lines = forms.more_lines(books, sent)
    else:
        form = forms.VoucherForm(sent, initial={"happened_on": today, "number": _next_number(unit, today)})
        lines = forms.lines_of(books, sent)
        if sent is not None and form.is_valid() and lines.is_valid():
            refusal, made = _entered(unit, form, lines, account)
            if made is not None:
                messages.success(request, str(both("凭证已登记。", "The voucher is entered.")))
                return redirect("money:entry", key=made.pk)
    context = {"units": units, "unit": unit, "form": form, "lines": lines, "refusal": refusal}
    is_wrong = form.is_bound and refusal is None
    return render(
        request, "money/voucher_new.html", context, status=409 if refusal else 422 if is_wrong else 200
    )


def _entered(
    unit: Unit, form: forms.VoucherForm, lines: Any, account: Account
) -> tuple[Refusal | None, Entry | None]:
    said = dict(form.cleaned_data)
    act = Act.now(account, key=said.pop("key"))
    voucher = operations.NewVoucher(**said, lines=forms.written_lines(lines))
    try:
        return None, operations.enter_voucher(unit=unit, voucher=voucher, act=act)
    except NotPermitted:
        raise
    except Refusal as refusal:
        return refusal, None


def _next_number(unit: Unit, on: Any) -> str:
    """Return the number that follows those of the unit's month: ``GROUP-202611-003``."""
    begins = f"{unit.code}-{on:%Y%m}-"
    taken = Entry.objects.filter(source_system=queries.VOUCHERS, source_id__startswith=begins, reverses=None)
    last = max(
        (int(tail) for number in taken.values_list("source_id", flat=True) if (tail := number[len(begins) :]).isdecimal()),
        default=0,
    )  # fmt: skip
    return f"{begins}{last + 1:03d}"


def readable(request: HttpRequest, key: int) -> tuple[Account, Entry]:
    """Return who reads, and a voucher.

    Raises: Http404: there is none; NotPermitted: it lies outside the reader's scope.
    """
    rows = Entry.objects.filter(source_system=queries.VOUCHERS).select_related(
        "unit", "voucher", "entered_by"
    )
    return GATE.readable(request, rows, key)


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, key: int) -> HttpResponse:
    """Take a voucher back, with a reason."""
    account, found = readable(request, key)
    GATE.require(account, "reverse_voucher", found.scope)
    form = forms.ReversalForm(request.POST or None, initial={"happened_on": timezone.localdate()})

    def carry(said: dict[str, Any], act: Act) -> str:
        made = operations.reverse_voucher(
            entry=found, reason=said["reason"], happened_on=said["happened_on"], act=act
        )
        return queries.entry_address(made.pk)

    note = both(
        "凭证 {number} 不改、不删：登记一笔红字分录抵回，再用新号登记正确的。",
        "The voucher {number} is neither changed nor deleted: an entry that mirrors it takes it back; then enter the right one"
        " under another number.",
    ).filled(number=found.source_id)
    context = {
        "title": both("冲正凭证", "Reverse the voucher"), "back": queries.entry_address(key), "note": note,
        "above": found.source_id, "is_reversal": True,
    }  # fmt: skip
    done = both("凭证已冲正。", "The voucher is reversed.")
    return carried_out(request, form, carry, done, context, template="money/form.html")


@require_safe
def sheet(request: HttpRequest, key: int) -> HttpResponse:
    """Send a voucher as a sheet to print and sign."""
    _, found = readable(request, key)
    legs = list(found.legs.select_related("account", "fund").order_by("pk"))
    totals = {
        asset: grouped(total, asset) for asset, total in queries.debits_of([found.pk])[found.pk].items()
    }
    values = {
        "language": "en" if (get_language() or "").startswith("en") else "zh",
        "example": str(example_mark() or ""),
        "words": {name: str(words) for name, words in _WORDS.items()},
        "unit": found.unit.name, "number": found.source_id, "day": found.happened_on.isoformat(),
        "is_reversal": found.reverses_id is not None, "entered_by": found.entered_by.display_name,
        "rows": [
            {
                "summary": _summary(found) if at == 0 else "", "account": one.account.title, "code": one.account.code,
                "fund": one.fund.title if one.fund else "",
                "debit": grouped(one.amount_minor, one.asset) if one.amount_minor > 0 else "",
                "credit": grouped(-one.amount_minor, one.asset) if one.amount_minor < 0 else "",
            }
            for at, one in enumerate(legs)
        ],
        "totals": [f"{total} {ASSET_WORDS[asset]}" for asset, total in sorted(totals.items())],
    }  # fmt: skip
    answer = HttpResponse(typeset(_SHEET, values), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="voucher-{found.pk}.pdf"'
    return answer


_WORDS: dict[str, Words] = {
    "title": both("记账凭证", "Accounting voucher"), "number": both("凭证号", "Number"), "day": both("日期", "Date"),
    "summary": both("摘要", "What it is about"), "account": both("科目", "Account"), "fund": both("基金", "Fund"),
    "debit": both("借方", "Debit"), "credit": both("贷方", "Credit"), "total": both("合计", "Total"),
    "reversal": both("红字冲销", "Reversal"), "papers": both("附单据　　　张", "Papers attached: ____"),
    "entered_by": both("制单", "Entered by"), "checked": both("复核", "Checked by"), "booked": both("记账", "Booked by"),
    "head": both("会计主管", "Head of accounting"),
}  # fmt: skip
"""What stands on the printed sheet."""
