"""What goes wrong midway through an import: the disc fills, the database goes away. Cancelling is in tests/foundation/jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import connection

from bangfu.foundation.intake import aside
from bangfu.foundation.intake.layouts import Layout
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.jobs.models import JobState
from bangfu.foundation.jobs.running import carry_out_here
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.organisation.models import Post
from tests.cast import Cast, enter_cast
from tests.foundation.intake import toy as toys
from tests.foundation.intake.test_aside import confirmed, door
from tests.foundation.intake.test_operations import receive
from tests.foundation.intake.toy import PERMISSION, row, xlsx

FULL = "DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$"


def midway(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], None]) -> None:
    """Let something happen once, when all rows of the toy's sheet are written and nothing is committed."""
    mark_confirmed, left = toys.mark_confirmed, [happens]

    def marked(upload: Upload, outcome: dict[str, Any], *, act: Any) -> Upload:
        if left:
            left.pop()()
        return mark_confirmed(upload, outcome, act=act)

    monkeypatch.setattr(toys, "mark_confirmed", marked)


def nothing_was_written(upload: Upload) -> bool:
    untouched = Upload.objects.get(pk=upload.pk).state == "PREVIEWED"
    return (
        untouched
        and not Post.objects.exists()
        and not AuditEntry.objects.filter(operation=PERMISSION).exists()
    )


class TestFullDisc:
    @pytest.fixture
    def full(self, monkeypatch: pytest.MonkeyPatch) -> None:
        midway(monkeypatch, lambda: connection.cursor().execute(FULL))

    @pytest.mark.django_db
    @pytest.mark.usefixtures("full")
    def test_leaves_nothing_and_says_so_and_the_import_can_be_confirmed_again(
        self, cast: Cast, toy: Layout
    ) -> None:
        upload = receive(cast, xlsx(row("GZ-1"), row("GZ-2")))
        page = f"/intake/uploads/{upload.pk}/"
        answer = door(cast.clerk).post(f"{page}confirm", {"key": "k"})
        assert answer.status_code == 409
        assert "数据库的磁盘满了，没有导入任何数据。" in answer.content.decode()
        assert nothing_was_written(upload)
        door(cast.clerk).post(f"{page}confirm", {"key": "k"})
        assert Post.objects.count() == 2

    @pytest.mark.django_db
    @pytest.mark.usefixtures("full")
    def test_ends_a_job_with_the_same_words(
        self, cast: Cast, toy: Layout, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(aside, "MOST_ROWS_AT_ONCE", 1)
        upload = receive(cast, xlsx(row("GZ-1"), row("GZ-2")))
        job = confirmed(cast, upload)
        assert carry_out_here(job.pk) == JobState.REFUSED
        job.refresh_from_db()
        assert job.outcome_zh.startswith("数据库的磁盘满了，没有导入任何数据。")
        assert nothing_was_written(upload)


def test_a_lost_connection_leaves_nothing_and_the_import_can_be_confirmed_again(
    own_database: str, toy: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = enter_cast()
    upload = receive(cast, xlsx(row("GZ-1"), row("GZ-2")))
    pids: list[int] = []

    def lose() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pids.append(cursor.fetchone()[0])
        with psycopg.connect(own_database, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", pids)

    midway(monkeypatch, lose)
    page = f"/intake/uploads/{upload.pk}/"
    answer = door(cast.clerk).post(f"{page}confirm", {"key": "k"})
    assert answer.status_code == 409
    assert "导入途中与数据库的连接断了" in answer.content.decode()
    assert nothing_was_written(upload)
    door(cast.clerk).post(f"{page}confirm", {"key": "k"})
    assert Post.objects.count() == 2
