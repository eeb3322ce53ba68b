"""Batches are made of what is awarded, approved by another person, and taken to the bank by somebody whose name is kept."""

from __future__ import annotations

from django.db import connection
from django.db.models import Sum

from bangfu.foundation.operations import Act, operation, scope_of
from bangfu.foundation.people.persons.operations import living_keys, record_accesses
from bangfu.giving.grants.books import require_arrived
from bangfu.giving.grants.guarding import reported_meanwhile
from bangfu.giving.grants.models import (
    BATCH_STATE_WORDS,
    Award,
    AwardState,
    Batch,
    BatchState,
    Payment,
    PaymentState,
    Programme,
    ProgrammeState,
    Step,
    Taking,
)
from bangfu.giving.grants.paying_refusals import UnableToBatch

FORMS = ("xlsx", "csv")
REASON = "助学金发放：{batch}"
"""What stands with each access to a name and an account; sealed under the person's own key."""
_TO_PAY = """
SELECT award.id FROM grants_award award
  JOIN grants_application application ON application.id = award.application_id
  JOIN people_personkey key ON key.person_id = award.person_id
 WHERE award.programme_id = %s
   AND (award.state = 'AWARDED'
        OR award.state = 'RETURNED' AND application.account_digest <>
           (SELECT last.account_digest FROM grants_payment last WHERE last.award_id = award.id ORDER BY last.id DESC LIMIT 1))
 ORDER BY award.id FOR UPDATE OF award
"""
_LINES = """
INSERT INTO grants_payment (batch_id, line, award_id, amount_fen, account_digest, state, reason, serial)
SELECT %s, row_number() OVER (ORDER BY school.place_id, school.code, application.number), award.id, award.amount_fen,
       application.account_digest, 'WAITING', '', ''
  FROM grants_award award
  JOIN grants_application application ON application.id = award.application_id
  JOIN grants_school school ON school.id = award.school_id
 WHERE award.id = ANY(%s)
"""
_CHANGED = """
SELECT payment.line FROM grants_payment payment
  JOIN grants_award award ON award.id = payment.award_id
  JOIN grants_application application ON application.id = award.application_id
 WHERE payment.batch_id = %s AND payment.state = 'WAITING' AND application.account_digest <> payment.account_digest
 ORDER BY payment.line LIMIT 1
"""


@operation("grants.make_batch", scope=scope_of("programme"))
def make_batch(*, programme: Programme, act: Act) -> Batch:
    """Put everything of a programme that waits to be paid into one batch: what is awarded, and what came back and has another
    account since. Pupils who were erased stay out.

    Raises: UnableToBatch: ``wrong_programme``, ``nobody``, ``reported_already``; UnableToPay: ``not_arrived``. Nothing was
        written.
    Locks: the programme, the awards in the order of their keys, the fund.
    """
    held = (
        Programme.objects.select_for_update(of=("self",))
        .select_related("fund__unit", "unit")
        .get(pk=programme.pk)
    )
    if held.state in (ProgrammeState.DRAFTED, ProgrammeState.CLOSED):
        raise UnableToBatch("wrong_programme", state=held.state_words)
    clash = reported_meanwhile(held)
    if clash is not None:
        raise UnableToBatch("reported_already", measure=clash[0], reference=clash[1])
    with connection.cursor() as cursor:
        cursor.execute(_TO_PAY, [held.pk])
        keys = [key for (key,) in cursor.fetchall()]
    if not keys:
        raise UnableToBatch("nobody")
    total = int(Award.objects.filter(pk__in=keys).aggregate(sum=Sum("amount_fen"))["sum"])
    require_arrived(held.fund, total)
    batch = Batch.objects.create(
        number=f"{held.code}-B{held.batches.count() + 1:02d}", programme=held, payment_count=len(keys), amount_fen=total,
        made_at=act.at, made_by=act.actor,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [batch.pk, keys])
    Award.objects.filter(pk__in=keys).update(state=AwardState.PAYING)
    if held.state != ProgrammeState.PAYING:
        held.state = ProgrammeState.PAYING
        held.save(update_fields=["state"])
        Step.objects.create(programme=held, state=held.state, note=batch.number, at=act.at, by=act.actor)
    return batch


def held_batch(key: int) -> Batch:
    """Return a batch, locked, with its programme and fund."""
    rows = Batch.objects.select_for_update(of=("self",))
    return rows.select_related("programme__fund__unit", "programme__unit").get(pk=key)


def require_batch(held: Batch, *states: BatchState) -> None:
    """Refuse a batch that is not so far.

    Raises: UnableToBatch: ``wrong_state``.
    """
    if held.state not in states:
        raise UnableToBatch("wrong_state", state=BATCH_STATE_WORDS[held.state])


@operation("grants.approve_batch", scope=scope_of("batch"))
def approve_batch(*, batch: Batch, act: Act) -> Batch:
    """Approve a batch, as another person than who made it.

    Raises: UnableToBatch: ``wrong_state``, ``own_batch``; UnableToPay: ``not_arrived``. Nothing was written.
    Locks: the batch, the fund.
    """
    held = held_batch(batch.pk)
    require_batch(held, BatchState.MADE)
    if held.made_by_id == act.actor.pk:
        raise UnableToBatch("own_batch")
    require_arrived(held.programme.fund, held.amount_fen)
    held.state, held.approved_at, held.approved_by = BatchState.APPROVED, act.at, act.actor
    held.save(update_fields=["state", "approved_at", "approved_by"])
    return held


@operation("grants.drop_batch", scope=scope_of("batch"))
def drop_batch(*, batch: Batch, remark: str, act: Act) -> Batch:
    """Drop a batch that nobody took to the bank; its awards wait to be paid again.

    Raises: UnableToBatch: ``wrong_state``, ``no_remark``; nothing was written.
    Locks: the batch.
    """
    if not remark.strip():
        raise UnableToBatch("no_remark")
    held = held_batch(batch.pk)
    require_batch(held, BatchState.MADE, BatchState.APPROVED)
    awards = Payment.objects.filter(batch=held).values_list("award_id", flat=True)
    Award.objects.filter(pk__in=list(awards)).update(state=AwardState.AWARDED)
    held.payments.update(state=PaymentState.DROPPED, ended_on=act.on)
    held.state, held.ended_on, held.remark = BatchState.DROPPED, act.on, remark.strip()[:200]
    held.save(update_fields=["state", "ended_on", "remark"])
    return held


@operation("grants.take_bank_file", scope=scope_of("batch"))
def take_bank_file(*, batch: Batch, form: str, act: Act) -> Taking:
    """Record that the actor takes a batch's file, with names and accounts in clear, to the bank; ``bank_rows`` opens the record.

    Raises: UnableToBatch: ``wrong_state``, ``account_changed``, ``unknown_form``; nothing was shown or written.
    Locks: the batch.
    """
    if form not in FORMS:
        raise UnableToBatch("unknown_form")
    held = held_batch(batch.pk)
    require_batch(held, BatchState.APPROVED, BatchState.SENT)
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, [held.pk])
        changed = cursor.fetchone()
    if changed is not None:
        raise UnableToBatch("account_changed", line=changed[0])
    persons = held.payments.values_list("award__person_id", flat=True)
    record_accesses(living_keys(set(persons)), reason=REASON.format(batch=held.number), act=act)
    if held.state != BatchState.SENT:
        held.state = BatchState.SENT
        held.save(update_fields=["state"])
    taking = Taking(
        batch=held, form=form, payment_count=held.payment_count, taken_at=act.at, taken_by=act.actor
    )
    taking.save(force_insert=True)
    return taking
