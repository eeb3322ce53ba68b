"""The dashboard: the same questions for a small house and a large one, and to the last digit what the pages behind it say."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bangfu.foundation.findings.models import Finding
from bangfu.foundation.findings.operations import raise_finding
from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.operations import NotPermitted, system_writes
from bangfu.foundation.organisation.models import RoleGrant, Unit
from bangfu.foundation.organisation.operations import enter_unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.models import Place
from bangfu.reporting import queries as reporting
from bangfu.reporting.dashboard.asking import Asked, asked_in
from bangfu.reporting.dashboard.gathering import Dashboard, dashboard_of
from bangfu.reporting.dashboard.live import live_of
from bangfu.reporting.dashboard.pledged import Completions, targets_in_force
from bangfu.reporting.dashboard.standing import standing_of_corner, units_directly_below
from bangfu.reporting.dashboard.together import Together
from bangfu.reporting.periods import read_period
from bangfu.reporting.selection import Selection, UnableToOpen
from bangfu.reporting.targets.completion import Progress, progress_of
from bangfu.reporting.targets.lights import DEFAULT
from bangfu.reporting.targets.queries import targets_of
from bangfu.reporting.targets.years import present_year
from tests.cast import CEHENG, FOUNDED, NOW
from tests.foundation.review import toys
from tests.reporting.kinds import party
from tests.reporting.story import LAMPS, Story
from tests.reporting.targets.pledged import CADRES, PUT_IN, STATIONS, approved, drafted, entered, in_force

pytestmark = pytest.mark.django_db

MIDSUMMER = date(2020, 7, 1)


def door(account: Account, language: str = "zh") -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["bangfu_language"] = "en" if language == "en" else "zh-hans"
    return client


def asked(account: Account, on: date = MIDSUMMER, **said: str) -> Asked:
    request = HttpRequest()
    request.GET = request.GET.copy()  # type: ignore[assignment]
    request.GET.update({"year": "2020", **said})
    return asked_in(account, request, on)


def shown(account: Account, on: date = MIDSUMMER, **said: str) -> Dashboard:
    return dashboard_of(asked(account, on, **said))


def company(story: Story, code: str, parent: Unit) -> Unit:
    with system_writes("a test's company"):
        return enter_unit(
            code=code, name_zh=f"{code} 分公司", name_en=f"{code} company", kind=Unit.Kind.PREFECTURE,
            parent=parent, place=None, starts_on=FOUNDED,
        )  # fmt: skip


def cadres(story: Story, parties: list[int], unit: Unit, on: date = date(2020, 3, 1)) -> None:
    story.post(
        declared_measures()[CADRES], [1] * len(parties), unit=unit.pk, place=CEHENG, on=on,
        parties=[party(one) for one in parties],
    )  # fmt: skip


def told(one: Progress) -> tuple[object, ...]:
    return (
        one.target.pk, one.figure.value, one.figure.address, one.ahead, one.light, one.span, one.base, one.past,
        one.share, one.merit,
    )  # fmt: skip


class TestCompletions:
    def test_are_those_of_the_pledges_page(self, story: Story) -> None:
        cast = story.cast
        below = company(story, "C5223", cast.guizhou)
        version = drafted(cast)
        entered(cast, version, STATIONS, 100)
        entered(cast, version, STATIONS, 60, cast.guizhou)
        entered(cast, version, STATIONS, 40, cast.yunnan, due_on=date(2020, 9, 30))
        entered(cast, version, CADRES, 40)
        entered(cast, version, CADRES, 30, cast.guizhou)
        entered(cast, version, PUT_IN, 900, place=Place.objects.get(pk=CEHENG))
        entered(cast, version, LAMPS.code, 50)
        entered(cast, version, "training.cost_per_person", 80, direction="AT_MOST")
        approved(cast, version)
        for year in (2018, 2019, 2020):
            story.stations(7, on=date(year, 3, 1))
            story.stations(4, unit=below.pk, on=date(year, 6, 30))
            story.stations(9, unit=cast.yunnan.pk, on=date(year, 8, 1))
        story.post(LAMPS, [30], unit=None, place=CEHENG, on=date(2019, 5, 1))
        story.post(LAMPS, [5], unit=None, place=CEHENG, on=date(2020, 5, 1))
        cadres(story, [1, 2], cast.guizhou)
        cadres(story, [2, 3], below)
        story.post(declared_measures()[PUT_IN], [400], unit=None, place=CEHENG, on=date(2020, 2, 1))
        story.post(declared_measures()["training.cost"], [300], unit=None, place=CEHENG, on=date(2020, 2, 1))
        for on in (date(2020, 1, 15), date(2020, 2, 29), MIDSUMMER, date(2020, 12, 31), date(2021, 3, 1)):
            expected = progress_of(
                targets_of(version.pk), year=2020, signatory=cast.group, on=on, lights=DEFAULT
            )
            together = Together()
            targets = targets_in_force(
                cast.officer,
                cast.group,
                units_directly_below(cast.group, on),
                year=2020,
                on=on,
                today=NOW.date(),
            )
            completions = Completions(together, targets, year=2020, on=on, lights=DEFAULT)
            together.ask()
            found = {told(one) for one in completions.read()}
            assert found == {told(one) for one in expected}, on
            assert len(found) == 8

    def test_of_two_pledges_the_nearer_signatory_holds(self, story: Story) -> None:
        cast = story.cast
        in_force(cast)
        own = drafted(cast, unit=cast.guizhou, document="黔帮扶〔2020〕2号")
        entered(cast, own, STATIONS, 70, cast.guizhou)
        approved(cast, own)
        found = targets_in_force(cast.officer, cast.guizhou, [], year=2020, on=MIDSUMMER, today=MIDSUMMER)
        assert {(one.indicator, one.quantity) for one in found} == {
            (STATIONS, Decimal(70)), (CADRES, Decimal(30)),
        }  # fmt: skip
        of_group = targets_in_force(
            cast.officer, cast.group, [cast.guizhou], year=2020, on=MIDSUMMER, today=MIDSUMMER
        )
        assert {one.quantity for one in of_group if one.unit_id == cast.guizhou.pk} == {
            Decimal(50),
            Decimal(30),
        }

    def test_drafts_do_not_hold_and_what_is_out_of_scope_is_not_seen(self, story: Story) -> None:
        cast = story.cast
        version = drafted(cast)
        entered(cast, version, STATIONS, 100)

        def held(account: Account) -> list[Decimal]:
            found = targets_in_force(account, cast.group, [], year=2020, on=MIDSUMMER, today=MIDSUMMER)
            return [one.quantity for one in found]

        assert held(cast.officer) == []
        approved(cast, version)
        assert held(cast.officer) == [Decimal(100)]
        assert held(cast.outsider) == []


class TestPledges:
    def test_show_the_six_with_completion_forecast_and_light(self, story: Story) -> None:
        version = in_force(story.cast)
        story.stations(3, on=date(2020, 2, 1))
        cadres(story, list(range(1, 31)), story.cast.guizhou)
        page = shown(story.cast.officer)
        assert [one.row.number for one in page.pledges] == ["1", "2", "3", "4", "5", "6"]
        third = page.pledges[2]
        assert third.progress is not None
        assert (third.figure.value, third.share, third.forecast_share) == (Decimal(30), "75.0%", "150.0%")
        assert (third.progress.light, third.bar, third.time_at) == ("green", 75, 50)
        assert page.pledges[0].progress is None
        assert page.pledge == version.pledge_id
        assert third.figure.address == "/f/training.cadres/?period=2020-01-01/2020-07-01"

    def test_open_on_the_page_in_both_languages(self, story: Story) -> None:
        version = in_force(story.cast)
        cadres(story, [1, 2], story.cast.guizhou)
        page = door(story.cast.officer).get("/dashboard/?year=2020").content.decode()
        assert 'class="figure" href="/f/training.cadres/?period=2020"' in page
        assert f'href="/targets/{version.pledge_id}/?on=2020-12-31"' in page
        assert "目标 40人，完成 5.0%，时间过了 100.0%，预计 5.0%" in page
        assert "红灯" in page
        english = door(story.cast.officer, "en").get("/dashboard/?year=2020").content.decode()
        assert "The six of the pledge" in english
        assert "No target in a pledge" in english


class TestTrends:
    def test_hold_this_year_against_the_same_days_of_the_last(self, story: Story, short_report: Path) -> None:
        story.stations(4, on=date(2019, 5, 4))
        story.stations(6, on=date(2019, 11, 4))
        story.stations(5, on=date(2020, 6, 4))
        (advantage,) = shown(story.cast.officer).advantages
        (one,) = advantage.trends
        assert advantage.title.zh == "聚焦优势"
        assert (one.figure.value, one.before.value) == (Decimal(5), Decimal(4))
        assert one.growth is not None
        assert (one.growth.zh, one.growth.en, one.is_less) == ("同比 +25.0%", "+25.0% on last year", False)
        heights = [(bar.left // 3, bar.height, bar.is_before) for bar in one.bars if bar.height]
        assert heights == [(4, 16, True), (10, 24, True), (17, 20, False)]
        assert len(one.bars) == 12 + 7
        assert one.spoken is not None
        assert one.spoken.en == "columns by month, the highest in 2019-11"
        assert one.figure.value == reporting.figure_in(STATIONS, one.figure.selection).value

    def test_are_of_the_unit_and_all_below_it(self, story: Story, short_report: Path) -> None:
        below = company(story, "C5223", story.cast.guizhou)
        story.stations(2, on=date(2020, 2, 1))
        story.stations(3, unit=below.pk, on=date(2020, 2, 1))
        story.stations(9, unit=story.cast.yunnan.pk, on=date(2020, 2, 1))
        story.seal()
        (advantage,) = shown(story.cast.officer, unit="P52").advantages
        (one,) = advantage.trends
        assert one.figure.value == Decimal(5)
        assert [bar.height for bar in one.bars if bar.height] == [24]
        assert one.growth is None

    def test_without_facts_there_are_none(self, story: Story, short_report: Path) -> None:
        assert shown(story.cast.officer).advantages == ()
        page = door(story.cast.officer).get("/dashboard/?year=2020").content.decode()
        assert "这一年还没有计入的事实" in page


class TestRanks:
    def test_rank_units_by_what_was_chosen(self, story: Story) -> None:
        cast = story.cast
        in_force(cast)
        story.stations(10, on=date(2020, 2, 1))
        story.stations(25, unit=cast.yunnan.pk, on=date(2020, 2, 1))
        page = shown(cast.officer)
        assert (page.ranked_by, [code for code, _ in page.rank_choices]) == (CADRES, [CADRES, STATIONS])
        by_stations = shown(cast.officer, by=STATIONS)
        assert [(one.rank, one.unit.code, one.share) for one in by_stations.ranks] == [
            (1, "P53", "50.0%"), (2, "P52", "20.0%"),
        ]  # fmt: skip
        answer = door(cast.officer).get(f"/dashboard/?year=2020&by={STATIONS}").content.decode()
        assert "只排单位，不排个人" in answer
        assert all(one.display_name not in answer for one in (cast.clerk, cast.clerk_of_yunnan))


class TestCounties:
    def test_say_what_is_amiss_and_for_how_long(self, story: Story) -> None:
        cast = story.cast
        (county,) = shown(cast.officer).counties
        assert (county.place, str(county.quiet_words)) == (CEHENG, "从来没有计入的事实")
        story.stations(1, on=date(2020, 2, 11))
        (county,) = shown(cast.officer).counties
        assert county.quiet_words is not None
        assert county.quiet_words.zh == "5 个月没有新的事实（最近 2020-02）"
        story.seal()
        story.stations(1, on=date(2020, 5, 11))
        page = shown(cast.officer)
        assert (page.counties, page.county_count) == ((), 1)

    def test_a_fact_taken_back_is_no_fact(self, story: Story) -> None:
        story.reverse(*story.stations(2, on=date(2020, 6, 1)))
        (county,) = shown(story.cast.officer).counties
        assert county.last is None

    def test_count_overdue_findings_and_open_promises(self, story: Story) -> None:
        cast = story.cast
        version = drafted(cast)
        entered(cast, version, STATIONS, 5, place=Place.objects.get(pk=CEHENG))
        approved(cast, version)
        story.stations(2, on=date(2020, 6, 1))
        finding = raise_finding(unit=cast.ceheng, title="村道中断", act=cast.act(cast.officer))
        with system_writes("the finding is late"):
            Finding.objects.filter(pk=finding.pk).update(
                state="ASSIGNED", assigned_unit=cast.guizhou, due_on=date(2020, 6, 1)
            )
        (county,) = shown(cast.officer).counties
        assert (county.overdue, len(county.promises), county.behind) == (1, 1, 1)
        client = door(cast.officer)
        page = client.get("/dashboard/?year=2020").content.decode()
        assert "未完成的承诺 1" in page
        listed = client.get(county.findings_address)
        assert listed.context["page"].paginator.count == 1
        assert client.get(county.address).status_code == 200
        assert client.get(county.pledge_address).status_code == 200
        story.stations(3, on=date(2020, 6, 2))
        (county,) = shown(cast.officer).counties
        assert county.promises == ()

    def test_are_those_of_the_unit(self, story: Story) -> None:
        assert shown(story.cast.officer, unit="P52").county_count == 1
        assert shown(story.cast.officer, unit="P53").county_count == 0


class TestStandings:
    def test_list_units_with_something_amiss_first(self, story: Story) -> None:
        cast = story.cast
        version = in_force(cast)
        story.stations(50, unit=cast.yunnan.pk, on=date(2020, 2, 1))
        with toys.toys_entered():
            toys.submit_wells(
                unit=cast.guizhou, ids=toys.wells(cast.guizhou, 2), title="井", act=cast.act(cast.clerk)
            )
            found = standing_of_corner(cast.officer, cast.group, date(2020, 12, 31))
            own, first, *rest = found
            assert (own.unit, own.is_own, own.waiting, own.overdue) == (cast.group, True, 1, 0)
            assert (first.unit, first.waiting, first.reached) == (cast.guizhou, 1, 0)
            assert [(light.value, count) for light, _, count in first.lights] == [("red", 2)]
            yunnan = next(one for one in rest if one.unit == cast.yunnan)
            assert (yunnan.reached, yunnan.waiting) == (1, 0)
            assert yunnan.quality is not None
            assert (yunnan.complete, own.quality and own.quality.missing) == ("100.0%", (CADRES,))
            client = door(cast.officer)
            for with_one in (first, own):  # the list of the group holds what is below it
                assert client.get(with_one.papers_address).context["page"].paginator.count == 1
            assert client.get(first.pledge_address).status_code == 200
            assert first.pledge_address.startswith(f"/targets/{version.pledge_id}/?q=")
            assert own.pledge_address == f"/targets/{version.pledge_id}/"
            for address in (first.findings_address, first.quality_address):
                assert client.get(address).status_code == 200

    def test_hide_what_the_reader_may_not_see(self, story: Story) -> None:
        cast = story.cast
        in_force(cast)
        with system_writes("a reader of figures alone"):
            RoleGrant.objects.create(account=cast.outsider, role="reader", unit=cast.group, starts_on=FOUNDED)
        own = standing_of_corner(cast.outsider, cast.group, date(2020, 12, 31))[0]
        assert (own.waiting, own.overdue, own.quality is None) == (None, None, False)


class TestLive:
    def test_counts_what_came_in_today_below_a_unit(self, story: Story) -> None:
        today = timezone.localdate()
        assert live_of(story.cast.group, today).entered == 0
        first, *_ = story.stations(3, on=date(2020, 2, 1))
        story.stations(2, unit=story.cast.yunnan.pk, on=date(2020, 2, 1))
        story.reverse(first)
        live = live_of(story.cast.group, today)
        assert (live.entered, live.taken_back, live.more) == (5, 1, 0)
        assert [(one.entered, one.taken_back) for one in live.shown] == [(5, 1)]
        assert live_of(story.cast.yunnan, today).entered == 2
        assert live_of(story.cast.group, today + timedelta(days=1)).entered == 0

    def test_renews_itself_at_an_address_of_its_own(self, story: Story) -> None:
        story.stations(2, on=date(2020, 2, 1))
        client = door(story.cast.officer)
        page = client.get("/dashboard/?year=2020").content.decode()
        assert 'hx-get="/dashboard/live?unit=GROUP&amp;year=2020"' in page
        part = client.get("/dashboard/live?unit=GROUP&year=2020").content.decode()
        assert part.startswith('<section id="live"')
        assert "+2 条事实" in part


class TestWhoMay:
    def test_the_whole_and_a_branch_each_in_its_reach(self, story: Story) -> None:
        cast = story.cast
        with system_writes("a clerk of the branch alone"):
            cast.clerk.grants.filter(role="reader").update(ends_on=date(2020, 1, 1))
        client = door(cast.clerk)
        page = client.get("/dashboard/?year=2020")
        assert page.status_code == 200
        assert page.context["asked"].unit == cast.guizhou
        for address in ("/dashboard/?unit=GROUP", "/dashboard/?unit=P53", "/dashboard/live?unit=P53"):
            assert client.get(address).status_code == 403
        for account in (cast.outsider, cast.security):
            assert door(account).get("/dashboard/").status_code == 403
        official = door(cast.county_official)
        assert official.get("/dashboard/").headers["Location"] == "/handbook/522327/"
        assert official.get("/dashboard/?unit=GROUP").status_code == 403
        assert Client().get("/dashboard/").status_code == 302
        with pytest.raises(NotPermitted):
            asked(cast.county_official)

    def test_an_unknown_unit_is_refused_in_words(self, story: Story) -> None:
        with pytest.raises(UnableToOpen):
            asked(story.cast.officer, unit="NOWHERE")
        assert door(story.cast.officer).get("/dashboard/?unit=NOWHERE").status_code in {400, 404, 409, 422}

    def test_what_cannot_be_read_is_left_out(self, story: Story) -> None:
        in_force(story.cast)
        assert asked(story.cast.officer, year="x").year == present_year(MIDSUMMER) == 2020
        assert asked(story.cast.officer, year="2999").year == 2020
        assert asked(story.cast.officer, date(2023, 1, 9), year="x").on == date(2020, 12, 31)


class TestQuestions:
    def test_are_the_same_for_many_units_counties_and_facts(self, story: Story, short_report: Path) -> None:
        cast = story.cast
        version = drafted(cast, document="帮扶办〔2019〕1号", year=2019, signed_on=date(2019, 1, 15))
        for unit, wanted in ((cast.group, 100), (cast.guizhou, 50), (cast.yunnan, 50)):
            entered(cast, version, STATIONS, wanted, unit)
            entered(cast, version, CADRES, 40, unit)
        more = [company(story, f"C{number}", cast.group) for number in range(8)]
        larger = drafted(cast)
        for unit in (cast.group, cast.guizhou, cast.yunnan, *more):
            entered(cast, larger, STATIONS, 500 if unit == cast.group else 50, unit)
            entered(cast, larger, CADRES, 40, unit)
        approved(cast, version)
        approved(cast, larger)
        story.stations(2, on=date(2019, 2, 1))
        cadres(story, [1], cast.guizhou, on=date(2019, 3, 1))
        small, large = asked(cast.officer, date(2019, 7, 1), year="2019"), asked(cast.officer)
        dashboard_of(small)  # what is kept for the process is read once
        with CaptureQueriesContext(connection) as few:
            dashboard_of(small)
        for unit in more:
            story.stations(60, unit=unit.pk, on=date(2020, 3, 1))
            cadres(story, list(range(10)), unit)
            cadres(story, list(range(5)), company(story, f"B{unit.pk}", unit))
        with CaptureQueriesContext(connection) as many:
            page = dashboard_of(large)
        assert len(page.units) == 1 + len(units_directly_below(cast.group, MIDSUMMER))
        assert next(one for one in page.ranks if one.unit == more[0]).progress.figure.value == Decimal(10)
        assert len(many) == len(few) == 45

    def test_a_value_is_that_of_its_figure(self, story: Story) -> None:
        cadres(story, [1, 2], story.cast.guizhou)
        cadres(story, [2, 3], story.cast.yunnan)
        together = Together()
        cells = [
            together.want(CADRES, Selection(read_period("2020"), unit=unit))
            for unit in (None, story.cast.guizhou, story.cast.yunnan)
        ]
        together.ask()
        assert [one.value for one in together.figures(cells)] == [Decimal(3), Decimal(2), Decimal(2)]
        assert [reporting.figure_in(*cell).value for cell in cells] == [Decimal(3), Decimal(2), Decimal(2)]
