"""Gifts of cash: promised, paid into the charity's own merchant account, and what becomes of money that comes too late."""

from __future__ import annotations

import secrets
from datetime import timedelta

from bangfu.foundation.notices.notifying import notify
from bangfu.foundation.operations import Act, inside_operation, operation, scope_of
from bangfu.foundation.payments.models import OwnerKind, Payment, Refund
from bangfu.foundation.payments.operations import ask_refund, begin_payment
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.persons.operations import enter_person
from bangfu.foundation.rooms import both
from bangfu.giving.campaigns.models import Campaign, Donor, DonorKind, Gift, GiftState, Pledge, Way
from bangfu.giving.campaigns.notices import THANKS
from bangfu.giving.campaigns.operations.counting import Counted, count_participations, count_raised
from bangfu.giving.campaigns.operations.matching import match_gifts
from bangfu.giving.campaigns.operations.posting import book_gifts
from bangfu.giving.campaigns.operations.refusing import UnableToGive
from bangfu.giving.campaigns.operations.taking import Row, lock_open, write_gifts

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
    rows = Gift.objects.select_for_update(of=("self",))
    return rows.select_related(
        "campaign__charity__unit", "campaign__fund", "campaign__sponsor", "campaign__unit", "match__sponsor", "unit"
    ).get(pk=key)  # fmt: skip


def take_paid(payment: Payment, act: Act) -> None:
    """Receive a gift, inside the operation that learned that it is paid; after the campaign closed the money goes back at once.

    Posts: ``campaigns.participations``, ``campaigns.raised``, or ``campaigns.red_scarf_raised``; entries as ``book_gifts`` says.
    Locks: the gift, the campaign (shared), what matches.
    """
    inside_operation()
    gift = held_gift(payment.pays_id)
    campaign = gift.campaign
    try:
        lock_open(campaign)
    except UnableToGive:
        ask_refund(payment, amount_fen=payment.amount_fen, reason=str(CLOSED_MEANWHILE), act=act)
        return
    if gift.state == GiftState.LAPSED:
        ask_refund(payment, amount_fen=payment.amount_fen, reason=str(CLOSED_MEANWHILE), act=act)
        return
    gift.state, gift.received_on = GiftState.RECEIVED, act.on
    gift.save(update_fields=["state", "received_on"])
    row = row_of(gift, act)
    matching = match_gifts(campaign, [row], act=act)
    write_gifts(campaign, matching, file=None, act=act)
    book_gifts(campaign, [row, *matching], file=None, act=act)
    counted = [Counted(gift.pk, gift.unit_id, gift.place_id, act.on, gift.amount_fen)]
    count_participations(campaign, counted, act=act)
    count_raised(campaign, counted, of_bank=False, act=act)
    if gift.donor is not None and gift.donor.account_id is not None:
        values = {"campaign": both(campaign.title_zh, campaign.title_en or campaign.title_zh)}
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
