"""Each sentence of the corpus gets the verdicts of an editor who knows the figures."""

from __future__ import annotations

import pytest

from bangfu.reporting.matching import corrected
from tests.reporting.matching.corpus import CASES, Case
from tests.reporting.matching.ledger import judged


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text[:40])
def test_verdicts(case: Case) -> None:
    found = judged(case.text)
    assert " ".join(one.verdict.value for one in found) == case.verdicts, [
        (one.number.text, one.verdict, one.meaning and one.meaning.code, one.question, one.value)
        for one in found
    ]


@pytest.mark.parametrize("case", [case for case in CASES if case.corrected], ids=lambda case: case.text[:40])
def test_corrected(case: Case) -> None:
    written = corrected(case.text, judged(case.text))
    assert written == case.corrected
    assert {one.verdict.value for one in judged(written)} == {"true"}


def test_there_are_enough_of_both_languages() -> None:
    english = [case for case in CASES if case.text.isascii()]
    assert len(CASES) >= 60
    assert len(english) >= 12
