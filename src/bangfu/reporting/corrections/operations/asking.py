"""Strangers open cases through the letter box, and open one again once."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from bangfu.foundation.operations import Act, Refusal, operation
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.working_days import day_after
from bangfu.reporting.corrections import letterbox
from bangfu.reporting.corrections.letterbox import Letter, Letters
from bangfu.reporting.corrections.models import Case, CaseKey, CaseState
from bangfu.reporting.corrections.operations.errata import whole
from bangfu.reporting.corrections.queries import rule_on
from bangfu.reporting.publications.models import Publication, PublishedFigure, Step, StepKind

LONGEST_WORDS = 2000
LONGEST_CONTACT = 200
MOST_A_DAY = 500
"""Cases that the whole house takes in within a day; beyond, somebody is flooding it."""


class UnableToAsk(Refusal):
    """Codes: ``not_published``, ``words_missing``, ``words_too_long``, ``box_full``, ``box_closed``, ``not_answered_yet``,
    ``opened_again_already``, ``not_genuine``."""

    sentences = {
        "not_published": both("没有这个已发布的数字。", "There is no such published figure."),
        "words_missing": both("请写明哪里不对。", "Say what is wrong."),
        "words_too_long": both(
            "写得太长了，每栏不超过 {longest} 个字。", "That is too long: each part has {longest} characters at most."
        ),
        "box_full": both(
            "今天的来信太多，暂时收不下。请明天再来。", "Too many letters came today. Please come back tomorrow."
        ),
        "box_closed": both("来信箱现在不收信。请按页脚的方式联系我们。", "The letter box takes no letters at present."),
        "not_answered_yet": both(
            "还在答复中，不用重新提出。请等答复。", "It is still being answered; there is no need to open it again."
        ),
        "opened_again_already": both(
            "已经重新提出过一次。仍有疑问的，请就这个数字另提一次。",
            "It was opened again once already. If doubts remain, ask about the figure anew.",
        ),
        "not_genuine": both(
            "链接不对。请用提交时给您的链接。", "The link is not right. Use the one that you were given."
        ),
    }  # fmt: skip


@operation(
    "corrections.open_case",
    scope=whole,
    unrecorded=("receipt", "link_secret", "wrong", "knows", "contact"),
)
def open_case(
    *,
    publication: Publication,
    position: int | None,
    wrong: str,
    knows: str,
    contact: str,
    language: str,
    receipt: str,
    link_secret: str,
    act: Act,
) -> Case:
    """Open a case for a stranger who says that a published figure, or a report as a whole, is wrong.

    Args:
        position: of the figure; null is the report as a whole.
        knows: what the stranger knows of it; may be empty, as may the contact.
        language: ``zh`` or ``en``.

    Raises: UnableToAsk: see its codes; nothing was written.
    """
    wrong, knows, contact = wrong.strip(), knows.strip(), contact.strip()
    if not Step.objects.filter(publication=publication, kind=StepKind.FROZEN).exists():
        raise UnableToAsk("not_published")
    figures = PublishedFigure.objects.filter(publication=publication)
    if position is not None and not figures.filter(position=position).exists():
        raise UnableToAsk("not_published")
    _refuse_words(wrong, knows, contact)
    if Case.objects.filter(opened_at__gt=act.at - timedelta(days=1)).count() >= MOST_A_DAY:
        raise UnableToAsk("box_full")
    key, words_sealed = _sealed(Letters(contact, (Letter(wrong, knows),)))
    return Case.objects.create(
        publication=publication,
        position=position,
        receipt=receipt,
        link_digest=letterbox.link_digest(link_secret),
        words_key=key.pk,
        words_sealed=words_sealed,
        language=language,
        opened_at=act.at,
        asked_on=act.on,
        due_on=_due(act.on),
    )


@operation("corrections.reopen_case", scope=whole, unrecorded=("link_secret", "wrong"))
def reopen_case(*, case: Case, link_secret: str, wrong: str, act: Act) -> Case:
    """Open an answered case again for the stranger who holds its link, once.

    Raises: UnableToAsk: ``not_genuine``, ``not_answered_yet``, ``opened_again_already``, ``words_missing``,
        ``words_too_long``; nothing was written.
    Locks: the case.
    """
    held = held_case(case)
    if not letterbox.opens(held, link_secret):
        raise UnableToAsk("not_genuine")
    if held.state != CaseState.SENT:
        raise UnableToAsk("not_answered_yet")
    if held.round > 1:
        raise UnableToAsk("opened_again_already")
    wrong = wrong.strip()
    _refuse_words(wrong, "", "")
    before = letterbox.letters_of(held) or Letters("", ())
    CaseKey.objects.filter(pk=held.words_key).delete()
    key, held.words_sealed = _sealed(Letters(before.contact, (*before.rounds, Letter(wrong, ""))))
    held.words_key = key.pk
    held.round, held.state, held.asked_on, held.due_on = 2, CaseState.OPEN, act.on, _due(act.on)
    held.save()
    return held


def _refuse_words(wrong: str, knows: str, contact: str) -> None:
    if not wrong:
        raise UnableToAsk("words_missing")
    if max(len(wrong), len(knows)) > LONGEST_WORDS or len(contact) > LONGEST_CONTACT:
        raise UnableToAsk("words_too_long", longest=LONGEST_WORDS)


def _sealed(letters: Letters) -> tuple[CaseKey, bytes]:
    key = CaseKey(id=uuid.uuid4())
    key.wrapped, words_sealed = letterbox.sealed(key.pk, letters)
    key.save(force_insert=True)
    return key, words_sealed


def _due(on: date) -> date:
    rule = rule_on(on)
    return day_after(on, rule.working_days, rule.rest_days, rule.made_up_days)


def held_case(case: Case) -> Case:
    """Return a case, which nobody else changes until the operation ends."""
    return Case.objects.select_related("publication").select_for_update(of=("self",)).get(pk=case.pk)
