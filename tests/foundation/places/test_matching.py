"""Matching of what offices write into spreadsheets."""

import polars as pl
import pytest

from bangfu.foundation.places.queries import match_places, national_poor_counties, place_labels

pytestmark = pytest.mark.django_db

CEHENG, QIANXI = 522327000000, 520581000000


def match_one(text: str | None, **narrowing: int) -> tuple[int | None, str, list[str]]:
    row = match_places(pl.Series([text], dtype=pl.String), **narrowing).row(0, named=True)
    return row["place_id"], row["code"], row["choices"]


@pytest.mark.parametrize(
    "text",
    [
        "册亨县", "册亨", "贵州省册亨县", "贵州册亨", "贵州省 册亨县", "贵州-册亨县", "黔西南州册亨县",
        "贵州省黔西南布依族苗族自治州册亨县", "黔西南册亨", "522327", "522327000000", "５２２３２７", " 册 亨 县 ",
    ],
)  # fmt: skip
def test_every_way_of_writing_a_county_means_it(text: str) -> None:
    assert match_one(text) == (CEHENG, "ok", [])


@pytest.mark.parametrize(
    ("text", "place_id"),
    [
        ("威宁县", 520526000000), ("威宁", 520526000000), ("积石山自治县", 622927000000),
        ("重庆市重庆市武隆区", 500156000000), ("北京市市辖区东城区", 110101000000), ("海南省五指山市", 469001000000),
        ("东莞市", 441900000000), ("东莞", 441900000000), ("441900", 441900000000), ("六枝特区", 520203000000),
    ],
)  # fmt: skip
def test_particular_counties(text: str, place_id: int) -> None:
    assert match_one(text) == (place_id, "ok", [])


def test_a_former_name_or_code_means_the_county_that_bore_it() -> None:
    for text in ("黔西县", "贵州省黔西县", "毕节市黔西县", "520522"):
        assert match_one(text) == (QIANXI, "ok", [])


def test_a_name_of_several_counties_is_ambiguous_and_lists_them_with_their_province() -> None:
    assert match_one("鼓楼区") == (
        None,
        "ambiguous",
        ["江苏省南京市鼓楼区", "江苏省徐州市鼓楼区", "福建省福州市鼓楼区", "河南省开封市鼓楼区"],
    )


def test_the_province_narrows_down() -> None:
    assert match_one("鼓楼区", province_id=350000000000) == (350102000000, "ok", [])
    assert match_one("福建鼓楼区") == (350102000000, "ok", [])
    assert match_one("鼓楼区", province_id=520000000000) == (None, "unknown", [])
    assert match_one("鼓楼区", province_id=320000000000)[1] == "ambiguous"


def test_each_row_of_a_frame_may_have_its_own_province() -> None:
    frame = pl.DataFrame(
        {"text": ["鼓楼区", "鼓楼区", "册亨县"], "province_id": [350000000000, 410000000000, None]}
    )
    assert match_places(frame)["place_id"].to_list() == [350102000000, 410204000000, CEHENG]


def test_an_unknown_name_offers_the_nearest() -> None:
    assert match_one("册享县") == (None, "unknown", ["贵州省黔西南布依族苗族自治州册亨县"])
    assert match_one("贵州省册享县")[2][0] == "贵州省黔西南布依族苗族自治州册亨县"
    assert match_one("522329")[1:] == (
        "unknown",
        [
            f"贵州省黔西南布依族苗族自治州{name}"
            for name in ("普安县", "晴隆县", "贞丰县", "望谟县", "册亨县", "安龙县")
        ],
    )


def test_what_is_no_place_is_unknown_without_choices() -> None:
    for text in (None, "", "  ", "县", "123", "Atlantis"):
        assert match_one(text) == (None, "unknown", [])


def test_other_levels() -> None:
    assert match_one("贵州", level=1) == (520000000000, "ok", [])
    assert match_one("黔西南州", level=2) == (522300000000, "ok", [])
    assert match_one("册亨县", level=2)[1] == "unknown"
    with pytest.raises(ValueError, match="down to the county"):
        match_one("冗渡镇", level=4)


def test_rows_keep_their_order_and_their_text() -> None:
    texts = ["鼓楼区", "册亨县", None, "册亨县", "火星县"]
    matched = match_places(pl.Series(texts))
    assert matched.columns == ["text", "place_id", "code", "choices"]
    assert matched["text"].to_list() == texts
    assert matched["code"].to_list() == ["ambiguous", "ok", "unknown", "ok", "unknown"]


def test_no_rows_give_no_rows() -> None:
    assert match_places(pl.Series([], dtype=pl.String)).height == 0


def test_all_written_labels_mean_their_counties() -> None:
    poor = national_poor_counties().select("place_id").unique()
    labels = place_labels(poor["place_id"].to_list())
    assert len(labels) == 831
    matched = match_places(pl.Series(list(labels.values())))
    assert matched["place_id"].to_list() == list(labels)


def test_the_832_poor_counties_are_recognised_by_the_names_of_their_list() -> None:
    poor = national_poor_counties()
    matched = match_places(
        poor.select(text="listed_as", province_id=pl.col("place_id") // 10**10 * 10**10)
    ).with_columns(meant=poor["place_id"])
    wrong = matched.filter(pl.col("place_id").is_not_null() & (pl.col("place_id") != pl.col("meant")))
    assert wrong.height == 0
    missing = matched.filter(pl.col("place_id").is_null())
    assert sorted(missing["text"].to_list()) == ["冷湖行委", "大柴旦行委", "宣化县", "茫崖行委"]
