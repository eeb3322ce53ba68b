"""Versions of reference data: every change leaves one, none can be forged, and each stands in a block."""

from __future__ import annotations

from datetime import date

import polars
import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from bangfu.foundation.ledger.catalogue import enter_definitions
from bangfu.foundation.ledger.models import Block, ReferenceMember, ReferenceVersion, UnsealedVersions
from bangfu.foundation.ledger.reference import (
    definitions_as_of,
    last_changes,
    line_name_as_of,
    members_as_of,
    place_names_as_of,
    rows_as_of,
    subtree_as_of,
    supported_places_as_of,
    unit_names_as_of,
)
from bangfu.foundation.ledger.sealing import seal_pending
from bangfu.foundation.ledger.witnessing import Kind
from bangfu.foundation.operations import system_writes
from bangfu.foundation.organisation.models import Line, Unit
from bangfu.foundation.organisation.operations import enter_units, move_unit, rename_unit
from bangfu.foundation.places.models import Area, AreaMembership, Place, PlaceEdition
from bangfu.foundation.places.operations import enter_area, rename_place, succeed_place
from tests.cast import CEHENG, GUIZHOU, GUYUAN, NOW, Cast, enter_cast
from tests.conftest import Server, pointing_at

DAY = date(2020, 1, 1)
LATER = date(2020, 7, 1)


@pytest.fixture
def house(cast: Cast) -> Cast:
    """The cast, sealed in block 1."""
    assert seal_pending() == 1
    return cast


def written_since(block: int = 1) -> list[tuple[int, str]]:
    sealed = ReferenceMember.objects.filter(block_id__lte=block).values("version_id")
    fresh = ReferenceVersion.objects.exclude(pk__in=sealed).order_by("id")
    return [(version.kind, version.key) for version in fresh]


def units_of(count: int, parent: str = "P52") -> polars.DataFrame:
    return polars.DataFrame(
        {
            "code": [f"U{number}" for number in range(count)],
            "name_zh": [f"单位{number}" for number in range(count)],
            "name_en": [f"Unit {number}" for number in range(count)],
            "kind": ["OFFICE"] * count,
            "parent": [parent] * count,
            "place": [None] * count,
            "starts_on": [DAY] * count,
        },
        schema_overrides={"place": polars.Int64},
    )


def designated(*places: int, code: str = "ours") -> Area:
    members = polars.DataFrame(
        {
            "place": list(places),
            "starts_on": [DAY] * len(places),
            "ends_on": [None] * len(places),
            "listed_as": ["县"] * len(places),
        },
        schema_overrides={"ends_on": polars.Date},
    )
    with system_writes("a list of the test"):
        return enter_area(
            code=code,
            kind="DESIGNATED",
            title_zh="定点县",
            title_en="Our counties",
            source="文件",
            members=members,
            at=NOW,
        )


class TestEveryChangeLeavesAVersion:
    def test_a_unit_that_is_opened_renamed_and_moved(self, house: Cast) -> None:
        act = house.act(house.administrator)
        rename_unit(unit=house.ceheng, name_zh="双江办", name_en="Shuangjiang office", on=DAY, act=act)
        move_unit(unit=house.ceheng, parent=house.guizhou, on=LATER, act=act)
        key = str(house.ceheng.pk)
        assert [one for one in written_since() if one[0] == Kind.UNIT] == [(Kind.UNIT, key)] * 2
        last = ReferenceVersion.objects.filter(kind=Kind.UNIT, key=key).latest("id")
        assert last.content == {
            "code": "C522327", "name_zh": "双江办", "name_en": "Shuangjiang office", "kind": "SUPPORTED",
            "parent": house.guizhou.pk, "place": CEHENG, "starts_on": "2015-01-01", "ends_on": None,
        }  # fmt: skip
        validities = ReferenceVersion.objects.filter(kind=Kind.UNIT_VALIDITY, about=house.ceheng.pk)
        assert [one.content["starts_on"] for one in validities.order_by("id")] == [
            "2015-01-01", "2020-01-01", "2020-01-01", "2020-07-01",
        ]  # fmt: skip

    def test_but_not_what_stands_below_a_unit_that_moves(self, house: Cast) -> None:
        with system_writes("a branch with offices"):
            enter_units(units_of(20, parent="P53"))
        seal_pending()
        move_unit(unit=house.yunnan, parent=house.guizhou, on=LATER, act=house.act(house.administrator))
        assert [one for one in written_since(2) if one[0] == Kind.UNIT] == [(Kind.UNIT, str(house.yunnan.pk))]

    def test_many_units_at_once_in_one_set(self, house: Cast) -> None:
        waiting = UnsealedVersions.objects.count()
        with CaptureQueriesContext(connection) as asked, system_writes("many units"):
            assert enter_units(units_of(2500)) == 2500
        assert len(asked) <= 6
        assert len([one for one in written_since() if one[0] == Kind.UNIT]) == 2500
        assert UnsealedVersions.objects.count() == waiting + 1

    def test_what_says_the_same_leaves_none(self, house: Cast) -> None:
        with system_writes("nothing new"):
            Unit.objects.filter(pk=house.guizhou.pk).update(path=house.guizhou.path)
            Place.objects.filter(pk=CEHENG).update(pinyin="x")
        assert written_since() == []

    def test_a_line_by_sql_that_no_operation_wrote(self, house: Cast) -> None:
        with system_writes("an attack"), connection.cursor() as cursor:
            cursor.execute("UPDATE organisation_line SET name_zh = '改' WHERE id IN (1, 2)")
        assert written_since() == [(Kind.LINE, "1"), (Kind.LINE, "2")]

    def test_a_list_of_places_that_is_corrected(self, house: Cast) -> None:
        area = designated(CEHENG, GUYUAN)
        designated(CEHENG)
        gone = AreaMembership.objects.get(area=area, place=GUYUAN)
        last = ReferenceVersion.objects.filter(kind=Kind.AREA_MEMBERSHIP, key=str(gone.pk)).latest("id")
        assert last.is_removed
        assert last.content["place"] == GUYUAN

    def test_a_division_of_the_file_has_one_only_when_it_changes_and_then_that_of_the_file_too(
        self, house: Cast
    ) -> None:
        assert not ReferenceVersion.objects.filter(kind=Kind.PLACE).exists()
        edition = PlaceEdition.objects.get()
        assert ReferenceVersion.objects.get(kind=Kind.PLACE_EDITION).content["digest"] == edition.digest
        act = house.act(house.administrator)
        rename_place(
            place=Place.objects.get(pk=CEHENG), name="双江市", code="522327", on=DAY, source="文", act=act
        )
        found = ReferenceVersion.objects.filter(kind=Kind.PLACE, about=CEHENG).order_by("id")
        assert [one.content["name"] for one in found] == ["册亨县", "双江市"]

    def test_a_place_that_enters_later(self, house: Cast) -> None:
        act = house.act(house.administrator)
        succeed_place(
            predecessor=Place.objects.get(pk=GUYUAN),
            code="130799",
            name="新源县",
            on=DAY,
            source="文",
            act=act,
        )
        kinds = {(kind, key) for kind, key in written_since() if kind == Kind.PLACE}
        assert kinds == {(Kind.PLACE, str(GUYUAN)), (Kind.PLACE, "130799000000")}

    def test_a_place_without_days_that_enters_behind_a_whole_edition(self, house: Cast) -> None:
        with system_writes("an attack"):
            PlaceEdition.objects.create(digest="0" * 64, whole=True, source="全", divisions=1, places=1)
            Place.objects.create(
                pk=522398000000, level=3, through_level=3, name="虚县", parent_id=522300000000, pinyin="x",
                initials="x",
            )  # fmt: skip
        assert (Kind.PLACE, "522398000000") in written_since()

    def test_none_of_it_is_about_a_person(self, house: Cast) -> None:
        names = {account.display_name for account in (house.officer, house.clerk, house.county_official)}
        said = " ".join(str(one.content) for one in ReferenceVersion.objects.all())
        assert not [name for name in names if name in said]


def attack(statement: str) -> None:
    with system_writes("an attack"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class TestTheDatabaseKeepsVersions:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE ledger_referenceversion SET content = '{}'",
            "DELETE FROM ledger_referenceversion",
            "TRUNCATE ledger_referenceversion",
            "INSERT INTO ledger_referenceversion (kind, key, about, content) VALUES (1, '1', 1, '{}')",
            "INSERT INTO ledger_referenceversion (kind, key, content) VALUES (9, 'network.base_stations v1', '{}')",
            "INSERT INTO ledger_referenceversion DEFAULT VALUES",
            "COPY ledger_referenceversion (kind, key, content) FROM STDIN",
            "UPDATE ledger_referencemember SET block_id = 0",
            "DELETE FROM ledger_referencemember",
            "TRUNCATE ledger_referencemember",
            "INSERT INTO ledger_referencemember (version_id, block_id, position)"
            " SELECT max(id), 1, 1000000 FROM ledger_referenceversion",
            "INSERT INTO ledger_referencemember (version_id, block_id, position)"
            " SELECT max(id), 1, 0 FROM ledger_referenceversion",
            "INSERT INTO ledger_referencemember (version_id, block_id, position)"
            " SELECT max(id) + 1, 1, 0 FROM ledger_referenceversion",
            "INSERT INTO ledger_block (number, fact_count, version_count) VALUES (2, 0, 1)",
            "INSERT INTO ledger_block (number, fact_count, version_count) VALUES (2, 1, -1)",
            "DELETE FROM ledger_unsealedversions",
            "TRUNCATE ledger_unsealedversions",
            "UPDATE ledger_unsealedversions SET first_version = first_version + 1",
            "ALTER TABLE organisation_unit DISABLE TRIGGER ALL",
            "UPDATE places_area SET id = id + 1000",
            "SELECT setval('ledger_referenceversion_id_seq', 1)",
        ],
    )
    def test_against_whoever_serves(self, house: Cast, statement: str) -> None:
        designated(CEHENG)
        before = list(ReferenceVersion.objects.order_by("id").values_list("id", "content"))
        with pytest.raises((DatabaseError, psycopg.Error)):
            attack(statement)
        assert list(ReferenceVersion.objects.order_by("id").values_list("id", "content")) == before
        assert Block.objects.get().version_count == ReferenceMember.objects.count()

    def test_against_a_trigger_of_their_own_that_borrows_the_functions(self, house: Cast) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT p.proname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
                " WHERE t.tgrelid = 'organisation_unit'::regclass AND t.tgname LIKE 'pgtrigger_row_has_a_version%'"
            )
            (function,) = cursor.fetchone()
        with pytest.raises(DatabaseError, match="permission denied"):
            attack(
                "CREATE TEMPORARY TABLE mine (LIKE organisation_unit);"
                f" CREATE TRIGGER mine AFTER INSERT ON mine REFERENCING NEW TABLE AS item EXECUTE FUNCTION {function}()"
            )

    @pytest.mark.parametrize("setting", ["pgtrigger.ignore", "session_replication_role"])
    def test_against_a_setting_that_switches_triggers_off(self, house: Cast, setting: str) -> None:
        value = "replica"
        if setting == "pgtrigger.ignore":
            with connection.cursor() as cursor:
                cursor.execute("SELECT array_agg(tgname::text)::text FROM pg_trigger WHERE NOT tgisinternal")
                (value,) = cursor.fetchone()
        try:
            attack(
                f"SET LOCAL {setting} = '{value}'; UPDATE organisation_line SET name_zh = '改' WHERE id = 1"
            )
        except DatabaseError:
            assert setting == "session_replication_role"
        else:
            assert written_since() == [(Kind.LINE, "1")]


class TestSealPending:
    def test_puts_versions_behind_the_facts_and_counts_both(self, cast: Cast) -> None:
        assert seal_pending() == 1  # with the key that signs it, which is entered then
        waiting = ReferenceVersion.objects.count()
        assert ReferenceVersion.objects.latest("id").kind == Kind.SIGNING_KEY
        block = Block.objects.get()
        assert (block.fact_count, block.version_count) == (0, waiting)
        positions = ReferenceMember.objects.order_by("version_id").values_list("position", flat=True)
        assert list(positions) == list(range(waiting))
        assert not UnsealedVersions.objects.exists()
        assert seal_pending() is None

    def test_a_late_commit_goes_into_the_next_block(self, own_database: str) -> None:
        enter_cast()
        assert seal_pending() == 1
        with psycopg.connect(own_database) as late, psycopg.connect(own_database, autocommit=True) as prompt:
            late.execute("UPDATE organisation_line SET name_en = 'late' WHERE id = 1")
            prompt.execute("UPDATE organisation_line SET name_en = 'prompt' WHERE id = 2")
            assert seal_pending() == 2
            late.commit()
            assert seal_pending() == 3
        names = [line_name_as_of(1, block).en for block in (1, 2, 3)]
        assert names == ["Secretariat", "Secretariat", "late"]
        assert [line_name_as_of(2, block).en for block in (1, 2)] == ["Party affairs", "prompt"]


class TestAsOf:
    def test_the_tree(self, house: Cast) -> None:
        below = {house.guizhou.pk}
        assert subtree_as_of(house.guizhou.pk, 1) == below
        move_unit(unit=house.yunnan, parent=house.guizhou, on=LATER, act=house.act(house.administrator))
        assert subtree_as_of(house.guizhou.pk, 1) == below
        assert seal_pending() == 2
        assert subtree_as_of(house.guizhou.pk, 2) == below | {house.yunnan.pk}
        assert subtree_as_of(house.guizhou.pk, 1) == below

    def test_names_of_a_day_as_they_were_known(self, house: Cast) -> None:
        units = [house.guizhou.pk]
        rename_unit(
            unit=house.guizhou, name_zh="黔分公司", name_en="Qian", on=DAY, act=house.act(house.administrator)
        )
        assert seal_pending() == 2
        said = {
            (on, block): unit_names_as_of(units, on=on, block=block)[units[0]].en
            for on in (date(2019, 12, 31), DAY, None)
            for block in (1, 2)
        }
        assert said == {
            (date(2019, 12, 31), 1): "Guizhou branch",
            (date(2019, 12, 31), 2): "Guizhou branch",
            (DAY, 1): "Guizhou branch",
            (DAY, 2): "Qian",
            (None, 1): "Guizhou branch",
            (None, 2): "Qian",
        }

    def test_places(self, house: Cast) -> None:
        act = house.act(house.administrator)
        rename_place(
            place=Place.objects.get(pk=CEHENG), name="双江市", code="522327", on=DAY, source="文", act=act
        )
        assert seal_pending() == 2
        assert [place_names_as_of([CEHENG, GUIZHOU], on=DAY, block=block) for block in (0, 1, 2)] == [
            {CEHENG: "册亨县"}, {CEHENG: "册亨县"}, {CEHENG: "双江市"},
        ]  # fmt: skip
        assert place_names_as_of([CEHENG], on=date(2019, 12, 31), block=2) == {CEHENG: "册亨县"}

    def test_lists_and_offices(self, house: Cast) -> None:
        area = designated(CEHENG, GUYUAN)
        assert seal_pending() == 2
        designated(CEHENG)
        assert seal_pending() == 3
        found = [members_as_of(area.pk, on=DAY, block=block) for block in (1, 2, 3)]
        assert found == [frozenset(), {CEHENG, GUYUAN}, {CEHENG}]
        assert members_as_of(area.pk, on=date(2019, 12, 31), block=2) == frozenset()
        assert supported_places_as_of(DAY, 1) == {house.ceheng.pk: CEHENG}
        assert supported_places_as_of(date(2014, 1, 1), 1) == {}

    def test_a_block_before_any_version_is_answered_by_the_first_ones(self, house: Cast) -> None:
        assert subtree_as_of(house.group.pk, 0) == subtree_as_of(house.group.pk, 1)
        assert len(rows_as_of(Kind.UNIT, 0)) == 6

    def test_when_each_kind_last_changed(self, house: Cast) -> None:
        with system_writes("a line's name"):
            Line.objects.filter(pk=1).update(name_en="Office")
        seal_pending()
        assert last_changes(1)[Kind.LINE] == 1
        assert last_changes(None) == {**last_changes(1), Kind.LINE: 2}


class TestEnterDefinitions:
    def test_writes_what_is_new_changed_or_gone(self, own_database: str, server: Server) -> None:
        name = own_database.rsplit("/", 1)[1].split("?")[0]
        seal_pending()
        kept = {row.key: dict(row.content) for row in rows_as_of(Kind.INDICATOR, 1)}
        code = "network.base_stations"
        changed = {
            **kept,
            f"{code} v1": {**kept[f"{code} v1"], "factor": 10},
            "network.toy v1": {"version": 1},
        }
        with pointing_at(server.owner(name)):
            assert enter_definitions(kept) == 0
            assert enter_definitions(changed) == 2
            assert enter_definitions(changed) == 0
        assert seal_pending() == 2
        with pointing_at(server.owner(name)):
            assert enter_definitions(kept) == 2
            assert enter_definitions(kept) == 0
        assert seal_pending() == 3
        assert [definitions_as_of(code, block)[0].content["factor"] for block in (1, 2, 3)] == [1, 10, 1]
        assert [row.block for row in definitions_as_of("network.toy", 1)] == [2]
        assert definitions_as_of("network.toy", 3) == []
        assert definitions_as_of("network.nothing", 3) == []

    def test_is_refused_to_whoever_serves(self, house: Cast) -> None:
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            enter_definitions({"network.base_stations v1": {"version": 1}})
