"""Product fairs: entered, with their stalls, verified as one each, withdrawn; and the receipts of their stalls."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars
from django.db import IntegrityError

from bangfu.foundation.evidence.operations import hang
from bangfu.foundation.intake.reported.reportable import has_identity_number
from bangfu.foundation.ledger.operations import ReversalReason, post_many, reverse_many
from bangfu.foundation.ledger.queries import standing_facts_of
from bangfu.foundation.operations import Act, Refusal, Scope, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.codes import COUNTY
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import Batch, Review, ReviewState
from bangfu.foundation.review.operations import decide_batch, submit_many
from bangfu.foundation.rooms import both, record_type
from bangfu.livelihoods.consumption.guarding import fair_reported
from bangfu.livelihoods.consumption.judging_fairs import sold_at_fairs
from bangfu.livelihoods.consumption.models import (
    LEAST_DAY,
    Exhibit,
    Fair,
    Good,
    Platform,
    Sale,
    Stall,
    good_key,
)
from bangfu.livelihoods.consumption.operations import storing
from bangfu.livelihoods.consumption.operations.storing import Files
from bangfu.livelihoods.consumption.register import FAIR_SYSTEM, FAIR_TYPE
from bangfu.livelihoods.parties import PARTY_CODE
from bangfu.livelihoods.shop.neighbours import FAIRS

_CODE = re.compile(PARTY_CODE)


class UnableToHoldFair(Refusal):
    """Codes: ``code_form``, ``code_taken``, ``not_described``, ``identity_number``, ``ends_before_start``, ``too_early``,
    ``in_the_future``, ``not_a_county``, ``evidence_missing``, ``reported_already``, ``stall_taken``, ``no_products``,
    ``twice``, ``withdrawn``, ``sales_stand``, ``under_review``, ``unknown_reason``, ``remark_missing``."""

    sentences = {
        "code_form": both(
            "「{text}」不是编号。请用大写字母、数字、短横线。", "{text} is no code. Use capitals, digits and hyphens."
        ),
        "code_taken": both("展销会「{code}」已经登记。", "The fair {code} is entered already."),
        "not_described": both(
            "请填写名称、地点和依据。", "Enter the name, the place and the document on which it rests."
        ),
        "identity_number": both(
            "这里含有身份证号码，不能登记。请删去。", "This holds an identity number and cannot be entered. Take it out."
        ),
        "ends_before_start": both("结束早于开始。请核对日期。", "It ends before it starts. Check the days."),
        "too_early": both("日期早于 {first}，请核对年份。", "The date lies before {first}. Check the year."),
        "in_the_future": both(
            "展销会还没有开始，开始以后再提交核验。", "The fair has not begun. Enter it once it has."
        ),
        "not_a_county": both("请落到县（市、区）。", "Enter a county or district."),
        "evidence_missing": both("请附上通知或现场照片。", "Attach the notice or a photograph."),
        "reported_already": both(
            "{unit}已在报送中登记了这几天的一场（{reference}）。若是同一场，请其先撤回那条报送记录；若确是另一场，请在“另一场的说明”写明。",
            "{unit} reported a fair for these days ({reference}). If it is the same have that record withdrawn first; if it is"
            " another, say so under “Why it is another”.",
        ),
        "stall_taken": both("展位「{code}」已经登记。", "The stall {code} is entered already."),
        "no_products": both("请至少填写一个商品。", "Enter one product at least."),
        "twice": both("「{title}」填了两次。", "{title} stands twice."),
        "withdrawn": both("这场展销会已经撤回。", "This fair is withdrawn."),
        "sales_stand": both(
            "还有 {count} 笔在展销会上的销售没有撤回。请先撤回它们。",
            "{count} sales at this fair stand. Withdraw them first.",
        ),
        "under_review": both(
            "这场展销会正在等待核验。请先请核验人退回，再撤回。",
            "The fair waits for review. Have it returned first, then withdraw it.",
        ),
        "unknown_reason": both("没有「{reason}」这个撤回原因。", "There is no reason called {reason}."),
        "remark_missing": both("请写明撤回的原因和依据。", "Say why it is withdrawn."),
    }  # fmt: skip


@dataclass(frozen=True)
class FairDetails:
    """What is said of a fair."""

    code: str
    title: str
    place: Place
    venue: str
    starts_on: date
    ends_on: date
    """The day after the last one."""
    document: str
    apart: str = ""


@dataclass(frozen=True)
class StallDetails:
    """What is said of a stall."""

    code: str
    exhibitor: str
    exhibitor_name: str
    place: Place
    proof: str
    products: tuple[str, ...]


@dataclass(frozen=True)
class SoldLine:
    """A line of a receipt."""

    good: Good
    quantity: Decimal
    fen: int


def _refuse_code(code: str) -> None:
    if not _CODE.match(code):
        raise UnableToHoldFair("code_form", text=code)


def fair_for_update(key: int) -> Fair:
    """Return a fair as it is now, locked until the operation ends.

    Raises: UnableToHoldFair: ``withdrawn``.
    """
    fair = Fair.objects.select_for_update(of=("self",)).select_related("unit").get(pk=key)
    if fair.withdrawn_at is not None:
        raise UnableToHoldFair("withdrawn")
    return fair


def _scope_of_unit(*, unit: Unit, **arguments: object) -> Scope:
    return Scope(unit=unit.pk)


@operation("consumption.enter_fair", scope=_scope_of_unit)
def enter_fair(*, details: FairDetails, unit: Unit, files: Files, act: Act) -> Fair:
    """Enter a fair that a unit holds and submit it for review; verified, it counts as one.

    Raises: UnableToHoldFair: see its codes; UnableToKeep: a file is refused. Nothing was written.
    """
    _refuse_code(details.code)
    if not (details.title.strip() and details.venue.strip() and details.document.strip()):
        raise UnableToHoldFair("not_described")
    texts = (details.title, details.venue, details.document, details.apart)
    if any(has_identity_number(text) for text in texts):
        raise UnableToHoldFair("identity_number")
    if details.ends_on <= details.starts_on:
        raise UnableToHoldFair("ends_before_start")
    if details.starts_on < LEAST_DAY:
        raise UnableToHoldFair("too_early", first=LEAST_DAY.isoformat())
    if details.starts_on > act.on:
        raise UnableToHoldFair("in_the_future")
    if details.place.level != COUNTY:
        raise UnableToHoldFair("not_a_county")
    if not files:
        raise UnableToHoldFair("evidence_missing")
    reported = fair_reported(unit, details.code, details.starts_on, details.ends_on)
    if reported is not None and (not details.apart.strip() or reported[0] == details.code):
        raise UnableToHoldFair("reported_already", reference=reported[0], unit=reported[1])
    try:
        fair = Fair.objects.create(
            code=details.code, title=details.title.strip(), unit=unit, place=details.place, venue=details.venue.strip(),
            starts_on=details.starts_on, ends_on=details.ends_on, document=details.document.strip(),
            apart=details.apart.strip(), entered_at=act.at, entered_by=act.actor,
        )  # fmt: skip
    except IntegrityError as clash:
        if "consumption_one_fair_a_code" in str(clash):
            raise UnableToHoldFair("code_taken", code=details.code) from clash
        raise
    kind = record_type("consumption.fair")
    hang([fair.pk], files, record_type=kind, act=act)
    submit_many([fair.pk], record_type=kind, unit=unit, title=f"展销会 {fair.code} {fair.title}", act=act)
    return fair


@operation("consumption.add_stall", scope=scope_of("fair"))
def add_stall(*, fair: Fair, details: StallDetails, act: Act) -> Stall:
    """Add a stall to a fair: who exhibits, from which county, and which products it sells.

    Raises: UnableToHoldFair: see its codes; nothing was written.
    Locks: the fair.
    """
    fair = fair_for_update(fair.pk)
    for code in (details.code, details.exhibitor):
        _refuse_code(code)
    if not (details.exhibitor_name.strip() and details.proof.strip()):
        raise UnableToHoldFair("not_described")
    titles = [title.strip() for title in details.products if title.strip()]
    if any(has_identity_number(text) for text in (details.exhibitor_name, details.proof, *titles)):
        raise UnableToHoldFair("identity_number")
    if details.place.level != COUNTY:
        raise UnableToHoldFair("not_a_county")
    if fair.stalls.filter(code=details.code).exists():
        raise UnableToHoldFair("stall_taken", code=details.code)
    if not titles:
        raise UnableToHoldFair("no_products")
    keys = [good_key(title) for title in titles]
    for key, title in zip(keys, titles, strict=True):
        if keys.count(key) > 1:
            raise UnableToHoldFair("twice", title=title)
    stall = Stall.objects.create(
        fair=fair, code=details.code, exhibitor=details.exhibitor, exhibitor_name=details.exhibitor_name.strip(),
        place=details.place, proof=details.proof.strip(), entered_at=act.at, entered_by=act.actor,
    )  # fmt: skip
    goods = Good.objects.bulk_create(
        Good(
            platform=Platform.FAIR, key=good_key(f"{fair.pk}/{stall.code}/{title}")[:200], title=title,
            place=details.place, proof=stall.proof, noted_at=act.at, noted_by=act.actor,
        )
        for title in titles
    )  # fmt: skip
    Exhibit.objects.bulk_create(Exhibit(stall=stall, good=good) for good in goods)
    return stall


@operation("consumption.sell_at_fair", scope=lambda *, stall, **_: stall.fair.scope)
def sell_at_fair(
    *, stall: Stall, receipt: str, payer: str, sold_on: date, lines: Sequence[SoldLine], files: Files, apart: str = "",
    act: Act,
) -> list[int]:  # fmt: skip
    """Enter a receipt of a stall, a sale a product, paid in full, and submit it for review; return the payments' keys.

    Raises: UnableToBring: see its codes; UnableToHoldFair: ``withdrawn``; UnableToKeep: a file is refused. Nothing was written.
    Locks: the platform of fairs, then the fair.
    """
    storing.lock_platform(Platform.FAIR)
    fair = fair_for_update(stall.fair_id)
    if not lines:
        raise storing.UnableToBring("no_lines")
    if not files:
        raise storing.UnableToBring("evidence_missing")
    said = [
        {
            "row": number, "fair": fair.code, "stall": stall.code, "receipt": receipt.strip().upper(),
            "title": line.good.title, "quantity": line.quantity, "paid_yuan": Decimal(line.fen) / 100, "paid_on": sold_on,
            "payer": payer, "invoice_code": "", "invoice_number": "", "invoice_line": "", "apart": apart.strip(),
        }
        for number, line in enumerate(lines, 1)
    ]  # fmt: skip
    rows, faults = sold_at_fairs(polars.DataFrame(said), fair.unit_id)
    if faults:
        raise faults[0].refusal
    if rows["sale"].is_not_null().any():
        raise storing.UnableToBring("receipt_taken", receipt=receipt.strip())
    entries = storing.write_paid_sales(
        rows.with_columns(
            platform=polars.lit(Platform.FAIR.value),
            unit=polars.lit(fair.unit_id),
            quantity=polars.col("quantity").cast(polars.String),
            bound_for=polars.col("province"),
            upload=polars.lit(None, dtype=polars.Int64),
        ).select(list(storing.SALE)).to_dicts(),
        document=receipt.strip().upper(),
        act=act,
    )  # fmt: skip
    kind = record_type("consumption.entry")
    hang(entries, files, record_type=kind, act=act)
    submit_many(
        entries, record_type=kind, unit=fair.unit, title=f"展销会 {rows['order_no'][0]}", act=act
    )  # fmt: skip
    return entries


@operation("consumption.verify_fairs", scope=scope_of("batch"))
def verify_fairs(*, batch: Batch, act: Act) -> Batch:
    """Verify the fairs that wait on a paper, and count each as one.

    Raises: UnableToReview, UnableToPost: see their codes; nothing was written.
    Posts: ``shop.fairs``, 1, on the first day, at the venue's county.
    Locks: the paper, then its reviews.
    """
    keys = decide_batch(batch, ReviewState.VERIFIED, act=act)
    fairs = list(Fair.objects.filter(pk__in=keys).order_by("pk"))
    facts = polars.DataFrame(
        {
            "quantity": polars.Series([Decimal(1) for _ in fairs], dtype=polars.Decimal(20, 4)),
            "unit": [one.unit_id for one in fairs],
            "place": [one.place_id for one in fairs],
            "on": [one.starts_on for one in fairs],
            "subject": [one.pk for one in fairs],
            "source_id": [str(one.pk) for one in fairs],
            "identity": [one.code for one in fairs],
        }
    )
    post_many(FAIRS, facts, record_type=record_type("consumption.fair"), system=FAIR_SYSTEM, act=act)
    Fair.objects.filter(pk__in=keys).update(confirmed_at=act.at)
    return batch


@operation("consumption.return_fairs", scope=scope_of("batch"))
def return_fairs(*, batch: Batch, remark: str, act: Act) -> Batch:
    """Give the fairs that wait on a paper back, saying why; they are withdrawn and entered anew.

    Raises: UnableToReview: see its codes; nothing was written.
    Locks: the paper, then its reviews.
    """
    decide_batch(batch, ReviewState.RETURNED, remark=remark, act=act)
    return batch


@operation("consumption.withdraw_fair", scope=scope_of("fair"))
def withdraw_fair(*, fair: Fair, reason: str, remark: str, act: Act) -> Fair:
    """Withdraw a fair at which no sale stands: it counts no more, what it was stays with the reason.

    Raises: UnableToHoldFair: see its codes; nothing was written.
    Posts: the reversal of its fact, if it was counted.
    Locks: the platform of fairs, then the fair.
    """
    storing.lock_platform(Platform.FAIR)
    fair = fair_for_update(fair.pk)
    standing = Sale.objects.filter(good__exhibit__stall__fair=fair, withdrawn_at__isnull=True).count()
    if standing:
        raise UnableToHoldFair("sales_stand", count=standing)
    if Review.objects.filter(
        record_type=FAIR_TYPE, record_id=fair.pk, state=ReviewState.SUBMITTED
    ).exists():  # fmt: skip
        raise UnableToHoldFair("under_review")
    if reason not in ReversalReason.values:
        raise UnableToHoldFair("unknown_reason", reason=reason)
    if not remark.strip():
        raise UnableToHoldFair("remark_missing")
    fair.confirmed_at, fair.withdrawn_at, fair.withdrawn_by = None, act.at, act.actor
    fair.withdrawal_reason, fair.withdrawal_remark = reason, remark.strip()
    fair.save()
    facts = standing_facts_of(FAIR_TYPE, [fair.pk])
    if facts:
        reverse_many(facts, reason=reason, act=act)
    return fair
