"""Notices as a room declares them: what somebody may be told of, in which words and how soon."""

from __future__ import annotations

import string
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bangfu.foundation.rooms.words import Words


class Channel(StrEnum):
    """By what a notice reaches a person besides the inbox, or a group of people."""

    EMAIL = "EMAIL"
    SMS = "SMS"
    WECOM = "WECOM"
    DINGTALK = "DINGTALK"


PERSONAL = frozenset({Channel.EMAIL, Channel.SMS})
"""Channels to one person; each chooses for themselves. The others are robots of a group chat, chosen by a unit."""
ABOUT_PEOPLE = frozenset(
    {"address", "email", "household", "identity_number", "name", "person", "phone", "telephone", "username"}
)
"""Values that no notice has: words about people stay out of it, and are read in the record under its own rules."""


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notice: everything that is told of one sort of happening."""

    code: str
    """``room.noun``, fixed for ever: notices keep it."""
    title: Words
    """What it is called, in the list of kinds and above each notice; without values."""
    body: Words
    """What is said, in one sentence or two; ``{names}`` are filled in by whoever tells it."""
    values: tuple[str, ...] = ()
    """The names in the body, each in both languages; codes, numbers, days and titles of records, never a person's data."""
    is_urgent: bool = False
    """It does not wait for a quiet night to end, nor for the digest."""
    channels: frozenset[Channel] = frozenset({Channel.EMAIL})
    """By what it is told unless the account chose otherwise, besides the inbox."""
    is_for_digest: bool = True
    """Whether it may wait for the daily digest of whoever wants one."""
    is_for_groups: bool = False
    """Whether robots may tell it to a unit's group chat."""

    def __post_init__(self) -> None:
        """Refuse words that do not fit.

        Raises: ValueError: a text is empty, the title has values, or the bodies' values are not those declared.
        """
        if not all((self.title.zh, self.title.en, self.body.zh, self.body.en)):
            raise ValueError(f"{self.code}: a notice is told in both languages")
        if named_in(self.title.zh) or named_in(self.title.en):
            raise ValueError(f"{self.code}: a title stands without values")
        if not named_in(self.body.zh) == named_in(self.body.en) == frozenset(self.values):
            raise ValueError(f"{self.code}: the values of both bodies are those declared")
        about_people = ABOUT_PEOPLE & set(self.values)
        if about_people:
            raise ValueError(f"{self.code}: {', '.join(sorted(about_people))} would tell of people")
        if not self.channels <= PERSONAL:
            raise ValueError(f"{self.code}: robots are chosen by units, not by a kind of notice")


def named_in(text: str) -> frozenset[str]:
    """Return the names of the values in a text.

    >>> sorted(named_in("{count} of {round}"))
    ['count', 'round']
    """
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def declared_notices(offers: Iterable[NoticeKind]) -> dict[str, NoticeKind]:
    """Return kinds by code.

    Raises: ValueError: two share a code.
    """
    found: dict[str, NoticeKind] = {}
    for one in offers:
        if found.setdefault(one.code, one) is not one:
            raise ValueError(f"two kinds of notice are called {one.code}")
    return found
