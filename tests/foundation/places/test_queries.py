"""What others read of places."""

import pytest

from bangfu.foundation.places import queries
from bangfu.foundation.places.models import Place

pytestmark = pytest.mark.django_db

CEHENG = 522327000000


class TestPlaceLabel:
    def test_names_the_province_and_the_prefecture(self) -> None:
        assert queries.place_label(CEHENG) == "贵州省黔西南布依族苗族自治州册亨县"
        assert queries.place_label(CEHENG, short=True) == "册亨县"
        assert queries.place_label(520000000000) == "贵州省"

    def test_leaves_out_the_fillers_of_the_list(self) -> None:
        assert queries.place_label(110101000000) == "北京市东城区"
        assert queries.place_label(469001000000) == "海南省五指山市"

    def test_goes_down_to_the_village(self) -> None:
        assert queries.place_label(522327109200) == "贵州省黔西南布依族苗族自治州册亨县冗渡镇冗渡村村民委员会"

    def test_many_at_once_and_what_is_no_place_is_absent(self) -> None:
        assert queries.place_labels([CEHENG, 522327999999], short=True) == {CEHENG: "册亨县"}
        with pytest.raises(Place.DoesNotExist):
            queries.place_label(522327999999)


class TestPlaceForCode:
    def test_takes_any_length_of_code(self) -> None:
        for code, place_id in (
            ("52", 520000000000),
            ("522327", CEHENG),
            ("522327000000", CEHENG),
            (" 522327 ", CEHENG),
        ):
            assert queries.place_for_code(code).pk == place_id

    def test_takes_a_former_code(self) -> None:
        assert queries.place_for_code("520522").name == "黔西市"

    def test_says_when_there_is_none(self) -> None:
        for code in ("522399", "abc", ""):
            with pytest.raises(Place.DoesNotExist):
                queries.place_for_code(code)


class TestTree:
    def test_children(self) -> None:
        assert queries.children(None).count() == 31
        assert [child.name for child in queries.children(522300000000)][:2] == ["兴义市", "兴仁市"]
        assert queries.children(CEHENG).count() == Place.objects.filter(parent_id=CEHENG).count() > 0

    def test_counties_of_the_country_are_those_of_the_list(self) -> None:
        assert queries.places_at(3).count() == 2_978
        assert queries.places_at(3, within=522300000000).count() == 8
        assert queries.places_at(3, within=441900000000).get().name == "东莞市"
