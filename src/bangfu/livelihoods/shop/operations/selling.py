"""Where is sold and what is there: channels and warehouses, stock, offers, live sales, and who buys."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from bangfu.foundation.operations import Act, Scope, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people import vault
from bangfu.foundation.people.operations import enter_person
from bangfu.foundation.places.models import Place
from bangfu.livelihoods.industries.neighbours import Lot, draw_down_lot
from bangfu.livelihoods.shop.models import (
    Buyer,
    Channel,
    ChannelKind,
    LiveSale,
    MovementKind,
    Offer,
    Payer,
    Receipt,
    Recipient,
    Stock,
    StockMovement,
    Variant,
    Warehouse,
)
from bangfu.livelihoods.shop.operations.refusing import UnableToSell, check_words, of_unit
from bangfu.livelihoods.shop.operations.storing import Moved, move_stock

ADDRESS_COLUMN = "shop_address"
"""Under which name a recipient's address is sealed."""


def _of_stock(*, stock: Stock, **arguments: object) -> Scope:
    return stock.warehouse.scope


@operation("shop.open_channel", scope=of_unit)
def open_channel(
    *,
    unit: Unit,
    code: str,
    name_zh: str,
    name_en: str,
    kind: str,
    opened_on: date,
    pay_within_min: int | None = 30,
    platform: str = "",
    shop: str = "",
    team: str = "",
    act: Act,
) -> Channel:
    """Open a channel in which a unit sells.

    Args:
        pay_within_min: how long an order keeps its stock without being paid; null = it never lapses.
        platform: whose platform it is on, what its ``shop`` there is called, and which ``team`` runs it; empty: not said.

    Raises: UnableToSell: see its codes; nothing was written.
    """
    check_words(code, name_zh, name_en)
    if kind not in ChannelKind.values:
        raise UnableToSell("unknown_kind", kind=kind)
    if pay_within_min is not None and pay_within_min <= 0:
        raise UnableToSell("limit_wrong")
    if Channel.objects.filter(code=code.strip()).exists():
        raise UnableToSell("code_taken", code=code.strip())
    return Channel.objects.create(
        unit=unit, code=code.strip(), name_zh=name_zh.strip(), name_en=name_en.strip(), kind=kind, opened_on=opened_on,
        pay_within_min=pay_within_min, platform=platform.strip(), shop=shop.strip(), team=team.strip(),
    )  # fmt: skip


@operation("shop.revise_channel", scope=scope_of("channel"))
def revise_channel(
    *,
    channel: Channel,
    name_zh: str,
    name_en: str,
    pay_within_min: int | None,
    platform: str = "",
    shop: str = "",
    team: str = "",
    act: Act,
) -> Channel:
    """Change what a channel is called, where it is, who runs it, and how long its orders wait to be paid; orders that stand keep
    their time.

    Raises: UnableToSell: ``words_missing``, ``limit_wrong``; nothing was written.
    """
    check_words(channel.code, name_zh, name_en)
    if pay_within_min is not None and pay_within_min <= 0:
        raise UnableToSell("limit_wrong")
    channel.name_zh, channel.name_en = name_zh.strip(), name_en.strip()
    channel.pay_within_min = pay_within_min
    channel.platform, channel.shop, channel.team = platform.strip(), shop.strip(), team.strip()
    channel.save(update_fields=["name_zh", "name_en", "pay_within_min", "platform", "shop", "team"])
    return channel


@operation("shop.close_channel", scope=scope_of("channel"))
def close_channel(*, channel: Channel, on: date, act: Act) -> Channel:
    """Close a channel from a day on.

    Raises: UnableToSell: ``closed_already``, ``period_backwards``; nothing was written.
    """
    if channel.closed_on is not None:
        raise UnableToSell("closed_already")
    if on <= channel.opened_on:
        raise UnableToSell("period_backwards")
    channel.closed_on = on
    channel.save(update_fields=["closed_on"])
    return channel


@operation("shop.open_warehouse", scope=of_unit)
def open_warehouse(*, unit: Unit, code: str, name_zh: str, name_en: str, place: Place, act: Act) -> Warehouse:
    """Enter where a unit's goods lie.

    Raises: UnableToSell: see its codes; nothing was written.
    """
    check_words(code, name_zh, name_en)
    if Warehouse.objects.filter(code=code.strip()).exists():
        raise UnableToSell("code_taken", code=code.strip())
    return Warehouse.objects.create(
        unit=unit, code=code.strip(), name_zh=name_zh.strip(), name_en=name_en.strip(), place=place
    )


@operation("shop.revise_warehouse", scope=scope_of("warehouse"))
def revise_warehouse(
    *, warehouse: Warehouse, name_zh: str, name_en: str, place: Place, act: Act
) -> Warehouse:
    """Change what a warehouse is called and where it stands.

    Raises: UnableToSell: ``words_missing``; nothing was written.
    """
    check_words(warehouse.code, name_zh, name_en)
    warehouse.name_zh, warehouse.name_en, warehouse.place = name_zh.strip(), name_en.strip(), place
    warehouse.save(update_fields=["name_zh", "name_en", "place"])
    return warehouse


@operation("shop.receive_stock", scope=scope_of("warehouse"))
def receive_stock(
    *,
    warehouse: Warehouse,
    variant: Variant,
    quantity: int,
    document: str = "",
    lot: Lot | None = None,
    act: Act,
) -> Stock:
    """Note that packs of a variant came into a warehouse, and from which lot: a lot gives no more than was harvested.

    Args:
        document: number of the delivery note; empty where there is none.
        lot: the verified lot that they were packed from; null = no lot is known.

    Raises: UnableToSell: ``quantity_wrong``, ``lot_elsewhere``; UnableToTrace: ``not_verified``, ``lot_short``. Nothing was
        written.
    Locks: the stock, then the lot.
    """
    if quantity <= 0:
        raise UnableToSell("quantity_wrong")
    if lot is not None and lot.industry.place_id != variant.product.place_id:
        raise UnableToSell("lot_elsewhere", lot=lot.code)
    stock, _ = Stock.objects.get_or_create(warehouse=warehouse, variant=variant, sale=None)
    move_stock([Moved(stock.pk, quantity, 0)], MovementKind.RECEIVED, act=act)
    if lot is not None or document.strip():
        movement = StockMovement.objects.filter(stock=stock).latest("pk")
        Receipt.objects.create(movement=movement, document=document.strip(), lot=lot)
        if lot is not None:
            kg = Decimal(quantity * variant.net_weight_g) / 1000
            draw_down_lot(lot=lot.pk, kg=kg, reference=f"shop.receipt:{movement.pk}", on=act.on, act=act)
    stock.refresh_from_db()
    return stock


@operation("shop.count_stock", scope=_of_stock)
def count_stock(*, stock: Stock, physical: int, act: Act) -> Stock:
    """Put a stock right by what was counted; what orders reserve cannot be counted away.

    Raises: UnableToSell: ``not_enough``, ``quantity_wrong``; nothing was written.
    Locks: the stock.
    """
    now = Stock.objects.select_for_update().get(pk=stock.pk)
    if physical == now.physical or physical < 0:
        raise UnableToSell("quantity_wrong")
    if physical < now.reserved:
        raise UnableToSell("not_enough", free=now.free)
    move_stock([Moved(stock.pk, physical - now.physical, 0)], MovementKind.COUNTED, act=act)
    stock.refresh_from_db()
    return stock


@operation("shop.set_apart", scope=scope_of("sale"))
def set_apart(*, sale: LiveSale, variant: Variant, warehouse: Warehouse, quantity: int, act: Act) -> Stock:
    """Set free packs of a warehouse apart for a live sale, or, below zero, bring back what it did not sell.

    Raises: UnableToSell: ``quantity_wrong``, ``not_enough``; nothing was written.
    Locks: both stocks, in order of their keys.
    """
    if quantity == 0:
        raise UnableToSell("quantity_wrong")
    pair = [
        Stock.objects.get_or_create(warehouse=warehouse, variant=variant, sale=one)[0].pk
        for one in (None, sale)
    ]
    locked = {one.pk: one for one in Stock.objects.select_for_update().filter(pk__in=pair).order_by("pk")}
    giving = locked[pair[0] if quantity > 0 else pair[1]]
    if giving.free < abs(quantity):
        raise UnableToSell("not_enough", free=giving.free)
    move_stock([Moved(pair[0], -quantity, 0), Moved(pair[1], quantity, 0)], MovementKind.SET_APART, act=act)
    return Stock.objects.get(pk=pair[1])


@operation("shop.offer_stock", scope=scope_of("channel"))
def offer_stock(
    *,
    channel: Channel,
    stock: Stock,
    opens_at: datetime,
    closes_at: datetime | None = None,
    per_buyer: int | None = None,
    act: Act,
) -> Offer:
    """Offer a stock in a channel from a moment on; one set apart for a live sale is offered while that lasts.

    Args:
        per_buyer: how many packs one buyer may have; null = as many as there are.

    Raises: UnableToSell: see its codes; nothing was written.
    """
    if stock.sale is not None:
        if stock.sale.channel_id != channel.pk:
            raise UnableToSell("other_sale")
        opens_at, closes_at = stock.sale.starts_at, stock.sale.ends_at
    if closes_at is not None and closes_at <= opens_at:
        raise UnableToSell("period_backwards")
    if per_buyer is not None and per_buyer <= 0:
        raise UnableToSell("limit_wrong")
    if Offer.objects.filter(channel=channel, stock=stock).exists():
        raise UnableToSell("offered_already")
    return Offer.objects.create(
        channel=channel, stock=stock, opens_at=opens_at, closes_at=closes_at, per_buyer=per_buyer
    )


@operation("shop.close_offer", scope=scope_of("offer"))
def close_offer(*, offer: Offer, act: Act) -> Offer:
    """Sell nothing of an offer any more from now on; orders that stand go on.

    Raises: UnableToSell: ``closed_already``; nothing was written.
    """
    now = Offer.objects.select_for_update().get(pk=offer.pk)
    if now.closes_at is not None and now.closes_at <= act.at:
        raise UnableToSell("closed_already")
    if act.at <= now.opens_at:
        raise UnableToSell("period_backwards")
    now.closes_at = act.at
    now.save(update_fields=["closes_at"])
    return now


@operation("shop.plan_sale", scope=scope_of("channel"))
def plan_sale(
    *,
    channel: Channel,
    code: str,
    name_zh: str,
    name_en: str,
    starts_at: datetime,
    ends_at: datetime,
    act: Act,
) -> LiveSale:
    """Plan a live sale of a channel; what is set apart for it is sold while it lasts.

    Raises: UnableToSell: see its codes; nothing was written.
    """
    check_words(code, name_zh, name_en)
    if ends_at <= starts_at:
        raise UnableToSell("period_backwards")
    if LiveSale.objects.filter(code=code.strip()).exists():
        raise UnableToSell("code_taken", code=code.strip())
    return LiveSale.objects.create(
        channel=channel, code=code.strip(), name_zh=name_zh.strip(), name_en=name_en.strip(), starts_at=starts_at,
        ends_at=ends_at, entered_at=act.at, entered_by=act.actor,
    )  # fmt: skip


@operation("shop.revise_sale", scope=scope_of("sale"))
def revise_sale(
    *, sale: LiveSale, name_zh: str, name_en: str, starts_at: datetime, ends_at: datetime, act: Act
) -> LiveSale:
    """Change what a live sale is called and when it is, while it is not over; its offers follow its time.

    Raises: UnableToSell: ``words_missing``, ``period_backwards``, ``sale_over``, ``sale_begun``; nothing was written.
    Locks: the sale.
    """
    check_words(sale.code, name_zh, name_en)
    now = LiveSale.objects.select_for_update().get(pk=sale.pk)
    if now.ends_at <= act.at:
        raise UnableToSell("sale_over")
    if now.starts_at <= act.at and starts_at != now.starts_at:
        raise UnableToSell("sale_begun")
    if ends_at <= max(starts_at, act.at):
        raise UnableToSell("period_backwards")
    moved = Offer.objects.filter(stock__sale=sale, opens_at=now.starts_at, closes_at=now.ends_at)
    moved.update(opens_at=starts_at, closes_at=ends_at)
    now.name_zh, now.name_en = name_zh.strip(), name_en.strip()
    now.starts_at, now.ends_at = starts_at, ends_at
    now.save(update_fields=["name_zh", "name_en", "starts_at", "ends_at"])
    return now


@operation("shop.admit_buyers", scope=lambda **_: Scope())
def admit_buyers(*, payer: str, count: int = 1, act: Act) -> list[Buyer]:
    """Let somebody buy in one capacity, known by an opaque number, and return it; several at once for a rehearsal.

    Raises: UnableToSell: ``unknown_payer``, ``quantity_wrong``; nothing was written.
    """
    if payer not in Payer.values:
        raise UnableToSell("unknown_payer", payer=payer)
    if not 0 < count <= 100_000:
        raise UnableToSell("quantity_wrong")
    return Buyer.objects.bulk_create([Buyer(payer=payer, admitted_at=act.at) for _ in range(count)])


@operation("shop.keep_recipient", scope=lambda **_: Scope(), unrecorded=("name", "phone", "address"))
def keep_recipient(
    *, buyer: Buyer, name: str, phone: str, address: str, place: Place | None, act: Act
) -> Recipient:
    """Keep where a buyer's goods go, sealed under a key of the person's own; said anew it follows the one before.

    Raises: UnableToSell: ``address_missing``; UnableToEnterPerson: see its codes. Nothing was written.
    """
    if not name.strip() or not phone.strip() or not address.strip():
        raise UnableToSell("address_missing")
    person = enter_person(name=name, phone=phone.strip())
    sealed = vault.seal_text(
        bytes(person.key.wrapped), address.strip(), person=person.pk, column=ADDRESS_COLUMN
    )
    recipient, _ = Recipient.objects.update_or_create(
        buyer=buyer, defaults={"person": person, "address_sealed": sealed, "place": place}
    )
    return recipient
