"""The bank answers a batch line by line: paid, failed, or come back; and payments that come back later."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import polars
from django.db import connection
from django.utils import timezone

from bangfu.foundation.ledger.operations import post_many, reverse_many
from bangfu.foundation.ledger.queries import standing_facts_of
from bangfu.foundation.operations import Act, operation, scope_of
from bangfu.foundation.rooms import record_type
from bangfu.giving.grants import books
from bangfu.giving.grants.details import digest
from bangfu.giving.grants.measures import PAID, STUDENTS
from bangfu.giving.grants.measures import PAYMENTS as COUNTED
from bangfu.giving.grants.models import (
    BATCH_STATE_WORDS,
    Award,
    AwardState,
    Batch,
    BatchState,
    FailureReason,
    Payment,
    PaymentState,
    ResultFile,
)
from bangfu.giving.grants.operations.batching import held_batch
from bangfu.giving.grants.paying_refusals import UnableToReadResult, UnableToReturn
from bangfu.giving.grants.results import Answer, read_answers

PAYMENTS = "grants.payment"
"""The source of facts, and the code of the record behind them."""
_CARRY = """
UPDATE grants_payment payment
   SET state = said.state, reason = said.reason, serial = CASE WHEN said.serial = '' THEN payment.serial ELSE said.serial END,
       paid_on = coalesce(said.paid_on, payment.paid_on), ended_on = said.ended_on, result_id = %s
  FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::date[], %s::date[])
       AS said (id, state, reason, serial, paid_on, ended_on)
 WHERE payment.id = said.id
"""


@dataclass(frozen=True)
class _Taken:
    """A line of the file that is carried out."""

    answer: Answer
    payment: Payment


@operation("grants.read_results", scope=scope_of("batch"), unrecorded=("content",))
def read_results(*, batch: Batch, name: str, content: bytes, act: Act) -> ResultFile:
    """Read the bank's answer to a batch: each line is taken or refused by itself; the file's ``refusals`` say which and why.

    What is paid leaves the fund and counts on the day of the bank; what failed or came back waits for another account.

    Raises: UnableToReadResult: see its codes; UnableToReadSheet: it is no sheet. Nothing was written.
    Posts: ``grants.students``, ``grants.payments`` and ``grants.paid`` a payment, or their reversals; an entry a payment.
    Locks: the batch, its payments, the fund.
    """
    held = held_batch(batch.pk)
    if held.state not in (BatchState.SENT, BatchState.DONE):
        raise UnableToReadResult("wrong_state", state=BATCH_STATE_WORDS[held.state])
    known_by = hashlib.sha256(content).hexdigest()
    known = ResultFile.objects.filter(digest=known_by).select_related("batch").first()
    if known is not None:
        raise UnableToReadResult(
            "read_already", day=f"{timezone.localdate(known.read_at):%Y-%m-%d}", batch=known.batch.number
        )
    taken, refused = _judged(held, read_answers(content), act)
    by_outcome: dict[str, list[_Taken]] = defaultdict(list)
    for one in taken:
        by_outcome[one.answer.outcome].append(one)
    file = ResultFile(
        batch=held, name=name[:200], digest=known_by, paid=len(by_outcome["PAID"]),
        failed=len(by_outcome["FAILED"]) + len(by_outcome["RETURNED"]), refusals=refused, read_at=act.at, read_by=act.actor,
    )  # fmt: skip
    file.save(force_insert=True)
    _carry(file, taken, act)
    _pay(by_outcome["PAID"], act)
    for on, ones in _by_day(by_outcome["RETURNED"], act).items():
        _unpay([one.payment for one in ones], on, act)
    if held.state == BatchState.SENT and not held.payments.filter(state=PaymentState.WAITING).exists():
        held.state, held.ended_on = BatchState.DONE, act.on
        held.save(update_fields=["state", "ended_on"])
    return file


def _judged(held: Batch, answers: Sequence[Answer], act: Act) -> tuple[list[_Taken], list[str]]:
    """Return the lines that are taken, and ``row:code`` of those that are not."""
    rows = held.payments.select_for_update(of=("self",)).select_related(
        "award__programme__unit", "award__fund", "receipt"
    )
    payments = {one.line: one for one in rows.order_by("line")}
    counts = Counter(one.line for one in answers)
    serials = _known_serials(
        {one.serial for one in answers if one.serial}, {one.pk for one in payments.values()}
    )
    serials_here = Counter(one.serial for one in answers if one.serial and one.outcome == "PAID")
    taken, refused = [], []
    for one in answers:
        payment = payments.get(one.line or 0)
        code = "twice" if one.line is not None and counts[one.line] > 1 else _fault(one, payment, held, act)
        if not code and one.outcome == "PAID":
            is_taken = one.serial in serials or serials_here[one.serial] > 1
            code = "serial_known" if is_taken else ""
        if code:
            refused.append(f"{one.row}:{code}")
        else:
            assert payment is not None
            taken.append(_Taken(one, payment))
    return taken, refused


def _known_serials(serials: set[str], payments: set[int]) -> set[str]:
    rows = Payment.objects.filter(serial__in=serials).exclude(pk__in=payments)
    return set(rows.values_list("serial", flat=True))


def _fault(one: Answer, payment: Payment | None, held: Batch, act: Act) -> str:
    """Return why a line is not taken; empty: it is."""
    if payment is None:
        return "unknown_line"
    if one.batch and one.batch != held.number:
        return "other_batch"
    if one.amount_fen != payment.amount_fen:
        return "amount_differs"
    if one.account and digest(one.account, of="account") != payment.account_digest:
        return "account_differs"
    if not one.outcome:
        return "bad_result"
    if one.outcome == "RETURNED" and payment.state == PaymentState.PAID:
        return _fault_of_return(one, payment, act)
    if payment.state != PaymentState.WAITING or one.outcome == "RETURNED":
        return "answered_already"
    return _fault_of_day(one, held, act)


def _fault_of_day(one: Answer, held: Batch, act: Act) -> str:
    assert held.approved_at is not None
    first = timezone.localdate(held.approved_at)
    if one.on is not None and not first <= one.on <= act.on:
        return "bad_day"
    if one.outcome == "PAID":
        if one.on is None:
            return "bad_day"
        if not one.serial:
            return "no_serial"
    return ""


def _fault_of_return(one: Answer, payment: Payment, act: Act) -> str:
    if is_receipted(payment):
        return "receipted"
    if payment.award.fund.ends_on is not None and payment.award.fund.ends_on <= act.on:
        return "fund_closed"
    assert payment.paid_on is not None
    return "" if one.on is None or payment.paid_on <= one.on <= act.on else "bad_day"


def is_receipted(payment: Payment) -> bool:
    """Return whether the pupil's side signed for a payment."""
    receipt = getattr(payment, "receipt", None)
    return receipt is not None and bool(receipt.signer)


def _carry(file: ResultFile, taken: Sequence[_Taken], act: Act) -> None:
    """Write what each line says of its payment and its award."""
    said = [
        (
            one.payment.pk, one.answer.outcome, one.answer.reason,
            one.answer.serial if one.answer.outcome == "PAID" else "",
            one.answer.on if one.answer.outcome == "PAID" else None,
            None if one.answer.outcome == "PAID" else one.answer.on or act.on,
        )
        for one in taken
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_CARRY, [file.pk, *([list(column) for column in zip(*said, strict=True)] or [[]] * 6)])
    paid = [one.payment.award_id for one in taken if one.answer.outcome == "PAID"]
    back = [one.payment.award_id for one in taken if one.answer.outcome != "PAID"]
    Award.objects.filter(pk__in=paid).update(state=AwardState.PAID)
    Award.objects.filter(pk__in=back).update(state=AwardState.RETURNED)


def _by_day(taken: Collection[_Taken], act: Act) -> dict[date, list[_Taken]]:
    found: dict[date, list[_Taken]] = defaultdict(list)
    for one in taken:
        found[one.answer.on or act.on].append(one)
    return dict(sorted(found.items()))


def _pay(taken: Sequence[_Taken], act: Act) -> None:
    """Book and count what was paid, on the day of the bank."""
    if not taken:
        return
    for on, ones in _by_day(taken, act).items():
        books.pay([one.payment for one in ones], on, act)
    rows = polars.DataFrame(
        {
            "quantity": polars.Series([one.payment.amount_fen for one in taken], dtype=polars.Int64).cast(
                polars.Decimal(20, 4)
            ),
            "unit": [one.payment.award.programme.unit_id for one in taken],
            "place": [one.payment.award.place_id for one in taken],
            "on": [one.answer.on for one in taken],
            "subject": [one.payment.pk for one in taken],
            "source_id": [str(one.payment.pk) for one in taken],
        }
    )
    kind = record_type(PAYMENTS)
    yuan = rows.with_columns(quantity=polars.col("quantity") / 100)
    post_many(PAID, yuan, record_type=kind, system=PAYMENTS, act=act)
    each = rows.with_columns(quantity=polars.lit(1).cast(polars.Decimal(20, 4)))
    post_many(COUNTED, each, record_type=kind, system=PAYMENTS, act=act)
    pupils = each.with_columns(
        party=polars.Series([str(one.payment.award.person_id) for one in taken]),
    )
    post_many(STUDENTS, pupils, record_type=kind, system=PAYMENTS, act=act)


def _unpay(payments: Sequence[Payment], on: date, act: Act) -> None:
    """Take back what payments moved in the books and counted."""
    books.take_back(payments, on, act)
    facts = standing_facts_of(record_type(PAYMENTS).number, [one.pk for one in payments])
    if facts:
        reverse_many(facts, reason="withdrawn", act=act)


@operation("grants.return_payment", scope=scope_of("payment"))
def return_payment(*, payment: Payment, on: date, reason: str, act: Act) -> Payment:
    """Note that the bank returned a payment after it was paid: the money is committed again, until it is sent again or lapses.

    Raises: UnableToReturn: see its codes; nothing was written.
    Posts: the reversals of the payment's facts; an entry that mirrors that of paying it.
    Locks: the payment's batch, the payment.
    """
    batch = held_batch(payment.batch_id)
    rows = Payment.objects.select_for_update(of=("self",)).select_related(
        "award__fund", "award__programme", "receipt"
    )
    held = rows.get(pk=payment.pk, batch=batch)
    if held.state != PaymentState.PAID:
        raise UnableToReturn("wrong_state", state=held.state_words)
    if reason not in FailureReason.values:
        raise UnableToReturn("unknown_reason")
    assert held.paid_on is not None
    if not held.paid_on <= on <= act.on:
        raise UnableToReturn("wrong_day", first=held.paid_on, last=act.on)
    if is_receipted(held):
        raise UnableToReturn("receipted", day=held.receipt.signed_on)
    if held.award.fund.ends_on is not None and held.award.fund.ends_on <= on:
        raise UnableToReturn("fund_closed", fund=held.award.fund.code)
    held.state, held.reason, held.ended_on = PaymentState.RETURNED, reason, on
    held.save(update_fields=["state", "reason", "ended_on"])
    Award.objects.filter(pk=held.award_id).update(state=AwardState.RETURNED)
    _unpay([held], on, act)
    return held
