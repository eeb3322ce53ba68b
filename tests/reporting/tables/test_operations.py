"""What may be done with saved tables, each operation by itself."""

from __future__ import annotations

import pytest

from bangfu.reporting.tables import queries
from bangfu.reporting.tables.models import Table, Version, Withdrawal
from bangfu.reporting.tables.operations import revise_table, save_table, withdraw_table
from tests.cast import Cast
from tests.reporting.saved import Kept, Reads, Revises, Saves, Withdraws

QUESTION = {
    "indicator": ["network.base_stations"],
    "rows": ["place"],
    "columns": ["indicator"],
    "period": ["2019"],
}
TABLES = Kept(
    "table", Table, Version, Withdrawal, queries.versions_read_by, save_table, revise_table, withdraw_table, QUESTION,
)  # fmt: skip


@pytest.mark.django_db
class TestSaveTable(Saves):
    kept = TABLES

    def test_refuses_a_question_that_means_nothing(self, cast: Cast) -> None:
        self.kept.refuses(
            "same_twice", lambda: self.kept.saved(cast, question={"rows": ["place"], "columns": ["place"]})
        )
        assert not Table.objects.exists()


@pytest.mark.django_db
class TestReviseTable(Revises):
    kept = TABLES


@pytest.mark.django_db
class TestWithdrawTable(Withdraws):
    kept = TABLES


@pytest.mark.django_db
class TestWhoReads(Reads):
    kept = TABLES
