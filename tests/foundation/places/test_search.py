"""Search by name, code and pinyin."""

import pytest

from bangfu.foundation.places import queries

pytestmark = pytest.mark.django_db

CEHENG, QIANXI = 522327000000, 520581000000


def names(text: str, **narrowing: object) -> list[str]:
    return [found.name for found in queries.search(text, **narrowing)]


class TestByName:
    def test_finds_with_and_without_the_suffix(self) -> None:
        for text in ("册亨县", "册亨", " 册亨 "):
            assert queries.search(text)[0].place_id == CEHENG

    def test_says_where_the_place_lies(self) -> None:
        found = queries.search("册亨县")[0]
        assert (found.label, found.code, found.level) == ("贵州省黔西南布依族苗族自治州册亨县", "522327", 3)

    def test_exact_names_come_before_longer_ones_and_higher_levels_first(self) -> None:
        assert names("吉林")[:2] == ["吉林省", "吉林市"]
        assert names("辽阳")[:2] == ["辽阳市", "辽阳县"]

    def test_lists_every_place_of_one_name(self) -> None:
        assert [found.label for found in queries.search("鼓楼区")] == [
            "江苏省南京市鼓楼区", "江苏省徐州市鼓楼区", "福建省福州市鼓楼区", "河南省开封市鼓楼区",
        ]  # fmt: skip

    def test_finds_a_county_by_the_name_it_bore(self) -> None:
        found = queries.search("黔西县")
        assert [(place.place_id, place.name, place.former_name) for place in found] == [
            (QIANXI, "黔西市", "黔西县")
        ]

    def test_finds_towns_and_villages(self) -> None:
        assert names("冗渡")[0] == "冗渡镇"
        assert "冗渡村村民委员会" in names("冗渡", levels=[5])

    def test_several_words_narrow_down(self) -> None:
        assert names("册亨 冗渡")[0] == "冗渡镇"
        assert names("沽源 冗渡") == []

    def test_stays_within_a_place_and_at_the_levels_asked(self) -> None:
        assert names("鼓楼", within=350000000000, levels=[3]) == ["鼓楼区"]
        assert names("册亨", levels=[2]) == []
        assert names("东莞", levels=[3]) == ["东莞市"]

    def test_finds_nothing_for_nothing_and_takes_signs_of_sql_as_text(self) -> None:
        for text in ("", "   ", "%", "_", "册_", "\\", "'; drop table"):
            assert names(text) == []

    def test_the_lists_own_fillers_are_not_found(self) -> None:
        assert names("市辖区") == []


class TestByCode:
    def test_finds_by_the_beginning_of_a_code_higher_levels_first(self) -> None:
        assert names("5223")[:3] == ["黔西南布依族苗族自治州", "兴义市", "兴仁市"]
        assert names("522327")[0] == "册亨县"
        assert names("522327000000")[0] == "册亨县"

    def test_finds_a_village_by_its_whole_code(self) -> None:
        village = queries.search("冗渡村", levels=[5])[0]
        assert [found.place_id for found in queries.search(str(village.place_id))] == [village.place_id]

    def test_full_width_digits_are_digits(self) -> None:
        assert names("５２２３２７")[0] == "册亨县"

    def test_finds_by_a_former_code(self) -> None:
        assert [found.place_id for found in queries.search("520522")] == [QIANXI]


class TestByPinyin:
    def test_finds_by_full_pinyin_and_by_initials(self) -> None:
        for text in ("cehengxian", "chx", "ceheng", "Ce Heng".replace(" ", ""), "CHX"):
            assert queries.search(text)[0].place_id == CEHENG

    def test_readings_are_those_of_the_place(self) -> None:
        for text, name in (
            ("chongqing", "重庆市"),
            ("duyun", "都匀市"),
            ("lvliang", "吕梁市"),
            ("luan", "六安市"),
        ):
            assert name in names(text)

    def test_villages_are_found_inside_a_county(self) -> None:
        assert "冗渡村村民委员会" in names("rdc", within=CEHENG)
        assert "冗渡村村民委员会" not in names("rdc", levels=[5])


class TestCost:
    def test_a_search_asks_the_database_at_most_six_times(
        self, django_assert_max_num_queries: object
    ) -> None:
        queries.search("册亨")
        for text in ("新", "xin", "5", "522327", "册亨"):
            with django_assert_max_num_queries(7):
                queries.search(text)
