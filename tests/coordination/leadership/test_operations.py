"""Each operation on leaders and visits: whole and exact, every refusal with nothing written, who may, two at once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from bangfu.coordination.leadership.models import Leader, Visit, VisitPoint
from bangfu.coordination.leadership.operations import (
    Commitment,
    UnableToRegisterLeader,
    UnableToReviseVisit,
    UnableToSettle,
    UnableToSubmitVisit,
    UnableToWithdrawVisit,
    register_leader,
    register_visit,
    return_visit,
    return_visits,
    revise_leader,
    revise_visit,
    settle_point,
    storing,
    submit_visit,
    verify_visit,
    verify_visits,
    withdraw_visit,
)
from bangfu.coordination.leadership.queries import open_points, state_of
from bangfu.coordination.leadership.rules import UnableToRegisterVisit
from bangfu.foundation.evidence.models import Attachment
from bangfu.foundation.intake.operations import UnableToImport
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.operations import NotPermitted, Refusal, system_writes
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.review.operations import UnableToReview
from tests.at_once import both, waiting
from tests.cast import CEHENG, NOW, Cast, enter_cast
from tests.coordination.leadership.visited import (
    ACCOUNTANT,
    ARRIVED,
    DUE,
    FIRST,
    LEFT,
    MINUTES,
    PUMP,
    SECOND,
    ZHELOU,
    Row,
    counts,
    details,
    drafted,
    imported,
    leader,
    received,
    submitted,
    verified,
)
from tests.foundation.review.looking import looked_at

POINTS = [
    ("PROBLEM", "合作社账目没有公开", None),
    ("COMMITMENT", PUMP, DUE),
    ("COMMITMENT", ACCOUNTANT, None),
]


def refuses(kind: type[Refusal], code: str, call: Callable[[], object]) -> Refusal:
    """Check that a call is refused with a code in both languages and nothing is written; return the refusal."""
    before = counts()
    with pytest.raises(kind) as refused:
        call()
    assert refused.value.code == code
    assert refused.value.sentence.zh
    assert refused.value.sentence.en
    assert counts() == before
    return refused.value


def points_of(visit: Visit) -> list[tuple[str, str, date | None]]:
    return list(visit.points.order_by("number").values_list("kind", "text", "due_on"))


@pytest.mark.django_db
class TestLeaders:
    def test_are_registered_with_the_name_kept_elsewhere(self, cast: Cast) -> None:
        one = leader(cast)
        assert (one.code, one.unit, one.post, one.rank, one.ended_on) == (
            "P52-L01", cast.guizhou, "总经理", "CHIEF", None,
        )  # fmt: skip
        assert one.person.name == "岑明"
        entry = AuditEntry.objects.get(operation="leadership.register_leader")
        assert "岑明" not in str(vars(entry))

    @pytest.mark.parametrize(
        ("changes", "code"),
        [({"name": " "}, "incomplete"), ({"post": ""}, "incomplete"), ({"rank": "KING"}, "unknown_rank")],
    )
    def test_are_refused_when_not_whole(self, cast: Cast, changes: dict[str, Any], code: str) -> None:
        refuses(UnableToRegisterLeader, code, lambda: leader(cast, **changes))

    def test_bear_a_number_once(self, cast: Cast) -> None:
        leader(cast)
        said = {
            "code": "P52-L01", "name": "岑亮", "unit": cast.guizhou, "post": "副总经理", "rank": "DEPUTY",
            "act": cast.act(cast.clerk),
        }  # fmt: skip
        refuses(UnableToRegisterLeader, "code_taken", lambda: register_leader(**said))

    def test_change_post_while_visits_keep_the_former(self, cast: Cast) -> None:
        visit = drafted(cast)
        said = {
            "post": "董事长",
            "rank": "CHIEF",
            "ended_on": date(2020, 7, 1),
            "act": cast.act(cast.officer),
        }
        revise_leader(leader=leader(cast), **said)
        visit.refresh_from_db()
        assert (visit.post, leader(cast).post, leader(cast).ended_on) == (
            "总经理",
            "董事长",
            date(2020, 7, 1),
        )
        refuses(UnableToRegisterLeader, "nothing_changed", lambda: revise_leader(leader=leader(cast), **said))
        later = {"arrived_on": date(2020, 7, 1), "left_on": date(2020, 7, 2)}
        refuses(
            UnableToRegisterVisit, "leads_no_more", lambda: drafted(cast, SECOND, commitments=(), **later)
        )

    def test_who_may(self, cast: Cast) -> None:
        said = {"code": "X", "name": "甲", "unit": cast.guizhou, "post": "总经理", "rank": "CHIEF"}
        for account in (
            cast.clerk_of_yunnan,
            cast.verifier,
            cast.auditor,
            cast.county_official,
            cast.outsider,
        ):
            with pytest.raises(NotPermitted):
                register_leader(act=cast.act(account), **said)


@pytest.mark.django_db
class TestRegisterVisit:
    def test_keeps_a_draft_with_its_points_and_minutes(self, cast: Cast) -> None:
        kept = drafted(cast, place=ZHELOU)
        kept.refresh_from_db()
        assert (
            kept.reference, kept.leader, kept.unit, kept.post, kept.rank, kept.place_id, kept.arrived_on, kept.left_on,
            kept.purpose, kept.registered_by, kept.revision,
        ) == (
            FIRST, leader(cast), cast.guizhou, "总经理", "CHIEF", ZHELOU, ARRIVED, LEFT, "调研产业帮扶", cast.clerk, 1,
        )  # fmt: skip
        assert (points_of(kept), state_of(kept)) == (POINTS, "DRAFT")
        assert list(Attachment.objects.values_list("record_type", "record_id", "kind", "name")) == [
            (144, kept.pk, "DOCUMENT", MINUTES[0])
        ]

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"arrived_on": date(1980, 1, 1)}, "too_early"),
            ({"left_on": date(2020, 8, 1)}, "in_future"),
            ({"left_on": date(2020, 6, 11)}, "left_before"),
            ({"commitments": (Commitment(PUMP, date(2020, 6, 1)),)}, "due_before"),
            ({"problems": ("户主 522327198001010011 未脱贫",)}, "identity_number"),
            ({"purpose": "走访 522327198001010011"}, "identity_number"),
        ],
    )
    def test_refuses_what_cannot_be(self, cast: Cast, changes: dict[str, Any], code: str) -> None:
        leader(cast)
        refuses(UnableToRegisterVisit, code, lambda: drafted(cast, **changes))

    def test_refuses_a_number_that_is_taken(self, cast: Cast) -> None:
        drafted(cast)
        refuses(UnableToRegisterVisit, "registered_already", lambda: drafted(cast))
        other = leader(cast, "P53-L01", unit=cast.yunnan)
        said = details(cast, leader=other)
        refuses(
            UnableToRegisterVisit,
            "registered_elsewhere",
            lambda: register_visit(details=said, act=cast.act(cast.officer)),
        )

    def test_who_may(self, cast: Cast) -> None:
        said = details(cast)
        for account in (cast.clerk_of_yunnan, cast.verifier, cast.auditor, cast.outsider):
            with pytest.raises(NotPermitted):
                register_visit(details=said, act=cast.act(account))

    def test_the_same_key_twice_registers_once(self, cast: Cast) -> None:
        said, act = details(cast), cast.act(cast.clerk, key="once")
        first, again = (register_visit(details=said, act=act) for _ in range(2))
        assert (first.pk, Visit.objects.count()) == (again.pk, 1)


@pytest.mark.django_db
class TestReview:
    def test_a_draft_is_mended_verified_and_counts_in_no_figure(self, cast: Cast) -> None:
        visit = drafted(cast)
        said = details(cast, "another", problems=(), commitments=(Commitment(PUMP, DUE),), purpose="督导")
        revise_visit(visit=visit, details=said, act=cast.act(cast.clerk))
        visit.refresh_from_db()
        assert (visit.reference, visit.purpose, points_of(visit)) == (FIRST, "督导", POINTS[1:2])
        submit_visit(visit=visit, act=cast.act(cast.clerk))
        refuses(
            UnableToReviseVisit,
            "not_open",
            lambda: revise_visit(visit=visit, details=said, act=cast.act(cast.clerk)),
        )
        verify_visit(visit=visit, act=cast.act(cast.verifier))
        assert (state_of(visit), Fact.objects.count()) == ("VERIFIED", 0)

    def test_a_returned_visit_is_submitted_again(self, cast: Cast) -> None:
        visit = submitted(cast)
        return_visit(visit=visit, remark="纪要看不清", act=cast.act(cast.verifier))
        assert state_of(visit) == "RETURNED"
        submit_visit(visit=visit, act=cast.act(cast.clerk))
        refuses(
            UnableToReview, "submitted_already", lambda: submit_visit(visit=visit, act=cast.act(cast.clerk))
        )

    def test_refuses_to_submit_what_is_not_whole(self, cast: Cast) -> None:
        bare = register_visit(details=details(cast), act=cast.act(cast.clerk))
        refuses(
            UnableToSubmitVisit,
            "evidence_missing",
            lambda: submit_visit(visit=bare, act=cast.act(cast.clerk)),
        )
        withdraw_visit(visit=bare, reason="withdrawn", remark="没有成行", act=cast.act(cast.clerk))
        refuses(UnableToSubmitVisit, "withdrawn", lambda: submit_visit(visit=bare, act=cast.act(cast.clerk)))

    def test_nobody_verifies_what_they_submitted(self, cast: Cast) -> None:
        visit = submit_visit(visit=drafted(cast), act=cast.act(cast.officer))
        with pytest.raises(NotPermitted):
            verify_visit(visit=visit, act=cast.act(cast.officer))

    @pytest.mark.parametrize(
        ("reason", "remark", "code"),
        [("unknown", "x", "unknown_reason"), ("withdrawn", " ", "remark_missing")],
    )
    def test_a_withdrawal_says_why(self, cast: Cast, reason: str, remark: str, code: str) -> None:
        said = {"visit": verified(cast), "reason": reason, "remark": remark, "act": cast.act(cast.officer)}
        refuses(UnableToWithdrawVisit, code, lambda: withdraw_visit(**said))

    def test_a_withdrawn_visit_gives_its_number_free(self, cast: Cast) -> None:
        said = {"reason": "withdrawn", "remark": "没有成行", "act": cast.act(cast.officer)}
        visit = submitted(cast)
        refuses(UnableToWithdrawVisit, "under_review", lambda: withdraw_visit(visit=visit, **said))
        verify_visit(visit=visit, act=cast.act(cast.verifier))
        withdraw_visit(visit=visit, **said)
        refuses(UnableToWithdrawVisit, "withdrawn_already", lambda: withdraw_visit(visit=visit, **said))
        assert (drafted(cast).revision, list(open_points(NOW.date()))) == (2, [])


@pytest.mark.django_db
class TestSettlePoint:
    def settled(self, cast: Cast, visit: Visit, number: int = 2, **changes: Any) -> VisitPoint:
        said = {
            "outcome": "DONE",
            "on": date(2020, 7, 10),
            "remark": "见验收单",
            "act": cast.act(cast.verifier),
        }
        return settle_point(point=visit.points.get(number=number), **{**said, **changes})

    def test_closes_a_commitment_for_good(self, cast: Cast) -> None:
        visit = verified(cast)
        before = [one.text for one in open_points(NOW.date())]
        self.settled(cast, visit)
        assert before == [PUMP, "合作社账目没有公开", ACCOUNTANT]
        assert [one.text for one in open_points(NOW.date())] == ["合作社账目没有公开", ACCOUNTANT]
        assert [one.text for one in open_points(date(2020, 7, 9))] == before
        one = visit.points.get(number=2)
        assert (one.outcome, one.settled_on, one.settled_by, one.remark) == (
            "DONE", date(2020, 7, 10), cast.verifier, "见验收单",
        )  # fmt: skip
        refuses(UnableToSettle, "settled_already", lambda: self.settled(cast, visit))
        with pytest.raises(DatabaseError), transaction.atomic(), system_writes("a test's attack"):
            VisitPoint.objects.filter(pk=one.pk).update(remark="别的")

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"outcome": "MAYBE"}, "unknown_outcome"),
            ({"remark": " "}, "remark_missing"),
            ({"on": date(2020, 6, 1)}, "too_early"),
            ({"on": date(2020, 8, 1)}, "in_future"),
        ],
    )
    def test_refuses_what_cannot_be(self, cast: Cast, changes: dict[str, Any], code: str) -> None:
        visit = verified(cast)
        refuses(UnableToSettle, code, lambda: self.settled(cast, visit, **changes))

    def test_is_for_another_person_and_after_review(self, cast: Cast) -> None:
        waits = submitted(cast, SECOND)
        refuses(UnableToSettle, "not_verified", lambda: self.settled(cast, waits))
        visit = verified(cast)
        refuses(UnableToSettle, "same_person", lambda: self.settled(cast, visit, act=cast.act(cast.clerk)))
        for account in (cast.clerk_of_yunnan, cast.auditor, cast.county_official):
            with pytest.raises(NotPermitted):
                self.settled(cast, visit, act=cast.act(account))


@pytest.mark.django_db
class TestImportVisits:
    def test_writes_visits_points_evidence_and_one_paper(self, cast: Cast, tmp_path: Path) -> None:
        rows = [
            Row(),
            Row(reference=SECOND, place="册亨县者楼街道者楼村", problems="", commitments="", due_on=None),
        ]
        paper = imported(cast, rows, tmp_path)
        first, second = Visit.objects.order_by("reference")
        assert (first.place_id, points_of(first)) == (
            CEHENG,
            [POINTS[0], (*POINTS[1][:2], DUE), (*POINTS[2][:2], DUE)],
        )
        assert (second.place_id, points_of(second)) == (ZHELOU, [])
        assert (paper.record_count, Attachment.objects.filter(record_type=144).count()) == (2, 2)
        verifier = cast.act(cast.verifier)
        verify_visits(batch=looked_at(paper, verifier), act=verifier)
        assert {state_of(one) for one in (first, second)} == {"VERIFIED"}

    def test_a_returned_row_is_replaced(self, cast: Cast, tmp_path: Path) -> None:
        paper = imported(cast, [Row()], tmp_path)
        return_visits(batch=paper, remark="问题没有写全", act=cast.act(cast.verifier))
        imported(cast, [Row(problems="甲；乙", commitments="")], tmp_path, name="改.xlsx")
        assert points_of(Visit.objects.get()) == [("PROBLEM", "甲", None), ("PROBLEM", "乙", None)]

    @pytest.mark.parametrize(
        ("row", "says"),
        [
            (Row(leader_code="P53-L01"), "P53-L01"),
            (Row(left_on=date(2020, 6, 1)), "早于到达"),
            (Row(due_on=date(2020, 6, 1)), "早于到访"),
            (Row(place="没有县"), "没有县"),
        ],
    )
    def test_refuses_a_row_that_cannot_be(self, cast: Cast, tmp_path: Path, row: Row, says: str) -> None:
        with pytest.raises(UnableToImport) as refused:
            imported(cast, [Row(reference=SECOND), row], tmp_path)
        assert [one.row for one in refused.value.rows] == [3]
        assert says in refused.value.rows[0].sentence.zh
        assert Visit.objects.count() == 0

    def test_who_may(self, cast: Cast, tmp_path: Path) -> None:
        with pytest.raises(NotPermitted):
            received([Row()], unit=cast.guizhou, act=cast.act(cast.clerk_of_yunnan), folder=tmp_path)


class TestTwoAtOnce:
    @pytest.mark.parametrize("is_locked", [True, False])
    def test_a_number_is_registered_once(self, own_database: str, is_locked: bool) -> None:
        cast = enter_cast()
        said = details(cast)
        unlocked = nullcontext() if is_locked else patch.object(storing, "lock_references", lambda one: None)
        slowly = patch.object(storing, "enter_visits", waiting(storing.enter_visits, 2))

        def register() -> object:
            return register_visit(details=said, act=cast.act(cast.clerk))

        with unlocked, slowly:
            found = both((register, register))
        assert found == (["done", "registered_already"] if is_locked else ["clash", "done"])
        assert Visit.objects.count() == 1


@pytest.mark.django_db
def test_the_database_refuses_what_the_rules_forbid(cast: Cast) -> None:
    visit = drafted(cast)
    for changes in (
        {"left_on": date(2020, 6, 1)},
        {"rank": "KING"},
        {"purpose": ""},
        {"withdrawal_reason": "x"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), system_writes("a test's attack"):
            Visit.objects.filter(pk=visit.pk).update(**changes)
    with pytest.raises(IntegrityError), transaction.atomic(), system_writes("a test's attack"):
        Leader.objects.update(rank="KING")
