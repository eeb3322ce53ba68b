"""From which county a product may come, by what its title and shop say: a suggestion for whoever notes its origin."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars

from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.queries import read_rows
from bangfu.foundation.places.models import Place
from bangfu.foundation.places.queries import memberships, place_labels
from bangfu.livelihoods.consumption import knowing
from bangfu.livelihoods.consumption.judging import read_as_sales
from bangfu.livelihoods.consumption.models import Good, Platform, good_key
from bangfu.livelihoods.industries.neighbours import Industry
from bangfu.livelihoods.shop.neighbours import ASSISTED

PLATFORM_OF = {
    "consumption.jd": Platform.JD, "consumption.taobao": Platform.TAOBAO, "consumption.p832": Platform.P832,
}  # fmt: skip
"""The platform whose export each layout takes."""
_ENDINGS = ("自治县", "自治旗", "县", "市", "区", "旗")


@dataclass(frozen=True)
class Unknown:
    """A product of an export whose county is not known yet."""

    key: str
    number: str
    title: str
    shop: str
    lines: int
    county: int | None
    """The suggested county; null: nothing suggests one."""


def stem(name: str) -> str:
    """Return what a county is called for short.

    >>> stem("册亨县"), stem("沽源县"), stem("岷县")
    ('册亨', '沽源', '岷县')
    """
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name.removesuffix(ending)
    return name


def suggested(text: str, named: Mapping[str, int]) -> int | None:
    """Return the one county that a text names, by the longest name in it; null: none, or several.

    >>> suggested("册亨糯米蕉 5斤", {"册亨": 1, "沽源": 2}), suggested("糯米蕉", {"册亨": 1})
    (1, None)
    """
    found = {name for name in named if name in text}
    longest = {name for name in found if not any(name != other and name in other for other in found)}
    places = {named[name] for name in longest}
    return places.pop() if len(places) == 1 else None


def words_of_counties() -> dict[str, int]:  # county by a word that names it
    """Return the listed counties by their short names, and those with an industry by their product, where it names one alone."""
    keys = set(memberships(ASSISTED).order_by().values_list("place_id", flat=True))
    words: dict[str, set[int]] = {}
    for key, name in Place.objects.filter(pk__in=keys).values_list("pk", "name"):
        words.setdefault(stem(name), set()).add(key)
    for key, product in Industry.objects.filter(withdrawn_at__isnull=True).values_list(
        "place_id", "product_zh"
    ):
        words.setdefault(product, set()).add(key)
    return {word: places.pop() for word, places in words.items() if len(places) == 1}


def unknown_goods(upload: Upload) -> list[Unknown]:
    """Return the products of an open export whose county is not known, those with most lines first."""
    platform = PLATFORM_OF[upload.layout]
    rows = read_as_sales(read_rows(upload), platform, on=upload.uploaded_at.date())
    counted = rows.group_by("good_key").agg(
        polars.col("product_no").first(),
        polars.col("title").first(),
        polars.col("shop").first(),
        lines=polars.len(),
    )
    known = set(knowing.origins(platform, counted["good_key"].to_list())["key"].to_list())
    left = counted.filter(~polars.col("good_key").is_in(list(known))).sort(
        "lines", "title", descending=[True, False]
    )
    alike = _known_by_title(left["title"].to_list())
    words = words_of_counties()
    return [
        Unknown(
            key,
            number,
            title,
            shop,
            lines,
            alike.get(good_key(title)) or suggested(title, words) or suggested(shop, words),
        )
        for key, number, title, shop, lines in left.select(
            "good_key", "product_no", "title", "shop", "lines"
        ).iter_rows()
    ]


def _known_by_title(titles: Collection[str]) -> dict[str, int]:
    """Return the counties of products that bear the same title elsewhere, by the title's key."""
    found = Good.objects.filter(title__in=[title.strip() for title in titles]).values_list(
        "title", "place_id"
    )
    return {good_key(title): place for title, place in found}


def labelled(unknown: Collection[Unknown]) -> dict[int, str]:
    """Return the names of the suggested counties."""
    return place_labels({one.county for one in unknown if one.county is not None})
