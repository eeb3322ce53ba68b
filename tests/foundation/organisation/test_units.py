"""The tree of units: opened many at once, renamed, moved and closed, and read as it was on a day."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from django.db import IntegrityError, connection, transaction

from bangfu.foundation.operations import NotPermitted, Scope, allows, system_writes
from bangfu.foundation.operations.authority import granted_rows, granted_units
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.organisation import operations as organisation
from bangfu.foundation.organisation.models import Line, RoleGrant, Unit, UnitVersion
from bangfu.foundation.organisation.queries import (
    in_granted_units,
    lines_in_force,
    subtree_on,
    tree_on,
    unit_names,
    unit_subtree,
    within_grants,
)
from bangfu.foundation.places.models import Place
from tests.cast import CEHENG, FOUNDED, GUIZHOU, Cast

ON = date(2020, 1, 1)
MOVED = date(2020, 7, 1)
QIANXINAN = 522300000000


def frame(*rows: tuple[object, ...]) -> pl.DataFrame:
    return pl.DataFrame(
        list(rows),
        schema={
            "code": pl.String, "name_zh": pl.String, "name_en": pl.String, "kind": pl.String, "parent": pl.String,
            "place": pl.Int64, "starts_on": pl.Date,
        },
        orient="row",
    )  # fmt: skip


def row(code: str, parent: str = "P52", *, kind: str = "PREFECTURE", place: int | None = None, on: date = ON):
    return code, f"{code}公司", f"Company {code}", kind, parent, place, on


class TestOpenUnits:
    def test_opens_children_before_their_parents_in_the_sheet(self, cast: Cast) -> None:
        opened = organisation.open_units(
            frame=frame(
                row("C1", "B1", kind="COUNTY", place=CEHENG), row("B1", place=QIANXINAN), row("D1", "P53")
            ),
            act=cast.act(cast.administrator),
        )
        assert opened == 3
        county, city = Unit.objects.get(code="C1"), Unit.objects.get(code="B1")
        assert (city.parent, city.path, city.place_id) == (
            cast.guizhou,
            f"{cast.guizhou.path}{city.pk}.",
            QIANXINAN,
        )
        assert (county.parent, county.path, county.starts_on) == (city, f"{city.path}{county.pk}.", ON)
        assert (county.name_zh, county.name_en, county.kind) == ("C1公司", "Company C1", "COUNTY")
        assert set(unit_subtree(cast.guizhou.pk)) == {cast.guizhou, city, county}
        assert AuditEntry.objects.get().operation == "organisation.open_units"

    @pytest.mark.parametrize(
        ("rows", "refused"),
        [
            ((row("P53"),), [(1, "code_taken")]),
            ((row("A"), row("A")), [(1, "code_repeated"), (2, "code_repeated")]),
            ((row("A"), row("B", "NOWHERE")), [(2, "unknown_parent")]),
            ((row("A", "B"), row("B", "A")), [(1, "parent_cycle"), (2, "parent_cycle")]),
            ((row("A", kind="GROUP"), row("B", kind="SHOP")), [(1, "kind"), (2, "kind")]),
            ((row("A", place=999999000000),), [(1, "unknown_place")]),
            ((row("A", on=date(2014, 12, 31)),), [(1, "parent_closed")]),
            ((row("A"), row("B", "A", on=date(2019, 1, 1))), [(2, "parent_closed")]),
            ((row(""), row("B" * 41, "P53")), [(1, "text"), (2, "text")]),
        ],
    )  # fmt: skip
    def test_names_every_bad_row_and_writes_nothing(
        self, cast: Cast, rows: tuple[tuple[object, ...], ...], refused: list[tuple[int, str]]
    ) -> None:
        before = Unit.objects.count()
        with pytest.raises(organisation.UnableToOpenUnits) as answer:
            organisation.open_units(frame=frame(*rows), act=cast.act(cast.administrator))
        assert [(number, why.code) for number, why in answer.value.refusals] == refused
        assert str(answer.value.refusals[0][1].sentence) in str(answer.value.sentence)
        assert Unit.objects.count() == before

    def test_refuses_an_empty_sheet(self, cast: Cast) -> None:
        with pytest.raises(organisation.UnableToOpenUnits) as answer:
            organisation.open_units(frame=frame(), act=cast.act(cast.administrator))
        assert answer.value.code == "no_rows"

    def test_asks_for_the_permission_of_each_row(self, cast: Cast) -> None:
        with system_writes("an administrator of 贵州 only"):
            RoleGrant.objects.create(
                account=cast.outsider, role="administrator", unit=cast.guizhou, starts_on=FOUNDED
            )
        mixed = frame(row("B1"), row("C1", "B1"), row("D1", "P53"))
        with pytest.raises(organisation.UnableToOpenUnits) as answer:
            organisation.open_units(frame=mixed, act=cast.act(cast.outsider))
        assert [(number, why.code) for number, why in answer.value.refusals] == [(3, "not_permitted")]
        assert organisation.open_units(frame=mixed.head(2), act=cast.act(cast.outsider)) == 2
        for actor in (cast.officer, cast.clerk, cast.auditor):
            with pytest.raises(organisation.UnableToOpenUnits):
                organisation.open_units(frame=frame(row("E1")), act=cast.act(actor))
        assert not Unit.objects.filter(code="E1").exists()

    def test_the_same_key_twice_opens_once(self, cast: Cast) -> None:
        act = cast.act(cast.administrator, key="tree")
        assert organisation.open_units(frame=frame(row("B1")), act=act) == 1
        assert organisation.open_units(frame=frame(row("B1")), act=act) == 1
        assert Unit.objects.filter(code="B1").count() == 1

    def test_takes_the_whole_country_in_a_handful_of_statements(self, cast: Cast) -> None:
        counties = Place.objects.filter(level=3).order_by("id")[:2500].values_list("id", flat=True)
        many = frame(*(row(f"X{place}", place=place) for place in counties))
        with connection.execute_wrapper(counted := _Counted()):
            assert organisation.open_units(frame=many, act=cast.act(cast.administrator)) == 2500
        assert counted.statements < 25
        assert unit_subtree(cast.guizhou.pk).count() == 2501


class _Counted:
    statements = 0

    def __call__(self, execute, sql, params, many, context):
        self.statements += 1
        return execute(sql, params, many, context)


def opened(cast: Cast, code: str, parent: Unit) -> Unit:
    return organisation.open_unit(
        code=code, name_zh=f"{code}公司", name_en=f"Company {code}", kind="COUNTY", parent=parent, place=None,
        starts_on=ON, act=cast.act(cast.administrator),
    )  # fmt: skip


def attacked(unit: Unit, **columns: str) -> None:
    """Write columns behind the operations' back, and let the database look."""
    Unit.objects.filter(pk=unit.pk).update(**columns)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class TestMoveUnit:
    def test_takes_everything_below_along_and_keeps_the_tree_that_was(self, cast: Cast) -> None:
        city = opened(cast, "B1", cast.guizhou)
        county = opened(cast, "C1", city)
        moved = organisation.move_unit(
            unit=city, parent=cast.yunnan, on=MOVED, act=cast.act(cast.administrator)
        )
        county.refresh_from_db()
        assert (moved.parent, moved.path) == (cast.yunnan, f"{cast.yunnan.path}{city.pk}.")
        assert (county.parent, county.path) == (city, f"{moved.path}{county.pk}.")
        assert subtree_on(cast.guizhou.pk, date(2020, 6, 30)) == {cast.guizhou.pk, city.pk, county.pk}
        assert subtree_on(cast.guizhou.pk, MOVED) == {cast.guizhou.pk}
        assert subtree_on(cast.yunnan.pk, MOVED) == {cast.yunnan.pk, city.pk, county.pk}
        assert tree_on(date(2020, 6, 30))[city.pk].parent == cast.guizhou.pk
        assert subtree_on(city.pk, date(2019, 12, 31)) == frozenset()

    def test_permissions_follow_the_tree(self, cast: Cast) -> None:
        city = opened(cast, "B1", cast.guizhou)
        assert allows(cast.clerk, "network.view", Scope(unit=city.pk), MOVED)
        organisation.move_unit(unit=city, parent=cast.yunnan, on=MOVED, act=cast.act(cast.administrator))
        assert not allows(cast.clerk, "network.view", Scope(unit=city.pk), MOVED)
        assert allows(cast.clerk_of_yunnan, "network.view", Scope(unit=city.pk), MOVED)

    @pytest.mark.parametrize(
        ("unit", "parent", "on", "code"),
        [
            ("GROUP", "P52", MOVED, "root"), ("B1", "P52", MOVED, "unchanged"), ("B1", "C1", MOVED, "into_itself"),
            ("B1", "B1", MOVED, "into_itself"), ("B1", "P53", date(2020, 8, 1), "future"),
            ("B1", "P53", ON, "too_early"), ("B1", "SHUT", MOVED, "parent_closed"), ("SHUT", "P53", MOVED, "closed"),
        ],
    )  # fmt: skip
    def test_refuses(self, cast: Cast, unit: str, parent: str, on: date, code: str) -> None:
        opened(cast, "C1", opened(cast, "B1", cast.guizhou))
        organisation.close_unit(
            unit=opened(cast, "SHUT", cast.guizhou),
            ends_on=date(2020, 3, 1),
            act=cast.act(cast.administrator),
        )
        paths = list(Unit.objects.order_by("id").values_list("path", flat=True))
        units = {one.code: one for one in Unit.objects.all()}
        with pytest.raises(organisation.UnableToChangeUnit) as refused:
            organisation.move_unit(
                unit=units[unit], parent=units[parent], on=on, act=cast.act(cast.administrator)
            )
        assert refused.value.code == code
        assert list(Unit.objects.order_by("id").values_list("path", flat=True)) == paths
        assert not UnitVersion.objects.exists()

    def test_needs_the_permission_at_both_ends(self, cast: Cast) -> None:
        city = opened(cast, "B1", cast.guizhou)
        with system_writes("an administrator of 贵州 only"):
            RoleGrant.objects.create(
                account=cast.outsider, role="administrator", unit=cast.guizhou, starts_on=FOUNDED
            )
        with pytest.raises(NotPermitted):
            organisation.move_unit(unit=city, parent=cast.yunnan, on=MOVED, act=cast.act(cast.outsider))

    def test_the_database_refuses_a_path_that_does_not_follow(self, cast: Cast) -> None:
        city = opened(cast, "B1", cast.guizhou)
        with pytest.raises(IntegrityError), system_writes("an attack"), transaction.atomic():
            attacked(city, path=f"{cast.yunnan.path}{city.pk}.")


class TestRenameUnit:
    def test_keeps_the_old_name_for_earlier_days(self, cast: Cast) -> None:
        organisation.rename_unit(
            unit=cast.guizhou,
            name_zh="贵州公司",
            name_en="Guizhou",
            on=MOVED,
            act=cast.act(cast.administrator),
        )
        before, after = unit_names([cast.guizhou.pk], on=date(2020, 6, 30)), unit_names([cast.guizhou.pk])
        assert (before[cast.guizhou.pk].zh, after[cast.guizhou.pk].zh) == ("贵州省分公司", "贵州公司")
        organisation.rename_unit(
            unit=cast.guizhou, name_zh="黔公司", name_en="Qian", on=date(2020, 7, 15),
            act=cast.act(cast.administrator),
        )  # fmt: skip
        assert list(
            UnitVersion.objects.order_by("starts_on").values_list(
                "name_zh", "parent_id", "starts_on", "ends_on"
            )
        ) == [
            ("贵州省分公司", cast.group.pk, FOUNDED, MOVED),
            ("贵州公司", cast.group.pk, MOVED, date(2020, 7, 15)),
            ("黔公司", cast.group.pk, date(2020, 7, 15), None),
        ]

    @pytest.mark.parametrize(
        ("name_zh", "on", "code"),
        [("", MOVED, "empty"), ("贵州省分公司", MOVED, "unchanged"), ("新名", FOUNDED, "too_early"),
         ("新名", date(2020, 8, 1), "future")],
    )  # fmt: skip
    def test_refuses(self, cast: Cast, name_zh: str, on: date, code: str) -> None:
        with pytest.raises(organisation.UnableToChangeUnit) as refused:
            organisation.rename_unit(
                unit=cast.guizhou, name_zh=name_zh, name_en="Guizhou branch", on=on,
                act=cast.act(cast.administrator),
            )  # fmt: skip
        assert refused.value.code == code
        assert not UnitVersion.objects.exists()
        cast.guizhou.refresh_from_db()
        assert cast.guizhou.name_zh == "贵州省分公司"

    def test_is_the_administrators(self, cast: Cast) -> None:
        for actor in (cast.officer, cast.clerk, cast.auditor, cast.outsider):
            with pytest.raises(NotPermitted):
                organisation.rename_unit(
                    unit=cast.guizhou, name_zh="新名", name_en="New", on=MOVED, act=cast.act(actor)
                )

    def test_the_database_refuses_a_name_without_a_version(self, cast: Cast) -> None:
        with pytest.raises(IntegrityError), system_writes("an attack"), transaction.atomic():
            attacked(cast.guizhou, name_zh="别名")


class TestCloseUnit:
    def test_closes_what_has_nothing_open(self, cast: Cast) -> None:
        city = opened(cast, "B1", cast.guizhou)
        closed = organisation.close_unit(unit=city, ends_on=MOVED, act=cast.act(cast.administrator))
        assert closed.ends_on == MOVED
        assert city.pk in tree_on(date(2020, 6, 30))
        assert city.pk not in tree_on(MOVED)

    def test_refuses_while_units_posts_or_grants_are_open(self, cast: Cast) -> None:
        act = cast.act(cast.administrator)
        city = opened(cast, "B1", cast.guizhou)
        county = opened(cast, "C1", city)
        holding = organisation.fill_post(
            unit=county, title_zh="经理", title_en="Manager", account=cast.outsider, starts_on=ON, act=act
        )
        grant = organisation.grant_role(
            account=cast.outsider, role="clerk", unit=county, starts_on=ON, act=cast.act(cast.security)
        )

        def refused(unit: Unit, on: date = MOVED) -> str:
            with pytest.raises(organisation.UnableToCloseUnit) as answer:
                organisation.close_unit(unit=unit, ends_on=on, act=act)
            return answer.value.code

        assert refused(city) == "has_units"
        assert refused(county) == "has_posts"
        organisation.leave_post(holding=holding, ends_on=MOVED, act=act)
        assert refused(county) == "has_grants"
        organisation.withdraw_role(grant=grant, ends_on=MOVED, act=cast.act(cast.security))
        assert refused(county, ON) == "before_start"
        organisation.close_unit(unit=county, ends_on=MOVED, act=act)
        assert refused(county) == "closed_already"
        assert refused(cast.group) == "root"
        assert organisation.close_unit(unit=city, ends_on=MOVED, act=act).ends_on == MOVED

    def test_a_closed_unit_takes_no_post_and_no_grant(self, cast: Cast) -> None:
        act = cast.act(cast.administrator)
        city = organisation.close_unit(unit=opened(cast, "B1", cast.guizhou), ends_on=MOVED, act=act)
        with pytest.raises(organisation.UnableToFillPost) as post:
            organisation.fill_post(
                unit=city,
                title_zh="经理",
                title_en="Manager",
                account=cast.outsider,
                starts_on=MOVED,
                act=act,
            )
        with pytest.raises(organisation.UnableToGrantRole) as grant:
            organisation.grant_role(
                account=cast.outsider, role="clerk", unit=city, starts_on=MOVED, act=cast.act(cast.security)
            )
        assert (post.value.code, grant.value.code) == ("unit_closed", "unit_closed")

    def test_is_the_administrators(self, cast: Cast) -> None:
        city = opened(cast, "B1", cast.guizhou)
        for actor in (cast.officer, cast.clerk, cast.auditor, cast.outsider):
            with pytest.raises(NotPermitted):
                organisation.close_unit(unit=city, ends_on=MOVED, act=cast.act(actor))


class TestLines:
    def enter(self, cast: Cast, code: str = "satellite", zh: str = "卫星", en: str = "Satellite") -> Line:
        return organisation.enter_line(
            code=code, name_zh=zh, name_en=en, starts_on=ON, act=cast.act(cast.administrator)
        )

    def test_a_fresh_house_has_sixteen_and_takes_more(self, cast: Cast) -> None:
        assert lines_in_force(ON).count() == 16
        line = self.enter(cast)
        assert (line.pk, line.starts_on, lines_in_force(ON).last()) == (17, ON, line)
        assert not lines_in_force(date(2019, 12, 31)).filter(pk=17).exists()

    def test_the_line_of_a_code_gets_other_names(self, cast: Cast) -> None:
        assert (self.enter(cast, "finance", "财务部", "Finance").name_zh, Line.objects.count()) == (
            "财务部",
            16,
        )

    @pytest.mark.parametrize(
        ("code", "zh", "refusal"),
        [("Finance", "财务", "code_form"), ("f" * 41, "财务", "code_form"), ("treasury", " ", "empty"),
         ("finance", "财务", "unchanged")],
    )  # fmt: skip
    def test_refuses(self, cast: Cast, code: str, zh: str, refusal: str) -> None:
        with pytest.raises(organisation.UnableToEnterLine) as refused:
            self.enter(cast, code, zh, "Finance")
        assert refused.value.code == refusal
        assert Line.objects.count() == 16

    def test_ends_when_no_grant_is_limited_to_it(self, cast: Cast) -> None:
        act, line = cast.act(cast.administrator), self.enter(cast)
        grant = organisation.grant_role(
            account=cast.outsider,
            role="clerk",
            unit=cast.guizhou,
            line=line,
            starts_on=ON,
            act=cast.act(cast.security),
        )
        for on, code in ((MOVED, "has_grants"), (ON, "before_start")):
            with pytest.raises(organisation.UnableToEndLine) as refused:
                organisation.end_line(line=line, ends_on=on, act=act)
            assert refused.value.code == code
        organisation.withdraw_role(grant=grant, ends_on=MOVED, act=cast.act(cast.security))
        assert organisation.end_line(line=line, ends_on=MOVED, act=act).ends_on == MOVED
        with pytest.raises(organisation.UnableToEndLine) as refused:
            organisation.end_line(line=line, ends_on=MOVED, act=act)
        assert refused.value.code == "ended_already"
        with pytest.raises(organisation.UnableToGrantRole) as no_grant:
            organisation.grant_role(
                account=cast.outsider,
                role="clerk",
                unit=cast.guizhou,
                line=line,
                starts_on=MOVED,
                act=cast.act(cast.security),
            )
        assert no_grant.value.code == "line_ended"

    def test_are_the_administrators(self, cast: Cast) -> None:
        for actor in (cast.officer, cast.auditor):
            with pytest.raises(NotPermitted):
                organisation.enter_line(code="x", name_zh="x", name_en="x", starts_on=ON, act=cast.act(actor))
            with pytest.raises(NotPermitted):
                organisation.end_line(line=Line.objects.get(pk=1), ends_on=ON, act=cast.act(actor))


class TestUnitLineAndPlaceTogether:
    """A grant over 贵州 × 网络建设 × 册亨 covers only what lies in all three."""

    @pytest.fixture(autouse=True)
    def grant(self, cast: Cast) -> None:
        self.line = Line.objects.get(code="network_build")
        organisation.grant_role(
            account=cast.outsider, role="clerk", unit=cast.guizhou, line=self.line,
            place=Place.objects.get(pk=CEHENG), starts_on=ON, act=cast.act(cast.security),
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("unit", "line", "place", "is_covered"),
        [("guizhou", 6, CEHENG, True), ("guizhou", 6, CEHENG + 100000, True), ("guizhou", 7, CEHENG, False),
         ("guizhou", None, CEHENG, False), ("guizhou", 6, GUIZHOU, False), ("guizhou", 6, None, False),
         ("yunnan", 6, CEHENG, False), ("group", 6, CEHENG, False)],
    )  # fmt: skip
    def test_one_and_by_rows(
        self, cast: Cast, unit: str, line: int | None, place: int | None, is_covered: bool
    ) -> None:
        key = getattr(cast, unit).pk
        assert (
            allows(cast.outsider, "network.view", Scope(unit=key, line=line, place=place), ON) is is_covered
        )
        rows = pl.DataFrame(
            {"unit": [key], "line": [line], "place": [place]},
            schema={"unit": pl.Int64, "line": pl.Int64, "place": pl.Int64},
        )
        assert granted_rows(cast.outsider, "network.view", rows, ON).to_list() == [is_covered]

    @pytest.mark.parametrize("limited_to", [None, frozenset({"network.view"}), frozenset({"shop.view"})])
    def test_the_condition_on_rows_says_the_same_units(
        self, cast: Cast, limited_to: frozenset[str] | None
    ) -> None:
        for account in (cast.officer, cast.clerk, cast.county_official, cast.outsider):
            account.limited_to = limited_to
            units = Unit.objects.filter(in_granted_units(account, "network.view", ON, "pk"))
            assert set(units.values_list("pk", flat=True)) == granted_units(account, "network.view", ON)

    def test_rows_without_a_line_lie_outside(self, cast: Cast) -> None:
        rows = pl.DataFrame({"unit": [cast.guizhou.pk], "place": [CEHENG]})
        assert granted_rows(cast.outsider, "network.view", rows, ON).to_list() == [False]
        nothing = within_grants(cast.outsider, "network.view", ON)
        assert not Unit.objects.filter(nothing).exists()
        assert within_grants(cast.outsider, "network.view", ON, has_line=True) != nothing
