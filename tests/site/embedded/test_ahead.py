"""What is done ahead of a sale."""

from pathlib import Path

import psycopg
import pytest

from bangfu.site.embedded import join_or_start, make_log_ahead, tidy_up

pytestmark = pytest.mark.database

FILE_BYTES = 16 * 1024 * 1024


def files_that_lie_ready(superuser: str) -> int:
    with psycopg.connect(superuser) as server:
        row = server.execute(
            "SELECT count(*) FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'"
            " AND name > pg_walfile_name(pg_current_wal_insert_lsn())"
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_lies_ready_and_is_made_once(tmp_path: Path) -> None:
    with join_or_start(tmp_path / "var") as urls:
        assert urls.superuser is not None
        before = files_that_lie_ready(urls.superuser)
        assert make_log_ahead(urls.superuser, size_bytes=5 * FILE_BYTES - 1) == 5 - before
        assert files_that_lie_ready(urls.superuser) >= 5
        assert make_log_ahead(urls.superuser, size_bytes=5 * FILE_BYTES) == 0


def test_tables_are_tidied_up(tmp_path: Path) -> None:
    with join_or_start(tmp_path / "var") as urls:
        with psycopg.connect(urls.owner, autocommit=True) as server:
            server.execute("CREATE TABLE packs AS SELECT n FROM generate_series(1, 5000) n")
            server.execute("UPDATE packs SET n = n + 1")
        tidy_up(urls.owner)
        with psycopg.connect(urls.owner) as server:
            found = server.execute("SELECT reltuples FROM pg_class WHERE relname = 'packs'").fetchone()
            left = server.execute(
                "SELECT last_vacuum IS NOT NULL, n_dead_tup FROM pg_stat_user_tables WHERE relname = 'packs'"
            ).fetchone()
        assert found == (5000,)
        assert left == (True, 0)
