"""What suppliers say at others' records: who supplies a product and what it lacks, and what of an order reaches growers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.urls import reverse

from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.suppliers.models import ItemKind
from bangfu.livelihoods.suppliers.queries import gaps_of, supply_of
from bangfu.livelihoods.suppliers.sharing import share_of_order
from bangfu.livelihoods.suppliers.sides import suppliers_read


def mentions(kind: str, key: int, reader: Account, on: date) -> Sequence[tuple[Words, str]]:
    """Return what the room says of a product or an order of the shop, for whoever may read its supplier."""
    if kind == "shop.product":
        return _of_product(key, reader, on)
    if kind == "shop.order":
        return _of_order(key, reader, on)
    return ()


def _of_product(key: int, reader: Account, on: date) -> Sequence[tuple[Words, str]]:
    supply = supply_of(key, on)
    if supply is None or not suppliers_read(reader, on).filter(pk=supply.supplier_id).exists():
        return ()
    lacking = len(gaps_of([supply.pk], on).get(supply.pk, []))
    whole = len(ItemKind.values)
    title = (
        both(
            "供应商：{title}，上架资料缺 {count} 项（共 {whole} 项）",
            "Supplier: {title}; {count} of {whole} papers are missing",
        )
        if lacking
        else both("供应商：{title}，上架资料齐全", "Supplier: {title}; its papers are complete")
    )  # fmt: skip
    words = title.filled(title=supply.supplier.title, count=lacking, whole=whole)
    return [(words, reverse("suppliers:supply", args=[supply.pk]))]


def _of_order(key: int, reader: Account, on: date) -> Sequence[tuple[Words, str]]:
    share = share_of_order(key)
    readable = suppliers_read(reader, on).filter(pk__in=share.suppliers)
    if share.promised_share is None or not readable.exists():
        return ()
    if share.grower_share is not None:
        words = both("售价的 {pct}% 已到农户手里", "{pct} % of the price reached growers").filled(
            pct=share.grower_share
        )
    else:
        words = both(
            "售价的 {pct}% 保底归农户，还没有结算付款",
            "{pct} % of the price is promised to growers, not settled yet",
        ).filled(pct=share.promised_share)
    return [(words, reverse("suppliers:order_share", args=[key]))]
