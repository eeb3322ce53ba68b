"""Counties and villages as offices write them: by code, by county and village, with the town or without."""

from __future__ import annotations

import polars as pl
import pytest

from bangfu.foundation.operations import system_writes
from bangfu.foundation.places.models import Place
from bangfu.foundation.places.queries import match_counties_and_villages
from tests.cast import CEHENG, GUIZHOU, YUNNAN

ZHELOU = 522327001200
SECOND = 522327103299


def meant(*texts: str, province: int | None = None) -> list[tuple[int | None, str]]:
    found = match_counties_and_villages(pl.Series(list(texts), dtype=pl.String), province_id=province)
    return list(found.select("place_id", "code").iter_rows())


@pytest.mark.django_db
class TestMatchCountiesAndVillages:
    @pytest.mark.parametrize(
        "text",
        [
            "522327001200",
            "５２２３２７００１２００",
            "册亨县者楼街道者楼村村民委员会",
            "册亨县者楼街道者楼村",
            "册亨县 者楼 者楼村",
            "贵州省册亨县者楼村",
            "黔西南布依族苗族自治州册亨者楼村",
        ],
    )
    def test_a_village(self, text: str) -> None:
        assert meant(text, province=GUIZHOU) == [(ZHELOU, "ok")]

    def test_counties_villages_and_what_is_neither_stay_in_order(self) -> None:
        assert meant("册亨县", "册亨县没有这村", "522327001200", "", "522327001999", "522327") == [
            (CEHENG, "ok"), (None, "unknown"), (ZHELOU, "ok"), (None, "unknown"), (None, "unknown"), (CEHENG, "ok"),
        ]  # fmt: skip

    def test_only_within_the_province(self) -> None:
        assert meant("522327001200", "册亨县者楼村", province=YUNNAN) == [
            (None, "unknown"),
            (None, "unknown"),
        ]

    def test_two_villages_of_one_name_are_told_apart_by_their_town(self) -> None:
        with system_writes("a second village of the name"):
            Place.objects.create(
                id=SECOND, level=5, through_level=5, name="者楼村村民委员会", parent_id=522327103000,
                pinyin="zheloucun", initials="zlc",
            )  # fmt: skip
        both = match_counties_and_villages(pl.Series(["册亨县者楼村"]))
        assert both.row(0) == (
            "册亨县者楼村", None, "ambiguous", ["丫他镇者楼村 522327103299", "者楼街道者楼村 522327001200"],
        )  # fmt: skip
        assert meant("册亨县丫他镇者楼村", "册亨县者楼街道者楼村") == [(SECOND, "ok"), (ZHELOU, "ok")]
