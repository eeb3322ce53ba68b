"""Coverage by county and village by village, and the forms of removals, verdicts and targets."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bangfu.connectivity.network import coverage
from bangfu.connectivity.network.models import BaselineRemoval, CoverageTarget, CoverageVerdict
from bangfu.connectivity.network.operations import (
    RemovalDetails,
    remove_village,
    submit_record,
    withdraw_record,
)
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import record_type
from tests.cast import CEHENG, Cast
from tests.connectivity.network.test_coverage import LOG, frozen, judge, standing, verified, villages

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
COUNTY = "/network/coverage/522327/"
ON = "2020-01-31"


@pytest.fixture
def judged(cast: Cast, tmp_path: Path) -> Cast:
    """Six villages: two covered by different branches, one found uncovered, one not judged, one that left, one that waits."""
    frozen(cast, tmp_path, count=6)
    first, second, third, _, fifth, sixth = villages(6)
    verified(cast, judge(cast, first))
    verified(cast, judge(cast, second, branch="SIGNAL_EVERYWHERE"))
    verified(cast, judge(cast, second, service="BROADBAND", branch="FIBRE_TO_VILLAGE"))
    verified(cast, judge(cast, third, verdict="NOT_COVERED", branch=""))
    verified(cast, judge(cast, fifth))
    verified(cast, gone(cast, fifth.pk))
    submit_record(record=judge(cast, sixth), act=cast.act(cast.clerk))
    return cast


def test_what_is_told_of_many_verdicts_is_asked_at_once(judged: Cast) -> None:
    keys = list(CoverageVerdict.objects.values_list("pk", flat=True))
    taken = []
    for some in (keys[:1], keys):
        with CaptureQueriesContext(connection) as asked:
            assert len(record_type("network.coverage_verdict").summaries(some)) == len(some)
        taken.append(len(asked))
    assert len(keys) > 4
    assert taken[0] == taken[1]


def gone(cast: Cast, village: int) -> BaselineRemoval:
    """Draft the removal of a village."""
    place = next(one for one in villages(6) if one.pk == village)
    details = RemovalDetails(place=place, document_number="通〔2019〕99号", removed_on=date(2019, 12, 20))
    return remove_village(details=details, unit=cast.guizhou, files=LOG, act=cast.act(cast.clerk))


def page(client: Client, account: Account, address: str) -> str:
    client.force_login(account, backend=BACKEND)
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


class TestCounts:
    def test_agree_with_the_ledger(self, judged: Cast) -> None:
        (county,) = coverage.counties(Q(), date(2020, 1, 31))
        assert (county.county, county.villages, county.removed) == (CEHENG, 5, 1)
        assert county.by_branch == {"STATION_WITHIN_5_KM": 1, "SIGNAL_EVERYWHERE": 1}
        assert (county.covered, county.uncovered, county.unjudged, county.broadband) == (2, 1, 2, 1)
        ledger = standing()
        assert (ledger["network.baseline_villages"], ledger["network.covered_villages"]) == (5, 2)
        assert ledger["network.broadband_villages"] == 1

    def test_stand_as_of_a_day(self, judged: Cast) -> None:
        assert coverage.counties(Q(), date(2019, 2, 28)) == []
        (before,) = coverage.counties(Q(), date(2019, 11, 30))
        assert (before.villages, before.covered, before.unjudged) == (6, 0, 6)
        (between,) = coverage.counties(Q(), date(2019, 12, 10))
        assert (between.villages, between.removed, between.covered) == (6, 0, 3)

    def test_the_last_verdict_counts_and_a_withdrawn_one_does_not(self, judged: Cast) -> None:
        first = villages(1)[0]
        turned = verified(
            judged, judge(judged, first, verdict="NOT_COVERED", branch="", judged_on=date(2020, 1, 5))
        )
        (county,) = coverage.counties(Q(), date(2020, 1, 31))
        assert (county.covered, county.uncovered) == (1, 2)
        act = judged.act(judged.clerk)
        withdraw_record(record=turned, reason="withdrawn", remark="测错", act=act)
        (county,) = coverage.counties(Q(), date(2020, 1, 31))
        assert (county.covered, county.uncovered) == (2, 1)


class TestCountyPages:
    def test_counties_lead_to_figures_and_villages(self, judged: Cast, client: Client) -> None:
        text = page(client, judged.officer, f"/network/coverage/?on={ON}")
        assert f'<a href="{COUNTY}?on={ON}">贵州省黔西南布依族苗族自治州册亨县</a>' in text
        assert f'href="/f/network.coverage/?period={ON}&amp;place=522327">40%</a>' in text
        assert f'href="/f/network.coverage/?period={ON}&amp;place=522327&amp;term=numerator">2</a>' in text

    def test_the_figures_behind_the_counts_say_the_same(self, judged: Cast, client: Client) -> None:
        page(client, judged.officer, COUNTY)
        for term, count in (("numerator", 2), ("denominator", 5)):
            opened = client.get(f"/f/network.coverage/?period={ON}&place=522327&term={term}")
            assert f"{count}<small>" in opened.content.decode()

    def test_each_readers_figures_open(self, judged: Cast, client: Client) -> None:
        for account in (judged.clerk, judged.county_official, judged.auditor, judged.officer):
            addresses = re.findall(
                r'class="figure" href="([^"]+)"', page(client, account, f"{COUNTY}?on={ON}")
            )
            assert len(addresses) == 4
            for address in addresses:
                assert client.get(address.replace("&amp;", "&")).status_code == 200, address

    def test_every_village_with_its_branch_and_evidence(self, judged: Cast, client: Client) -> None:
        text = page(client, judged.clerk, f"{COUNTY}?on={ON}")
        first, second, _, _, fifth, sixth = villages(6)
        verdict = CoverageVerdict.objects.get(place=first, service="WIRELESS")
        assert f'<a href="/network/verdicts/{verdict.pk}/">已覆盖</a>' in text
        assert "2019-12-01 · 村委会5公里内有基站 · 1 份佐证" in text
        assert "光纤通达村委会" in text
        assert str(fifth.pk) not in text
        assert text.count("有待核验") == 1
        assert f"/network/verdicts/register?place={sixth.pk}" in text
        narrowed = page(client, judged.clerk, f"{COUNTY}?on={ON}&show=covered&branch=SIGNAL_EVERYWHERE")
        assert (str(second.pk) in narrowed, str(first.pk) in narrowed) == (True, False)
        left = page(client, judged.clerk, f"{COUNTY}?on={ON}&show=removed")
        assert "2019-12-20 调出" in left
        assert "通〔2019〕99号" in left

    def test_who_sees_it(self, judged: Cast, client: Client) -> None:
        for account, status in (
            (judged.county_official, 200), (judged.auditor, 200), (judged.clerk_of_yunnan, 404), (judged.outsider, 403),
        ):  # fmt: skip
            client.force_login(account, backend=BACKEND)
            assert client.get(COUNTY).status_code == status
        client.force_login(judged.clerk, backend=BACKEND)
        assert client.get("/network/coverage/522300/").status_code == 404
        assert client.get("/network/coverage/?on=soon").status_code == 200
        assert "登记认定" not in page(client, judged.auditor, COUNTY)

    def test_without_a_list_it_says_what_to_do(self, cast: Cast, client: Client) -> None:
        assert "还没有冻结的名单" in page(client, cast.clerk, "/network/coverage/")


class TestForms:
    def posted(self, client: Client, slug: str, **said: object) -> int:
        answer = client.post(f"/network/{slug}/register", {"key": slug, **said})
        return answer.status_code

    def evidence(self) -> SimpleUploadedFile:
        return SimpleUploadedFile(*LOG[0])

    def test_a_verdict_is_registered_from_the_county_page_and_mended(
        self, cast: Cast, client: Client, tmp_path: Path
    ) -> None:
        frozen(cast, tmp_path)
        village = villages(1)[0]
        form = page(client, cast.clerk, f"/network/verdicts/register?place={village.pk}")
        assert f"{village.pk}" in form
        said = {
            "unit": cast.guizhou.pk, "place": str(village.pk), "service": "WIRELESS", "verdict": "COVERED",
            "branch": "STATION_WITHIN_5_KM", "judged_on": "2019-12-01", "evidence": self.evidence(),
        }  # fmt: skip
        assert self.posted(client, "verdicts", **said) == 302
        found = CoverageVerdict.objects.get()
        assert (found.place_id, found.branch) == (village.pk, "STATION_WITHIN_5_KM")
        mended = {"key": "m", "verdict": "COVERED", "branch": "SIGNAL_EVERYWHERE"}
        assert client.post(f"/network/verdicts/{found.pk}/revise", mended).status_code == 302
        found.refresh_from_db()
        assert (found.branch, found.judged_on) == ("SIGNAL_EVERYWHERE", date(2019, 12, 1))

    def test_a_branch_that_does_not_fit_is_a_sentence(
        self, cast: Cast, client: Client, tmp_path: Path
    ) -> None:
        frozen(cast, tmp_path)
        client.force_login(cast.clerk, backend=BACKEND)
        said = {
            "key": "w", "unit": cast.guizhou.pk, "place": str(villages(1)[0].pk), "service": "BROADBAND",
            "verdict": "COVERED", "branch": "SIGNAL_EVERYWHERE", "judged_on": "2019-12-01",
        }  # fmt: skip
        answer = client.post("/network/verdicts/register", said)
        assert (answer.status_code, "认定情形与网络、认定不符" in answer.content.decode()) == (409, True)
        assert not CoverageVerdict.objects.exists()

    def test_a_removal(self, cast: Cast, client: Client, tmp_path: Path) -> None:
        frozen(cast, tmp_path)
        village = villages(1)[0]
        client.force_login(cast.clerk, backend=BACKEND)
        said = {
            "unit": cast.guizhou.pk, "place": str(village.pk), "document_number": "通〔2019〕99号",
            "removed_on": "2019-12-20", "evidence": self.evidence(),
        }  # fmt: skip
        assert self.posted(client, "removals", **said) == 302
        found = BaselineRemoval.objects.get()
        assert (found.place_id, found.document_number) == (village.pk, "通〔2019〕99号")
        assert client.get(f"/network/removals/{found.pk}/").status_code == 200

    def test_a_target(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.clerk, backend=BACKEND)
        said = {
            "unit": cast.guizhou.pk, "place": "522327", "goal": "WIRELESS", "village_count": "20",
            "document_number": "网〔2019〕7号", "promised_on": "2019-03-18", "evidence": self.evidence(),
        }  # fmt: skip
        assert self.posted(client, "targets", **said) == 302
        found = CoverageTarget.objects.get()
        assert (found.place_id, found.goal, found.village_count) == (CEHENG, "WIRELESS", 20)
        revised = {
            "key": "r",
            "village_count": "21",
            "document_number": "网〔2019〕7号",
            "promised_on": "2019-03-18",
        }
        assert client.post(f"/network/targets/{found.pk}/revise", revised).status_code == 302
        found.refresh_from_db()
        assert found.village_count == 21

    @pytest.mark.parametrize("slug", ["removals", "verdicts", "targets"])
    def test_who_may(self, cast: Cast, client: Client, slug: str) -> None:
        client.force_login(cast.clerk, backend=BACKEND)
        assert client.get(f"/network/{slug}/register").status_code == 200
        assert f"/network/{slug}/register" in client.get(f"/network/{slug}/").content.decode()
        for account in (cast.verifier, cast.auditor, cast.county_official, cast.outsider):
            client.force_login(account, backend=BACKEND)
            assert client.get(f"/network/{slug}/register").status_code == 403


def test_a_countys_villages_come_as_a_file(judged: Cast, client: Client) -> None:
    client.force_login(judged.officer, backend=BACKEND)
    answer = client.get(f"/network/coverage/522327.csv?on={ON}&show=covered&branch=SIGNAL_EVERYWHERE")
    lines = b"".join(answer).decode("utf-8-sig").splitlines()
    (only,) = [line for line in lines if line.startswith("册亨县") or ",522327" in line]
    assert only.count(",") == lines[0].count(",")
    assert f"来源,http://testserver{COUNTY}?on={ON}&show=covered&branch=SIGNAL_EVERYWHERE" in lines
    whole = b"".join(client.get(f"/network/coverage/522327.csv?on={ON}")).decode("utf-8-sig")
    assert len([line for line in whole.splitlines() if ",522327" in line]) == 5
    assert client.get(f"/network/coverage/522327.xlsx?on={ON}").status_code == 200
    for code in ("522300", "52232x", "5223271"):
        assert client.get(f"/network/coverage/{code}.csv").status_code == 404
