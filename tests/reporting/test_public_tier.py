"""What an anonymous reader of a published figure's record and evidence is never told: where exactly it stands."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest
from PIL import Image

from bangfu.connectivity.network.models import Station
from bangfu.foundation.evidence import views as evidence_pages
from bangfu.foundation.evidence.models import Use
from bangfu.foundation.evidence.queries import attachments_of
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.rooms import RecordSummary, both, record_type, register
from bangfu.foundation.rooms.tiers import Tier
from bangfu.reporting.pictures import picture_of
from bangfu.reporting.selection import read_selection
from bangfu.reporting.views import drawer
from tests.foundation.evidence.test_photographs import jpeg, said, scene
from tests.reporting.story import Story
from tests.reporting.test_pages import door, text
from tests.reporting.test_pictures import declare, verified

WHERE = "105.8123, 24.9871"


@pytest.fixture
def station(story: Story, monkeypatch: pytest.MonkeyPatch) -> Station:
    """A counted station whose room knows where it stands, with a photograph that says where it was taken."""
    kind = record_type("network.station")

    def summaries(keys: list[int]) -> dict[int, RecordSummary]:
        where = ((both("经纬度", "Position"), WHERE),)
        return {key: replace(one, positions=where) for key, one in kind.summaries(keys).items()}

    monkeypatch.setitem(register._register.record_types, kind.code, replace(kind, summaries=summaries))
    photo = jpeg(scene(1), said("2019:09:12 14:06:31", "+08:00", (24.5, "N", 105.75, "E")))
    return verified(story.cast, "GZ-CH-0042", ("a.jpg", photo), accepted_on=date(2019, 9, 12))


def as_the_public(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the pages answer as the door of a publication would: to whoever asks."""
    for pages in (drawer, evidence_pages):
        monkeypatch.setattr(pages, "tier_of", lambda request: Tier.PUBLIC)


def test_the_record_under_a_figure_shows_its_position_to_readers_only(
    story: Story, station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    fact, client = Fact.objects.get(), door(story.cast.officer)
    assert WHERE in text(client.get(f"/fact/{fact.pk}/"))
    as_the_public(monkeypatch)
    page = text(client.get(f"/fact/{fact.pk}/"))
    assert ("GZ-CH-0042" in page, WHERE in page) == (True, False)
    assert WHERE not in text(client.get(f"/fact/{fact.pk}/evidence"))


def test_the_picture_under_a_figure_shows_its_position_to_readers_only(
    story: Story, station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = attachments_of(1, [station.pk]).get().file
    client = door(story.cast.officer)
    assert "24.500000, 105.750000" in text(client.get(f"/evidence/{file.pk}/about"))
    as_the_public(monkeypatch)
    page = text(client.get(f"/evidence/{file.pk}/about"))
    assert ("2019-09-12" in page, "24.500000" in page, "105.750000" in page) == (True, False, False)


def test_the_picture_in_a_report_carries_no_position(story: Story, station: Station) -> None:
    declare(story.cast, station, 0)
    shown = picture_of("network.base_stations", read_selection({"period": "2019"}), Use.WEB)
    assert shown is not None
    with Image.open(io.BytesIO(shown.path.read_bytes())) as small:
        assert dict(small.getexif()) == {}
