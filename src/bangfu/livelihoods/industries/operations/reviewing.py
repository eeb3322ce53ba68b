"""A second person's decision on a paper of any of the room's records, what it counts, and what is withdrawn again."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import polars

from bangfu.foundation.ledger.measures import Source
from bangfu.foundation.ledger.operations import ReversalReason, post, post_many, reverse_many
from bangfu.foundation.ledger.queries import standing_facts_of
from bangfu.foundation.operations import Act, Refusal, inside_operation, operation, scope_of
from bangfu.foundation.records import review_of
from bangfu.foundation.review.models import Batch, ReviewState
from bangfu.foundation.review.operations import decide_batch
from bangfu.foundation.rooms import both, record_type
from bangfu.livelihoods.industries.measures import (
    BASE_AREA,
    HOUSEHOLD_PAYMENTS,
    OUTPUT,
    PRODUCTS,
    SALES,
    party_of_household,
)
from bangfu.livelihoods.industries.models import Contract, Draw, Industry, Lot, Payment, Reviewed, Season
from bangfu.livelihoods.industries.operations import storing
from bangfu.livelihoods.industries.operations.entering import area_before
from bangfu.livelihoods.industries.queries import NUMBERS
from bangfu.livelihoods.industries.rules import refuse_earlier


class UnableToWithdraw(Refusal):
    """Codes: ``withdrawn_already``, ``under_review``, ``remark_missing``, ``unknown_reason``, ``rested_on``, ``ended``."""

    sentences = {
        "withdrawn_already": both("这条记录已经撤回。", "This record is withdrawn already."),
        "under_review": both(
            "这条记录正在等待核验。请先请核验人退回，再撤回。",
            "This record waits for review. Have it returned first, then withdraw it.",
        ),
        "remark_missing": both("请写明撤回的原因和依据。", "Say why it is withdrawn."),
        "unknown_reason": both("没有「{reason}」这个撤回原因。", "There is no reason called {reason}."),
        "rested_on": both(
            "还有 {count} 条记录以它为依据（{first}）。请先撤回那些。",
            "{count} records rest on it ({first}). Withdraw those first.",
        ),
        "ended": both(
            "产业已停止扶持，不能撤回：它以前的数字仍然算数。",
            "Support of the industry ended, so it stays: what it counted before still counts.",
        ),
    }


@operation("industries.verify_records", scope=scope_of("batch"))
def verify_records(*, batch: Batch, act: Act) -> Batch:
    """Verify the records that wait on a paper, and count what their type counts.

    Raises: UnableToReview, UnableToPost: see their codes; UnableToEnterSeason: ``earlier_than_counted``. Nothing was written.
    Posts: an industry: ``industries.products``, 1, on the day of recognition; a season: ``industries.base_area``, the change
        from the season before, on its first day, ``industries.output`` and ``industries.sales`` on its last; a payment:
        ``industries.household_payments``, about its household, at its village, on its day. Contracts and lots count nothing.
    Locks: the industries of seasons in the order of their keys, then the paper, then its reviews.
    """
    model = _model_of(batch)
    if model is Season:
        waiting = Season.objects.filter(pk__in=batch.reviews.values("record_id")).values("industry")
        list(Industry.objects.select_for_update().filter(pk__in=waiting).order_by("pk").values_list("pk"))
    keys = decide_batch(batch, ReviewState.VERIFIED, act=act)
    if model in COUNTED:
        COUNTED[model](keys, act)
    model._default_manager.filter(pk__in=keys).update(confirmed_at=act.at)
    return batch


@operation("industries.return_records", scope=scope_of("batch"))
def return_records(*, batch: Batch, remark: str, act: Act) -> Batch:
    """Give the records that wait on a paper back, saying why; they are changed and submitted again.

    Raises: UnableToReview: see its codes; nothing was written.
    Locks: the paper, then its reviews.
    """
    decide_batch(batch, ReviewState.RETURNED, remark=remark, act=act)
    return batch


def _model_of(batch: Batch) -> type[Reviewed]:
    return next(model for model, number in NUMBERS.items() if number == batch.record_type)


def _count_industries(keys: list[int], act: Act) -> None:
    for one in Industry.objects.filter(pk__in=keys).order_by("pk"):
        post(
            PRODUCTS,
            1,
            of=one,
            unit=one.unit_id,
            place=one.place_id,
            on=one.recognised_on,
            source=Source("industries.industry", str(one.pk)),
            identity=one.code,
            act=act,
        )


def _count_seasons(keys: list[int], act: Act) -> None:
    """Post seasons from the earliest on; each is counted before the next asks for its area."""
    found = Season.objects.filter(pk__in=keys).select_related("industry").order_by("starts_on", "pk")
    for one in found:
        refuse_earlier(one.industry, one.starts_on)
        quantities = (
            (BASE_AREA, one.base_mu - area_before(one), one.starts_on),
            (OUTPUT, one.output_tonnes, one.last_day),
            (SALES, Decimal(one.sales_fen).scaleb(-2), one.last_day),
        )
        for measure, quantity, on in quantities:
            if quantity:
                post(
                    measure,
                    quantity,
                    of=one,
                    unit=one.industry.unit_id,
                    place=one.industry.place_id,
                    on=on,
                    source=Source("industries.season", str(one.pk)),
                    act=act,
                )
        one.confirmed_at = act.at
        one.save(update_fields=["confirmed_at"])


def _count_payments(keys: list[int], act: Act) -> None:
    rows = Payment.objects.filter(pk__in=keys).order_by("pk")
    names = (
        "pk",
        "amount_fen",
        "paid_on",
        "contract__household_id",
        "contract__village_id",
        "contract__industry__unit_id",
    )
    found = polars.DataFrame(
        list(rows.values_list(*names)),
        schema={
            "subject": polars.Int64, "fen": polars.Int64, "on": polars.Date, "household": polars.Int64,
            "place": polars.Int64, "unit": polars.Int64,
        },
        orient="row",
    )  # fmt: skip
    parties = {key: str(party_of_household(key)) for key in found["household"].unique()}
    facts = found.select(
        "unit",
        "place",
        "on",
        "subject",
        quantity=polars.col("fen").cast(polars.Decimal(20, 4)) / 100,
        source_id=polars.col("subject").cast(polars.String),
        party=polars.col("household").replace_strict(parties, return_dtype=polars.String),
    )
    kind = record_type("industries.payment")
    post_many(HOUSEHOLD_PAYMENTS, facts, record_type=kind, system="industries.payment", act=act)


COUNTED: dict[type[Reviewed], Callable[[list[int], Act], None]] = {
    Industry: _count_industries, Season: _count_seasons, Payment: _count_payments,
}  # fmt: skip
"""How the verified records of each type are counted; of the others nothing is."""


@operation("industries.withdraw_record", scope=scope_of("record"))
def withdraw_record(*, record: Reviewed, reason: str, remark: str, act: Act) -> Reviewed:
    """Withdraw an industry, a season, a contract, a payment or a lot: it counts no more, the record stays with the reason.

    Raises: UnableToWithdraw: see its codes; nothing was written.
    Posts: the reversals of its facts, if it was counted.
    Locks: the industry of a season, then the record.
    """
    if isinstance(record, Season):
        storing.industry_for_update(record.industry)
    record = storing.record_for_update(record)
    review = review_of(record)
    if record.withdrawn_at is not None:
        raise UnableToWithdraw("withdrawn_already")
    if review is not None and review.state == ReviewState.SUBMITTED:
        raise UnableToWithdraw("under_review")
    if reason not in ReversalReason.values:
        raise UnableToWithdraw("unknown_reason", reason=reason)
    if not remark.strip():
        raise UnableToWithdraw("remark_missing")
    industry = record.industry if isinstance(record, Season) else record
    if isinstance(industry, Industry) and industry.ended_on is not None:
        raise UnableToWithdraw("ended")
    rests = _rests_on(record)
    if rests:
        raise UnableToWithdraw("rested_on", count=len(rests), first=rests[0])
    withdraw([record.pk], type(record), reason=reason, remark=remark.strip(), act=act)
    facts = standing_facts_of(NUMBERS[type(record)], [record.pk])
    if facts:
        reverse_many(facts, reason=reason, act=act)
    return record


def withdraw(keys: list[int], model: type[Reviewed], *, reason: str, remark: str, act: Act) -> None:
    """Write that records are withdrawn; their facts are the caller's."""
    inside_operation()
    model._default_manager.filter(pk__in=keys).update(
        confirmed_at=None,
        withdrawn_at=act.at,
        withdrawn_by=act.actor,
        withdrawal_reason=reason,
        withdrawal_remark=remark,
    )


def _rests_on(record: Reviewed) -> list[str]:
    """Return what living records rest on a record, as people call them."""
    if isinstance(record, Industry):
        parts = (record.contracts, record.lots, record.seasons)
        return [one.name for part in parts for one in part.filter(withdrawn_at__isnull=True)]
    if isinstance(record, Season):
        counted = record.industry.seasons.filter(confirmed_at__isnull=False, starts_on__gt=record.starts_on)
        return [one.name for one in counted] if record.confirmed_at is not None else []
    if isinstance(record, Contract):
        return [one.name for one in record.payments.filter(withdrawn_at__isnull=True)]
    if isinstance(record, Lot):
        return list(Draw.objects.filter(lot=record).values_list("reference", flat=True))
    return []
