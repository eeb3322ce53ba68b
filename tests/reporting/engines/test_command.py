"""``bangfu ledger snapshot`` and ``bangfu figures --engine``: what they print, and what they say when they cannot."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.conf import settings as django_settings
from django.db import connection

from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.ledger.sealing import seal_pending
from bangfu.foundation.operations import system_writes
from bangfu.site.cli import main
from tests.cast import CEHENG, enter_cast
from tests.conftest import pointing_at

CODE = "network.base_stations"


def post(unit: int, first: int, how_many: int) -> None:
    with system_writes("stations of the test"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_fact (measure_id, quantity, unit_id, place_id, subject_type, subject_id, happened_on,"
            " source_system, source_id) SELECT %s, 1, %s, %s, 1, n, %s, 'test', n FROM generate_series(%s, %s) n",
            [measure_number(CODE), unit, CEHENG, date(2019, 5, 4), first, first + how_many - 1],
        )


@pytest.fixture
def house(own_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A house with three stations in block 1 and two more in block 2; its snapshot's folder is empty."""
    monkeypatch.setenv("DATABASE_URL", own_database)
    monkeypatch.setattr(django_settings, "SNAPSHOT_FOLDER", tmp_path / "snapshot")
    unit = enter_cast().guizhou.pk
    post(unit, 1, 3)
    assert seal_pending() == 1
    post(unit, 4, 2)
    assert seal_pending() == 2
    return own_database


def bangfu(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def value(result: Result) -> tuple[str, int]:
    """Return value and block that were printed of the stations."""
    (found,) = (one for one in json.loads(result.stdout) if one["indicator"] == CODE)
    return found["value"], found["block"]


class TestFigures:
    def test_are_counted_by_duckdb_as_by_postgresql(self, house: str) -> None:
        assert bangfu("ledger", "snapshot").exit_code == 0
        for more in ((), ("--as-of", "1"), ("--place", "52"), ("--unit", "P53")):
            mine = bangfu("figures", "--period", "2019", "--json", *more)
            theirs = bangfu("figures", "--period", "2019", "--json", "--engine", "duckdb", *more)
            assert value(theirs) == value(mine)
        assert value(bangfu("figures", "--period", "2019", "--json", "--engine", "duckdb")) == ("5", 2)
        assert value(
            bangfu("figures", "--period", "2019", "--json", "--engine", "duckdb", "--as-of", "1")
        ) == ("3", 1)

    def test_as_a_file_have_a_row_each(self, house: str) -> None:
        bangfu("ledger", "snapshot")
        said = bangfu(
            "figures", "--period", "2019", "--place", "52", "--engine", "duckdb", "--format", "csv"
        ).stdout
        rows = {row["indicator"]: row for row in csv.DictReader(io.StringIO(said))}
        found = rows[CODE]
        assert (found["value"], found["shown"], found["period"], found["place"], found["block"], found["facts"]) == (
            "5", "5个", "2019", "520000", "2", "5",
        )  # fmt: skip
        told = {code: row["value"] for code, row in rows.items() if row["value"]}
        assert told == {CODE: "5", f"{CODE}_total": "5", f"{CODE}_share": "1"}

    def test_say_what_to_type_without_a_snapshot(self, house: str) -> None:
        result = bangfu("figures", "--engine", "duckdb")
        assert result.exit_code == 1
        assert "bangfu ledger snapshot" in result.output

    def test_say_what_to_type_when_the_snapshot_is_older_than_the_block(self, house: str) -> None:
        bangfu("ledger", "snapshot")
        with pointing_at(house):
            post(2, 10, 1)
            assert seal_pending() == 3
        result = bangfu("figures", "--engine", "duckdb", "--as-of", "3")
        assert result.exit_code == 1
        assert "快照只到区块 2，问的是区块 3" in result.output


class TestSnapshot:
    def test_says_what_it_wrote_and_verifies(self, house: str, tmp_path: Path) -> None:
        folder = str(tmp_path / "other")
        first = bangfu("ledger", "snapshot", "--to", folder)
        assert (first.exit_code, "区块 block 2" in first.output) == (0, True)
        assert "新写 0 条" in bangfu("ledger", "snapshot", "--to", folder).output
        assert bangfu("ledger", "snapshot", "--to", folder, "--verify").output.endswith("Everything fits.\n")
        (file,) = (tmp_path / "other" / "facts" / "2019").iterdir()
        file.write_bytes(file.read_bytes()[:-1])
        broken = bangfu("ledger", "snapshot", "--to", folder, "--verify")
        assert broken.exit_code == 1
        assert f"✗ facts/2019/{file.name}" in broken.output
