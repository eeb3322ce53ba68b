"""Two at the same moment: two revisions of one pledge, and a target changed while it is submitted; once with the lock off."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from unittest.mock import patch

import pytest
from django.conf import LazySettings

from bangfu.reporting.targets import queries
from bangfu.reporting.targets.models import Target, Version
from bangfu.reporting.targets.operations import deciding, drafting, revise_pledge, set_target, submit_pledge
from bangfu.reporting.targets.rules import TargetDetails
from tests.at_once import both, waiting
from tests.cast import Cast, enter_cast
from tests.reporting.targets.pledged import STATIONS, act, approved, drafted, entered


@pytest.fixture
def house(own_database: str, tmp_path: Path, settings: LazySettings) -> Cast:
    """The cast in a database whose commits are real."""
    settings.EVIDENCE_FOLDER = tmp_path / "evidence"
    return enter_cast()


def revise(cast: Cast, version: Version, number: int) -> Version:
    return revise_pledge(
        pledge=version.pledge, document=f"{number}号", signed_on=date(2020, 7, 1), effective_on=date(2020, 7, 10),
        reason="疫情影响", act=act(cast.officer),
    )  # fmt: skip


def test_two_revisions_at_once_are_one_and_a_sentence(house: Cast) -> None:
    version = drafted(house)
    entered(house, version, STATIONS, 10)
    approved(house, version)
    with patch.object(drafting.queries, "versions_of", waiting(queries.versions_of, 2)):
        outcomes = both((lambda: revise(house, version, 1), lambda: revise(house, version, 2)))
    assert outcomes == ["done", "open_already"]
    assert Version.objects.count() == 2


def test_without_the_lock_the_constraint_holds(house: Cast) -> None:
    version = drafted(house)
    entered(house, version, STATIONS, 10)
    approved(house, version)
    with (
        patch.object(drafting, "lock_pledge", lambda pledge: None),
        patch.object(drafting.queries, "versions_of", waiting(queries.versions_of, 10)),
    ):
        outcomes = both((lambda: revise(house, version, 1), lambda: revise(house, version, 2)))
    assert outcomes == ["clash", "done"]
    assert Version.objects.count() == 2


def test_a_target_does_not_change_behind_a_submission(house: Cast) -> None:
    version = drafted(house)
    target = entered(house, version, STATIONS, 10)
    details = TargetDetails(STATIONS, house.group, target.quantity + 1)

    def change() -> object:
        return set_target(version=version, details=details, target=target, act=act(house.officer))

    with patch.object(deciding, "_require_whole", waiting(deciding._require_whole, 2)):
        outcomes = both((lambda: submit_pledge(version=version, act=act(house.officer)), change))
    assert outcomes in (["done", "done"], ["done", "not_a_draft"])
    submitted = Target.objects.get().quantity
    assert submitted == (target.quantity + 1 if outcomes == ["done", "done"] else target.quantity)
