"""Which measures are reported by hand, and what must not stand in what is reported."""

from __future__ import annotations

import re

from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.ledger.measures import Measure
from bangfu.foundation.operations import Refusal
from bangfu.foundation.rooms import RoomDeclaration, both, rooms

RECORD_TYPE = 20
"""The number of ``intake.reported_record`` in facts, reviews and evidence: fixed for ever."""

SOURCE_SYSTEM = "intake.reported"
"""The source of every fact of this path; its external id is the record's reference, its revision the record's."""

_IDENTITY_NUMBER = re.compile(
    r"(?<!\d)[1-8]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?!\d)"
)


class UnknownMeasure(Refusal):
    """Codes: ``not_reported``."""

    sentences = {
        "not_reported": both(
            "没有可以报送的度量「{measure}」。请从报送清单中选择。",
            "Nothing called {measure} is reported this way. Choose from the list of measures.",
        )
    }


def reporting_permission(measure: Measure) -> str:
    """Return what whoever reports a measure must hold besides the operation's own: ``tariffs.report``."""
    return f"{measure.code.split('.')[0]}.report"


def reportable_measures() -> dict[str, Measure]:
    """Return the measures that are reported by hand, by code, in the order of the rooms.

    Raises: ValueError: a room has such a measure and no ``<room>.report`` to let somebody report it.
    """
    found = {code: measure for code, measure in declared_measures().items() if measure.reported}
    known = {room.code: room for room in rooms()}
    for measure in found.values():
        if reporting_permission(measure) not in known[measure.code.split(".")[0]].permissions:
            raise ValueError(f"{measure.code} is reported, but its room has no permission to report")
    return found


def reportable_measure(code: str) -> Measure:
    """Return the measure of this code.

    Raises: UnknownMeasure: ``not_reported``.
    """
    measure = reportable_measures().get(code)
    if measure is None:
        raise UnknownMeasure("not_reported", measure=code)
    return measure


def measure_of_record(code: str) -> Measure:
    """Return the measure of a record that exists, also when its room took the daily work over and reports no more.

    Raises: LookupError: no room declares it any more.
    """
    return declared_measures()[code]


def rooms_with_measures() -> list[tuple[RoomDeclaration, list[Measure]]]:
    """Return the rooms that have measures to report, each with these, in the order of the rooms."""
    found = reportable_measures().values()
    named = [(room, [one for one in found if one.code.split(".")[0] == room.code]) for room in rooms()]
    return [(room, measures) for room, measures in named if measures]


def has_identity_number(text: str) -> bool:
    """Return whether a text holds what looks like a resident's identity number of eighteen digits.

    >>> has_identity_number("522327201003070018"), has_identity_number("XJ-522327-0001")
    (True, False)
    """
    return _IDENTITY_NUMBER.search("".join(text.split())) is not None
