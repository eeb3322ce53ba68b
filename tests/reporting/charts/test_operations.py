"""What may be done with saved charts, each operation by itself."""

from __future__ import annotations

import pytest

from bangfu.reporting.charts import queries
from bangfu.reporting.charts.models import Chart, Version, Withdrawal
from bangfu.reporting.charts.operations import revise_chart, save_chart, withdraw_chart
from tests.cast import Cast
from tests.reporting.saved import Kept, Reads, Revises, Saves, Withdraws

QUESTION = {"indicator": ["network.base_stations"], "kind": ["ranking"], "by": ["place"], "period": ["2019"]}
CHARTS = Kept(
    "chart", Chart, Version, Withdrawal, queries.versions_read_by, save_chart, revise_chart, withdraw_chart, QUESTION,
)  # fmt: skip


@pytest.mark.django_db
class TestSaveChart(Saves):
    kept = CHARTS

    def test_refuses_a_question_that_means_nothing(self, cast: Cast) -> None:
        self.kept.refuses("unknown_choice", lambda: self.kept.saved(cast, question={"kind": ["pie"]}))
        assert not Chart.objects.exists()


@pytest.mark.django_db
class TestReviseChart(Revises):
    kept = CHARTS


@pytest.mark.django_db
class TestWithdrawChart(Withdraws):
    kept = CHARTS


@pytest.mark.django_db
class TestWhoReads(Reads):
    kept = CHARTS
