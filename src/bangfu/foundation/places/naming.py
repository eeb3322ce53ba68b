"""The names by which running text means a province, prefecture or county."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from bangfu.foundation.places.codes import COUNTY, PREFECTURE, PROVINCE
from bangfu.foundation.places.gazetteer import UpperPlace

MOST_MEANINGS = 3
_SUFFIX = {
    PROVINCE: re.compile(r"(?:维吾尔|壮族|回族)?(?:自治区|特别行政区|省|市)$"),
    PREFECTURE: re.compile(r"(?:地区|盟|市)$"),
    COUNTY: re.compile(r"(?:自治县|自治旗|县|旗)$"),
}
_COMMON = (
    "和平 团结 新建 建设 平安 民和 民主 太平 长安 永安 安定 开平 通道 开发 双江 合作 城口 望城 镇平 新城 "
    "平原 安乡 正安 信息 信丰 大方 清流 光明 和顺 永和 安全"
)
COMMON = frozenset(_COMMON.split())
"""Words that are also what a county is called without its suffix."""
_ENGLISH = {
    "内蒙古": ("Inner Mongolia",),
    "西藏": ("Tibet", "Xizang"),
    "陕西": ("Shaanxi",),
    "香港": ("Hong Kong",),
    "澳门": ("Macao",),
}


@lru_cache(maxsize=2)
def names_in_texts(places: Sequence[UpperPlace]) -> dict[str, tuple[int, ...]]:
    """Return what each name may mean, provinces before counties."""
    found: dict[str, dict[int, None]] = {}
    for one in places:
        for name in _names(one):
            found.setdefault(name, {})[one.place_id] = None
    return {name: tuple(meant) for name, meant in found.items() if len(meant) <= MOST_MEANINGS}


def _names(place: UpperPlace) -> list[str]:
    short = _SUFFIX[place.level].sub("", place.name)
    names = [place.name]
    if len(short) < 2 or short in COMMON:
        return names
    names.append(short)
    if place.level == PREFECTURE:
        return names
    if short in _ENGLISH:
        return [*names, *_ENGLISH[short]]
    suffix = {"省": "sheng", "县": "xian", "旗": "qi", "市": "shi"}.get(place.name[-1], "")
    read = place.pinyin.replace(" ", "").removesuffix(suffix)
    return [*names, read.capitalize()] if len(read) > 3 and read.isascii() and len(short) <= 3 else names
