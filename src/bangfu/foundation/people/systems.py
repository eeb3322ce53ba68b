"""What the house's own systems are called, in both languages; their accounts keep the Chinese title."""

from __future__ import annotations

from bangfu.foundation.rooms import Words

_titles: dict[str, Words] = {}


def named_system(title: Words) -> Words:
    """Note what one of the house's own systems is called, and return it."""
    _titles[title.zh] = title
    return title


def system_title(kept: str) -> str:
    """Return the title that an account of a system keeps, in the reader's language; of a system of others as it is."""
    return str(_titles.get(kept, kept))
