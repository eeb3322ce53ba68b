"""Charities are entered; campaigns are drafted, signed, filed, opened, closed, reported and settled."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bangfu.foundation.money.models import Fund
from bangfu.foundation.operations import Act, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.payments.models import MerchantAccount, OwnerKind
from bangfu.foundation.places.models import Place
from bangfu.giving.campaigns.duties import duties_at_closing, duties_while_open
from bangfu.giving.campaigns.guarding import reported_meanwhile
from bangfu.giving.campaigns.models import (
    CODE,
    CREDIT_CODE,
    DUTY_WORDS,
    STATE_WORDS,
    Campaign,
    Charity,
    CharityKind,
    Duty,
    DutyKind,
    Gift,
    GiftState,
    State,
    Step,
)
from bangfu.giving.campaigns.operations.books import open_books
from bangfu.giving.campaigns.operations.refusing import UnableToKeepCharity, UnableToPlan

DAYS_AFTER_FILING = 10
"""Charity fundraising rules of the civil affairs ministry: filed at least ten days before it begins."""


@operation("campaigns.enter_charity", scope=scope_of("unit"))
def enter_charity(
    *,
    unit: Unit,
    code: str,
    name_zh: str,
    name_en: str = "",
    kind: str = CharityKind.FOUNDATION,
    qualification: str,
    qualified_on: date,
    qualified_until: date | None = None,
    bank_account_ending: str,
    act: Act,
) -> Charity:
    """Enter a charity that may raise from the public, in whose unit's books the house keeps its funds.

    Raises: UnableToKeepCharity: see its codes; nothing was written.
    """
    if not re.fullmatch(CREDIT_CODE, code):
        raise UnableToKeepCharity("wrong_code")
    if kind not in CharityKind.values:
        raise UnableToKeepCharity("unknown_kind")
    if not name_zh.strip() or not qualification.strip() or not bank_account_ending.strip():
        raise UnableToKeepCharity("not_described")
    if qualified_until is not None and qualified_until <= qualified_on:
        raise UnableToKeepCharity("wrong_period")
    if Charity.objects.filter(code=code).exists():
        raise UnableToKeepCharity("code_taken")
    return Charity.objects.create(
        unit=unit,
        code=code,
        name_zh=name_zh.strip(),
        name_en=name_en.strip(),
        kind=kind,
        qualification=qualification.strip(),
        qualified_on=qualified_on,
        qualified_until=qualified_until,
        bank_account_ending=bank_account_ending.strip(),
        entered_at=act.at,
        entered_by=act.actor,
    )


@dataclass(frozen=True)
class Plan:
    """What is said of a campaign before it opens."""

    title_zh: str
    cause: str
    about_zh: str
    does_zh: str
    goal_fen: int
    starts_on: date
    ends_on: date
    """The day after the last one."""
    seat: Place
    title_en: str = ""
    about_en: str = ""
    does_en: str = ""
    sponsor: Unit | None = None
    least_fen: int = 1
    cooling_hours: int = 24
    is_drive: bool = False
    is_elsewhere: bool = False


@operation("campaigns.draft_campaign", scope=scope_of("unit"))
def draft_campaign(*, unit: Unit, code: str, plan: Plan, act: Act) -> Campaign:
    """Draft a campaign or a drive of a unit.

    Raises: UnableToPlan: ``wrong_code``, ``code_taken``, ``not_described``, ``wrong_dates``, ``drive_with_points``,
    ``wrong_sums``; nothing was written.
    """
    if not re.fullmatch(CODE, code):
        raise UnableToPlan("wrong_code")
    _check(plan)
    if Campaign.objects.filter(code=code).exists():
        raise UnableToPlan("code_taken", code=code)
    found = Campaign.objects.create(
        unit=unit, code=code, entered_at=act.at, entered_by=act.actor, **vars(plan)
    )
    _note(found, "", act)
    return found


@operation("campaigns.revise_campaign", scope=scope_of("campaign"))
def revise_campaign(*, campaign: Campaign, plan: Plan, act: Act) -> Campaign:
    """Change what is said of a campaign that is not filed yet; what is filed is changed by filing anew.

    Raises: UnableToPlan: see its codes; nothing was written.
    Locks: the campaign.
    """
    held = held_campaign(campaign.pk)
    _require(held, State.DRAFTED, State.SIGNED)
    _check(plan)
    for name, value in vars(plan).items():
        setattr(held, name, value)
    held.save(update_fields=list(vars(plan)))
    return held


def _check(plan: Plan) -> None:
    if not (plan.title_zh.strip() and plan.about_zh.strip() and plan.does_zh.strip()):
        raise UnableToPlan("not_described")
    if plan.ends_on <= plan.starts_on:
        raise UnableToPlan("wrong_dates")
    if plan.is_drive and plan.sponsor is not None:
        raise UnableToPlan("drive_with_points")
    if plan.goal_fen <= 0 or plan.least_fen <= 0 or plan.cooling_hours < 0:
        raise UnableToPlan("wrong_sums")


def held_campaign(key: int) -> Campaign:
    """Return a campaign, locked against everybody who gives to it or moves it on."""
    rows = Campaign.objects.select_for_update(of=("self",))
    return rows.select_related("unit", "charity__unit", "fund", "sponsor").get(pk=key)


def _require(held: Campaign, *states: State) -> None:
    if held.is_elsewhere:
        raise UnableToPlan("elsewhere")
    if held.state not in states:
        raise UnableToPlan("wrong_state", state=STATE_WORDS[held.state])


def _note(campaign: Campaign, document: str, act: Act) -> None:
    Step.objects.create(
        campaign=campaign, state=campaign.state, document=document[:200], at=act.at, by=act.actor
    )


@operation("campaigns.sign_partner", scope=scope_of("campaign"))
def sign_partner(*, campaign: Campaign, charity: Charity, agreement: str, fund: Fund, act: Act) -> Campaign:
    """Note that a qualified charity signed, and which restricted fund of its books holds the money.

    Accounts that are missing in its books and the sponsor's are opened.

    Raises: UnableToPlan: ``wrong_state``, ``not_qualified``, ``no_agreement``, ``wrong_fund``; nothing was written.
    Locks: the campaign.
    """
    held = held_campaign(campaign.pk)
    _require(held, State.DRAFTED)
    if not agreement.strip():
        raise UnableToPlan("no_agreement")
    if not (charity.is_qualified(held.starts_on) and charity.is_qualified(held.last_day)):
        raise UnableToPlan("not_qualified", charity=charity.name)
    fits = (
        fund.is_restricted
        and fund.unit_id == charity.unit_id
        and fund.starts_on <= held.starts_on
        and fund.ends_on is None
        and not Campaign.objects.filter(fund=fund).exists()
    )
    if not fits:
        raise UnableToPlan("wrong_fund", fund=fund.code)
    held.charity, held.fund, held.agreement = charity, fund, agreement.strip()
    held.state = State.SIGNED
    held.save(update_fields=["charity", "fund", "agreement", "state"])
    open_books(held, charity.unit, starts_on=min(act.on, fund.starts_on))
    _note(held, agreement, act)
    return held


@operation("campaigns.file_campaign", scope=scope_of("campaign"))
def file_campaign(*, campaign: Campaign, filing: str, filed_on: date, act: Act) -> Campaign:
    """Note the filing with the civil affairs office, at least ten days before the campaign begins.

    Raises: UnableToPlan: ``wrong_state``, ``no_filing``, ``too_soon``, ``filing_used``; nothing was written.
    Locks: the campaign.
    """
    held = held_campaign(campaign.pk)
    _require(held, State.SIGNED)
    if not filing.strip():
        raise UnableToPlan("no_filing")
    earliest = filed_on + timedelta(days=DAYS_AFTER_FILING)
    if held.starts_on < earliest:
        raise UnableToPlan("too_soon", days=DAYS_AFTER_FILING, day=earliest)
    if Campaign.objects.filter(filing=filing.strip()).exclude(pk=held.pk).exists():
        raise UnableToPlan("filing_used", filing=filing.strip())
    held.filing, held.filed_on, held.state = filing.strip(), filed_on, State.FILED
    held.save(update_fields=["filing", "filed_on", "state"])
    _note(held, filing, act)
    return held


@operation("campaigns.open_campaign", scope=scope_of("campaign"))
def open_campaign(*, campaign: Campaign, merchant: MerchantAccount | None, act: Act) -> Campaign:
    """Open a filed campaign for gifts: cash is paid into the charity's own merchant account, and nowhere else.

    What is to be disclosed while it is open gets its days.

    Raises: UnableToPlan: see its codes; nothing was written.
    Locks: the campaign.
    """
    held = held_campaign(campaign.pk)
    if held.state in (State.DRAFTED, State.SIGNED):
        raise UnableToPlan("no_filing")
    _require(held, State.FILED)
    charity = held.charity
    assert charity is not None
    if merchant is None:
        raise UnableToPlan("no_merchant")
    if merchant.owner_kind != OwnerKind.CHARITY or merchant.owner_code != charity.code:
        raise UnableToPlan("merchant_of_others", code=merchant.code, charity=charity.name)
    if merchant.closed_at is not None:
        raise UnableToPlan("merchant_closed", code=merchant.code)
    if act.on < held.starts_on:
        raise UnableToPlan("not_begun", day=held.starts_on)
    if act.on >= held.ends_on:
        raise UnableToPlan("over")
    if not charity.is_qualified(act.on):
        raise UnableToPlan("not_qualified", charity=charity.name)
    clash = reported_meanwhile(held)
    if clash is not None:
        raise UnableToPlan("reported_already", measure=clash[0], reference=clash[1])
    held.merchant, held.opened_at, held.state = merchant, act.at, State.OPEN
    held.save(update_fields=["merchant", "opened_at", "state"])
    _note(held, merchant.code, act)
    _owe(held, duties_while_open(held.starts_on, held.ends_on))
    return held


def _owe(campaign: Campaign, duties: list[tuple[str, date]]) -> None:
    Duty.objects.bulk_create(
        (Duty(campaign=campaign, kind=kind, due_on=due_on) for kind, due_on in duties), ignore_conflicts=True
    )


@operation("campaigns.close_campaign", scope=scope_of("campaign"))
def close_campaign(*, campaign: Campaign, act: Act) -> Campaign:
    """Take no more gifts; the final report and the treatment of a surplus get their days.

    Raises: UnableToPlan: ``wrong_state``; nothing was written.
    Locks: the campaign: a gift that is being given is finished first, or refused.
    """
    held = held_campaign(campaign.pk)
    _require(held, State.OPEN)
    held.closed_on, held.state = act.on, State.CLOSED
    held.save(update_fields=["closed_on", "state"])
    _note(held, "", act)
    _owe(held, duties_at_closing(act.on))
    return held


@operation("campaigns.begin_granting", scope=scope_of("campaign"))
def begin_granting(*, campaign: Campaign, act: Act) -> Campaign:
    """Let what was raised be granted, once nothing is paid or given back any more.

    Raises: UnableToPlan: ``wrong_state``, ``money_open``; nothing was written.
    Locks: the campaign.
    """
    held = held_campaign(campaign.pk)
    _require(held, State.CLOSED)
    unfinished = Gift.objects.filter(
        campaign=held, state__in=(GiftState.PROMISED, GiftState.REFUNDING)
    ).count()
    if unfinished:
        raise UnableToPlan("money_open", count=unfinished)
    held.state = State.GRANTING
    held.save(update_fields=["state"])
    _note(held, "", act)
    return held


@operation("campaigns.report_campaign", scope=scope_of("campaign"))
def report_campaign(*, campaign: Campaign, act: Act) -> Campaign:
    """Note that everything is granted and the final report is public.

    Raises: UnableToPlan: ``wrong_state``, ``not_disclosed``; nothing was written.
    Locks: the campaign.
    """
    held = held_campaign(campaign.pk)
    _require(held, State.GRANTING)
    _require_disclosed(held, DutyKind.FINAL)
    held.state = State.REPORTED
    held.save(update_fields=["state"])
    _note(held, "", act)
    return held


@operation("campaigns.settle_surplus", scope=scope_of("campaign"))
def settle_surplus(*, campaign: Campaign, surplus: str, act: Act) -> Campaign:
    """Say what was done with what was left, once that is public.

    Raises: UnableToPlan: ``wrong_state``, ``not_disclosed``, ``no_surplus``; nothing was written.
    Locks: the campaign.
    """
    held = held_campaign(campaign.pk)
    _require(held, State.REPORTED)
    if not surplus.strip():
        raise UnableToPlan("no_surplus")
    _require_disclosed(held, DutyKind.SURPLUS)
    held.surplus, held.state = surplus.strip(), State.SETTLED
    held.save(update_fields=["surplus", "state"])
    _note(held, surplus, act)
    return held


def _require_disclosed(held: Campaign, kind: DutyKind) -> None:
    if not Duty.objects.filter(campaign=held, kind=kind, done_on__isnull=False).exists():
        raise UnableToPlan("not_disclosed", duty=DUTY_WORDS[kind])
