"""The kinds of records, stations apart, that units report: declared once, judged, stored and reviewed alike."""

from bangfu.connectivity.network.kinds.building import BOOKINGS, BOXES, booking_code, yuan
from bangfu.connectivity.network.kinds.coverage import BASELINES, REMOVALS, TARGET, VERDICTS, verdict_code
from bangfu.connectivity.network.kinds.kind import Posting, RecordKind, UnableToReport
from bangfu.connectivity.network.models import Reported

KINDS = (BOXES, BOOKINGS, BASELINES, REMOVALS, VERDICTS, TARGET)


def kind_of(record: Reported) -> RecordKind:
    """Return the kind of a record.

    Raises: LookupError: it is of none.
    """
    for kind in KINDS:
        if isinstance(record, kind.model):
            return kind
    raise LookupError(f"{type(record).__name__} is no kind of reported record")


def kind_with_number(number: int) -> RecordKind:
    """Return the kind whose record type has this number.

    Raises: LookupError: there is none.
    """
    for kind in KINDS:
        if kind.number == number:
            return kind
    raise LookupError(f"no kind of reported record has the number {number}")


__all__ = [
    "BASELINES",
    "BOOKINGS",
    "BOXES",
    "KINDS",
    "REMOVALS",
    "TARGET",
    "VERDICTS",
    "Posting",
    "RecordKind",
    "UnableToReport",
    "booking_code",
    "kind_of",
    "kind_with_number",
    "verdict_code",
    "yuan",
]
