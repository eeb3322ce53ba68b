"""A second person's decision on a paper of entries, what it counts, and what is withdrawn again."""

from __future__ import annotations

from django.db import connection

from bangfu.foundation.ledger.operations import ReversalReason, reverse_many
from bangfu.foundation.ledger.queries import standing_facts_of
from bangfu.foundation.operations import Act, Refusal, operation, scope_of
from bangfu.foundation.review.models import Batch, Review, ReviewState
from bangfu.foundation.review.operations import decide_batch
from bangfu.foundation.rooms import both
from bangfu.livelihoods.consumption.models import Entry, Sale
from bangfu.livelihoods.consumption.operations import storing
from bangfu.livelihoods.consumption.operations.undoing import withdraw_entries
from bangfu.livelihoods.consumption.register import ENTRY_TYPE


class UnableToWithdrawSale(Refusal):
    """Codes: ``withdrawn_already``, ``under_review``, ``remark_missing``, ``unknown_reason``, ``payment_waits``."""

    sentences = {
        "withdrawn_already": both("这笔销售已经撤回。", "This sale is withdrawn already."),
        "under_review": both(
            "这笔销售的支付或退款正在等待核验。请先请核验人退回，再撤回。",
            "A payment or refund of this sale waits for review. Have it returned first, then withdraw the sale.",
        ),
        "remark_missing": both("请写明撤回的原因和依据。", "Say why it is withdrawn."),
        "unknown_reason": both("没有「{reason}」这个撤回原因。", "There is no reason called {reason}."),
        "payment_waits": both(
            "{count} 笔退款的支付还没有核验（{first}）。请先核验支付所在的单据。",
            "The payments of {count} refunds are not verified yet ({first}). Verify their paper first.",
        ),
    }


@operation("consumption.verify_entries", scope=scope_of("batch"))
def verify_entries(*, batch: Batch, act: Act) -> Batch:
    """Verify the payments and refunds that wait on a paper, and count each once; no refund counts before its payment.

    Raises: UnableToWithdrawSale: ``payment_waits``; UnableToReview, UnableToPost: see their codes. Nothing was written.
    Posts: see ``storing.count_entries``.
    Locks: the paper, then its reviews.
    """
    keys = decide_batch(batch, ReviewState.VERIFIED, act=act)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sale.order_no FROM consumption_entry back JOIN consumption_sale sale ON sale.id = back.sale_id"
            " WHERE back.id = ANY(%s) AND back.kind = 'REFUNDED' AND NOT EXISTS (SELECT FROM consumption_entry paid"
            " WHERE paid.sale_id = back.sale_id AND paid.kind = 'PAID' AND paid.withdrawn_at IS NULL"
            " AND (paid.confirmed_at IS NOT NULL OR paid.id = ANY(%s))) ORDER BY back.id",
            [keys, keys],
        )
        waiting = [order for (order,) in cursor.fetchall()]
    if waiting:
        raise UnableToWithdrawSale("payment_waits", count=len(waiting), first=waiting[0])
    storing.count_entries(keys, act=act)
    return batch


@operation("consumption.return_entries", scope=scope_of("batch"))
def return_entries(*, batch: Batch, remark: str, act: Act) -> Batch:
    """Give the payments and refunds that wait on a paper back, saying why; their sales are withdrawn and brought anew.

    Raises: UnableToReview: see its codes; nothing was written.
    Locks: the paper, then its reviews.
    """
    decide_batch(batch, ReviewState.RETURNED, remark=remark, act=act)
    return batch


@operation("consumption.withdraw_sale", scope=scope_of("sale"))
def withdraw_sale(*, sale: Sale, reason: str, remark: str, act: Act) -> Sale:
    """Withdraw a sale with its payment and refunds: it counts no more, what it was stays with the reason.

    Raises: UnableToWithdrawSale: see its codes; nothing was written.
    Posts: the reversals of its facts, if it was counted.
    Locks: the sale.
    """
    sale = Sale.objects.select_for_update(of=("self",)).select_related("unit").get(pk=sale.pk)
    if sale.withdrawn_at is not None:
        raise UnableToWithdrawSale("withdrawn_already")
    entries = Entry.objects.filter(sale=sale, withdrawn_at__isnull=True)
    keys = list(entries.order_by("pk").values_list("pk", flat=True))
    if Review.objects.filter(
        record_type=ENTRY_TYPE, record_id__in=keys, state=ReviewState.SUBMITTED
    ).exists():
        raise UnableToWithdrawSale("under_review")
    if reason not in ReversalReason.values:
        raise UnableToWithdrawSale("unknown_reason", reason=reason)
    if not remark.strip():
        raise UnableToWithdrawSale("remark_missing")
    withdraw_entries(keys, reason, remark.strip(), act)
    sale.withdrawn_at = act.at
    sale.save(update_fields=["withdrawn_at"])
    facts = standing_facts_of(ENTRY_TYPE, keys)
    if facts:
        reverse_many(facts, reason=reason, act=act)
    return sale
