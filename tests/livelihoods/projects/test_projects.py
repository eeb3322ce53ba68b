"""Projects: entered, mended until approval, approved by somebody else, begun, abandoned; their budget by document."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from bangfu.foundation.operations import NotPermitted, system_writes
from bangfu.foundation.places.models import Place
from bangfu.livelihoods.projects.models import Project
from bangfu.livelihoods.projects.operations import (
    BudgetLine,
    ProjectDetails,
    UnableToEnter,
    UnableToStep,
    abandon_project,
    admit_project,
    approve_project,
    begin_project,
    change_budget,
    enter_project,
    revise_project,
)
from tests.cast import CEHENG, GUIZHOU, GUYUAN, Cast
from tests.livelihoods.projects.projected import (
    GIFT,
    OWN,
    approved,
    counts,
    details,
    entered,
    moved,
    refuses,
)


def budgets_of(project: Project) -> list[tuple[str, int, str]]:
    return list(project.budgets.order_by("source").values_list("source", "amount_fen", "party"))


def steps_of(project: Project) -> list[tuple[Any, ...]]:
    rows = project.steps.order_by("pk")
    return list(rows.values_list("state", "taken_on", "document", "reason", "is_budget"))


@pytest.mark.django_db
class TestEnterProject:
    def test_keeps_an_idea_with_its_budget_by_source(self, cast: Cast) -> None:
        one = entered(cast)
        assert (one.state, one.unit, one.place_id, one.last_day) == (
            "IDEA",
            cast.guizhou,
            CEHENG,
            date(2020, 6, 30),
        )
        assert budgets_of(one) == [("GIFT", 10_000_000, GIFT.party), ("OWN", 30_000_000, "")]
        assert steps_of(one) == [("IDEA", date(2020, 7, 31), "", "", False)]

    @pytest.mark.parametrize(
        ("code", "changes"),
        [
            ("not_described", {"title_zh": " "}),
            ("not_described", {"plan_number": ""}),
            ("unknown_revitalisation", {"revitalisation": "SPORT"}),
            ("too_early", {"starts_on": date(1985, 1, 1)}),
            ("ends_before_start", {"ends_on": date(2020, 3, 1)}),
            ("unknown_source", {"budgets": (BudgetLine("LOAN", 1),)}),
            ("source_twice", {"budgets": (OWN, OWN)}),
            ("amount", {"budgets": (BudgetLine("OWN", -1),)}),
            ("party_missing", {"budgets": (BudgetLine("GIFT", 1),)}),
            ("party_code", {"budgets": (BudgetLine("GIFT", 1, "示例公司"),)}),
            ("party_of_own", {"budgets": (BudgetLine("OWN", 1, "P52"),)}),
            ("identity_number", {"title_zh": "给 522327201003070018 建房"}),
            ("identity_number", {"budgets": (BudgetLine("GIFT", 1, "522327201003070018"),)}),
        ],
    )
    def test_refusals(self, cast: Cast, code: str, changes: dict[str, Any]) -> None:
        said, act = details(**changes), cast.act(cast.clerk)
        refuses(UnableToEnter, code, lambda: enter_project(details=said, unit=cast.guizhou, act=act))

    def test_refuses_places(self, cast: Cast) -> None:
        act = cast.act(cast.officer)
        province, elsewhere = Place.objects.get(pk=GUIZHOU), Place.objects.get(pk=GUYUAN)
        for code, place in (("not_a_place", province), ("outside_unit", elsewhere)):
            said = details(place=place)
            refuses(
                UnableToEnter, code, lambda said=said: enter_project(details=said, unit=cast.guizhou, act=act)
            )

    def test_a_code_is_one_project_in_the_house(self, cast: Cast) -> None:
        entered(cast)
        said, act = details(title_zh="另一个"), cast.act(cast.officer)
        refused = refuses(
            UnableToEnter, "code_taken", lambda: enter_project(details=said, unit=cast.group, act=act)
        )
        assert "贵州省分公司" in refused.sentence.zh

    def test_who_may(self, cast: Cast) -> None:
        for account in (cast.clerk_of_yunnan, cast.verifier, cast.auditor, cast.county_official):
            with pytest.raises(NotPermitted):
                enter_project(details=details(), unit=cast.guizhou, act=cast.act(account))

    def test_the_same_request_enters_once(self, cast: Cast) -> None:
        act = cast.act(cast.clerk, key="once")
        first = enter_project(details=details(), unit=cast.guizhou, act=act)
        assert enter_project(details=details(), unit=cast.guizhou, act=act) == first
        assert Project.objects.count() == 1


@pytest.mark.django_db
class TestReviseProject:
    def test_changes_words_and_budget(self, cast: Cast) -> None:
        one = entered(cast)
        said = details(title_zh="糯米蕉加工车间", budgets=(BudgetLine("OWN", 25_000_000),))
        one = revise_project(project=one, details=said, act=cast.act(cast.clerk))
        assert one.title_zh == "糯米蕉加工车间"
        assert budgets_of(one) == [("GIFT", 0, GIFT.party), ("OWN", 25_000_000, "")]

    def test_refusals(self, cast: Cast) -> None:
        one, act = entered(cast), cast.act(cast.clerk)

        def revise(said: ProjectDetails) -> Project:
            return revise_project(project=one, details=said, act=act)

        refuses(UnableToEnter, "nothing_changed", lambda: revise(details()))
        refuses(UnableToEnter, "not_described", lambda: revise(details(title_zh="")))
        done = approved(cast, "CH-2020-02")
        refuses(
            UnableToEnter,
            "not_open",
            lambda: revise_project(project=done, details=details("CH-2020-02"), act=act),
        )
        with pytest.raises(NotPermitted):
            revise_project(project=one, details=details(), act=cast.act(cast.clerk_of_yunnan))


@pytest.mark.django_db
class TestSteps:
    def test_lead_from_the_idea_to_the_work_by_documents_and_two_people(self, cast: Cast) -> None:
        one = approved(cast)
        begin_project(project=one, on=date(2020, 3, 2), act=cast.act(cast.clerk))
        one.refresh_from_db()
        assert one.state == "BUILDING"
        assert steps_of(one) == [
            ("IDEA", date(2020, 7, 31), "", "", False),
            ("LIBRARY", date(2020, 1, 10), "册库〔2020〕1号", "", False),
            ("APPROVED", date(2020, 2, 1), "册批〔2020〕7号", "", False),
            ("BUILDING", date(2020, 3, 2), "", "", False),
        ]

    def test_refusals_of_the_library(self, cast: Cast) -> None:
        one, act = entered(cast), cast.act(cast.clerk)

        def admit(document: str = "1号", on: date = date(2020, 1, 10)) -> Project:
            return admit_project(project=one, document=document, on=on, act=act)

        refuses(UnableToStep, "document_missing", lambda: admit(document=" "))
        refuses(UnableToStep, "in_the_future", lambda: admit(on=date(2020, 8, 1)))
        admit()
        refuses(UnableToStep, "wrong_state", admit)

    def test_refusals_of_the_approval(self, cast: Cast) -> None:
        poor = entered(cast, "CH-2020-02", budgets=())
        mine = enter_project(details=details(), unit=cast.guizhou, act=cast.act(cast.officer))
        for one in (poor, mine):
            admit_project(project=one, document="1号", on=date(2020, 1, 10), act=cast.act(cast.officer))

        def approve(one: Project, document: str = "2号", on: date = date(2020, 2, 1)) -> Project:
            return approve_project(project=one, document=document, on=on, act=cast.act(cast.verifier))

        refuses(UnableToStep, "no_budget", lambda: approve(poor))
        refuses(UnableToStep, "document_missing", lambda: approve(mine, document=""))
        refuses(UnableToStep, "before_the_last", lambda: approve(mine, on=date(2020, 1, 9)))
        with pytest.raises(NotPermitted):
            approve_project(project=mine, document="2号", on=date(2020, 2, 1), act=cast.act(cast.clerk))

    def test_whoever_entered_a_project_does_not_approve_it(self, cast: Cast) -> None:
        from bangfu.foundation.organisation.models import RoleGrant
        from tests.cast import FOUNDED

        with system_writes("an officer who verifies too"):
            RoleGrant.objects.create(
                account=cast.officer, role="verifier", unit=cast.group, starts_on=FOUNDED
            )
        act = cast.act(cast.officer)
        one = enter_project(details=details(), unit=cast.guizhou, act=act)
        admit_project(project=one, document="1号", on=date(2020, 1, 10), act=act)
        refuses(
            UnableToStep,
            "same_person",
            lambda: approve_project(project=one, document="2号", on=date(2020, 2, 1), act=act),
        )

    def test_a_project_is_abandoned_for_a_reason_and_for_ever(self, cast: Cast) -> None:
        one, act = approved(cast), cast.act(cast.clerk)

        def abandon(reason: str = "选址滑坡") -> Project:
            return abandon_project(project=one, on=date(2020, 5, 1), reason=reason, act=act)

        refuses(UnableToStep, "reason_missing", lambda: abandon(" "))
        moved(cast, one, "ALLOCATED")
        refuses(UnableToStep, "money_waits", abandon)
        other = approved(cast, "CH-2020-02")
        abandon_project(project=other, on=date(2020, 5, 1), reason="选址滑坡", act=act)
        refuses(
            UnableToStep, "wrong_state", lambda: begin_project(project=other, on=date(2020, 5, 2), act=act)
        )

    def test_the_database_lets_nobody_go_back(self, cast: Cast) -> None:
        one = approved(cast)
        with (
            pytest.raises(IntegrityError, match="cannot go from APPROVED to IDEA"),
            transaction.atomic(),
            system_writes("without the operation's check"),
        ):
            Project.objects.filter(pk=one.pk).update(state="IDEA")


@pytest.mark.django_db
class TestChangeBudget:
    def test_by_document_with_a_step_of_its_own(self, cast: Cast) -> None:
        one = approved(cast)
        more = (replace(OWN, amount_fen=35_000_000), GIFT)
        change_budget(
            project=one,
            budgets=more,
            document="调〔2020〕2号",
            on=date(2020, 4, 1),
            act=cast.act(cast.verifier),
        )
        assert budgets_of(one) == [("GIFT", 10_000_000, GIFT.party), ("OWN", 35_000_000, "")]
        assert steps_of(one)[-1] == ("APPROVED", date(2020, 4, 1), "调〔2020〕2号", "", True)

    def test_refusals(self, cast: Cast) -> None:
        one = approved(cast)
        moved(cast, one, "ALLOCATED", 20_000_000)

        def change(*lines: BudgetLine, document: str = "2号") -> Project:
            return change_budget(
                project=one,
                budgets=lines,
                document=document,
                on=date(2020, 4, 1),
                act=cast.act(cast.verifier),
            )

        refused = refuses(UnableToStep, "budget_below", lambda: change(BudgetLine("OWN", 19_999_999), GIFT))
        assert "200,000.00" in refused.sentence.zh
        refuses(UnableToStep, "budget_below", lambda: change(GIFT))
        refuses(UnableToStep, "nothing_changed", lambda: change(OWN, GIFT))
        refuses(UnableToStep, "document_missing", lambda: change(OWN, document=""))
        refuses(UnableToEnter, "party_missing", lambda: change(OWN, BudgetLine("INVESTMENT", 5)))
        idea = entered(cast, "CH-2020-02")
        before = counts()
        with pytest.raises(NotPermitted):
            change_budget(
                project=idea, budgets=(), document="1", on=date(2020, 4, 1), act=cast.act(cast.clerk)
            )
        assert counts() == before

    def test_the_database_keeps_it_above_what_is_allocated(self, cast: Cast) -> None:
        one = approved(cast)
        moved(cast, one, "ALLOCATED", 20_000_000)

        def slip_past() -> None:
            with transaction.atomic(), system_writes("without the operation's check"):
                one.budgets.filter(source="OWN").update(amount_fen=1)
                connection.check_constraints()

        with pytest.raises(IntegrityError, match="would exceed the stage before"):
            slip_past()
