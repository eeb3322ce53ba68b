"""A year of what was bought and helped to sell: canteens' agreements, orders of the 832 platform, JD and Taobao.

From August 2019 on it stands for what the counties' reported rows would have said (``funds.arrivals``): the same sums in the same
quarters, so that no figure of the pledge depends on whether a purchase was reported by hand or came by its orders.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from random import Random

from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import Batch
from bangfu.foundation.rooms import record_type
from bangfu.livelihoods.consumption.models import Agreement, Good, Platform, Scheme
from bangfu.livelihoods.consumption.operations import (
    Accepted,
    AgreementDetails,
    GoodDetails,
    Ordered,
    SchemeDetails,
    call_off,
    close_return,
    enter_agreement,
    note_origins,
    open_return,
    open_scheme,
    plan_quota,
    record_delivery,
    settle,
)
from example import fairs, house
from example.distribution import SEED, shared_out
from example.papers import Paper, Row, Sheet, document, verify_paper
from example.reported.filling import DESIGNATED, OFFICE, OFFICER, code_of
from example.reported.funds import BROUGHT_FROM, arrivals

BOUGHT, HELPED = "shop.purchased", "shop.helped_to_sell"
PRODUCTS = {230524000000: "大米", 130724000000: "藜麦", 130723000000: "胡麻油", house.CEHENG: "糯米蕉"}
PRICES = {230524000000: 720, 130724000000: 2_600, 130723000000: 3_400, house.CEHENG: 680}
"""Fen for a kilogram in a canteen."""
LOT_KG = 50
"""Canteens order by fifties."""
OF_CANTEENS = Decimal("0.6")
"""About what of a quarter's purchases goes through an agreement; the rest is bought on the 832 platform."""
ORDERS = 24
"""Orders of a county's quarter on each shop."""
RETURNED = 2
"""Orders of those that were closed again after they were paid."""
FIRST, END = date(2019, 8, 1), date(2020, 8, 1)
TITLES = {Platform.JD: "{county}{product}礼盒（示例）", Platform.TAOBAO: "{county}{product} 家庭装（示例）"}


def title_of(county: int, platform: str) -> str:
    """Return what a county's product is called on a platform."""
    pattern = TITLES.get(Platform(platform), "{county}{product}（示例）")
    return pattern.format(county=DESIGNATED[county].removesuffix("县"), product=PRODUCTS[county])


def _number(county: int, platform: str) -> str:
    return (
        f"EX-{platform}-{code_of(county)}"
        if platform in (Platform.JD, Platform.TAOBAO, Platform.P832)
        else ""
    )


def papers() -> list[Paper]:
    """Return each branch's export of the 832 platform, the office's of JD and Taobao, and the receipts of the fair."""
    found = [
        Paper(
            "consumption.p832", f"EX-{province}", house.clerk_of(province), "832平台订单导出",
            made=partial(_on_832, [county for county in DESIGNATED if county // 10**10 == province]), weight=20,
        )
        for province in sorted({county // 10**10 for county in DESIGNATED})
    ]  # fmt: skip
    for layout, platform, name in (
        ("consumption.jd", Platform.JD, "京东订单导出"),
        ("consumption.taobao", Platform.TAOBAO, "淘宝天猫订单导出"),
    ):
        made = partial(_on_a_shop, platform)
        found.append(Paper(layout, OFFICE, OFFICER, name, made=made, weight=300))
    return [*found, *fairs.papers()]


def _arrived(measure: str, county: int) -> list[tuple[date, int]]:
    """Return day and fen of what came by orders."""
    return [(on, int(yuan * 100)) for on, yuan in arrivals(measure, county) if on >= BROUGHT_FROM]


def _of_canteen(county: int, fen: int) -> int:
    """Return in how many lots a canteen bought a quarter."""
    return int(fen * OF_CANTEENS) // (PRICES[county] * LOT_KG)


def note() -> None:
    """Note from where the products come, as far as it is missing."""
    known = set(Good.objects.values_list("platform", "title"))
    goods = [
        GoodDetails(
            platform,
            title_of(county, platform),
            Place.objects.get(pk=county),
            "示例：商品页产地",
            _number(county, platform),
        )
        for county in DESIGNATED
        for platform in (Platform.JD, Platform.TAOBAO, Platform.P832, Platform.AGREEMENT, Platform.WELFARE)
        if (platform, title_of(county, platform)) not in known
    ]
    if goods:
        office = Unit.objects.get(code=OFFICE)
        note_origins(goods=goods, unit=office, act=Act.now(Account.objects.get(username=OFFICER)))


def _on_832(counties: Sequence[int]) -> Sheet:
    note()
    rows: list[Row] = []
    for county in counties:
        for on, fen in _arrived(BOUGHT, county):
            left = fen - _of_canteen(county, fen) * PRICES[county] * LOT_KG
            left -= fairs.kept_fen(county, on, is_bought=True)
            for part, paid in shared_out(left, {0: 1.0, 1: 0.7, 2: 0.4}).items():
                rows.append(
                    {
                        "order_no": f"EX832{code_of(county)}{on:%Y%m%d}{part}",
                        "product_no": _number(county, Platform.P832),
                        "title": title_of(county, Platform.P832),
                        "quantity": max(paid // (PRICES[county] * 2), 1),
                        "paid_yuan": Decimal(paid).scaleb(-2),
                        "status": "已完成",
                        "ordered_on": on - timedelta(days=9),
                        "paid_on": on,
                        "shop": f"示例：{DESIGNATED[county]}供应商",
                        "buyer": "示例：分公司工会",
                        "payer": "工会",
                    }
                )
    return Sheet(rows)


def _on_a_shop(platform: str) -> Sheet:
    note()
    rows: list[Row] = []
    for county in DESIGNATED:
        for on, fen in _arrived(HELPED, county):
            draw = Random(f"{SEED} {platform} {county} {on}")
            fen -= fairs.kept_fen(county, on, is_bought=False)
            half = fen // 2
            sold = half if platform == Platform.JD else fen - half
            parts = shared_out(sold, {order: draw.uniform(0.4, 1.6) for order in range(ORDERS)})
            orders = [(order, paid, 0) for order, paid in parts.items()]
            orders += [(ORDERS + order, 9_900, 9_900) for order in range(RETURNED)]
            rows += [
                _ordered(platform, county, on - timedelta(days=draw.randrange(6)), order, paid, back)
                for order, paid, back in orders
            ]
    return Sheet(rows)


def _ordered(platform: str, county: int, on: date, order: int, paid: int, back: int) -> Row:
    """Return one order of a shop; what went back was closed within the quarter."""
    number = f"{on:%Y%m%d}{code_of(county)}{order:03d}"
    return {
        "order_no": number,
        "line_no": f"{number}1" if platform == Platform.TAOBAO else None,
        "product_no": _number(county, platform),
        "title": title_of(county, platform),
        "quantity": max(paid // 9_900, 1),
        "paid_yuan": Decimal(paid).scaleb(-2),
        "status": ("交易关闭" if back else "交易成功")
        if platform == Platform.TAOBAO
        else ("已取消" if back else "完成"),
        "ordered_on": on,
        "paid_on": on,
        "refund_yuan": str(Decimal(back).scaleb(-2)) if back else None,
        "refunded_on": on + timedelta(days=2) if back else None,
        "shop": "示例：爱心扶贫馆",
    }


def see_through() -> None:
    """Enter the branches' agreements with what was ordered, delivered, given back and settled; and a welfare scheme."""
    note()
    for county in DESIGNATED:
        if not Agreement.objects.filter(code=_code(county)).exists():
            _agree(county)
    fairs.give_back()
    kind = record_type("consumption.entry").number
    for batch in Batch.objects.filter(record_type=kind, state="SUBMITTED").order_by("pk"):
        verify_paper(batch)
    if not Scheme.objects.exists():
        _give()


def _code(county: int) -> str:
    return f"EX-ST-{code_of(county)}"


def _file(name: str) -> tuple[tuple[str, bytes], ...]:
    return ((f"示例-{name}.txt", document(name)),)


def _agree(county: int) -> None:
    unit = Unit.objects.get(code=f"EX-{county // 10**10}")
    clerk = Account.objects.get(username=house.clerk_of(county // 10**10))
    arrived = _arrived(BOUGHT, county)
    lots = {on: _of_canteen(county, fen) for on, fen in arrived}
    price = PRICES[county]
    target = sum(lots.values()) * LOT_KG * price * 6 // 5
    details = AgreementDetails(
        code=_code(county), title=f"示例：食堂采购{DESIGNATED[county]}{PRODUCTS[county]}", payer="CANTEEN",
        supplier=f"91{code_of(county)}EXAMPLE01", supplier_name=f"示例：{DESIGNATED[county]}供应商",
        document=f"示例合同〔2019〕{code_of(county)}", starts_on=FIRST, ends_on=END, target_fen=target,
    )  # fmt: skip
    agreement = enter_agreement(
        details=details, unit=unit, files=_file(f"协议-{_code(county)}"), act=Act.now(clerk)
    )
    starts = (date(2019, 8, 1), date(2019, 11, 1), date(2020, 2, 1), date(2020, 5, 1))
    for first, end in zip(starts, (*starts[1:], END), strict=True):
        plan_quota(
            agreement=agreement, starts_on=first, ends_on=end, amount_fen=target // 4, act=Act.now(clerk)
        )
    good = Good.objects.get(platform=Platform.AGREEMENT, title=title_of(county, Platform.AGREEMENT))
    for number, (on, count) in enumerate(lots.items(), 1):
        _supply(agreement, good, number, on, Decimal(count * LOT_KG), price, clerk)
    if county == house.CEHENG:
        _leave_open(agreement, good, price, clerk)


def _supply(
    agreement: Agreement, good: Good, number: int, on: date, kg: Decimal, price: int, clerk: Account
) -> None:
    """Order a quarter, accept a little more than is paid, give that back, and settle."""
    spoilt = Decimal(5)
    order = call_off(
        agreement=agreement, number=f"DD-{number}", ordered_on=on - timedelta(days=7),
        lines=[Ordered(good, kg + spoilt, price)], act=Act.now(clerk),
    )  # fmt: skip
    delivery = record_delivery(
        call_off=order, note=f"SH-{number}", delivered_on=on - timedelta(days=4),
        lines=[Accepted(order.lines.get(), kg + spoilt)], files=_file(f"送货单-{agreement.code}-{number}"),
        act=Act.now(clerk),
    )  # fmt: skip
    day = on - timedelta(days=3)
    back = open_return(
        line=delivery.lines.get(), quantity=spoilt, reason="示例：包装破损", on=day, act=Act.now(clerk)
    )
    close_return(goods_return=back, outcome="CREDITED", on=day, act=Act.now(clerk))
    settle(
        agreement=agreement, number=f"JS-{number}", deliveries=[delivery], paid_on=on,
        invoice_code=f"0{agreement.unit.code[3:]}001900104", invoice_number=f"{agreement.code[-6:]}{number:02d}",
        amount_fen=int(kg * price), files=_file(f"发票-{agreement.code}-{number}"), act=Act.now(clerk),
    )  # fmt: skip


def _leave_open(agreement: Agreement, good: Good, price: int, clerk: Account) -> None:
    """Let a last delivery wait: a part of it goes back, and until that has ended it is not settled."""
    act = Act.now(clerk)
    order = call_off(
        agreement=agreement, number="DD-9", ordered_on=END - timedelta(days=19), lines=[Ordered(good, Decimal(200), price)],
        act=act,
    )  # fmt: skip
    delivery = record_delivery(
        call_off=order, note="SH-9", delivered_on=END - timedelta(days=16), lines=[Accepted(order.lines.get(), Decimal(200))],
        files=_file(f"送货单-{agreement.code}-9"), act=act,
    )  # fmt: skip
    open_return(
        line=delivery.lines.get(),
        quantity=Decimal(12),
        reason="示例：到货过熟",
        on=END - timedelta(days=15),
        act=act,
    )


def _give() -> None:
    """Open a welfare scheme from which staff may choose."""
    office, officer = Unit.objects.get(code=OFFICE), Account.objects.get(username=OFFICER)
    products = [
        (Good.objects.get(platform=Platform.WELFARE, title=title_of(county, Platform.WELFARE)), 6_800)
        for county in DESIGNATED
    ]
    details = SchemeDetails(
        code="EX-FL-2020", title="示例：中秋职工福利", opens_on=date(2020, 8, 1), closes_on=date(2099, 1, 1),
        allowance_fen=20_000, document="示例工会〔2020〕9号", is_voluntary=True,
    )  # fmt: skip
    open_scheme(
        details=details, products=products, unit=office, files=_file("工会决议"), act=Act.now(officer)
    )
