"""The ledger's rules as seen by a room that posts, and by an attacker with the application's role."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from django.utils.timezone import localdate

from bangfu.foundation.ledger import operations as ledger
from bangfu.foundation.ledger.measures import Measure, MeasureKind
from bangfu.foundation.ledger.models import Block, Fact, Member, Unsealed
from bangfu.foundation.ledger.queries import block_of, block_on, latest_block, unsealed_facts
from bangfu.foundation.ledger.sealing import seal_pending
from bangfu.foundation.operations import Scope, operation, system_writes
from bangfu.foundation.rooms import RecordType, both
from tests.cast import CEHENG, GUYUAN, Cast

LAMPS = Measure("ledger.test_lamps", both("灯", "Lamps"), both("盏", "lamps"), MeasureKind.FLOW)
LAMP = RecordType(
    30001, "ledger.lamp", both("灯", "Lamp"), "ledger.Lamp", lambda key: f"/{key}", lambda keys: {}
)
POSTED_ON = date(2019, 5, 4)


@operation("ledger.test_post", scope=lambda **_: Scope())
def post_lamps(*, frame: polars.DataFrame, act: object) -> object:
    """Post one fact a row."""
    return ledger.post_many(LAMPS, frame, record_type=LAMP, system="test", act=act)


@operation("ledger.test_post_new", scope=lambda **_: Scope())
def post_new_lamps(*, facts: ledger.NewFacts, act: object) -> None:
    """Post facts whose sources are new."""
    ledger.post_new(LAMPS, facts, record_type=LAMP, system="test", act=act)


@operation("ledger.test_reverse", scope=lambda **_: Scope())
def reverse_lamp(*, fact: Fact, reason: str, act: object) -> Fact:
    """Reverse one fact."""
    return ledger.reverse(fact, reason=reason, act=act)


def lamps(cast: Cast, *identities: str, unit: int | None = None, place: int = CEHENG) -> polars.DataFrame:
    count = len(identities)
    return polars.DataFrame(
        {
            "quantity": [Decimal(1)] * count, "unit": [unit or cast.guizhou.pk] * count, "place": [place] * count,
            "on": [POSTED_ON] * count, "subject": list(range(1, count + 1)), "source_id": list(identities),
            "identity": list(identities),
        }
    )  # fmt: skip


class TestPostMany:
    def test_writes_one_fact_a_row(self, house: Cast) -> None:
        posted = post_lamps(frame=lamps(house, "A", "B"), act=house.act(house.officer))
        assert (posted.count, posted.skipped) == (2, 0)
        rows = Fact.objects.order_by("id").values_list(
            "quantity", "unit_id", "place_id", "identity", "claim", "happened_on", "source_system", "source_id",
            "revision", "subject_id", "reverses_id",
        )  # fmt: skip
        assert list(rows) == [
            (Decimal("1.0000"), house.guizhou.pk, CEHENG, "A", 1, POSTED_ON, "test", "A", 1, 1, None),
            (Decimal("1.0000"), house.guizhou.pk, CEHENG, "B", 1, POSTED_ON, "test", "B", 1, 2, None),
        ]

    def test_posts_the_same_source_once(self, house: Cast) -> None:
        post_lamps(frame=lamps(house, "A"), act=house.act(house.officer))
        again = post_lamps(frame=lamps(house, "A", "B"), act=house.act(house.officer))
        assert (again.count, again.skipped) == (1, 1)
        assert Fact.objects.count() == 2

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"quantity": polars.lit(Decimal(0))}, "nothing_counted"),
            ({"quantity": polars.lit(Decimal("0.5"))}, "too_fine"),
            ({"on": polars.lit(date(2020, 8, 1))}, "in_future"),
            ({"place": polars.lit(None, polars.Int64)}, "incomplete"),
            ({"identity": polars.lit("A")}, "counted_twice_here"),
        ],
    )
    def test_refuses_what_cannot_be_counted(
        self, house: Cast, change: dict[str, polars.Expr], code: str
    ) -> None:
        with pytest.raises(ledger.UnableToPost) as refused:
            post_lamps(frame=lamps(house, "A", "B").with_columns(**change), act=house.act(house.officer))
        assert refused.value.code == code
        assert str(refused.value)
        assert not Fact.objects.exists()
        assert not Unsealed.objects.exists()

    def test_refuses_what_another_unit_counts_and_names_it(self, house: Cast) -> None:
        post_lamps(frame=lamps(house, "A"), act=house.act(house.officer))
        theirs = lamps(house, "A", unit=house.yunnan.pk).with_columns(source_id=polars.lit("other"))
        with pytest.raises(ledger.UnableToPost) as refused:
            post_lamps(frame=theirs, act=house.act(house.officer))
        assert refused.value.code == "counted_already"
        assert "贵州省分公司" in str(refused.value)

    def test_counts_again_after_a_reversal(self, house: Cast) -> None:
        post_lamps(frame=lamps(house, "A"), act=house.act(house.officer))
        reverse_lamp(fact=Fact.objects.get(), reason="wrong_unit", act=house.act(house.officer))
        theirs = lamps(house, "A", unit=house.yunnan.pk).with_columns(source_id=polars.lit("other"))
        post_lamps(frame=theirs, act=house.act(house.officer))
        assert list(Fact.objects.order_by("id").values_list("quantity", "claim")) == [(1, 1), (-1, 1), (1, 2)]


def new_lamps(house: Cast, *quantities: str, source: str = "new") -> ledger.NewFacts:
    count = len(quantities)
    return ledger.NewFacts(
        quantities=[Decimal(one) for one in quantities], units=[house.guizhou.pk] * count, places=[CEHENG] * count,
        subjects=list(range(1, count + 1)), sources=[f"{source}{number}" for number in range(count)],
    )  # fmt: skip


class TestPostNew:
    def test_writes_what_post_many_would(self, house: Cast) -> None:
        act = house.act(house.officer)
        frame = lamps(house, "A", "B").with_columns(
            identity=polars.lit(None, polars.String), on=polars.lit(act.on)
        )
        post_lamps(frame=frame, act=act)
        post_new_lamps(facts=new_lamps(house, "1", "1"), act=act)
        apart = {"id", "source_id", "recorded_at"}
        columns = [field.attname for field in Fact._meta.fields if field.attname not in apart]
        first, second, *new = Fact.objects.order_by("id").values_list(*columns)
        assert new == [first, second]
        assert Unsealed.objects.count() == 2

    @pytest.mark.parametrize(("quantity", "code"), [("0", "nothing_counted"), ("0.5", "too_fine")])
    def test_refuses_what_cannot_be_counted(self, house: Cast, quantity: str, code: str) -> None:
        with pytest.raises(ledger.UnableToPost) as refused:
            post_new_lamps(facts=new_lamps(house, "1", quantity), act=house.act(house.officer))
        assert refused.value.code == code
        assert not Fact.objects.exists()

    def test_the_ledger_keeps_a_second_one_out(self, house: Cast) -> None:
        post_new_lamps(facts=new_lamps(house, "1"), act=house.act(house.officer))
        with pytest.raises(IntegrityError, match="ledger_source_once"):
            post_new_lamps(facts=new_lamps(house, "1"), act=house.act(house.officer))
        assert Fact.objects.count() == 1


class TestReverse:
    def test_mirrors_the_fact(self, house: Cast) -> None:
        post_lamps(frame=lamps(house, "A"), act=house.act(house.officer))
        fact = Fact.objects.get()
        back = reverse_lamp(fact=fact, reason="wrong_place", act=house.act(house.officer))
        mirrored = {"id", "quantity", "reverses_id", "reason", "recorded_at"}
        for field in Fact._meta.fields:
            if field.attname not in mirrored:
                assert getattr(back, field.attname) == getattr(fact, field.attname), field.attname
        assert (back.quantity, back.reverses_id, back.reason) == (Decimal(-1), fact.pk, "wrong_place")

    def test_refuses_a_second_time(self, house: Cast) -> None:
        post_lamps(frame=lamps(house, "A"), act=house.act(house.officer))
        fact = Fact.objects.get()
        back = reverse_lamp(fact=fact, reason="wrong_place", act=house.act(house.officer))
        for subject, code in ((fact, "reversed_already"), (back, "is_a_reversal")):
            with pytest.raises(ledger.UnableToReverse) as refused:
                reverse_lamp(fact=subject, reason="wrong_place", act=house.act(house.officer))
            assert refused.value.code == code
        assert Fact.objects.count() == 2

    def test_never_passes_over_a_fact_that_does_not_exist(self, house: Cast) -> None:
        post_lamps(frame=lamps(house, "A"), act=house.act(house.officer))
        missing = Fact(pk=Fact.objects.get().pk + 1000)
        with pytest.raises(LookupError):
            reverse_lamp(fact=missing, reason="wrong_place", act=house.act(house.officer))
        assert Fact.objects.count() == 1

    def test_refuses_an_unknown_reason(self, house: Cast) -> None:
        post_lamps(frame=lamps(house, "A"), act=house.act(house.officer))
        with pytest.raises(ledger.UnableToReverse) as refused:
            reverse_lamp(fact=Fact.objects.get(), reason="because", act=house.act(house.officer))
        assert refused.value.code == "unknown_reason"


def attack(statement: str, *parameters: object) -> None:
    """Run SQL as the application's role, past every operation."""
    with system_writes("an attack"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


INSERT = (
    "INSERT INTO ledger_fact (measure_id, quantity, unit_id, place_id, subject_type, subject_id, happened_on,"
    " source_system, source_id, reverses_id, reason, identity, claim, revision, line_id, party)"
    " SELECT {measure_id}, {quantity}, {unit_id}, {place_id}, {subject_type}, {subject_id}, {happened_on}, {source_system},"
    " {source_id}, {reverses_id}, {reason}, {identity}, {claim}, {revision}, {line_id}, {party} FROM ledger_fact LIMIT 1"
)
SAME = {
    "measure_id": "measure_id", "quantity": "quantity", "unit_id": "unit_id", "place_id": "place_id",
    "source_id": "'new'", "reverses_id": "NULL", "reason": "NULL", "identity": "'new'", "claim": "1",
    "subject_type": "subject_type", "subject_id": "subject_id", "happened_on": "happened_on", "source_system": "source_system",
    "revision": "1", "line_id": "line_id", "party": "party",
}  # fmt: skip
MIRROR = {
    **SAME, "quantity": "-quantity", "reverses_id": "id", "reason": "'wrong_place'", "source_id": "source_id",
    "identity": "identity",
}  # fmt: skip


class TestTheDatabaseRefuses:
    @pytest.fixture(autouse=True)
    def _one_fact(self, house: Cast) -> None:
        post_lamps(frame=lamps(house, "A"), act=house.act(house.officer))

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE ledger_fact SET quantity = 2",
            "DELETE FROM ledger_fact",
            "TRUNCATE ledger_fact",
            "UPDATE ledger_fact SET quantity = quantity WHERE false",
        ],
    )
    def test_every_change_of_a_fact(self, statement: str) -> None:
        with pytest.raises(DatabaseError):
            attack(statement)
        assert Fact.objects.get().quantity == 1

    @pytest.mark.parametrize(
        "change",
        [
            {"measure_id": "9999"},
            {"unit_id": "999999"},
            {"place_id": "999999999999"},
            {"place_id": "1"},
            {"quantity": "0"},
            {"source_id": "'A'", "identity": "'A'"},
            {"identity": "'A'"},
            {"identity": "'A'", "claim": "2"},
            {"identity": "'new'", "claim": "2"},
            {"claim": "0"},
            {"reverses_id": "id"},
            {"reverses_id": "id", "reason": "'wrong_place'", "source_id": "source_id", "identity": "identity"},
            {"reverses_id": "id", "reason": "'x'", "quantity": "-2", "source_id": "source_id", "identity": "identity"},
            {
                "reverses_id": "id", "reason": "'x'", "quantity": "-quantity", "source_id": "source_id",
                "identity": "identity", "place_id": str(GUYUAN),
            },
            {"reverses_id": "id + 1000", "reason": "'x'", "quantity": "-quantity"},
            {"reason": "'without a reversal'"},
            {"line_id": "999"},
            {"revision": "0"},
            {"quantity": "NULL"},
            {"unit_id": "NULL"},
            {"happened_on": "NULL"},
            {"source_id": "NULL"},
        ],
    )  # fmt: skip
    def test_every_fact_that_breaks_a_rule(self, change: dict[str, str]) -> None:
        with pytest.raises(IntegrityError):
            attack(INSERT.format(**{**SAME, **change}))
        assert Fact.objects.count() == 1

    @pytest.mark.parametrize(
        "change",
        [
            {"measure_id": "(SELECT id FROM ledger_cataloguemeasure WHERE id <> measure_id LIMIT 1)"},
            {"unit_id": "(SELECT id FROM organisation_unit WHERE id <> unit_id LIMIT 1)"},
            {"place_id": str(GUYUAN)},
            {"line_id": "(SELECT id FROM organisation_line LIMIT 1)"},
            {"party": "'00000000-0000-0000-0000-000000000001'"},
            {"identity": "'other'"},
            {"subject_id": "subject_id + 1"},
            {"subject_type": "subject_type - 1"},
            {"happened_on": "happened_on + 1"},
            {"source_system": "'other'"},
            {"source_id": "'other'"},
            {"revision": "2"},
            {"quantity": "quantity"},
            {"quantity": "-quantity * 2"},
            {"reason": "NULL"},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_a_reversal_that_does_not_mirror_every_column(self, change: dict[str, str]) -> None:
        with pytest.raises(IntegrityError):
            attack(INSERT.format(**{**MIRROR, **change}))
        attack(INSERT.format(**MIRROR))
        assert Fact.objects.count() == 2

    def test_a_second_reversal_and_the_reversal_of_a_reversal(self) -> None:
        attack(INSERT.format(**MIRROR))
        with pytest.raises(IntegrityError):
            attack(INSERT.format(**MIRROR))
        last = INSERT.format(**MIRROR).replace("LIMIT 1", "WHERE reverses_id IS NOT NULL")
        with pytest.raises(IntegrityError):
            attack(last)
        assert Fact.objects.count() == 2

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE ledger_cataloguemeasure SET kind = 'STOCK'",
            "UPDATE ledger_cataloguemeasure SET code = 'other.code'",
            "TRUNCATE ledger_cataloguemeasure",
            "UPDATE organisation_unit SET id = id + 1000",
            "UPDATE places_place SET id = id + 1",
            "DELETE FROM organisation_line",
        ],
    )
    def test_what_facts_refer_to_changing_its_meaning(self, statement: str) -> None:
        with pytest.raises(DatabaseError):
            attack(statement)

    @pytest.mark.parametrize(("column", "value"), [("recorded_at", "'2019-01-01'"), ("id", "1")])
    def test_a_fact_that_says_itself_when_it_was_recorded(self, column: str, value: str) -> None:
        statement = INSERT.format(**SAME).replace("(measure_id", f"({column}, measure_id")
        with pytest.raises(DatabaseError, match="permission denied"):
            attack(statement.replace("SELECT measure_id", f"SELECT {value}, measure_id"))

    def test_but_not_an_honest_one(self) -> None:
        attack(INSERT.format(**SAME))
        assert Fact.objects.count() == 2

    @pytest.mark.parametrize("table", ["ledger_cataloguemeasure", "organisation_unit", "places_place"])
    def test_losing_what_facts_refer_to(self, table: str) -> None:
        with pytest.raises(DatabaseError):
            attack(f"DELETE FROM {table}")

    def test_a_setting_that_switches_the_triggers_off(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT array_agg(tgname::text)::text FROM pg_trigger WHERE NOT tgisinternal")
            (every,) = cursor.fetchone()
        with pytest.raises(IntegrityError):
            attack(
                f"SET LOCAL pgtrigger.ignore = '{every}';"
                + INSERT.format(**{**SAME, "place_id": "999999999999"})
            )

    def test_a_temporary_table_in_place_of_the_places(self) -> None:
        attack("CREATE TEMPORARY TABLE places_place AS SELECT 999999999999::bigint AS id")
        with pytest.raises(IntegrityError):
            attack(INSERT.format(**{**SAME, "place_id": "999999999999"}))


class TestTheDatabaseKeepsBlocks:
    @pytest.fixture(autouse=True)
    def _one_block(self, house: Cast) -> None:
        post_lamps(frame=lamps(house, "A", "B"), act=house.act(house.officer))
        seal_pending()
        post_lamps(frame=lamps(house, "C"), act=house.act(house.officer))

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE ledger_block SET fact_count = 1",
            "DELETE FROM ledger_block",
            "UPDATE ledger_member SET position = 7",
            "DELETE FROM ledger_member",
            "TRUNCATE ledger_member",
            "INSERT INTO ledger_block (number, fact_count) VALUES (2, 0)",
            "INSERT INTO ledger_block (number, fact_count) VALUES (2, 1)",
            "INSERT INTO ledger_block (number, fact_count) VALUES (1, 1)",
            "INSERT INTO ledger_block (number, fact_count, sealed_at) VALUES (2, 1, '2019-01-01')",
            "INSERT INTO ledger_member (fact_id, block_id, position) SELECT max(id), 1, 1 FROM ledger_fact",
            "INSERT INTO ledger_member (fact_id, block_id, position) SELECT max(id), 1, 2 FROM ledger_fact",
            "INSERT INTO ledger_member (fact_id, block_id, position) SELECT max(id), 9, 0 FROM ledger_fact",
            "INSERT INTO ledger_member (fact_id, block_id, position) SELECT min(id), 1, 0 FROM ledger_fact",
            "INSERT INTO ledger_member (fact_id, block_id, position) SELECT max(id) + 1, 1, 0 FROM ledger_fact",
            "WITH block AS (INSERT INTO ledger_block (number, fact_count) VALUES (3, 1)) INSERT INTO ledger_member"
            " (fact_id, block_id, position) SELECT max(id), 3, 0 FROM ledger_fact",
            "DELETE FROM ledger_unsealed",
            "TRUNCATE ledger_unsealed",
            "UPDATE ledger_unsealed SET first_fact = first_fact + 1",
        ],
    )
    def test_whole_and_as_they_were_sealed(self, statement: str) -> None:
        with pytest.raises(DatabaseError):
            attack(statement)
        assert list(Member.objects.order_by("position").values_list("block_id", "position")) == [
            (1, 0),
            (1, 1),
        ]
        assert (Block.objects.get().fact_count, unsealed_facts()) == (2, 1)


class TestSealPending:
    def test_puts_every_fact_into_one_block_in_order(self, house: Cast) -> None:
        post_lamps(frame=lamps(house, "A", "B"), act=house.act(house.officer))
        post_lamps(frame=lamps(house, "C"), act=house.act(house.officer))
        assert unsealed_facts() == 3
        assert seal_pending() == 1
        assert unsealed_facts() == 0
        facts = list(Fact.objects.order_by("id").values_list("id", flat=True))
        assert list(Member.objects.order_by("position").values_list("fact_id", "block_id", "position")) == [
            (facts[0], 1, 0),
            (facts[1], 1, 1),
            (facts[2], 1, 2),
        ]
        assert Block.objects.get().fact_count == 3

    def test_seals_nothing_when_nothing_waits(self, house: Cast) -> None:
        assert seal_pending() == 1  # the house itself
        assert seal_pending() is None
        post_lamps(frame=lamps(house, "A"), act=house.act(house.officer))
        assert seal_pending() == 2
        assert seal_pending() is None
        assert latest_block().number == 2

    def test_later_facts_fall_into_the_next_block(self, house: Cast) -> None:
        post_lamps(frame=lamps(house, "A"), act=house.act(house.officer))
        seal_pending()
        reverse_lamp(fact=Fact.objects.get(), reason="wrong_date", act=house.act(house.officer))
        assert seal_pending() == 2
        assert [block_of(fact.pk) for fact in Fact.objects.order_by("id")] == [1, 2]
        assert block_on(date(2019, 1, 1)) is None
        assert block_on(localdate(latest_block().sealed_at)).number == 2
