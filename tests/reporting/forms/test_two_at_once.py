"""Two pointings of one form at the same moment: both are kept; and with the lock off, one clashes."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from bangfu.reporting.forms import operations
from bangfu.reporting.forms.models import Revision, Version
from bangfu.reporting.forms.operations import point_cells
from bangfu.reporting.forms.pointing import Pointing
from tests.at_once import both, waiting
from tests.cast import Cast, enter_cast
from tests.reporting.forms.conftest import uploaded


@pytest.fixture
def house(own_database: str) -> Cast:
    """The cast in a database whose commits are real."""
    return enter_cast()


def point(cast: Cast, version: Version, cells: str) -> Revision:
    return point_cells(
        version=version,
        pointing=Pointing(0, cells, indicator="network.base_stations"),
        act=cast.act(cast.officer),
    )


def test_two_pointings_follow_each_other_and_the_trigger_holds_without_the_lock(house: Cast) -> None:
    version = uploaded(house)
    with patch.object(operations, "_revision", waiting(operations._revision, 2)):
        outcomes = both((lambda: point(house, version, "B5"), lambda: point(house, version, "B6")))
    assert outcomes == ["done", "done"]
    last = Revision.objects.latest("number")
    assert (last.number, sorted(one["cells"] for one in last.pointings)) == (2, ["B5", "B6"])
    with (
        patch.object(operations, "_lock", lambda form: None),
        patch.object(operations, "_revision", waiting(operations._revision, 10)),
    ):
        outcomes = both((lambda: point(house, version, "C5"), lambda: point(house, version, "C6")))
    assert outcomes == ["clash", "done"]
    assert Revision.objects.count() == 3
