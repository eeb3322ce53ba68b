"""The ledger's house: lamps are in the catalogue, and everybody may post and reverse them."""

from __future__ import annotations

import pytest

from tests.cast import Cast

PERMISSIONS = {
    "test_post",
    "test_reverse",
    "test_post_shares",
    "test_post_each",
    "test_post_frame",
    "test_post_new",
    "test_reverse_many",
}


def let_everybody_post_lamps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the lamps into the catalogue, and let every role post and reverse them."""
    from bangfu.foundation.ledger import catalogue
    from bangfu.foundation.organisation import permissions
    from tests.foundation.ledger.test_facts import LAMPS

    declared = {LAMPS.code: LAMPS, **catalogue.declared_measures()}
    monkeypatch.setattr(catalogue, "declared_measures", lambda: declared)
    held = frozenset(f"ledger.{name}" for name in PERMISSIONS)
    monkeypatch.setattr(permissions, "role_permissions", lambda role: held)
    catalogue.enter_measures()


@pytest.fixture
def house(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The cast, with the lamps in the catalogue and an officer who may post them."""
    let_everybody_post_lamps(monkeypatch)
    return cast
