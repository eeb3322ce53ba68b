"""The shop of the example: the four counties' goods, a year of canteen and shop orders, and the live sale of 17 May 2020.

Products are what the counties are known for; prices, buyers and ambassadors are invented. Everything goes through the shop's
operations, with the clock of the day on which it happened; each day, or each minute of the live sale, is one call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Any
from uuid import UUID

import polars
from django.utils import timezone

from bangfu.foundation.evidence.operations import declare_picture
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.models import Place
from bangfu.livelihoods.industries.models import Lot
from bangfu.livelihoods.shop.models import (
    Ambassador,
    Channel,
    LiveSale,
    Offer,
    Order,
    OrderLine,
    OrderState,
    Product,
    ProductPicture,
    Refund,
    Stock,
    Variant,
    Warehouse,
)
from bangfu.livelihoods.shop.operations import (
    AmbassadorDetails,
    ProductDetails,
    add_pictures,
    admit_buyers,
    approve_claims,
    close_orders,
    count_sale,
    deliver_orders,
    enter_ambassador,
    enter_product,
    enter_session,
    enter_variant,
    offer_stock,
    open_channel,
    open_warehouse,
    pay_orders,
    place_orders,
    plan_sale,
    receive_stock,
    refund_line,
    release_unpaid,
    set_apart,
    set_price,
    ship_orders,
    write_run_sheet,
)
from bangfu.livelihoods.shop.operations.placing import SCHEMA
from bangfu.livelihoods.shop.queries import door_account
from example import house
from example.distribution import PROVINCE_CODES, SEED
from example.packshots import packshot
from example.papers import VERIFIER, document
from example.reported.filling import OFFICE, OFFICER, code_of

FULL, USUAL = 650_000, 13_000
"""Orders of the live sale as it was, and as the example has them unless it is asked for the whole."""
SHOP, CANTEEN, PLATFORM = "EX-SC", "EX-ST", "EX-PT"
SALE = "EX-ZB-20200517"
OPENED = date(2019, 8, 1)
MONTHS = tuple(date(2019 + (7 + month) // 12, (7 + month) % 12 + 1, 1) for month in range(12))
LIVE = date(2020, 5, 17)
FROM, LASTS_MIN = time(19, 30), 210
SLOT_MIN = 6
"""How long each province's manager speaks."""
FIRST_SLOT_MIN = 12
BATCH = 20_000
REFUNDS = 24


@dataclass(frozen=True)
class Goods:
    """One pack of one product."""

    county: int
    code: str
    name: tuple[str, str]
    kind: str
    spec: tuple[str, str]
    grams: int
    fen: int
    floor_fen: int
    claims: tuple[str, str]


RAOHE, GUYUAN, KANGBAO, CEHENG = 230524000000, 130724000000, 130723000000, house.CEHENG
GOODS = (
    Goods(RAOHE, "RH-MI-5", ("饶河大米", "Raohe rice"), "GRAIN", ("5 千克装", "5 kg"), 5_000, 6_990, 4_600,
          ("一季稻，当年新米。", "One harvest a year, this year's rice.")),
    Goods(RAOHE, "RH-MI-10", ("饶河大米", "Raohe rice"), "GRAIN", ("10 千克装", "10 kg"), 10_000, 12_990, 8_800,
          ("一季稻，当年新米。", "One harvest a year, this year's rice.")),
    Goods(RAOHE, "RH-FENGMI", ("饶河椴树蜜", "Raohe linden honey"), "OTHER", ("500 克×2", "2 × 500 g"), 1_000, 11_800, 7_500,
          ("东北黑蜂采的椴树蜜。", "Linden honey of the north-eastern black bee.")),
    Goods(RAOHE, "RH-MUER", ("饶河黑木耳", "Raohe wood ear"), "GRAIN", ("250 克装", "250 g"), 250, 4_590, 2_900,
          ("春耳，自然晾干。", "Of the spring, dried in the open.")),
    Goods(GUYUAN, "GY-LIMAI-1", ("沽源藜麦", "Guyuan quinoa"), "GRAIN", ("1 千克装", "1 kg"), 1_000, 5_980, 3_900,
          ("坝上旱作，有机转换认证。", "Grown dry on the plateau, in conversion to organic.")),
    Goods(GUYUAN, "GY-LIMAI-3", ("沽源藜麦", "Guyuan quinoa"), "GRAIN", ("3 千克装", "3 kg"), 3_000, 15_900, 10_500,
          ("坝上旱作，有机转换认证。", "Grown dry on the plateau, in conversion to organic.")),
    Goods(GUYUAN, "GY-YOUMIAN", ("沽源莜面", "Guyuan oat flour"), "GRAIN", ("2.5 千克装", "2.5 kg"), 2_500, 3_980, 2_400,
          ("三熟工艺。", "Cooked three times, as it is there.")),
    Goods(KANGBAO, "KB-HUMAYOU-18", ("康保胡麻油", "Kangbao flax oil"), "GRAIN", ("1.8 升装", "1.8 l"), 1_650, 9_900, 6_300,
          ("物理压榨。", "Pressed, nothing added.")),
    Goods(KANGBAO, "KB-HUMAYOU-5", ("康保胡麻油", "Kangbao flax oil"), "GRAIN", ("5 升装", "5 l"), 4_600, 23_800, 15_600,
          ("物理压榨。", "Pressed, nothing added.")),
    Goods(KANGBAO, "KB-YANMAI", ("康保燕麦片", "Kangbao oat flakes"), "GRAIN", ("1 千克装", "1 kg"), 1_000, 2_990, 1_800,
          ("裸燕麦，不加糖。", "Naked oats, no sugar.")),
    Goods(CEHENG, "CH-NUOMIJIAO", ("册亨糯米蕉", "Ceheng waxy banana"), "FRESH", ("2.5 千克装", "2.5 kg"), 2_500, 3_990, 2_300,
          ("熟了再摘，三天内发货。", "Picked ripe, shipped within three days.")),
    Goods(CEHENG, "CH-CHAYOU", ("册亨山茶油", "Ceheng camellia oil"), "GRAIN", ("1 升装", "1 l"), 920, 13_800, 9_200,
          ("油茶籽压榨。", "Pressed from camellia seed.")),
)  # fmt: skip
YEARLY = 20_000
"""Packs of each that come in for the year's orders; for the live sale what is planned and a little more, so that nobody is
refused and what was planned is what was ordered."""


@dataclass(frozen=True)
class Wish:
    """One order of one product, as the live sale's plan has it."""

    minute: int
    goods: int
    packs: int


def spoken_in(minute: int) -> int | None:
    """Return which manager speaks in a minute of the live sale, by the order of the provinces; null = nobody."""
    slot = (minute - FIRST_SLOT_MIN) // SLOT_MIN
    return slot if 0 <= slot < len(PROVINCE_CODES) else None


@cache
def planned(count: int) -> tuple[Wish, ...]:
    """Return the live sale's orders, in order of time; more are ordered of what somebody speaks for."""
    draw = Random(f"{SEED} live sale {count}")
    minutes = sorted(min(int(draw.triangular(0, LASTS_MIN, 75)), LASTS_MIN - 1) for _ in range(count))
    wishes = []
    for minute in minutes:
        slot = spoken_in(minute)
        is_spoken_for = slot is not None and draw.random() < 0.6
        goods = slot % len(GOODS) if is_spoken_for and slot is not None else draw.randrange(len(GOODS))
        wishes.append(Wish(minute, goods, 2 if draw.random() < 0.02 else 1))
    return tuple(wishes)


def planned_fen(count: int) -> int:
    """Return what the live sale's orders come to, in fen."""
    return sum(GOODS[one.goods].fen * one.packs for one in planned(count))


def set_apart_of(count: int) -> list[int]:
    """Return how many packs of each of the goods are set apart for the live sale: a fiftieth more than is ordered, in tens."""
    packs = [0] * len(GOODS)
    for one in planned(count):
        packs[one.goods] += one.packs
    return [-(-one * 51 // 500) * 10 for one in packs]


def orders_at(scale: float, *, full: bool) -> int:
    """Return how many orders the live sale has."""
    return FULL if full else max(200, round(USUAL * scale))


def _chunks(found: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for begin in range(0, len(found), size):
        yield found[begin : begin + size]


def _at(on: date, clock: time = time(9, 0)) -> datetime:
    return timezone.make_aware(datetime.combine(on, clock))


def _live(minute: int) -> datetime:
    return _at(LIVE, FROM) + timedelta(minutes=minute)


def _officer(at: datetime) -> Act:
    return Act(actor=Account.objects.get(username=OFFICER), at=at)


def _door(at: datetime) -> Act:
    return Act(actor=door_account(on=OPENED), at=at)


def orders_to_come(scale: float, *, full: bool) -> int:
    """Return how many orders of the live sale are still to be brought in."""
    if LiveSale.objects.filter(code=SALE, counted_at__isnull=False).exists():
        return 0
    return orders_at(scale, full=full) - Order.objects.filter(sale__code=SALE).count()


def keep_shop(scale: float, *, full: bool, brought: Callable[[int], None] = lambda orders: None) -> None:
    """Open the shop, sell for a year and hold the live sale, as far as that is missing.

    Args:
        brought: told how many more orders of the live sale are in.
    """
    apart = set_apart_of(orders_at(scale, full=full))
    if not Channel.objects.filter(code=PLATFORM).exists():
        _open(apart)
    if not ProductPicture.objects.filter(product__unit__code=OFFICE).exists():
        _picture()
    if not Order.objects.filter(channel__code=SHOP).exists():
        for month in MONTHS:
            _sell_a_month(month)
    if not LiveSale.objects.filter(code=SALE).exists():
        _plan_live_sale(apart)
    sale = LiveSale.objects.get(code=SALE)
    if not Ambassador.objects.filter(sale=sale).exists():
        _enter_ambassadors(sale)
    if sale.counted_at is None:
        _hold(sale, orders_at(scale, full=full), brought)
        _follow(sale)
        count_sale(sale=sale, act=_officer(_at(LIVE + timedelta(days=1))))


def _open(apart: Sequence[int]) -> None:
    """Enter products, packs, prices, channels, warehouses and stock, as the office's officer."""
    at = _at(OPENED, time(8, 0))
    act, unit = _officer(at), Unit.objects.get(code=OFFICE)
    channels = (
        (SHOP, "示例帮扶商城", "Example shop", "OWN", 30, "", "", "示例商城运营组"),
        (CANTEEN, "示例食堂直采", "Example canteens", "CANTEEN", None, "", "", "示例机关服务中心"),
        (
            PLATFORM,
            "示例平台直播间",
            "Example platform's live room",
            "PLATFORM",
            30,
            "示例电商平台",
            "示例帮扶旗舰店",
            "示例直播运营组",
        ),
    )
    for code, zh, en, kind, minutes, platform, shop, team in channels:
        open_channel(
            unit=unit, code=code, name_zh=zh, name_en=en, kind=kind, opened_on=OPENED, pay_within_min=minutes,
            platform=platform, shop=shop, team=team, act=act,
        )  # fmt: skip
    own, canteen = (Channel.objects.get(code=code) for code in (SHOP, CANTEEN))
    stores = {
        county: open_warehouse(
            unit=unit, code=f"EX-CK-{code_of(county)}", name_zh=f"{place.name}示例仓", name_en=f"{english} example store",
            place=place, act=act,
        )
        for county, english in house.ENGLISH_COUNTIES.items()
        for place in (Place.objects.get(pk=county),)
    }  # fmt: skip
    products: dict[str, Product] = {}
    for one, extra in zip(GOODS, apart, strict=True):
        if one.name[0] not in products:
            details = ProductDetails(
                code=f"EX-{one.code}", name_zh=one.name[0], name_en=one.name[1], kind=one.kind,
                place=Place.objects.get(pk=one.county), about_zh=one.claims[0], about_en=one.claims[1],
                certificate=f"示例产地证〔2019〕{code_of(one.county)}", certified_by="示例：县农业农村局",
            )  # fmt: skip
            products[one.name[0]] = enter_product(details=details, unit=unit, act=act)
        variant = enter_variant(
            product=products[one.name[0]], code=f"EX-{one.code}", spec_zh=one.spec[0], spec_en=one.spec[1],
            net_weight_g=one.grams, act=act,
        )  # fmt: skip
        set_price(variant=variant, price_fen=one.fen, floor_fen=one.floor_fen, valid_from=at, act=act)
        _receive(one, variant, stores[one.county], YEARLY + extra, act)
        stock = Stock.objects.get(variant=variant, sale=None)
        for channel in (own, canteen):
            offer_stock(channel=channel, stock=stock, opens_at=at, act=act)


def _picture() -> None:
    """Give each product a picture of its pack, in which the verifier sees nobody."""
    at = _at(OPENED, time(9, 0))
    verifier = Act(actor=Account.objects.get(username=VERIFIER), at=at)
    for name in dict.fromkeys(one.name[0] for one in GOODS):
        product = Product.objects.get(unit__code=OFFICE, name_zh=name)
        add_pictures(product=product, pictures=((f"{name}.jpg", packshot(name)),), act=_officer(at))
        declare_picture(file=product.pictures.get().file, recognisable=0, act=verifier)


def _receive(one: Goods, variant: Variant, store: Warehouse, quantity: int, act: Act) -> None:
    """Let goods come in, of the county's leading product a hundred packs from its lot."""
    lot = Lot.objects.filter(industry__place=one.county, confirmed_at__isnull=False).order_by("pk").first()
    leading = one.code in ("RH-MI-5", "GY-LIMAI-1", "KB-HUMAYOU-18", "CH-NUOMIJIAO")
    if lot is not None and leading:
        receive_stock(
            warehouse=store,
            variant=variant,
            quantity=100,
            document=f"示例送货单-{one.code}-1",
            lot=lot,
            act=act,
        )
    receive_stock(
        warehouse=store, variant=variant, quantity=quantity, document=f"示例送货单-{one.code}-2", act=act
    )


def _frame(rows: Iterable[tuple[str, str, int, int, int]]) -> polars.DataFrame:
    """Return orders of one line as ``place_orders`` takes them, from key, buyer, offer, packs and price."""
    numbered = [(number, *row) for number, row in enumerate(rows)]
    return polars.DataFrame(numbered, schema=SCHEMA, orient="row")


def _offers(channel: str, *, sale: LiveSale | None = None) -> list[int]:
    """Return the offers of a channel in the order of the goods."""
    found = Offer.objects.filter(channel__code=channel, stock__sale=sale)
    by_code = dict(found.values_list("stock__variant__code", "pk"))
    return [by_code[f"EX-{one.code}"] for one in GOODS]


def _buyers(payer: str, count: int, at: datetime) -> list[str]:
    return [str(one.pk) for one in admit_buyers(payer=payer, count=count, act=_door(at))]


def _sell_a_month(month: date) -> None:
    """Sell to canteens, unions, staff and the public for a month, and follow most orders to their end."""
    draw = Random(f"{SEED} shop {month}")
    first = _at(month, time(10, 0))
    people = {payer: _buyers(payer, count, first) for payer, count in (
        ("CANTEEN", 12), ("UNION", 5), ("STAFF", 20), ("PUBLIC", 60),
    )}  # fmt: skip
    for day in (5, 12, 19, 26):
        at = first.replace(day=day)
        rows = []
        for payer, buyers in people.items():
            is_canteen = payer == "CANTEEN"
            offers = _offers(CANTEEN if is_canteen else SHOP)
            for buyer in buyers[day % 4 :: 4]:
                goods = draw.randrange(len(GOODS))
                packs = (
                    draw.randint(10, 60)
                    if is_canteen
                    else draw.randint(20, 80)
                    if payer == "UNION"
                    else draw.randint(1, 3)
                )
                rows.append((f"EX-{month}-{day}", buyer, offers[goods], packs, GOODS[goods].fen))
        placed = [one.order for one in place_orders(frame=_frame(rows), act=_door(at)) if one.order]
        paid = [order for order in placed if draw.random() < 0.95]
        _pay(paid, at + timedelta(minutes=12))
        release_unpaid(act=_door(at + timedelta(hours=1)))
        _send(paid, at.date())
    early = OrderLine.objects.filter(
        order__state=OrderState.CLOSED,
        order__placed_at__gte=first,
        order__placed_at__lt=first.replace(day=13),
    )
    for line in early.order_by("-pk")[:2]:
        refund_line(line=line, quantity=1, reason="QUALITY", act=_officer(first.replace(day=28)))


def _pay(orders: Sequence[int], at: datetime) -> None:
    found = dict(Order.objects.filter(pk__in=orders).values_list("pk", "total_fen"))
    frame = polars.DataFrame(
        {
            "order": list(found),
            "service": ["test"] * len(found),
            "reference": [f"EX-T{order}" for order in found],
            "amount_fen": list(found.values()),
        }
    )
    pay_orders(frame=frame, act=_door(at))


def _send(orders: Sequence[int], on: date) -> None:
    """Ship orders the day after, let them arrive on the fourth, and close them a week later."""
    left = sorted(Order.objects.filter(pk__in=orders, state=OrderState.PAID).values_list("pk", flat=True))
    if not left:
        return
    waybills = {order: f"示例运单{order:010d}" for order in left}
    ship_orders(waybills=waybills, act=_officer(_at(on + timedelta(days=1))))
    deliver_orders(orders=left, act=_officer(_at(on + timedelta(days=4))))
    close_orders(orders=left, act=_officer(_at(on + timedelta(days=11))))


def _plan_live_sale(apart: Sequence[int]) -> None:
    act = _officer(_at(LIVE - timedelta(days=5)))
    channel = Channel.objects.get(code=SHOP)
    sale = plan_sale(
        channel=channel, code=SALE, name_zh="示例：省分总经理直播带货", name_en="Example: provincial general managers sell live",
        starts_at=_live(0), ends_at=_live(LASTS_MIN), act=act,
    )  # fmt: skip
    for one, quantity in zip(GOODS, apart, strict=True):
        stock = Stock.objects.get(variant__code=f"EX-{one.code}", sale=None)
        kept = set_apart(
            sale=sale, variant=stock.variant, warehouse=stock.warehouse, quantity=quantity, act=act
        )
        offer_stock(channel=channel, stock=kept, opens_at=act.at, act=act)
    parts = (
        ("开场", "Opening", 0, 12),
        ("省分总经理推荐", "The managers speak", 12, 198),
        ("返场", "Encore", 198, LASTS_MIN),
    )
    for zh, en, begins, ends in parts:
        session = enter_session(
            sale=sale, title_zh=zh, title_en=en, starts_at=_live(begins), ends_at=_live(ends), act=act
        )
        write_run_sheet(session=session, items=list(_run_sheet(begins, ends)), act=act)


def _run_sheet(begins: int, ends: int) -> Iterator[tuple[datetime, str]]:
    if begins == 0:
        yield _live(0), "片头，介绍四个定点县"
        yield _live(6), "规则：限时支付、发货时间、售后"
    elif begins == 198:
        yield _live(198), "返场商品，报剩余件数"
        yield _live(207), "感谢，报下单金额（不是支付金额）"
    else:
        for slot, letters in enumerate(PROVINCE_CODES.values()):
            yield (
                _live(FIRST_SLOT_MIN + slot * SLOT_MIN),
                f"{letters} 示例总经理：{GOODS[slot % len(GOODS)].name[0]}",
            )


def _enter_ambassadors(sale: LiveSale) -> None:
    """Enter each province's manager with a signed consent, and let the verifier approve what they say."""
    at = _at(LIVE - timedelta(days=4))
    verifier = Account.objects.get(username=VERIFIER)
    products = {one.name_zh: one for one in Product.objects.filter(code__startswith="EX-")}
    for slot, (province, letters) in enumerate(PROVINCE_CODES.items()):
        goods = GOODS[slot % len(GOODS)]
        unit = Unit.objects.get(code=f"EX-{province}")
        details = AmbassadorDetails(
            product=products[goods.name[0]], post_zh=f"{unit.name_zh}总经理",
            post_en=f"{unit.name_en}, general manager",
            starts_at=_live(FIRST_SLOT_MIN + slot * SLOT_MIN), ends_at=_live(FIRST_SLOT_MIN + (slot + 1) * SLOT_MIN),
            claims_zh=goods.claims[0], claims_en=goods.claims[1], script=f"大家好，我来推荐{goods.name[0]}。{goods.claims[0]}",
        )  # fmt: skip
        paper = document(f"肖像使用同意书 {letters}（示例）")
        one = enter_ambassador(
            sale=sale, unit=unit, details=details, name=f"示例{letters}", phone="", consented_on=LIVE - timedelta(days=6),
            files=((f"示例-同意书-{letters}.txt", paper),), act=_officer(at),
        )  # fmt: skip
        approve_claims(ambassador=one, act=Act(actor=verifier, at=at + timedelta(hours=2)))


def _hold(sale: LiveSale, count: int, brought: Callable[[int], None]) -> None:
    """Let everybody order, a minute a call, and pay in the next; some never do, and lapse.

    What a start that was broken off brought in stands; the last of its calls may have been paid or not.
    """
    offers, draw = _offers(SHOP, sale=sale), Random(f"{SEED} live sale's payers")
    before = list(sale.orders.order_by("pk").values_list("pk", "buyer"))
    customers = count * 2 // 3 + 1
    buyers = [str(buyer) for _, buyer in before[:customers]]
    buyers += [
        str(one)
        for chunk in _chunks(range(customers - len(buyers)), 100_000)
        for one in _admitted(len(chunk), _live(0))
    ]
    number = 0
    by_minute: dict[int, list[Wish]] = {}
    for wish in planned(count):
        by_minute.setdefault(wish.minute, []).append(wish)
    for minute, wishes in by_minute.items():
        for chunk in _chunks(wishes, BATCH):
            first, number = number, number + len(chunk)
            placed = [order for order, _ in before[first:number]]
            is_known = len(placed) == len(chunk)
            if not is_known:
                rows = [
                    (
                        f"EX-{one}",
                        buyers[one % customers],
                        offers[wish.goods],
                        wish.packs,
                        GOODS[wish.goods].fen,
                    )
                    for one, wish in enumerate(chunk, first)
                ]
                answers = place_orders(frame=_frame(rows), act=_door(_live(minute)))
                placed = [one.order for one in answers if one.order is not None]
            if len(placed) < len(chunk):
                raise RuntimeError("the live sale of the example refused an order")
            paying = [order for order in placed if draw.random() < 0.93]
            if number >= len(before):
                _pay(paying, _live(minute + 1))
            if not is_known:
                brought(len(chunk))


def _admitted(count: int, at: datetime) -> list[UUID]:
    return [one.pk for one in admit_buyers(payer="PUBLIC", count=count, act=_door(at))]


def _follow(sale: LiveSale) -> None:
    """Let what nobody paid lapse, send the rest, and refund some."""
    release_unpaid(act=_door(_live(LASTS_MIN + 60)))
    while Order.objects.filter(sale=sale, state=OrderState.PLACED).exists():
        release_unpaid(act=_door(_live(LASTS_MIN + 60)))
    paid = list(
        Order.objects.filter(sale=sale, state=OrderState.PAID).order_by("pk").values_list("pk", flat=True)
    )
    for chunk in _chunks(paid, BATCH):
        _send(chunk, LIVE)
    left = REFUNDS - Refund.objects.filter(line__order__sale=sale).count()
    closed = OrderLine.objects.filter(order__sale=sale, order__state=OrderState.CLOSED).order_by("-pk")
    for line in closed[:left]:
        act = _officer(_at(LIVE + timedelta(days=12)))
        refund_line(line=line, quantity=line.quantity, reason="NO_REASON", is_restocked=True, act=act)
