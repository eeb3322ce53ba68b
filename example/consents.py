"""The two pictures of the example's report: who is in them was declared, and the one person who is agreed on paper."""

from __future__ import annotations

from datetime import date

from bangfu.connectivity.network.models import Station
from bangfu.foundation.evidence.models import Attachment, EvidenceFile, EvidenceKind
from bangfu.foundation.evidence.operations import declare_picture, record_consent
from bangfu.foundation.evidence.queries import recognisable_in
from bangfu.foundation.operations import Act
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import record_type
from example import house
from example.papers import VERIFIER, document
from example.stations import PICTURED, YEAR

AGREED = date(2020, 1, 8)


def declare_pictures() -> None:
    """Let the verifier look at both pictures, and the clerk who stands in one of them agree, unless that was done before.

    A consent that somebody withdrew stays withdrawn.
    """
    verifier = Account.objects.get(username=VERIFIER)
    for province, one in PICTURED.items():
        file = _picture(province, one.county)
        if file is None:
            continue
        if recognisable_in(file.pk) is None:
            declare_picture(file=file, recognisable=int(one.has_engineer), act=Act.now(verifier))
        if one.has_engineer and not file.consents.exists():
            _agreed(file, Account.objects.get(username=house.clerk_of(province)))


def _picture(province: int, county: int) -> EvidenceFile | None:
    """Return the photograph of the station that ``stations.pictured`` names; null while it is not in."""
    accepted = Station.objects.filter(accepted_on__year=YEAR).order_by("code")
    size = 10**10
    within = (
        accepted.filter(place_id__gte=county, place_id__lt=county + 10**6).first()
        or accepted.filter(place_id__gte=province * size, place_id__lt=(province + 1) * size).first()
    )
    if within is None:
        return None
    hanging = Attachment.objects.filter(
        record_type=record_type("network.station").number, record_id=within.pk, kind=EvidenceKind.PHOTO
    ).select_related("file")
    found = hanging.first()
    return None if found is None else found.file


def _agreed(file: EvidenceFile, clerk: Account) -> None:
    paper = document(
        "照片使用同意书（示例）", f"照片 {file.pk[:12]}", "本人同意用于报告的网页和纸质版。", "签字：示例"
    )
    record_consent(
        file=file,
        person=clerk.person,
        for_report=True,
        for_web=True,
        given_on=AGREED,
        paper=("示例-照片使用同意书.txt", paper),
        act=Act.now(clerk),
    )
