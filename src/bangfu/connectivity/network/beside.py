"""What stands beside a record of the room: the stations of the project that a voucher was booked for."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from bangfu.connectivity.network.models import Booking, Station
from bangfu.connectivity.network.register import RECORD_TYPE
from bangfu.foundation.evidence.models import Attachment, EvidenceKind
from bangfu.foundation.places.codes import subtree_range
from bangfu.foundation.rooms import Beside, both

MOST = 6


def stations_beside_booking(key: int) -> list[Beside]:
    """Return stations of a booking's project in the booking's place, those with photographs first, then by code."""
    booking = Booking.objects.filter(pk=key).first()
    if booking is None:
        return []
    first, end = subtree_range(booking.place_id)
    photographs = Attachment.objects.filter(
        record_type=RECORD_TYPE, record_id=OuterRef("pk"), kind=EvidenceKind.PHOTO
    )
    found = Station.objects.filter(
        project=booking.project_id, place_id__gte=first, place_id__lt=end, withdrawn_at__isnull=True
    )
    found = found.annotate(has_photograph=Exists(photographs)).order_by("-has_photograph", "code")[:MOST]
    return [
        Beside(
            RECORD_TYPE,
            station.pk,
            station.code,
            both("同一工程的基站 · 验收 {on}", "Station of the project · accepted {on}").filled(
                on=station.accepted_on
            ),
        )
        for station in found
    ]
