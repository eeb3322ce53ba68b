"""What others may read of the shop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from bangfu.foundation.operations import answers_to
from bangfu.foundation.organisation.founding import appoint_system
from bangfu.foundation.organisation.queries import grants_carrying, unit_subtree
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import both
from bangfu.livelihoods.shop.models import Channel, LiveSale, Offer, Order, PriceVersion, Product, Stock
from bangfu.livelihoods.shop.register import VIEW

DOOR, DOOR_ROLE = "shop-door", "shop_door"
DOOR_TITLE = both("商城之门", "Door of the shop")


def orders() -> QuerySet[Order]:
    """Return every order with its channel, unit and live sale."""
    return Order.objects.select_related("channel", "unit", "sale")


def units_read(account: Account, on: date) -> set[int]:
    """Return the units whose orders and stock an account may read; a grant within a place reaches none: they have none."""
    found: set[int] = set()
    for grant in grants_carrying(account, VIEW, on):
        if grant.place_id is None and grant.line_id is None:
            found |= set(unit_subtree(grant.unit_id).values_list("pk", flat=True))
    return found


def orders_read(account: Account, on: date) -> QuerySet[Order]:
    """Return the orders that an account may read."""
    return orders().filter(unit__in=units_read(account, on))


def products(*, shown_alone: bool = False) -> QuerySet[Product]:
    """Return every product with its unit and place, or those that the public catalogue shows."""
    found = Product.objects.select_related("unit", "place")
    return found.filter(is_shown=True) if shown_alone else found


def offers(at: datetime) -> QuerySet[Offer]:
    """Return every offer with its ``price_fen`` and ``floor_fen`` at a moment (null: none is valid yet) and what is ``left``."""
    versions = PriceVersion.objects.filter(
        Q(channel=OuterRef("channel")) | Q(channel=None),
        variant=OuterRef("stock__variant"),
        valid_from__lte=at,
    ).order_by(F("channel").asc(nulls_last=True), "-valid_from")
    return Offer.objects.select_related("channel", "stock__variant__product", "stock__sale").annotate(
        price_fen=Subquery(versions.values("price_fen")[:1]),
        floor_fen=Subquery(versions.values("floor_fen")[:1]),
        left=F("stock__physical") - F("stock__reserved"),
    )


def open_offers(at: datetime) -> QuerySet[Offer]:
    """Return the offers that are sold at a moment."""
    on = timezone.localdate(at)
    priced: QuerySet[Any] = offers(at)
    return priced.filter(
        Q(closes_at=None) | Q(closes_at__gt=at),
        Q(channel__closed_on=None) | Q(channel__closed_on__gt=on),
        opens_at__lte=at,
        channel__opened_on__lte=on,
        price_fen__isnull=False,
    )


def stocks() -> QuerySet[Stock]:
    """Return every stock with its variant, product, warehouse and live sale, and what is ``left``."""
    return Stock.objects.select_related("variant__product", "warehouse__unit", "sale").annotate(
        left=F("physical") - F("reserved")
    )


def sales() -> QuerySet[LiveSale]:
    """Return every live sale with its channel, the latest first."""
    return LiveSale.objects.select_related("channel__unit").order_by("-starts_at", "pk")


def channels() -> QuerySet[Channel]:
    """Return every channel with its unit."""
    return Channel.objects.select_related("unit").order_by("code")


def door_account(*, on: date | None = None) -> Account:
    """Return the system account through which the door takes orders; the first call appoints it over the whole house.

    Args:
        on: the day from which it may act, if this call appoints it; null = today.
    """
    known = Account.objects.filter(username=DOOR).first()
    return known or appoint_system(
        username=DOOR, title=DOOR_TITLE.zh, role=DOOR_ROLE, on=on or timezone.localdate()
    )


def orders_by_key(keys: list[str]) -> dict[str, int]:  # order by row key; never placed: absent
    """Return which orders the door placed under these keys of ``row_key``."""
    found = answers_to("shop.place_orders", keys, actor=door_account().pk)
    return {key: int(order) for key, order in found.items()}


@dataclass(frozen=True)
class BoardLine:
    """What one county's produce, or one product, came to in a live sale."""

    key: int
    orders: int
    packs: int
    ordered_fen: int
    paid_fen: int


@dataclass(frozen=True)
class Board:
    """What a live sale came to so far: ordered and paid side by side, never added."""

    orders: int
    ordered_fen: int
    paid_fen: int
    refunded_fen: int
    by_county: tuple[BoardLine, ...]
    by_offer: tuple[BoardLine, ...]


BOARD = """
SELECT grouping(line.place_id), coalesce(line.place_id, line.offer_id, 0), count(DISTINCT line.order_id),
       coalesce(sum(line.quantity), 0), coalesce(sum(line.quantity * line.unit_price_fen), 0),
       coalesce(sum(line.quantity * line.unit_price_fen)
                FILTER (WHERE placed.state NOT IN ('PLACED', 'CANCELLED')), 0)
  FROM shop_orderline line JOIN shop_order placed ON placed.id = line.order_id
 WHERE line.offer_id IN (SELECT offer.id FROM shop_offer offer JOIN shop_stock stock ON stock.id = offer.stock_id
                          WHERE stock.sale_id = %s)
 GROUP BY GROUPING SETS ((line.place_id), (line.offer_id)) ORDER BY 1, 5 DESC, 2
"""


def board(sale: LiveSale) -> Board:
    """Return what a live sale came to so far, read from its orders."""
    with connection.cursor() as cursor:
        cursor.execute(BOARD, [sale.pk])
        rows = cursor.fetchall()
    lines = [(row[0], BoardLine(row[1], row[2], *(int(cell) for cell in row[3:]))) for row in rows]
    by_county = tuple(line for kind, line in lines if kind == 0)
    by_offer = tuple(line for kind, line in lines if kind == 1)
    refunded = Order.objects.filter(sale=sale).aggregate(sum=Sum("refunded_fen"))["sum"] or 0
    return Board(
        orders=Order.objects.filter(sale=sale).count(),
        ordered_fen=sum(one.ordered_fen for one in by_county),
        paid_fen=sum(one.paid_fen for one in by_county),
        refunded_fen=refunded,
        by_county=by_county,
        by_offer=by_offer,
    )


ORDER_SORTS = {
    "number": "pk",
    "placed": "placed_at",
    "channel": "channel__code",
    "total": "total_fen",
    "refunded": "refunded_fen",
}


@dataclass(frozen=True)
class OrderFilter:
    """What a list of orders is narrowed to and sorted by."""

    text: str = ""
    """An order's number, or how a platform's number begins."""
    state: str = ""
    label: str = ""
    channel: int | None = None
    sort: str = "placed"
    descending: bool = True

    def apply(self, found: QuerySet[Order]) -> QuerySet[Order]:
        """Return the orders that are asked for, in order."""
        if self.text:
            digits = self.text.upper().removeprefix("DD").lstrip("0")
            named = Q(external_id__startswith=self.text)
            if digits.isascii() and digits.isdigit() and len(digits) < 18:
                named |= Q(pk=int(digits))
            found = found.filter(named)
        for name in ("state", "label", "channel"):
            if getattr(self, name):
                found = found.filter(**{name: getattr(self, name)})
        column = ORDER_SORTS[self.sort]
        sign = "-" if self.descending else ""
        return found.order_by(*dict.fromkeys([f"{sign}{column}", f"{sign}pk"]))


def product_named(text: str) -> Q:
    """Return which products a text may mean: by code, name or county."""
    return (
        Q(code__istartswith=text)
        | Q(name_zh__contains=text)
        | Q(name_en__icontains=text)
        | Q(place__name__contains=text)
    )
