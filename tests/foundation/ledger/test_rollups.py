"""Cells are what their facts come to, however often facts are rolled up and whatever comes late."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date
from decimal import Decimal

import polars
import psycopg
import pytest
from click.testing import CliRunner
from django.db import connection

from bangfu.foundation.ledger import rollups
from bangfu.foundation.ledger.models import Cell, Fact, Unrolled
from bangfu.foundation.ledger.rollups import (
    CELLS_AND_LATER,
    ROLLUP_LOCK,
    Step,
    different_cells,
    roll_up,
    roll_up_anew,
    roll_up_step,
)
from bangfu.foundation.ledger.sealing import seal_pending
from bangfu.foundation.operations import system_writes
from bangfu.site.cli import ledger as commands
from tests.cast import CEHENG, GUIZHOU, Cast
from tests.foundation.ledger.test_facts import lamps, post_lamps, reverse_lamp

COLUMNS = ("month", "place_id", "total", "facts", "reversed", "latest")


def post(house: Cast, *names: str, on: date = date(2019, 5, 4), place: int = CEHENG) -> list[Fact]:
    frame = lamps(house, *names, place=place).with_columns(on=polars.lit(on))
    post_lamps(frame=frame, act=house.act(house.officer))
    return list(Fact.objects.filter(source_id__in=names).order_by("pk"))


def cells() -> list[tuple[object, ...]]:
    return list(Cell.objects.order_by("month", "place_id").values_list(*COLUMNS))


@pytest.mark.django_db
class TestRollUp:
    def test_sums_what_was_sealed_by_month_and_county(self, house: Cast) -> None:
        village, province = CEHENG + 1_001, GUIZHOU
        facts = post(house, "a", "b") + post(house, "c", place=village) + post(house, "d", place=province)
        seal_pending()
        assert list(Unrolled.objects.values_list("pk", flat=True)) == [1]
        assert roll_up() == 1
        assert cells() == [
            (date(2019, 5, 1), GUIZHOU, Decimal(1), 1, 0, facts[3].pk),
            (date(2019, 5, 1), CEHENG, Decimal(3), 3, 0, facts[2].pk),
        ]
        assert roll_up() == 0

    def test_adds_what_comes_late_and_takes_back_what_is_reversed(self, house: Cast) -> None:
        first, _ = post(house, "a", "b")
        seal_pending()
        roll_up()
        reverse_lamp(fact=first, reason="duplicate_report", act=house.act(house.officer))
        (back_dated,) = post(house, "c", on=date(2018, 12, 31))
        seal_pending()
        (last,) = post(house, "d")
        seal_pending()
        assert roll_up() == 2
        assert cells() == [
            (date(2018, 12, 1), CEHENG, Decimal(1), 1, 0, back_dated.pk),
            (date(2019, 5, 1), CEHENG, Decimal(2), 4, 1, last.pk),
        ]
        assert different_cells() == 0

    def test_goes_in_steps_that_leave_everything_right(
        self, house: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rollups, "STEP", 2)
        for names in (("a", "b", "c"), ("d",)):
            post(house, *names)
            seal_pending()
        steps, waiting = [], []
        while (step := roll_up_step()) is not None:
            steps.append(step)
            waiting.append(list(Unrolled.objects.order_by("pk").values_list("pk", "position")))
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT sum(facts) FROM ({CELLS_AND_LATER}) counted")
                assert (cursor.fetchone()[0], different_cells()) == (4, 0)
        assert steps == [Step(0, 2, 2), Step(2, 2, 0)]
        assert waiting == [[(1, 2), (2, 0)], []]

    def test_a_cell_that_somebody_changed_is_told_and_mended(self, house: Cast) -> None:
        post(house, "a", "b")
        seal_pending()
        roll_up()
        with system_writes("somebody changes a cell"):
            Cell.objects.update(total=7)
        assert different_cells() == 2
        assert roll_up_anew() == 1
        assert (different_cells(), Cell.objects.get().total) == (0, 2)


def test_a_second_one_returns_at_once(own_database: str) -> None:
    with psycopg.connect(own_database) as link:
        link.execute("SELECT pg_advisory_xact_lock(%s)", [ROLLUP_LOCK])
        with system_writes("a block of the test waits"):
            Unrolled.objects.create(block_id=1)
        assert roll_up() == 0
    connection.close()
    assert roll_up() == 1


@pytest.mark.django_db
def test_the_command_tells_and_mends(house: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "database", nullcontext)

    def said(*arguments: str) -> str:
        return CliRunner().invoke(commands.ledger, ["rollup", *arguments]).output

    post(house, "a", "b")
    seal_pending()
    assert "1 blocks rolled up" in said()
    assert "Everything fits" in said("--check")
    with system_writes("somebody changes a cell"):
        Cell.objects.update(total=7)
    assert "2 differ" in said("--check")
    assert "1 blocks rolled up" in said("--anew")
    assert "Everything fits" in said("--check")
