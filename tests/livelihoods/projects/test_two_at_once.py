"""Two at the same moment on the last money of a stage: the lock decides, and without it the database does."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from unittest.mock import patch

import pytest

from bangfu.livelihoods.projects import queries
from bangfu.livelihoods.projects.models import Movement, Project
from bangfu.livelihoods.projects.operations import enter_movement, moving, storing
from tests.at_once import both, waiting
from tests.cast import enter_cast
from tests.livelihoods.projects.projected import RECEIPT, approved, money, moved


class TestTheLastOfAStage:
    """200,000 yuan are allocated, and two people enter a payment of all of it."""

    @pytest.mark.parametrize("locks", [True, False])
    def test_is_paid_once(self, own_database: str, locks: bool) -> None:
        cast = enter_cast()
        project = approved(cast)
        moved(cast, project, "ALLOCATED")
        act = cast.act(cast.clerk)

        def pay(receipt: str) -> Callable[[], object]:
            said = money("PAID", receipt=receipt)
            return lambda: enter_movement(project=project, details=said, files=RECEIPT, act=act)

        def unlocked(found: Project) -> Project:
            return Project.objects.select_related("unit").get(pk=found.pk)

        off = nullcontext() if locks else patch.object(storing, "project_for_update", unlocked)
        with off, patch.object(moving, "_write", waiting(moving._write, 2 if locks else 20)):
            outcomes = both((pay("A"), pay("B")))
        assert outcomes == (["done", "over_stage"] if locks else ["clash", "done"])
        assert Movement.objects.filter(kind="PAID").count() == 1
        assert queries.stages_of([project.pk])[project.pk]["OWN"].living["PAID"] == 20_000_000
