"""What the register of records is told of the room's: where each is shown, whose it is, and what the drawer says of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.urls import reverse

from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import RecordSummary, RecordType, Words, both
from bangfu.livelihoods.amounts import yuan as whole_yuan
from bangfu.livelihoods.industries.neighbours import OPERATOR_WORDS
from bangfu.livelihoods.suppliers import queries
from bangfu.livelihoods.suppliers.couriers import COURIER_WORDS
from bangfu.livelihoods.suppliers.models import (
    CATEGORY_WORDS,
    ITEM_WORDS,
    PROOF_WORDS,
    STAGE_WORDS,
    STATEMENT_WORDS,
    TICKET_WORDS,
    Parcel,
    Proof,
    Step,
    Supplier,
    Terms,
)
from bangfu.livelihoods.suppliers.register import (
    PARCEL_TYPE,
    PROOF_TYPE,
    STATEMENT_TYPE,
    STEP_TYPE,
    SUPPLIER_TYPE,
    SUPPLY_TYPE,
    TERMS_TYPE,
    TICKET_TYPE,
)

Rows = tuple[tuple[Any, str], ...]


def yuan(fen: int) -> str:
    """Return an amount in yuan to the fen, thousands apart, with its sign.

    >>> yuan(-123_456_705)
    '-1,234,567.05'
    """
    return f"-{whole_yuan(-fen)}" if fen < 0 else whole_yuan(fen)


def percent(bp: int) -> str:
    """Return ten-thousandths as percent.

    >>> percent(500), percent(65), percent(1250)
    ('5%', '0.65%', '12.5%')
    """
    whole, rest = divmod(bp, 100)
    return f"{whole}{f'.{rest:02d}'.rstrip('0') if rest else ''}%"


def supplier_address(key: int) -> str:
    """Return the page of the supplier with this key."""
    return reverse("suppliers:supplier", args=[key])


def step_address(key: int) -> str:
    """Return the page of the step with this key."""
    return reverse("suppliers:step", args=[key])


def supply_address(key: int) -> str:
    """Return the page of the supplied product with this key."""
    return reverse("suppliers:supply", args=[key])


def proof_address(key: int) -> str:
    """Return the page of the product for which the proof with this key was handed in."""
    return supply_address(Proof.objects.values_list("item__supply_id", flat=True).get(pk=key))


def ticket_address(key: int) -> str:
    """Return the page of the ticket with this key."""
    return reverse("suppliers:ticket", args=[key])


def parcel_address(key: int) -> str:
    """Return the list of parcels, narrowed to the one with this key."""
    waybill = Parcel.objects.values_list("waybill", flat=True).get(pk=key)
    return f"{reverse('suppliers:parcels')}?q={waybill}"


def statement_address(key: int) -> str:
    """Return the page of the statement with this key."""
    return reverse("suppliers:statement", args=[key])


def terms_address(key: int) -> str:
    """Return the page of the supplier whose terms have this key."""
    return supplier_address(Terms.objects.values_list("supplier_id", flat=True).get(pk=key))


def _of_supplier(one: Supplier) -> Rows:
    return ((both("供应商", "Supplier"), f"{one.title} {one.code}"), (both("单位", "Unit"), one.unit.name))


def _told(
    found: Callable[[], QuerySet[Any]], title: Callable[[Any], str], rows: Callable[[Any], Rows]
) -> Callable[[list[int]], dict[int, RecordSummary]]:
    """Return what gives what the drawer shows of each record, by key; keys that do not exist are absent."""

    def of(keys: list[int]) -> dict[int, RecordSummary]:
        return {
            one.pk: RecordSummary(title=title(one), rows=rows(one)) for one in found().filter(pk__in=keys)
        }

    return of


def supplier_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each supplier, by key; nobody is named."""
    found = list(queries.suppliers().filter(pk__in=keys))
    labels = place_labels({one.place_id for one in found})
    return {
        one.pk: RecordSummary(
            title=one.title,
            rows=(
                (both("信用代码", "Credit code"), one.code),
                (both("类型", "Kind"), str(OPERATOR_WORDS[one.kind])),
                (both("所在县", "County"), labels[one.place_id]),
                (both("阶段", "Stage"), str(STAGE_WORDS[one.stage])),
                (both("单位", "Unit"), one.unit.name),
            ),
        )
        for one in found
    }


def step_title(one: Step) -> str:
    """Return what a step is called: from which stage to which."""
    return f"{STAGE_WORDS[one.from_stage]} → {STAGE_WORDS[one.to_stage]}"


def _step_rows(one: Any) -> Rows:
    return (
        (both("阶段", "Stage"), step_title(one)),
        (both("日期", "Day"), one.reached_on.isoformat()),
        (both("说明", "In words"), one.words),
        *_of_supplier(one.supplier),
    )


def _supply_rows(one: Any) -> Rows:
    last = one.last_day.isoformat() if one.last_day else ""
    return (
        (both("商品", "Product"), str(one.product.name)),
        (both("起止", "From, to"), f"{one.starts_on} – {last}"),
        *_of_supplier(one.supplier),
    )


def _proof_rows(one: Any) -> Rows:
    rows: Rows = (
        (both("商品", "Product"), str(one.item.supply.product.name)),
        (both("状态", "State"), str(PROOF_WORDS[one.state])),
    )
    if one.number:
        rows += ((both("编号", "Number"), one.number),)
    if one.issuer:
        rows += ((both("机构", "Issued by"), one.issuer),)
    if one.expires_on:
        rows += ((both("有效期至", "In force until"), one.expires_on.isoformat()),)
    return (*rows, *_of_supplier(one.item.supply.supplier))


def _ticket_rows(one: Any) -> Rows:
    return (
        (both("类别", "Category"), str(CATEGORY_WORDS[one.category])),
        (both("状态", "State"), str(TICKET_WORDS[one.state])),
        (both("期限", "Due on"), one.due_on.isoformat()),
        *_of_supplier(one.supplier),
    )


def _parcel_rows(one: Any) -> Rows:
    return (
        (both("快递公司", "Courier"), str(COURIER_WORDS[one.courier])),
        (both("订单", "Order"), one.order.number),
        (both("件数", "Packs"), str(one.pack_count or 0)),
        *_of_supplier(one.supplier),
    )


def _statement_rows(one: Any) -> Rows:
    return (
        (both("结算期", "Period"), f"{one.starts_on} – {one.last_day}"),
        (both("应付（元）", "Due (yuan)"), yuan(one.due_fen)),
        (both("状态", "State"), str(STATEMENT_WORDS[one.state])),
        *_of_supplier(one.supplier),
    )


def _terms_rows(one: Any) -> Rows:
    return (
        (both("起始", "From"), one.starts_on.isoformat()),
        (both("佣金", "Commission"), percent(one.commission_bp)),
        (both("平台费", "Platform fee"), percent(one.platform_bp)),
        (both("每单运费（元）", "Freight of an order (yuan)"), yuan(one.freight_fen)),
        *_of_supplier(one.supplier),
    )


def _proofs() -> QuerySet[Proof]:
    return Proof.objects.select_related("item__supply__supplier__unit", "item__supply__product")


def _terms() -> QuerySet[Terms]:
    return Terms.objects.select_related("supplier__unit")


def _type(
    number: int, code: str, title: Words, address: Callable[[int], str], summaries: Any, way: str, model: str
) -> RecordType:
    def scope(keys: list[int]) -> dict[int, int]:
        return dict(apps.get_model(model)._default_manager.filter(pk__in=keys).values_list("pk", way))

    return RecordType(
        number=number, code=f"suppliers.{code}", title=title, model=model, address=address, summaries=summaries,
        review_scope=scope,
    )  # fmt: skip


RECORD_TYPES = (
    _type(SUPPLIER_TYPE, "supplier", both("供应商", "Supplier"), supplier_address, supplier_summaries, "unit_id",
          "suppliers.Supplier"),
    _type(STEP_TYPE, "step", both("供应商阶段", "Stage of a supplier"), step_address,
          _told(queries.steps, step_title, _step_rows), "supplier__unit_id", "suppliers.Step"),
    _type(SUPPLY_TYPE, "supply", both("供货商品", "Supplied product"), supply_address,
          _told(queries.supplies, lambda one: str(one.product.name), _supply_rows), "supplier__unit_id", "suppliers.Supply"),
    _type(PROOF_TYPE, "proof", both("上架资料", "Paper of a product"), proof_address,
          _told(_proofs, lambda one: str(ITEM_WORDS[one.item.kind]), _proof_rows), "item__supply__supplier__unit_id",
          "suppliers.Proof"),
    _type(TICKET_TYPE, "ticket", both("供应商工单", "Ticket of a supplier"), ticket_address,
          _told(queries.tickets, lambda one: one.title, _ticket_rows), "supplier__unit_id", "suppliers.Ticket"),
    _type(PARCEL_TYPE, "parcel", both("供应商包裹", "Parcel of a supplier"), parcel_address,
          _told(queries.parcels, lambda one: one.waybill, _parcel_rows), "supplier__unit_id", "suppliers.Parcel"),
    _type(STATEMENT_TYPE, "statement", both("供应商结算单", "Statement of a supplier"), statement_address,
          _told(queries.statements, lambda one: one.number, _statement_rows), "supplier__unit_id", "suppliers.Statement"),
    _type(TERMS_TYPE, "terms", both("供应商合同条款", "Terms with a supplier"), terms_address,
          _told(_terms, lambda one: one.document, _terms_rows), "supplier__unit_id", "suppliers.Terms"),
)  # fmt: skip
