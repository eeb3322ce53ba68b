"""Two units bring the same sales at the same moment: the lock decides, and without it the database does."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from unittest.mock import patch

import pytest

from bangfu.livelihoods.consumption.models import Sale
from bangfu.livelihoods.consumption.operations import import_jd, importing, storing
from bangfu.livelihoods.consumption.sheets import JD_SHEET
from tests.at_once import both, waiting
from tests.cast import enter_cast
from tests.livelihoods.consumption.brought import JD, known, received


@pytest.mark.parametrize("locks", [True, False])
def test_the_same_orders_through_two_units_count_once(own_database: str, locks: bool) -> None:
    cast = enter_cast()
    known(cast)
    uploads = (
        (received(cast, JD_SHEET, [JD], name="黔.csv"), cast.clerk),
        (
            received(
                cast, JD_SHEET, [{**JD, "订单备注": "云"}], name="云.csv", unit=cast.yunnan, by=cast.clerk_of_yunnan
            ),
            cast.clerk_of_yunnan,
        ),
    )  # fmt: skip

    def bring(number: int) -> Callable[[], object]:
        upload, clerk = uploads[number]
        return lambda: import_jd(upload=upload, act=cast.act(clerk))

    off = nullcontext() if locks else patch.object(importing.storing, "lock_platform", lambda platform: None)
    written = waiting(storing.write_sales, 2 if locks else 20)
    with off, patch.object(importing.storing, "write_sales", written):
        outcomes = both((bring(0), bring(1)))
    assert outcomes == (["done", "rows_refused"] if locks else ["brought_meanwhile", "done"])
    assert Sale.objects.count() == 1
