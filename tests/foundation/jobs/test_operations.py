"""Jobs are asked for once, cancelled, begun again; each runs as the account that asked."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection

from bangfu.foundation.jobs import operations, states
from bangfu.foundation.jobs.expiry import FILES_KEPT, JOBS_KEPT, OWN_KEPT, Forgotten, forget_old_jobs
from bangfu.foundation.jobs.files import being_written, file_of, keep_file
from bangfu.foundation.jobs.hours import ask_for_what_is_due
from bangfu.foundation.jobs.models import Job, JobState
from bangfu.foundation.jobs.operations import UnableToAsk, UnableToChangeJob
from bangfu.foundation.jobs.running import carry_out_here
from bangfu.foundation.operations import NotPermitted, system_writes
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.organisation.models import Post, RoleGrant
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import RoomDeclaration
from tests.cast import NOW, Cast
from tests.foundation.jobs.toy import EVERY_HOUR, KIND, run

pytestmark = pytest.mark.usefixtures("toy")


def ask(
    cast: Cast, account: Account | None = None, *, count: int = 2, key: str | None = None, unit: int = 0
) -> Job:
    """Ask for posts of the Guizhou branch."""
    who = account or cast.clerk
    arguments = {"unit": unit or cast.guizhou.pk, "count": count}
    return operations.ask(kind=KIND, arguments=arguments, account=who, act=cast.act(who, key=key))


def queued() -> list[int]:
    """Return the jobs that have a place in the queue."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (args ->> 'job')::int FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id"
        )
        return [key for (key,) in cursor.fetchall()]


def said(job: Job) -> list[str]:
    """Return the lines of a job's log in English."""
    return list(job.lines.order_by("pk").values_list("words_en", flat=True))


class TestAsk:
    def test_queues_a_job_of_ones_own(self, cast: Cast) -> None:
        job = ask(cast, key="once")
        row = Job.objects.get()
        assert (row.kind, row.arguments, row.subject, row.title_en, row.asked_by, row.asked_at) == (
            KIND, {"unit": cast.guizhou.pk, "count": 2}, f"unit:{cast.guizhou.pk}", "Open 2 posts", cast.clerk, NOW,
        )  # fmt: skip
        assert (row.state, row.attempt, row.address, said(row)) == ("WAITING", 0, "/work/", ["Queued."])
        assert queued() == [job.pk]
        assert AuditEntry.objects.get(operation="jobs.ask").objects_named == [
            f"jobs.job:{job.pk}", f"people.account:{cast.clerk.pk}",
        ]  # fmt: skip

    def test_once_for_one_request_and_once_for_one_matter(self, cast: Cast) -> None:
        first = ask(cast, key="once")
        assert ask(cast, key="once") == first
        assert ask(cast, key="another") == first
        assert queued() == [first.pk]
        assert ask(cast, unit=cast.guizhou.pk, count=3) == first, "one matter, one job at a time"

    def test_refuses_what_another_asked_for_already(self, cast: Cast) -> None:
        with system_writes("a second clerk"):
            RoleGrant.objects.create(
                account=cast.outsider, role="clerk", unit=cast.guizhou, starts_on=date(2015, 1, 1)
            )
        job = ask(cast)
        with pytest.raises(UnableToAsk) as refused:
            ask(cast, cast.outsider)
        assert refused.value.code == "under_way"
        assert f"job {job.pk} is not finished" in refused.value.sentence.en
        assert Job.objects.count() == 1

    def test_refuses_without_the_jobs_own_permission(self, cast: Cast) -> None:
        with pytest.raises(NotPermitted) as refused:
            ask(cast, cast.clerk_of_yunnan)
        assert (refused.value.code, refused.value.details) == (
            "out_of_scope",
            {"permission": "toyjobs.open_posts"},
        )
        with pytest.raises(NotPermitted):
            operations.ask(kind=KIND, arguments={"unit": 0}, account=cast.clerk, act=cast.act(cast.officer))
        assert (Job.objects.count(), queued()) == (0, [])

    def test_refuses_what_is_not_there(self, cast: Cast) -> None:
        for kind, arguments, code in (
            ("toyjobs.none", {}, "unknown_kind"), (EVERY_HOUR, {}, "unknown_kind"), (KIND, {"unit": 0}, "gone"),
        ):  # fmt: skip
            with pytest.raises(UnableToAsk) as refused:
                operations.ask(kind=kind, arguments=arguments, account=cast.clerk, act=cast.act(cast.clerk))
            assert refused.value.code == code

    def test_queues_nothing_when_it_rolls_back(self, cast: Cast) -> None:
        arguments = {"unit": cast.guizhou.pk, "count": 2}
        operations.ask(kind=KIND, arguments=arguments, account=cast.clerk, act=cast.act(cast.clerk).tried())
        assert (Job.objects.count(), queued()) == (0, [])


class TestCarryOut:
    def test_does_it_as_the_account_that_asked(self, cast: Cast) -> None:
        job = ask(cast)
        assert carry_out_here(job.pk) == JobState.DONE
        job.refresh_from_db()
        assert list(Post.objects.order_by("pk").values_list("title_en", flat=True)) == ["Post 0", "Post 1"]
        assert (job.state, job.attempt, job.outcome_en, job.arguments) == ("DONE", 1, "Opened.", {})
        assert (job.done, job.of, job.doing_en) == (1, 2, "Opening posts")
        assert job.address == f"/organisation/units/{cast.guizhou.pk}/"
        assert said(job) == ["Queued.", "Opening posts", "Opened."]
        entry = AuditEntry.objects.get(operation="toyjobs.open_posts")
        assert (entry.actor, entry.request_key) == (cast.clerk, f"job-{job.pk}")

    def test_is_not_done_twice(self, cast: Cast) -> None:
        job = states.claim(ask(cast).pk, "worker")
        assert job is not None
        run(
            job.arguments, cast.act(cast.clerk, key=job.key)
        )  # committed, and its worker is killed before it says so
        assert states.revive(silent_for=timedelta(days=1), runner="worker") == 1
        assert carry_out_here(job.pk) == JobState.DONE
        assert carry_out_here(job.pk) == JobState.DONE
        assert Post.objects.count() == 2
        assert AuditEntry.objects.filter(operation="toyjobs.open_posts").count() == 1

    def test_refuses_when_the_permission_was_taken_away_meanwhile(self, cast: Cast) -> None:
        job = ask(cast)
        with system_writes("the grant ends"):
            RoleGrant.objects.filter(account=cast.clerk, role="clerk").update(ends_on=NOW.date())
        assert carry_out_here(job.pk) == JobState.REFUSED
        job.refresh_from_db()
        assert (job.code, job.address, Post.objects.count()) == ("out_of_scope", "/work/", 0)
        assert job.outcome_en.startswith("You may not do this within this scope (toyjobs.open_posts).")

    def test_says_what_its_work_refuses(self, cast: Cast) -> None:
        job = ask(cast, count=10)
        assert carry_out_here(job.pk) == JobState.REFUSED
        job.refresh_from_db()
        assert (job.code, job.outcome_zh, job.outcome_en) == (
            "too_many", "最多九个。请少一些。", "Nine at most. Ask for fewer.",
        )  # fmt: skip

    def test_shows_of_a_defect_its_kind_alone(self, cast: Cast, tmp_path: Path) -> None:
        pause = tmp_path / "pause"
        pause.write_text("defect")
        arguments = {"unit": cast.guizhou.pk, "count": 2, "pause": str(pause)}
        job = operations.ask(kind=KIND, arguments=arguments, account=cast.clerk, act=cast.act(cast.clerk))
        assert carry_out_here(job.pk) == JobState.FAILED
        job.refresh_from_db()
        assert (job.code, Post.objects.count()) == ("ZeroDivisionError", 0)
        assert job.outcome_en.startswith("It failed (ZeroDivisionError), and this step wrote nothing.")
        assert not [line for line in job.lines.all() if "韦兰" in line.words_zh]

    def test_of_an_earlier_attempt_commits_nothing_any_more(self, cast: Cast) -> None:
        job = ask(cast)
        stale = states.claim(job.pk, "first")
        assert stale is not None
        assert states.revive(silent_for=timedelta(days=1), runner="first") == 1
        assert states.claim(job.pk, "second") is not None
        assert not states.is_mine_to_commit(stale)
        assert not states.give_back(stale)
        assert states.hear(stale, doing=None, done=1, of=2, lines=[]) is None
        assert Job.objects.get().runner == "second"


class TestSilence:
    def test_a_job_that_is_not_heard_of_begins_again_four_times_at_most(self, cast: Cast) -> None:
        job = ask(cast)
        for number in range(5):
            claimed = states.claim(job.pk, f"worker {number}")
            assert claimed is not None
            assert states.revive(silent_for=timedelta(seconds=20)) == 0, "it was heard of a moment ago"
            assert states.revive(silent_for=timedelta(seconds=-1)) == 1
        job.refresh_from_db()
        assert (job.state, job.code, job.attempt) == ("FAILED", "died", 5)
        assert said(job)[1:5] == ["The worker was interrupted; the job begins again."] * 4
        operations.retry_own(job=job, account=cast.clerk, act=cast.act(cast.clerk))
        assert carry_out_here(job.pk) == JobState.DONE
        assert Job.objects.get().attempt == 6

    def test_a_job_that_lost_its_place_is_queued_again(self, cast: Cast) -> None:
        job = ask(cast)
        with connection.cursor() as cursor, system_writes("the queue loses it"):
            cursor.execute("DELETE FROM procrastinate_jobs")
        assert states.tidy_queue(silent_for=timedelta(seconds=20)) == 1
        assert queued() == [job.pk]
        assert states.tidy_queue(silent_for=timedelta(seconds=20)) == 0


class TestCancel:
    def test_at_once_while_it_waits(self, cast: Cast) -> None:
        job = ask(cast)
        operations.cancel_own(job=job, account=cast.clerk, act=cast.act(cast.clerk))
        job.refresh_from_db()
        assert (job.state, job.outcome_en) == ("CANCELLED", "Cancelled; nothing was written.")
        assert (job.cancel_asked_by, job.cancel_asked_at) == (cast.clerk, NOW)
        assert carry_out_here(job.pk) == JobState.CANCELLED
        assert Post.objects.count() == 0

    def test_before_the_commit_while_it_runs(self, cast: Cast) -> None:
        job = states.claim(ask(cast).pk, "worker")
        assert job is not None
        assert states.is_mine_to_commit(job)
        operations.cancel(job=job, act=cast.act(cast.administrator))
        assert not states.is_mine_to_commit(job)
        assert Job.objects.get().state == "RUNNING"

    def test_too_late(self, cast: Cast) -> None:
        job = ask(cast)
        carry_out_here(job.pk)
        with pytest.raises(UnableToChangeJob) as refused:
            operations.cancel_own(job=job, account=cast.clerk, act=cast.act(cast.clerk))
        assert refused.value.code == "finished_already"

    def test_only_ones_own_but_for_an_administrator(self, cast: Cast) -> None:
        job = ask(cast)
        with pytest.raises(UnableToChangeJob) as refused:
            operations.cancel_own(job=job, account=cast.officer, act=cast.act(cast.officer))
        assert refused.value.code == "not_own"
        with pytest.raises(NotPermitted):
            operations.cancel(job=job, act=cast.act(cast.officer))
        assert operations.cancel(job=job, act=cast.act(cast.administrator)).state == JobState.CANCELLED


class TestRetry:
    def test_begins_again_what_was_refused(self, cast: Cast) -> None:
        job = ask(cast)
        with system_writes("the grant ends"):
            RoleGrant.objects.filter(account=cast.clerk, role="clerk").update(ends_on=NOW.date())
        carry_out_here(job.pk)
        with system_writes("the grant goes on"):
            RoleGrant.objects.filter(account=cast.clerk, role="clerk").update(ends_on=None)
        operations.retry(job=job, act=cast.act(cast.administrator))
        assert queued() == [job.pk, job.pk]
        assert carry_out_here(job.pk) == JobState.DONE
        assert AuditEntry.objects.get(operation="toyjobs.open_posts").actor == cast.clerk

    def test_not_what_is_done_or_under_way_or_anothers(self, cast: Cast) -> None:
        job = ask(cast)
        for account, code in ((cast.clerk, "not_to_retry"), (cast.officer, "not_own")):
            with pytest.raises(UnableToChangeJob) as refused:
                operations.retry_own(job=job, account=account, act=cast.act(account))
            assert refused.value.code == code
        operations.cancel_own(job=job, account=cast.clerk, act=cast.act(cast.clerk))
        second = ask(cast)
        with pytest.raises(UnableToAsk) as late:
            operations.retry_own(job=job, account=cast.clerk, act=cast.act(cast.clerk))
        assert late.value.code == "under_way"
        assert f"job {second.pk}" in late.value.sentence.en


class TestHours:
    def test_each_hour_once_and_what_was_missed_once(self, cast: Cast, toy: RoomDeclaration) -> None:
        def asked(at: timedelta) -> list[str]:
            return sorted(job.kind for job in ask_for_what_is_due(NOW + at) if job.kind == EVERY_HOUR)

        assert asked(timedelta()) == [EVERY_HOUR]
        assert asked(timedelta(minutes=59)) == []
        assert asked(timedelta(hours=1)) == [], "the first still waits"
        first = Job.objects.get(kind=EVERY_HOUR)
        assert (first.asked_by, first.due_at) == (None, NOW)
        assert carry_out_here(first.pk) == JobState.DONE
        assert asked(timedelta(hours=5, minutes=7)) == [EVERY_HOUR]
        assert asked(timedelta(hours=5, minutes=8)) == []
        assert Job.objects.filter(kind=EVERY_HOUR).order_by("-pk")[0].due_at == NOW + timedelta(hours=5)


class TestForgetting:
    def test_jobs_after_a_month_files_after_a_week(self, cast: Cast, tmp_path: Path) -> None:
        job = ask(cast)
        carry_out_here(job.pk)
        with being_written(".csv") as path:
            path.write_text("a")
        with system_writes("its file"):
            job.refresh_from_db()
            job.file, job.file_name, job.finished_at = keep_file(job, path), "list.csv", NOW
            job.save()
        kept = file_of(job)
        assert kept is not None
        (periodic,) = (one for one in ask_for_what_is_due(NOW) if one.kind == EVERY_HOUR)
        carry_out_here(periodic.pk)
        assert forget_old_jobs(NOW + OWN_KEPT) == Forgotten(0, 0)
        assert forget_old_jobs(NOW + OWN_KEPT + timedelta(seconds=1)).jobs == 1
        job.refresh_from_db()
        assert (job.file, file_of(job)) == ("", None)
        assert forget_old_jobs(NOW + JOBS_KEPT) == Forgotten(0, 0)
        assert forget_old_jobs(NOW + JOBS_KEPT + timedelta(seconds=1)).jobs == 1
        assert not Job.objects.filter(pk=job.pk).exists()
        assert FILES_KEPT == OWN_KEPT


class TestTakeFile:
    def test_is_for_whoever_asked_and_leaves_a_line(self, cast: Cast) -> None:
        job = ask(cast)
        with pytest.raises(UnableToChangeJob) as refused:
            operations.take_file(job=job, account=cast.clerk, act=cast.act(cast.clerk))
        assert refused.value.code == "no_file"
        with being_written(".csv") as path:
            path.write_text("a")
        with system_writes("its file"):
            job.file, job.file_name = keep_file(job, path), "list.csv"
            job.save()
        assert operations.take_file(job=job, account=cast.clerk, act=cast.act(cast.clerk)) == "list.csv"
        assert AuditEntry.objects.get(operation="jobs.take_file").actor == cast.clerk
        with pytest.raises(UnableToChangeJob) as others:
            operations.take_file(job=job, account=cast.administrator, act=cast.act(cast.administrator))
        assert others.value.code == "not_own"
