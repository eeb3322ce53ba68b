"""Loading of the divisions that the product carries."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import polars as pl
from django.db import connection, transaction
from django.utils import timezone

from bangfu.foundation.operations import system_writes
from bangfu.foundation.places import codes, pinyin
from bangfu.foundation.places.models import Area, Place, PlaceEdition, PlaceName
from bangfu.foundation.places.operations import enter_memberships

DATA = Path(__file__).parent / "data"
DIVISIONS = DATA / "divisions.parquet"
FORMER_NAMES = DATA / "former_names.csv"
AREAS = DATA / "areas.csv"
AREA_COUNTIES = DATA / "area_counties.csv"
POOR_COUNTIES = DATA / "poverty_counties_832.csv"
CORRECTED_EXITS = {
    532322: "名单原作 2019，据云南省人民政府 2019-04-30 批准 33 县退出（2018 年度）更正",
}
"""Counties whose exit year in the public list was wrong, and the source of the right one."""
SOURCE = "国家统计局 2023 (china-division 2.7.0)"

_SAMPLE_COUNTIES = (522327, 130724)
_BATCH = 20_000
_COLUMNS = ("id", "level", "through_level", "name", "parent_id", "pinyin", "initials")
_SOURCE_OF_BASIS = {
    "annual list": "民政部年度代码表（以年末表为界，当年内变更）",
    "announcement": "省级人民政府公告之日",
}


class EditionDiffers(Exception):  # noqa: N818 - named for what was found
    """The database knows places of these numbers under other names: an edition must not rename in silence."""


def sample(places: pl.DataFrame) -> pl.DataFrame:
    """Return all down to the counties, and the towns and villages of 册亨县 and 沽源县: for tests."""
    return places.filter(
        (pl.col("level") <= codes.COUNTY) | (pl.col("id") // 1_000_000).is_in(list(_SAMPLE_COUNTIES))
    )


def load_places(
    progress: Callable[[int, int], None] | None = None,
    only: Callable[[pl.DataFrame], pl.DataFrame] | None = None,
) -> int:
    """Load the divisions, the former names and the special areas, and return how many places are there; idempotent.

    ``progress`` is told (places written, places to write). ``only`` chooses from the frame of places, as
    ``sample`` does. Places that are there stay; what a smaller selection left out is added.

    Raises: EditionDiffers: a place of the edition is there under another name; nothing was written.
    """
    digest = _digest(DIVISIONS, FORMER_NAMES)
    whole = only is None
    known = PlaceEdition.objects.filter(digest=digest, whole__gte=whole).order_by("-whole").first()
    if known is not None:
        load_areas()
        return known.places
    divisions = pl.read_parquet(DIVISIONS, columns=["code", "name"])
    places = places_of(divisions)
    if only is not None:
        places = only(places)
    with system_writes("reference data: the divisions that the product carries"), transaction.atomic():
        missing = _missing(places)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")
            _copy(cursor, _rows(missing), missing.height, progress)
        _enter_former_names(places)
        PlaceEdition.objects.create(
            digest=digest,
            whole=whole,
            source=SOURCE,
            divisions=places.select((pl.col("through_level") - pl.col("level") + 1).sum()).item(),
            places=places.height,
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE places_place")
    load_areas()
    return places.height


def load_areas() -> int:
    """Load the special areas that the product carries, and return how many memberships changed; idempotent.

    The 832 counties leave their list on 31 December of their exit year: offices count exits by year.
    """
    changed = 0
    with system_writes("reference data: the areas that the product carries"), transaction.atomic():
        for area, members in carried_areas():
            known, _ = Area.objects.update_or_create(code=area["code"], defaults=area | {"is_carried": True})
            changed += enter_memberships(known, members, at=timezone.now())
    return changed


def carried_areas() -> Iterator[tuple[dict[str, str], pl.DataFrame]]:
    """Return each area that the product carries, with its memberships as ``enter_memberships`` takes them."""
    listed = pl.read_csv(AREA_COUNTIES)
    for row in pl.read_csv(AREAS, try_parse_dates=True).iter_rows(named=True):
        area = {name: row[name] for name in ("code", "kind", "title_zh", "title_en", "source")}
        if row["code"] == "poor-832":
            source = pl.format("公开的 832 县名单，{} 年度退出", "exit_year")
            correction = pl.col("code_2023").replace_strict(
                CORRECTED_EXITS, default=None, return_dtype=pl.String
            )
            members = pl.read_csv(POOR_COUNTIES).select(
                "code_2023",
                listed_as="county",
                ends_on=pl.date(pl.col("exit_year"), 12, 31),
                source=pl.when(correction.is_null())
                .then(source)
                .otherwise(pl.format("{}；{}", source, correction)),
            )
        else:
            members = listed.filter(pl.col("area") == row["code"]).with_columns(
                ends_on=pl.lit(row["ends_on"], dtype=pl.Date), source=pl.lit(row["source"])
            )
        yield (
            area,
            members.group_by("code_2023", maintain_order=True)
            .agg(
                pl.col("listed_as").str.join("、"),
                pl.col("ends_on").max(),
                pl.col("source").first(),
                entries=pl.len().cast(pl.Int64),
            )
            .with_columns(
                place=pl.col("code_2023") * codes.SIZE_OF_LEVEL[codes.COUNTY],
                starts_on=pl.lit(row["starts_on"]),
            ),
        )


def places_of(divisions: pl.DataFrame) -> pl.DataFrame:
    """Return the places of a list of divisions: (id, level, through_level, name), in order of their numbers.

    Rows that repeat a place under itself become one place that stands through their levels.
    """
    digits = pl.col("code").str.len_chars()
    return (
        divisions.select(
            id=pl.col("code").str.pad_end(12, "0").cast(pl.Int64),
            level=pl.when(digits <= 6).then(digits // 2).otherwise(digits // 3 + 1).cast(pl.Int16),
            name="name",
        )
        .sort("id", "level")
        .group_by("id", maintain_order=True)
        .agg(
            level=pl.col("level").min(),
            through_level=pl.col("level").max(),
            name=pl.col("name").first(),
        )
    )


def _digest(*paths: Path) -> str:
    whole = hashlib.sha256()
    for path in paths:
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def _missing(places: pl.DataFrame) -> pl.DataFrame:
    """Return the places that are not in the database.

    Raises: EditionDiffers: some are there under another name.
    """
    there = pl.DataFrame(
        list(Place.objects.values_list("id", "name")),
        schema={"id": pl.Int64, "there": pl.String},
        orient="row",
    )
    if there.is_empty():
        return places
    differing = places.join(there, on="id").filter(pl.col("name") != pl.col("there"))
    if differing.height:
        first = differing.row(0, named=True)
        raise EditionDiffers(
            f"{differing.height} places have other names in the database, "
            f"the first is {first['id']}: {first['there']} there, {first['name']} in the edition"
        )
    return places.join(there, on="id", how="anti", maintain_order="left")


def _rows(places: pl.DataFrame) -> Iterator[tuple[object, ...]]:
    table = pinyin.reading_table(places["name"])
    for place_id, level, through_level, name in places.iter_rows():
        read = pinyin.keys_of(name) if level <= codes.COUNTY else pinyin.keys_by_sign(name, table)
        yield (place_id, level, through_level, name, codes.parent_id(place_id), *read)


def _copy(
    cursor: object,
    rows: Iterable[tuple[object, ...]],
    total: int,
    progress: Callable[[int, int], None] | None,
) -> None:
    statement = f"COPY places_place ({', '.join(_COLUMNS)}) FROM STDIN"
    with cursor.copy(statement) as copy:  # type: ignore[attr-defined]
        for written, row in enumerate(rows, start=1):
            copy.write_row(row)
            if progress is not None and (written % _BATCH == 0 or written == total):
                progress(written, total)


def _enter_former_names(places: pl.DataFrame) -> None:
    """Write the dated names of every loaded place that had another before, unless it has versions."""
    former = pl.read_csv(FORMER_NAMES, schema_overrides={"until": pl.Date}).with_columns(
        id=pl.col("code") * 1_000_000, former_id=pl.col("former_code") * 1_000_000
    )
    present = dict(places.select("id", "name").iter_rows())
    versioned = set(PlaceName.objects.values_list("place_id", flat=True))
    versions: list[PlaceName] = []
    for (place_id,), changes in former.sort("until").group_by("id", maintain_order=True):
        if place_id not in present or place_id in versioned:
            continue
        starts_on, source = None, ""
        for change in changes.iter_rows(named=True):
            source = _SOURCE_OF_BASIS[change["basis"]]
            versions.append(
                PlaceName(
                    place_id=place_id,
                    name=change["former_name"],
                    code=change["former_id"],
                    starts_on=starts_on,
                    ends_on=change["until"],
                    source=source,
                )
            )
            starts_on = change["until"]
        versions.append(
            PlaceName(
                place_id=place_id, name=present[place_id], code=place_id, starts_on=starts_on, source=source
            )
        )
    PlaceName.objects.bulk_create(versions)
