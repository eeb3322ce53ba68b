"""The database refuses what must not be, whoever asks."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from bangfu.foundation.operations import system_writes
from bangfu.foundation.places.models import Place, PlaceName, PlaceSuccession

pytestmark = pytest.mark.django_db

CEHENG, QIANXI = 522327000000, 520581000000


def refuses(write: Callable[[], object], *, naming: str) -> None:
    """Assert that the database refuses a write, with deferred constraints checked, and names why."""

    def attack() -> None:
        with system_writes("an attack of a test"), transaction.atomic():
            write()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(DatabaseError, match=naming):
        attack()


def sql(statement: str) -> Callable[[], object]:
    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return run


def place(number: int, **columns: object) -> Callable[[], Place]:
    values: dict[str, object] = {
        "level": 5,
        "through_level": 5,
        "name": "新村",
        "parent_id": number - number % 1000,
    }
    return lambda: Place.objects.create(pk=number, **(values | columns))


class TestPlace:
    def test_is_never_deleted(self) -> None:
        refuses(
            sql(f"DELETE FROM places_place WHERE id = {CEHENG}"), naming="never deleted|permission denied"
        )
        refuses(sql("TRUNCATE places_place CASCADE"), naming="never deleted|permission denied")

    def test_never_changes_its_number_level_or_parent(self) -> None:
        for change in ("id = 522327999999", "level = 4", "parent_id = 520500000000"):
            refuses(sql(f"UPDATE places_place SET {change} WHERE id = {CEHENG}"), naming="number is for ever")

    def test_has_the_level_and_the_parent_that_its_number_says(self) -> None:
        town = Place.objects.filter(level=4, parent_id=CEHENG).first()
        assert town is not None
        free = town.pk + 999
        refuses(place(free, level=4), naming="places_level_is_in_number")
        refuses(place(free, parent_id=CEHENG), naming="places_parent_is_in_number")
        refuses(place(free, parent_id=None), naming="places_parent_is_in_number")
        refuses(place(free, through_level=4), naming="places_stands_for_lower_levels")
        refuses(place(free, through_level=6), naming="places_stands_for_lower_levels")
        refuses(place(free, name=""), naming="places_has_a_name")

    def test_has_a_parent_that_exists(self) -> None:
        refuses(place(522327_998_001), naming="parent_id")

    def test_has_a_number_of_a_country_code_range(self) -> None:
        refuses(place(10_000_000_001), naming="places_number_in_range")
        refuses(
            place(990000000000, level=1, through_level=1, parent_id=None), naming="places_number_in_range"
        )

    def test_cannot_be_renamed_without_a_dated_version(self) -> None:
        refuses(lambda: Place.objects.filter(pk=CEHENG).update(name="册享县"), naming="no dated version")

    def test_ends_after_it_starts(self) -> None:
        ended = {"starts_on": date(2020, 1, 2), "ends_on": date(2020, 1, 2)}
        refuses(lambda: Place.objects.filter(pk=CEHENG).update(**ended), naming="places_ends_after_start")


class TestPlaceName:
    def version(self, **columns: object) -> Callable[[], PlaceName]:
        values: dict[str, object] = {"place_id": CEHENG, "name": "册亨县", "code": CEHENG, "source": "a test"}
        return lambda: PlaceName.objects.create(**(values | columns))

    def test_bears_one_name_at_a_time(self) -> None:
        refuses(
            self.version(place_id=QIANXI, name="水西市", code=520599000000, starts_on=date(2021, 12, 30)),
            naming="places_one_name_at_a_time",
        )

    def test_a_code_is_of_one_place_at_a_time(self) -> None:
        refuses(
            self.version(code=520522000000, ends_on=date(2021, 12, 31)),
            naming="places_one_place_a_code_at_a_time",
        )

    def test_the_last_version_is_the_present_name(self) -> None:
        refuses(self.version(name="册享县"), naming="is not its name")
        refuses(
            lambda: PlaceName.objects.filter(place_id=QIANXI, ends_on=None).update(ends_on=date(2025, 1, 1)),
            naming="is not its name",
        )

    def test_is_never_deleted(self) -> None:
        refuses(sql("DELETE FROM places_placename"), naming="never deleted|permission denied")

    def test_has_a_period_a_source_and_a_name(self) -> None:
        day = date(2020, 1, 1)
        refuses(
            self.version(starts_on=day, ends_on=day), naming="places_name_period_not_empty|one_name_at_a_time"
        )
        refuses(self.version(source=""), naming="places_version_has_a_name")
        refuses(self.version(code=1), naming="places_code_in_range")

    def test_periods_that_touch_do_not_overlap(self) -> None:
        versions = list(
            PlaceName.objects.filter(place_id=QIANXI).order_by("id").values_list("starts_on", "ends_on")
        )
        assert versions == [(None, date(2021, 12, 31)), (date(2021, 12, 31), None)]


class TestPlaceSuccession:
    def test_is_between_two_places(self) -> None:
        refuses(
            lambda: PlaceSuccession.objects.create(
                predecessor_id=CEHENG, successor_id=CEHENG, succeeded_on=date(2020, 1, 1), source="a test"
            ),
            naming="places_succeeds_another",
        )
