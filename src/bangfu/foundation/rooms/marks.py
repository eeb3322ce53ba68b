"""The mark of the example: whatever leaves an example house says that it is an example."""

from __future__ import annotations

from collections.abc import Callable

from bangfu.foundation.rooms.words import Words, both

EXAMPLE = both(
    "示例数据：公司和人物均为虚构，数字不可引用",
    "Example data: company and people are invented, and no figure may be quoted",
)
_asked: list[Callable[[], bool]] = []


def install(is_example: Callable[[], bool]) -> None:
    """Let a function say whether the house is the example; ``organisation`` does this when it is ready."""
    _asked[:] = [is_example]


def example_mark() -> Words | None:
    """Return the sentence that every file and answer of an example house carries; null in a house of one's own."""
    return EXAMPLE if _asked and _asked[0]() else None


def marked_rows() -> list[tuple[str, str]]:
    """Return the mark as a label and a value, as it stands beside the rows of a list; nothing in a house of one's own."""
    mark = example_mark()
    return [(str(both("示例", "Example")), str(mark))] if mark else []
