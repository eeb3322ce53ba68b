"""What comes of a project: milestones with photographs, acceptance by others, assets, the end, and the checks after."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from bangfu.foundation.findings.readings import Readings
from bangfu.foundation.findings.register import rules
from bangfu.foundation.operations import Act, NotPermitted, system_writes
from bangfu.livelihoods.projects import queries, subjects, waiting
from bangfu.livelihoods.projects.models import Asset, Check, Project
from bangfu.livelihoods.projects.operations import (
    AssetDetails,
    UnableToBuild,
    UnableToCheck,
    UnableToStep,
    abandon_project,
    accept_project,
    begin_project,
    close_project,
    enter_movement,
    plan_milestone,
    reach_milestone,
    record_check,
    register_asset,
    revise_milestone,
)
from tests.cast import CEHENG, Cast
from tests.foundation.evidence.files import photograph
from tests.livelihoods.projects.projected import (
    RECEIPT,
    approved,
    counted,
    entered,
    money,
    refuses,
)
from tests.livelihoods.projects.test_pages import client_of

PAPER = (("验收单.txt", "验收合格".encode()),)
ACCEPTORS = "县农业农村局、者楼街道办、村委会"
SHED = AssetDetails(
    "烘干车间", "VILLAGE", "N2522327EXAMPLE", "册确权〔2020〕5号", "村集体资产管护员", 28_000_000
)
FOUR_YEARS_ON = datetime(2024, 7, 31, 9, 0, tzinfo=UTC)


def photo() -> tuple[tuple[str, bytes], ...]:
    return (("现场.jpg", photograph(size=(64, 48))),)


def building(cast: Cast, code: str = "CH-2020-01") -> Project:
    """Return a project whose work has begun."""
    one = approved(cast, code)
    return begin_project(project=one, on=date(2020, 3, 2), act=cast.act(cast.clerk))


def accepted(cast: Cast, code: str = "CH-2020-01", on: date = date(2020, 6, 20)) -> Project:
    """Return a project that was accepted."""
    one = building(cast, code)
    accept_project(
        project=one,
        on=on,
        acceptors=ACCEPTORS,
        document="验〔2020〕1号",
        files=PAPER,
        act=cast.act(cast.verifier),
    )
    one.refresh_from_db()
    return one


def checked(
    cast: Cast, project: Project, year: int, used: str = "YES", reason: str = "", on: date | None = None
) -> Check:
    """Record a check, years later."""
    act = Act(actor=cast.clerk, at=FOUR_YEARS_ON)
    day = on or date(2020 + year, 7, 1)
    return record_check(project=project, year=year, on=day, used=used, reason=reason, files=photo(), act=act)


@pytest.mark.django_db
class TestMilestones:
    def test_are_planned_mended_and_reached_with_a_photograph(self, cast: Cast) -> None:
        one, act = building(cast), cast.act(cast.clerk)
        first = plan_milestone(project=one, title="地基", due_on=date(2020, 4, 1), act=act)
        second = plan_milestone(project=one, title="设备", due_on=date(2020, 5, 1), act=act)
        assert (first.number, second.number) == (1, 2)
        revise_milestone(milestone=second, title="设备安装", due_on=date(2020, 5, 10), act=act)
        reach_milestone(milestone=first, on=date(2020, 4, 2), note="晚一天", files=photo(), act=act)
        assert list(one.milestones.order_by("number").values_list("title", "due_on", "reached_on")) == [
            ("地基", date(2020, 4, 1), date(2020, 4, 2)),
            ("设备安装", date(2020, 5, 10), None),
        ]

    def test_refusals(self, cast: Cast) -> None:
        one, act, day = building(cast), cast.act(cast.clerk), date(2020, 4, 1)
        milestone = plan_milestone(project=one, title="地基", due_on=day, act=act)

        def reach(on: date = day, files: Any = None, note: str = "") -> None:
            reach_milestone(milestone=milestone, on=on, note=note, files=files or photo(), act=act)

        refuses(UnableToBuild, "in_the_future", lambda: reach(on=date(2020, 8, 1)))
        refuses(UnableToBuild, "photo_missing", lambda: reach(files=PAPER))
        refuses(UnableToBuild, "identity_number", lambda: reach(note="522327201003070018"))
        refuses(
            UnableToBuild,
            "not_described",
            lambda: plan_milestone(project=one, title=" ", due_on=day, act=act),
        )
        refuses(
            UnableToBuild,
            "nothing_changed",
            lambda: revise_milestone(milestone=milestone, title="地基", due_on=day, act=act),
        )
        reach()
        refuses(UnableToBuild, "reached_already", reach)
        idea = entered(cast, "CH-2020-02")
        refuses(
            UnableToBuild,
            "not_building",
            lambda: plan_milestone(project=idea, title="x", due_on=day, act=act),
        )
        with pytest.raises(NotPermitted):
            plan_milestone(project=one, title="x", due_on=day, act=cast.act(cast.clerk_of_yunnan))


@pytest.mark.django_db
class TestAcceptProject:
    def test_is_recorded_by_another_with_its_paper(self, cast: Cast) -> None:
        one = accepted(cast)
        assert one.state == "ACCEPTED"
        assert (one.acceptance.accepted_on, one.acceptance.acceptors) == (date(2020, 6, 20), ACCEPTORS)
        assert one.steps.order_by("pk").last().document == "验〔2020〕1号"

    def test_refusals(self, cast: Cast) -> None:
        one = building(cast)

        def accept(project: Project = one, files: Any = PAPER, **changes: Any) -> None:
            said: dict[str, Any] = {
                "on": date(2020, 6, 20),
                "acceptors": ACCEPTORS,
                "document": "1号",
                **changes,
            }
            accept_project(project=project, files=files, act=cast.act(cast.verifier), **said)

        refuses(UnableToBuild, "not_described", lambda: accept(acceptors=""))
        refuses(UnableToBuild, "evidence_missing", lambda: accept(files=()))
        refuses(UnableToStep, "before_the_last", lambda: accept(on=date(2020, 3, 1)))
        milestone = plan_milestone(
            project=one, title="地基", due_on=date(2020, 4, 1), act=cast.act(cast.clerk)
        )
        refused = refuses(UnableToBuild, "milestones_open", accept)
        assert "地基" in refused.sentence.zh
        reach_milestone(milestone=milestone, on=date(2020, 4, 1), files=photo(), act=cast.act(cast.clerk))
        with pytest.raises(NotPermitted):
            accept_project(
                project=one,
                on=date(2020, 6, 20),
                acceptors="x",
                document="x",
                files=PAPER,
                act=cast.act(cast.clerk),
            )
        accept()
        refuses(UnableToStep, "wrong_state", accept)

    def test_whoever_built_it_does_not_accept_it(self, cast: Cast) -> None:
        from bangfu.foundation.organisation.models import RoleGrant
        from tests.cast import FOUNDED

        with system_writes("an officer who verifies too"):
            RoleGrant.objects.create(
                account=cast.officer, role="verifier", unit=cast.group, starts_on=FOUNDED
            )
        one = approved(cast)
        act = cast.act(cast.officer)
        begin_project(project=one, on=date(2020, 3, 2), act=act)
        refuses(
            UnableToBuild,
            "built_it",
            lambda: accept_project(
                project=one, on=date(2020, 6, 20), acceptors=ACCEPTORS, document="1号", files=PAPER, act=act
            ),
        )


@pytest.mark.django_db
class TestAssetsAndTheEnd:
    def test_the_owner_is_kept_and_said_anew_holds(self, cast: Cast) -> None:
        from dataclasses import replace

        one, act = accepted(cast), cast.act(cast.clerk)
        register_asset(project=one, details=SHED, act=act)
        register_asset(project=one, details=replace(SHED, upkeep="合作社管护员"), act=act)
        asset = Asset.objects.get()
        assert (asset.name, asset.upkeep, asset.value_fen) == ("烘干车间", "合作社管护员", 28_000_000)
        close_project(project=one, on=date(2020, 7, 30), act=act)
        one.refresh_from_db()
        assert one.state == "CLOSED"

    def test_refusals(self, cast: Cast) -> None:
        from dataclasses import replace

        one, act = accepted(cast), cast.act(cast.clerk)

        def register(**changes: Any) -> Asset:
            return register_asset(project=one, details=replace(SHED, **changes), act=act)

        refuses(UnableToBuild, "not_described", lambda: register(upkeep=" "))
        refuses(UnableToBuild, "unknown_owner", lambda: register(owner_kind="FAMILY"))
        refuses(UnableToBuild, "party_code", lambda: register(owner="者楼村"))
        refuses(UnableToBuild, "value", lambda: register(value_fen=0))
        refuses(UnableToBuild, "identity_number", lambda: register(upkeep="张 522327201003070018"))
        refuses(
            UnableToBuild, "asset_missing", lambda: close_project(project=one, on=date(2020, 7, 30), act=act)
        )
        register()
        refuses(UnableToBuild, "nothing_changed", register)
        enter_movement(project=one, details=money("ALLOCATED"), files=RECEIPT, act=act)
        refuses(
            UnableToStep, "money_waits", lambda: close_project(project=one, on=date(2020, 7, 30), act=act)
        )
        early = building(cast, "CH-2020-02")
        refuses(UnableToBuild, "not_accepted", lambda: register_asset(project=early, details=SHED, act=act))

    def test_what_built_nothing_is_closed_with_the_reason(self, cast: Cast) -> None:
        one = accepted(cast)
        close_project(
            project=one, on=date(2020, 7, 30), reason="培训项目，没有形成资产", act=cast.act(cast.clerk)
        )
        assert one.steps.order_by("pk").last().reason == "培训项目，没有形成资产"


@pytest.mark.django_db
class TestChecks:
    def test_are_due_after_one_and_two_years(self, cast: Cast) -> None:
        one = accepted(cast)
        every = Project.objects.all()
        assert queries.due_checks(every, date(2021, 6, 19)) == []
        due = queries.due_checks(every, date(2022, 6, 20))
        assert [(found.year, found.due_on) for found in due] == [
            (1, date(2021, 6, 20)),
            (2, date(2022, 6, 20)),
        ]
        checked(cast, one, 1)
        assert [found.year for found in queries.due_checks(every, date(2022, 6, 20))] == [2]

    def test_said_anew_the_later_holds(self, cast: Cast) -> None:
        one = accepted(cast)
        checked(cast, one, 1)
        checked(cast, one, 1, "PARTLY", "只用一间")
        found = queries.checks_of(Project.objects.all(), date(2021, 7, 2))
        assert [(due.check.used, due.check.revision) for due in found if due.check] == [("PARTLY", 2)]
        assert Check.objects.count() == 2

    def test_refusals(self, cast: Cast) -> None:
        one, act = accepted(cast), Act(actor=cast.clerk, at=FOUR_YEARS_ON)

        def check(**changes: Any) -> Check:
            said: dict[str, Any] = {
                "year": 1,
                "on": date(2021, 7, 1),
                "used": "YES",
                "files": photo(),
                **changes,
            }
            return record_check(project=one, act=act, **said)

        refuses(UnableToCheck, "unknown_year", lambda: check(year=3))
        refuses(UnableToCheck, "unknown_answer", lambda: check(used="MAYBE"))
        refuses(UnableToCheck, "too_early", lambda: check(on=date(2021, 6, 19)))
        refuses(UnableToCheck, "in_the_future", lambda: check(on=date(2024, 8, 1)))
        refuses(UnableToCheck, "reason_missing", lambda: check(used="NO"))
        refuses(UnableToCheck, "identity_number", lambda: check(used="NO", reason="522327201003070018"))
        refuses(UnableToCheck, "photo_missing", lambda: check(files=PAPER))
        check()
        refuses(UnableToCheck, "nothing_changed", lambda: check(files=()))
        early = building(cast, "CH-2020-02")
        refuses(
            UnableToCheck,
            "not_accepted",
            lambda: record_check(
                project=early, year=1, on=date(2021, 7, 1), used="YES", files=photo(), act=act
            ),
        )

    def test_wait_for_whoever_may_record_them(self, cast: Cast) -> None:
        accepted(cast)
        day = date(2021, 9, 1)
        line = waiting.to_check(cast.clerk, day)[0]
        assert (line.count, line.due_on, line.overdue) == (1, date(2021, 6, 20), 1)
        assert waiting.to_check(cast.clerk_of_yunnan, day) == []
        assert waiting.to_check(cast.clerk, date(2021, 6, 19)) == []

    def test_the_database_asks_for_a_reason(self, cast: Cast) -> None:
        one = accepted(cast)
        bare = Check(
            project=one,
            year=1,
            checked_on=date(2021, 7, 1),
            used="NO",
            recorded_at=FOUR_YEARS_ON,
            recorded_by=cast.clerk,
        )

        def slip_past() -> None:
            with transaction.atomic(), system_writes("without the operation's check"):
                bare.save()
                connection.check_constraints()

        with pytest.raises(IntegrityError, match="projects_disuse_has_a_reason"):
            slip_past()


@pytest.mark.django_db
class TestApprovalWaits:
    def test_for_another_person(self, cast: Cast) -> None:
        from bangfu.livelihoods.projects.operations import admit_project

        one = entered(cast)
        assert waiting.to_approve(cast.verifier, date(2020, 7, 31)) == []
        admit_project(project=one, document="1号", on=date(2020, 1, 10), act=cast.act(cast.clerk))
        assert [line.count for line in waiting.to_approve(cast.verifier, date(2020, 7, 31))] == [1]
        assert waiting.to_approve(cast.clerk, date(2020, 7, 31)) == []


@pytest.mark.django_db
class TestRules:
    def evaluated(self, code: str, on: date, **values: Any) -> list[str]:
        rule = rules()[code]
        said = {one.code: one.default for one in rule.parameters} | values
        found = rule.evaluate(Readings(on), said)
        return found.suspects["title_zh"].to_list()

    def test_find_what_is_not_used_by_the_latest_check(self, cast: Cast) -> None:
        one, other = accepted(cast), accepted(cast, "CH-2020-02")
        checked(cast, one, 1, "NO", "设备被搬走")
        checked(cast, other, 1, "NO", "停电")
        checked(cast, other, 2)
        assert self.evaluated("projects.unused", date(2022, 8, 1)) == ["糯米蕉烘干车间：闲置"]

    def test_find_what_nobody_looked_at(self, cast: Cast) -> None:
        accepted(cast)
        assert self.evaluated("projects.unchecked", date(2021, 8, 18)) == []
        assert self.evaluated("projects.unchecked", date(2021, 8, 19)) == ["糯米蕉烘干车间：满 1 年没有检查"]

    def test_find_money_of_abandoned_projects(self, cast: Cast) -> None:
        one = approved(cast)
        counted(cast, one, "ALLOCATED", "PAID", "RECEIVED")
        counted(cast, one, "SPENT", amount_fen=5_000_000)
        abandon_project(project=one, on=date(2020, 7, 1), reason="滑坡", act=cast.act(cast.clerk))
        assert self.evaluated("projects.abandoned_with_money", date(2020, 7, 31)) == [
            "糯米蕉烘干车间：已终止，还有 150,000.00 元到账未用"
        ]

    def test_find_an_arrival_that_was_reported_afterwards(self, cast: Cast, tmp_path: Any) -> None:
        from bangfu.foundation.intake.reported.operations import verify_reported_paper
        from tests.foundation.intake.reported.reporting import Row, Sheet, imported
        from tests.foundation.review.looking import looked_at
        from tests.livelihoods.projects.projected import DAY

        one = approved(cast)
        counted(cast, one, "ALLOCATED", "PAID", "RECEIVED")
        assert self.evaluated("projects.reported_too", date(2020, 7, 31)) == []
        sheet = Sheet([Row("BANK-77", "200000", "册亨县", DAY)], "projects.put_in", name="投入.xlsx")
        paper = imported(sheet, unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)
        verify_reported_paper(batch=looked_at(paper, cast.act(cast.verifier)), act=cast.act(cast.verifier))
        assert self.evaluated("projects.reported_too", date(2020, 7, 31)) == [
            "投入帮扶资金：项目到账与报送记录同县、同日、同额"
        ]


@pytest.mark.django_db
class TestHandbook:
    def test_tells_of_approved_projects_alone(self, cast: Cast) -> None:
        one = accepted(cast)
        register_asset(project=one, details=SHED, act=cast.act(cast.clerk))
        entered(cast, "CH-2020-02")
        day = date(2021, 9, 1)
        assert [found.title for found in subjects.found(cast.clerk, "烘干", day)] == ["糯米蕉烘干车间"]
        assert subjects.found(cast.clerk_of_yunnan, "", day) == []
        page = subjects.page(cast.clerk, one.pk, day)
        assert page is not None
        sections = {section.title.zh: [line.about for line in section.lines] for section in page.sections}
        assert sections["资产与管护"] == ["村集体 · 村集体资产管护员 · 280,000.00"]
        assert sections["使用检查"] == ["2021-06-20 到期"]
        assert page.sections[-1].lines[0].is_late
        section = subjects.in_place(cast.clerk, CEHENG, day)[0]
        assert [(line.address, line.is_late) for line in section.lines] == [(f"projects/{one.pk}/", True)]
        assert subjects.in_place(cast.clerk, 530000000000, day) == []


@pytest.mark.django_db
class TestPages:
    def test_lead_from_the_work_to_the_check(self, cast: Cast) -> None:
        from django.core.files.uploadedfile import SimpleUploadedFile

        one = building(cast)
        clerk, verifier = client_of("weilan"), client_of("chenli")
        home = f"/projects/{one.pk}"

        def post(client: Any, address: str, **said: Any) -> None:
            assert client.get(address).status_code == 200
            answer = client.post(address, {"key": address, **said})
            assert answer.status_code == 302, answer.content.decode()

        def picture() -> SimpleUploadedFile:
            return SimpleUploadedFile("现场.jpg", photograph(size=(64, 48)))

        post(clerk, f"{home}/milestones/plan", title="地基", due_on="2020-04-01")
        milestone = one.milestones.get()
        post(clerk, f"/projects/milestones/{milestone.pk}/revise", title="地基完工", due_on="2020-04-01")
        post(
            clerk, f"/projects/milestones/{milestone.pk}/reach", on="2020-04-01", note="", evidence=picture()
        )
        paper = SimpleUploadedFile("验收.txt", b"1")
        post(
            verifier,
            f"{home}/accept",
            on="2020-06-20",
            document="1号",
            acceptors="县农业农村局",
            note="",
            evidence=paper,
        )
        post(
            clerk, f"{home}/assets/register", name="车间", value_yuan="1000", owner_kind="VILLAGE", owner="n2522327",
            document="5号", upkeep="管护员",
        )  # fmt: skip
        post(clerk, f"{home}/close", on="2020-07-30", document="", reason="")
        assert "地基完工" in clerk.get(f"{home}/").content.decode()
        listed = clerk.get("/projects/checks/?show=overdue").content.decode()
        assert "糯米蕉烘干车间" in listed
        post(
            clerk,
            f"{home}/check?year=2",
            year="2",
            on="2022-07-01",
            used="NO",
            reason="无人管护",
            evidence=picture(),
        )
        page = clerk.get(f"{home}/").content.decode()
        for words in ("无人管护", "闲置", "N2522327", "1,000.00", "县农业农村局"):
            assert words in page
        done = clerk.get("/projects/checks/?show=done").content.decode()
        assert "无人管护" in done
        text = b"".join(clerk.get("/projects/checks.csv?show=done").streaming_content).decode()
        assert "2,2022-06-20,2022-07-01,闲置,无人管护" in text
        assert clerk.get("/projects/checks.xlsx").status_code == 200
        assert clerk.get(f"/handbook/projects/{one.pk}/").status_code in (200, 403)
        assert client_of("linyi").get("/projects/checks/").status_code == 403
