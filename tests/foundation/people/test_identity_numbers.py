"""Identity numbers by GB 11643: what is wrong with one, what it tells, how it is shown."""

from __future__ import annotations

from datetime import date

import pytest

from bangfu.foundation.people import identity_numbers
from bangfu.foundation.people.identity_numbers import Problem, Sex, problem_of

STANDARD = "11010519491231002X"
"""The example of GB 11643-1999 itself."""


@pytest.mark.parametrize(
    "text", [STANDARD, " 1101 0519 4912 31002ｘ", "11010519491231002×", "'11010519491231002x"]
)
def test_the_standards_own_example_however_it_is_typed(text: str) -> None:
    assert problem_of(text) is None
    assert identity_numbers.normalised(text) == STANDARD


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", Problem.EMPTY),
        ("  ", Problem.EMPTY),
        ("110105491231002", Problem.FIFTEEN_DIGITS),
        ("111111111111111111", Problem.PLACEHOLDER),
        ("11111111111111111X", Problem.PLACEHOLDER),
        ("123456789012345678", Problem.PLACEHOLDER),
        ("999999194912310022", Problem.PLACEHOLDER),
        ("000000194912310022", Problem.PLACEHOLDER),
        ("1101051949123100", Problem.LENGTH),
        ("1101051949123100 2X5", Problem.LENGTH),
        ("1101O519491231002X", Problem.CHARACTERS),
        ("X10105194912310021", Problem.CHARACTERS),
        ("990105194912310021", Problem.REGION),
        ("110105194902300021", Problem.BIRTH_DATE),
        ("110105188912310021", Problem.BIRTH_DATE),
        ("110105194912310021", Problem.CHECK_CHARACTER),
        ("11010519491213002X", Problem.CHECK_CHARACTER),
    ],
)
def test_what_is_wrong(text: str, problem: Problem) -> None:
    assert problem_of(text) is problem


def test_nobody_is_born_in_the_future() -> None:
    assert problem_of(STANDARD, on=date(1949, 12, 31)) is None
    assert problem_of(STANDARD, on=date(1949, 12, 30)) is Problem.BIRTH_DATE


def test_what_it_tells_and_what_a_screen_shows() -> None:
    assert identity_numbers.birth_date(STANDARD) == date(1949, 12, 31)
    assert identity_numbers.sex(STANDARD) is Sex.FEMALE
    assert identity_numbers.sex("110105194912310011") is Sex.MALE
    assert identity_numbers.masked(STANDARD) == "****002X"


def test_every_single_mistyped_character_is_noticed() -> None:
    """MOD 11-2 detects every substitution and every swap of neighbours (ISO 7064)."""
    for place in range(17):
        for digit in "0123456789":
            wrong = STANDARD[:place] + digit + STANDARD[place + 1 :]
            assert (problem_of(wrong) is None) == (wrong == STANDARD)
    for place in range(16):
        swapped = STANDARD[:place] + STANDARD[place + 1] + STANDARD[place] + STANDARD[place + 2 :]
        assert (problem_of(swapped) is None) == (swapped == STANDARD)
