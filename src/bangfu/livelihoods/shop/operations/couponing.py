"""Coupons: batches are issued by a seller, coupons claimed by buyers, used once for an order, and given back when it lapses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import F

from bangfu.foundation.operations import Act, Refusal, Scope, inside_operation, operation, scope_of
from bangfu.foundation.rooms import both
from bangfu.livelihoods.shop.discounting import worth
from bangfu.livelihoods.shop.models import (
    Buyer,
    Channel,
    Coupon,
    CouponBatch,
    CouponKind,
    CouponProduct,
    CouponUse,
    LiveSale,
    Order,
    Product,
)

MOST_COUPONS = 10_000_000


class UnableToIssue(Refusal):
    """Codes: ``words_missing``, ``code_taken``, ``unknown_kind``, ``amount_wrong``, ``percent_wrong``, ``period_backwards``,
    ``number_wrong``, ``other_sale``, ``closed_already``, ``unknown_channel``, ``unknown_product``, ``issued_otherwise``."""

    sentences = {
        "words_missing": both("请填写编码和中英文名称。", "Enter a code and the names in both languages."),
        "code_taken": both("编码 {code} 已被使用。请换一个。", "The code {code} is taken. Choose another."),
        "unknown_kind": both("没有“{kind}”这种优惠券。", "There is no coupon of the kind {kind}."),
        "amount_wrong": both(
            "满减的面额须大于零，并小于使用门槛，否则没有可付的。",
            "The amount is above zero and below the sum it is used from, or nothing would be left to pay.",
        ),
        "percent_wrong": both(
            "折扣须减 1% 到 99%，并写明最多减多少。",
            "A percentage takes 1 to 99 off, and says the most it takes off.",
        ),
        "period_backwards": both("结束须在开始之后，并且还没有过。", "The end lies after the beginning, and ahead."),
        "number_wrong": both(
            "张数须是 1 到一千万的整数，每人限领不超过总张数。",
            "Issue 1 to 10,000,000 coupons, and to each buyer no more than there are.",
        ),
        "other_sale": both("这场直播不属于这个渠道。请另选。", "The live sale is another channel's. Choose one of this."),
        "closed_already": both("已经停止发放。", "It is closed already."),
        "unknown_channel": both(
            "本单位没有编码为 {code} 的渠道。请核对，或先开设。",
            "Your unit has no channel {code}. Check the code, or open it first.",
        ),
        "unknown_product": both("没有编码为 {code} 的商品。请核对。", "There is no product {code}. Check the code."),
        "issued_otherwise": both(
            "编码 {code} 已发放，内容不同；发出去的不能再改。请换一个编码。",
            "{code} is issued with other terms, which stay. Give these another code.",
        ),
    }  # fmt: skip


class UnableToClaim(Refusal):
    """Codes: ``not_open``, ``none_left``, ``has_all``."""

    sentences = {
        "not_open": both("这种优惠券现在不能领。请看领用时间。", "This coupon cannot be claimed now. See when it can."),
        "none_left": both("已经领完了。", "All of them are claimed."),
        "has_all": both("您已经领过了。", "You have claimed yours."),
    }  # fmt: skip


class UnableToUseCoupon(Refusal):
    """Codes: ``not_yours``, ``used_already``, ``not_valid_now``, ``other_goods``, ``too_little``."""

    sentences = {
        "not_yours": both("没有这张优惠券。请重选。", "There is no such coupon of yours. Choose another."),
        "used_already": both(
            "这张优惠券已用于另一个订单。请换一张，或不用券。",
            "This coupon was used for another order. Choose another, or none.",
        ),
        "not_valid_now": both(
            "这张优惠券不在有效期内。请换一张，或不用券。",
            "This coupon is not valid now. Choose another, or none.",
        ),
        "other_goods": both(
            "这张优惠券不能用于这些商品。请换一张，或不用券。",
            "This coupon is not for these goods. Choose another, or none.",
        ),
        "too_little": both(
            "满 {needed} 元才能用这张券，现在是 {found} 元。请多选些，或不用券。",
            "This coupon is from {needed} yuan, and the goods come to {found}. Take more, or no coupon.",
        ),
    }


@dataclass(frozen=True)
class CouponDetails:
    """What coupons of a batch are worth, when and for how many."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    from_fen: int
    """From which sum of the goods that it is for."""
    starts_at: datetime
    ends_at: datetime
    number: int
    per_buyer: int = 1
    off_fen: int | None = None
    """Of an amount."""
    off_pct: int | None = None
    """Of a percentage: hundredths off, 1 to 99."""
    cap_fen: int | None = None
    """Of a percentage: the most that it takes off."""


@operation("shop.issue_coupons", scope=scope_of("channel"))
def issue_coupons(
    *,
    channel: Channel,
    details: CouponDetails,
    sale: LiveSale | None = None,
    products: Sequence[Product] = (),
    act: Act,
) -> CouponBatch:
    """Issue a batch of coupons for a channel, or for one of its live sales; for some products alone, or all.

    Raises: UnableToIssue: see its codes; nothing was written.
    """
    check_details(details, act.at)
    if sale is not None and sale.channel_id != channel.pk:
        raise UnableToIssue("other_sale")
    code = details.code.strip()
    if CouponBatch.objects.filter(code=code).exists():
        raise UnableToIssue("code_taken", code=code)
    is_amount = details.kind == CouponKind.AMOUNT
    batch = CouponBatch.objects.create(
        channel=channel, sale=sale, code=code, name_zh=details.name_zh.strip(), name_en=details.name_en.strip(),
        kind=details.kind, from_fen=details.from_fen, starts_at=details.starts_at, ends_at=details.ends_at,
        number=details.number, per_buyer=details.per_buyer, off_fen=details.off_fen if is_amount else None,
        off_pct=None if is_amount else details.off_pct, cap_fen=None if is_amount else details.cap_fen,
        entered_at=act.at, entered_by=act.actor,
    )  # fmt: skip
    named = sorted({one.pk for one in products})
    CouponProduct.objects.bulk_create([CouponProduct(batch=batch, product_id=key) for key in named])
    return batch


def check_details(details: CouponDetails, at: datetime) -> None:
    """Refuse what cannot be issued at a moment.

    Raises: UnableToIssue: see its codes, but for those of what is known already.
    """
    if not all(text.strip() for text in (details.code, details.name_zh, details.name_en)):
        raise UnableToIssue("words_missing")
    if details.kind not in CouponKind.values:
        raise UnableToIssue("unknown_kind", kind=details.kind)
    if details.kind == CouponKind.AMOUNT and not 0 < (details.off_fen or 0) < details.from_fen:
        raise UnableToIssue("amount_wrong")
    is_percent = details.kind == CouponKind.PERCENT
    if is_percent and not (
        1 <= (details.off_pct or 0) <= 99 and (details.cap_fen or 0) > 0 and details.from_fen >= 0
    ):
        raise UnableToIssue("percent_wrong")
    if details.ends_at <= max(details.starts_at, at):
        raise UnableToIssue("period_backwards")
    if not 0 < details.per_buyer <= min(details.number, 1_000) or details.number > MOST_COUPONS:
        raise UnableToIssue("number_wrong")


@operation("shop.close_coupons", scope=scope_of("batch"))
def close_coupons(*, batch: CouponBatch, act: Act) -> CouponBatch:
    """Let no coupon of a batch be claimed any more; those that were claimed are good until the end.

    Raises: UnableToIssue: ``closed_already``; nothing was written.
    Locks: the batch.
    """
    now = CouponBatch.objects.select_for_update().get(pk=batch.pk)
    if now.closed_at is not None or now.ends_at <= act.at:
        raise UnableToIssue("closed_already")
    now.closed_at = act.at
    now.save(update_fields=["closed_at"])
    return now


@operation("shop.claim_coupon", scope=lambda **_: Scope())
def claim_coupon(*, batch: CouponBatch, buyer: Buyer, act: Act) -> Coupon:
    """Give a buyer one coupon of a batch, while some are left.

    Raises: UnableToClaim: see its codes; nothing was written.
    Locks: the batch.
    """
    now = CouponBatch.objects.select_for_update().get(pk=batch.pk)
    if not now.starts_at <= act.at < now.ends_at or now.closed_at is not None:
        raise UnableToClaim("not_open")
    turn = Coupon.objects.filter(batch=now, buyer=buyer).count() + 1
    if turn > now.per_buyer:
        raise UnableToClaim("has_all")
    if now.claimed >= now.number:
        raise UnableToClaim("none_left")
    CouponBatch.objects.filter(pk=now.pk).update(claimed=F("claimed") + 1)
    return Coupon.objects.create(batch=now, buyer=buyer, turn=turn, claimed_at=act.at)


@dataclass(frozen=True, slots=True)
class Priced:
    """One line of an order as a coupon looks at it."""

    line: int
    product: int
    goods_fen: int


def lines_for(batch: CouponBatch, lines: Sequence[Priced]) -> list[Priced]:
    """Return the lines whose goods a batch is for."""
    named = set(CouponProduct.objects.filter(batch=batch).values_list("product", flat=True))
    return [one for one in lines if not named or one.product in named]


def discount_of(
    batch: CouponBatch, *, channel: int, sale: int | None, lines: Sequence[Priced], at: datetime
) -> int:
    """Return what a coupon of a batch takes off an order, in fen.

    Args:
        sale: the order's live sale; null = none.

    Raises: UnableToUseCoupon: ``not_valid_now``, ``other_goods``, ``too_little``.
    """
    if not batch.starts_at <= at < batch.ends_at:
        raise UnableToUseCoupon("not_valid_now")
    if batch.channel_id != channel or (batch.sale_id is not None and batch.sale_id != sale):
        raise UnableToUseCoupon("other_goods")
    goods = sum(one.goods_fen for one in lines_for(batch, lines))
    if not goods:
        raise UnableToUseCoupon("other_goods")
    found = worth(
        goods, from_fen=batch.from_fen, off_fen=batch.off_fen, off_pct=batch.off_pct, cap_fen=batch.cap_fen
    )
    if not found:
        needed = max(batch.from_fen, 1)
        raise UnableToUseCoupon("too_little", needed=f"{needed / 100:.2f}", found=f"{goods / 100:.2f}")
    return found


def use_coupon(
    coupon: int, *, order: Order, lines: Sequence[Priced], act: Act
) -> tuple[CouponBatch, int]:  # the discount in fen
    """Use a coupon of the order's buyer for it, inside the operation that agrees to the order's terms.

    Raises: UnableToUseCoupon: see its codes; nothing was written.
    Locks: the coupon.
    """
    inside_operation()
    found = Coupon.objects.select_for_update().filter(pk=coupon, buyer=order.buyer_id).first()
    if found is None:
        raise UnableToUseCoupon("not_yours")
    batch = CouponBatch.objects.get(pk=found.batch_id)
    if CouponUse.objects.filter(coupon=found, given_back_at=None).exists():
        raise UnableToUseCoupon("used_already")
    discount = discount_of(batch, channel=order.channel_id, sale=order.sale_id, lines=lines, at=act.at)
    CouponUse.objects.create(coupon=found, order=order, discount_fen=discount, used_at=act.at)
    return batch, discount


def give_back_coupons(orders: Sequence[int], *, act: Act) -> None:
    """Let the coupons of orders that were cancelled be used again, inside the operation that cancels them."""
    inside_operation()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE shop_couponuse SET given_back_at = %s WHERE order_id = ANY(%s) AND given_back_at IS NULL",
            [act.at, list(orders)],
        )
