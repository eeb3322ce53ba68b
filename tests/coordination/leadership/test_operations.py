"""Each operation on leaders and visits: whole and exact, every refusal with nothing written, who may, two at once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from bangfu.coordination.leadership.measures import party_of_trip, party_of_visit
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
from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.operations import NotPermitted, Refusal, system_writes
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.review.operations import UnableToReview
from bangfu.reporting.queries import figure
from bangfu.reporting.reports import problems_of
from tests.at_once import both, waiting
from tests.cast import CEHENG, GUYUAN, NOW, Cast, enter_cast
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
    def test_a_draft_is_mended_and_verified(self, cast: Cast) -> None:
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
        assert state_of(visit) == "VERIFIED"

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


def facts_of(visit: Visit) -> set[tuple[Any, ...]]:
    found = Fact.objects.filter(subject_type=144, subject_id=visit.pk)
    codes = {measure_number(code): code for code in ("leadership.visits", "leadership.trips")}
    rows = found.values_list(
        "measure_id", "quantity", "unit_id", "place_id", "happened_on", "party", "source_system", "source_id"
    )
    return {(codes[number], *rest) for number, *rest in rows}


@pytest.mark.django_db
class TestCounting:
    """Leaders times trips 人次, and trips by themselves."""

    TRIP = "P52-XC-1"

    def said(self, **scope: Any) -> tuple[str, str]:
        return tuple(
            str(figure(f"leadership.{code}", period="2020", **scope)) for code in ("visits", "trips")
        )  # type: ignore[return-value]

    def test_a_verified_visit_posts_the_leaders_trip_and_the_trip(self, cast: Cast) -> None:
        visit = verified(cast)
        guizhou = cast.guizhou.pk
        shared = (Decimal(1), guizhou, CEHENG, ARRIVED)
        assert facts_of(visit) == {
            (
                "leadership.visits",
                *shared,
                party_of_visit("P52-L01", FIRST),
                "leadership.visit",
                str(visit.pk),
            ),
            ("leadership.trips", *shared, party_of_trip(FIRST), "leadership.visit", str(visit.pk)),
        }
        assert self.said() == ("1人次", "1趟")

    def test_two_counties_on_one_trip_are_one_visit_and_two_leaders_are_two(
        self, cast: Cast, tmp_path: Path
    ) -> None:
        other = leader(cast, "P52-L02", name="韦亮", post="副总经理", rank="DEPUTY")
        verified(cast, FIRST, trip=self.TRIP)
        verified(cast, SECOND, GUYUAN, trip=self.TRIP, arrived_on=LEFT)
        verified(cast, "P52-2020-003", leader=other, trip=self.TRIP)
        assert self.said() == ("2人次", "1趟")
        assert (self.said(place=CEHENG), self.said(place=GUYUAN)) == (("2人次", "1趟"), ("1人次", "1趟"))
        verified(cast, "P52-2020-004", arrived_on=date(2020, 7, 1), left_on=date(2020, 7, 1), commitments=())
        assert self.said() == ("3人次", "2趟")

    def test_a_paper_posts_each_of_its_visits_once(self, cast: Cast, tmp_path: Path) -> None:
        paper = imported(
            cast,
            [Row(trip=self.TRIP), Row(reference=SECOND, place="册亨县者楼街道者楼村", trip=self.TRIP)],
            tmp_path,
        )
        assert Fact.objects.count() == 0
        verifier = cast.act(cast.verifier, key="once")
        for _ in range(2):
            verify_visits(batch=looked_at(paper, verifier), act=verifier)
        assert (Fact.objects.count(), self.said()) == (4, ("1人次", "1趟"))

    def test_a_withdrawal_takes_back_what_it_counted_and_no_more(self, cast: Cast) -> None:
        first = verified(cast, FIRST, trip=self.TRIP)
        verified(cast, SECOND, GUYUAN, trip=self.TRIP)
        withdraw_visit(visit=first, reason="withdrawn", remark="没有成行", act=cast.act(cast.officer))
        assert (self.said(), self.said(place=CEHENG)) == (("1人次", "1趟"), ("0人次", "0趟"))
        assert Fact.objects.filter(reverses_id__isnull=False).count() == 2

    def test_a_text_that_calls_visits_persons_is_stopped(self, cast: Cast, tmp_path: Path) -> None:
        verified(cast)
        tag = "{leadership.visits period=2020}"
        for language, said in (
            ("zh", f"# 报告\n\n到访人数{tag}。"),
            ("en", f"# Report\n\nDifferent people {tag}."),
        ):
            (tmp_path / f"visits.{language}.md").write_text(said, encoding="utf-8")
        assert {one.zh for one in problems_of("visits", folder=tmp_path)} == {
            "数的是人次，不能写成「人数」", "数的是人次，不能写成不同的人",
        }  # fmt: skip


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
