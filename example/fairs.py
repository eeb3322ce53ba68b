"""The fair of the counties' produce at the annual meeting: four stalls, two days of receipts, and one that went back.

What it sold stands for a part of what the quarter's orders would have brought (``example.consumption``), so that no figure of the
pledge depends on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from random import Random

from bangfu.foundation.intake.models import ReportedRecord
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import Batch
from bangfu.foundation.rooms import record_type
from bangfu.livelihoods.consumption.models import Entry, Fair, Sale
from bangfu.livelihoods.consumption.operations import (
    FairDetails,
    StallDetails,
    add_stall,
    enter_fair,
    refund_sale,
)
from bangfu.livelihoods.shop.measures import FAIRS
from example.distribution import SEED
from example.papers import Paper, Row, Sheet, document, verify_paper
from example.reported.filling import OFFICE, OFFICER
from example.shop import GOODS, Goods
from example.suppliers import PLANS, Planned, code_of_supplier

CODE, TITLE = "EX-ZC-2019", "示例：年度工作会扶贫产品专场"
FIRST, DAYS = date(2019, 12, 16), 2
VENUE = 110102000000
"""西城, where the meeting is held."""
OF_PUBLIC, OF_UNION = 18, 2
"""Receipts of each stall: of the meeting's guests, and of the headquarters' union."""
RECEIPT = "0007"
"""Of the first stall: one of its products goes back the day after."""


@dataclass(frozen=True)
class Bought:
    """A product on a receipt."""

    receipt: str
    on: date
    payer: str
    """``PUBLIC`` or ``UNION``."""
    goods: Goods
    packs: int

    @property
    def fen(self) -> int:
        """What was paid for it."""
        return self.goods.fen * self.packs


def stall_of(plan: Planned) -> str:
    """Return a supplier's stall."""
    return f"A{PLANS.index(plan) + 1:02d}"


def title_of(goods: Goods) -> str:
    """Return what a pack is called at its stall."""
    return f"{goods.name[0]} {goods.spec[0]}"


@cache
def bought_of(county: int) -> tuple[Bought, ...]:
    """Return what was bought at a county's stall."""
    draw, offered = Random(f"{SEED} fair {county}"), [one for one in GOODS if one.county == county]
    found = []
    for number in range(OF_PUBLIC + OF_UNION):
        is_union = number >= OF_PUBLIC
        on = FIRST + timedelta(days=number % DAYS)
        for goods in draw.sample(offered, draw.randint(1, min(2, len(offered)))):
            packs = draw.randint(8, 15) if is_union else draw.randint(1, 3)
            found.append(Bought(f"{number + 1:04d}", on, "UNION" if is_union else "PUBLIC", goods, packs))
    return tuple(found)


def _went_back(county: int) -> Bought | None:
    if county != PLANS[0].county:
        return None
    return next(one for one in bought_of(county) if one.receipt == RECEIPT)


def kept_fen(county: int, on: date, *, is_bought: bool) -> int:
    """Return what a county's stall kept of what a quarter's purchases were, or of what was helped to sell; else zero.

    Args:
        on: any day of the quarter.
    """
    if (on.year, (on.month - 1) // 3) != (FIRST.year, (FIRST.month - 1) // 3):
        return 0
    sums = sum(one.fen for one in bought_of(county) if (one.payer == "UNION") == is_bought)
    back = _went_back(county)
    return sums - (back.fen if back is not None and (back.payer == "UNION") == is_bought else 0)


def papers() -> list[Paper]:
    """Return the receipts of all stalls as the tills wrote them; none in a house that reported the fair by hand."""
    if ReportedRecord.objects.filter(measure=FAIRS.code, reference=CODE, withdrawn_at=None).exists():
        return []
    return [Paper("consumption.receipts", OFFICE, OFFICER, "年度工作会专场收据", made=_receipts, weight=120)]


def _receipts() -> Sheet:
    if not Fair.objects.filter(code=CODE, withdrawn_at=None).exists():
        _hold()
    file = "示例-收据存根.txt"
    rows: list[Row] = [
        {
            "fair": CODE,
            "stall": stall_of(plan),
            "receipt": one.receipt,
            "title": title_of(one.goods),
            "quantity": one.packs,
            "paid_yuan": Decimal(one.fen).scaleb(-2),
            "paid_on": one.on,
            "payer": "工会" if one.payer == "UNION" else "社会公众",
            "evidence": file,
        }
        for plan in PLANS
        for one in bought_of(plan.county)
    ]
    lines = [f"{row['stall']} {row['receipt']} {row['title']} {row['paid_yuan']}" for row in rows]
    return Sheet(rows, {file: document("收据存根（示例佐证）", *lines)})


def _hold() -> None:
    """Enter the fair with a stall of each county, and let another verify it."""
    act = Act.now(Account.objects.get(username=OFFICER))
    details = FairDetails(
        code=CODE, title=TITLE, place=Place.objects.get(pk=VENUE), venue="示例会议中心一层", starts_on=FIRST,
        ends_on=FIRST + timedelta(days=DAYS), document="示例帮扶办〔2019〕28 号",
    )  # fmt: skip
    notice = (("示例-举办通知.txt", document("年度工作会扶贫产品专场的通知")),)
    fair = enter_fair(details=details, unit=Unit.objects.get(code=OFFICE), files=notice, act=act)
    for plan in PLANS:
        stall = StallDetails(
            code=stall_of(plan), exhibitor=code_of_supplier(plan), exhibitor_name=plan.zh,
            place=Place.objects.get(pk=plan.county), proof="示例：县农业农村局产地证明",
            products=tuple(title_of(one) for one in GOODS if one.county == plan.county),
        )  # fmt: skip
        add_stall(fair=fair, details=stall, act=act)
    kind = record_type("consumption.fair").number
    verify_paper(Batch.objects.get(record_type=kind, reviews__record_id=fair.pk))


def give_back() -> None:
    """Let one product go back the day after it was bought, as far as that is missing; it waits for review as all refunds do."""
    back = _went_back(PLANS[0].county)
    assert back is not None
    found = Sale.objects.filter(
        order_no=f"{CODE}/{stall_of(PLANS[0])}/{RECEIPT}", good__title=title_of(back.goods), withdrawn_at=None
    ).first()
    if found is None or Entry.objects.filter(sale=found, kind="REFUNDED").exists():
        return
    files = (("示例-退款收条.txt", document("封口破了，当场退款")),)
    refund_sale(
        sale=found, amount_fen=back.fen, on=back.on + timedelta(days=1), document="EX-TK-1", files=files,
        act=Act.now(Account.objects.get(username=OFFICER)),
    )  # fmt: skip
