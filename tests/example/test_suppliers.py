"""The example's year of suppliers: stages counted, each order line settled once, and a second start adds nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection
from django.db.models import Count, Sum

from bangfu.foundation.ledger.sealing import seal_pending
from bangfu.livelihoods.shop.models import OrderLine, OrderStep
from bangfu.livelihoods.suppliers.models import Item, Statement, StatementLine, Supplier, Ticket
from bangfu.livelihoods.suppliers.toship import lines_to_ship
from bangfu.reporting.queries import figure
from example import house, shop, suppliers


@pytest.fixture
def var(tmp_path: Path, settings: LazySettings) -> Path:
    """A folder of the test's own for what the example writes."""
    settings.VAR = tmp_path
    settings.EVIDENCE_FOLDER = tmp_path / "evidence"
    return tmp_path


def _written() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM operations_auditentry")
        return int(cursor.fetchone()[0])


def test_a_year_of_suppliers(own_database: str, var: Path) -> None:
    house.build_house()
    shop.keep_shop(0.02, full=False)
    suppliers.see_through()
    seal_pending()
    stages = ("packaged", "labelled", "branded", "listing", "independent")
    assert [figure(f"suppliers.{one}", period="2020").value for one in stages] == [4, 4, 2, 2, 1]
    states = dict(Statement.objects.order_by().values_list("state").annotate(count=Count("pk")))
    assert states == {"PAID": 13, "CONFIRMED": 1, "OBJECTED": 1, "ISSUED": 1}
    goods = StatementLine.objects.filter(kind="GOODS")
    in_time = OrderStep.objects.filter(state="CLOSED", taken_at__date__lt=suppliers.QUARTERS[-1]).values(
        "order"
    )
    closed = OrderLine.objects.filter(order__state="CLOSED", order__in=in_time)
    assert goods.count() == closed.count() > 0
    assert (
        goods.aggregate(sum=Sum("kept_fen"))["sum"]
        == sum(one.amount_fen for one in closed) - (goods.aggregate(sum=Sum("refunded_fen"))["sum"])
    )
    share = figure("suppliers.grower_share", period="2020").value
    assert share is not None
    assert 0.5 < share < 0.9
    assert (Item.objects.filter(proofs=None).count() > 0, Ticket.objects.exclude(state="CLOSED").count()) == (
        True,
        4,
    )
    to_ship = lines_to_ship(list(Supplier.objects.values_list("pk", flat=True)))
    assert len({one.order for one in to_ship}) == suppliers.TO_SHIP * len(suppliers.PLANS)
    before = _written()
    suppliers.see_through()
    assert _written() == before
