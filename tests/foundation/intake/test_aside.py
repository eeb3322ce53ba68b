"""A large sheet is imported by a job: asked for on its page, once, all or nothing, as whoever asked."""

from __future__ import annotations

import pytest
from django.test import Client

from bangfu.foundation.intake import aside, operations
from bangfu.foundation.intake.layouts import Layout
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.jobs.models import Job, JobState
from bangfu.foundation.jobs.running import carry_out_here
from bangfu.foundation.operations import Act, system_writes
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.organisation.models import Post
from bangfu.foundation.people.models import Account
from tests.cast import Cast
from tests.foundation.intake.test_operations import receive
from tests.foundation.intake.toy import PERMISSION, row, xlsx

pytestmark = pytest.mark.django_db
LARGE = 2_001


def door(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two rows be many."""
    monkeypatch.setattr(aside, "MOST_ROWS_AT_ONCE", 1)


def confirmed(cast: Cast, upload: Upload, key: str = "k") -> Job:
    """Confirm an upload on its page, and return the job it leads to."""
    answer = door(cast.clerk).post(f"/intake/uploads/{upload.pk}/confirm", {"key": key})
    job = Job.objects.get()
    assert answer.headers["Location"] == f"/jobs/{job.pk}/"
    return job


def test_more_than_two_thousand_rows_are_large(cast: Cast, toy: Layout) -> None:
    assert not aside.is_large(Upload(row_count=LARGE - 1))
    upload = receive(cast, xlsx(*[row(f"GZ-{number}") for number in range(LARGE)]))
    job = confirmed(cast, upload)
    assert (job.title_en, job.subject) == ("Import 岗位.xlsx (2001 rows)", f"upload:{upload.pk}")
    assert carry_out_here(job.pk) == JobState.DONE
    assert Post.objects.count() == LARGE
    upload.refresh_from_db()
    assert (upload.state, upload.confirmed_by) == ("CONFIRMED", cast.clerk)
    job.refresh_from_db()
    assert (job.outcome_en, job.address) == ("Imported 2001 rows.", f"/intake/uploads/{upload.pk}/")
    assert list(job.lines.order_by("pk").values_list("words_en", flat=True)) == [
        "Queued.", "reading and checking 2001 rows", "writing 2001 rows", "finishing", "Imported 2001 rows.",
    ]  # fmt: skip
    assert AuditEntry.objects.get(operation=PERMISSION).request_key == job.key


@pytest.mark.usefixtures("small")
class TestLarge:
    def test_is_asked_for_once_and_shows_its_job(self, cast: Cast, toy: Layout) -> None:
        upload = receive(cast, xlsx(row("GZ-1"), row("GZ-2")))
        page = f"/intake/uploads/{upload.pk}/"
        assert "在后台导入，可看进度、可取消" in door(cast.clerk).get(page).content.decode()
        job = confirmed(cast, upload)
        assert confirmed(cast, upload, "another") == job
        shown = door(cast.clerk).get(page).content.decode()
        assert f'href="/jobs/{job.pk}/"' in shown
        assert "确认导入" not in shown
        others = door(cast.auditor).get(page).content.decode()
        assert "正在后台导入" in others
        assert "/jobs/" not in others.partition("<main")[2], "a job is shown to whoever asked for it"
        carry_out_here(job.pk)
        assert "导入 2 行" in door(cast.clerk).get(page).content.decode()
        assert door(cast.clerk).post(f"{page}confirm", {"key": "late"}).status_code == 409

    def test_tells_neither_names_nor_cells_of_what_is_refused(self, cast: Cast, toy: Layout) -> None:
        upload = receive(cast, xlsx(row("GZ-1"), row("GZ-2")))
        job = confirmed(cast, upload)
        with system_writes("a row that is refused now"):
            Upload.objects.filter(pk=upload.pk).update(
                sheet=receive(cast, xlsx(row("X-韦兰"), row("GZ-3"))).sheet, reading=""
            )
        assert carry_out_here(job.pk) == JobState.REFUSED
        job.refresh_from_db()
        assert (job.code, Post.objects.count()) == ("rows_refused", 0)
        assert job.outcome_en.startswith("1 rows cannot be imported, so nothing was.")
        assert "韦兰" not in job.outcome_zh
        assert job.address == f"/intake/uploads/{upload.pk}/"

    def test_refuses_what_was_cancelled_meanwhile(self, cast: Cast, toy: Layout) -> None:
        upload = receive(cast, xlsx(row("GZ-1"), row("GZ-2")))
        job = confirmed(cast, upload)
        operations.cancel_upload(upload=upload, act=Act.now(cast.clerk))
        assert carry_out_here(job.pk) == JobState.REFUSED
        assert Job.objects.get().code == "cancelled_already"

    def test_is_only_for_whoever_may_import(self, cast: Cast, toy: Layout) -> None:
        upload = receive(cast, xlsx(row("GZ-1"), row("GZ-2")))
        page = f"/intake/uploads/{upload.pk}/"
        assert door(cast.clerk_of_yunnan).post(f"{page}confirm", {"key": "k"}).status_code == 403
        assert not Job.objects.exists()
