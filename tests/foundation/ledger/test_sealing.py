"""Sealing beside writers that commit late: nothing is lost, nothing waits, nobody is counted twice."""

from __future__ import annotations

import threading

import psycopg
import pytest

from bangfu.foundation.ledger.models import Block, CatalogueMeasure, Fact, Member
from bangfu.foundation.ledger.queries import unsealed_facts
from bangfu.foundation.ledger.sealing import seal_pending
from bangfu.foundation.operations import system_writes
from tests.cast import CEHENG, Cast, enter_cast
from tests.conftest import pointing_at

LAMPS = "ledger.test_lamps"
INSERT = (
    "INSERT INTO ledger_fact (measure_id, quantity, unit_id, place_id, subject_type, subject_id, happened_on,"
    " source_system, source_id) SELECT (SELECT id FROM ledger_cataloguemeasure WHERE code = %s), 1, %s, %s, 1, n,"
    " '2019-05-04', 'test', %s || n FROM generate_series(1, %s) n"
)


@pytest.fixture
def cast(own_database: str) -> Cast:
    """The cast, committed in the test's own database."""
    with system_writes("a measure for the test"):
        CatalogueMeasure.objects.create(code=LAMPS, kind="FLOW", decimals=0)
    return enter_cast()


def post(link: psycopg.Connection[tuple[object, ...]], cast: Cast, name: str, count: int = 1) -> None:
    link.execute(INSERT, [LAMPS, cast.guizhou.pk, CEHENG, name, count])


def members() -> list[tuple[int, int]]:
    return list(Member.objects.order_by("block_id", "position").values_list("block_id", "fact_id"))


class TestLateCommit:
    def test_goes_into_the_next_block_and_holds_nobody_up(self, cast: Cast, own_database: str) -> None:
        with psycopg.connect(own_database) as late, psycopg.connect(own_database, autocommit=True) as prompt:
            post(late, cast, "late")
            post(prompt, cast, "prompt")
            assert seal_pending() == 1
            late.commit()
            assert seal_pending() == 2
        by_source = dict(Fact.objects.values_list("source_id", "id"))
        assert by_source["late1"] < by_source["prompt1"]
        assert members() == [(1, by_source["prompt1"]), (2, by_source["late1"])]

    def test_that_rolls_back_leaves_no_trace(self, cast: Cast, own_database: str) -> None:
        with psycopg.connect(own_database) as link:
            post(link, cast, "gone")
            link.rollback()
        assert seal_pending() == 1  # the house itself
        assert Block.objects.get().fact_count == 0
        assert seal_pending() is None
        assert unsealed_facts() == 0

    def test_a_writer_open_in_another_database_of_the_cluster_does_not_stall_it(
        self, cast: Cast, own_database: str, server: object
    ) -> None:
        with psycopg.connect(server.owner("postgres")) as elsewhere, psycopg.connect(own_database) as link:
            elsewhere.execute("CREATE TEMPORARY TABLE held AS SELECT 1")
            post(link, cast, "here")
            link.commit()
            assert seal_pending() == 1


class TestManyWriters:
    def test_every_fact_is_in_exactly_one_block_at_a_gapless_position(
        self, cast: Cast, own_database: str
    ) -> None:
        stop = threading.Event()

        def write(number: int) -> None:
            with psycopg.connect(own_database) as link:
                for turn in range(20):
                    post(link, cast, f"w{number}-{turn}-", 7)
                    if turn % 5 == 4:
                        link.rollback()
                    else:
                        link.commit()

        def seal() -> None:
            with pointing_at(own_database):
                while not stop.is_set():
                    seal_pending()

        writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
        sealers = [threading.Thread(target=seal) for _ in range(2)]
        for thread in (*writers, *sealers):
            thread.start()
        for thread in writers:
            thread.join(60)
        stop.set()
        for thread in sealers:
            thread.join(60)
        seal_pending()

        facts = set(Fact.objects.values_list("id", flat=True))
        assert len(facts) == 4 * 16 * 7
        assert {fact for _, fact in members()} == facts
        assert len(members()) == len(facts)
        for block in Block.objects.all():
            positions = Member.objects.filter(block_id=block.number).order_by("position")
            assert list(positions.values_list("position", flat=True)) == list(range(block.fact_count))
        assert list(Block.objects.order_by("number").values_list("number", flat=True)) == list(
            range(1, Block.objects.count() + 1)
        )


def test_a_member_without_a_fact_is_refused(cast: Cast) -> None:
    with system_writes("an attack"), pytest.raises(Exception, match="belongs to no fact"):
        Member.objects.create(fact_id=999999, block_id=1, position=0)
