"""An officer who may also use the toy operations of these tests."""

from __future__ import annotations

import pytest

from bangfu.foundation.organisation import permissions
from bangfu.foundation.rooms import register

TOYS = {"tests.commit_grants", "tests.enter_awards", "tests.award"}


@pytest.fixture(autouse=True)
def _toys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        permissions,
        "role_permissions",
        lambda role: register.role_permissions(role) | (TOYS if role == "officer" else set()),
    )
