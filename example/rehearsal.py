"""A live sale of the example to rehearse with: three goods, too few for everybody; and what must hold afterwards."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Sum
from django.utils import timezone

from bangfu.foundation.operations import Act
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.shop.door.tokens import issue_token
from bangfu.livelihoods.shop.models import Channel, LiveSale, Order, OrderLine, Stock, order_number
from bangfu.livelihoods.shop.operations import (
    admit_buyers,
    end_sale,
    offer_stock,
    plan_sale,
    receive_stock,
    set_apart,
)
from bangfu.livelihoods.shop.queries import board, door_account
from bangfu.livelihoods.shop.rehearsing import OnOffer, Rehearsed, orders_by_key, wrongly_refused
from bangfu.livelihoods.shop.reports import proofs
from example.reported.filling import OFFICER
from example.shop import GOODS, SHOP

SOLD = GOODS[:3]


@dataclass(frozen=True)
class Stage:
    """A live sale that is on, and who buys in it."""

    sale: LiveSale
    on_offer: tuple[OnOffer, ...]
    packs: int
    """Of each offer."""
    buyers: tuple[UUID, ...]
    tokens: tuple[str, ...]


def _act() -> Act:
    return Act.now(Account.objects.get(username=OFFICER))


def prepared(*, buyers: int, packs: int, lasts: timedelta) -> Stage:
    """Begin a live sale now, with so many packs of each of three goods, and let buyers in."""
    act = _act()
    channel = Channel.objects.get(code=SHOP)
    code = f"EX-YL-{timezone.localtime(act.at):%Y%m%d%H%M%S}"
    sale = plan_sale(
        channel=channel, code=code, name_zh=f"示例：演练 {code[6:]}", name_en=f"Example: rehearsal {code[6:]}",
        starts_at=act.at, ends_at=act.at + lasts, act=act,
    )  # fmt: skip
    on_offer = []
    for goods in SOLD:
        stock = Stock.objects.get(variant__code=f"EX-{goods.code}", sale=None)
        receive_stock(
            warehouse=stock.warehouse,
            variant=stock.variant,
            quantity=packs,
            document=f"示例送货单-{code}",
            act=_act(),
        )
        apart = set_apart(
            sale=sale, variant=stock.variant, warehouse=stock.warehouse, quantity=packs, act=_act()
        )
        offer = offer_stock(channel=channel, stock=apart, opens_at=act.at, act=_act())
        on_offer.append(OnOffer(offer.pk, goods.fen))
    admitted = admit_buyers(payer="PUBLIC", count=buyers, act=Act.now(door_account()))
    tokens = tuple(issue_token(one.pk, at=act.at) for one in admitted)
    return Stage(sale, tuple(on_offer), packs, tuple(one.pk for one in admitted), tokens)


def clear_up(stage: Stage) -> None:
    """End the rehearsal: nothing of it is sold any more, and what nobody pays lapses as ever."""
    end_sale(sale=stage.sale, act=_act())


def proved(stage: Stage, found: Rehearsed) -> list[tuple[Words, bool]]:
    """Return what must hold after a rehearsal, in words, and whether it does."""
    left = board(stage.sale).left
    by_key = orders_by_key(found.answers)
    told = {number for numbers in by_key.values() for number in numbers}
    standing = {
        order_number(key)
        for key in Order.objects.filter(sale=stage.sale, buyer__in=stage.buyers).values_list("pk", flat=True)
    }
    lines = OrderLine.objects.filter(order__sale=stage.sale)
    taken = dict(lines.values_list("offer").annotate(packs=Sum("quantity")).values_list("offer", "packs"))
    over = [one.offer for one in stage.on_offer if taken.get(one.offer, 0) > stage.packs]
    under = wrongly_refused(found.answers, left)
    refused = Counter(one.code for one in found.answers if one.code)
    strange = {code: count for code, count in refused.items() if code not in ("sold_out", "too_often")}
    said = [
        (both(f"没有超卖：{len(stage.on_offer)} 件商品，售出都不多于 {stage.packs:,} 件",
              f"nothing is oversold: of {len(stage.on_offer)} goods none sold more than {stage.packs:,}"), not over),
        (both(f"没有少卖：{refused['sold_out']:,} 次“售罄”，没有一次其实还够",
              f"nothing is undersold: of {refused['sold_out']:,} that were told sold out, nobody could have had it"), not under),
        (both(f"每个答复过的订单都在，一个不多：{len(told):,}",
              f"every order that was answered stands, and no other: {len(told):,}"), told == standing),
        (both("同一次按键点两次只有一个订单", "a press that was made twice is one order"),
         all(len(numbers) == 1 for numbers in by_key.values())),
        (both(f"没有别的拒绝 {strange or ''}", f"nothing else was refused {strange or ''}"), not strange),
    ]  # fmt: skip
    return said + [
        (
            both(
                f"{one.words.zh}：{one.left:,} = {one.right:,}",
                f"{one.words.en}: {one.left:,} = {one.right:,}",
            ),
            one.holds,
        )
        for one in proofs(stage.sale)
    ]
