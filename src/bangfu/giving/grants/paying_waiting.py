"""What payments say to Today: batches that wait, grants that came back, sheets that are due, call-backs to be made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, F, Min, Q
from django.urls import reverse

from bangfu.foundation.organisation.queries import in_granted_units, within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Wait, Waiting, Words, both
from bangfu.giving.grants.models import (
    Award,
    AwardState,
    Batch,
    BatchState,
    CallBack,
    FollowUp,
    PaymentState,
    ReceiptSheet,
)

MAKE, APPROVE, TAKE, READ, SETTLE = (
    "grants.make_batch",
    "grants.approve_batch",
    "grants.take_bank_file",
    "grants.read_results",
    "grants.lapse_awards",
)
SIGN, CALL, FOLLOW = "grants.enter_receipts", "grants.note_call_back", "grants.answer_follow_up"


def _batches(
    permission: str, state: BatchState, what: Words, *, is_anothers: bool = False
) -> Callable[[Account, date], Sequence[Waiting]]:
    def lines(account: Account, on: date) -> list[Waiting]:
        found = Batch.objects.filter(
            in_granted_units(account, permission, on, "programme__unit_id"), state=state
        )
        if is_anothers:
            found = found.exclude(made_by=account)
        return _said(
            found.aggregate(count=Count("pk"), first=Min("made_at")),
            what,
            f"{reverse('grants:batches')}?state={state}",
        )

    return lines


def to_pay(account: Account, on: date) -> list[Waiting]:
    """Return the programmes of which awards wait to be put into a batch."""
    rows = Award.objects.filter(
        in_granted_units(account, MAKE, on, "programme__unit_id"), state=AwardState.AWARDED
    )
    counted = rows.values_list("programme_id", "programme__name_zh", "programme__name_en").annotate(
        count=Count("pk"), since=Min("awarded_on")
    )
    return [
        Waiting(
            what=both("发放助学金", "Pay grants"), count=count, address=f"{reverse('grants:batches')}?programme={key}",
            about=both(zh, en or zh), since=since,
        )
        for key, zh, en, count, since in counted.order_by("programme_id")
    ]  # fmt: skip


def to_settle(account: Account, on: date) -> list[Waiting]:
    """Return how many grants came back from the bank."""
    mine = in_granted_units(account, SETTLE, on, "programme__unit_id")
    found = Award.objects.filter(mine, state=AwardState.RETURNED).aggregate(
        count=Count("pk"), first=Min("awarded_at")
    )
    return _said(found, both("处理退汇的助学金", "Settle grants that came back"), reverse("grants:returned"))


def to_sign(account: Account, on: date) -> list[Waiting]:
    """Return how many sheets of receipts are not all signed, with the soonest day."""
    rows = ReceiptSheet.objects.annotate(unit_id=F("programme__unit_id")).filter(
        within_grants(account, SIGN, on)
    )
    wanting = Q(receipts__payment__state=PaymentState.PAID, receipts__signer="")
    return _due(
        rows.filter(wanting).distinct(), both("收回签收表", "Collect sheets of receipts"),
        f"{reverse('grants:sheets')}?show=open", on,
    )  # fmt: skip


def to_call(account: Account, on: date) -> list[Waiting]:
    """Return how many call-backs are drawn and not made."""
    rows = CallBack.objects.annotate(unit_id=F("programme__unit_id"), place_id=F("payment__award__place_id"))
    found = rows.filter(within_grants(account, CALL, on), heard="").aggregate(
        count=Count("pk"), first=Min("drawn_at")
    )
    return _said(
        found, both("回访受助学生", "Call pupils' sides back"), f"{reverse('grants:calls')}?show=open"
    )


def to_follow(account: Account, on: date) -> list[Waiting]:
    """Return how many follow-ups are not answered, with the soonest day."""
    rows = FollowUp.objects.annotate(unit_id=F("programme__unit_id")).filter(
        within_grants(account, FOLLOW, on)
    )
    return _due(
        rows.filter(answered_on=None), both("收回学期跟踪表", "Collect follow-ups of the term"),
        f"{reverse('grants:follow_ups')}?show=open", on,
    )  # fmt: skip


def _due(rows: Any, what: Words, address: str, on: date) -> list[Waiting]:
    found = rows.aggregate(
        count=Count("pk", distinct=True), first=Min("due_on"),
        late=Count("pk", distinct=True, filter=Q(due_on__lt=on)),
    )  # fmt: skip
    if not found["count"]:
        return []
    return [
        Waiting(
            what=what, count=found["count"], address=address, due_on=found["first"], overdue=found["late"]
        )
    ]


def _said(found: dict[str, Any], what: Words, address: str) -> list[Waiting]:
    if not found["count"]:
        return []
    return [Waiting(what=what, count=found["count"], address=address, since=found["first"].date())]


PAYING_WAITS = (
    Wait("grants.to_pay", "briefcase", frozenset({MAKE}), to_pay),
    Wait("grants.to_approve", "eye-check", frozenset({APPROVE}),
         _batches(APPROVE, BatchState.MADE, both("复核发放批次", "Approve batches"), is_anothers=True)),
    Wait("grants.to_take", "download", frozenset({TAKE}),
         _batches(TAKE, BatchState.APPROVED, both("送银行文件", "Take files to the bank"))),
    Wait("grants.to_read", "upload", frozenset({READ}),
         _batches(READ, BatchState.SENT, both("读入银行结果", "Read the bank's answers"))),
    Wait("grants.to_settle", "alert-triangle", frozenset({SETTLE}), to_settle),
    Wait("grants.to_sign", "list", frozenset({SIGN}), to_sign),
    Wait("grants.to_call", "users", frozenset({CALL}), to_call),
    Wait("grants.to_follow", "list", frozenset({FOLLOW}), to_follow),
)  # fmt: skip
