"""Pages of payments: a batch with its bank file and answers, one payment, what came back, a fund and its end."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.foundation.money.models import Fund
from bangfu.foundation.money.operations import close_fund as close
from bangfu.foundation.money.queries import entries_of
from bangfu.foundation.operations import Act, NotPermitted, Refusal, allows
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.persons.queries import masked_persons
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.records import doors_of, evidence_of, facts_of_record
from bangfu.foundation.records.gate import in_order
from bangfu.foundation.records.pressing import pressed
from bangfu.foundation.rooms import Words, both, record_type
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rooms.lists import Cell, as_xlsx, in_batches, list_file, not_figures, origin_of
from bangfu.giving.grants import operations, paying_forms, paying_queries, queries
from bangfu.giving.grants.bankfile import HEADINGS, as_plain_csv, bank_rows
from bangfu.giving.grants.books import position
from bangfu.giving.grants.models import (
    FAILURE_WORDS,
    PAYMENT_STATE_WORDS,
    Application,
    Award,
    Batch,
    Payment,
    PaymentState,
    Programme,
)
from bangfu.giving.grants.paying_telling import yuan
from bangfu.giving.grants.register import PAYMENT_TYPE, VIEW
from bangfu.giving.grants.views.gate import (
    LOOKS,
    ROWS_A_PAGE,
    carried_out,
    may,
    may_read,
    own,
    page,
    readable,
    reader,
    require,
    sections,
)
from bangfu.giving.grants.views.paying_lists import with_doors

PAGES = ["GET", "HEAD", "POST"]
BATCH_ROWS = Batch.objects.select_related("programme__fund", "programme__unit", "made_by", "approved_by")
LINE_SORTS = {
    "line": "line", "application": "award__application__number", "school": "award__school__name", "amount": "amount_fen",
    "state": "state", "paid": "paid_on", "why": "reason",
}  # fmt: skip
PAYMENT_ROWS = Payment.objects.select_related(
    "batch__programme__fund",
    "award__application",
    "award__school",
    "award__programme",
    "receipt__sheet",
    "result",
)
PAYMENT_HEADINGS: tuple[Words, ...] = (
    both("行", "Line"), both("申请", "Application"), both("县", "County"), both("学校", "School"),
    both("金额（元）", "Sum (yuan)"), both("状态", "State"), both("到账日期", "Paid on"), both("银行流水号", "Bank's serial"),
    both("未付成的原因", "Why it failed"),
)  # fmt: skip


@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Make a batch of what waits in a programme."""
    account, programme = own(request, Programme.objects.all(), _key(request, "programme"), "make_batch")
    try:
        made = operations.make_batch(programme=programme, act=_act(request, account))
    except NotPermitted:
        raise
    except Refusal as refusal:
        return with_doors(request, "batches", refusal=refusal, wanted=f"{programme.pk}")
    messages.success(
        request, str(both("批次已制作，请另一人复核。", "The batch is made; another person approves it."))
    )
    return redirect("grants:batch", key=made.pk)


def _key(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    if not (text.isascii() and text.isdigit()):
        raise Http404(name)
    return int(text)


def _act(request: HttpRequest, account: Account) -> Act:
    return Act.now(account, key=request.POST.get("key") or None)


def _batch_context(request: HttpRequest, account: Account, one: Batch) -> dict[str, Any]:
    state = request.GET.get("state", "")
    state = state if state in PAYMENT_STATE_WORDS else ""
    rows = in_order(
        request, one.payments.select_related("award__application", "award__school"), LINE_SORTS, "line"
    )
    counts = _counts(one)
    found = Paginator(rows.filter(state=state) if state else rows, ROWS_A_PAGE).get_page(
        request.GET.get("page")
    )
    people = masked_persons({each.award.person_id for each in found})
    return {
        "sections": sections("batches"), "batch": one, "look": LOOKS.get(one.state, "submitted"), "amount": yuan(one.amount_fen),
        "keyed": Keyed(), "page": found, "state": state,
        "states": [(value, words, counts[value]) for value, words in PAYMENT_STATE_WORDS.items() if value in counts],
        "rows": [
            {
                "it": each, "amount": yuan(each.amount_fen), "look": PAYMENT_LOOKS[each.state],
                "name": people[each.award.person_id].name if each.award.person_id in people else "—",
                "reason": FAILURE_WORDS.get(each.reason, ""),
            }
            for each in found
        ],
        "results": one.results.select_related("read_by").order_by("-pk"),
        "takings": one.takings.select_related("taken_by").order_by("-pk"),
        "may_approve": one.state == "MADE" and may(account, "approve_batch", one.scope),
        "is_own": one.made_by_id == account.pk,
        "may_drop": one.state in ("MADE", "APPROVED") and may(account, "drop_batch", one.scope),
        "may_take": one.state in ("APPROVED", "SENT") and may(account, "take_bank_file", one.scope),
        "may_read": one.state in ("SENT", "DONE") and may(account, "read_results", one.scope),
        "doors": doors_of(record_type("grants.batch"), one.pk, account, timezone.localdate()),
    }  # fmt: skip


SETTLED = both("{count} 笔已处理。", "{count} are settled.")
PAYMENT_LOOKS = {
    "WAITING": "submitted",
    "PAID": "verified",
    "FAILED": "returned",
    "RETURNED": "returned",
    "DROPPED": "withdrawn",
}


def _counts(one: Batch) -> dict[str, int]:
    found: dict[str, int] = {}
    for state in one.payments.values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


@require_safe
def batch(request: HttpRequest, key: int) -> HttpResponse:
    """Show a batch: its sum, its lines, who took its file, what the bank answered."""
    account, one = readable(request, BATCH_ROWS, key)
    return render(request, "grants/batch.html", _batch_context(request, account, one))


@require_safe
def payments_file(request: HttpRequest, key: int, form: str) -> HttpResponseBase:
    """Return the lines of a batch as a file, without names and accounts."""
    account, one = readable(request, BATCH_ROWS, key)
    found = one.payments.select_related("award__application", "award__school").order_by("line")
    origin = origin_of(
        request, reverse("grants:batch", args=[key]), not_figures(both("发放明细", "Payments of a batch")),
        taken_by=account.display_name, narrowed_to=[one.number],
    )  # fmt: skip
    return list_file(one.number, form, PAYMENT_HEADINGS, _payment_rows(found), origin)


def _payment_rows(found: Any) -> Iterator[list[Cell]]:
    for rows in in_batches(found):
        labels = place_labels({one.award.place_id for one in rows})
        for one in rows:
            yield [
                str(one.line), one.award.application.number, labels[one.award.place_id], one.award.school.name,
                Decimal(one.amount_fen).scaleb(-2), str(one.state_words), one.paid_on.isoformat() if one.paid_on else "",
                one.serial, str(FAILURE_WORDS.get(one.reason, "")),
            ]  # fmt: skip


@require_POST
def approve(request: HttpRequest, key: int) -> HttpResponse:
    """Approve a batch."""
    account, one = readable(request, BATCH_ROWS, key)
    return pressed(
        request, account, lambda act: operations.approve_batch(batch=one, act=act),
        both("已复核，可取银行文件。", "It is approved: the file may be taken."), back=("grants:batch", key),
        template="grants/batch.html", context=lambda: _batch_context(request, account, BATCH_ROWS.get(pk=key)),
    )  # fmt: skip


@require_http_methods(PAGES)
def drop(request: HttpRequest, key: int) -> HttpResponse:
    """Drop a batch."""
    _, one = own(request, BATCH_ROWS, key, "drop_batch")
    at = reverse("grants:batch", args=[key])

    def carry(said: dict[str, Any], act: Act) -> str:
        operations.drop_batch(batch=one, remark=said["remark"], act=act)
        return at

    context = page(both("撤销批次", "Drop the batch"), at, one.number)
    form = paying_forms.RemarkForm(request.POST or None)
    return carried_out(request, form, carry, both("已撤销。", "It is dropped."), context)


@require_POST
def take(request: HttpRequest, key: int, form: str) -> HttpResponseBase:
    """Send the bank's file to who takes it, after that was recorded."""
    account, one = readable(request, BATCH_ROWS, key)
    try:
        taking = operations.take_bank_file(batch=one, form=form, act=Act.now(account))
    except NotPermitted:
        raise
    except Refusal as refusal:
        context = {**_batch_context(request, account, BATCH_ROWS.get(pk=key)), "refusal": refusal}
        return render(request, "grants/batch.html", context, status=409)
    origin = origin_of(
        request, reverse("grants:batch", args=[key]), both("助学金发放 {number}", "Grants {number}").filled(number=one.number),
        taken_by=account.display_name,
    )  # fmt: skip
    rows, name = list(bank_rows(taking, account, timezone.now())), f"{one.number}.{form}"
    if form == "xlsx":
        return FileResponse(as_xlsx(HEADINGS, rows, origin), as_attachment=True, filename=name)
    answer = HttpResponse(as_plain_csv(rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _payment_context(account: Account, one: Payment) -> dict[str, Any]:
    people = masked_persons({one.award.person_id})
    return {
        "payment": one, "amount": yuan(one.amount_fen), "look": PAYMENT_LOOKS[one.state],
        "name": people[one.award.person_id].name if one.award.person_id in people else "—",
        "place": place_labels({one.award.place_id})[one.award.place_id], "reason": FAILURE_WORDS.get(one.reason, ""),
        "entries": entries_of(PAYMENT_TYPE, one.pk), "facts": facts_of_record(one),
        "evidence": evidence_of(one.receipt) if getattr(one, "receipt", None) else [],
        "may_read_batch": may_read(account, VIEW, one.batch.scope),
        "may_read_books": may_read(account, "money.view", one.batch.programme.fund.scope),
        "may_return": one.state == PaymentState.PAID and may(account, "return_payment", one.scope),
        "doors": doors_of(record_type("grants.payment"), one.pk, account, timezone.localdate()),
    }  # fmt: skip


@require_safe
def payment(request: HttpRequest, key: int) -> HttpResponse:
    """Show one payment: its line, its entries and figures, its receipt."""
    account, one = readable(request, PAYMENT_ROWS, key)
    return render(request, "grants/payment.html", _payment_context(account, one))


@require_http_methods(PAGES)
def come_back(request: HttpRequest, key: int) -> HttpResponse:
    """Note that a payment came back."""
    _, one = own(request, PAYMENT_ROWS, key, "return_payment")
    at = reverse("grants:payment", args=[key])
    form = paying_forms.ReturnForm(request.POST or None, initial={"on": timezone.localdate()})

    def carry(said: dict[str, Any], act: Act) -> str:
        operations.return_payment(payment=one, on=said["on"], reason=said["reason"], act=act)
        return at

    context = page(both("登记退汇", "It came back"), at, f"{one.batch.number} · {one.line}")
    return carried_out(
        request, form, carry, both("已登记退汇，数字已冲正。", "Noted; the figures are taken back."), context
    )


@require_POST
def settle(request: HttpRequest) -> HttpResponse:
    """Send again, or give up, what came back and was chosen."""
    account = reader(request)
    rows = [int(key) for key in request.POST.getlist("row") if key.isascii() and key.isdigit()]
    found = paying_queries.awards_seen_by(account, timezone.localdate()).filter(pk__in=rows)
    by_programme: dict[Programme, list[int]] = {}
    for one in found:
        by_programme.setdefault(one.programme, []).append(one.pk)
    count, key = 0, request.POST.get("key", "")
    try:
        if not by_programme:
            raise operations.UnableToSettle("nobody")
        for programme, awards in by_programme.items():
            act = Act.now(account, key=f"{key}-{programme.pk}" if key else None)
            if request.POST.get("step") == "retry":
                count += operations.retry_awards(programme=programme, awards=awards, act=act)
            else:
                count += operations.lapse_awards(
                    programme=programme, awards=awards, reason=request.POST.get("reason", ""), act=act
                )
    except NotPermitted:
        raise
    except Refusal as refusal:
        if count:
            messages.success(request, str(SETTLED.filled(count=count)))
        return with_doors(
            request, "returned", refusal=refusal, ticked=set(rows), reason=request.POST.get("reason", "")
        )
    messages.success(request, str(SETTLED.filled(count=count)))
    return redirect("grants:returned")


@require_http_methods(PAGES)
def lapse(request: HttpRequest, key: int) -> HttpResponse:
    """Give one award up that is not paid: what was heard about it after it was granted turned out to be true."""
    account, one = readable(request, Application.objects.select_related("programme__unit"), key)
    award = get_object_or_404(Award.objects.select_related("programme__unit"), application=one)
    require(account, "lapse_awards", award.programme.scope)
    form = paying_forms.LapseForm(request.POST or None)
    at = reverse("grants:application", args=[key])

    def carry(said: dict[str, Any], act: Act) -> str:
        operations.lapse_awards(
            programme=award.programme,
            awards=[award.pk],
            reason=said["reason"],
            remark=said["remark"],
            act=act,
        )
        return at

    note = both(
        "没有付出的助学金不再发放，钱留在基金里。已在批次里的先撤销批次；已送银行的等结果。",
        "What is not paid is not paid any more, and its money is left in the fund. Of a batch drop the batch first; what is at"
        " the bank waits for its answer.",
    )
    context = page(both("停止发放", "Stop the payment"), at, one.number, note)
    return carried_out(
        request,
        form,
        carry,
        both("已停止，钱留在基金里。", "It is stopped; its money is left in the fund."),
        context,
    )


@require_safe
def money(request: HttpRequest, key: int) -> HttpResponse:
    """Show what became of a fund's money, by its books."""
    account = reader(request)
    programmes = queries.whole_programmes_seen_by(account, timezone.localdate()).filter(fund=key)
    if not programmes:
        raise Http404("fund")
    fund = get_object_or_404(Fund.objects.select_related("unit"), pk=key)
    found = position(fund)
    sums = [
        (both("捐入", "Given"), found.given_fen), (both("退回捐赠人", "Went back"), -found.refunded_fen),
        (both("其他基金结转", "Passed on by funds"), found.passed_fen), (both("筹得", "Raised"), found.raised_fen),
        (both("已付", "Paid"), found.paid_fen), (both("已核定待付", "Awarded, to be paid"), found.committed_fen),
        (both("其他支出", "Spent otherwise"), found.other_fen), (both("余", "Left"), found.left_fen),
    ]  # fmt: skip
    where = [
        (both("银行存款", "In the bank"), found.bank_fen), (both("企业尚未付到", "Owed by companies"), found.owed_fen),
        (both("支付渠道待结算", "With payment providers"), found.wallet_fen),
    ]  # fmt: skip
    context = {
        "sections": sections("funds"), "fund": fund, "sums": [(words, yuan(fen)) for words, fen in sums if fen],
        "where": [(words, yuan(fen)) for words, fen in where], "adds_up": yuan(found.raised_fen),
        "rows": [
            {"it": one, "progress": (far := paying_queries.progress_of(one)), "paid": yuan(far.paid_fen)} for one in programmes
        ],
        "may_close": fund.ends_on is None and allows(account, "money.close_fund", fund.scope, timezone.localdate()),
    }  # fmt: skip
    return render(request, "grants/money.html", context)


@require_http_methods(PAGES)
def close_fund(request: HttpRequest, key: int) -> HttpResponse:
    """Close a fund; what is left goes to another of the same purpose."""
    account = reader(request)
    fund = get_object_or_404(Fund.objects.select_related("unit"), pk=key)
    if not allows(account, "money.close_fund", fund.scope, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission="money.close_fund")
    others = (
        Fund.objects.filter(unit=fund.unit, is_restricted=True, ends_on=None, spent_on=fund.spent_on)
        .exclude(pk=fund.pk)
        .select_related("unit")
    )
    form = paying_forms.CloseForm(request.POST or None, funds=others)
    at = reverse("grants:money", args=[key])

    def carry(said: dict[str, Any], act: Act) -> str:
        close(fund=fund, document=said["document"], surplus_to=said["surplus_to"], act=act)
        return at

    context = page(both("关闭基金", "Close the fund"), at, fund.title)
    return carried_out(request, form, carry, both("基金已关闭。", "The fund is closed."), context)
