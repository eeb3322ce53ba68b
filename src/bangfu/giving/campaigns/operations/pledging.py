"""Monthly pledges: promised, asked for each month as a payment of its own, and ended by the giver at any time."""

from __future__ import annotations

import secrets
from datetime import timedelta

from bangfu.foundation.operations import BY_ROWS, Act, operation, require, scope_of
from bangfu.foundation.payments.models import Payment
from bangfu.foundation.people.models import Account
from bangfu.giving.campaigns.models import Campaign, DonorKind, Gift, GiftState, Pledge, State
from bangfu.giving.campaigns.operations.paying import ask_to_pay, donor_of, promise, require_staff_at_drives
from bangfu.giving.campaigns.operations.refusing import UnableToGive, UnableToPledge
from bangfu.giving.campaigns.operations.taking import lock_open

TIME_TO_PAY = timedelta(days=7)
LAST_DAY = 28


@operation("campaigns.make_pledge", scope=scope_of("campaign"), unrecorded=("name",))
def make_pledge(
    *,
    campaign: Campaign,
    amount_fen: int,
    day: int,
    name: str,
    kind: str = DonorKind.PUBLIC,
    is_anonymous: bool = False,
    giver: Account | None = None,
    act: Act,
) -> Pledge:
    """Promise the same gift each month; nothing is taken by itself: each month brings a payment that the giver makes.

    Args:
        giver: the employee who promises it at the door; null: whoever acts.

    Raises: UnableToPledge: ``not_open``, ``wrong_sum``, ``wrong_day``; UnableToGive: ``staff_alone``. Nothing was written.
    Locks: the campaign (shared).
    """
    try:
        lock_open(campaign)
    except UnableToGive as refused:
        raise UnableToPledge("not_open") from refused
    require_staff_at_drives(campaign, kind)
    if amount_fen < campaign.least_fen:
        raise UnableToPledge("wrong_sum", least=f"{campaign.least_fen // 100}.{campaign.least_fen % 100:02}")
    if not 1 <= day <= LAST_DAY:
        raise UnableToPledge("wrong_day")
    donor = donor_of(campaign, kind, name or "—", giver=giver, act=act)
    assert donor is not None
    return Pledge.objects.create(
        campaign=campaign,
        donor=donor,
        number=secrets.token_hex(10),
        amount_fen=amount_fen,
        day=day,
        starts_on=act.on,
        is_anonymous=is_anonymous,
    )


@operation("campaigns.end_pledge", scope=scope_of("pledge"))
def end_pledge(*, pledge: Pledge, act: Act) -> Pledge:
    """End a pledge: no further month is asked for.

    Raises: UnableToPledge: ``ended_already``; nothing was written.
    Locks: the pledge.
    """
    held = Pledge.objects.select_for_update().get(pk=pledge.pk)
    if held.ended_at is not None:
        raise UnableToPledge("ended_already")
    held.ended_at = act.at
    held.save(update_fields=["ended_at"])
    return held


@operation("campaigns.ask_again", scope=scope_of("pledge"))
def ask_again(*, pledge: Pledge, act: Act) -> Payment:
    """Ask once more for the gift that was asked for last and not paid, and return the payment whose page the giver opens.

    While it still is to be paid, its payment is returned.

    Raises: UnableToPledge: ``not_open``, ``ended_already``, ``nothing_to_pay``; UnableToPay: of payments. Nothing was written.
    Locks: the campaign (shared), the pledge.
    """
    try:
        lock_open(pledge.campaign)
    except UnableToGive as refused:
        raise UnableToPledge("not_open") from refused
    rows = Pledge.objects.select_for_update(of=("self",))
    held = rows.select_related("campaign__unit", "campaign__merchant", "donor").get(pk=pledge.pk)
    if held.ended_at is not None:
        raise UnableToPledge("ended_already")
    last = held.gifts.select_related("campaign__merchant").order_by("-pk").first()
    if last is None or last.state not in (GiftState.PROMISED, GiftState.LAPSED):
        raise UnableToPledge("nothing_to_pay")
    if last.state == GiftState.LAPSED:
        last = promise(
            held.campaign, held.amount_fen, kind=held.donor.kind, donor=held.donor, is_anonymous=held.is_anonymous,
            source_id=f"pledge:{held.pk}:{held.asked_until:%Y%m}:{held.gifts.count()}", pledge=held, act=act,
        )  # fmt: skip
    return ask_to_pay(last, within=TIME_TO_PAY, act=act)


@operation("campaigns.ask_pledges", scope=BY_ROWS)
def ask_pledges(*, act: Act) -> int:
    """Ask for this month's gift of each pledge whose day has come, once a month, and return how many.

    Locks: the pledges that are due, in the order of their keys.
    """
    from bangfu.foundation.organisation.queries import root_unit

    root = root_unit()
    assert root is not None
    require(act, "campaigns.ask_pledges", root.scope)
    month = act.on.replace(day=1)
    due = (
        Pledge.objects.select_for_update(of=("self",))
        .filter(ended_at=None, day__lte=act.on.day, starts_on__lte=act.on, campaign__state=State.OPEN)
        .exclude(asked_until__gte=month)
        .select_related("campaign__unit", "campaign__merchant", "donor")
        .order_by("pk")
    )
    count = 0
    for one in due:
        gift: Gift = promise(
            one.campaign, one.amount_fen, kind=one.donor.kind, donor=one.donor, is_anonymous=one.is_anonymous,
            source_id=f"pledge:{one.pk}:{month:%Y%m}", pledge=one, act=act,
        )  # fmt: skip
        ask_to_pay(gift, within=TIME_TO_PAY, act=act)
        one.asked_until = month
        one.save(update_fields=["asked_until"])
        count += 1
    return count
