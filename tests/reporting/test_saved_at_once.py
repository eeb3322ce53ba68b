"""Two versions of one table or chart at the same moment: one after the other; and with the lock off, one clashes."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest

from bangfu.reporting.charts import operations as of_charts
from bangfu.reporting.tables import operations as of_tables
from tests.at_once import both, waiting
from tests.cast import enter_cast
from tests.reporting.charts.test_operations import CHARTS
from tests.reporting.saved import Kept
from tests.reporting.tables.test_operations import TABLES


@pytest.mark.parametrize(
    ("kept", "operations"), [(TABLES, of_tables), (CHARTS, of_charts)], ids=["table", "chart"]
)
def test_two_revisions_follow_each_other(own_database: str, kept: Kept, operations: Any) -> None:
    cast = enter_cast()
    thing = kept.new(cast)

    def revise(name: str) -> object:
        return kept.revised(cast, thing, name_zh=name)

    with patch.object(operations, "_version", waiting(operations._version, 2)):
        outcomes = both((lambda: revise("甲"), lambda: revise("乙")))
    assert outcomes == ["done", "done"]
    with (
        patch.object(operations, "require_own", lambda *told, **unable: None),
        patch.object(operations, "_version", waiting(operations._version, 10)),
    ):
        outcomes = both((lambda: revise("丙"), lambda: revise("丁")))
    assert outcomes == ["clash", "done"]
    assert sorted(kept.version.objects.values_list("number", flat=True)) == [1, 2, 3, 4]
