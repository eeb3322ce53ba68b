"""Two at the same moment: errata of one figure, answers of one case, first letters; each once with the lock off."""

from __future__ import annotations

from contextlib import nullcontext
from unittest.mock import patch

from bangfu.foundation.people.models import Account
from bangfu.reporting.corrections import letterbox
from bangfu.reporting.corrections.models import (
    Answer,
    Case,
    Correction,
    ErratumStep,
)
from bangfu.reporting.corrections.operations import answering, approve_erratum, errata
from tests.at_once import both, waiting
from tests.cast import NOW
from tests.reporting.corrections.conftest import STATIONS, Published

APART_S = 1
"""How long the first waits for the second to come as far, or to wait for its lock."""


class TestErrata:
    def test_two_of_one_figure_are_one_correction(self, published_for_good: Published) -> None:
        published = published_for_good
        cast = published.story.cast
        act = cast.act(cast.verifier)

        def approved(*, locks: bool) -> list[str]:
            published.more()
            one, other = published.erratum(STATIONS), published.erratum(STATIONS)
            off = nullcontext() if locks else patch.object(errata, "_one_at_a_time", lambda: None)
            slowly = waiting(errata.note_text, APART_S)
            with off, patch.object(errata, "note_text", slowly):
                return both(
                    (
                        lambda: approve_erratum(erratum=one, act=act),
                        lambda: approve_erratum(erratum=other, act=act),
                    )
                )

        assert approved(locks=True) == ["done", "overtaken"]
        assert approved(locks=False) == ["clash", "done"]
        assert list(Correction.objects.order_by("ordinal").values_list("ordinal", flat=True)) == [1, 2]
        assert list(ErratumStep.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


class TestLetters:
    def test_two_first_ones_appoint_one_box_and_two_answers_are_one(
        self, published_for_good: Published
    ) -> None:
        published = published_for_good
        slowly = waiting(letterbox.appoint_system, APART_S)
        with patch.object(letterbox, "appoint_system", slowly):
            outcomes = both(
                (lambda: letterbox.letter_box(on=NOW.date()), lambda: letterbox.letter_box(on=NOW.date()))
            )
        assert outcomes == ["done", "done"]
        assert Account.objects.filter(username=letterbox.USERNAME).count() == 1

        def answered(case: Case, *, locks: bool) -> list[str]:
            unlocked = patch.object(answering, "held_case", lambda one: Case.objects.get(pk=one.pk))
            slowly = waiting(Answer.objects.create, APART_S)
            with nullcontext() if locks else unlocked, patch.object(Answer.objects, "create", slowly):
                return both((lambda: published.answer(case), lambda: published.answer(case)))

        one, _ = published.letter(key="one")
        other, _ = published.letter(key="other")
        assert answered(one, locks=True) == ["done", "waits_already"]
        assert answered(other, locks=False) == ["clash", "done"]
        assert sorted(Answer.objects.values_list("case_id", "attempt")) == [(one.pk, 1), (other.pk, 1)]
