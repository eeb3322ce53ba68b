"""Snapshots: what is written, that a second run writes only new blocks, and that nothing broken ever counts."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.db import connection
from django.utils.timezone import get_default_timezone

from bangfu.foundation.jobs.hours import ask_for_what_is_due
from bangfu.foundation.jobs.models import JobState
from bangfu.foundation.jobs.running import carry_out_here
from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.ledger.models import Block, Checkpoint, Fact
from bangfu.foundation.ledger.sealing import seal_pending
from bangfu.foundation.ledger.snapshots import UnableToReadSnapshot, manifest, read_manifest, writing
from bangfu.foundation.ledger.snapshots.verifying import verify_snapshot
from bangfu.foundation.ledger.snapshots.writing import UnableToWriteSnapshot, write_snapshot
from bangfu.foundation.operations import system_writes
from bangfu.foundation.organisation.models import Unit
from tests.cast import CEHENG, GUYUAN, enter_cast

CODE = "network.base_stations"
PARTY = "0195f7a0-1111-7222-8333-444455556666"


def post(place: int, days: list[date], *, quantity: str = "1", party: str | None = None) -> None:
    """Post one fact a day past the rooms, sealed by nobody yet."""
    unit = Unit.objects.get(code="P52").pk
    with system_writes("facts of the test"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_fact")
        (before,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO ledger_fact (measure_id, quantity, unit_id, place_id, subject_type, subject_id, happened_on,"
            " source_system, source_id, party) SELECT %s, %s, %s, %s, 1, %s + n, day, 'test', (%s + n)::text, %s"
            " FROM unnest(%s::date[]) WITH ORDINALITY AS days (day, n)",
            [measure_number(CODE), quantity, unit, place, before, before, party, days],
        )


@pytest.fixture
def house(own_database: str) -> str:
    """A house with three stations in 册亨 and one in 沽源, sealed in block 1; gives the database's address."""
    enter_cast()
    post(CEHENG, [date(2018, 12, 31), date(2019, 5, 4), date(2019, 5, 5)])
    post(GUYUAN, [date(2019, 1, 1)], quantity="-12345678901.2345", party=PARTY)
    assert seal_pending() == 1
    return own_database


def rows(folder: Path, what: str, path: str = "facts/*/*.parquet") -> list[tuple[Any, ...]]:
    """Return rows of the files that count."""
    named = [str(folder / one.path) for one in read_manifest(folder).files if Path(one.path).match(path)]
    with duckdb.connect() as engine:
        return engine.execute(
            f"SELECT {what} FROM read_parquet($named) ORDER BY 1", {"named": named}
        ).fetchall()


class TestWriteSnapshot:
    def test_writes_facts_with_block_and_ancestors_exactly(self, house: str, tmp_path: Path) -> None:
        written = write_snapshot(house, tmp_path)
        checkpoint = Checkpoint.objects.get(pk=1)
        found = written.manifest
        assert (found.block, found.root, found.size) == (1, bytes(checkpoint.root).hex(), checkpoint.size)
        assert (written.before, written.rows, found.rows) == (0, checkpoint.size, checkpoint.size)
        assert found == read_manifest(tmp_path)
        assert found.measures[CODE] == measure_number(CODE)
        assert {one.year for one in found.files} == {2018, 2019, None}
        facts = rows(
            tmp_path, "id, block_id, quantity, place_id, province, city, county, town, party, happened_on"
        )
        wanted = [
            (
                one.pk, 1, one.quantity, one.place_id, one.place_id // 10**10, one.place_id // 10**8,
                one.place_id // 10**6, one.place_id // 10**3, one.party.bytes if one.party else None, one.happened_on,
            )
            for one in Fact.objects.order_by("id")
        ]  # fmt: skip
        assert facts == wanted
        assert facts[3][2] == Decimal("-12345678901.2345")

    def test_writes_the_versions_of_reference_data(self, house: str, tmp_path: Path) -> None:
        write_snapshot(house, tmp_path)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT version.id, kind, key, about, content::text, is_removed, block_id FROM ledger_referenceversion version"
                " JOIN ledger_referencemember ON version_id = version.id ORDER BY 1"
            )
            wanted = cursor.fetchall()
        assert rows(tmp_path, "id, kind, key, about, content, is_removed, block_id", "references/*") == wanted

    def test_is_brought_up_to_date_every_night_where_one_is_kept(
        self, house: str, tmp_path: Path, settings: Any
    ) -> None:
        settings.SNAPSHOT_FOLDER = tmp_path
        night = datetime(2020, 8, 1, 4, 0, tzinfo=get_default_timezone())
        kinds = {job.kind for job in ask_for_what_is_due(night)}
        assert "jobs.forget_old_jobs" in kinds
        assert "ledger.write_snapshot" not in kinds
        write_snapshot(house, tmp_path)
        post(CEHENG, [date(2019, 6, 1)])
        assert seal_pending() == 2
        (job,) = ask_for_what_is_due(night)
        assert carry_out_here(job.pk) == JobState.DONE
        assert read_manifest(tmp_path).block == 2
        job.refresh_from_db()
        assert (job.outcome_en, job.done, job.of) == ("The snapshot reaches block 2; 1 new entries.", 1, 1)

    def test_writes_only_new_blocks(self, house: str, tmp_path: Path) -> None:
        first = write_snapshot(house, tmp_path)
        again = write_snapshot(house, tmp_path)
        assert (again.rows, again.manifest) == (0, first.manifest)
        stamps = {one.path: (tmp_path / one.path).stat().st_mtime_ns for one in first.manifest.files}
        post(CEHENG, [date(2019, 6, 1), date(2020, 6, 1)])
        assert seal_pending() == 2
        second = write_snapshot(house, tmp_path)
        assert (second.before, second.rows, second.manifest.block) == (1, 2, 2)
        assert set(second.manifest.files) > set(first.manifest.files)
        new = set(second.manifest.files) - set(first.manifest.files)
        assert {(one.year, one.rows, one.first_block) for one in new} == {(2019, 1, 2), (2020, 1, 2)}
        assert stamps == {path: (tmp_path / path).stat().st_mtime_ns for path in stamps}
        assert verify_snapshot(tmp_path, house)[1] == []

    def test_merges_small_files_and_removes_them_a_run_later(
        self, house: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(writing, "MOST_ALIKE", 3)
        for day in (1, 2, 3):
            write_snapshot(house, tmp_path)
            post(CEHENG, [date(2020, 1, day)])
            seal_pending()
        before = read_manifest(tmp_path)
        merged = write_snapshot(house, tmp_path)
        assert merged.merged == 3
        (of_2020,) = (one for one in merged.manifest.files if one.year == 2020)
        assert (of_2020.rows, of_2020.first_block, of_2020.last_block) == (3, 2, 4)
        former = [one for one in before.files if one.year == 2020]
        assert all((tmp_path / one.path).exists() for one in former), "who reads the former snapshot reads on"
        write_snapshot(house, tmp_path)
        assert not any((tmp_path / one.path).exists() for one in former)
        assert verify_snapshot(tmp_path, house)[1] == []

    def test_in_runs_of_one_block_is_the_same(self, house: str, tmp_path: Path) -> None:
        for day in (1, 2, 3):
            post(GUYUAN, [date(2020, 1, day)])
            seal_pending()
        whole, parts = tmp_path / "whole", tmp_path / "parts"
        write_snapshot(house, whole)
        told: list[tuple[int, int]] = []
        write_snapshot(house, parts, entries_a_run=1, progress=lambda done, all_: told.append((done, all_)))
        assert rows(whole, "*") == rows(parts, "*")
        assert told[-1][0] == told[-1][1] == read_manifest(parts).size
        assert len(told) == 4

    @pytest.mark.parametrize("at", ["_write_run", "_merged", "write_manifest"])
    def test_a_run_that_is_killed_leaves_the_former_snapshot_whole(
        self, house: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
    ) -> None:
        before = write_snapshot(house, tmp_path).manifest
        post(CEHENG, [date(2019, 6, 1)])
        seal_pending()
        if (child := os.fork()) == 0:
            monkeypatch.setattr(writing, at, lambda *given: os._exit(9))
            write_snapshot(house, tmp_path)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
        assert read_manifest(tmp_path) == before
        assert verify_snapshot(tmp_path, house)[1] == []
        assert write_snapshot(house, tmp_path).manifest.block == 2
        assert not list(tmp_path.glob("draft-*"))
        assert verify_snapshot(tmp_path, house)[1] == []

    def test_refuses_while_another_run_writes(self, house: str, tmp_path: Path) -> None:
        with writing._alone(tmp_path), pytest.raises(UnableToWriteSnapshot) as refusal:
            write_snapshot(house, tmp_path)
        assert refusal.value.code == "at_work"

    def test_refuses_the_folder_of_another_ledger(self, house: str, tmp_path: Path) -> None:
        mine = write_snapshot(house, tmp_path).manifest
        other = replace(mine, root="00" * 32)
        manifest.write_manifest(tmp_path, other)
        with pytest.raises(UnableToWriteSnapshot) as refusal:
            write_snapshot(house, tmp_path)
        assert refusal.value.code == "another_ledger"
        assert read_manifest(tmp_path) == other
        assert [fault.en for fault in verify_snapshot(tmp_path, house)[1]] == [
            "block 1 has another root than in the ledger"
        ]
        assert write_snapshot(house, tmp_path, anew=True).manifest.root == mine.root

    def test_refuses_before_anything_is_sealed(self, own_database: str, tmp_path: Path) -> None:
        assert not Block.objects.exists()
        with pytest.raises(UnableToWriteSnapshot) as refusal:
            write_snapshot(own_database, tmp_path)
        assert refusal.value.code == "nothing_sealed"

    def test_refuses_when_entries_are_missing(
        self, house: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(writing, "VERSIONS", writing.VERSIONS.replace("BETWEEN", "NOT BETWEEN"))
        with pytest.raises(UnableToWriteSnapshot) as refusal:
            write_snapshot(house, tmp_path)
        assert refusal.value.code == "incomplete"
        with pytest.raises(UnableToReadSnapshot):
            read_manifest(tmp_path)


class TestReadManifest:
    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (None, "missing"),
            ("{", "broken"),
            ('{"format": 2}', "broken"),
            ('{"format": 1, "block": 1, "files": []}', "earlier_format"),
            ('{"format": 99, "block": 1, "files": []}', "another_format"),
        ],
    )
    def test_refuses_what_is_no_snapshot(self, tmp_path: Path, content: str | None, code: str) -> None:
        if content is not None:
            (tmp_path / manifest.NAME).write_text(content)
        with pytest.raises(UnableToReadSnapshot) as refusal:
            read_manifest(tmp_path)
        assert refusal.value.code == code

    def test_of_an_earlier_version_is_refused_and_the_next_run_writes_it_anew(
        self, house: str, tmp_path: Path
    ) -> None:
        write_snapshot(house, tmp_path)
        path = tmp_path / manifest.NAME
        path.write_text(path.read_text().replace('"format": 2', '"format": 1'))
        with pytest.raises(UnableToReadSnapshot, match="bangfu ledger snapshot"):
            read_manifest(tmp_path)
        written = write_snapshot(house, tmp_path)
        assert written.before == 0
        assert written.manifest == read_manifest(tmp_path)


CELLS = "measure_id, place_id, month, quantity, facts, reversed, latest, province, city, county"


def cells(folder: Path) -> list[tuple[Any, ...]]:
    """Return the rows of the cells that count."""
    named = [str(folder / one.path) for one in read_manifest(folder).cells]
    with duckdb.connect() as engine:
        return engine.execute(
            f"SELECT {CELLS} FROM read_parquet($named) ORDER BY latest", {"named": named}
        ).fetchall()


class TestCells:
    def test_sum_the_facts_by_measure_county_and_month(self, house: str, tmp_path: Path) -> None:
        village, guizhou = CEHENG + 1002, 520000000000
        post(village, [date(2019, 5, 31)], quantity="0.0001")
        post(guizhou, [date(2019, 5, 1)])
        seal_pending()
        write_snapshot(house, tmp_path)
        measure = measure_number(CODE)
        assert cells(tmp_path) == [
            (measure, CEHENG, date(2018, 12, 1), Decimal(1), 1, 0, 1, 52, 5223, 522327),
            (measure, GUYUAN, date(2019, 1, 1), Decimal("-12345678901.2345"), 1, 0, 4, 13, 1307, 130724),
            (measure, CEHENG, date(2019, 5, 1), Decimal("2.0001"), 3, 0, 5, 52, 5223, 522327),
            (measure, guizhou, date(2019, 5, 1), Decimal(1), 1, 0, 6, 52, 5200, 520000),
        ]

    def test_grow_by_new_facts_and_stay_when_files_are_merged(
        self, house: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(writing, "MOST_ALIKE", 3)
        former: list[str] = []
        for day in (1, 2, 3):
            before = write_snapshot(house, tmp_path).manifest.cells
            former += [one.path for one in before if one.year == 2020]
            post(CEHENG, [date(2020, 1, day)], quantity="0.1")
            seal_pending()
        merged = write_snapshot(house, tmp_path)
        assert merged.merged == 3
        of_2018, of_2019, of_2020 = merged.manifest.cells
        assert (of_2020.year, of_2020.rows, of_2020.last_block) == (2020, 1, 4)
        assert {of_2018, of_2019} == {one for one in before if one.year != 2020}, (
            "other years' stay as they are"
        )
        assert cells(tmp_path)[-1][2:7] == (date(2020, 1, 1), Decimal("0.3"), 3, 0, 7)
        assert [(tmp_path / path).exists() for path in former] == [False, True], (
            "who reads the former one reads on"
        )
        write_snapshot(house, tmp_path)
        assert not any((tmp_path / path).exists() for path in former)
        assert (tmp_path / of_2020.path).exists()
        assert verify_snapshot(tmp_path, house)[1] == []

    def test_are_the_same_however_often_they_grew(self, house: str, tmp_path: Path) -> None:
        for day in (1, 2, 3):
            post(GUYUAN, [date(2020, day, 1), date(2019, day, 2)], quantity="0.5")
            seal_pending()
        write_snapshot(house, tmp_path / "whole")
        write_snapshot(house, tmp_path / "parts", entries_a_run=1)
        assert cells(tmp_path / "parts") == cells(tmp_path / "whole")


class TestVerifySnapshot:
    @pytest.mark.parametrize("fault", ["is gone", "is not what was written"])
    def test_names_cells_that_are_gone_or_changed(self, house: str, tmp_path: Path, fault: str) -> None:
        path = write_snapshot(house, tmp_path).manifest.cells[0].path
        if fault == "is gone":
            (tmp_path / path).unlink()
        else:
            with (tmp_path / path).open("ab") as file:
                file.write(b"\0")
        assert [each.en for each in verify_snapshot(tmp_path, house)[1]] == [f"{path} {fault}"]

    def test_names_cells_that_are_not_the_sum_of_their_facts(self, house: str, tmp_path: Path) -> None:
        mine = write_snapshot(house, tmp_path).manifest
        of_2018, _ = mine.cells
        manifest.write_manifest(tmp_path, replace(mine, cells=(of_2018, replace(of_2018, year=2019))))
        (fault,) = verify_snapshot(tmp_path, house)[1]
        assert fault.en.startswith(f"{of_2018.path}: 3 cells differ from the sum of their facts.")
        assert "--anew" in fault.en

    def test_names_what_is_gone_or_changed(self, house: str, tmp_path: Path) -> None:
        files = write_snapshot(house, tmp_path).manifest.files
        first, second, *_ = (one.path for one in files)
        (tmp_path / first).unlink()
        with (tmp_path / second).open("ab") as file:
            file.write(b"\0")
        assert [fault.en for fault in verify_snapshot(tmp_path, house)[1]] == [
            f"{first} is gone",
            f"{second} is not what was written",
        ]

    def test_names_a_block_that_lacks_entries(self, house: str, tmp_path: Path) -> None:
        mine = write_snapshot(house, tmp_path).manifest
        fewer = tuple(one for one in mine.files if one.year != 2018)
        cells_ = tuple(one for one in mine.cells if one.year != 2018)
        manifest.write_manifest(tmp_path, replace(mine, files=fewer, cells=cells_))
        (fault,) = verify_snapshot(tmp_path, house)[1]
        assert fault.en == f"block 1: the ledger has {mine.size} entries, the snapshot {mine.size - 1}"


def test_the_lock_is_freed_with_the_process(house: str, tmp_path: Path) -> None:
    if (child := os.fork()) == 0:
        with writing._alone(tmp_path):
            os._exit(0)
    os.waitpid(child, 0)
    assert write_snapshot(house, tmp_path).manifest.block == 1
