"""Statements: the list, one with its lines, its files, and the forms of answering, correcting and paying."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.operations import Act, NotPermitted
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.queries import names_of
from bangfu.foundation.records import doors_of, evidence_of, facts_of_record
from bangfu.foundation.records.gate import in_order
from bangfu.foundation.rooms import Words, both, record_type
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rooms.lists import list_file, not_figures, origin_of
from bangfu.livelihoods.shop.neighbours import order_number
from bangfu.livelihoods.suppliers import exports, forms, operations, papers, queries
from bangfu.livelihoods.suppliers.models import (
    LINE_WORDS,
    STATEMENT_WORDS,
    LineKind,
    Side,
    Statement,
    StatementLine,
    StatementState,
)
from bangfu.livelihoods.suppliers.sides import suppliers_read
from bangfu.livelihoods.suppliers.telling import percent, statement_address, yuan
from bangfu.livelihoods.suppliers.toship import order_key
from bangfu.livelihoods.suppliers.views.gate import (
    READ_AND_WRITE,
    ROWS_A_PAGE,
    about,
    actable,
    carried_out,
    may,
    readable,
    reader,
    sections,
    supplier_asked,
)
from bangfu.livelihoods.suppliers.views.listing import STATEMENT_LOOKS

MOST_PRINTED = 3_000
"""Lines of one printed statement; longer ones are read as a workbook."""
SHOWS: dict[str, Words] = {"open": both("没有付款的", "Not paid"), **STATEMENT_WORDS}


def lines_of(statement: Statement) -> Any:
    """Return the lines of a statement with what each says, goods first."""
    return statement.lines.select_related(
        "line__offer__stock__variant__product", "terms", "adjustment", "refund"
    ).order_by("pk")


LINE_SORTS = {
    "order": "line__order_id", "product": "line__offer__stock__variant__code", "packs": "quantity", "kept": "kept_fen",
    "due": "due_fen", "floor": "floor_fen",
}  # fmt: skip


def _lines_asked(request: HttpRequest, statement: Statement) -> tuple[str, Any]:
    """Return what is looked for among the lines of a statement, an order's number or a product, and what was found."""
    text, found = request.GET.get("q", "").strip()[:60], lines_of(statement)
    if text:
        product = "line__offer__stock__variant__"
        named = (
            Q(**{f"{product}code__icontains": text})
            | Q(**{f"{product}product__name_zh__icontains": text})
            | Q(**{f"{product}product__name_en__icontains": text})
        )
        number = order_key(text)
        found = found.filter(named | Q(line__order=number) if number is not None else named)
    return text, in_order(request, found, LINE_SORTS, "pk")


STATEMENT_SORTS = {
    "number": "number", "supplier": "supplier__name_zh", "starts": "starts_on", "kept": "kept_fen", "due": "due_fen",
    "state": "state",
}  # fmt: skip


def _asked(request: HttpRequest, account: Account) -> tuple[dict[str, Any], Any]:
    asked: dict[str, Any] = {
        "q": request.GET.get("q", "").strip()[:60], "show": request.GET.get("show", ""),
        "supplier": supplier_asked(request, account),
    }  # fmt: skip
    found = queries.statements().filter(
        supplier__in=suppliers_read(account, timezone.localdate()).values("pk")
    )
    if asked["supplier"] is not None:
        found = found.filter(supplier=asked["supplier"])
    if asked["show"] == "open":
        found = found.exclude(state=StatementState.PAID)
    elif asked["show"] in STATEMENT_WORDS:
        found = found.filter(state=asked["show"])
    if asked["q"]:
        found = found.filter(Q(number__istartswith=asked["q"]) | Q(supplier__name_zh__icontains=asked["q"]))
    return asked, in_order(request, found, STATEMENT_SORTS, "-pk")


def statement_row(one: Statement) -> dict[str, Any]:
    """Return what a list shows of a statement."""
    return {
        "statement": one,
        "kept": yuan(one.kept_fen),
        "due": yuan(one.due_fen),
        "floor": yuan(one.floor_fen),
        "growers": "" if one.grower_fen is None else yuan(one.grower_fen),
        "state": STATEMENT_WORDS[one.state],
        "look": STATEMENT_LOOKS[one.state],
    }


@require_safe
def statements(request: HttpRequest) -> HttpResponse:
    """List the statements that the reader may see, the newest first."""
    account = reader(request)
    asked, found = _asked(request, account)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "sections": sections("statements", account),
        "page": page,
        "rows": [statement_row(one) for one in page],
        "asked": asked,
        "is_narrowed": any(asked.values()),
        "shows": SHOWS.items(),
    }
    return render(request, "suppliers/statements.html", context)


@require_safe
def export_statements(request: HttpRequest, form: str) -> HttpResponseBase:
    """Return the list of statements as a file, narrowed as the page is."""
    account = reader(request)
    asked, found = _asked(request, account)
    narrowed = (
        asked["q"],
        SHOWS.get(asked["show"], ""),
        asked["supplier"].title if asked["supplier"] else "",
    )
    origin = origin_of(
        request, reverse("suppliers:statements"), not_figures(both("供应商结算单", "Statements of suppliers")),
        taken_by=account.display_name, narrowed_to=narrowed,
    )  # fmt: skip
    name = str(both("结算单", "statements"))
    return list_file(name, form, exports.STATEMENT_HEADINGS, exports.statement_rows(found), origin)


@require_safe
def statement(request: HttpRequest, key: int) -> HttpResponse:
    """Show one statement: its sums, what of them reaches growers, its lines, and what may be done next."""
    account, found, side = readable(request, queries.statements(), key, "supplier")
    text, asked = _lines_asked(request, found)
    page = Paginator(asked, ROWS_A_PAGE).get_page(request.GET.get("page"))
    promised = queries.promised_by_place(found)
    kept = sum(one.kept_fen for one in promised.values())
    names = names_of(one for one in (found.issued_by, found.answered_by, found.paid_by) if one is not None)
    bought = queries.bought_from_households(found.supplier, found.starts_on, found.ends_on)
    acts = {
        f"may_{name}": may(account, name, found.scope)
        for name in (
            "confirm_statement",
            "object_to_statement",
            "reply_to_objection",
            "pay_statement",
            "correct_line",
        )
    }
    is_issuer = found.issued_by_id == account.pk
    context = {
        **statement_row(found),
        "sections": sections("statements", account),
        "supplier": found.supplier,
        "is_house": side == Side.HOUSE,
        "sums": [
            (both("退款后净额", "Kept after refunds"), yuan(found.kept_fen)),
            (both("加：优惠券（销售单位承担）", "Plus coupons (borne by the seller)"), yuan(found.coupon_fen)),
            (both("减：佣金", "Less commission"), yuan(found.commission_fen)),
            (both("减：平台费", "Less platform fee"), yuan(found.platform_fen)),
            (both("减：运费", "Less freight"), yuan(found.freight_fen)),
            (both("更正", "Corrections"), yuan(found.adjusted_fen)),
        ],
        "share_kept": yuan(kept),
        "share_promised": found.floor_fen * 100 // kept if kept > 0 else None,
        "share_paid": found.grower_fen * 100 // kept if kept > 0 and found.grower_fen is not None else None,
        "is_below": found.grower_fen is not None and found.grower_fen < found.floor_fen,
        "bought": None if bought is None else yuan(bought),
        "page": page,
        "text": text,
        "lines": [
            {
                "line": one, "kind": LINE_WORDS[one.kind], "number": order_number(one.line.order_id),
                "variant": one.line.offer.stock.variant, "kept": yuan(one.kept_fen), "commission": yuan(one.commission_fen),
                "coupon": yuan(one.coupon_fen) if one.coupon_fen else "",
                "platform": yuan(one.platform_fen), "freight": yuan(one.freight_fen), "adjusted": yuan(one.adjusted_fen),
                "due": yuan(one.due_fen), "floor": yuan(one.floor_fen), "is_goods": one.kind == LineKind.GOODS,
            }
            for one in page
        ],
        "terms": [
            {
                "terms": one, "commission": percent(one.commission_bp), "platform": percent(one.platform_bp),
                "freight": yuan(one.freight_fen),
            }
            for one in queries.terms_of(found.supplier_id)
            if StatementLine.objects.filter(statement=found, terms=one).exists()
        ],
        "issued_by": names.get(found.issued_by_id, ""),
        "answered_by": names.get(found.answered_by_id, ""),
        "paid_by": names.get(found.paid_by_id, ""),
        "evidence": evidence_of(found),
        "facts": facts_of_record(found) if side == Side.HOUSE else [],
        "doors": doors_of(record_type("suppliers.statement"), found.pk, account, timezone.localdate()),
        "may_confirm": acts["may_confirm_statement"]
        and found.state == StatementState.ISSUED
        and not (side == Side.HOUSE and is_issuer),
        "may_object": acts["may_object_to_statement"] and found.state == StatementState.ISSUED and side == Side.SUPPLIER,
        "may_answer": acts["may_reply_to_objection"] and found.state == StatementState.OBJECTED,
        "may_pay": acts["may_pay_statement"] and found.state == StatementState.CONFIRMED,
        "may_correct": acts["may_correct_line"] and side == Side.HOUSE,
    }  # fmt: skip
    return render(request, "suppliers/statement.html", context)


@require_safe
def statement_sheet(request: HttpRequest, key: int, form: str) -> HttpResponseBase:
    """Send a statement's lines as a file."""
    account, found, _ = readable(request, queries.statements(), key, "supplier")
    what = both(
        "结算单 {number}：{supplier}，{first} 至 {last}，应付 {due} 元",
        "Statement {number}: {supplier}, {first} to {last}, {due} yuan due",
    )
    origin = origin_of(
        request, statement_address(key),
        what.filled(
            number=found.number, supplier=found.supplier.title, first=found.starts_on, last=found.last_day,
            due=yuan(found.due_fen),
        ),
        taken_by=account.display_name,
    )  # fmt: skip
    return list_file(found.number, form, exports.LINE_HEADINGS, exports.line_rows(lines_of(found)), origin)


@require_safe
def statement_paper(request: HttpRequest, key: int) -> HttpResponse:
    """Send a statement as a PDF."""
    _, found, _ = readable(request, queries.statements(), key, "supplier")
    language = "en" if (get_language() or "").startswith("en") else "zh"
    content = papers.statement_pdf(found, list(lines_of(found)[:MOST_PRINTED]), language=language)
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    return response


def _answered(
    request: HttpRequest,
    key: int,
    operation: str,
    form: Keyed,
    title: Words,
    step: Callable[[Statement, dict[str, Any], Act], object],
    **more: Any,
) -> HttpResponse:
    _, found, _ = actable(request, queries.statements(), key, operation, "supplier")

    def carry_out(said: dict[str, Any], act: Act) -> str:
        step(found, said, act)
        return statement_address(key)

    context = about(found.supplier, title, statement_address(key), heading=f"{title} {found.number}", **more)
    return carried_out(request, form, carry_out, both("已登记。", "Noted."), context)


@require_http_methods(READ_AND_WRITE)
def confirm(request: HttpRequest, key: int) -> HttpResponse:
    """Confirm a statement for the supplier, and say what growers were paid."""
    _, found, _ = readable(request, queries.statements(), key, "supplier")
    warning = both(
        "应付 {due} 元；其中保底归农户 {floor} 元。",
        "{due} yuan are due; {floor} of them are promised to growers.",
    )
    return _answered(
        request, key, "confirm_statement", forms.ConfirmForm(request.POST or None, request.FILES or None),
        both("确认结算单", "Confirm"),
        lambda found, said, act: operations.confirm_statement(
            statement=found, grower_fen=int(said["grower_yuan"] * 100), words=said["words"], files=said["evidence"], act=act
        ),
        warning=warning.filled(due=yuan(found.due_fen), floor=yuan(found.floor_fen)),
    )  # fmt: skip


@require_http_methods(READ_AND_WRITE)
def object_to(request: HttpRequest, key: int) -> HttpResponse:
    """Object to a statement."""
    return _answered(
        request, key, "object_to_statement", forms.ReasonForm(request.POST or None), both("提异议", "Object"),
        lambda found, said, act: operations.object_to_statement(statement=found, words=said["words"], act=act),
    )  # fmt: skip


@require_http_methods(READ_AND_WRITE)
def answer(request: HttpRequest, key: int) -> HttpResponse:
    """Answer an objection."""
    return _answered(
        request, key, "reply_to_objection", forms.ReasonForm(request.POST or None), both("答复异议", "Answer the objection"),
        lambda found, said, act: operations.reply_to_objection(statement=found, words=said["words"], act=act),
    )  # fmt: skip


@require_http_methods(READ_AND_WRITE)
def pay(request: HttpRequest, key: int) -> HttpResponse:
    """Note that a statement was paid."""
    form = forms.PaymentForm(
        request.POST or None, request.FILES or None, initial={"paid_on": timezone.localdate()}
    )
    return _answered(
        request, key, "pay_statement", form, both("登记付款", "Note the payment"),
        lambda found, said, act: operations.pay_statement(
            statement=found, paid_on=said["paid_on"], receipt=said["receipt"], files=said["evidence"], act=act
        ),
    )  # fmt: skip


@require_http_methods(READ_AND_WRITE)
def correct(request: HttpRequest, key: int) -> HttpResponse:
    """Correct a line of a statement, by the next one."""
    lines = StatementLine.objects.select_related("statement__supplier__unit", "line")
    _, line, _ = readable(request, lines, key, "statement.supplier")
    if not may(reader(request), "correct_line", line.statement.scope):
        raise NotPermitted("out_of_scope", permission="suppliers.correct_line")
    form = forms.CorrectionForm(request.POST or None)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.correct_line(
            line=line, amount_fen=int(said["amount_yuan"] * 100), reason=said["reason"], act=act
        )
        return statement_address(line.statement_id)

    title = both("更正 {number}", "Correct {number}").filled(number=order_number(line.line.order_id))
    done = both("已登记，由下一张结算单更正。", "Noted; the next statement takes it up.")
    context = about(line.statement.supplier, title, statement_address(line.statement_id))
    return carried_out(request, form, carry_out, done, context)
