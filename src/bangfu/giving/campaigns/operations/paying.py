"""Gifts of cash: promised, paid into the charity's own merchant account, and what becomes of money that comes too late."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import timedelta

from bangfu.foundation.notices.notifying import notify
from bangfu.foundation.operations import Act, inside_operation, operation, scope_of
from bangfu.foundation.payments.models import OwnerKind, Payment, Refund
from bangfu.foundation.payments.operations import ask_refund, begin_payment
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.persons.operations import enter_person
from bangfu.foundation.rooms import both
from bangfu.giving.campaigns.models import Campaign, Donor, DonorKind, Gift, GiftState, Pledge, State, Way
from bangfu.giving.campaigns.notices import THANKS
from bangfu.giving.campaigns.operations.counting import Counted, count_participations, count_raised
from bangfu.giving.campaigns.operations.matching import match_gifts
from bangfu.giving.campaigns.operations.posting import book_gifts
from bangfu.giving.campaigns.operations.refusing import UnableToGive
from bangfu.giving.campaigns.operations.taking import Row, hold_campaigns, lock_open, write_gifts

CASH_SYSTEM = "campaigns.cash"
TIME_TO_PAY = timedelta(hours=2)
LARGEST_FEN = 10**11
LONGEST_SUBJECT = 60
CLOSED_MEANWHILE = both("活动已结束，原路退回", "The campaign had closed")


@operation("campaigns.give_cash", scope=scope_of("campaign"), unrecorded=("name",))
def give_cash(
    *,
    campaign: Campaign,
    amount_fen: int,
    kind: str = DonorKind.PUBLIC,
    is_anonymous: bool = False,
    name: str = "",
    giver: Account | None = None,
    source_id: str = "",
    act: Act,
) -> Payment:
    """Promise a gift of cash, and return the payment whose page the giver opens; it counts once it is paid.

    Args:
        name: for the receipt; it is sealed; empty: nobody knows who gives.
        giver: the employee who gives at the door; null: whoever acts.
        source_id: the same is the same gift; empty: a new one.

    Raises: UnableToGive: ``not_open``, ``staff_alone``, ``wrong_sum``, ``below_least``; UnableToPay: of payments. Nothing was
    written.
    Locks: the campaign (shared), the gift's payments.
    """
    lock_open(campaign)
    require_staff_at_drives(campaign, kind)
    if not 0 < amount_fen < LARGEST_FEN:
        raise UnableToGive("wrong_sum")
    if amount_fen < campaign.least_fen:
        raise UnableToGive("below_least", least=f"{campaign.least_fen // 100}.{campaign.least_fen % 100:02}")
    source = source_id or secrets.token_hex(16)
    known = Gift.objects.filter(source_system=CASH_SYSTEM, source_id=source).first()
    if known is not None and (known.amount_fen, known.campaign_id) != (amount_fen, campaign.pk):
        raise UnableToGive("other_gift")
    donor = None if known is not None else donor_of(campaign, kind, name, giver=giver, act=act)
    gift = known or promise(
        campaign, amount_fen, kind=kind, donor=donor, is_anonymous=is_anonymous, source_id=source, act=act
    )
    return ask_to_pay(gift, act=act)


def require_staff_at_drives(campaign: Campaign, kind: str) -> None:
    """Refuse to take for a drive among staff what does not come from staff: it is no raising from the public.

    Raises: UnableToGive: ``staff_alone``.
    """
    if campaign.is_drive and kind != DonorKind.EMPLOYEE:
        raise UnableToGive("staff_alone", campaign=campaign.title)


def donor_of(
    campaign: Campaign, kind: str, name: str, *, giver: Account | None = None, act: Act
) -> Donor | None:
    """Return who gives, inside an operation: the member of staff, somebody with a sealed name, or nobody known."""
    staff = giver or act.actor
    if kind == DonorKind.EMPLOYEE and staff.person_id is not None:
        known = Donor.objects.filter(account=staff).first()
        return known or Donor.objects.create(kind=kind, account=staff, person=staff.person, entered_at=act.at)
    if not name.strip():
        return None
    person = enter_person(name=name.strip(), unit=campaign.unit_id)
    return Donor.objects.create(kind=kind, person=person, entered_at=act.at)


def promise(
    campaign: Campaign,
    amount_fen: int,
    *,
    kind: str,
    donor: Donor | None,
    is_anonymous: bool,
    source_id: str,
    pledge: Pledge | None = None,
    act: Act,
) -> Gift:
    """Write a gift of cash that is to be paid."""
    return Gift.objects.create(
        number=secrets.token_hex(10),
        campaign=campaign,
        donor=donor,
        kind=kind,
        way=Way.CASH,
        amount_fen=amount_fen,
        is_anonymous=is_anonymous,
        unit=campaign.unit,
        place_id=campaign.unit.place_id or campaign.seat_id,
        given_at=act.at,
        given_on=act.on,
        state=GiftState.PROMISED,
        source_system=CASH_SYSTEM,
        source_id=source_id,
        pledge=pledge,
    )


def ask_to_pay(gift: Gift, *, act: Act, within: timedelta = TIME_TO_PAY) -> Payment:
    """Begin the payment of a promised gift, into the charity's own account."""
    merchant = gift.campaign.merchant
    assert merchant is not None
    return begin_payment(
        of=gift,
        merchant=merchant,
        amount_fen=gift.amount_fen,
        subject=gift.campaign.title_zh[:LONGEST_SUBJECT],
        expires_at=act.at + within,
        owner_kind=OwnerKind.CHARITY,
        act=act,
    )


def held_gift(key: int) -> Gift:
    """Return a gift, locked, with what it is for."""
    return held_gifts([key])[key]


def held_gifts(keys: Collection[int]) -> dict[int, Gift]:
    """Return gifts by key, locked in the order of their keys, with what they are for."""
    rows = Gift.objects.select_for_update(of=("self",))
    found = rows.select_related(
        "campaign__charity__unit", "campaign__fund", "campaign__sponsor", "campaign__unit", "donor", "match__sponsor", "unit"
    )  # fmt: skip
    return {one.pk: one for one in found.filter(pk__in=keys).order_by("pk")}


def take_paid(payments: Sequence[Payment], act: Act) -> None:
    """Receive gifts, inside the operation that learned that they are paid; after a campaign closed the money goes back at once.

    Posts: ``campaigns.participations``, ``campaigns.raised``, or ``campaigns.red_scarf_raised``; entries as ``book_gifts`` says.
    Locks: the gifts, their campaigns (shared), each in the order of their keys; what matches.
    """
    inside_operation()
    gifts = held_gifts([one.pays_id for one in payments])
    states = hold_campaigns(sorted({one.campaign_id for one in gifts.values()}))
    arrived: dict[int, list[Gift]] = defaultdict(list)
    for payment in payments:
        gift = gifts[payment.pays_id]
        if states[gift.campaign_id] != State.OPEN or gift.state == GiftState.LAPSED:
            ask_refund(payment, amount_fen=payment.amount_fen, reason=str(CLOSED_MEANWHILE), act=act)
        else:
            arrived[gift.campaign_id].append(gift)
    for key in sorted(arrived):
        _receive(arrived[key], act)


def _receive(gifts: Sequence[Gift], act: Act) -> None:
    """Write that gifts to one campaign were received; match, book and count them, and thank who is known."""
    campaign = gifts[0].campaign
    for gift in gifts:
        gift.state, gift.received_on = GiftState.RECEIVED, act.on
    Gift.objects.filter(pk__in=[one.pk for one in gifts]).update(state=GiftState.RECEIVED, received_on=act.on)
    rows = [row_of(one, act) for one in gifts]
    matching = match_gifts(campaign, rows, act=act)
    write_gifts(campaign, matching, file=None, act=act)
    book_gifts(campaign, [*rows, *matching], file=None, act=act)
    counted = [Counted(one.pk, one.unit_id, one.place_id, act.on, one.amount_fen) for one in gifts]
    count_participations(campaign, counted, act=act)
    count_raised(campaign, counted, of_bank=False, act=act)
    values = {"campaign": both(campaign.title_zh, campaign.title_en or campaign.title_zh)}
    for gift in gifts:
        if gift.donor is not None and gift.donor.account_id is not None:
            notify(THANKS, to=[gift.donor.account_id], values=values, about=gift, act=act)


def row_of(gift: Gift, act: Act) -> Row:
    """Return a gift as it is booked on the day it is received."""
    return Row(
        gift.pk, gift.number, gift.donor_id, gift.kind, gift.way, gift.points, gift.spend_id, gift.amount_fen,
        gift.is_anonymous, gift.unit_id, gift.place_id, act.on, gift.source_system, gift.source_id,
    )  # fmt: skip


def take_closed(payment: Payment, act: Act) -> None:
    """Let a gift lapse that nobody paid, inside the operation that closed its payment.

    Locks: the gift.
    """
    inside_operation()
    gift = held_gift(payment.pays_id)
    if gift.state == GiftState.PROMISED:
        gift.state, gift.ended_on = GiftState.LAPSED, act.on
        gift.save(update_fields=["state", "ended_on"])


def take_refunded(refund: Refund, act: Act) -> None:
    """Take a gift back whose money was given back whole, inside the operation that learned it; of a gift that was never received
    nothing moves.

    Posts: as ``undo_gift``.
    Locks: the gift, the fund.
    """
    from bangfu.giving.campaigns.operations.taking_back import undo_gift

    inside_operation()
    payment = refund.payment
    gift = held_gift(payment.pays_id)
    if gift.state in (GiftState.RECEIVED, GiftState.REFUNDING) and payment.refunded_fen == payment.amount_fen:
        undo_gift(gift, act=act)
    elif gift.state == GiftState.PROMISED:
        gift.state, gift.ended_on = GiftState.LAPSED, act.on
        gift.save(update_fields=["state", "ended_on"])
