"""The share of canteens' purchases that comes from assisted counties: every way a canteen pays, over all that it registered."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bangfu.foundation.review.models import Batch
from bangfu.livelihoods.shop.operations import refund_line
from bangfu.reporting.queries import figure
from tests.cast import GUIZHOU, Cast
from tests.foundation.intake.reported.reporting import verified as reported
from tests.livelihoods.consumption.brought import facts, verified
from tests.livelihoods.consumption.test_agreements import agreed, delivered, ordered, settling
from tests.livelihoods.shop.sold import opened


def eaten() -> list[tuple[Decimal, int]]:
    """Return what canteens were counted to have bought of the listed counties, and where."""
    return [(quantity, place) for code, quantity, place, _ in facts() if code == "shop.canteen_assisted"]


def registered(cast: Cast, yuan: str, on: date) -> None:
    """Register a canteen's whole purchase of a month, verified."""
    reported(
        cast, measure="shop.canteen_total", reference=f"ST-{on:%Y-%m}", quantity=Decimal(yuan),
        place=GUIZHOU, happened_on=on,
    )  # fmt: skip


@pytest.mark.django_db
class TestCanteenShare:
    def test_takes_the_shop_the_settlement_and_the_refund_over_what_was_registered(self, cast: Cast) -> None:
        shop = opened(cast)
        offer = shop.offered(10)
        order = shop.paid(offer, 2, payer="CANTEEN")
        shop.paid(offer, 1, payer="UNION")
        assert eaten() == [(Decimal("99.80"), GUIZHOU)]
        assert figure("shop.canteen_share", period="2020-07").value is None
        registered(cast, "998.00", date(2020, 7, 31))
        assert figure("shop.canteen_share", period="2020-07").value == Decimal("0.1")
        refund_line(line=order.lines.get(), quantity=1, reason="NOT_SHIPPED", act=shop.by_clerk())
        assert figure("shop.canteen_share", period="2020-07").value == Decimal("0.05")

    def test_of_an_agreement_counts_where_the_canteen_is(self, cast: Cast) -> None:
        agreement = agreed(cast)
        delivery = delivered(cast, ordered(cast, agreement))
        settling(cast, agreement, delivery)()
        verified(cast, Batch.objects.get(title="结算 ST-2020/JS-1"))
        assert sorted(eaten()) == [(Decimal(300), GUIZHOU), (Decimal("435.6"), GUIZHOU)]
        registered(cast, "1471.20", date(2020, 4, 30))
        assert figure("shop.canteen_share", period="2020-04", place=GUIZHOU).value == Decimal("0.5")
