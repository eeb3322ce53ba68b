"""The example's charts: one of each kind, saved once, and drawn for whoever sees figures of the group."""

from __future__ import annotations

import pytest

from bangfu.reporting.charts.answers.asked import answered
from bangfu.reporting.charts.asking import read_question
from bangfu.reporting.charts.engines.marks import WIDE
from bangfu.reporting.charts.kinds import Kind
from bangfu.reporting.charts.models import Version
from bangfu.reporting.periods import read_period
from example import charting
from tests.cast import Cast


@pytest.mark.django_db
class TestCharts:
    def test_are_saved_once_and_can_be_drawn(self, cast: Cast) -> None:
        charting.save()
        charting.save()
        saved = list(Version.objects.order_by("pk"))
        assert [one.question["kind"][0] for one in saved] == [kind.value for kind in Kind]
        assert all(one.is_shared and one.name_en for one in saved)
        for one in saved:
            question = read_question(one.question, period=read_period("2019"))
            assert answered(question, cast.auditor).draw(WIDE).width == WIDE.width
