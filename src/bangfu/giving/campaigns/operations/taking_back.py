"""Gifts go back: by the giver while it may be thought over, later by whoever runs the campaign, with a reason."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F

from bangfu.foundation.operations import Act, operation, scope_of
from bangfu.foundation.payments.models import State as PaymentState
from bangfu.foundation.payments.operations import ask_refund
from bangfu.foundation.payments.queries import payments_of
from bangfu.foundation.points.models import Spend
from bangfu.foundation.points.operations import give_back_points
from bangfu.foundation.rooms import both
from bangfu.giving.campaigns.models import GIFT_STATE_WORDS, Gift, GiftState, Match, Way
from bangfu.giving.campaigns.operations.counting import uncount_gifts
from bangfu.giving.campaigns.operations.issuing import void_of_gift
from bangfu.giving.campaigns.operations.paying import held_gift
from bangfu.giving.campaigns.operations.posting import unbook_gift
from bangfu.giving.campaigns.operations.refusing import UnableToTakeBack

THOUGHT_OVER = both("捐赠人在冷静期内撤回", "The giver thought it over")


@operation("campaigns.take_back_gift", scope=scope_of("gift"))
def take_back_gift(*, gift: Gift, act: Act) -> Gift:
    """Let a giver take a gift back while it may be thought over: points return to their lots, cash goes back the way it came.

    Raises: UnableToTakeBack: see its codes; nothing was written.
    Posts: as ``undo_gift``.
    Locks: the gift, then the holder, the payment, the fund.
    """
    held = held_gift(gift.pk)
    hours = held.campaign.cooling_hours
    if act.at > held.given_at + timedelta(hours=hours):
        raise UnableToTakeBack("too_late", hours=hours)
    return _send_back(held, str(THOUGHT_OVER), act)


@operation("campaigns.refund_gift", scope=scope_of("gift"))
def refund_gift(*, gift: Gift, reason: str, act: Act) -> Gift:
    """Give a gift back after that time, for a reason that the public counter's page sums up.

    Raises: UnableToTakeBack: see its codes; UnableToPostEntry: ``fund_short``. Nothing was written.
    Posts: as ``undo_gift``.
    Locks: the gift, then the holder, the payment, the fund.
    """
    if not reason.strip():
        raise UnableToTakeBack("no_reason")
    return _send_back(held_gift(gift.pk), reason.strip()[:60], act)


def _send_back(held: Gift, reason: str, act: Act) -> Gift:
    if held.way == Way.MATCH:
        raise UnableToTakeBack("is_match")
    if held.state != GiftState.RECEIVED:
        raise UnableToTakeBack("wrong_state", state=GIFT_STATE_WORDS[held.state])
    if held.way != Way.CASH:
        return undo_gift(held, act=act)
    payment = payments_of(held).filter(state__in=(PaymentState.PAID, PaymentState.PART_REFUNDED)).get()
    ask_refund(payment, amount_fen=payment.left_fen, reason=reason, number=f"GIFT-REFUND-{held.pk}", act=act)
    held.state = GiftState.REFUNDING
    held.save(update_fields=["state"])
    return held


def undo_gift(held: Gift, *, act: Act) -> Gift:
    """Take a gift back, which is locked, with what was added to it: points, entries, facts and receipt; inside an operation.

    Posts: reversals of what it counts; an entry of what goes back in each of the books.
    Locks: the holder, the match, the fund.
    """
    if held.spend_id is not None:
        give_back_points(Spend.objects.get(pk=held.spend_id), act=act)
    ones = [held]
    for key in Gift.objects.filter(matched=held, state=GiftState.RECEIVED).values_list("pk", flat=True):
        one = held_gift(key)
        assert one.match is not None
        Match.objects.filter(pk=one.match.pk).update(used_fen=F("used_fen") - one.amount_fen)
        ones.append(one)
    for one in ones:
        unbook_gift(one, act=act)
        one.state, one.ended_on = GiftState.REFUNDED, act.on
        one.save(update_fields=["state", "ended_on"])
    uncount_gifts([one.pk for one in ones], act=act)
    void_of_gift(held, reason=str(both("捐赠已退回", "The gift was given back")), act=act)
    return held
