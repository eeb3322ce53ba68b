"""Pages of special areas."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast

pytestmark = pytest.mark.django_db

POOR = "/places/areas/poor-832/"


@pytest.fixture
def signed_in(client: Client, cast: Cast) -> Client:
    """A browser in which the clerk of 贵州 has signed in."""
    client.force_login(cast.clerk, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(client: Client, address: str, **query: str) -> str:
    response = client.get(address, query)
    assert response.status_code == 200, address
    return response.content.decode()


def test_a_stranger_is_sent_to_the_door(client: Client) -> None:
    for address in (reverse("places:areas"), POOR, f"{POOR}members.csv"):
        assert client.get(address).status_code == 302


def test_the_list_names_every_area_with_its_places_and_entries(signed_in: Client) -> None:
    page = text(signed_in, "/places/areas/")
    assert "武陵山区" in page
    assert ">831<" in page
    assert ">832<" in page
    assert "片区与名单" in text(signed_in, "/places/")


def test_members_on_a_day_by_province_and_name(signed_in: Client) -> None:
    assert "832 条" in text(signed_in, POOR)
    assert "52 条" in text(signed_in, POOR, on="2019-12-31")
    assert "66 条" in text(signed_in, POOR, province="520000000000")
    found = text(signed_in, POOR, q="宣化县")
    assert "宣化区" in found
    assert "没有符合条件的地方" in text(signed_in, POOR, on="2021-01-01")


def test_what_cannot_be_read_is_not_found(signed_in: Client) -> None:
    for address in (
        "/places/areas/nothing/",
        f"{POOR}?on=2019-02-30",
        f"{POOR}?on=soon",
        f"{POOR}?province=x",
    ):
        assert signed_in.get(address).status_code == 404


def test_the_list_leaves_as_a_file_that_says_where_it_comes_from(signed_in: Client) -> None:
    response = signed_in.get(f"{POOR}members.csv", {"on": "2019-12-31", "province": "520000000000"})
    assert response.headers["Content-Disposition"] == 'attachment; filename="poor-832-20191231.csv"'
    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "区划代码,所在地,名单上的名称,自,至（不含）,依据"
    assert len(lines) == 1 + 9 + 1 + 2
    assert lines[-2].startswith("名单,国家级贫困县,")


def test_a_place_shows_its_areas_with_dates(signed_in: Client) -> None:
    page = text(signed_in, "/places/522327000000")
    assert "滇桂黔石漠化区" in page
    assert "2012-06-14" in page
    assert "2019-12-31" in page
