"""Each operation on single pairings: whole and exact, every refusal with nothing written, who may."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError, connection, transaction

from bangfu.coordination.pairing.models import Correction, Pairing
from bangfu.coordination.pairing.operations import (
    UnableToCorrect,
    UnableToEnd,
    UnableToRevise,
    UnableToSubmit,
    UnableToVerify,
    UnableToWithdraw,
    correct_pairing,
    end_pairing,
    hand_over,
    propose_pairing,
    resume_pairing,
    return_pairing,
    return_pairings,
    revise_pairing,
    storing,
    submit_pairing,
    verify_pairing,
    verify_pairings,
    withdraw_pairing,
)
from bangfu.coordination.pairing.queries import responsible_units, state_of
from bangfu.coordination.pairing.rules import UnableToPair
from bangfu.foundation.evidence.models import Attachment
from bangfu.foundation.operations import NotPermitted, Refusal, system_writes
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import Batch
from bangfu.foundation.review.operations import UnableToReview
from tests.cast import CEHENG, GUYUAN, Cast, enter_cast
from tests.coordination.pairing.paired import (
    DOCUMENT,
    PINGYANG,
    START,
    WANGMO,
    ZHELOU,
    active,
    assigned,
    city,
    counts,
    details,
    facts,
    proposed,
)
from tests.foundation.review.looking import looked_at

END = date(2020, 5, 1)


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


def counted(unit: int, quantity: int, day: date, part: str, pairing: Pairing, revision: int = 1) -> list[Any]:
    """Return the three facts of a village pairing's start or end."""
    return [
        (measure, quantity, unit, place, day, f"{pairing.pk} {part}", revision, None)
        for measure, place in (
            ("pairing.units", ZHELOU), ("pairing.villages", ZHELOU), ("pairing.counties", CEHENG),
        )
    ]  # fmt: skip


@pytest.mark.django_db
class TestProposePairing:
    def test_keeps_a_proposal_with_its_document(self, cast: Cast) -> None:
        kept = proposed(cast, agreed_until=date(2020, 12, 31), leader_post="副总经理")
        assert (
            kept.unit, kept.place_id, kept.kind, kept.role, kept.level, kept.assigned_by, kept.document, kept.leader_post,
            kept.starts_on, kept.ends_on, kept.agreed_until, kept.registered_by, kept.confirmed_at, kept.revision,
        ) == (
            cast.guizhou, ZHELOU, "VILLAGE", "LEAD", "COUNTY", "册亨县脱贫攻坚领导小组", "册脱贫组〔2018〕12号", "副总经理",
            START, None, date(2020, 12, 31), cast.officer, None, 1,
        )  # fmt: skip
        assert (state_of(kept), facts()) == ("PROPOSED", [])
        assert list(Attachment.objects.values_list("record_type", "record_id", "kind", "name")) == [
            (40, kept.pk, "DOCUMENT", DOCUMENT[0])
        ]

    @pytest.mark.parametrize(
        ("place", "changes", "code"),
        [
            (CEHENG, {}, "not_a_village"),
            (522327001000, {}, "not_a_village"),
            (ZHELOU, {"kind": "LOCAL"}, "not_a_county"),
            (522300000000, {"kind": "LOCAL"}, "not_a_county"),
            (CEHENG, {"kind": "DESIGNATED"}, "level_not_of_kind"),
            (CEHENG, {"kind": "LOCAL", "level": "CENTRAL"}, "level_not_of_kind"),
            (GUYUAN, {"kind": "LOCAL"}, "outside_province"),
            (ZHELOU, {"starts_on": date(1980, 1, 1)}, "too_early"),
            (ZHELOU, {"ends_on": date(2020, 8, 1)}, "in_future"),
            (ZHELOU, {"ends_on": START}, "ends_before_start"),
            (ZHELOU, {"agreed_until": START}, "term_before_start"),
        ],
    )
    def test_refuses_what_cannot_be(self, cast: Cast, place: int, changes: dict[str, Any], code: str) -> None:
        refuses(UnableToPair, code, lambda: proposed(cast, place=place, **changes))

    def test_refuses_a_second_lead_and_names_the_first(self, cast: Cast) -> None:
        proposed(cast, city(cast))
        refusal = refuses(UnableToPair, "lead_elsewhere", lambda: proposed(cast, starts_on=date(2019, 1, 1)))
        assert refusal.sentence.zh == (
            "贵州省黔西南布依族苗族自治州册亨县者楼街道者楼村村民委员会自 2018-03-15 起已由黔西南州分公司牵头"
            "（结对到村），期间重叠。"
            "请把本单位改为“参与”，或先由对方办理交接、结束。"
        )

    def test_a_declared_co_supporter_is_no_overlap(self, cast: Cast) -> None:
        proposed(cast, city(cast))
        assert proposed(cast, role="CO").role == "CO"

    def test_refuses_the_same_unit_twice_even_as_co_supporter(self, cast: Cast) -> None:
        proposed(cast)
        refuses(UnableToPair, "unit_twice", lambda: proposed(cast, role="CO", starts_on=date(2019, 1, 1)))

    def test_the_day_it_ends_another_may_lead(self, cast: Cast) -> None:
        proposed(cast, city(cast), ends_on=END)
        assert proposed(cast, starts_on=END).starts_on == END
        refuses(
            UnableToPair,
            "lead_elsewhere",
            lambda: proposed(cast, city(cast, "C5226", "黔东南州分公司"), starts_on=date(2020, 4, 30)),
        )

    def test_refuses_what_is_registered(self, cast: Cast) -> None:
        proposed(cast)
        refuses(UnableToPair, "registered_already", lambda: proposed(cast))

    def test_the_same_request_key_proposes_once(self, cast: Cast) -> None:
        act = cast.act(cast.officer, key="one")
        first = propose_pairing(details=details(), unit=cast.guizhou, act=act)
        after = counts()
        assert propose_pairing(details=details(), unit=cast.guizhou, act=act) == first
        assert counts() == after

    def test_who_may(self, cast: Cast) -> None:
        said = details()
        for account in (
            cast.clerk_of_yunnan,
            cast.verifier,
            cast.auditor,
            cast.county_official,
            cast.outsider,
        ):
            act = cast.act(account)
            refuses(NotPermitted, "out_of_scope", lambda act=act: propose_pairing(
                details=said, unit=cast.guizhou, act=act))  # fmt: skip
        propose_pairing(details=said, unit=cast.guizhou, act=cast.act(cast.clerk))


@pytest.mark.django_db
class TestRevisePairing:
    def test_changes_a_proposal(self, cast: Cast) -> None:
        kept = proposed(cast)
        said = details(PINGYANG, role="CO", starts_on=date(2019, 1, 1))
        changed = revise_pairing(pairing=kept, details=said, act=cast.act(cast.clerk))
        assert (changed.pk, changed.place_id, changed.role, changed.starts_on) == (
            kept.pk, PINGYANG, "CO", date(2019, 1, 1),
        )  # fmt: skip

    def test_refuses_an_overlap_nothing_new_and_what_is_not_open(self, cast: Cast) -> None:
        proposed(cast, city(cast), PINGYANG)
        kept, act = proposed(cast), cast.act(cast.clerk)
        said = details(PINGYANG)
        refuses(UnableToPair, "lead_elsewhere", lambda: revise_pairing(pairing=kept, details=said, act=act))
        same = details()
        refuses(
            UnableToRevise, "nothing_changed", lambda: revise_pairing(pairing=kept, details=same, act=act)
        )
        submit_pairing(pairing=kept, act=act)
        other = details(role="CO")
        refuses(UnableToRevise, "not_open", lambda: revise_pairing(pairing=kept, details=other, act=act))

    def test_who_may(self, cast: Cast) -> None:
        kept, said = proposed(cast), details(role="CO")
        act = cast.act(cast.clerk_of_yunnan)
        refuses(NotPermitted, "out_of_scope", lambda: revise_pairing(pairing=kept, details=said, act=act))


@pytest.mark.django_db
class TestSubmitAndVerify:
    def test_a_pairing_is_assigned_then_active_and_counts_once(self, cast: Cast) -> None:
        kept = assigned(cast)
        assert (state_of(kept), facts()) == ("ASSIGNED", [])
        verify_pairing(pairing=kept, act=cast.act(cast.verifier))
        assert state_of(kept) == "ACTIVE"
        assert facts() == counted(cast.guizhou.pk, 1, START, "start", kept)
        assert [one.pk for one in responsible_units(ZHELOU, START)] == [kept.pk]
        assert not responsible_units(ZHELOU, date(2018, 3, 14)).exists()

    @pytest.mark.parametrize(
        ("kind", "level", "measures"),
        [
            ("DESIGNATED", "CENTRAL", ["pairing.designated_counties"]),
            ("AID", "CENTRAL", ["pairing.aided_counties"]),
            ("LOCAL", "PROVINCE", ["pairing.units", "pairing.counties"]),
        ],
    )
    def test_each_kind_counts_in_its_own_measures(
        self, cast: Cast, kind: str, level: str, measures: list[str]
    ) -> None:
        active(cast, place=CEHENG, kind=kind, level=level)
        assert [(fact[0], fact[3]) for fact in facts()] == [(measure, CEHENG) for measure in measures]

    def test_one_that_ended_before_counts_up_and_down(self, cast: Cast) -> None:
        kept = active(cast, ends_on=END)
        assert state_of(kept) == "ENDED"
        both_facts = counted(cast.guizhou.pk, 1, START, "start", kept)
        both_facts += counted(cast.guizhou.pk, -1, END, "end", kept)
        assert sorted(facts()) == sorted(both_facts)

    def test_refuses_without_evidence_twice_and_the_submitter(self, cast: Cast) -> None:
        act = cast.act(cast.clerk)
        bare = propose_pairing(details=details(), unit=cast.guizhou, act=act)
        refuses(UnableToSubmit, "evidence_missing", lambda: submit_pairing(pairing=bare, act=act))
        kept = assigned(cast, place=PINGYANG)
        refuses(UnableToReview, "submitted_already", lambda: submit_pairing(pairing=kept, act=act))
        check = cast.act(cast.verifier)
        verify_pairing(pairing=kept, act=check)
        refuses(UnableToReview, "decided_already", lambda: verify_pairing(pairing=kept, act=check))

    def test_refuses_before_it_starts(self, cast: Cast) -> None:
        kept, act = assigned(cast, starts_on=date(2020, 8, 1)), cast.act(cast.verifier)
        refuses(UnableToVerify, "not_started", lambda: verify_pairing(pairing=kept, act=act))

    def test_a_returned_one_is_mended_and_counts(self, cast: Cast) -> None:
        kept = assigned(cast)
        act = cast.act(cast.verifier)
        refuses(UnableToReview, "remark_missing", lambda: return_pairing(pairing=kept, remark=" ", act=act))
        return_pairing(pairing=kept, remark="文号不清", act=act)
        assert (state_of(kept), facts()) == ("RETURNED", [])
        said = details(document="册脱贫组〔2018〕13号")
        revise_pairing(pairing=kept, details=said, act=cast.act(cast.clerk))
        verify_pairing(pairing=submit_pairing(pairing=kept, act=cast.act(cast.clerk)), act=act)
        assert state_of(kept) == "ACTIVE"

    def test_a_paper_is_decided_once_by_another(self, cast: Cast) -> None:
        kept = assigned(cast)
        paper, act = Batch.objects.get(), cast.act(cast.verifier, key="one")
        assert verify_pairings(batch=looked_at(paper, act), act=act) == paper
        after = counts()
        assert verify_pairings(batch=looked_at(paper, act), act=act) == paper
        assert counts() == after
        assert state_of(kept) == "ACTIVE"
        assigned(cast, place=PINGYANG)
        other = Batch.objects.latest("pk")
        return_pairings(batch=other, remark="缺文件", act=cast.act(cast.verifier))
        assert Batch.objects.get(pk=other.pk).state == "RETURNED"

    def test_who_may(self, cast: Cast) -> None:
        kept = assigned(cast)
        paper = Batch.objects.get()
        for account in (cast.clerk, cast.officer, cast.auditor, cast.county_official, cast.outsider):
            act = cast.act(account)
            for call in (
                lambda act=act: verify_pairing(pairing=kept, act=act),
                lambda act=act: return_pairing(pairing=kept, remark="x", act=act),
                lambda act=act: verify_pairings(batch=paper, act=act),
                lambda act=act: return_pairings(batch=paper, remark="x", act=act),
            ):
                refuses(NotPermitted, "out_of_scope", call)


@pytest.mark.django_db
class TestEndPairing:
    def ended(self, cast: Cast, kept: Pairing, on: date = END) -> Pairing:
        return end_pairing(pairing=kept, on=on, document="会议纪要〔2020〕8号", act=cast.act(cast.clerk))

    def test_counts_down_once_the_end_is_verified(self, cast: Cast) -> None:
        kept = active(cast)
        start = counted(cast.guizhou.pk, 1, START, "start", kept)
        self.ended(cast, kept)
        assert (state_of(kept), facts()) == ("ENDING", start)
        verify_pairing(pairing=kept, act=cast.act(cast.verifier))
        assert state_of(kept) == "ENDED"
        assert facts() == start + counted(cast.guizhou.pk, -1, END, "end", kept)

    def test_a_returned_end_is_ended_again_or_resumed(self, cast: Cast) -> None:
        kept, act = active(cast), cast.act(cast.clerk)
        self.ended(cast, kept)
        return_pairing(pairing=kept, remark="日期不对", act=cast.act(cast.verifier))
        said = details(role="CO")
        refuses(UnableToRevise, "counted", lambda: revise_pairing(pairing=kept, details=said, act=act))
        refuses(UnableToSubmit, "counted", lambda: submit_pairing(pairing=kept, act=act))
        self.ended(cast, kept, date(2020, 6, 1))
        return_pairing(pairing=kept, remark="没有结束", act=cast.act(cast.verifier))
        resume_pairing(pairing=kept, act=act)
        verify_pairing(pairing=kept, act=cast.act(cast.verifier))
        kept.refresh_from_db()
        assert (state_of(kept), kept.ends_on) == ("ACTIVE", None)
        assert facts() == counted(cast.guizhou.pk, 1, START, "start", kept)
        refuses(UnableToEnd, "nothing_returned", lambda: resume_pairing(pairing=kept, act=act))

    def test_refuses(self, cast: Cast) -> None:
        waiting = assigned(cast, place=PINGYANG)
        refuses(UnableToEnd, "not_active", lambda: self.ended(cast, waiting))
        kept, act = active(cast), cast.act(cast.clerk)
        refuses(UnableToEnd, "ends_before_start", lambda: self.ended(cast, kept, START))
        refuses(UnableToEnd, "in_future", lambda: self.ended(cast, kept, date(2020, 8, 1)))
        refuses(
            UnableToEnd, "document_missing", lambda: end_pairing(pairing=kept, on=END, document=" ", act=act)
        )

    def test_who_may(self, cast: Cast) -> None:
        kept = active(cast)
        for account in (cast.clerk_of_yunnan, cast.verifier, cast.auditor, cast.county_official):
            act = cast.act(account)
            refuses(NotPermitted, "out_of_scope", lambda act=act: end_pairing(
                pairing=kept, on=END, document="x", act=act))  # fmt: skip
            refuses(NotPermitted, "out_of_scope", lambda act=act: resume_pairing(pairing=kept, act=act))


@pytest.mark.django_db
class TestHandOver:
    def given(self, cast: Cast, kept: Pairing, to: Any, **changes: Any) -> Pairing:
        said = {"on": END, "document": "册脱贫组〔2020〕3号", "files": (DOCUMENT,), **changes}
        return hand_over(pairing=kept, to=to, act=cast.act(cast.clerk), **said)

    def test_ends_one_and_starts_the_next_on_the_same_day(self, cast: Cast) -> None:
        kept, other = active(cast), city(cast)
        next_one = self.given(cast, kept, other)
        kept.refresh_from_db()
        assert (kept.ends_on, kept.replaced_by_id, state_of(kept)) == (END, next_one.pk, "ENDING")
        assert (next_one.unit, next_one.starts_on, next_one.role, next_one.place_id, state_of(next_one)) == (
            other, END, "LEAD", ZHELOU, "ASSIGNED",
        )  # fmt: skip
        act = cast.act(cast.verifier)
        refuses(UnableToVerify, "successor_waits", lambda: verify_pairing(pairing=kept, act=act))
        verify_pairing(pairing=next_one, act=act)
        verify_pairing(pairing=kept, act=act)
        assert facts() == [
            *counted(cast.guizhou.pk, 1, START, "start", kept),
            *counted(other.pk, 1, END, "start", next_one),
            *counted(cast.guizhou.pk, -1, END, "end", kept),
        ]

    def test_refuses(self, cast: Cast) -> None:
        kept, other = active(cast), city(cast)
        refuses(UnableToEnd, "same_unit", lambda: self.given(cast, kept, cast.guizhou))
        refuses(UnableToEnd, "evidence_missing", lambda: self.given(cast, kept, other, files=()))
        refuses(UnableToEnd, "in_future", lambda: self.given(cast, kept, other, on=date(2020, 8, 1)))
        proposed(cast, other, role="CO", starts_on=date(2019, 1, 1))
        refuses(UnableToPair, "unit_twice", lambda: self.given(cast, kept, other))

    def test_an_end_that_was_handed_over_is_not_resumed_before_the_successor_withdraws(
        self, cast: Cast
    ) -> None:
        kept, check, act = active(cast), cast.act(cast.verifier), cast.act(cast.clerk)
        next_one = self.given(cast, kept, city(cast))
        return_pairing(pairing=kept, remark="不交了", act=check)
        refuses(UnableToEnd, "handed_over", lambda: resume_pairing(pairing=kept, act=act))
        return_pairing(pairing=next_one, remark="不交了", act=check)
        withdraw_pairing(pairing=next_one, reason="withdrawn", remark="不交了", act=act)
        resume_pairing(pairing=kept, act=act)
        verify_pairing(pairing=kept, act=check)
        assert state_of(kept) == "ACTIVE"

    def test_who_may(self, cast: Cast) -> None:
        kept = active(cast)
        act = cast.act(cast.clerk)
        refuses(NotPermitted, "out_of_scope", lambda: hand_over(
            pairing=kept, to=cast.yunnan, on=END, document="x", files=(DOCUMENT,), act=act))  # fmt: skip


@pytest.mark.django_db
class TestCorrectPairing:
    def corrected(self, cast: Cast, kept: Pairing, place: int = PINGYANG, **changes: Any) -> Pairing:
        said = {
            "starts_on": START,
            "ends_on": None,
            "reason": "wrong_place",
            "remark": "县乡村振兴局来函",
            **changes,
        }
        return correct_pairing(
            pairing=kept, place=Place.objects.get(pk=place), act=cast.act(cast.clerk), **said
        )

    def test_takes_the_facts_back_and_counts_the_next_revision_after_review(self, cast: Cast) -> None:
        kept = active(cast)
        now = self.corrected(cast, kept)
        assert (now.revision, now.place_id, state_of(now)) == (2, PINGYANG, "ASSIGNED")
        assert list(Correction.objects.values_list("pairing", "revision", "place", "reason")) == [
            (kept.pk, 1, ZHELOU, "wrong_place")
        ]
        assert [(fact[1], fact[7]) for fact in facts("pairing.villages")] == [(1, None), (-1, "wrong_place")]
        verify_pairing(pairing=now, act=cast.act(cast.verifier))
        assert facts("pairing.villages")[-1] == (
            "pairing.villages", 1, cast.guizhou.pk, PINGYANG, START, f"{kept.pk} start", 2, None,
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("place", "changes", "code"),
        [
            (ZHELOU, {}, "nothing_changed"),
            (PINGYANG, {"reason": "duplicate_report"}, "unknown_reason"),
            (PINGYANG, {"reason": "wrong_date"}, "reason_not_changed"),
            (PINGYANG, {"remark": " "}, "remark_missing"),
            (ZHELOU, {"reason": "wrong_date", "ends_on": END}, "end_removed"),
        ],
    )
    def test_refuses(self, cast: Cast, place: int, changes: dict[str, Any], code: str) -> None:
        kept = active(cast)
        refuses(UnableToCorrect, code, lambda: self.corrected(cast, kept, place, **changes))

    def test_refuses_what_is_not_counted_or_overlaps(self, cast: Cast) -> None:
        kept = assigned(cast)
        refuses(UnableToCorrect, "not_counted", lambda: self.corrected(cast, kept))
        verify_pairing(pairing=kept, act=cast.act(cast.verifier))
        proposed(cast, city(cast), PINGYANG)
        refuses(UnableToPair, "lead_elsewhere", lambda: self.corrected(cast, kept))

    def test_who_may(self, cast: Cast) -> None:
        kept, place = active(cast), Place.objects.get(pk=PINGYANG)
        act = cast.act(cast.verifier)
        refuses(NotPermitted, "out_of_scope", lambda: correct_pairing(
            pairing=kept, place=place, starts_on=START, ends_on=None, reason="wrong_place", remark="x", act=act,
        ))  # fmt: skip


@pytest.mark.django_db
class TestWithdrawPairing:
    def test_takes_the_facts_back_and_frees_the_place(self, cast: Cast) -> None:
        kept = active(cast)
        gone = withdraw_pairing(
            pairing=kept, reason="duplicate_report", remark=" 与市公司重复 ", act=cast.act(cast.verifier)
        )
        assert (state_of(gone), gone.withdrawal_remark, gone.confirmed_at) == (
            "WITHDRAWN",
            "与市公司重复",
            None,
        )
        assert sum(fact[1] for fact in facts()) == 0
        assert {fact[7] for fact in facts()} == {None, "duplicate_report"}
        assert proposed(cast, city(cast)).pk != kept.pk

    def test_refuses(self, cast: Cast) -> None:
        kept, act = assigned(cast), cast.act(cast.clerk)

        def attempt(reason: str = "withdrawn", remark: str = "录错") -> object:
            return withdraw_pairing(pairing=kept, reason=reason, remark=remark, act=act)

        refuses(UnableToWithdraw, "under_review", attempt)
        verify_pairing(pairing=kept, act=cast.act(cast.verifier))
        refuses(UnableToWithdraw, "unknown_reason", lambda: attempt(reason="mood"))
        refuses(UnableToWithdraw, "remark_missing", lambda: attempt(remark=" "))
        attempt()
        refuses(UnableToWithdraw, "withdrawn_already", attempt)
        refuses(UnableToSubmit, "withdrawn", lambda: submit_pairing(pairing=kept, act=act))

    def test_who_may(self, cast: Cast) -> None:
        kept, act = active(cast), cast.act(cast.auditor)
        refuses(NotPermitted, "out_of_scope", lambda: withdraw_pairing(
            pairing=kept, reason="withdrawn", remark="x", act=act))  # fmt: skip


@pytest.mark.django_db
class TestTheDatabaseItself:
    """Constraints are attacked past the operations."""

    @pytest.mark.parametrize(
        ("changes", "constraint"),
        [
            ({"unit": "other"}, "pairing_one_lead_a_place_village"),
            ({"role": "CO"}, "pairing_unit_once_a_place_village"),
            ({"place_id": PINGYANG, "ends_on": START}, "pairing_period"),
            ({"place_id": CEHENG}, "pairing_kind_fits_the_place"),
            ({"place_id": PINGYANG, "kind": "LOCAL"}, "pairing_kind_fits_the_place"),
            ({"place_id": WANGMO, "kind": "AID"}, "pairing_level_fits_the_kind"),
            ({"place_id": PINGYANG, "document": ""}, "pairing_says_who_assigned_it"),
            ({"place_id": PINGYANG, "role": "BOSS"}, "pairing_role_is_known"),
            ({"place_id": PINGYANG, "agreed_until": START}, "pairing_term_is_forward"),
            ({"place_id": PINGYANG, "withdrawal_reason": "withdrawn"}, "pairing_withdrawal_is_whole"),
        ],
    )
    def test_refuses(self, cast: Cast, changes: dict[str, Any], constraint: str) -> None:
        kept = proposed(cast)
        names = (
            "unit_id", "place_id", "kind", "role", "level", "assigned_by", "document", "starts_on", "registered_at",
            "registered_by_id",
        )  # fmt: skip
        said = {name: getattr(kept, name) for name in names} | changes
        if said.pop("unit", None):
            said["unit_id"] = city(cast).pk
        with system_writes("an attack"), pytest.raises(IntegrityError) as refused, transaction.atomic():
            Pairing.objects.create(**said)
        assert constraint in str(refused.value)


class TestTwoAtOnceOnOnePlace:
    """The officer and the clerk give the lead of one village to two companies at the same moment."""

    @pytest.mark.parametrize("locks", [True, False])
    def test_one_leads(self, own_database: str, locks: bool) -> None:
        cast = enter_cast()
        companies = (cast.guizhou, city(cast))
        outcomes: list[object] = [None, None]
        together, late = threading.Barrier(2, timeout=20), threading.Barrier(2, timeout=20)
        entering = storing.enter_pairings

        def slowly(*args: Any, **kwargs: Any) -> Any:
            # Both are past their checks here unless one waits for the other's lock.
            try:
                late.wait(2 if locks else 20)
            except threading.BrokenBarrierError:
                late.reset()
            return entering(*args, **kwargs)

        def carry_out(number: int) -> None:
            together.wait()
            actor = (cast.clerk, cast.officer)[number]
            try:
                outcomes[number] = propose_pairing(
                    details=details(), unit=companies[number], act=cast.act(actor)
                )
            except Refusal as refusal:
                outcomes[number] = refusal.code
            finally:
                connection.close()

        off = nullcontext() if locks else patch.object(storing, "lock_places", lambda places: None)
        with off, patch.object(storing, "enter_pairings", slowly):
            threads = [threading.Thread(target=carry_out, args=(number,)) for number in (0, 1)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(30)
        assert Pairing.objects.count() == 1
        (refused,) = [outcome for outcome in outcomes if isinstance(outcome, str)]
        assert refused == ("lead_elsewhere" if locks else "paired_meanwhile")
