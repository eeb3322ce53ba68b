"""Two versions of one chart at the same moment: both are kept, one after the other; and with the lock off, one clashes."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from bangfu.reporting.charts import operations
from bangfu.reporting.charts.models import Version
from bangfu.reporting.charts.operations import revise_chart
from tests.at_once import both, waiting
from tests.cast import Cast, enter_cast
from tests.reporting.charts.test_operations import QUESTION, saved


@pytest.fixture
def house(own_database: str) -> Cast:
    """The cast in a database whose commits are real."""
    return enter_cast()


def revise(cast: Cast, version: Version, name: str) -> Version:
    return revise_chart(
        chart=version.chart, name_zh=name, name_en="", question=QUESTION, is_shared=False, act=cast.act(cast.officer)
    )  # fmt: skip


def test_two_revisions_follow_each_other(house: Cast) -> None:
    version = saved(house)
    with patch.object(operations, "_version", waiting(operations._version, 2)):
        outcomes = both((lambda: revise(house, version, "甲"), lambda: revise(house, version, "乙")))
    assert outcomes == ["done", "done"]
    assert sorted(Version.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_without_the_lock_the_trigger_holds(house: Cast) -> None:
    version = saved(house)
    with (
        patch.object(operations, "require_own", lambda *told, **unable: None),
        patch.object(operations, "_version", waiting(operations._version, 10)),
    ):
        outcomes = both((lambda: revise(house, version, "甲"), lambda: revise(house, version, "乙")))
    assert outcomes == ["clash", "done"]
    assert Version.objects.count() == 2
