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
