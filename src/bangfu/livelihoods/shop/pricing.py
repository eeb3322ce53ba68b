"""What goods come to for a buyer, before and after they are ordered: carriage by the templates in force, and coupons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bangfu.livelihoods.shop.freight import Carriage, Packed, Rate, Tariff, carriage_of
from bangfu.livelihoods.shop.models import (
    FreightBasis,
    FreightPick,
    FreightRate,
    FreightTemplate,
    FreightVersion,
    Order,
)
from bangfu.livelihoods.shop.operations.couponing import Priced


@dataclass(frozen=True, slots=True)
class Chosen:
    """So many packs of something, at the price of now or of the order."""

    line: int
    """The order line's key; of what is not ordered yet its offer's."""
    product: int
    variant: int
    packs: int
    pack_g: int
    price_fen: int

    @property
    def goods_fen(self) -> int:
        """What the packs cost."""
        return self.packs * self.price_fen


def chosen_of(order: Order) -> list[Chosen]:
    """Return the lines of an order as they are reckoned."""
    lines = order.lines.select_related("offer__stock__variant").order_by("pk")
    return [
        Chosen(
            one.pk, one.offer.stock.variant.product_id, one.offer.stock.variant_id, one.quantity,
            one.offer.stock.variant.net_weight_g, one.unit_price_fen,
        )
        for one in lines
    ]  # fmt: skip


def priced(lines: Iterable[Chosen]) -> list[Priced]:
    """Return lines as coupons look at them."""
    return [Priced(one.line, one.product, one.goods_fen) for one in lines]


def tariffs_at(templates: Iterable[int], at: datetime) -> dict[int, Tariff]:
    """Return how templates charge at a moment, by template; one that has no version yet is absent."""
    versions = (
        FreightVersion.objects.filter(template__in=set(templates), valid_from__lte=at)
        .order_by("template", "-valid_from")
        .distinct("template")
    )
    found = {one.pk: one for one in versions}
    rates: dict[int, dict[int | None, Rate | None]] = {key: {} for key in found}
    for one in FreightRate.objects.filter(version__in=found):
        rate = Rate(one.first_fen, one.further_fen) if one.is_served else None
        rates[one.version_id][one.province_id] = rate
    return {
        one.template_id: Tariff(
            is_by_weight=one.basis == FreightBasis.WEIGHT,
            first=one.first,
            further=one.further,
            free_from_fen=one.free_from_fen,
            provinces={key: rate for key, rate in rates[one.pk].items() if key is not None},
            elsewhere=rates[one.pk].get(None),
        )
        for one in found.values()
    }


def templates_for(channel: int, lines: Sequence[Chosen]) -> dict[int, int | None]:  # by variant
    """Return which template holds for each pack in a channel: its own, its product's, the channel's usual one; null = none."""
    variants, products = {one.variant for one in lines}, {one.product for one in lines}
    picks = FreightPick.objects.filter(channel=channel)
    by_variant = dict(picks.filter(variant__in=variants).values_list("variant", "template"))
    by_product = dict(picks.filter(product__in=products).values_list("product", "template"))
    usual = (
        FreightTemplate.objects.filter(channel=channel, is_usual=True).values_list("pk", flat=True).first()
    )
    return {one.variant: by_variant.get(one.variant, by_product.get(one.product, usual)) for one in lines}


def carriage_for(channel: int, lines: Sequence[Chosen], *, province: int, at: datetime) -> Carriage:
    """Return what carriage of lines of one channel costs to a province at a moment."""
    templates = templates_for(channel, lines)
    packed = [
        Packed(one.line, templates[one.variant], one.packs * one.pack_g, one.packs, one.goods_fen)
        for one in lines
    ]
    return carriage_of(
        packed, tariffs_at({one for one in templates.values() if one is not None}, at), province
    )
