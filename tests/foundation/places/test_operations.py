"""Renaming and succeeding places."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bangfu.foundation.operations import Act, NotPermitted
from bangfu.foundation.places import queries
from bangfu.foundation.places.models import Place, PlaceName, PlaceSuccession
from bangfu.foundation.places.operations import (
    UnableToRenamePlace,
    UnableToSucceedPlace,
    rename_place,
    succeed_place,
)
from tests.cast import Cast

pytestmark = pytest.mark.django_db

CEHENG, QIANXI = 522327000000, 520581000000
ON = date(2024, 3, 1)
AT = datetime(2024, 3, 5, 2, 0, tzinfo=UTC)


def act(cast: Cast) -> Act:
    return cast.act(cast.administrator, at=AT)


class TestRenamePlace:
    def rename(self, cast: Cast, **changes: Any) -> Place:
        arguments: dict[str, Any] = {
            "place": Place.objects.get(pk=CEHENG), "name": "册亨市", "code": "522381", "on": ON, "source": "民函",
            "act": act(cast),
        }  # fmt: skip
        return rename_place(**(arguments | changes))

    def test_keeps_the_number_and_dates_both_names(self, cast: Cast) -> None:
        renamed = self.rename(cast)
        assert (renamed.pk, renamed.name, renamed.pinyin, renamed.initials) == (
            CEHENG,
            "册亨市",
            "cehengshi",
            "chs",
        )
        versions = PlaceName.objects.filter(place_id=CEHENG).order_by("id")
        assert [(v.name, v.code, v.starts_on, v.ends_on) for v in versions] == [
            ("册亨县", 522327000000, None, ON),
            ("册亨市", 522381000000, ON, None),
        ]

    def test_is_found_by_both_names_and_codes_at_once(self, cast: Cast) -> None:
        queries.search("册亨县")
        self.rename(cast)
        assert [place.name for place in queries.search("册亨县")] == ["册亨市"]
        assert queries.place_for_code("522381").pk == queries.place_for_code("522327").pk == CEHENG
        assert queries.code_on(CEHENG, date(2024, 2, 29)) == "522327"
        assert queries.code_on(CEHENG, ON) == "522381"

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"name": "册亨县", "code": "522327"}, "unchanged"),
            ({"code": "5223"}, "not_a_code"),
            ({"code": "册亨"}, "not_a_code"),
            ({"code": "522301"}, "code_taken"),
            ({"code": "520581"}, "code_taken"),
        ],
    )
    def test_refuses_and_writes_nothing(self, cast: Cast, changes: dict[str, str], code: str) -> None:
        before = PlaceName.objects.count()
        with pytest.raises(UnableToRenamePlace) as refused:
            self.rename(cast, **changes)
        assert refused.value.code == code
        assert str(refused.value)
        assert PlaceName.objects.count() == before
        assert Place.objects.get(pk=CEHENG).name == "册亨县"

    def test_refuses_a_day_before_the_present_name(self, cast: Cast) -> None:
        with pytest.raises(UnableToRenamePlace) as refused:
            self.rename(
                cast, place=Place.objects.get(pk=QIANXI), name="水西市", code="520582", on=date(2021, 12, 31)
            )
        assert refused.value.code == "too_early"

    def test_only_an_administrator_may(self, cast: Cast) -> None:
        for actor in (cast.officer, cast.clerk, cast.county_official, cast.outsider):
            with pytest.raises(NotPermitted):
                self.rename(cast, act=cast.act(actor, at=AT))

    def test_the_same_request_key_twice_renames_once(self, cast: Cast) -> None:
        keyed = cast.act(cast.administrator, key="rename-1", at=AT)
        self.rename(cast, act=keyed)
        self.rename(cast, act=keyed)
        assert PlaceName.objects.filter(place_id=CEHENG).count() == 2


class TestSucceedPlace:
    def succeed(self, cast: Cast, **changes: Any) -> Place:
        arguments: dict[str, Any] = {
            "predecessor": Place.objects.get(pk=CEHENG), "code": "520499", "name": "册亨县", "on": ON,
            "source": "国函", "act": act(cast),
        }  # fmt: skip
        return succeed_place(**(arguments | changes))

    def test_ends_the_old_place_and_enters_a_new_one_under_the_parent_of_its_code(self, cast: Cast) -> None:
        new = self.succeed(cast)
        old = Place.objects.get(pk=CEHENG)
        assert (new.pk, new.parent_id, new.starts_on, new.ends_on) == (520499000000, 520400000000, ON, None)
        assert old.ends_on == ON
        assert PlaceSuccession.objects.filter(predecessor=old, successor=new, succeeded_on=ON).count() == 1
        assert [found.place_id for found in queries.search("册亨县")] == [new.pk]
        assert queries.place_label(CEHENG) == "贵州省黔西南布依族苗族自治州册亨县"
        assert queries.place_label(new.pk) == "贵州省安顺市册亨县"

    def test_closes_the_dated_name_of_the_old_place(self, cast: Cast) -> None:
        self.succeed(cast, predecessor=Place.objects.get(pk=QIANXI), name="黔西市")
        assert PlaceName.objects.filter(place_id=QIANXI).latest("id").ends_on == ON

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"code": "5204"}, "not_a_code"),
            ({"code": "522301"}, "number_taken"),
            ({"code": "529901"}, "no_parent"),
        ],
    )
    def test_refuses_and_writes_nothing(self, cast: Cast, changes: dict[str, str], code: str) -> None:
        with pytest.raises(UnableToSucceedPlace) as refused:
            self.succeed(cast, **changes)
        assert refused.value.code == code
        assert str(refused.value)
        assert Place.objects.get(pk=CEHENG).ends_on is None

    def test_refuses_a_place_that_ended(self, cast: Cast) -> None:
        self.succeed(cast)
        with pytest.raises(UnableToSucceedPlace) as refused:
            self.succeed(cast, code="520498")
        assert refused.value.code == "ended"
        with pytest.raises(UnableToRenamePlace) as renamed:
            rename_place(
                place=Place.objects.get(pk=CEHENG),
                name="册亨",
                code="522381",
                on=ON,
                source="民函",
                act=act(cast),
            )
        assert renamed.value.code == "ended"

    def test_only_an_administrator_may(self, cast: Cast) -> None:
        with pytest.raises(NotPermitted):
            self.succeed(cast, act=cast.act(cast.officer, at=AT))
