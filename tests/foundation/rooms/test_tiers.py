"""Who may know what: the public, a signed-in reader, whoever may see original evidence."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from bangfu.foundation.evidence.models import EvidenceKind
from bangfu.foundation.rooms.tiers import Matter, Tier, may_know
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
