"""What the register of records is told of carriage, coupons, returns, invoices and reviews; nobody is named."""

from __future__ import annotations

from django.urls import reverse

from bangfu.foundation.rooms import RecordSummary, both
from bangfu.livelihoods.shop import queries
from bangfu.livelihoods.shop.models import (
    COUPON_KIND_WORDS,
    INVOICE_TO_WORDS,
    REFUND_REASON_WORDS,
    RETURN_STATE_WORDS,
    REVIEW_STATE_WORDS,
    CouponBatch,
    FreightTemplate,
    InvoiceRequest,
    InvoiceTo,
    Return,
    Review,
)
from bangfu.livelihoods.shop.telling import yuan

CODE, CHANNEL, ORDER = both("编码", "Code"), both("渠道", "Channel"), both("订单", "Order")
PRODUCT, STATE = both("商品", "Product"), both("状态", "State")


def freight_address(key: int) -> str:
    """Return the page of the way of charging carriage with this key."""
    return reverse("shop:freight", args=[key])


def freight_scope(keys: list[int]) -> dict[int, int]:
    """Return the owning unit of each, by key; keys that do not exist are absent."""
    return dict(FreightTemplate.objects.filter(pk__in=keys).values_list("pk", "channel__unit_id"))


def freight_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each, by key; keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(title=str(one.name), rows=((CODE, one.code), (CHANNEL, str(one.channel.name))))
        for one in queries.freight_templates().filter(pk__in=keys)
    }


def coupon_address(key: int) -> str:
    """Return the page of the batch of coupons with this key."""
    return reverse("shop:coupon_batch", args=[key])


def coupon_scope(keys: list[int]) -> dict[int, int]:
    """Return the owning unit of each batch, by key; keys that do not exist are absent."""
    return dict(CouponBatch.objects.filter(pk__in=keys).values_list("pk", "channel__unit_id"))


def coupon_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each batch, by key; keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=str(one.name),
            rows=(
                (CODE, one.code),
                (CHANNEL, str(one.channel.name)),
                (both("种类", "Kind"), str(COUPON_KIND_WORDS[one.kind])),
                (both("张数", "Issued"), str(one.number)),
                (both("已领", "Claimed"), str(one.claimed)),
            ),
        )
        for one in queries.coupon_batches().filter(pk__in=keys)
    }


def return_address(key: int) -> str:
    """Return the page of the request to give back with this key."""
    return reverse("shop:return", args=[key])


def return_scope(keys: list[int]) -> dict[int, int]:
    """Return the owning unit of each request, by key; keys that do not exist are absent."""
    return dict(Return.objects.filter(pk__in=keys).values_list("pk", "line__order__unit_id"))


def return_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each request, by key; keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=f"{one.line.order.number} · {one.line.offer.stock.variant.product.name}",
            rows=(
                (both("件数", "Packs"), str(one.quantity)),
                (both("原因", "Why"), str(REFUND_REASON_WORDS[one.reason])),
                (STATE, str(RETURN_STATE_WORDS[one.state])),
            ),
        )
        for one in queries.returns().filter(pk__in=keys)
    }


def invoice_address(key: int) -> str:
    """Return the page of the request for an invoice with this key."""
    return reverse("shop:invoice", args=[key])


def invoice_scope(keys: list[int]) -> dict[int, int]:
    """Return the owning unit of each request, by key; keys that do not exist are absent."""
    return dict(InvoiceRequest.objects.filter(pk__in=keys).values_list("pk", "order__unit_id"))


def invoice_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each request, by key; of a person nothing. Keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=one.order.number,
            rows=(
                (both("抬头", "Made out to"), one.title or str(INVOICE_TO_WORDS[InvoiceTo.PERSON])),
                (both("发票号码", "Number"), one.number or "—"),
                (both("金额（元）", "Amount (yuan)"), yuan(one.amount_fen) if one.amount_fen else "—"),
            ),
        )
        for one in queries.invoices().filter(pk__in=keys)
    }


def review_address(key: int) -> str:
    """Return the page of the review with this key."""
    return reverse("shop:review", args=[key])


def review_scope(keys: list[int]) -> dict[int, int]:
    """Return the owning unit of each review, by key; keys that do not exist are absent."""
    return dict(Review.objects.filter(pk__in=keys).values_list("pk", "line__order__unit_id"))


def review_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each review, by key; keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=str(one.line.offer.stock.variant.product.name),
            rows=(
                (ORDER, one.line.order.number),
                (both("星", "Stars"), str(one.stars)),
                (STATE, str(REVIEW_STATE_WORDS[one.state])),
            ),
        )
        for one in queries.reviews().filter(pk__in=keys)
    }
