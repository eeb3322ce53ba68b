"""Arithmetic on place numbers: level, parent and subtree without asking the database.

A number has twelve digits: province 2, prefecture 2, county 2, town 3, village 3; what is not used is zero.
Five divisions of the statistical list repeat their parent under itself (a prefecture-level city without
counties stands in for its own county); they are one place here, at the highest of their levels.
"""

from __future__ import annotations

PROVINCE, PREFECTURE, COUNTY, TOWN, VILLAGE = 1, 2, 3, 4, 5
LEVELS = (PROVINCE, PREFECTURE, COUNTY, TOWN, VILLAGE)

LOWEST, HIGHEST = 110_000_000_000, 830_000_000_000
"""Every number lies in this half-open range."""

SIZE_OF_LEVEL = {PROVINCE: 10**10, PREFECTURE: 10**8, COUNTY: 10**6, TOWN: 10**3, VILLAGE: 1}
"""How many numbers the subtree of a place of this level spans."""

_DIGITS_OF_LEVEL = {PROVINCE: 2, PREFECTURE: 4, COUNTY: 6, TOWN: 9, VILLAGE: 12}


def level_of(place_id: int) -> int:
    """Return the level of a place, 1 (province) to 5 (village).

    >>> level_of(522327000000)
    3
    """
    for level in LEVELS:
        if place_id % SIZE_OF_LEVEL[level] == 0:
            return level
    raise AssertionError("every number is a multiple of one")


def subtree_range(place_id: int) -> tuple[int, int]:
    """Return the half-open range of numbers that a place and everything in it have.

    >>> subtree_range(522327000000)
    (522327000000, 522328000000)
    """
    return place_id, place_id + SIZE_OF_LEVEL[level_of(place_id)]


def ancestor_id(place_id: int, level: int) -> int | None:
    """Return the number of the place of a level that a place lies in, null when it is above that level.

    A city without counties stands for its own county: the towns of 东莞市 lie in the county 441900000000.

    >>> ancestor_id(522327101001, 3), ancestor_id(522300000000, 3)
    (522327000000, None)
    """
    if level < level_of(place_id):
        return place_id - place_id % SIZE_OF_LEVEL[level]
    return place_id if level == level_of(place_id) else None


def parent_id(place_id: int) -> int | None:
    """Return the number of the place directly above, null for a province.

    A town whose prefecture has no counties lies directly in it, because both have one number.
    """
    level = level_of(place_id)
    return None if level == PROVINCE else ancestor_id(place_id, level - 1)


def code_text(place_id: int) -> str:
    """Return the code as offices write it: six digits to the county, nine for a town, twelve for a village.

    >>> code_text(522327000000), code_text(520000000000), code_text(522327101000)
    ('522327', '520000', '522327101')
    """
    return f"{place_id:012d}"[: max(6, _DIGITS_OF_LEVEL[level_of(place_id)])]


def id_from_code(code: str) -> int | None:
    """Return the number that a written code means, null when it cannot be one.

    Two, four, six, nine or twelve digits are codes; missing digits are zeros on the right.

    >>> id_from_code("522327"), id_from_code("52"), id_from_code("5223270")
    (522327000000, 520000000000, None)
    """
    if not (code.isascii() and code.isdigit()) or len(code) not in {2, 4, 6, 9, 12} or code[0] == "0":
        return None
    return int(code.ljust(12, "0"))
