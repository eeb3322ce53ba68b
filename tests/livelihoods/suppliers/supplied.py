"""What the tests of this room have in common: the co-operative of 册亨 and another, their people, products, orders, terms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from bangfu.foundation.operations import Act, Refusal, system_writes
from bangfu.foundation.organisation.models import RoleGrant
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import Batch
from bangfu.foundation.review.operations import draw_sample, look_at
from bangfu.livelihoods.shop.models import Offer, Order, Product
from bangfu.livelihoods.shop.operations import close_orders, deliver_orders, keep_recipient, ship_orders
from bangfu.livelihoods.suppliers.codes import check_character
from bangfu.livelihoods.suppliers.models import Step, Supplier, Supply, Terms
from bangfu.livelihoods.suppliers.operations import (
    SupplierDetails,
    claim_stage,
    enter_supplier,
    seat_account,
    set_terms,
    supply_product,
    verify_steps,
)
from tests.cast import CEHENG, FOUNDED, GUIZHOU, NOW, PASSWORD, Cast, _persons
from tests.livelihoods.shop.sold import Shop, opened

FILES = (("凭证.txt", "示例凭证".encode()),)
FIRST = date(2020, 7, 1)


def code(number: int = 1) -> str:
    """Return a credit code of 册亨 whose last character checks the others."""
    first = f"93522327MA6EXA{number:03d}"
    return first + check_character(first)


def details(number: int = 1, **changes: Any) -> SupplierDetails:
    """Return what is said of a co-operative of 册亨."""
    said: dict[str, Any] = {
        "code": code(number), "kind": "COOPERATIVE", "name_zh": f"册亨示例合作社{number}", "name_en": f"Ceheng co-op {number}",
        "county": Place.objects.get(pk=CEHENG), "contact_name": "岑示例", "contact_phone": "13800000001",
    }  # fmt: skip
    return SupplierDetails(**{**said, **changes})


def entered(cast: Cast, number: int = 1, **changes: Any) -> Supplier:
    """Enter a supplier, as the clerk of 贵州."""
    return enter_supplier(
        details=details(number, **changes), unit=cast.guizhou, files=FILES, act=cast.act(cast.clerk)
    )


def person_of(cast: Cast, supplier: Supplier, username: str) -> Account:
    """Return an account with the role ``supplier`` and a seat for a supplier."""
    with system_writes("the cast of the tests"):
        account = Account(username=username, person=_persons("岑示例")[0])
        account.set_password(PASSWORD)
        account.save()
        RoleGrant.objects.create(account=account, role="supplier", unit=cast.guizhou, starts_on=FOUNDED)
    seat_account(supplier=supplier, account=account, starts_on=FIRST, act=cast.act(cast.clerk))
    return account


def verified(cast: Cast, paper: Batch | None = None) -> Batch:
    """Look at a paper's sample and verify it; without one, the paper submitted last."""
    batch = paper or Batch.objects.latest("pk")
    act = cast.act(cast.verifier)
    sample = draw_sample(batch=batch, act=act)
    look_at(batch=batch, records=[one.record_id for one in sample.records.all()], act=act)
    return verify_steps(batch=batch, act=act)


def reached(
    cast: Cast, supplier: Supplier, stage: int, on: date = FIRST, words: str = "示例：看到包装"
) -> Step:
    """Let a supplier reach a stage, verified."""
    step = claim_stage(
        supplier=supplier, to_stage=stage, reached_on=on, words=words, files=FILES, act=cast.act(cast.clerk)
    )
    verified(cast)
    step.refresh_from_db()
    return step


def termed(
    cast: Cast,
    supplier: Supplier,
    starts_on: date = FIRST,
    *,
    bp: int = 500,
    platform: int = 60,
    freight: int = 800,
) -> Terms:
    """Enter terms."""
    return set_terms(
        supplier=supplier, starts_on=starts_on, commission_bp=bp, platform_bp=platform, freight_fen=freight,
        document="合同〔2020〕1号", files=FILES, act=cast.act(cast.clerk),
    )  # fmt: skip


@dataclass
class Market:
    """A shop whose rice one supplier supplies, with another supplier and its people beside it."""

    cast: Cast
    shop: Shop
    supplier: Supplier
    supply: Supply
    own: Account
    other: Supplier
    others: Account
    offer: Offer

    def by_own(self, at: datetime = NOW) -> Act:
        """Return an act of the supplier's own account."""
        return Act(actor=self.own, at=at)

    def by_other(self, at: datetime = NOW) -> Act:
        """Return an act of the other supplier's account."""
        return Act(actor=self.others, at=at)

    def by_clerk(self, at: datetime = NOW) -> Act:
        """Return an act of the clerk of 贵州."""
        return Act(actor=self.cast.clerk, at=at)

    def closed(self, quantity: int = 1, *, days: int = 0, offer: Offer | None = None) -> Order:
        """Return an order that was paid, shipped, delivered and closed; closed so many days after the story's time."""
        order = self.shop.paid(offer or self.offer, quantity)
        at = NOW + timedelta(days=days)
        ship_orders(waybills={order.pk: f"SF{order.pk:013d}"}, act=self.by_clerk(at))
        deliver_orders(orders=[order.pk], act=self.by_clerk(at))
        close_orders(orders=[order.pk], act=self.by_clerk(at))
        order.refresh_from_db()
        return order

    def bound_for(self, order: Order, name: str = "王示例", phone: str = "13900000009") -> None:
        """Keep where an order goes."""
        keep_recipient(
            buyer=order.buyer, name=name, phone=phone, address="示例路 1 号", place=Place.objects.get(pk=GUIZHOU),
            act=self.shop.act(),
        )  # fmt: skip


def market(cast: Cast) -> Market:
    """Open the shop, let one supplier supply its rice, and seat people of two suppliers."""
    shop = opened(cast)
    supplier, other = entered(cast, 1), entered(cast, 2, contact_name="", contact_phone="")
    product = Product.objects.get(code="CH-MI")
    supply = supply_product(supplier=supplier, product=product, starts_on=FIRST, act=cast.act(cast.clerk))
    return Market(
        cast, shop, supplier, supply, person_of(cast, supplier, "cen"), other, person_of(cast, other, "wei"),
        shop.offered(1000),
    )  # fmt: skip


def facts() -> list[tuple[str, Decimal, int, date]]:
    """Return the room's facts: measure, quantity, place, day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT measure.code, quantity, place_id, happened_on FROM ledger_fact"
            " JOIN ledger_cataloguemeasure measure ON measure.id = measure_id"
            " WHERE measure.code LIKE 'suppliers.%%' ORDER BY ledger_fact.id",
            [],
        )
        return cursor.fetchall()


TABLES = (
    "suppliers_supplier", "suppliers_seat", "suppliers_supply", "suppliers_terms", "suppliers_step", "suppliers_item",
    "suppliers_proof", "suppliers_ticket", "suppliers_reply", "suppliers_parcel", "suppliers_parcelline",
    "suppliers_handout", "suppliers_statement", "suppliers_statementline", "suppliers_adjustment", "people_access",
    "shop_orderstep", "shop_stockmovement", "evidence_attachment", "review_batch", "ledger_fact", "operations_auditentry",
)  # fmt: skip


def counts() -> dict[str, int]:
    """Return how many rows the room and what it touches have: for “nothing was written”."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
    return found


def refuses(kind: type[Refusal], reason: str, call: Callable[[], object]) -> Refusal:
    """Make sure that a call is refused with a code and a whole sentence, and wrote nothing; return the refusal."""
    before = counts()
    with pytest.raises(kind) as refused:
        call()
    assert refused.value.code == reason
    assert "{" not in refused.value.sentence.zh + refused.value.sentence.en
    assert counts() == before
    return refused.value
