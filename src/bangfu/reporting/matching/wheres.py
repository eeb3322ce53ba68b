"""The places and units that a text names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Scope:
    """Where and whose: a place by its number, a unit by its code; neither is the whole programme."""

    place: int | None = None
    unit: str = ""


EVERYWHERE = Scope()
_ALL = re.compile(
    r"全集团|全公司|全国|各省级?分公司|各地|系统内|across the group|group-wide|nationwide", re.IGNORECASE
)


@dataclass(frozen=True)
class Where:
    """A name in a text and what it may mean."""

    start: int
    end: int
    scopes: tuple[Scope, ...]
    word: str


@dataclass(frozen=True)
class Names:
    """The names of places and units, each with what it may mean; they begin with at least two characters."""

    words: Mapping[str, tuple[Scope, ...]]
    _by_head: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for word in sorted(self.words, key=len, reverse=True):
            self._by_head.setdefault(word[:2], []).append(word)

    def wheres_in(self, text: str) -> list[Where]:
        """Return the names in a text, the longest where several begin alike; words for all of it mean everywhere."""
        found = [Where(hit.start(), hit.end(), (EVERYWHERE,), hit[0]) for hit in _ALL.finditer(text)]
        at = 0
        while at < len(text) - 1:
            for word in self._by_head.get(text[at : at + 2], ()):
                if text.startswith(word, at) and not self._is_cut(text, at, word):
                    found.append(Where(at, at + len(word), self.words[word], word))
                    at += len(word) - 1
                    break
            at += 1
        return sorted(found, key=lambda one: one.start)

    def _is_cut(self, text: str, at: int, word: str) -> bool:
        """Whether a Latin name is only a part of a longer word."""
        if not word[0].isascii():
            return False
        end = at + len(word)
        return (at > 0 and text[at - 1].isalpha()) or (end < len(text) and text[end].isalpha())
