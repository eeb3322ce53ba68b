"""Findings from first sight to closing, by those who may, and what re-opens them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction

from bangfu.foundation.evidence.models import Attachment
from bangfu.foundation.findings import queries
from bangfu.foundation.findings.models import Finding, FindingObject, FindingStep, Outcome, RuleSetting, Run
from bangfu.foundation.findings.operations import (
    Raised,
    UnableToRaise,
    UnableToSetRule,
    UnableToWorkOn,
    accept_answer,
    answer_finding,
    assign_finding,
    dismiss_finding,
    raise_finding,
    reopen_finding,
    return_answer,
    set_rule,
)
from bangfu.foundation.operations import NotPermitted, Refusal, system_writes
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.organisation.models import RoleGrant
from bangfu.foundation.people.operations import open_system_account
from tests.cast import FOUNDED, NOW, Cast
from tests.foundation.findings.acting import (
    DUE,
    LATER,
    LIMIT,
    RULE,
    accepted,
    answered,
    assigned,
    dismissed,
    raised,
    seen,
)
from tests.foundation.review.toys import wells

pytestmark = pytest.mark.django_db


def story_of(finding: Finding) -> list[str]:
    return list(finding.steps.order_by("pk").values_list("done", flat=True))


def code_of(refusal: pytest.ExceptionInfo[Refusal]) -> str:
    """The code; its sentence stands in both languages."""
    assert refusal.value.sentence.zh
    assert refusal.value.sentence.en
    return refusal.value.code


class TestRaiseByRule:
    def test_writes_findings_objects_history_run_and_trail(self, cast: Cast) -> None:
        done = seen(cast, ("A", "1", cast.guizhou), ("B", "1", cast.yunnan))
        assert done == Raised(raised=2, reopened=0, known=0)
        told = Finding.objects.order_by("title_zh").values_list(
            "rule", "title_zh", "title_en", "severity", "state", "unit"
        )
        assert list(told) == [
            (RULE.code, "井 A 太深", "well A is too deep", "HIGH", "OPEN", cast.guizhou.pk),
            (RULE.code, "井 B 太深", "well B is too deep", "HIGH", "OPEN", cast.yunnan.pk),
        ]
        assert (
            list(FindingObject.objects.values_list("kind", "record_type", "key"))
            == [("RECORD", 30002, "7")] * 2
        )
        assert list(FindingStep.objects.values_list("done", flat=True)) == ["RAISED", "RAISED"]
        run = Run.objects.get()
        assert (run.examined, run.found, run.raised, run.reopened, run.out_of_scope) == (2, 2, 2, 0, 0)
        whole = AuditEntry.objects.get(operation="findings.raise_by_rule", part_of=None)
        assert {name for entry in whole.parts.all() for name in entry.objects_named} == {
            f"findings.finding:{one.pk}" for one in Finding.objects.all()
        }

    def test_seen_again_it_stays_one_finding_with_the_new_words(self, cast: Cast) -> None:
        first = raised(cast)
        assert seen(cast, ("A", "2", cast.guizhou), at=LATER, record=8) == Raised(0, 0, 1)
        first.refresh_from_db()
        assert (Finding.objects.count(), first.last_seen_at, story_of(first)) == (1, LATER, ["RAISED"])
        assert set(first.objects_named.values_list("key", flat=True)) == {"7", "8"}

    def test_the_same_matter_twice_in_one_run_is_one_finding(self, cast: Cast) -> None:
        assert seen(cast, ("A", "1", cast.guizhou), ("A", "1", cast.guizhou)).raised == 1

    def test_nothing_found_is_kept_as_a_run(self, cast: Cast) -> None:
        assert seen(cast) == Raised(0, 0, 0)
        assert Run.objects.get().found == 0

    def test_corrected_and_seen_again_it_is_open_once_more_and_not_assigned(self, cast: Cast) -> None:
        finding = accepted(cast, outcome=Outcome.CORRECTED)
        assert seen(cast, ("A", "1", cast.guizhou), at=LATER) == Raised(0, 1, 0)
        finding.refresh_from_db()
        assert (finding.state, finding.times_reopened, finding.assigned_unit, finding.decided_by) == (
            "OPEN",
            1,
            None,
            None,
        )
        assert story_of(finding) == ["RAISED", "ASSIGNED", "ANSWERED", "ACCEPTED", "REOPENED"]
        assert Run.objects.order_by("pk").last().reopened == 1

    @pytest.mark.parametrize("close", [accepted, dismissed])
    def test_explained_or_dismissed_the_same_substance_stays_closed(self, cast: Cast, close) -> None:
        finding = close(cast)
        before = finding.state
        assert seen(cast, ("A", "1", cast.guizhou), at=LATER) == Raised(0, 0, 1)
        finding.refresh_from_db()
        assert (finding.state, finding.times_reopened, finding.last_seen_at) == (before, 0, LATER)

    @pytest.mark.parametrize("close", [accepted, dismissed])
    def test_explained_or_dismissed_another_substance_re_opens(self, cast: Cast, close) -> None:
        finding = close(cast)
        assert seen(cast, ("A", "2", cast.guizhou), at=LATER) == Raised(0, 1, 0)
        assert seen(cast, ("A", "2", cast.guizhou), at=LATER) == Raised(0, 0, 1)
        finding.refresh_from_db()
        assert (finding.state, finding.times_reopened) == ("OPEN", 1)

    def test_a_system_with_a_narrow_grant_raises_only_there(self, cast: Cast) -> None:
        robot = open_system_account(username="robot", title="机器", act=cast.act(cast.administrator))
        with system_writes("a narrow grant"):
            RoleGrant.objects.create(account=robot, role="watch", unit=cast.guizhou, starts_on=FOUNDED)
        done = seen(cast, ("A", "1", cast.guizhou), ("B", "1", cast.yunnan), by=robot)
        assert (done.raised, done.out_of_scope, Finding.objects.get().unit) == (1, 1, cast.guizhou)

    def test_refuses_who_may_raise_nothing_of_it(self, cast: Cast) -> None:
        for account in (cast.officer, cast.auditor, cast.outsider):
            with pytest.raises(NotPermitted):
                seen(cast, ("A", "1", cast.guizhou), by=account)
        assert not Finding.objects.exists()
        assert not Run.objects.exists()


class TestRaiseFinding:
    def test_by_a_clerk_in_the_own_unit_about_a_record(self, cast: Cast) -> None:
        well = wells(cast.guizhou, 1)[0]
        found = raise_finding(
            unit=cast.guizhou,
            title=" 井 是空的 ",
            detail="去看过",
            records=[(30002, well)],
            act=cast.act(cast.clerk),
        )
        assert (found.rule, found.title_zh, str(found.title), found.raised_by, found.state) == (
            "", "井 是空的", "井 是空的", cast.clerk, "OPEN",
        )  # fmt: skip
        assert list(queries.findings_about(30002, well)) == [found]

    def test_the_same_words_re_open_what_was_closed(self, cast: Cast) -> None:
        first = raise_finding(unit=cast.guizhou, title="井是空的", act=cast.act(cast.clerk))
        assert raise_finding(unit=cast.guizhou, title="井是空的 ", act=cast.act(cast.officer)) == first
        dismissed(cast, first)
        again = raise_finding(unit=cast.guizhou, title="井是空的", act=cast.act(cast.officer, at=LATER))
        assert (again.pk, again.state, again.times_reopened) == (first.pk, "OPEN", 1)

    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"title": " "}, "title_missing"),
            ({"title": "井" * 201}, "title_too_long"),
            ({"records": [(1, 99)]}, "no_such_object"),
        ],
    )
    def test_refuses(self, cast: Cast, changed: dict[str, object], code: str) -> None:
        with pytest.raises(UnableToRaise) as refused:
            raise_finding(**{"unit": cast.guizhou, "title": "井", **changed}, act=cast.act(cast.clerk))
        assert code_of(refused) == code
        assert not Finding.objects.exists()

    def test_who_may(self, cast: Cast) -> None:
        for account in (cast.clerk_of_yunnan, cast.outsider, cast.administrator):
            with pytest.raises(NotPermitted):
                raise_finding(unit=cast.guizhou, title="井", act=cast.act(account))
        for account in (cast.officer, cast.verifier, cast.auditor, cast.clerk):
            raise_finding(unit=cast.guizhou, title=f"井 {account.pk}", act=cast.act(account))

    def test_a_county_official_only_in_the_own_county(self, cast: Cast) -> None:
        found = raise_finding(unit=cast.ceheng, title="没有见到", act=cast.act(cast.county_official))
        assert (found.unit, found.place_id) == (cast.ceheng, cast.ceheng.place_id)
        with pytest.raises(NotPermitted):
            raise_finding(unit=cast.guizhou, title="没有见到", act=cast.act(cast.county_official))


class TestAssignFinding:
    def test_to_a_unit_and_a_person_until_a_day(self, cast: Cast) -> None:
        finding = assigned(cast, account=cast.clerk)
        assert (finding.state, finding.assigned_unit, finding.assigned_to, finding.due_on) == (
            "ASSIGNED", cast.guizhou, cast.clerk, DUE,
        )  # fmt: skip
        step = finding.steps.get(done="ASSIGNED")
        assert (step.by, step.unit, step.account, step.due_on) == (
            cast.officer,
            cast.guizhou,
            cast.clerk,
            DUE,
        )

    def test_refuses_a_day_that_passed_and_who_cannot_answer(self, cast: Cast) -> None:
        finding = raised(cast)
        with pytest.raises(UnableToWorkOn) as refused:
            assign_finding(
                finding=finding,
                unit=cast.guizhou,
                due_on=NOW.date() - timedelta(days=1),
                act=cast.act(cast.officer),
            )
        assert code_of(refused) == "due_passed"
        with pytest.raises(UnableToWorkOn) as refused:
            assigned(cast, finding, account=cast.clerk_of_yunnan)
        assert code_of(refused) == "cannot_answer"
        assert "段青" in str(refused.value.sentence.zh)
        assert story_of(finding) == ["RAISED"]

    def test_refuses_a_closed_one_and_whoever_has_no_grant(self, cast: Cast) -> None:
        with pytest.raises(UnableToWorkOn) as refused:
            assigned(cast, dismissed(cast))
        assert code_of(refused) == "closed_already"
        open_one = raised(cast, "B")
        with pytest.raises(NotPermitted):
            assign_finding(finding=open_one, unit=cast.guizhou, due_on=DUE, act=cast.act(cast.clerk))


class TestAnswerFinding:
    def test_with_words_and_evidence_that_hangs_on_the_finding(self, cast: Cast) -> None:
        finding = answer_finding(
            finding=assigned(cast), outcome=Outcome.EXPLAINED, words=" 岩层不同 ",
            files=[("记录.txt", "深 9 米".encode())], act=cast.act(cast.clerk),
        )  # fmt: skip
        assert (finding.state, finding.outcome, finding.answered_by) == ("ANSWERED", "EXPLAINED", cast.clerk)
        assert finding.steps.get(done="ANSWERED").remark == "岩层不同"
        hung = Attachment.objects.get()
        assert (hung.record_type, hung.record_id, hung.name) == (80, finding.pk, "记录.txt")

    def test_refuses_before_it_is_assigned_and_without_words(self, cast: Cast) -> None:
        finding = raised(cast)
        with pytest.raises(UnableToWorkOn) as refused:
            answer_finding(finding=finding, outcome="EXPLAINED", words="x", act=cast.act(cast.clerk))
        assert code_of(refused) == "not_assigned"
        with pytest.raises(UnableToWorkOn) as refused:
            answer_finding(
                finding=assigned(cast, finding), outcome="EXPLAINED", words=" ", act=cast.act(cast.clerk)
            )
        assert code_of(refused) == "words_missing"

    def test_refuses_another_than_the_person_it_went_to(self, cast: Cast) -> None:
        finding = assigned(cast, account=cast.clerk)
        with pytest.raises(UnableToWorkOn) as refused:
            answer_finding(finding=finding, outcome="EXPLAINED", words="x", act=cast.act(cast.officer))
        assert code_of(refused) == "somebody_elses"
        assert "韦兰" in str(refused.value.sentence.en)

    def test_refuses_another_branch(self, cast: Cast) -> None:
        with pytest.raises(NotPermitted):
            answer_finding(
                finding=assigned(cast), outcome="EXPLAINED", words="x", act=cast.act(cast.clerk_of_yunnan)
            )

    def test_the_unit_it_went_to_answers_and_not_whose_matter_it_is(self, cast: Cast) -> None:
        finding = assign_finding(
            finding=raised(cast), unit=cast.yunnan, due_on=DUE, act=cast.act(cast.officer)
        )
        with pytest.raises(NotPermitted):
            answer_finding(finding=finding, outcome="EXPLAINED", words="x", act=cast.act(cast.clerk))
        answer_finding(finding=finding, outcome="EXPLAINED", words="x", act=cast.act(cast.clerk_of_yunnan))


class TestAcceptAndReturn:
    def test_another_from_above_or_of_audit_closes_it(self, cast: Cast) -> None:
        for matter, account in (("A", cast.verifier), ("B", cast.auditor)):
            finding = accept_answer(finding=answered(cast, raised(cast, matter)), act=cast.act(account))
            assert (finding.state, finding.decided_by, finding.decided_at) == ("ACCEPTED", account, NOW)

    def test_returned_it_is_answered_again(self, cast: Cast) -> None:
        finding = return_answer(finding=answered(cast), remark="缺记录", act=cast.act(cast.verifier))
        assert finding.state == "RETURNED"
        again = answer_finding(finding=finding, outcome="CORRECTED", words="已补", act=cast.act(cast.clerk))
        assert (again.state, again.outcome) == ("ANSWERED", "CORRECTED")

    def test_refuses_without_an_answer_or_a_reason(self, cast: Cast) -> None:
        with pytest.raises(UnableToWorkOn) as refused:
            accept_answer(finding=assigned(cast), act=cast.act(cast.verifier))
        assert code_of(refused) == "not_answered"
        with pytest.raises(UnableToWorkOn) as refused:
            return_answer(finding=answered(cast, raised(cast, "B")), remark="", act=cast.act(cast.verifier))
        assert code_of(refused) == "words_missing"

    def test_refuses_whoever_answered(self, cast: Cast) -> None:
        with system_writes("a verifier who also answers"):
            RoleGrant.objects.create(
                account=cast.verifier, role="clerk", unit=cast.guizhou, starts_on=FOUNDED
            )
        finding = answer_finding(
            finding=assigned(cast), outcome="EXPLAINED", words="x", act=cast.act(cast.verifier)
        )
        for decide in (
            lambda: accept_answer(finding=finding, act=cast.act(cast.verifier)),
            lambda: dismiss_finding(finding=finding, remark="x", act=cast.act(cast.verifier)),
        ):
            with pytest.raises(UnableToWorkOn) as refused:
                decide()
            assert code_of(refused) == "same_person"
        with (
            pytest.raises(IntegrityError, match="findings_four_eyes"),
            system_writes("past the operation"),
            transaction.atomic(),
        ):
            Finding.objects.filter(pk=finding.pk).update(
                state="ACCEPTED", decided_by=cast.verifier, decided_at=NOW
            )

    def test_refuses_whom_it_is_about(self, cast: Cast) -> None:
        finding = answered(cast)
        assert finding in queries.waiting_for(cast.verifier, NOW.date())
        with system_writes("about the verifier"):
            FindingObject.objects.create(finding=finding, kind="ACCOUNT", key=str(cast.verifier.pk))
        with pytest.raises(UnableToWorkOn) as refused:
            accept_answer(finding=finding, act=cast.act(cast.verifier))
        assert code_of(refused) == "concerns_you"
        with pytest.raises(UnableToWorkOn) as refused:
            assign_finding(finding=finding, unit=cast.guizhou, due_on=DUE, act=cast.act(cast.verifier))
        assert code_of(refused) == "concerns_you"
        assert finding not in queries.waiting_for(cast.verifier, NOW.date())
        accept_answer(finding=finding, act=cast.act(cast.auditor))

    def test_refuses_a_verifier_of_the_same_unit(self, cast: Cast) -> None:
        with system_writes("a verifier of the branch"):
            RoleGrant.objects.create(
                account=cast.outsider, role="verifier", unit=cast.guizhou, starts_on=FOUNDED
            )
        with pytest.raises(UnableToWorkOn) as refused:
            accept_answer(finding=answered(cast), act=cast.act(cast.outsider))
        assert code_of(refused) == "not_above"


class TestDismissAndReopen:
    def test_dismissed_with_a_reason_and_re_opened_for_something_new(self, cast: Cast) -> None:
        finding = dismissed(cast)
        assert (finding.state, finding.decided_by) == ("DISMISSED", cast.verifier)
        again = reopen_finding(finding=finding, remark="又有人说起", act=cast.act(cast.auditor))
        assert (again.state, again.times_reopened, again.decided_by) == ("OPEN", 1, None)
        assert story_of(finding) == ["RAISED", "DISMISSED", "REOPENED"]

    def test_refuses_what_makes_no_sense(self, cast: Cast) -> None:
        finding = raised(cast)
        for act, code in (
            (lambda: reopen_finding(finding=finding, remark="x", act=cast.act(cast.auditor)), "not_closed"),
            (
                lambda: dismiss_finding(finding=finding, remark=" ", act=cast.act(cast.verifier)),
                "words_missing",
            ),
            (lambda: dismissed(cast, dismissed(cast, finding)), "closed_already"),
            (
                lambda: reopen_finding(finding=finding, remark=" ", act=cast.act(cast.auditor)),
                "words_missing",
            ),
        ):
            with pytest.raises(UnableToWorkOn) as refused:
                act()
            assert code_of(refused) == code

    def test_who_may_not(self, cast: Cast) -> None:
        for account in (cast.officer, cast.clerk, cast.outsider):
            with pytest.raises(NotPermitted):
                dismiss_finding(finding=raised(cast, str(account.pk)), remark="x", act=cast.act(account))


class TestSetRule:
    def test_from_a_day_on_and_until_then_the_earlier(self, cast: Cast) -> None:
        assert queries.setting_on(RULE, date(2020, 7, 31)).values == {"limit": Decimal(5)}
        set_rule(
            rule=RULE.code,
            parameters={"limit": Decimal(6)},
            source="会议",
            starts_on=date(2020, 8, 1),
            act=cast.act(cast.officer),
        )
        set_rule(
            rule=RULE.code, parameters={"limit": Decimal(6)}, is_on=False, source="停用", starts_on=date(2020, 9, 1),
            act=cast.act(cast.officer),
        )  # fmt: skip
        said = [queries.setting_on(RULE, date(2020, month, 15)) for month in (7, 8, 9)]
        assert [(one.is_on, one.values["limit"]) for one in said] == [(True, 5), (True, 6), (False, 6)]

    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"parameters": {"limit": Decimal(10)}}, "out_of_range"),
            ({"source": " "}, "source_missing"),
            ({"starts_on": date(2020, 1, 1)}, "dates"),
            ({"parameters": {"limit": Decimal(6)}}, "unchanged"),
        ],
    )
    def test_refuses(self, cast: Cast, changed: dict[str, object], code: str) -> None:
        said = {
            "rule": RULE.code,
            "parameters": {"limit": Decimal(6)},
            "source": "会议",
            "starts_on": date(2020, 1, 1),
        }
        set_rule(**said, act=cast.act(cast.officer))
        with pytest.raises(UnableToSetRule) as refused:
            set_rule(
                **{**said, "parameters": {"limit": Decimal(7)}, "starts_on": date(2020, 2, 1), **changed},
                act=cast.act(cast.officer),
            )
        assert code_of(refused) == code
        assert RuleSetting.objects.count() == 1
        assert LIMIT.default == 5

    def test_who_may_not(self, cast: Cast) -> None:
        for account in (cast.clerk, cast.verifier, cast.outsider):
            with pytest.raises(NotPermitted):
                set_rule(
                    rule=RULE.code,
                    parameters={"limit": Decimal(6)},
                    source="x",
                    starts_on=DUE,
                    act=cast.act(account),
                )


class TestTheDatabase:
    def test_keeps_every_version_and_loses_nothing(self, cast: Cast) -> None:
        finding = accepted(cast)
        kept = apps.get_model("findings", "FindingEvent").objects.filter(pgh_obj=finding.pk)
        assert list(kept.order_by("pgh_id").values_list("state", flat=True)) == [
            "OPEN",
            "ASSIGNED",
            "ANSWERED",
            "ACCEPTED",
        ]
        for table in ("findings_finding", "findings_findingstep", "findings_findingobject", "findings_run"):
            with (
                pytest.raises(DatabaseError),
                system_writes("an attack"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(f"DELETE FROM {table}")

    def test_sight_alone_makes_no_version(self, cast: Cast) -> None:
        finding = dismissed(cast)
        kept = apps.get_model("findings", "FindingEvent").objects.filter(pgh_obj=finding.pk)
        before = kept.count()
        seen(cast, ("A", "1", cast.guizhou), at=LATER)
        assert kept.count() == before
