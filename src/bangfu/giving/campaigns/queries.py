"""What others may read of campaigns: the public counter, gifts, duties, lines of the bank."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet
from django.utils import timezone

from bangfu.foundation.money.queries import sums_of_fund
from bangfu.foundation.organisation.founding import appoint_system
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import in_granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.systems import named_system
from bangfu.foundation.points.queries import holder_of
from bangfu.foundation.rooms import both
from bangfu.giving.campaigns.models import (
    BankLine,
    Campaign,
    Charity,
    Cost,
    Duty,
    Gift,
    GiftFile,
    GiftState,
    Pledge,
    Receipt,
    State,
)
from bangfu.giving.campaigns.register import POINTS_SYSTEM, STAFF, VIEW

DOOR, DOOR_ROLE = "campaigns-door", "campaigns_door"
DOOR_TITLE = named_system(both("募捐之门（系统）", "Door of the campaigns (a system)"))
INCOME, REFUNDS, OWED = "Income:Gifts:", "Income:Refunds", "Assets:Receivable:Sponsor"


def door_account(*, on: date | None = None) -> Account:
    """Return the system account through which the public gives; the first call appoints it over the whole house.

    Args:
        on: the day from which it may act, if this call appoints it; null = today.
    """
    known = Account.objects.filter(username=DOOR).first()
    return known or appoint_system(
        username=DOOR, title=DOOR_TITLE.zh, role=DOOR_ROLE, on=on or timezone.localdate()
    )


@dataclass(frozen=True)
class Counter:
    """What a campaign came to, read from the books of its fund; it never falls but by what ``refunded_fen`` says."""

    by_way: dict[str, int]  # fen by account: Points, Cash, Transfer, Match
    refunded_fen: int
    refunds: int
    """How many gifts were given back, without what companies had added to them."""
    owed_fen: int
    """Of it, promised by the sponsor and not yet on the charity's account."""
    held_fen: int
    """What the fund holds, what is owed to it included."""

    @property
    def given_fen(self) -> int:
        """All that was given, before anything went back."""
        return sum(self.by_way.values())

    @property
    def raised_fen(self) -> int:
        """What was given and not given back."""
        return self.given_fen - self.refunded_fen


def counter(campaign: Campaign) -> Counter:
    """Return what a campaign came to, exactly, by the books of its fund."""
    rows = sums_of_fund(campaign.fund_id)
    sums = {one.code: one.amount_minor for one in rows}
    back = Gift.objects.filter(campaign=campaign, state=GiftState.REFUNDED).exclude(way="MATCH").count()
    return Counter(
        by_way={code.removeprefix(INCOME): -total for code, total in sums.items() if code.startswith(INCOME)},
        refunded_fen=sums.get(REFUNDS, 0),
        refunds=back,
        owed_fen=sums.get(OWED, 0),
        held_fen=sum(one.amount_minor for one in rows if one.kind == "ASSETS"),
    )


def gift_of_key(member: str, key: str) -> Gift | None:
    """Return the gift of points that a member gave under a request key; null if there is none."""
    holder = holder_of(member)
    if holder is None:
        return None
    return Gift.objects.filter(source_system=POINTS_SYSTEM, source_id=f"{holder.pk}:{key}").first()


def participations(campaign: Campaign, *, until: date | None = None) -> int:
    """Return how many gifts were received and stand, without what companies added: 人次, not donors.

    Args:
        until: what stood at the end of a day; null: now.
    """
    rows = Gift.objects.filter(campaign=campaign).exclude(way="MATCH")
    if until is None:
        return rows.filter(state__in=(GiftState.RECEIVED, GiftState.REFUNDING)).count()
    return rows.filter(received_on__lte=until).exclude(ended_on__lte=until).count()


def campaigns_seen_by(account: Account, on: date) -> QuerySet[Campaign]:
    """Return the campaigns that an account may read."""
    rows = Campaign.objects.filter(in_granted_units(account, VIEW, on))
    return rows.select_related("unit", "charity", "fund", "sponsor")


def charities_seen_by(account: Account, on: date) -> QuerySet[Charity]:
    """Return the charities that an account may read."""
    return Charity.objects.filter(in_granted_units(account, VIEW, on)).select_related("unit")


def gifts_seen_by(account: Account, on: date) -> QuerySet[Gift]:
    """Return the gifts that an account may read: those of the campaigns of its units."""
    rows = Gift.objects.filter(in_granted_units(account, VIEW, on, "campaign__unit_id"))
    return rows.select_related("campaign", "unit")


def costs_seen_by(account: Account, on: date) -> QuerySet[Cost]:
    """Return the administration of charities that an account may read."""
    rows = Cost.objects.filter(in_granted_units(account, VIEW, on, "charity__unit_id"))
    return rows.select_related("charity__unit", "fund")


def receipts_seen_by(account: Account, on: date) -> QuerySet[Receipt]:
    """Return the receipts that an account may read."""
    rows = Receipt.objects.filter(in_granted_units(account, VIEW, on, "series__charity__unit_id"))
    return rows.select_related("series__charity")


def pledges_seen_by(account: Account, on: date) -> QuerySet[Pledge]:
    """Return the pledges that an account may read."""
    return Pledge.objects.filter(in_granted_units(account, VIEW, on, "campaign__unit_id")).select_related(
        "campaign"
    )


def bank_lines_seen_by(account: Account, on: date) -> QuerySet[BankLine]:
    """Return the lines of charities' banks that an account may read."""
    rows = BankLine.objects.filter(in_granted_units(account, VIEW, on, "charity__unit_id"))
    return rows.select_related("charity", "campaign")


def gift_files_seen_by(account: Account, on: date) -> QuerySet[GiftFile]:
    """Return the files of gifts that an account may read."""
    rows = GiftFile.objects.filter(in_granted_units(account, VIEW, on, "campaign__unit_id"))
    return rows.select_related("campaign")


def file_seen_by(account: Account, key: str, on: date) -> GiftFile | None:
    """Return a file of gifts by the key that an address says, if an account may read it."""
    return gift_files_seen_by(account, on).filter(pk=int(key)).first() if key.isdecimal() else None


def public_campaigns() -> QuerySet[Campaign]:
    """Return the campaigns that everybody may see: those that were opened, without drives among staff."""
    return _opened().filter(is_drive=False)


def campaigns_open_to(account: Account | None, on: date) -> QuerySet[Campaign]:
    """Return the campaigns that somebody may see and give to: what everybody may, and of staff the drives among them too.

    Args:
        account: null: nobody is signed in.
    """
    return _opened() if is_staff(account, on) else public_campaigns()


def is_staff(account: Account | None, on: date) -> bool:
    """Return whether an account is one of the programme's own staff; suppliers, auditors and counties have accounts too."""
    if account is None:
        return False
    units = Unit.objects.filter(in_granted_units(account, STAFF, on, "pk"))
    return units.exclude(kind=Unit.Kind.SUPPORTED).exists()


def _opened() -> QuerySet[Campaign]:
    rows = Campaign.objects.filter(opened_at__isnull=False, charity__isnull=False)
    return rows.select_related("charity", "fund", "unit", "sponsor", "merchant", "seat").order_by(
        "-opened_at"
    )


def duties_due(account: Account, permission: str, on: date) -> QuerySet[Duty]:
    """Return what is to be disclosed and is not, of campaigns of which an account may disclose, the soonest first."""
    rows = Duty.objects.filter(in_granted_units(account, permission, on, "campaign__unit_id"), done_on=None)
    return rows.select_related("campaign").order_by("due_on", "pk")


def some_pledges_due(on: date) -> bool:
    """Return whether a pledge's day of this month has come and was not asked for."""
    rows = Pledge.objects.filter(
        ended_at=None, day__lte=on.day, starts_on__lte=on, campaign__state=State.OPEN
    )
    return rows.exclude(asked_until__gte=on.replace(day=1)).exists()


def gifts_by_state(campaign: Campaign) -> dict[str, int]:
    """Return how many gifts of a campaign are in each state."""
    rows = Gift.objects.filter(campaign=campaign).values_list("state")
    return dict(rows.annotate(count=Count("pk")).order_by())
