"""Pages of the places room."""

import gzip
import json

import pytest
from django.test import Client
from django.urls import reverse

from bangfu.foundation.places import shapes
from tests.cast import Cast

pytestmark = pytest.mark.django_db

CEHENG, QIANXI = 522327000000, 520581000000


@pytest.fixture
def signed_in(client: Client, cast: Cast) -> Client:
    """A browser in which the clerk of 贵州 has signed in."""
    client.force_login(cast.clerk, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_stranger_is_sent_to_the_door(client: Client) -> None:
    for address in (
        reverse("places:search_page"), reverse("places:search"), reverse("places:county_shapes"),
        reverse("places:place", args=[CEHENG]),
    ):  # fmt: skip
        response = client.get(address)
        assert response.status_code == 302
        assert reverse("sign_in") in response.headers["Location"]


class TestSearchPage:
    def test_shows_the_provinces_and_the_answers(self, signed_in: Client) -> None:
        page = signed_in.get(reverse("places:search_page"))
        assert "贵州省" in page.content.decode()
        page = signed_in.get(reverse("places:search_page"), {"q": "chx"})
        assert reverse("places:place", args=[CEHENG]) in page.content.decode()

    def test_the_fragment_is_rows_and_the_former_name_is_said(self, signed_in: Client) -> None:
        fragment = signed_in.get(reverse("places:search"), {"q": "黔西县"}).content.decode()
        assert "<html" not in fragment
        assert "曾名" in fragment
        assert "黔西市" in fragment

    def test_says_when_nothing_is_found(self, signed_in: Client) -> None:
        assert "没有找到" in signed_in.get(reverse("places:search"), {"q": "不存在的地方"}).content.decode()

    def test_answers_a_program_in_json(self, signed_in: Client) -> None:
        response = signed_in.get(
            reverse("places:search"), {"q": "册亨", "level": "3"}, headers={"Accept": "application/json"}
        )
        assert response.json()["places"] == [
            {
                "id": CEHENG, "name": "册亨县", "label": "贵州省黔西南布依族苗族自治州册亨县", "code": "522327",
                "level": 3, "former_name": None,
            }
        ]  # fmt: skip

    def test_what_was_typed_is_text(self, signed_in: Client) -> None:
        page = signed_in.get(reverse("places:search_page"), {"q": "<script>"}).content.decode()
        assert "<script>alert" not in page
        assert 'value="&lt;script&gt;"' in page

    @pytest.mark.parametrize(
        "narrowing", [{"level": "9"}, {"level": "x"}, {"within": "522327999999"}, {"within": "-1"}]
    )
    def test_an_address_with_nonsense_is_not_found(
        self, signed_in: Client, narrowing: dict[str, str]
    ) -> None:
        assert signed_in.get(reverse("places:search"), {"q": "册亨", **narrowing}).status_code == 404


class TestPlacePage:
    def test_shows_where_it_lies_what_lies_in_it_and_its_map(self, signed_in: Client) -> None:
        page = signed_in.get(reverse("places:place", args=[CEHENG])).content.decode()
        for said in (
            "册亨县",
            "522327",
            "黔西南布依族苗族自治州",
            "冗渡镇",
            "县级",
            '<path class="q3 active"',
        ):
            assert said in page

    def test_shows_the_names_over_time(self, signed_in: Client) -> None:
        page = signed_in.get(reverse("places:place", args=[QIANXI])).content.decode()
        for said in ("黔西县", "520522", "2021-12-31", "民政部年度代码表"):
            assert said in page

    def test_a_city_without_counties_says_so_and_lists_its_province(self, signed_in: Client) -> None:
        page = signed_in.get(reverse("places:place", args=[441900000000])).content.decode()
        assert "地级、县级" in page

    def test_a_village_has_a_page_without_a_map(self, signed_in: Client) -> None:
        page = signed_in.get(reverse("places:place", args=[522327109200])).content.decode()
        assert "冗渡镇" in page
        assert "small-map" not in page

    def test_speaks_english(self, signed_in: Client) -> None:
        signed_in.cookies["bangfu_language"] = "en"
        page = signed_in.get(reverse("places:place", args=[CEHENG]))
        assert "Lie in it" in page.content.decode()

    def test_no_place_no_page(self, signed_in: Client) -> None:
        assert signed_in.get(reverse("places:place", args=[522327999999])).status_code == 404


class TestCountyShapes:
    def test_is_sent_packed_and_kept_for_ever_below_its_digest(self, signed_in: Client) -> None:
        packed, digest = shapes.packed_file()
        address = reverse("places:county_shapes")
        response = signed_in.get(address, {"v": digest}, headers={"Accept-Encoding": "gzip"})
        assert response.content == packed
        assert response.headers["Content-Encoding"] == "gzip"
        assert response.headers["Cache-Control"] == "private, max-age=31536000, immutable"
        assert response.headers["ETag"] == f'"{digest}"'
        assert "Accept-Encoding" in response.headers["Vary"]

    def test_without_the_digest_it_is_asked_for_again_and_answered_briefly(self, signed_in: Client) -> None:
        address = reverse("places:county_shapes")
        first = signed_in.get(address, headers={"Accept-Encoding": "gzip"})
        assert first.headers["Cache-Control"] == "private, no-cache"
        again = signed_in.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")

    def test_who_cannot_unpack_gets_it_plain(self, signed_in: Client) -> None:
        plain = signed_in.get(reverse("places:county_shapes"), headers={"Accept-Encoding": "identity"})
        assert "Content-Encoding" not in plain.headers
        assert json.loads(plain.content) == json.loads(gzip.decompress(shapes.packed_file()[0]))
