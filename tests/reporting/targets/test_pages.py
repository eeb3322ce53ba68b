"""The pages of pledges through the client: from the draft to the form, in both languages, for whoever may."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import marks
from bangfu.reporting.codes import code_of
from bangfu.reporting.periods import read_period
from bangfu.reporting.targets import queries
from bangfu.reporting.targets.lights import lights_on
from bangfu.reporting.targets.models import LightRule, NilReport, Step, Target, Version
from bangfu.reporting.targets.official_form import filled, typesetting
from bangfu.reporting.targets.operations import revise_pledge, set_target, split_target
from bangfu.reporting.targets.rules import TargetDetails
from bangfu.reporting.targets.views.reading import shown_pledge
from tests.cast import Cast
from tests.reporting.story import Story
from tests.reporting.targets.pledged import (
    CADRES,
    PDF,
    PUT_IN,
    STATIONS,
    act,
    approved,
    drafted,
    entered,
    in_force,
)


def door(account: Account, language: str = "zh-hans") -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["bangfu_language"] = language
    return client


def text_of(account: Account, address: str, language: str = "zh-hans") -> str:
    answer = door(account, language).get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


class TestFromDraftToApproval:
    def test_by_hand(self, cast: Cast) -> None:
        from django.core.files.uploadedfile import SimpleUploadedFile

        officer = door(cast.officer)
        assert "还没有责任书" in officer.get("/targets/").content.decode()
        said: dict[str, Any] = {
            "key": "a", "unit": cast.group.pk, "year": "2020", "title": "责任书", "document": "1号", "signed_on": "2020-01-15",
            "evidence": SimpleUploadedFile("pledge.pdf", PDF),
        }  # fmt: skip
        officer.post("/targets/draft", said)
        version = Version.objects.get()
        home = f"/targets/versions/{version.pk}/"
        assert "还没有目标" in officer.get(home).content.decode()
        target: dict[str, Any] = {
            "key": "b", "indicator": PUT_IN, "unit": cast.group.pk, "quantity": "200.5", "scale": "万", "direction": "AT_LEAST",
            "due_on": "2020-12-31",
        }  # fmt: skip
        assert officer.post(f"{home}targets", target).status_code == 302
        whole = Target.objects.get()
        assert whole.quantity == Decimal(2_005_000)
        assert 'value="2005000"' in officer.get(f"{home}targets/{whole.pk}/").content.decode()
        split = {"key": "c", "level": "PROVINCE", "by": "even"}
        assert officer.post(f"{home}targets/{whole.pk}/split", split).status_code == 302
        text = officer.get(home).content.decode()
        assert "2 个单位，合计相符" in text
        assert "提交</button>" in text
        officer.post(f"{home}submit", {"key": "d"})
        assert "须由另一位有批准权限的同事决定" in officer.get(home).content.decode()
        verifier = door(cast.verifier)
        assert "批准</button>" in verifier.get(home).content.decode()
        verifier.post(f"{home}approve", {"key": "e"})
        assert list(Step.objects.order_by("pk").values_list("kind", flat=True)) == ["SUBMITTED", "APPROVED"]
        assert "分解</a>" not in officer.get(home).content.decode()

    def test_what_does_not_agree_is_said_on_the_page(self, cast: Cast) -> None:
        version = drafted(cast)
        entered(cast, version, STATIONS, 10)
        entered(cast, version, STATIONS, 7, cast.guizhou)
        home = f"/targets/versions/{version.pk}/"
        assert "1 处上下级合计不符" in text_of(cast.officer, home)
        assert "off by −3" in text_of(cast.officer, home, "en")
        answer = door(cast.officer).post(f"{home}submit", {"key": "a"})
        assert answer.status_code == 409
        assert "应为 10，各单位合计 7，相差 −3" in answer.content.decode()
        assert not Step.objects.exists()

    def test_a_target_is_taken_out_and_a_wrong_one_refused(self, cast: Cast) -> None:
        version = drafted(cast)
        target = entered(cast, version, STATIONS, 10)
        home = f"/targets/versions/{version.pk}/"
        said: dict[str, Any] = {
            "key": "a", "indicator": STATIONS, "unit": cast.group.pk, "quantity": "3", "scale": "1", "direction": "AT_LEAST",
            "due_on": "2020-12-31",
        }  # fmt: skip
        answer = door(cast.officer).post(f"{home}targets", said)
        assert answer.status_code == 409
        assert "已有目标" in answer.content.decode()
        door(cast.officer).post(f"{home}targets/{target.pk}/drop", {"key": "b"})
        assert not Target.objects.exists()

    def test_returning_needs_a_reason(self, cast: Cast) -> None:
        version = drafted(cast)
        entered(cast, version, STATIONS, 10)
        home = f"/targets/versions/{version.pk}/"
        door(cast.officer).post(f"{home}submit", {"key": "a"})
        answer = door(cast.verifier).post(f"{home}return", {"key": "b", "remark": ""})
        assert answer.status_code == 409
        door(cast.verifier).post(f"{home}return", {"key": "c", "remark": "太低"})
        assert "太低" in text_of(cast.officer, home)


@pytest.fixture
def pledged(story: Story) -> Version:
    """A pledge in force with some of it done: 30 stations in Guizhou, none in Yunnan."""
    story.stations(30, on=date(2020, 2, 1))
    return in_force(story.cast)


def revision_lowered(story: Story, version: Version) -> Version:
    cast = story.cast
    second = revise_pledge(
        pledge=version.pledge, document="30号", signed_on=date(2020, 7, 1), effective_on=date(2020, 7, 10),
        reason="疫情影响", files=(("revision.pdf", PDF),), act=act(cast.officer),
    )  # fmt: skip
    whole = Target.objects.get(version=second, indicator=STATIONS, unit=cast.group)
    details = TargetDetails(STATIONS, cast.group, Decimal(60))
    set_target(version=second, details=details, target=whole, act=act(cast.officer))
    split_target(version=second, target=whole, level="PROVINCE", by="even", act=act(cast.officer))
    return approved(cast, second)


class TestCompletion:
    def test_shows_value_share_forecast_and_light_in_words(self, story: Story, pledged: Version) -> None:
        text = text_of(story.cast.officer, f"/targets/{pledged.pledge_id}/?on=2020-07-01")
        assert "/f/network.base_stations/?period=2020-01-01/2020-07-01&amp;unit=P52" in text
        assert "30.0%" in text
        assert "按日均进度：30 × 366 ÷ 183 天 = 60" in text
        assert "红灯" in text
        assert "系统默认规则" in text
        english = text_of(story.cast.officer, f"/targets/{pledged.pledge_id}/?on=2020-07-01", "en")
        assert "the forecast is 90% of the target or more" in english

    def test_narrows_and_sorts(self, story: Story, pledged: Version) -> None:
        address = f"/targets/{pledged.pledge_id}/?on=2020-07-01&indicator={STATIONS}"
        officer = door(story.cast.officer)

        def units(more: str) -> list[str]:
            rows = officer.get(f"{address}{more}").context["rows"]
            return [row.one.unit.code for row in rows]

        assert units("&sort=share") == ["P53", "P52"]
        assert units("&sort=-share") == ["P52", "P53"]
        assert units("&q=云南") == ["P53"]
        assert units("&light=green") == ["P52"]
        assert "没有符合条件的目标" in officer.get(f"{address}&q=月球").content.decode()

    def test_a_lowered_target_stays_visible(self, story: Story, pledged: Version) -> None:
        revision_lowered(story, pledged)
        address = f"/targets/{pledged.pledge_id}/"
        text = text_of(story.cast.officer, f"{address}?on=2020-07-10")
        assert text.count("下调") == 3
        assert '<del class="restated" title="第 1 版">100个</del>' in text
        assert "下调" not in text_of(story.cast.officer, f"{address}?on=2020-07-09")

    def test_before_it_was_in_force_it_says_so(self, story: Story, pledged: Version) -> None:
        text = text_of(story.cast.officer, f"/targets/{pledged.pledge_id}/?on=2020-01-01")
        assert "这一天还没有生效的目标" in text

    def test_pinned_to_a_block_it_stays_as_it_was(self, story: Story, pledged: Version) -> None:
        block = story.seal()
        story.stations(5, on=date(2020, 3, 1))
        home = f"/targets/{pledged.pledge_id}/?on=2020-07-01"
        assert f"as_of={block}" in text_of(story.cast.officer, home)
        client = door(story.cast.officer)

        def values(address: str) -> list[Decimal | None]:
            context = client.get(address).context
            return [
                row.one.figure.value
                for row in [*context["own"], *context["rows"]]
                if row.one.target.indicator == STATIONS
            ]

        assert values(home) == [Decimal(35), Decimal(35), None]
        assert values(f"{home}&as_of={block}") == [Decimal(30), Decimal(30), None]
        text = text_of(story.cast.officer, f"{home}&as_of={block}")
        assert f"unit=P52&amp;as_of={block}" in text
        assert f"form.xlsx?on=2020-07-01&amp;as_of={block}" in text
        assert client.get(f"{home}&as_of=99").status_code == 409

    def test_ranks_units_with_ties_and_never_persons(self, story: Story, pledged: Version) -> None:
        address = f"/targets/{pledged.pledge_id}/ranking/?on=2020-07-01&indicator={STATIONS}"
        rows = door(story.cast.officer).get(address).context["rows"]
        assert [(rank, row.one.unit.code) for rank, row in rows] == [(1, "P52"), (None, "P53")]
        story.stations(30, unit=story.cast.yunnan.pk, on=date(2020, 3, 1))
        rows = door(story.cast.officer).get(address).context["rows"]
        assert [rank for rank, _ in rows] == [1, 1]

    def test_files_say_the_same(self, story: Story, pledged: Version) -> None:
        officer = door(story.cast.officer)
        answer: Any = officer.get(
            f"/targets/{pledged.pledge_id}/completion.csv?on=2020-07-01&indicator={STATIONS}"
        )
        content = b"".join(answer.streaming_content).decode()
        assert (
            "P52,贵州省分公司,省级分公司,新建无线基站,network.base_stations,,个,不少于,50.0000,2020-12-31,30"
            in content
        )
        assert "周敏" in content

    def test_access_reads_like_a_story(self, story: Story, pledged: Version) -> None:
        cast, home = story.cast, f"/targets/{pledged.pledge_id}/"
        for account in (cast.officer, cast.verifier, cast.auditor, cast.clerk):
            assert door(account).get(home).status_code == 200
        for account in (cast.outsider, cast.county_official):
            for address in ("/targets/", home, f"{home}ranking/", f"{home}form.xlsx", "/targets/quality/"):
                assert door(account).get(address).status_code == 403, address
        for address in ("/targets/draft", "/targets/rule", f"{home}revise"):
            answer = door(cast.clerk).post(address, {"key": "x"})
            assert answer.status_code in {403, 422}, address
        assert "修订" not in text_of(cast.auditor, home).split("page-actions")[1].split("</div>")[0]

    def test_a_branch_without_the_group_sees_its_own_targets_alone(
        self, story: Story, pledged: Version
    ) -> None:
        from bangfu.foundation.operations import system_writes
        from bangfu.foundation.organisation.models import RoleGrant

        cast = story.cast
        with system_writes("the clerk reads of Guizhou alone"):
            RoleGrant.objects.filter(account=cast.clerk, role="reader").delete()
        found = door(cast.clerk).get(f"/targets/{pledged.pledge_id}/?on=2020-07-01").context
        assert found["own"] == []
        assert {row.one.unit.code for row in found["rows"]} == {"P52"}


class TestOfficialForm:
    def form(self, story: Story, version: Version) -> Any:
        shown = shown_pledge(story.cast.officer, version.pledge, date(2020, 12, 31))
        assert shown is not None
        return filled(
            version, shown.progress, on=date(2020, 12, 31), lights=lights_on(date(2020, 12, 31)),
            origin="https://bangfu.example.com", language="zh",
        )  # fmt: skip

    def test_has_the_six_in_their_own_units(self, story: Story) -> None:
        from bangfu.foundation.ledger.catalogue import declared_measures
        from tests.cast import CEHENG

        cast = story.cast
        story.post(
            declared_measures()[PUT_IN],
            [Decimal("1234567.89")],
            unit=cast.guizhou.pk,
            place=CEHENG,
            on=date(2020, 5, 1),
        )
        version = drafted(cast)
        whole = entered(cast, version, PUT_IN, 2_000_000)
        split_target(version=version, target=whole, level="PROVINCE", by="even", act=act(cast.officer))
        entered(cast, version, STATIONS, 10)
        form = self.form(story, approved(cast, version))
        assert [(line.number, line.unit) for line in form.lines] == [
            ("1", "万元"), ("2", "万元"), ("3", "人"), ("4", "人"), ("5", "万元"), ("6", "万元"), ("7", "个"),
        ]  # fmt: skip
        first = form.lines[0]
        assert (first.target_text, first.value_text, first.share, first.light) == (
            "200.00", "123.45", "61.7%", "红灯",
        )  # fmt: skip
        assert (first.code, form.units[0].cells[0].address) == (
            code_of(121, read_period("2020"), None),
            "https://bangfu.example.com/f/projects.put_in/?period=2020&unit=P52",
        )
        assert first.address == "https://bangfu.example.com/f/projects.put_in/?period=2020"
        assert form.lines[1].target is None
        assert [(unit.code, unit.cells[0].target, unit.cells[0].value) for unit in form.units] == [
            ("P52", Decimal("100.0000"), Decimal("123.456789")),
            ("P53", Decimal("100.0000"), None),
        ]

    def test_as_workbook(self, story: Story, pledged: Version) -> None:
        answer = door(story.cast.officer).get(f"/targets/{pledged.pledge_id}/form.xlsx?on=2020-12-31")
        with zipfile.ZipFile(io.BytesIO(answer.content)) as parts:
            strings = parts.read("xl/sharedStrings.xml").decode()
            book = parts.read("xl/workbook.xml").decode()
        assert [name in book for name in ("完成情况表", "来源")] == [True, True]
        assert "账册区块" in strings
        assert "周敏" in strings

    @pytest.mark.parametrize("language", ["zh", "en"])
    def test_as_document(self, story: Story, pledged: Version, language: str) -> None:
        answer = door(story.cast.officer).get(f"/targets/{pledged.pledge_id}/form.{language}.pdf")
        assert answer.status_code == 200
        assert answer.content.startswith(b"%PDF")
        assert door(story.cast.officer).get(f"/targets/{pledged.pledge_id}/form.fr.pdf").status_code == 404

    @pytest.mark.parametrize("is_one", [True, False])
    def test_says_whether_it_is_an_example(
        self, story: Story, pledged: Version, monkeypatch: pytest.MonkeyPatch, is_one: bool
    ) -> None:
        monkeypatch.setattr(marks, "_asked", [lambda: is_one])
        assert ("示例数据" in typesetting.values_of(self.form(story, pledged))["example"]) is is_one


class TestBesideTheNumbers:
    def test_quality_of_each_branch(self, story: Story, pledged: Version) -> None:
        text = text_of(story.cast.officer, "/targets/quality/?year=2020")
        assert "贵州省分公司" in text
        assert "1 / 2" in text
        answer: Any = door(story.cast.officer).get("/targets/quality.csv?year=2020")
        assert "P53,云南省分公司,1,0,0.0%,新建无线基站" in b"".join(answer.streaming_content).decode()

    def test_quality_opens_on_the_newest_year_with_pledges(self, story: Story, pledged: Version) -> None:
        text = text_of(story.cast.officer, "/targets/quality/")
        this_year = timezone.localdate().year
        assert f"{this_year} 年还没有责任书，这里是 2020 年。" in text
        assert "1 / 2" in text
        assert "还没有责任书" not in text_of(story.cast.officer, f"/targets/quality/?year={this_year}")

    def test_nil_is_declared_on_a_page(self, story: Story, pledged: Version) -> None:
        cast = story.cast
        said = {"key": "a", "unit": cast.guizhou.pk, "year": "2020", "indicator": CADRES, "remark": "停训"}
        assert door(cast.clerk).post("/targets/nil", said).status_code == 302
        assert NilReport.objects.get().declared_by == cast.clerk
        assert "零报告 1" in text_of(cast.officer, "/targets/quality/?year=2020")

    def test_the_rule_is_laid_down_on_a_page(self, cast: Cast) -> None:
        said = {
            "key": "a", "starts_on": "2020-01-01", "green_pct": "100", "amber_pct": "85", "judged_pct": "10",
            "submitted_within": "20", "verified_within": "10", "source": "帮扶办会议纪要",
        }  # fmt: skip
        assert door(cast.officer).post("/targets/rule", said).status_code == 302
        assert LightRule.objects.get().amber_from == Decimal("0.85")
        assert "帮扶办会议纪要，自 2020-01-01 起" in text_of(cast.officer, "/targets/")

    def test_versions_lead_to_each_other(self, story: Story, pledged: Version) -> None:
        second = revision_lowered(story, pledged)
        text = text_of(story.cast.officer, f"/targets/versions/{second.pk}/")
        assert "疫情影响" in text
        assert f"/targets/versions/{pledged.pk}/" in text
        assert queries.version_summaries([second.pk])[second.pk].title == "定点帮扶责任书"


SHARE = "network.base_stations_share"


class TestWithheld:
    """A branch's share of the whole tells the whole: whoever may not see that sees that it is withheld."""

    @pytest.fixture
    def shared(self, story: Story) -> Version:
        """30 of 40 stations are Guizhou's; its share of the group's is promised to be half."""
        story.stations(30, on=date(2020, 2, 1))
        story.stations(10, unit=story.cast.yunnan.pk, on=date(2020, 2, 1))
        version = drafted(story.cast)
        entered(story.cast, version, SHARE, "0.5", story.cast.guizhou)
        entered(story.cast, version, STATIONS, 50, story.cast.guizhou)
        approved(story.cast, version)
        from bangfu.foundation.operations import system_writes
        from bangfu.foundation.organisation.models import RoleGrant

        with system_writes("the clerk reads of Guizhou alone"):
            RoleGrant.objects.filter(account=story.cast.clerk, role="reader").delete()
        return version

    def test_on_the_page_in_files_and_in_ranks(self, story: Story, shared: Version) -> None:
        cast, home = story.cast, f"/targets/{shared.pledge_id}/"
        shown = text_of(cast.officer, f"{home}?on=2020-12-31")
        assert "75.0%" in shown
        text = text_of(cast.clerk, f"{home}?on=2020-12-31")
        assert "无权查看分母，不显示" in text
        assert "75.0%" not in text
        rows = door(cast.clerk).get(f"{home}?on=2020-12-31").context["rows"]
        assert [
            (row.one.target.indicator, row.one.figure.value, row.share, str(row.one.light)) for row in rows
        ] == [
            (STATIONS, Decimal(30), "60.0%", "red"),
            (SHARE, None, "—", "grey"),
        ]
        for address in (
            f"{home}completion.csv?on=2020-12-31",
            f"{home}ranking/?on=2020-12-31&indicator={SHARE}",
        ):
            answer: Any = door(cast.clerk).get(address)
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert "0.75" not in content.decode()
            assert "75.0" not in content.decode()

    def test_on_the_map(self, story: Story, shared: Version) -> None:
        query = f"?indicator={SHARE}&unit=P52&period=2020&level=1"
        for address in (f"/map/{query}", f"/map/values.json{query}", f"/f/{SHARE}/{query}"):
            assert door(story.cast.officer).get(address).status_code == 200, address
            assert door(story.cast.clerk).get(address).status_code == 403, address

    def test_a_report_is_for_those_who_may_see_the_whole_of_everything(
        self, story: Story, shared: Version
    ) -> None:
        """Its figures may be shares of anything, and only a grant of the whole programme covers all of that."""
        from bangfu.foundation.operations import system_writes
        from bangfu.foundation.organisation.models import RoleGrant
        from tests.cast import GUIZHOU

        assert door(story.cast.clerk).get("/reports/programme/").status_code == 403
        with system_writes("the clerk reads of the group in one province"):
            RoleGrant.objects.create(
                account=story.cast.clerk, role="reader", unit=story.cast.group, place_id=GUIZHOU,
                starts_on=date(2015, 1, 1),
            )  # fmt: skip
        assert door(story.cast.clerk).get("/reports/programme/").status_code == 403
