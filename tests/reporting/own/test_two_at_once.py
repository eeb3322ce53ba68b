"""Two at the same moment: two new indicators get numbers of their own; and with the lock off, one clashes."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from bangfu.reporting.own import operations
from bangfu.reporting.own.models import OwnIndicator, Version
from bangfu.reporting.own.operations import declare_indicator
from tests.at_once import both, waiting
from tests.cast import Cast, enter_cast
from tests.reporting.own.conftest import text


@pytest.fixture
def house(own_database: str) -> Cast:
    """The cast in a database whose commits are real."""
    return enter_cast()


def declare(cast: Cast, code: str) -> Version:
    return declare_indicator(unit=cast.group, text=text(code), act=cast.act(cast.officer))


def test_two_new_ones_have_numbers_of_their_own(house: Cast) -> None:
    with patch.object(operations, "checked", waiting(operations.checked, 2)):
        assert both((lambda: declare(house, "own.a"), lambda: declare(house, "own.b"))) == ["done", "done"]
    assert sorted(OwnIndicator.objects.values_list("number", flat=True)) == [4096, 4097]


def test_without_the_lock_one_clashes(house: Cast) -> None:
    with (
        patch.object(operations, "_lock", lambda: None),
        patch.object(operations, "checked", waiting(operations.checked, 10)),
    ):
        assert both((lambda: declare(house, "own.a"), lambda: declare(house, "own.b"))) == ["clash", "done"]
    assert OwnIndicator.objects.count() == 1
