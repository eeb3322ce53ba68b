"""What the register of records is told of the room's: where each is shown, whose it is, and what the drawer says of it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import RecordSummary, RecordType, both
from bangfu.livelihoods.amounts import plain, yuan
from bangfu.livelihoods.consumption import queries
from bangfu.livelihoods.consumption.models import (
    ENTRY_KIND_WORDS,
    PLATFORM_WORDS,
    Agreement,
    Delivery,
    Entry,
    Fair,
    Sale,
    Scheme,
    Settlement,
)
from bangfu.livelihoods.consumption.register import (
    AGREEMENT_TYPE,
    DELIVERY_TYPE,
    ENTRY_TYPE,
    FAIR_TYPE,
    SALE_TYPE,
    SCHEME_TYPE,
    SETTLEMENT_TYPE,
)
from bangfu.livelihoods.reviewed import STATE_WORDS
from bangfu.livelihoods.shop.neighbours import LABEL_WORDS, PAYER_WORDS

Rows = tuple[tuple[Any, str], ...]


def sale_address(key: int) -> str:
    """Return the page of the sale with this key."""
    return reverse("consumption:sale", args=[key])


def entry_address(key: int) -> str:
    """Return the page of the payment or refund with this key."""
    return reverse("consumption:entry", args=[key])


def sale_scope(keys: list[int]) -> dict[int, int]:
    """Return the unit that counts each sale, by key; keys that do not exist are absent."""
    return dict(Sale.objects.filter(pk__in=keys).values_list("pk", "unit_id"))


def entry_scope(keys: list[int]) -> dict[int, int]:
    """Return the unit that counts each entry's sale, by key; keys that do not exist are absent."""
    return dict(Entry.objects.filter(pk__in=keys).values_list("pk", "sale__unit_id"))


def sale_rows(sale: Sale, place: str) -> Rows:
    """Return what is said of a sale, as label and value."""
    rows: Rows = (
        (both("平台", "Platform"), str(PLATFORM_WORDS[sale.platform])),
        (both("订单号", "Order"), sale.order_no),
        (both("订单行", "Line"), sale.line_no),
        (both("商品", "Product"), sale.good.title),
        (both("产地县", "County of origin"), place),
        (both("数量", "Quantity"), plain(sale.quantity)),
        (both("下单日期", "Ordered on"), sale.ordered_on.isoformat()),
        (both("付款方", "Payer"), str(PAYER_WORDS[sale.payer])),
        (both("计入", "Counts as"), str(LABEL_WORDS[sale.label])),
        (both("单位", "Unit"), sale.unit.name),
    )
    if sale.shop:
        rows += ((both("店铺或供应商", "Shop or supplier"), sale.shop),)
    if sale.invoice_number:
        number = " ".join(
            part for part in (sale.invoice_code, sale.invoice_number, sale.invoice_line) if part
        )
        rows += ((both("发票", "Invoice"), number),)
    return rows


def sale_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each sale, by key; keys that do not exist are absent."""
    found = list(queries.sales().filter(pk__in=keys))
    labels = place_labels({one.place_id for one in found})
    return {
        one.pk: RecordSummary(title=one.good.title, rows=sale_rows(one, labels[one.place_id]))
        for one in found
    }


def entry_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each payment and refund, by key; keys that do not exist are absent."""
    found: list[Any] = list(queries.entries().filter(pk__in=keys))
    labels = place_labels({one.sale.place_id for one in found})
    return {
        one.pk: RecordSummary(
            title=f"{ENTRY_KIND_WORDS[one.kind]} {one.sale.order_no}",
            rows=(
                (both("金额（元）", "Amount (yuan)"), yuan(one.amount_fen)),
                (both("日期", "Day"), one.happened_on.isoformat()),
                (both("状态", "State"), str(STATE_WORDS.get(one.state, ""))),
                *sale_rows(one.sale, labels[one.sale.place_id]),
            ),
        )
        for one in found
    }


def agreement_address(key: int) -> str:
    """Return the page of the agreement with this key."""
    return reverse("consumption:agreement", args=[key])


def delivery_address(key: int) -> str:
    """Return the page of the agreement under which the delivery with this key came."""
    return agreement_address(Delivery.objects.values_list("agreement_id", flat=True).get(pk=key))


def settlement_address(key: int) -> str:
    """Return the page of the agreement under which the settlement with this key was made."""
    return agreement_address(Settlement.objects.values_list("agreement_id", flat=True).get(pk=key))


def scheme_address(key: int) -> str:
    """Return the page of the welfare scheme with this key."""
    return reverse("consumption:scheme", args=[key])


def agreement_scope(keys: list[int]) -> dict[int, int]:
    """Return the unit of each agreement, by key; keys that do not exist are absent."""
    return dict(Agreement.objects.filter(pk__in=keys).values_list("pk", "unit_id"))


def delivery_scope(keys: list[int]) -> dict[int, int]:
    """Return the unit of each delivery's agreement, by key; keys that do not exist are absent."""
    return dict(Delivery.objects.filter(pk__in=keys).values_list("pk", "agreement__unit_id"))


def settlement_scope(keys: list[int]) -> dict[int, int]:
    """Return the unit of each settlement's agreement, by key; keys that do not exist are absent."""
    return dict(Settlement.objects.filter(pk__in=keys).values_list("pk", "agreement__unit_id"))


def scheme_scope(keys: list[int]) -> dict[int, int]:
    """Return the unit of each scheme, by key; keys that do not exist are absent."""
    return dict(Scheme.objects.filter(pk__in=keys).values_list("pk", "unit_id"))


def _of_agreement(one: Agreement) -> Rows:
    return (
        (both("协议", "Agreement"), f"{one.code} {one.title}"),
        (both("付款方", "Payer"), str(PAYER_WORDS[one.payer])),
        (both("供应商", "Supplier"), f"{one.supplier_name} {one.supplier}"),
        (both("合同", "Contract"), one.document),
        (both("起止", "From, to"), f"{one.starts_on} – {one.last_day}"),
        (both("单位", "Unit"), one.unit.name),
    )


def agreement_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each agreement, by key; keys that do not exist are absent."""
    found = Agreement.objects.filter(pk__in=keys).select_related("unit")
    target = both("目标（元）", "Target (yuan)")
    return {
        one.pk: RecordSummary(title=one.title, rows=(*_of_agreement(one), (target, yuan(one.target_fen))))
        for one in found
    }


def delivery_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each delivery, by key; keys that do not exist are absent."""
    found = Delivery.objects.filter(pk__in=keys).select_related("agreement__unit", "call_off")
    return {
        one.pk: RecordSummary(
            title=one.note,
            rows=(
                (both("送货日期", "Delivered on"), one.delivered_on.isoformat()),
                (both("订单", "Order"), one.call_off.number),
                *_of_agreement(one.agreement),
            ),
        )
        for one in found
    }


def settlement_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each settlement, by key; keys that do not exist are absent."""
    found = Settlement.objects.filter(pk__in=keys).select_related("agreement__unit")
    return {
        one.pk: RecordSummary(
            title=one.order_no,
            rows=(
                (both("付款日期", "Paid on"), one.paid_on.isoformat()),
                (both("金额（元）", "Amount (yuan)"), yuan(one.amount_fen)),
                (
                    both("发票", "Invoice"),
                    " ".join(part for part in (one.invoice_code, one.invoice_number) if part),
                ),
                *_of_agreement(one.agreement),
            ),
        )
        for one in found
    }


def scheme_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each welfare scheme, by key: nobody who chose, and nothing per head."""
    found = Scheme.objects.filter(pk__in=keys).select_related("unit")
    return {
        one.pk: RecordSummary(
            title=one.title,
            rows=(
                (both("编号", "Code"), one.code),
                (both("决议", "Resolution"), one.document),
                (both("可选时间", "Open"), f"{one.opens_on} – {one.last_day}"),
                (both("单位", "Unit"), one.unit.name),
            ),
        )
        for one in found
    }


def fair_address(key: int) -> str:
    """Return the page of the fair with this key."""
    return reverse("consumption:fair", args=[key])


def fair_scope(keys: list[int]) -> dict[int, int]:
    """Return the unit of each fair, by key; keys that do not exist are absent."""
    return dict(Fair.objects.filter(pk__in=keys).values_list("pk", "unit_id"))


def fair_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each fair, by key; keys that do not exist are absent."""
    found = list(Fair.objects.filter(pk__in=keys).select_related("unit"))
    labels = place_labels({one.place_id for one in found})
    return {
        one.pk: RecordSummary(
            title=one.title,
            rows=(
                (both("编号", "Code"), one.code),
                (both("地点", "Place"), f"{labels[one.place_id]} {one.venue}"),
                (both("起止", "From, to"), f"{one.starts_on} – {one.last_day}"),
                (both("依据", "Rests on"), one.document),
                (both("主办单位", "Held by"), one.unit.name),
            ),
        )
        for one in found
    }


RECORD_TYPES = (
    RecordType(
        number=ENTRY_TYPE,
        code="consumption.entry",
        title=both("店外销售的支付或退款", "Payment or refund outside the shop"),
        model="consumption.Entry",
        address=entry_address,
        summaries=entry_summaries,
        review_scope=entry_scope,
    ),
    RecordType(
        number=SALE_TYPE,
        code="consumption.sale",
        title=both("店外销售", "Sale outside the shop"),
        model="consumption.Sale",
        address=sale_address,
        summaries=sale_summaries,
        review_scope=sale_scope,
    ),
    RecordType(
        number=AGREEMENT_TYPE,
        code="consumption.agreement",
        title=both("框架协议", "Framework agreement"),
        model="consumption.Agreement",
        address=agreement_address,
        summaries=agreement_summaries,
        review_scope=agreement_scope,
    ),
    RecordType(
        number=DELIVERY_TYPE,
        code="consumption.delivery",
        title=both("送货单", "Delivery"),
        model="consumption.Delivery",
        address=delivery_address,
        summaries=delivery_summaries,
        review_scope=delivery_scope,
    ),
    RecordType(
        number=SETTLEMENT_TYPE,
        code="consumption.settlement",
        title=both("结算", "Settlement"),
        model="consumption.Settlement",
        address=settlement_address,
        summaries=settlement_summaries,
        review_scope=settlement_scope,
    ),
    RecordType(
        number=SCHEME_TYPE,
        code="consumption.scheme",
        title=both("职工福利", "Welfare scheme"),
        model="consumption.Scheme",
        address=scheme_address,
        summaries=scheme_summaries,
        review_scope=scheme_scope,
    ),
    RecordType(
        number=FAIR_TYPE,
        code="consumption.fair",
        title=both("展销会", "Product fair"),
        model="consumption.Fair",
        address=fair_address,
        summaries=fair_summaries,
        review_scope=fair_scope,
    ),
)
