"""Matching of written counties and villages to places: frames in, frames out.

A village is written by its code of twelve digits, or by its name after that of its county, with its town or without:
``册亨县冗渡镇大寨村``, ``册亨 大寨村``. The longest beginning that names a county decides where to look; there, a name in
full beats a shortened one.
"""

from __future__ import annotations

import re
from typing import Any

import polars as pl

from bangfu.foundation.places import codes
from bangfu.foundation.places.gazetteer import gazetteer
from bangfu.foundation.places.matching import tidied
from bangfu.foundation.places.models import Place

_TOWN_SUFFIX = re.compile(r"(?:民族乡|街道办事处|街道|镇|乡)$")
_CHOICES = 8
_IN_FULL, _WITH_TOWN, _ALONE = range(3)


def bare_village(name: str) -> str:
    """Return a village's name without its committee, as offices write it.

    >>> [bare_village(name) for name in ("者楼村村民委员会", "大寨村委会", "前进社区居民委员会", "红旗居委会")]
    ['者楼村', '大寨村', '前进社区', '红旗']
    """
    for ending in ("村民委员会", "村委会", "居民委员会", "居委会"):
        if name.endswith(ending) and len(name) > len(ending):
            bare = name.removesuffix(ending)
            is_village = ending.startswith("村") and not bare.endswith("村")
            return f"{bare}村" if is_village else bare
    return name


def match(texts: pl.DataFrame) -> pl.DataFrame:
    """Return one row for each text, in order: (text, place_id, code, choices).

    ``texts`` has ``text`` and may have ``province_id``. ``code`` is ``ok``, ``unknown`` or ``ambiguous``; choices are
    places to choose from, empty when ok.
    """
    asked = texts.with_columns(asked=tidied(pl.col("text"))).with_row_index("at")
    if "province_id" not in asked.columns:
        asked = asked.with_columns(province_id=pl.lit(None, dtype=pl.Int64))
    counties = gazetteer().match(asked.select("text", "province_id"), codes.COUNTY)
    answered = asked.with_columns(
        place_id=counties["place_id"], code=counties["code"], choices=counties["choices"]
    )
    rest = answered.filter((pl.col("code") == "unknown") & (pl.col("asked") != ""))
    if rest.is_empty():
        return answered.select("text", "place_id", "code", "choices")
    by_code = _coded(rest.filter(pl.col("asked").str.contains(r"^\d{12}$")))
    by_name = _named(rest.filter(~pl.col("asked").str.contains(r"^\d+$")))
    found = pl.concat([by_code, by_name])
    return (
        answered.join(found, on="at", how="left", suffix="_found", maintain_order="left")
        .with_columns(
            place_id=pl.coalesce("place_id", "place_id_found"),
            code=pl.coalesce("code_found", "code"),
            choices=pl.coalesce("choices_found", "choices"),
        )
        .select("text", "place_id", "code", "choices")
    )


_ANSWER: dict[str, Any] = {
    "at": pl.UInt32,
    "place_id": pl.Int64,
    "code": pl.String,
    "choices": pl.List(pl.String),
}


def _coded(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the answers to codes of villages that exist and lie in the row's province."""
    if rows.is_empty():
        return pl.DataFrame(schema=_ANSWER)
    wanted = rows.with_columns(number=pl.col("asked").cast(pl.Int64)).filter(_in_province("number"))
    known = Place.objects.filter(
        pk__in=wanted["number"].unique().to_list(), level=codes.VILLAGE, ends_on__isnull=True
    )
    numbers = pl.Series("number", list(known.values_list("pk", flat=True)), dtype=pl.Int64)
    return wanted.filter(pl.col("number").is_in(numbers.implode())).select(
        "at",
        place_id="number",
        code=pl.lit("ok"),
        choices=pl.lit([], dtype=pl.List(pl.String)),
    )


def _in_province(column: str) -> pl.Expr:
    size = codes.SIZE_OF_LEVEL[codes.PROVINCE]
    return pl.col("province_id").is_null() | (pl.col(column) // size == pl.col("province_id") // size)


def _named(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the answers to names of a county and a village in it."""
    if rows.is_empty():
        return pl.DataFrame(schema=_ANSWER)
    beginnings = (
        rows.with_columns(length=pl.int_ranges(2, pl.col("asked").str.len_chars().cast(pl.Int64)))
        .explode("length", empty_as_null=False)
        .drop_nulls("length")
        .with_columns(alias=pl.col("asked").str.slice(0, pl.col("length")))
    )
    within = (
        beginnings.join(gazetteer().aliases(codes.COUNTY), on="alias", suffix="_county")
        .filter(_in_province("place_id_county"))
        .filter(pl.col("length") == pl.col("length").max().over("at"))
        .select(
            "at",
            county="place_id_county",
            name=pl.col("asked").str.slice(pl.col("length")),
        )
    )
    ways = _ways(within["county"].unique().to_list())
    hits = (
        within.join(ways, on=["county", "name"])
        .filter(pl.col("rank") == pl.col("rank").min().over("at"))
        .group_by("at")
        .agg(pl.col("village").unique().sort(), pl.col("label").unique().sort().head(_CHOICES))
    )
    is_one = pl.col("village").list.len() == 1
    return hits.select(
        pl.col("at").cast(pl.UInt32),
        place_id=pl.when(is_one).then(pl.col("village").list.first()),
        code=pl.when(is_one).then(pl.lit("ok")).otherwise(pl.lit("ambiguous")),
        choices=pl.when(is_one).then(pl.lit([], dtype=pl.List(pl.String))).otherwise(pl.col("label")),
    )


def _ways(counties: list[int]) -> pl.DataFrame:
    """Return every way the villages of counties are written: (county, name, village, rank, label)."""
    schema: dict[str, Any] = {
        "county": pl.Int64, "name": pl.String, "village": pl.Int64, "rank": pl.Int8, "label": pl.String,
    }  # fmt: skip
    size, town_size = codes.SIZE_OF_LEVEL[codes.COUNTY], codes.SIZE_OF_LEVEL[codes.TOWN]
    below = Place.objects.raw(
        "SELECT place.id, place.name, place.level FROM unnest(%s::bigint[]) AS county (id)"
        " JOIN places_place place ON place.id > county.id AND place.id < county.id + %s"
        " WHERE place.level >= %s AND place.ends_on IS NULL",
        [counties, size, codes.TOWN],
    )
    names = {place.pk: (place.name, place.level) for place in below}
    rows: list[tuple[int, str, int, int, str]] = []
    for village, (name, level) in names.items():
        if level != codes.VILLAGE:
            continue
        town = names.get(village // town_size * town_size, ("", codes.TOWN))[0]
        label = f"{town}{bare_village(name)} {village}"
        towns = {town, _TOWN_SUFFIX.sub("", town) or town}
        written = {(name, _ALONE), (bare_village(name), _ALONE), (town + name, _IN_FULL)}
        written |= {(before + bare_village(name), _WITH_TOWN) for before in towns if before}
        rows += [(village // size * size, way, village, rank, label) for way, rank in written]
    return pl.DataFrame(rows, schema=schema, orient="row")
