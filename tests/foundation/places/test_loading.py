"""What is loaded, and that loading again changes nothing."""

import polars as pl
import pytest
from django.db import connection

from bangfu.foundation.operations import system_writes
from bangfu.foundation.places import codes, loading
from bangfu.foundation.places.models import Place, PlaceEdition, PlaceName


def test_the_list_of_665276_divisions_is_665271_places() -> None:
    divisions = pl.read_parquet(loading.DIVISIONS)
    places = loading.places_of(divisions.select("code", "name"))
    assert divisions.height == 665_276
    assert places.height == places["id"].n_unique() == 665_271
    assert places.select((pl.col("through_level") - pl.col("level") + 1).sum()).item() == 665_276


def test_the_tree_in_the_numbers_is_the_tree_of_the_list() -> None:
    divisions = pl.read_parquet(loading.DIVISIONS)
    listed = divisions.filter(pl.col("parent").is_not_null()).select(
        id=pl.col("code").str.pad_end(12, "0").cast(pl.Int64),
        listed_parent=pl.col("parent").str.pad_end(12, "0").cast(pl.Int64),
    )
    different = [row for row in listed.iter_rows() if codes.parent_id(row[0]) != row[1] and row[0] != row[1]]
    assert different == []


def test_every_former_name_belongs_to_a_county_of_the_edition() -> None:
    counties = pl.read_parquet(loading.DIVISIONS).filter(pl.col("level") == 3)["code"].cast(pl.Int64)
    former = pl.read_csv(loading.FORMER_NAMES)
    assert former.filter(~pl.col("code").is_in(counties.implode())).height == 0
    assert former.filter(~pl.col("basis").is_in(["annual list", "announcement"])).height == 0


@pytest.mark.django_db
class TestLoadPlaces:
    def test_the_sample_has_all_counties_and_two_of_them_to_the_village(self) -> None:
        assert Place.objects.filter(level=1).count() == 31
        assert Place.objects.filter(level=2).count() == 342
        assert Place.objects.filter(level=3).count() == 2_975
        assert Place.objects.filter(level__lte=3, through_level__gte=3).count() == 2_978
        towns = Place.objects.filter(level=4).values_list("id", flat=True)
        assert {town // 10**6 for town in towns} == {522327, 130724}

    def test_a_city_without_counties_stands_for_its_own_county(self) -> None:
        dongguan = Place.objects.get(pk=441900000000)
        assert (dongguan.level, dongguan.through_level, dongguan.name) == (2, 3, "东莞市")

    def test_loading_again_changes_nothing_and_says_the_same_count(self) -> None:
        edition = PlaceEdition.objects.get()
        before = (Place.objects.count(), PlaceName.objects.count())
        assert loading.load_places(only=loading.sample) == edition.places == before[0]
        assert (Place.objects.count(), PlaceName.objects.count()) == before

    def test_adds_what_a_smaller_selection_left_out(self) -> None:
        there = Place.objects.count()
        missing = loading._missing(_places_of_one_more_county())
        assert missing.height == 417
        told: list[tuple[int, int]] = []
        with system_writes("a test of the loader"), connection.cursor() as cursor:
            loading._copy(cursor, loading._rows(missing), missing.height, lambda *now: told.append(now))
        assert Place.objects.count() == there + 417
        assert told == [(417, 417)]

    def test_refuses_an_edition_that_would_rename_in_silence(self) -> None:
        renamed = pl.DataFrame({"id": [522327000000], "name": ["册享县"]})
        with pytest.raises(loading.EditionDiffers, match="522327000000: 册亨县 there, 册享县"):
            loading._missing(renamed)


def _places_of_one_more_county() -> pl.DataFrame:
    places = loading.places_of(pl.read_parquet(loading.DIVISIONS, columns=["code", "name"]))
    return places.filter(pl.col("id") // 10**6 == 520581).sort("id")


def test_every_carried_file_is_described() -> None:
    described = (loading.DATA / "README.md").read_text()
    files = [path.name for path in loading.DATA.iterdir() if path.name != "README.md"]
    assert [name for name in files if f"`{name}`" not in described] == []
