"""Two programmes award the same pupil at the same moment: the first stands, the second says so, and nothing is lost."""

from __future__ import annotations

from datetime import date
from unittest.mock import patch

from bangfu.giving.grants import operations as granting
from bangfu.giving.grants.models import Application, Award, Programme
from bangfu.giving.grants.operations import awarding
from tests.at_once import both, waiting
from tests.cast import enter_cast
from tests.giving.grants.applied import Granting, drafted, opened


def test_a_pupil_is_awarded_once(own_database: str) -> None:
    cast = enter_cast()
    first = opened(cast)
    other = drafted(cast, first.fund, "ZX-B")
    granting.open_programme(programme=other, act=first.act())
    second = Granting(cast, other, first.school, first.fund)
    first.displayed(1)
    second.displayed(1)
    late = first.act(day=date(2020, 8, 8))

    def award(programme: Programme) -> granting.Awarded:
        return granting.award_grants(programme=programme, act=late)

    with patch.object(awarding, "_award", waiting(awarding._award, 20)):
        outcomes = both((lambda: award(first.programme), lambda: award(other)))
    assert outcomes == ["done", "done"]
    assert Award.objects.count() == 1
    assert sorted(Application.objects.values_list("state", "reason")) == [
        ("AWARDED", ""), ("REFUSED", "GRANTED_ALREADY"),
    ]  # fmt: skip
