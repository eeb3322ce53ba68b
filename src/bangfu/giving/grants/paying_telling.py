"""What the register of records is told of payments, receipts and follow-ups: where each is shown, whose it is, what is said."""

from __future__ import annotations

from django.urls import reverse

from bangfu.foundation.money.amounts import written
from bangfu.foundation.rooms import RecordSummary, both
from bangfu.giving.grants.models import (
    ATTENDANCE_WORDS,
    HEARD_WORDS,
    SIGNER_WORDS,
    Batch,
    CallBack,
    FollowUp,
    Payment,
    Receipt,
    ReceiptSheet,
    ResultFile,
)
from bangfu.giving.grants.register import (
    BATCH_TYPE,
    CALL_BACK_TYPE,
    FOLLOW_UP_TYPE,
    PAYMENT_TYPE,
    RECEIPT_SHEET_TYPE,
    RECEIPT_TYPE,
    RESULT_FILE_TYPE,
)
from bangfu.giving.grants.telling import COUNTY, PROGRAMME, SCHOOL, STATE, SUM, kind_of
from bangfu.giving.grants.terms import term_words

LINE, DUE = both("行", "Line"), both("交回期限", "Due")


def yuan(fen: int) -> str:
    """Return an amount in yuan to the fen, thousands apart.

    >>> yuan(-123_456_705)
    '-1,234,567.05'
    """
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def batch_address(key: int) -> str:
    """Return the page of the batch with this key."""
    return reverse("grants:batch", args=[key])


def payment_address(key: int) -> str:
    """Return the page of the payment with this key."""
    return reverse("grants:payment", args=[key])


def result_address(key: int) -> str:
    """Return the page of the bank's answer with this key."""
    return reverse("grants:result", args=[key])


def sheet_address(key: int) -> str:
    """Return the page of the sheet of receipts with this key."""
    return reverse("grants:sheet", args=[key])


def receipt_address(key: int) -> str:
    """Return the page of the sheet on which the receipt with this key stands."""
    return f"{reverse('grants:sheets')}?receipt={key}"


def call_address(key: int) -> str:
    """Return the list of call-backs, at the one with this key."""
    return f"{reverse('grants:calls')}#call-{key}"


def follow_up_address(key: int) -> str:
    """Return the page of the follow-up with this key."""
    return reverse("grants:follow_up", args=[key])


def batch_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each batch; keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=one.number,
            rows=(
                (PROGRAMME, one.programme.name), (both("笔数", "Payments"), f"{one.payment_count:,}"),
                (SUM, written(one.amount_fen, "CNY")), (STATE, str(one.state_words)),
            ),
        )
        for one in Batch.objects.filter(pk__in=keys).select_related("programme")
    }  # fmt: skip


def payment_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each payment; nobody is named. Keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=f"{one.batch.number} · {one.line}",
            rows=(
                (COUNTY, one.award.place.name), (SUM, written(one.amount_fen, "CNY")),
                (both("到账日期", "Paid on"), "—" if one.paid_on is None else one.paid_on.isoformat()),
                (both("银行流水号", "Bank's serial"), one.serial or "—"), (STATE, str(one.state_words)),
            ),
        )
        for one in Payment.objects.filter(pk__in=keys).select_related("batch", "award__place")
    }  # fmt: skip


def result_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each answer of a bank; keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=one.name,
            rows=(
                (both("批次", "Batch"), one.batch.number), (both("已付", "Paid"), str(one.paid)),
                (both("未付成", "Failed"), str(one.failed)), (both("未采用", "Refused"), str(len(one.refusals))),
            ),
        )
        for one in ResultFile.objects.filter(pk__in=keys).select_related("batch")
    }  # fmt: skip


def sheet_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each sheet of receipts; keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=one.number,
            rows=((SCHOOL, one.school.name), (PROGRAMME, one.programme.name), (DUE, one.due_on.isoformat())),
        )
        for one in ReceiptSheet.objects.filter(pk__in=keys).select_related("school", "programme")
    }


def receipt_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each receipt; nobody is named. Keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=f"{one.sheet.number} · {one.position}",
            rows=(
                (both("签收", "Signed by"), str(SIGNER_WORDS.get(one.signer, "—"))),
                (both("签收日期", "Signed on"), "—" if one.signed_on is None else one.signed_on.isoformat()),
            ),
        )
        for one in Receipt.objects.filter(pk__in=keys).select_related("sheet")
    }


def call_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each call-back; nobody is named. Keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=f"{both('回访', 'Call-back')} {one.pk}",
            rows=(
                (PROGRAMME, one.programme.name), (COUNTY, one.payment.award.place.name),
                (both("结果", "Heard"), str(HEARD_WORDS.get(one.heard, "—"))),
            ),
        )
        for one in CallBack.objects.filter(pk__in=keys).select_related("programme", "payment__award__place")
    }  # fmt: skip


def follow_up_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each follow-up; keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=f"{one.school.name} · {term_words(one.term)}",
            rows=(
                (PROGRAMME, one.programme.name), (DUE, one.due_on.isoformat()),
                (both("交回", "Answered on"), "—" if one.answered_on is None else one.answered_on.isoformat()),
                (ATTENDANCE_WORDS["STAYS"], str(one.pupils.filter(answer="STAYS").count())),
            ),
        )
        for one in FollowUp.objects.filter(pk__in=keys).select_related("school", "programme")
    }  # fmt: skip


PAYING_TYPES = (
    kind_of(BATCH_TYPE, "batch", both("发放批次", "Batch of payments"), Batch, "programme__unit_id",
          (batch_address, batch_summaries)),
    kind_of(PAYMENT_TYPE, "payment", both("助学金付款", "Payment of a grant"), Payment, "award__programme__unit_id",
          (payment_address, payment_summaries)),
    kind_of(RESULT_FILE_TYPE, "result_file", both("银行结果文件", "Bank's answer"), ResultFile, "batch__programme__unit_id",
          (result_address, result_summaries)),
    kind_of(RECEIPT_SHEET_TYPE, "receipt_sheet", both("签收表", "Sheet of receipts"), ReceiptSheet, "programme__unit_id",
          (sheet_address, sheet_summaries)),
    kind_of(RECEIPT_TYPE, "receipt", both("签收", "Receipt of a grant"), Receipt, "sheet__programme__unit_id",
          (receipt_address, receipt_summaries)),
    kind_of(CALL_BACK_TYPE, "call_back", both("助学金回访", "Call-back"), CallBack, "programme__unit_id",
          (call_address, call_summaries)),
    kind_of(FOLLOW_UP_TYPE, "follow_up", both("学期跟踪", "Follow-up of a term"), FollowUp, "programme__unit_id",
          (follow_up_address, follow_up_summaries)),
)  # fmt: skip
