"""The log made ahead of a sale."""

from pathlib import Path

import psycopg
import pytest

from bangfu.site.embedded import join_or_start, make_log_ahead

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
