"""What the register of records is told of the shop's: where each is shown, whose it is, and what the drawer says of it."""

from __future__ import annotations

from django.urls import reverse

from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import RecordSummary, both
from bangfu.livelihoods.shop import queries
from bangfu.livelihoods.shop.models import (
    LABEL_WORDS,
    ORDER_STATE_WORDS,
    PAYER_WORDS,
    PRODUCT_KIND_WORDS,
    Ambassador,
    LiveSale,
    Order,
    Product,
)


def yuan(fen: int) -> str:
    """Return an amount in yuan to the fen, thousands apart.

    >>> yuan(-123_456_705)
    '-1,234,567.05'
    """
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def order_address(key: int) -> str:
    """Return the page of the order with this key."""
    return reverse("shop:order", args=[key])


def product_address(key: int) -> str:
    """Return the page of the product with this key."""
    return reverse("shop:product", args=[key])


def sale_address(key: int) -> str:
    """Return the page of the live sale with this key."""
    return reverse("shop:sale", args=[key])


def order_scope(keys: list[int]) -> dict[int, int]:
    """Return the owning unit of each order, by key; keys that do not exist are absent."""
    return dict(Order.objects.filter(pk__in=keys).values_list("pk", "unit_id"))


def product_scope(keys: list[int]) -> dict[int, int]:
    """Return the owning unit of each product, by key; keys that do not exist are absent."""
    return dict(Product.objects.filter(pk__in=keys).values_list("pk", "unit_id"))


def sale_scope(keys: list[int]) -> dict[int, int]:
    """Return the owning unit of each live sale, by key; keys that do not exist are absent."""
    return dict(LiveSale.objects.filter(pk__in=keys).values_list("pk", "channel__unit_id"))


def order_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each order, by key; nobody is named. Keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=one.number,
            rows=(
                (both("渠道", "Channel"), str(one.channel.name)),
                (both("单位", "Unit"), one.unit.name),
                (both("下单金额（元）", "Ordered (yuan)"), yuan(one.total_fen)),
                (both("已退（元）", "Refunded (yuan)"), yuan(one.refunded_fen)),
                (both("付款人", "Payer"), str(PAYER_WORDS[one.payer])),
                (both("计入", "Counts as"), str(LABEL_WORDS[one.label])),
                (both("状态", "State"), str(ORDER_STATE_WORDS[one.state])),
            ),
        )
        for one in queries.orders().filter(pk__in=keys)
    }


def product_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each product, by key; keys that do not exist are absent."""
    found = list(queries.products().filter(pk__in=keys))
    labels = place_labels({one.place_id for one in found})
    return {
        one.pk: RecordSummary(
            title=str(one.name),
            rows=(
                (both("编码", "Code"), one.code),
                (both("类别", "Kind"), str(PRODUCT_KIND_WORDS[one.kind])),
                (both("产地", "Origin"), labels[one.place_id]),
                (both("产地证明", "Certificate of origin"), one.certificate or "—"),
                (both("单位", "Unit"), one.unit.name),
            ),
        )
        for one in found
    }


def sale_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each live sale, by key; keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=str(one.name),
            rows=(
                (both("编码", "Code"), one.code),
                (both("渠道", "Channel"), str(one.channel.name)),
                (both("开始", "Begins"), f"{one.starts_at:%Y-%m-%d %H:%M}"),
                (both("结束", "Ends"), f"{one.ends_at:%Y-%m-%d %H:%M}"),
            ),
        )
        for one in queries.sales().filter(pk__in=keys)
    }


def ambassador_address(key: int) -> str:
    """Return the page of the ambassador with this key."""
    return reverse("shop:ambassador", args=[key])


def ambassador_scope(keys: list[int]) -> dict[int, int]:
    """Return the owning unit of each ambassador, by key; keys that do not exist are absent."""
    return dict(Ambassador.objects.filter(pk__in=keys).values_list("pk", "sale__channel__unit_id"))


def ambassador_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each ambassador, by key; the person is not named. Keys that do not exist are absent."""
    return {
        one.pk: RecordSummary(
            title=str(one.post),
            rows=(
                (both("直播", "Live sale"), str(one.sale.name)),
                (both("商品", "Product"), str(one.product.name)),
                (both("单位", "Unit"), str(one.unit.name)),
                (both("同意日期", "Consent given"), one.consented_on.isoformat()),
                (
                    both("同意撤回", "Consent withdrawn"),
                    one.withdrawn_on.isoformat() if one.withdrawn_on else "—",
                ),
            ),
        )
        for one in queries.ambassadors().filter(pk__in=keys)
    }
