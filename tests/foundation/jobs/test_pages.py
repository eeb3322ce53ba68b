"""Pages of jobs: who sees which, and what can be done there."""

from __future__ import annotations

import csv
import re

import pytest
from django.test import Client
from django.utils import timezone

from bangfu.foundation.jobs import operations, states
from bangfu.foundation.jobs.files import being_written, keep_file
from bangfu.foundation.jobs.models import Job
from bangfu.foundation.jobs.running import carry_out_here
from bangfu.foundation.operations import Act, system_writes
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import both
from tests.cast import Cast
from tests.foundation.jobs.toy import KIND

pytestmark = pytest.mark.usefixtures("toy")


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def job(cast: Cast) -> Job:
    arguments = {"unit": cast.guizhou.pk, "count": 2}
    return operations.ask(kind=KIND, arguments=arguments, account=cast.clerk, act=Act.now(cast.clerk))


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


class TestList:
    def test_shows_ones_own_and_an_administrator_everybodys(self, cast: Cast, job: Job) -> None:
        assert "设立 2 个岗位" in signed_in(cast.clerk).get("/jobs/").content.decode()
        assert "设立 2 个岗位" not in signed_in(cast.officer).get("/jobs/?view=all").content.decode()
        assert "设立 2 个岗位" in signed_in(cast.administrator).get("/jobs/?view=all").content.decode()

    def test_is_narrowed_and_sorted(self, cast: Cast, job: Job) -> None:
        clerk = signed_in(cast.clerk)
        for query, found in (
            ("q=岗位", 1), ("q=posts", 1), (f"q={job.pk}", 1), ("q=nothing", 0), ("state=WAITING", 1), ("state=DONE", 0),
            (f"kind={KIND}&sort=-state", 1), ("kind=jobs.forget_old_jobs", 0), ("sort=strange&page=9", 1),
        ):  # fmt: skip
            assert clerk.get(f"/jobs/?{query}").content.decode().count("设立 2 个岗位") == found, query

    def test_is_taken_away_narrowed_as_it_is_and_by_whoever_sees_it(self, cast: Cast, job: Job) -> None:
        def rows(account: Account, query: str = "") -> list[list[str]]:
            content = b"".join(signed_in(account).get(f"/jobs/jobs.csv?{query}").streaming_content)
            found = list(csv.reader(content.decode("utf-8-sig").splitlines()))
            return found[1 : found.index([])]

        with system_writes("it had been asked for by a program"):
            Job.objects.update(through="bf_aaaaaaaa")
        asked_at = f"{timezone.localtime(job.asked_at):%Y-%m-%d %H:%M:%S}"
        told = [
            str(job.pk), "设立 2 个岗位", "设立岗位", "排队中", cast.clerk.display_name, "bf_aaaaaaaa", asked_at, "", "", "", "",
        ]  # fmt: skip
        assert rows(cast.clerk) == [told]
        assert rows(cast.administrator, "view=all&state=WAITING") == [told]
        assert rows(cast.clerk, "state=DONE") == rows(cast.officer, "view=all") == []

    def test_says_when_nobody_carries_out_jobs(self, cast: Cast, job: Job) -> None:
        assert "没有后台进程" in text_of(signed_in(cast.clerk), "/jobs/")


class TestJob:
    def test_asks_by_itself_until_it_is_finished(self, cast: Cast, job: Job) -> None:
        clerk, page = signed_in(cast.clerk), f"/jobs/{job.pk}/"
        assert 'hx-trigger="every 1s"' in clerk.get(page).content.decode()
        claimed = states.claim(job.pk, "worker")
        assert claimed is not None
        states.hear(claimed, doing=both("写入", "writing"), done=1, of=20_000, lines=[])
        shown = clerk.get(page).content.decode()
        assert '<progress class="progress" max="20000" value="1"' in shown
        assert "写入 · 1 / 20\u202f000" in shown
        states.give_back(claimed)
        carry_out_here(job.pk)
        shown = clerk.get(page).content.decode()
        assert 'hx-trigger="every 1s"' not in shown
        assert "已设立。" in shown
        assert f'href="/organisation/units/{cast.guizhou.pk}/"' in shown

    def test_is_not_for_others(self, cast: Cast, job: Job) -> None:
        assert signed_in(cast.officer).get(f"/jobs/{job.pk}/").status_code == 403
        assert signed_in(cast.administrator).get(f"/jobs/{job.pk}/").status_code == 200
        assert signed_in(cast.clerk).get("/jobs/99999999/").status_code == 404

    def test_is_cancelled_and_begun_again(self, cast: Cast, job: Job) -> None:
        clerk, page = signed_in(cast.clerk), f"/jobs/{job.pk}/"
        assert clerk.post(f"{page}cancel", {"key": "c"}).headers["Location"] == page
        assert "已取消，没有写入任何数据。" in clerk.get(page).content.decode()
        assert clerk.post(f"{page}cancel", {"key": "d"}).status_code == 409
        assert signed_in(cast.administrator).post(f"{page}retry", {"key": "r"}).headers["Location"] == page
        assert Job.objects.get().state == "WAITING"

    def test_gives_its_file_to_whoever_asked(self, cast: Cast, job: Job) -> None:
        carry_out_here(job.pk)
        clerk, page = signed_in(cast.clerk), f"/jobs/{job.pk}/"
        assert "下载文件" not in clerk.get(page).content.decode()
        assert clerk.post(f"{page}file").status_code == 409
        with being_written(".csv") as path:
            path.write_text("a,b")
        with system_writes("its file"):
            Job.objects.update(file=keep_file(job, path), file_name="清单.csv", finished_at=timezone.now())
        assert "下载文件" in clerk.get(page).content.decode()
        answer = clerk.post(f"{page}file")
        assert b"".join(answer) == b"a,b"
        assert "filename*=utf-8''%E6%B8%85%E5%8D%95.csv" in answer.headers["Content-Disposition"]
        assert signed_in(cast.administrator).post(f"{page}file").status_code == 409
        assert signed_in(cast.officer).post(f"{page}file").status_code == 403
