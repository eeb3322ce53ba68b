"""What every channel is given, and how it says that it failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bangfu.foundation.rooms import Words


@dataclass(frozen=True)
class Message:
    """One message, in one language."""

    key: str
    """The same for every try of the same message: whoever receives it twice can tell."""
    title: str
    body: str
    """Paragraphs apart by an empty line."""
    address: str = ""
    """The whole address of the page behind it; empty for none."""
    opens: str = ""
    """What the link to it is called."""
    foot: str = ""
    """What a letter ends with, below the link."""


class Failed(Exception):  # noqa: N818 - what came of a try
    """A message that was not taken; its words hold no secret and no address of a person."""

    def __init__(self, words: Words, *, is_final: bool = False) -> None:
        super().__init__(words.en)
        self.words = words
        self.is_final = is_final
        """Whether trying again is of no use."""


class Sender(Protocol):
    """One channel."""

    def send(self, to: str, message: Message) -> Words:
        """Send a message and return what the other side answered.

        Raises: Failed: it was not taken.
        """
