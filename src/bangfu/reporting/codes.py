"""Short codes of figures, for paper: they hold the figure itself, so that nothing has to be kept to resolve them. Pure.

Thirty-two signs without I, L, O and U (Crockford); the last sign is a check. The length says what a code holds:

=============================  ==========  ========  ====================
period                         everywhere  province  prefecture or county
=============================  ==========  ========  ====================
year, half, quarter or month   6 signs     8         10
day                            7           9         11
from one day to another        12          12        14
=============================  ==========  ========  ====================

Figures of towns, areas, units, lines and single terms have no code: their whole address is printed. A code names the figure; the
block it was read at is printed beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bangfu.reporting.periods import Period, read_period

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None})
_FIRST_YEAR = 2000
_FIRST_DAY = date(_FIRST_YEAR, 1, 1)
_DAY_BITS = 16
_PERIOD_BITS = {6: 12, 8: 12, 10: 12, 7: 16, 9: 16, 11: 16, 12: 32, 14: 32}
_PLACE_BITS = {6: 0, 8: 10, 10: 20, 7: 0, 9: 10, 11: 20, 12: 10, 14: 20}
_LENGTHS = {12: (6, 8, 10), 16: (7, 9, 11), 32: (12, 12, 14)}
"""By the bits of the period: the length without a place, with a province, with a prefecture or county."""
_PROVINCE, _COUNTY = 10**10, 10**6
HIGHEST_NUMBER = 2**13 - 1
FIRST_OWN_NUMBER = 2**12
"""Numbers from here on are those of indicators that the office declares itself."""


@dataclass(frozen=True)
class Coded:
    """What a code holds; ``place`` null is the whole programme."""

    number: int
    """The indicator's number."""
    period: str
    place: int | None


def _period_number(period: Period) -> tuple[int, int] | None:
    """Return a period as a number, and in how many bits; null when it lies too far away."""
    code = period.code
    year, _, part = code.partition("-")
    if "/" in code or part.count("-"):
        days = [(day - _FIRST_DAY).days for day in (period.starts_on, period.last_on)]
        if not all(0 <= day < 1 << _DAY_BITS for day in days):
            return None
        return (days[0] << _DAY_BITS | days[1], 2 * _DAY_BITS) if "/" in code else (days[0], _DAY_BITS)
    if not _FIRST_YEAR <= int(year) < _FIRST_YEAR + 128:
        return None
    if not part:
        number = 0
    elif part[0] == "Q":
        number = int(part[1])
    elif part[0] == "H":
        number = 4 + int(part[1])
    else:
        number = 6 + int(part)
    return (int(year) - _FIRST_YEAR) * 32 + number, 12


def _period_of(number: int, bits: int) -> str:
    if bits != 12:
        days = [number] if bits == _DAY_BITS else [number >> _DAY_BITS, number & (1 << _DAY_BITS) - 1]
        return "/".join((_FIRST_DAY + timedelta(days=day)).isoformat() for day in days)
    year, part = _FIRST_YEAR + number // 32, number % 32
    if part == 0:
        return str(year)
    if part <= 4:
        return f"{year}-Q{part}"
    return f"{year}-H{part - 4}" if part <= 6 else f"{year}-{part - 6:02}"


def _check(value: int, length: int) -> int:
    """Return the check sign's number: digits weighted by their place, so that swapped neighbours are noticed."""
    total, weight = length, 3
    while value:
        total += weight * (value % 32)
        value //= 32
        weight += 2
    return total % 31


def code_of(number: int, period: Period, place: int | None) -> str | None:
    """Return the code of a figure without unit and line; null when no length holds it.

    >>> code_of(1, read_period("2019"), None)
    '004K05'
    """
    found = _period_number(period)
    if found is None or not 0 < number <= HIGHEST_NUMBER:
        return None
    period_number, bits = found
    everywhere, province, county = _LENGTHS[bits]
    if place is None:
        length, place_number = everywhere, 0
    elif place % _PROVINCE == 0:
        length, place_number = province, place // _PROVINCE
    elif place % _COUNTY == 0:
        length, place_number = county, place // _COUNTY
    else:
        return None
    value = ((number << bits | period_number) << _PLACE_BITS[length]) | place_number
    signs = [_SIGNS[value >> 5 * step & 31] for step in reversed(range(length - 1))]
    return "".join(signs) + _SIGNS[_check(value, length)]


def read_code(text: str) -> Coded:
    """Return what a code holds, whether typed in small letters, with dashes, or with O for zero.

    Raises: ValueError: it is no code, or a sign of it is wrong.
    """
    signs = text.upper().translate(_READ_AS)
    if len(signs) not in _PLACE_BITS or any(sign not in _SIGNS for sign in signs):
        raise ValueError(f"{text!r} is not the code of a figure")
    value = 0
    for sign in signs[:-1]:
        value = value << 5 | _SIGNS.index(sign)
    if _check(value, len(signs)) != _SIGNS.index(signs[-1]):
        raise ValueError(f"a sign of {text!r} is wrong")
    place_bits, bits = _PLACE_BITS[len(signs)], _PERIOD_BITS[len(signs)]
    place_number, rest = value & (1 << place_bits) - 1, value >> place_bits
    period = _period_of(rest & (1 << bits) - 1, bits)
    size = _COUNTY if place_bits == 20 else _PROVINCE
    place = place_number * size if place_number else None
    coded = Coded(rest >> bits, period, place)
    if code_of(coded.number, read_period(period), place) != signs:
        raise ValueError(f"{text!r} is not the code of a figure")
    return coded
