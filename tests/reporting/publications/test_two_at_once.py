"""Two at the same moment: one decision on a publication, one freezing, one number; each once with the lock off."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from unittest.mock import patch

from bangfu.reporting.publications import operations
from bangfu.reporting.publications.models import Publication, Step
from bangfu.reporting.publications.operations import (
    approve_publication,
    freeze_publication,
    return_publication,
)
from tests.at_once import both, waiting
from tests.reporting.publications.test_publishing import prepared
from tests.reporting.story import Story

APART_S = 1
"""How long the first waits for the second to come as far, or to wait for its lock."""


def pressed(calls: tuple[Callable[[], object], Callable[[], object]], *, locks: bool) -> list[str]:
    """Carry out two calls, each of which waits for the other before it writes its step."""
    off = nullcontext() if locks else patch.object(operations, "_lock", lambda: None)
    with off, patch.object(Step.objects, "create", waiting(Step.objects.create, APART_S)):
        return both(calls)


class TestDecide:
    def test_approving_and_returning_at_once_is_one_decision(self, told_for_good: Story) -> None:
        cast = told_for_good.cast
        act = cast.act(cast.verifier)

        def outcomes(*, locks: bool) -> list[str]:
            one = prepared(told_for_good)
            calls = (
                lambda: approve_publication(publication=one, act=act),
                lambda: return_publication(publication=one, remark="口径写错了", act=act),
            )
            said = pressed(calls, locks=locks)
            assert Step.objects.filter(publication=one).count() == 1
            return said

        assert outcomes(locks=True) == ["decided_already", "done"]
        assert outcomes(locks=False) == ["clash", "done"]


class TestFreeze:
    def approved(self, told: Story) -> Publication:
        publication = prepared(told)
        approve_publication(publication=publication, act=told.cast.act(told.cast.verifier))
        return publication

    def test_twice_at_once_is_frozen_once_and_two_have_two_numbers(self, told_for_good: Story) -> None:
        cast = told_for_good.cast
        officer, verifier = cast.act(cast.officer), cast.act(cast.verifier)

        def froze(one: Publication, other: Publication, *, locks: bool) -> list[str]:
            calls = (
                lambda: freeze_publication(publication=one, act=officer),
                lambda: freeze_publication(publication=other, act=verifier),
            )
            return pressed(calls, locks=locks)

        one, other = self.approved(told_for_good), self.approved(told_for_good)
        assert froze(one, one, locks=True) == ["done", "frozen_already"]
        assert froze(other, other, locks=False) == ["clash", "done"]
        one, other = self.approved(told_for_good), self.approved(told_for_good)
        assert froze(one, other, locks=True) == ["done", "done"]
        one, other = self.approved(told_for_good), self.approved(told_for_good)
        assert froze(one, other, locks=False) == ["clash", "done"]
        numbers = (
            Step.objects.filter(number__isnull=False).order_by("number").values_list("number", flat=True)
        )
        assert list(numbers) == [1, 2, 3, 4, 5]
