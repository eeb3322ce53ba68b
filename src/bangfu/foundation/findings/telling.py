"""Suspects in words: what a rule's engine found, as the frames that are raised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import polars

from bangfu.foundation.findings.register import OBJECTS, SUSPECTS, Found
from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import Words, both, record_type

OBJECTS_NAMED = 60
"""Of one finding: more are counted in words."""
NO_WORDS = Words("", "")


@dataclass(frozen=True)
class About:
    """One thing that a suspicion is about."""

    kind: str
    key: int | str
    record_type: int | None = None


@dataclass(frozen=True)
class Suspect:
    """One matter as a rule tells it."""

    matter: str
    """What it is about for ever."""
    substance: object
    """What was seen of it."""
    title: Words
    detail: Words
    unit: int
    place: int | None
    about: tuple[About, ...]


def told(suspects: Iterable[Suspect], *, examined: int) -> Found:
    """Return suspects as the frames of a ``Found``."""
    rows, objects = [], []
    for one in suspects:
        rows.append(
            [
                one.matter, str(one.substance), one.title.zh, one.title.en, one.detail.zh, one.detail.en, one.unit,
                one.place,
            ]
        )  # fmt: skip
        objects += [
            [one.matter, about.kind, about.record_type, str(about.key)] for about in one.about[:OBJECTS_NAMED]
        ]
    return Found(
        polars.DataFrame(rows, schema=SUSPECTS, orient="row"),
        polars.DataFrame(objects, schema=OBJECTS, orient="row"),
        examined,
    )


def measure_title(code: str) -> Words:
    """Return what a measure is called."""
    measure = declared_measures().get(code)
    return measure.title if measure else both(code, code)


def measure_unit(code: str) -> Words:
    """Return in what a measure counts; nothing for one that is gone."""
    measure = declared_measures().get(code)
    return measure.unit if measure else NO_WORDS


def units_of_records(records: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Return the owning units: ``dict[(record type, record), unit]``, absent = the record has none."""
    keys: dict[int, list[int]] = defaultdict(list)
    for number, key in records:
        keys[number].append(key)
    found: dict[tuple[int, int], int] = {}
    for number, wanted in keys.items():
        unit_of = record_type(number).review_scope
        if unit_of is not None:
            found.update({(number, key): unit for key, unit in unit_of(wanted).items()})
    return found


class Tree:
    """The units' paths, to find the unit that stands above several."""

    def __init__(self) -> None:
        self._paths = dict(Unit.objects.values_list("pk", "path"))
        self.root = min(self._paths, key=lambda key: len(self._paths[key].split(".")))

    def common(self, units: Iterable[int]) -> int:
        """Return the lowest unit that stands above all of these, or is one of them; the root for none."""
        chains = [self._paths[unit].rstrip(".").split(".") for unit in units]
        shared = self.root
        for steps in zip(*chains, strict=False):
            if len(set(steps)) > 1:
                break
            shared = int(steps[0])
        return shared
