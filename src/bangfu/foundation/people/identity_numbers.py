"""Identity numbers of citizens: GB 11643-1999, checked, shown masked, and what they tell.

Eighteen characters: six of the place of first registration, eight of the birth date, three of order (odd = male), and a
check character by ISO 7064:1983, MOD 11-2.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from enum import StrEnum

from bangfu.foundation.rooms.words import Words, both

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""2 to the power of 17 … 1, modulo 11 (GB 11643-1999, annex A)."""
_CHECKS = "10X98765432"
_PROVINCES = frozenset(
    str(code)
    for code in (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66),
                 71, 81, 82, 83)
)  # fmt: skip
"""GB/T 2260; 81 to 83 stand on residence permits of people of Hong Kong, Macao and Taiwan."""
_FORM = re.compile(r"[0-9]{17}[0-9X]")
_SEPARATORS = re.compile(r"[\s\-'‘’`_.·]+")
_WRITTEN_FOR_X = str.maketrans({"×": "X", "х": "X", "Х": "X", "*": "X"})
_OLDEST = date(1890, 1, 1)


class Problem(StrEnum):
    """Why something is no identity number."""

    EMPTY = "empty"
    FIFTEEN_DIGITS = "fifteen_digits"
    PLACEHOLDER = "placeholder"
    LENGTH = "length"
    CHARACTERS = "characters"
    REGION = "region"
    BIRTH_DATE = "birth_date"
    CHECK_CHARACTER = "check_character"


PROBLEM_WORDS: dict[Problem, Words] = {
    Problem.EMPTY: both("没有填写身份证号码", "there is no identity number"),
    Problem.FIFTEEN_DIGITS: both(
        "是已停用的十五位旧号码，请查户口簿或二代证填写十八位号码",
        "it is one of the old numbers of 15 digits; take the 18 characters from the card or the household book",
    ),
    Problem.PLACEHOLDER: both(
        "是占位用的假号码，不知道号码时请留空",
        "it is a placeholder; leave it empty when the number is not known",
    ),
    Problem.LENGTH: both("不是十八位，请对照证件重填", "it has not 18 characters; compare it with the card"),
    Problem.CHARACTERS: both(
        "含有不该有的字符，前十七位应为数字，末位为数字或 X",
        "it has other characters than 17 digits and a digit or X; compare it with the card",
    ),
    Problem.REGION: both(
        "前六位不是地区代码，请对照证件重填", "its first six digits are no region; compare it with the card"
    ),
    Problem.BIRTH_DATE: both(
        "第七至十四位不是真实的出生日期，请对照证件重填",
        "its digits 7 to 14 are no birth date; compare it with the card",
    ),
    Problem.CHECK_CHARACTER: both(
        "末位校验码不符，有一位填错了，请对照证件重填",
        "its last character does not fit, so one is mistyped; compare it with the card",
    ),
}


class Sex(StrEnum):
    """As the order number tells it."""

    MALE = "MALE"
    FEMALE = "FEMALE"


def normalised(text: str) -> str:
    """Return a number as it is kept: half-width, without separators, X as a capital.

    >>> normalised(" 11010519491231002ｘ ")
    '11010519491231002X'
    """
    bare = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()
    return bare[:-1] + bare[-1:].translate(_WRITTEN_FOR_X)


def check_character(first_seventeen: str) -> str:
    """Return the eighteenth character that belongs to seventeen digits.

    >>> check_character("11010519491231002")
    'X'
    """
    return _CHECKS[
        sum(int(digit) * weight for digit, weight in zip(first_seventeen, _WEIGHTS, strict=True)) % 11
    ]


def problem_of(text: str, *, on: date | None = None) -> Problem | None:
    """Return what is wrong with a number, or null for one that can exist.

    Args:
        on: nobody is born after this day; null leaves the future unchecked.

    >>> problem_of("11010519491231002X") is None
    True
    >>> problem_of("110105491231002").value
    'fifteen_digits'
    """
    number = normalised(text)
    if not number:
        return Problem.EMPTY
    if _is_placeholder(number):
        return Problem.PLACEHOLDER
    if len(number) == 15 and number.isascii() and number.isdigit():
        return Problem.FIFTEEN_DIGITS
    if len(number) != 18:
        return Problem.LENGTH
    if not _FORM.fullmatch(number):
        return Problem.CHARACTERS
    if number[:2] not in _PROVINCES:
        return Problem.REGION
    born = _date_in(number)
    if born is None or born < _OLDEST or (on is not None and born > on):
        return Problem.BIRTH_DATE
    if number[17] != check_character(number[:17]):
        return Problem.CHECK_CHARACTER
    return None


def _is_placeholder(number: str) -> bool:
    """Tell what people type who have no number: one digit repeated, counting up, or a region of nines or noughts."""
    if len(number) < 4:
        return False
    return (
        len(set(number[:-1])) == 1
        or "12345678901234567890".startswith(number[:15])
        or (len(number) in (15, 18) and number[:6] in ("999999", "000000"))
    )


def _date_in(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def birth_date(number: str) -> date:
    """Return the birth date that a checked number tells.

    Raises: ValueError: it tells none.
    """
    born = _date_in(normalised(number))
    if born is None:
        raise ValueError("this is no identity number")
    return born


def sex(number: str) -> Sex:
    """Return the sex that a checked number tells: an odd order number is a man's."""
    return Sex.MALE if int(normalised(number)[16]) % 2 else Sex.FEMALE


def masked(number: str) -> str:
    """Return a number as screens show it: the last four only, since the first six tell a person's origin.

    >>> masked("11010519491231002X")
    '****002X'
    """
    return f"****{number[-4:]}"
