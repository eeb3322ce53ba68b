"""Whoever received goods says what they are like; a person of the seller looks at it before it is shown, and may answer."""

from __future__ import annotations

from bangfu.foundation.operations import Act, Refusal, Scope, operation, scope_of
from bangfu.foundation.rooms import both
from bangfu.livelihoods.shop.models import (
    REVIEW_STATE_WORDS,
    OrderLine,
    OrderState,
    OrderStep,
    Review,
    ReviewState,
)
from bangfu.livelihoods.shop.operations.storing import locked_orders
from bangfu.livelihoods.shop.wording import names_somebody

LONGEST_WORDS, LONGEST_REASON = 500, 200


class UnableToReview(Refusal):
    """Codes: ``not_received``, ``reviewed_already``, ``stars_wrong``, ``words_missing``, ``names_somebody``, ``wrong_state``,
    ``why_missing``, ``not_shown``."""

    sentences = {
        "not_received": both("收到货以后才能评价。", "Goods are reviewed once they were received."),
        "reviewed_already": both("这件商品您已经评价过。", "You have reviewed these goods."),
        "stars_wrong": both("请选一到五星。", "Choose one to five stars."),
        "words_missing": both("请写几句话，最多五百字。", "Say something, in five hundred characters at most."),
        "names_somebody": both(
            "评价里不能写电话、证件或账号号码。请去掉后再提交。",
            "A review holds no number of a phone, a paper or an account. Take it out and send it again.",
        ),
        "wrong_state": both("这条评价目前是“{state}”。请刷新后查看。", "The review is “{state}”. Reload to see what happened."),
        "why_missing": both("请写明为什么不公开，买家会看到。", "Say why it is not shown; its buyer reads it."),
        "not_shown": both("先公开，再答复。", "Show it first, then answer."),
    }  # fmt: skip


@operation("shop.write_review", scope=lambda **_: Scope())
def write_review(*, line: OrderLine, stars: int, words: str, act: Act) -> Review:
    """Say what the goods of a line are like, as the buyer who received them; it is read by everybody once it was looked at.

    Raises: UnableToReview: see its codes; nothing was written.
    Locks: the order.
    """
    locked_orders([line.order_id])
    if not OrderStep.objects.filter(order=line.order_id, state=OrderState.DELIVERED).exists():
        raise UnableToReview("not_received")
    if not 1 <= stars <= 5:
        raise UnableToReview("stars_wrong")
    _check(words)
    if Review.objects.filter(line=line).exists():
        raise UnableToReview("reviewed_already")
    return Review.objects.create(line=line, stars=stars, words=words.strip(), written_at=act.at)


def _check(words: str) -> None:
    if not 0 < len(words.strip()) <= LONGEST_WORDS:
        raise UnableToReview("words_missing")
    if names_somebody(words):
        raise UnableToReview("names_somebody")


def _locked(review: Review, *states: str) -> Review:
    now = Review.objects.select_for_update().get(pk=review.pk)
    if now.state not in states:
        raise UnableToReview("wrong_state", state=REVIEW_STATE_WORDS[now.state])
    return now


@operation("shop.show_review", scope=scope_of("review"))
def show_review(*, review: Review, act: Act) -> Review:
    """Let everybody read a review, good or bad; one that was refused may be shown after all.

    Raises: UnableToReview: ``wrong_state``; nothing was written.
    Locks: the review.
    """
    now = _locked(review, ReviewState.WAITING, ReviewState.REFUSED)
    now.state, now.decided_at, now.decided_by = ReviewState.SHOWN, act.at, act.actor
    now.save(update_fields=["state", "decided_at", "decided_by"])
    return now


@operation("shop.refuse_review", scope=scope_of("review"))
def refuse_review(*, review: Review, reason: str, act: Act) -> Review:
    """Keep a review from being read, or take it out of sight, and say why to its buyer.

    Raises: UnableToReview: ``why_missing``, ``wrong_state``; nothing was written.
    Locks: the review.
    """
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise UnableToReview("why_missing")
    now = _locked(review, ReviewState.WAITING, ReviewState.SHOWN)
    now.state, now.reason = ReviewState.REFUSED, reason.strip()
    now.decided_at, now.decided_by = act.at, act.actor
    now.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    return now


@operation("shop.answer_review", scope=scope_of("review"))
def answer_review(*, review: Review, answer: str, act: Act) -> Review:
    """Answer a review that is shown; said anew it follows the answer before.

    Raises: UnableToReview: ``words_missing``, ``names_somebody``, ``not_shown``; nothing was written.
    Locks: the review.
    """
    _check(answer)
    now = Review.objects.select_for_update().get(pk=review.pk)
    if now.state != ReviewState.SHOWN:
        raise UnableToReview("not_shown")
    now.answer, now.answered_at = answer.strip(), act.at
    now.save(update_fields=["answer", "answered_at"])
    return now
