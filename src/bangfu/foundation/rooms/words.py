"""Words in Chinese and English that stand side by side in the code and choose themselves when shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language


@dataclass(frozen=True)
class Words:
    """One text in both languages; ``str()`` gives the active language's.

    >>> from django.utils.translation import override
    >>> with override("en"):
    ...     str(both("基站", "station"))
    'station'
    """

    zh: str
    en: str

    def in_language(self, language: str | None) -> str:
        """Return the text for a language code; anything that is not English reads Chinese."""
        return self.en if language is not None and language.startswith("en") else self.zh

    def __str__(self) -> str:
        return self.in_language(get_language())

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def format(self, **values: Any) -> str:
        """Return the active language's text with its ``{names}`` filled in."""
        return str(self).format(**values)

    def filled(self, **values: Any) -> Words:
        """Return both texts with their ``{names}`` filled in; values that are Words fill in each language."""

        def chosen(language: str) -> dict[str, Any]:
            return {
                name: value.in_language(language) if isinstance(value, Words) else value
                for name, value in values.items()
            }

        return Words(self.zh.format(**chosen("zh-hans")), self.en.format(**chosen("en")))


def both(zh: str, en: str) -> Words:
    """Return one text in both languages.

    Raises: ValueError: one of the two is empty; a text that exists in one language only is a defect.
    """
    if not zh or not en:
        raise ValueError("words need both languages")
    return Words(zh, en)


def counted(zh: str, en: str, one: str, *, count: int, **values: Any) -> Words:
    """Return a text about a number of things with its ``{names}`` filled in; English of one thing is ``one``.

    >>> counted("{count} 天", "{count} days", "{count} day", count=1).en
    '1 day'
    """
    return both(zh, one if count == 1 else en).filled(count=grouped_words(count), **values)


FOUR_DIGITS = 10_000
"""Below this a count is written without gaps."""


def grouped_words(number: int) -> Words:
    """Return a whole number with its thousands apart, by a narrow space in Chinese and a comma in English.

    >>> grouped_words(32706).en, grouped_words(9999).en
    ('32,706', '9999')
    """
    if abs(number) < FOUR_DIGITS:
        return Words(str(number), str(number))
    return Words(f"{number:,}".replace(",", "\u202f"), f"{number:,}")
