"""School terms as the room writes them: ``2020-autumn`` comes after ``2020-spring``."""

from __future__ import annotations

from bangfu.foundation.rooms import Words, both


def term_order(term: str) -> tuple[int, int]:
    """Return what sorts terms.

    >>> term_order("2020-autumn") < term_order("2021-spring") < term_order("2021-autumn")
    True
    """
    year, _, season = term.partition("-")
    return int(year), int(season == "autumn")


def next_term(term: str) -> str:
    """Return the term after one.

    >>> next_term("2020-autumn"), next_term("2021-spring")
    ('2021-spring', '2021-autumn')
    """
    year, is_autumn = term_order(term)
    return f"{year + 1}-spring" if is_autumn else f"{year}-autumn"


def term_words(term: str) -> Words:
    """Return a term in words.

    >>> term_words("2020-autumn").zh
    '2020 年秋季学期'
    """
    year, is_autumn = term_order(term)
    return both(
        f"{year} 年{'秋' if is_autumn else '春'}季学期", f"{'autumn' if is_autumn else 'spring'} {year}"
    )
