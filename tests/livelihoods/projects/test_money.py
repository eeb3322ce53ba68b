"""Money of projects: four stages, each within the one before, counted once by a second person; arrivals feed the pledge."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from bangfu.foundation.intake.operations import UnableToImport
from bangfu.foundation.operations import NotPermitted, system_writes
from bangfu.livelihoods.projects import queries
from bangfu.livelihoods.projects.models import Movement, Project
from bangfu.livelihoods.projects.operations import (
    UnableToMove,
    enter_movement,
    return_movements,
    revise_movement,
    verify_movements,
    withdraw_movement,
)
from bangfu.reporting.queries import figure
from tests.cast import CEHENG, Cast
from tests.foundation.intake.reported.reporting import Row, Sheet, imported
from tests.livelihoods.projects.projected import (
    DAY,
    GIFT,
    RECEIPT,
    approved,
    counted,
    entered,
    facts,
    money,
    moved,
    paper_of,
    refuses,
    verified,
)

CHAIN = ("ALLOCATED", "PAID", "RECEIVED", "SPENT")
INVESTOR = "91520000EXAMPLE02B"


@pytest.mark.django_db
class TestMoney:
    def test_counts_by_stage_and_the_arrival_as_put_in(self, cast: Cast) -> None:
        one = approved(cast)
        counted(cast, one, *CHAIN)
        where = (cast.guizhou.pk, CEHENG, DAY)
        assert facts() == [
            ("projects.allocated", Decimal(200_000), *where, "ALLOCATED-1"),
            ("projects.paid", Decimal(200_000), *where, "PAID-1"),
            ("projects.received", Decimal(200_000), *where, "RECEIVED-1"),
            ("projects.put_in", Decimal(200_000), *where, "RECEIVED-1"),
            ("projects.spent", Decimal(200_000), *where, "SPENT-1"),
        ]
        for code in ("allocated", "paid", "received", "spent", "put_in"):
            assert figure(f"projects.{code}", period="2020", place=CEHENG).value == Decimal(200_000)
        assert figure("projects.brought_in", period="2020").value is None

    def test_gifts_and_investment_are_figures_of_their_own(self, cast: Cast) -> None:
        from bangfu.livelihoods.projects.operations import BudgetLine

        one = approved(cast, budgets=(GIFT, BudgetLine("INVESTMENT", 50_000_000, INVESTOR)))
        counted(cast, one, *CHAIN[:3], amount_fen=10_000_000, source="GIFT", payer=GIFT.party)
        for kind in CHAIN[:3]:
            paid = moved(
                cast, one, kind, 50_000_000, source="INVESTMENT", payer=INVESTOR, receipt=f"INV-{kind}"
            )
            verified(cast, paper_of(paid))
        assert figure("projects.brought_in", period="2020").value == Decimal(100_000)
        assert figure("projects.investment_brought_in", period="2020").value == Decimal(500_000)
        assert figure("projects.put_in", period="2020").value is None

    def test_waits_for_a_second_person(self, cast: Cast) -> None:
        one = approved(cast)
        allocated = moved(cast, one, "ALLOCATED")
        assert facts() == []
        stages = queries.stages_of([one.pk])[one.pk]["OWN"]
        assert (stages.living["ALLOCATED"], stages.counted["ALLOCATED"]) == (20_000_000, 0)
        with pytest.raises(NotPermitted):
            verify_movements(batch=paper_of(allocated), act=cast.act(cast.clerk))

    def test_fen_are_exact(self, cast: Cast) -> None:
        one = approved(cast)
        counted(cast, one, "ALLOCATED", amount_fen=29_999_999)
        assert facts()[0][1] == Decimal("299999.99")


@pytest.mark.django_db
class TestEnterMovement:
    @pytest.mark.parametrize(
        ("code", "changes"),
        [
            ("unknown_kind", {"kind": "PROMISED"}),
            ("unknown_source", {"source": "LOAN"}),
            ("amount", {"amount_fen": 0}),
            ("receipt_missing", {"receipt": " "}),
            ("party_code", {"payer": "张三"}),
            ("identity_number", {"payee": "522327201003070018"}),
            ("identity_number", {"note": "付 522327201003070018"}),
            ("in_the_future", {"happened_on": date(2020, 8, 1)}),
            ("too_early", {"happened_on": date(1980, 1, 1)}),
            ("over_stage", {"amount_fen": 30_000_001}),
            ("over_stage", {"source": "INVESTMENT"}),
            ("over_stage", {"kind": "PAID", "amount_fen": 1}),
        ],
    )
    def test_refusals(self, cast: Cast, code: str, changes: dict[str, Any]) -> None:
        one, said = approved(cast), replace(money("ALLOCATED"), **changes)
        refuses(
            UnableToMove,
            code,
            lambda: enter_movement(project=one, details=said, files=RECEIPT, act=cast.act(cast.clerk)),
        )

    def test_each_stage_stays_within_the_one_before(self, cast: Cast) -> None:
        one = approved(cast)
        for before, kind in pairwise(CHAIN):
            if before == "ALLOCATED":
                moved(cast, one, before)
            refused = refuses(
                UnableToMove, "over_stage", lambda kind=kind: moved(cast, one, kind, 20_000_001)
            )
            assert "200,000.01" in refused.sentence.en
            moved(cast, one, kind)

    def test_more_refusals(self, cast: Cast) -> None:
        one, act = approved(cast), cast.act(cast.clerk)
        moved(cast, one, "ALLOCATED")

        def enter(said: Any, project: Project = one, files: Any = RECEIPT) -> Movement:
            return enter_movement(project=project, details=said, files=files, act=act)

        refuses(UnableToMove, "same_party", lambda: enter(money("PAID", payee="P52")))
        refuses(UnableToMove, "evidence_missing", lambda: enter(money("PAID"), files=()))
        other, idea = approved(cast, "CH-2020-02"), entered(cast, "CH-2020-03")
        refused = refuses(
            UnableToMove, "receipt_taken", lambda: enter(money("ALLOCATED", receipt="allocated -1"), other)
        )
        assert "CH-2020-01" in refused.sentence.zh
        refuses(UnableToMove, "not_approved", lambda: enter(money("ALLOCATED", receipt="X"), idea))
        for account in (cast.clerk_of_yunnan, cast.verifier, cast.auditor):
            with pytest.raises(NotPermitted):
                enter_movement(project=one, details=money("PAID"), files=RECEIPT, act=cast.act(account))

    def test_the_same_request_enters_once(self, cast: Cast) -> None:
        one, act = approved(cast), cast.act(cast.clerk, key="once")
        first = enter_movement(project=one, details=money("ALLOCATED"), files=RECEIPT, act=act)
        assert enter_movement(project=one, details=money("ALLOCATED"), files=RECEIPT, act=act) == first
        assert Movement.objects.count() == 1

    def test_the_database_keeps_the_stages_too(self, cast: Cast) -> None:
        one = approved(cast)
        copy = moved(cast, one, "ALLOCATED")
        copy.pk, copy.kind, copy.receipt, copy.amount_fen = None, "PAID", "X", 20_000_001

        def slip_past() -> None:
            with transaction.atomic(), system_writes("without the operation's check"):
                copy.save()
                connection.check_constraints()

        with pytest.raises(IntegrityError, match="would exceed the stage before"):
            slip_past()


@pytest.mark.django_db
class TestVerifyMovements:
    def test_refuses_a_stage_whose_ground_is_not_verified(self, cast: Cast) -> None:
        one = approved(cast)
        allocated, paid = moved(cast, one, "ALLOCATED"), moved(cast, one, "PAID")
        paper = paper_of(paid)
        with pytest.raises(UnableToMove) as refused:
            verified(cast, paper)
        assert refused.value.code == "stage_waits"
        assert facts() == []
        verified(cast, paper_of(allocated))
        verify_movements(batch=paper, act=cast.act(cast.verifier))
        assert [row[0] for row in facts()] == ["projects.allocated", "projects.paid"]


@pytest.mark.django_db
class TestReviseAndWithdraw:
    def test_returned_are_mended_and_submitted_again(self, cast: Cast) -> None:
        one, act = approved(cast), cast.act(cast.clerk)
        allocated = moved(cast, one, "ALLOCATED")
        mended = money("ALLOCATED", 30_000_000)
        refuses(
            UnableToMove, "not_returned", lambda: revise_movement(movement=allocated, details=mended, act=act)
        )
        return_movements(batch=paper_of(allocated), remark="金额与文件不符", act=cast.act(cast.verifier))
        too_much = money("ALLOCATED", 30_000_001)
        refuses(
            UnableToMove, "over_stage", lambda: revise_movement(movement=allocated, details=too_much, act=act)
        )
        moved(cast, one, "PAID", 20_000_000)
        too_little = money("ALLOCATED", 19_999_999)
        refuses(
            UnableToMove,
            "stage_rests_on_it",
            lambda: revise_movement(movement=allocated, details=too_little, act=act),
        )
        revise_movement(movement=allocated, details=mended, act=act)
        verified(cast, paper_of(allocated))
        assert facts()[0][1] == Decimal(300_000)

    def test_withdrawn_counts_no_more_from_the_last_stage_back(self, cast: Cast) -> None:
        one, act = approved(cast), cast.act(cast.officer)
        allocated, paid, received = counted(cast, one, *CHAIN[:3])

        def withdraw(movement: Movement, reason: str = "withdrawn", remark: str = "退款") -> Movement:
            return withdraw_movement(movement=movement, reason=reason, remark=remark, act=act)

        refuses(UnableToMove, "stage_rests_on_it", lambda: withdraw(paid))
        refuses(UnableToMove, "remark_missing", lambda: withdraw(received, remark=" "))
        refuses(UnableToMove, "unknown_reason", lambda: withdraw(received, reason="because"))
        spent = moved(cast, one, "SPENT")
        refuses(UnableToMove, "under_review", lambda: withdraw(spent))
        return_movements(batch=paper_of(spent), remark="不是本项目", act=cast.act(cast.verifier))
        withdraw(spent)
        withdraw(received)
        refuses(UnableToMove, "withdrawn_already", lambda: withdraw(received))
        assert figure("projects.received", period="2020").value == 0
        assert figure("projects.put_in", period="2020").value == 0
        assert figure("projects.paid", period="2020").value == Decimal(200_000)
        assert allocated.receipt == "ALLOCATED-1"
        counted(cast, one, "RECEIVED")
        assert figure("projects.put_in", period="2020").value == Decimal(200_000)


@pytest.mark.django_db
class TestReportedArrivals:
    """Money that was reported by hand is not counted again through a project, nor the other way round."""

    def report(self, cast: Cast, folder: Path, reference: str) -> None:
        row = Row(reference, "200000", "册亨县", DAY)
        sheet = Sheet([row], "projects.put_in", name="投入.xlsx")
        imported(sheet, unit=cast.guizhou, act=cast.act(cast.clerk), folder=folder)

    def test_by_the_receipt(self, cast: Cast, tmp_path: Path) -> None:
        self.report(cast, tmp_path, "RECEIVED-1")
        one = approved(cast)
        counted(cast, one, "ALLOCATED", "PAID")
        refused = refuses(
            UnableToMove, "reported_receipt", lambda: moved(cast, one, "RECEIVED", apart="不是一笔")
        )
        assert "贵州省分公司" in refused.sentence.zh

    def test_by_county_day_and_sum_unless_it_is_said_to_be_another(self, cast: Cast, tmp_path: Path) -> None:
        self.report(cast, tmp_path, "BANK-77")
        one = approved(cast)
        counted(cast, one, "ALLOCATED", "PAID")
        refused = refuses(UnableToMove, "reported_alike", lambda: moved(cast, one, "RECEIVED"))
        assert "BANK-77" in refused.sentence.zh
        moved(cast, one, "RECEIVED", 19_999_999, receipt="R-2")
        moved(cast, one, "RECEIVED", 1, receipt="R-3")

    def test_what_a_project_counts_is_not_reported_again(self, cast: Cast, tmp_path: Path) -> None:
        one = approved(cast)
        counted(cast, one, *CHAIN[:3])
        with pytest.raises(UnableToImport) as refused:
            self.report(cast, tmp_path, "RECEIVED-1")
        assert refused.value.code == "rows_refused"
