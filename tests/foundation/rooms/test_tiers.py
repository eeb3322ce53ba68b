"""Who may know what: the public, a signed-in reader, whoever may see original evidence."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from bangfu.foundation.evidence.models import EvidenceKind
from bangfu.foundation.rooms import RecordSummary, both
from bangfu.foundation.rooms.tiers import (
    Matter,
    Tier,
    has_coordinates,
    known_fields,
    matter_of_field,
    may_know,
)
from bangfu.site.doors import OPEN_ADDRESSES, refuse_open_secrets

NEVER_PUBLIC = {
    Matter.ORIGINAL_EVIDENCE, Matter.SITE_COORDINATES, Matter.RECORD, Matter.UNPUBLISHED_FIGURE,
}  # fmt: skip


def test_the_public_knows_what_is_published_and_the_digests() -> None:
    assert {matter for matter in Matter if not may_know(Tier.PUBLIC, matter)} == NEVER_PUBLIC


def test_a_reader_knows_records_and_no_original_evidence() -> None:
    assert {matter for matter in Matter if not may_know(Tier.READER, matter)} == {Matter.ORIGINAL_EVIDENCE}
    assert all(may_know(Tier.EVIDENCE, matter) for matter in Matter)


@pytest.mark.parametrize("matter", sorted(NEVER_PUBLIC))
def test_a_house_whose_door_opens_a_secret_does_not_start(matter: Matter) -> None:
    with pytest.raises(ImproperlyConfigured, match="network:station"):
        refuse_open_secrets({**OPEN_ADDRESSES, "network:station": matter})


class TestCoordinates:
    @pytest.mark.parametrize(
        "name",
        ["latitude", "site_longitude", "gps_point", "easting", "antenna_azimuth", "lat", "home_coordinates"],
    )
    def test_a_field_named_for_a_position_is_a_site_coordinate(self, name: str) -> None:
        assert matter_of_field(name) is Matter.SITE_COORDINATES

    @pytest.mark.parametrize(
        "name", ["accepted_on", "place_id", "platform", "long_name", "translation", "code"]
    )
    def test_other_fields_are_of_the_record(self, name: str) -> None:
        assert matter_of_field(name) is Matter.RECORD

    def test_the_public_is_given_the_record_without_them(self) -> None:
        fields = {"taken_at": "2019-09-12", "latitude": 24.9871, "longitude": 105.8123}
        assert known_fields(fields, Tier.PUBLIC) == {"taken_at": "2019-09-12"}
        assert known_fields(fields, Tier.READER) == known_fields(fields, Tier.EVIDENCE) == fields

    def test_a_summary_shows_positions_to_readers_and_takes_none_among_its_open_rows(self) -> None:
        open_row, position = (
            (both("制式", "Technology"), "4G"),
            (both("经纬度", "Position"), "105.8123, 24.9871"),
        )
        summary = RecordSummary("GZ-CH-0417", (open_row,), positions=(position,))
        assert summary.rows_for(Tier.PUBLIC) == (open_row,)
        assert summary.rows_for(Tier.READER) == (open_row, position)
        with pytest.raises(ValueError, match="positions"):
            RecordSummary("GZ-CH-0417", (open_row, position))

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("105.8123, 24.9871", True), ("24.987100°N 105.812300°E", True), ("-0.12345;51.50000", True),
            ("2019-12-01", False), ("1,234.5678", False), ("RSRP -98.5, 24.1", False), ("522327100001", False),
        ],
    )  # fmt: skip
    def test_pairs_are_known_wherever_they_stand(self, text: str, found: bool) -> None:
        assert has_coordinates(text) is found


@pytest.mark.django_db
def test_no_page_of_evidence_and_no_figure_opens_without_sign_in() -> None:
    assert set(EvidenceKind.values) == {"PHOTO", "TEST_LOG", "DOCUMENT", "SHEET"}
    pages = [reverse(f"evidence:{page}", args=["0" * 64]) for page in ("file", "thumb", "about")]
    for address in (
        *pages,
        "/f/network.base_stations/",
        reverse("reporting:figures"),
        reverse("network:stations"),
    ):
        answer = Client().get(address)
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/sign-in"), address
