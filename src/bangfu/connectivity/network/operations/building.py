"""Access boxes and bookings: registered by hand or imported from a branch's sheet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars

from bangfu.connectivity.network.kinds import BOOKINGS, BOXES
from bangfu.connectivity.network.models import AccessBox, Booking
from bangfu.connectivity.network.operations.entering import record_for_update
from bangfu.connectivity.network.operations.records import imported, registered
from bangfu.connectivity.network.operations.registering import Files
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.operations import Act, Refusal, Scope, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import Batch
from bangfu.foundation.rooms import both


class UnableToRetire(Refusal):
    """Codes: ``retired_already``, ``before_acceptance``, ``in_future``, ``withdrawn``."""

    sentences = {
        "retired_already": both(
            "分纤箱「{code}」已于 {on} 退网。", "Access box {code} was taken out on {on} already."
        ),
        "before_acceptance": both(
            "退网日期早于验收日期 {on}。请核对。", "It was accepted on {on}, after that day. Check the date."
        ),
        "in_future": both(
            "退网日期在今天之后。请填实际日期。", "That day lies in the future. Enter the actual day."
        ),
        "withdrawn": both("分纤箱「{code}」已撤回。", "Access box {code} is withdrawn."),
    }


@dataclass(frozen=True)
class BoxDetails:
    """What is said of one access box when it is registered by hand."""

    code: str
    place: Place
    port_count: int
    accepted_on: date
    splitter: str = ""
    project: str = ""
    """The project's code; empty = none."""
    retired_on: date | None = None

    def row(self) -> polars.DataFrame:
        """Return the details as a sheet of one row."""
        said: dict[str, Any] = {
            "row": 1, "code": self.code, "place": self.place.pk, "project": self.project or None,
            "port_count": self.port_count, "splitter": self.splitter, "accepted_on": self.accepted_on,
            "retired_on": self.retired_on,
        }  # fmt: skip
        return polars.DataFrame(
            [said], schema_overrides={"project": polars.String, "retired_on": polars.Date}
        )


@dataclass(frozen=True)
class BookingDetails:
    """What is said of one line of a booking voucher when it is registered by hand."""

    voucher: str
    line_number: int
    project: str
    """The project's code."""
    place: Place
    category: str
    amount_fen: int
    booked_on: date

    @property
    def code(self) -> str:
        """The identity: voucher and line."""
        return f"{self.voucher}/{self.line_number}"

    def row(self) -> polars.DataFrame:
        """Return the details as a sheet of one row."""
        said: dict[str, Any] = {
            "row": 1, "code": self.code, "place": self.place.pk, "project": self.project, "voucher": self.voucher,
            "line_number": self.line_number, "category": self.category, "amount_fen": self.amount_fen,
            "booked_on": self.booked_on,
        }  # fmt: skip
        return polars.DataFrame([said])


def scope_of_details(*, details: Any, unit: Unit, **arguments: object) -> Scope:
    """Return where permission to register a record by hand is asked."""
    return Scope(unit=unit.pk, place=details.place.pk)


@operation("network.register_box", scope=scope_of_details)
def register_box(*, details: BoxDetails, unit: Unit, files: Files = (), act: Act) -> AccessBox:
    """Register one access box as a draft of a unit, with the evidence brought along.

    Raises: UnableToReport: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the box's code.
    """
    box: AccessBox = registered(BOXES, details, unit=unit, files=files, act=act)
    return box


@operation("network.register_booking", scope=scope_of_details)
def register_booking(*, details: BookingDetails, unit: Unit, files: Files = (), act: Act) -> Booking:
    """Register one line of a booking voucher as a draft of a unit, with the evidence brought along.

    Raises: UnableToReport: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the line's code.
    """
    booking: Booking = registered(BOOKINGS, details, unit=unit, files=files, act=act)
    return booking


@operation("network.import_boxes", scope=scope_of("upload"))
def import_boxes(*, upload: Upload, act: Act) -> Batch:
    """Register the access boxes of a sheet and submit them for review on one paper.

    Raises, locks: as ``records.imported``.
    """
    return imported(BOXES, upload, act=act)


@operation("network.import_bookings", scope=scope_of("upload"))
def import_bookings(*, upload: Upload, act: Act) -> Batch:
    """Register the voucher lines of a sheet and submit them for review on one paper.

    Raises, locks: as ``records.imported``.
    """
    return imported(BOOKINGS, upload, act=act)


@operation("network.retire_box", scope=scope_of("box"))
def retire_box(*, box: AccessBox, on: date, act: Act) -> AccessBox:
    """Note the day on which a box was taken out; additions are counted gross, so no figure changes.

    Raises: UnableToRetire: see its codes; nothing was written.
    Locks: the box.
    """
    box = record_for_update(box)
    if box.withdrawn_at is not None:
        raise UnableToRetire("withdrawn", code=box.code)
    if box.retired_on is not None:
        raise UnableToRetire("retired_already", code=box.code, on=box.retired_on.isoformat())
    if on > act.on:
        raise UnableToRetire("in_future")
    if on < box.accepted_on:
        raise UnableToRetire("before_acceptance", on=box.accepted_on.isoformat())
    box.retired_on = on
    box.save(update_fields=["retired_on"])
    return box
