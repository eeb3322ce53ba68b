"""A year of the shop's suppliers: one co-operative a county, its stages, papers, tickets, orders to ship and statements.

Each is the operator of its county's industry. Everything goes through the room's operations, with the clock of its day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import polars
from django.utils import timezone

from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import Batch
from bangfu.foundation.rooms import record_type
from bangfu.livelihoods.industries.models import Operator
from bangfu.livelihoods.shop.models import Buyer, Offer, Order, Product
from bangfu.livelihoods.shop.operations import admit_buyers, keep_recipient, pay_orders, place_orders
from bangfu.livelihoods.shop.operations.placing import SCHEMA
from bangfu.livelihoods.shop.queries import door_account
from bangfu.livelihoods.suppliers.codes import check_character
from bangfu.livelihoods.suppliers.models import Item, Statement, Supplier
from bangfu.livelihoods.suppliers.operations import (
    ParcelDetails,
    ProofDetails,
    SupplierDetails,
    claim_stage,
    close_ticket,
    confirm_statement,
    correct_line,
    enter_supplier,
    hand_in_proof,
    issue_statement,
    object_to_statement,
    pay_statement,
    raise_ticket,
    reply_to_ticket,
    seat_account,
    set_terms,
    ship_parcels,
    supply_product,
    verify_proof,
)
from example import house
from example.papers import VERIFIER, document, verify_paper
from example.reported.filling import OFFICE, OFFICER, code_of

FIRST = date(2019, 8, 1)
LAST = date(2020, 7, 30)
QUARTERS = (date(2019, 8, 1), date(2019, 11, 1), date(2020, 2, 1), date(2020, 5, 1), date(2020, 8, 1))
TO_SHIP = 4
"""Orders of each supplier that wait to be shipped at the end of the year."""


@dataclass(frozen=True)
class Planned:
    """One supplier as the example has it."""

    county: int
    username: str
    kind: str
    zh: str
    en: str
    stages: tuple[date, ...]
    """When it reached each stage, from packaged on."""
    fell_back_on: date | None
    commission_bp: int
    freight_fen: int
    below: int
    """Hundredths of what was promised that growers were paid."""
    ends: str
    """How its last statement stands: ``ISSUED``, ``OBJECTED``, ``CONFIRMED`` or ``PAID``."""


PLANS = (
    Planned(230524000000, "raomi", "COOPERATIVE", "饶河示例大米合作社", "Raohe Example Rice Co-operative",
            (date(2019, 8, 20), date(2019, 9, 10), date(2019, 12, 5), date(2020, 3, 16), date(2020, 6, 22)),
            None, 300, 0, 104, "PAID"),
    Planned(130724000000, "guli", "COOPERATIVE", "沽源示例藜麦合作社", "Guyuan Example Quinoa Co-operative",
            (date(2019, 8, 26), date(2019, 10, 15), date(2020, 1, 8), date(2020, 5, 6)), None, 500, 300, 100, "CONFIRMED"),
    Planned(130723000000, "kangma", "FIRM", "康保示例胡麻油坊", "Kangbao Example Flax Oil Mill",
            (date(2019, 9, 2), date(2019, 11, 11), date(2020, 4, 20)), date(2020, 7, 6), 500, 600, 97, "OBJECTED"),
    Planned(house.CEHENG, "cenjiao", "COOPERATIVE", "册亨示例糯米蕉合作社", "Ceheng Example Banana Co-op",
            (date(2019, 9, 16), date(2020, 2, 24)), None, 200, 800, 101, "ISSUED"),
)  # fmt: skip
WORDS = (
    "有了印着产品名的纸箱和内袋",
    "标签写明配料、净含量、执行标准和产地",
    "商标注册公告",
    "自己在网店上了新商品",
    "三个月没有经帮扶渠道也卖出了货",
)
QUESTIONS = (
    (
        "PACKAGING",
        "新纸箱多大合适",
        "换了 5 公斤装，原来的纸箱大了，路上容易碎，用多大的好？",
        "按 30×20×18 厘米定，内加护角。",
    ),
    ("SHIPPING", "偏远地区快递不收", "有两单到县外乡镇的，快递说不派送，怎么办？", None),
)


def code_of_supplier(plan: Planned) -> str:
    """Return a supplier's credit code: of no real body, but one whose last character checks the others."""
    first = f"{'91' if plan.kind == 'FIRM' else '93'}{code_of(plan.county)}MA6EXAMP1"
    return first + check_character(first)


def _at(on: date, hour: int = 9) -> datetime:
    return timezone.make_aware(datetime.combine(on, time(hour)))


def _by(username: str, on: date, hour: int = 9) -> Act:
    return Act(actor=Account.objects.get(username=username), at=_at(on, hour))


def _file(name: str) -> tuple[tuple[str, bytes], ...]:
    return ((f"示例-{name}.txt", document(name)),)


def see_through() -> None:
    """Let the suppliers have their year, as far as it is missing."""
    for plan in PLANS:
        if not Supplier.objects.filter(code=code_of_supplier(plan)).exists():
            _found(plan)
            _climb(plan)
            _prove(plan)
            _ask(plan)
            _settle(plan)
    if not Order.objects.filter(placed_at__gte=_at(LAST, 0), channel__code="EX-SC").exists():
        _leave_to_ship()


def _supplier(plan: Planned) -> Supplier:
    return Supplier.objects.get(code=code_of_supplier(plan))


def _found(plan: Planned) -> None:
    """Enter a supplier with its products, terms and the account of its people."""
    act = _by(OFFICER, FIRST, 8)
    details = SupplierDetails(
        code=code_of_supplier(plan), kind=plan.kind, name_zh=plan.zh, name_en=plan.en, county=Place.objects.get(pk=plan.county),
        operator=Operator.objects.filter(name_zh=plan.zh).first(), contact_name="示例联系人", contact_phone="13000000000",
    )  # fmt: skip
    supplier = enter_supplier(
        details=details, unit=Unit.objects.get(code=OFFICE), files=_file(f"营业执照-{details.code}"), act=act
    )
    seat_account(
        supplier=supplier, account=Account.objects.get(username=plan.username), starts_on=FIRST, act=act
    )
    for product in Product.objects.filter(place=plan.county, code__startswith="EX-").order_by("code"):
        supply_product(supplier=supplier, product=product, starts_on=FIRST, due_on=date(2019, 9, 30), act=act)
    set_terms(
        supplier=supplier, starts_on=FIRST, commission_bp=plan.commission_bp, platform_bp=60, freight_fen=plan.freight_fen,
        document=f"示例供货合同〔2019〕{code_of(plan.county)}", files=_file(f"供货合同-{code_of(plan.county)}"), act=act,
    )  # fmt: skip


def _climb(plan: Planned) -> None:
    """Let a supplier reach its stages, each verified before the next, and fall back where it did."""
    supplier, kind = _supplier(plan), record_type("suppliers.step").number
    steps = [(stage, on, WORDS[stage - 1]) for stage, on in enumerate(plan.stages, 1)]
    if plan.fell_back_on is not None:
        steps.append((len(plan.stages) - 1, plan.fell_back_on, "商标到期未续展，停用"))
    for stage, on, words in steps:
        claim_stage(
            supplier=supplier, to_stage=stage, reached_on=on, words=f"示例：{words}",
            files=_file(f"阶段-{code_of(plan.county)}-{on}"), act=_by(plan.username, on),
        )  # fmt: skip
        verify_paper(Batch.objects.filter(record_type=kind, state="SUBMITTED").latest("pk"))


def _prove(plan: Planned) -> None:
    """Hand in the papers of each product; of Ceheng some are missing and one waits."""
    is_last = plan.county == house.CEHENG
    found = (
        Item.objects.filter(supply__supplier=_supplier(plan)).select_related("supply__product").order_by("pk")
    )
    for number, item in enumerate(found):
        if is_last and number % 5 in (3, 4):
            continue
        said = {
            "LICENCE": ProofDetails(
                f"SC1015{code_of(plan.county)}{number:04d}", "示例：县市场监管局", date(2019, 8, 12), _licence_ends(number)
            ),
            "TEST": ProofDetails(f"示例检2019-{number}", "示例：州检验中心", date(2019, 8, 20)),
            "BRAND": ProofDetails(f"示例商标{number}", "示例：商标公告", date(2019, 8, 22)),
        }.get(item.kind, ProofDetails())  # fmt: skip
        proof = hand_in_proof(
            item=item, details=said, files=_file(f"{item.kind}-{item.supply.product.code}"),
            act=_by(plan.username, date(2019, 9, 4)),
        )  # fmt: skip
        if not (is_last and number % 5 == 2):
            verify_proof(proof=proof, act=_by(VERIFIER, date(2019, 9, 6)))


def _licence_ends(number: int) -> date:
    """Return until when a licence is in force: the first of each supplier lapses soon, whenever the example is loaded."""
    return timezone.localdate() + timedelta(days=20) if number == 0 else date(2099, 8, 11)


def _ask(plan: Planned) -> None:
    """Raise two questions: one was answered and closed, one waits."""
    supplier = _supplier(plan)
    for number, (category, title, text, answer) in enumerate(QUESTIONS):
        on = date(2020, 6, 8) + timedelta(days=20 * number)
        ticket = raise_ticket(
            supplier=supplier, category=category, title=f"示例：{title}", text=text, due_on=on + timedelta(days=3),
            act=_by(plan.username, on),
        )  # fmt: skip
        if answer is not None:
            reply_to_ticket(ticket=ticket, text=answer, act=_by(OFFICER, on + timedelta(days=1)))
            close_ticket(ticket=ticket, text="好用，谢谢", act=_by(plan.username, on + timedelta(days=9)))


def _settle(plan: Planned) -> None:
    """Issue a statement a quarter; all but the last are confirmed and paid."""
    for first, end in pairwise(QUARTERS):
        statement = issue_statement(
            supplier=_supplier(plan), starts_on=first, ends_on=end, act=_by(OFFICER, end + timedelta(days=2))
        )
        ends = plan.ends if end == QUARTERS[-1] else "PAID"
        _answer(plan, statement, end, ends)
    if plan.ends == "OBJECTED":
        earliest = Statement.objects.filter(supplier=_supplier(plan)).order_by("pk")[0]
        line = earliest.lines.filter(kind="GOODS").order_by("pk")[0]
        correct_line(
            line=line,
            amount_fen=600,
            reason="示例：这一单是自提，不收运费",
            act=_by(OFFICER, date(2020, 8, 6)),
        )


def _answer(plan: Planned, statement: Statement, end: date, ends: str) -> None:
    if ends == "OBJECTED":
        words = "示例：有一单是自提，多扣了运费"
        object_to_statement(statement=statement, words=words, act=_by(plan.username, end + timedelta(days=4)))
    elif ends != "ISSUED":
        growers = statement.floor_fen * plan.below // 100
        confirm_statement(
            statement=statement, grower_fen=growers, words="示例：收购时扣了水分" if plan.below < 100 else "",
            files=_file(f"收购凭证-{statement.number}"), act=_by(plan.username, end + timedelta(days=4)),
        )  # fmt: skip
    if ends == "PAID":
        pay_statement(
            statement=statement, paid_on=end + timedelta(days=7), receipt=f"EX-HD-{statement.number}",
            files=_file(f"付款回单-{statement.number}"), act=_by(VERIFIER, end + timedelta(days=8)),
        )  # fmt: skip


def _leave_to_ship() -> None:
    """Let the public order on the last days, with where it goes; of each supplier one order is partly on its way."""
    door = Act(actor=door_account(on=FIRST), at=_at(LAST, 20))
    for plan in PLANS:
        offers = Offer.objects.filter(
            channel__code="EX-SC", stock__sale=None, stock__variant__product__place=plan.county
        ).select_related("stock__variant").order_by("pk")  # fmt: skip
        chosen = list(offers)
        buyers = admit_buyers(payer="PUBLIC", count=TO_SHIP, act=door)
        prices = {one.pk: one.stock.variant.prices.latest("valid_from").price_fen for one in chosen}
        rows = [
            (number, f"EX-SUP-{plan.county}-{number}", str(buyer.pk), chosen[number % len(chosen)].pk, 1 + number % 3,
             prices[chosen[number % len(chosen)].pk])
            for number, buyer in enumerate(buyers)
        ]  # fmt: skip
        placed = [
            one.order
            for one in place_orders(frame=polars.DataFrame(rows, schema=SCHEMA, orient="row"), act=door)
            if one.order
        ]
        totals = dict(Order.objects.filter(pk__in=placed).values_list("pk", "total_fen"))
        pay_orders(
            frame=polars.DataFrame(
                {
                    "order": list(totals), "service": ["test"] * len(totals), "reference": [f"EX-T{order}" for order in totals],
                    "amount_fen": list(totals.values()),
                }
            ),
            act=door,
        )  # fmt: skip
        _send_some(plan, buyers, placed, door)


def _send_some(plan: Planned, buyers: list[Buyer], placed: list[int], door: Act) -> None:
    for number, buyer in enumerate(buyers[:-1]):  # the last is fetched
        keep_recipient(
            buyer=buyer, name=f"示例收件人{number + 1}", phone=f"1300000{number:04d}", address=f"示例街道 {number + 1} 号",
            place=Place.objects.get(pk=house.CEHENG), act=door,
        )  # fmt: skip
    line = Order.objects.get(pk=placed[2]).lines.get()
    if line.quantity > 1:
        parcel = ParcelDetails(placed[2], f"SF{plan.county // 10**6}0000001", "SF", {line.pk: 1})
        ship_parcels(supplier=_supplier(plan), parcels=[parcel], act=_by(plan.username, date(2020, 7, 31)))
