"""Receipts: a sheet for each school, what was signed on it, and call-backs of a sample."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any

import polars
from django.db import connection
from django.db.models import Max

from bangfu.foundation.evidence.operations import hang
from bangfu.foundation.ledger.operations import post_many
from bangfu.foundation.operations import Act, operation, scope_of
from bangfu.foundation.review.sampling import drawn
from bangfu.foundation.rooms import record_type
from bangfu.giving.grants.measures import RECEIPTED
from bangfu.giving.grants.models import (
    HEARD_WORDS,
    Age,
    CallBack,
    Payment,
    PaymentState,
    Programme,
    Receipt,
    ReceiptSheet,
    Signer,
)
from bangfu.giving.grants.paying_refusals import UnableToCallBack, UnableToReceipt

RECEIPTS = "grants.receipt"
"""The source of facts, and the code of the record behind them."""
Files = Sequence[tuple[str, bytes]]
_SHEETS = """
WITH paid AS (
  SELECT payment.id, award.school_id, award.place_id, application.class_name, application.number
    FROM grants_payment payment
    JOIN grants_award award ON award.id = payment.award_id
    JOIN grants_application application ON application.id = award.application_id
   WHERE award.programme_id = %(programme)s AND payment.state = 'PAID'
     AND NOT EXISTS (SELECT FROM grants_receipt receipt WHERE receipt.payment_id = payment.id)
), made AS (
  INSERT INTO grants_receiptsheet (number, programme_id, school_id, place_id, due_on, made_at, made_by_id)
  SELECT %(code)s || '-S' || lpad((%(there)s + row_number() OVER (ORDER BY place_id, school_id))::text, 4, '0'),
         %(programme)s, school_id, place_id, %(due)s, %(at)s, %(actor)s
    FROM (SELECT DISTINCT school_id, place_id FROM paid) schools
  RETURNING id, school_id, place_id
)
INSERT INTO grants_receipt (payment_id, sheet_id, position, signer)
SELECT paid.id, made.id, row_number() OVER (PARTITION BY made.id ORDER BY paid.class_name, paid.number), ''
  FROM paid JOIN made ON made.school_id = paid.school_id AND made.place_id = paid.place_id
"""


@operation("grants.make_receipt_sheets", scope=scope_of("programme"))
def make_receipt_sheets(*, programme: Programme, due_on: date, act: Act) -> int:
    """Make a sheet for each school of whatever was paid and stands on none yet, and return how many pupils stand on them.

    Args:
        due_on: when the signed sheets are to be back.

    Raises: UnableToReceipt: ``nobody_paid``, ``wrong_due``; nothing was written.
    Locks: the programme.
    """
    if due_on < act.on:
        raise UnableToReceipt("wrong_due")
    held = Programme.objects.select_for_update().get(pk=programme.pk)
    said: dict[str, Any] = {
        "programme": held.pk, "code": held.code, "there": held.receipt_sheets.count(), "due": due_on, "at": act.at,
        "actor": act.actor.pk,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SHEETS, said)
        count = int(cursor.rowcount)
    if not count:
        raise UnableToReceipt("nobody_paid")
    return count


@operation("grants.enter_receipts", scope=scope_of("sheet"))
def enter_receipts(
    *,
    sheet: ReceiptSheet,
    signed_on: date,
    signed: Sequence[int],
    kin: Sequence[int] = (),
    files: Files,
    proofs: Files = (),
    act: Act,
) -> ReceiptSheet:
    """Enter who signed on a sheet, with its photograph: the guardian, a pupil of age, or kin with proof of kinship.

    Args:
        signed: positions on the sheet where guardian or pupil signed.
        kin: positions where kin signed.
        proofs: household book and proof of kinship; they hang on the receipts of kin.

    Raises: UnableToReceipt: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Posts: ``grants.receipted`` a payment, on the day on which it was paid.
    Locks: the sheet.
    """
    held = ReceiptSheet.objects.select_for_update(of=("self",)).select_related("programme").get(pk=sheet.pk)
    if not signed and not kin:
        raise UnableToReceipt("nobody_signed")
    if not files:
        raise UnableToReceipt("no_photograph")
    if kin and not proofs:
        raise UnableToReceipt("no_proof")
    rows = {
        one.position: one
        for one in held.receipts.select_for_update(of=("self",)).select_related(
            "payment__award__application", "payment__award__programme"
        )
    }
    asked = [*signed, *kin]
    for position in asked:
        _require_unsigned(position, rows.get(position))
    first = max(rows[one].payment.paid_on or act.on for one in asked)
    if not first <= signed_on <= act.on:
        raise UnableToReceipt("wrong_day", first=first, last=act.on)
    for position in asked:
        one = rows[position]
        one.signer = Signer.KIN if position in kin else _signer(one)
        one.signed_on, one.entered_at, one.entered_by = signed_on, act.at, act.actor
    Receipt.objects.bulk_update(
        [rows[one] for one in asked], ["signer", "signed_on", "entered_at", "entered_by"]
    )
    hang([held.pk], files, record_type=record_type("grants.receipt_sheet"), act=act)
    if kin:
        hang([rows[one].pk for one in kin], proofs, record_type=record_type("grants.receipt"), act=act)
    _count([rows[one] for one in asked], act)
    return held


def _count(receipts: Sequence[Receipt], act: Act) -> None:
    """Count payments as receipted, on the day on which each was paid: a receipted payment does not come back."""
    awards = [one.payment.award for one in receipts]
    rows = polars.DataFrame(
        {
            "quantity": polars.Series([1] * len(receipts), dtype=polars.Decimal(20, 4)),
            "unit": [one.programme.unit_id for one in awards],
            "place": [one.place_id for one in awards],
            "on": [one.payment.paid_on for one in receipts],
            "subject": [one.pk for one in receipts],
            "source_id": [str(one.pk) for one in receipts],
        }
    )
    post_many(RECEIPTED, rows, record_type=record_type(RECEIPTS), system=RECEIPTS, act=act)


def _require_unsigned(position: int, one: Receipt | None) -> None:
    if one is None:
        raise UnableToReceipt("unknown_position", position=position)
    if one.signer:
        raise UnableToReceipt("signed_already", position=position)
    if one.payment.state != PaymentState.PAID:
        raise UnableToReceipt("came_back", position=position)


def _signer(one: Receipt) -> str:
    is_adult = one.payment.award.application.age == Age.ADULT
    return Signer.PUPIL.value if is_adult else Signer.GUARDIAN.value


@operation("grants.draw_call_backs", scope=scope_of("programme"))
def draw_call_backs(*, programme: Programme, act: Act) -> int:
    """Draw by lot whose side of the paid is called back, as many as GB/T 2828.1 asks of what was not drawn from yet.

    Raises: UnableToCallBack: ``nobody_left``; nothing was written.
    Locks: the programme.
    """
    held = Programme.objects.select_for_update().get(pk=programme.pk)
    rows = Payment.objects.filter(award__programme=held, state=PaymentState.PAID)
    last = rows.filter(call_back__isnull=False).aggregate(last=Max("pk"))["last"] or 0
    keys = list(rows.filter(call_back__isnull=True, pk__gt=last).order_by("pk").values_list("pk", flat=True))
    if not keys:
        raise UnableToCallBack("nobody_left")
    nonce = secrets.token_hex(16)
    chosen = drawn(keys, paper=held.pk, nonce=nonce)
    CallBack.objects.bulk_create(
        CallBack(payment_id=key, programme=held, drawn_at=act.at, nonce=nonce) for key in chosen
    )
    return len(chosen)


@operation("grants.note_call_back", scope=scope_of("call"))
def note_call_back(*, call: CallBack, heard: str, called_on: date, act: Act) -> CallBack:
    """Note what a call-back heard; where less or nothing arrived, the nightly run raises a finding.

    Raises: UnableToCallBack: see its codes; nothing was written.
    Locks: the call-back.
    """
    held = (
        CallBack.objects.select_for_update(of=("self",))
        .select_related("payment__award__programme")
        .get(pk=call.pk)
    )
    if held.heard and held.heard != "NOBODY":
        raise UnableToCallBack("called_already")
    if heard not in HEARD_WORDS:
        raise UnableToCallBack("unknown_answer")
    first = held.payment.paid_on
    if called_on > act.on or (first is not None and called_on < first):
        raise UnableToCallBack("wrong_day")
    held.heard, held.called_on, held.called_by = heard, called_on, act.actor
    held.save(update_fields=["heard", "called_on", "called_by"])
    return held
