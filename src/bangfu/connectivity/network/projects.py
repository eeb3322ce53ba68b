"""What others may read of build projects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet, Sum

from bangfu.connectivity.network import queries, reported
from bangfu.connectivity.network.kinds import BOOKINGS, BOXES
from bangfu.connectivity.network.models import Project, Station, StationState

SHOWN = 50
"""How many of each are shown on a project's page; the lists show them all."""


@dataclass(frozen=True)
class Content:
    """What belongs to a project."""

    stages: dict[str, date]  # day by stage, absent = not reached
    stations: list[Station]
    station_count: int
    boxes: list[object]
    box_count: int
    port_count: int
    bookings: list[object]
    booking_count: int
    booked_fen: int
    """Of verified bookings alone."""


def content_of(project: Project) -> Content:
    """Return a project's stages, and the living stations, boxes and bookings that name it, the newest few of each."""
    stations: QuerySet[Station] = queries.stations().filter(project=project, withdrawn_at=None)
    boxes = reported.records(BOXES).filter(project=project, withdrawn_at=None)
    bookings = reported.records(BOOKINGS).filter(project=project, withdrawn_at=None)
    ports = boxes.aggregate(count=Count("pk"), ports=Sum("port_count"))
    booked = bookings.filter(state=StationState.VERIFIED).aggregate(fen=Sum("amount_fen"))["fen"]
    return Content(
        stages={stage.stage: stage.reached_on for stage in project.stages.all()},
        stations=list(stations.order_by("-accepted_on", "code")[:SHOWN]),
        station_count=stations.count(),
        boxes=list(boxes.order_by("-accepted_on", "code")[:SHOWN]),
        box_count=ports["count"],
        port_count=ports["ports"] or 0,
        bookings=list(bookings.order_by("-booked_on", "code")[:SHOWN]),
        booking_count=bookings.count(),
        booked_fen=booked or 0,
    )
