"""How wide texts are, to be sure that none runs into another.

No typeface is measured: a page is set in whatever serif the machine has. Widths are those of the widest usual one, so that a
text is never wider than is said here.
"""

from __future__ import annotations

from collections.abc import Iterable

from bangfu.reporting.charts.engines.marks import Label

ELLIPSIS = "…"
_NARROW = frozenset(" .,:;'|!il()[]\u202f·")
_BREAKS_BEFORE_NOT = frozenset("，。；：、）》」』！？,.;:)%")
LINE_HEIGHT = 1.5


def width_of(text: str, size: float) -> float:
    """Return how wide a text is at most.

    >>> width_of("亿元", 10)
    20.0
    """
    return round(sum(_em(sign) for sign in text) * size, 2)


def _em(sign: str) -> float:
    """Return the width of a sign over the size of the text."""
    code = ord(sign)
    if code >= 0x2E80 or sign in "—…“”‘’":
        return 1.0
    if sign in _NARROW:
        return 0.36
    if sign in "MWmw%@":
        return 0.95
    if sign.isupper():
        return 0.76
    return 0.6


def fitted(text: str, size: float, room: float, *, keeps_end: bool = False) -> str:
    """Return a text cut to a room, with an ellipsis where something is missing; nothing where not even that fits.

    Args:
        keeps_end: whether its end stays: of a place's whole name that is the place.

    >>> fitted("黔西南布依族苗族自治州", 10, 52)
    '黔西南布…'
    >>> fitted("黔西南布依族苗族自治州册亨县", 10, 52, keeps_end=True)
    '…州册亨县'
    """
    if keeps_end:
        return fitted(text[::-1], size, room)[::-1]
    if width_of(text, size) <= room:
        return text
    left = room - width_of(ELLIPSIS, size)
    kept = ""
    for sign in text:
        left -= _em(sign) * size
        if left < 0:
            break
        kept += sign
    return f"{kept.rstrip()}{ELLIPSIS}" if kept else ""


def lines_of(text: str, size: float, room: float) -> list[str]:
    """Return a text broken into lines of a room: between words of Latin letters, anywhere in Chinese.

    >>> lines_of("one two", 10, 40)
    ['one', 'two']
    """
    found, line = [], ""
    for word in _words(text):
        if line and width_of((line + word).rstrip(), size) > room:
            found.append(line.rstrip())
            line = word.lstrip()
        else:
            line += word
        while width_of(line.rstrip(), size) > room:
            cut = next(at for at in range(1, len(line) + 1) if width_of(line[: at + 1], size) > room)
            found.append(line[:cut])
            line = line[cut:]
    if line.strip():
        found.append(line.rstrip())
    return found


def _words(text: str) -> list[str]:
    """Return the pieces between which a line may break; a closing sign stays with what it closes."""
    found: list[str] = []
    for sign in text:
        wide = ord(sign) >= 0x2E80
        if found and (sign in _BREAKS_BEFORE_NOT or sign == " " or (not wide and not _ends_open(found[-1]))):
            found[-1] += sign
        else:
            found.append(sign)
    return found


def _ends_open(piece: str) -> bool:
    """Return whether a line may break behind a piece."""
    last = piece[-1]
    return last in " &" or ord(last) >= 0x2E80


def extent_of(label: Label) -> tuple[float, float]:
    """Return where a label begins and ends."""
    width = width_of(label.text, label.size)
    begins = {"start": label.x, "middle": label.x - width / 2, "end": label.x - width}[label.anchor]
    return begins, begins + width


def overlap(labels: Iterable[Label]) -> list[tuple[Label, Label]]:
    """Return the pairs of labels that run into each other."""
    known = [(one, *extent_of(one)) for one in labels if one.text]
    found = []
    for at, (one, left, right) in enumerate(known):
        for other, begins, ends in known[at + 1 :]:
            apart = abs(one.y - other.y) >= max(one.size, other.size) * 0.95
            if not apart and left < ends and begins < right:
                found.append((one, other))
    return found


def every(labels: list[str], size: float, pitch: float) -> int:
    """Return of how many labels in a row, so far apart, one is written so that none meets the next."""
    widest = max((width_of(one, size) for one in labels), default=0.0) + size * 0.5
    return max(1, -(-int(widest * 100) // max(int(pitch * 100), 1)))
