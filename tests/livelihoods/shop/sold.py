"""What the tests of the shop have in common: rice of 册亨 on offer, buyers, orders, and sums over the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import polars
from django.db.models import Sum

from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.operations import Act
from bangfu.foundation.places.models import Place
from bangfu.livelihoods.shop.models import (
    Buyer,
    Channel,
    LiveSale,
    Offer,
    Order,
    OrderLine,
    Stock,
    StockMovement,
    Variant,
    Warehouse,
)
from bangfu.livelihoods.shop.operations import (
    Placed,
    ProductDetails,
    admit_buyers,
    enter_product,
    enter_variant,
    offer_stock,
    open_channel,
    open_warehouse,
    pay_orders,
    place_orders,
    plan_sale,
    receive_stock,
    set_apart,
    set_price,
)
from bangfu.livelihoods.shop.operations.placing import SCHEMA
from bangfu.livelihoods.shop.queries import door_account
from tests.cast import CEHENG, FOUNDED, NOW, Cast

PRICE_FEN, FLOOR_FEN = 4_990, 3_200


@dataclass
class Shop:
    """A shop with one channel, one warehouse and one variant of rice."""

    cast: Cast
    channel: Channel
    warehouse: Warehouse
    variant: Variant
    sale: LiveSale

    def act(self, minutes: int = 0) -> Act:
        """Return an act of the door, so many minutes after the story's time."""
        return Act(actor=door_account(on=FOUNDED), at=NOW + timedelta(minutes=minutes))

    def by_clerk(self, minutes: int = 0) -> Act:
        """Return an act of the clerk of 贵州."""
        return Act(actor=self.cast.clerk, at=NOW + timedelta(minutes=minutes))

    def offered(
        self, count: int, *, per_buyer: int | None = None, in_sale: bool = False, code: str = ""
    ) -> Offer:
        """Return an offer of so many packs, of the one variant or of another with a code."""
        act = self.by_clerk()
        variant = self.variant if not code else entered_variant(self.cast, code)
        stock = receive_stock(warehouse=self.warehouse, variant=variant, quantity=count, act=act)
        if in_sale:
            stock = set_apart(
                sale=self.sale, variant=variant, warehouse=self.warehouse, quantity=count, act=act
            )
        return offer_stock(channel=self.channel, stock=stock, opens_at=NOW, per_buyer=per_buyer, act=act)

    def buyers(self, count: int, payer: str = "PUBLIC") -> list[str]:
        """Return so many buyers."""
        return [str(one.pk) for one in admit_buyers(payer=payer, count=count, act=self.act())]

    def place(
        self, *requests: tuple[str, str, Offer | int, int], price_fen: int = PRICE_FEN, minutes: int = 0
    ) -> list[Placed]:
        """Place orders of one line: key, buyer, offer, quantity."""
        return place_orders(frame=frame_of(*requests, price_fen=price_fen), act=self.act(minutes))

    def ordered(self, offer: Offer, quantity: int = 1, payer: str = "PUBLIC", minutes: int = 0) -> Order:
        """Return an order that stands."""
        (buyer,) = self.buyers(1, payer)
        (placed,) = self.place((f"k-{buyer}", buyer, offer, quantity), minutes=minutes)
        assert placed.order is not None
        return Order.objects.get(pk=placed.order)

    def paid(self, offer: Offer, quantity: int = 1, payer: str = "PUBLIC", minutes: int = 0) -> Order:
        """Return an order that is paid."""
        order = self.ordered(offer, quantity, payer, minutes)
        (noted,) = pay_orders(frame=payments((order, f"T{order.pk}", order.total_fen)), act=self.act(minutes))
        assert noted.code == ""
        order.refresh_from_db()
        return order


def frame_of(*requests: tuple[str, str, Offer | int, int], price_fen: int = PRICE_FEN) -> polars.DataFrame:
    """Return requests of one line each, as ``place_orders`` takes them."""
    return polars.DataFrame(
        [
            (number, key, buyer, offer if isinstance(offer, int) else offer.pk, quantity, price_fen)
            for number, (key, buyer, offer, quantity) in enumerate(requests)
        ],
        schema=SCHEMA,
        orient="row",
    )


def payments(*rows: tuple[Order, str, int]) -> polars.DataFrame:
    """Return payments as ``pay_orders`` takes them."""
    return polars.DataFrame(
        {
            "order": [order.pk for order, _, _ in rows],
            "service": ["test"] * len(rows),
            "reference": [reference for _, reference, _ in rows],
            "amount_fen": [amount for _, _, amount in rows],
        }
    )


def product_details(code: str = "CH-MI") -> ProductDetails:
    """Return what is said of the rice of 册亨."""
    return ProductDetails(
        code=code, name_zh="册亨糯米", name_en="Ceheng glutinous rice", kind="GRAIN", place=Place.objects.get(pk=CEHENG),
        certificate="册农证〔2020〕7号", certified_by="册亨县农业农村局",
    )  # fmt: skip


def entered_variant(cast: Cast, code: str = "CH-MI") -> Variant:
    """Return a variant with a price, as the clerk enters it."""
    act = cast.act(cast.clerk)
    product = enter_product(details=product_details(code), unit=cast.guizhou, act=act)
    variant = enter_variant(
        product=product, code=f"{code}-5", spec_zh="5 公斤装", spec_en="5 kg", net_weight_g=5_000, act=act
    )
    set_price(variant=variant, price_fen=PRICE_FEN, floor_fen=FLOOR_FEN, valid_from=NOW, act=act)
    return variant


def opened(cast: Cast) -> Shop:
    """Open the shop."""
    act = cast.act(cast.clerk)
    channel = open_channel(
        unit=cast.guizhou, code="GZ-MALL", name_zh="贵州商城", name_en="Guizhou shop", kind="OWN",
        opened_on=date(2020, 1, 1), act=act,
    )  # fmt: skip
    warehouse = open_warehouse(
        unit=cast.guizhou, code="GZ-1", name_zh="册亨仓", name_en="Ceheng store", place=Place.objects.get(pk=CEHENG), act=act
    )  # fmt: skip
    sale = plan_sale(
        channel=channel, code="LIVE-1", name_zh="书记来带货", name_en="The secretary sells", starts_at=NOW,
        ends_at=NOW + timedelta(hours=3), act=act,
    )  # fmt: skip
    return Shop(cast, channel, warehouse, entered_variant(cast), sale)


def sums(measure: str) -> Decimal:
    """Return what the facts of a measure come to."""
    found = Fact.objects.filter(measure_id=measure_number(measure)).aggregate(sum=Sum("quantity"))["sum"]
    return Decimal(found or 0)


def counted() -> dict[str, str]:
    """Return what each of the room's money measures comes to, in yuan, those with nothing left out."""
    names = ("ordered", "paid", "kept", "purchased", "helped_to_sell")
    found = {name: sums(f"shop.{name}") for name in names}
    return {name: f"{value:.2f}" for name, value in found.items() if value}


def check_books() -> None:
    """Look whether stock, movements, orders, lines and facts say the same."""
    for stock in Stock.objects.all():
        moved = StockMovement.objects.filter(stock=stock).aggregate(p=Sum("physical"), r=Sum("reserved"))
        assert (stock.physical, stock.reserved) == (moved["p"] or 0, moved["r"] or 0)
        assert 0 <= stock.reserved <= stock.physical
    for order in Order.objects.all():
        assert order.total_fen == sum(line.amount_fen for line in order.lines.all())
    fen = sum(line.amount_fen for line in OrderLine.objects.all())
    assert sums("shop.ordered") * 100 == fen


def buyer(payer: str, at: datetime = NOW) -> Buyer:
    """Return a buyer of a capacity, unsaved."""
    return Buyer(payer=payer, admitted_at=at)
