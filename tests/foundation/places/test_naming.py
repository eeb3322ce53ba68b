"""The names by which running text means a place."""

from __future__ import annotations

from bangfu.foundation.places.codes import COUNTY, PREFECTURE, PROVINCE
from bangfu.foundation.places.gazetteer import UpperPlace
from bangfu.foundation.places.naming import names_in_texts

CEHENG, XINJIAN, TIBET, NANCHANG = 522327000000, 360112000000, 540000000000, 360100000000


def place(number: int, level: int, name: str, pinyin: str) -> UpperPlace:
    return UpperPlace(number, level, level, name, pinyin, "")


def test_full_short_and_latin_names() -> None:
    found = names_in_texts(
        (
            place(TIBET, PROVINCE, "西藏自治区", "xizangzizhiqu"),
            place(NANCHANG, PREFECTURE, "南昌市", "nanchangshi"),
            place(CEHENG, COUNTY, "册亨县", "cehengxian"),
        )
    )
    assert found == {
        "西藏自治区": (TIBET,), "西藏": (TIBET,), "Tibet": (TIBET,), "Xizang": (TIBET,),
        "南昌市": (NANCHANG,), "南昌": (NANCHANG,),
        "册亨县": (CEHENG,), "册亨": (CEHENG,), "Ceheng": (CEHENG,),
    }  # fmt: skip


def test_a_common_word_is_no_county() -> None:
    """新建无线基站 says nothing of 新建县."""
    assert set(names_in_texts((place(XINJIAN, COUNTY, "新建县", "xinjianxian"),))) == {"新建县"}


def test_a_name_of_too_many_places_is_left_out() -> None:
    many = tuple(place(CEHENG + number * 10**6, COUNTY, "城关县", "chengguanxian") for number in range(4))
    assert names_in_texts(many) == {}
    assert names_in_texts(many[:2])["城关"] == (CEHENG, CEHENG + 10**6)
