"""Agreements of canteens and unions: quotas, orders, deliveries, returns, settlements, none with open returns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import Batch
from bangfu.livelihoods.consumption import supply
from bangfu.livelihoods.consumption.models import Agreement, CallOff, Delivery, Good, GoodsReturn, Sale
from bangfu.livelihoods.consumption.operations import (
    Accepted,
    AgreementDetails,
    GoodDetails,
    Ordered,
    UnableToAgree,
    UnableToSettle,
    call_off,
    close_return,
    enter_agreement,
    import_p832,
    note_origins,
    open_return,
    plan_quota,
    record_delivery,
    settle,
)
from bangfu.livelihoods.consumption.sheets import P832_SHEET
from bangfu.livelihoods.consumption.waiting import returns_open, to_settle
from tests.cast import CEHENG, GUIZHOU, GUYUAN, NOW, Cast
from tests.livelihoods.consumption.brought import P832, facts, known, received, refuses, said_of, verified

PAPER = (("单据.txt", "单据".encode()),)
RICE, OIL = "册亨糯米", "沽源藜麦"


def details(**changes: Any) -> AgreementDetails:
    """Return what is said of the canteen's agreement with a co-operative of 册亨."""
    said: dict[str, Any] = {
        "code": "ST-2020",
        "title": "机关食堂大米协议",
        "payer": "CANTEEN",
        "supplier": "91522327EXAMPLE01",
        "supplier_name": "册亨示例合作社",
        "document": "合同〔2020〕1号",
        "starts_on": date(2020, 1, 1),
        "ends_on": date(2021, 1, 1),
        "target_fen": 10_000_000,
    }
    return AgreementDetails(**{**said, **changes})


def agreed(cast: Cast) -> Agreement:
    """Enter the agreement, and note from where its products come."""
    goods = [
        GoodDetails("AGREEMENT", RICE, Place.objects.get(pk=CEHENG), "合作社供货证明"),
        GoodDetails("AGREEMENT", OIL, Place.objects.get(pk=GUYUAN), "合作社供货证明"),
    ]
    note_origins(goods=goods, unit=cast.guizhou, act=cast.act(cast.clerk))
    return enter_agreement(details=details(), unit=cast.guizhou, files=PAPER, act=cast.act(cast.clerk))


def ordered(cast: Cast, agreement: Agreement, number: str = "DD-1") -> CallOff:
    """Call off 100 of rice at 7.20 and 10 of quinoa at 30.00."""
    rice, oil = Good.objects.get(title=RICE), Good.objects.get(title=OIL)
    lines = [Ordered(rice, Decimal(100), 720), Ordered(oil, Decimal(10), 3000)]
    return call_off(
        agreement=agreement, number=number, ordered_on=date(2020, 3, 2), lines=lines, act=cast.act(cast.clerk)
    )


def delivered(cast: Cast, order: CallOff, note: str = "SH-1", rice: str = "60.5") -> Delivery:
    """Accept some of the rice and all of the quinoa."""
    one, two = order.lines.order_by("pk")
    return record_delivery(
        call_off=order, note=note, delivered_on=date(2020, 3, 5), files=PAPER, act=cast.act(cast.clerk),
        lines=[Accepted(one, Decimal(rice)), Accepted(two, Decimal(10))],
    )  # fmt: skip


def settling(
    cast: Cast, agreement: Agreement, *deliveries: Delivery, fen: int = 73_560, **changes: Any
) -> Callable[[], object]:
    """Return a call that settles deliveries."""
    said: dict[str, Any] = {
        "number": "JS-1", "paid_on": date(2020, 4, 1), "invoice_number": "0045", "invoice_code": "052", "files": PAPER,
    }  # fmt: skip
    return lambda: settle(
        agreement=agreement,
        deliveries=deliveries,
        amount_fen=fen,
        act=cast.act(cast.clerk),
        **{**said, **changes},
    )


@pytest.mark.django_db
def test_a_settlement_counts_once_as_bought(cast: Cast) -> None:
    agreement = agreed(cast)
    act = cast.act(cast.clerk)
    plan_quota(
        agreement=agreement,
        starts_on=date(2020, 4, 1),
        ends_on=date(2020, 7, 1),
        amount_fen=2_000_000,
        act=act,
    )
    delivery = delivered(cast, ordered(cast, agreement))
    settling(cast, agreement, delivery)()
    assert Sale.objects.count() == 2
    assert [(one.settled_fen, one.counted_fen) for one in supply.progress_of(agreement)] == [(73_560, 0)] * 2
    verified(cast, Batch.objects.get(title="结算 ST-2020/JS-1"))
    counted = [
        (measure, Decimal(yuan), place, "2020-04-01")
        for measure in ("consumption.paid", "consumption.kept", "shop.purchased")
        for yuan, place in (("435.6", CEHENG), ("300", GUYUAN))
    ]
    at_the_canteen = [
        ("shop.canteen_assisted", Decimal(yuan), GUIZHOU, "2020-04-01") for yuan in ("300", "435.6")
    ]
    assert sorted(facts()) == sorted([*counted, *at_the_canteen])
    whole, quarter = supply.progress_of(agreement)
    assert (whole.counted_fen, quarter.counted_fen, quarter.share) == (73_560, 73_560, 3)
    refuses(UnableToSettle, "settled_already", settling(cast, agreement, delivery, number="JS-2"))
    # The same invoice through a platform is the same purchase.
    known(cast)
    again = {**P832, "发票代码": "052", "发票号码": "0045", "发票行号": "1"}
    assert said_of(received(cast, P832_SHEET, [again])) == [(2, "invoice_number", "发票「0045」的这一行")]


@pytest.mark.django_db
def test_nothing_is_settled_with_an_open_return(cast: Cast) -> None:
    agreement = agreed(cast)
    act = cast.act(cast.clerk)
    delivery = delivered(cast, ordered(cast, agreement))
    line = delivery.lines.order_by("pk")[0]

    def back(quantity: str, reason: str = "霉变", on: date = date(2020, 3, 6)) -> Callable[[], GoodsReturn]:
        return lambda: open_return(line=line, quantity=Decimal(quantity), reason=reason, on=on, act=act)

    refuses(UnableToSettle, "too_much", back("60.6"))
    refuses(UnableToSettle, "quantity", back("-1"))
    refuses(UnableToSettle, "reason_missing", back("1", " "))
    refuses(UnableToSettle, "returned_too_early", back("1", on=date(2020, 3, 4)))
    opened = back("0.5")()
    refuses(UnableToSettle, "open_returns", settling(cast, agreement, delivery))
    (told,) = returns_open(cast.clerk, NOW.date())
    assert (told.count, told.address, str(told.about)) == (
        1,
        f"/consumption/agreements/{agreement.pk}/",
        agreement.title,
    )
    assert to_settle(cast.clerk, NOW.date()) == returns_open(cast.auditor, NOW.date()) == []

    def end(outcome: str, on: date = date(2020, 3, 8)) -> Callable[[], object]:
        return lambda: close_return(goods_return=opened, outcome=outcome, on=on, act=act)

    refuses(UnableToSettle, "unknown_outcome", end("LOST"))
    refuses(UnableToSettle, "before_return", end("CREDITED", on=date(2020, 3, 5)))
    end("CREDITED")()
    refuses(UnableToSettle, "ended_already", end("CREDITED"))
    refuses(UnableToSettle, "amount_differs", settling(cast, agreement, delivery))
    assert returns_open(cast.clerk, NOW.date()) == []
    assert [one.since for one in to_settle(cast.clerk, NOW.date())] == [date(2020, 3, 5)]
    settling(cast, agreement, delivery, fen=73_200)()
    assert to_settle(cast.clerk, NOW.date()) == []
    assert sum(Sale.objects.values_list("ordered_fen", flat=True)) == 73_200
    refuses(UnableToSettle, "settled_already", back("1"))


@pytest.mark.django_db
def test_settlements_that_are_refused(cast: Cast) -> None:
    agreement = agreed(cast)
    delivery = delivered(cast, ordered(cast, agreement))
    refuses(UnableToSettle, "no_deliveries", settling(cast, agreement))
    refuses(UnableToSettle, "invoice_missing", settling(cast, agreement, delivery, invoice_number=" "))
    refuses(UnableToSettle, "evidence_missing", settling(cast, agreement, delivery, files=()))
    refuses(UnableToSettle, "in_the_future", settling(cast, agreement, delivery, paid_on=date(2020, 8, 1)))
    refuses(UnableToSettle, "before_delivery", settling(cast, agreement, delivery, paid_on=date(2020, 3, 4)))
    known(cast)
    import_p832(upload=received(cast, P832_SHEET, [{**P832, "发票号码": "0045"}]), act=cast.act(cast.clerk))
    refuses(UnableToSettle, "invoice_taken", settling(cast, agreement, delivery))
    settling(cast, agreement, delivery, invoice_number="0046")()
    second = delivered(cast, ordered(cast, agreement, "DD-2"), "SH-2")
    refuses(UnableToSettle, "number_taken", settling(cast, agreement, second, invoice_number="0047"))


@pytest.mark.django_db
def test_agreements_orders_and_deliveries_that_are_refused(cast: Cast) -> None:
    agreement = agreed(cast)
    act = cast.act(cast.clerk)

    def enter(**changes: Any) -> Callable[[], object]:
        return lambda: enter_agreement(details=details(**changes), unit=cast.guizhou, files=PAPER, act=act)

    for code, changes in {
        "code_taken": {}, "code_form": {"code": "st 1"}, "not_described": {"code": "X", "title": " "},
        "unknown_payer": {"code": "X", "payer": "PUBLIC"}, "amount": {"code": "X", "target_fen": 0},
        "ends_before_start": {"code": "X", "ends_on": date(2020, 1, 1)},
        "too_early": {"code": "X", "starts_on": date(2000, 1, 1)},
        "identity_number": {"code": "X", "document": "522327201003070018"},
    }.items():  # fmt: skip
        refuses(UnableToAgree, code, enter(**changes))

    def quota(first: date, end: date, fen: int = 1) -> Callable[[], object]:
        return lambda: plan_quota(agreement=agreement, starts_on=first, ends_on=end, amount_fen=fen, act=act)

    january, may, next_year = date(2020, 1, 1), date(2020, 5, 1), date(2021, 2, 1)
    refuses(UnableToAgree, "outside_period", quota(january, next_year))
    refuses(UnableToAgree, "over_target", quota(january, may, 10_000_001))
    quota(january, may)()
    refuses(UnableToAgree, "quotas_overlap", quota(date(2020, 4, 1), date(2020, 6, 1)))
    rice = Good.objects.get(title=RICE)

    def order(*lines: Ordered, number: str = "A", on: date = date(2020, 3, 2)) -> Callable[[], object]:
        return lambda: call_off(agreement=agreement, number=number, ordered_on=on, lines=lines, act=act)

    one = Ordered(rice, Decimal(1), 1)
    refuses(UnableToAgree, "no_lines", order())
    refuses(UnableToAgree, "twice", order(one, one))
    refuses(UnableToAgree, "quantity", order(Ordered(rice, Decimal(-1), 1)))
    refuses(UnableToAgree, "price", order(Ordered(rice, Decimal(1), 0)))
    refuses(UnableToAgree, "in_the_future", order(one, on=date(2020, 9, 1)))
    refuses(UnableToAgree, "outside_period", order(one, on=date(2019, 9, 1)))
    placed = ordered(cast, agreement)
    refuses(UnableToAgree, "number_taken", order(one, number="DD-1"))
    refuses(UnableToAgree, "over_ordered", lambda: delivered(cast, placed, rice="100.001"))
    delivered(cast, placed)
    refuses(UnableToAgree, "number_taken", lambda: delivered(cast, placed))
