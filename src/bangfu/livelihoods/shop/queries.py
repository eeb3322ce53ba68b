"""What others may read of the shop."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.utils import timezone

from bangfu.foundation.evidence.models import Use
from bangfu.foundation.evidence.queries import showable
from bangfu.foundation.operations import answers_to
from bangfu.foundation.organisation.founding import appoint_system
from bangfu.foundation.organisation.queries import grants_carrying, unit_subtree
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.systems import named_system
from bangfu.foundation.rooms import both
from bangfu.livelihoods.industries.neighbours import Lot, lots
from bangfu.livelihoods.shop.models import (
    OPEN_RETURNS,
    Ambassador,
    Channel,
    ChannelKind,
    CouponBatch,
    FreightTemplate,
    InvoiceRequest,
    LiveSale,
    Offer,
    Order,
    PriceVersion,
    Product,
    ProductPicture,
    Receipt,
    Return,
    Review,
    ReviewState,
    Stock,
)
from bangfu.livelihoods.shop.register import VIEW

PROVINCE = 10**10
"""A place's number over this is its province."""
COUNTY = 10**6
LATE = timedelta(minutes=1)
"""How long after the end of a live sale that was ended early an order may bear, which was on its way."""
DOOR, DOOR_ROLE = "shop-door", "shop_door"
CLAIMS = ("claims_zh", "claims_en", "script")
"""The texts of an ambassador that somebody else than their authors approves."""
DOOR_TITLE = named_system(both("商城之门", "Door of the shop"))


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


def in_units_read(account: Account, on: date, unit: str = "unit_id") -> Q:
    """Return the condition on rows that they are of units whose orders and stock an account may read.

    Args:
        unit: the rows' column, or the way to it.
    """
    covered = Q(pk__in=[])
    for grant in grants_carrying(account, VIEW, on):
        if grant.place_id is None and grant.line_id is None:
            if grant.unit.parent_id is None:
                return Q()
            covered |= Q(**{f"{unit}__in": unit_subtree(grant.unit_id).values("pk")})
    return covered


def orders_read(account: Account, on: date) -> QuerySet[Order]:
    """Return the orders that an account may read."""
    return orders().filter(in_units_read(account, on))


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


def from_price(found: QuerySet[Product], at: datetime) -> QuerySet[Product]:
    """Return products with the lowest price ``from_fen`` for which any of their packs is sold at a moment; null: not sold."""
    offered: QuerySet[Any] = open_offers(at)
    sold = offered.filter(stock__variant__product=OuterRef("pk")).order_by("price_fen")
    return found.annotate(from_fen=Subquery(sold.values("price_fen")[:1]))


def public_offers(at: datetime) -> QuerySet[Offer]:
    """Return the offers that anybody may put into a basket at a moment: not of canteens, and not on account."""
    return open_offers(at).exclude(channel__kind=ChannelKind.CANTEEN).exclude(channel__pay_within_min=None)


def stocks() -> QuerySet[Stock]:
    """Return every stock with its variant, product, warehouse and live sale, and what is ``left``."""
    return Stock.objects.select_related("variant__product", "warehouse__unit", "sale").annotate(
        left=F("physical") - F("reserved")
    )


def sales() -> QuerySet[LiveSale]:
    """Return every live sale with its channel, the latest first."""
    return LiveSale.objects.select_related("channel__unit").order_by("-starts_at", "pk")


def ambassadors() -> QuerySet[Ambassador]:
    """Return every ambassador with the live sale, product and unit, in the order of their periods."""
    found = Ambassador.objects.select_related("sale__channel__unit", "product", "unit")
    return found.order_by("starts_at", "pk")


def shown_portraits(ambassadors: Collection[Ambassador], on: date) -> set[int]:
    """Return the keys of the ambassadors whose portrait everybody may see on a day, at this moment.

    Who is not shown has none; else everybody who can be recognised in it agreed to pages, and nobody took that back.
    """
    found = {one.pk: one.picture_id for one in ambassadors if one.picture_id and one.is_shown(on)}
    allowed = set(showable(Use.WEB).filter(file__in=set(found.values()))) if found else set()
    return {key for key, picture in found.items() if picture in allowed}


def pictures_of(products: Collection[int]) -> QuerySet[ProductPicture]:
    """Return the photographs of products that were not taken off, each product's in its order, and whether each ``is_public``.

    One is public when nobody can be recognised in it, or everybody agreed to pages, as evidence has it.
    """
    found = ProductPicture.objects.filter(product__in=products, taken_off_at=None).select_related("file")
    return found.annotate(
        is_public=Case(When(file__in=showable(Use.WEB), then=True), default=False)
    ).order_by("product", "position", "pk")


def covers_of(products: Collection[int]) -> dict[int, ProductPicture]:
    """Return the first photograph that everybody may see, by product that has one."""
    kept: QuerySet[Any] = pictures_of(products)
    found: dict[int, ProductPicture] = {}
    for one in kept.filter(is_public=True):
        found.setdefault(one.product_id, one)
    return found


def channels() -> QuerySet[Channel]:
    """Return every channel with its unit."""
    return Channel.objects.select_related("unit").order_by("code")


def freight_templates() -> QuerySet[FreightTemplate]:
    """Return every way of charging carriage with its channel, in the order of channels and codes."""
    return FreightTemplate.objects.select_related("channel__unit").order_by("channel__code", "code")


def coupon_batches() -> QuerySet[CouponBatch]:
    """Return every batch of coupons with its channel and live sale, the latest first."""
    return CouponBatch.objects.select_related("channel__unit", "sale").order_by("-starts_at", "-pk")


OF_A_LINE = ("line__order__channel", "line__order__unit", "line__offer__stock__variant__product__place")
"""What is shown with whatever is said of an order line."""


def returns() -> QuerySet[Return]:
    """Return every request to give back with its line, order and product, the latest first."""
    return Return.objects.select_related(*OF_A_LINE).order_by("-asked_at", "-pk")


def open_returns(
    *,
    within: Q | None = None,
    products: Collection[int] | None = None,
    lines: Collection[int] | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> QuerySet[Return]:
    """Return the requests to give back that are not settled, with their lines; a settlement over what they are of waits for them.

    Args:
        within: of orders of which units, as a condition on ``line__order__unit_id``; ``products``, of these products, whoever
            supplies them; ``lines``, of these order lines; null = whichever.
        starts_on: of lines paid from this day on, to the day before ``ends_on``; null = whenever.
    """
    found = returns().filter(state__in=OPEN_RETURNS)
    if within is not None:
        found = found.filter(within)
    if products is not None:
        found = found.filter(line__offer__stock__variant__product__in=products)
    if lines is not None:
        found = found.filter(line__in=lines)
    if starts_on is not None:
        found = found.filter(line__order__payment__paid_at__date__gte=starts_on)
    if ends_on is not None:
        found = found.filter(line__order__payment__paid_at__date__lt=ends_on)
    return found


def invoices() -> QuerySet[InvoiceRequest]:
    """Return every request for an invoice with its order, the latest first."""
    return InvoiceRequest.objects.select_related("order__channel", "order__unit").order_by("-asked_at", "-pk")


def reviews() -> QuerySet[Review]:
    """Return every review with its line, order and product, the latest first."""
    return Review.objects.select_related(*OF_A_LINE).order_by("-written_at", "-pk")


def shown_reviews(product: int) -> QuerySet[Review]:
    """Return what everybody reads of a product, the latest first."""
    return reviews().filter(state=ReviewState.SHOWN, line__offer__stock__variant__product=product)


def stars_of(products: Collection[int]) -> dict[int, Decimal]:  # to one decimal; without a review: absent
    """Return how many stars the reviews that everybody reads give products, on average, by product."""
    found = Review.objects.filter(state=ReviewState.SHOWN, line__offer__stock__variant__product__in=products)
    means = found.values_list("line__offer__stock__variant__product").annotate(
        sum=Sum("stars"), count=Count("pk")
    )
    return {
        product: (Decimal(total) / count).quantize(Decimal("0.1"), ROUND_HALF_UP)
        for product, total, count in means
    }


def lots_of(product: int) -> QuerySet[Lot]:
    """Return the lots from which packs of a product came in and whose origin everybody may read, the latest harvest first."""
    came_in = Receipt.objects.filter(movement__stock__variant__product=product, lot__isnull=False)
    found = lots().filter(confirmed_at__isnull=False, withdrawn_at__isnull=True, pk__in=came_in.values("lot"))
    return found.order_by("-harvested_on", "-pk")


def claims_written_by(found: Collection[Ambassador]) -> dict[int, set[int]]:  # accounts by ambassador
    """Return who wrote what each ambassador may say and the script, as they stand: of each text who brought it in.

    Whoever saved the record last is among them, whatever was changed; the words stay those of their author no less.
    """
    authors: dict[int, dict[str, tuple[str, int]]] = {}
    versions = apps.get_model("shop", "AmbassadorEvent").objects.filter(pgh_obj__in=[one.pk for one in found])
    for one in versions.order_by("pgh_id").values("pgh_obj", "entered_by", *CLAIMS):
        texts = authors.setdefault(one["pgh_obj"], {})
        for name in CLAIMS:
            if name not in texts or texts[name][0] != one[name]:
                texts[name] = one[name], one["entered_by"]
    return {
        one.pk: {one.entered_by_id, *(by for text, by in authors.get(one.pk, {}).values() if text)}
        for one in found
    }


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
    """What one county's or province's produce, or one offer, came to in a live sale."""

    key: int
    lines: int
    """Order lines."""
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
    by_province: tuple[BoardLine, ...]
    """By the produce's province of origin, the largest first; so are the others."""
    by_county: tuple[BoardLine, ...]
    by_offer: tuple[BoardLine, ...]
    left: dict[int, int]  # by offer
    """Packs that orders may still take."""


BOARD = """
SELECT offer_id, place_id, sum(orders), sum(lines), sum(packs), sum(ordered_fen), sum(paid_fen), sum(refunded_fen)
  FROM (SELECT offer_id, place_id, orders, lines, packs, ordered_fen, 0 AS paid_fen, 0 AS refunded_fen
          FROM shop_saleminute WHERE sale_id = %(sale)s
         UNION ALL
        SELECT offer_id, place_id, 0, 0, 0, 0, paid_fen, refunded_fen FROM shop_salemoney WHERE sale_id = %(sale)s) tally
 GROUP BY offer_id, place_id
"""
LEFT = """
SELECT offer.id, stock.physical - stock.reserved
  FROM shop_offer offer JOIN shop_stock stock ON stock.id = offer.stock_id WHERE stock.sale_id = %s ORDER BY offer.id
"""


def board(sale: LiveSale) -> Board:
    """Return what a live sale came to so far, read from what the database keeps beside its orders, however many there are."""
    with connection.cursor() as cursor:
        cursor.execute(BOARD, {"sale": sale.pk})
        rows = [tuple(int(cell) for cell in row) for row in cursor.fetchall()]
        cursor.execute(LEFT, [sale.pk])
        left = dict(cursor.fetchall())
    return Board(
        orders=sum(row[2] for row in rows),
        ordered_fen=sum(row[5] for row in rows),
        paid_fen=sum(row[6] for row in rows),
        refunded_fen=sum(row[7] for row in rows),
        by_province=_summed((row[1] // PROVINCE * PROVINCE, row) for row in rows),
        by_county=_summed((row[1], row) for row in rows),
        by_offer=_summed((row[0], row) for row in rows),
        left=left,
    )


def _summed(rows: Iterable[tuple[int, tuple[int, ...]]]) -> tuple[BoardLine, ...]:
    found: dict[int, list[int]] = {}
    for key, row in rows:
        one = found.setdefault(key, [0, 0, 0, 0])
        for position, value in enumerate(row[3:7]):
            one[position] += value
    lines = (BoardLine(key, *values) for key, values in found.items())
    return tuple(sorted(lines, key=lambda one: (-one.ordered_fen, one.key)))


def product_named(text: str) -> Q:
    """Return which products a text may mean: by code, name or county."""
    return (
        Q(code__istartswith=text)
        | Q(name_zh__contains=text)
        | Q(name_en__icontains=text)
        | Q(place__name__contains=text)
    )
