"""Officers may use the toy operations of these tests."""

from __future__ import annotations

import pytest

from bangfu.foundation.organisation import permissions
from bangfu.foundation.points.models import Rate
from bangfu.foundation.rooms import register
from tests.cast import Cast
from tests.foundation.points.purse import filled

TOYS = {"tests.spend_points", "tests.spend_points_many", "tests.give_back_points"}


@pytest.fixture(autouse=True)
def _toys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        permissions,
        "role_permissions",
        lambda role: register.role_permissions(role) | (TOYS if role == "officer" else set()),
    )


@pytest.fixture
def rate(cast: Cast, _toys: None) -> Rate:
    """The cast's members with their lots, and what these are worth."""
    return filled(cast)
