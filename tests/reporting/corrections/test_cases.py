"""A stranger's case: opened with a receipt and a link, answered by two persons, opened again once, forgotten."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from bangfu.foundation.findings.models import FindingObject
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.operations import NotPermitted, system_writes
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.people.rekeying import wrapped_keys
from bangfu.foundation.rooms.working_days import day_after
from bangfu.reporting.corrections import letterbox
from bangfu.reporting.corrections.models import Answer, AnswerStep, Case, CaseKey
from bangfu.reporting.corrections.operations import (
    UnableToAnswer,
    UnableToAsk,
    UnableToSetRule,
    answer_case,
    approve_answer,
    asking,
    forget_asker,
    open_case,
    refer_case,
    reopen_case,
    return_answer,
    set_answering_rule,
)
from bangfu.reporting.corrections.queries import rule_on, sent_answers, unanswered_cases
from tests.cast import NOW
from tests.reporting.corrections.conftest import STATIONS, STUDENTS, Published
from tests.reporting.corrections.test_errata import refused


class TestWorkingDays:
    @pytest.mark.parametrize(
        ("day", "count", "due"),
        [
            (date(2020, 7, 31), 1, date(2020, 8, 3)),
            (date(2020, 7, 31), 15, date(2020, 8, 21)),
            (date(2020, 8, 1), 5, date(2020, 8, 7)),
        ],
    )
    def test_leave_weekends_out(self, day: date, count: int, due: date) -> None:
        assert day_after(day, count) == due

    def test_and_holidays_and_count_weekends_worked(self) -> None:
        holidays = [date(2020, 10, day) for day in (1, 2, 5, 6, 7, 8)]
        worked = [date(2020, 9, 27), date(2020, 10, 10)]
        assert day_after(date(2020, 9, 30), 2, holidays, worked) == date(2020, 10, 10)


class TestOpenCase:
    def test_gives_a_receipt_and_a_day(self, published: Published) -> None:
        case, secret = published.letter()
        assert (case.position, case.state, case.round, case.due_on) == (0, "OPEN", 1, date(2020, 8, 21))
        assert len(case.receipt) == 9
        assert letterbox.opens(case, secret)
        assert not letterbox.opens(case, secret[:-1] + "x")

    def test_what_was_written_is_sealed_wherever_it_is_kept(self, published: Published) -> None:
        facts = Fact.objects.count()
        case, secret = published.letter()
        words = letterbox.letters_of(case)
        assert (words.contact, words.rounds[0].wrong) == ("赵六 13800001111", "我们村的基站没有建成")
        with connection.cursor() as cursor:
            for table in ("corrections_case", "corrections_caseevent", "corrections_casekey"):
                cursor.execute(
                    f"SELECT count(*) FROM {table} kept WHERE kept::text LIKE ANY(%s)",
                    [["%赵六%", "%138000%", f"%{secret}%"]],
                )
                assert cursor.fetchone() == (0,)
            cursor.execute("SELECT string_agg(entry::text, '') FROM operations_auditentry entry")
            (trail,) = cursor.fetchone()
        assert "赵六" not in trail
        assert Fact.objects.count() == facts

    def test_its_keys_are_wrapped_anew_with_the_houses(self) -> None:
        assert [one.label for one in wrapped_keys if one.table == "corrections_casekey"] == ["case"]

    def test_refuses_what_is_too_little_or_too_much(self, published: Published) -> None:
        for said, code in (
            ({"wrong": " "}, "words_missing"),
            ({"wrong": "字" * 2001}, "words_too_long"),
            ({"contact": "1" * 201}, "words_too_long"),
            ({"position": 99}, "not_published"),
        ):
            refused(lambda: published.letter(**said), UnableToAsk, code)  # noqa: B023
        assert (Case.objects.count(), CaseKey.objects.count()) == (0, 0)

    def test_refuses_a_flood(self, published: Published, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(asking, "MOST_A_DAY", 1)
        published.letter()
        refused(lambda: published.letter(STUDENTS), UnableToAsk, "box_full")

    def test_the_same_form_twice_is_one_case(self, published: Published) -> None:
        first, _ = published.letter(key="a-form")
        again, secret = published.letter(key="a-form")
        assert (first.pk, Case.objects.count(), letterbox.opens(again, secret)) == (again.pk, 1, True)

    def test_nobody_but_the_letter_box_opens_one(self, published: Published) -> None:
        cast = published.story.cast
        with pytest.raises(NotPermitted):
            open_case(
                publication=published.publication, position=None, wrong="a", knows="", contact="", language="zh",
                receipt="x", link_secret="y", act=cast.act(cast.officer),
            )  # fmt: skip


class TestAnswerCase:
    def test_waits_for_another_person(self, published: Published) -> None:
        case, _ = published.letter()
        answer = published.answer(case)
        case.refresh_from_db()
        assert (case.state, answer.round, answer.attempt) == ("ANSWERED", 1, 1)
        assert sent_answers(published.publication) == []
        cast = published.story.cast
        approve_answer(answer=answer, act=cast.act(cast.verifier))
        case.refresh_from_db()
        assert (case.state, sent_answers(published.publication, STATIONS)) == ("SENT", [answer])
        assert not unanswered_cases().exists()

    def test_refuses_what_is_not_fit_for_everybody(self, published: Published) -> None:
        case, _ = published.letter()
        for said, code in (
            ({"answer_en": ""}, "words_missing"),
            ({"question_zh": "赵六 13800001111 问"}, "personal_data"),
            ({"answer_zh": "请打 13912345678"}, "personal_data"),
            ({"answer_en": "Write to a.b@example.org"}, "personal_data"),
            ({"answer_zh": "522327201003070018"}, "personal_data"),
            ({"outcome": "CORRECTED"}, "erratum_missing"),
        ):
            refused(lambda: published.answer(case, **said), UnableToAnswer, code)  # noqa: B023
        assert not Answer.objects.exists()

    def test_corrected_names_the_erratum_of_that_figure(self, published: Published) -> None:
        published.change()
        proposed = published.erratum(STATIONS)
        case, _ = published.letter()
        other, _ = published.letter(STUDENTS)
        corrected = {"outcome": "CORRECTED", "erratum": proposed}
        refused(lambda: published.answer(case, **corrected), UnableToAnswer, "other_erratum")
        step = published.corrected(STATIONS)
        corrected["erratum"] = step.erratum
        refused(lambda: published.answer(other, **corrected), UnableToAnswer, "other_erratum")
        refused(lambda: published.answer(case, erratum=step.erratum), UnableToAnswer, "no_erratum_needed")
        assert published.answer(case, **corrected).erratum == step.erratum

    def test_a_returned_one_is_followed_by_the_next(self, published: Published) -> None:
        cast, (case, _) = published.story.cast, published.letter()
        act, first = cast.act(cast.verifier), published.answer(case)
        refused(lambda: published.answer(case), UnableToAnswer, "waits_already")
        refused(lambda: return_answer(answer=first, remark="", act=act), UnableToAnswer, "remark_missing")
        return_answer(answer=first, remark="没说何时去的", act=act)
        refused(lambda: approve_answer(answer=first, act=act), UnableToAnswer, "decided_already")
        second = published.answer(case, answer_zh="7 月 30 日到现场核实，基站在用。")
        approve_answer(answer=second, act=act)
        refused(lambda: published.answer(case), UnableToAnswer, "answered_already")
        assert [one.attempt for one in Answer.objects.order_by("pk")] == [1, 2]

    def test_is_not_sent_by_whoever_wrote_it(self, published: Published) -> None:
        cast, (case, _) = published.story.cast, published.letter()
        answer = published.answer(case)
        with pytest.raises(NotPermitted):
            approve_answer(answer=answer, act=cast.act(cast.officer))
        past = system_writes("somebody tries to get past the operation")
        with pytest.raises(DatabaseError, match="does not decide on it"), transaction.atomic(), past:
            AnswerStep.objects.create(
                answer=answer, case=case, round=1, kind="APPROVED", taken_by=cast.officer, taken_at=NOW
            )

    def test_is_for_those_who_answer(self, published: Published) -> None:
        cast, (case, _) = published.story.cast, published.letter()
        words = {"question_zh": "问", "question_en": "a", "answer_zh": "答", "answer_en": "b"}
        for account in (cast.clerk, cast.verifier, cast.auditor):
            with pytest.raises(NotPermitted):
                answer_case(case=case, outcome="STANDS", **words, act=cast.act(account))


class TestReopenCase:
    def again(self, published: Published, case: Case, secret: str, wrong: str = "还是没有信号") -> Case:
        box = letterbox.letter_box(on=NOW.date())
        at = NOW + timedelta(days=3)
        return reopen_case(
            case=case, link_secret=secret, wrong=wrong, act=published.story.cast.act(box, at=at)
        )

    def test_once_with_the_link_after_an_answer(self, published: Published) -> None:
        cast, (case, secret) = published.story.cast, published.letter()
        refused(lambda: self.again(published, case, secret), UnableToAsk, "not_answered_yet")
        first = published.answer(case)
        approve_answer(answer=first, act=cast.act(cast.verifier))
        refused(lambda: self.again(published, case, "wrong"), UnableToAsk, "not_genuine")
        held = self.again(published, case, secret)
        assert (held.round, held.state, held.due_on) == (2, "OPEN", date(2020, 8, 24))
        words = letterbox.letters_of(held)
        assert [one.wrong for one in words.rounds] == ["我们村的基站没有建成", "还是没有信号"]
        assert words.contact == "赵六 13800001111"
        assert CaseKey.objects.count() == 1
        second = published.answer(held, answer_zh="设备已更换。")
        assert sent_answers(published.publication) == [first]
        approve_answer(answer=second, act=cast.act(cast.verifier))
        assert sent_answers(published.publication) == [second]
        refused(lambda: self.again(published, case, secret), UnableToAsk, "opened_again_already")


class TestReferCase:
    def test_raises_a_finding_without_the_strangers_words(self, published: Published) -> None:
        cast, (case, _) = published.story.cast, published.letter()
        act = cast.act(cast.officer)
        finding = refer_case(case=case, unit=cast.guizhou, act=act)
        assert (finding.unit, finding.title_zh) == (
            cast.guizhou,
            f"来信 {case.receipt}：新建无线基站是否有误",
        )
        assert "没有建成" not in f"{finding.title_zh}{finding.detail_zh}"
        about = FindingObject.objects.get(finding=finding)
        assert (about.kind, about.record_type, about.key) == ("RECORD", 141, str(case.pk))
        case.refresh_from_db()
        assert case.finding == finding
        refused(lambda: refer_case(case=case, unit=cast.guizhou, act=act), UnableToAnswer, "referred_already")


class TestForgetAsker:
    def test_destroys_words_and_contact_for_ever(self, published: Published) -> None:
        cast, (case, _) = published.story.cast, published.letter()
        act = cast.act(cast.officer)
        refused(lambda: forget_asker(case=case, act=act), UnableToAnswer, "not_answered_yet")
        approve_answer(answer=published.answer(case), act=cast.act(cast.verifier))
        forget_asker(case=case, act=act)
        assert (letterbox.letters_of(case), CaseKey.objects.count()) == (None, 0)
        kept = apps.get_model("corrections", "CaseEvent").objects.values_list("words_sealed", flat=True)
        assert all(b"\xe8\xb5\xb5" not in bytes(one) for one in kept)
        refused(lambda: forget_asker(case=case, act=act), UnableToAnswer, "forgotten_already")


class TestSetAnsweringRule:
    def lay_down(self, published: Published, **said: object) -> object:
        cast = published.story.cast
        given = {
            "working_days": 5, "rest_days": [date(2020, 8, 5)], "made_up_days": [], "source": "帮扶办 2020 年 7 月例会",
            "starts_on": NOW.date(), **said,
        }  # fmt: skip
        return set_answering_rule(**given, act=cast.act(cast.officer))

    def test_holds_from_its_day_for_new_letters(self, published: Published) -> None:
        before, _ = published.letter()
        self.lay_down(published)
        after, _ = published.letter(STUDENTS)
        assert (before.due_on, after.due_on) == (date(2020, 8, 21), date(2020, 8, 10))
        assert rule_on(NOW.date() - timedelta(days=1)).working_days == 15

    def test_refuses_what_is_no_rule(self, published: Published) -> None:
        for said, code in (
            ({"working_days": 0}, "out_of_range"),
            ({"source": ""}, "source_missing"),
            ({"starts_on": date(2020, 7, 1)}, "in_the_past"),
        ):
            refused(lambda: self.lay_down(published, **said), UnableToSetRule, code)  # noqa: B023
        self.lay_down(published)
        refused(lambda: self.lay_down(published), UnableToSetRule, "day_taken")


def test_every_act_leaves_its_trail(published: Published) -> None:
    case, _ = published.letter()
    published.answer(case)
    names = AuditEntry.objects.filter(operation__startswith="corrections.").order_by("id")
    assert list(names.values_list("operation", flat=True)) == [
        "corrections.open_case",
        "corrections.answer_case",
    ]
    assert names.annotate(who=F("actor__username"))[0].who == "letter-box"
