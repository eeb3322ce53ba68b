"""A joint activity is split into shares, one a unit, that make exactly one whole: the sentence, and the database behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from threading import Thread

import polars
import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from bangfu.foundation.ledger import operations as ledger
from bangfu.foundation.ledger.models import CatalogueMeasure, Fact
from bangfu.foundation.ledger.queries import standing_facts
from bangfu.foundation.operations import Scope, operation, system_writes
from bangfu.foundation.organisation.models import Unit
from tests.cast import CEHENG, Cast, enter_cast
from tests.conftest import Server, pointing_at
from tests.foundation.ledger.conftest import let_everybody_post_lamps
from tests.foundation.ledger.test_facts import LAMP, LAMPS

ON = date(2019, 5, 4)
Parts = list[tuple[Unit, str, str]]


@operation("ledger.test_post_shares", scope=lambda **_: Scope())
def post_shares(*, parts: Parts, identity: str, source: str, act: object) -> object:
    """Post one joint activity: unit, share and quantity of each part."""
    return ledger.post_many(
        LAMPS, frame_of(parts, identity, source), record_type=LAMP, system="test", act=act
    )


@operation("ledger.test_post_frame", scope=lambda **_: Scope())
def post_frame(*, frame: polars.DataFrame, act: object) -> object:
    """Post what a frame holds."""
    return ledger.post_many(LAMPS, frame, record_type=LAMP, system="test", act=act)


@operation("ledger.test_reverse_many", scope=lambda **_: Scope())
def reverse_facts(*, facts: list[int], act: object) -> int:
    """Reverse facts together."""
    return ledger.reverse_many(facts, reason="wrong_unit", act=act)


def frame_of(parts: Parts, identity: str | None, source: str) -> polars.DataFrame:
    return polars.DataFrame(
        {
            "quantity": [Decimal(quantity) for _, _, quantity in parts],
            "unit": [unit.pk for unit, _, _ in parts],
            "place": [CEHENG] * len(parts),
            "on": [ON] * len(parts),
            "subject": [1] * len(parts),
            "source_id": [f"{source}:{unit.code}" for unit, _, _ in parts],
            "identity": [identity] * len(parts),
            "share": [Decimal(share) if share else None for _, share, _ in parts],
        },
        schema_overrides={"share": polars.Decimal(9, 8)},
    )


def posted() -> list[tuple[str, Decimal, Decimal | None, int, bool]]:
    units = dict(Unit.objects.values_list("pk", "code"))
    rows = Fact.objects.order_by("id").values_list("unit_id", "quantity", "share", "claim", "leads")
    return [(units[unit], quantity, share, claim, leads) for unit, quantity, share, claim, leads in rows]


class TestPostMany:
    def test_writes_one_fact_a_unit_and_the_largest_leads(self, house: Cast) -> None:
        parts = [(house.guizhou, "0.3", "0.3"), (house.yunnan, "0.7", "0.7")]
        post_shares(parts=parts, identity="TRIP", source="a", act=house.act(house.officer))
        assert posted() == [
            ("P52", Decimal("0.3"), Decimal("0.3"), 1, False),
            ("P53", Decimal("0.7"), Decimal("0.7"), 1, True),
        ]
        assert standing_facts(LAMPS.code, ["TRIP"]).count() == 2

    def test_thirds_are_rounded_and_still_one(self, house: Cast) -> None:
        parts = [
            (house.guizhou, "0.33333333", "33.3333"),
            (house.yunnan, "0.33333333", "33.3333"),
            (house.office, "0.33333334", "33.3334"),
        ]
        post_shares(parts=parts, identity="TRIP", source="a", act=house.act(house.officer))
        assert sum(fact.quantity for fact in Fact.objects.all()) == 100

    @pytest.mark.parametrize(
        ("shares", "code", "said"),
        [
            ([("0.3", "0.3"), ("0.6", "0.6")], "shares_not_whole", "是 0.9"),
            ([("0.5", "0.5"), ("0.50000001", "0.5")], "shares_not_whole", "1.00000001"),
            ([("0.5", "0.9"), ("0.5", "0.1")], "part_off_share", "不成比例"),
            ([("0.5", "0.25"), ("0.5", "0.25")], "too_fine", "小数位数"),
            ([("1", "1"), ("0.5", "1")], "share_is_no_part", "小于 1"),
            ([("-0.5", "1"), ("0.5", "1")], "share_is_no_part", "小于 1"),
            ([("0.5", "1"), ("", "1")], "counted_twice_here", "不止一次"),
        ],
    )
    def test_refuses_what_is_no_whole(
        self,
        house: Cast,
        shares: list[tuple[str, str]],
        code: str,
        said: str,
    ) -> None:
        parts = [
            (unit, share, quantity)
            for unit, (share, quantity) in zip([house.guizhou, house.yunnan], shares, strict=True)
        ]
        with pytest.raises(ledger.UnableToPost) as refused:
            post_shares(parts=parts, identity="TRIP", source="a", act=house.act(house.officer))
        assert refused.value.code == code
        assert said in str(refused.value)
        assert not Fact.objects.exists()

    def test_a_unit_has_one_share(self, house: Cast) -> None:
        parts = [(house.guizhou, "0.5", "0.5"), (house.guizhou, "0.5", "0.5")]
        with pytest.raises(ledger.UnableToPost) as refused:
            post_shares(parts=parts, identity="TRIP", source="a", act=house.act(house.officer))
        assert refused.value.code == "counted_twice_here"

    def test_a_share_needs_an_identity(self, house: Cast) -> None:
        parts = [(house.guizhou, "0.5", "0.5"), (house.yunnan, "0.5", "0.5")]
        with pytest.raises(ledger.UnableToPost) as refused:
            post_shares(parts=parts, identity=None, source="a", act=house.act(house.officer))
        assert (refused.value.code, refused.value.details["column"]) == ("incomplete", "identity")

    @pytest.mark.parametrize("shares", [("0.5", "0.5"), ("", "1")])
    def test_what_is_shared_is_not_counted_again(self, house: Cast, shares: tuple[str, str]) -> None:
        both = [(house.guizhou, "0.5", "0.5"), (house.yunnan, "0.5", "0.5")]
        post_shares(parts=both, identity="TRIP", source="a", act=house.act(house.officer))
        again = both if shares[0] else [(house.office, *shares)]
        with pytest.raises(ledger.UnableToPost) as refused:
            post_shares(parts=again, identity="TRIP", source="b", act=house.act(house.officer))
        assert refused.value.code == "counted_already"

    def test_the_same_sources_post_once(self, house: Cast) -> None:
        both = [(house.guizhou, "0.5", "0.5"), (house.yunnan, "0.5", "0.5")]
        post_shares(parts=both, identity="TRIP", source="a", act=house.act(house.officer))
        again = post_shares(parts=both, identity="TRIP", source="a", act=house.act(house.officer))
        assert (again.count, again.skipped, Fact.objects.count()) == (0, 2, 2)


@operation("ledger.test_post_each", scope=lambda **_: Scope())
def post_one_by_one(*, parts: Parts, of: Unit, act: object) -> None:
    """Post each share by itself, as a room does that holds one record of the activity."""
    for unit, share, quantity in parts:
        ledger.post(
            LAMPS, Decimal(quantity), of=of, unit=unit.pk, place=CEHENG, on=ON, identity="TRIP",
            source=ledger.Source("test", f"one:{unit.code}"), share=Decimal(share), act=act,
        )  # fmt: skip


class TestPost:
    @pytest.fixture(autouse=True)
    def _record(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ledger, "record_type_of", lambda of: LAMP)

    def test_parts_may_come_one_after_the_other(self, house: Cast) -> None:
        parts = [(house.guizhou, "0.25", "0.25"), (house.yunnan, "0.75", "0.75")]
        post_one_by_one(parts=parts, of=house.group, act=house.act(house.officer))
        assert posted() == [
            ("P52", Decimal("0.25"), Decimal("0.25"), 1, True),
            ("P53", Decimal("0.75"), Decimal("0.75"), 1, False),
        ]

    def test_refuses_when_a_part_is_missing_at_the_end(self, house: Cast) -> None:
        with pytest.raises(ledger.UnableToPost) as refused:
            post_one_by_one(
                parts=[(house.guizhou, "0.25", "0.25")], of=house.group, act=house.act(house.officer)
            )
        assert (refused.value.code, refused.value.details["whole"]) == ("shares_not_whole", "0.25")
        assert not Fact.objects.exists()


class TestReverse:
    @pytest.fixture
    def trip(self, house: Cast) -> list[int]:
        both = [(house.guizhou, "0.5", "0.5"), (house.yunnan, "0.5", "0.5")]
        post_shares(parts=both, identity="TRIP", source="a", act=house.act(house.officer))
        return list(Fact.objects.order_by("id").values_list("pk", flat=True))

    def test_takes_the_whole_back_and_lets_new_shares_in(self, house: Cast, trip: list[int]) -> None:
        reverse_facts(facts=trip, act=house.act(house.officer))
        new = [(house.guizhou, "0.9", "0.9"), (house.office, "0.1", "0.1")]
        post_shares(parts=new, identity="TRIP", source="b", act=house.act(house.officer))
        assert posted()[2:] == [
            ("P52", Decimal("-0.5"), Decimal("0.5"), 1, True),
            ("P53", Decimal("-0.5"), Decimal("0.5"), 1, False),
            ("P52", Decimal("0.9"), Decimal("0.9"), 2, True),
            ("OFFICE", Decimal("0.1"), Decimal("0.1"), 2, False),
        ]

    def test_refuses_to_leave_a_part(self, house: Cast, trip: list[int]) -> None:
        with pytest.raises(ledger.UnableToReverse) as refused:
            reverse_facts(facts=trip[:1], act=house.act(house.officer))
        assert (refused.value.code, refused.value.details["identity"]) == ("shares_left", "TRIP")
        assert Fact.objects.count() == 2


def facts_read() -> int:
    """Return how many facts have been read in this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute(
            "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables WHERE relname = 'ledger_fact'"
        )
        return int(cursor.fetchone()[0])


def test_posting_and_reversing_read_few_of_many_facts(
    server: Server, own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = enter_cast()
    with system_writes("a measure for the test"):
        let_everybody_post_lamps(monkeypatch)
    act = house.act(house.officer)
    others = polars.concat(
        frame_of([(house.guizhou, "", "1")], f"OTHER {number}", f"other {number}") for number in range(4000)
    )
    post_frame(frame=others, act=act)
    with psycopg.connect(server.owner(connection.settings_dict["NAME"]), autocommit=True) as owner:
        owner.execute("ANALYZE ledger_fact")
    before = facts_read()
    both = [(house.guizhou, "0.5", "0.5"), (house.yunnan, "0.5", "0.5")]
    post_shares(parts=both, identity="TRIP", source="a", act=act)
    reverse_facts(facts=[fact.pk for fact in standing_facts(LAMPS.code, ["TRIP"])], act=act)
    post_shares(parts=[(house.guizhou, "", "1")], identity="TRIP", source="b", act=act)
    with pytest.raises(ledger.UnableToPost):
        post_shares(parts=both, identity="TRIP", source="c", act=act)
    assert facts_read() - before < 400, "four thousand facts are of others"


INSERT = (
    "INSERT INTO ledger_fact (measure_id, quantity, unit_id, place_id, identity, share, leads, claim, subject_type,"
    " subject_id, happened_on, source_system, source_id) VALUES ((SELECT id FROM ledger_cataloguemeasure WHERE code = %s),"
    " %s, %s, %s, %s, %s, %s, %s, 1, 1, '2019-05-04', 'attack', %s)"
)
ROW = {"quantity": "0.5", "unit": "P52", "identity": "TRIP", "share": "0.5", "leads": True, "claim": 1}


def insert(link: psycopg.Connection[object], number: int, **changes: object) -> None:
    row = {**ROW, **changes}
    unit = link.execute("SELECT id FROM organisation_unit WHERE code = %s", [row["unit"]]).fetchone()[0]
    link.execute(
        INSERT,
        [LAMPS.code, row["quantity"], unit, CEHENG, row["identity"], row["share"], row["leads"], row["claim"], str(number)],
    )  # fmt: skip


class Attacker:
    """Django's connection as the attacker's: plain SQL of the application's role."""

    def execute(self, statement: str, parameters: list[object] | None = None) -> object:
        """Run SQL past every operation."""
        cursor = connection.cursor()
        cursor.execute(statement, parameters)
        return cursor


def attack(*deeds: Callable[[], object]) -> None:
    """Do the deeds in one transaction and let the database judge it as at its end."""
    with system_writes("an attack"), transaction.atomic():
        for deed in deeds:
            deed()
        Attacker().execute("SET CONSTRAINTS ALL IMMEDIATE")
        Attacker().execute("SET CONSTRAINTS ALL DEFERRED")


WHOLE = [{}, {"unit": "P53", "leads": False}]
MATRIX = [
    pytest.param([{}], id="half alone"),
    pytest.param([{}, {"unit": "P53", "leads": False, "share": "0.4", "quantity": "0.4"}], id="nine tenths"),
    pytest.param([{}, {"unit": "P53", "leads": False, "share": "0.50000001"}], id="a hundred-millionth too much"),
    pytest.param([{"leads": False}, {"unit": "P53", "leads": False}], id="nobody leads"),
    pytest.param([{}, {"unit": "P53"}], id="two lead"),
    pytest.param([{}, {"leads": False}], id="one unit twice"),
    pytest.param([{"quantity": "0.9"}, {"unit": "P53", "leads": False, "quantity": "0.1"}], id="off its share"),
    pytest.param([{"identity": None}, {"identity": None, "unit": "P53", "leads": False}], id="shares of nothing"),
    pytest.param([{"share": None, "quantity": "1", "leads": False}], id="a whole that does not lead"),
    pytest.param([{"share": "0"}], id="no part"),
    pytest.param([{"share": "1"}], id="a whole part"),
    pytest.param([*WHOLE, {"unit": "GROUP", "share": None, "quantity": "1"}], id="shared and whole"),
    pytest.param([*WHOLE, {"claim": 2}, {"unit": "P53", "leads": False, "claim": 2}], id="a second claim beside"),
]  # fmt: skip


class TestTheDatabaseRefuses:
    @pytest.mark.parametrize("rows", MATRIX)
    def test_shares_that_are_no_whole(self, house: Cast, rows: list[dict[str, object]]) -> None:
        with pytest.raises(IntegrityError):
            attack(*[partial(insert, Attacker(), number, **changes) for number, changes in enumerate(rows)])
        assert not Fact.objects.exists()

    def test_but_not_an_honest_whole(self, house: Cast) -> None:
        attack(*[partial(insert, Attacker(), number, **changes) for number, changes in enumerate(WHOLE)])
        assert Fact.objects.count() == 2

    def test_a_reversal_of_one_part(self, house: Cast) -> None:
        self.test_but_not_an_honest_whole(house)
        columns = (
            "measure_id, unit_id, place_id, identity, share, leads, claim, subject_type, subject_id, happened_on,"
            " source_system, source_id"
        )
        back = (
            f"INSERT INTO ledger_fact ({columns}, quantity, reverses_id, reason)"
            f" SELECT {columns}, -quantity, id, 'wrong_unit' FROM ledger_fact WHERE reverses_id IS NULL"
        )
        with pytest.raises(IntegrityError):
            attack(partial(Attacker().execute, f"{back} AND leads"))
        assert Fact.objects.count() == 2
        attack(partial(Attacker().execute, back))
        assert Fact.objects.count() == 4

    def test_taking_the_queue_row_away_does_not_hide_them(self, house: Cast) -> None:
        hide = partial(Attacker().execute, "DELETE FROM ledger_unsealed")
        with pytest.raises(IntegrityError, match="do not make one whole"):
            attack(partial(insert, Attacker(), 1), hide)


class TestTwoAtOnce:
    def test_only_one_of_two_splits_of_the_same_activity_commits(self, own_database: str) -> None:
        with system_writes("a measure for the test"):
            CatalogueMeasure.objects.create(code=LAMPS.code, kind="FLOW", decimals=0)
        enter_cast()
        outcomes: list[str] = []

        def second() -> None:
            with psycopg.connect(own_database) as link:
                try:
                    insert(link, 3, unit="GROUP")
                    insert(link, 4, unit="OFFICE", leads=False)
                    link.commit()
                    outcomes.append("committed")
                except psycopg.errors.UniqueViolation:
                    outcomes.append("refused")

        with psycopg.connect(own_database) as first:
            insert(first, 1)
            insert(first, 2, unit="P53", leads=False)
            other = Thread(target=second)
            other.start()
            other.join(0.5)
            assert outcomes == []
            first.commit()
            other.join(10)
        assert outcomes == ["refused"]
        with pointing_at(own_database):
            assert sum(fact.share for fact in Fact.objects.all()) == 1
