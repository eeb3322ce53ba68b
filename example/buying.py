"""The shopper's side of the example: carriage, coupons, a few buyers with addresses, what they gave back, invoices and reviews.

Buyers, addresses and numbers are invented; everything goes through the shop's operations, with the clock of its day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import polars
from django.utils import timezone

from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.payments.models import MerchantAccount, Provider
from bangfu.foundation.payments.operations import MerchantDetails, open_merchant_account
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.models import Place
from bangfu.livelihoods.shop.models import (
    Buyer,
    Channel,
    CouponBatch,
    FreightTemplate,
    Offer,
    Order,
    OrderLine,
    Product,
)
from bangfu.livelihoods.shop.operations import (
    CouponDetails,
    ProvinceRate,
    admit_buyers,
    agree_return,
    agree_terms,
    answer_review,
    ask_invoice,
    ask_return,
    claim_coupon,
    close_orders,
    decline_return,
    deliver_orders,
    enter_freight,
    issue_coupons,
    issue_invoice,
    keep_recipient,
    pay_orders,
    pick_freight,
    place_orders,
    refund_return,
    refuse_review,
    set_freight,
    ship_orders,
    show_review,
    write_review,
)
from bangfu.livelihoods.shop.operations.checking_out import amount_due
from bangfu.livelihoods.shop.operations.placing import SCHEMA
from bangfu.livelihoods.shop.queries import door_account, open_offers
from example.books import ACCOUNTANT
from example.reported.filling import OFFICE, OFFICER
from example.shop import OPENED, SHOP

MERCHANT, FREIGHT, COLD, BATCH, TENTH = "ex-shop-test", "EX-YF", "EX-YF-SX", "EX-YHQ-80", "EX-YHQ-9Z"
FIRST = date(2020, 6, 9)
CLOSED_DAYS = 62
"""When an order is closed of which a pack comes back all the same: 10 August, after the year's last statements."""
COUPONS_END = datetime(2035, 1, 1, tzinfo=timezone.get_fixed_timezone(8 * 60))
"""So that whoever looks at an example house can claim some."""
XINJIANG, TIBET, HAINAN = 650000000000, 540000000000, 460000000000
HOMES = (110105000000, 310115000000, 440106000000, 520102000000, 650102000000, 330106000000)
"""Where the invented buyers live: 朝阳, 浦东, 天河, 南明, 天山, 西湖."""
TAX_NUMBER = "91350100M000100Y43"
"""The code that the standard itself gives as its example (GB 32100-2015)."""


@dataclass(frozen=True)
class Bought:
    """One order of an invented buyer, and what came of it."""

    goods: tuple[tuple[str, int], ...]
    with_coupon: bool = False
    review: tuple[int, str] | None = None
    invoice: str = ""
    """To whom an invoice is made out; with ``公司`` in it, an organisation."""
    gives_back: str = ""
    """Why a pack of the first line goes back; empty: none does."""
    comes_back_late: bool = False
    """Whether a pack goes back after the order was closed: the supplier's next statement has to wait for that."""


BOUGHT = (
    Bought((("EX-RH-MI-5", 2), ("EX-RH-MUER", 1)), True, (5, "米很香，煮粥不用焖太久。"), "示例科技有限公司"),
    Bought(
        (("EX-GY-LIMAI-1", 3),),
        True,
        (4, "颗粒饱满，就是袋子封口不太好撕。"),
        "示例个人",
        comes_back_late=True,
    ),
    Bought(
        (("EX-KB-HUMAYOU-18", 1), ("EX-KB-YANMAI", 2)), False, (3, "油不错，燕麦碎了一些。"), "", "QUALITY"
    ),
    Bought((("EX-CH-CHAYOU", 1),), True, (5, "送长辈的，包装体面。"), "", "NO_REASON"),
    Bought((("EX-RH-FENGMI", 1),), False, (1, "物流太慢。"), "", "LOST"),
    Bought((("EX-GY-YOUMIAN", 2),), False, None, "示例餐饮有限公司", "QUALITY"),
)
"""In the order of ``HOMES``."""


def see_through() -> None:
    """Let a few buyers buy, and follow what they bought to its end, as far as that is missing."""
    if not MerchantAccount.objects.filter(code=MERCHANT).exists():
        _open()
    if not FreightTemplate.objects.filter(code=FREIGHT).exists():
        _charge()
    if not CouponBatch.objects.filter(code=BATCH).exists():
        _issue()
        for number, one in enumerate(BOUGHT):
            _follow(number, one, *_bought(number, one))


def _at(days: int, clock: time = time(10, 0)) -> datetime:
    return timezone.make_aware(datetime.combine(FIRST + timedelta(days=days), clock))


def _officer(days: int) -> Act:
    return Act(actor=Account.objects.get(username=OFFICER), at=_at(days))


def _door(days: int, clock: time = time(10, 0)) -> Act:
    return Act(actor=door_account(on=OPENED), at=_at(days, clock))


def _open() -> None:
    """Open the account into which buyers pay; no money moves."""
    details = MerchantDetails(
        code=MERCHANT, title="示例商城收款（测试）", provider=Provider.TEST, owner_kind="COMPANY", owner_title="示例集团",
        owner_code=TAX_NUMBER,
    )  # fmt: skip
    unit = Unit.objects.get(code=OFFICE)
    open_merchant_account(
        unit=unit, details=details, act=Act(actor=Account.objects.get(username=ACCOUNTANT), at=_at(0))
    )


def _charge() -> None:
    """Charge carriage by weight, and for fresh goods by the pack, which do not go to three provinces."""
    channel, act = Channel.objects.get(code=SHOP), _officer(0)
    usual = enter_freight(
        channel=channel,
        code=FREIGHT,
        name_zh="示例：标准运费",
        name_en="Example: usual carriage",
        is_usual=True,
        act=act,
    )
    far = [ProvinceRate(Place.objects.get(pk=one), 1_800, 800) for one in (XINJIANG, TIBET)]
    set_freight(
        template=usual, basis="WEIGHT", first=1_000, further=1_000, rates=[ProvinceRate(None, 800, 200), *far],
        free_from_fen=19_900, valid_from=act.at, act=act,
    )  # fmt: skip
    cold = enter_freight(
        channel=channel, code=COLD, name_zh="示例：生鲜运费", name_en="Example: fresh goods", act=act
    )
    out = [ProvinceRate(Place.objects.get(pk=one), is_served=False) for one in (XINJIANG, TIBET, HAINAN)]
    set_freight(
        template=cold, basis="PIECES", first=1, further=1, rates=[ProvinceRate(None, 1_200, 600), *out],
        valid_from=act.at, act=act,
    )  # fmt: skip
    fresh = Product.objects.filter(code__startswith="EX-", kind="FRESH")
    for product in fresh:
        pick_freight(channel=channel, product=product, template=cold, act=act)


def _issue() -> None:
    channel, act = Channel.objects.get(code=SHOP), _officer(0)
    flat = CouponDetails(
        code=BATCH, name_zh="示例：满 80 减 10", name_en="Example: 10 off 80", kind="AMOUNT", off_fen=1_000, from_fen=8_000,
        starts_at=act.at, ends_at=COUPONS_END, number=5_000, per_buyer=2,
    )  # fmt: skip
    tenth = CouponDetails(
        code=TENTH, name_zh="示例：藜麦九折", name_en="Example: a tenth off quinoa", kind="PERCENT", off_pct=10,
        cap_fen=3_000, from_fen=0, starts_at=act.at, ends_at=COUPONS_END, number=500,
    )  # fmt: skip
    issue_coupons(channel=channel, details=flat, act=act)
    quinoa = Product.objects.filter(name_zh="沽源藜麦", code__startswith="EX-")
    issue_coupons(channel=channel, details=tenth, products=list(quinoa), act=act)


def _bought(number: int, one: Bought) -> tuple[Order, Buyer]:
    """Return an order that its buyer placed, with its carriage and coupon, and paid."""
    act = _door(number)
    (buyer,) = admit_buyers(payer="PUBLIC", act=act)
    keep_recipient(
        buyer=buyer, name=f"示例买家{number + 1}", phone=f"1390000{number:04d}", address=f"示例路 {number + 1} 号",
        place=Place.objects.get(pk=HOMES[number]), act=act,
    )  # fmt: skip
    coupon = None
    if one.with_coupon:
        batch = CouponBatch.objects.get(code=BATCH)
        coupon = claim_coupon(batch=batch, buyer=buyer, act=act).pk
    shop = open_offers(act.at).filter(channel__code=SHOP, stock__sale=None)
    offers: dict[str, Offer] = {offer.stock.variant.code: offer for offer in shop}
    rows = [
        (0, f"EX-buyer-{number}", str(buyer.pk), offers[code].pk, packs, offers[code].price_fen)  # type: ignore[attr-defined]
        for code, packs in one.goods
    ]
    (placed,) = place_orders(frame=polars.DataFrame(rows, schema=SCHEMA, orient="row"), act=act)
    if placed.order is None:
        raise RuntimeError(f"the example's buyer {number} was refused: {placed.code}")
    order = Order.objects.get(pk=placed.order)
    agree_terms(order=order, coupon=coupon, act=act)
    payment = {
        "order": [order.pk],
        "service": ["test"],
        "reference": [f"EX-B{number}"],
        "amount_fen": [amount_due(order)],
    }
    pay_orders(frame=polars.DataFrame(payment), act=_door(number, time(10, 9)))
    return order, buyer


def _follow(number: int, one: Bought, order: Order, buyer: Buyer) -> None:
    """Send an order, let it arrive, and let its buyer ask for what the plan says."""
    ship_orders(waybills={order.pk: f"示例运单B{number:06d}"}, act=_officer(number + 1))
    deliver_orders(orders=[order.pk], act=_door(number + 4))
    first = OrderLine.objects.filter(order=order).order_by("pk")[0]
    if one.invoice:
        _invoiced(number, one, order)
    if one.review is not None:
        _reviewed(number, one.review, first)
    if one.gives_back:
        _given_back(number, one.gives_back, first)
    if one.comes_back_late:
        close_orders(orders=[order.pk], act=_officer(CLOSED_DAYS))
        ask_return(line=first, quantity=1, reason="QUALITY", words="开袋有虫。", act=_door(CLOSED_DAYS + 2))


def _invoiced(number: int, one: Bought, order: Order) -> None:
    """Ask for an invoice; the last of them still waits for its number."""
    is_company = "公司" in one.invoice
    request = ask_invoice(
        order=order, made_out_to="COMPANY" if is_company else "PERSON", title=one.invoice,
        tax_number=TAX_NUMBER if is_company else "", email=f"buyer{number}@example.com", act=_door(number + 5),
    )  # fmt: skip
    if number < 2:
        issue_invoice(
            request=request, number=f"2062200000{number:04d}", issued_on=FIRST + timedelta(days=number + 6),
            act=_officer(number + 6),
        )  # fmt: skip


def _reviewed(number: int, said: tuple[int, str], line: OrderLine) -> None:
    """Review goods: most are shown, some answered, one is not shown, and one still waits."""
    review = write_review(line=line, stars=said[0], words=said[1], act=_door(number + 5))
    if number == 4:
        refuse_review(
            review=review, reason="只评物流，与商品无关；请在订单里联系我们。", act=_officer(number + 6)
        )
    elif number != 3:
        show_review(review=review, act=_officer(number + 6))
    if number in (1, 2):
        answer_review(review=review, answer="谢谢，包装已请合作社改进。", act=_officer(number + 7))


def _given_back(number: int, reason: str, line: OrderLine) -> None:
    """Ask for a refund of a pack: one is refunded, one declined, one waits for the goods, one for an answer."""
    found = ask_return(line=line, quantity=1, reason=reason, words="", act=_door(number + 6))
    if number == 2:
        agree_return(found=found, needs_goods=False, answer="照片已看，直接退款。", act=_officer(number + 7))
        refund_return(found=found, act=_officer(number + 7))
    elif number == 3:
        agree_return(
            found=found, needs_goods=True, answer="请寄回示例仓，运费到付。", act=_officer(number + 7)
        )
    elif number == 4:
        decline_return(found=found, answer="快递已于当日签收，请核对。", act=_officer(number + 7))
