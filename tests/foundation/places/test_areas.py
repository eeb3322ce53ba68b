"""Special areas: the lists that the product carries, and those that an office takes in."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Sum

from bangfu.foundation.operations import NotPermitted, system_writes
from bangfu.foundation.places import operations, queries
from bangfu.foundation.places.loading import carried_areas, load_areas
from bangfu.foundation.places.models import Area, AreaMembership
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db

CEHENG, GUYUAN, SHUANGBAI, MANGYA = 522327000000, 130724000000, 532322000000, 632803000000
COUNTIES = {
    "region-liupan": 61, "region-qinba": 75, "region-wuling": 64, "region-wumeng": 38,
    "region-dian-gui-qian-karst": 80, "region-west-yunnan-border": 56, "region-south-khingan": 19,
    "region-yanshan-taihang": 33, "region-luliang": 20, "region-dabie": 36, "region-luoxiao": 23,
    "region-tibet": 74, "region-tibetan-four-provinces": 77, "region-south-xinjiang": 24,
}  # fmt: skip
ONE_DAY = date(2020, 1, 1)


def rows(*members: tuple[int, date, date | None]) -> pl.DataFrame:
    return pl.DataFrame(
        [(*member, str(member[0])) for member in members],
        schema={"place": pl.Int64, "starts_on": pl.Date, "ends_on": pl.Date, "listed_as": pl.String},
        orient="row",
    )


class TestCarriedAreas:
    def test_exits_of_the_832_counties_add_up_to_the_published_totals(self) -> None:
        exits = (
            queries.memberships("poor-832").order_by().values_list("ends_on__year").annotate(n=Sum("entries"))
        )
        assert dict(exits) == {2016: 28, 2017: 125, 2018: 283, 2019: 344, 2020: 52}

    def test_a_county_leaves_on_the_last_day_of_its_exit_year(self) -> None:
        assert CEHENG in queries.members_of("poor-832", on=date(2019, 12, 30))
        assert CEHENG not in queries.members_of("poor-832", on=date(2019, 12, 31))
        assert len(queries.members_of("poor-832", on=date(2014, 1, 1))) == 831
        assert len(queries.members_of("poor-832", on=date(2019, 12, 31))) == 52
        assert queries.members_of("poor-832", on=date(2013, 12, 31)) == frozenset()

    def test_the_wrong_exit_year_of_the_list_is_corrected_and_says_so(self) -> None:
        shuangbai = queries.memberships("poor-832").get(place_id=SHUANGBAI)
        assert shuangbai.ends_on == date(2018, 12, 31)
        assert "名单原作 2019" in shuangbai.source

    def test_two_entries_that_are_one_county_now_stay_two_entries(self) -> None:
        mangya = queries.memberships("poor-832").get(place_id=MANGYA)
        assert (mangya.listed_as, mangya.entries) == ("冷湖行委、茫崖行委", 2)

    def test_the_regions_have_their_680_counties_each_in_one_region_and_all_among_the_832(self) -> None:
        counts = {code: queries.memberships(code).aggregate(n=Sum("entries"))["n"] for code in COUNTIES}
        assert counts == COUNTIES
        assert sum(counts.values()) == 680
        members = [queries.members_of(code, on=ONE_DAY) for code in COUNTIES]
        assert len(frozenset.union(*members)) == sum(map(len, members)) == 679
        assert frozenset.union(*members) < queries.members_of("poor-832", on=date(2014, 1, 1))

    def test_a_place_says_in_which_areas_it_is_on_a_day(self) -> None:
        assert [area.code for area in queries.areas_of(CEHENG, on=date(2019, 6, 1))] == [
            "region-dian-gui-qian-karst",
            "poor-832",
        ]
        assert queries.areas_of(CEHENG, on=date(2021, 1, 1)) == []
        assert {area.code for area in queries.areas_of(GUYUAN, on=ONE_DAY)} == {"region-yanshan-taihang"}

    def test_loading_again_changes_nothing(self) -> None:
        before = AreaMembership.objects.count()
        assert load_areas() == 0
        assert AreaMembership.objects.count() == before == 831 + 679
        assert [area["code"] for area, _ in carried_areas()] == ["poor-832", *COUNTIES]
        assert queries.areas().first() == queries.area("region-liupan")


def import_area(cast: Cast, members: pl.DataFrame, **more: object) -> Area:
    said = {
        "code": "guizhou-2020", "kind": "PROVINCIAL", "title_zh": "省定名单", "title_en": "Provincial list",
        "source": "黔扶〔2020〕1号",
    }  # fmt: skip
    return operations.import_area(members=members, **({"act": cast.act(cast.administrator)} | said | more))


class TestImportArea:
    def test_takes_the_list_in(self, cast: Cast) -> None:
        area = import_area(cast, rows((CEHENG, ONE_DAY, date(2021, 1, 1)), (GUYUAN, ONE_DAY, None)))
        assert (area.title_zh, area.is_carried) == ("省定名单", False)
        assert queries.members_of("guizhou-2020", on=date(2021, 1, 1)) == {GUYUAN}
        assert queries.members_of("guizhou-2020", on=ONE_DAY) == {CEHENG, GUYUAN}

    def test_a_second_import_supersedes_what_it_does_not_repeat_and_keeps_the_past(self, cast: Cast) -> None:
        import_area(cast, rows((CEHENG, ONE_DAY, None), (GUYUAN, ONE_DAY, None)))
        kept = queries.memberships("guizhou-2020").get(place_id=GUYUAN)
        import_area(cast, rows((CEHENG, ONE_DAY, date(2020, 6, 1)), (GUYUAN, ONE_DAY, None)))
        assert queries.memberships("guizhou-2020").get(place_id=GUYUAN) == kept
        assert queries.members_of("guizhou-2020", on=date(2020, 6, 1)) == {GUYUAN}
        past = AreaMembership.objects.get(area__code="guizhou-2020", superseded_at__isnull=False)
        assert (past.place_id, past.ends_on, past.superseded_at) == (CEHENG, None, NOW)

    @pytest.mark.parametrize(
        ("members", "more", "code"),
        [
            (((CEHENG, ONE_DAY, None),), {"code": "poor-832"}, "carried"),
            (((CEHENG, ONE_DAY, None),), {"code": "Guizhou 2020"}, "code_form"),
            (((CEHENG, ONE_DAY, None),), {"kind": "MINE"}, "kind"),
            (((CEHENG, ONE_DAY, None),), {"source": " "}, "empty"),
            ((), {}, "no_rows"),
            (((999999000000, ONE_DAY, None),), {}, "unknown_place"),
            (((CEHENG, ONE_DAY, ONE_DAY),), {}, "period"),
            (((CEHENG, ONE_DAY, None), (CEHENG, date(2021, 1, 1), None)), {}, "overlap"),
        ],
    )
    def test_refuses_and_writes_nothing(
        self, cast: Cast, members: tuple[tuple[int, date, date | None], ...], more: dict[str, str], code: str
    ) -> None:
        before = (Area.objects.count(), AreaMembership.objects.count())
        with pytest.raises(operations.UnableToImportArea) as refused:
            import_area(cast, rows(*members), **more)
        assert refused.value.code == code
        assert (Area.objects.count(), AreaMembership.objects.count()) == before

    def test_is_the_administrators(self, cast: Cast) -> None:
        for actor in (cast.officer, cast.clerk, cast.auditor, cast.outsider):
            with pytest.raises(NotPermitted):
                import_area(cast, rows((CEHENG, ONE_DAY, None)), act=cast.act(actor))
        assert not Area.objects.filter(code="guizhou-2020").exists()

    def test_the_same_key_twice_is_one_import(self, cast: Cast) -> None:
        members, act = rows((CEHENG, ONE_DAY, None)), cast.act(cast.administrator, key="list")
        assert import_area(cast, members, act=act) == import_area(cast, members, act=act)
        assert queries.memberships("guizhou-2020").count() == 1


class TestMembershipRows:
    def test_are_neither_changed_nor_deleted(self) -> None:
        row = queries.memberships("poor-832").filter(place_id=CEHENG)
        for attack in (
            lambda: row.update(ends_on=date(2020, 1, 1)),
            row.order_by().select_related(None).delete,
        ):
            with pytest.raises(DatabaseError), system_writes("an attack"), transaction.atomic():
                attack()

    def test_never_overlap(self) -> None:
        area = queries.area("poor-832")
        with pytest.raises(IntegrityError), system_writes("an attack"), transaction.atomic():
            AreaMembership.objects.create(
                area=area, place_id=CEHENG, starts_on=date(2019, 1, 1), listed_as="册亨县", source="x"
            )
