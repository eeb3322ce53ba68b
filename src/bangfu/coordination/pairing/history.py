"""What a pairing's page tells of its life, and a place's of its supporters: for people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bangfu.coordination.pairing.models import KIND_WORDS, ROLE_WORDS, Pairing
from bangfu.foundation.records import Step, corrected, entered, life_of, withdrawn
from bangfu.foundation.rooms import Words, both


@dataclass(frozen=True)
class Bar:
    """A pairing on the time line of its place: where it begins and how long it is, in per cent of the line."""

    pairing: Pairing
    begins: int
    length: int
    kind: Words
    role: Words


def trail_of(pairing: Pairing) -> list[Step]:
    """Return everything that happened to a pairing, in order."""
    first = entered(
        pairing.registered_at,
        pairing.registered_by,
        sheet=pairing.upload.name if pairing.upload else None,
        by_hand=both("逐条拟定", "Entered by hand"),
    )
    corrections = pairing.corrections.select_related("corrected_by__person__key")
    return life_of(pairing, first, *corrected(corrections), *withdrawn(pairing))


def time_line(pairings: Iterable[Pairing], today: date) -> list[Bar]:
    """Return the pairings as bars on one line from the first start to today, in the order given."""
    shown = [pairing for pairing in pairings if pairing.starts_on <= today]
    if not shown:
        return []
    first = min(pairing.starts_on for pairing in shown)
    days = max((today - first).days, 1)
    bars = []
    for pairing in shown:
        begins = (pairing.starts_on - first).days * 100 // days
        length = ((pairing.ends_on or today) - pairing.starts_on).days * 100 // days
        bars.append(Bar(pairing, begins, max(length, 1), KIND_WORDS[pairing.kind], ROLE_WORDS[pairing.role]))
    return bars
