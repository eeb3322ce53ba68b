"""An accountant who may also use the toy operations of these tests."""

from __future__ import annotations

import pytest

from bangfu.foundation.organisation import permissions
from bangfu.foundation.rooms import register
from tests.cast import Cast
from tests.foundation.money.books import open_books


@pytest.fixture(autouse=True)
def _toys(monkeypatch: pytest.MonkeyPatch) -> None:
    toys = {"tests.post_entries", "tests.reverse_entry", "tests.limit_fund"}
    monkeypatch.setattr(
        permissions,
        "role_permissions",
        lambda role: register.role_permissions(role) | (toys if role == "accountant" else set()),
    )


@pytest.fixture
def books(cast: Cast, _toys: None) -> Cast:
    """The cast with the group's books open."""
    open_books(cast)
    return cast
