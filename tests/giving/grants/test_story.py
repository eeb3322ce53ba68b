"""From programme to award: a class of three applies for two seats, and each way in which something is held back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bangfu.foundation.money.refusals import UnableToPostEntry
from bangfu.foundation.operations import NotPermitted, Refusal
from bangfu.foundation.operations.models import AuditEntry
from bangfu.giving.grants import books
from bangfu.giving.grants import operations as granting
from bangfu.giving.grants.details import opened as details_of
from bangfu.giving.grants.models import Application, Award, Decision, Member, Notice, Objection, Programme
from bangfu.giving.grants.ranking import proposals
from tests.cast import Cast
from tests.giving.grants.applied import (
    PAPER,
    SIGNED,
    Granting,
    drafted,
    number,
    opened,
    plan,
    pupil,
)


@pytest.fixture
def granted(cast: Cast) -> Granting:
    """An open programme with ten thousand yuan in its fund."""
    return opened(cast)


def refused(code: str, call: Any, /, **said: Any) -> Refusal:
    with pytest.raises(Refusal) as answer:
        call(**said)
    assert answer.value.code == code
    return answer.value


@pytest.mark.django_db
class TestProgramme:
    def test_cannot_open_without_criteria_quota_and_committee(self, cast: Cast) -> None:
        found = opened(cast)
        act = cast.act(cast.officer)
        one = granting.draft_programme(unit=cast.office, code="ZX-B", plan=plan(found.fund), act=act)
        refused("no_criteria", granting.open_programme, programme=one, act=act)
        granting.enter_criterion(programme=one, code="A", title_zh="住校", points=5, act=act)
        refused("no_quota", granting.open_programme, programme=one, act=act)
        granting.set_quota(programme=one, place=found.school.place, pupils=1, act=act)
        refused("no_committee", granting.open_programme, programme=one, act=act)
        for order in range(3):
            granting.appoint_member(programme=one, name=f"委员{order}", post="代表", act=act)
        refused("member_already", granting.appoint_member, programme=one, name="委员0", post="代表", act=act)
        granting.open_programme(programme=one, act=act)
        wrong = {"programme": one, "code": "B", "title_zh": "x", "points": 1, "act": act}
        refused("wrong_state", granting.enter_criterion, **wrong)
        refused("wrong_state", granting.strike_criterion, programme=one, code="A", act=act)
        refused(
            "wrong_state",
            granting.revise_programme,
            programme=one,
            plan=plan(found.fund, amount_fen=5),
            act=act,
        )
        granting.revise_programme(programme=one, plan=plan(found.fund, name_zh="改名"), act=act)
        assert Programme.objects.get(pk=one.pk).name_zh == "改名"

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"name_zh": " "}, "not_described"), ({"term": "2020"}, "wrong_term"),
            ({"closes_on": date(2020, 7, 1)}, "wrong_dates"),
            ({"amount_fen": 0}, "wrong_sums"), ({"quorum": 1}, "wrong_sums"), ({"display_days": 4}, "few_days"),
        ],
    )  # fmt: skip
    def test_refuses_what_is_wrongly_planned(self, cast: Cast, changes: dict[str, Any], code: str) -> None:
        found = opened(cast)
        said = {"unit": cast.office, "code": "ZX-B", "act": cast.act(cast.officer)}
        refused(code, granting.draft_programme, plan=plan(found.fund, **changes), **said)
        assert not Programme.objects.filter(code="ZX-B").exists()

    def test_a_criterion_is_struck_and_members_leave(self, granted: Granting) -> None:
        act = granted.act()
        one = drafted(granted.cast, granted.fund, "ZX-B")
        granting.strike_criterion(programme=one, code="FAR", act=act)
        assert list(one.criteria.values_list("code", flat=True)) == ["DB"]
        first = Member.objects.filter(programme=one).earliest("pk")
        granting.end_membership(programme=one, member=first, act=act)
        refused("left_already", granting.end_membership, programme=one, member=first, act=act)
        with pytest.raises(NotPermitted):
            granting.open_programme(programme=one, act=granted.act(granted.cast.clerk))


@pytest.mark.django_db
class TestApplying:
    def test_a_guardian_of_a_minor_applies_and_nothing_personal_stands_open(self, granted: Granting) -> None:
        one = granted.apply(register_number="G52", claims=("FAR",))
        assert (one.number, one.age, one.state, one.claims) == (
            "ZX-2020-QIU-00001",
            "CHILD",
            "ENTERED",
            ["FAR"],
        )
        assert one.consented_on == SIGNED
        said = " ".join(str(value) for value in Application.objects.filter(pk=one.pk).values().get().values())
        for hidden in ("学生1", "家长1", number(1), "850000", "13900000001", "G52"):
            assert hidden not in said
        again = granted.apply  # the same pupil again, even in another class, is told of the first
        refused("applied_already", again, class_name="八年级（3）班")
        refused("applied_already", again)

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"relation": "SELF"}, "not_of_age"), ({"guardian": ""}, "no_guardian"),
            ({"guardian_born_on": None}, "guardian_age_missing"),
            ({"guardian_born_on": date(2002, 7, 31)}, "guardian_under_age"),
            ({"guardian_born_on": date(2031, 1, 1)}, "guardian_under_age"),
            ({"guardian_born_on": date(1899, 1, 1)}, "guardian_too_old"),
            ({"consented_on": date(2019, 7, 1)}, "consented_long_ago"),
            ({"identity_number": number(1)[:-1] + "5"}, "identity_number"),
            ({"identity_number": number(1, "19800101")}, "wrong_age"),
            ({"account": "123"}, "wrong_account"), ({"account": "6222020200112231"}, "wrong_account"),
            ({"phone": "12"}, "wrong_phone"),
            ({"claims": ("NO",)}, "unknown_criterion"), ({"consented_on": date(2020, 8, 9)}, "consented_later"),
            ({"consented_on": None}, "consent_half"), ({"name": " "}, "name_missing"),
        ],
    )  # fmt: skip
    def test_refuses_what_cannot_be(self, granted: Granting, changes: dict[str, Any], code: str) -> None:
        refused(code, granted.apply, **changes)
        assert not Application.objects.exists()

    def test_a_pupil_of_age_signs_alone(self, granted: Granting) -> None:
        said = {
            "identity_number": number(1, "20010101"),
            "relation": "SELF",
            "guardian": "",
            "account_owner": "PUPIL",
        }
        assert granted.apply(**said).age == "ADULT"

    def test_a_guardian_of_eighteen_on_the_day_of_signing_signs(self, granted: Granting) -> None:
        assert granted.apply(guardian_born_on=date(2002, 7, 30)).consented_on == SIGNED

    def test_a_guardian_lately_of_age_comes_with_the_signed_paper(self, granted: Granting) -> None:
        """The birth date is not kept, so that it cannot be compared with a day of signing that is told later."""
        born = date(2001, 7, 3)  # 18 when the paper came, not a year before applications began
        refused("guardian_lately_of_age", granted.apply, files=(), guardian_born_on=born)
        assert granted.apply(guardian_born_on=born).consented_on == SIGNED
        later = granted.apply(2, files=())
        said: dict[str, Any] = {"applications": [later], "files": (PAPER,), "act": granted.act()}
        refused("consented_long_ago", granting.give_consent, consented_on=date(2019, 7, 1), **said)
        assert granting.give_consent(consented_on=date(2019, 7, 2), **said) == 1

    def test_an_office_that_is_the_guardian_has_no_birth_date(self, granted: Granting) -> None:
        said = {"relation": "OFFICE", "guardian": "岩架镇洛央村民委员会", "guardian_born_on": None}
        assert granted.apply(**said).relation == "OFFICE"

    def test_a_parent_may_apply_for_a_pupil_of_age_whose_own_consent_it_is(self, granted: Granting) -> None:
        grown = number(1, "20010101")
        refused("nobody_applies", granted.apply, identity_number=grown, guardian="")
        assert granted.apply(identity_number=grown, guardian_born_on=None).age == "ADULT"

    def test_the_guardians_birth_date_is_kept_nowhere(self, granted: Granting) -> None:
        one = granted.apply(guardian_born_on=date(1979, 11, 23))
        kept = " ".join(str(value) for value in details_of([one.pk])[one.pk].__dict__.values())
        audit = " ".join(str(row) for row in AuditEntry.objects.values())
        assert not any(day in text for day in ("1979-11-23", "19791123") for text in (kept, audit))

    def test_another_name_under_a_known_number_is_refused(self, granted: Granting) -> None:
        granting.withdraw_application(application=granted.apply(), reason="MISTAKE", act=granted.act())
        refused("name_differs", granted.apply, name="别人")
        assert granted.apply().number.endswith("00002")

    def test_only_schools_of_the_quotas_and_days_of_the_programme(self, granted: Granting) -> None:
        from tests.giving.grants.applied import OTHER_SCHOOL, school

        other = school(granted.cast, OTHER_SCHOOL)
        refused("not_for_school", granted.apply, school=other)
        granting.set_quota(programme=granted.programme, place=other.place, pupils=1, act=granted.act())
        granted.apply(2, school=other)
        granting.begin_vetting(programme=granted.programme, act=granted.act())
        refused("not_open", granted.apply)

    def test_corrections_before_vetting_and_of_the_account_after_it(self, granted: Granting) -> None:
        one = granted.apply()
        act = granted.act()
        said: dict[str, Any] = {
            "application": one,
            "class_name": "八年级（9）班",
            "household": "ORPHAN",
            "other_aid": "",
        }
        refused("unknown_criterion", granting.correct_application, **said, claims=["NO"], act=act)
        granting.correct_application(**said, claims=["FAR"], act=act)
        refused("nothing_changed", granting.correct_application, **said, claims=["FAR"], act=act)
        granting.vet_applications(
            programme=granted.programme, applications=[one.pk], act=granted.act(granted.cast.verifier)
        )
        refused("wrong_state", granting.correct_application, **said, claims=[], act=act)
        where = {"application": one, "bank": "农行", "phone": "", "account_owner": "PUPIL", "act": act}
        refused("wrong_account", granting.correct_account, account="1", **where)
        before = Application.objects.get(pk=one.pk).account_digest
        granting.correct_account(account="8500 0000 9999 9999", **where)
        assert Application.objects.get(pk=one.pk).account_digest != before
        refused("nothing_changed", granting.correct_account, account="8500000099999999", **where)
        access = granting.open_details(application=one, reason="核对存折", act=act)
        assert access.person_id == one.person_id
        with pytest.raises(NotPermitted):
            granting.open_details(application=one, reason="核对存折", act=granted.act(granted.cast.clerk))


@pytest.mark.django_db
class TestVetting:
    def test_passes_who_can_be_passed_and_leaves_the_others(self, granted: Granting) -> None:
        cast = granted.cast
        first, second = granted.apply(1, claims=("FAR",)), granted.apply(2, files=())
        third = granted.apply(3, household="OTHER")
        said: dict[str, Any] = {"programme": granted.programme}
        keys = [first.pk, second.pk, third.pk]
        answer = refused("none_fit", granting.vet_applications, **said, applications=keys, act=granted.act())
        assert "由您本人录入" in answer.sentence.zh
        outcome = granting.vet_applications(**said, applications=keys, act=granted.act(cast.verifier))
        assert (outcome.passed, outcome.no_consent) == (2, 1)
        assert list(Application.objects.order_by("pk").values_list("state", "score")) == [
            ("VETTED", 40), ("ENTERED", None), ("VETTED", 0),
        ]  # fmt: skip
        consent: dict[str, Any] = {"applications": [second], "consented_on": SIGNED, "act": granted.act()}
        refused("no_paper", granting.give_consent, files=(), **consent)
        assert granting.give_consent(files=(PAPER,), **consent) == 1
        refused("no_consent_needed", granting.give_consent, files=(PAPER,), **consent)
        assert (
            granting.vet_applications(**said, applications=keys, act=granted.act(cast.verifier)).passed == 1
        )

    def test_photographs_find_their_application_by_their_name(self, granted: Granting) -> None:
        first, second = granted.apply(1, files=()), granted.apply(2, files=())
        said: dict[str, Any] = {"programme": granted.programme, "consented_on": SIGNED, "act": granted.act()}
        refused("no_paper", granting.match_papers, files=(), **said)
        names = (f"{first.number.lower()}.pdf", "IMG_0001.pdf", "ZX-2020-QIU-00099.pdf")
        files = tuple((name, f"%PDF-1.4 {name}".encode()) for name in names)
        done = granting.match_papers(files=files, **said)
        assert (done.matched, done.unmatched) == (1, names[1:])
        signed = Application.objects.order_by("pk").values_list("pk", "consented_on")
        assert list(signed) == [(first.pk, SIGNED), (second.pk, None)]

    def test_refuses_for_a_reason_and_the_pupil_may_apply_again(self, granted: Granting) -> None:
        one = granted.apply()
        said: dict[str, Any] = {
            "programme": granted.programme,
            "applications": [one.pk],
            "act": granted.act(),
        }
        refused("no_reason", granting.refuse_applications, reason="COMMITTEE", **said)
        assert granting.refuse_applications(reason="INCOMPLETE", **said) == 1
        refused("wrong_state", granting.refuse_applications, reason="INCOMPLETE", **said)
        assert granted.apply().state == "ENTERED"


@pytest.mark.django_db
class TestDeciding:
    def test_the_best_within_the_quota_are_shortlisted_and_the_rest_wait(self, granted: Granting) -> None:
        granted.apply(1, household="OTHER")
        granted.apply(2)
        made = granted.apply(3, claims=("FAR",))
        keys = list(Application.objects.values_list("pk", flat=True))
        granting.vet_applications(
            programme=granted.programme, applications=keys, act=granted.act(granted.cast.verifier)
        )
        granting.begin_vetting(programme=granted.programme, act=granted.act())
        assert [(one.number[-1], one.score, one.is_within) for one in proposals(granted.programme)] == [
            ("3", 40, True), ("2", 30, True), ("1", 0, False),
        ]  # fmt: skip
        meeting = granted.meeting()
        act = granted.act()
        refused("wrong_votes", granting.take_decisions, meeting=meeting, against={made.number: 5}, act=act)
        refused("unknown_number", granting.take_decisions, meeting=meeting, against={"X": 1}, act=act)
        granting.take_decisions(meeting=meeting, against={made.number: 2}, act=act)
        refused("closed_already", granting.take_decisions, meeting=meeting, against={}, act=act)
        assert list(Application.objects.order_by("pk").values_list("state", "reason")) == [
            ("VETTED", ""), ("SHORTLISTED", ""), ("REFUSED", "COMMITTEE"),
        ]  # fmt: skip
        assert sorted(Decision.objects.values_list("in_favour", "against")) == [(2, 2), (4, 0)]
        granting.take_decisions(meeting=granted.meeting(), against={}, act=act)
        assert Application.objects.filter(state="SHORTLISTED").count() == 2

    def test_a_member_of_the_guardians_name_steps_aside_and_quorum_holds(self, granted: Granting) -> None:
        first, second = granted.vetted(1, 2, guardian="委员0")
        members = list(granted.programme.members.order_by("pk"))
        act = granted.act()
        said: dict[str, Any] = {"programme": granted.programme, "held_on": act.on, "act": act}
        refused("too_few", granting.hold_meeting, present=members[:2], **said)
        refused(
            "held_later",
            granting.hold_meeting,
            **{**said, "held_on": act.on + timedelta(days=1)},
            present=members,
        )
        meeting = granting.hold_meeting(present=members[:3], **said)
        refused("other_meeting_open", granting.hold_meeting, present=members, **said)
        refused("name_alike", granting.take_decisions, meeting=meeting, against={}, act=act)
        aside: dict[str, Any] = {"meeting": meeting, "application": first, "act": act}
        refused("not_present", granting.recuse_member, member=members[3], why="KIN", **aside)
        granting.recuse_member(member=members[0], why="KIN", **aside)
        refused("recused_already", granting.recuse_member, member=members[0], why="KIN", **aside)
        granting.recuse_member(member=members[0], why="NAMESAKE", **{**aside, "application": second})
        answer = refused("too_few_left", granting.take_decisions, meeting=meeting, against={}, act=act)
        assert first.number in answer.sentence.zh
        assert not Decision.objects.exists()

    def test_whoever_steps_aside_has_no_vote(self, granted: Granting) -> None:
        (first,) = granted.vetted(1, guardian="委员0")
        meeting = granted.meeting()
        member = granted.programme.members.earliest("pk")
        granting.recuse_member(
            meeting=meeting, member=member, application=first, why="KIN", act=granted.act()
        )
        granting.take_decisions(meeting=meeting, against={first.number: 1}, act=granted.act())
        assert Decision.objects.values_list("in_favour", "against", "recused").get() == (2, 1, 1)


@pytest.mark.django_db
class TestDisplayAndObjections:
    def test_hangs_for_the_working_days_of_the_programme(self, granted: Granting) -> None:
        _, notice = granted.displayed(1)
        assert (notice.posted_on, notice.until_on) == (date(2020, 7, 31), date(2020, 8, 7))
        act = granted.act()
        refused("posted_already", granting.post_notices, notices=[notice], posted_on=act.on, act=act)
        printed = granting.print_notices(notices=[notice], act=act)
        assert [len(one.applications) for one in printed] == [1]
        with pytest.raises(NotPermitted):
            granting.print_notices(notices=[notice], act=granted.act(granted.cast.clerk))

    def test_not_before_it_was_made_nor_in_the_future(self, granted: Granting) -> None:
        granted.decided(1)
        (notice,) = granting.display_shortlist(programme=granted.programme, act=granted.act())
        refused(
            "nothing_shortlisted", granting.display_shortlist, programme=granted.programme, act=granted.act()
        )
        said: dict[str, Any] = {"notices": [notice], "act": granted.act()}
        refused("posted_before", granting.post_notices, posted_on=date(2020, 7, 30), **said)
        refused("posted_later", granting.post_notices, posted_on=date(2020, 8, 1), **said)

    def test_a_rest_day_makes_it_longer(self, granted: Granting) -> None:
        changed = plan(granted.fund, rest_days=(date(2020, 8, 3),), made_up_days=(date(2020, 8, 1),))
        granting.revise_programme(programme=granted.programme, plan=changed, act=granted.act())
        _, notice = granted.displayed(1)
        assert notice.until_on == date(2020, 8, 7)

    def test_an_objection_holds_the_award_until_somebody_else_dismisses_it(self, granted: Granting) -> None:
        (first, second), _ = granted.displayed(1, 2)
        late = granted.act(day=date(2020, 8, 8))
        said: dict[str, Any] = {
            "application": first,
            "way": "PHONE",
            "act": granted.act(day=date(2020, 8, 3)),
        }
        refused("no_text", granting.take_objection, received_on=date(2020, 8, 3), text="x", **said)
        refused(
            "received_before", granting.take_objection, received_on=date(2020, 7, 30), text="家里有车", **said
        )
        objection = granting.take_objection(received_on=date(2020, 8, 3), text="家里有车", **said)
        assert "家里有车" not in str(Objection.objects.values().get())
        outcome = granting.award_grants(programme=granted.programme, act=late)
        assert (outcome.awarded, outcome.objected) == (1, 1)
        assert Award.objects.get().application == second
        refused("nobody_ready", granting.award_grants, programme=granted.programme, act=late)
        told: dict[str, Any] = {"objection": objection, "is_upheld": False, "answer": "查无此事"}
        refused("own_entry", granting.answer_objection, **told, act=late)
        refused(
            "own_vetting",
            granting.answer_objection,
            **told,
            act=granted.act(granted.cast.verifier, day=late.on),
        )
        from tests.giving.campaigns.given import grant

        grant(granted.cast.clerk, granted.cast.group, "verifier")
        other = granted.act(granted.cast.clerk, day=late.on)
        granting.answer_objection(**told, act=other)
        refused("answered_already", granting.answer_objection, **told, act=other)
        assert Application.objects.get(pk=first.pk).state == "DECIDED"
        assert granting.award_grants(programme=granted.programme, act=late).awarded == 1
        refused(
            "awarded", granting.take_objection, received_on=late.on, text="家里有车", **{**said, "act": late}
        )
        assert Notice.objects.get().ended_on == late.on

    def test_two_objections_are_both_answered_before_it_goes_on(self, granted: Granting) -> None:
        from tests.giving.campaigns.given import grant

        (first,), _ = granted.displayed(1)
        act = granted.act()
        said: dict[str, Any] = {"application": first, "received_on": act.on, "way": "LETTER", "act": act}
        heard = [granting.take_objection(text=text, **said) for text in ("家里有车", "户口不在本县")]
        grant(granted.cast.clerk, granted.cast.group, "verifier")
        other = granted.act(granted.cast.clerk)
        states = []
        for one in heard:
            granting.answer_objection(objection=one, is_upheld=False, answer="查无此事", act=other)
            states.append(Application.objects.get(pk=first.pk).state)
        assert states == ["OBJECTED", "DECIDED"]

    def test_an_upheld_objection_strikes_the_pupil(self, granted: Granting) -> None:
        from tests.giving.campaigns.given import grant

        (first,), _ = granted.displayed(1)
        act = granted.act()
        objection = granting.take_objection(
            application=first, received_on=act.on, way="VISIT", text="不是本校学生", act=act
        )
        grant(granted.cast.clerk, granted.cast.group, "verifier")
        granting.answer_objection(
            objection=objection, is_upheld=True, answer="已经查实", act=granted.act(granted.cast.clerk)
        )
        assert Application.objects.values_list("state", "reason").get(pk=first.pk) == ("REFUSED", "OBJECTION")
        late = granted.act(day=date(2020, 8, 20))
        refused("nobody_ready", granting.award_grants, programme=granted.programme, act=late)


@pytest.mark.django_db
class TestAward:
    def test_commits_the_funds_money_and_never_more_than_it_has(self, cast: Cast) -> None:
        found = opened(cast, yuan=1_500)
        found.displayed(1, 2)
        late = found.act(day=date(2020, 8, 8))
        refused(
            "own_vetting",
            granting.award_grants,
            programme=found.programme,
            act=found.act(cast.verifier, day=late.on),
        )
        with pytest.raises(UnableToPostEntry) as answer:
            granting.award_grants(programme=found.programme, act=late)
        assert answer.value.code == "fund_short"
        assert not Award.objects.exists()
        assert set(Application.objects.values_list("state", flat=True)) == {"DISPLAYED"}

    def test_is_one_a_pupil_and_term_across_programmes(self, granted: Granting) -> None:
        act = granted.act()
        other = drafted(granted.cast, granted.fund, "ZX-B")
        granting.open_programme(programme=other, act=act)
        twice = granted.apply(1, programme=other)
        granted.displayed(1)
        late = granted.act(day=date(2020, 8, 8))
        granting.award_grants(programme=granted.programme, act=late)
        position = books.position(granted.fund)
        assert (position.committed_fen, position.left_fen) == (100_000, 900_000)
        verifier = granted.act(granted.cast.verifier, day=late.on)
        answer = refused(
            "none_fit", granting.vet_applications, programme=other, applications=[twice.pk], act=verifier
        )
        assert "已受资助" in answer.sentence.zh
        fresh = pupil(1)
        third = drafted(granted.cast, granted.fund, "ZX-C")
        granting.open_programme(programme=third, act=act)
        with pytest.raises(Refusal) as told:
            granting.apply_for_pupil(
                programme=third, school=granted.school, pupil=fresh, files=(PAPER,), act=act
            )
        assert (told.value.code, granted.programme.code in told.value.sentence.zh) == (
            "granted_already",
            True,
        )

    def test_two_programmes_on_display_grant_a_pupil_once(self, granted: Granting) -> None:
        act = granted.act()
        other = drafted(granted.cast, granted.fund, "ZX-B")
        granting.open_programme(programme=other, act=act)
        second = Granting(granted.cast, other, granted.school, granted.fund)
        granted.displayed(1)
        second.displayed(1)
        late = granted.act(day=date(2020, 8, 8))
        assert granting.award_grants(programme=granted.programme, act=late).awarded == 1
        outcome = granting.award_grants(programme=other, act=late)
        assert (outcome.awarded, outcome.granted_already) == (0, 1)
        assert Award.objects.count() == 1
        assert Application.objects.get(programme=other).reason == "GRANTED_ALREADY"
        assert books.position(granted.fund).committed_fen == 100_000

    def test_closes_when_nothing_is_left(self, granted: Granting) -> None:
        granted.displayed(1)
        late = granted.act(day=date(2020, 8, 8))
        said: dict[str, Any] = {"programme": granted.programme, "act": late}
        refused("untreated", granting.close_programme, **said)
        granting.award_grants(**said)
        refused("unended", granting.close_programme, **said)
