"""The pages: a publication on its way for those who work on it, and a published one for everybody."""

from __future__ import annotations

import re

from django.test import Client

from bangfu.foundation.jobs.models import Job, JobState
from bangfu.foundation.jobs.running import carry_out_here
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.organisation.operations import grant_role
from bangfu.foundation.people.models import Account
from bangfu.reporting.publications.bundle import bundle_path
from bangfu.reporting.publications.models import Publication, Step
from tests.cast import FOUNDED
from tests.reporting.publications.test_publishing import frozen, prepared
from tests.reporting.story import Story


def door(account: Account | None = None, language: str = "zh-hans") -> Client:
    client = Client()
    if account is not None:
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["bangfu_language"] = language
    return client


class TestOnItsWay:
    def test_from_the_list_to_everybody(self, told: Story) -> None:
        cast = told.cast
        officer = door(cast.officer)
        officer.post("/publications/prepare", {"report": "programme", "key": "a"})
        again = officer.post("/publications/prepare", {"report": "programme", "key": "b"})
        preparing = Job.objects.get()
        assert again.headers["Location"] == f"/jobs/{preparing.pk}/", "one report, one job at a time"
        assert not Publication.objects.exists()
        assert carry_out_here(preparing.pk) == JobState.DONE
        preparing.refresh_from_db()
        assert preparing.outcome_en == "Prepared as of block 1. Another person approves it now."
        assert list(preparing.lines.order_by("pk").values_list("words_en", flat=True))[1:-1] == [
            "computing the figures of the report", "checking figures and reviews",
            "entering figures with the facts under them", "deciding what of each fact is public",
        ]  # fmt: skip
        answer = officer.get(preparing.address)
        assert "由您准备，须由另一位有批准权限的同事决定" in answer.content.decode()
        key = Publication.objects.get().pk
        assert "批准</button>" not in answer.content.decode()
        verifier = door(cast.verifier)
        assert "批准</button>" in verifier.get(f"/publications/{key}/").content.decode()
        assert (
            "已批准，可以定稿" in verifier.post(f"/publications/{key}/approve", follow=True).content.decode()
        )
        answer = officer.post(f"/publications/{key}/freeze", follow=True)
        freezing = Job.objects.get(kind="publications.freeze")
        assert "正在后台定稿" in officer.get(f"/publications/{key}/").content.decode()
        others = verifier.get(f"/publications/{key}/").content.decode()
        assert "正在后台定稿" in others
        assert f"/jobs/{freezing.pk}/" not in others
        assert carry_out_here(freezing.pk) == JobState.DONE
        assert "已发布第 1 号。" in officer.get(f"/jobs/{freezing.pk}/").content.decode()
        assert "第 1 号" in officer.get(f"/publications/{key}/").content.decode()

    def test_what_is_not_fit_is_said_by_the_job(self, told: Story) -> None:
        key = prepared(told).pk
        officer = door(told.cast.officer)
        officer.post(f"/publications/{key}/freeze", {"key": "a"})
        job = Job.objects.get()
        assert carry_out_here(job.pk) == JobState.REFUSED
        job.refresh_from_db()
        assert (job.code, job.address) == ("not_approved", f"/publications/{key}/")
        assert officer.post("/publications/prepare", {"report": "none"}).status_code == 409
        assert (
            door(told.cast.auditor).post("/publications/prepare", {"report": "programme"}).status_code == 403
        )

    def test_a_refusal_stays_on_the_page(self, told: Story) -> None:
        key = prepared(told).pk
        answer = door(told.cast.verifier, "en").post(f"/publications/{key}/return", {"remark": ""})
        assert answer.status_code == 409
        assert "Say why it is returned." in answer.content.decode()
        assert not Step.objects.exists()

    def test_whoever_reads_figures_of_a_part_finds_what_is_published(self, told: Story) -> None:
        cast = told.cast
        grant_role(
            account=cast.outsider,
            role="reader",
            unit=cast.yunnan,
            starts_on=FOUNDED,
            act=cast.act(cast.security),
        )
        assert door(cast.officer).get("/publications/").status_code == 200
        assert door(cast.outsider).get("/publications/").headers["Location"] == "/publications/published/"

    def test_an_outsider_sees_none_of_it(self, told: Story) -> None:
        key = prepared(told).pk
        for address in ("/publications/", f"/publications/{key}/"):
            assert door(told.cast.outsider).get(address).status_code == 403


class TestForEverybody:
    def test_nothing_before_it_is_frozen(self, told: Story) -> None:
        prepared(told)
        for address in ("", "figures/0/", "bundle.zip", "report.html"):
            assert door().get(f"/publications/published/1/{address}").status_code == 404
        assert "还没有发布" in door().get("/publications/published/").content.decode()

    def test_the_report_and_every_figure_open_without_sign_in(self, told: Story) -> None:
        frozen(told)
        for language in ("zh-hans", "en"):
            client = door(language=language)
            page = client.get("/publications/published/1/").content.decode()
            opens = re.findall(r'class="figure" data-leave href="([^"]+)">([^<]+)</a>', page)
            assert len(opens) == 4
            for address, printed in opens:
                answer = client.get(address)
                assert answer.status_code == 200
                assert printed in answer.content.decode()

    def test_facts_about_people_are_shown_without_them(self, told: Story) -> None:
        frozen(told)
        page = door().get("/publications/published/1/figures/2/").content.decode()
        assert "<td>2019-03</td>" in page
        assert "2019-03-03" not in page
        assert "不公开" in page
        for fact in Fact.objects.filter(party__isnull=False):
            assert str(fact.party) not in page
            assert str(fact.party)[:8] not in page

    def test_the_terms_of_a_ratio_open_each(self, told: Story) -> None:
        frozen(told)
        pages = [
            door().get(f"/publications/published/1/figures/3/?term={term}").content.decode()
            for term in (0, 1)
        ]
        assert ["2 条" in pages[0], "3 条" in pages[1]] == [True, True]

    def test_the_bundle_is_the_file_that_was_frozen(self, told: Story) -> None:
        frozen(told)
        answer = door().get("/publications/published/1/bundle.zip")
        assert b"".join(answer.streaming_content) == bundle_path(1).read_bytes()

    def test_its_page_runs_its_own_script_and_nothing_else(self, told: Story) -> None:
        frozen(told)
        policy = door().get("/publications/published/1/report.html").headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe-inline" not in policy

    def test_a_page_out_of_range_is_the_first(self, told: Story) -> None:
        frozen(told)
        for page in ("0", "99", "x", "²", "9" * 40):
            answer = door().get("/publications/published/1/figures/0/", {"page": page, "term": page})
            assert answer.status_code == 200
