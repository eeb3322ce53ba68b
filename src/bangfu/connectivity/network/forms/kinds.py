"""The form of each kind of reported record that is entered by hand."""

from __future__ import annotations

from typing import Any

from bangfu.connectivity.network.forms.building import BookingForm, BoxForm, ReportedForm
from bangfu.connectivity.network.forms.covering import RemovalForm, TargetForm, VerdictForm
from bangfu.connectivity.network.kinds import BOOKINGS, BOXES, REMOVALS, TARGET, VERDICTS, RecordKind, yuan
from bangfu.connectivity.network.models import Booking
from bangfu.foundation.places.fields import place_written

FORMS: dict[str, type[ReportedForm]] = {
    BOXES.code: BoxForm,
    BOOKINGS.code: BookingForm,
    REMOVALS.code: RemovalForm,
    VERDICTS.code: VerdictForm,
    TARGET.code: TargetForm,
}


def initial_of(kind: RecordKind, record: Any) -> dict[str, Any]:
    """Return a record as its form's first content."""
    asked = FORMS[kind.code].middle
    first = {name: getattr(record, name) for name in asked if name not in ("place", "project", "amount")}
    first |= {"place": place_written(record.place_id), "unit": record.unit_id}
    if "project" in asked:
        first["project"] = record.project.code if record.project else ""
    if isinstance(record, Booking):
        first["amount"] = yuan(record.amount_fen)
    return first
