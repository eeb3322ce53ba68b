"""A sheet of many rows is judged and written in set form: as many statements as for a short one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangfu.foundation.intake.queries import checked
from bangfu.livelihoods.consumption.models import Entry
from bangfu.livelihoods.consumption.operations import import_jd
from bangfu.livelihoods.consumption.sheets import JD_SHEET
from tests.cast import Cast
from tests.livelihoods.consumption.brought import JD, known, paper_of, received, verified


@pytest.mark.django_db
def test_takes_as_many_statements_as_a_short_one(cast: Cast) -> None:
    known(cast)
    counts = []
    for first, rows in ((0, 2), (1000, 700)):
        orders = [{**JD, "订单号": str(10**11 + first + row)} for row in range(rows)]
        upload = received(cast, JD_SHEET, orders, name=f"{rows}.csv")
        with CaptureQueriesContext(connection) as statements:
            assert checked(upload).new == rows
            import_jd(upload=upload, act=cast.act(cast.clerk))
            verified(cast, paper_of(upload))
        counts.append(len(statements))
    assert Entry.objects.filter(confirmed_at__isnull=False).count() == 702
    assert counts[1] <= counts[0] + 12
