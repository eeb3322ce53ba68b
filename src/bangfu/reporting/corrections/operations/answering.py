"""An officer answers a case, another person sends it; a finding may be raised, and what was written be destroyed."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars
from django.db.models import Max

from bangfu.foundation.findings.models import Finding, Severity
from bangfu.foundation.findings.operations import note_findings
from bangfu.foundation.findings.operations.raising import digest_of
from bangfu.foundation.findings.register import OBJECTS, SUSPECTS
from bangfu.foundation.intake.reported.reportable import has_identity_number
from bangfu.foundation.operations import Act, Refusal, Scope, operation
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import Words, both, record_type
from bangfu.reporting.corrections import letterbox
from bangfu.reporting.corrections.models import (
    Answer,
    AnswerStep,
    Case,
    CaseKey,
    CaseOutcome,
    CaseState,
    Correction,
    Decision,
    Erratum,
    ErratumStep,
)
from bangfu.reporting.corrections.operations.asking import held_case
from bangfu.reporting.corrections.operations.errata import whole
from bangfu.reporting.publications.models import PublishedFigure

_PERSONAL = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|[\w.+-]+@[\w-]+\.\w+")


class UnableToAnswer(Refusal):
    """Codes: ``answered_already``, ``waits_already``, ``words_missing``, ``personal_data``, ``erratum_missing``,
    ``other_erratum``, ``no_erratum_needed``, ``same_person``, ``decided_already``, ``remark_missing``,
    ``not_answered_yet``, ``forgotten_already``, ``referred_already``."""

    sentences = {
        "answered_already": both("这封来信已经答复。", "This case was answered already."),
        "waits_already": both(
            "已有一份答复在等签发。请刷新页面；要改的，先由签发人退回。",
            "An answer waits for approval already. Load the page again; to change it, have it returned first.",
        ),
        "words_missing": both(
            "公开的问题和答复都要用中文和英文写。", "Write the public question and the answer in Chinese and in English."
        ),
        "personal_data": both(
            "公开的文字里有像电话、邮箱或身份证号码的内容，或来信人的联系方式。请去掉。",
            "The public words hold what looks like a telephone, mail or identity number, or the asker's contact. Take it out.",
        ),
        "erratum_missing": both("请选择改正这个数字的更正。", "Choose the erratum that corrects the figure."),
        "other_erratum": both(
            "这份更正没有公布，或改的不是这个数字。请另选。",
            "This erratum is not published, or corrects another figure. Choose another.",
        ),
        "no_erratum_needed": both(
            "结论不是“已更正”，不要选更正。", "The outcome is not “corrected”; choose no erratum."
        ),
        "same_person": both(
            "写答复的人不能自己签发或退回。请由另一个人决定。",
            "Whoever wrote an answer does not decide on it. Have another person do so.",
        ),
        "decided_already": both(
            "这份答复已经签发或退回。请刷新页面。", "This answer was decided already. Load the page again."
        ),
        "remark_missing": both("退回须写明原因。", "Say why it is returned."),
        "not_answered_yet": both(
            "答复发出以前，来信不能销毁。请先答复。", "A letter is not destroyed before it is answered. Answer it first."
        ),
        "forgotten_already": both("来信已经销毁。", "The letter was destroyed already."),
        "referred_already": both(
            "已经就这封来信提出疑点。请打开那个疑点。", "A finding was raised already. Open that one."
        ),
    }  # fmt: skip


@operation("corrections.answer_case", scope=whole)
def answer_case(
    *,
    case: Case,
    outcome: str,
    question_zh: str,
    question_en: str,
    answer_zh: str,
    answer_en: str,
    erratum: Erratum | None = None,
    act: Act,
) -> Answer:
    """Write an answer, with the question as everybody may read it, to be sent by another person.

    Raises: UnableToAnswer: see its codes; nothing was written.
    Locks: the case.
    """
    if outcome not in CaseOutcome.values:
        raise ValueError(f"no outcome is called {outcome}")
    said = [text.strip() for text in (question_zh, question_en, answer_zh, answer_en)]
    if not all(said):
        raise UnableToAnswer("words_missing")
    held = held_case(case)
    if held.state == CaseState.SENT:
        raise UnableToAnswer("answered_already")
    if held.state == CaseState.ANSWERED:
        raise UnableToAnswer("waits_already")
    _refuse_personal(held, said)
    _refuse_erratum(held, outcome, erratum)
    answers = Answer.objects.filter(case=held, round=held.round)
    answer = Answer.objects.create(
        case=held,
        round=held.round,
        attempt=(answers.aggregate(last=Max("attempt"))["last"] or 0) + 1,
        outcome=outcome,
        erratum=erratum,
        question_zh=said[0],
        question_en=said[1],
        answer_zh=said[2],
        answer_en=said[3],
        given_by=act.actor,
        given_at=act.at,
    )
    held.state = CaseState.ANSWERED
    held.save(update_fields=["state"])
    return answer


def _refuse_personal(case: Case, said: Sequence[str]) -> None:
    """Refuse public words that hold what may be personal."""
    letters = letterbox.letters_of(case)
    contact = letters.contact if letters else ""
    for text in said:
        if _PERSONAL.search(text) or has_identity_number(text) or (contact and contact in text):
            raise UnableToAnswer("personal_data")


def _refuse_erratum(case: Case, outcome: str, erratum: Erratum | None) -> None:
    if outcome != CaseOutcome.CORRECTED:
        if erratum is not None:
            raise UnableToAnswer("no_erratum_needed")
        return
    if erratum is None:
        raise UnableToAnswer("erratum_missing")
    published = ErratumStep.objects.filter(
        erratum=erratum, publication=case.publication_id, kind=Decision.APPROVED
    )
    corrected = Correction.objects.filter(figure__erratum=erratum)
    if case.position is not None:
        corrected = corrected.filter(position=case.position)
    if not published.exists() or not corrected.exists():
        raise UnableToAnswer("other_erratum")


@operation("corrections.approve_answer", scope=whole)
def approve_answer(*, answer: Answer, act: Act) -> AnswerStep:
    """Send an answer that another person wrote: the stranger reads it by the link, everybody beside the figure.

    Raises: UnableToAnswer: ``same_person``, ``decided_already``; nothing was written.
    Locks: the case.
    """
    return _decided(answer, Decision.APPROVED, CaseState.SENT, "", act)


@operation("corrections.return_answer", scope=whole)
def return_answer(*, answer: Answer, remark: str, act: Act) -> AnswerStep:
    """Return an answer that another person wrote, with what is missing.

    Raises: UnableToAnswer: ``same_person``, ``decided_already``, ``remark_missing``; nothing was written.
    Locks: the case.
    """
    if not remark.strip():
        raise UnableToAnswer("remark_missing")
    return _decided(answer, Decision.RETURNED, CaseState.RETURNED, remark.strip(), act)


def _decided(answer: Answer, kind: str, state: str, remark: str, act: Act) -> AnswerStep:
    if answer.given_by_id == act.actor.pk:
        raise UnableToAnswer("same_person")
    held = held_case(answer.case)
    if AnswerStep.objects.filter(answer=answer).exists():
        raise UnableToAnswer("decided_already")
    held.state = state
    held.save(update_fields=["state"])
    return AnswerStep.objects.create(
        answer=answer,
        case=held,
        round=answer.round,
        kind=kind,
        remark=remark,
        taken_by=act.actor,
        taken_at=act.at,
    )


def _whole_and_unit(**arguments: object) -> list[Scope]:
    unit = arguments["unit"]
    assert isinstance(unit, Unit)
    return [Scope(), unit.scope]


@operation("corrections.refer_case", scope=_whole_and_unit)
def refer_case(*, case: Case, unit: Unit, act: Act) -> Finding:
    """Raise a finding about a case, so that a unit looks into the matter; none of the stranger's words go into it.

    Raises: UnableToAnswer: ``referred_already``; nothing was written.
    Locks: the case, then the finding.
    """
    held = held_case(case)
    if held.finding_id is not None:
        raise UnableToAnswer("referred_already")
    matter = f"corrections.case:{held.pk}"
    title = both("来信 {receipt}：{what}是否有误", "Letter {receipt}: is this wrong: {what}").filled(
        receipt=held.receipt, what=_what(held)
    )
    suspects = polars.DataFrame(
        [[matter, matter, title.zh[:200], title.en[:300], "", "", unit.pk, unit.place_id]],
        schema=SUSPECTS,
        orient="row",
    )
    number = record_type("corrections.case").number
    objects = polars.DataFrame([[matter, "RECORD", number, str(held.pk)]], schema=OBJECTS, orient="row")
    note_findings(suspects, objects, rule="", severity=Severity.MEDIUM, act=act)
    finding = Finding.objects.get(fingerprint=digest_of("", matter))
    held.finding = finding
    held.save(update_fields=["finding"])
    return finding


def _what(case: Case) -> Words:
    if case.position is None:
        return Words(case.publication.heading_zh, case.publication.heading_en)
    content = PublishedFigure.objects.get(publication=case.publication, position=case.position).content
    return Words(**content["title"])


@operation("corrections.forget_asker", scope=whole)
def forget_asker(*, case: Case, act: Act) -> Case:
    """Destroy what a stranger wrote, with the contact; the answered question stays as everybody reads it.

    Raises: UnableToAnswer: ``not_answered_yet``, ``forgotten_already``; nothing was written.
    Locks: the case.
    """
    held = held_case(case)
    if held.state != CaseState.SENT:
        raise UnableToAnswer("not_answered_yet")
    destroyed, _ = CaseKey.objects.filter(pk=held.words_key).delete()
    if not destroyed:
        raise UnableToAnswer("forgotten_already")
    return held
