"""The story's house: its officer may post, and the stock of lamps is declared."""

from __future__ import annotations

import pytest

from bangfu.foundation.ledger import catalogue
from bangfu.foundation.ledger.catalogue import enter_measures
from bangfu.foundation.rooms import register
from bangfu.reporting import indicators
from tests.cast import Cast
from tests.reporting.story import LAMPS, LAMPS_NUMBER, Story, lamps_indicator


@pytest.fixture
def story(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Story:
    """The cast with an empty ledger, rolled back after the test."""
    from bangfu.foundation.organisation import permissions

    declared = {**catalogue.declared_measures(), LAMPS.code: LAMPS}
    monkeypatch.setattr(catalogue, "declared_measures", lambda: declared)
    more = {"story.post", "story.reverse"}
    monkeypatch.setattr(
        permissions,
        "role_permissions",
        lambda role: register.role_permissions(role) | (more if role == "officer" else set()),
    )
    monkeypatch.setitem(indicators._loaded.versions, LAMPS.code, (lamps_indicator(),))
    monkeypatch.setitem(indicators._loaded.codes, LAMPS_NUMBER, LAMPS.code)
    enter_measures()
    return Story(cast)
