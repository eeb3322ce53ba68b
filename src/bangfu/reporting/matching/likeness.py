"""How much the words around a number resemble an indicator's: pairs of characters in Chinese, stems of words in English.

What many titles share tells little: a pair or stem weighs one over the root of the number of indicators that have it
(inverse document frequency, Spärck Jones 1972, softened). Nearer words count more.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bangfu.reporting.display import Display

NEAR, SENTENCE, EARLIER, HEADING = 1.0, 0.55, 0.35, 0.3
"""What a word counts in the number's own clause, its sentence, the sentence before, and the heading above."""
_LITTLE = "the a an of in to at for with and or by on who which that is are was were"
_STOP = frozenset(_LITTLE.split())  # fmt: skip
_NOT_CHINESE = re.compile(r"[^\u3400-\u9fffA-Za-z+]+")


@dataclass(frozen=True)
class Meaning:
    """What an indicator is to the matcher."""

    code: str
    kind: str
    """flow, stock, distinct or ratio."""
    titles_zh: tuple[str, ...]
    """Its title, then what else it is called."""
    titles_en: tuple[str, ...]
    unit_zh: str
    unit_en: str
    unit_one: str
    display: Display
    periods: tuple[str, ...] = ()
    """Periods for which reports cite it."""
    factor: int = 1

    def titles(self, language: str) -> tuple[str, ...]:
        """Return what it is called in a language."""
        return self.titles_en if language == "en" else self.titles_zh


@dataclass(frozen=True)
class Around:
    """The words around a number, from near to far."""

    near: str
    sentence: str
    earlier: str
    heading: str


@lru_cache(maxsize=4096)
def _stem(word: str) -> str:
    for ending in ("ations", "ation", "ments", "ment", "ings", "ing", "ies", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


@lru_cache(maxsize=8192)
def grams(text: str, language: str) -> frozenset[str]:
    """Return the pairs of characters of a Chinese text, or the stems of the words of an English one."""
    if language == "en":
        words = re.findall(r"[a-z]+", text.lower())
        return frozenset(_stem(word) for word in words if word not in _STOP and len(word) > 1)
    found: set[str] = set()
    for run in _NOT_CHINESE.split(text):
        found.update(run[at : at + 2] for at in range(len(run) - 1))
    return frozenset(found)


class Likeness:
    """Compares words with the titles of a set of indicators."""

    def __init__(self, meanings: Sequence[Meaning]) -> None:
        """Count in how many indicators each pair and stem stands."""
        self._shared = {language: self._counted(meanings, language) for language in ("zh", "en")}

    def _counted(self, meanings: Iterable[Meaning], language: str) -> Counter[str]:
        counted: Counter[str] = Counter()
        for one in meanings:
            counted.update(frozenset().union(*(grams(title, language) for title in one.titles(language))))
        return counted

    def of(self, around: Around, meaning: Meaning, language: str) -> float:
        """Return how much the words resemble the indicator's best title, 0 to 1."""
        places = (
            (NEAR, grams(around.near, language)),
            (SENTENCE, grams(around.sentence, language)),
            (EARLIER, grams(around.earlier, language)),
            (HEADING, grams(around.heading, language)),
        )
        return max((self._like(title, places, language) for title in meaning.titles(language)), default=0.0)

    def _like(self, title: str, places: Sequence[tuple[float, frozenset[str]]], language: str) -> float:
        shared = self._shared[language]
        total = reached = 0.0
        for gram in grams(title, language):
            weight = shared[gram] ** -0.5
            total += weight
            reached += weight * next((worth for worth, held in places if gram in held), 0.0)
        return reached / total if total else 0.0
