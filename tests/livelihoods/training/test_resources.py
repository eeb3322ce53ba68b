"""Trainers and cost: names sealed, vouchers counted once, by a second person; a trained person's cost opens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from bangfu.foundation.operations import NotPermitted, Refusal, system_writes
from bangfu.foundation.review.models import Batch
from bangfu.foundation.review.operations import draw_sample, look_at
from bangfu.livelihoods.training import queries
from bangfu.livelihoods.training.models import Assignment, Course, Expense, Trainer
from bangfu.livelihoods.training.operations import (
    ExpenseDetails,
    TrainerDetails,
    UnableToKeepTrainer,
    UnableToSpend,
    assign_trainer,
    enter_expense,
    register_trainer,
    release_trainer,
    return_expenses,
    revise_course,
    revise_expense,
    revise_trainer,
    verify_expenses,
    withdraw_expense,
)
from bangfu.reporting.queries import figure
from tests.cast import CEHENG, Cast
from tests.livelihoods.training.test_pages import client_of
from tests.livelihoods.training.trained import details, enrolled, facts, opened, part, submitted, verified

SCAN = (("发票0045.txt", "发票 0045".encode()),)
VENUE = ExpenseDetails("VENUE", 1_234_550, date(2019, 9, 10), "0045", "礼堂两天")
TEACHES = TrainerDetails("示例农学院", "茶叶加工、合作社管理")


def refuses(kind: type[Refusal], code: str, call: Callable[[], object]) -> None:
    before = (Expense.objects.count(), Trainer.objects.count(), Assignment.objects.count())
    with pytest.raises(kind) as refused:
        call()
    assert refused.value.code == code
    assert refused.value.sentence.zh
    assert refused.value.sentence.en
    assert (Expense.objects.count(), Trainer.objects.count(), Assignment.objects.count()) == before


def trainer(cast: Cast, name: str = "钱老师") -> Trainer:
    return register_trainer(
        unit=cast.guizhou, name=name, phone="13800000000", details=TEACHES, act=cast.act(cast.clerk)
    )


def entered(cast: Cast, course: Course, said: ExpenseDetails = VENUE) -> Expense:
    return enter_expense(course=course, details=said, files=SCAN, act=cast.act(cast.clerk))


def paper_of(expense: Expense) -> Batch:
    return Batch.objects.filter(title__endswith=expense.voucher).latest("pk")


def counted(cast: Cast, expense: Expense) -> Batch:
    act, paper = cast.act(cast.verifier), paper_of(expense)
    sample = draw_sample(batch=paper, act=act)
    look_at(batch=paper, records=[one.record_id for one in sample.records.all()], act=act)
    return verify_expenses(batch=paper, act=act)


@pytest.mark.django_db
class TestTrainers:
    def test_are_registered_with_the_name_sealed(self, cast: Cast) -> None:
        found = trainer(cast)
        assert (found.provider, found.topics, found.unit) == (
            "示例农学院",
            "茶叶加工、合作社管理",
            cast.guizhou,
        )
        page = client_of("weilan").get("/training/trainers/").content.decode()
        assert "钱*" in page
        assert "钱老师" not in page
        assert client_of("duanqing").get("/training/trainers/").context["rows"] == []
        assert client_of("weilan").get("/training/trainers/?q=没有").context["rows"] == []

    def test_refusals(self, cast: Cast) -> None:
        act = cast.act(cast.clerk)
        found = trainer(cast)
        refuses(
            UnableToKeepTrainer,
            "not_described",
            lambda: register_trainer(unit=cast.guizhou, name=" ", details=TEACHES, act=act),
        )
        refuses(
            UnableToKeepTrainer, "nothing_changed", lambda: revise_trainer(trainer=found, details=TEACHES, act=act)
        )  # fmt: skip
        for other in (cast.clerk_of_yunnan, cast.verifier):
            with pytest.raises(NotPermitted):
                revise_trainer(trainer=found, details=TrainerDetails("甲", "乙"), act=cast.act(other))

    def test_teach_modules_and_stay_with_them_when_the_plan_changes(self, cast: Cast) -> None:
        act = cast.act(cast.clerk)
        course, found = opened(cast), trainer(cast)
        lecture, park = course.modules.get(mode="LECTURE"), course.modules.get(mode="PARK")
        assign_trainer(module=lecture, trainer=found, act=act)
        assign_trainer(module=park, trainer=found, act=act)
        refuses(
            UnableToKeepTrainer, "assigned_already", lambda: assign_trainer(module=park, trainer=found, act=act)
        )  # fmt: skip
        plan = details(
            required_sessions=1, parts=(part("LECTURE", date(2019, 9, 11)), part("ONLINE", date(2019, 9, 12)))
        )
        revise_course(course=course, details=plan, act=act)
        assert [one.module.mode for one in Assignment.objects.select_related("module")] == ["LECTURE"]
        lecture = course.modules.get(mode="LECTURE")
        release_trainer(module=lecture, trainer=found, act=act)
        refuses(
            UnableToKeepTrainer, "not_assigned", lambda: release_trainer(module=lecture, trainer=found, act=act)
        )  # fmt: skip

    def test_are_kept_by_form(self, cast: Cast) -> None:
        course = opened(cast)
        client = client_of("weilan")
        said = {
            "key": "t",
            "unit": cast.guizhou.pk,
            "name": "孙老师",
            "phone": "",
            "provider": "县农业局",
            "topics": "茶",
        }
        assert client.get("/training/trainers/register").status_code == 200
        assert client.post("/training/trainers/register", said).status_code == 302
        found = Trainer.objects.get()
        changed = {"key": "u", "provider": "县农业农村局", "topics": "茶"}
        assert client.post(f"/training/trainers/{found.pk}/revise", changed).status_code == 302
        module = course.modules.first()
        address = f"/training/modules/{module.pk}/assign"
        assert "孙*" in client.get(address).content.decode()
        assert client.post(address, {"key": "v", "trainer": found.pk}).status_code == 302
        page = client.get(f"/training/courses/{course.pk}/").content.decode()
        assert "县农业农村局" in page
        assert client.post(f"/training/modules/{module.pk}/release/{found.pk}").status_code == 302
        assert not Assignment.objects.exists()


@pytest.mark.django_db
class TestExpenses:
    def test_count_once_a_second_person_verified_them(self, cast: Cast) -> None:
        course = opened(cast, budget_fen=2_000_000)
        one = entered(cast, course)
        assert (facts("training.cost"), queries.spent_fen(course)) == ([], 0)
        counted(cast, one)
        day = date(2019, 9, 10)
        # The helper shows whole numbers: 12 345.50 is 12 346 there.
        assert facts("training.cost") == [
            ("training.cost", 12_346, cast.guizhou.pk, CEHENG, day, str(one.pk), 1, None)
        ]
        assert figure("training.cost", period="2019").value == Decimal("12345.50")
        assert queries.spent_fen(course) == 1_234_550

    def test_give_the_cost_of_a_trained_person(self, cast: Cast) -> None:
        course = opened(cast, budget_fen=2_000_000)
        for order in (1, 2):
            enrolled(cast, course, order)
        verified(cast, submitted(cast, course))
        counted(cast, entered(cast, course))
        counted(cast, entered(cast, course, replace(VENUE, voucher="0046", amount_fen=450)))
        assert figure("training.persons", period="2019").value == 2
        assert figure("training.cost_per_person", period="2019").value == Decimal("6175")
        page = client_of("weilan").get(f"/training/courses/{course.pk}/cost").content.decode()
        for words in ("20,000.00", "12,350.00", "6,175.00", "61%"):
            assert words in page

    def test_refusals(self, cast: Cast) -> None:
        course, other = opened(cast), opened(cast, "PX-2019-04")
        entered(cast, course)

        def enter(code: str, files: Any = SCAN, **changes: Any) -> None:
            said = replace(VENUE, **{"voucher": "0099", **changes})
            refuses(
                UnableToSpend,
                code,
                lambda: enter_expense(course=other, details=said, files=files, act=cast.act(cast.clerk)),
            )

        enter("amount", amount_fen=0)
        enter("voucher_missing", voucher=" ")
        enter("voucher_taken", voucher="0045")
        enter("unknown_category", category="GIFTS")
        enter("in_the_future", spent_on=date(2020, 8, 1))
        enter("evidence_missing", files=())

    def test_a_voucher_is_once_in_the_house(self, cast: Cast) -> None:
        course = opened(cast)
        one = entered(cast, course)
        with (
            pytest.raises(IntegrityError, match="training_one_expense_a_voucher"),
            transaction.atomic(),
            system_writes("without the operation's check"),
        ):
            Expense.objects.create(
                course=course, category="OTHER", amount_fen=1, spent_on=one.spent_on, voucher="0045",
                entered_at=one.entered_at, entered_by=one.entered_by,
            )  # fmt: skip

    def test_returned_are_mended_and_submitted_again(self, cast: Cast) -> None:
        course = opened(cast)
        one = entered(cast, course)
        mended = replace(VENUE, amount_fen=1_234_500)
        act = cast.act(cast.clerk)
        refuses(UnableToSpend, "not_returned", lambda: revise_expense(expense=one, details=mended, act=act))
        return_expenses(batch=paper_of(one), remark="金额与发票不符", act=cast.act(cast.verifier))
        page = client_of("weilan").get(f"/training/expenses/{one.pk}/").content.decode()
        assert "金额与发票不符" in page
        revise_expense(expense=one, details=mended, act=act)
        counted(cast, one)
        assert queries.spent_fen(course) == 1_234_500

    def test_withdrawn_count_no_more(self, cast: Cast) -> None:
        course = opened(cast)
        one = entered(cast, course)
        act = cast.act(cast.officer)

        def withdraw(reason: str = "withdrawn", remark: str = "退款") -> Expense:
            return withdraw_expense(expense=one, reason=reason, remark=remark, act=act)

        refuses(UnableToSpend, "under_review", withdraw)
        counted(cast, one)
        refuses(UnableToSpend, "remark_missing", lambda: withdraw(remark=" "))
        refuses(UnableToSpend, "unknown_reason", lambda: withdraw(reason="because"))
        withdraw()
        assert sum(row[1] for row in facts("training.cost")) == 0
        assert queries.spent_fen(course) == 0
        refuses(UnableToSpend, "withdrawn_already", withdraw)
        assert entered(cast, course).voucher == "0045"

    def test_who_may(self, cast: Cast) -> None:
        course = opened(cast)
        for other in (cast.clerk_of_yunnan, cast.verifier, cast.auditor):
            with pytest.raises(NotPermitted):
                enter_expense(course=course, details=VENUE, files=SCAN, act=cast.act(other))

    def test_are_entered_by_form(self, cast: Cast) -> None:
        from django.core.files.uploadedfile import SimpleUploadedFile

        course = opened(cast)
        client = client_of("weilan")
        address = f"/training/courses/{course.pk}/cost/enter"
        assert client.get(address).status_code == 200
        said = {
            "key": "e", "category": "BOARD", "amount_yuan": "12.30", "spent_on": "2019-09-10", "voucher": "7",
            "note": "", "evidence": SimpleUploadedFile("票.txt", "票据".encode()),
        }  # fmt: skip
        assert client.post(address, said).status_code == 302
        one = Expense.objects.get()
        assert (one.amount_fen, one.category) == (1230, "BOARD")
        for name in ("revise", "withdraw"):
            assert client.get(f"/training/expenses/{one.pk}/{name}").status_code == 200
        assert client_of("duanqing").get(f"/training/expenses/{one.pk}/").status_code == 403
