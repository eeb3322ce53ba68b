"""Programmes are drafted with criteria, quotas and a committee, opened, and moved on; schools are entered."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from bangfu.foundation.money.models import Fund
from bangfu.foundation.operations import Act, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.operations import enter_person
from bangfu.foundation.places.models import Place
from bangfu.giving.grants.details import digest
from bangfu.giving.grants.models import (
    CODE,
    FEWEST_DISPLAY_DAYS,
    PROGRAMME_STATE_WORDS,
    SCHOOL_CODE,
    TERM,
    Application,
    Award,
    Criterion,
    Member,
    Programme,
    ProgrammeState,
    Quota,
    School,
    Step,
)
from bangfu.giving.grants.refusing import UnableToPlanGrants

UNSETTLED = ("ENTERED", "VETTED", "SHORTLISTED", "DISPLAYED", "OBJECTED", "DECIDED")
UNPAID = ("AWARDED", "PAYING", "RETURNED")


@dataclass(frozen=True)
class Plan:
    """What is said of a programme before it opens."""

    name_zh: str
    fund: Fund
    term: str
    amount_fen: int
    opens_on: date
    closes_on: date
    """The first day on which no application is taken."""
    name_en: str = ""
    campaign: str = ""
    display_days: int = FEWEST_DISPLAY_DAYS
    quorum: int = 3
    rest_days: tuple[date, ...] = field(default=())
    made_up_days: tuple[date, ...] = field(default=())

    def columns(self) -> dict[str, object]:
        """Return the plan as columns of the programme."""
        return {
            **vars(self),
            "rest_days": sorted(self.rest_days),
            "made_up_days": sorted(self.made_up_days),
        }


@operation("grants.draft_programme", scope=scope_of("unit"))
def draft_programme(*, unit: Unit, code: str, plan: Plan, act: Act) -> Programme:
    """Draft a programme of a unit.

    Raises: UnableToPlanGrants: ``wrong_code``, ``code_taken``, ``not_described``, ``wrong_term``, ``wrong_dates``,
        ``wrong_sums``, ``few_days``, ``wrong_fund``; nothing was written.
    """
    if not re.fullmatch(CODE, code):
        raise UnableToPlanGrants("wrong_code")
    _check(plan)
    if Programme.objects.filter(code=code).exists():
        raise UnableToPlanGrants("code_taken", code=code)
    made = Programme.objects.create(
        unit=unit, code=code, entered_at=act.at, entered_by=act.actor, **plan.columns()
    )
    note_step(made, act)
    return made


@operation("grants.revise_programme", scope=scope_of("programme"))
def revise_programme(*, programme: Programme, plan: Plan, act: Act) -> Programme:
    """Change what is said of a programme that is not open; of an open one its name, days and calendar alone.

    Raises: UnableToPlanGrants: see its codes; nothing was written.
    Locks: the programme.
    """
    held = held_programme(programme.pk)
    require_state(held, ProgrammeState.DRAFTED, ProgrammeState.OPEN, ProgrammeState.VETTING)
    _check(plan)
    fixed = (plan.fund, plan.term, plan.amount_fen)
    if held.state != ProgrammeState.DRAFTED and fixed != (held.fund, held.term, held.amount_fen):
        raise UnableToPlanGrants("wrong_state", state=PROGRAMME_STATE_WORDS[held.state])
    said = plan.columns()
    for name, value in said.items():
        setattr(held, name, value)
    held.save(update_fields=list(said))
    return held


def _check(plan: Plan) -> None:
    if not plan.name_zh.strip():
        raise UnableToPlanGrants("not_described")
    if not re.fullmatch(TERM, plan.term):
        raise UnableToPlanGrants("wrong_term")
    if plan.closes_on <= plan.opens_on:
        raise UnableToPlanGrants("wrong_dates")
    if plan.amount_fen <= 0 or plan.quorum < 2:
        raise UnableToPlanGrants("wrong_sums")
    if plan.display_days < FEWEST_DISPLAY_DAYS:
        raise UnableToPlanGrants("few_days", days=FEWEST_DISPLAY_DAYS)
    fund = plan.fund
    if not fund.is_restricted or (fund.ends_on is not None and fund.ends_on <= plan.opens_on):
        raise UnableToPlanGrants("wrong_fund", fund=fund.code)


def held_programme(key: int) -> Programme:
    """Return a programme, locked against everybody who applies to it, decides in it or moves it on."""
    rows = Programme.objects.select_for_update(of=("self",))
    return rows.select_related("unit", "fund").get(pk=key)


def require_state(held: Programme, *states: ProgrammeState) -> None:
    """Refuse unless a programme is in one of these states.

    Raises: UnableToPlanGrants: ``wrong_state``.
    """
    if held.state not in states:
        raise UnableToPlanGrants("wrong_state", state=PROGRAMME_STATE_WORDS[held.state])


def note_step(programme: Programme, act: Act, note: str = "") -> None:
    """Note that a programme is in the state that it is in."""
    Step.objects.create(programme=programme, state=programme.state, note=note[:200], at=act.at, by=act.actor)


def move_on(held: Programme, state: ProgrammeState, act: Act, note: str = "") -> None:
    """Put a programme that is held into another state, and note it."""
    held.state = state
    held.save(update_fields=["state"])
    note_step(held, act, note)


@operation("grants.enter_criterion", scope=scope_of("programme"))
def enter_criterion(
    *,
    programme: Programme,
    code: str,
    title_zh: str,
    points: int,
    title_en: str = "",
    household: str = "",
    act: Act,
) -> Criterion:
    """Say what gives points, before the programme opens.

    Args:
        household: the household status that meets it; empty: an application claims it.

    Raises: UnableToPlanGrants: ``wrong_state``, ``wrong_points``, ``criterion_taken``; nothing was written.
    Locks: the programme.
    """
    held = held_programme(programme.pk)
    require_state(held, ProgrammeState.DRAFTED)
    code, title_zh = code.strip(), title_zh.strip()
    if not code or not title_zh or not 0 < points <= 100:
        raise UnableToPlanGrants("wrong_points")
    there = held.criteria.filter(code=code)
    if household:
        there = there | held.criteria.filter(household=household)
    if there.exists():
        raise UnableToPlanGrants("criterion_taken", code=code)
    return Criterion.objects.create(
        programme=held,
        code=code,
        title_zh=title_zh,
        title_en=title_en.strip(),
        household=household,
        points=points,
    )


@operation("grants.strike_criterion", scope=scope_of("programme"))
def strike_criterion(*, programme: Programme, code: str, act: Act) -> Programme:
    """Strike a criterion before the programme opens.

    Raises: UnableToPlanGrants: ``wrong_state``; nothing was written.
    Locks: the programme.
    """
    held = held_programme(programme.pk)
    require_state(held, ProgrammeState.DRAFTED)
    held.criteria.filter(code=code).delete()
    return held


@operation("grants.enter_school", scope=scope_of("unit"))
def enter_school(*, unit: Unit, code: str, name: str, place: Place, act: Act) -> School:
    """Enter a school, or give one that is known the name it has now.

    Raises: UnableToPlanGrants: ``wrong_school``, ``school_elsewhere``; nothing was written.
    """
    if not re.fullmatch(SCHOOL_CODE, code) or not name.strip():
        raise UnableToPlanGrants("wrong_school")
    known = School.objects.select_for_update(of=("self",)).select_related("place").filter(code=code).first()
    if known is None:
        return School.objects.create(
            unit=unit, code=code, name=name.strip(), place=place, entered_at=act.at, entered_by=act.actor
        )
    if known.place_id != place.pk:
        raise UnableToPlanGrants("school_elsewhere", code=code, place=known.place.name)
    known.name = name.strip()
    known.save(update_fields=["name"])
    return known


@operation("grants.set_quota", scope=scope_of("programme"))
def set_quota(
    *, programme: Programme, place: Place, pupils: int, school: School | None = None, act: Act
) -> Quota:
    """Say how many pupils of a county, or of one school, a programme may grant.

    Raises: UnableToPlanGrants: ``wrong_state``, ``wrong_quota``, ``school_elsewhere``; nothing was written.
    Locks: the programme.
    """
    held = held_programme(programme.pk)
    require_state(held, ProgrammeState.DRAFTED, ProgrammeState.OPEN, ProgrammeState.VETTING)
    if pupils <= 0:
        raise UnableToPlanGrants("wrong_quota")
    if school is not None and school.place_id != place.pk:
        raise UnableToPlanGrants("school_elsewhere", code=school.code, place=school.place.name)
    made, _ = Quota.objects.update_or_create(
        programme=held, place=place, school=school, defaults={"pupils": pupils}
    )
    return made


@operation("grants.appoint_member", scope=scope_of("programme"), unrecorded=("name",))
def appoint_member(
    *, programme: Programme, name: str, post: str, account: Account | None = None, act: Act
) -> Member:
    """Appoint a member of a programme's committee; the name is sealed.

    Raises: UnableToPlanGrants: ``no_post``, ``member_already``; nothing was written.
    Locks: the programme.
    """
    held = held_programme(programme.pk)
    if not name.strip() or not post.strip():
        raise UnableToPlanGrants("no_post")
    mark = digest(name.strip(), of="name")
    if held.members.filter(name_digest=mark, post=post.strip(), left_on=None).exists():
        raise UnableToPlanGrants("member_already")
    person = enter_person(name=name, unit=held.unit_id)
    return Member.objects.create(
        programme=held, person=person, name_digest=mark, post=post.strip(), account=account
    )


@operation("grants.end_membership", scope=scope_of("programme"))
def end_membership(*, programme: Programme, member: Member, act: Act) -> Member:
    """Let a member leave the committee from today on; what they decided stands.

    Raises: UnableToPlanGrants: ``left_already``; nothing was written.
    Locks: the programme.
    """
    held_programme(programme.pk)
    held = Member.objects.get(pk=member.pk, programme=programme)
    if held.left_on is not None:
        raise UnableToPlanGrants("left_already")
    held.left_on = act.on
    held.save(update_fields=["left_on"])
    return held


@operation("grants.open_programme", scope=scope_of("programme"))
def open_programme(*, programme: Programme, act: Act) -> Programme:
    """Take applications from now on; criteria are fixed from here.

    Raises: UnableToPlanGrants: ``wrong_state``, ``no_criteria``, ``no_quota``, ``no_committee``, ``not_begun``, ``over``;
        nothing was written.
    Locks: the programme.
    """
    held = held_programme(programme.pk)
    require_state(held, ProgrammeState.DRAFTED, ProgrammeState.VETTING)
    if not held.criteria.exists():
        raise UnableToPlanGrants("no_criteria")
    if not held.quotas.exists():
        raise UnableToPlanGrants("no_quota")
    members = held.members.filter(left_on=None).count()
    if members < held.quorum:
        raise UnableToPlanGrants("no_committee", count=members, quorum=held.quorum)
    if act.on < held.opens_on:
        raise UnableToPlanGrants("not_begun", day=held.opens_on)
    if act.on >= held.closes_on:
        raise UnableToPlanGrants("over")
    move_on(held, ProgrammeState.OPEN, act)
    return held


@operation("grants.begin_vetting", scope=scope_of("programme"))
def begin_vetting(*, programme: Programme, act: Act) -> Programme:
    """Take no more applications, and let the committee decide.

    Raises: UnableToPlanGrants: ``wrong_state``; nothing was written.
    Locks: the programme.
    """
    held = held_programme(programme.pk)
    require_state(held, ProgrammeState.OPEN)
    move_on(held, ProgrammeState.VETTING, act)
    return held


@operation("grants.close_programme", scope=scope_of("programme"))
def close_programme(*, programme: Programme, act: Act) -> Programme:
    """Close a programme of which every application is settled and every award paid or lapsed.

    Raises: UnableToPlanGrants: ``wrong_state``, ``untreated``, ``unended``; nothing was written.
    Locks: the programme.
    """
    held = held_programme(programme.pk)
    require_state(held, *(one for one in ProgrammeState if one != ProgrammeState.CLOSED))
    untreated = Application.objects.filter(programme=held, state__in=UNSETTLED).count()
    if untreated:
        raise UnableToPlanGrants("untreated", count=untreated)
    unpaid = Award.objects.filter(programme=held, state__in=UNPAID).count()
    if unpaid:
        raise UnableToPlanGrants("unended", count=unpaid)
    move_on(held, ProgrammeState.CLOSED, act)
    return held
