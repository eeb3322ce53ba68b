"""What providers say of payments is taken, of one or of many at once: each is paid, closed or failed, once, and the rooms of what
is paid for are told beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from bangfu.foundation.operations import (
    BY_ROWS,
    Act,
    Refusal,
    audit_rows,
    operation,
    permitted_scopes,
    scope_of,
)
from bangfu.foundation.operations.rows import digest_of_cells
from bangfu.foundation.payments.adapters import Standing, Told
from bangfu.foundation.payments.hooks import hook_of
from bangfu.foundation.payments.models import COUNTS, MerchantAccount, Payment, Provider, State, Step
from bangfu.foundation.rooms import both

ENDS = {
    Standing.DONE: (State.PAID, Step.Done.PAID),
    Standing.CLOSED: (State.CLOSED, Step.Done.CLOSED),
    Standing.FAILED: (State.FAILED, Step.Done.FAILED),
}
"""What an open payment becomes by what a provider says, and its step."""
MANY = "payments.take_payment_answers"


class UnableToTake(Refusal):
    """Codes: ``out_of_scope``, ``unknown_payment``, ``unknown_refund``, ``wrong_amount``, ``wrong_merchant``, ``wrong_app``,
    ``no_transaction``, ``late``, ``other_transaction``, ``transaction_taken``."""

    sentences = {
        "out_of_scope": both(
            "支付渠道的系统账号在这个账户的单位没有权限，没有入账。请由管理员授权。",
            "The system account of payment providers may not act for this unit, so nothing was booked. Have it granted.",
        ),
        "unknown_payment": both(
            "这个收款账户没有号码为「{number}」的款项。",
            "This merchant account has no payment {number}.",
        ),
        "unknown_refund": both(
            "这个收款账户没有号码为「{number}」的退款。", "This merchant account has no refund {number}."
        ),
        "wrong_amount": both(
            "渠道所说的金额与应付的不同，没有入账。请对账。",
            "The provider's amount is not what is to be paid; nothing was booked. Reconcile the account.",
        ),
        "wrong_merchant": both(
            "渠道所说的商户不是这个账户的商户。", "The provider names another merchant than this account's."
        ),
        "wrong_app": both(
            "渠道所说的应用不是这个账户的应用。", "The provider names another app than this account's."
        ),
        "no_transaction": both("渠道没有说交易号。", "The provider names no transaction."),
        "late": both(
            "这笔款项已关闭，之后才付到。请核对账单并退款。",
            "This payment was closed before the money came. Check the statement and give it back.",
        ),
        "other_transaction": both(
            "这笔款项已由另一笔交易支付。请核对账单并退还多付的。",
            "This payment was made by another transaction. Check the statement and give back the second.",
        ),
        "transaction_taken": both(
            "这个交易号已经支付了另一笔款项。", "This transaction has paid for another payment."
        ),
    }


@dataclass(frozen=True, slots=True)
class News:
    """What a provider said of a payment into one account."""

    merchant: MerchantAccount
    told: Told


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one piece of news."""

    payment: Payment | None
    """Locked, as it is now; null where the account has none of the number."""
    code: str = ""
    """Of ``UnableToTake``; empty where it was taken, or known already."""


@operation("payments.take_payment_answer", scope=scope_of("merchant"))
def take_payment_answer(*, merchant: MerchantAccount, told: Told, heard: str, act: Act) -> Payment:
    """Take what a provider says of a payment: it becomes paid, closed or failed, once, and its room is told beside it.

    What is known already changes nothing. Who calls it has made sure that the provider said it.

    Raises: UnableToTake: see its codes; nothing was written.
    Locks: the payment.
    """
    (one,) = _take([News(merchant, told)], heard, act)
    if one.payment is None or one.code:
        raise UnableToTake(one.code, number=told.number[:32])
    return one.payment


@operation(MANY, scope=BY_ROWS, unrecorded=("news",))
def take_payment_answers(*, news: Sequence[News], heard: str, act: Act) -> list[str]:
    """Take what providers say of many payments at once, and answer each in its order: a code of ``UnableToTake``, or nothing.

    What ``take_payment_answer`` does for one; a room that cannot take one of them leaves all as they were.

    Locks: the payments in the order of their keys, then what each room locks for all of its own.
    """
    allowed = _allowed(news, act)
    taken = iter(_take([one for one in news if allowed[one.merchant.pk]], heard, act))
    answers = [next(taken) if allowed[one.merchant.pk] else Taken(None, "out_of_scope") for one in news]
    _note(news, answers)
    return [one.code for one in answers]


def _allowed(news: Sequence[News], act: Act) -> dict[int, bool]:  # by merchant account
    merchants = list({one.merchant.pk: one.merchant for one in news}.values())
    may = permitted_scopes(act, MANY, [one.scope for one in merchants])
    return dict(zip((one.pk for one in merchants), may, strict=True))


def _note(news: Sequence[News], answers: Sequence[Taken]) -> None:
    """Give each piece of news that was taken its entry in the trail."""
    rows = [
        (f"payments.payment:{answer.payment.pk}", _digest(one.told), one.merchant.unit_id, one.merchant.unit.place_id)
        for one, answer in zip(news, answers, strict=True)
        if answer.payment is not None and not answer.code
    ]  # fmt: skip
    if rows:
        audit_rows(dict(zip(("object", "digest", "unit", "place"), zip(*rows, strict=True), strict=True)))


def _digest(told: Told) -> str:
    return digest_of_cells((told.number, told.standing, told.transaction_number, told.amount_fen, told.at))


def _locked() -> QuerySet[Payment]:
    return Payment.objects.select_for_update(of=("self",)).select_related("merchant__unit")


def _take(news: Sequence[News], heard: str, act: Act) -> list[Taken]:
    """Judge news in its order against the payments as they are, and as earlier news leaves them; write what changes."""
    numbers = {one.told.number for one in news}
    held = {(one.merchant_id, one.number): one for one in _locked().filter(number__in=numbers).order_by("pk")}
    used = _used(news)
    changed: list[Payment] = []
    taken: list[Taken] = []
    for one in news:
        payment, told = held.get((one.merchant.pk, one.told.number)), one.told
        code = _fault(one, payment, used)
        taken.append(Taken(payment, code))
        if payment is None or code or payment.state != State.CREATED or told.standing not in ENDS:
            continue
        payment.state, payment.ended_at = ENDS[told.standing][0], act.at
        if told.standing == Standing.DONE:
            payment.transaction_number, payment.ended_at = told.transaction_number, told.at or act.at
            used.add((payment.merchant_id, told.transaction_number))
        changed.append(payment)
    if changed:
        _write(changed, heard, act)
    return taken


def _used(news: Sequence[News]) -> set[tuple[int, str | None]]:
    """Return which of the transactions that are named have paid for something, each with its account."""
    named = {one.told.transaction_number for one in news if one.told.standing == Standing.DONE}
    rows = Payment.objects.filter(
        merchant__in={one.merchant.pk for one in news}, transaction_number__in=named
    )
    return set(rows.values_list("merchant_id", "transaction_number")) if named else set()


def _fault(one: News, payment: Payment | None, used: set[tuple[int, str | None]]) -> str:
    """Return why news is not taken, a code of ``UnableToTake``; empty where it is."""
    merchant, told = one.merchant, one.told
    if payment is None:
        return "unknown_payment"
    if told.standing != Standing.DONE:
        return ""
    if merchant.provider != Provider.TEST:
        if told.merchant_number != merchant.merchant_number:
            return "wrong_merchant"
        if told.app_id != merchant.app_id:
            return "wrong_app"
    if told.amount_fen != payment.amount_fen:
        return "wrong_amount"
    if not told.transaction_number:
        return "no_transaction"
    if payment.state in COUNTS:
        return "" if payment.transaction_number == told.transaction_number else "other_transaction"
    if payment.state != State.CREATED:
        return "late"
    return "transaction_taken" if (merchant.pk, told.transaction_number) in used else ""


WRITE = """
UPDATE payments_payment payment SET state = one.state, transaction_number = one.transaction, ended_at = one.at
  FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[]) AS one (id, state, transaction, at)
 WHERE payment.id = one.id
"""


def _write(changed: Sequence[Payment], heard: str, act: Act) -> None:
    """Write what payments, which are locked, became and tell the rooms of what was paid for, in the order of their keys."""
    ended = sorted(changed, key=lambda one: one.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            WRITE,
            [
                [one.pk for one in ended], [one.state for one in ended], [one.transaction_number for one in ended],
                [one.ended_at for one in ended],
            ],
        )  # fmt: skip
    steps = dict(ENDS.values())
    Step.objects.bulk_create(
        Step(
            payment=one, done=steps[State(one.state)], heard=heard, amount_fen=one.amount_fen, by=act.actor,
            at=act.at,
        )
        for one in ended
    )  # fmt: skip
    paid: dict[int, list[Payment]] = defaultdict(list)
    for one in ended:
        if one.state == State.PAID:
            paid[one.pays_type].append(one)
    for kind in sorted(paid):
        hook_of(kind).paid(paid[kind], act)
    for one in ended:
        if one.state != State.PAID:
            hook_of(one.pays_type).closed(one, act)
